package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"jiexu/systems/evidence"
	"jiexu/words"
)

// EvidenceCmd looks after the files of the enforcement record.
type EvidenceCmd struct {
	Check EvidenceCheckCmd `cmd:"" help:"Compare the catalogue with the files that are kept. Ends with 1 if one is gone, changed or nobody's."`
}

// EvidenceCheckCmd compares the catalogue with the folder.
type EvidenceCheckCmd struct {
	Reading
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
	report, err := evidence.ReadFiles(filepath.Join(c.folder(db), "media")).Check(ctx, db, !c.Quick, func(int) {})
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(env.Out).Encode(report); err != nil {
			return err
		}
	} else {
		for _, f := range report.Findings {
			fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.found."+f.Code, map[string]any{"name": f.Name, "media": f.Media, "sha256": f.SHA256, "size": f.Size}))
		}
		fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.checked", map[string]any{"files": report.Files, "mb": report.Bytes >> 20, "n": len(report.Findings)}))
		if report.Destroyed > 0 {
			fmt.Fprintln(env.Out, words.Text(env.Lang, "evidence.checked_destroyed", map[string]any{"n": report.Destroyed, "leaving": report.Leaving}))
		}
	}
	if len(report.Findings) > 0 {
		return findings
	}
	return nil
}
