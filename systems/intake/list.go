package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
	"jiexu/words"
)

// Filter narrows a list of complaints. Empty fields do not narrow.
type Filter struct {
	States   []string
	Units    []string // with all that is below them
	Channels []string
	Kinds    []string
	Officer  string // who handles it
	Overdue  bool
	Urgent   bool
	Query    string // any two characters of number, title, place or text
	Phones   bool   // Query may be a whole telephone number, looked for by right: only where it did not come in an address, which logs keep
	Followed bool   // what the actor follows
	From, To law.Date
	Order    string // one of Orders; empty: the newest first
	Limit    int    // at most MaxPage
	Cursor   string // from the page before

	span store.Span // of a search: only what was received in it
}

// Orders of a list.
const (
	Newest   = "newest" // by when it was received
	Oldest   = "oldest"
	DueFirst = "due" // by the period that ends first; only complaints of which one runs
)

// Orders lists the orders as they are offered.
var Orders = []string{Newest, Oldest, DueFirst}

// MaxPage is the most rows of one page.
const MaxPage = 200

// Row is one line of the list.
type Row struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	Title        string        `json:"title"`
	Channel      string        `json:"channel"`
	ChannelTitle string        `json:"channelTitle"`
	Kind         string        `json:"kind"`
	KindTitle    string        `json:"kindTitle"`
	Category     string        `json:"category"`
	State        string        `json:"state"`
	StateTitle   string        `json:"stateTitle"`
	Unit         string        `json:"unit"`
	UnitName     string        `json:"unitName"`
	Address      string        `json:"address"`
	Urgent       bool          `json:"urgent"`
	ReceivedAt   time.Time     `json:"receivedAt"`
	Due          *term.Clock   `json:"due" doc:"the period that ends first"`
	Rev          int64         `json:"rev"`
	Merged       int           `json:"merged" doc:"complaints that go with it or were answered with it"`
	Snippet      []store.Piece `json:"snippet,omitempty" doc:"of the text, where what was looked for stands in it"`

	place store.Cursor // in the list's order
}

// conditions writes a filter as SQL, the actor's scope first.
func (s *Service) conditions(tx *store.Tx, actor org.Actor, f Filter, now time.Time) (w *store.Where, ways []way, err error) {
	w = &store.Where{}
	if f.Order != "" && !slices.Contains(Orders, f.Order) {
		return nil, nil, fault.New(fault.Invalid, "form").With("order", "form.one_of", "options", strings.Join(Orders, ", "))
	}
	ways = scope(w, actor, f.Order != DueFirst)
	w.In("c.state", f.States)
	if f.Urgent {
		w.Add("c.urgent")
	}
	w.In("c.channel", f.Channels)
	w.In("c.kind", f.Kinds)
	if len(f.Units) > 0 {
		marks := make([]string, len(f.Units))
		for i, unit := range f.Units {
			marks[i] = w.Part("?", unit)
		}
		w.Add(`c.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor IN (` + strings.Join(marks, ",") + `))`)
	}
	if f.Officer != "" {
		w.Add("c.id IN (SELECT complaint FROM intake_officers WHERE person = ?)", f.Officer)
	}
	if f.Followed {
		w.Add("c.id IN (SELECT complaint FROM intake_follows WHERE person = ?)", actor.Person)
	}
	if f.Overdue {
		w.Add("c.id IN (SELECT matter_id FROM term_v_open WHERE matter_type = ? AND due_at <= ?)", Type, store.At(now))
	}
	if !f.From.IsZero() {
		w.Add("c.received_at >= ?", store.At(f.From.Start()))
	}
	if !f.To.IsZero() {
		w.Add("c.received_at < ?", store.At(f.To.End()))
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		s.search(tx, actor, w, q, f.Phones, f.span)
	}
	f.span.Within(w, "c.received_at")
	if f.Cursor != "" {
		at, err := store.ParseCursor(f.Cursor)
		if err != nil {
			return nil, nil, err
		}
		behind := "(c.received_at, c.id) < (?, ?)"
		switch f.Order {
		case Oldest:
			behind = "(c.received_at, c.id) > (?, ?)"
		case DueFirst:
			behind = "(t.due_at, t.id) > (?, ?)"
		}
		w.Add(behind, at.At, at.ID)
	}
	return w, ways, nil
}

