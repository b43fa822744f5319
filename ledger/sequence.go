package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

const (
	sequencerLease = "ledger.sequencer"
	asked          = "ledger.asked"     // signalled when another server has new entries and not the lease
	sequenced      = "ledger.sequenced" // signalled when the tree grew
	channel        = "jiexu_ledger"     // the last two signals between servers, by NOTIFY

	lookAgain = 250 * time.Millisecond // how long one that waits for a place in the tree waits for a signal before it looks
)

// errOvertaken says that another server moved the tree or a cursor first; nothing was done.
var errOvertaken = errors.New("ledger: another server was first")

// sequence gives entries their places until ctx is done.
func (l *Log) sequence(ctx context.Context) {
	wake, stop := l.db.Listen(appended)
	defer stop()
	others, stop := l.db.Listen(asked)
	defer stop()
	tick := time.NewTicker(l.opts.Tick)
	defer tick.Stop()
	for ours := false; ; {
		l.report(ctx, "sequence", l.sequenceIfMine(ctx, ours))
		select {
		case <-ctx.Done():
			return
		case <-wake:
			// Numbering takes the writer's turn, and followers take it again for what was numbered. People
			// who work at once, and commands in a row, are numbered together.
			store.Rest(ctx, l.opts.Gather)
			ours = true
		case <-others:
			ours = false
		case <-tick.C:
			ours = false
		}
	}
}

// sequenceIfMine sequences what waits if this process has the lease. If not, and if the entries are
// ours, it asks the one that has.
func (l *Log) sequenceIfMine(ctx context.Context, ours bool) error {
	for {
		waiting, err := l.waiting(ctx)
		if err != nil || !waiting {
			return err
		}
		mine, err := l.lease(ctx, sequencerLease)
		if err != nil {
			return err
		}
		if !mine && ours {
			return l.notify(ctx, asked)
		}
		if !mine {
			return nil
		}
		if _, err := l.batch(ctx); err != nil && !errors.Is(err, errOvertaken) {
			return err
		}
	}
}

