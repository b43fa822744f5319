package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// opRates is the right to see how well complaints are answered.
const opRates = "intake.rates"

// result keeps what came of a complaint: when it was answered and whether in time, and what the citizen says.
func (s *Service) result(ctx context.Context, tx *store.Tx, a *act) error {
	if !slices.Contains([]string{StepReply, StepPass, StepAnswer, StepMainAnswered, StepClose, StepRedo, StepRedoApart, StepReroute, StepRate, StepReopen}, a.step.Code) {
		return nil
	}
	before, err := answerOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if err := s.writeResult(ctx, tx, a); err != nil {
		return err
	}
	after, err := answerOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	return recount(ctx, tx, before, after)
}

func (s *Service) writeResult(ctx context.Context, tx *store.Tx, a *act) error {
	row := ledger.Row{Table: "intake_results", Key: a.ID}
	switch a.step.Code {
	case StepReply, StepPass, StepAnswer, StepMainAnswered:
		unit, writer := a.Unit, a.actor.Person
		switch a.step.Code {
		case StepPass:
			writer = a.newest(StepSubmit).Actor
		case StepMainAnswered: // who answered the main one answered this one
			unit, writer = a.into.main.Unit, a.into.answeredBy()
		}
		onTime, contacted := a.inTime()
		// What was late stays late, and a complaint that is done again stays in the month in which it was first answered.
		_, err := tx.Exec(ctx, `INSERT INTO intake_results (complaint, unit, kind, channel, person, replied_at, on_time, contacted) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)
			ON CONFLICT (complaint) DO UPDATE SET unit = excluded.unit, person = excluded.person,
			on_time = CASE WHEN NOT intake_results.on_time THEN intake_results.on_time ELSE coalesce(excluded.on_time, intake_results.on_time) END`,
			a.ID, unit, a.Kind, a.Channel, writer, store.At(a.now), onTime, contacted)
		a.rows = append(a.rows, row)
		return err
	case StepClose, StepRedo, StepRedoApart, StepReroute, StepRate, StepReopen:
		said := a.said()
		if said == "" {
			return nil
		}
		n, err := tx.Exec(ctx, `UPDATE intake_results SET called = $2 WHERE complaint = $1`, a.ID, said)
		if n > 0 { // what was imported as answered has no result
			a.rows = append(a.rows, row)
		}
		return err
	}
	return nil
}

// inTime says whether an answer that is given now is within its time, and whether the citizen was first contacted within
// his; nil where no such time ran. An answer is a contact too.
func (a *act) inTime() (onTime, contacted *bool) {
	for _, t := range a.terms {
		switch {
		case (t.Clock == ReplyTerm.Code || t.Clock == RedoTerm.Code) && t.MetAt == nil:
			ok := !t.Lapsed(a.now) && (onTime == nil || *onTime)
			onTime = &ok
		case t.Clock == FirstContact.Code: // the newest of them, that of the unit which answers
			ok := !t.Lapsed(a.now)
			contacted = &ok
		}
	}
	return onTime, contacted
}

// RateFilter says which answers are counted, and by what.
type RateFilter struct {
	From, To law.Date
	By       string // unit, kind, channel, person, month
	Unit     string // with all below
	Kind     string
	Channel  string
}

// maxRates is the longest stretch that is counted at once, in days.
const maxRates = 800

// Share is a part of what counts; of nothing there is no share.
type Share struct {
	Part    float64  `json:"part"`
	Of      int      `json:"of" doc:"what counts"`
	Out     int      `json:"out" doc:"not counted: no such period ran, nobody was called"`
	Percent *float64 `json:"percent" doc:"null where nothing counts"`
}

func share(part float64, of, all int) Share {
	s := Share{Part: part, Of: of, Out: all - of}
	if of > 0 {
		p := part / float64(of) * 100
		s.Percent = &p
	}
	return s
}

// RateRow is the rates of one unit, kind, channel or person.
type RateRow struct {
	Key       string `json:"key"`
	Name      string `json:"name"`
	Answered  int    `json:"answered"`
	Late      int    `json:"late" doc:"not answered, though the period is over; they count as not in time"`
	Untold    int    `json:"untold" doc:"neither answered nor contacted, though the period is over; they count as not contacted"`
	Contacted Share  `json:"contacted"`
	OnTime    Share  `json:"onTime"`
	Solved    Share  `json:"solved"`
	Satisfied Share  `json:"satisfied"`
}

// Rates are the rates of a stretch of time.
type Rates struct {
	Rows   []RateRow `json:"rows"`
	Total  RateRow   `json:"total"`
	Fairly int       `json:"fairly" doc:"how much fairly satisfied counts, in per cent"`
}

// tally is what is counted of a row.
type tally struct {
	key                                                                                    string
	all, timed, onTime, contactable, contacted, called, solved, satisfied, fairlySatisfied int
	late, untold                                                                           int // over, and nobody has answered, or called
}

