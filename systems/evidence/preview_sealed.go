package evidence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

func init() {
	ledger.Seal("evidence_previews", "sha256", "kind")
	ledger.Exempt("evidence_previews_before", "small versions of the time when they were not sealed: shown to nobody until each was compared with its SHA-256 and has its entry, which empties the table")
}

// Kinds of entries about small versions. They are about a content, which may be on record more than once, and are no part of anybody's handling of it.
const (
	entryPreviewed   = "evidence.previewed"
	entryUnpreviewed = "evidence.preview_removed"
)

// contentSubject is what the entries of the small versions of a content are about.
func contentSubject(sum string) ledger.Ref { return ledger.Ref{Type: "content", ID: sum} }

// writePreviews puts small versions on record; one that there is already stays.
func (s *Service) writePreviews(ctx context.Context, tx *store.Tx, sum string, made map[string]preview) error {
	var rows []ledger.Row
	var said []map[string]any
	for _, kind := range slices.Sorted(maps.Keys(made)) {
		p := made[kind]
		n, err := tx.Exec(ctx, `INSERT INTO evidence_previews (sha256, kind, file, type, size, at) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (sha256, kind) DO NOTHING`,
			sum, kind, p.file, p.mime, p.size, store.At(s.now()))
		if err != nil {
			return fmt.Errorf("note a preview: %w", err)
		}
		if n > 0 {
			rows = append(rows, ledger.Row{Table: "evidence_previews", Key: ledger.Key(sum, kind)})
			said = append(said, map[string]any{"kind": kind, "sha256": p.file, "size": p.size, "type": p.mime})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryPreviewed, Subject: contentSubject(sum), Actor: program.Person, At: s.now(), Body: map[string]any{"of": sum, "small": said}, Rows: rows})
	return err
}

// forgetPreviews takes small versions off the record and returns their files. where is a condition on the content $1 that is asked with it.
func (s *Service) forgetPreviews(ctx context.Context, tx *store.Tx, sum, where string) (files []string, err error) {
	type one struct{ kind, file string }
	gone, err := store.Collect(ctx, tx, func(r *sql.Rows) (o one, err error) { return o, r.Scan(&o.kind, &o.file) }, `DELETE FROM evidence_previews WHERE sha256 = $1`+where+` RETURNING kind, file`, sum)
	if err != nil {
		return nil, err
	}
	var rows []ledger.Row
	for _, o := range gone {
		files, rows = append(files, o.file), append(rows, ledger.Row{Table: "evidence_previews", Key: ledger.Key(sum, o.kind)})
	}
	if len(rows) > 0 {
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryUnpreviewed, Subject: contentSubject(sum), Actor: program.Person, At: s.now(), Body: map[string]any{"of": sum}, Rows: rows}); err != nil {
			return nil, err
		}
	}
	before, err := store.Collect(ctx, tx, func(r *sql.Rows) (file string, err error) { return file, r.Scan(&file) }, `DELETE FROM evidence_previews_before WHERE sha256 = $1`+where+` RETURNING file`, sum)
	return append(files, before...), err
}

// SealPreviews puts on record the small versions of the time when they were not sealed: each whose file has its SHA-256. Others are forgotten, and made anew. What lies
// in a store that does not answer waits until the next time. It may be called again at any time.
func (s *Service) SealPreviews(ctx context.Context) error {
	for after := ""; ; {
		var sums []string
		if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			sums, err = store.Collect(ctx, tx, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) }, `SELECT DISTINCT sha256 FROM evidence_previews_before WHERE sha256 > $1 ORDER BY sha256 LIMIT 200`, after)
			return err
		}); err != nil || len(sums) == 0 {
			return err
		}
		for _, sum := range sums {
			if err := s.sealPreviewsOf(ctx, sum); err != nil {
				return fmt.Errorf("small versions of %s: %w", sum, err)
			}
			after = sum
		}
	}
}

func (s *Service) sealPreviewsOf(ctx context.Context, sum string) error {
	var before map[string]preview
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		before, err = previewsBefore(ctx, tx, sum)
		return err
	}); err != nil {
		return err
	}
	good := true
	for _, p := range before {
		if p.file == "" {
			continue
		}
		whole, err := s.isWhole(ctx, p)
		switch {
		case fault.KindOf(err) == fault.Unavailable && err != nil:
			return nil
		case err != nil:
			return err
		}
		good = good && whole
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := previewsBefore(ctx, tx, sum)
		if err != nil || !maps.Equal(now, before) { // somebody else was quicker
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM evidence_previews_before WHERE sha256 = $1`, sum); err != nil || !good {
			return err
		}
		return s.writePreviews(ctx, tx, sum, before)
	})
}

// isWhole reports whether the file of a small version is there, as long as it was, with its SHA-256.
func (s *Service) isWhole(ctx context.Context, p preview) (bool, error) {
	file, err := s.files.Open(p.file)
	if err == nil {
		defer file.Close()
		if file.Size() != p.size {
			return false, nil
		}
		err = sameSum(ctx, file, p.file)
	}
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.Is(err, blob.ErrDamaged), fault.KindOf(err) == fault.Gone, fault.KindOf(err) == fault.NotFound:
		return false, nil
	}
	return false, err
}

func previewsBefore(ctx context.Context, tx *store.Tx, sum string) (map[string]preview, error) {
	out := map[string]preview{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var kind string
		var p preview
		err = r.Scan(&kind, &p.file, &p.mime, &p.size)
		out[kind] = p
		return
	}, `SELECT kind, file, type, size FROM evidence_previews_before WHERE sha256 = $1`, sum)
	return out, err
}
