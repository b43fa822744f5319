package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// DayOf is what somebody recorded on a day.
type DayOf struct {
	Day    int   `json:"day"` // of the month, from 1
	Count  int   `json:"count"`
	LongMS int64 `json:"longMs"`
	Untied int   `json:"untied"`
	First  int   `json:"first" doc:"minute of the day at which the first began"`
	Last   int   `json:"last" doc:"minute of the day at which the last ended"`
}

// MonthOf is somebody's month.
type MonthOf struct {
	Person string  `json:"person"` // empty: nobody knows who made them
	Name   string  `json:"name"`
	Days   []DayOf `json:"days"`
}

// Month is a unit's month: who recorded how much on which day.
type Month struct {
	Unit  string    `json:"unit"`
	Month string    `json:"month"` // 2026-11
	Days  int       `json:"days"`
	Rows  []MonthOf `json:"rows"`
}

// maxMonth bounds the recordings of a unit's month.
const maxMonth = 200_000

// MonthOf lays a unit's month out, with the units below it, by day and person. Returns form for a month that is none, refused.unit.
func (s *Service) MonthOf(ctx context.Context, actor org.Actor, unit, month string) (*Month, error) {
	first, err := law.ParseDate(month + "-01")
	if err != nil {
		return nil, fault.New(fault.Invalid, "form").With("month", "form.date")
	}
	if unit == "" {
		unit = actor.HomeUnit()
	}
	if err := actor.Must("evidence.records", unit); err != nil {
		return nil, err
	}
	begin := first.Start()
	end := time.Date(first.Year, first.Month+1, 1, 0, 0, 0, 0, law.Shanghai)
	out := &Month{Unit: unit, Month: month, Days: int(end.Sub(begin).Hours() / 24), Rows: []MonthOf{}}
	type cell struct {
		person string
		day    int
	}
	cells := map[cell]*DayOf{}
	people := map[string]bool{}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		units, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT descendant FROM org_v_unit_paths WHERE ancestor = $1`, unit)
		if err != nil {
			return err
		}
		tied, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT DISTINCT t.media FROM evidence_ties t JOIN evidence_recordings r ON r.media = t.media
			WHERE t.ended_at IS NULL AND r.began_at >= $1 AND r.began_at < $2`, store.At(begin), store.At(end))
		if err != nil {
			return err
		}
		belongs := make(map[string]bool, len(tied))
		for _, id := range tied {
			belongs[id] = true
		}
		for _, one := range units {
			if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
				var media, person string
				var at store.Time
				var long int64
				if err = r.Scan(&media, &person, &at, &long); err != nil {
					return
				}
				local := at.Time.In(law.Shanghai)
				key := cell{person, local.Day()}
				c := cells[key]
				minute := local.Hour()*60 + local.Minute()
				if c == nil {
					c = &DayOf{Day: key.day, First: minute}
					cells[key], people[person] = c, true
				}
				c.Count, c.LongMS = c.Count+1, c.LongMS+long
				c.First, c.Last = min(c.First, minute), max(c.Last, min(24*60, minute+int(long/60_000)))
				if !belongs[media] {
					c.Untied++
				}
				return
			}, `SELECT r.media, COALESCE(r.officer, ''), r.began_at, r.long_ms FROM evidence_recordings r
				WHERE r.unit = $1 AND r.began_at >= $2 AND r.began_at < $3 AND NOT EXISTS (SELECT 1 FROM evidence_derived d WHERE d.media = r.media) LIMIT `+fmt.Sprint(maxMonth), one, store.At(begin), store.At(end)); err != nil {
				return err
			}
		}
		ids := make([]string, 0, len(people))
		for id := range people {
			ids = append(ids, id)
		}
		names, err := org.PeopleNames(ctx, tx, ids...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			row := MonthOf{Person: id, Name: names[id], Days: []DayOf{}}
			for day := range out.Days {
				if c := cells[cell{id, day + 1}]; c != nil {
					row.Days = append(row.Days, *c)
				}
			}
			out.Rows = append(out.Rows, row)
		}
		sort.Slice(out.Rows, func(i, j int) bool {
			a, b := out.Rows[i], out.Rows[j]
			return a.Person != "" && (b.Person == "" || a.Name < b.Name || a.Name == b.Name && a.Person < b.Person)
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
