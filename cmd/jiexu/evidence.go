package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/blob"
	"jiexu/words"
)

// EvidenceCmd looks after the files of the enforcement record.
type EvidenceCmd struct {
	Check  EvidenceCheckCmd  `cmd:"" help:"Compare the catalogue with the files that are kept and with the log. Ends with 1 if one is gone, changed or nobody's."`
	Move   EvidenceMoveCmd   `cmd:"" help:"Copy all files to another store, or seal or unseal them, while the server runs; each is compared where it comes to."`
	Rotate EvidenceRotateCmd `cmd:"" help:"Make a new key for sealed files and wrap their data keys with it."`
}

// MediaReading are the flags of commands that look at the files of media.
type MediaReading struct {
	Reading
	MediaFlags
}

// files opens the stores, beside a server or without one. db is the database that says where files lie.
func (r *MediaReading) files(env *Env, db *store.DB, makes bool) (*evidence.Files, error) {
	dir := r.media(db)
	open := r.where()
	if !makes && open.Cipher != "" { // to look needs the keys alone, whatever new files are sealed with
		open.Cipher = "none"
	}
	p, err := open.Open(dir, false, nil, env.Now)
	if err != nil {
		return nil, err
	}
	p.DB = db
	if !makes {
		_, p.Seal = blob.ParseCipher(r.MediaCipher)
		return evidence.ReadFiles(dir).With(p), nil
	}
	files, err := evidence.OpenFiles(dir)
	if err != nil {
		return nil, err
	}
	return files.With(p), nil
}

// EvidenceCheckCmd compares the catalogue with the stores.
type EvidenceCheckCmd struct {
	MediaReading
	Quick bool `help:"Look at lengths alone, and read no file."`
	JSON  bool `name:"json" help:"Print one JSON object."`
}

// Run checks and says of each finding what to do.
func (c *EvidenceCheckCmd) Run(env *Env) error {
	env.JSON = c.JSON
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	files, err := c.files(env, db, false)
	if err != nil {
		return err
	}
	report, err := files.Check(ctx, db, !c.Quick, func(int) {})
	if err != nil {
		return err
	}
	for i := range report.Findings {
		report.Findings[i].Advice = words.Text(env.Lang, "evidence.advice."+report.Findings[i].Code, nil)
	}
	if c.JSON {
		if err := json.NewEncoder(env.Out).Encode(report); err != nil {
			return err
		}
	} else {
		for _, f := range report.Findings {
			tellFinding(env, f)
		}
		fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.checked", map[string]any{"files": report.Files, "mb": report.Bytes >> 20, "n": report.Wrong()}))
		if report.Destroyed > 0 {
			fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.checked_destroyed", map[string]any{"n": report.Destroyed, "leaving": report.Leaving}))
		}
	}
	if report.Wrong() > 0 {
		return findings
	}
	return nil
}

// tellFinding says what was found and what to do.
func tellFinding(env *Env, f evidence.Finding) {
	fmt.Fprintln(env.Out, strings.TrimSpace(words.Text(env.Lang, "evidence.found."+f.Code, map[string]any{
		"name": f.Name, "media": f.Media, "sha256": f.SHA256, "size": f.Size, "store": f.Store, "detail": f.Detail})+" "+words.Text(env.Lang, "evidence.advice."+f.Code, nil)))
}

// EvidenceMoveCmd copies all files to another store.
type EvidenceMoveCmd struct {
	MediaReading
	To          string `help:"folder or s3; by default where new files go." placeholder:"PLACE"`
	EmptySource bool   `help:"Afterwards take away all copies elsewhere of files that are there. Without it nothing is taken away."`
	JSON        bool   `name:"json" help:"Print one JSON object."`
}

