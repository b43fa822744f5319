package sheet

import (
	"strings"
	"testing"

	"jiexu/fault"
)

// A table of which nothing is kept may have any number of rows; one that is imported may not.
func TestRowsAreBoundedWhereTheyAreKept(t *testing.T) {
	content := []byte("a\n" + strings.Repeat("1\n", MaxRows+1))
	for _, all := range []bool{false, true} {
		table, err := Open("t.csv", content, FileOptions{AllRows: all})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = table.Each(func(Row) error { n++; return nil })
		switch {
		case all && (err != nil || n != MaxRows+1):
			t.Errorf("%d rows, %v", n, err)
		case !all && (fault.KindOf(err) != fault.TooLarge || n != MaxRows):
			t.Errorf("of a table that is kept: %d rows, %v", n, err)
		}
	}
}
