package docking

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Disk is a folder on the disk, whose names are read in whichever encoding they are in. What a recorder's program wrote under Windows may come with names in GBK (GB 18030-2022), which this system keeps as
// they are: they are shown as what they say, and what they say opens them. It is safe for concurrent use.
func Disk(dir string) fs.FS { return &disk{dir: dir, odd: map[string]string{}} }

type disk struct {
	dir string

	mu  sync.Mutex
	odd map[string]string // where what is shown under a path lies below dir, where its own name is no UTF-8
}

func (d *disk) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return os.Open(d.real(name))
}

// ReadDir lists a folder. Of two that would be shown under one name the first keeps it.
func (d *disk) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	at := d.real(name)
	list, err := os.ReadDir(at)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range list {
		there[e.Name()] = true
		delete(d.odd, path.Join(name, e.Name())) // what had an odd name may have been renamed since
	}
	for i, e := range list {
		if utf8.ValidString(e.Name()) {
			continue
		}
		shown := inUTF8(e.Name())
		for there[shown] {
			shown = "~" + shown
		}
		there[shown] = true
		d.odd[path.Join(name, shown)] = filepath.Join(at, e.Name())
		list[i] = named{e, shown}
	}
	return list, nil
}

// real is where a path lies on the disk.
func (d *disk) real(name string) string {
	if name == "." {
		return d.dir
	}
	d.mu.Lock()
	at, odd := d.odd[name]
	d.mu.Unlock()
	if odd {
		return at
	}
	return filepath.Join(d.real(path.Dir(name)), path.Base(name))
}

// inUTF8 is what a name says in GB 18030; where it says nothing there, what of it can be shown.
func inUTF8(name string) string {
	text, err := simplifiedchinese.GB18030.NewDecoder().String(name) // puts U+FFFD where it cannot
	if err != nil || text == "" {
		text = "�"
	}
	// What is decoded must not lead elsewhere.
	return path.Base(path.Clean("/" + text))
}

// named is an entry of a folder under the name that is shown.
type named struct {
	fs.DirEntry
	name string
}

func (n named) Name() string { return n.name }
