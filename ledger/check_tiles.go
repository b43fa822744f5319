package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/store"
)

// tiles checks the tiles above the lowest: each hash is the root of the full tile below it. The
// lowest were compared with the entries.
func (c *check) tiles(ctx context.Context, tx *store.Tx) error {
	for level := 0; level < 8; level++ {
		want := c.report.Entries >> (tileHeight * level)
		if err := c.level(ctx, tx, level, want); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) level(ctx context.Context, tx *store.Tx, level int, hashes int64) error {
	next := int64(0)
	for page := int64(50); page == 50; {
		read := readTiles
		if level == 0 {
			read = readTileWidths // what is in them was compared with the entries
		}
		tiles, err := read(ctx, tx, level, next, page)
		if err != nil {
			return err
		}
		page = int64(len(tiles))
		for _, t := range tiles {
			want := min(hashes-t.n<<tileHeight, 1<<tileHeight)
			if t.n != next || want < 1 || t.width != want || t.bytes != want*tlog.HashSize {
				c.find(Finding{Code: FoundTile, Detail: fmt.Sprintf("tile %d/%d: width %d, want %d", level, t.n, t.width, max(want, 0))})
			} else if level > 0 {
				if err := c.above(ctx, tx, level, t); err != nil {
					return err
				}
			}
			next = t.n + 1
		}
	}
	if full := (hashes + 1<<tileHeight - 1) >> tileHeight; next < full {
		c.find(Finding{Code: FoundTile, Detail: fmt.Sprintf("level %d ends at tile %d, want %d", level, next, full)})
	}
	return nil
}

// above compares a tile with the full tiles below it: each of its hashes is the root of one.
func (c *check) above(ctx context.Context, tx *store.Tx, level int, t storedTile) error {
	if from := t.n << tileHeight; c.plain && level == 1 {
		for i := range t.width {
			if have := tlog.Hash(t.data[i*tlog.HashSize:][:tlog.HashSize]); from+i >= int64(len(c.roots)) || have != c.roots[from+i] {
				return errOdd
			}
		}
		return nil
	}
	below, err := readTiles(ctx, tx, level-1, t.n<<tileHeight, t.width)
	if err != nil {
		return err
	}
	for i := range t.width {
		have := tlog.Hash(t.data[i*tlog.HashSize:][:tlog.HashSize])
		var root compactRange
		if i < int64(len(below)) && below[i].n == t.n<<tileHeight+i {
			for d := below[i].data; len(d) >= tlog.HashSize; d = d[tlog.HashSize:] {
				root.add(tlog.Hash(d[:tlog.HashSize]))
			}
		}
		if root.root() != have {
			c.find(Finding{Code: FoundTile, Detail: fmt.Sprintf("tile %d/%d: hash %d is %s, the tile below says %s", level, t.n, i, have, root.root())})
		}
	}
	return nil
}

// storedTile is a row of ledger_tiles.
type storedTile struct {
	n, width, bytes int64
	data            []byte
}

// readTileWidths is readTiles without what is in them.
func readTileWidths(ctx context.Context, tx *store.Tx, level int, from, most int64) ([]storedTile, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (t storedTile, err error) {
		err = r.Scan(&t.n, &t.width, &t.bytes)
		return t, err
	}, `SELECT n, width, length(data) FROM ledger_tiles WHERE level = $1 AND n >= $2 ORDER BY n LIMIT $3`, level, from, most)
}

func readTiles(ctx context.Context, tx *store.Tx, level int, from, most int64) ([]storedTile, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (t storedTile, err error) {
		err = r.Scan(&t.n, &t.width, &t.data)
		t.bytes = int64(len(t.data))
		return t, err
	}, `SELECT n, width, data FROM ledger_tiles WHERE level = $1 AND n >= $2 ORDER BY n LIMIT $3`, level, from, most)
}
