// Package term keeps running periods (期限): each is a row that says what it counts, by which article,
// from when, until when, and by which version of the calendar that was found.
//
// Overdue is computed when it is read. A row never says that it is overdue, so a server that stood
// still for a week moves no legal date.
package term

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// Matter is what a period belongs to: a complaint or a case, and the unit that answers for it.
type Matter struct{ Type, ID, Unit string }

// Term is one running, suspended or met period.
type Term struct {
	ID            string
	Matter        Matter
	Clock         string
	Period        law.Period
	Start         time.Time
	Due           time.Time // the first moment that is late
	DueDate       law.Date  // the last day in time
	Provisional   bool
	Calendar      string // version of the calendar it was counted by
	SuspendedFrom *time.Time
	Excluded      []law.Interval
	MetAt         *time.Time
	Rev           int64
}

// Open reports whether the period runs.
func (t Term) Open() bool { return t.MetAt == nil && t.SuspendedFrom == nil }

// Lapsed reports whether the period was over at now without having been met in time.
func (t Term) Lapsed(now time.Time) bool {
	if t.MetAt != nil {
		return t.MetAt.After(t.Due) || t.MetAt.Equal(t.Due)
	}
	return t.SuspendedFrom == nil && !now.Before(t.Due)
}

func init() {
	ledger.Seal("term_terms", "id")
	ledger.Exempt("term_bells", "derived from the terms: when to look at an open one")
	ledger.Exempt("term_alarms", "derived from the terms; an alarm is a courtesy, the due date is the law")
}

// Keeper counts periods by a calendar.
type Keeper struct{ cal atomic.Pointer[law.Calendar] }

// NewKeeper makes a keeper; Load gives it the years that were imported.
func NewKeeper(cal *law.Calendar) *Keeper {
	k := &Keeper{}
	k.cal.Store(cal)
	return k
}

// Calendar is the calendar that it counts by at the moment.
func (k *Keeper) Calendar() *law.Calendar { return k.cal.Load() }

// Start begins a period of the matter. One that already runs under the same clock is met first: a
// clock that is started anew, as for a matter sent back, counts from the new start alone. The rows
// that it returns belong into the entry of the transaction.
func (k *Keeper) Start(ctx context.Context, tx *store.Tx, m Matter, clock string, period law.Period, at time.Time) ([]ledger.Row, error) {
	rows, err := k.Meet(ctx, tx, m, clock, at)
	if err != nil {
		return nil, err
	}
	due, cal, err := k.count(ctx, tx, at, period)
	if err != nil {
		return nil, fmt.Errorf("count %s of %s %s: %w", clock, m.Type, m.ID, err)
	}
	started, err := k.insert(ctx, tx, []fresh{{m, clock, period, at, due, cal}})
	return append(rows, started...), err
}

// StartUntil begins a period whose end was set: in hours the moment itself, else the day of ends, or the next working day
// where that is a day off (CP 85). p says the unit and by which article it was set.
func (k *Keeper) StartUntil(ctx context.Context, tx *store.Tx, m Matter, clock string, p law.Period, at, ends time.Time) ([]ledger.Row, error) {
	if p.Unit == law.Hours {
		p.N = max(1, int((ends.Sub(at)+time.Hour-1)/time.Hour))
		at = ends.Add(-time.Duration(p.N) * time.Hour)
	} else {
		p.Unit, p.N = law.Days, max(1, law.On(at).DaysUntil(law.On(ends)))
		at = law.On(ends).AddDays(-p.N).Start()
	}
	return k.Start(ctx, tx, m, clock, p, at)
}

// Meet ends the open periods of a clock: what it waited for was done at that time.
func (k *Keeper) Meet(ctx context.Context, tx *store.Tx, m Matter, clock string, at time.Time) ([]ledger.Row, error) {
	return k.change(ctx, tx, m, clock, `UPDATE term_terms SET met_at = $4, suspended_from = NULL, rev = rev + 1
		WHERE matter_type = $1 AND matter_id = $2 AND clock = $3 AND met_at IS NULL RETURNING id`, store.At(at))
}

