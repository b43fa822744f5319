package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/document"
	"jiexu/document/pdf"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// office is a database file with a log in which a document was issued, and the document.
type office struct {
	path, pdf string
	entry     string
	verifier  string
	reading   Reading
}

func newOffice(t *testing.T) office {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	o := office{path: filepath.Join(dir, "jiexu.db"), pdf: filepath.Join(dir, "decision.pdf")}
	o.reading = Reading{DBFlag: DBFlag{DB: "sqlite:" + o.path}}
	db, err := store.Open(ctx, o.reading.DB)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	key, err := ledger.EnsureKey(ctx, db, ledger.KeyPath(db, ""), "office.test/log")
	if err != nil {
		t.Fatal(err)
	}
	o.verifier = key.Verifier
	log, err := ledger.Open(ctx, db, key, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := pdf.New(pdf.Info{Title: "决定书", Author: "街序", Created: noon})
	f.Page().Line(10, 10, 100, 100, 1)
	original, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(original)
	doc := ledger.Document{Kind: "penalty.decision", Number: "静城管罚〔2026〕第1号", Name: "行政处罚决定书", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(original))}
	if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "office.opened", Subject: ledger.Ref{Type: "office", ID: "1"}, At: noon}); err != nil {
			return err
		}
		o.entry, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.decide", Subject: ledger.Ref{Type: "case", ID: "c1"}, At: noon, Body: map[string]any{"document": doc}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	bundle, err := log.Prove(ctx, o.entry)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := bundle.Encode()
	if err != nil {
		t.Fatal(err)
	}
	with, err := document.AttachProof(original, proof)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.pdf, with, 0o600); err != nil {
		t.Fatal(err)
	}
	return o
}

// run runs a command and returns what it printed.
func run(t *testing.T, lang string, c interface{ Run(*Env) error }) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := c.Run(&Env{Out: &out, Err: &out, Lang: lang, Now: func() time.Time { return noon }})
	return out.String(), err
}

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestVerify(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	good := read(t, o.pdf)
	proof, err := run(t, "en", &LedgerProveCmd{Reading: o.reading, Entry: o.entry})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, lang, key string
		files           []string
		status          int
		says            []string
	}{
		{"a document, the key in its text", "zh-CN", o.verifier, []string{o.pdf}, 0, []string{"属实", "行政处罚决定书", "静城管罚〔2026〕第1号", "2026-11-23 12:00:00", "office.test/log"}},
		{"the key in a file", "en", write(t, "# the office's key\n"+o.verifier+"\n"), []string{o.pdf}, 0, []string{"Genuine"}},
		{"the private key's file", "en", o.path + ".key", []string{o.pdf}, 0, []string{"Genuine"}},
		{"no key", "zh-CN", "", []string{o.pdf}, 0, []string{"没有指定可信公钥", "该机关公布的指纹", "签署者未经确认", "取自文件自身", ledger.Fingerprint(o.verifier)}},
		{"no key, in English", "en", "", []string{o.pdf}, 0, []string{"Exactly as recorded; who signed is NOT confirmed", "taken from the file itself"}},
		{"another office's key", "en", other.verifier, []string{o.pdf}, 1, []string{"not signed by the key that you named"}},
		{"a byte of the page", "en", o.verifier, []string{write(t, strings.Replace(good, "10", "11", 1))}, 1, []string{"Not to be relied on"}},
		{"something behind the end", "en", o.verifier, []string{write(t, good+"\n%")}, 1, []string{"Not to be relied on"}},
		{"the proof alone", "en", o.verifier, []string{write(t, proof)}, 0, []string{"Genuine", "Only the proof was checked", "SHA-256"}},
		{"a changed proof", "en", o.verifier, []string{write(t, strings.Replace(proof, "casework.decide", "casework.revoke", 1))}, 1, []string{"proof was changed"}},
		{"a proof that names another number", "en", o.verifier, []string{write(t, renamed(t, proof))}, 1, []string{"another number, name or kind"}},
		{"a PDF whose proof names another number", "zh-CN", o.verifier, []string{write(t, renamedIn(t, good))}, 1, []string{"文号、文书名称或种类与登记的不一致"}},
		{"another office's document and this one", "en", o.verifier, []string{o.pdf, other.pdf}, 1, []string{"Genuine", "not signed by the key"}},
		{"no such file", "en", o.verifier, []string{"none.pdf"}, 2, nil},
		{"something else", "en", o.verifier, []string{write(t, "hello")}, 2, nil},
		{"a PDF without proof", "en", o.verifier, []string{write(t, "%PDF-1.7\n")}, 2, nil},
		{"a key that is none", "en", "none.key", []string{o.pdf}, 2, nil},
		{"one that is good and one that cannot be read", "en", o.verifier, []string{o.pdf, "none.pdf"}, 2, []string{"Genuine"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := run(t, c.lang, &VerifyCmd{Files: c.files, Key: c.key})
			if status := exit(&Env{Err: &bytes.Buffer{}, Lang: c.lang}, err); status != c.status {
				t.Errorf("status %d (%v), want %d\n%s", status, err, c.status, out)
			}
			for _, s := range c.says {
				if !strings.Contains(out, s) {
					t.Errorf("does not say %q:\n%s", s, out)
				}
			}
		})
	}
}

