package classify

import (
	"encoding/json"
	"io/fs"
	"sync"

	"jiexu/data"
	"jiexu/law"
)

var shipped = sync.OnceValues(func() (*Model, error) {
	raw, err := fs.ReadFile(data.FS, "classes/complaints.model")
	if err != nil {
		return nil, err
	}
	return Decode(raw)
})

// Shipped is the model of complaints that the program starts with, until the office has trained its own.
func Shipped() (*Model, error) { return shipped() }

var shippedReport = sync.OnceValues(func() (*Report, error) {
	raw, err := fs.ReadFile(data.FS, "classes/complaints.report.json")
	if err != nil {
		return nil, err
	}
	r := &Report{}
	return r, json.Unmarshal(raw, r)
})

// ShippedReport is how the model of complaints that the program starts with did on complaints held out when it was made.
// It is shared: who changes it changes it for all.
func ShippedReport() (*Report, error) { return shippedReport() }

// WithoutHistory is a model of matters that has seen no complaint: it orders the matters in force on a day by
// what their names, cards and articles share with a text, and always asks.
func WithoutHistory(on law.Date) (*Model, error) {
	o, err := OptionsFor(Matters, on)
	if err != nil {
		return nil, err
	}
	return Train(nil, o)
}

// OptionsFor are what a task is trained with besides examples: its lexicon, and how common each part of a
// text is, as the shipped model knows it.
func OptionsFor(task string, on law.Date) (Options, error) {
	start, err := Shipped()
	if err != nil {
		return Options{}, err
	}
	o := Options{Background: start.background.with(nil), Made: on.String()}
	if task == Matters {
		o.Lexicon, err = MatterLexicon(on)
	} else {
		o.Lexicon, err = ComplaintLexicon()
	}
	return o, err
}
