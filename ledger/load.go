package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/store"
)

// Load makes the entries of rows that are loaded in bulk (store.Bulk). They get their places in the tree at once, behind
// all that is there; End gives the tree that holds them. Nobody else writes the log meanwhile.
type Load struct {
	key     *SigningKey
	hashes  memoryHashes
	size    int64
	entries *store.BulkTable
	tiles   *store.BulkTable
	points  *store.BulkTable
}

// memoryHashes are all hashes of a tree, as tlog stores them.
type memoryHashes []tlog.Hash

// ReadHashes makes them a tlog.HashReader.
func (m memoryHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("ledger: hash %d of %d", index, len(m))
		}
		out[i] = m[index]
	}
	return out, nil
}

// NewLoad begins behind the entries that are there, all of which must be sequenced.
func NewLoad(ctx context.Context, db *store.DB, key *SigningKey) (*Load, error) {
	l := &Load{key: key}
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		if t.verifier != key.Verifier {
			return mismatch(key, t.verifier)
		}
		for _, b := range []struct {
			into    **store.BulkTable
			name    string
			columns []string
		}{
			{&l.entries, "ledger_entries", []string{"id", "at", "kind", "subject_type", "subject_id", "actor", "unit", "data", "leaf"}},
			{&l.tiles, "ledger_tiles", []string{"level", "n", "width", "data"}},
			{&l.points, "ledger_checkpoints", []string{"size", "root", "note"}},
		} {
			if *b.into, err = tx.BulkTable(ctx, b.name, b.columns...); err != nil {
				return err
			}
		}
		there, err := store.Collect(ctx, tx, func(r *sql.Rows) (data string, err error) { return data, r.Scan(&data) },
			`SELECT data FROM ledger_entries WHERE leaf IS NOT NULL ORDER BY leaf`)
		if err != nil {
			return err
		}
		for _, data := range there {
			if err := l.grow([]byte(data)); err != nil {
				return err
			}
		}
		if l.size != t.size {
			return fmt.Errorf("ledger: the tree has %d entries and the log %d", t.size, l.size)
		}
		return nil
	})
	return l, err
}

func (l *Load) grow(data []byte) error {
	hashes, err := tlog.StoredHashesForRecordHash(l.size, tlog.RecordHash(data), l.hashes)
	if err != nil {
		return fmt.Errorf("grow the tree: %w", err)
	}
	l.hashes = append(l.hashes, hashes...)
	l.size++
	return nil
}

// Size is how many entries the tree has with those that were made.
func (l *Load) Size() int64 { return l.size }

// Digest names a loaded row in an entry, with its digest.
func Digest(row store.Row) (RowDigest, error) {
	key, ok := sealedKey(row.Table.Name)
	if !ok {
		return RowDigest{}, fmt.Errorf("ledger: %s is not sealed", row.Table.Name)
	}
	return RowDigest{Table: row.Table.Name, Key: row.Key(key), SHA256: row.Digest()}, nil
}

// LoadData is an entry's canonical data; rows are those of its digests, and are put in order. e.ID must be set.
func LoadData(e Entry, rows []RowDigest) ([]byte, error) {
	body, err := Canonical(e.Body)
	if err != nil {
		return nil, fmt.Errorf("ledger: body of %s: %w", e.Kind, err)
	}
	slices.SortFunc(rows, func(a, b RowDigest) int { return compareRows(Row{a.Table, a.Key}, Row{b.Table, b.Key}) })
	// What leafData.encode writes, without the detour by way of reflection: millions are made. A test holds them together.
	data := make([]byte, 0, 400+len(body)+180*len(rows))
	text := func(name, value string) { data = store.AppendString(append(data, name...), value) }
	text(`{"actor":`, e.Actor)
	text(`,"at":`, store.At(e.At).Text())
	data = append(append(data, `,"body":`...), body...)
	text(`,"id":`, e.ID)
	text(`,"kind":`, e.Kind)
	data = append(data, `,"rows":[`...)
	for i, r := range rows {
		text([2]string{`{"key":`, `,{"key":`}[min(i, 1)], r.Key)
		text(`,"sha256":`, r.SHA256)
		text(`,"table":`, r.Table)
		data = append(data, '}')
	}
	text(`],"subject":{"id":`, e.Subject.ID)
	text(`,"type":`, e.Subject.Type)
	text(`},"unit":`, e.Unit)
	data = append(data, `,"v":1}`...)
	if len(data) > MaxData {
		return nil, fmt.Errorf("ledger: an entry of %d bytes", len(data))
	}
	return data, nil
}

// Entry gives the row of the next entry.
func (l *Load) Entry(e Entry, data []byte) (store.Row, error) {
	if err := l.grow(data); err != nil {
		return store.Row{}, err
	}
	return l.entries.Row(e.ID, store.At(e.At), e.Kind, e.Subject.Type, e.Subject.ID, e.Actor, e.Unit, string(data), l.size-1), nil
}

// End writes the tree, signs it and places the cursors of followers at its end, for what they derive was loaded too.
func (l *Load) End(ctx context.Context, b *store.Bulk, followers []string, now time.Time) error {
	var rows []store.Row
	for _, tile := range tlog.NewTiles(tileHeight, 0, l.size) {
		data, err := tlog.ReadTileData(tile, l.hashes)
		if err != nil {
			return fmt.Errorf("grow the tree: %w", err)
		}
		rows = append(rows, l.tiles.Row(tile.L, tile.N, tile.W, data))
	}
	root, err := tlog.TreeHash(l.size, l.hashes)
	if err != nil {
		return fmt.Errorf("grow the tree: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: checkpointText(l.key.Origin(), l.size, root)}, l.key.signer)
	if err != nil {
		return fmt.Errorf("sign the checkpoint: %w", err)
	}
	if err := errors.Join(b.Exec(ctx, `DELETE FROM ledger_tiles`), b.Fill(ctx, rows),
		b.Fill(ctx, []store.Row{l.points.Row(l.size, root.String(), string(signed))}),
		b.Exec(ctx, `UPDATE ledger_tree SET size = $1 WHERE name = 'log'`, l.size)); err != nil {
		return err
	}
	for _, name := range followers {
		if err := b.Exec(ctx, `INSERT INTO ledger_cursors (name, leaf, at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET leaf = excluded.leaf, at = excluded.at`, name, l.size, store.At(now)); err != nil {
			return err
		}
	}
	return nil
}
