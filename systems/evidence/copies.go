package evidence

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

func init() {
	ledger.Exempt("evidence_blobs", "where bytes lie is no fact of a matter, and moves; that they are the right ones shows the SHA-256 in the sealed row of evidence_media")
	ledger.Exempt("evidence_waiting", "what is still to be carried to where the office keeps its files; it lies safe in the folder meanwhile")
}

// States of a copy.
const (
	coming  = "coming"
	inPlace = "there"
)

// longestComing is how long the placing of one copy takes at most; what is older was broken off.
const longestComing = 24 * time.Hour

// duplicate is one copy of a file.
type duplicate struct {
	id, sum, store, name string
	size                 int64
	state                string
	sealedBy, drawnBy    string // keys; empty: it is plain
	dataKey              []byte
	digest               string // SHA-256 of the bytes as they lie there
	at                   store.Time
}

func (c *duplicate) sealed() bool { return c.sealedBy != "" }

// stored is how long it is where it lies, in bytes.
func (c *duplicate) stored() int64 {
	if c.sealed() {
		return blob.SealedSize(c.size)
	}
	return c.size
}

func plainName(sum string) string { return sum[:2] + "/" + sum }

const copyColumns = `id, sum, store, name, size, state, sealed_by, drawn_by, data_key, stored, at`

func copiesWhere(ctx context.Context, tx *store.Tx, where string, args ...any) ([]duplicate, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (c duplicate, err error) {
		return c, r.Scan(&c.id, &c.sum, &c.store, &c.name, &c.size, &c.state, &c.sealedBy, &c.drawnBy, &c.dataKey, &c.digest, &c.at)
	}, `SELECT `+copyColumns+` FROM evidence_blobs WHERE `+where, args...)
}

// copies are those of a file that are in place and have a row, those where new files go first, the newest first.
func (f *Files) copies(ctx context.Context, sum string) (list []duplicate, err error) {
	if f.DB == nil {
		return nil, nil
	}
	err = f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = copiesWhere(ctx, tx, `sum = $1 AND state = 'there' ORDER BY at DESC, id DESC`, sum)
		return err
	})
	first := f.target().ID()
	slices.SortStableFunc(list, func(a, b duplicate) int {
		switch {
		case a.store == b.store:
			return 0
		case a.store == first:
			return -1
		case b.store == first:
			return 1
		}
		return 0
	})
	return list, err
}

// openCopy opens one copy, unsealed. A restore brings all copies into the folder under the names that they had, so they are looked for there as well.
func (f *Files) openCopy(ctx context.Context, c *duplicate) (blob.Object, error) {
	o, err := f.folder().Open(ctx, c.name)
	if errors.Is(err, blob.ErrNone) && c.store != blob.FolderID {
		var s blob.Store
		if s, err = f.storeOf(c.store); err == nil {
			o, err = s.Open(ctx, c.name)
		}
	}
	if err != nil {
		return nil, err
	}
	if c.sealed() {
		var plain blob.Object
		if plain, err = f.unseal(c, o); err == nil {
			o = plain
		}
	}
	if err == nil && o.Size() != c.size {
		err = fmt.Errorf("%w: it has %d bytes, not %d", blob.ErrDamaged, o.Size(), c.size)
	}
	if err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return o, nil
}

func (f *Files) unseal(c *duplicate, o blob.Object) (blob.Object, error) {
	if f.Keys == nil {
		return nil, fmt.Errorf("%w: %s", blob.ErrNoKey, c.sealedBy)
	}
	key, err := f.Keys.Of(c.sealedBy)
	if err != nil {
		return nil, err
	}
	data, err := key.Unwrap(c.dataKey, c.sum)
	if err != nil {
		return nil, err
	}
	return blob.Unseal(data, c.sum, o)
}

