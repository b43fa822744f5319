package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

func TestProveAndVerify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		var entries []string
		for i := range 20 {
			entries = append(entries, h.make(t, fmt.Sprintf("t%d", i), "x"))
		}
		if _, err := h.Prove(t.Context(), entries[0]); !fault.Is(err, "ledger.pending") {
			t.Errorf("proof of an entry without a leaf: %v", err)
		}
		h.sequence(t)
		for i, id := range entries {
			b, err := h.Prove(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			data, err := b.Encode()
			if err != nil {
				t.Fatal(err)
			}
			b, err = ledger.ParseBundle(data)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				trusted []string
				want    ledger.Verdict
			}{{nil, ledger.Untrusted}, {[]string{h.key.Verifier + "\n"}, ledger.Genuine}, {[]string{foreignKey(t)}, ledger.Foreign}} {
				p, err := ledger.VerifyBundle(b, c.trusted)
				if err != nil || p.Verdict != c.want {
					t.Errorf("entry %d, trusted %q: %s (%s), %v; want %s", i, c.trusted, p.Verdict, p.Why, err, c.want)
				}
				if p.Record.ID != id || p.Size != 20 || p.KeyName != "jiexu.test/log" || p.Fingerprint != h.key.Fingerprint() {
					t.Errorf("proof %+v", p)
				}
			}
		}
	})
}

// foreignKey is the public key of another office.
func foreignKey(t testing.TB) string {
	t.Helper()
	key, err := ledger.EnsureKey(t.Context(), storetest.SQLite(t), filepath.Join(t.TempDir(), "k"), "jiexu.test/log")
	if err != nil {
		t.Fatal(err)
	}
	return key.Verifier
}

// issued makes a log of five entries and a bundle about a document.
func issued(t testing.TB) (house, ledger.Bundle) {
	t.Helper()
	h := open(t, storetest.SQLite(t))
	h.many(t, 0, 3)
	doc := ledger.Document{Kind: "penalty.decision", Number: "沪静城管罚〔2026〕第1号", SHA256: strings.Repeat("ab", 32), Size: 12345}
	var id string
	h.write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test.issued", Subject: ledger.Ref{Type: "case", ID: "c1"}, Actor: "li", Unit: "fazhi", At: noon,
			Body: map[string]any{"document": doc}})
		return err
	})
	h.sequence(t)
	b, err := h.Prove(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	b.Document = &ledger.Document{Number: doc.Number, SHA256: doc.SHA256, Size: doc.Size}
	return h, b
}

func TestVerifyFindsWhatChanged(t *testing.T) {
	h, good := issued(t)
	p, err := ledger.VerifyBundle(good, []string{h.key.Verifier})
	if err != nil || p.Verdict != ledger.Genuine || p.Document.Number != "沪静城管罚〔2026〕第1号" {
		t.Fatalf("%+v %v", p, err)
	}
	for _, c := range []struct {
		name, why string
		change    func(*ledger.Bundle)
	}{
		{"a word of the entry", "proof", func(b *ledger.Bundle) { b.Entry = strings.Replace(b.Entry, "fazhi", "fazhl", 1) }},
		{"an entry that is none", "entry", func(b *ledger.Bundle) { b.Entry = b.Entry + " " }},
		{"another leaf", "proof", func(b *ledger.Bundle) { b.Leaf-- }},
		{"a leaf beyond the tree", "proof", func(b *ledger.Bundle) { b.Leaf = 1 << 40 }},
		{"a hash of the proof", "proof", func(b *ledger.Bundle) { b.Proof[0] = tlog.Hash{}.String() }},
		{"a hash too many", "proof", func(b *ledger.Bundle) { b.Proof = append(b.Proof, b.Proof[0]) }},
		{"no proof", "proof", func(b *ledger.Bundle) { b.Proof = nil }},
		{"the size in the checkpoint", "signature", func(b *ledger.Bundle) { b.Checkpoint = strings.Replace(b.Checkpoint, "\n5\n", "\n6\n", 1) }},
		{"another key of that name", "signature", func(b *ledger.Bundle) { b.Key = foreignKey(t) }},
		{"another document", "document", func(b *ledger.Bundle) { b.Document.SHA256 = strings.Repeat("cd", 32) }},
		{"another size", "document", func(b *ledger.Bundle) { b.Document.Size++ }},
		{"another number", "name", func(b *ledger.Bundle) { b.Document.Number = "沪静城管罚〔2026〕第2号" }},
		{"another name", "name", func(b *ledger.Bundle) { b.Document.Name = "行政处罚决定书" }},
		{"another kind", "name", func(b *ledger.Bundle) { b.Document.Kind = "penalty.notice" }},
	} {
		data, err := json.Marshal(good)
		if err != nil {
			t.Fatal(err)
		}
		var b ledger.Bundle
		if err := json.Unmarshal(data, &b); err != nil {
			t.Fatal(err)
		}
		c.change(&b)
		p, err := ledger.VerifyBundle(b, []string{h.key.Verifier})
		if err != nil || p.Verdict != ledger.Changed || p.Why != c.why {
			t.Errorf("%s: %s (%s), %v; want changed (%s)", c.name, p.Verdict, p.Why, err, c.why)
		}
	}
	if _, err := ledger.VerifyBundle(good, []string{"not a key"}); !fault.Is(err, "ledger.key_text") {
		t.Errorf("a trusted key that is none: %v", err)
	}
}

