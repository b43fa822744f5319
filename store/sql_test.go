package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unportable is SQL that one of the engines does not know, or that costs too much, and why.
var unportable = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`(?i)\bOFFSET\b`), "a page further back reads all pages before it: page by keyset"},
	{regexp.MustCompile(`(?i)\bFOR\s+(UPDATE|SHARE|NO\s+KEY)\b|\bSKIP\s+LOCKED\b`), "SQLite has no row locks: guard by rev and look at the count"},
	{regexp.MustCompile(`->>?`), "JSON is opaque to SQL here"},
	{regexp.MustCompile(`(?i)\bILIKE\b`), "SQLite does not know it: lower() both sides"},
	{regexp.MustCompile(`(?i)\bNOW\s*\(\s*\)|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bdatetime\s*\(`), "the clock is an argument"},
	{regexp.MustCompile(`(?i)\bINSERT\s+OR\b`), "PostgreSQL does not know it: ON CONFLICT"},
	{regexp.MustCompile(`(?i)\b(AUTOINCREMENT|SERIAL|BIGSERIAL)\b`), "ids are UUIDs made in Go"},
	{regexp.MustCompile(`(?i)\b(greatest|least|ifnull|iif|group_concat|array_agg|any)\s*\(`), "one engine does not know it"},
	{regexp.MustCompile(`::[a-z]`), "SQLite does not know it: CAST"},
	{regexp.MustCompile(`(?i)\b(round|avg)\s*\(`), "PostgreSQL gives numeric text: cast to DOUBLE PRECISION in Go"},
	{regexp.MustCompile(`(?i)=\s*(true|false)\b.*\bIS\s+(1|0)\b`), "booleans are TRUE and FALSE"},
}

var likeCall = regexp.MustCompile(`(?i)(\S+)\s+(NOT\s+)?LIKE\s+(\S+)`)

// onlyOnOne are files whose SQL is for one engine by intent.
func onlyOnOne(file string) bool {
	return strings.HasSuffix(file, ".sqlite.sql") || strings.HasSuffix(file, ".postgres.sql")
}

// branches are the lines inside store that are run on one engine only.
var branches = map[string]string{` FOR NO KEY UPDATE`: "store/catalog.go"}

// faults lists what is wrong with a piece of SQL that must run on both engines.
func faults(sql string) (out []string) {
	for _, rule := range unportable {
		if m := rule.pattern.FindString(sql); m != "" {
			out = append(out, strconv.Quote(m)+": "+rule.why)
		}
	}
	for _, m := range likeCall.FindAllStringSubmatch(sql, -1) {
		if !strings.Contains(strings.ToLower(m[1]), "lower(") || !strings.Contains(strings.ToLower(m[3]), "lower(") {
			out = append(out, strconv.Quote(m[0])+": LIKE ignores case on SQLite and not on PostgreSQL: lower() both sides")
		}
	}
	return out
}

func TestSQLRunsOnBothEngines(t *testing.T) {
	n := 0
	eachSQL(t, func(file, sql string) {
		n++
		if onlyOnOne(file) || branches[sql] == file {
			return
		}
		for _, fault := range faults(sql) {
			t.Errorf("%s: %s\n\t%s", file, fault, oneLine(sql))
		}
	})
	if n < 50 {
		t.Errorf("only %d pieces of SQL were found", n)
	}
}

func TestTheRulesBite(t *testing.T) {
	for _, sql := range []string{
		`SELECT id FROM x ORDER BY id LIMIT 5 OFFSET 10`, `SELECT id FROM x FOR UPDATE`, `SELECT id FROM x FOR UPDATE SKIP LOCKED`,
		`SELECT facts->>'a' FROM x`, `SELECT facts -> 'a' FROM x`, `SELECT id FROM x WHERE name ILIKE $1`, `SELECT NOW()`, `SELECT now ( )`,
		`INSERT INTO x VALUES (CURRENT_TIMESTAMP)`, `INSERT OR REPLACE INTO x VALUES (1)`, `CREATE TABLE x (id INTEGER AUTOINCREMENT)`, `CREATE TABLE x (id SERIAL)`,
		`SELECT greatest(a, b) FROM x`, `SELECT id FROM x WHERE id = ANY($1)`, `SELECT a::text FROM x`, `SELECT avg(a) FROM x`,
		`SELECT id FROM x WHERE name LIKE $1`, `SELECT id FROM x WHERE lower(name) LIKE $1`, `SELECT id FROM x WHERE name NOT LIKE lower($1)`,
	} {
		if len(faults(sql)) == 0 {
			t.Errorf("passes: %s", sql)
		}
	}
	for _, sql := range []string{`SELECT id FROM x WHERE lower(name) LIKE lower($1)`, `SELECT id, any_thing FROM x WHERE now_at = $1`, `UPDATE x SET serial_number = $1`} {
		if f := faults(sql); len(f) > 0 {
			t.Errorf("%s: %v", sql, f)
		}
	}
	owner := map[string]string{"intake_complaints": "intake"}
	if len(strangers(owner, "casework", `SELECT id FROM intake_complaints c`)) == 0 || len(strangers(owner, "intake", `SELECT id FROM intake_complaints`)) > 0 ||
		len(strangers(owner, "casework", `SELECT id FROM intake_v_complaints`)) > 0 {
		t.Error("the rule of rooms does not bite, or bites the wrong")
	}
}

var (
	created = regexp.MustCompile(`(?m)^CREATE (?:VIRTUAL )?(TABLE|VIEW|INDEX|UNIQUE INDEX|TRIGGER) (?:IF NOT EXISTS )?([a-z_0-9]+)`)
	number  = regexp.MustCompile(`^(\d\d)\d\d_[a-z_0-9]+(\.sqlite|\.postgres)?\.sql$`)
)

