package gateway

import (
	"context"
	"errors"
	"time"

	"jiexu/store"
)

const (
	lease = time.Minute     // how long a server that died keeps a link from the others
	tick  = 2 * time.Second // how often it is looked whether something is due
)

// Run works on all links until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	defer s.release(context.WithoutCancel(ctx))
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Report("gateways", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-ticker.C:
		}
	}
}

// Work does what is due now: files in, events in, messages out. One link's trouble is not the others'.
func (s *Service) Work(ctx context.Context) error {
	var all []Link
	if err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = links(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, l := range all {
		if l.Enabled && ctx.Err() == nil {
			failed = errors.Join(failed, s.workOn(ctx, l))
		}
	}
	return failed
}

func (s *Service) workOn(ctx context.Context, l Link) error {
	any, err := s.anything(ctx, l)
	if err != nil || !any {
		return err
	}
	if mine, err := s.DB.Lease(ctx, "gateway."+l.ID, s.id, s.Now(), lease); err != nil || !mine {
		return err
	}
	s.mu.Lock()
	if s.busy[l.ID] {
		s.mu.Unlock()
		return nil // another goroutine of this process is at it
	}
	s.busy[l.ID] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.busy, l.ID)
		s.mu.Unlock()
	}()
	var failed error
	for ctx.Err() == nil {
		var again [3]bool
		if l.Transport == Folder {
			_, err = s.readFolder(ctx, l)
			failed = errors.Join(failed, err)
		}
		again[0], err = s.due(ctx, l)
		failed = errors.Join(failed, err)
		if l.Transport == Folder {
			again[1], err = s.writeFolder(ctx, l)
		} else {
			again[1], err = s.sendDue(ctx, l)
		}
		if failed = errors.Join(failed, err); failed != nil || !again[0] && !again[1] {
			break
		}
		if _, err := s.DB.Lease(ctx, "gateway."+l.ID, s.id, s.Now(), lease); err != nil {
			return err
		}
	}
	return failed
}

// anything looks, without writing, whether a link has something to be done.
func (s *Service) anything(ctx context.Context, l Link) (bool, error) {
	if l.Transport == Folder {
		if names, err := s.filesIn(l); err != nil || len(names) > 0 {
			return true, err
		}
	}
	var n int
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM gateway_inbox WHERE link = $1 AND retry_at IS NOT NULL AND retry_at <= $2)
			+ (SELECT count(*) FROM gateway_outbox o WHERE o.link = $1 AND o.state = 'waiting' AND o.next_at <= $2
				AND NOT EXISTS (SELECT 1 FROM gateway_health h WHERE h.link = $1 AND h.next_at > $2))`, l.ID, store.At(s.Now())).Scan(&n)
	})
	return n > 0, err
}

// release gives up the leases of this process.
func (s *Service) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	var all []Link
	if err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = links(ctx, tx)
		return err
	}); err != nil {
		return
	}
	for _, l := range all {
		s.DB.Release(ctx, "gateway."+l.ID, s.id)
	}
}

// Sweep forgets nonces whose time is over, and what was done with long ago.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM gateway_nonces WHERE at < $1`, store.At(s.Now().Add(-3*Skew))); err != nil {
			return err
		}
		old := store.At(s.Now().Add(-sweepBox))
		if _, err := tx.Exec(ctx, `DELETE FROM gateway_inbox WHERE state IN ('done', 'declined') AND updated_at < $1`, old); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM gateway_outbox WHERE state IN ('sent', 'dropped') AND updated_at < $1`, old)
		return err
	})
}
