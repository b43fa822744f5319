package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/sheet"
	"jiexu/store"
	"jiexu/systems/intake"
	"jiexu/words"
)

// ImportCmd takes in what lies in files.
type ImportCmd struct {
	Complaints ImportComplaintsCmd `cmd:"" help:"Take in a table of complaints (CSV or .xlsx) in one transaction; rows that are wrong are written beside it, with the reason."`
	Media      ImportMediaCmd      `cmd:"" help:"Take in the recordings of body cameras that a docking station left in a folder."`
	Areas      ImportAreasCmd      `cmd:"" help:"Take in the areas of units (GeoJSON)."`
	Payments   ImportPaymentsCmd   `cmd:"" help:"Take in what a bank reports as paid (CSV or .xlsx); each line pays the case whose decision it names."`
	GridCodes  ImportGridCodesCmd  `cmd:"" help:"Take in an edition of the grid platform's classes (GB/T 30428.2)."`
	Calendar   ImportCalendarCmd   `cmd:"" help:"Take in a year's days off and make-up working days; due dates that they move are counted anew."`
}

// importing are the flags of every import.
type importing struct {
	House
	As string `help:"Login of the person in whose name it is done; by default the program's own." placeholder:"LOGIN"`
}

// open builds the house and finds who imports.
func (c *importing) open(ctx context.Context, env *Env) (*app.App, org.Actor, error) {
	a, err := app.Open(ctx, c.config(env))
	if err != nil {
		return nil, org.Actor{}, err
	}
	if err := firstAdmin(ctx, env, a.DB); err != nil {
		return nil, org.Actor{}, errors.Join(err, a.Close())
	}
	actor := org.Program("import")
	if c.As != "" {
		err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			p, err := org.PersonByLogin(ctx, tx, c.As)
			if err != nil {
				return fault.New(fault.Invalid, "import.login_unknown", "login", c.As)
			}
			actor, err = org.ActorOf(ctx, tx, p.ID, law.On(env.Now()))
			return err
		})
	}
	if err != nil {
		return nil, actor, errors.Join(err, a.Close())
	}
	return a, actor, nil
}

// ImportComplaintsCmd takes in a table of complaints.
type ImportComplaintsCmd struct {
	importing
	File string `arg:"" help:"CSV (UTF-8, GB18030 or UTF-16) or Excel .xlsx."`
	Map  string `required:"" help:"What its columns are: the name of a map that ships with the program, or a path." placeholder:"NAME|FILE"`
	Unit string `help:"Code of the unit where they are registered; by default the person's own, or the only bureau." placeholder:"CODE"`
}

