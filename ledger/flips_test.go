package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jiexu/ledger"
	"jiexu/ledger/witnesstest"
	"jiexu/store"
	"jiexu/store/storetest"
)

// flipsEnv says how many bits are flipped; the ordinary test does with some hundred, so that it takes seconds.
const flipsEnv = "JIEXU_TEST_FLIPS"

func flipsToMake(t testing.TB, ordinary int) int {
	t.Helper()
	if text := os.Getenv(flipsEnv); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return ordinary
}

// cell is a value as it lies in the database.
type cell struct {
	table, column string
	key           []string // columns of the primary key
	row           []any    // their values
	value         any
	day           bool // on PostgreSQL, which keeps a day as a number of days
}

// bits is how many bits the value has.
func (c cell) bits() int {
	switch v := c.value.(type) {
	case string:
		return 8 * len(v)
	case []byte:
		return 8 * len(v)
	case bool:
		return 1
	case nil:
		return 0
	}
	if c.day {
		return 32
	}
	return 64
}

// flipped is the value with one bit changed; ok is false where the engine has no such value.
func (c cell) flipped(bit int, engine store.Engine) (value any, ok bool) {
	switch v := c.value.(type) {
	case string:
		b := []byte(v)
		b[bit/8] ^= 1 << (bit % 8)
		if engine == store.Postgres {
			return string(b), utf8.Valid(b) && !slices.Contains(b, 0)
		}
		return b, true // cast to text
	case []byte:
		b := slices.Clone(v)
		b[bit/8] ^= 1 << (bit % 8)
		return b, true
	case bool:
		return !v, true
	case int64:
		return v ^ 1<<bit, true
	case float64:
		return math.Float64frombits(math.Float64bits(v) ^ 1<<bit), true
	case time.Time:
		if c.day {
			at := time.Unix(86400*(v.Unix()/86400^1<<bit), 0).UTC()
			return at, at.Year() > 0 && at.Year() < 9999
		}
		at := time.UnixMicro(v.UnixMicro() ^ 1<<bit).UTC()
		return at, at.Year() > 0 && at.Year() < 9999
	}
	return nil, false
}

