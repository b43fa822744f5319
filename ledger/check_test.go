package ledger_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// lived is a log with some history: batches of several sizes, rows made, changed and deleted, a key
// of three columns, and a tail that is not yet sequenced.
func lived(t testing.TB, db *store.DB) house {
	t.Helper()
	h := open(t, db)
	for i := range 4 {
		h.many(t, 1000*i, 5+60*i)
	}
	h.write(t, func(ctx context.Context, tx *store.Tx) error {
		day := store.Date{}
		if err := day.Scan("2026-11-23"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO ledgertest_links (thing, day, n, note) VALUES ('m1', $1, 7, 'linked')`, day); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE ledgertest_things SET name = 'renamed', amount = NULL WHERE id = 'm2'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM ledgertest_things WHERE id = 'm3'`); err != nil {
			return err
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "test.mixed", Subject: ledger.Ref{Type: "thing", ID: "m1"}, Actor: "zhao", At: noon,
			Rows: []ledger.Row{{"ledgertest_things", "m2"}, {"ledgertest_things", "m3"}, {"ledgertest_links", ledger.Key("m1", day, 7)}}})
		return err
	})
	h.sequence(t)
	h.make(t, "tail", "not yet in the tree")
	return h
}

func (h house) check(t testing.TB, o ledger.CheckOptions) ledger.Report {
	t.Helper()
	r, err := ledger.Check(t.Context(), h.db, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckFindsNothingWrong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		for _, verifier := range []string{"", h.key.Verifier} {
			r := h.check(t, ledger.CheckOptions{Verifier: verifier})
			if len(r.Findings) > 0 {
				t.Errorf("findings: %+v", r.Findings)
			}
			leaves := h.leaves(t)
			if r.Entries != int64(len(leaves)) || r.Waiting != 1 || r.Rows != 381 || r.Root != naiveRoot(leaves).String() || r.Checkpoints < 50 || r.Fingerprint != h.key.Fingerprint() {
				t.Errorf("report %+v", r)
			}
		}
	})
}

func TestCheckOfAnEmptyLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if r := open(t, db).check(t, ledger.CheckOptions{}); len(r.Findings) > 0 {
			t.Errorf("findings: %+v", r.Findings)
		}
	})
}

