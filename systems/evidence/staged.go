package evidence

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() {
	ledger.Exempt("evidence_staged", "pictures that wait for a report that is not sent yet; they become media then, or go within a day")
}

// Bounds of a picture that waits for its report.
const (
	MaxStaged  = 10 << 20 // bytes
	stagedFor  = 24 * time.Hour
	sweepSafer = time.Hour // a file that came again within it is left for the next time
)

// Staged is a picture that somebody without a sign-in has sent, and whose report has yet to come.
type Staged struct {
	ID   string
	Name string
	Size int64
}

// Stage takes in a picture that waits for its report. Returns evidence.too_large, evidence.not_picture for what is none,
// evidence.broken and evidence.pixels; nothing is kept then.
func (s *Service) Stage(ctx context.Context, name string, content io.Reader) (*Staged, error) {
	sum, sm3, size, err := s.files.Put(content, MaxStaged)
	if err != nil {
		return nil, err
	}
	m := &Media{Name: cleanName(name), Size: size, SHA256: sum, SM3: sm3}
	if err = s.unpacks(ctx); err != nil {
		s.drop(ctx, sum)
		return nil, err
	}
	err = s.look(ctx, m)
	<-s.unpacking
	if fault.Is(err, "evidence.type") || m.Type != "" && !strings.HasPrefix(m.Type, "image/") { // whole or not
		s.drop(ctx, sum)
		err = fault.New(fault.Invalid, "evidence.not_picture")
	}
	if err != nil {
		return nil, err
	}
	out := &Staged{ID: rand.Text(), Name: m.Name, Size: size}
	return out, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO evidence_staged (id, name, type, size, sha256, sm3, width, height, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			out.ID, m.Name, m.Type, m.Size, m.SHA256, m.SM3, m.Width, m.Height, store.At(s.now()))
		return err
	})
}

// StagedThumb is a small picture of one that waits, without anything that its file tells beside. Returns evidence.not_found.
func (s *Service) StagedThumb(ctx context.Context, id string) ([]byte, error) {
	var kind, sum string
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return store.Found(tx.QueryRow(ctx, `SELECT type, sha256 FROM evidence_staged WHERE id = $1`, id).Scan(&kind, &sum), "evidence.not_found")
	}); err != nil {
		return nil, err
	}
	file, err := s.files.Open(sum)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return s.small(ctx, kind, file)
}

// small is smallPicture, some at a time: a large photograph takes a hundred megabytes while it is unpacked.
func (s *Service) small(ctx context.Context, kind string, file io.Reader) ([]byte, error) {
	if err := s.unpacks(ctx); err != nil {
		return nil, err
	}
	defer func() { <-s.unpacking }()
	return smallPicture(kind, file)
}

// unpacks waits until a picture may be unpacked.
func (s *Service) unpacks(ctx context.Context) error {
	select {
	case s.unpacking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Attach makes pictures that wait the media of a subject. One that is gone is left out: the report is worth more than its
// picture.
func (s *Service) Attach(ctx context.Context, tx *store.Tx, actor org.Actor, subject Subject, ids []string) error {
	w := &store.Where{}
	w.In("id", ids)
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (*Media, error) {
		m := &Media{Subject: subject}
		return m, r.Scan(&m.Name, &m.Type, &m.Size, &m.SHA256, &m.SM3, &m.Width, &m.Height)
	}, `DELETE FROM evidence_staged WHERE `+w.SQL()+` RETURNING name, type, size, sha256, COALESCE(sm3, ''), width, height`, w.Args()...)
	if err != nil {
		return fmt.Errorf("attach pictures: %w", err)
	}
	for _, m := range list {
		if _, err := s.catalogue(ctx, tx, actor, m); err != nil {
			return err
		}
	}
	return nil
}

// SweepStaged removes the pictures whose report has not come for a day. It may be called at any time, by several servers.
func (s *Service) SweepStaged(ctx context.Context) (swept int, err error) {
	var sums []string
	if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		sums, err = store.Collect(ctx, tx, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) },
			`DELETE FROM evidence_staged WHERE at < $1 RETURNING sha256`, store.At(s.now().Add(-stagedFor)))
		return err
	}); err != nil {
		return 0, fmt.Errorf("sweep pictures: %w", err)
	}
	for _, sum := range sums {
		if info, err := os.Stat(s.files.path(sum)); err == nil && time.Since(info.ModTime()) < sweepSafer {
			continue // the same picture is coming in again
		}
		s.drop(ctx, sum)
	}
	return len(sums), nil
}

// drop removes a file that nothing refers to.
func (s *Service) drop(ctx context.Context, sum string) {
	used := true
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		used, err = s.refersTo(ctx, tx, sum)
		return err
	})
	if err == nil && !used {
		s.files.Remove(ctx, sum) // what is left of it, where a store is away, the check of the files names
	}
}