// rooms says which room the migrations of a range of numbers belong to.
var rooms = map[string]string{"00": "store", "01": "ledger", "02": "org", "03": "term", "04": "evidence", "05": "intake", "06": "casework",
	"07": "oversight", "08": "area", "09": "notice", "10": "gateway"}

func TestMigrationsKeepTheirRooms(t *testing.T) {
	columnType := regexp.MustCompile(`^\s+([a-z_0-9]+)\s+(DOUBLE PRECISION|[A-Za-z]+)`)
	allowed := []string{"TEXT", "INTEGER", "BIGINT", "BOOLEAN", "DOUBLE PRECISION", "DATETIME", "DATE", "BYTEA"}
	for file, sql := range migrationFiles(t) {
		m := number.FindStringSubmatch(file)
		if m == nil || rooms[m[1]] == "" {
			t.Errorf("%s: the name is NNNN_what.sql, with the number of a room: %v", file, rooms)
			continue
		}
		room := rooms[m[1]]
		if !strings.HasPrefix(sql, "-- +goose Up\n") || strings.Contains(sql, "+goose Down") {
			t.Errorf("%s: begins with `-- +goose Up` and knows no way back", file)
		}
		if m[2] != "" {
			other := strings.Replace(file, m[2], map[string]string{".sqlite": ".postgres", ".postgres": ".sqlite"}[m[2]], 1)
			if _, ok := migrationFiles(t)[other]; !ok {
				t.Errorf("%s: has no %s", file, other)
			}
		}
		for _, c := range created.FindAllStringSubmatch(sql, -1) {
			if !strings.HasPrefix(c[2], room+"_") {
				t.Errorf("%s: %s %s does not carry the prefix of its room, %s_", file, c[1], c[2], room)
			}
			if c[1] == "VIEW" && !strings.HasPrefix(c[2], room+"_v_") {
				t.Errorf("%s: the view %s is not called %s_v_…", file, c[2], room)
			}
		}
		for _, table := range regexp.MustCompile(`REFERENCES ([a-z_0-9]+)`).FindAllStringSubmatch(sql, -1) {
			if !strings.HasPrefix(table[1], room+"_") {
				t.Errorf("%s: names a row of another room, %s: rooms must be restorable one after the other", file, table[1])
			}
		}
		if regexp.MustCompile(`(?i)ADD COLUMN[^;]*(NOT NULL|DEFAULT)`).MatchString(sql) {
			t.Errorf("%s: a column added to a table is nullable and has no default, or the digests of its rows in the ledger no longer fit", file)
		}
		if onlyOnOne(file) {
			continue
		}
		if regexp.MustCompile(`(?i)INTEGER\s+PRIMARY\s+KEY|GENERATED`).MatchString(sql) && !strings.Contains(sql, "CHECK (id = 1)") {
			t.Errorf("%s: ids are UUIDs made in Go, not numbers of the engine", file)
		}
		inTable := false
		for _, line := range strings.Split(sql, "\n") {
			switch {
			case strings.HasPrefix(line, "CREATE TABLE"):
				inTable = true
			case strings.HasPrefix(line, ")"):
				inTable = false
			case inTable:
				if c := columnType.FindStringSubmatch(line); c != nil && !slices.Contains(allowed, c[2]) {
					t.Errorf("%s: column %s has type %s: only %v mean the same on both engines", file, c[1], c[2], allowed)
				}
			}
		}
	}
}

// A room writes SQL on its own tables alone. What others may read are its views, <room>_v_…. Only bench
// reads and writes the rows of all, bare, to measure what the rooms add to that.
func TestRoomsKeepToTheirTables(t *testing.T) {
	owner := map[string]string{}
	for file, sql := range migrationFiles(t) {
		for _, c := range created.FindAllStringSubmatch(sql, -1) {
			if c[1] == "TABLE" {
				owner[c[2]] = rooms[file[:2]]
			}
		}
	}
	eachSQL(t, func(file, sql string) {
		if strings.HasSuffix(file, ".sql") || roomOf(file) == "bench" {
			return // looked at above
		}
		for _, table := range strangers(owner, roomOf(file), sql) {
			t.Errorf("%s: %s belongs to %s: ask its functions, or read a view %s_v_…\n\t%s", file, table, owner[table], owner[table], oneLine(sql))
		}
	})
}

var tableName = regexp.MustCompile(`[a-z]+_[a-z_0-9]+`)

// strangers lists the tables of other rooms that a piece of SQL names.
func strangers(owner map[string]string, room, sql string) (out []string) {
	for _, w := range tableName.FindAllString(sql, -1) {
		if own, ok := owner[w]; ok && own != room {
			out = append(out, w)
		}
	}
	return out
}

func roomOf(file string) string {
	parts := strings.Split(file, "/")
	if parts[0] == "systems" && len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 160 {
		s = s[:160] + "…"
	}
	return s
}

func migrationFiles(t testing.TB) map[string]string {
	t.Helper()
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	out := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[path.Base(name)] = string(b)
	}
	return out
}

var statement = regexp.MustCompile(`\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN|WHERE|ORDER BY|VALUES|CREATE TABLE|ALTER TABLE)\b`)

// eachSQL calls f with every piece of SQL in the tree: string literals of Go files that are not
// tests, and migrations without their comments.
func eachSQL(t *testing.T, f func(file, sql string)) {
	t.Helper()
	comment := regexp.MustCompile(`--[^\n]*`)
	for name, sql := range migrationFiles(t) {
		f("store/migrations/"+name, comment.ReplaceAllString(sql, ""))
	}
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "tools" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // somebody is writing it; the compiler will say so
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if _, isImport := n.(*ast.ImportSpec); isImport {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && statement.MatchString(s) {
					f(name, s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
