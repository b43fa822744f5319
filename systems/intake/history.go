package intake

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"

	"jiexu/store"
)

// Described is what a complaint says, and what the office called it.
type Described struct {
	ID, Title, Text, Category string
}

// ownCategory is what a person or the channel called a complaint.
const ownCategory = `CASE WHEN g.took AND g.chosen_class = '' THEN '' ELSE c.category END`

// EachDescribed calls f with every complaint, the oldest first. Nothing of who complained is in it. A category that a
// model gave and nobody confirmed is none: a model does not learn from itself.
func EachDescribed(ctx context.Context, tx *store.Tx, f func(Described) error) error {
	rows, err := tx.Query(ctx, `SELECT c.id, c.title, c.text, `+ownCategory+` FROM intake_complaints c LEFT JOIN intake_guesses g ON g.complaint = c.id ORDER BY c.received_at, c.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d Described
		if err := rows.Scan(&d.ID, &d.Title, &d.Text, &d.Category); err != nil {
			return err
		}
		if err := f(d); err != nil {
			return err
		}
	}
	return rows.Err()
}

// What is read of the newest complaints to learn from.
const (
	mostClasses = 20_000 // examples of classes
	mostMatters = 1_500  // examples of matters: with 130 classes a minute's learning
)

// NewestDescribed gives the newest complaints that somebody called one of these categories, the oldest of them first.
func NewestDescribed(ctx context.Context, tx *store.Tx, categories []string) ([]Described, error) {
	w := &store.Where{}
	w.In("c.category", categories)
	all, err := store.Collect(ctx, tx, scanDescribed, `SELECT c.id, c.title, c.text, c.category FROM intake_complaints c LEFT JOIN intake_guesses g ON g.complaint = c.id
		WHERE `+w.SQL()+` AND NOT (coalesce(g.took, FALSE) AND g.chosen_class = '') ORDER BY c.received_at DESC, c.id DESC LIMIT `+strconv.Itoa(mostClasses), w.Args()...)
	slices.Reverse(all)
	return all, err
}

// DescribedOf gives complaints by id, with the matter that the desk chose for each, or what matters says; the oldest first.
func DescribedOf(ctx context.Context, tx *store.Tx, matters map[string]string) (all []Described, err error) {
	chosen, err := store.Collect(ctx, tx, func(r *sql.Rows) (d Described, err error) { return d, r.Scan(&d.ID, &d.Category) },
		`SELECT complaint, chosen_matter FROM intake_guesses WHERE chosen_at IS NOT NULL AND chosen_matter <> '' ORDER BY chosen_at DESC LIMIT $1`, mostMatters)
	if err != nil {
		return nil, err
	}
	of := map[string]string{}
	for _, d := range chosen {
		of[d.ID] = d.Category
	}
	for id, matter := range matters { // what a case was filed for says more than what was proposed for it
		of[id] = matter
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(of)), 500) {
		w := &store.Where{}
		w.In("c.id", ids)
		some, err := store.Collect(ctx, tx, scanDescribed, `SELECT c.id, c.title, c.text, '' FROM intake_complaints c WHERE `+w.SQL()+` ORDER BY c.id`, w.Args()...)
		if err != nil {
			return nil, err
		}
		for _, d := range some {
			d.Category = of[d.ID]
			all = append(all, d)
		}
	}
	return all[max(0, len(all)-mostMatters):], nil
}

func scanDescribed(r *sql.Rows) (d Described, err error) {
	return d, r.Scan(&d.ID, &d.Title, &d.Text, &d.Category)
}
