package evidence

import (
	"context"
	"database/sql"
	"slices"

	"jiexu/store"
)

// previews compares the small versions with the rows that name them, as files on record are compared with theirs.
func (c *check) previews(ctx context.Context) error {
	type small struct {
		catalogued
		of string
	}
	var list []small
	if err := c.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil || !slices.Contains(tables, "evidence_previews") {
			return err
		}
		list, err = store.Collect(ctx, tx, func(r *sql.Rows) (p small, err error) { return p, r.Scan(&p.of, &p.name, &p.sum, &p.size) },
			`SELECT sha256, kind, file, size FROM evidence_previews WHERE file <> '' ORDER BY file, sha256, kind`)
		return err
	}); err != nil {
		return err
	}
	bytes := c.report.Bytes // of what is on record
	defer func() { c.report.Bytes = bytes }()
	looked := map[string]bool{}
	for _, p := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.known[p.sum] || looked[p.sum] {
			continue
		}
		looked[p.sum] = true
		found, err := c.file(ctx, p.catalogued)
		if err != nil {
			return err
		}
		for _, f := range found {
			if slices.Contains([]string{FoundMissing, FoundSize, FoundBytes, FoundSegment}, f.Code) {
				f.Code, f.Detail = FoundPreview, p.of
			}
			f.Name = p.name
			c.report.Findings = append(c.report.Findings, f)
		}
	}
	return nil
}
