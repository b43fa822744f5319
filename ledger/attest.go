package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"

	"jiexu/fault"
	"jiexu/store"
)

// Kinds of attestation.
const (
	cosignatureKind = "cosignature"
	stampKind       = "timestamp"
)

// attestation is what somebody outside said of a checkpoint: a row of ledger_attestations.
type attestation struct {
	size   int64
	key    string
	kind   string
	data   []byte
	at     store.Time
	sha256 string
}

// digest is over all of the row's other content, so that no bit of it changes unseen, not even one that its signature leaves out.
func (a attestation) digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%s\n%x", a.size, a.key, a.kind, a.at.Text(), a.data))
	return hex.EncodeToString(sum[:])
}

// keep keeps it with the checkpoint; a cosignature is put under the checkpoint's note too. What is there already stays.
func (a attestation) keep(ctx context.Context, tx *store.Tx) error {
	n, err := tx.Exec(ctx, `INSERT INTO ledger_attestations (size, key, kind, data, at, sha256) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (size, key) DO NOTHING`,
		a.size, a.key, a.kind, a.data, a.at, a.digest())
	if err != nil {
		return fmt.Errorf("keep what was said of the checkpoint: %w", err)
	}
	if n == 0 || a.kind != cosignatureKind {
		return nil
	}
	if err := store.Changed(tx.Exec(ctx, `UPDATE ledger_checkpoints SET note = note || $2 WHERE size = $1`, a.size, string(a.data))); err != nil {
		return fmt.Errorf("put the cosignature under the checkpoint: %w", err)
	}
	return nil
}

// CheckpointOf is the checkpoint of a size, with the cosignatures under it. Size 0 is the newest; with stamped the newest
// that has a time stamp. Returns ledger.empty, ledger.no_checkpoint.
func (l *Log) CheckpointOf(ctx context.Context, size int64, stamped bool) (checkpoint, token []byte, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		query := `SELECT c.size, c.note FROM ledger_checkpoints c WHERE ($1 = 0 OR c.size = $1)`
		if stamped {
			query += ` AND EXISTS (SELECT 1 FROM ledger_attestations a WHERE a.size = c.size AND a.kind = 'timestamp')`
		}
		err := tx.QueryRow(ctx, query+` ORDER BY c.size DESC LIMIT 1`, size).Scan(&size, &checkpoint)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "ledger.no_checkpoint")
		}
		if err != nil || !stamped {
			return err
		}
		return tx.QueryRow(ctx, `SELECT data FROM ledger_attestations WHERE size = $1 AND kind = 'timestamp' ORDER BY at, key LIMIT 1`, size).Scan(&token)
	})
	return checkpoint, token, err
}

// attested checks what others said of checkpoints: that it is kept as it came, and that it is of the checkpoint that it lies with.
func (c *check) attested(ctx context.Context, tx *store.Tx) error {
	table, err := tx.Table(ctx, "ledger_attestations")
	if fault.Is(err, "store.no_table") {
		return nil // the database of an older version
	}
	if err != nil {
		return err
	}
	for last, lastKey := int64(math.MinInt64), ""; ; {
		page := 0
		var found []attested
		err := tx.Rows(ctx, table, `WHERE size > $1 OR size = $1 AND key > $2 ORDER BY size, key LIMIT 100`, []any{last, lastKey}, func(row store.Row) error {
			page++
			var a attested
			if err := a.read(row); err != nil {
				a.wrong = err.Error()
			}
			found = append(found, a)
			return nil
		})
		if err != nil {
			return err
		}
		for _, a := range found {
			if a.wrong == "" {
				a.wrong, err = a.check(ctx, tx)
				if err != nil {
					return err
				}
			}
			if a.wrong != "" {
				c.find(Finding{Code: FoundAttestation, Table: "ledger_attestations", Key: Key(a.size, a.key), Detail: a.wrong})
			}
			if a.size < last || a.size == last && a.key <= lastKey {
				return fmt.Errorf("they are not in the order of their keys at size %d", a.size)
			}
			last, lastKey = a.size, a.key
		}
		if page < 100 {
			return nil
		}
	}
}

// attested is an attestation as it lies in the database, and what is wrong with it.
type attested struct {
	attestation
	wrong string
}

func (a *attested) read(row store.Row) (err error) {
	a.key = fieldOr(row, "key")
	text, _ := row.Field("size")
	if _, err := fmt.Sscanf(text, "%d", &a.size); err != nil {
		return errors.New("its size is none")
	}
	a.kind, a.sha256 = fieldOr(row, "kind"), fieldOr(row, "sha256")
	if a.at, err = store.ParseTime(fieldOr(row, "at")); err != nil {
		return errors.New("its time is none")
	}
	if a.data, err = row.Blob("data"); err != nil {
		return err
	}
	if a.digest() != a.sha256 {
		return errors.New("it is not as it was kept")
	}
	return nil
}

// check says what does not fit between an attestation and its checkpoint.
func (a *attested) check(ctx context.Context, tx *store.Tx) (wrong string, err error) {
	var note string
	err = tx.QueryRow(ctx, `SELECT note FROM ledger_checkpoints WHERE size = $1`, a.size).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "there is no checkpoint of its size", nil
	}
	if err != nil {
		return "", err
	}
	text, lines, ok := SplitNote(note)
	if !ok {
		return "its checkpoint is no signed note", nil
	}
	switch a.kind {
	case cosignatureKind:
		w, err := ParseCosigner(a.key)
		if err != nil {
			return "its key: " + err.Error(), nil
		}
		kept, err := w.Open(text, string(a.data))
		if err != nil {
			return err.Error(), nil
		}
		if kept.Line != string(a.data) || !store.At(kept.At).Equal(a.at.Time) || !strings.Contains("\n"+lines, "\n"+kept.Line) {
			return "it is not the one under its checkpoint", nil
		}
	case stampKind:
		s, err := OpenStamp(a.data, text, nil)
		if err != nil {
			return err.Error(), nil
		}
		if s.Certificate != a.key || !store.At(s.At).Equal(a.at.Time) {
			return "it is not of the certificate or the time that it is kept under", nil
		}
	default:
		return "its kind is not known", nil
	}
	return "", nil
}
