package bench

import (
	"context"
	"database/sql"
	"fmt"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
)

// Which bare SQL a figure stands against.
const (
	againstAllRows   = "all_rows"  // every row that the product wrote: complaint, contact, step, periods, search text, ledger entry
	againstComplaint = "complaint" // the complaint's row alone
	againstQuery     = "query"     // the rows that are shown, by prepared statements
)

// importRounds is in how many files the complaints come, so that product and bare SQL take turns.
const importRounds = 5

// imports takes in files of complaints, each into another squad, and inserts the same rows bare.
func (r *run) imports(ctx context.Context) error {
	twin, err := r.house.twin(ctx, "import")
	if err != nil {
		return err
	}
	columns, err := intake.ShippedMap("generic")
	if err != nil {
		return err
	}
	bare := newBareInserts(twin)
	var product, alone stopwatch
	each := r.config.Rows / importRounds
	for i := range importRounds {
		content, numbers, err := r.texts.table(each, r.Now())
		if err != nil {
			return err
		}
		file := intake.ImportFile{Name: fmt.Sprintf("bench-%d.csv", i), Content: content, MapName: "generic", Map: columns, Unit: r.squads[i%len(r.squads)]}
		var done *intake.ImportResult
		if err := product.time(func() (err error) {
			done, err = r.Intake.Import(ctx, org.Program("bench"), file, nil)
			return err
		}); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		if done.Imported != each {
			return fmt.Errorf("import: %d of %d rows came in: %v", done.Imported, each, done.Rejected)
		}
		if err := r.settle(ctx); err != nil {
			return err
		}
		ids, err := r.complaintsOf(ctx, numbers)
		if err != nil {
			return err
		}
		sets, _, err := rowsOf(ctx, r.DB, ids, len(written))
		if err != nil {
			return err
		}
		if err := bare.prepare(ctx, sets); err != nil {
			return err
		}
		if err := alone.time(func() error { return bare.insert(ctx, sets) }); err != nil {
			return err
		}
	}
	r.add(figure("import", againstAllRows, each, product, alone))
	return nil
}

// complaintsOf finds complaints by the numbers that they came with.
func (r *run) complaintsOf(ctx context.Context, numbers []string) (ids []string, err error) {
	err = r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
			err = r.Scan(&id)
			return
		}, `SELECT id FROM intake_complaints WHERE source_no >= $1 AND source_no <= $2 ORDER BY id`, numbers[0], numbers[len(numbers)-1])
		return err
	})
	return ids, err
}

// creates registers complaints one by one, each durable before the next, and inserts the same rows
// bare: once all rows that the product wrote, once the complaint's row alone.
func (r *run) creates(ctx context.Context) error {
	desk, err := r.actor(ctx, "desk")
	if err != nil {
		return err
	}
	var twins [2]*bareInserts
	for i, name := range []string{"create", "create_alone"} {
		db, err := r.house.twin(ctx, name)
		if err != nil {
			return err
		}
		twins[i] = newBareInserts(db)
	}
	var product stopwatch
	var bare [2]stopwatch
	// The blocks are long against the moment that the log waits before it numbers what came: its work, and
	// that of its followers, falls into the product's time as it does in a server that is busy for long.
	n := max(10, r.config.Rows/10)
	for len(product) < n {
		var ids []string
		for range min(100, n-len(product)) {
			in := r.texts.registration()
			if err := product.time(func() error {
				done, err := r.Intake.Register(ctx, desk, in)
				if err == nil {
					ids = append(ids, done.ID)
				}
				return err
			}); err != nil {
				return fmt.Errorf("register: %w", err)
			}
		}
		if err := r.settle(ctx); err != nil {
			return err
		}
		for i, tables := range []int{len(written), 1} {
			for _, id := range ids {
				sets, _, err := rowsOf(ctx, r.DB, []string{id}, tables)
				if err != nil {
					return err
				}
				if err := twins[i].prepare(ctx, sets); err != nil {
					return err
				}
				if err := bare[i].time(func() error { return twins[i].insert(ctx, sets) }); err != nil {
					return err
				}
			}
		}
	}
	r.add(figure("create", againstAllRows, 1, product, bare[0]).atLeast(minShare))
	r.add(figure("create.alone", againstComplaint, 1, product, bare[1]))
	return nil
}

// openCases opens cases of patrol findings, for lists to have something to show. It is not timed.
func (r *run) openCases(ctx context.Context) error {
	officer, err := r.actor(ctx, "officer.jas1")
	if err != nil {
		return err
	}
	for range r.config.Rows / 10 {
		in := r.texts.registration()
		if _, err := r.Casework.Open(ctx, officer, casework.Opening{Title: in.Title, Matter: "WY-01", ActPlace: in.Address, Findings: in.Content}); err != nil {
			return fmt.Errorf("open a case: %w", err)
		}
	}
	return r.settle(ctx)
}

// findSquads lists the squads, that of the leader who reads the lists first.
func (r *run) findSquads(ctx context.Context) (squads []string, err error) {
	leader, err := r.actor(ctx, "leader.jas")
	if err != nil {
		return nil, err
	}
	err = r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := org.Units(ctx, tx)
		for _, u := range all {
			if u.Kind == "squad" && u.ID != leader.Home {
				squads = append(squads, u.ID)
			}
		}
		return err
	})
	if len(squads) == 0 && err == nil {
		err = fault.New(fault.NotFound, "org.unit_not_found", "id", "squad")
	}
	return append([]string{leader.Home}, squads...), err
}

func (r *run) add(f Figure) { r.report.Figures = append(r.report.Figures, f) }
