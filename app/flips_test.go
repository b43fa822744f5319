package app_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence"
)

// flips is how many bits a test flips; JIEXU_TEST_FLIPS asks for more than the ordinary number.
func flips(t testing.TB, ordinary int) int {
	t.Helper()
	text := os.Getenv("JIEXU_TEST_FLIPS")
	if text == "" {
		return ordinary
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A bit that is flipped in any file of the record is found by the check of the record, which names the file.
func TestEveryFlippedBitOfAFileIsFound(t *testing.T) {
	t.Parallel()
	p := sqlitePlace(t)
	w := newWorld(t, p)
	folder := filepath.Join(p.data, "media")
	files, err := evidence.OpenFiles(folder)
	if err != nil {
		t.Fatal(err)
	}
	sums := w.lines(`SELECT DISTINCT sha256 FROM evidence_media ORDER BY sha256`)
	if report, err := files.Check(t.Context(), w.app.DB, true, func(int) {}); err != nil || len(report.Findings) > 0 || len(sums) < 3 {
		t.Fatalf("%d files, %+v, %v", len(sums), report, err)
	}
	random := rand.New(rand.NewPCG(20261129, 6))
	found, want := 0, flips(t, 30)
	for range want {
		sum := sums[random.IntN(len(sums))]
		path := filepath.Join(folder, sum[:2], sum)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := slices.Clone(good)
		bit := random.IntN(8 * len(bad))
		bad[bit/8] ^= 1 << (bit % 8)
		put := func(b []byte) {
			if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, b, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		put(bad)
		report, err := files.Check(t.Context(), w.app.DB, true, func(int) {})
		put(good)
		if err == nil && len(report.Findings) > 0 && !slices.ContainsFunc(report.Findings, func(f evidence.Finding) bool { return f.SHA256 != sum || f.Code != evidence.FoundBytes }) {
			found++
			continue
		}
		t.Errorf("bit %d of %s: %+v, %v", bit, sum, report, err)
	}
	t.Logf("%d of %d flipped bits of %d files were found and named", found, want, len(sums))
}

// The same for the rows of every sealed table of the real house, which package ledger tries on tables of its own.
func TestEveryFlippedBitOfARowIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	w.sequence()
	random := rand.New(rand.NewPCG(20261129, 7))
	var tables []string
	for _, name := range ledger.Sealed() {
		if w.count(`SELECT count(*) FROM `+name) > 0 {
			tables = append(tables, name)
		}
	}
	found, want := 0, flips(t, 40)
	for made := 0; made < want; {
		name := tables[made%len(tables)]
		report, key, place, ok := w.flipRow(random, name)
		if !ok {
			continue
		}
		made++
		if slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool {
			return f.Table == name && (f.Key == key || f.Code == ledger.FoundRowUnrecorded)
		}) {
			found++
			continue
		}
		t.Errorf("%s: %+v", place, report.Findings)
	}
	t.Logf("%d of %d flipped bits of %d tables were found and named", found, want, len(tables))
}

// flipRow flips a bit of a row of a table, checks, and undoes it. ok is false where there is no such bit or the engine refuses it.
func (w *world) flipRow(random *rand.Rand, name string) (report ledger.Report, key, place string, ok bool) {
	w.t.Helper()
	undo := errors.New("undo")
	err := w.app.DB.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		table, err := tx.Table(ctx, name)
		if err != nil {
			return err
		}
		column := table.Columns[random.IntN(len(table.Columns))].Name
		var row int64
		var value any
		var kind string
		err = tx.QueryRow(ctx, fmt.Sprintf(`SELECT rowid, typeof("%s"), +"%s" FROM %s WHERE "%s" IS NOT NULL ORDER BY abs(rowid * 7919 + %d) %% 1000003 LIMIT 1`, column, column, name, column, random.IntN(1000000))).Scan(&row, &kind, &value)
		if errors.Is(err, sql.ErrNoRows) {
			return undo
		}
		if err != nil {
			return err
		}
		mark := `$1`
		var bit int
		switch v := value.(type) {
		case int64:
			bit = random.IntN(64)
			value = v ^ 1<<bit
		case string, []byte:
			b := []byte(fmt.Sprintf("%s", v))
			if len(b) == 0 {
				return undo
			}
			bit = random.IntN(8 * len(b))
			b[bit/8] ^= 1 << (bit % 8)
			if value = b; kind == "text" {
				mark = `CAST($1 AS TEXT)`
			}
		default:
			return undo
		}
		if err := tx.Rows(ctx, table, fmt.Sprintf(`WHERE rowid = %d`, row), nil, func(r store.Row) error {
			key = ledger.KeyOf(r)
			return nil
		}); err != nil {
			return err
		}
		place = fmt.Sprintf("bit %d of %s.%s at %s", bit, name, column, key)
		if n, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE %s SET "%s" = %s WHERE rowid = %d`, name, column, mark, row), value); err != nil || n != 1 {
			return undo
		}
		ok = true
		report, err = ledger.CheckIn(ctx, tx, ledger.CheckOptions{Quick: true})
		return errors.Join(err, undo)
	})
	if err != nil && !errors.Is(err, undo) || err == nil {
		w.t.Fatalf("%s: %v", place, err)
	}
	return report, key, place, ok
}
