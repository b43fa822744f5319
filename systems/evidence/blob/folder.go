package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Incoming is the folder within a folder store in which files lie that are on their way in.
const Incoming = "incoming"

// Half begins the names of files there that are being written.
const Half = "up-"

// Folder is a store on this machine's disk.
type Folder struct{ Dir string }

// FolderID is the name of every folder: a catalogue knows one.
const FolderID = "folder"

// ID names it.
func (f Folder) ID() string { return FolderID }

// Path is where a file of that name lies. A name that leads out of the folder is nobody's.
func (f Folder) Path(name string) string {
	name = filepath.FromSlash(name)
	if !filepath.IsLocal(name) {
		name = "no such name"
	}
	return filepath.Join(f.Dir, name)
}

// Put writes beside, puts it on the disk and moves it into place.
func (f Folder) Put(ctx context.Context, name string, size int64, r io.Reader) error {
	tmp, err := os.CreateTemp(filepath.Join(f.Dir, Incoming), Half+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	n, err := io.Copy(tmp, readerOf(ctx, r))
	switch {
	case err != nil:
		return err
	case n != size:
		return io.ErrUnexpectedEOF
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	return f.Place(tmp.Name(), name)
}

// Place moves a whole file that is on the disk into place.
func (f Folder) Place(from, name string) error {
	to := f.Path(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Open opens a file.
func (f Folder) Open(_ context.Context, name string) (Object, error) {
	file, err := os.Open(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return File{file, info.Size()}, nil
}

// File is an open file of a folder, of the length that it had when it was opened.
type File struct {
	*os.File
	size int64
}

// Size is its length in bytes.
func (f File) Size() int64 { return f.size }

// Remove removes a file.
func (f Folder) Remove(_ context.Context, name string) error {
	path := f.Path(name)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	return err
}

// Each walks the folder.
func (f Folder) Each(ctx context.Context, told func(name string, size int64) error) error {
	return f.EachOfAll(ctx, func(name string, info fs.FileInfo) error {
		if !info.Mode().IsRegular() {
			return nil
		}
		return told(name, info.Size())
	})
}

// EachOfAll walks the folder and tells of links and the like too, which no file of a store is. It follows none but that of the folder itself.
func (f Folder) EachOfAll(ctx context.Context, told func(name string, info fs.FileInfo) error) error {
	dir, err := filepath.EvalSymlinks(f.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // a file that went meanwhile
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && path == filepath.Join(dir, Incoming):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return told(filepath.ToSlash(name), info)
	})
}

// readerOf stops reading when ctx ends.
func readerOf(ctx context.Context, r io.Reader) io.Reader { return stoppable{ctx, r} }

type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
