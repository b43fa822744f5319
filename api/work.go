package api

import (
	"cmp"
	"slices"
	"time"

	"jiexu/term"
)

// Groups of My Work (我的工作), in the order in which they are shown.
const (
	WorkOverdue  = "overdue"   // a period is over
	WorkDueToday = "due_today" // its last day is today
	WorkWaiting  = "waiting"   // it waits for a step of mine
	WorkNew      = "new"       // it came in since yesterday
)

// WorkItem is one line of My Work; it opens the very step.
type WorkItem struct {
	Group      string      `json:"group" enum:"overdue,due_today,waiting,new"`
	System     string      `json:"system" enum:"complaint,case"`
	ID         string      `json:"id"`
	Number     string      `json:"number"`
	Title      string      `json:"title"`
	State      string      `json:"state"`
	StateTitle string      `json:"stateTitle"`
	Step       string      `json:"step,omitempty" doc:"the step that waits for me"`
	StepTitle  string      `json:"stepTitle,omitempty"`
	Track      string      `json:"track,omitempty" doc:"id of the procedure beside the main one that the step belongs to"`
	TrackTitle string      `json:"trackTitle,omitempty"`
	Unit       string      `json:"unit"`
	UnitName   string      `json:"unitName"`
	Clock      *term.Clock `json:"clock,omitempty" doc:"its most urgent period"`
	At         time.Time   `json:"at"`
	Urgent     bool        `json:"urgent,omitempty"`
	Raised     string      `json:"raised,omitempty" enum:"leader,desk,head" doc:"so much of its period is over that it is told to these: the ladder of escalation"`
}

// Place chooses the group of an item by its most urgent clock. An item with neither a clock that is
// near, nor a step of mine, nor news is no work of mine: it returns false.
func (w *WorkItem) Place(clocks []term.Clock, now time.Time) bool {
	if len(clocks) > 0 && (clocks[0].Level == "ok" || clocks[0].Level == "amber" || clocks[0].Level == "red") {
		w.Clock = &clocks[0]
	}
	switch {
	case w.Clock != nil && w.Clock.Level == "red":
		w.Group = WorkOverdue
	case w.Clock != nil && w.Clock.Due.Sub(now) <= 24*time.Hour:
		w.Group = WorkDueToday
	case w.Step != "":
		w.Group = WorkWaiting
	case now.Sub(w.At) < 24*time.Hour:
		w.Group = WorkNew
	case w.Raised != "":
		w.Group = WorkWaiting
	default:
		return false
	}
	return true
}

// WorkGroup is the items of one group, the most urgent first.
type WorkGroup struct {
	Code  string     `json:"code" enum:"overdue,due_today,waiting,new"`
	Items []WorkItem `json:"items"`
}

// GroupWork puts items into their groups; every group is there, if empty.
func GroupWork(items []WorkItem) []WorkGroup {
	due := func(w WorkItem) time.Time {
		if w.Clock != nil {
			return w.Clock.Due
		}
		return w.At.AddDate(100, 0, 0)
	}
	urgent := func(w WorkItem) int {
		if w.Urgent {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(items, func(a, b WorkItem) int {
		return cmp.Or(urgent(a)-urgent(b), due(a).Compare(due(b)), b.At.Compare(a.At))
	})
	var out []WorkGroup
	for _, code := range []string{WorkOverdue, WorkDueToday, WorkWaiting, WorkNew} {
		g := WorkGroup{Code: code, Items: []WorkItem{}}
		for _, w := range items {
			if w.Group == code {
				g.Items = append(g.Items, w)
			}
		}
		out = append(out, g)
	}
	return out
}

// Turn is for whom a matter waits now.
type Turn struct {
	Number string
	Unit   string
	Step   string   // its title in Chinese; empty: it waits for nobody
	StepEN string   // and in English
	Roles  []string // whoever holds one of them in the unit
	People []string // and these
	Urgent bool
}