// scope narrows a list to what the actor may see: what is his units', is with them, or is joined in by them. For who sees
// many units, going down the newest complaints is quicker than gathering those of all his units to sort them, and the
// concatenation keeps SQLite from doing so. Who sees one unit gets ways instead, each with an index in the list's order,
// whose pages are to be put together, where apart asks for them.
func scope(w *store.Where, actor org.Actor, apart bool) (ways []way) {
	if units, everywhere := org.ScopeUnits(actor, opRead); apart && !everywhere && len(units) == 1 {
		unit := w.Part("?", units[0])
		const complaints, order = "intake_complaints c", "c.received_at DESC, c.id DESC"
		return []way{
			{complaints, "c.unit = " + unit, order},
			{complaints, "c.with_unit = " + unit, order},
			// SQLite reads a CROSS JOIN in the order in which it is written.
			{"intake_parts p CROSS JOIN intake_complaints c", "p.unit = " + unit + " AND c.id = p.complaint", "p.received_at DESC, p.complaint DESC"},
		}
	}
	whose, args := org.ScopeSQL(actor, opRead, "(c.unit || '')", w.Next())
	if len(args) == 0 {
		w.Raw(whose, nil)
		return nil
	}
	with, _ := org.ScopeSQL(actor, opRead, "(c.with_unit || '')", w.Next())
	joins, _ := org.ScopeSQL(actor, opRead, "p.unit", w.Next())
	w.Raw("("+whose+" OR "+with+" OR c.id IN (SELECT p.complaint FROM intake_parts p WHERE "+joins+"))", args)
	return nil
}

// way is one reason for which complaints are shown to somebody, and how they are read in the list's order.
type way struct{ from, cond, order string }

// firstTerm is the id of the open period of a complaint that ends first.
const firstTerm = "(SELECT n.id FROM term_v_open n WHERE n.matter_type = 'complaint' AND n.matter_id = c.id ORDER BY n.due_at, n.id LIMIT 1) AS first_term"

// pageOf writes the page of complaints that the conditions leave, in an order, with columns of each. Several ways are
// each cut to the page's length by their own index and put together.
func pageOf(columns string, ways []way, w *store.Where, order string, limit int) string {
	if order == DueFirst {
		return "SELECT " + columns + ", t.id AS first_term FROM term_v_open t JOIN intake_complaints c ON c.id = t.matter_id WHERE t.matter_type = 'complaint' AND " + w.SQL() +
			" AND NOT EXISTS (SELECT 1 FROM term_v_open e WHERE e.matter_type = 'complaint' AND e.matter_id = t.matter_id AND (e.due_at, e.id) < (t.due_at, t.id))" +
			fmt.Sprintf(" ORDER BY t.due_at, t.id LIMIT %d", limit)
	}
	columns += ", " + firstTerm
	turned := func(by string) string {
		if order == Oldest {
			return strings.ReplaceAll(by, " DESC", "")
		}
		return by
	}
	if len(ways) == 0 {
		return "SELECT " + columns + " FROM intake_complaints c WHERE " + w.SQL() + turned(" ORDER BY c.received_at DESC, c.id DESC") + fmt.Sprintf(" LIMIT %d", limit)
	}
	parts := make([]string, len(ways))
	for i, x := range ways {
		parts[i] = fmt.Sprintf("SELECT * FROM (SELECT %s FROM %s WHERE %s AND %s ORDER BY %s LIMIT %d) AS way%d", columns, x.from, x.cond, w.SQL(), turned(x.order), limit, i)
	}
	return strings.Join(parts, " UNION ")
}

// List gives one page of the complaints that the actor may see, the newest first, and the cursor of
// the next. Returns list.cursor.
func (s *Service) List(ctx context.Context, actor org.Actor, f Filter, lang string) (rows []Row, next string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, next, err = s.list(ctx, tx, actor, f, lang)
		return err
	})
	return rows, next, err
}

// Search finds at most limit complaints for the search of all systems.
func (s *Service) Search(ctx context.Context, tx *store.Tx, actor org.Actor, q string, limit int, lang string) ([]Row, error) {
	if !actor.CanAnywhere(opRead) {
		return nil, nil
	}
	rows, _, err := s.list(ctx, tx, actor, Filter{Query: q, Limit: limit}, lang)
	return rows, err
}