// renamed is a bundle whose own copy of the number was changed, its record as it was.
func renamed(t *testing.T, proof string) string {
	t.Helper()
	b, err := ledger.ParseBundle([]byte(proof))
	if err != nil {
		t.Fatal(err)
	}
	b.Document.Number = "静城管罚〔2026〕第2号"
	out, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// renamedIn is a PDF with such a proof behind it.
func renamedIn(t *testing.T, file string) string {
	t.Helper()
	original, proof, err := document.DetachProof([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	out, err := document.AttachProof(original, []byte(renamed(t, string(proof))))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestLedgerCommands(t *testing.T) {
	o := newOffice(t)
	if out, err := run(t, "en", &LedgerCheckCmd{Database: o.path}); err != nil || !strings.Contains(out, "Nothing wrong") || strings.Contains(out, "rewritten") {
		t.Errorf("check: %v\n%s", err, out)
	}
	// Without a key of its own a check cannot tell a log that was rewritten as a whole, and says so last.
	alone := filepath.Join(t.TempDir(), "jiexu.db")
	if err := os.WriteFile(alone, []byte(read(t, o.path)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "en", &LedgerCheckCmd{Database: alone})
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if last := lines[len(lines)-1]; err != nil || !strings.Contains(last, "independent key or checkpoint") || !strings.Contains(last, "--key") {
		t.Errorf("a check without the key ends with %q, %v", last, err)
	}
	for _, key := range []string{o.verifier, write(t, o.verifier+"\n")} {
		if out, err := run(t, "en", &LedgerCheckCmd{Database: alone, Reading: Reading{Key: key}}); err != nil || !strings.HasSuffix(out, "Nothing wrong was found.\n") {
			t.Errorf("with the public key: %v\n%s", err, out)
		}
	}
	out, err = run(t, "zh-CN", &LedgerKeyCmd{Reading: o.reading})
	if lines := strings.Split(out, "\n"); err != nil || lines[0] != o.verifier || !strings.Contains(lines[1], ledger.Fingerprint(o.verifier)) {
		t.Errorf("key: %v\n%s", err, out)
	}
	checkpoint, err := run(t, "en", &LedgerCheckpointCmd{Reading: o.reading})
	if err != nil || !strings.HasPrefix(checkpoint, "office.test/log\n2\n") {
		t.Errorf("checkpoint: %v\n%s", err, checkpoint)
	}
	kept := write(t, checkpoint)
	if out, err := run(t, "en", &LedgerConsistencyCmd{Reading: o.reading, Old: kept, New: kept}); err != nil || !strings.Contains(out, "Consistent") {
		t.Errorf("consistency: %v\n%s", err, out)
	}
	other := newOffice(t)
	if out, err := run(t, "en", &LedgerCheckCmd{Database: alone, Reading: Reading{Key: other.verifier}}); !errors.Is(err, findings) {
		t.Errorf("with another office's public key: %v\n%s", err, out)
	}
	foreign := other.reading
	foreign.Key = o.path + ".key"
	if _, err := run(t, "en", &LedgerConsistencyCmd{Reading: foreign, Old: kept, New: kept}); !errors.Is(err, findings) {
		t.Errorf("consistency with another log: %v", err)
	}
	if _, err := run(t, "en", &LedgerProveCmd{Reading: o.reading, Entry: "none"}); !fault.Is(err, "ledger.no_entry") {
		t.Errorf("prove nothing: %v", err)
	}
	if out, err := run(t, "en", &LedgerCheckCmd{Reading: Reading{Key: write(t, "no key")}, Database: o.path}); !fault.Is(err, "ledger.key_unreadable") {
		t.Errorf("check with a key that is none: %v\n%s", err, out)
	}
	none := filepath.Join(t.TempDir(), "none.db")
	if _, err := run(t, "en", &LedgerCheckCmd{Database: none}); !fault.Is(err, "store.no_file") {
		t.Errorf("check of nothing: %v", err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a file was made")
	}
}

// A byte of the file is changed with a hex editor, as the last line asks.
func TestLedgerCheckNamesTheEntry(t *testing.T) {
	o := newOffice(t)
	data := read(t, o.path)
	if err := os.WriteFile(o.path, []byte(strings.ReplaceAll(data, `"kind":"casework.decide"`, `"kind":"casework.decidf"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "zh-CN", &LedgerCheckCmd{Database: "sqlite:" + o.path})
	if !errors.Is(err, findings) || !strings.Contains(out, o.entry) || !strings.Contains(out, "序号 1") || !strings.Contains(out, "被改动") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = run(t, "en", &LedgerCheckCmd{Database: o.path, JSON: true})
	var report ledger.Report
	if !errors.Is(err, findings) || json.Unmarshal([]byte(out), &report) != nil || report.Findings[0].Entry != o.entry {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestBackupAndRestore(t *testing.T) {
	o := newOffice(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "backup.zip")
	if out, err := run(t, "en", &BackupCmd{MediaReading: MediaReading{Reading: o.reading}, File: file}); err != nil || !strings.Contains(out, o.path+".key") {
		t.Fatalf("%v\n%s", err, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := run(t, "en", &BackupCmd{MediaReading: MediaReading{Reading: o.reading}, File: file}); !fault.Is(err, "backup.exists") {
		t.Errorf("over an older one: %v", err)
	}
	to := Reading{DBFlag: DBFlag{DB: "sqlite:" + filepath.Join(dir, "new.db")}}
	half := write(t, read(t, file)[:1000])
	if _, err := run(t, "en", &RestoreCmd{Reading: to, File: half}); !fault.Is(err, "restore.damaged") {
		t.Errorf("half a backup: %v", err)
	}
	flipped := []byte(read(t, file))
	flipped[bytes.Index(flipped, []byte("tables/ledger_entries"))+60] ^= 1 // within the packed rows
	if _, err := run(t, "en", &RestoreCmd{Reading: to, File: write(t, string(flipped))}); !fault.Is(err, "restore.damaged") {
		t.Errorf("a changed backup: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "new.db*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if out, err := run(t, "en", &RestoreCmd{Reading: to, File: file}); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := run(t, "en", &LedgerCheckCmd{Database: filepath.Join(dir, "new.db"), Reading: Reading{Key: o.path + ".key"}}); err != nil || !strings.Contains(out, "Nothing wrong") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run(t, "en", &RestoreCmd{Reading: to, File: file}); !fault.Is(err, "restore.not_empty") {
		t.Errorf("over a living database: %v", err)
	}
	if _, err := run(t, "en", &RestoreCmd{Reading: to, File: "none.zip"}); !fault.Is(err, "backup.no_file") {
		t.Errorf("from nothing: %v", err)
	}
}
