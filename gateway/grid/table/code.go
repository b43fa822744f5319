// Package table keeps what the codes of a city grid platform mean: the classes of parts and events of GB/T 30428.2, imported and versioned,
// and the desk's own table from them to classes of complaints and penalty matters.
package table

import (
	"fmt"
	"strings"

	"jiexu/fault"
)

// Sorts of what the grid manages.
const (
	Event = "event" // 事件: something that happens
	Part  = "part"  // 部件: a thing with a number of its own
)

// Code is a class in a grid platform's code, read: GB/T 30428.2. An event's is six digits of the district, two of the class and two of the
// subclass; a part's has six more, its own number. Most platforms send the four digits of class and subclass alone.
type Code struct {
	Sort     string
	District string // six digits, or empty
	Class    string // two digits
	Sub      string // two digits, or empty where only the class is known
	Serial   string // of the part: six digits, or empty
}

// Key is what its class is found under: event:0501.
func (c Code) Key() string { return c.Sort + ":" + c.Class + c.Sub }

// ParseSort reads a sort. Empty is not known.
func ParseSort(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "event", "事件", "1", "e":
		return Event
	case "part", "component", "部件", "0", "2", "p":
		return Part
	}
	return ""
}

// ParseCode reads a code by its length: 2 or 4 digits (of the sort that is told, an event where none is), 10 of an event, 16 of a part. Returns gateway.grid_code.
func ParseCode(sort, text string) (Code, error) {
	text = strings.TrimSpace(text)
	for _, r := range text {
		if r < '0' || r > '9' {
			return Code{}, fault.New(fault.Invalid, "gateway.grid_code", "code", short(text))
		}
	}
	told := ParseSort(sort)
	switch c := (Code{Sort: told}); len(text) {
	case 2, 4:
		if c.Sort == "" {
			c.Sort = Event
		}
		c.Class, c.Sub = text[:2], text[2:]
		return c, nil
	case 10:
		if told != Part {
			return Code{Sort: Event, District: text[:6], Class: text[6:8], Sub: text[8:]}, nil
		}
	case 16:
		if told != Event {
			return Code{Sort: Part, District: text[:6], Class: text[6:8], Sub: text[8:10], Serial: text[10:]}, nil
		}
	}
	return Code{}, fault.New(fault.Invalid, "gateway.grid_code", "code", short(text))
}

// Cell is the code of a unit grid (单元网格): six digits of the district, three of the street, three of the neighbourhood committee, and the cell's own, which are three in
// GB/T 30428.1 and two in the older CJ/T 213.
type Cell struct{ District, Street, Committee, Serial string }

// ParseCell reads one of 15 or 14 digits. Returns gateway.grid_cell.
func ParseCell(text string) (Cell, error) {
	text = strings.TrimSpace(text)
	if len(text) != 15 && len(text) != 14 || strings.Trim(text, "0123456789") != "" {
		return Cell{}, fault.New(fault.Invalid, "gateway.grid_cell", "cell", short(text))
	}
	return Cell{text[:6], text[6:9], text[9:12], text[12:]}, nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

// key makes the key of a table's row: its class must be two or four digits.
func key(sort, code string) (string, error) {
	c, err := ParseCode(sort, code)
	if err != nil || ParseSort(sort) == "" || len(code) > 4 {
		return "", fmt.Errorf("no row of a table: %q %q", sort, code)
	}
	return c.Key(), nil
}
