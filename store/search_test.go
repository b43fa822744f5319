package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiexu/store"
	"jiexu/store/storetest"
)

func search(t testing.TB, db *store.DB, kind, q string) (found []string) {
	t.Helper()
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = searchTx(ctx, tx, kind, q)
		return err
	}); err != nil {
		t.Fatalf("search %q: %v", q, err)
	}
	return found
}

// searchTx looks among the subjects themselves: they stand in for a room's table.
func searchTx(ctx context.Context, tx *store.Tx, kind, q string) (found []string, err error) {
	cond, args := tx.Matching("s.subject", kind, q, 2)
	rows, err := tx.Query(ctx, `SELECT s.subject FROM store_search_texts s WHERE s.kind = $1 AND `+cond, append([]any{kind}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found = append(found, id)
	}
	slices.Sort(found)
	return found, rows.Err()
}

func TestBigrams(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"树":                    "树",
		"延平路":                  "延平 平路",
		"延平路 123弄，Café KTV":    "延平 平路 123 弄 café ktv",
		"沪A·12345":             "沪 a 12345",
		"《AND》 OR \"x\" NEAR*": "and or x near",
		"㐀𠀀𠀁":                  "㐀𠀀 𠀀𠀁",
		"\x00'\\&|!<->":        "",
	} {
		if got := strings.Join(store.Bigrams(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		texts := map[string]string{
			"c1": "延平路123弄门口跨门经营，KTV 噪音",
			"c2": "南京西路跨街门店",
			"c3": "树",
			"c4": "bread AND butter near the river",
			"c5": "经营跨门",
		}
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for id, text := range texts {
				if err := store.IndexText(ctx, tx, "complaint", id, text); err != nil {
					return err
				}
			}
			return store.IndexText(ctx, tx, "case", "k1", "跨门经营")
		}); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]string{
			"跨门":          "[c1 c5]",
			"跨门经营":        "[c1]", // in this order, one after the other
			"经营 跨门":       "[c1 c5]",
			"跨":           "[c1 c2 c5]",
			"树":           "[c3]",
			"跨，门":         "[]",   // alone, and a pair after it: on both engines
			"营":           "[c5]", // a lone character is found where a pair begins with it, not at the end of a run
			"ktv":         "[c1]",
			"KTV 噪音":      "[c1]",
			"kt":          "[]",
			"123":         "[c1]",
			"AND":         "[c4]",
			"bread OR":    "[]",
			"NEAR":        "[c4]",
			"bread":       "[c4]",
			"":            "[]",
			" \t\n":       "[]",
			"*":           "[]",
			`"`:           "[]",
			`'; DROP`:     "[]",
			`"跨门`:         "[c1 c5]",
			`跨门"*`:        "[c1 c5]",
			"跨门 & !x | y": "[]",
			"tokens:跨门":   "[]",
			"-跨门":         "[c1 c5]",
			"(跨门)":        "[c1 c5]",
			"^跨门":         "[c1 c5]",
			"跨门:*":        "[c1 c5]",
			"\\":          "[]",
			"跨门\x00":      "[c1 c5]",
		} {
			if got := fmt.Sprint(search(t, db, "complaint", q)); got != want {
				t.Errorf("%q found %s, want %s", q, got, want)
			}
		}
		if got := search(t, db, "case", "跨门"); len(got) != 1 {
			t.Errorf("the other kind: %v", got)
		}
		// What a subject was findable by before, it no longer is.
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := store.IndexText(ctx, tx, "complaint", "c1", "油烟"); err != nil {
				return err
			}
			return store.ForgetText(ctx, tx, "complaint", "c5")
		}); err != nil {
			t.Fatal(err)
		}
		if got := search(t, db, "complaint", "跨门"); len(got) != 0 {
			t.Errorf("after new texts: %v", got)
		}
		if got := search(t, db, "complaint", "油烟"); len(got) != 1 {
			t.Errorf("the new text: %v", got)
		}
	})
}

// No query is an error, and none means anything but its words.
func TestSearchTakesAnyQuery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			rapid.Check(t, func(t *rapid.T) {
				q := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(`"'*():^-+&|!<>\ {}跨门ab`+"\x00")))).Draw(t, "q")
				if found, err := searchTx(ctx, tx, "complaint", q); err != nil || len(found) > 0 {
					t.Fatalf("%q: %v, %v", q, found, err)
				}
			})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A snippet marks what the search finds, and nothing where it finds nothing; around the marks the text is whole.
