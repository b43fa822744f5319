package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
)

// BundleFormat names the form of a Bundle and its version.
const BundleFormat = "jiexu-proof/v1"

// MaxBundle bounds a bundle: an entry, sixty hashes and a checkpoint fit many times.
const MaxBundle = 1 << 20

// Bundle proves, without server or network, that an entry is in a log that a key has signed, and, if
// it names a document, that the entry is about this very file.
type Bundle struct {
	Format     string    `json:"format"`
	Entry      string    `json:"entry"` // the bytes that the tree hashes
	Leaf       int64     `json:"leaf"`
	Proof      []string  `json:"proof"`      // hashes from the leaf to the root, base64
	Checkpoint string    `json:"checkpoint"` // signed note
	Key        string    `json:"key"`        // verifier key of the signature; who trusts it decides for himself
	Document   *Document `json:"document,omitempty"`
}

// Document is a file that an entry vouches for. An entry that issues one has it in its body under
// "document".
type Document struct {
	Kind   string `json:"kind,omitempty"`   // penalty.decision
	Number string `json:"number,omitempty"` // 沪静城管罚〔2026〕第1号
	Name   string `json:"name,omitempty"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// named reports whether what the copy d in a bundle says of the document is what the entry says. A
// copy may leave something out; it may not say another thing.
func (d Document) named(issued Document) bool {
	return (d.Kind == "" || d.Kind == issued.Kind) && (d.Number == "" || d.Number == issued.Number) && (d.Name == "" || d.Name == issued.Name)
}

// Encode writes the bundle as JSON.
func (b Bundle) Encode() ([]byte, error) { return json.MarshalIndent(b, "", "  ") }

// ParseBundle reads a bundle. Returns ledger.bundle for anything else.
func ParseBundle(data []byte) (Bundle, error) {
	bad := func(detail string) (Bundle, error) {
		return Bundle{}, fault.New(fault.Invalid, "ledger.bundle", "detail", detail)
	}
	if len(data) > MaxBundle {
		return bad("too long")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var b Bundle
	if err := dec.Decode(&b); err != nil {
		return bad(clip(err.Error()))
	}
	if _, err := dec.Token(); err != io.EOF {
		return bad("more than one value")
	}
	if b.Format != BundleFormat {
		return bad("format " + clip(b.Format))
	}
	return b, nil
}

// Verdict is what a check of a bundle found.
type Verdict string

const (
	Genuine   Verdict = "genuine"   // all holds, and the key is one that the asker trusts
	Untrusted Verdict = "untrusted" // all holds, but nobody said whether the key is the office's
	Foreign   Verdict = "foreign"   // signed by another key than the asker named
	Changed   Verdict = "changed"   // something does not fit what was signed
)

// Proof is the outcome of VerifyBundle.
type Proof struct {
	Verdict     Verdict
	Why         string // what does not fit, for Changed: entry, document, name, proof, signature
	Record      Record
	Document    *Document // as the entry has it, with the kind and the number that it was issued under
	KeyName     string
	Fingerprint string
	Size        int64 // entries under the checkpoint
}

// VerifyBundle checks a bundle against the verifier keys that the asker trusts. It is pure: no
// clock, no network, no files. With no trusted key it still proves that the bundle's key signed the
// entry, and says Untrusted. Whether a file at hand is the document is the caller's to compare, by
// its SHA-256.
//
// Returns ledger.bundle for a bundle that cannot be read and ledger.key_text for a trusted key that
// is none.
func VerifyBundle(b Bundle, trusted []string) (Proof, error) {
	var p Proof
	for _, key := range trusted {
		if _, err := note.NewVerifier(strings.TrimSpace(key)); err != nil {
			return p, fault.New(fault.Invalid, "ledger.key_text", "key", clip(key))
		}
	}
	changed := func(why string) (Proof, error) {
		p.Verdict, p.Why = Changed, why
		return p, nil
	}
	verifier, err := note.NewVerifier(b.Key)
	if err != nil {
		return p, fault.New(fault.Invalid, "ledger.bundle", "detail", "key")
	}
	p.KeyName, p.Fingerprint = verifier.Name(), Fingerprint(b.Key)
	if p.Record, err = Parse([]byte(b.Entry)); err != nil {
		return changed("entry")
	}
	p.Record.Leaf = b.Leaf
	signed, err := note.Open([]byte(b.Checkpoint), note.VerifierList(verifier))
	if err != nil {
		return changed("signature")
	}
	head, err := parseCheckpoint(signed.Text)
	if err != nil || head.Origin != verifier.Name() {
		return changed("signature")
	}
	p.Size = head.Size
	hashes, err := parseHashes(b.Proof)
	if err != nil {
		return changed("proof")
	}
	if b.Leaf < 0 || b.Leaf >= head.Size || tlog.CheckRecord(hashes, head.Size, head.Root, b.Leaf, tlog.RecordHash([]byte(b.Entry))) != nil {
		return changed("proof")
	}
	if b.Document != nil {
		issued := p.Record.Issued()
		if issued == nil || issued.SHA256 != b.Document.SHA256 || issued.Size != b.Document.Size {
			return changed("document")
		}
		if !b.Document.named(*issued) {
			return changed("name")
		}
		p.Document = issued
	}
	switch {
	case len(trusted) == 0:
		p.Verdict = Untrusted
	case slices.ContainsFunc(trusted, func(key string) bool { return strings.TrimSpace(key) == b.Key }):
		p.Verdict = Genuine
	default:
		p.Verdict = Foreign
	}
	return p, nil
}

// Issued is the document that the entry issued, nil if none.
func (r Record) Issued() *Document {
	var body struct {
		Document *Document `json:"document"`
	}
	if json.Unmarshal(r.Body, &body) != nil || body.Document == nil || body.Document.SHA256 == "" {
		return nil
	}
	return body.Document
}

// TreeHead is what a checkpoint says: the log of this size has this root.
type TreeHead struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// OpenCheckpoint reads a signed checkpoint under a verifier key. Returns ledger.key_text for a key
// that is none and ledger.checkpoint for a checkpoint that the key did not sign.
func OpenCheckpoint(checkpoint []byte, key string) (TreeHead, error) {
	verifier, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return TreeHead{}, fault.New(fault.Invalid, "ledger.key_text", "key", clip(key))
	}
	signed, err := note.Open(checkpoint, note.VerifierList(verifier))
	if err != nil {
		return TreeHead{}, fault.New(fault.Invalid, "ledger.checkpoint", "detail", err.Error())
	}
	head, err := parseCheckpoint(signed.Text)
	if err != nil || head.Origin != verifier.Name() {
		return TreeHead{}, fault.New(fault.Invalid, "ledger.checkpoint", "detail", "origin, size and root")
	}
	return head, nil
}

// CheckConsistency checks a proof, as ProveConsistency makes it, that the log with head new begins
// with the log with head old.
func CheckConsistency(old, new TreeHead, proof []string) error {
	hashes, err := parseHashes(proof)
	if err != nil {
		return err
	}
	if old.Size == new.Size {
		if old.Root != new.Root || len(hashes) > 0 {
			return fmt.Errorf("two roots for one size")
		}
		return nil
	}
	return tlog.CheckTree(hashes, new.Size, new.Root, old.Size, old.Root)
}

// parseCheckpoint reads the text of a C2SP checkpoint; lines after the third are extensions.
func parseCheckpoint(text string) (TreeHead, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return TreeHead{}, fmt.Errorf("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return TreeHead{}, fmt.Errorf("size %q of a checkpoint", clip(lines[1]))
	}
	hashes, err := parseHashes(lines[2:3])
	if err != nil {
		return TreeHead{}, fmt.Errorf("root of a checkpoint: %w", err)
	}
	return TreeHead{Origin: lines[0], Size: size, Root: hashes[0]}, nil
}
