package city

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
)

// Config is what is filled, and with how much.
type Config struct {
	App  app.Config // DB: a SQLite file that is not there yet, or an empty PostgreSQL database
	Size Size
	// Doing hears what is being done, and how much of it of how much; may be nil.
	Doing func(code string, done, all int)
}

// Report is what was made and how long it took.
type Report struct {
	Rows    map[string]int // by table
	Entries int64          // of the log
	Took    time.Duration
}

// part is what a SQLite file is called until it is whole.
const part = ".part"

// Fill makes the city. Either all of it is there in the end or nothing: a SQLite file gets its name when it is whole, and
// on PostgreSQL all rows are one transaction. Returns city.not_empty where there are complaints or cases already, and
// city.file_there for a SQLite file that exists.
func Fill(ctx context.Context, c Config) (report *Report, err error) {
	if c.Doing == nil {
		c.Doing = func(string, int, int) {}
	}
	begin := time.Now()
	whole, lite := strings.CutPrefix(c.App.DB, "sqlite:")
	if lite {
		whole = strings.TrimPrefix(whole, "//")
		if _, err := os.Stat(whole); !errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.Conflict, "city.file_there", "file", whole)
		}
		if err := removeFile(whole + part); err != nil { // of a run that was cut off
			return nil, err
		}
		c.App.DB = "sqlite:" + whole + part
		defer func() {
			if err == nil {
				err = errors.Join(os.Rename(whole+part+".key", whole+".key"), os.Remove(whole+part+".lock"), os.Rename(whole+part, whole))
			} else {
				err = errors.Join(err, removeFile(whole+part))
			}
		}()
	}
	l := &loading{Config: c, report: &Report{Rows: map[string]int{}}}
	for _, step := range []func(context.Context) error{l.prepare, l.fill, l.alarms} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	l.report.Took = time.Since(begin)
	return l.report, nil
}

// removeFile removes a SQLite file and what lies beside it.
func removeFile(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal", ".key", ".lock"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// loading is a filling while it goes on.
type loading struct {
	Config
	report    *Report
	town      *town
	tables    *tables
	game      *game
	log       *ledger.Load
	followers []string

	full   chan map[string][]store.Row
	filled map[string][]store.Row
	rows   int
}

// prepare makes the districts and their people through the program's own services.
func (l *loading) prepare(ctx context.Context) (err error) {
	l.Doing("city.doing.units", 0, 0)
	if err := app.SeedDistricts(ctx, l.App, l.Size.Until); err != nil {
		return err
	}
	l.App.Now = func() time.Time { return l.Size.Until }
	a, err := app.Open(ctx, l.App)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM intake_complaints) + (SELECT count(*) FROM casework_cases)`).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "city.not_empty", "rows", n)
		}
		l.tables, err = readTables(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if l.town, err = readTown(ctx, a.DB); err != nil {
		return err
	}
	if l.log, err = a.Load(ctx); err != nil {
		return err
	}
	l.followers = a.Log.Followers()
	l.game, err = newGame(l.Size, l.town, l.tables, a.Terms.Calendar(), a.Intake.PhoneHash, l.take)
	return err
}

// batchRows is how many rows go to the database at once.
const batchRows = 20_000

// take takes a matter's rows and writes its entry.
func (l *loading) take(b *bundle, e ledger.Entry) error {
	data, err := ledger.LoadData(e, b.digests)
	if err != nil {
		return err
	}
	entry, err := l.log.Entry(e, data)
	if err != nil {
		return err
	}
	for _, row := range append(b.rows, entry) {
		l.filled[row.Table.Name] = append(l.filled[row.Table.Name], row)
	}
	if l.rows += len(b.rows) + 1; l.rows >= batchRows {
		l.send()
	}
	return nil
}

func (l *loading) send() {
	l.full <- l.filled
	l.filled, l.rows = map[string][]store.Row{}, 0
}

// fill lets the years pass on one side and writes the rows on the other.
func (l *loading) fill(ctx context.Context) (err error) {
	bulk, err := store.OpenBulk(ctx, l.App.DB, filled)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bulk.Close()) }()
	l.full, l.filled = make(chan map[string][]store.Row, 2), map[string][]store.Row{}
	played := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		all := l.Size.Complaints + l.Size.Cases + l.Size.Objects
		err := l.game.play(func(done int) {
			l.Doing("city.doing.play", done, all)
			if ctx.Err() != nil {
				l.game.fail(ctx.Err())
			}
		})
		if err == nil {
			l.send()
		}
		close(l.full)
		played <- err
	}()
	var failed error
	for rows := range l.full {
		if failed == nil {
			failed = l.write(ctx, bulk, rows)
		}
		if failed != nil {
			stop() // and the rest is taken and thrown away
		}
	}
	if err := cmp.Or(failed, <-played); err != nil {
		return err
	}
	if err := l.end(ctx, bulk); err != nil {
		return err
	}
	return bulk.Finish(ctx, func(done, all int) { l.Doing("city.doing.indexes", done, all) })
}

func (l *loading) write(ctx context.Context, bulk *store.Bulk, rows map[string][]store.Row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if err := bulk.Fill(ctx, rows[name]); err != nil {
			return err
		}
		l.report.Rows[name] += len(rows[name])
	}
	return nil
}

// end writes the counters of numbers and the tree of the log.
func (l *loading) end(ctx context.Context, bulk *store.Bulk) error {
	var counters []store.Row
	for _, k := range sortedKeys(l.game.numbers) {
		if k.unit != "" {
			counters = append(counters, l.tables.numbers.Row(k.unit, k.kind, k.year, l.game.numbers[k]))
		}
	}
	if err := bulk.Fill(ctx, counters); err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	var counts []store.Row
	for k, n := range l.game.stand {
		counts = append(counts, l.tables.counts.Row(k.unit, k.kind, k.state, k.living, n))
	}
	if err := bulk.Fill(ctx, counts); err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	// Cases are found by their heads. What is written in their steps and papers would be ten times as many texts again, which a
	// house that has them indexes while it runs.
	if err := bulk.Exec(ctx, `INSERT INTO casework_refill (id, after, done) VALUES ($1, '', TRUE) ON CONFLICT (id) DO UPDATE SET done = TRUE`, casework.SearchVersion); err != nil {
		return err
	}
	l.report.Entries = l.log.Size()
	return l.log.End(ctx, bulk, l.followers, l.Size.Until)
}

// alarms sets the bells of the periods that run; the answers are counted.
func (l *loading) alarms(ctx context.Context) (err error) {
	l.Doing("city.doing.alarms", 0, 0)
	a, err := app.Open(ctx, l.App)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.DB.Write(ctx, intake.Recount); err != nil {
		return err
	}
	return a.PlanOpenAlarms(ctx)
}

// Digest plays the city on the units of a database, which it makes if they are not there, writes nothing of it, and gives the
// digest of all that it would write but for what is the installation's own: the key of telephone numbers.
func Digest(ctx context.Context, c Config) (string, error) {
	c.Doing = func(string, int, int) {}
	l := &loading{Config: c, report: &Report{Rows: map[string]int{}}}
	if err := l.prepare(ctx); err != nil {
		return "", err
	}
	h := sha256.New()
	l.game.emit = func(b *bundle, e ledger.Entry) error {
		data, err := ledger.LoadData(e, b.digests)
		h.Write(data)
		return err
	}
	err := l.game.play(func(int) {})
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), err
}