func (t tally) row(name string, fairly int) RateRow {
	return RateRow{Key: t.key, Name: name, Answered: t.all, Late: t.late, Untold: t.untold,
		Contacted: share(float64(t.contacted), t.contactable+t.untold, t.all+t.untold), OnTime: share(float64(t.onTime), t.timed+t.late, t.all+t.late),
		Solved: share(float64(t.solved), t.called, t.all), Satisfied: share(float64(t.satisfied)+float64(t.fairlySatisfied*fairly)/100, t.called, t.all)}
}

// Rates counts the complaints first answered between two days, and those whose period was over then and that nobody has answered, in the actor's scope. Returns form for a stretch that is too
// long or runs backwards, or for another division.
func (s *Service) Rates(ctx context.Context, actor org.Actor, f RateFilter, lang string) (*Rates, error) {
	wrong := fault.New(fault.Invalid, "form")
	if n := f.From.DaysUntil(f.To); n < 0 || n > maxRates {
		wrong.With("to", "form.range", "max", maxRates)
	}
	column, ok := map[string]string{"unit": "r.unit", "kind": "r.kind", "channel": "r.channel", "person": "r.person", "month": "''"}[f.By]
	if !ok {
		wrong.With("by", "form.one_of", "options", "unit, kind, channel, person, month")
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	out := &Rates{Rows: []RateRow{}}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var tallies []tally
		for _, stretch := range f.stretches() {
			some, err := tallied(ctx, tx, actor, f, column, stretch)
			if err != nil {
				return err
			}
			late, err := s.overdue(ctx, tx, actor, f, stretch)
			if err != nil {
				return err
			}
			tallies = append(append(tallies, some...), late...)
		}
		tallies = summed(tallies)
		if _, err := org.SettingInto(ctx, tx, actor.HomeUnit(), "intake.fairly", &out.Fairly); err != nil {
			return err
		}
		return s.nameRates(ctx, tx, out, tallies, f.By, lang)
	})
	if err != nil {
		return nil, fmt.Errorf("rates: %w", err)
	}
	return out, nil
}

// stretch is some days that are counted together; of months, with the month's name.
type stretch struct {
	from, to law.Date
	month    string
}

// stretches are the months of a filter that counts by month, and else the whole of it.
func (f RateFilter) stretches() []stretch {
	if f.By != "month" {
		return []stretch{{f.From, f.To, ""}}
	}
	var out []stretch
	for from := f.From; from.Compare(f.To) <= 0; {
		next := nextMonth(from)
		to := next.AddDays(-1)
		if to.Compare(f.To) > 0 {
			to = f.To
		}
		out = append(out, stretch{from, to, from.String()[:7]})
		from = next
	}
	return out
}

// tallied counts what was first answered in a stretch, in the actor's scope: of whole months what is kept, of the days
// around them each answer.
func tallied(ctx context.Context, tx *store.Tx, actor org.Actor, f RateFilter, column string, s stretch) ([]tally, error) {
	from, to, before, after, ok := s.whole()
	if !ok {
		return answers(ctx, tx, actor, f, column, s)
	}
	w := narrowed(actor, f)
	w.Add("r.month >= ?", from)
	w.Add("r.month <= ?", to)
	grain := "r.person = '" + everybody + "'"
	if f.By == "person" {
		grain = "r.person <> '" + everybody + "'"
	}
	w.Raw(grain, nil)
	sums := make([]string, 0, 9)
	for _, name := range strings.Split(tallyColumns, ", ") {
		sums = append(sums, "CAST(sum(r."+name+") AS BIGINT)")
	}
	out, err := collect(ctx, tx, s, column, strings.Join(sums, ", "), "intake_tallies", " AND r.answered > 0", w)
	if err != nil {
		return nil, err
	}
	for _, edge := range []*stretch{before, after} {
		if edge != nil {
			some, err := answers(ctx, tx, actor, f, column, *edge)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
	}
	return out, nil
}

// answers counts the answers of a stretch one by one.
func answers(ctx context.Context, tx *store.Tx, actor org.Actor, f RateFilter, column string, s stretch) ([]tally, error) {
	w := narrowed(actor, f)
	w.Add("r.replied_at >= ?", store.At(s.from.Start()))
	w.Add("r.replied_at < ?", store.At(s.to.End()))
	return collect(ctx, tx, s, column, counted, "intake_results", "", w)
}

// narrowed is what a filter leaves of the actor's scope.
func narrowed(actor org.Actor, f RateFilter) *store.Where {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRates, "r.unit", w.Next()))
	if f.Unit != "" {
		w.Add(`r.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?)`, f.Unit)
	}
	if f.Kind != "" {
		w.Add("r.kind = ?", f.Kind)
	}
	if f.Channel != "" {
		w.Add("r.channel = ?", f.Channel)
	}
	return w
}

