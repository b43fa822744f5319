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
		moved := from.moved(t)
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

// moved is the database on the other engine, by a backup of it.
func (h house) moved(t *testing.T) *store.DB {
	t.Helper()
	var out bytes.Buffer
	if _, err := h.db.Backup(t.Context(), &out, nil, "", noon); err != nil {
		t.Fatal(err)
	}
	dbURL := "sqlite:" + filepath.Join(t.TempDir(), "moved.db")
	if h.db.Engine() == store.SQLite {
		dbURL = storetest.PostgresURL(t)
	}
	moved, err := store.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { moved.Close() })
	if _, err := moved.Restore(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), "", ""); err != nil {
		t.Fatal(err)
	}
	return moved
}

// A log of which somebody took an entry is still that log when it was moved: the gap is found, and no number behind it is called wrong. New entries wait behind all that have their place.
func TestALogWithAGapMovesAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		from := lived(t, db)
		from.write(t, dropThings)
		from.write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM ledger_entries WHERE leaf = 20`)
			return err
		})
		to := house{nil, from.moved(t), from.key}
		for which, h := range map[string]house{"before": from, "after": to} {
			gaps := 0
			for _, f := range h.check(t, ledger.CheckOptions{Verifier: from.key.Verifier}).Findings {
				switch {
				case f.Code == ledger.FoundGap:
					gaps++
				case f.Code == ledger.FoundColumn:
					t.Errorf("%s: %+v", which, f)
				}
			}
			if gaps != 1 {
				t.Errorf("%s: %d gaps", which, gaps)
			}
		}
		to.write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "test.other", Subject: ledger.Ref{Type: "thing", ID: "none"}, At: noon})
			return err
		})
		var newest, placed int64
		if err := to.db.SQL().QueryRowContext(t.Context(), `SELECT max(seq), (SELECT max(leaf) FROM ledger_entries) FROM ledger_entries WHERE leaf IS NULL`).Scan(&newest, &placed); err != nil {
			t.Fatal(err)
		}
		if least := map[store.Engine]int64{store.SQLite: placed + 2, store.Postgres: 1 << 62}[to.db.Engine()]; newest < least {
			t.Errorf("a new entry has the number %d, want %d or more", newest, least)
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
