package casework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
)

// Bounds of one print.
const (
	maxPrinted      = 100      // documents
	maxPrintedBytes = 64 << 20 // bytes of them
)

// Printing chooses what is printed together: documents by their ids, in that order, and of cases all valid documents
// or those of one kind, the oldest first.
type Printing struct {
	Documents []string
	Cases     []string
	Kind      string // of the cases' documents; empty: all
	OnBoth    bool   // each begins on a front side
}

// Print joins issued documents of one case or of several into one PDF for the printer. What is void is printed only
// where it is asked for by its id. Returns case.print_nothing, case.print_many, case.print_large,
// case.document_not_found for one that there is not or that the actor may not see.
func (s *Service) Print(ctx context.Context, actor org.Actor, in Printing) ([]byte, error) {
	if len(in.Documents)+len(in.Cases) == 0 {
		return nil, fault.New(fault.Invalid, "case.print_nothing")
	}
	if len(in.Documents)+len(in.Cases) > maxPrinted {
		return nil, fault.New(fault.Invalid, "case.print_many", "most", maxPrinted)
	}
	var parts []document.Printed
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		chosen, err := s.printed(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		bytes := int64(0)
		for _, d := range chosen {
			if bytes += d.size; bytes > maxPrintedBytes {
				return fault.New(fault.TooLarge, "case.print_large", "mb", maxPrintedBytes>>20)
			}
			part := document.Printed{Title: d.title}
			if err := tx.QueryRow(ctx, `SELECT pdf FROM casework_documents WHERE id = $1`, d.id).Scan(&part.PDF); err != nil {
				return err
			}
			parts = append(parts, part)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return document.Join("文书打印", s.now(), parts, in.OnBoth)
}

type toPrint struct {
	id, caseID, title string
	size              int64
}

// printed finds the documents and asks of each case whether its documents are the actor's to read.
func (s *Service) printed(ctx context.Context, tx *store.Tx, actor org.Actor, in Printing) ([]toPrint, error) {
	missing := fault.New(fault.NotFound, "case.document_not_found")
	var out []toPrint
	for i, ids := range [][]string{in.Documents, in.Cases} {
		if len(ids) == 0 {
			continue
		}
		w := &store.Where{}
		if i == 0 {
			w.In("o.id", ids)
		} else {
			w.In("o.case_id", ids)
			w.Add("o.void_at IS NULL")
			if in.Kind != "" {
				w.Add("o.kind = ?", in.Kind)
			}
		}
		found, err := store.Collect(ctx, tx, func(r *sql.Rows) (d toPrint, err error) {
			var unit, number, title string
			if err = r.Scan(&d.id, &d.caseID, &unit, &number, &title, &d.size); err == nil && (!actor.Can(opRead, unit) || !actor.Can(opDocument, unit)) {
				err = missing
			}
			d.title = title + " " + number
			return
		}, `SELECT o.id, o.case_id, c.unit, o.number, o.title, length(o.pdf) FROM casework_documents o JOIN casework_cases c ON c.id = o.case_id
			WHERE `+w.SQL()+` ORDER BY o.issued_at, o.id LIMIT `+fmt.Sprint(maxPrinted+1), w.Args()...)
		if err != nil {
			return nil, err
		}
		of := func(d toPrint) string { return d.caseID }
		if i == 0 {
			of = func(d toPrint) string { return d.id }
			for _, id := range ids {
				if !slices.ContainsFunc(found, func(d toPrint) bool { return d.id == id }) {
					return nil, missing
				}
			}
		}
		slices.SortStableFunc(found, func(a, b toPrint) int { return slices.Index(ids, of(a)) - slices.Index(ids, of(b)) })
		if out = append(out, found...); len(out) > maxPrinted {
			return nil, fault.New(fault.Invalid, "case.print_many", "most", maxPrinted)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Conflict, "case.print_nothing")
	}
	return out, nil
}
