package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/words"
)

// LedgerCmd looks into the log.
type LedgerCmd struct {
	Check       LedgerCheckCmd       `cmd:"" help:"Compare the whole database with its log. Ends with 1 if anything was changed behind the program's back."`
	Key         LedgerKeyCmd         `cmd:"" help:"Print the public key, for the office to publish."`
	Checkpoint  LedgerCheckpointCmd  `cmd:"" help:"Print the newest signed checkpoint, for others to keep; or an older one, with its time stamp."`
	Prove       LedgerProveCmd       `cmd:"" help:"Print the proof that an entry is in the log, as jiexu verify reads it."`
	Consistency LedgerConsistencyCmd `cmd:"" help:"Show that the log only grew between two checkpoints: by a database, a running server, or a proof in a file."`
	Stamp       LedgerStampCmd       `cmd:"" help:"Check a time stamp and cosignatures of a checkpoint, without database and network."`
}

// LedgerCheckCmd checks a database. Its --key may also be the text of the public key, or a file with it.
type LedgerCheckCmd struct {
	Reading
	Database string `arg:"" optional:"" name:"database" help:"SQLite file or database URL, in place of --db."`
	JSON     bool   `name:"json" help:"Print one JSON object."`
	Quick    bool   `help:"Leave out whether SQLite's own indexes agree with their tables; rows, log, tree and checkpoints are compared all the same."`
}

// Run checks and names what was found.
func (c *LedgerCheckCmd) Run(env *Env) error {
	env.JSON = c.JSON
	ctx := context.Background()
	if c.Database != "" {
		c.DB = c.Database
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	o := ledger.CheckOptions{Quick: c.Quick}
	if o.Verifier, err = c.verifier(db); err != nil && (c.Key != "" || !fault.Is(err, "ledger.key_missing")) {
		return err
	}
	report, err := ledger.Check(ctx, db, o)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(env.Out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(report); err != nil {
			return err
		}
	} else {
		printReport(env, report)
	}
	if len(report.Findings) > 0 {
		return findings
	}
	return nil
}

// verifier is the public key of the log: of the key file, or what --key says. Returns ledger.key_missing.
func (r *Reading) verifier(db *store.DB) (string, error) {
	key, err := ledger.ReadKey(r.keyPath(db))
	if err == nil {
		return key.Verifier, nil
	}
	if r.Key != "" {
		if public, none := publicKeys(r.Key); none == nil {
			return public[0], nil
		}
	}
	return "", err
}

func printReport(env *Env, r ledger.Report) {
	say := func(code string, params map[string]any) { fmt.Fprintln(env.Out, words.Text(env.Lang, code, params)) }
	for _, f := range r.Findings {
		say(f.Code, findingParams(f))
	}
	if r.More > 0 {
		say("ledger.check.more", map[string]any{"more": r.More})
	}
	say("ledger.check.counts", map[string]any{"entries": r.Entries, "waiting": r.Waiting, "checkpoints": r.Checkpoints, "rows": r.Rows})
	if r.Entries > 0 {
		say("ledger.check.root", map[string]any{"root": r.Root})
		say("ledger.check.key", map[string]any{"name": r.KeyName, "fingerprint": r.Fingerprint})
	}
	switch {
	case len(r.Findings) > 0:
		say("ledger.check.bad", map[string]any{"count": int64(len(r.Findings)) + r.More})
	case r.KeyFromFile:
		say("ledger.check.fine", nil)
	default:
		say("ledger.check.fine_unproven", nil)
	}
}

// findingParams fills the sentence of a finding; what is not known of it is a dash.
func findingParams(f ledger.Finding) map[string]any {
	or := func(s string) string {
		if s == "" {
			return "–"
		}
		return s
	}
	p := map[string]any{"table": or(f.Table), "key": or(f.Key), "entry": or(f.Entry), "kind": or(f.Kind), "at": or(f.At), "leaf": "–", "subject": "–", "detail": f.Detail}
	if f.Leaf != nil {
		p["leaf"] = *f.Leaf
	}
	if f.Subject != nil {
		p["subject"] = f.Subject.Type + " " + f.Subject.ID
	}
	return p
}

// LedgerKeyCmd prints the public key.
type LedgerKeyCmd struct{ Reading }

// Run prints the verifier key alone on the first line, then its fingerprint.
func (c *LedgerKeyCmd) Run(env *Env) error {
	path := c.Key
	if path == "" {
		db, err := c.open(context.Background())
		if err != nil {
			return err
		}
		defer db.Close()
		path = c.keyPath(db)
	}
	key, err := ledger.ReadKey(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Out, key.Verifier)
	fmt.Fprintln(env.Out, words.Text(env.Lang, "ledger.key.fingerprint", map[string]any{"fingerprint": key.Fingerprint()}))
	return nil
}

// reading opens the log of a database to look at it.
func (r *Reading) reading(ctx context.Context) (*ledger.Log, io.Closer, error) {
	db, err := r.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	log, err := ledger.Open(ctx, db, nil, ledger.Options{})
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return log, db, nil
}

// LedgerProveCmd proves an entry.
type LedgerProveCmd struct {
	Reading
	Entry string `arg:"" help:"The entry's number."`
}

// Run prints the bundle.
func (c *LedgerProveCmd) Run(env *Env) error {
	ctx := context.Background()
	log, db, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bundle, err := log.Prove(ctx, c.Entry)
	if err != nil {
		return err
	}
	data, err := bundle.Encode()
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Out, string(data))
	return nil
}

// publicKeys reads the keys that somebody trusts: the text of a public key, or a file with one on
// each line. A file of a private key stands for its public one.
func publicKeys(given string) ([]string, error) {
	if given == "" {
		return nil, nil
	}
	if ledger.Fingerprint(given) != "" && !strings.HasPrefix(given, "PRIVATE+KEY+") {
		return []string{strings.TrimSpace(given)}, nil
	}
	text, err := os.ReadFile(given)
	if err != nil || len(text) > 1<<16 {
		return nil, fault.Wrap(err, fault.Invalid, "verify.key_file", "key", clip(given))
	}
	if strings.HasPrefix(string(text), "PRIVATE+KEY+") {
		key, err := ledger.ReadKey(given)
		if err != nil {
			return nil, err
		}
		return []string{key.Verifier}, nil
	}
	var keys []string
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); ledger.Fingerprint(line) != "" {
			keys = append(keys, line)
		}
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Invalid, "verify.key_file", "key", clip(given))
	}
	return keys, nil
}

// detailOf is the parameter of a fault that says more of it.
func detailOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return fmt.Sprint(f.Params["detail"])
	}
	return err.Error()
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
