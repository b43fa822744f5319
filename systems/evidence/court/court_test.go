package court_test

import (
	archive "archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/systems/evidence/court"
)

var update = flag.Bool("update", false, "write testdata anew: the export, and the cases that both checkers are tried on")

// The key signs nothing but what lies in testdata.
const (
	testSigner   = "PRIVATE+KEY+jiexu.test/log+c9b80f93+AaoQQgnmbgVsvMgjP394A/z0Ub2uRMrTa4mOpQEOr8vQ"
	testVerifier = "jiexu.test/log+c9b80f93+AaGCdJEiQCD2XeEaXIQioCw1BY+jJFbf3cPxvOr3zcYk"
)

// tree is a log of entries in memory.
type tree struct {
	hashes  []tlog.Hash
	entries int64
}

func (l *tree) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = l.hashes[n]
	}
	return out, nil
}

func (l *tree) add(t *testing.T, entry string) {
	t.Helper()
	more, err := tlog.StoredHashes(l.entries, []byte(entry), l)
	if err != nil {
		t.Fatal(err)
	}
	l.hashes, l.entries = append(l.hashes, more...), l.entries+1
}

// entryOf is an entry as the log writes it.
func entryOf(id, kind string, body map[string]any) string {
	text, _ := json.Marshal(body)
	return fmt.Sprintf(`{"actor":"p1","at":"2026-11-29T02:00:00.000000Z","body":%s,"id":"%s","kind":"%s","rows":[],"subject":{"id":"m1","type":"media"},"unit":"u1","v":1}`, text, id, kind)
}

func sum(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }

// forms are those that both checkers are tried on: the one of every export, and one in which all but the shortest files need the additions for large ones.
var forms = []struct {
	name string
	court.Wide
}{{"export", court.AsExported}, {"large", 700}}

