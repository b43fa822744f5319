package pages

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

func open(t *testing.T, path, pragma string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	exec(t, db, `PRAGMA `+pragma)
	exec(t, db, `PRAGMA journal_mode(WAL)`)
	return db
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// fill makes tables and indexes of all shapes: rows that lie in many pages, holes, a tree of three levels, one without numbers.
func fill(t *testing.T, db *sql.DB, random *rand.Rand, rows int) {
	exec(t, db, `CREATE TABLE a (seq INTEGER PRIMARY KEY, name TEXT, n INTEGER, x REAL, raw BLOB)`)
	exec(t, db, `CREATE INDEX a_name ON a (name, n)`)
	exec(t, db, `CREATE INDEX a_n ON a (n) WHERE name IS NULL`)
	exec(t, db, `CREATE TABLE b (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID`)
	exec(t, db, `CREATE TABLE empty (id TEXT)`)
	exec(t, db, `BEGIN`)
	for i := range rows {
		size := random.IntN(60)
		if random.IntN(50) == 0 {
			size = random.IntN(30_000)
		}
		var name any = strings.Repeat("序", size/3) + fmt.Sprint(random.IntN(1000))
		if random.IntN(10) == 0 {
			name = nil
		}
		exec(t, db, `INSERT INTO a (name, n, x, raw) VALUES (?, ?, ?, ?)`, name, random.Int64()>>random.IntN(64), random.Float64(), make([]byte, random.IntN(40)))
		exec(t, db, `INSERT INTO b VALUES (?, ?)`, fmt.Sprint(random.Int64(), i), i)
	}
	exec(t, db, `COMMIT`)
	exec(t, db, `DELETE FROM a WHERE n % 7 = 3`)
	exec(t, db, `UPDATE a SET name = name || 'more' WHERE n % 5 = 1`)
}

// visitAll visits all that is in a file.
func visitAll(path string, roots []Tree, row func(tree Tree, number int64, record []Value)) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, tree := range append([]Tree{{Root: 1}}, roots...) {
		parts, err := f.Parts(tree)
		if err != nil {
			return err
		}
		var last []Value
		for _, part := range parts {
			if tree.Index {
				var from, to []Value
				if from, to, err = f.Keys(part, func(record []Value) error {
					row(tree, 0, record)
					return nil
				}); err == nil && last != nil && from != nil && !Rises(last, from) {
					err = errPage
				}
				last = to
			} else {
				_, _, _, err = f.Rows(part, func(number int64, text string) error {
					record, err := Record(text, nil)
					row(tree, number, record)
					return err
				})
			}
			if err != nil {
				return err
			}
		}
	}
	return f.Complete()
}

func fits(_ int64, err error) bool { return err == nil }

