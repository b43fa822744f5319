package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// Files is where every file is kept once, named by the SHA-256 of its content. It comes in through a folder, where it is in place under its name only when
// it is whole and on the disk; there it stays, or it is carried on to where the office keeps its files (With).
type Files struct {
	dir string
	Places
}

func (f *Files) folder() blob.Folder { return blob.Folder{Dir: f.dir} }

// OpenFiles opens the folder, making it where it is absent, readable by its owner alone.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(filepath.Join(dir, blob.Incoming), 0o700); err != nil {
		return nil, fmt.Errorf("media folder: %w", err)
	}
	return &Files{dir: dir, Places: Places{Now: time.Now}}, nil
}

// ReadFiles is a folder that is only looked at.
func ReadFiles(dir string) *Files { return &Files{dir: dir, Places: Places{Now: time.Now}} }

// The age from which on an upload is not under way any more (the server gives none an hour), and a copy is not read any more that was made for another program.
const (
	abandoned = time.Hour
	unread    = 24 * time.Hour
)

// Sweep removes what interrupted uploads and imports left behind, and nothing that another program on the same folder
// may be taking in at the moment. It may be called at any time.
func (f *Files) Sweep() error {
	left, err := os.ReadDir(filepath.Join(f.dir, blob.Incoming))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return onDisk(err)
	}
	var wrong []error
	for _, d := range left {
		info, err := d.Info()
		if err != nil || !f.leftBehind(d.Name(), info) {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, blob.Incoming, d.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			wrong = append(wrong, onDisk(err))
		}
	}
	return errors.Join(wrong...)
}

// leftBehind reports whether what lies among the incoming is of a program that was broken off. What has neither name has a row, which says until when it is kept.
func (f *Files) leftBehind(name string, info os.FileInfo) bool {
	most := abandoned
	switch {
	case strings.HasPrefix(name, lentPrefix):
		most = unread
	case !strings.HasPrefix(name, blob.Half):
		return false
	}
	return info.Mode().IsRegular() && f.Now().Sub(info.ModTime()) > most
}

// Put streams r into the folder, summing it up as it goes. It returns evidence.too_large beyond limit
// bytes and evidence.empty for nothing, and leaves nothing behind then.
func (f *Files) Put(r io.Reader, limit int64) (sum, sm3 string, size int64, err error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, blob.Incoming), blob.Half+"*")
	if err != nil {
		return "", "", 0, onDisk(err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	d := newDigests()
	l := newLine(tmp, 0, d, 0, nil)
	came := l.take(r, func(p []byte) error {
		size += int64(len(p))
		return tooLarge(size, limit)
	})
	if err := l.end(); err != nil {
		return "", "", 0, err
	}
	if err := tooLarge(size, limit); err != nil {
		return "", "", 0, err
	}
	switch {
	case came != io.EOF:
		return "", "", 0, fault.Wrap(came, fault.Invalid, "evidence.cut_off")
	case size == 0:
		return "", "", 0, fault.New(fault.Invalid, "evidence.empty")
	}
	if err := tmp.Sync(); err != nil {
		return "", "", 0, onDisk(err)
	}
	sum, sm3 = d.Sums()
	return sum, sm3, size, f.place(tmp.Name(), sum)
}

func tooLarge(size, limit int64) error {
	if size > limit {
		return fault.New(fault.TooLarge, "evidence.too_large", "mb", limit>>20)
	}
	return nil
}

// place moves a whole file that is on the disk to where its digest says.
func (f *Files) place(from, sum string) error {
	if err := f.folder().Place(from, plainName(sum)); err != nil {
		return onDisk(err)
	}
	return nil
}

// incoming is where an upload's bytes lie until it is whole.
func (f *Files) incoming(id string) string { return filepath.Join(f.dir, blob.Incoming, id) }

// adopt places a whole upload. One that was placed before and then broken off is in place already; where it is neither
// here nor there the folder has lost it, and it must be sent again: evidence.cut_off.
func (f *Files) adopt(id, sum string) error {
	err := f.place(f.incoming(id), sum)
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	there, err := f.has(context.Background(), sum)
	if err == nil && !there {
		err = fault.New(fault.Invalid, "evidence.cut_off")
	}
	return err
}

// has reports whether a file is in place anywhere.
func (f *Files) has(ctx context.Context, sum string) (bool, error) {
	if _, err := os.Stat(f.path(sum)); err == nil {
		return true, nil
	}
	list, err := f.copies(ctx, sum)
	return len(list) > 0, err
}

// Content is a file that is read from front to end, or in any order and from several sides at once; it is fetched and unsealed piece by piece as it is read.
type Content = blob.Content

// Open opens the file of a hash, wherever it lies. Returns evidence.missing where every store has lost it, evidence.damaged, evidence.key_lost, and evidence.store_away,
// evidence.store_refused or evidence.store_unknown where the store cannot be asked. Reading returns the same.
func (f *Files) Open(sum string) (Content, error) {
	if !digest.MatchString(sum) {
		return nil, fault.New(fault.NotFound, "evidence.not_found")
	}
	o, err := f.find(context.Background(), sum)
	if err != nil {
		return nil, err
	}
	if file, ok := o.(blob.File); ok {
		return file, nil // plain in the folder
	}
	return blob.Read(&moving{f: f, sum: sum, size: o.Size(), of: o}), nil
}

// lentPrefix begins the names of files that were lent to other programs.
const lentPrefix = "lent-"

// Local gives the file of a hash as a path on this machine's disk, plain, for a program of its own (ffmpeg); release it when that has ended. It is only read. What lies
// elsewhere, or sealed, is copied; so the folder needs room for it.
// Returns what Open returns, and evidence.disk_full.
func (f *Files) Local(sum string) (path string, release func(), err error) {
	file, err := f.Open(sum)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	path = filepath.Join(f.dir, blob.Incoming, lentPrefix+store.NewID())
	release = func() { os.Remove(path) }
	if plain, ok := file.(blob.File); ok {
		// A name of its own stays when the file is carried elsewhere meanwhile; where the disk knows no second names, the first must do.
		if err := os.Link(plain.Name(), path); err != nil {
			return plain.Name(), func() {}, nil
		}
		return path, release, nil
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", nil, onDisk(err)
	}
	if _, err = io.Copy(out, file); fault.KindOf(err) == fault.Internal && err != nil {
		err = onDisk(err)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		release()
		return "", nil, err
	}
	return path, release, nil
}

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *Files) path(sum string) string { return f.folder().Path(plainName(sum)) }