// MeetAll ends every open period of a matter, where the matter itself ends.
func (k *Keeper) MeetAll(ctx context.Context, tx *store.Tx, m Matter, at time.Time) ([]ledger.Row, error) {
	return ids(ctx, tx, `UPDATE term_terms SET met_at = $3, suspended_from = NULL, rev = rev + 1
		WHERE matter_type = $1 AND matter_id = $2 AND met_at IS NULL RETURNING id`, m.Type, m.ID, store.At(at))
}

func (k *Keeper) change(ctx context.Context, tx *store.Tx, m Matter, clock, query string, at store.Time) ([]ledger.Row, error) {
	rows, err := ids(ctx, tx, query, m.Type, m.ID, clock, at)
	if err != nil {
		return nil, fmt.Errorf("clock %s of %s %s: %w", clock, m.Type, m.ID, err)
	}
	return rows, nil
}

// MoveTo gives the open periods of a matter to another unit, when the matter itself moves.
func MoveTo(ctx context.Context, tx *store.Tx, m Matter) ([]ledger.Row, error) {
	return ids(ctx, tx, `UPDATE term_terms SET unit = $3, rev = rev + 1
		WHERE matter_type = $1 AND matter_id = $2 AND unit <> $3 AND met_at IS NULL RETURNING id`, m.Type, m.ID, m.Unit)
}

func ids(ctx context.Context, tx *store.Tx, query string, args ...any) ([]ledger.Row, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ledger.Row
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, ledger.Row{Table: "term_terms", Key: id})
	}
	return out, rows.Err()
}

const columns = `id, matter_type, matter_id, unit, clock, amount, period_unit, cites, start_at, due_at, due_date, provisional, calendar_version,
	suspended_from, excluded, met_at, rev`

// Of reads the periods of matters, oldest first, by matter. It takes at most 500 ids.
func Of(ctx context.Context, tx *store.Tx, matterType string, matterIDs []string) (map[string][]Term, error) {
	out := map[string][]Term{}
	if len(matterIDs) == 0 {
		return out, nil
	}
	args := []any{matterType}
	marks := make([]string, len(matterIDs))
	for i, id := range matterIDs {
		args = append(args, id)
		marks[i] = fmt.Sprintf("$%d", i+2)
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM term_terms WHERE matter_type = $1 AND matter_id IN (`+strings.Join(marks, ",")+`) ORDER BY start_at, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out[t.Matter.ID] = append(out[t.Matter.ID], t)
	}
	return out, rows.Err()
}

// OfMatter reads the periods of one matter, oldest first.
func OfMatter(ctx context.Context, tx *store.Tx, m Matter) ([]Term, error) {
	all, err := Of(ctx, tx, m.Type, []string{m.ID})
	return all[m.ID], err
}

func scan(rows *sql.Rows) (Term, error) {
	var t Term
	var unit, cites, excluded string
	var start, due store.Time
	var dueDate store.Date
	var suspended, met *store.Time
	err := rows.Scan(&t.ID, &t.Matter.Type, &t.Matter.ID, &t.Matter.Unit, &t.Clock, &t.Period.N, &unit, &cites, &start, &due, &dueDate, &t.Provisional,
		&t.Calendar, &suspended, &excluded, &met, &t.Rev)
	if err != nil {
		return t, err
	}
	t.Period.Unit, t.Start, t.Due, t.DueDate = law.Unit(unit), start.Time, due.Time, dueDate.Date
	if suspended != nil {
		t.SuspendedFrom = &suspended.Time
	}
	if met != nil {
		t.MetAt = &met.Time
	}
	var texts []string
	if err := json.Unmarshal([]byte(cites), &texts); err != nil {
		return t, fmt.Errorf("cites of term %s: %w", t.ID, err)
	}
	for _, text := range texts {
		c, err := law.ParseCite(text)
		if err != nil {
			return t, fmt.Errorf("cites of term %s: %w", t.ID, err)
		}
		t.Period.Cites = append(t.Period.Cites, c)
	}
	if err := json.Unmarshal([]byte(excluded), &t.Excluded); err != nil {
		return t, fmt.Errorf("excluded of term %s: %w", t.ID, err)
	}
	return t, nil
}

// Lapsed reports whether the newest period of a clock is over at now.
func Lapsed(terms []Term, clock string, now time.Time) bool {
	for i := len(terms) - 1; i >= 0; i-- {
		if terms[i].Clock == clock {
			return terms[i].Lapsed(now)
		}
	}
	return false
}
