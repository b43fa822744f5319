package ledger

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"jiexu/fault"
)

// Kinds of target.
const (
	ToFolder    = "folder"    // a file for each checkpoint, never overwritten
	ToWebhook   = "webhook"   // a signed POST
	ToWitness   = "witness"   // C2SP tlog-witness: cosigns what continues all that it saw
	ToTimestamp = "timestamp" // RFC 3161: says that the checkpoint was there at that time
)

// Target is a place outside of the office that checkpoints go to, so that nobody in it can take them back.
type Target struct {
	Name         string `toml:"name"`
	Kind         string `toml:"kind"`
	Folder       string `toml:"folder"`       // of a folder
	URL          string `toml:"url"`          // of a webhook, a witness (its submission prefix), a service for time stamps
	Secret       string `toml:"secret_file"`  // webhook: the file that holds the key of the signature
	Key          string `toml:"key"`          // witness: its verifier key, name+hash+key
	Certificates string `toml:"certificates"` // timestamp: a PEM file of the certificates that are trusted

	secret   string
	cosigner Cosigner
	roots    *x509.CertPool
}

// Publishing says where checkpoints go. Nothing goes anywhere that the operator did not write down: the zero Publishing
// publishes nothing.
type Publishing struct {
	Every   time.Duration // how long at least between two checkpoints to one target; 10 minutes
	Late    time.Duration // after how long without taking one a target is told to the administrators; 24 hours
	Targets []Target
}

// Bounds of what a file of targets may say.
const (
	mostTargets       = 50
	leastEvery        = time.Minute
	longestTargetFile = 1 << 18
	leastSecret       = 16 // bytes
)

var targetName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// ReadPublishing reads the operator's file (TOML). Files that it names are looked for beside it. checkURL says what is wrong
// with an address, if anything is. Returns ledger.publishing with the line or the target that is wrong.
func ReadPublishing(file string, checkURL func(string) error) (Publishing, error) {
	bad := func(detail string) (Publishing, error) {
		return Publishing{}, fault.New(fault.Invalid, "ledger.publishing", "file", file, "detail", clipped(detail, 300))
	}
	text, err := readBounded(file, longestTargetFile)
	if err != nil {
		return bad(err.Error())
	}
	var raw struct {
		Every  string   `toml:"every"`
		Late   string   `toml:"late"`
		Target []Target `toml:"target"`
	}
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return bad(strict.String())
		}
		return bad(err.Error())
	}
	p := Publishing{Every: 10 * time.Minute, Late: 24 * time.Hour, Targets: raw.Target}
	for _, d := range []struct {
		name, text string
		into       *time.Duration
	}{{"every", raw.Every, &p.Every}, {"late", raw.Late, &p.Late}} {
		if d.text == "" {
			continue
		}
		if *d.into, err = time.ParseDuration(d.text); err != nil || *d.into < leastEvery {
			return bad(fmt.Sprintf("%s = %q: write a time of at least 1m, as 10m or 24h", d.name, d.text))
		}
	}
	if len(p.Targets) > mostTargets {
		return bad(fmt.Sprintf("%d targets, at most %d", len(p.Targets), mostTargets))
	}
	seen := map[string]bool{}
	for i := range p.Targets {
		t := &p.Targets[i]
		if !targetName.MatchString(t.Name) || seen[t.Name] {
			return bad(fmt.Sprintf("target %d: name %q: small letters, digits, - _ and . and no two alike", i+1, t.Name))
		}
		seen[t.Name] = true
		if err := t.complete(filepath.Dir(file), checkURL); err != nil {
			return bad("target " + t.Name + ": " + err.Error())
		}
	}
	return p, nil
}

func readBounded(file string, most int64) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s is no file of at most %d bytes", file, most)
	}
	return os.ReadFile(file)
}

// complete checks a target and reads the files that it names.
func (t *Target) complete(beside string, checkURL func(string) error) error {
	at := func(file string) string {
		if filepath.IsAbs(file) {
			return file
		}
		return filepath.Join(beside, file)
	}
	given := map[string]bool{"folder": t.Folder != "", "url": t.URL != "", "secret_file": t.Secret != "", "key": t.Key != "", "certificates": t.Certificates != ""}
	needs := map[string][]string{ToFolder: {"folder"}, ToWebhook: {"url", "secret_file"}, ToWitness: {"url", "key"}, ToTimestamp: {"url", "certificates"}}[t.Kind]
	if needs == nil {
		return fmt.Errorf("kind %q: one of folder, webhook, witness, timestamp", t.Kind)
	}
	for _, name := range needs {
		if !given[name] {
			return fmt.Errorf("%s is missing", name)
		}
		delete(given, name)
	}
	for _, name := range []string{"folder", "url", "secret_file", "key", "certificates"} {
		if given[name] {
			return fmt.Errorf("%s is nothing of a %s", name, t.Kind)
		}
	}
	if t.URL != "" {
		if err := checkURL(t.URL); err != nil {
			return fmt.Errorf("url %q: %w", t.URL, err)
		}
	}
	switch t.Kind {
	case ToFolder:
		t.Folder = at(t.Folder)
	case ToWebhook:
		text, err := readBounded(at(t.Secret), 1<<12)
		if err != nil {
			return err
		}
		if t.secret = strings.TrimSpace(string(text)); len(t.secret) < leastSecret {
			return fmt.Errorf("secret_file: a secret has at least %d bytes", leastSecret)
		}
	case ToWitness:
		var err error
		if t.cosigner, err = ParseCosigner(t.Key); err != nil {
			return fmt.Errorf("key: %w", err)
		}
	case ToTimestamp:
		var err error
		if t.roots, err = ReadRoots(at(t.Certificates)); err != nil {
			return err
		}
	}
	return nil
}

// ReadRoots reads a PEM file of certificates that are trusted.
func ReadRoots(file string) (*x509.CertPool, error) {
	text, err := readBounded(file, 1<<20)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate (PEM)", file)
	}
	return roots, nil
}
