package app

import (
	"context"
	"maps"
	"slices"

	"jiexu/classify"
	"jiexu/law"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
)

// ClassHistory is what an office's own complaints teach a task: those whose category is one of the classes, or
// from which a case of one of the matters was filed, the oldest first. All complaints are counted into the
// background, so that what is common in this district says little. Others is how many have another class or none.
func ClassHistory(ctx context.Context, db *store.DB, l *classify.Lexicon, background *classify.Background) (examples []classify.Example, others int, err error) {
	known := map[string]bool{}
	for _, c := range l.Classes {
		known[c.Code] = true
	}
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		examples, others = nil, 0
		var matters map[string]string
		if l.Task == classify.Matters {
			if matters, err = casework.MattersOfComplaints(ctx, tx); err != nil {
				return err
			}
		}
		return intake.EachDescribed(ctx, tx, func(d intake.Described) error {
			e := classify.Example{Text: classify.Text{Subject: d.Title, Body: d.Text}, Class: d.Category}
			if l.Task == classify.Matters {
				e.Class = matters[d.ID]
			}
			if known[e.Class] {
				examples = append(examples, e) // training counts it
				return nil
			}
			others++
			background.Add(e.Text)
			return nil
		})
	})
	return examples, others, err
}

// mostCases bounds from how many of the newest cases the matters are learned.
const mostCases = 1_500

// classHistory is what intake's models learn from: the newest complaints that somebody called something, or from which a
// case was filed.
func (a *App) classHistory(ctx context.Context, task string) (examples []classify.Example, err error) {
	o, err := classify.OptionsFor(task, law.On(a.Now()))
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, c := range o.Lexicon.Classes {
		known[c.Code] = true
	}
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		examples = nil
		var all []intake.Described
		if task == classify.Matters {
			matters, err := casework.NewestMatters(ctx, tx, mostCases)
			if err != nil {
				return err
			}
			if all, err = intake.DescribedOf(ctx, tx, matters); err != nil {
				return err
			}
		} else if all, err = intake.NewestDescribed(ctx, tx, slices.Sorted(maps.Keys(known))); err != nil {
			return err
		}
		for _, d := range all {
			if known[d.Category] {
				examples = append(examples, classify.Example{Text: classify.Text{Subject: d.Title, Body: d.Text}, Class: d.Category})
			}
		}
		return nil
	})
	return examples, err
}
