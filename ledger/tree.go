package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/store"
)

// tileHeight is that of C2SP tlog-tiles: 256 hashes to a tile.
const tileHeight = 8

// tree is the row that says how far the tree has grown and who signs it.
type tree struct {
	size     int64
	verifier string
}

func readTree(ctx context.Context, tx *store.Tx) (tree, error) {
	var t tree
	err := tx.QueryRow(ctx, `SELECT size, verifier FROM ledger_tree WHERE name = 'log'`).Scan(&t.size, &t.verifier)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return tree{}, fmt.Errorf("read the tree: %w", err)
	}
	return t, nil
}

// tiles reads hashes of the tree from the tiles in the database, and from those that a batch has
// added and not yet written.
type tiles struct {
	ctx   context.Context
	tx    *store.Tx
	size  int64 // of the tree as it is in the database
	read  map[[2]int64][]byte
	added map[int64]tlog.Hash
}

func newTiles(ctx context.Context, tx *store.Tx, size int64) *tiles {
	return &tiles{ctx: ctx, tx: tx, size: size, read: map[[2]int64][]byte{}, added: map[int64]tlog.Hash{}}
}

// ReadHashes makes tiles a tlog.HashReader.
func (t *tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if h, ok := t.added[index]; ok {
			out[i] = h
			continue
		}
		tile := tlog.TileForIndex(tileHeight, index)
		data, err := t.tile(tile)
		if err != nil {
			return nil, err
		}
		if out[i], err = tlog.HashFromTile(tile, data, index); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tile returns the data of a tile, at least as wide as asked.
func (t *tiles) tile(want tlog.Tile) ([]byte, error) {
	key := [2]int64{int64(want.L), want.N}
	data, ok := t.read[key]
	if !ok {
		err := t.tx.QueryRow(t.ctx, `SELECT data FROM ledger_tiles WHERE level = $1 AND n = $2`, want.L, want.N).Scan(&data)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("read tile %d/%d: %w", want.L, want.N, err)
		}
		t.read[key] = data
	}
	if len(data) < want.W*tlog.HashSize {
		return nil, fmt.Errorf("tile %d/%d has %d hashes, %d are needed", want.L, want.N, len(data)/tlog.HashSize, want.W)
	}
	return data, nil
}

// grow adds the hashes of new entries and writes the tiles that they touch. It returns the root.
func (t *tiles) grow(leaves []tlog.Hash) (tlog.Hash, error) {
	for i, leaf := range leaves {
		n := t.size + int64(i)
		hashes, err := tlog.StoredHashesForRecordHash(n, leaf, t)
		if err != nil {
			return tlog.Hash{}, fmt.Errorf("grow the tree: %w", err)
		}
		at := tlog.StoredHashIndex(0, n)
		for j, h := range hashes {
			t.added[at+int64(j)] = h
		}
	}
	size := t.size + int64(len(leaves))
	for _, tile := range tlog.NewTiles(tileHeight, t.size, size) {
		data, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return tlog.Hash{}, fmt.Errorf("grow the tree: %w", err)
		}
		if _, err := t.tx.Exec(t.ctx, `INSERT INTO ledger_tiles (level, n, width, data) VALUES ($1, $2, $3, $4)
			ON CONFLICT (level, n) DO UPDATE SET width = excluded.width, data = excluded.data`, tile.L, tile.N, tile.W, data); err != nil {
			return tlog.Hash{}, fmt.Errorf("write tile %d/%d: %w", tile.L, tile.N, err)
		}
	}
	return tlog.TreeHash(size, t)
}