func collect(ctx context.Context, tx *store.Tx, s stretch, column, sums, table, besides string, w *store.Where) ([]tally, error) {
	group := " GROUP BY " + column
	if s.month != "" {
		group = " HAVING count(*) > 0"
	}
	return store.Collect(ctx, tx, func(r *sql.Rows) (t tally, err error) {
		err = r.Scan(&t.key, &t.all, &t.timed, &t.onTime, &t.contactable, &t.contacted, &t.called, &t.solved, &t.satisfied, &t.fairlySatisfied)
		t.key += s.month
		return
	}, `SELECT `+column+`, `+sums+` FROM `+table+` r WHERE `+w.SQL()+besides+group, w.Args()...)
}

// overdue counts what a stretch of time was promised and is neither answered nor contacted: whoever leaves it lying does no better than
// who is late. It counts on the day on which its period was over, until it is answered. What is done again and is over takes away
// from the answers of its month that were in time.
func (s *Service) overdue(ctx context.Context, tx *store.Tx, actor org.Actor, f RateFilter, st stretch) ([]tally, error) {
	now := s.now()
	column := map[string]string{"unit": "r.unit", "kind": "r.kind", "channel": "r.channel", "person": "'" + nobody + "'", "month": "''"}[f.By]
	until := st.to.End()
	if now.Before(until) {
		until = now
	}
	w := narrowed(actor, f)
	w.Add("t.due_at >= ?", store.At(st.from.Start()))
	w.Add("t.due_at <= ?", store.At(until))
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (t tally, err error) {
		err = r.Scan(&t.key, &t.late, &t.untold)
		t.key += st.month
		return
	}, `SELECT `+column+` AS k, count(*) FILTER (WHERE t.clock = 'reply'), count(*) FILTER (WHERE t.clock = 'first_contact') FROM term_v_open t JOIN intake_complaints r ON r.id = t.matter_id
		WHERE t.matter_type = 'complaint' AND t.clock IN ('reply', 'first_contact') AND NOT EXISTS (SELECT 1 FROM intake_results done WHERE done.complaint = r.id) AND `+w.SQL()+` GROUP BY k`, w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("what is over and not answered: %w", err)
	}
	if f.By == "person" {
		column = "r.person"
	}
	w = narrowed(actor, f)
	w.Add("t.due_at <= ?", store.At(now))
	w.Add("r.replied_at >= ?", store.At(st.from.Start()))
	w.Add("r.replied_at < ?", store.At(st.to.End()))
	again, err := store.Collect(ctx, tx, func(r *sql.Rows) (t tally, err error) {
		var n int
		err = r.Scan(&t.key, &n)
		t.key, t.onTime = t.key+st.month, -n
		return
	}, `SELECT `+column+` AS k, count(*) FROM term_v_open t JOIN intake_results r ON r.complaint = t.matter_id
		WHERE t.matter_type = 'complaint' AND t.clock = 'redo' AND r.on_time AND `+w.SQL()+` GROUP BY k`, w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("what is done again and over: %w", err)
	}
	return append(out, again...), nil
}

// nobody stands for the person where nobody has answered yet.
const nobody = "-"

// summed adds up the tallies of one key that were counted in pieces.
func summed(list []tally) (out []tally) {
	at := map[string]int{}
	for _, t := range list {
		i, known := at[t.key]
		if !known {
			at[t.key] = len(out)
			out = append(out, t)
			continue
		}
		out[i] = out[i].plus(t)
	}
	return out
}

// plus is what two tallies come to together, under the key of the first.
func (t tally) plus(o tally) tally {
	return tally{key: t.key, all: t.all + o.all, timed: t.timed + o.timed, onTime: t.onTime + o.onTime, contactable: t.contactable + o.contactable, contacted: t.contacted + o.contacted,
		called: t.called + o.called, solved: t.solved + o.solved, satisfied: t.satisfied + o.satisfied, fairlySatisfied: t.fairlySatisfied + o.fairlySatisfied, late: t.late + o.late, untold: t.untold + o.untold}
}

// nameRates says what each tally is of, and adds them up.
func (s *Service) nameRates(ctx context.Context, tx *store.Tx, out *Rates, tallies []tally, by, lang string) (err error) {
	var keys []string
	for _, t := range tallies {
		keys = append(keys, t.key)
	}
	names := map[string]string{}
	switch by {
	case "unit":
		names, err = org.UnitNames(ctx, tx, keys...)
	case "person":
		names, err = org.PeopleNames(ctx, tx, keys...)
		names[nobody] = words.Text(lang, "intake.rates.nobody", nil)
	case "kind":
		for _, k := range keys {
			names[k] = kindTitle(k, lang)
		}
	case "month":
		for _, k := range keys {
			names[k] = k
		}
	default:
		for _, k := range keys {
			names[k] = channelTitle(k, lang)
		}
	}
	var sum tally
	for _, t := range tallies {
		out.Rows = append(out.Rows, t.row(names[t.key], out.Fairly))
		sum = sum.plus(t)
	}
	out.Total = sum.row("", out.Fairly)
	slices.SortFunc(out.Rows, func(a, b RateRow) int { return strings.Compare(a.Name, b.Name) })
	return err
}
