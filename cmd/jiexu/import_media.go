package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/docking"
	"jiexu/words"
)

// ImportMediaCmd takes in what a docking station left.
type ImportMediaCmd struct {
	importing
	Dir      string        `arg:"" help:"Folder of recordings; those below it too." type:"existingdir"`
	Unit     string        `help:"Code of the unit whose recordings they are where nobody is known who made them; by default the office, which is the highest with a head or a legal section." placeholder:"CODE"`
	Patterns string        `help:"File of the office's own patterns of names (TOML, as data/devices/recorders.toml), instead of those that ship." placeholder:"FILE" type:"existingfile"`
	Drift    []string      `help:"How many seconds a device's clock was ahead when it was docked; below zero: behind." placeholder:"DEVICE=SECONDS"`
	Watch    time.Duration `help:"Go on, and look again after so long." placeholder:"DURATION"`
}

// settled is how long a file must have been left alone before it is taken in where a folder is watched.
const settled = 30 * time.Second

// Run takes the folder in and says of each file what came of it.
func (c *ImportMediaCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	folder := evidence.Folder{Files: docking.Disk(c.Dir), Zone: law.Shanghai, Drifts: map[string]time.Duration{}}
	for _, d := range c.Drift {
		device, text, _ := strings.Cut(d, "=")
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || device == "" {
			return fault.New(fault.Invalid, "evidence.drift")
		}
		folder.Drifts[device] = time.Duration(seconds * float64(time.Second))
	}
	var err error
	if folder.Patterns, err = c.patterns(); err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Unit != "" {
		folder.Unit, err = unitByCode(ctx, a.DB, c.Unit)
	} else {
		folder.Unit, err = officeUnit(ctx, a.DB)
	}
	if err != nil {
		return err
	}
	if c.Watch > 0 {
		folder.Settled, folder.Told = settled, map[string]evidence.FileState{}
	}
	say := func(code string, params map[string]any) { fmt.Fprintln(env.Out, words.Text(env.Lang, code, params)) }
	for {
		taken, repeated, refused, unknown, broken, ahead := 0, 0, 0, 0, 0, 0
		skipped := skips{}
		err := a.Evidence.TakeFolder(ctx, actor, folder, func(f evidence.FolderFile) {
			f.Path = onOneLine(f.Path)
			switch {
			case f.Skipped != "":
				skipped.add(f.Skipped, f.Path)
			case f.Waits: // and was told of before
			case f.Refused != nil:
				refused++
				title, detail := words.Fault(env.Lang, f.Refused)
				if detail == "" {
					detail = title
				}
				fmt.Fprintln(env.Err, f.Path+": "+onOneLine(detail))
			case f.Repeated:
				repeated++
				skipped.add(skipKnown, f.Path)
			default:
				taken++
				who := f.Recording.Officer
				if who == "" || f.Recording.Began == nil {
					unknown++
				}
				if f.Recording.Ahead(env.Now()) {
					ahead++
					fmt.Fprintln(env.Err, words.Text(env.Lang, "import.media_ahead", map[string]any{"path": f.Path, "at": f.Recording.Began.In(law.Shanghai).Format("2006-01-02 15:04:05")}))
				}
				if f.Recording.Broken != nil { // taken in, and somebody should know
					broken++
					fmt.Fprintln(env.Err, words.Text(env.Lang, "import.media_broken", map[string]any{"path": f.Path, "how": f.Recording.Broken.Say(env.Lang)}))
				}
			}
		})
		if ctx.Err() != nil {
			return fault.Wrap(ctx.Err(), fault.Unavailable, "import.interrupted")
		}
		if err != nil {
			return err
		}
		folder.Drifts = nil // they were entered
		if taken+refused > 0 || c.Watch == 0 {
			skipped.say(env)
			say("import.media_done", map[string]any{"taken": taken, "repeated": repeated, "refused": refused, "unknown": unknown})
			if ahead > 0 {
				say("import.media_ahead_done", map[string]any{"n": ahead})
			}
			if broken > 0 {
				say("import.media_broken_done", map[string]any{"n": broken})
			}
		}
		if c.Watch == 0 {
			if refused > 0 {
				return findings
			}
			return nil
		}
		timer := time.NewTimer(c.Watch)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// onOneLine is a name as it can be shown among others: quoted, where signs of it would break or turn the line.
func onOneLine(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// skipKnown is why a file was skipped whose content is on record.
const skipKnown = "known"

// mostNamed is how many files are named of those that were skipped for one reason.
const mostNamed = 10

// skips are the files that were not taken in and that nothing is wrong with, by reason.
type skips map[string]*skippedFiles

type skippedFiles struct {
	n     int
	names []string
}

func (s skips) add(reason, name string) {
	if s[reason] == nil {
		s[reason] = &skippedFiles{}
	}
	of := s[reason]
	if of.n++; of.n <= mostNamed {
		of.names = append(of.names, name)
	}
}

// say names them, each reason on a line of its own.
func (s skips) say(env *Env) {
	for _, reason := range slices.Sorted(maps.Keys(s)) {
		of := s[reason]
		names := strings.Join(of.names, words.Text(env.Lang, "import.media_and", nil))
		if more := of.n - len(of.names); more > 0 {
			names += words.Text(env.Lang, "import.media_more", map[string]any{"n": more})
		}
		fmt.Fprintln(env.Out, words.Text(env.Lang, "import.media_skipped", map[string]any{"n": of.n, "why": words.Text(env.Lang, "import.media_skip."+reason, nil), "names": names}))
	}
}

func (c *ImportMediaCmd) patterns() (docking.Patterns, error) {
	if c.Patterns == "" {
		return docking.Shipped(data.FS)
	}
	text, err := readFile(c.Patterns, 1<<20)
	if err != nil {
		return nil, err
	}
	p, err := docking.ParsePatterns(text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "import.patterns", "file", c.Patterns, "why", err.Error())
	}
	return p, nil
}

// officeUnit is the unit whose recordings they are where nobody is known who made them.
func officeUnit(ctx context.Context, db *store.DB) (id string, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if id, err = org.Office(ctx, tx); err == nil && id == "" {
			err = fault.New(fault.Invalid, "import.unit_unknown", "code", "")
		}
		return err
	})
	return id, err
}
