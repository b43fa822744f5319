package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

// compactRange is the right edge of a tree: enough to grow it and to know its root.
type compactRange struct {
	size  int64
	edges []tlog.Hash // roots of the full subtrees, the largest first
}

func (r *compactRange) add(leaf tlog.Hash) {
	r.edges = append(r.edges, leaf)
	for n := r.size; n&1 == 1; n >>= 1 {
		k := len(r.edges)
		r.edges = append(r.edges[:k-2], tlog.NodeHash(r.edges[k-2], r.edges[k-1]))
	}
	r.size++
}

func (r *compactRange) root() tlog.Hash {
	if r.size == 0 {
		return tlog.Hash{}
	}
	root := r.edges[len(r.edges)-1]
	for i := len(r.edges) - 2; i >= 0; i-- {
		root = tlog.NodeHash(r.edges[i], root)
	}
	return root
}

func (r *compactRange) clone() compactRange {
	return compactRange{size: r.size, edges: append([]tlog.Hash(nil), r.edges...)}
}

// seen is an entry as it was read.
type seen struct {
	data []byte
	rec  Record
}

// walk goes along the entries and grows two trees: one of the entries as they are, one of the hashes
// that the tiles hold. Each checkpoint then says which of the two is what was signed, and so where
// they differ whether the entry was changed or the tile.
type walk struct {
	c           *check
	ctx         context.Context
	tx          *store.Tx
	next        int64 // the leaf that comes
	fromEntries compactRange
	fromTiles   compactRange
	tile        []byte // the lowest tile that holds the coming leaf
	tiled       int64  // how many leaves the tiles cover
	unsettled   []Record
	since       Record // the first entry after the last checkpoint that fitted
	lost        bool   // a checkpoint fitted neither tree; later ones cannot
	checkpoints []kept // the next few
	after       int64  // size of the last of them
	attested    bool
	failed      error
}

// kept is a checkpoint as it lies in the database.
type kept struct {
	size       int64
	root, note string
	cosigned   int // cosignatures that are kept of it
}

func (c *check) walk(ctx context.Context, tx *store.Tx) (*walk, error) {
	w := &walk{c: c, ctx: ctx, tx: tx, after: -1, since: Record{Leaf: Unsequenced}}
	err := tx.QueryRow(ctx, `SELECT coalesce(sum(width), 0) FROM ledger_tiles WHERE level = 0`).Scan(&w.tiled)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Table(ctx, "ledger_attestations"); err == nil {
		w.attested = true
	} else if !fault.Is(err, "store.no_table") { // an older version has none
		return nil, err
	}
	return w, w.load()
}

// load reads the checkpoints that come next.
func (w *walk) load() error {
	query := `SELECT size, root, note, 0 FROM ledger_checkpoints WHERE size > $1 ORDER BY size LIMIT 500`
	if w.attested {
		query = `SELECT size, root, note, (SELECT count(*) FROM ledger_attestations a WHERE a.size = c.size AND a.kind = 'cosignature') FROM ledger_checkpoints c WHERE size > $1 ORDER BY size LIMIT 500`
	}
	rows, err := w.tx.Query(w.ctx, query, w.after)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k kept
		if err := rows.Scan(&k.size, &k.root, &k.note, &k.cosigned); err != nil {
			return err
		}
		w.checkpoints = append(w.checkpoints, k)
		w.after = k.size
	}
	return rows.Err()
}

// add takes the next entry; nil stands for one that is missing.
func (w *walk) add(e *seen) {
	tiled, ok := w.tiledHash()
	hash := tiled
	if e != nil {
		hash = tlog.RecordHash(e.data)
		e.rec.Leaf = w.next
		if w.since.Leaf == Unsequenced {
			w.since = e.rec
		}
		if !ok || hash != tiled {
			w.unsettled = append(w.unsettled, e.rec)
		}
	}
	if !ok {
		tiled = hash
	}
	w.fromEntries.add(hash)
	w.fromTiles.add(tiled)
	w.next++
	w.settle()
}

// tiledHash is the hash of the coming leaf as the tiles have it.
func (w *walk) tiledHash() (tlog.Hash, bool) {
	i := int(w.next & (1<<tileHeight - 1))
	if i == 0 || w.tile == nil {
		w.tile = []byte{}
		err := w.tx.QueryRow(w.ctx, `SELECT data FROM ledger_tiles WHERE level = 0 AND n = $1`, w.next>>tileHeight).Scan(&w.tile)
		if err != nil && !errors.Is(err, sql.ErrNoRows) && w.failed == nil {
			w.failed = fmt.Errorf("tile 0/%d: %w", w.next>>tileHeight, err)
		}
	}
	if len(w.tile) < (i+1)*tlog.HashSize {
		return tlog.Hash{}, false
	}
	return tlog.Hash(w.tile[i*tlog.HashSize : (i+1)*tlog.HashSize]), true
}

// settle compares the trees with the checkpoints of this size.
func (w *walk) settle() {
	for len(w.checkpoints) > 0 && w.checkpoints[0].size <= w.next {
		k := w.checkpoints[0]
		w.checkpoints = w.checkpoints[1:]
		if len(w.checkpoints) == 0 {
			if err := w.load(); err != nil && w.failed == nil {
				w.failed = err
			}
		}
		w.c.report.Checkpoints++
		head, err := OpenCheckpoint([]byte(k.note), w.c.opts.Verifier)
		if err == nil {
			err = exactNote(k.note, 1+k.cosigned)
		}
		if err != nil {
			w.c.find(Finding{Code: FoundSignature, Detail: fmt.Sprintf("checkpoint of size %d: %v", k.size, err)})
			continue
		}
		if head.Size != k.size || head.Root.String() != k.root {
			w.c.find(Finding{Code: FoundSignature, Detail: fmt.Sprintf("checkpoint of size %d is signed for size %d and root %s", k.size, head.Size, head.Root)})
			if head.Size != k.size {
				continue
			}
		}
		w.compare(head)
	}
}

func (w *walk) compare(head TreeHead) {
	if w.lost || head.Size != w.next {
		return
	}
	switch head.Root {
	case w.fromEntries.root():
		for _, rec := range w.unsettled {
			f := finding(FoundTile, rec)
			f.Detail = "the entry is as signed, its hash in the tile is not"
			w.c.find(f)
		}
		w.fromTiles = w.fromEntries.clone()
	case w.fromTiles.root():
		w.blame()
		w.fromEntries = w.fromTiles.clone()
	default:
		w.blame()
		f := finding(FoundRoot, w.since)
		f.Detail = fmt.Sprintf("leaves %d to %d", max(w.since.Leaf, 0), w.next-1)
		w.c.find(f)
		w.lost = true
	}
	w.unsettled, w.since = nil, Record{Leaf: Unsequenced}
}

// blame names the entries that differ from the hashes in the tree.
func (w *walk) blame() {
	for _, rec := range w.unsettled {
		w.c.find(finding(FoundEntry, rec))
	}
	w.unsettled = nil
}

// end settles what no checkpoint did.
func (w *walk) end() {
	w.blame()
	for len(w.checkpoints) > 0 {
		w.c.find(Finding{Code: FoundTree, Detail: fmt.Sprintf("a checkpoint of size %d, but %d entries", w.checkpoints[0].size, w.next)})
		w.checkpoints = w.checkpoints[1:]
	}
	if w.since.Leaf != Unsequenced && !w.lost {
		f := finding(FoundRoot, w.since)
		f.Detail = "no checkpoint was signed since"
		w.c.find(f)
	}
}