// export makes an export of two files of the record, a custody report and a page.
func export(t *testing.T, form court.Wide, signer, verifier string) []byte {
	t.Helper()
	contents := map[string][]byte{
		"media/001-扣押现场.mp4": bytes.Repeat([]byte("a film, as it came "), 40), "media/002-0m03s.png": []byte("\x89PNG a still of it"),
		"custody/001.pdf": []byte("%PDF its whole life"), "说明.html": []byte("<!doctype html><title>如何核验</title>"),
	}
	m := court.Manifest{Format: court.Format, ID: "x1", Office: "静安区城管执法局", Matter: "静城管立字〔2026〕第1号 <占道>&\u2028", Purpose: "court", Recipient: "静安区人民法院", By: "李", At: time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC), Entry: "e0"}
	log := &tree{}
	var entries []string
	for i, name := range []string{"media/001-扣押现场.mp4", "media/002-0m03s.png", "custody/001.pdf", "说明.html"} {
		f := court.File{Path: name, Name: filepath.Base(name), Role: strings.Split(name, "/")[0], Size: int64(len(contents[name])), SHA256: sum(contents[name])}
		if f.Role == name {
			f.Role = court.Page
		}
		if f.Role == court.Media {
			f.Media, f.Entry = fmt.Sprint("m", i), fmt.Sprint("e", i+1)
			entries = append(entries, entryOf(f.Entry, "evidence.recorded", map[string]any{"media": f.Media, "sha256": f.SHA256}))
		}
		m.Files = append(m.Files, f)
	}
	raw, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	entries = append([]string{entryOf("e9", court.EntryExported, map[string]any{"manifest": sum(raw)})}, entries...)
	for i := range 5 {
		log.add(t, entryOf(fmt.Sprint("other", i), "intake.registered", map[string]any{"n": i}))
	}
	first := log.entries
	for _, e := range entries {
		log.add(t, e)
	}
	root, err := tlog.TreeHash(log.entries, log)
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewSigner(signer)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", key.Name(), log.entries, root)}, key)
	if err != nil {
		t.Fatal(err)
	}
	p := court.Proofs{Format: court.Format, Key: verifier, Checkpoint: string(signed)}
	for i, e := range entries {
		way, err := tlog.ProveRecord(log.entries, first+int64(i), log)
		if err != nil {
			t.Fatal(err)
		}
		one := court.Proven{Entry: e, Leaf: first + int64(i)}
		for _, h := range way {
			one.Proof = append(one.Proof, h.String())
		}
		p.Entries = append(p.Entries, one)
	}
	proofs, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var parts []court.Part
	add := func(name string, content []byte) {
		parts = append(parts, court.Part{Name: name, Size: int64(len(content)), CRC: crc32.ChecksumIEEE(content), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }})
	}
	add(court.ManifestName, raw)
	add(court.ProofsName, proofs)
	add(court.CheckpointName, signed)
	add(court.KeyName, []byte(verifier+"\n"))
	for _, f := range m.Files {
		add(f.Path, contents[f.Path])
	}
	var b bytes.Buffer
	if err := form.Write(&b, parts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// aCase is a change of the export, and what both checkers must find.
type aCase struct {
	Name string `json:"name"`
	// The bytes from At on are replaced by With; below zero: nothing is.
	At      int    `json:"at"`
	With    string `json:"with"` // hexadecimal
	Cut     int    `json:"cut"`  // bytes that are cut off the end
	Append  string `json:"append"`
	Trusted string `json:"trusted"`
	Verdict string `json:"verdict"` // empty: no export at all
	Code    string `json:"code"`
	Path    string `json:"path"`
}

func (c aCase) apply(zip []byte) []byte {
	out := bytes.Clone(zip)
	if c.At >= 0 {
		with, _ := hex.DecodeString(c.With)
		copy(out[c.At:], with)
	}
	more, _ := hex.DecodeString(c.Append)
	return append(out[:len(out)-c.Cut], more...)
}

// cases are what both checkers are tried on.
func cases(zip []byte) []aCase {
	where := func(text string) int { return bytes.Index(zip, []byte(text)) }
	flip := func(at int) string { return hex.EncodeToString([]byte{zip[at] ^ 1}) }
	change := func(name string, at int, code, path string) aCase {
		return aCase{Name: name, At: at, With: flip(at), Verdict: "changed", Code: code, Path: path}
	}
	film, still := where("a film, as"), where("\x89PNG a still")
	// The film's head: thirty bytes, its name, and the additions if it has any.
	head := bytes.LastIndex(zip[:film], []byte("PK\x03\x04"))
	list := []aCase{
		{Name: "as it was made", At: -1, Verdict: "untrusted"},
		{Name: "with the office's key", At: -1, Trusted: testVerifier, Verdict: "genuine"},
		{Name: "with another's key", At: -1, Trusted: "jiexu.test/log+2f1a23eb+AeKKYnQtDe3OK5dM+pFaZNjSW3uAsXcpKIeLU6rFJfHo", Verdict: "foreign"},
		change("a bit of the film", film+100, court.FoundFile, "media/001-扣押现场.mp4"),
		change("a bit of the still", still+5, court.FoundFile, "media/002-0m03s.png"),
		change("a bit of the report", where("%PDF its")+7, court.FoundFile, "custody/001.pdf"),
		change("a bit of the page", where("<!doctype")+12, court.FoundFile, "说明.html"),
		change("who it is for", where("人民法院"), court.FoundManifest, court.ManifestName),
		change("a digest of the manifest", where(`"sha256":"`)+12, court.FoundManifest, court.ManifestName),
		change("an entry", where("evidence.recorded")+3, court.FoundProofs, court.ProofsName),
		change("a hash of a proof", where(`"proof":["`)+14, court.FoundProofs, court.ProofsName),
		change("the signature", where("— jiexu.test/log ")+40, court.FoundSignature, court.ProofsName),
		change("the checkpoint's size", where(`jiexu.test/log\n`)+16, court.FoundSignature, court.ProofsName),
		change("the key", where(`"key":"`)+40, court.FoundSignature, court.ProofsName),
		change("the key that one reads", bytes.LastIndex(zip, []byte(testVerifier))+30, court.FoundFile, court.KeyName),
		change("the checkpoint that one reads", bytes.Index(zip, []byte("jiexu.test/log\n8"))+15, court.FoundFile, court.CheckpointName),
		change("a file's time in the zip", head+10, court.FoundContainer, "media/001-扣押现场.mp4"),
		change("the zip's last byte", len(zip)-1, court.FoundContainer, ""),
		{Name: "the end is cut off", At: -1, Cut: 40, Verdict: "changed", Code: court.FoundContainer},
		{Name: "cut in the middle of the film", At: -1, Cut: len(zip) - film - 50, Verdict: "changed", Code: court.FoundContainer},
		{Name: "something hangs behind", At: -1, Append: "00", Verdict: "changed", Code: court.FoundContainer},
		{Name: "no zip", At: 0, With: "00"},
	}
	if name := len("media/001-扣押现场.mp4"); film == head+30+name+20 {
		list = append(list, change("the size in the additions", head+30+name+12, court.FoundContainer, "media/001-扣押现场.mp4"),
			change("what the additions are", head+30+name, court.FoundContainer, "media/001-扣押现场.mp4"),
			change("a place in the list", bytes.LastIndex(zip, []byte("media/001"))+name+4+16, court.FoundContainer, ""),
			change("the end of what is large", bytes.LastIndex(zip, []byte("PK\x06\x06"))+48, court.FoundContainer, ""),
			change("where that end is", bytes.LastIndex(zip, []byte("PK\x06\x07"))+8, court.FoundContainer, ""))
	}
	return list
}

func TestVerify(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) { tryCases(t, form.name, form.Wide) })
	}
}