// Each of these is a hand at work behind the program's back. The finding must name what was touched.
func TestCheckNamesWhatWasChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		at := func(leaf int) string {
			var id string
			if err := db.SQL().QueryRowContext(t.Context(), `SELECT id FROM ledger_entries WHERE leaf = $1`, leaf).Scan(&id); err != nil {
				t.Fatal(err)
			}
			return id
		}
		long := strings.Repeat("0", 62)
		for _, c := range []struct {
			name, sql, code, table, key string
			leaf                        int // of the entry that must be named, -1 for none
		}{
			{"a word in a row", `UPDATE ledgertest_things SET name = 'y' WHERE id = 'm1001'`, ledger.FoundRow, "ledgertest_things", "m1001", 7},
			{"a fine", `UPDATE ledgertest_things SET amount = 100 WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a value taken away", `UPDATE ledgertest_things SET amount = NULL WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a flag", `UPDATE ledgertest_things SET ok = NOT ok WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a microsecond", `UPDATE ledgertest_things SET at = '2026-11-23T04:00:00.123457Z' WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a day", `UPDATE ledgertest_things SET day = '2026-11-24' WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a coordinate", `UPDATE ledgertest_things SET lon = 121.44520000000001 WHERE id = 'm1002'`, ledger.FoundRow, "ledgertest_things", "m1002", 8},
			{"a row with three keys", `UPDATE ledgertest_links SET note = 'cut'`, ledger.FoundRow, "ledgertest_links", `["m1","2026-11-23",7]`, 384},
			{"a row put back", `INSERT INTO ledgertest_things (id, name) VALUES ('m3', 'x')`, ledger.FoundRow, "ledgertest_things", "m3", 384},
			{"a row removed", `DELETE FROM ledgertest_things WHERE id = 'm2000'`, ledger.FoundRowMissing, "ledgertest_things", "m2000", 72},
			{"a row put in", `INSERT INTO ledgertest_things (id, name) VALUES ('new', 'x')`, ledger.FoundRowUnrecorded, "ledgertest_things", "new", -1},
			{"a row under another key", `UPDATE ledgertest_things SET id = 'other' WHERE id = 'm2000'`, ledger.FoundRowUnrecorded, "ledgertest_things", "other", -1},
			{"a row of the unsequenced tail", `UPDATE ledgertest_things SET name = 'y' WHERE id = 'tail'`, ledger.FoundRow, "ledgertest_things", "tail", -1},
			{"who did it", `UPDATE ledger_entries SET actor = 'chen' WHERE leaf = 20`, ledger.FoundColumn, "", "", 20},
			{"when", `UPDATE ledger_entries SET at = '2026-11-23T04:00:01.000000Z' WHERE leaf = 20`, ledger.FoundColumn, "", "", 20},
			{"what was hashed", `UPDATE ledger_entries SET data = replace(data, 'wang', 'weng') WHERE leaf = 20`, ledger.FoundEntry, "", "", 20},
			{"both alike", `UPDATE ledger_entries SET data = replace(data, 'wang', 'weng'), actor = 'weng' WHERE leaf = 20`, ledger.FoundEntry, "", "", 20},
			{"an entry in two spellings", `UPDATE ledger_entries SET data = replace(data, '"v":1', '"v": 1') WHERE leaf IS NULL`, ledger.FoundEntry, "", "", -1},
			{"an entry removed", `DELETE FROM ledger_entries WHERE leaf = 20`, ledger.FoundGap, "", "", 20},
			{"the last entry removed", `DELETE FROM ledger_entries WHERE leaf = 384`, ledger.FoundGap, "", "", 384},
			{"an entry taken out of the tree", `UPDATE ledger_entries SET leaf = NULL WHERE leaf = 20`, ledger.FoundGap, "", "", 20},
			{"the number of an entry", `UPDATE ledger_entries SET seq = seq + 1048576 WHERE leaf = 20`, ledger.FoundColumn, "", "", 20},
			{"an entry moved away", `UPDATE ledger_entries SET leaf = 5000 WHERE leaf = 20`, ledger.FoundGap, "", "", 20},
			{"a checkpoint's root", `UPDATE ledger_checkpoints SET root = '` + long + `' WHERE size = 20`, ledger.FoundSignature, "", "", -1},
			{"a checkpoint's text", `UPDATE ledger_checkpoints SET note = replace(note, 'jiexu.test', 'jiexv.test') WHERE size = 20`, ledger.FoundSignature, "", "", -1},
			{"a checkpoint moved", `UPDATE ledger_checkpoints SET size = 1000 WHERE size = 20`, ledger.FoundTree, "", "", -1},
			{"the last checkpoint removed", `DELETE FROM ledger_checkpoints WHERE size = 385`, ledger.FoundRoot, "", "", 384},
			{"the tree's size", `UPDATE ledger_tree SET size = 300`, ledger.FoundTree, "", "", -1},
			{"the tree's key", `UPDATE ledger_tree SET verifier = '` + foreignKey(t) + `'`, ledger.FoundTree, "", "", -1},
			{"a tile's width", `UPDATE ledger_tiles SET width = 255 WHERE level = 0 AND n = 0`, ledger.FoundTile, "", "", -1},
			{"a tile removed", `DELETE FROM ledger_tiles WHERE level = 0 AND n = 1`, ledger.FoundTile, "", "", 256},
			{"a tile above", `UPDATE ledger_tiles SET data = (SELECT t.data FROM ledger_tiles t WHERE t.level = 0 AND t.n = 1) WHERE level = 1`, ledger.FoundTile, "", "", -1},
		} {
			t.Run(c.name, func(t *testing.T) {
				var entry string
				if c.leaf >= 0 {
					entry = at(c.leaf)
				}
				r := h.tampered(t, c.sql)
				named := ledger.Finding{}
				for _, f := range r.Findings {
					if f.Code == c.code && f.Table == c.table && f.Key == c.key && (entry == "" || f.Entry == entry || f.Code == ledger.FoundGap && *f.Leaf == int64(c.leaf)) {
						named = f
					}
				}
				if named.Code == "" {
					t.Errorf("want %s %s %s entry %s, found %+v", c.code, c.table, c.key, entry, r.Findings)
				}
				if len(r.Findings) > 3 && c.code != ledger.FoundTile && !strings.Contains(c.name, "moved") {
					t.Errorf("one change, %d findings: %+v", len(r.Findings), r.Findings)
				}
			})
		}
	})
}

// tampered checks the database as it would be after a statement, which is undone.
func (h house) tampered(t testing.TB, statement string) (report ledger.Report) {
	t.Helper()
	undo := fmt.Errorf("undo")
	err := h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err := tx.Exec(ctx, statement)
		if err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", statement, n, err)
		}
		if report, err = ledger.CheckIn(ctx, tx, ledger.CheckOptions{Verifier: h.key.Verifier}); err != nil {
			t.Fatal(err)
		}
		return undo
	})
	if err != undo {
		t.Fatal(err)
	}
	return report
}

