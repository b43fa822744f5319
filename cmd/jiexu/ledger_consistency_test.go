package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/words"
)

// grow adds an entry to an office's log and gives the newest checkpoint, as a file.
func (o office) grow(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, o.reading.DB)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	key, err := ledger.ReadKey(ledger.KeyPath(db, ""))
	if err != nil {
		t.Fatal(err)
	}
	log, err := ledger.Open(ctx, db, key, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "office.grown", Subject: ledger.Ref{Type: "office", ID: "1"}, At: noon})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := log.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(checkpoint))
}

// Two kept checkpoints are compared by the database, by a server and by a file; right and wrong end as `jiexu verify` does.
func TestConsistencyByThreeWays(t *testing.T) {
	o := newOffice(t)
	out, err := run(t, "en", &LedgerCheckpointCmd{Reading: o.reading})
	if err != nil {
		t.Fatal(err)
	}
	old := write(t, out)
	newer := o.grow(t)
	proof := filepath.Join(t.TempDir(), "proof")
	if out, err := run(t, "en", &LedgerConsistencyCmd{Reading: o.reading, Old: old, New: newer, Save: proof}); err != nil || !strings.Contains(out, "Consistent") {
		t.Fatalf("%v\n%s", err, out)
	}
	text := read(t, proof)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ledger/consistency/2/3" {
			http.Error(w, "no", http.StatusNotFound)
			return
		}
		w.Write([]byte(text))
	}))
	defer server.Close()
	with := Reading{Key: o.verifier}
	spoilt := strings.Replace(text, "old ", "Old ", 1)
	lines := strings.Split(text, "\n")
	lines[2] = strings.Repeat("A", 43) + "="
	forged := strings.Join(lines, "\n")
	other := newOffice(t) // another office's checkpoints, of the same sizes
	otherOld, _ := run(t, "en", &LedgerCheckpointCmd{Reading: other.reading})
	changed := strings.Replace(read(t, newer), "\n3\n", "\n4\n", 1)
	for _, c := range []struct {
		name string
		cmd  LedgerConsistencyCmd
		code int
		says string
	}{
		{"a server", LedgerConsistencyCmd{Reading: with, Old: old, New: newer, Server: server.URL}, 0, "Consistent"},
		{"a file", LedgerConsistencyCmd{Reading: with, Old: old, New: newer, Proof: proof}, 0, "Consistent"},
		{"a forged proof", LedgerConsistencyCmd{Reading: with, Old: old, New: newer, Proof: write(t, forged)}, 1, "Not consistent"},
		{"no proof", LedgerConsistencyCmd{Reading: with, Old: old, New: newer, Proof: write(t, spoilt)}, 2, "not a proof"},
		{"a proof of others", LedgerConsistencyCmd{Reading: with, Old: old, New: old, Proof: proof}, 2, "two checkpoints"},
		{"the wrong order", LedgerConsistencyCmd{Reading: with, Old: newer, New: old, Proof: proof}, 2, "wrong order"},
		{"no key", LedgerConsistencyCmd{Old: old, New: newer, Proof: proof}, 2, "--key"},
		{"another's checkpoint", LedgerConsistencyCmd{Reading: with, Old: write(t, otherOld), New: newer, Proof: proof}, 1, "not a checkpoint signed"},
		{"a changed checkpoint", LedgerConsistencyCmd{Reading: with, Old: old, New: write(t, changed), Proof: proof}, 1, "not a checkpoint signed"},
		{"no file", LedgerConsistencyCmd{Reading: with, Old: old, New: "/none", Proof: proof}, 2, "cannot be read"},
		{"a server that has none", LedgerConsistencyCmd{Reading: with, Old: old, New: newer, Server: server.URL + "/elsewhere"}, 2, "404"},
	} {
		var said strings.Builder
		env := &Env{Out: &said, Err: &said, Lang: "en", Now: nil}
		if code := exit(env, c.cmd.Run(env)); code != c.code || !strings.Contains(said.String(), c.says) {
			t.Errorf("%s: ends with %d, want %d and %q:\n%s", c.name, code, c.code, c.says, said.String())
		}
	}
	if _, err := run(t, "en", &LedgerConsistencyCmd{Reading: o.reading, Old: old, New: newer, Save: proof}); !fault.Is(err, "ledger.not_written") {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := run(t, "en", &LedgerStampCmd{Checkpoint: newer}); !fault.Is(err, "ledger.stamp_what") {
		t.Errorf("nothing to check: %v", err)
	}
	_, err = run(t, "zh-CN", &LedgerStampCmd{Checkpoint: newer, Witness: []string{"w+00+BAAA"}})
	if _, said := words.Fault("zh-CN", err); !strings.Contains(said, "不是 8 位十六进制数字") {
		t.Error(said)
	}
	if _, err := run(t, "en", &LedgerStampCmd{Checkpoint: newer, Witness: []string{"w+00000000+BAAA"}}); !fault.Is(err, "ledger.witness_key") {
		t.Errorf("a witness without a key: %v", err)
	}
	if out, err := run(t, "en", &LedgerStampCmd{Checkpoint: newer, Token: newer, Certificates: newer}); !fault.Is(err, "ledger.no_log_file") {
		t.Errorf("certificates that are none: %v\n%s", err, out)
	}
}
