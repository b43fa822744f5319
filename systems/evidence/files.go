package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"jiexu/fault"
)

// Files is a folder in which every file is kept once, named by the SHA-256 of its content.
// A file is in place under its name only when it is whole and on the disk.
type Files struct{ dir string }

// OpenFiles opens the folder, making it where it is absent, readable by its owner alone.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(filepath.Join(dir, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("media folder: %w", err)
	}
	f := &Files{dir: dir}
	return f, f.sweep()
}

// abandoned is the age from which on an upload is not under way any more: the server gives none an hour.
const abandoned = time.Hour

// sweep removes what interrupted uploads left behind, and nothing that another server on the same folder
// may be taking in at the moment.
func (f *Files) sweep() error {
	left, err := filepath.Glob(filepath.Join(f.dir, "incoming", "*"))
	if err != nil {
		return err
	}
	for _, p := range left {
		if info, err := os.Stat(p); err == nil && time.Since(info.ModTime()) > abandoned {
			os.Remove(p)
		}
	}
	return nil
}

// Put streams r into the folder, hashing as it goes. It returns evidence.too_large beyond limit
// bytes and evidence.empty for nothing, and leaves nothing behind then.
func (f *Files) Put(r io.Reader, limit int64) (sum string, size int64, err error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, "incoming"), "up-*")
	if err != nil {
		return "", 0, fmt.Errorf("take in a file: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return "", 0, fault.Wrap(err, fault.Invalid, "evidence.cut_off")
	case size > limit:
		return "", 0, fault.New(fault.TooLarge, "evidence.too_large", "mb", limit>>20)
	case size == 0:
		return "", 0, fault.New(fault.Invalid, "evidence.empty")
	}
	if err := tmp.Sync(); err != nil {
		return "", 0, fmt.Errorf("take in a file: %w", err)
	}
	sum = hex.EncodeToString(h.Sum(nil))
	path := f.path(sum)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", 0, err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return "", 0, fmt.Errorf("take in a file: %w", err)
	}
	return sum, size, syncDir(filepath.Dir(path))
}

// Open opens the file of a hash. Returns evidence.missing when the folder has lost it.
func (f *Files) Open(sum string) (*os.File, error) {
	if !hash.MatchString(sum) {
		return nil, fault.New(fault.NotFound, "evidence.not_found")
	}
	file, err := os.Open(f.path(sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Gone, "evidence.missing", "sha256", sum)
	}
	return file, err
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *Files) path(sum string) string { return filepath.Join(f.dir, sum[:2], sum) }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
