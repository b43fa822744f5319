package law

import (
	"slices"
	"testing"
)

// TestAged pins what the day of birth makes of a weighing (AP 30): a year is complete from the day after the birthday.
func TestAged(t *testing.T) {
	act := day(t, "2026-11-23")
	for _, c := range []struct {
		born  string
		facts []string
		want  []string
	}{
		{"2012-11-24", nil, []string{"under_14"}},
		{"2012-11-23", nil, []string{"under_14"}}, // on the fourteenth birthday itself
		{"2012-11-22", nil, []string{"aged_14_to_17"}},
		{"2008-11-23", []string{"first_time"}, []string{"first_time", "aged_14_to_17"}},
		{"2008-11-22", []string{"aged_14_to_17", "first_time"}, []string{"first_time"}}, // nobody chooses an age
		{"2012-02-29", []string{"aged_14_to_17"}, []string{"under_14"}},
		{"1990-01-01", nil, nil},
	} {
		on := act
		if c.born == "2012-02-29" {
			on = day(t, "2026-02-28")
		}
		if got := Aged(c.facts, day(t, c.born), on); !slices.Equal(got, c.want) {
			t.Errorf("born %s: %v, want %v", c.born, got, c.want)
		}
	}
}