// Run copies, and empties where it was asked to. It may be interrupted, and goes on when it is started again.
func (c *EvidenceMoveCmd) Run(env *Env) error {
	env.JSON = c.JSON
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.To == "" {
		c.To = c.Media
	}
	if c.To != evidence.ToFolder && c.To != evidence.ToS3 {
		return fault.New(fault.Invalid, "evidence.config_to", "to", c.To)
	}
	db, files, err := c.openWriting(ctx, env)
	if err != nil {
		return err
	}
	defer db.Close()
	tell := func(m evidence.Moved) {
		if !c.JSON && m.Files%1000 == 0 {
			fmt.Fprintln(env.Err, words.Text(env.Lang, "evidence.moving", map[string]any{"n": m.Files}))
		}
	}
	moved, err := files.Move(ctx, c.To, files.Seal, tell)
	if err != nil {
		return calm(ctx, err, "evidence.move_interrupted")
	}
	report := struct {
		Moved   evidence.Moved  `json:"moved"`
		Emptied *evidence.Moved `json:"emptied,omitempty"`
	}{Moved: moved}
	wrong := moved.Wrong
	if c.EmptySource {
		emptied, err := files.Empty(ctx, c.To, files.Seal, tell)
		if err != nil {
			return calm(ctx, err, "evidence.move_interrupted")
		}
		report.Emptied = &emptied
	}
	if c.JSON {
		err = json.NewEncoder(env.Out).Encode(report)
	} else {
		for _, f := range wrong {
			tellFinding(env, f)
		}
		fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.moved", map[string]any{"to": moved.To, "done": moved.Done, "before": moved.Before, "mb": moved.Bytes >> 20, "n": len(wrong)}))
		if e := report.Emptied; e != nil {
			fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.emptied", map[string]any{"done": e.Done, "mb": e.Bytes >> 20, "n": len(e.Wrong)}))
		}
	}
	if err == nil && len(wrong) > 0 {
		err = findings
	}
	return err
}

func (r *MediaReading) openWriting(ctx context.Context, env *Env) (*store.DB, *evidence.Files, error) {
	reading, err := openCurrent(ctx, r.DB) // says what is the matter with one that is not this program's
	if err != nil {
		return nil, nil, err
	}
	if err := reading.Close(); err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, databaseURL(r.DB))
	if err != nil {
		return nil, nil, err
	}
	files, err := r.files(env, db, true)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, files, nil
}

// EvidenceRotateCmd makes a new key.
type EvidenceRotateCmd struct {
	MediaReading
	Keep    bool `help:"Make no new key: go on with a rotation that broke off, or only seal anew."`
	Rewrite bool `help:"Seal all files anew as well, with new data keys and the new key's cipher. It reads and writes every file."`
	JSON    bool `name:"json" help:"Print one JSON object."`
}

// Run adds a key to the key file, wraps all data keys with it and, where it was asked to, seals the files anew. The old keys stay in the file, for older backups.
func (c *EvidenceRotateCmd) Run(env *Env) error {
	env.JSON = c.JSON
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cipher, ok := blob.ParseCipher(c.MediaCipher)
	if !ok {
		return fault.New(fault.Invalid, "evidence.config_cipher", "cipher", c.MediaCipher)
	}
	reading, err := openCurrent(ctx, c.DB)
	if err != nil {
		return err
	}
	path := c.where().KeyFile(filepath.Clean(c.media(reading)))
	if err := reading.Close(); err != nil {
		return err
	}
	if !c.Keep {
		if _, err := blob.AddKey(path, cipher, env.Now()); err != nil {
			return fault.Wrap(err, fault.Invalid, "evidence.config_keys", "file", path, "detail", err.Error())
		}
	}
	db, files, err := c.openWriting(ctx, env)
	if err != nil {
		return err
	}
	defer db.Close()
	out, err := files.Rewrap(ctx)
	if err == nil && c.Rewrite {
		out.Anew, err = files.Reseal(ctx, func(n int) {
			if !c.JSON && n%1000 == 0 {
				fmt.Fprintln(env.Err, words.Text(env.Lang, "evidence.moving", map[string]any{"n": n}))
			}
		})
	}
	if err != nil {
		return calm(ctx, err, "evidence.rotate_interrupted")
	}
	if c.JSON {
		err = json.NewEncoder(env.Out).Encode(out)
	} else {
		fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.rotated", map[string]any{"key": out.Key, "file": path, "n": out.Files, "anew": out.Anew}))
		if out.Lost > 0 {
			fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.rotated_lost", map[string]any{"n": out.Lost, "keys": strings.Join(out.Under, ", ")}))
		}
	}
	if err == nil && out.Lost > 0 {
		err = findings
	}
	return err
}
