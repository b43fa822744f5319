package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence"
)

// An operator seals what lay plain, rotates the key, checks, and hears what to do of what he damaged; wrong flags are said.
func TestEvidenceCommands(t *testing.T) {
	o := newOffice(t)
	db, err := store.Open(t.Context(), o.reading.DB)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	data := filepath.Join(filepath.Dir(o.path), "data")
	files, err := evidence.OpenFiles(filepath.Join(data, "media"))
	if err != nil {
		t.Fatal(err)
	}
	access := func(context.Context, *store.Tx, org.Actor, evidence.Subject, bool) (string, error) { return "u", nil }
	s := evidence.New(db, files, access, func() time.Time { return noon })
	m, err := s.Add(t.Context(), org.Actor{Person: "p", Name: "甲"}, evidence.Upload{Subject: evidence.Subject{Type: "case", ID: "c"}, Name: "a.pdf", Content: strings.NewReader("%PDF-1.7\nstartxref\n0\n%%EOF\n")})
	if err != nil {
		t.Fatal(err)
	}
	flags := MediaReading{Reading: o.reading, MediaFlags: MediaFlags{Media: "folder", MediaCipher: "aes"}}
	if _, err := run(t, "en", &EvidenceMoveCmd{MediaReading: flags}); !fault.Is(err, "evidence.keys_gone") {
		t.Errorf("sealed without a key: %v", err)
	}
	if out, err := run(t, "en", &EvidenceRotateCmd{MediaReading: flags}); err != nil || !strings.Contains(out, "media.key") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := run(t, "en", &EvidenceMoveCmd{MediaReading: flags, EmptySource: true}); err != nil || !strings.Contains(out, "1 file was copied") || !strings.Contains(out, "1 file was taken away") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(data, "media", m.SHA256[:2], m.SHA256)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it lies plain: %v", err)
	}
	other := flags
	other.MediaCipher = "sm4"
	if out, err := run(t, "en", &EvidenceRotateCmd{MediaReading: other, Rewrite: true}); err != nil || !strings.Contains(out, "wraps 1 file; 1 was sealed anew") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := run(t, "en", &EvidenceMoveCmd{MediaReading: flags}); !fault.Is(err, "evidence.config_other_cipher") {
		t.Errorf("with the old cipher: %v", err)
	}
	if out, err := run(t, "en", &EvidenceCheckCmd{MediaReading: flags}); err != nil || !strings.Contains(out, "1 catalogued file was compared") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(data, "media.key"), []byte("sm4 "+strings.Repeat("00", 16)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "zh-CN", &EvidenceCheckCmd{MediaReading: flags, JSON: true})
	var report evidence.Report
	if !errors.Is(err, findings) || json.Unmarshal([]byte(out), &report) != nil || len(report.Findings) != 1 || report.Findings[0].Code != evidence.FoundKey || !strings.Contains(report.Findings[0].Advice, "放回密钥文件") {
		t.Errorf("%v\n%s", err, out)
	}
	for code, wrong := range map[string]MediaFlags{
		"evidence.config_to": {Media: "tape"}, "evidence.config_no_s3": {Media: "s3"}, "evidence.config_s3": {Media: "folder", S3: "media", S3Secret: write(t, "a\nb\n")},
		"evidence.config_s3_secret": {Media: "folder", S3: "https://h/b", S3Secret: write(t, "a")}, "evidence.config_cipher": {Media: "folder", MediaCipher: "rot13"},
	} {
		if _, err := run(t, "en", &EvidenceMoveCmd{MediaReading: MediaReading{o.reading, wrong}}); !fault.Is(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
