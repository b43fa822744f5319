package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"jiexu/fault"
)

// OpenReadOnly opens a database to look at it: nothing is made, migrated or written. What another
// process has committed and SQLite still holds in its write-ahead log is seen. A file in a folder in
// which nothing can be written is read through a copy.
//
// Returns store.no_file for a file that there is not and store.not_database for one that is no
// SQLite database.
func OpenReadOnly(ctx context.Context, dbURL string) (*DB, error) {
	path, ok := strings.CutPrefix(dbURL, "sqlite:")
	if !ok {
		return Open(ctx, dbURL)
	}
	path = strings.TrimPrefix(path, "//")
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.NotFound, "store.no_file", "path", path)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "store.unreachable", "detail", err.Error())
	case info.IsDir():
		return nil, fault.New(fault.Invalid, "store.is_folder", "path", path)
	case !info.Mode().IsRegular():
		return nil, fault.New(fault.Invalid, "store.not_database", "path", path)
	}
	db, err := openFileReadOnly(ctx, path)
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return openCopy(ctx, path)
		case sqlite3.SQLITE_NOTADB:
			return nil, fault.Wrap(err, fault.Invalid, "store.not_database", "path", path)
		}
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	return db, nil
}

func openFileReadOnly(ctx context.Context, path string) (*DB, error) {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "query_only(ON)")
	q.Add("_pragma", "temp_store(MEMORY)")
	q.Set("mode", "ro")
	if !exists(path+"-wal") && !exists(path+"-shm") {
		q.Set("immutable", "1") // nobody has it open: no file need be made beside it
	}
	read, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	var n int
	if err := read.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&n); err != nil {
		var lite *sqlite.Error
		if !errors.As(err, &lite) || lite.Code()&0xff != sqlite3.SQLITE_CORRUPT { // a damaged one can be looked at
			read.Close()
			return nil, err
		}
	}
	return &DB{engine: SQLite, path: path, write: read, read: read}, nil
}

func openCopy(ctx context.Context, path string) (*DB, error) {
	dir, err := os.MkdirTemp("", "jiexu-read-")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	copied := filepath.Join(dir, filepath.Base(path))
	for _, suffix := range []string{"", "-wal"} {
		if err := copyFile(copied+suffix, path+suffix); err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			os.RemoveAll(dir)
			return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
		}
	}
	db, err := openFileReadOnly(ctx, copied)
	if err != nil {
		os.RemoveAll(dir)
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	db.path, db.remove = path, dir
	return db, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
