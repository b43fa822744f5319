package casework

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// Filter narrows a list of cases. Empty fields do not narrow.
type Filter struct {
	States  []string
	Units   []string // with all that is below them
	Matter  string
	Mine    bool // those that the actor handles
	Overdue bool
	Query   string // any two characters: of number, title, place, an organisation's name, and of what was written in the case
	Hits    bool   // tell where in each case the query was found
	From    law.Date
	To      law.Date
	Limit   int    // at most MaxPage
	Cursor  string // from the page before

	span store.Span // of a search: only what was opened in it
}

// MaxPage is the most rows of one page.
const MaxPage = 200

// Row is one line of the list.
type Row struct {
	ID        string      `json:"id"`
	Number    string      `json:"number"`
	Title     string      `json:"title"`
	Matter    string      `json:"matter"`
	State     string      `json:"state"`
	Unit      string      `json:"unit"`
	UnitName  string      `json:"unitName"`
	Source    string      `json:"source"`
	Party     string      `json:"party"` // masked where it is a person
	OpenedAt  time.Time   `json:"openedAt"`
	UpdatedAt time.Time   `json:"updatedAt"`
	Due       *term.Clock `json:"due" doc:"the period of ours that ends first"`
	Procedure string      `json:"procedure" doc:"code of the main procedure"`
	Rev       int64       `json:"rev"`
	Hits      []Hit       `json:"hits,omitempty" doc:"where in the case the words that were looked for stand, the best first"`
}

// conditions writes a filter as SQL, the actor's scope first.
func (f Filter) conditions(tx *store.Tx, actor org.Actor, now time.Time) (*store.Where, error) {
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
	w.Raw(cond, args)
	w.In("c.state", f.States)
	for _, unit := range f.Units {
		w.Add(`c.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?)`, unit)
	}
	if f.Matter != "" {
		w.Add("c.matter = ?", f.Matter)
	}
	if f.Mine {
		w.Add("c.id IN (SELECT case_id FROM casework_officers WHERE person = ?)", actor.Person)
	}
	if f.Overdue {
		w.Add("c.id IN (SELECT matter_id FROM term_v_open WHERE matter_type = 'case' AND due_at <= ?)", store.At(now))
	}
	if !f.From.IsZero() {
		w.Add("c.opened_at >= ?", store.At(f.From.Start()))
	}
	if !f.To.IsZero() {
		w.Add("c.opened_at < ?", store.At(f.To.End()))
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		matching(w, tx, actor, q, f.span)
	}
	f.span.Within(w, "c.opened_at")
	if f.Cursor != "" {
		p, err := store.ParseCursor(f.Cursor)
		if err != nil {
			return nil, err
		}
		w.Add("(c.opened_at, c.id) < (?, ?)", p.At, p.ID)
	}
	return w, nil
}

// List gives one page of cases that the actor may see, newest first, and the cursor of the next.
func (s *Service) List(ctx context.Context, actor org.Actor, f Filter, lang string) (rows []Row, next string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, next, err = s.list(ctx, tx, actor, f, lang)
		return err
	})
	return rows, next, err
}

func (s *Service) list(ctx context.Context, tx *store.Tx, actor org.Actor, f Filter, lang string) ([]Row, string, error) {
	if f.Limit <= 0 || f.Limit > MaxPage {
		f.Limit = 50
	}
	spans := []store.Span{{}}
	if strings.TrimSpace(f.Query) != "" {
		spans = store.SearchSpans(s.now(), f.Cursor)
	}
	rows, err := store.Through(spans, f.Limit+1, func(in store.Span, limit int) ([]Row, error) {
		f.span = in
		return s.rows(ctx, tx, actor, f, limit)
	})
	if err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[f.Limit-1]
		next = store.Cursor{At: store.At(last.OpenedAt), ID: last.ID}.String()
	}
	if err := s.addDue(ctx, tx, rows, lang); err != nil {
		return nil, "", err
	}
	if q := strings.TrimSpace(f.Query); q != "" && f.Hits {
		err = s.addHits(ctx, tx, actor, rows, q, lang)
	}
	return rows, next, err
}

// rows reads so many rows of a list.
func (s *Service) rows(ctx context.Context, tx *store.Tx, actor org.Actor, f Filter, limit int) ([]Row, error) {
	w, err := f.conditions(tx, actor, s.now())
	if err != nil {
		return nil, err
	}
	return store.Collect(ctx, tx, scanRow, `SELECT c.id, c.number, c.title, c.matter, c.state, c.unit, u.name, c.source, c.opened_at, c.updated_at, c.rev, c.procedure,
		(SELECT p.kind FROM casework_parties p WHERE p.case_id = c.id ORDER BY p.id LIMIT 1),
		(SELECT p.name FROM casework_parties p WHERE p.case_id = c.id ORDER BY p.id LIMIT 1)
		FROM casework_cases c JOIN org_v_units u ON u.id = c.unit
		WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY c.opened_at DESC, c.id DESC LIMIT %d`, limit), w.Args()...)
}

// addDue adds to each row the period of ours that ends first.
func (s *Service) addDue(ctx context.Context, tx *store.Tx, rows []Row, lang string) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	terms, err := term.Of(ctx, tx, Type, ids)
	if err != nil {
		return err
	}
	describe, now := describeClock(lang), s.now()
	for i := range rows {
		running := slices.DeleteFunc(limits(terms[rows[i].ID], now), func(t term.Term) bool { return !t.Open() })
		rows[i].Due = s.terms.FirstLine(running, describe, now, lang)
	}
	return nil
}

func scanRow(r *sql.Rows) (row Row, err error) {
	var opened, updated store.Time
	var kind, name, main sql.NullString
	err = r.Scan(&row.ID, &row.Number, &row.Title, &row.Matter, &row.State, &row.Unit, &row.UnitName, &row.Source, &opened, &updated, &row.Rev, &main,
		&kind, &name)
	row.Procedure = cmp.Or(main.String, Ordinary.Code)
	row.OpenedAt, row.UpdatedAt = opened.Time, updated.Time
	row.Party = name.String
	if kind.String == Person {
		row.Party = maskedName(name.String)
	}
	return row, err
}
