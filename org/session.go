package org

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// How long a session lasts.
const (
	idleTime     = 12 * time.Hour     // without a request
	absoluteTime = 7 * 24 * time.Hour // in any case
	touchEvery   = time.Minute        // how exactly the last request is kept
)

// Session is a signed-in person on one device. SignIn makes it, its owner or an administrator ends it,
// and it ends by itself after twelve hours without use, or seven days.
type Session struct {
	ID         string
	Actor      Actor
	CSRF       string // must come back in X-CSRF-Token with every command
	MustChange bool   // the password must be changed before anything else
	CreatedAt  time.Time
	SeenAt     time.Time
	Agent      string
	Address    string
}

// SignIn is what a sign-in comes with.
type SignIn struct {
	Login, Password string
	Agent, Address  string
}

// SignIn checks login and password and opens a session; token goes into the cookie and is kept by
// nobody else. Returns org.sign_in_failed alike for a wrong password and a login that does not exist,
// after the same work; org.sign_in_wait (too many) with the seconds to wait after several failures;
// org.sign_in_busy; org.person_disabled for the right password of a disabled person.
func (s *Service) SignIn(ctx context.Context, in SignIn) (token string, sess Session, err error) {
	login := normalLogin(in.Login)
	var person Person
	hash, mustChange := s.hashes.absent, false
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.mustWait(ctx, tx, login, in.Address); err != nil {
			return err
		}
		person, err = scanPerson(tx.QueryRow(ctx, `SELECT `+personColumns+`, c.hash, c.must_change FROM org_people p
			JOIN org_credentials c ON c.person = p.id WHERE p.login = $1`, login), &hash, &mustChange)
		if errors.Is(err, sql.ErrNoRows) {
			person, hash = Person{}, s.hashes.absent
			return nil
		}
		return err
	})
	if err != nil {
		return "", sess, err
	}
	ok, err := s.tryPassword(ctx, login, in.Address, in.Password, hash)
	if err != nil {
		return "", sess, err
	}
	if !ok || person.ID == "" {
		return "", sess, fault.New(fault.Unauthenticated, "org.sign_in_failed")
	}
	if person.Disabled {
		return "", sess, fault.New(fault.Refused, "org.person_disabled")
	}
	token = base64.RawURLEncoding.EncodeToString(random(32))
	now := store.At(s.now())
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := forgive(ctx, tx, login, in.Address, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO org_sessions (id, token_hash, person, created_at, seen_at, agent, address) VALUES ($1,$2,$3,$4,$4,$5,$6)`,
			store.NewID(), tokenHash(token), person.ID, now, clip(in.Agent, 200), clip(in.Address, 60))
		return err
	})
	if err != nil {
		return "", sess, fmt.Errorf("open a session: %w", err)
	}
	sess, err = s.Authenticate(ctx, token)
	return token, sess, err
}

// Authenticate finds the session of a token. Returns unauthenticated for one that does not exist or
// is over, and for a person who has been disabled.
func (s *Service) Authenticate(ctx context.Context, token string) (Session, error) {
	var sess Session
	now := s.now()
	hash := tokenHash(token)
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var created, seen store.Time
		var version int64
		p, err := scanPerson(tx.QueryRow(ctx, `SELECT `+personColumns+`, s.id, s.created_at, s.seen_at, s.agent, s.address, c.must_change, t.version
			FROM org_sessions s JOIN org_people p ON p.id = s.person JOIN org_credentials c ON c.person = p.id JOIN org_tree t ON t.id = 1
			WHERE s.token_hash = $1`, hash), &sess.ID, &created, &seen, &sess.Agent, &sess.Address, &sess.MustChange, &version)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Unauthenticated, "unauthenticated")
		}
		if err != nil {
			return fmt.Errorf("read the session: %w", err)
		}
		sess.CreatedAt, sess.SeenAt = created.Time, seen.Time
		if p.Disabled || now.Sub(sess.SeenAt) >= idleTime || now.Sub(sess.CreatedAt) >= absoluteTime {
			return fault.New(fault.Unauthenticated, "unauthenticated")
		}
		tree, err := treeAt(ctx, tx, version)
		if err != nil {
			return err
		}
		sess.Actor, err = p.actor(ctx, tx, tree, law.On(now))
		return err
	})
	if err != nil {
		return Session{}, err
	}
	sess.CSRF = csrfOf(token)
	if now.Sub(sess.SeenAt) >= touchEvery {
		s.touch(ctx, sess.ID, now)
	}
	return sess, nil
}

// touch keeps when a session was last used. It gives up soon: while somebody else writes for long, a
// reader does not wait for that, and the next request tries again.
func (s *Service) touch(ctx context.Context, id string, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE org_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2`, id, store.At(now))
		return err
	})
	if err != nil && ctx.Err() == nil {
		slog.Warn("a session was not kept awake", "session", id, "error", err)
	}
}

// CheckCSRF reports whether the token that came with a command is that of the session.
func (s Session) CheckCSRF(token string) bool {
	return s.CSRF != "" && subtle.ConstantTimeCompare([]byte(s.CSRF), []byte(token)) == 1
}