func TestSnippet(t *testing.T) {
	shown := func(pieces []store.Piece) string {
		var b strings.Builder
		for _, p := range pieces {
			if p.Hit {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	long := strings.Repeat("前文", 40) + "延平路123弄跨门经营" + strings.Repeat("后文", 40)
	for _, c := range []struct {
		text, q string
		width   int
		want    string
		words   int
	}{
		{"延平路跨门经营", "跨门", 60, "延平路[跨门]经营", 1},
		{"延平路跨门经营", "跨门经", 60, "延平路[跨门经]营", 1},
		{"跨门\n  经营，跨门", "经营 跨门", 60, "[跨门] [经营]，[跨门]", 2},
		{"跨街", "跨", 60, "[跨]街", 1},
		{"大树", "树", 60, "", 0}, // as the search: a lone character is found where a pair begins with it
		{"Café KTV 噪音", "ktv", 60, "Café [KTV] 噪音", 1},
		{"KTVs", "ktv", 60, "", 0},
		{"延平路", "", 60, "", 0},
		{"张三延平路", "延平 路", 60, "张三[延平]路", 1},
		{long, "跨门", 20, "…23弄[跨门]经营" + strings.Repeat("后文", 6) + "后…", 1},
		{"尾" + strings.Repeat("前文", 40) + "跨门", "跨门", 10, "…前文前文前文前文[跨门]", 1},
	} {
		pieces, words := store.Snippet(c.text, c.q, c.width)
		if got := shown(pieces); got != c.want || words != c.words {
			t.Errorf("%q in %q: %d %q, want %d %q", c.q, c.text, words, got, c.words, c.want)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := 0
		rapid.Check(t, func(t *rapid.T) {
			letters := rapid.StringOfN(rapid.SampledFrom([]rune("跨门经营树ab1 ，")), 0, 12, -1)
			text, q := letters.Draw(t, "text"), letters.Draw(t, "q")
			n++
			if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				kind := fmt.Sprint("k", n)
				if err := store.IndexText(ctx, tx, kind, "s", text); err != nil {
					return err
				}
				found, err := searchTx(ctx, tx, kind, q)
				_, words := store.Snippet(text, q, 30)
				if all := words > 0 && words == len(store.Words(q)); all != (len(found) == 1) {
					t.Errorf("%q in %q: %d words are marked of %d, and the search finds %v", q, text, words, len(store.Words(q)), found)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// A subject is found by its own text and by those of its parts, and each part can be changed alone.
func TestSearchInParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		index := func(all ...store.Findable) {
			t.Helper()
			if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return store.IndexTexts(ctx, tx, "case", all) }); err != nil {
				t.Fatal(err)
			}
		}
		index(store.Findable{Subject: "a", Text: "静城管案一号"}, store.Findable{Subject: "a", Part: "p1", Text: "跨门经营"}, store.Findable{Subject: "a", Part: "p2", Text: "当事人陈述"},
			store.Findable{Subject: "b", Text: "跨门"})
		look := func(q string) (own, whole []string, parts map[string][]string) {
			t.Helper()
			if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				for i, matching := range []func(column, kind, q string, in store.Span, next int) (string, []any){tx.MatchingOwnIn, tx.MatchingIn} {
					cond, args := matching("s.subject", "case", q, store.Span{}, 1)
					found, err := store.Collect(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
						`SELECT DISTINCT s.subject FROM store_search_texts s WHERE `+cond+` ORDER BY s.subject`, args...)
					if err != nil {
						return err
					}
					if i == 0 {
						own = found
					} else {
						whole = found
					}
				}
				parts, err = store.PartsMatching(ctx, tx, "case", []string{"a", "b"}, q)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return
		}
		if own, whole, parts := look("跨门"); fmt.Sprint(own, whole, parts) != "[b] [a b] map[a:[p1]]" {
			t.Errorf("found %v, %v, %v", own, whole, parts)
		}
		if _, whole, parts := look("陈述 经营"); len(whole) != 0 || fmt.Sprint(parts) != "map[a:[p1 p2]]" {
			t.Errorf("words in two parts: %v, %v", whole, parts)
		}
		index(store.Findable{Subject: "a", Part: "p1", Text: "油烟"})
		if own, whole, parts := look("跨门"); fmt.Sprint(own, whole, parts) != "[b] [b] map[]" {
			t.Errorf("after the part was changed: %v, %v, %v", own, whole, parts)
		}
	})
}

// What was findable before subjects had parts is findable afterwards, and can be changed and forgotten.
func TestSearchOutlivesItsMigration(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "old.db") },
		"postgres": func(t *testing.T) string { return storetest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(t.Context(), url(t))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.MigrateWithout(t.Context(), 3); err != nil {
				t.Fatal(err)
			}
			if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				for _, id := range []string{"c1", "c2", "c3"} {
					if _, err := tx.Exec(ctx, `INSERT INTO store_search_texts (kind, subject, tokens) VALUES ('complaint', $1, '跨门 门经 经营')`, id); err != nil {
						return err
					}
				}
				_, err := tx.Exec(ctx, `DELETE FROM store_search_texts WHERE subject = 'c1'`) // so that rows and their count differ
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(search(t, db, "complaint", "经营")); got != "[c2 c3]" {
				t.Errorf("after the migration: %s", got)
			}
			if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := store.IndexText(ctx, tx, "complaint", "c2", "油烟"); err != nil {
					return err
				}
				if err := store.ForgetText(ctx, tx, "complaint", "c3"); err != nil {
					return err
				}
				return store.IndexText(ctx, tx, "complaint", "c4", "经营")
			}); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(search(t, db, "complaint", "经营"), search(t, db, "complaint", "油烟")); got != "[c4] [c2]" {
				t.Errorf("changed after the migration: %s", got)
			}
		})
	}
}

