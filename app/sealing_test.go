package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"jiexu/ledger"
	"jiexu/store"
)

var update = flag.Bool("update", false, "write the generated files anew")

// Every table is sealed, or somebody wrote down why not; and nothing is declared that is not there.
func TestEveryTableIsSealedOrExempt(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		var tables []string
		if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			tables, err = tx.Tables(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		exempt := ledger.Exempted()
		ours := 0
		for _, table := range tables {
			if strings.HasPrefix(table, "goose_") || strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "sqlite_") {
				continue // the tools' own books
			}
			ours++
			sealed := slices.Contains(ledger.Sealed(), table)
			reason, excused := exempt[table]
			switch {
			case sealed && excused:
				t.Errorf("%s is sealed and exempt", table)
			case !sealed && !excused:
				t.Errorf("%s is neither sealed nor exempt: seal it in its room, or say why not (ledger.Exempt)", table)
			case excused && len(reason) < 20:
				t.Errorf("%s is exempt for %q: that is no reason", table, reason)
			}
		}
		if ours < 30 {
			t.Errorf("only %d tables were looked at: %v", ours, tables)
		}
		for _, table := range slices.Concat(ledger.Sealed(), keysOf(exempt)) {
			if !slices.Contains(tables, table) && !strings.HasPrefix(table, "store_search") {
				t.Errorf("%s is declared and not there", table)
			}
		}
	})
}

func keysOf(m map[string]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

// The description in docs is the one that the server gives.
func TestOpenAPIIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../docs/openapi.json"
	w := newWorld(t, sqlitePlace(t))
	served := w.as("").do("GET", "/openapi.json", "").ok(200)
	var v map[string]any
	if err := json.Unmarshal([]byte(served.body), &v); err != nil {
		t.Fatal(err)
	}
	v["info"].(map[string]any)["version"] = "1" // of the API; a build's number would make each build another file
	var want bytes.Buffer
	enc := json.NewEncoder(&want) // with keys in order
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want.Bytes()) {
		t.Errorf("%s is stale: go test ./app -run OpenAPI -update", path)
	}
}
