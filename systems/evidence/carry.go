package evidence

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// How waiting files are carried.
const (
	carryEvery = 2 * time.Second  // how soon a file that is on record is carried
	carrySlow  = 60 * time.Second // and how often it is tried where the store is away
	carryLease = 10 * time.Minute // for which one server carries; two at once do no harm
	tidyEvery  = time.Hour
)

// await notes, in the transaction that puts a file on record, that it is to be carried to where the office keeps its files. Until it is there it lies
// plain and whole in the folder, and is as good as any other: that is what the sender was told.
func (f *Files) await(ctx context.Context, tx *store.Tx, sum string) error {
	if f.plainly() {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO evidence_waiting (sum, at) VALUES ($1, $2) ON CONFLICT (sum) DO NOTHING`, sum, store.At(f.Now()))
	return err
}

// Carry carries all files that wait. A file that cannot be carried holds up no other, unless the store itself is away. It returns how many were carried, and what went wrong.
func (f *Files) Carry(ctx context.Context) (carried int, err error) {
	var wrong []error
	for after := ""; ; {
		var sums []string
		if err := f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			sums, err = store.Collect(ctx, tx, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) }, `SELECT sum FROM evidence_waiting WHERE sum > $1 ORDER BY sum LIMIT 100`, after)
			return err
		}); err != nil {
			return carried, err
		}
		if len(sums) == 0 {
			return carried, errors.Join(wrong...)
		}
		for _, sum := range sums {
			switch err := f.carry(ctx, sum); {
			case ctx.Err() != nil:
				return carried, ctx.Err()
			case fault.KindOf(err) == fault.Unavailable:
				return carried, errors.Join(append(wrong, err)...)
			case err != nil && len(wrong) < 10:
				wrong = append(wrong, err)
			case err == nil:
				carried++
			}
		}
		after = sums[len(sums)-1]
	}
}

func (f *Files) carry(ctx context.Context, sum string) error {
	if !f.plainly() {
		if _, err := f.bring(ctx, sum, f.target(), f.Seal, true); err != nil {
			return err
		}
		if err := f.folder().Remove(ctx, plainName(sum)); err != nil {
			return onDisk(err)
		}
	}
	if err := f.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM evidence_waiting WHERE sum = $1`, sum)
		return err
	}); err != nil || f.plainly() {
		return err
	}
	// Where the same file came in once more meanwhile, and found this row that is gone now, it lies there again.
	if err := f.folder().Remove(ctx, plainName(sum)); err != nil {
		return onDisk(err)
	}
	return nil
}

// isIn reports whether a file has a copy in a store, sealed or plain, of the right length; with whole, of the right bytes. dead are copies that the store has lost or damaged.
func (f *Files) isIn(ctx context.Context, sum string, to blob.Store, sealed, whole bool) (is bool, dead []duplicate, err error) {
	if to.ID() == blob.FolderID && !sealed { // has no row
		o, err := to.Open(ctx, plainName(sum))
		if errors.Is(err, blob.ErrNone) {
			return false, nil, nil
		}
		if err != nil {
			return false, nil, onDisk(err)
		}
		defer o.Close()
		if whole {
			if err := sameSum(ctx, o, sum); err != nil {
				return false, nil, faultOf(err, sum, to.ID())
			}
		}
		return true, nil, nil
	}
	list, err := f.copies(ctx, sum)
	if err != nil {
		return false, nil, err
	}
	for i := range list {
		c := &list[i]
		if c.store != to.ID() || c.sealed() != sealed {
			continue
		}
		if err = f.there(ctx, c); err == nil && whole {
			err = f.right(ctx, c)
		}
		switch {
		case err == nil:
			return true, nil, nil
		case !errors.Is(err, blob.ErrNone) && !errors.Is(err, blob.ErrDamaged):
			return false, nil, faultOf(err, sum, c.store)
		}
		dead = append(dead, *c)
	}
	return false, dead, nil
}

// there looks whether a copy lies in its own store, and is as long as it should be.
func (f *Files) there(ctx context.Context, c *duplicate) error {
	s, err := f.storeOf(c.store)
	if err != nil {
		return err
	}
	o, err := s.Open(ctx, c.name)
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Size() != c.stored() {
		return blob.ErrDamaged
	}
	return nil
}

// KeepCarrying carries what waits until ctx ends, and tidies up what was broken off. report hears what goes wrong, once for each time that it begins. It bears being done by
// several servers.
func (f *Files) KeepCarrying(ctx context.Context, report func(error)) {
	if f.plainly() && f.S3 == nil && !f.anyWaiting(ctx) {
		return // nothing to do, and nothing can come
	}
	holder := store.NewID()
	tick := time.NewTicker(carryEvery)
	defer tick.Stop()
	var tidied time.Time
	for pause := carryEvery; ; {
		mine, err := f.DB.Lease(ctx, "evidence.carry", holder, time.Now(), carryLease)
		if err == nil && mine {
			if _, err = f.Carry(ctx); err == nil && time.Since(tidied) > tidyEvery {
				tidied = time.Now()
				err = f.tidy(ctx)
			}
		}
		switch {
		case ctx.Err() != nil:
			over, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer stop()
			f.DB.Release(over, "evidence.carry", holder)
			return
		case err != nil:
			if pause == carryEvery {
				report(err)
			}
			pause = min(2*pause, carrySlow)
		default:
			pause = carryEvery
		}
		for waited := time.Duration(0); waited < pause; waited += carryEvery {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}
}

func (f *Files) anyWaiting(ctx context.Context) bool {
	n, err := f.Waiting(ctx)
	return n > 0 || err != nil
}

// Waiting counts the files that are to be carried.
func (f *Files) Waiting(ctx context.Context) (n int, err error) {
	err = f.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM evidence_waiting`).Scan(&n)
	})
	return n, err
}

// tidy gives up what was broken off on its way into a store.
func (f *Files) tidy(ctx context.Context) error {
	if _, err := f.clearComing(ctx); err != nil {
		return err
	}
	if s, ok := f.S3.(*blob.S3); ok {
		_, err := s.Sweep(ctx, f.Now().Add(-longestComing))
		return faultOf(err, "", s.ID())
	}
	return nil
}
