package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"jiexu/fault"
	"jiexu/store"
)

// DefaultOrigin names a log for which nobody chose a name.
const DefaultOrigin = "jiexu.local/log"

// SigningKey is the Ed25519 key that signs the checkpoints of a log. It lies in a file outside of the
// database, readable by its owner alone: who can write the database still cannot sign.
type SigningKey struct {
	Path     string
	Verifier string // public: name+hash+key, as C2SP signed notes write it
	signer   note.Signer
	verifier note.Verifier
}

// Origin is the name of the log.
func (k *SigningKey) Origin() string { return k.signer.Name() }

// Fingerprint is what people compare.
func (k *SigningKey) Fingerprint() string { return Fingerprint(k.Verifier) }

// Fingerprint is the SHA-256 of a public key in groups of eight hex digits, for people to compare
// with the one that the office publishes. It is empty if verifier is not a key.
func Fingerprint(verifier string) string {
	parts := strings.SplitN(strings.TrimSpace(verifier), "+", 3) // the key itself may hold a plus
	if len(parts) != 3 {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) < 2 {
		return ""
	}
	sum := sha256.Sum256(raw[1:]) // the first byte names the algorithm
	digits := hex.EncodeToString(sum[:])
	var groups []string
	for ; len(digits) > 0; digits = digits[8:] {
		groups = append(groups, digits[:8])
	}
	return strings.Join(groups, " ")
}

// KeyPath is where the key of a database lies unless a flag says otherwise: beside a SQLite file,
// in the data folder for PostgreSQL.
func KeyPath(db *store.DB, dataDir string) string {
	if db.Engine() == store.SQLite {
		return db.Path() + ".key"
	}
	return filepath.Join(dataDir, "jiexu.key")
}

// ReadKey reads a key file. Returns ledger.key_missing and ledger.key_unreadable.
func ReadKey(path string) (*SigningKey, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "ledger.key_missing", "path", path)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "ledger.key_unreadable", "path", path)
	}
	return parseKey(path, strings.TrimSpace(string(b)))
}

func parseKey(path, text string) (*SigningKey, error) {
	signer, err := note.NewSigner(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.key_unreadable", "path", path)
	}
	public, err := publicKey(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.key_unreadable", "path", path)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.key_unreadable", "path", path)
	}
	return &SigningKey{Path: path, Verifier: public, signer: signer, verifier: verifier}, nil
}

// EnsureKey reads the key file, or makes one, with mode 0600, for a log that has not signed yet.
// Returns ledger.key_missing if the log was signed by a key that is not there: a new one in its
// place would make every proof that is already out worthless.
func EnsureKey(ctx context.Context, db *store.DB, path, origin string) (*SigningKey, error) {
	key, err := ReadKey(path)
	if err == nil || !fault.Is(err, "ledger.key_missing") {
		return key, err
	}
	verifier, err := currentVerifier(ctx, db)
	if err != nil {
		return nil, err
	}
	if verifier != "" {
		return nil, fault.New(fault.Conflict, "ledger.key_missing", "path", path)
	}
	if origin == "" {
		origin = DefaultOrigin
	}
	text, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.origin", "origin", origin)
	}
	if _, err := parseKey(path, text); err != nil {
		return nil, fault.New(fault.Invalid, "ledger.origin", "origin", origin)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the signing key: %w", err)
	}
	// Written whole under another name and then linked: a key file is never half there, and of two
	// servers that start at once one makes it and both read it.
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("make the signing key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text + "\n")
	if err := errors.Join(err, tmp.Chmod(0o600), tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("make the signing key: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the signing key: %w", err)
	}
	return ReadKey(path)
}

// currentVerifier is the public key that the database says it is signed with, empty if none yet.
func currentVerifier(ctx context.Context, db *store.DB) (verifier string, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		verifier = t.verifier
		return err
	})
	return verifier, err
}

// publicKey derives the public key from the private one.
func publicKey(private string) (string, error) {
	parts := strings.SplitN(private, "+", 5) // PRIVATE+KEY+name+hash+key
	if len(parts) != 5 {
		return "", errors.New("not a note key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("not an Ed25519 note key")
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], public)
}
