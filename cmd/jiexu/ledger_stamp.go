package main

import (
	"context"
	"errors"
	"fmt"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/words"
)

// LedgerCheckpointCmd prints a checkpoint.
type LedgerCheckpointCmd struct {
	Reading
	Size  int64  `help:"The checkpoint of this size; by default the newest." placeholder:"N"`
	Stamp string `help:"Take the newest checkpoint that has a time stamp, and write its token (DER) into a new file." placeholder:"FILE"`
}

// Run prints the checkpoint as it was signed, with the cosignatures of witnesses under it.
func (c *LedgerCheckpointCmd) Run(env *Env) error {
	ctx := context.Background()
	log, db, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var checkpoint, token []byte
	if c.Size == 0 && c.Stamp == "" {
		checkpoint, err = log.Checkpoint(ctx)
	} else {
		checkpoint, token, err = log.CheckpointOf(ctx, c.Size, c.Stamp != "")
	}
	if err != nil {
		return err
	}
	if c.Stamp != "" {
		if err := writeNew(c.Stamp, token); err != nil {
			return err
		}
	}
	_, err = env.Out.Write(checkpoint)
	return err
}

// LedgerStampCmd checks, without database and network, what was said of a checkpoint outside of the office.
type LedgerStampCmd struct {
	Checkpoint   string   `arg:"" help:"File of the checkpoint."`
	Token        string   `arg:"" optional:"" help:"File of a time stamp token (RFC 3161, DER)."`
	Certificates string   `help:"PEM file of the certificates that are trusted with time stamps." placeholder:"FILE"`
	Key          string   `help:"The office's public key, or a file that holds it: the checkpoint must be signed with it." env:"JIEXU_TRUSTED_KEY" placeholder:"KEY|FILE"`
	Witness      []string `help:"Public key of a witness that must have cosigned the checkpoint." placeholder:"KEY"`
}

// Run says whether all holds that it was given. It ends with 0 if so, 1 if not, 2 if something cannot be read.
func (c *LedgerStampCmd) Run(env *Env) error {
	if c.Token == "" && len(c.Witness) == 0 {
		return fault.New(fault.Invalid, "ledger.stamp_what")
	}
	note, err := readSmall(c.Checkpoint)
	if err != nil {
		return err
	}
	text, signatures, ok := ledger.SplitNote(string(note))
	if !ok {
		return fault.New(fault.Invalid, "ledger.checkpoint", "detail", clip(c.Checkpoint))
	}
	good := true
	if c.Key != "" {
		keys, err := publicKeys(c.Key)
		if err != nil {
			return err
		}
		if _, err := ledger.OpenCheckpoint(note, keys[0]); err != nil {
			say(env, "ledger.consistency.unsigned", map[string]any{"file": c.Checkpoint})
			good = false
		}
	}
	for _, key := range c.Witness {
		w, err := ledger.ParseCosigner(key)
		if err != nil {
			var why ledger.KeyError
			errors.As(err, &why)
			return fault.New(fault.Invalid, "ledger.witness_key", "key", clip(key), "witness_fault", string(why))
		}
		s, err := w.Open(text, signatures)
		if err != nil {
			say(env, "ledger.stamp.not_cosigned", map[string]any{"witness": w.Name()})
			good = false
			continue
		}
		say(env, "ledger.stamp.cosigned", map[string]any{"witness": w.Name(), "at": s.At.In(law.Shanghai).Format("2006-01-02 15:04:05")})
	}
	if c.Token != "" {
		held, err := c.stamp(env, text)
		if err != nil {
			return err
		}
		good = good && held
	}
	if !good {
		return findings
	}
	return nil
}

func (c *LedgerStampCmd) stamp(env *Env, text string) (bool, error) {
	token, err := readSmall(c.Token)
	if err != nil {
		return false, err
	}
	if c.Certificates == "" {
		return false, fault.New(fault.Invalid, "ledger.stamp_certificates")
	}
	roots, err := ledger.ReadRoots(c.Certificates)
	if err != nil {
		return false, fault.Wrap(err, fault.Invalid, "ledger.no_log_file", "file", c.Certificates)
	}
	s, err := ledger.OpenStamp(token, text, roots)
	if fault.Is(err, "ledger.stamp") {
		_, detail := words.Fault(env.Lang, err)
		fmt.Fprintln(env.Out, detail)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	say(env, "ledger.stamp.good", map[string]any{"at": s.At.In(law.Shanghai).Format("2006-01-02 15:04:05"), "signer": s.Signer, "serial": s.Serial, "policy": s.Policy})
	return true, nil
}