// Refresh gives the actor of a session as his rights stand now, without keeping the session awake: a
// stream of live updates asks it now and then. Returns unauthenticated once the session is over.
func (s *Service) Refresh(ctx context.Context, id string) (Actor, error) {
	var actor Actor
	now := s.now()
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var person string
		err := tx.QueryRow(ctx, `SELECT s.person FROM org_sessions s JOIN org_people p ON p.id = s.person
			WHERE s.id = $1 AND s.created_at > $2 AND s.seen_at > $3 AND NOT p.disabled`,
			id, store.At(now.Add(-absoluteTime)), store.At(now.Add(-idleTime))).Scan(&person)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Unauthenticated, "unauthenticated")
		}
		if err != nil {
			return fmt.Errorf("read the session: %w", err)
		}
		actor, err = ActorOf(ctx, tx, person, law.On(now))
		return err
	})
	return actor, err
}

// Sessions lists the sessions of a person that are not over, newest first.
func (s *Service) Sessions(ctx context.Context, person string) ([]Session, error) {
	var list []Session
	now := s.now()
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, created_at, seen_at, agent, address FROM org_sessions
			WHERE person = $1 AND created_at > $2 AND seen_at > $3 ORDER BY created_at DESC, id DESC LIMIT 100`,
			person, store.At(now.Add(-absoluteTime)), store.At(now.Add(-idleTime)))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var sess Session
			var created, seen store.Time
			if err := rows.Scan(&sess.ID, &created, &seen, &sess.Agent, &sess.Address); err != nil {
				return err
			}
			sess.CreatedAt, sess.SeenAt = created.Time, seen.Time
			list = append(list, sess)
		}
		return rows.Err()
	})
	return list, err
}

// EndSession ends one session of a person. Returns org.session_not_found.
func (s *Service) EndSession(ctx context.Context, person, id string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM org_sessions WHERE person = $1 AND id = $2`, person, id)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "org.session_not_found")
		}
		return err
	})
}

// EndSessions ends all sessions of a person but the one to keep, which may be empty.
func (s *Service) EndSessions(ctx context.Context, person, keep string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return endSessions(ctx, tx, person, keep) })
}

func endSessions(ctx context.Context, tx *store.Tx, person, keep string) error {
	_, err := tx.Exec(ctx, `DELETE FROM org_sessions WHERE person = $1 AND id <> $2`, person, keep)
	return err
}

// ChangePassword sets a new password for the session's own person, who must know the old one; all his
// other sessions end. Returns form with the wrong field, and org.sign_in_wait as SignIn does.
func (s *Service) ChangePassword(ctx context.Context, sess Session, old, fresh, address string) error {
	login := sess.Actor.Login
	var hash string
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.mustWait(ctx, tx, login, address); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT hash FROM org_credentials WHERE person = $1`, sess.Actor.Person).Scan(&hash)
	})
	if err != nil {
		return err
	}
	if err := checkPassword("new", fresh, login); err != nil {
		return err
	}
	ok, err := s.tryPassword(ctx, login, address, old, hash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Invalid, "form").With("old", "org.password_wrong")
	}
	if old == fresh {
		return fault.New(fault.Invalid, "form").With("new", "org.password_same")
	}
	next, err := s.hashes.make(ctx, fresh)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := forgive(ctx, tx, login, address, store.At(s.now())); err != nil {
			return err
		}
		// Whoever changed it meanwhile has ended this session too.
		err := store.Changed(tx.Exec(ctx, `UPDATE org_credentials SET hash = $2, must_change = $3, changed_at = $4 WHERE person = $1 AND hash = $5`,
			sess.Actor.Person, next, false, store.At(s.now()), hash))
		if err != nil {
			return err
		}
		return s.passwordChanged(ctx, tx, sess.Actor, sess.Actor.Person, sess.Actor.Home, sess.ID)
	})
}

// ResetPassword gives a person a new password to be told once and changed at the next sign-in, and
// ends all his sessions.
func (s *Service) ResetPassword(ctx context.Context, actor Actor, person string) (oneTime string, err error) {
	oneTime = OneTimePassword()
	hash, err := s.hashes.make(ctx, oneTime)
	if err != nil {
		return "", err
	}
	return oneTime, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := PersonByID(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := actor.Must("org.people", p.Unit); err != nil {
			return err
		}
		err = store.Changed(tx.Exec(ctx, `UPDATE org_credentials SET hash = $2, must_change = $3, changed_at = $4 WHERE person = $1`,
			person, hash, true, store.At(s.now())))
		if err != nil {
			return err
		}
		if err := forgiveLogin(ctx, tx, p.Login); err != nil {
			return err
		}
		return s.passwordChanged(ctx, tx, actor, person, p.Unit, "")
	})
}

func (s *Service) passwordChanged(ctx context.Context, tx *store.Tx, actor Actor, person, unit, keep string) error {
	if err := endSessions(ctx, tx, person, keep); err != nil {
		return err
	}
	return s.record(ctx, tx, "org.password_changed", personRef(person), actor, unit, nil, []ledger.Row{{Table: "org_credentials", Key: person}})
}

// Sweep removes sessions that are over and failures that are forgotten. A job calls it daily.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM org_sessions WHERE created_at <= $1 OR seen_at <= $2`,
			store.At(now.Add(-absoluteTime)), store.At(now.Add(-idleTime))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM org_login_failures WHERE last_at <= $1`, store.At(now.Add(-loginLimit.forget)))
		return err
	})
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// csrfOf derives the CSRF token from the session's, so that it is bound to it and kept nowhere.
func csrfOf(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("jiexu csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// clip cuts a text to at most n bytes of whole characters.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
