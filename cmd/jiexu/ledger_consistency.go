package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/outside"
)

// LedgerConsistencyCmd compares two checkpoints. Its --key may also be the text of the public key, or a file with it.
type LedgerConsistencyCmd struct {
	Reading
	Old    string `arg:"" help:"File of the older checkpoint."`
	New    string `arg:"" help:"File of the newer checkpoint."`
	Server string `help:"Ask a running server for the proof, in place of a database. It needs no right there." placeholder:"URL" xor:"from"`
	Proof  string `help:"Take the proof from a file, without database and network." placeholder:"FILE" xor:"from"`
	Save   string `help:"Write the proof into a new file, for others to check with --proof." placeholder:"FILE"`
}

// Run proves that the log with the newer checkpoint holds all of the older. It ends with 0 if so, 1 if not, 2 if something
// cannot be read.
func (c *LedgerConsistencyCmd) Run(env *Env) error {
	ctx := context.Background()
	ask, key, closing, err := c.source(ctx)
	if err != nil {
		return err
	}
	defer closing()
	var heads [2]ledger.TreeHead
	for i, name := range []string{c.Old, c.New} {
		text, err := readSmall(name)
		if err != nil {
			return err
		}
		heads[i], err = ledger.OpenCheckpoint(text, key)
		if fault.Is(err, "ledger.checkpoint") {
			say(env, "ledger.consistency.unsigned", map[string]any{"file": name})
			return findings
		}
		if err != nil {
			return err
		}
	}
	params := map[string]any{"old": heads[0].Size, "new": heads[1].Size}
	if heads[0].Size > heads[1].Size {
		return fault.New(fault.Invalid, "ledger.consistency_order", "old", heads[0].Size, "new", heads[1].Size)
	}
	if heads[0].Size == heads[1].Size && heads[0].Root != heads[1].Root {
		say(env, "ledger.consistency.two", params)
		return findings
	}
	proof, same, err := ask(heads[0], heads[1])
	if err != nil {
		return err
	}
	if err := ledger.CheckConsistency(heads[0], heads[1], proof); err != nil || !same {
		say(env, "ledger.consistency.bad", params)
		return findings
	}
	say(env, "ledger.consistency.good", params)
	if c.Save == "" {
		return nil
	}
	return writeNew(c.Save, ledger.Consistency{Old: heads[0].Size, New: heads[1].Size, Proof: proof}.Encode())
}

// ask gives the proof between two checkpoints. same says that the log at hand has the newer one's root: the checkpoints must be
// of it, and not only of each other.
type ask func(old, new ledger.TreeHead) (proof []string, same bool, err error)

// source opens what the proof comes from, and gives the key that the checkpoints must be signed with.
func (c *LedgerConsistencyCmd) source(ctx context.Context) (ask, string, func() error, error) {
	nothing := func() error { return nil }
	if c.Proof == "" && c.Server == "" {
		return c.database(ctx)
	}
	if c.Key == "" {
		return nil, "", nil, fault.New(fault.Invalid, "ledger.consistency_key")
	}
	keys, err := publicKeys(c.Key)
	if err != nil {
		return nil, "", nil, err
	}
	fetch := func(ledger.TreeHead, ledger.TreeHead) ([]byte, error) { return readSmall(c.Proof) }
	if c.Server != "" {
		fetch = func(old, new ledger.TreeHead) ([]byte, error) { return fetchProof(ctx, c.Server, old.Size, new.Size) }
	}
	return func(old, new ledger.TreeHead) ([]string, bool, error) {
		text, err := fetch(old, new)
		if err != nil {
			return nil, false, err
		}
		proof, err := ledger.ParseConsistency(text)
		if err != nil {
			return nil, false, err
		}
		if proof.Old != old.Size || proof.New != new.Size {
			return nil, false, fault.New(fault.Invalid, "ledger.consistency_other", "old", proof.Old, "new", proof.New, "want_old", old.Size, "want_new", new.Size)
		}
		return proof.Proof, true, nil
	}, keys[0], nothing, nil
}

func (c *LedgerConsistencyCmd) database(ctx context.Context) (ask, string, func() error, error) {
	db, err := c.open(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	fail := func(err error) (ask, string, func() error, error) { return nil, "", nil, errors.Join(err, db.Close()) }
	key, err := c.verifier(db)
	if err != nil {
		return fail(err)
	}
	log, err := ledger.Open(ctx, db, nil, ledger.Options{})
	if err != nil {
		return fail(err)
	}
	return func(old, new ledger.TreeHead) ([]string, bool, error) {
		proof, err := log.ProveConsistency(ctx, old.Size, new.Size)
		if err != nil {
			return nil, false, err
		}
		root, err := log.Root(ctx, new.Size)
		return proof, root == new.Root, err
	}, key, db.Close, nil
}

// fetchProof asks a running server for a proof.
func fetchProof(ctx context.Context, server string, old, new int64) ([]byte, error) {
	if err := outside.CheckURL(server); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "ledger.server_url", "server", clip(server))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/ledger/consistency/%d/%d", strings.TrimSuffix(server, "/"), old, new), nil)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "ledger.server_url", "server", clip(server))
	}
	unreachable := func(err error) error {
		return fault.Wrap(err, fault.Invalid, "ledger.server", "server", clip(server), "detail", err.Error())
	}
	answer, err := outside.Client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxSmall+1))
	if err == nil && (answer.StatusCode != http.StatusOK || len(body) > maxSmall) {
		err = fmt.Errorf("%s", answer.Status)
	}
	if err != nil {
		return nil, unreachable(err)
	}
	return body, nil
}

// maxSmall bounds checkpoints, proofs and tokens, in bytes.
const maxSmall = 1 << 18

func readSmall(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "ledger.no_log_file", "file", name)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSmall+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "ledger.no_log_file", "file", name)
	}
	if len(text) > maxSmall {
		return nil, fault.New(fault.TooLarge, "verify.too_large", "file", name)
	}
	return text, nil
}

// writeNew writes a file that is not there yet.
func writeNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = file.Write(content)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "ledger.not_written", "file", name, "detail", err.Error())
	}
	return nil
}
