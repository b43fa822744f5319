package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"jiexu/fault"
	"jiexu/store"
)

// BackupCmd writes a backup.
type BackupCmd struct {
	MediaReading
	File    string `arg:"" help:"File to write; it must not exist yet."`
	MediaTo string `help:"Put media into this folder and not into the file. Those that an earlier backup put there are not copied again." placeholder:"DIR"`
}

// Run writes the whole database and its media into one file. The server may run meanwhile.
func (c *BackupCmd) Run(env *Env) error {
	ctx := context.Background()
	if _, err := os.Lstat(c.File); err == nil {
		return fault.New(fault.Conflict, "backup.exists", "file", c.File)
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	files, err := c.files(env, db, false)
	if err != nil {
		return err
	}
	m, err := writeBackup(ctx, env, db, c.File, files.Backed, c.MediaTo)
	if err != nil {
		return err
	}
	say(env, "backup.made", map[string]any{"file": c.File, "rows": m.Rows(), "media": len(m.Media), "key": c.keyPath(db), "data": c.folder(db)})
	for _, path := range m.Wrong {
		say(env, "backup.wrong", map[string]any{"path": path})
	}
	if len(m.Wrong) > 0 {
		return findings
	}
	return nil
}

// writeBackup writes under another name first: a file of the name that was asked for is whole.
func writeBackup(ctx context.Context, env *Env, db *store.DB, name string, media store.Media, beside string) (m store.Manifest, err error) {
	out, err := os.CreateTemp(filepath.Dir(name), ".backup-*")
	if err != nil {
		return m, fault.Wrap(err, fault.Invalid, "backup.cannot_write", "file", name, "detail", err.Error())
	}
	defer os.Remove(out.Name())
	defer out.Close()
	if m, err = db.Backup(ctx, out, media, beside, env.Now()); err != nil {
		return m, err
	}
	if err := errors.Join(out.Sync(), out.Close(), os.Link(out.Name(), name)); err != nil {
		return m, fault.Wrap(err, fault.Invalid, "backup.cannot_write", "file", name, "detail", err.Error())
	}
	return m, nil
}

// RestoreCmd fills a new database from a backup.
type RestoreCmd struct {
	Reading
	File      string `arg:"" help:"File that jiexu backup wrote, from either engine."`
	MediaFrom string `help:"Folder into which jiexu backup --media-to put the media." placeholder:"DIR"`
}

// Run restores all of it or nothing.
func (c *RestoreCmd) Run(env *Env) error {
	ctx := context.Background()
	in, err := os.Open(c.File)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "backup.no_file", "file", c.File)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "verify.unreadable", "file", c.File)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "verify.unreadable", "file", c.File)
	}
	db, fresh, err := openNew(ctx, databaseURL(c.DB))
	if err != nil {
		return err
	}
	m, err := db.Restore(ctx, in, info.Size(), c.media(db), c.MediaFrom)
	if err := errors.Join(err, db.Close()); err != nil {
		if fresh {
			for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
				os.Remove(db.Path() + suffix)
			}
		}
		return err
	}
	say(env, "backup.restored", map[string]any{"rows": m.Rows(), "media": len(m.Media), "at": m.At, "key": c.keyPath(db), "data": c.folder(db)})
	return nil
}

// openNew opens a database, and tells whether this made its SQLite file.
func openNew(ctx context.Context, url string) (db *store.DB, fresh bool, err error) {
	if db, err = store.OpenReadOnly(ctx, url); fault.Is(err, "store.no_file") {
		fresh = true
	} else if err != nil {
		return nil, false, err
	} else if err := db.Close(); err != nil {
		return nil, false, err
	}
	db, err = store.Open(ctx, url)
	return db, fresh, err
}
