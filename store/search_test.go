package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

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
