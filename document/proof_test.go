package document

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"jiexu/document/pdf"
	"jiexu/fault"
)

var bundle = []byte(`{"entry":17,"root":"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=","note":"endstream endobj"}` + "\n")

// plain is a small PDF that needs no fonts.
func plain(t testing.TB) []byte {
	t.Helper()
	f := pdf.New(pdf.Info{Title: "示例", Author: "街序", Created: made})
	f.Page().Line(10, 10, 100, 100, 1)
	b, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func attach(t testing.TB, b, bundle []byte) []byte {
	t.Helper()
	out, err := AttachProof(b, bundle)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProofComesOffAsItWentOn(t *testing.T) {
	for _, bundle := range [][]byte{bundle, {}, []byte("stream\n"), bytes.Repeat([]byte("\x00\xff%%EOF\n"), 1000), make([]byte, maxProof)} {
		was := plain(t)
		with := attach(t, was, bundle)
		if !bytes.HasPrefix(with, was) {
			t.Fatal("the original is no prefix")
		}
		if again := attach(t, was, bundle); !bytes.Equal(again, with) {
			t.Fatal("two results for the same input")
		}
		gotPDF, gotBundle, err := DetachProof(with)
		if err != nil || !bytes.Equal(gotPDF, was) || !bytes.Equal(gotBundle, bundle) {
			t.Fatalf("bundle of %d bytes: %v", len(bundle), err)
		}
	}
}

func TestProofRefusals(t *testing.T) {
	was := plain(t)
	with := attach(t, was, bundle)
	for _, c := range []struct {
		name, code string
		do         func() error
	}{
		{"a second proof", "document.has_proof", func() error { _, err := AttachProof(with, bundle); return err }},
		{"too large", "document.proof_too_large", func() error { _, err := AttachProof(was, make([]byte, maxProof+1)); return err }},
		{"no PDF", "document.not_pdf", func() error { _, err := AttachProof([]byte("hello"), bundle); return err }},
		{"PDF of another maker", "document.not_pdf", func() error { _, err := AttachProof([]byte("%PDF-1.4\nstartxref\n9\n%%EOF\n"), bundle); return err }},
		{"no PDF to detach from", "document.not_pdf", func() error { _, _, err := DetachProof([]byte("hello")); return err }},
		{"nothing to detach", "document.no_proof", func() error { _, _, err := DetachProof(was); return err }},
		{"another update on top", "document.tampered", func() error {
			_, _, err := DetachProof(append(bytes.Clone(with), "\n9 0 obj\n<< >>\nendobj\nstartxref\n9\n%%EOF\n"...))
			return err
		}},
		{"a proof on a proof", "document.tampered", func() error {
			u, err := update(was)
			if err != nil {
				return err
			}
			_, _, err = DetachProof(u.with(with, bundle))
			return err
		}},
	} {
		if err := c.do(); !fault.Is(err, c.code) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
}

func TestProofEveryAppendedByteCounts(t *testing.T) {
	was := plain(t)
	with := attach(t, was, bundle)
	for i := len(was); i < len(with); i++ {
		for _, flip := range []byte{0x01, 0x20, 0x80, with[i]} {
			changed := bytes.Clone(with)
			changed[i] ^= flip
			if _, _, err := DetachProof(changed); !fault.Is(err, "document.tampered") {
				t.Fatalf("byte %d (%q) changed to %q: %v", i, with[i], changed[i], err)
			}
		}
		removed := append(bytes.Clone(with[:i]), with[i+1:]...)
		if _, _, err := DetachProof(removed); !fault.Is(err, "document.tampered") {
			t.Fatalf("byte %d (%q) removed: %v", i, with[i], err)
		}
	}
	for n := len(was) + 120; n < len(with); n++ { // cut before that, nothing tells that there was a proof
		if _, _, err := DetachProof(with[:n]); err == nil {
			t.Fatalf("cut after %d of %d bytes: accepted", n, len(with))
		}
	}
}

// Other programs read the result: pdfcpu validates it and finds the file, poppler takes it out.
func TestProofIsReadByOthers(t *testing.T) {
	with := attach(t, plain(t), bundle)
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	if err := api.Validate(bytes.NewReader(with), conf); err != nil {
		t.Errorf("pdfcpu: %v", err)
	}
	files, err := api.Attachments(bytes.NewReader(with), conf)
	if err != nil || len(files) != 1 || files[0].FileName != ProofName {
		t.Errorf("pdfcpu finds %v (%v)", files, err)
	}
	if _, err := exec.LookPath("pdfdetach"); err != nil {
		t.Skip("pdfdetach is not installed (Debian: poppler-utils)")
	}
	dir := t.TempDir()
	name, out := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "out.json")
	if err := os.WriteFile(name, with, 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := exec.Command("pdfdetach", "-savefile", ProofName, "-o", out, name).CombinedOutput(); err != nil || len(b) > 0 {
		t.Fatalf("pdfdetach: %v: %s", err, b)
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, bundle) {
		t.Errorf("pdfdetach gives %q (%v)", got, err)
	}
	if b, err := exec.Command("pdfinfo", name).CombinedOutput(); err != nil || strings.Contains(string(b), "Error") {
		t.Errorf("pdfinfo: %v: %s", err, b)
	}
}

func FuzzDetachProof(f *testing.F) {
	was := plain(f)
	with := attach(f, was, bundle)
	f.Add(was)
	f.Add(with)
	f.Add(with[:len(with)-20])
	f.Add([]byte("%PDF-1.7\n" + original + "9999999999 " + ProofName))
	f.Fuzz(func(t *testing.T, b []byte) {
		originalPDF, bundle, err := DetachProof(b)
		if err != nil {
			return
		}
		if again, err := AttachProof(originalPDF, bundle); err != nil || !bytes.Equal(again, b) {
			t.Errorf("accepted what AttachProof does not write (%v)", err)
		}
	})
}
