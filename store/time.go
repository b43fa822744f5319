package store

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/google/uuid"

	"jiexu/law"
)

// layout has a fixed width, so that text times on SQLite sort as times do.
const layout = "2006-01-02T15:04:05.000000Z"

// Time is a moment, kept in UTC with microseconds. It is the one type that columns of type DATETIME
// are written from and read into.
type Time struct{ time.Time }

// At makes a column value of a moment.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Microsecond)} }

// Now is the machine's time, for technical rows alone (sessions, leases). Business time is an argument.
func Now() Time { return At(time.Now()) }

// AtPtr makes an optional column value: nil stays NULL.
func AtPtr(t *time.Time) *Time {
	if t == nil {
		return nil
	}
	v := At(*t)
	return &v
}

// Text is the moment in the fixed form that columns and ledger entries hold.
func (t Time) Text() string { return t.UTC().Format(layout) }

// ParseTime reads the fixed form that Text writes, and no other.
func ParseTime(s string) (Time, error) {
	if v, ok := fixedTime(s); ok {
		return Time{v}, nil
	}
	v, err := time.Parse(layout, s)
	if err != nil || v.Format(layout) != s {
		return Time{}, fmt.Errorf("store: not a time: %q", s)
	}
	return Time{v}, nil
}

// fixedTime reads the fixed form of a moment without the detour by way of a layout: the check of the log reads millions.
func fixedTime(s string) (time.Time, bool) {
	const form = "0000-00-00T00:00:00.000000Z"
	if len(s) != len(form) {
		return time.Time{}, false
	}
	var n [7]int // year, month, day, hour, minute, second, microsecond
	part := 0
	for i := range len(form) {
		if form[i] != '0' {
			if s[i] != form[i] {
				return time.Time{}, false
			}
			part++
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return time.Time{}, false
		}
		n[part] = 10*n[part] + int(s[i]-'0')
	}
	v := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 1000*n[6], time.UTC)
	if v.Year() != n[0] || int(v.Month()) != n[1] || v.Day() != n[2] || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return time.Time{}, false // there is no such day or hour
	}
	return v, true
}

// Value writes the moment as text of fixed width, which both engines take.
func (t Time) Value() (driver.Value, error) { return t.Text(), nil }

// Scan reads a moment from either engine.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		t.Time = v.UTC()
		return nil
	case string:
		return t.parse(v)
	case []byte:
		return t.parse(string(v))
	default:
		return fmt.Errorf("store: a time from %T", src)
	}
}

func (t *Time) parse(s string) error {
	for _, l := range []string{layout, time.RFC3339Nano, "2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04:05"} {
		if v, err := time.Parse(l, s); err == nil {
			t.Time = v.UTC()
			return nil
		}
	}
	return fmt.Errorf("store: not a time: %q", s)
}

// Date is a civil date in a column of type DATE.
type Date struct{ law.Date }

// Value writes the date as 2006-01-02.
func (d Date) Value() (driver.Value, error) { return d.Date.String(), nil }

// Scan reads a date from either engine.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		d.Date = law.Date{Year: v.Year(), Month: v.Month(), Day: v.Day()}
		return nil
	case string:
		if len(v) > 10 {
			v = v[:10]
		}
		var err error
		d.Date, err = law.ParseDate(v)
		return err
	case []byte:
		return d.Scan(string(v))
	default:
		return fmt.Errorf("store: a date from %T", src)
	}
}

// NewID makes an identifier: a UUID of version 7, so that ids sort by the time of their making.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