// Consistent forgery: the entry, its columns and its hash in the tile are changed alike. Only the
// signature is left, and it does not fit.
func TestCheckFindsAConsistentForgery(t *testing.T) {
	h := lived(t, storetest.SQLite(t))
	entry := ""
	if err := h.db.SQL().QueryRowContext(t.Context(), `SELECT id FROM ledger_entries WHERE leaf = 70`).Scan(&entry); err != nil {
		t.Fatal(err)
	}
	err := h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE ledger_entries SET data = replace(data, 'wang', 'weng'), actor = 'weng' WHERE leaf = 70`); err != nil {
			return err
		}
		return ledger.ForgeTile(ctx, tx, 70)
	})
	if err != nil {
		t.Fatal(err)
	}
	r := h.check(t, ledger.CheckOptions{})
	found := false
	for _, f := range r.Findings {
		// Batches have seven entries, so the forged one is among the seven before its checkpoint.
		found = found || f.Code == ledger.FoundRoot && *f.Leaf <= 70 && *f.Leaf > 70-7
	}
	if !found {
		t.Errorf("findings %+v", r.Findings)
	}
}

// Single bytes are flipped in the file itself, wherever a known word is stored. Nothing slips by, and
// nothing panics.
func TestCheckFindsFlippedBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jiexu.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := lived(t, db)
	if _, err := db.SQL().ExecContext(t.Context(), `VACUUM`); err != nil { // no stale copies in free pages
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(20261123, 2))
	words := []string{"renamed", "m1042", "2026-11-23", "test.made", "jingansi", "jiexu.test/log", "linked", `"sha256":"`, "— jiexu"}
	before, err := dump(t, path)
	if err != nil {
		t.Fatal(err)
	}
	live := 0
	for range 80 {
		word := words[random.IntN(len(words))]
		var places []int
		for from := 0; ; {
			i := bytes.Index(good[from:], []byte(word))
			if i < 0 {
				break
			}
			places = append(places, from+i)
			from += i + 1
		}
		if len(places) == 0 {
			t.Fatalf("%q is not in the file", word)
		}
		at := places[random.IntN(len(places))] + random.IntN(len(word))
		bad := bytes.Clone(good)
		bad[at] ^= 1 << random.IntN(8)
		spoilt := filepath.Join(t.TempDir(), "spoilt.db")
		if err := os.WriteFile(spoilt, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if after, err := dump(t, spoilt); err == nil && after == before {
			continue // SQLite leaves old bytes where no row is; nothing that anybody reads was changed
		}
		live++
		read, err := store.OpenReadOnly(t.Context(), "sqlite:"+spoilt)
		if err != nil {
			continue // refused with words; the file says nothing any more
		}
		r, err := ledger.Check(t.Context(), read, ledger.CheckOptions{Verifier: h.key.Verifier})
		if err != nil || len(r.Findings) == 0 {
			t.Errorf("%q, byte %d: %q for %q in %q: nothing was found, %v", word, at, bad[at], good[at], good[at-20:at+20], err)
		}
		for _, f := range r.Findings {
			if f.Table+f.Entry+f.Detail == "" {
				t.Errorf("%q, byte %d: a finding without a name: %+v", word, at, f)
			}
		}
		read.Close()
	}
	if live < 30 {
		t.Errorf("only %d flips hit anything that is read", live)
	}
}

// dump is the whole content of a database, read without the ledger's help.
func dump(t testing.TB, path string) (string, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out strings.Builder
	for _, query := range []string{
		`PRAGMA integrity_check`,
		`SELECT quote(id)||quote(name)||quote(amount)||quote(ok)||quote(at)||quote(day)||quote(lon)||quote(pdf) FROM ledgertest_things`,
		`SELECT quote(thing)||quote(day)||quote(n)||quote(note) FROM ledgertest_links`,
		`SELECT quote(id)||quote(at)||quote(kind)||quote(subject_type)||quote(subject_id)||quote(actor)||quote(unit)||quote(data)||quote(leaf) FROM ledger_entries`,
		`SELECT quote(size)||quote(root)||quote(note) FROM ledger_checkpoints`,
		`SELECT quote(size)||quote(verifier) FROM ledger_tree`,
	} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			return "", err
		}
		defer rows.Close()
		for rows.Next() {
			var s sql.NullString
			if err := rows.Scan(&s); err != nil {
				return "", err
			}
			out.WriteString(s.String)
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// A file of which whole pages are gone is reported in words.
func TestCheckOfADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jiexu.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	lived(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(20261123, 3))
	for i := range 30 {
		bad := bytes.Clone(good)
		page := 4096 * (1 + random.IntN(len(bad)/4096-1))
		for j := range 4096 {
			bad[page+j] = byte(random.Uint32())
		}
		if i%3 == 0 {
			bad = bad[:page]
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := store.OpenReadOnly(t.Context(), "sqlite:"+path)
		if err != nil {
			continue
		}
		r, err := ledger.Check(t.Context(), read, ledger.CheckOptions{})
		if err == nil && len(r.Findings) == 0 {
			t.Errorf("page at %d: nothing was found", page)
		}
		read.Close()
	}
}

// A view under a table's name shows the check what it pleases: it is found, whatever its rows are.
func TestCheckFindsAViewInTheWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		for _, table := range []string{"ledgertest_things", "ledger_checkpoints"} {
			undo := errors.New("undo")
			if err := h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				for _, statement := range []string{`ALTER TABLE ` + table + ` RENAME TO aside`, `CREATE VIEW ` + table + ` AS SELECT * FROM aside`} {
					if _, err := tx.Exec(ctx, statement); err != nil {
						t.Fatal(err)
					}
				}
				r, err := ledger.CheckIn(ctx, tx, ledger.CheckOptions{})
				if err != nil || !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Code == ledger.FoundView && f.Table == table }) {
					t.Errorf("%s: %+v, %v", table, r.Findings, err)
				}
				return undo
			}); err != undo {
				t.Fatal(err)
			}
		}
	})
}
