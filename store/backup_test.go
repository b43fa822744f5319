package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 123456000, time.UTC)

// furnish puts rows of every type into the tables of several rooms: units that name each other out
// of order, bytes, dates, coordinates, texts that hurt.
func furnish(t testing.TB, db *store.DB) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, u := range [][]any{{"z-top", nil}, {"m-mid", "z-top"}, {"a-leaf", "m-mid"}} {
			if err := insert(ctx, tx, "org_units", map[string]any{"id": u[0], "parent": u[1], "kind": "squad", "code": u[0]}); err != nil {
				return err
			}
		}
		for i := range 700 {
			id := fmt.Sprintf("term-%03d", i)
			if err := insert(ctx, tx, "term_terms", map[string]any{"id": id, "matter_id": "静安寺\t\"'\\\u2028<&>😀" + id}); err != nil {
				return err
			}
		}
		if err := insert(ctx, tx, "casework_cases", map[string]any{"id": "c1", "lon": 121.44520000000001, "lat": -1e-9, "proposed_yuan": int64(1) << 53}); err != nil {
			return err
		}
		if err := insert(ctx, tx, "casework_documents", map[string]any{"id": "d1", "case_id": "c1", "pdf": []byte{0, 1, 0xff, '\n'}}); err != nil {
			return err
		}
		if err := insert(ctx, tx, "ledger_cursors", map[string]any{"name": "job.mail"}); err != nil {
			return err
		}
		if err := insert(ctx, tx, "ledger_cursors", map[string]any{"name": "board"}); err != nil {
			return err
		}
		if err := insert(ctx, tx, "store_leases", map[string]any{"name": "l"}); err != nil {
			return err
		}
		return store.IndexText(ctx, tx, "complaint", "c1", "延平路跨门经营")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// insert writes a row, with something of the right type in the columns that values does not name.
func insert(ctx context.Context, tx *store.Tx, name string, values map[string]any) error {
	table, err := tx.Table(ctx, name)
	if err != nil {
		return err
	}
	var columns, marks []string
	var args []any
	for _, c := range table.Columns {
		v, ok := values[c.Name]
		if !ok {
			switch c.Type {
			case store.Text:
				v = "x-" + c.Name
			case store.Integer, store.BigInt:
				v = 7
			case store.Float:
				v = 0.1
			case store.Boolean:
				v = true
			case store.DateTime:
				v = store.At(noon)
			case store.CivilDate:
				v = "2026-11-23"
			case store.Bytes:
				v = []byte("bytes")
			}
		}
		args = append(args, v)
		columns = append(columns, `"`+c.Name+`"`)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	_, err = tx.Exec(ctx, `INSERT INTO `+name+` (`+strings.Join(columns, ",")+`) VALUES (`+strings.Join(marks, ",")+`)`, args...)
	return err
}

func backup(t testing.TB, db *store.DB, media string) ([]byte, store.Manifest) {
	t.Helper()
	var out bytes.Buffer
	m, err := db.Backup(t.Context(), &out, folderMedia(media), "", noon)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

func restore(t testing.TB, db *store.DB, data []byte, media string) error {
	t.Helper()
	_, err := db.Restore(t.Context(), bytes.NewReader(data), int64(len(data)), media, "")
	return err
}

// bare opens a database without migrating it.
func bare(t testing.TB, engine store.Engine) *store.DB {
	t.Helper()
	dbURL := "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	if engine == store.Postgres {
		dbURL = storetest.PostgresURL(t)
	}
	db, err := store.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func mediaFolder(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "media")
	for name, content := range map[string]string{"ab/abcd": "a photograph", "cd/cdef": strings.Repeat("film", 1000), "incoming/half": "half"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A backup of either engine restores onto either, and what was restored gives the same backup.
func TestBackupGoesEverywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from *store.DB) {
		furnish(t, from)
		data, m := backup(t, from, mediaFolder(t))
		for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
			t.Run("onto "+string(engine), func(t *testing.T) {
				to, media := bare(t, engine), filepath.Join(t.TempDir(), "m")
				if err := restore(t, to, data, media); err != nil {
					t.Fatal(err)
				}
				_, again := backup(t, to, media)
				m.Engine, again.Engine = "", ""
				if want, got := text(t, m), text(t, again); want != got {
					t.Errorf("restored\n%s\nwant\n%s", got, want)
				}
				if film, err := os.ReadFile(filepath.Join(media, "cd", "cdef")); err != nil || len(film) != 4000 {
					t.Errorf("media: %d bytes, %v", len(film), err)
				}
				if _, err := os.Stat(filepath.Join(media, "incoming")); err == nil {
					t.Error("a half-received file was restored")
				}
				if got := search(t, to, "complaint", "跨门"); len(got) != 1 || got[0] != "c1" {
					t.Errorf("search after restore: %v", got)
				}
				for table, want := range map[string]int{"ledger_cursors": 1, "store_leases": 0, "org_units": 3, "term_terms": 700} {
					if n := count(t, to, table); n != want {
						t.Errorf("%s has %d rows, want %d", table, n, want)
					}
				}
				// The database lives on: the counters carry on behind what was restored.
				if err := to.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					return store.IndexText(ctx, tx, "complaint", "c2", "跨门")
				}); err != nil {
					t.Error(err)
				}
				if err := restore(t, to, data, media); !fault.Is(err, "restore.not_empty") {
					t.Errorf("restore over a living database: %v", err)
				}
			})
		}
	})
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func count(t testing.TB, db *store.DB, table string) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// repack rewrites a backup file by file; change returns nil to leave one out.
func repack(t testing.TB, data []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, content); content == nil {
			continue
		}
		fw, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: f.Method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fw.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whatever is wrong with a file, nothing is restored, neither row nor picture.