func tryCases(t *testing.T, name string, form court.Wide) {
	zip := export(t, form, testSigner, testVerifier)
	list := cases(zip)
	atZip, atCases := "testdata/"+name+".zip", "testdata/"+name+".json"
	if *update {
		text, err := json.MarshalIndent(list, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(atZip, zip, 0o644), os.WriteFile(atCases, append(text, '\n'), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(atZip)
	if err != nil || !bytes.Equal(kept, zip) {
		t.Fatalf("testdata is stale (%v): go test ./systems/evidence/court -update", err)
	}
	for _, c := range list {
		changed := c.apply(zip)
		var trusted []string
		if c.Trusted != "" {
			trusted = []string{c.Trusted}
		}
		report, err := form.Verify(bytes.NewReader(changed), int64(len(changed)), trusted, func(int64) {})
		if c.Verdict == "" {
			if !fault.Is(err, "court.not_export") {
				t.Errorf("%s: %+v %v", c.Name, report, err)
			}
			continue
		}
		if err != nil || string(report.Verdict) != c.Verdict {
			t.Errorf("%s: %+v %v", c.Name, report, err)
			continue
		}
		named := c.Code == ""
		for _, f := range report.Findings {
			named = named || f.Code == c.Code && (c.Path == "" || f.Path == c.Path)
		}
		if !named || (c.Code == "") != (len(report.Findings) == 0) {
			t.Errorf("%s: wanted %s %s, found %+v", c.Name, c.Code, c.Path, report.Findings)
		}
		if report.Verdict == ledger.Changed && report.Manifest != nil && c.Code == court.FoundManifest {
			t.Errorf("%s: a manifest that nobody vouches for is shown", c.Name)
		}
	}
}

// No bit of an export can be changed without being found.
func TestVerifyFindsEveryBit(t *testing.T) {
	for _, form := range forms {
		zip := export(t, form.Wide, testSigner, testVerifier)
		for at := range zip {
			bit := byte(1) << (at * 5 % 8)
			zip[at] ^= bit
			report, err := form.Verify(bytes.NewReader(zip), int64(len(zip)), nil, func(int64) {})
			if err == nil && report.Verdict != ledger.Changed || err != nil && !fault.Is(err, "court.not_export") {
				t.Errorf("%s: byte %d, bit %x: %+v %v", form.name, at, bit, report, err)
			}
			zip[at] ^= bit
		}
		t.Logf("%s: %d bytes", form.name, len(zip))
	}
}

// What is exported has one form: the additions for large files stand where a number needs them, and nowhere else. Other programs read both.
func TestOneForm(t *testing.T) {
	for i, form := range forms {
		zip, other := export(t, form.Wide, testSigner, testVerifier), forms[1-i]
		if report, err := other.Verify(bytes.NewReader(zip), int64(len(zip)), nil, func(int64) {}); err != nil || report.Verdict != ledger.Changed || report.Findings[0].Code != court.FoundContainer {
			t.Errorf("%s is taken for %s: %+v %v", form.name, other.name, report, err)
		}
		r, err := archive.NewReader(bytes.NewReader(zip), int64(len(zip)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.File {
			content, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(content); err != nil || uint64(len(b)) != f.UncompressedSize64 || len(b) == 0 {
				t.Errorf("%s: archive/zip reads %d bytes of %s: %v", form.name, len(b), f.Name, err)
			}
		}
		if len(r.File) != 8 {
			t.Errorf("%s: archive/zip finds %d files", form.name, len(r.File))
		}
	}
}

// A file is added, left out, put in another's place by somebody who writes the zip anew.
func TestVerifyRewritten(t *testing.T) {
	zip := export(t, court.AsExported, testSigner, testVerifier)
	list := unpack(t, zip)
	again := func(change func(map[string][]byte) []string) *court.Report {
		t.Helper()
		files := map[string][]byte{}
		for _, f := range list {
			files[f.name] = f.content
		}
		var parts []court.Part
		for _, name := range change(files) {
			content := files[name]
			parts = append(parts, court.Part{Name: name, Size: int64(len(content)), CRC: crc32.ChecksumIEEE(content), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }})
		}
		var b bytes.Buffer
		if err := court.Write(&b, parts); err != nil {
			t.Fatal(err)
		}
		report, err := court.Verify(bytes.NewReader(b.Bytes()), int64(b.Len()), []string{testVerifier}, func(int64) {})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	names := func() (out []string) {
		for _, f := range list {
			out = append(out, f.name)
		}
		return out
	}
	has := func(r *court.Report, code, path string) bool {
		for _, f := range r.Findings {
			if f.Code == code && f.Path == path {
				return r.Verdict == ledger.Changed
			}
		}
		return false
	}
	if r := again(func(map[string][]byte) []string { return names() }); r.Verdict != ledger.Genuine {
		t.Fatalf("written again as it was: %+v", r)
	}
	if r := again(func(f map[string][]byte) []string { f["more.txt"] = []byte("x"); return append(names(), "more.txt") }); !has(r, court.FoundUnlisted, "more.txt") {
		t.Errorf("added: %+v", r)
	}
	if r := again(func(map[string][]byte) []string { return names()[:len(list)-1] }); !has(r, court.FoundAbsent, "说明.html") {
		t.Errorf("left out: %+v", r)
	}
	if r := again(func(f map[string][]byte) []string { f["media/002-0m03s.png"] = []byte("another still"); return names() }); !has(r, court.FoundFile, "media/002-0m03s.png") {
		t.Errorf("put in its place: %+v", r)
	}
	// The manifest is made to fit.
	if r := again(func(f map[string][]byte) []string {
		f["media/002-0m03s.png"] = bytes.Clone(f["media/002-0m03s.png"])
		f["media/002-0m03s.png"][9] ^= 1
		f[court.ManifestName] = bytes.Replace(f[court.ManifestName], []byte(sum(list[5].content)), []byte(sum(f["media/002-0m03s.png"])), 1)
		return names()
	}); !has(r, court.FoundManifest, court.ManifestName) {
		t.Errorf("with a manifest that fits: %+v", r)
	}
	// All of it is made by another log.
	foreign := export(t, court.AsExported, "PRIVATE+KEY+jiexu.test/log+2f1a23eb+AcOwNgOIaKtclxc8/2Z9Ghn+OCat3s7FCVAxbmgap5uD", "jiexu.test/log+2f1a23eb+AeKKYnQtDe3OK5dM+pFaZNjSW3uAsXcpKIeLU6rFJfHo")
	if r, err := court.Verify(bytes.NewReader(foreign), int64(len(foreign)), []string{testVerifier}, func(int64) {}); err != nil || r.Verdict != ledger.Foreign {
		t.Errorf("another log's: %+v %v", r, err)
	}
}

type unpacked struct {
	name    string
	content []byte
}

func unpack(t *testing.T, zip []byte) (out []unpacked) {
	t.Helper()
	for at := 0; at+30 < len(zip) && zip[at+2] == 3; {
		size, name := int(zip[at+18])|int(zip[at+19])<<8, int(zip[at+26])
		start := at + 30 + name
		out = append(out, unpacked{string(zip[at+30 : start]), zip[start : start+size]})
		at = start + size
	}
	return out
}

func FuzzVerify(f *testing.F) {
	if zip, err := os.ReadFile("testdata/export.zip"); err == nil {
		f.Add(zip)
	}
	f.Fuzz(func(t *testing.T, zip []byte) {
		if r, err := court.Verify(bytes.NewReader(zip), int64(len(zip)), nil, func(int64) {}); err == nil && r.Verdict == ledger.Genuine {
			t.Error("genuine without a trusted key")
		}
	})
}