var testDay = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// The spans lie behind each other without a gap, the first holds the moment, and what matches in all of them is what matches.
func TestSpansAreAllOfTime(t *testing.T) {
	for _, now := range []time.Time{testDay, time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC), time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC)} {
		spans := store.Spans(now)
		if now.Before(spans[0].From) || !now.Before(spans[0].To) || !spans[len(spans)-1].From.IsZero() {
			t.Errorf("spans of %v: %v", now, spans)
		}
		for i, s := range spans[1:] {
			if !s.To.Equal(spans[i].From) {
				t.Errorf("between %v and %v lies something", spans[i], s)
			}
		}
		if ten := now.AddDate(-10, 0, 0); spans[len(spans)-1].To.After(ten) {
			t.Errorf("the last span of %v begins at %v", now, spans[len(spans)-1].To)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		months := map[string]time.Time{"now": testDay, "last": testDay.AddDate(0, -1, 0), "year": testDay.AddDate(-1, 0, 0), "old": testDay.AddDate(-9, 0, 0), "older": testDay.AddDate(-30, 0, 0)}
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for id, at := range months {
				if err := store.IndexTexts(ctx, tx, "complaint", []store.Findable{{Subject: id, Text: "夜间施工 " + id, At: at}}); err != nil {
					return err
				}
			}
			return store.IndexText(ctx, tx, "case", "other", "夜间施工")
		}); err != nil {
			t.Fatal(err)
		}
		for id, at := range months {
			for _, span := range store.Spans(testDay) {
				if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					cond, args := tx.MatchingIn("s.subject", "complaint", "施工", span, 1)
					found, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT s.subject FROM store_search_texts s WHERE `+cond, args...)
					within := at.Before(span.To) && !at.Before(span.From)
					// The oldest span is found by its dates alone.
					if has := slices.Contains(found, id); has != within && !(has && span.From.IsZero()) || slices.Contains(found, "other") {
						t.Errorf("%s of %v in the span %v: %v", id, at, span, found)
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// What an older program indexed without its month gets it once, with all its parts, and what breaks off begins again.
func TestTextsAreDated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		last := testDay.AddDate(0, -3, 0)
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return store.IndexTexts(ctx, tx, "case", []store.Findable{{Subject: "a", Text: "油烟"}, {Subject: "a", Part: "p", Text: "油烟 净化"}, {Subject: "b", Text: "油烟"}, {Subject: "c", Text: "油烟", At: last}})
		}); err != nil {
			t.Fatal(err)
		}
		found := func(in store.Span) (subjects []string) {
			t.Helper()
			if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				cond, args := tx.MatchingIn("s.subject", "case", "油烟", in, 1)
				subjects, err = store.Collect(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT s.subject || '/' || s.part FROM store_search_texts s WHERE `+cond+` ORDER BY 1`, args...)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return subjects
		}
		asked := 0
		some := func(fails bool) func(context.Context, *store.Tx, string) ([]store.Dated, error) {
			return func(_ context.Context, _ *store.Tx, after string) ([]store.Dated, error) {
				asked++
				switch {
				case after == "":
					return []store.Dated{{Subject: "a", At: testDay}, {Subject: "none", At: testDay}}, nil
				case after == "none" && fails:
					return nil, errors.New("a power cut")
				case after == "none":
					return []store.Dated{{Subject: "b", At: last}, {Subject: "c", At: last}}, nil
				}
				return nil, nil
			}
		}
		spans := store.Spans(testDay)
		if err := store.DateTexts(t.Context(), db, "case", some(true)); err == nil {
			t.Error("what broke off was called done")
		}
		for range 2 {
			if err := store.DateTexts(t.Context(), db, "case", some(false)); err != nil {
				t.Fatal(err)
			}
		}
		if asked != 2+3 {
			t.Errorf("asked %d times", asked)
		}
		if got := found(spans[0]); !slices.Equal(got, []string{"a/", "a/p"}) {
			t.Errorf("of this month %v", got)
		}
		if got := found(spans[1]); !slices.Equal(got, []string{"b/", "c/"}) {
			t.Errorf("of months before %v", got)
		}
		var tokens []string
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			tokens, err = store.Collect(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT tokens FROM store_search_texts ORDER BY tokens`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, text := range tokens {
			if strings.Count(text, "zzm") != 1 {
				t.Errorf("dated other than once: %s", text)
			}
		}
	})
}
