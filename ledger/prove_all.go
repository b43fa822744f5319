package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

// ProveAll proves several entries under one checkpoint, the newest, in the order of ids. Returns what Prove returns.
func (l *Log) ProveAll(ctx context.Context, ids []string) (out []Bundle, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		records := make([]Record, len(ids))
		for i, id := range ids {
			if records[i], err = ReadEntry(ctx, tx, id); err != nil {
				return err
			}
			if records[i].Leaf == Unsequenced {
				return fault.New(fault.Unavailable, "ledger.pending", "entry", id)
			}
		}
		size, checkpoint, err := newest(ctx, tx)
		if err != nil {
			return err
		}
		tiles := newTiles(ctx, tx, size)
		out = make([]Bundle, 0, len(ids))
		for _, rec := range records {
			proof, err := tlog.ProveRecord(size, rec.Leaf, tiles)
			if err != nil {
				return fmt.Errorf("prove %s: %w", rec.ID, err)
			}
			out = append(out, Bundle{Format: BundleFormat, Entry: string(rec.Data), Leaf: rec.Leaf, Proof: hashTexts(proof),
				Checkpoint: string(checkpoint), Key: t.verifier, Document: rec.Issued()})
		}
		return nil
	})
	return out, err
}