func rootsOf(t *testing.T, db *sql.DB) (trees []Tree, names []string) {
	t.Helper()
	rows, err := db.Query(`SELECT name, type, rootpage, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE rootpage > 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		var tree Tree
		var without sql.NullBool
		if err := rows.Scan(&name, &kind, &tree.Root, &without); err != nil {
			t.Fatal(err)
		}
		tree.Index = kind == "index" || without.Bool
		trees, names = append(trees, tree), append(names, name)
	}
	return trees, names
}

// What is read by pages is what the engine reads, from the file and from what was committed beside it; every page has its use.
func TestPagesAreWhatTheEngineReads(t *testing.T) {
	for _, size := range []int{512, 4096, 65536} {
		path := filepath.Join(t.TempDir(), "a.db")
		db := open(t, path, fmt.Sprintf("page_size(%d)", size))
		fill(t, db, rand.New(rand.NewPCG(1, uint64(size))), 3000)
		for _, state := range []string{"beside", "begun anew", "in the file"} {
			switch state {
			case "begun anew":
				exec(t, db, `PRAGMA wal_checkpoint(RESTART)`)
				exec(t, db, `UPDATE a SET n = n + 1 WHERE seq < 40`)
			case "in the file":
				exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
			}
			trees, names := rootsOf(t, db)
			got := map[string]int{}
			sums := map[string]int64{}
			if err := visitAll(path, trees, func(tree Tree, number int64, record []Value) {
				i := slices.Index(trees, tree)
				if i < 0 {
					return
				}
				got[names[i]]++
				if names[i] == "a" {
					sums["a"] += number + record[2].Int%1000003 + int64(len(record[1].Text)) + int64(len(record[4].Text))
				}
			}); err != nil {
				t.Fatalf("%d, %s: %v", size, state, err)
			}
			for query, have := range map[string]int64{
				`SELECT count(*) FROM a`:                    int64(got["a"]),
				`SELECT count(*) FROM a WHERE 1`:            int64(got["a_name"]),
				`SELECT count(*) FROM a WHERE name IS NULL`: int64(got["a_n"]),
				`SELECT count(*) FROM b`:                    int64(got["b"]),
				`SELECT sum(seq + n % 1000003 + length(CAST(coalesce(name, '') AS BLOB)) + length(raw)) FROM a`: sums["a"],
			} {
				var want int64
				if err := db.QueryRow(query).Scan(&want); err != nil || want != have {
					t.Fatalf("%d, %s: %s is %d, read %d: %v", size, state, query, want, have, err)
				}
			}
		}
	}
}

// A file of which a bit was turned is never called in order where the engine calls it damaged.
func TestPagesNeverPassWhatTheEngineFinds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	random := rand.New(rand.NewPCG(3, 4))
	db := open(t, path, "page_size(512)")
	fill(t, db, random, 400)
	trees, _ := rootsOf(t, db)
	exec(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	db.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flips := 1500
	if testing.Short() {
		flips = 200
	}
	count := func(path string) (n [8]int, err error) {
		err = visitAll(path, trees, func(tree Tree, _ int64, _ []Value) { n[1+slices.Index(trees, tree)]++ })
		return n, err
	}
	want, err := count(path)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer schema.Close()
	if schema.size != 512 {
		t.Fatalf("pages have %d bytes", schema.size)
	}
	if parts, err := schema.Parts(Tree{Root: 1}); err != nil || len(parts) != 1 || !fits(schema.Visit(parts[0])) {
		t.Fatalf("the schema is read in one part: %v", err)
	}
	passed, found := 0, 0
	for range flips {
		bad := slices.Clone(good)
		at := random.IntN(len(bad))
		if random.IntN(2) == 0 { // heads of pages matter most
			at = at/512*512 + random.IntN(40)
		}
		if page := at/512 + 1; page > 1 && schema.used[page/32]&(1<<(page%32)) != 0 {
			continue // which tables there are is not the pages' affair, nor what their records say
		}
		bad[at] ^= 1 << random.IntN(8)
		one := filepath.Join(t.TempDir(), "b.db")
		if err := os.WriteFile(one, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := count(one); err != nil || n != want {
			found++
			continue
		}
		passed++
		lite, err := sql.Open("sqlite", "file:"+one+"?immutable=1&mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		var line string
		err = lite.QueryRow(`PRAGMA quick_check(1)`).Scan(&line)
		lite.Close()
		if err != nil && strings.Contains(err.Error(), "malformed database schema") || strings.Contains(line, " value in ") {
			continue
		}
		if err != nil || line != "ok" {
			t.Fatalf("a bit of byte %d (page %d, byte %d of it) was turned: the engine says %q %v, and it was passed", at, at/512+1, at%512, line, err)
		}
	}
	if passed == 0 || found == 0 {
		t.Fatalf("%d passed, %d found: this tried nothing", passed, found)
	}
}

// A log that a killed program was writing ends where it was committed last.
func TestAHalfWrittenCommitIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := open(t, path, "wal_autocheckpoint(0)")
	fill(t, db, rand.New(rand.NewPCG(1, 2)), 50)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Grown() || !f.Unchanged() {
		t.Fatal("nothing was committed, and it has grown")
	}
	end := f.end
	exec(t, db, `INSERT INTO empty VALUES ('later')`)
	if !f.Grown() || !f.Unchanged() {
		t.Fatal("something was committed, and it has not grown")
	}
	raw, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1 // of the last page of the last commit
	for _, name := range []string{"", "-wal"} {
		content := raw
		if name == "" {
			if content, err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path+".cut"+name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cut, err := Open(path + ".cut")
	if err != nil {
		t.Fatal(err)
	}
	defer cut.Close()
	if cut.end != end {
		t.Fatalf("what is committed ends at %d, not at %d", cut.end, end)
	}
	exec(t, db, `PRAGMA wal_checkpoint(RESTART)`)
	exec(t, db, `INSERT INTO empty VALUES ('anew')`)
	if f.Unchanged() {
		t.Fatal("the log was begun anew, and it is unchanged")
	}
}

func FuzzRecord(f *testing.F) {
	f.Add("\x03\x01\x0f\x05a")
	f.Fuzz(func(t *testing.T, p string) {
		values, err := Record(p, nil)
		if err == nil && len(values) > len(p) {
			t.Fatalf("%d values of %d bytes", len(values), len(p))
		}
	})
}
