// Package app puts the parts of the house together. It is the only package that knows them all.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/document"
	"jiexu/gateway"
	"jiexu/gateway/grid"
	"jiexu/gateway/grid/table"
	"jiexu/gateway/portal"
	"jiexu/job"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/film"
	"jiexu/systems/intake"
	"jiexu/systems/notice"
	"jiexu/systems/oversight"
	"jiexu/term"
)

// Config is what an operator chooses.
type Config struct {
	DB           string // sqlite:PATH or postgres://…
	Data         string // folder of media and keys; empty: beside the SQLite file
	Key          string // file of the log's signing key; empty: in Data
	Origin       string // name of the log
	Jurisdiction string // the office's jurisdiction_id in Open311; empty: the host of PublicURL
	PublicURL    string // where people reach the server; documents' codes lead there
	Demo         bool
	TrustProxy   bool // a proxy in front says truly who asks
	Version      string
	Exchange     string            // folder of the files that platforms exchange with us; empty: in Data
	Fonts        string            // folder of the office's own fonts; empty: those that ship
	Seal         casework.FindSeal // a service for electronic seals; nil: the office's register of seals
	Publish      string            // file of the places outside that checkpoints go to; empty: nowhere
	Clamd        string            // address of a malware scanner; empty: there is none
	Media        evidence.Where    // where the bytes of media lie; empty: plain in Data
	Log          *slog.Logger
	Now          func() time.Time
	AskAgain     time.Duration // how long a live stream relies on what it knows of its session; 0: a second
}

// App is the house in operation.
type App struct {
	Config
	DB       *store.DB
	Log      *ledger.Log
	Org      *org.Service
	Intake   *intake.Service
	Casework *casework.Service
	Evidence *evidence.Service
	Board    *oversight.Board
	Alerts   *oversight.Alerts
	Notices  *notice.Service
	Gateways *gateway.Service
	Portal   *portal.Gateway
	Grid     *table.Tables
	Jobs     *job.Runner
	Atlas    *area.Atlas
	Terms    *term.Keeper

	Outlets *ledger.Publisher // brings checkpoints to where the office cannot take them back

	files    *evidence.Files
	grid     *grid.Protocol
	verifier string // the public half of the log's key
}

// Proven is a procedure with the properties that are proved of it.
type Proven struct {
	*procedure.Procedure
	Properties []procedure.Property
}

// Procedures are all procedures of the house with what must hold of them.
var Procedures = func() []Proven {
	all := []Proven{{intake.Handling, intake.HandlingProperties}, {casework.Ordinary, casework.OrdinaryProperties}}
	for _, t := range tracks.All {
		all = append(all, Proven{t.Procedure, t.Properties})
	}
	return all
}()

