package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

// Checkpoint is the newest signed checkpoint. Returns ledger.empty while nothing is signed.
func (l *Log) Checkpoint(ctx context.Context) (checkpoint []byte, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, checkpoint, err = newest(ctx, tx)
		return err
	})
	return checkpoint, err
}

func newest(ctx context.Context, tx *store.Tx) (size int64, checkpoint []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT size, note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1`).Scan(&size, &checkpoint)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, fault.New(fault.NotFound, "ledger.empty")
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	return size, checkpoint, nil
}

// Prove makes the proof that an entry is in the log, under the newest checkpoint, and that it issued
// the document that it names, if it names one. Returns
// ledger.no_entry, and ledger.pending for an entry that the tree does not hold yet (see
// WaitSequenced).
func (l *Log) Prove(ctx context.Context, entry string) (b Bundle, err error) {
	all, err := l.ProveAll(ctx, []string{entry})
	if err != nil {
		return Bundle{}, err
	}
	return all[0], nil
}

// ProveConsistency proves that the log of size newSize continues the one of size oldSize. Returns
// ledger.size if the log never had those sizes.
func (l *Log) ProveConsistency(ctx context.Context, oldSize, newSize int64) (proof []string, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		if oldSize < 1 || newSize < oldSize || newSize > t.size {
			return fault.New(fault.Invalid, "ledger.size", "old", oldSize, "new", newSize, "size", t.size)
		}
		if oldSize == newSize {
			proof = []string{}
			return nil
		}
		hashes, err := tlog.ProveTree(newSize, oldSize, newTiles(ctx, tx, t.size))
		if err != nil {
			return fmt.Errorf("prove consistency: %w", err)
		}
		proof = hashTexts(hashes)
		return nil
	})
	return proof, err
}

// Root is the root that the log had when it held size entries. Returns ledger.size if it never did.
func (l *Log) Root(ctx context.Context, size int64) (root tlog.Hash, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		if size < 1 || size > t.size {
			return fault.New(fault.Invalid, "ledger.size", "old", size, "new", size, "size", t.size)
		}
		root, err = tlog.TreeHash(size, newTiles(ctx, tx, t.size))
		return err
	})
	return root, err
}

func hashTexts(hashes []tlog.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(texts))
	for i, s := range texts {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil || len(b) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d of the proof is none", i)
		}
		out[i] = tlog.Hash(b)
	}
	return out, nil
}

// Tile returns what C2SP tlog-tiles serves under a path: "tile/0/x001/234", "tile/1/000.p/5",
// "tile/entries/000.p/17" (each entry with its length in 16 bits before it). Returns ledger.no_tile
// for a path that names none.
func (l *Log) Tile(ctx context.Context, path string) (data []byte, err error) {
	level, n, width, ok := parseTilePath(path)
	if !ok {
		return nil, fault.New(fault.NotFound, "ledger.no_tile", "path", clip(path))
	}
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if level < 0 {
			data, err = entryBundle(ctx, tx, n<<tileHeight, width)
			return err
		}
		err := tx.QueryRow(ctx, `SELECT data FROM ledger_tiles WHERE level = $1 AND n = $2`, level, n).Scan(&data)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read tile: %w", err)
		}
		if len(data) < width*tlog.HashSize {
			return fault.New(fault.NotFound, "ledger.no_tile", "path", clip(path))
		}
		data = data[:width*tlog.HashSize]
		return nil
	})
	return data, err
}

func entryBundle(ctx context.Context, tx *store.Tx, from int64, width int) ([]byte, error) {
	rows, err := tx.Query(ctx, `SELECT data FROM ledger_entries WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`, from, from+int64(width))
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()
	var out []byte
	count := 0
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		if len(data) > MaxData {
			return nil, fmt.Errorf("entry at leaf %d has %d bytes", from+int64(count), len(data))
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
		out = append(out, data...)
		count++
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	if count < width {
		return nil, fault.New(fault.NotFound, "ledger.no_tile", "path", fmt.Sprintf("entries from %d", from))
	}
	return out, nil
}

// parseTilePath reads a C2SP tile path; level is -1 for entries.
func parseTilePath(path string) (level int, n int64, width int, ok bool) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return 0, 0, 0, false
	}
	head, rest, ok := strings.Cut(rest, "/")
	if !ok {
		return 0, 0, 0, false
	}
	level = -1
	if head != "entries" {
		v, err := strconv.ParseUint(head, 10, 8)
		if err != nil || v > 7 || strconv.FormatUint(v, 10) != head {
			return 0, 0, 0, false
		}
		level = int(v)
	}
	width = 1 << tileHeight
	if i := strings.Index(rest, ".p/"); i >= 0 {
		v, err := strconv.ParseUint(rest[i+3:], 10, 16)
		if err != nil || v < 1 || v >= 1<<tileHeight || strconv.FormatUint(v, 10) != rest[i+3:] {
			return 0, 0, 0, false
		}
		width, rest = int(v), rest[:i]
	}
	parts := strings.Split(rest, "/")
	if len(parts) > 5 {
		return 0, 0, 0, false
	}
	for i, p := range parts {
		if i < len(parts)-1 {
			if p, ok = strings.CutPrefix(p, "x"); !ok {
				return 0, 0, 0, false
			}
		}
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) != 3 {
			return 0, 0, 0, false
		}
		if i == 0 && len(parts) > 1 && v == 0 {
			return 0, 0, 0, false
		}
		n = n*1000 + int64(v)
	}
	return level, n, width, true
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
