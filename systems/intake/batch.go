package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jiexu/store"
)

// batch gathers rows of one table and writes many with one statement. one inserts a single row.
type batch struct {
	one  string
	rows [][]any
}

func (b *batch) add(row ...any) { b.rows = append(b.rows, row) }

func (b *batch) write(ctx context.Context, tx *store.Tx) error {
	head, _, _ := strings.Cut(b.one, "VALUES")
	if len(b.rows) == 0 {
		return nil
	}
	for rows := range slices.Chunk(b.rows, max(1, store.MostPlaceholders/len(b.rows[0]))) {
		var query strings.Builder
		query.WriteString(head + "VALUES ")
		var args []any
		for i, row := range rows {
			if i > 0 {
				query.WriteByte(',')
			}
			for j := range row {
				fmt.Fprintf(&query, "%c$%d", "(,"[min(j, 1)], len(args)+j+1)
			}
			query.WriteByte(')')
			args = append(args, row...)
		}
		if _, err := tx.Exec(ctx, query.String(), args...); err != nil {
			return err
		}
	}
	return nil
}

// batches are the rows of an import, and what its complaints are findable by.
type batches struct {
	complaints, contacts, steps, guesses batch
	texts                                []store.Findable
}

func newBatches() *batches {
	return &batches{complaints: batch{one: insertComplaint}, contacts: batch{one: insertContact}, steps: batch{one: insertStepSQL}, guesses: batch{one: insertGuess}}
}

// write writes all rows, those that others refer to first.
func (b *batches) write(ctx context.Context, tx *store.Tx) error {
	for _, one := range []*batch{&b.complaints, &b.contacts, &b.steps, &b.guesses} {
		if err := one.write(ctx, tx); err != nil {
			return err
		}
	}
	return store.IndexTexts(ctx, tx, Type, b.texts)
}