// cells are all values of the tables whose every bit must be what it was.
func cells(t testing.TB, db *store.DB, tables map[string][]string) (all []cell) {
	t.Helper()
	err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for name, key := range tables {
			table, err := tx.Table(ctx, name)
			if err != nil {
				return err
			}
			named := slices.Clone(table.Columns)
			if table.Counter != "" {
				named = append(named, store.Column{Name: table.Counter, Type: store.BigInt})
			}
			var columns []string
			for _, c := range named {
				columns = append(columns, `"`+c.Name+`"`)
			}
			list := strings.Join(columns, ", ")
			if db.Engine() == store.SQLite {
				list = "+" + strings.Join(columns, ", +")
			}
			rows, err := store.Collect(ctx, tx, func(r *sql.Rows) ([]any, error) {
				values, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				return values, r.Scan(into...)
			}, `SELECT `+list+` FROM `+name)
			if err != nil {
				return err
			}
			for _, row := range rows {
				var at []any
				for _, k := range key {
					at = append(at, row[table.Index(k)])
				}
				for i, c := range named {
					all = append(all, cell{table: name, column: c.Name, key: key, row: at, value: row[i], day: c.Type == store.CivilDate && db.Engine() == store.Postgres})
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b cell) int {
		return strings.Compare(fmt.Sprint(a.table, a.row, a.column), fmt.Sprint(b.table, b.row, b.column))
	})
	return all
}

// update is the statement that puts a value in the cell's place.
func (c cell) update(value any, engine store.Engine) (string, []any) {
	mark := "$1"
	if _, text := c.value.(string); text && engine == store.SQLite {
		mark = "CAST($1 AS TEXT)"
	}
	args := []any{value}
	var where []string
	for i, k := range c.key {
		where, args = append(where, fmt.Sprintf(`"%s" = $%d`, k, i+2)), append(args, c.row[i])
	}
	return fmt.Sprintf(`UPDATE %s SET "%s" = %s WHERE %s`, c.table, c.column, mark, strings.Join(where, " AND ")), args
}

// named reports whether a finding names the place of the cell.
func (c cell) named(f ledger.Finding, leaf map[string]int64) bool {
	switch c.table {
	case "ledger_entries":
		id := fmt.Sprint(c.row[0])
		return f.Entry == id || f.Leaf != nil && *f.Leaf == leaf[id] || strings.Contains(f.Detail, id) || c.column == "id" && f.Code == ledger.FoundColumn
	case "ledger_tiles":
		level, n := c.row[0].(int64), c.row[1].(int64)
		return f.Code == ledger.FoundTile && (strings.Contains(f.Detail, fmt.Sprintf("tile %d/%d", level, n)) || strings.Contains(f.Detail, fmt.Sprintf("tile %d/", level)) || strings.Contains(f.Detail, fmt.Sprintf("level %d", level)) ||
			f.Leaf != nil && level == 0 && *f.Leaf>>8 == n)
	case "ledger_checkpoints":
		return strings.Contains(f.Detail, fmt.Sprintf("size %v", c.row[0])) || f.Code == ledger.FoundAttestation && strings.HasPrefix(f.Key, fmt.Sprintf("[%v,", c.row[0])) || c.column == "size" && (f.Code == ledger.FoundTree || f.Code == ledger.FoundSignature || f.Code == ledger.FoundRoot)
	case "ledger_tree":
		return f.Code == ledger.FoundTree
	case "ledger_attestations":
		return f.Code == ledger.FoundAttestation && (f.Key == ledger.Key(c.row...) || c.column == "key" || c.column == "size")
	}
	key := fmt.Sprint(c.row[0])
	if len(c.row) > 1 {
		values := slices.Clone(c.row)
		for i, v := range values {
			if at, ok := v.(time.Time); ok {
				values[i] = at.Format(time.DateOnly)
			}
		}
		key = ledger.Key(values...)
	}
	return f.Table == c.table && (f.Key == key || slices.Contains(c.key, c.column) && f.Code == ledger.FoundRowUnrecorded)
}

// waits reports whether a value is the data of an entry that has no place in the tree yet, or its turn. Nothing holds its hash until the sequencer
// has seen it, a moment after; what its columns and its rows do not repeat of it can change in that moment unseen.
func (c cell) waits(leaf map[string]int64) bool {
	_, placed := leaf[fmt.Sprint(c.row[0])]
	return c.table == "ledger_entries" && (c.column == "data" || c.column == "seq") && !placed
}

// Whatever single bit of a sealed row, an entry, the tree, a checkpoint or what others said of one is changed, the check finds it
// and names the place. The bits are drawn at random, a third by the size of a
// value, a third by the value, a third by the table, so that what is short and what is seldom has its turn.
func TestCheckFindsEveryFlippedBit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := lived(t, db)
		w, s := witnesstest.New("witness.test/w1", fixed), newTSA(t, nil)
		w.Knows(h.key.Verifier)
		witness, stamps := httptest.NewServer(w), httptest.NewServer(s)
		defer witness.Close()
		defer stamps.Close()
		o := h.outlets(t, fmt.Sprintf("[[target]]\nname = \"w1\"\nkind = \"witness\"\nurl = %q\nkey = %q\n", witness.URL, w.Key())+s.file(stamps.URL))
		if _, err := o.turn(t); err != nil {
			t.Fatal(err)
		}
		if r := h.check(t, ledger.CheckOptions{Verifier: h.key.Verifier}); len(r.Findings) > 0 {
			t.Fatalf("findings before: %+v", r.Findings)
		}
		all := cells(t, db, map[string][]string{"ledgertest_things": {"id"}, "ledgertest_links": {"thing", "day", "n"}, "ledger_entries": {"id"}, "ledger_tiles": {"level", "n"},
			"ledger_checkpoints": {"size"}, "ledger_tree": {"name"}, "ledger_attestations": {"size", "key"}})
		var tables []string
		starts, counts := map[string]int{}, map[string]int{}
		for i, c := range all {
			if counts[c.table]++; counts[c.table] == 1 {
				starts[c.table], tables = i, append(tables, c.table)
			}
		}
		sums := make([]int, len(all))
		total := 0
		for i, c := range all {
			total += c.bits()
			sums[i] = total
		}
		leaf := map[string]int64{}
		for _, c := range all {
			if c.table == "ledger_entries" && c.column == "leaf" && c.value != nil {
				leaf[fmt.Sprint(c.row[0])] = c.value.(int64)
			}
		}
		random := rand.New(rand.NewPCG(20261129, 5))
		want := flipsToMake(t, 200)
		found, byTable := 0, map[string]int{}
		for made := 0; made < want; {
			i := random.IntN(len(all))
			switch made % 3 {
			case 1:
				i, _ = slices.BinarySearch(sums, random.IntN(total)+1)
			case 2:
				table := tables[random.IntN(len(tables))]
				i = starts[table] + random.IntN(counts[table])
			}
			c := all[i]
			if c.bits() == 0 || c.waits(leaf) {
				continue
			}
			bit := random.IntN(c.bits())
			value, ok := c.flipped(bit, db.Engine())
			if !ok {
				continue
			}
			report, ok := h.flip(t, c, value)
			if !ok { // the engine does not take it: a key that is there already, a number out of its range
				continue
			}
			made++
			byTable[c.table]++
			named := slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool { return c.named(f, leaf) })
			if named {
				found++
				continue
			}
			t.Errorf("bit %d of %s.%s at %v (%.80q): findings %+v", bit, c.table, c.column, c.row, fmt.Sprint(c.value), report.Findings)
		}
		t.Logf("%d of %d flipped bits were found and named, of %d bits: %v", found, want, total, byTable)
	})
}