// Run imports, writes the rejected rows beside the file, and ends with the line
// `imported N, duplicate N, rejected N`. It fails with findings where every row was rejected.
func (c *ImportComplaintsCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	file := intake.ImportFile{Name: c.File, MapName: c.Map}
	var err error
	if file.Map, err = readMap(c.Map); err != nil {
		return err
	}
	if file.Content, err = readFile(c.File, sheet.MaxBytes); err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Unit != "" {
		if file.Unit, err = unitByCode(ctx, a.DB, c.Unit); err != nil {
			return err
		}
	}
	bar := newBar(env)
	done, err := a.Intake.Import(ctx, actor, file, bar.show)
	bar.end()
	if err != nil {
		if ctx.Err() != nil {
			return fault.Wrap(err, fault.Unavailable, "import.interrupted")
		}
		return err
	}
	if err := a.Settle(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if len(done.Unknown) > 0 {
		fmt.Fprintln(env.Err, words.Text(env.Lang, "import.columns_unknown", map[string]any{"columns": strings.Join(done.Unknown, "、")}))
	}
	if len(done.Rejected) > 0 {
		c.keepRejected(env, done)
	}
	fmt.Fprintf(env.Out, "imported %d, duplicate %d, rejected %d\n", done.Imported, done.Duplicate, len(done.Rejected))
	if done.Imported+done.Duplicate == 0 && len(done.Rejected) > 0 {
		return findings
	}
	return nil
}

// keepRejected writes the rejected rows beside the input, or into the current folder where that cannot
// be written to. What was imported stands, so it says where they are, or that they could be kept nowhere.
func (c *ImportComplaintsCmd) keepRejected(env *Env, done *intake.ImportResult) {
	content := done.RejectedCSV(env.Lang)
	beside := strings.TrimSuffix(c.File, filepath.Ext(c.File)) + ".rejected.csv"
	code, path := "import.rejected_file", beside
	err := writeWhole(beside, content)
	if err != nil {
		code, path = "import.rejected_elsewhere", filepath.Base(beside)
		err = writeWhole(path, content)
	}
	params := map[string]any{"n": len(done.Rejected), "file": path}
	if err != nil {
		code, params["detail"] = "import.rejected_lost", err.Error()
	}
	fmt.Fprintln(env.Err, words.Text(env.Lang, code, params))
}

// writeWhole writes a file that is either whole or not there.
func writeWhole(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".rejected-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// ImportAreasCmd takes in the areas of units.
type ImportAreasCmd struct {
	importing
	File  string `arg:"" help:"GeoJSON: a FeatureCollection of Polygons with code, name or unit."`
	Datum string `help:"What the coordinates are measured in: wgs84, gcj02, bd09." default:"wgs84" placeholder:"DATUM"`
	All   bool   `help:"Replace every area there is, not only those of the units in the file."`
}

// Run imports the areas and says what an office should look at.
func (c *ImportAreasCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	datum, err := place.ParseDatum(c.Datum)
	if err != nil {
		return err
	}
	content, err := readFile(c.File, place.MaxAreasBytes)
	if err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	done, err := a.Atlas.Import(ctx, a.DB, actor, content, datum, c.All, env.Now())
	if err != nil {
		return err
	}
	if err := a.Settle(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	for _, note := range done.Notes {
		fmt.Fprintln(env.Err, words.Text(env.Lang, note.Code, note.Params))
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "import.areas_done", map[string]any{"areas": done.Areas, "units": done.Units, "replaced": done.Replaced}))
	return nil
}

// readMap reads a column map: a file where there is one of that name, else one that ships.
func readMap(name string) ([]byte, error) {
	b, err := readFile(name, 1<<20)
	switch {
	case err == nil:
		return b, nil
	case fault.KindOf(err) == fault.TooLarge || strings.ContainsRune(name, os.PathSeparator) || strings.HasSuffix(name, ".toml"):
		return nil, fault.Wrap(err, fault.Invalid, "import.map_file", "file", name)
	}
	return intake.ShippedMap(name)
}

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if int64(len(b)) > limit {
		return nil, fault.New(fault.TooLarge, "import.too_large", "max", limit>>20)
	}
	return b, nil
}

func unreadable(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fault.Wrap(err, fault.Invalid, "import.file_unreadable", "file", path)
}

func unitByCode(ctx context.Context, db *store.DB, code string) (id string, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err := org.UnitByCode(ctx, tx, code)
		if fault.KindOf(err) == fault.NotFound {
			u, err = org.UnitByID(ctx, tx, code)
		}
		if fault.KindOf(err) == fault.NotFound {
			return fault.New(fault.Invalid, "import.unit_unknown", "code", code)
		}
		id = u.ID
		return err
	})
	return id, err
}

// bar is a progress bar on a terminal, and nothing elsewhere.
type bar struct {
	env   *Env
	shown bool
	tty   bool
}

func newBar(env *Env) *bar {
	b := &bar{env: env}
	if f, ok := env.Err.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			b.tty = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return b
}

func (b *bar) show(done, total int) {
	if !b.tty || total == 0 {
		return
	}
	const width = 40
	full := width * done / total
	fmt.Fprintf(b.env.Err, "\r[%s%s] %s\x1b[K", strings.Repeat("#", full), strings.Repeat(".", width-full),
		words.Text(b.env.Lang, "import.progress", map[string]any{"done": done, "total": total}))
	b.shown = true
}

func (b *bar) end() {
	if b.shown {
		fmt.Fprintln(b.env.Err)
	}
}