// find opens the first copy that opens; where none does, it says what would help most: a store that is away comes back, a key may be found.
func (f *Files) find(ctx context.Context, sum string) (blob.Object, error) {
	for twice := false; ; twice = true {
		o, err := f.folder().Open(ctx, plainName(sum))
		if !errors.Is(err, blob.ErrNone) {
			return o, faultOf(err, sum, blob.FolderID)
		}
		list, err := f.copies(ctx, sum)
		if err != nil {
			return nil, err
		}
		worst, none := faultOf(blob.ErrNone, sum, ""), true
		for i := range list {
			o, err := f.openCopy(ctx, &list[i])
			if err == nil {
				return o, nil
			}
			if said := faultOf(err, sum, list[i].store); !errors.Is(err, blob.ErrNone) {
				if none || faultRank(said) > faultRank(worst) {
					worst = said
				}
				none = false
			}
		}
		if !none || twice {
			return nil, worst
		}
		// It may have been carried away between the two looks.
	}
}

// moving is an open file that goes on from another copy when the one that it was read from is taken away.
type moving struct {
	f    *Files
	sum  string
	size int64

	mu sync.Mutex
	of blob.Object
}

func (m *moving) Size() int64 { return m.size }

func (m *moving) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.of.Close()
}

func (m *moving) ReadAt(p []byte, off int64) (int, error) {
	m.mu.Lock()
	of := m.of
	m.mu.Unlock()
	n, err := of.ReadAt(p, off)
	if errors.Is(err, blob.ErrNone) {
		next, lost := m.f.find(context.Background(), m.sum)
		if lost != nil {
			return n, lost
		}
		m.mu.Lock()
		m.of.Close()
		m.of = next
		m.mu.Unlock()
		k, err := next.ReadAt(p[n:], off+int64(n))
		return n + k, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = faultOf(err, m.sum, "")
	}
	return n, err
}

// bring sees to it that a file has a copy in a store, sealed or plain. With whole, a copy that is there already is read and compared. It reports whether there was one. Copies of
// that store which it has lost or damaged do not count any more; their rows, and what a restore has brought of them, go when there is a new one.
func (f *Files) bring(ctx context.Context, sum string, to blob.Store, seal, whole bool) (before bool, err error) {
	before, dead, err := f.isIn(ctx, sum, to, seal, whole)
	if err != nil || before {
		return before, err
	}
	if err := f.placeIn(ctx, sum, to, seal); err != nil {
		return false, err
	}
	for i := range dead {
		if err := f.giveUp(ctx, &dead[i]); err != nil {
			return false, faultOf(err, sum, to.ID())
		}
	}
	return false, nil
}

// placeIn copies a file into a store, sealed or plain, reads it back there and compares it with its SHA-256; only then the copy counts. What breaks off
// leaves a row that says so, which clearComing removes with what it left.
func (f *Files) placeIn(ctx context.Context, sum string, to blob.Store, seal bool) (err error) {
	from, err := f.Open(sum)
	if err != nil {
		return err
	}
	defer from.Close()
	c := duplicate{id: store.NewID(), sum: sum, store: to.ID(), name: plainName(sum), size: from.Size(), state: coming, at: store.At(f.Now())}
	h := sha256.New()
	var bytes io.Reader = io.TeeReader(from, h)
	if seal {
		if bytes, err = f.sealInto(&c, bytes); err != nil {
			return err
		}
	}
	if err := f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO evidence_blobs (`+copyColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,'',$10)`,
			c.id, c.sum, c.store, c.name, c.size, c.state, c.sealedBy, c.drawnBy, c.dataKey, c.at)
		return err
	}); err != nil {
		return err
	}
	lies := sha256.New()
	err = to.Put(ctx, c.name, c.stored(), io.TeeReader(bytes, lies))
	if err == nil && hex.EncodeToString(h.Sum(nil)) != sum {
		err = fmt.Errorf("%w: what is copied has another SHA-256", blob.ErrDamaged)
	}
	if err == nil {
		err = f.right(ctx, &c)
	}
	if err == nil {
		err = f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if to.ID() == blob.FolderID && !seal { // what lies plain in the folder needs no row
				_, err := tx.Exec(ctx, `DELETE FROM evidence_blobs WHERE id = $1`, c.id)
				return err
			}
			n, err := tx.Exec(ctx, `UPDATE evidence_blobs SET state = 'there', stored = $1, at = $2 WHERE id = $3`, hex.EncodeToString(lies.Sum(nil)), store.At(f.Now()), c.id)
			if err == nil && n == 0 {
				err = fmt.Errorf("the copy of %s took longer than %s", sum, longestComing)
			}
			return err
		})
	}
	if err != nil {
		over, stop := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer stop()
		if left := f.giveUp(over, &c); left != nil && !errors.Is(left, blob.ErrAway) { // else it is swept later
			err = errors.Join(err, left)
		}
	}
	return faultOf(err, sum, c.store)
}

