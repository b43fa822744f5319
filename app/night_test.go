package app

import (
	"testing"
	"time"

	"jiexu/law"
)

// Each night plans one later than itself, whatever our clock says beside the database's.
func TestTheNextNight(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", s, law.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ night, now, next string }{
		{"2026-11-29", "2026-11-29 02:00:00", "2026-11-30 02:00:00"},
		{"2026-11-29", "2026-11-29 01:59:59", "2026-11-30 02:00:00"},
		{"2026-11-29", "2026-11-29 05:12:00", "2026-11-30 02:00:00"},
		{"2026-11-29", "2026-12-02 01:00:00", "2026-12-02 02:00:00"},
		{"", "2026-12-02 03:00:00", "2026-12-03 02:00:00"},
	} {
		if got := (Night{Day: c.night}).next(at(c.now)); !got.Equal(at(c.next)) {
			t.Errorf("after the night of %s, at %s: %s, want %s", c.night, c.now, got, c.next)
		}
	}
	if got := nextNight(at("2026-11-28 23:00:00").UTC()); !got.Equal(at("2026-11-29 02:00:00")) {
		t.Errorf("from the evening: %s", got)
	}
}
