package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/words"
)

// VerifyCmd checks documents, exports and proofs with no server, no network and no database.
type VerifyCmd struct {
	Files []string `arg:"" name:"file" help:"A PDF that carries its proof, an export (zip), or a proof by itself."`
	Key   string   `help:"The office's public key, or a file that holds it." env:"JIEXU_TRUSTED_KEY" placeholder:"KEY|FILE"`
}

// maxVerified bounds the files that are read.
const maxVerified = 256 << 20

// Run says of each file whether it is what the office recorded. It ends with 0 if all are genuine, 1
// if any is not, 2 if one cannot be read.
func (c *VerifyCmd) Run(env *Env) error {
	trusted, err := publicKeys(c.Key)
	if err != nil {
		return err
	}
	var unreadable error
	bad := false
	for i, name := range c.Files {
		if len(c.Files) > 1 {
			if i > 0 {
				fmt.Fprintln(env.Out)
			}
			fmt.Fprintln(env.Out, name)
		}
		genuine, err := verifyFile(env, name, trusted)
		switch {
		case err != nil && unreadable == nil:
			unreadable = err
		case err != nil:
			_, detail := words.Fault(env.Lang, err)
			fmt.Fprintln(env.Err, detail)
		case !genuine:
			bad = true
		}
	}
	if unreadable != nil && bad {
		_, detail := words.Fault(env.Lang, unreadable)
		fmt.Fprintln(env.Err, detail)
	}
	if bad {
		return findings
	}
	return unreadable
}

func verifyFile(env *Env, name string, trusted []string) (genuine bool, err error) {
	file, err := os.Open(name)
	if err != nil {
		return false, fault.Wrap(err, fault.Invalid, "verify.unreadable", "file", name)
	}
	defer file.Close()
	if head := make([]byte, len(zipMark)); readsAs(file, head, zipMark) {
		return verifyExport(env, file, trusted)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxVerified+1))
	switch {
	case err != nil:
		return false, fault.Wrap(err, fault.Invalid, "verify.unreadable", "file", name)
	case len(data) > maxVerified:
		return false, fault.New(fault.TooLarge, "verify.too_large", "file", name)
	case bytes.HasPrefix(data, []byte("%PDF")):
		return verifyPDF(env, data, trusted)
	}
	bundle, err := ledger.ParseBundle(data)
	if err != nil {
		return false, err
	}
	proof, err := ledger.VerifyBundle(bundle, trusted)
	if err != nil {
		return false, err
	}
	tell(env, proof)
	if bundle.Document != nil && proof.Verdict != ledger.Changed {
		say(env, "verify.named", map[string]any{"sha256": bundle.Document.SHA256, "size": bundle.Document.Size})
	}
	return good(proof), nil
}

// readsAs reports whether a file begins with a mark.
func readsAs(file io.ReaderAt, head []byte, mark string) bool {
	n, _ := file.ReadAt(head, 0)
	return string(head[:n]) == mark
}

// verifyPDF compares a PDF with the proof that it carries.
func verifyPDF(env *Env, pdf []byte, trusted []string) (bool, error) {
	original, data, err := document.DetachProof(pdf)
	if fault.Is(err, "document.tampered") {
		say(env, "verify.changed.document", nil)
		_, detail := words.Fault(env.Lang, err)
		fmt.Fprintln(env.Out, detail)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	bundle, err := ledger.ParseBundle(data)
	if err != nil {
		return false, err
	}
	proof, err := ledger.VerifyBundle(bundle, trusted)
	if err != nil {
		return false, err
	}
	if bundle.Document == nil && proof.Verdict != ledger.Changed {
		say(env, "verify.not_document", nil)
		return false, nil
	}
	sum := sha256.Sum256(original)
	if proof.Verdict != ledger.Changed && (proof.Document.SHA256 != hex.EncodeToString(sum[:]) || proof.Document.Size != int64(len(original))) {
		proof.Verdict, proof.Why = ledger.Changed, "document"
	}
	tell(env, proof)
	return good(proof), nil
}

func good(p ledger.Proof) bool { return p.Verdict == ledger.Genuine || p.Verdict == ledger.Untrusted }

func say(env *Env, code string, params map[string]any) {
	fmt.Fprintln(env.Out, words.Text(env.Lang, code, params))
}

// tell says in plain words what was found.
func tell(env *Env, p ledger.Proof) {
	if p.Verdict == ledger.Changed {
		say(env, "verify.changed."+p.Why, nil)
		return // nothing in it can be relied on, so nothing of it is shown
	}
	say(env, "verify."+string(p.Verdict), nil)
	if d := p.Document; d != nil {
		say(env, "verify.document", map[string]any{"title": first(d.Name, d.Kind)})
		if d.Number != "" {
			say(env, "verify.number", map[string]any{"number": d.Number})
		}
	}
	say(env, "verify.at", map[string]any{"at": p.Record.At.In(law.Shanghai).Format("2006-01-02 15:04:05")})
	say(env, "verify.kind", map[string]any{"kind": p.Record.Kind})
	say(env, "verify.leaf", map[string]any{"name": p.KeyName, "leaf": p.Record.Leaf, "size": p.Size})
	say(env, "verify.key", map[string]any{"name": p.KeyName})
	say(env, "verify.fingerprint", map[string]any{"fingerprint": p.Fingerprint})
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return "–"
}
