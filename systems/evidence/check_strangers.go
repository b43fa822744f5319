package evidence

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// strangers are the files that lie in a store and that nobody knows.
func (c *check) strangers(ctx context.Context) error {
	for _, s := range []blob.Store{c.folder(), c.S3} {
		if s == nil || c.away[s.ID()] {
			continue
		}
		err := s.Each(ctx, func(name string, size int64) error {
			base := name[strings.LastIndex(name, "/")+1:]
			sum, _, copied := strings.Cut(base, ".")
			switch {
			case !digest.MatchString(sum):
				if s.ID() == blob.FolderID {
					c.report.Findings = append(c.report.Findings, Finding{Code: FoundStray, Name: name, Size: size, Store: s.ID()})
					return nil
				}
			case name != sum[:2]+"/"+base: // not where one of ours would lie
			case !copied && s.ID() == blob.FolderID && (c.known[sum] || c.waiting[sum]):
				return nil
			case (c.known[sum] || c.waiting[sum]) && slices.ContainsFunc(c.copies[sum], func(d duplicate) bool { return d.name == name }):
				return nil
			}
			c.report.Findings = append(c.report.Findings, Finding{Code: FoundOrphan, SHA256: sum, Name: name, Size: size, Store: s.ID()})
			return nil
		})
		switch {
		case errors.Is(err, blob.ErrAway), errors.Is(err, blob.ErrRefused):
			c.report.Findings = append(c.report.Findings, Finding{Code: FoundAway, Store: s.ID()})
		case err != nil:
			return onDisk(err)
		}
	}
	return nil
}

// links are symbolic links and the like in the folder. What they lead to is not the record's: it can change, or be taken away, without anybody touching the folder.
func (c *check) links(ctx context.Context) error {
	found := func(name string, info fs.FileInfo) error {
		if info.Mode().IsRegular() {
			return nil
		}
		f := Finding{Code: FoundLink, Name: name, Store: blob.FolderID}
		if to, err := os.Readlink(filepath.Join(c.dir, filepath.FromSlash(name))); err == nil {
			f.Detail = to
		}
		c.report.Findings = append(c.report.Findings, f)
		return nil
	}
	if err := c.folder().EachOfAll(ctx, found); err != nil {
		return onDisk(err)
	}
	list, err := os.ReadDir(filepath.Join(c.dir, blob.Incoming))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return onDisk(err)
	}
	for _, d := range list {
		if info, err := d.Info(); err == nil {
			if err := found(blob.Incoming+"/"+d.Name(), info); err != nil {
				return err
			}
		}
	}
	return nil
}

// uploads are bytes of which no row says whose they are. What a program that was broken off left there is swept by the next one.
func (c *check) uploads(ctx context.Context) error {
	list, err := os.ReadDir(filepath.Join(c.dir, blob.Incoming))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return onDisk(err)
	}
	var ids []string
	if err := c.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT id FROM evidence_uploads`)
		return err
	}); err != nil {
		return err
	}
	for _, d := range list {
		name := d.Name()
		info, err := d.Info()
		if err != nil || !d.Type().IsRegular() || slices.Contains(ids, name) { // gone meanwhile; or a link, which was named
			continue
		}
		f := Finding{Code: FoundUpload, Name: name, Store: blob.FolderID, Size: info.Size()}
		if strings.HasPrefix(name, blob.Half) || strings.HasPrefix(name, lentPrefix) {
			if f.Code = FoundBroken; !c.leftBehind(name, info) {
				continue // under way
			}
		}
		c.report.Findings = append(c.report.Findings, f)
	}
	return nil
}