func (s *Service) list(ctx context.Context, tx *store.Tx, actor org.Actor, f Filter, lang string) ([]Row, string, error) {
	if f.Limit <= 0 || f.Limit > MaxPage {
		f.Limit = 50
	}
	rows, err := store.Through(f.spans(s.now()), f.Limit+1, func(in store.Span, limit int) ([]Row, error) {
		f.span = in
		return s.rows(ctx, tx, actor, f, limit, lang)
	})
	if err != nil {
		return nil, "", fmt.Errorf("list complaints: %w", err)
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = rows[f.Limit-1].place.String()
	}
	return rows, next, nil
}

// spans cuts a search that shows the newest first into spans, so that it need not look at all that was ever found to show a
// page. Other lists are one.
func (f Filter) spans(now time.Time) []store.Span {
	if strings.TrimSpace(f.Query) == "" || f.Order != "" && f.Order != Newest {
		return []store.Span{{}}
	}
	return store.SearchSpans(now, f.Cursor)
}

// rows reads so many rows of a list.
func (s *Service) rows(ctx context.Context, tx *store.Tx, actor org.Actor, f Filter, limit int, lang string) ([]Row, error) {
	now := s.now()
	w, ways, err := s.conditions(tx, actor, f, now)
	if err != nil {
		return nil, err
	}
	describe := term.Clocks(s.procedure, lang)
	const columns = "c.id, c.number, c.title, c.channel, c.kind, c.category, c.state, c.unit, c.address, c.urgent, c.received_at, c.rev"
	text := "''" // it is long, and wanted only where something is looked for in it
	if strings.TrimSpace(f.Query) != "" {
		text = "(SELECT x.text FROM intake_complaints x WHERE x.id = c.id)"
	}
	order := map[string]string{"": "c.received_at DESC, c.id DESC", Newest: "c.received_at DESC, c.id DESC", Oldest: "c.received_at, c.id", DueFirst: "t.due_at, t.id"}[f.Order]
	// The page is cut out first; what is said beside each row is looked up for its rows alone.
	return store.Collect(ctx, tx, func(r *sql.Rows) (Row, error) { return s.scanRow(r, describe, now, lang, f) }, `WITH page AS (`+pageOf(columns, ways, w, f.Order, limit)+`)
		SELECT c.id, c.number, c.title, c.channel, c.kind, c.category, c.state, c.unit, u.name, c.address, c.urgent, c.received_at, c.rev, `+text+`,
		(SELECT count(*) FROM intake_merges m WHERE m.main = c.id AND m.ended_by <> 'unmerge'), t.id, t.clock, t.period_unit, t.start_at, t.due_at, t.due_date, t.provisional
		FROM page c JOIN org_v_units u ON u.id = c.unit LEFT JOIN term_v_open t ON t.id = c.first_term
		ORDER BY `+order+` LIMIT `+fmt.Sprint(limit), w.Args()...)
}

// scanRow reads a row and says its codes in words.
func (s *Service) scanRow(r *sql.Rows, describe term.Describe, now time.Time, lang string, f Filter) (row Row, err error) {
	var received store.Time
	var text string
	var termID, clock, unit sql.NullString
	var start, due *store.Time
	var dueDate *store.Date
	var provisional sql.NullBool
	err = r.Scan(&row.ID, &row.Number, &row.Title, &row.Channel, &row.Kind, &row.Category, &row.State, &row.Unit, &row.UnitName, &row.Address, &row.Urgent, &received, &row.Rev, &text,
		&row.Merged, &termID, &clock, &unit, &start, &due, &dueDate, &provisional)
	if err != nil {
		return row, err
	}
	state, _ := s.procedure.State(row.State)
	row.Snippet, _ = store.Snippet(text, f.Query, snippetWidth)
	row.place = store.Cursor{At: received, ID: row.ID}
	if f.Order == DueFirst && due != nil {
		row.place = store.Cursor{At: *due, ID: termID.String}
	}
	row.ReceivedAt, row.StateTitle = received.Time, state.Title.In(lang)
	row.ChannelTitle, row.KindTitle = channelTitle(row.Channel, lang), kindTitle(row.Kind, lang)
	if clock.Valid {
		c, _ := s.procedure.Clock(clock.String)
		first := term.Term{Clock: clock.String, Period: c.Period, Start: start.Time, Due: due.Time, DueDate: dueDate.Date, Provisional: provisional.Bool}
		first.Period.Unit = law.Unit(unit.String)
		line := s.terms.Line(first, describe, now, lang)
		row.Due = &line
	}
	return row, nil
}

func channelTitle(code, lang string) string { return words.Text(lang, "intake.channel."+code, nil) }
func kindTitle(code, lang string) string    { return words.Text(lang, "intake.kind."+code, nil) }
