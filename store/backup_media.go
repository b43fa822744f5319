package store

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"jiexu/fault"
)

// backupMedia writes the media files into the backup, or into the folder beside it.
func (m *Manifest) backupMedia(ctx context.Context, out *zip.Writer, files []MediaFile, beside string) error {
	slices.SortFunc(files, func(a, b MediaFile) int { return cmp.Compare(a.Path, b.Path) })
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return fmt.Errorf("%s is no path within a folder", f.Path)
		}
		put := func(ctx context.Context, in io.Reader) (ManifestFile, error) { return zipMedia(out, f, in) }
		if beside != "" {
			to := filepath.Join(beside, filepath.FromSlash(f.Path))
			if info, err := os.Stat(to); err == nil && info.Size() == f.Size {
				m.Media = append(m.Media, ManifestFile{Path: f.Path, Size: f.Size, SHA256: f.SHA256, Beside: true})
				continue
			}
			put = func(ctx context.Context, in io.Reader) (ManifestFile, error) { return putBeside(to, f, in) }
		}
		in, err := f.Open(ctx)
		if err != nil {
			if unobtainable(err) {
				m.Wrong = append(m.Wrong, f.Path)
				continue
			}
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		one, err := put(ctx, in)
		in.Close()
		switch {
		case err == nil && one.SHA256 == f.SHA256 && one.Size == f.Size:
			m.Media = append(m.Media, one)
		case err == nil || unobtainable(err):
			m.Wrong = append(m.Wrong, f.Path)
		default:
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}

// unobtainable says that a file cannot be had, today and tomorrow.
func unobtainable(err error) bool { return errors.Is(err, fs.ErrNotExist) || fault.KindOf(err) == fault.Gone }

// zipMedia puts a file into the backup without packing it: pictures and films are packed already.
func zipMedia(out *zip.Writer, f MediaFile, in io.Reader) (ManifestFile, error) {
	w, err := out.CreateHeader(&zip.FileHeader{Name: path.Join("media", f.Path), Method: zip.Store})
	if err != nil {
		return ManifestFile{}, err
	}
	d := newDigest(w)
	_, err = io.Copy(d, in)
	return ManifestFile{Path: f.Path, Size: d.n, SHA256: d.sum()}, err
}

// putBeside puts a file into the folder beside, under its name only when it is whole, right and on the disk.
func putBeside(to string, f MediaFile, in io.Reader) (m ManifestFile, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return m, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(to), ".media-*")
	if err != nil {
		return m, err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	d := newDigest(tmp)
	if _, err := io.Copy(d, in); err != nil {
		return m, err
	}
	m = ManifestFile{Path: f.Path, Size: d.n, SHA256: d.sum(), Beside: true}
	if m.SHA256 != f.SHA256 {
		return m, nil
	}
	return m, errors.Join(tmp.Sync(), tmp.Close(), os.Rename(tmp.Name(), to))
}