func TestRestoreRefusesWhatIsNotRight(t *testing.T) {
	from := storetest.SQLite(t)
	furnish(t, from)
	good, _ := backup(t, from, mediaFolder(t))
	edit := func(name, old, new string) []byte {
		return repack(t, good, func(n string, c []byte) []byte {
			if n == name {
				if !bytes.Contains(c, []byte(old)) {
					t.Fatalf("%s holds no %q", name, old)
				}
				return bytes.Replace(c, []byte(old), []byte(new), 1)
			}
			return c
		})
	}
	for _, c := range []struct {
		name, code string
		data       []byte
	}{
		{"nothing", "restore.damaged", nil},
		{"something else", "restore.damaged", []byte("PK but no backup")},
		{"half of it", "restore.damaged", good[:len(good)/2]},
		{"without its end", "restore.damaged", good[:len(good)-1]},
		{"a changed row", "restore.damaged", edit("tables/term_terms.ndjson", "term-001", "term-9x1")},
		{"a doubled row", "restore.refused", edit("tables/term_terms.ndjson", "term-001\"", "term-000\"")},
		{"a row that is none", "restore.damaged", edit("tables/org_units.ndjson", "{", "(")},
		{"a column too many", "restore.damaged", edit("tables/org_units.ndjson", `"id"`, `"ix"`)},
		{"a time that is none", "restore.damaged", edit("tables/term_terms.ndjson", "2026-11-23T04", "2026-13-23T04")},
		{"a changed picture", "restore.damaged", edit("media/ab/abcd", "photograph", "fotograph!")},
		{"a table left out", "restore.damaged", repack(t, good, func(n string, c []byte) []byte {
			if n == "tables/term_terms.ndjson" {
				return nil
			}
			return c
		})},
		{"no manifest", "restore.damaged", repack(t, good, func(n string, c []byte) []byte {
			if n == "manifest.json" {
				return nil
			}
			return c
		})},
		{"a newer program's", "restore.newer", newer(t, good)},
		{"a newer form", "restore.newer", edit("manifest.json", "jiexu-backup/v1", "jiexu-backup/v9")},
		{"a way out of the folder", "restore.damaged", repack(t, edit("manifest.json", "ab/abcd", "../abcd"), func(n string, c []byte) []byte { return c })},
		{"a unit whose parent is not there", "restore.damaged", edit("tables/org_units.ndjson", `"parent":"z-top"`, `"parent":"q-top"`)},
		{"a bomb", "restore.damaged", bomb(t, good)},
	} {
		t.Run(c.name, func(t *testing.T) {
			to, parent := bare(t, store.SQLite), filepath.Join(t.TempDir(), "data")
			media := filepath.Join(parent, "media")
			if err := restore(t, to, c.data, media); !fault.Is(err, c.code) {
				t.Fatalf("%v, want %s", err, c.code)
			}
			var left []string
			filepath.WalkDir(parent, func(p string, d os.DirEntry, err error) error {
				if err == nil {
					left = append(left, p)
				}
				return nil
			})
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if err := to.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := count(t, to, "term_terms") + count(t, to, "org_units"); n > 0 {
				t.Errorf("%d rows left behind", n)
			}
		})
	}
}