// sealInto draws a data key for a copy.
func (f *Files) sealInto(c *duplicate, plain io.Reader) (io.Reader, error) {
	if f.Keys == nil {
		return nil, blob.ErrNoKey
	}
	key, err := f.Keys.Current()
	if err != nil {
		return nil, err
	}
	data, err := blob.NewDataKey(key.Cipher)
	if err != nil {
		return nil, err
	}
	if c.dataKey, err = key.Wrap(data, c.sum); err != nil {
		return nil, err
	}
	var tail [6]byte
	if _, err := rand.Read(tail[:]); err != nil {
		return nil, err
	}
	c.name += "." + hex.EncodeToString(tail[:])
	c.sealedBy, c.drawnBy = key.ID, key.ID
	return blob.Seal(data, c.sum, c.size, plain)
}

// right reads a copy as a whole and compares it with its SHA-256.
func (f *Files) right(ctx context.Context, c *duplicate) error {
	o, err := f.openCopy(ctx, c)
	if err != nil {
		return err
	}
	defer o.Close()
	return sameSum(ctx, o, c.sum)
}

func sameSum(ctx context.Context, o blob.Object, sum string) error {
	h := sha256.New()
	if _, err := io.CopyBuffer(h, stopped{ctx, io.NewSectionReader(o, 0, o.Size())}, make([]byte, 1<<20)); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return fmt.Errorf("%w: it has another SHA-256", blob.ErrDamaged)
	}
	return nil
}

// stopped ends reading when ctx ends.
type stopped struct {
	ctx context.Context
	r   io.Reader
}

func (s stopped) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// giveUp removes a copy: its row, and its bytes unless another row names them as well. The bytes go first: what the row knows is found again.
func (f *Files) giveUp(ctx context.Context, c *duplicate) error {
	s, err := f.storeOf(c.store)
	if err != nil {
		return err
	}
	var others []duplicate
	if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		others, err = copiesWhere(ctx, tx, `sum = $1 AND store = $2 AND name = $3 AND id <> $4`, c.sum, c.store, c.name, c.id)
		return err
	}); err != nil {
		return err
	}
	if len(others) == 0 {
		if err := s.Remove(ctx, c.name); err != nil {
			return err
		}
		if c.store != blob.FolderID && c.name != plainName(c.sum) { // as a restore brought it
			if err := f.folder().Remove(ctx, c.name); err != nil {
				return err
			}
		}
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM evidence_blobs WHERE id = $1`, c.id)
		return err
	})
}

// clearComing removes what was broken off while it was placed, once it is surely over. It returns how many.
func (f *Files) clearComing(ctx context.Context) (int, error) {
	var list []duplicate
	if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = copiesWhere(ctx, tx, `state = 'coming' AND at < $1 ORDER BY at, id LIMIT 1000`, store.At(f.Now().Add(-longestComing)))
		return err
	}); err != nil {
		return 0, err
	}
	for i := range list {
		if err := f.giveUp(ctx, &list[i]); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// Remove takes every copy of a file away, for whoever has decided that it goes, after nothing names it any more. Returns evidence.store_away where a copy is left
// because its store is not reachable; it may be called again.
func (f *Files) Remove(ctx context.Context, sum string) error {
	if !digest.MatchString(sum) {
		return nil
	}
	if err := f.folder().Remove(ctx, plainName(sum)); err != nil {
		return onDisk(err)
	}
	if f.DB == nil {
		return nil
	}
	var list []duplicate
	if err := f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if _, err := tx.Exec(ctx, `DELETE FROM evidence_waiting WHERE sum = $1`, sum); err != nil {
			return err
		}
		list, err = copiesWhere(ctx, tx, `sum = $1 ORDER BY at, id`, sum)
		return err
	}); err != nil {
		return err
	}
	for i := range list {
		if err := f.giveUp(ctx, &list[i]); err != nil {
			return faultOf(err, sum, list[i].store)
		}
	}
	return nil
}
