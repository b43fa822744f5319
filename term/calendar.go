package term

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// CalendarKind is the kind of the ledger entry of an imported year; who hears of it loads the calendar anew.
const CalendarKind = "term.calendar"

// RecountedKind is the kind of the entry that tells those who work on a matter that a due date moved.
const RecountedKind = "term.recounted"

func init() {
	ledger.Seal("term_calendars", "id")
	ledger.Seal("term_changes", "id")
}

// Change is a due date that a year's notice moved.
type Change struct {
	ID     string
	Term   string
	Matter Matter
	Clock  string
	Old    law.Date
	New    law.Date
	Year   string // whose notice
	At     time.Time
}

// Imported is what importing a year did. Known is true where the same notice was there already, and nothing was done.
type Imported struct {
	Year        int
	Off, MakeUp int
	Moved       []Change
	Firm        int // periods that end when they did, and no longer provisionally
	Known       bool
}

// stored reads the notices that were imported, laid over the calendar that ships.
func stored(ctx context.Context, tx *store.Tx) (*law.Calendar, error) {
	raws, err := store.Collect(ctx, tx, func(r *sql.Rows) (raw string, err error) { return raw, r.Scan(&raw) }, `SELECT notice FROM term_calendars ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read calendars: %w", err)
	}
	var notices []*law.Year
	for _, raw := range raws {
		y, err := law.ParseYear([]byte(raw))
		if err != nil {
			return nil, err
		}
		notices = append(notices, y)
	}
	if len(notices) == 0 {
		return law.Shipped(), nil
	}
	return law.Shipped().With(notices...), nil
}

// Load takes the calendar from the database. app calls it at the start, and when the log tells of an import.
func (k *Keeper) Load(ctx context.Context, db *store.DB) error {
	return db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		cal, err := stored(ctx, tx)
		if err == nil {
			k.cal.Store(cal)
		}
		return err
	})
}

// count finds when a period ends. What is provisional by the calendar at hand is counted again by the database's own,
// so that no server goes on without a year that another has just imported.
func (k *Keeper) count(ctx context.Context, tx *store.Tx, start time.Time, p law.Period, opts ...law.Option) (law.Due, string, error) {
	cal := k.cal.Load()
	due, err := cal.Due(start, p, opts...)
	if err != nil || !due.Provisional {
		return due, cal.Version(), err
	}
	if cal, err = stored(ctx, tx); err != nil {
		return due, "", err
	}
	due, err = cal.Due(start, p, opts...)
	return due, cal.Version(), err
}

// ImportCalendar keeps a year's notice and counts every open period anew that it can touch, all in one transaction:
// an entry for the year, and one for each matter whose due date moved. by is who imports. Returns the faults of
// law.ParseYear, and term.calendar_empty for a file without days.
func (k *Keeper) ImportCalendar(ctx context.Context, db *store.DB, raw []byte, by, unit string, now time.Time) (Imported, error) {
	y, err := law.ParseYear(raw)
	if err != nil {
		return Imported{}, err
	}
	if len(y.Days) == 0 {
		return Imported{}, fault.New(fault.Invalid, "term.calendar_empty", "year", y.Year)
	}
	done := Imported{Year: y.Year}
	done.Off, done.MakeUp = y.Count()
	var cal *law.Calendar
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		done.Moved, done.Firm = nil, 0 // a write may run again
		before, err := stored(ctx, tx)
		if err != nil {
			return err
		}
		if old := before.Notice(y.Year); old != nil && old.Equal(y) {
			done.Known, cal = true, before
			return nil
		}
		year := strconv.Itoa(y.Year)
		if _, err := tx.Exec(ctx, `INSERT INTO term_calendars (id, notice, imported_at, imported_by) VALUES ($1,$2,$3,$4)
			ON CONFLICT (id) DO UPDATE SET notice = excluded.notice, imported_at = excluded.imported_at, imported_by = excluded.imported_by`,
			year, string(raw), store.At(now), by); err != nil {
			return fmt.Errorf("keep calendar: %w", err)
		}
		cal = before.With(y)
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: CalendarKind, Subject: ledger.Ref{Type: "calendar", ID: year}, Actor: by, Unit: unit, At: now,
			Body: map[string]any{"year": y.Year, "off": done.Off, "makeUp": done.MakeUp, "papers": y.Papers, "calendar": cal.Version()},
			Rows: []ledger.Row{{Table: "term_calendars", Key: year}}}); err != nil {
			return err
		}
		return k.recount(ctx, tx, cal, y, by, now, &done)
	})
	if err != nil {
		return Imported{}, err
	}
	k.cal.Store(cal)
	return done, nil
}

// recount counts anew what is open and ends on or after the first day that the notice may change.
func (k *Keeper) recount(ctx context.Context, tx *store.Tx, cal *law.Calendar, y *law.Year, by string, now time.Time, done *Imported) error {
	const page = 500
	from := store.At(y.First().Start())
	for last := ""; ; {
		terms, err := store.Collect(ctx, tx, scan, `SELECT `+columns+` FROM term_terms
			WHERE met_at IS NULL AND suspended_from IS NULL AND due_at >= $1 AND id > $2 ORDER BY id LIMIT $3`, from, last, page)
		if err != nil {
			return err
		}
		if err := recountAll(ctx, tx, cal, terms, strconv.Itoa(y.Year), by, now, done); err != nil {
			return err
		}
		if len(terms) < page {
			return nil
		}
		last = terms[len(terms)-1].ID
	}
}

// recountAll writes what differs of some open periods: the row, the change, and an entry for each matter, which wakes
// those who look at it. The alarms follow the new end.
func recountAll(ctx context.Context, tx *store.Tx, cal *law.Calendar, terms []Term, year, by string, now time.Time, done *Imported) error {
	byMatter := map[Matter]*ledger.Entry{}
	var order []Matter
	var ahead []Term // whose end moved
	for _, t := range terms {
		due, err := cal.Due(t.Start, t.Period, law.Excluding(t.Excluded))
		if err != nil {
			return fmt.Errorf("count term %s: %w", t.ID, err)
		}
		if due.At.Equal(t.Due) && due.Provisional == t.Provisional {
			continue
		}
		if err := store.Changed(tx.Exec(ctx, `UPDATE term_terms SET due_at = $3, due_date = $4, provisional = $5, calendar_version = $6, rev = rev + 1
			WHERE id = $1 AND rev = $2`, t.ID, t.Rev, store.At(due.At), store.Date{Date: due.Date}, due.Provisional, cal.Version())); err != nil {
			return err
		}
		e := byMatter[t.Matter]
		if e == nil {
			e = &ledger.Entry{Kind: RecountedKind, Subject: ledger.Ref{Type: t.Matter.Type, ID: t.Matter.ID}, Actor: by, Unit: t.Matter.Unit, At: now}
			byMatter[t.Matter], order = e, append(order, t.Matter)
		}
		e.Rows = append(e.Rows, ledger.Row{Table: "term_terms", Key: t.ID})
		if due.At.Equal(t.Due) {
			done.Firm++
			continue
		}
		again := t
		again.Due, again.Rev = due.At, t.Rev+1
		ahead = append(ahead, again)
		c := Change{ID: store.NewID(), Term: t.ID, Matter: t.Matter, Clock: t.Clock, Old: t.DueDate, New: due.Date, Year: year, At: now}
		if _, err := tx.Exec(ctx, `INSERT INTO term_changes (id, term, matter_type, matter_id, unit, clock, old_due, new_due, year, changed_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, c.ID, c.Term, c.Matter.Type, c.Matter.ID, c.Matter.Unit, c.Clock, store.Date{Date: c.Old},
			store.Date{Date: c.New}, year, store.At(now)); err != nil {
			return fmt.Errorf("keep change: %w", err)
		}
		e.Rows = append(e.Rows, ledger.Row{Table: "term_changes", Key: c.ID})
		moved, _ := e.Body.([]map[string]any)
		e.Body = append(moved, map[string]any{"clock": c.Clock, "old": c.Old.String(), "new": c.New.String(), "year": year})
		done.Moved = append(done.Moved, c)
	}
	if err := setBells(ctx, tx, ahead); err != nil {
		return err
	}
	for _, m := range order {
		e := byMatter[m]
		moved, _ := e.Body.([]map[string]any)
		if moved == nil {
			moved = []map[string]any{}
		}
		e.Body = map[string]any{"moved": moved, "calendar": cal.Version()}
		if _, err := ledger.Append(ctx, tx, *e); err != nil {
			return err
		}
	}
	return nil
}

