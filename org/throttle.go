package org

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"crypto/sha256"

	"jiexu/fault"
	"jiexu/store"
)

// limit says from which failure on the next try must wait, how long at most, and when failures are
// forgotten. The wait starts with a second and doubles.
type limit struct {
	free    int
	longest time.Duration
	forget  time.Duration
}

// Three counts make guessing useless without letting anybody lock another out. A login tried from one
// address waits up to a quarter of an hour: that stops the guesser and leaves the person at his own
// desk alone. A login tried from everywhere waits a minute at most. An address, behind which a whole
// office may stand, has many free tries.
var (
	pairLimit    = limit{free: 5, longest: 15 * time.Minute, forget: 24 * time.Hour}
	loginLimit   = limit{free: 50, longest: time.Minute, forget: 24 * time.Hour}
	addressLimit = limit{free: 100, longest: 15 * time.Minute, forget: time.Hour}
)

func (l limit) wait(failures int) time.Duration {
	if failures < l.free {
		return 0
	}
	if failures-l.free >= 10 { // 2^10 s is longer than the longest
		return l.longest
	}
	return min(time.Second<<(failures-l.free), l.longest)
}

// counted is a subject whose failures are counted, and its limit.
type counted struct {
	subject string
	limit   limit
}

// countsOf are the counts that a try to sign in touches.
func countsOf(login, address string) []counted {
	return []counted{
		{addressSubject(address), addressLimit},
		{loginSubject(login), loginLimit},
		{loginSubject(login) + ":" + digest(address), pairLimit},
	}
}

// loginSubject hides what was typed: it may be a password in the wrong box.
func loginSubject(login string) string { return "login:" + digest(login) }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// forgiveLogin forgets all failures of a login, wherever they came from: its password is a new one.
func forgiveLogin(ctx context.Context, tx *store.Tx, login string) error {
	subject := loginSubject(login)
	_, err := tx.Exec(ctx, `DELETE FROM org_login_failures WHERE subject >= $1 AND subject < $2`, subject, subject+";") // ';' follows ':'
	return err
}

func addressSubject(address string) string { return "address:" + clip(address, 60) }

// mustWait returns org.sign_in_wait while a login or an address has to wait, the same whether the
// login exists or not.
func (s *Service) mustWait(ctx context.Context, tx *store.Tx, login, address string) error {
	now := s.now()
	var longest time.Duration
	for _, c := range countsOf(login, address) {
		var until store.Time
		err := tx.QueryRow(ctx, `SELECT until FROM org_login_failures WHERE subject = $1`, c.subject).Scan(&until)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read failed sign-ins: %w", err)
		}
		if err == nil {
			longest = max(longest, until.Sub(now))
		}
	}
	return waitFault(longest)
}

func waitFault(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	return fault.New(fault.TooMany, "org.sign_in_wait", "seconds", seconds)
}

// tryPassword counts a failure first and compares then, so that of a hundred guesses at once no more
// get through than one after the other; forgive takes the count back.
func (s *Service) tryPassword(ctx context.Context, login, address, password, hash string) (bool, error) {
	leave, err := s.hashes.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, c := range countsOf(login, address) {
			if err := s.count(ctx, tx, c.subject, c.limit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	return verify(password, hash)
}

func (s *Service) count(ctx context.Context, tx *store.Tx, subject string, l limit) error {
	now := s.now()
	var failures int
	var until store.Time
	err := tx.QueryRow(ctx, `INSERT INTO org_login_failures (subject, failures, last_at, until) VALUES ($1, 1, $2, $2)
		ON CONFLICT (subject) DO UPDATE SET failures = CASE WHEN org_login_failures.last_at < $3 THEN 1 ELSE org_login_failures.failures + 1 END, last_at = $2
		RETURNING failures, until`, subject, store.At(now), store.At(now.Add(-l.forget))).Scan(&failures, &until)
	if err != nil {
		return fmt.Errorf("count a sign-in: %w", err)
	}
	if err := waitFault(until.Sub(now)); err != nil {
		return err // not counted: the transaction is undone
	}
	_, err = tx.Exec(ctx, `UPDATE org_login_failures SET until = $2 WHERE subject = $1`, subject, store.At(now.Add(l.wait(failures))))
	return err
}

// forgive takes back what was counted for a try that was right: the login starts anew at this address;
// the address, and the login elsewhere, are where they were before.
func forgive(ctx context.Context, tx *store.Tx, login, address string, now store.Time) error {
	for _, c := range countsOf(login, address) {
		query := `UPDATE org_login_failures SET failures = failures - 1, until = $2 WHERE subject = $1 AND failures > 0`
		if c.limit == pairLimit {
			query = `UPDATE org_login_failures SET failures = 0, until = $2 WHERE subject = $1`
		}
		if _, err := tx.Exec(ctx, query, c.subject, now); err != nil {
			return err
		}
	}
	return nil
}