// flip checks the database with another value in a cell, which is undone.
func (h house) flip(t testing.TB, c cell, value any) (report ledger.Report, ok bool) {
	t.Helper()
	undo := fmt.Errorf("undo")
	refused := false
	err := h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		query, args := c.update(value, h.db.Engine())
		n, err := tx.Exec(ctx, query, args...)
		if err != nil || n != 1 {
			refused = true
			return undo
		}
		if report, err = ledger.CheckIn(ctx, tx, ledger.CheckOptions{Verifier: h.key.Verifier, Quick: true}); err != nil {
			return err
		}
		return undo
	})
	if err != undo {
		t.Fatalf("%s.%s: %v", c.table, c.column, err)
	}
	return report, !refused
}

// The last letter of a signature holds two bits that no reader needs. They too must be as they were signed.
func TestCheckFindsTheSpareBitsOfASignature(t *testing.T) {
	h := lived(t, storetest.SQLite(t))
	var note string
	if err := h.db.SQL().QueryRowContext(t.Context(), `SELECT note FROM ledger_checkpoints WHERE size = 20 OR size = (SELECT max(size) FROM ledger_checkpoints) ORDER BY size LIMIT 1`).Scan(&note); err != nil {
		t.Fatal(err)
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	i := strings.LastIndex(note, "=\n") - 1
	spare := note[:i] + string(letters[strings.IndexByte(letters, note[i])^1]) + note[i+1:]
	if _, err := ledger.OpenCheckpoint([]byte(spare), h.key.Verifier); err != nil {
		t.Fatalf("it was not a spare bit: %v", err)
	}
	if r := h.tampered(t, `UPDATE ledger_checkpoints SET note = '`+spare+`' WHERE note = '`+note+`'`); len(r.Findings) != 1 || r.Findings[0].Code != ledger.FoundSignature {
		t.Errorf("findings: %+v", r.Findings)
	}
}