// Open opens and migrates the database and builds every part. Close undoes it.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if c.Origin == "" {
		c.Origin = "jiexu.local/log"
	}
	db, err := store.Open(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: db}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context) error {
	if a.Data == "" {
		a.Data = DataFolder(a.DB)
	}
	if err := os.MkdirAll(a.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	if err := job.Migrate(ctx, a.DB); err != nil {
		return err
	}
	key, err := a.signingKey(ctx)
	if err != nil {
		return err
	}
	a.verifier = key.Verifier
	if a.Log, err = ledger.Open(ctx, a.DB, key, ledger.Options{Now: a.Now, Report: func(what string, err error) { a.Config.Log.Error("ledger", "doing", what, "error", err) }}); err != nil {
		return err
	}
	if a.files, err = evidence.OpenFiles(filepath.Join(a.Data, "media")); err != nil {
		return err
	}
	places, err := a.Media.Open(filepath.Join(a.Data, "media"), true, func() (int, error) { return evidence.CountSealed(ctx, a.DB) }, a.Now)
	if err != nil {
		return err
	}
	places.DB = a.DB
	if err := a.files.With(places).Sweep(); err != nil {
		a.Config.Log.Warn("what broken-off uploads left behind could not be removed", "error", err)
	}
	phoneKey, err := secret(filepath.Join(a.Data, "phone.key"))
	if err != nil {
		return err
	}
	a.Org = org.New(a.DB, a.Now)
	a.Terms = term.NewKeeper(law.Shipped())
	if err := a.Terms.Load(ctx, a.DB); err != nil {
		return err
	}
	a.Atlas = area.NewAtlas(data.FS)
	a.Intake = intake.New(intake.Config{DB: a.DB, Terms: a.Terms, Atlas: a.Atlas, PhoneKey: phoneKey, Now: a.Now, Notify: a.tellBeside, MatterHint: a.proposeMatter,
		Photos: func(ctx context.Context, tx *store.Tx, id string, since time.Time) (int, error) {
			return evidence.Count(ctx, tx, evidence.Subject{Type: intake.Type, ID: id}, since)
		},
		Attach: func(ctx context.Context, tx *store.Tx, actor org.Actor, id string, pictures []string) error {
			return a.Evidence.Attach(ctx, tx, actor, evidence.Subject{Type: intake.Type, ID: id}, pictures)
		},
		History: a.classHistory, Later: a.learnLater,
		OpenCase: func(ctx context.Context, tx *store.Tx, actor org.Actor, in intake.CaseOpening) error {
			_, err := a.Casework.OpenIn(ctx, tx, actor, casework.Opening{Complaint: in.Complaint, Matter: in.Matter, Officers: a.officersAmong(ctx, tx, in.Officers)})
			return err
		}})
	seal := casework.FindSeal(sealOf)
	if a.Seal != nil {
		seal = casework.SealService(a.Seal)
	}
	fonts := sync.OnceValues(a.fonts)
	a.Casework = casework.New(casework.Config{DB: a.DB, Terms: a.Terms, Complaints: complaints{a.Intake}, Log: a.Log,
		Fonts: fonts, CheckURL: a.PublicURL + "/check/", Now: a.Now, Seal: seal,
		HasMedia: func(ctx context.Context, tx *store.Tx, caseID, media string) error {
			return evidence.Has(ctx, tx, evidence.Subject{Type: casework.Type, ID: caseID}, media)
		},
		Inside: a.Intake.Inside, Unfilmed: a.unfilmed})
	a.Evidence = evidence.New(a.DB, a.files, a.access, a.Now)
	a.Evidence.Along(a.daySteps)
	a.Evidence.Keeps(a.outcomes, a.cited)
	a.Evidence.Fonts(fonts)
	a.Evidence.Exports(evidence.Exporting{Log: a.Log, Matter: a.matterCalled, Number: matterNumber, Numbered: matterNumbered, Paper: a.exportedPaper, Checker: checkerPage()})
	if a.Clamd != "" {
		scanner, err := evidence.ParseClamd(a.Clamd)
		if err != nil {
			return err
		}
		a.Evidence.Scans(scanner)
	}
	if tool, err := film.Find(); err == nil {
		a.Evidence.Films(tool)
	} else {
		a.Config.Log.Warn("films cannot be cut: ffmpeg is not installed")
	}
	a.Board = oversight.NewBoard(ended)
	a.Alerts = oversight.NewAlerts(a.DB, a.Now, evidence.Docking, a.lacking, stepTitle)
	a.Evidence.Watches(a.wantedFilms, a.wantsFilm, func(ctx context.Context, tx *store.Tx, subject evidence.Subject, step, how string) error {
		return a.Alerts.Settle(ctx, tx, subject.Type, subject.ID, step, how)
	})
	noticeKey, err := secret(filepath.Join(a.Data, "notice.key"))
	if err != nil {
		return err
	}
	if err := errors.Join(a.Intake.DateTexts(ctx), a.Casework.DateTexts(ctx)); err != nil {
		return err
	}
	a.Notices = notice.New(notice.Config{DB: a.DB, Now: a.Now, Key: noticeKey, PublicURL: a.PublicURL, Concerns: a.concerns, Moves: a.moves, Withdrawn: a.filmCame, Schedule: a.deliver})
	if err := a.gateways(); err != nil {
		return err
	}
	if err := a.portal(); err != nil {
		return err
	}
	if err := a.outlets(); err != nil {
		return err
	}
	return a.schedule()
}

// officersAmong leaves out of the people who were sent to a complaint those who handle no case: auxiliaries, and whoever
// is disabled.
func (a *App) officersAmong(ctx context.Context, tx *store.Tx, people []string) (officers []string) {
	for _, id := range people {
		if p, err := org.PersonByID(ctx, tx, id); err == nil && p.Kind == org.Officer && !p.Disabled {
			officers = append(officers, id)
		}
	}
	return officers
}

// DataFolder is where media and keys lie unless the operator says otherwise: beside the SQLite file,
// or in ./jiexu-data.
func DataFolder(db *store.DB) string {
	if db.Path() != "" {
		return filepath.Join(filepath.Dir(db.Path()), "data")
	}
	return "jiexu-data"
}

// clockOf finds the clock that a period of a matter goes by.
func clockOf(matterType, name string) (procedure.Clock, bool) {
	if matterType == casework.Type {
		return casework.ClockOf(name)
	}
	return intake.Handling.Clock(name)
}

// ended tells whether a state is an end of its procedure.
func ended(matterType, state string) bool {
	if matterType == casework.Type {
		return casework.Ended(state)
	}
	s, ok := intake.Handling.State(state)
	return ok && s.End
}

// fonts loads the office's fonts before those that ship.
func (a *App) fonts() (*document.Fonts, error) {
	shipped, err := fs.Sub(data.FS, "fonts")
	if err != nil {
		return nil, err
	}
	if a.Fonts == "" {
		return document.LoadFonts(shipped)
	}
	return document.LoadFonts(os.DirFS(a.Fonts), shipped)
}

// Run keeps the house going until ctx ends: the sequencer, the followers, the jobs, the sweeping.
func (a *App) Run(ctx context.Context) error {
	if err := a.Jobs.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // stopped before it was up
		}
		return err
	}
	go a.sweep(ctx)
	go a.tonight(ctx)
	go a.refill(ctx)
	go a.planPreviews(ctx)
	go a.watchCalendar(ctx)
	var ringing sync.WaitGroup
	ringing.Go(func() { a.ringBells(ctx) })
	ringing.Go(func() { a.Gateways.Run(ctx) })
	ringing.Go(func() { a.publish(ctx) })
	ringing.Go(func() {
		a.files.KeepCarrying(ctx, func(err error) { a.Config.Log.Warn("media files wait to be carried; it is tried again", "error", err) })
	})
	err := a.Log.Run(ctx)
	ringing.Wait()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if stopped := a.Jobs.Stop(grace); stopped != nil {
		a.Config.Log.Warn("jobs did not end in time", "error", stopped)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Settle gives every entry its place in the log, as a command does before it ends where no server may
// be running; beside one it does no harm.
func (a *App) Settle(ctx context.Context) error {
	for {
		if n, err := a.Log.Sequence(ctx); err != nil || n == 0 {
			return err
		}
	}
}

// sweep goes on, now and every hour, with destroying what was approved, and tells oversight of recordings that are missing; it forgets what has run out:
// sessions, failed sign-ins, old notices, the results of old commands; takes back complaints that lie outside too long, whose alarm did not ring; and counts anew what was started just as
// another server imported a year. It bears being done by several servers.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		_, lapsed := a.Intake.Lapse(ctx)
		if err := errors.Join(lapsed, a.Evidence.CarryOut(ctx), a.files.Sweep(), a.Alerts.Watch(ctx), a.Terms.FirmAll(ctx, a.DB, a.Now()), a.Org.Sweep(ctx), a.Notices.Sweep(ctx), a.Gateways.Sweep(ctx), a.DB.ForgetCommands(ctx, a.Now().AddDate(0, 0, -7))); err != nil && ctx.Err() == nil {
			a.Config.Log.Warn("sweeping failed; it is tried again in an hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// refill makes older cases findable by all that this version finds in a case, some at a time with pauses, so that nobody waits.
func (a *App) refill(ctx context.Context) {
	pause := time.NewTicker(100 * time.Millisecond)
	defer pause.Stop()
	for failures := 0; ; {
		more, err := a.Casework.Refill(ctx)
		switch {
		case ctx.Err() != nil || err == nil && !more:
			return
		case err != nil:
			failures++
			a.Config.Log.Warn("older cases are not yet all findable; it is tried again", "error", err)
		}
		for range min(1+failures*failures*10, 600) {
			select {
			case <-ctx.Done():
				return
			case <-pause.C:
			}
		}
	}
}

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }
