package evidence

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// Kinds of entries of what an operator does to all files.
const (
	entryMoved   = "evidence.moved"
	entryEmptied = "evidence.emptied"
	entryRotated = "evidence.rotated"
)

// filesSubject is what these entries are about.
var filesSubject = ledger.Ref{Type: "media", ID: "all"}

// Moved is what a move, or an emptying, came to.
type Moved struct {
	To     string    `json:"to"`
	Sealed bool      `json:"sealed"`
	Files  int       `json:"files"`  // on record
	Before int       `json:"before"` // were there already
	Done   int       `json:"done"`
	Bytes  int64     `json:"bytes"` // of those that were done
	Wrong  []Finding `json:"wrong"` // could not be done, each with its reason
}

// sources are all files that are kept, some at a time behind a sum: those on record, previews of them, exports that can still be had, and previews that are not on record yet.
var sources = []source{
	{`SELECT sha256, min(size), min(id), min(name) FROM evidence_media m WHERE NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id) AND sha256 > $1 GROUP BY sha256 ORDER BY sha256 LIMIT 500`, false},
	{`SELECT file, min(size), '', min(kind) FROM evidence_previews WHERE file > $1 GROUP BY file ORDER BY file LIMIT 500`, false},
	{`SELECT file, min(size), '', min(id) FROM evidence_exports WHERE file > $1 AND at > $2 GROUP BY file ORDER BY file LIMIT 500`, true},
	{`SELECT file, min(size), '', min(kind) FROM evidence_previews_before WHERE file > $1 GROUP BY file ORDER BY file LIMIT 500`, false},
}

type source struct {
	query   string
	expires bool // what is older than exportFor is gone
}

func page(ctx context.Context, tx *store.Tx, of source, after string, now time.Time) ([]catalogued, error) {
	args := []any{after}
	if of.expires {
		args = append(args, store.At(now.Add(-exportFor)))
	}
	return store.Collect(ctx, tx, func(r *sql.Rows) (c catalogued, err error) { return c, r.Scan(&c.sum, &c.size, &c.id, &c.name) }, of.query, args...)
}

// eachFile tells of all files that are kept, each once, in the order of their sums within each source.
func (f *Files) eachFile(ctx context.Context, told func(c catalogued) error) error {
	for _, source := range sources {
		for after := ""; ; {
			var list []catalogued
			if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				list, err = page(ctx, tx, source, after, f.Now())
				return err
			}); err != nil {
				return err
			}
			if len(list) == 0 {
				break
			}
			for _, c := range list {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := told(c); err != nil {
					return err
				}
			}
			after = list[len(list)-1].sum
		}
	}
	return nil
}

// Move copies all files on record to a store, sealed or plain, and compares each there with its SHA-256. Nothing is taken away where they were: Empty does that. The server may run
// meanwhile. Broken off and called again it goes on where it was. A file that is lost or damaged is named, and the others go on; it returns what breaks the whole.
func (f *Files) Move(ctx context.Context, to string, seal bool, told func(Moved)) (out Moved, err error) {
	target := f.storeTo(to)
	if target == nil {
		return out, fault.New(fault.Invalid, "evidence.config_no_s3")
	}
	if _, err := f.clearComing(ctx); err != nil && !errors.Is(err, blob.ErrAway) {
		return out, err
	}
	out = Moved{To: target.ID(), Sealed: seal, Wrong: []Finding{}}
	err = f.eachFile(ctx, func(c catalogued) error {
		out.Files++
		there, err := f.bring(ctx, c.sum, target, seal, false)
		switch {
		case err == nil && there:
			out.Before++
		case err == nil:
			out.Done++
			out.Bytes += c.size
		case fault.KindOf(err) != fault.Gone:
			return err
		default:
			out.Wrong = append(out.Wrong, findingOf(c, err))
		}
		told(out)
		return nil
	})
	if err == nil && out.Done > 0 {
		err = f.enter(ctx, entryMoved, map[string]any{"to": out.To, "sealed": seal, "files": out.Done, "bytes": out.Bytes})
	}
	return out, err
}

// Empty takes away all copies but those in one store, sealed or plain, of files whose copy there has the right bytes; of others it takes nothing. A file whose copy is not there is named.
func (f *Files) Empty(ctx context.Context, keep string, sealed bool, told func(Moved)) (out Moved, err error) {
	target := f.storeTo(keep)
	if target == nil {
		return out, fault.New(fault.Invalid, "evidence.config_no_s3")
	}
	out = Moved{To: target.ID(), Sealed: sealed, Wrong: []Finding{}}
	err = f.eachFile(ctx, func(c catalogued) error {
		out.Files++
		there, _, err := f.isIn(ctx, c.sum, target, sealed, true) // read once more: what goes now cannot be had again
		if err != nil {
			return err
		}
		if !there {
			out.Wrong = append(out.Wrong, Finding{Code: FoundElsewhere, SHA256: c.sum, Media: c.id, Name: c.name, Size: c.size})
			told(out)
			return nil
		}
		taken, err := f.others(ctx, c.sum, target, sealed)
		if err != nil {
			return err
		}
		if taken {
			out.Done++
			out.Bytes += c.size
		} else {
			out.Before++
		}
		told(out)
		return nil
	})
	if err == nil && out.Done > 0 {
		err = f.enter(ctx, entryEmptied, map[string]any{"kept": out.To, "sealed": sealed, "files": out.Done, "bytes": out.Bytes})
	}
	return out, err
}

// others takes away all copies of a file but those in one store, sealed or plain.
func (f *Files) others(ctx context.Context, sum string, keep blob.Store, sealed bool) (taken bool, err error) {
	if keep.ID() != blob.FolderID || sealed {
		o, err := f.folder().Open(ctx, plainName(sum))
		if err == nil {
			taken = true
			err = errors.Join(o.Close(), f.folder().Remove(ctx, plainName(sum)))
		}
		if err != nil && !errors.Is(err, blob.ErrNone) {
			return taken, onDisk(err)
		}
	}
	list, err := f.copies(ctx, sum)
	if err != nil {
		return taken, err
	}
	for i := range list {
		if c := &list[i]; c.store != keep.ID() || c.sealed() != sealed {
			if err := f.giveUp(ctx, c); err != nil {
				return taken, faultOf(err, sum, c.store)
			}
			taken = true
		}
	}
	return taken, nil
}

// enter puts on record what an operator did to all files.
func (f *Files) enter(ctx context.Context, kind string, body map[string]any) error {
	return f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: kind, Subject: filesSubject, Actor: "operator", At: f.Now(), Body: body})
		return err
	})
}

func findingOf(c catalogued, err error) Finding {
	code := FoundMissing
	if fault.Is(err, "evidence.damaged") {
		code = FoundBytes
	}
	return Finding{Code: code, SHA256: c.sum, Media: c.id, Name: c.name, Size: c.size}
}

// Rotated is what a rotation of keys came to.
type Rotated struct {
	Key   string   `json:"key"`   // that is in use now
	Files int      `json:"files"` // whose data keys it wraps now
	Lost  int      `json:"lost"`  // under keys that are not in the key file
	Under []string `json:"under"` // those keys
	Anew  int      `json:"anew"`  // that were sealed anew
}

// Rewrap wraps the data keys of all sealed files with the key in use. No file is written, and the server may run meanwhile. What lies under a key that the key file does not hold
// stays, and is counted.
func (f *Files) Rewrap(ctx context.Context) (out Rotated, err error) {
	key, err := f.Keys.Current()
	if err != nil {
		return out, err
	}
	out = Rotated{Key: key.ID, Under: []string{}}
	lost := map[string]bool{}
	for after := ""; ; {
		var list []duplicate
		if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = copiesWhere(ctx, tx, `sealed_by <> '' AND sealed_by <> $1 AND id > $2 ORDER BY id LIMIT 500`, key.ID, after)
			return err
		}); err != nil {
			return out, err
		}
		if len(list) == 0 {
			break
		}
		if err := f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range list {
				old, err := f.Keys.Of(c.sealedBy)
				if errors.Is(err, blob.ErrNoKey) {
					lost[c.sealedBy] = true
					continue
				}
				if err != nil {
					return err
				}
				data, err := old.Unwrap(c.dataKey, c.sum)
				if err != nil {
					return faultOf(err, c.sum, c.store)
				}
				wrapped, err := key.Wrap(data, c.sum)
				if err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `UPDATE evidence_blobs SET sealed_by = $1, data_key = $2 WHERE id = $3 AND sealed_by = $4`, key.ID, wrapped, c.id, c.sealedBy); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return out, err
		}
		after = list[len(list)-1].id
	}
	if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(sum(CASE WHEN sealed_by = $1 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN sealed_by <> $1 THEN 1 ELSE 0 END), 0) FROM evidence_blobs WHERE sealed_by <> ''`, key.ID).
			Scan(&out.Files, &out.Lost)
	}); err != nil {
		return out, err
	}
	for id := range lost {
		out.Under = append(out.Under, id)
	}
	return out, f.enter(ctx, entryRotated, map[string]any{"key": key.ID, "files": out.Files, "lost": out.Lost})
}

// Reseal seals all files anew whose data keys were drawn under another key than the one in use: with new data keys, and its cipher. Each new copy is compared before the old one
// goes. Broken off and called again it goes on where it was.
func (f *Files) Reseal(ctx context.Context, told func(done int)) (done int, err error) {
	key, err := f.Keys.Current()
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		var list []duplicate
		if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = copiesWhere(ctx, tx, `drawn_by <> '' AND drawn_by <> $1 AND state = 'there' AND id > $2 ORDER BY id LIMIT 100`, key.ID, after)
			return err
		}); err != nil || len(list) == 0 {
			return done, err
		}
		for i := range list {
			c := &list[i]
			if err := ctx.Err(); err != nil {
				return done, err
			}
			s, err := f.storeOf(c.store)
			if err == nil {
				err = f.placeIn(ctx, c.sum, s, true)
			}
			if err == nil {
				err = faultOf(f.giveUp(ctx, c), c.sum, c.store)
			}
			if err != nil {
				return done, err
			}
			done++
			told(done)
		}
		after = list[len(list)-1].id
	}
}

// SealedBy counts the copies that each key seals.
func SealedBy(ctx context.Context, db *store.DB) (map[string]int, error) {
	out := map[string]int{}
	return out, db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT sealed_by, count(*) FROM evidence_blobs WHERE sealed_by <> '' GROUP BY sealed_by`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var n int
			if err := rows.Scan(&id, &n); err != nil {
				return err
			}
			out[id] = n
		}
		return rows.Err()
	})
}

// CountSealed counts all sealed copies.
func CountSealed(ctx context.Context, db *store.DB) (n int, err error) {
	by, err := SealedBy(ctx, db)
	for _, some := range by {
		n += some
	}
	return n, err
}