// Firm counts provisional periods anew where a year came in between: one that was started on a server just as another
// imported its year. It writes nothing where the calendar has nothing new to say.
func (k *Keeper) Firm(ctx context.Context, db *store.DB, terms []Term, now time.Time) error {
	cal := k.cal.Load()
	var ids []string
	for _, t := range terms {
		if t.Provisional && t.Open() && t.Calendar != cal.Version() {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		cal, err := stored(ctx, tx)
		if err != nil {
			return err
		}
		fresh, err := byIDs(ctx, tx, ids)
		if err != nil {
			return err
		}
		open := fresh[:0]
		for _, t := range fresh {
			if t.Open() {
				open = append(open, t)
			}
		}
		years := cal.Years()
		return recountAll(ctx, tx, cal, open, strconv.Itoa(years[len(years)-1]), "system", now, &Imported{})
	})
}

// FirmAll is Firm for all open periods that are provisional. It bears being done by several servers.
func (k *Keeper) FirmAll(ctx context.Context, db *store.DB, now time.Time) error {
	const page = 500
	for last := ""; ; {
		var terms []Term
		if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			terms, err = store.Collect(ctx, tx, scan, fmt.Sprintf(`SELECT `+columns+` FROM term_terms WHERE met_at IS NULL AND suspended_from IS NULL
				AND provisional AND calendar_version <> $1 AND id > $2 ORDER BY id LIMIT %d`, page), k.cal.Load().Version(), last)
			return err
		}); err != nil {
			return err
		}
		if err := k.Firm(ctx, db, terms, now); err != nil || len(terms) < page {
			return err
		}
		last = terms[len(terms)-1].ID
	}
}

// Changes lists moved due dates, newest first, from the one after before; "" begins with the newest.
func Changes(ctx context.Context, tx *store.Tx, before string, limit int) ([]Change, error) {
	w := &store.Where{}
	if before != "" {
		w.Add(`id < ?`, before)
	}
	return store.Collect(ctx, tx, func(r *sql.Rows) (c Change, err error) {
		var old, fresh store.Date
		var at store.Time
		err = r.Scan(&c.ID, &c.Term, &c.Matter.Type, &c.Matter.ID, &c.Matter.Unit, &c.Clock, &old, &fresh, &c.Year, &at)
		c.Old, c.New, c.At = old.Date, fresh.Date, at.Time
		return c, err
	}, `SELECT id, term, matter_type, matter_id, unit, clock, old_due, new_due, year, changed_at FROM term_changes WHERE `+w.SQL()+
		` ORDER BY id DESC LIMIT `+w.Part(`?`, min(max(limit, 1), 500)), w.Args()...)
}
