package term

import (
	"database/sql"
	"time"

	"jiexu/law"
	"jiexu/store"
)

// MaxDeadlines is the most that one calendar shows.
const MaxDeadlines = 2000

// DeadlineFilter narrows a calendar of deadlines.
type DeadlineFilter struct {
	From, To law.Date
	Unit     string // with all below; empty: the actor's whole scope
	Mine     bool   // what the actor himself handles
}

// Deadline is a running period that ends on a day, with its matter.
type Deadline struct {
	Type        string `json:"type" enum:"case,complaint"`
	ID          string `json:"id"`
	Number      string `json:"number"`
	Title       string `json:"title"`
	UnitName    string `json:"unitName"`
	Clock       string `json:"clock"`
	ClockTitle  string `json:"clockTitle"`
	DueDate     string `json:"dueDate"`
	Level       string `json:"level"`
	LeftText    string `json:"leftText"`
	Waits       bool   `json:"waits" doc:"time that belongs to the party or must pass: nobody is late"`
	Provisional bool   `json:"provisional"`
}

// DeadlineColumns are what ScanDeadline reads: those of the matter are the system's own, c, and its unit's, u.
const DeadlineColumns = `c.id, c.number, c.title, u.name, t.clock, t.period_unit, t.start_at, t.due_at, t.due_date, t.provisional`

// ScanDeadline reads rows of DeadlineColumns over term_v_open t.
func (k *Keeper) ScanDeadline(matterType string, describe Describe, now time.Time, lang string) func(*sql.Rows) (Deadline, error) {
	return func(r *sql.Rows) (Deadline, error) {
		d := Deadline{Type: matterType}
		var t Term
		var start, due store.Time
		var date store.Date
		if err := r.Scan(&d.ID, &d.Number, &d.Title, &d.UnitName, &t.Clock, &t.Period.Unit, &start, &due, &date, &t.Provisional); err != nil {
			return d, err
		}
		t.Start, t.Due, t.DueDate = start.Time, due.Time, date.Date
		line := k.Line(t, describe, now, lang)
		d.Clock, d.ClockTitle, d.DueDate, d.Level, d.LeftText, d.Provisional = t.Clock, line.Title, date.Date.String(), line.Level, line.LeftText, t.Provisional
		d.Waits = describe(t.Clock).Waits
		return d, nil
	}
}
