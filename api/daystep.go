package api

import "time"

// DayStep is a step that somebody took, as the system that owns the matter tells it.
type DayStep struct {
	System string    `json:"system" enum:"complaint,case"`
	Matter string    `json:"matter" doc:"id of the complaint or case"`
	Number string    `json:"number"`
	Title  string    `json:"title" doc:"of the matter"`
	ID     string    `json:"id" doc:"of the taking of the step"`
	Step   string    `json:"step"`
	Name   string    `json:"name" doc:"of the step"`
	At     time.Time `json:"at"`
	Lon    *float64  `json:"lon,omitempty"`
	Lat    *float64  `json:"lat,omitempty"`
	Films  bool      `json:"films" doc:"the procedure wants sound and picture of it"`
}

// MaxDaySteps is how many steps of one person a system tells at once.
const MaxDaySteps = 300

// WantedStep is a step that is recorded in sound and picture by its procedure.
type WantedStep struct {
	DayStep
	Blocks     bool   `json:"blocks" doc:"the matter does not go on without a recording, or the reason why there is none"`
	Person     string `json:"person"`
	PersonName string `json:"personName"`
	Unit       string `json:"unit" doc:"of the matter"`
	// Media are the files that were named when the step was taken.
	Media []string `json:"-"`
}

// MaxWantedSteps is how many such steps a system tells at once.
const MaxWantedSteps = 20_000
