package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// A log that was backed up from one engine and restored onto the other is the same log: every row
// still has the digest that its entry holds, and it goes on growing under the same key.
func TestLogSurvivesAMoveToTheOtherEngine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		from := lived(t, db)
		// The rooms' tables of this test are not in the migrations, so they cannot move.
		from.write(t, dropThings)
		if r := from.check(t, ledger.CheckOptions{}); onlyTables(r) != "" {
			t.Fatal(onlyTables(r))
		}
		var out bytes.Buffer
		if _, err := db.Backup(t.Context(), &out, nil, "", noon); err != nil {
			t.Fatal(err)
		}
		dbURL := "sqlite:" + filepath.Join(t.TempDir(), "moved.db")
		if db.Engine() == store.SQLite {
			dbURL = storetest.PostgresURL(t)
		}
		moved, err := store.Open(t.Context(), dbURL)
		if err != nil {
			t.Fatal(err)
		}
		defer moved.Close()
		if _, err := moved.Restore(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), "", ""); err != nil {
			t.Fatal(err)
		}
		to := house{reopen(t, moved, from.key), moved, from.key}
		before, after := from.check(t, ledger.CheckOptions{}), to.check(t, ledger.CheckOptions{Verifier: from.key.Verifier})
		if before.Root != after.Root || before.Entries != after.Entries || after.Waiting != 1 || onlyTables(after) != "" {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if n := to.sequence(t); n != 1 { // the tail that was waiting
			t.Errorf("sequenced %d", n)
		}
		to.agree(t, int(before.Entries)+1)
		if _, ok := ledger.CheckPlain(t.Context(), moved, ledger.CheckOptions{}); !ok && onlyTables(before) == "" && len(before.Findings) == 0 {
			t.Error("it is not plainly in order")
		}
		var numbers, least int64
		if err := moved.SQL().QueryRowContext(t.Context(), `SELECT count(*), min(seq) FROM ledger_entries WHERE leaf IS NOT NULL AND seq = leaf + 1`).Scan(&numbers, &least); err != nil || numbers != after.Entries+1 || least != 1 {
			t.Errorf("%d of %d entries have the number of their place: %v", numbers, after.Entries+1, err)
		}
	})
}

func dropThings(ctx context.Context, tx *store.Tx) error {
	if _, err := tx.Exec(ctx, `DROP TABLE ledgertest_things`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DROP TABLE ledgertest_links`)
	return err
}

// onlyTables tells of the first finding that is not about rows of the dropped tables.
func onlyTables(r ledger.Report) string {
	for _, f := range r.Findings {
		if f.Table != "ledgertest_things" && f.Table != "ledgertest_links" {
			return fmt.Sprintf("%+v", f)
		}
	}
	return ""
}