// newer makes a backup of a program with a migration that is not known here.
func newer(t testing.TB, good []byte) []byte {
	return repack(t, good, func(n string, c []byte) []byte {
		if n != "manifest.json" {
			return c
		}
		var m store.Manifest
		if err := json.Unmarshal(c, &m); err != nil {
			t.Fatal(err)
		}
		m.Schema = append(m.Schema, 99901)
		return []byte(text(t, m))
	})
}

// bomb makes a backup with a table that unpacks to a hundred megabytes of nothing.
func bomb(t testing.TB, good []byte) []byte {
	const size = 100 << 20
	return repack(t, good, func(n string, c []byte) []byte {
		switch n {
		case "tables/term_terms.ndjson":
			return make([]byte, size)
		case "manifest.json":
			var m store.Manifest
			if err := json.Unmarshal(c, &m); err != nil {
				t.Fatal(err)
			}
			for i := range m.Tables {
				if m.Tables[i].Name == "term_terms" {
					m.Tables[i].Size = size
				}
			}
			return []byte(text(t, m))
		}
		return c
	})
}

// folderMedia are all files of a folder, as a source of media.
func folderMedia(folder string) store.Media {
	return func(context.Context, *store.Tx) (out []store.MediaFile, err error) {
		return out, filepath.WalkDir(folder, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Base(filepath.Dir(name)) == "incoming" {
				return err
			}
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			path, err := filepath.Rel(folder, name)
			sum := sha256.Sum256(content)
			out = append(out, store.MediaFile{Path: filepath.ToSlash(path), Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
				Open: func(context.Context) (io.ReadCloser, error) { return os.Open(name) }})
			return err
		})
	}
}

// Media that lie beside a backup are copied once, whatever many backups name them; a lost or damaged one is named and holds up none; a restore takes them from there, and
// refuses what is not right.
func TestMediaBeside(t *testing.T) {
	from, folder, beside := storetest.SQLite(t), mediaFolder(t), filepath.Join(t.TempDir(), "beside")
	furnish(t, from)
	opened := map[string]int{}
	source := func(ctx context.Context, tx *store.Tx) ([]store.MediaFile, error) {
		files, err := folderMedia(folder)(ctx, tx)
		for i, f := range files {
			files[i].Open = func(ctx context.Context) (io.ReadCloser, error) { opened[f.Path]++; return f.Open(ctx) }
		}
		wrong := strings.Repeat("0", 64)
		return append(files, store.MediaFile{Path: "ef/lost", Size: 3, SHA256: wrong, Open: func(context.Context) (io.ReadCloser, error) { return nil, fs.ErrNotExist }},
			store.MediaFile{Path: "ef/damaged", Size: 3, SHA256: wrong, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("abc")), nil }}), err
	}
	var last []byte
	for range 2 {
		var out bytes.Buffer
		m, err := from.Backup(t.Context(), &out, source, beside, noon)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Media) != 2 || !m.Media[0].Beside || !slices.Equal(m.Wrong, []string{"ef/damaged", "ef/lost"}) {
			t.Errorf("the manifest says %+v, wrong %v", m.Media, m.Wrong)
		}
		last = out.Bytes()
	}
	if opened["ab/abcd"] != 1 || opened["cd/cdef"] != 1 {
		t.Errorf("copied %v", opened)
	}
	put := func(beside string) (string, error) {
		media := filepath.Join(t.TempDir(), "m")
		_, err := bare(t, store.SQLite).Restore(t.Context(), bytes.NewReader(last), int64(len(last)), media, beside)
		return media, err
	}
	media, err := put(beside)
	if err != nil {
		t.Fatal(err)
	}
	if film, err := os.ReadFile(filepath.Join(media, "cd", "cdef")); err != nil || len(film) != 4000 {
		t.Errorf("media: %d bytes, %v", len(film), err)
	}
	if _, err := put(""); !fault.Is(err, "restore.no_beside") {
		t.Errorf("without the folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(beside, "ab", "abcd"), []byte("another one!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := put(beside); !fault.Is(err, "restore.damaged") {
		t.Errorf("a changed one: %v", err)
	}
}