func TestParseBundleRefuses(t *testing.T) {
	for _, in := range []string{"", "{}", "[]", `{"format":"jiexu-proof/v2"}`, `{"format":"jiexu-proof/v1"} {}`, `{"format":"jiexu-proof/v1","x":1}`,
		strings.Repeat(" ", ledger.MaxBundle+1)} {
		if b, err := ledger.ParseBundle([]byte(in)); !fault.Is(err, "ledger.bundle") {
			t.Errorf("%.40q became %+v, %v", in, b, err)
		}
	}
}

func TestConsistency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		for i := range 6 {
			h.many(t, 10*i, 2+i)
		}
		leaves := h.leaves(t)
		for _, sizes := range [][2]int{{1, 2}, {3, 12}, {7, len(leaves)}, {8, 16}, {5, 5}} {
			texts, err := h.ProveConsistency(t.Context(), int64(sizes[0]), int64(sizes[1]))
			if err != nil {
				t.Fatal(err)
			}
			old, grown := ledger.TreeHead{Size: int64(sizes[0]), Root: naiveRoot(leaves[:sizes[0]])}, ledger.TreeHead{Size: int64(sizes[1]), Root: naiveRoot(leaves[:sizes[1]])}
			if root, err := h.Root(t.Context(), old.Size); err != nil || root != old.Root {
				t.Errorf("the root of size %d: %v, %v", old.Size, root, err)
			}
			if err := ledger.CheckConsistency(old, grown, texts); err != nil {
				t.Errorf("%v: %v", sizes, err)
			}
			old.Root[3] ^= 1
			if ledger.CheckConsistency(old, grown, texts) == nil {
				t.Errorf("%v: another history passed", sizes)
			}
		}
		for _, sizes := range [][2]int64{{0, 3}, {5, 4}, {1, 1000}} {
			if _, err := h.ProveConsistency(t.Context(), sizes[0], sizes[1]); !fault.Is(err, "ledger.size") {
				t.Errorf("%v: %v", sizes, err)
			}
		}
	})
}

func TestTiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.many(t, 0, 299)
		leaves := h.leaves(t)
		full, err := h.Tile(t.Context(), "tile/0/000")
		if err != nil || len(full) != 256*32 || !bytes.Equal(full[32:64], leaves[1][:]) {
			t.Errorf("the full tile has %d bytes, %v", len(full), err)
		}
		part, err := h.Tile(t.Context(), "tile/0/001.p/44")
		if err != nil || len(part) != 44*32 || !bytes.Equal(part[:32], leaves[256][:]) {
			t.Errorf("the partial tile has %d bytes, %v", len(part), err)
		}
		top, err := h.Tile(t.Context(), "tile/1/000.p/1")
		if root := naiveRoot(leaves[:256]); err != nil || !bytes.Equal(top, root[:]) {
			t.Errorf("the tile above is %x, %v", top, err)
		}
		bundle, err := h.Tile(t.Context(), "tile/entries/001.p/44")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 44 {
			n := int(bundle[0])<<8 | int(bundle[1])
			if tlog.RecordHash(bundle[2:2+n]) != leaves[256+i] {
				t.Fatalf("entry %d of the bundle is another", i)
			}
			bundle = bundle[2+n:]
		}
		for _, path := range []string{"", "tile", "tile/0", "tile/0/1", "tile/0/001", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/01", "tile/00/000",
			"tile/9/000", "tile/0/x000/001", "tile/entries/002", "tile/data/000", "tile/0/../../etc", "tile/0/-01", "tile/0/x1/000", "tile/-1/000", "tile/0/x999/x999/x999/x999/x999/999"} {
			if data, err := h.Tile(t.Context(), path); !fault.Is(err, "ledger.no_tile") {
				t.Errorf("%q gave %d bytes, %v", path, len(data), err)
			}
		}
	})
}

func FuzzParseBundle(f *testing.F) {
	h, good := issued(f)
	data, err := good.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":"jiexu-proof/v1","entry":"{}","leaf":0,"proof":[],"checkpoint":"a\n1\nAAAA\n\n","key":""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ledger.ParseBundle(data)
		if err != nil {
			return
		}
		p, err := ledger.VerifyBundle(b, []string{h.key.Verifier})
		if err == nil && p.Verdict == ledger.Genuine && (b.Entry != good.Entry || b.Leaf != good.Leaf) {
			t.Errorf("a forged bundle is genuine: %s", data)
		}
	})
}