func (l *Log) waiting(ctx context.Context) (waiting bool, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM ledger_entries WHERE leaf IS NULL)`).Scan(&waiting)
	})
	if err != nil {
		return false, fmt.Errorf("look for new entries: %w", err)
	}
	return waiting, nil
}

// Sequence gives all waiting entries their places now, for commands that do not Run, and returns
// how many there were. It is safe beside running servers.
func (l *Log) Sequence(ctx context.Context) (int, error) {
	if l.key == nil {
		return 0, fmt.Errorf("ledger: a log without a key cannot be sequenced")
	}
	total := 0
	for {
		n, err := l.batch(ctx)
		if err != nil && !errors.Is(err, errOvertaken) {
			return total, err
		}
		total += n
		if n == 0 && err == nil {
			return total, nil
		}
	}
}

// batch sequences one batch: it numbers the entries, extends the tiles and signs the new size, all
// in one transaction. The guard on the tree's row makes a fork impossible: of two servers that
// started from one size only one commits.
func (l *Log) batch(ctx context.Context) (int, error) {
	var n int
	err := l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		if t.verifier != l.key.Verifier {
			return mismatch(l.key, t.verifier)
		}
		seqs, leaves, err := waitingEntries(ctx, tx, l.opts.Batch)
		if n = len(seqs); err != nil || n == 0 {
			return err
		}
		size := t.size + int64(n)
		moved, err := tx.Exec(ctx, `UPDATE ledger_tree SET size = $1 WHERE name = 'log' AND size = $2`, size, t.size)
		if err != nil {
			return fmt.Errorf("move the tree: %w", err)
		}
		if moved != 1 {
			return errOvertaken
		}
		if err := number(ctx, tx, seqs, t.size); err != nil {
			return err
		}
		root, err := newTiles(ctx, tx, t.size).grow(leaves)
		if err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: checkpointText(l.key.Origin(), size, root)}, l.key.signer)
		if err != nil {
			return fmt.Errorf("sign the checkpoint: %w", err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_checkpoints (size, root, note) VALUES ($1, $2, $3)`,
			size, root.String(), string(signed)); err != nil {
			return fmt.Errorf("keep the checkpoint: %w", err)
		}
		if tx.Engine() == store.Postgres {
			if _, err := tx.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, sequenced); err != nil {
				return fmt.Errorf("announce: %w", err)
			}
		}
		tx.Signal(sequenced)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func waitingEntries(ctx context.Context, tx *store.Tx, limit int) (seqs []int64, leaves []tlog.Hash, err error) {
	rows, err := tx.Query(ctx, `SELECT seq, data FROM ledger_entries WHERE leaf IS NULL ORDER BY seq LIMIT $1`, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("read waiting entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var data string
		if err := rows.Scan(&seq, &data); err != nil {
			return nil, nil, fmt.Errorf("read waiting entries: %w", err)
		}
		seqs = append(seqs, seq)
		leaves = append(leaves, tlog.RecordHash([]byte(data)))
	}
	return seqs, leaves, rows.Err()
}

// number gives entries their places, and with them the numbers that follow: a place and one more. Most have these on SQLite, where a row moves if its number changes. Where somebody took
// entries away or gave one another number, the number that an entry should have may be taken: the log must go on, so the entry keeps the one that it has, and the check tells.
func number(ctx context.Context, tx *store.Tx, seqs []int64, from int64) error {
	place, err := tx.Prepare(ctx, `UPDATE ledger_entries SET leaf = $1 WHERE seq = $2 AND leaf IS NULL`)
	if err != nil {
		return fmt.Errorf("number entries: %w", err)
	}
	defer place.Close()
	move, err := tx.Prepare(ctx, `UPDATE ledger_entries SET leaf = $1, seq = $3 WHERE seq = $2 AND leaf IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entries o WHERE o.seq = $3)`)
	if err != nil {
		return fmt.Errorf("number entries: %w", err)
	}
	defer move.Close()
	for i := range seqs {
		if seqs[0] <= from { // the last were taken away: these move up, each to where the next one was
			i = len(seqs) - 1 - i
		}
		leaf, n := from+int64(i), int64(0)
		if seqs[i] != leaf+1 {
			n, err = affected(move.ExecContext(ctx, leaf, seqs[i], leaf+1))
		}
		if err == nil && n == 0 {
			n, err = affected(place.ExecContext(ctx, leaf, seqs[i]))
		}
		if err != nil {
			return fmt.Errorf("number entry %d: %w", seqs[i], err)
		}
		if n != 1 {
			return errOvertaken
		}
	}
	return nil
}

func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// checkpointText is the signed text of a C2SP checkpoint.
func checkpointText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

// WaitSequenced waits until the entry has its place in the tree and returns it. It waits five
// seconds at most, then returns ledger.pending; an entry that there is not is ledger.no_entry.
// A signal of another server can be lost with its connection, so it also looks by itself.
func (l *Log) WaitSequenced(ctx context.Context, entry string) (leaf int64, err error) {
	timeout := time.NewTimer(5 * time.Second)
	defer timeout.Stop()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	wake, stop := l.db.Listen(sequenced)
	defer stop()
	for {
		l.mu.Lock()
		grown := l.grown
		l.mu.Unlock()
		rec, err := l.Entry(ctx, entry)
		if err != nil {
			return Unsequenced, err
		}
		if rec.Leaf != Unsequenced {
			return rec.Leaf, nil
		}
		select {
		case <-grown:
		case <-wake:
		case <-look.C:
		case <-ctx.Done():
			return Unsequenced, ctx.Err()
		case <-timeout.C:
			return Unsequenced, fault.New(fault.Unavailable, "ledger.pending", "entry", entry)
		}
	}
}
