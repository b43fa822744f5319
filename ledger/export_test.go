package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/store"
)

// ForgeTile puts the hash of an entry as it is now into its tile, as a forger would.
func ForgeTile(ctx context.Context, tx *store.Tx, leaf int64) error {
	var data, entry []byte
	if err := tx.QueryRow(ctx, `SELECT data FROM ledger_entries WHERE leaf = $1`, leaf).Scan(&entry); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `SELECT data FROM ledger_tiles WHERE level = 0 AND n = $1`, leaf>>8).Scan(&data); err != nil {
		return err
	}
	h := tlog.RecordHash(entry)
	copy(data[leaf&255*32:], h[:])
	_, err := tx.Exec(ctx, `UPDATE ledger_tiles SET data = $1 WHERE level = 0 AND n = $2`, data, leaf>>8)
	return err
}

// CheckPlain is the quick way alone.
func CheckPlain(ctx context.Context, db *store.DB, o CheckOptions) (Report, bool) {
	return checkPlain(ctx, db, o)
}
