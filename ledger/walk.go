package ledger

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

// compactRange is the right edge of a tree: enough to grow it and to know its root.
type compactRange struct {
	size  int64
	edges []tlog.Hash // roots of the full subtrees, the largest first
	tile  tlog.Hash   // root of the last full tile of leaves
}

func (r *compactRange) add(leaf tlog.Hash) {
	r.edges = append(r.edges, leaf)
	height := 0
	for n := r.size; n&1 == 1; n >>= 1 {
		k := len(r.edges)
		r.edges = append(r.edges[:k-2], tlog.NodeHash(r.edges[k-2], r.edges[k-1]))
		if height++; height == tileHeight {
			r.tile = r.edges[k-2]
		}
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
	return compactRange{size: r.size, edges: append([]tlog.Hash(nil), r.edges...), tile: r.tile}
}

// seen is an entry as it was read.
type seen struct {
	hash tlog.Hash
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
	fromTiles   compactRange // while the trees are one, it is empty
	apart       bool         // the trees differ
	tile        []byte       // the lowest tile that holds the coming leaf
	tileOf      int64        // its number
	pages       []storedTile // the tiles that were read
	tiled       int64        // how many leaves the tiles cover
	unsettled   []Record
	since       Record // the first entry after the last checkpoint that fitted
	lost        bool   // a checkpoint fitted neither tree; later ones cannot
	checkpoints []kept // the next few
	attested    bool
	failed      error

	ahead, after int64 // how far was read: leaf, size of a checkpoint
}

// kept is a checkpoint as it lies in the database.
type kept struct {
	size       int64
	root, note string
	cosigned   int // cosignatures that are kept of it
}

func (c *check) walk(ctx context.Context, tx *store.Tx) (*walk, error) {
	w := &walk{c: c, ctx: ctx, tx: tx, ahead: math.MinInt64, after: math.MinInt64, tileOf: -1, since: Record{Leaf: Unsequenced}}
	err := tx.QueryRow(ctx, `SELECT coalesce(sum(width), 0) FROM ledger_tiles WHERE level = 0`).Scan(&w.tiled)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Table(ctx, "ledger_attestations"); err == nil {
		w.attested = true
	} else if !fault.Is(err, "store.no_table") { // an older version has none
		return nil, err
	}
	return w, nil
}

// page reads the entries that come next, in their order. It is called by one goroutine, which alone uses the transaction
// until it is done. The driver watches a context that can end at every row, so it is asked between the pages. In pages, because on PostgreSQL a transaction does one query at a time.
func (w *walk) page(ctx context.Context, table *store.Table) (*entryPage, error) {
	p := &entryPage{last: w.ahead, rows: make([]store.Row, 0, entriesAtOnce)}
	err := w.tx.Rows(context.WithoutCancel(ctx), table, `WHERE leaf > $1 ORDER BY leaf LIMIT $2`, []any{w.ahead, entriesAtOnce}, func(row store.Row) error {
		p.rows = append(p.rows, row.Clone())
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, row := range p.rows {
		text, ok := row.Field("leaf")
		if leaf, err := strconv.ParseInt(text, 10, 64); ok && err == nil {
			p.last = max(p.last, leaf)
		}
	}
	w.beside(ctx, p)
	return p, nil
}

// beside reads the lowest tiles and the checkpoints that belong to the entries of a page, of which the last is known.
func (w *walk) beside(ctx context.Context, p *entryPage) {
	from := max(w.ahead+1, 0)
	if p.last >= from {
		p.tiles, p.failed = readTiles(ctx, w.tx, 0, from>>tileHeight, min(p.last>>tileHeight-from>>tileHeight, 8*entriesAtOnce>>tileHeight)+1)
	}
	w.ahead = p.last
	var err error
	p.checkpoints, err = w.load(ctx, p.last+1, 3*entriesAtOnce)
	if p.failed == nil {
		p.failed = err
	}
}

// turn takes up the tiles and the checkpoints of a page.
func (w *walk) turn(p *entryPage) {
	w.pages, w.tileOf = p.tiles, -1
	w.checkpoints = append(w.checkpoints, p.checkpoints...)
	if w.failed == nil {
		w.failed = p.failed
	}
}

// rest reads what lies behind the last entry: tiles for those that are missing, checkpoints of sizes that there are not.
func (w *walk) rest() (err error) {
	w.tileOf = -1
	if w.pages, err = readTiles(w.ctx, w.tx, 0, w.next>>tileHeight, entriesAtOnce>>tileHeight); err != nil {
		return err
	}
	more, err := w.load(w.ctx, math.MaxInt64, 500)
	w.checkpoints = append(w.checkpoints, more...)
	return err
}

// load reads the checkpoints that come next, up to a size.
func (w *walk) load(ctx context.Context, upTo int64, most int) (out []kept, err error) {
	query := `SELECT size, root, note, 0 FROM ledger_checkpoints WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3`
	if w.attested {
		query = `SELECT size, root, note, (SELECT count(*) FROM ledger_attestations a WHERE a.size = c.size AND a.kind = 'cosignature')
			FROM ledger_checkpoints c WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3`
	}
	rows, err := w.tx.Query(ctx, query, w.after, upTo, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k kept
		if err := rows.Scan(&k.size, &k.root, &k.note, &k.cosigned); err != nil {
			return out, err
		}
		out = append(out, k)
		w.after = k.size
	}
	return out, rows.Err()
}

// add takes the next entry; nil stands for one that is missing.
func (w *walk) add(e *seen) {
	tiled, ok := w.tiledHash()
	hash := tiled
	if e != nil {
		hash = e.hash
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
	if hash != tiled && !w.apart {
		w.apart, w.fromTiles = true, w.fromEntries.clone()
	}
	w.fromEntries.add(hash)
	if w.apart {
		w.fromTiles.add(tiled)
	}
	w.next++
	if w.c.plain && w.next&(1<<tileHeight-1) == 0 {
		w.c.roots = append(w.c.roots, w.fromEntries.tile)
	}
	w.settle()
}

// tiledHash is the hash of the coming leaf as the tiles have it.
func (w *walk) tiledHash() (tlog.Hash, bool) {
	if n := w.next >> tileHeight; n != w.tileOf {
		w.tile, w.tileOf = nil, n
		for _, t := range w.pages {
			if t.n == n {
				w.tile = t.data
			}
		}
	}
	i := int(w.next & (1<<tileHeight - 1))
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
		w.together(w.fromEntries)
	case w.tilesRoot():
		w.blame()
		w.together(w.fromTiles)
	default:
		w.blame()
		f := finding(FoundRoot, w.since)
		f.Detail = fmt.Sprintf("leaves %d to %d", max(w.since.Leaf, 0), w.next-1)
		w.c.find(f)
		w.lost = true
	}
	w.unsettled, w.since = nil, Record{Leaf: Unsequenced}
}

// tilesRoot is the root of the tree of the tiles' hashes; while the trees are one, it is not asked for.
func (w *walk) tilesRoot() tlog.Hash {
	if !w.apart {
		return w.fromEntries.root()
	}
	return w.fromTiles.root()
}

// together goes on with one tree.
func (w *walk) together(t compactRange) {
	w.fromEntries, w.fromTiles, w.apart = t, compactRange{}, false
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
