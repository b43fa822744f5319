package evidence

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"slices"

	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// Backed lists the files that a backup holds: of each file on record or waiting for its report, of previews and of exports, one copy as it lies, so that what is sealed stays sealed. A restore puts all of them
// into the folder, under the names that they have here.
func (f *Files) Backed(ctx context.Context, tx *store.Tx) (out []store.MediaFile, err error) {
	tables, err := tx.Tables(ctx)
	if err != nil {
		return nil, err
	}
	which := `SELECT sha256, size FROM evidence_media`
	if slices.Contains(tables, "evidence_gone") { // what was destroyed is in no new backup
		which += ` m WHERE NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id)`
	}
	files, err := store.Collect(ctx, tx, func(r *sql.Rows) (c catalogued, err error) { return c, r.Scan(&c.sum, &c.size) }, which+` UNION SELECT sha256, size FROM evidence_staged`)
	if err != nil {
		return nil, err
	}
	if slices.Contains(tables, "evidence_previews") && slices.Contains(tables, "evidence_exports") {
		known := map[string]bool{}
		for _, one := range files {
			known[one.sum] = true
		}
		some := sources[1:]
		if !slices.Contains(tables, "evidence_previews_before") { // an older version has none
			some = sources[1:3]
		}
		for _, of := range some {
			for after := ""; ; {
				list, err := page(ctx, tx, of, after, f.Now())
				if err != nil {
					return nil, err
				}
				if len(list) == 0 {
					break
				}
				for _, one := range list {
					if !known[one.sum] {
						known[one.sum] = true
						files = append(files, one)
					}
				}
				after = list[len(list)-1].sum
			}
		}
	}
	sealed := map[string]duplicate{}
	if slices.Contains(tables, "evidence_blobs") {
		list, err := copiesWhere(ctx, tx, `state = 'there' AND sealed_by <> '' ORDER BY at, id`)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			sealed[c.sum] = c // the newest
		}
	}
	for _, one := range files {
		plain := store.MediaFile{Path: plainName(one.sum), Size: one.size, SHA256: one.sum, Open: func(context.Context) (io.ReadCloser, error) { return f.Open(one.sum) }}
		c, ok := sealed[one.sum]
		if !ok {
			out = append(out, plain)
			continue
		}
		out = append(out, store.MediaFile{Path: c.name, Size: c.stored(), SHA256: c.digest, Open: func(ctx context.Context) (io.ReadCloser, error) {
			o, err := f.folder().Open(ctx, c.name)
			if errors.Is(err, blob.ErrNone) && c.store != blob.FolderID {
				var s blob.Store
				if s, err = f.storeOf(c.store); err == nil {
					o, err = s.Open(ctx, c.name)
				}
			}
			if err != nil {
				return nil, faultOf(err, c.sum, c.store)
			}
			return blob.Read(o), nil
		}})
	}
	return out, nil
}
