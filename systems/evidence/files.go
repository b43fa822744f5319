package evidence

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
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

// ReadFiles is a folder that is only looked at.
func ReadFiles(dir string) *Files { return &Files{dir: dir} }

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
		if !strings.HasPrefix(filepath.Base(p), "up-") {
			continue // has a row, which says until when it is kept
		}
		if info, err := os.Stat(p); err == nil && time.Since(info.ModTime()) > abandoned {
			os.Remove(p)
		}
	}
	return nil
}

// Put streams r into the folder, summing it up as it goes. It returns evidence.too_large beyond limit
// bytes and evidence.empty for nothing, and leaves nothing behind then.
func (f *Files) Put(r io.Reader, limit int64) (sum, sm3 string, size int64, err error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, "incoming"), "up-*")
	if err != nil {
		return "", "", 0, onDisk(err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	d := newDigests()
	size, err = io.Copy(io.MultiWriter(tmp, d), io.LimitReader(r, limit+1))
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "", "", 0, onDisk(err)
	case err != nil:
		return "", "", 0, fault.Wrap(err, fault.Invalid, "evidence.cut_off")
	case size > limit:
		return "", "", 0, fault.New(fault.TooLarge, "evidence.too_large", "mb", limit>>20)
	case size == 0:
		return "", "", 0, fault.New(fault.Invalid, "evidence.empty")
	}
	if err := tmp.Sync(); err != nil {
		return "", "", 0, onDisk(err)
	}
	sum, sm3 = d.Sums()
	return sum, sm3, size, f.place(tmp.Name(), sum)
}

// place moves a whole file that is on the disk to where its digest says.
func (f *Files) place(from, sum string) error {
	to := f.path(sum)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return onDisk(err)
	}
	if err := os.Rename(from, to); err != nil {
		return onDisk(err)
	}
	return syncDir(filepath.Dir(to))
}

// incoming is where an upload's bytes lie until it is whole.
func (f *Files) incoming(id string) string { return filepath.Join(f.dir, "incoming", id) }

// adopt places a whole upload. One that was placed before and then broken off is in place already; where it is neither
// here nor there the folder has lost it, and it must be sent again: evidence.cut_off.
func (f *Files) adopt(id, sum string) error {
	err := f.place(f.incoming(id), sum)
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(f.path(sum)); err != nil {
		return fault.Wrap(err, fault.Invalid, "evidence.cut_off")
	}
	return nil
}

// Open opens the file of a hash. Returns evidence.missing when the folder has lost it.
func (f *Files) Open(sum string) (*os.File, error) {
	if !digest.MatchString(sum) {
		return nil, fault.New(fault.NotFound, "evidence.not_found")
	}
	file, err := os.Open(f.path(sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Gone, "evidence.missing", "sha256", sum)
	}
	return file, err
}

// Local gives the file of a hash as a path on this machine's disk, for a program of its own (ffmpeg); release it when that has ended. It is only read.
// Returns what Open returns.
func (f *Files) Local(sum string) (path string, release func(), err error) {
	file, err := f.Open(sum)
	if err != nil {
		return "", nil, err
	}
	return file.Name(), func() {}, file.Close()
}

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *Files) path(sum string) string { return filepath.Join(f.dir, sum[:2], sum) }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
