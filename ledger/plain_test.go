package ledger_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// lite is a log in a file of its own.
func lite(t *testing.T) (h house, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "jiexu.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return lived(t, db), path
}

// thorough is what the long way reports.
func thorough(t *testing.T, db *store.DB, o ledger.CheckOptions) (r ledger.Report) {
	t.Helper()
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = ledger.CheckIn(ctx, tx, o)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// A log that is in order is checked from the file's pages, and the report is that of the long way: with what is committed beside the file, with entries that wait for their places,
// with the file alone, as a stranger reads it.
func TestAPlainLogIsReadFromItsPages(t *testing.T) {
	h, path := lite(t)
	for i, state := range []string{"beside the file", "entries wait", "in the file", "many"} {
		switch state {
		case "entries wait":
			h.make(t, "waits", "等待")
		case "in the file":
			h.sequence(t)
			if _, err := h.db.SQL().ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
				t.Fatal(err)
			}
		case "many":
			for n := range 600 {
				h.make(t, fmt.Sprintf("many-%d", n), "多")
			}
			h.sequence(t)
		}
		for _, quick := range []bool{false, true} {
			o := ledger.CheckOptions{Quick: quick}
			read, err := store.OpenReadOnly(t.Context(), "sqlite:"+path)
			if err != nil {
				t.Fatal(err)
			}
			for who, db := range map[string]*store.DB{"the server": h.db, "a stranger": read} {
				got, ok := ledger.CheckPlain(t.Context(), db, o)
				if want := thorough(t, db, o); !ok || !reflect.DeepEqual(got, want) || got.Entries < int64(5*(i/3)) {
					t.Fatalf("%s, %s, quick %v: %v\n%+v, the long way\n%+v", state, who, quick, ok, got, want)
				}
			}
			read.Close()
		}
	}
}

// What the pages show is not passed: an index that misses a row or holds another key, a row that nobody recorded, an entry of another text.
func TestWhatIsNotPlainGoesTheLongWay(t *testing.T) {
	for name, c := range map[string]struct {
		sql   string // done by a hand that bypasses the program
		quick bool   // it is seen without a look at the keys too
		turn  string // or: the first bytes like these in the file's own index are turned
	}{
		"an entry changed":     {sql: `UPDATE ledger_entries SET data = replace(data, '"v":1', '"v":2') WHERE leaf = 1`, quick: true},
		"a column changed":     {sql: `UPDATE ledger_entries SET actor = 'somebody' WHERE leaf = 1`, quick: true},
		"an entry removed":     {sql: `DELETE FROM ledger_entries WHERE leaf = 1`, quick: true},
		"a place changed":      {sql: `UPDATE ledger_entries SET leaf = 1000 WHERE leaf = 1`, quick: true},
		"a number changed":     {sql: `UPDATE ledger_entries SET seq = 1000 + seq WHERE leaf = (SELECT max(leaf) FROM ledger_entries)`, quick: true},
		"a row changed":        {sql: `UPDATE ledgertest_things SET name = 'other'`, quick: true},
		"a tile changed":       {sql: `UPDATE ledger_tiles SET data = zeroblob(length(data)) WHERE level = 0`, quick: true},
		"a key of an index":    {turn: "ledger_entries_kind"},
		"a number in an index": {turn: "ledger_entries_subject"},
	} {
		h, path := lite(t)
		if c.sql != "" {
			if _, err := h.db.SQL().ExecContext(t.Context(), c.sql); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		} else {
			turnKey(t, h.db, path, c.turn)
		}
		read, err := store.OpenReadOnly(t.Context(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		for _, quick := range []bool{false, true} {
			if _, ok := ledger.CheckPlain(t.Context(), read, ledger.CheckOptions{Quick: quick}); ok && (c.quick || !quick) {
				t.Errorf("%s, quick %v: passed", name, quick)
			}
		}
		if r, err := ledger.Check(t.Context(), read, ledger.CheckOptions{}); err != nil || len(r.Findings) == 0 {
			t.Errorf("%s: nothing was found: %v", name, err)
		}
		read.Close()
	}
}

// On both engines the quick way reports what the long way does, and passes nothing that somebody changed behind the log's back.
func TestTheQuickWayIsTheLongWay(t *testing.T) {
	for _, change := range []string{
		`UPDATE ledger_entries SET actor = 'somebody' WHERE leaf = 1`,
		`UPDATE ledger_entries SET leaf = 1000000 WHERE leaf = 1`,
		`UPDATE ledger_entries SET seq = seq + 1048576 WHERE leaf = (SELECT max(leaf) FROM ledger_entries)`,
		`DELETE FROM ledger_entries WHERE leaf = (SELECT max(leaf) FROM ledger_entries)`,
		`UPDATE ledgertest_things SET name = 'other'`,
		`UPDATE ledger_tree SET size = size - 1`,
	} {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			h := lived(t, db)
			got, ok := ledger.CheckPlain(t.Context(), h.db, ledger.CheckOptions{})
			if want := thorough(t, h.db, ledger.CheckOptions{}); !ok || !reflect.DeepEqual(got, want) || got.Waiting == 0 || got.Entries == 0 {
				t.Fatalf("%v: %+v, the long way %+v", ok, got, want)
			}
			if _, err := h.db.SQL().ExecContext(t.Context(), change); err != nil {
				t.Fatalf("%s: %v", change, err)
			}
			if _, ok := ledger.CheckPlain(t.Context(), h.db, ledger.CheckOptions{}); ok {
				t.Errorf("%s: passed", change)
			}
		})
	}
}

// turnKey changes a letter of the last key of an index in the file, so that the keys still rise.
func turnKey(t *testing.T, db *store.DB, path, index string) {
	t.Helper()
	var root int
	if err := db.SQL().QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_master WHERE name = $1`, index).Scan(&root); err != nil {
		t.Fatal(err)
	}
	var last string
	column := map[string]string{"ledger_entries_kind": "kind", "ledger_entries_subject": "id"}[index]
	if err := db.SQL().QueryRowContext(t.Context(), `SELECT `+column+` FROM ledger_entries ORDER BY subject_type DESC, subject_id DESC, at DESC, id DESC LIMIT 1`).Scan(&last); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // all is in the file then
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := raw[4096*(root-1):][:4096]
	for page[0] == 2 { // its last child
		page = raw[4096*(int(binary.BigEndian.Uint32(page[8:]))-1):][:4096]
	}
	at := bytes.Index(page, []byte(last))
	if at < 0 || page[0] != 10 {
		t.Fatalf("the key %q of %s does not lie in a leaf", last, index)
	}
	page[at+len(last)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
