// Package court writes evidence for those outside of the office (a court, a reviewing authority, a party's lawyer) as one zip, and checks such a zip
// with nothing but a public key: that each file is the one that was catalogued, that nothing was added, left out or changed, and that all of it
// stands in the office's log. It is pure: no store, no network, no clock.
//
// The container is a zip (PKWARE APPNOTE 6.3) of which every byte is given: files are stored and not compressed, no times, no comments, nothing between
// them, and the additions for what is larger than 4 GB (Zip64) where a number needs them and nowhere else. So a changed bit anywhere is found, also where a
// zip program would not look.
package court

import (
	"encoding/json"
	"strings"
	"time"
)

// Format names the form of an export and its version.
const Format = "jiexu-evidence/v1"

// Names of what every export has.
const (
	ManifestName   = "manifest.json"
	ProofsName     = "proofs.json"
	CheckpointName = "checkpoint.txt"
	KeyName        = "key.txt"
)

// Bounds of an export.
const (
	MaxFiles    = 2000
	MaxSize     = 64 << 30 // bytes of all files
	maxManifest = 8 << 20
	maxProofs   = 64 << 20
	maxPath     = 200 // bytes of a name in the zip
)

// Roles of files.
const (
	Media    = "media"    // of the enforcement record
	Custody  = "custody"  // the report of a file's whole life
	Document = "document" // issued in the case, with its own proof in it
	Page     = "page"     // explains, or checks
)

// Manifest says what an export holds. Its SHA-256 stands in the log, in the entry that exported it.
type Manifest struct {
	Format    string    `json:"format"`
	ID        string    `json:"id"`
	Office    string    `json:"office"`
	Matter    string    `json:"matter,omitempty"` // number and title
	Purpose   string    `json:"purpose"`
	Recipient string    `json:"recipient"`
	Reason    string    `json:"reason,omitempty"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Entry     string    `json:"entry"` // of the log, that it was asked for
	Files     []File    `json:"files"`
}

// File is one of an export.
type File struct {
	Path   string `json:"path"` // in the zip
	Role   string `json:"role"`
	Name   string `json:"name"` // as it came
	Type   string `json:"type,omitempty"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
	SM3    string `json:"sm3,omitempty"`
	// Of media: its id, and the entry that catalogued it.
	Media  string `json:"media,omitempty"`
	Entry  string `json:"entry,omitempty"`
	Of     string `json:"of,omitempty"`  // id of the original that it was made of
	How    string `json:"how,omitempty"` // it was made
	Device string `json:"device,omitempty"`
	Began  string `json:"began,omitempty"` // when it was recorded, by the corrected clock
}

// Proofs prove entries under one checkpoint.
type Proofs struct {
	Format     string   `json:"format"`
	Key        string   `json:"key"`        // verifier key of the signature; who trusts it decides for himself
	Checkpoint string   `json:"checkpoint"` // signed note (C2SP), with the log's own signature alone
	Entries    []Proven `json:"entries"`    // the first is the export's own
}

// Proven is an entry and its way to the root.
type Proven struct {
	Entry string   `json:"entry"` // the bytes that the tree hashes
	Leaf  int64    `json:"leaf"`
	Proof []string `json:"proof"` // hashes from the leaf to the root, base64
}

// encode writes JSON as both checkers write it again: no escapes but those that JSON asks for.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	text := strings.TrimSuffix(b.String(), "\n")
	// encoding/json writes these two as escapes, and browsers do not.
	return []byte(strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(text)), nil
}

// Encode writes the manifest.
func (m Manifest) Encode() ([]byte, error) { return encode(m) }

// Encode writes the proofs.
func (p Proofs) Encode() ([]byte, error) { return encode(p) }

// Plain is a checkpoint with the log's own signature alone: what others signed beside is theirs to check.
func Plain(checkpoint, keyName string) string {
	text, signatures, ok := strings.Cut(checkpoint, "\n\n")
	if !ok {
		return checkpoint
	}
	for _, line := range strings.Split(signatures, "\n") {
		if strings.HasPrefix(line, "— "+keyName+" ") {
			return text + "\n\n" + line + "\n"
		}
	}
	return checkpoint
}
