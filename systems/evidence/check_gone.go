package evidence

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"jiexu/ledger"
	"jiexu/store"
)

// destroyedFile is a file that is no more.
type destroyedFile struct {
	catalogued
	leaving bool // its bytes are still to be taken away
	entry   int  // of the log, that destroyed it
}

func destroyedFiles(ctx context.Context, tx *store.Tx) ([]destroyedFile, error) {
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (d destroyedFile, err error) {
		err = r.Scan(&d.id, &d.name, &d.sum, &d.size, &d.leaving)
		return
	}, `SELECT g.media, m.name, g.sha256, g.size, EXISTS (SELECT 1 FROM evidence_removals x WHERE x.sha256 = g.sha256) FROM evidence_gone g JOIN evidence_media m ON m.id = g.media ORDER BY g.sha256, g.media`)
	if err != nil {
		return nil, err
	}
	for i := range list {
		entries, err := ledger.Subject(ctx, tx, mediaSubject(list[i].id))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Kind == entryDeleted {
				list[i].entry++
			}
		}
	}
	return list, nil
}

// gone looks at the files that were destroyed: that the log says so, and that nothing of them is left.
func (c *check) gone(ctx context.Context) error {
	if c.ungone {
		return nil
	}
	var list []destroyedFile
	if err := c.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = destroyedFiles(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	for _, d := range list {
		c.report.Destroyed++
		if d.entry == 0 {
			c.report.Findings = append(c.report.Findings, Finding{Code: FoundUnsaid, SHA256: d.sum, Media: d.id, Name: d.name, Size: d.size})
		}
		if c.known[d.sum] || c.waiting[d.sum] {
			continue // the same content is kept under another name
		}
		c.known[d.sum] = true
		if _, err := os.Stat(c.path(d.sum)); errors.Is(err, os.ErrNotExist) && len(c.copies[d.sum]) == 0 {
			continue
		}
		if d.leaving {
			c.report.Leaving++
		} else {
			c.report.Findings = append(c.report.Findings, Finding{Code: FoundLeft, SHA256: d.sum, Media: d.id, Name: d.name, Size: d.size})
		}
	}
	return nil
}
