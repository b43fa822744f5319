package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"jiexu/fault"
)

// mediaFiles are the media files that a restore has written.
type mediaFiles struct {
	root    *os.Root
	written []string
	made    []string // the folder and parents of it that were not there before, the innermost first
	inner   []string // the same of folders within it
}

// close ends the work on the folder; undo removes what was written.
func (m *mediaFiles) close(undo bool) error {
	if m.root == nil {
		return nil
	}
	var errs []error
	for _, name := range m.written {
		if undo {
			errs = append(errs, m.root.Remove(name))
		}
	}
	if undo {
		for _, folder := range m.inner {
			m.root.Remove(folder)
		}
	}
	errs = append(errs, m.root.Close())
	if undo {
		for _, folder := range m.made {
			os.Remove(folder) // unless somebody else has put something there meanwhile
		}
	}
	return errors.Join(errs...)
}

// make makes a folder and remembers which of its parents were not there.
func (m *mediaFiles) make(folder string) error {
	var made []string
	for at := filepath.Clean(folder); !exists(at); at = filepath.Dir(at) {
		made = append(made, at)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("restore media: %w", err)
	}
	m.made = made
	return nil
}

// makeIn makes a folder within the folder.
func (m *mediaFiles) makeIn(folder string) error {
	var made []string
	for at := folder; at != "."; at = filepath.Dir(at) {
		if _, err := m.root.Lstat(at); err != nil {
			made = append(made, at)
		}
	}
	if err := m.root.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("restore media: %w", err)
	}
	m.inner = append(made, m.inner...)
	return nil
}

// restoreMedia writes the media files; one that is there already and the same stays.
func (b *backupReader) restoreMedia(m Manifest, folder string) (*mediaFiles, error) {
	files := &mediaFiles{}
	if len(m.Media) == 0 {
		return files, nil
	}
	if folder == "" {
		return files, fault.New(fault.Invalid, "restore.no_media_folder", "files", len(m.Media))
	}
	if err := files.make(folder); err != nil {
		return files, err
	}
	var err error
	if files.root, err = os.OpenRoot(folder); err != nil { // no name leads out of it
		return files, fmt.Errorf("restore media: %w", err)
	}
	for _, f := range m.Media {
		name := filepath.FromSlash(f.Path)
		if err := files.makeIn(filepath.Dir(name)); err != nil {
			return files, err
		}
		fresh, err := b.restoreFile(files.root, name, f)
		if fresh {
			files.written = append(files.written, name)
		}
		if err != nil {
			return files, err
		}
	}
	return files, nil
}

// openMedia opens a media file of the backup, or beside it.
func (b *backupReader) openMedia(f ManifestFile) (io.ReadCloser, error) {
	if f.Beside {
		return os.OpenInRoot(b.beside, filepath.FromSlash(f.Path))
	}
	return b.files["media/"+f.Path].Open()
}

func (b *backupReader) restoreFile(root *os.Root, name string, f ManifestFile) (fresh bool, err error) {
	in, err := b.openMedia(f)
	if err != nil {
		return false, damaged("media " + clipName(f.Path))
	}
	defer in.Close()
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, sameFile(root, name, f)
	}
	if err != nil {
		return false, fmt.Errorf("restore media: %w", err)
	}
	d := newDigest(out)
	_, err = io.Copy(d, io.LimitReader(in, f.Size+1))
	if err == nil && (d.n != f.Size || d.sum() != f.SHA256) {
		err = damaged("media " + clipName(f.Path))
	} else if err != nil {
		err = fault.Wrap(err, fault.Invalid, "restore.damaged", "detail", "media "+clipName(f.Path))
	}
	return true, errors.Join(err, out.Sync(), out.Close())
}

func sameFile(root *os.Root, name string, f ManifestFile) error {
	in, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("restore media: %w", err)
	}
	defer in.Close()
	d := newDigest(io.Discard)
	if _, err := io.Copy(d, in); err != nil {
		return fmt.Errorf("restore media: %w", err)
	}
	if d.sum() != f.SHA256 {
		return fault.New(fault.Conflict, "restore.media_differs", "file", clipName(f.Path))
	}
	return nil
}
