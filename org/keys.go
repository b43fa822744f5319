package org

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// Rights of keys.
const (
	KeyReport = "open311.report" // sends complaints, by Open311
)

// KeyRights are all rights that a key may have.
var KeyRights = []string{KeyReport}

// Bounds of a key.
const (
	maxKeyName = 100
	maxKeyRate = 6000 // requests a minute
	keyHint    = 8    // signs that are kept to tell it from others
	keyPrefix  = "jx_"
)

// Key is what another program shows us to be let in. An administrator issues and withdraws it; the key itself is told
// once and kept nowhere.
type Key struct {
	ID          string
	Name        string
	Unit        string // where what comes by it is registered
	UnitName    string
	Hint        string // its first signs
	Rights      []string
	Rate        int      // requests a minute
	Expires     law.Date // last day; zero: without end
	IssuedAt    time.Time
	IssuedBy    string
	WithdrawnAt *time.Time
	LastUsed    *time.Time // to the minute
}

// ValidOn reports whether it was neither withdrawn nor has expired on a day.
func (k Key) ValidOn(d law.Date) bool {
	return k.WithdrawnAt == nil && (k.Expires.IsZero() || d.Compare(k.Expires) <= 0)
}

func init() {
	ledger.Seal("org_keys")
	ledger.Exempt("org_key_uses", "technical: when a key was last shown to us; what came by it is sealed with it")
}

// IssueKey issues a key and tells it, this once. Returns form with every wrong field, and refused.unit.
func (s *Service) IssueKey(ctx context.Context, actor Actor, k Key) (Key, string, error) {
	now := s.now()
	k.Name = strings.Join(strings.Fields(k.Name), " ")
	f := fault.New(fault.Invalid, "form")
	if k.Name == "" {
		f.With("name", "form.required")
	}
	if utf8.RuneCountInString(k.Name) > maxKeyName {
		f.With("name", "form.too_long", "max", maxKeyName)
	}
	if k.Rate < 1 {
		f.With("rate", "form.low", "min", 1)
	}
	if k.Rate > maxKeyRate {
		f.With("rate", "form.high", "max", maxKeyRate)
	}
	if len(k.Rights) == 0 {
		f.With("rights", "form.required")
	}
	for _, r := range k.Rights {
		if !slices.Contains(KeyRights, r) {
			f.With("rights", "form.one_of", "options", strings.Join(KeyRights, ", "))
		}
	}
	if !k.Expires.IsZero() && k.Expires.Compare(law.On(now)) < 0 {
		f.With("expires", "org.key_past")
	}
	if err := f.OrNil(); err != nil {
		return k, "", err
	}
	secret := make([]byte, 20)
	rand.Read(secret) // never fails
	text := keyPrefix + strings.ToLower(base32.StdEncoding.EncodeToString(secret))
	k.ID, k.IssuedAt, k.IssuedBy, k.Hint, k.WithdrawnAt = store.NewID(), now, actor.Person, text[:keyHint], nil
	done, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Key, error) {
		unit, err := UnitByID(ctx, tx, k.Unit)
		if err == nil && unit.Outside {
			err = fault.New(fault.Invalid, "form").With("unit", "org.key_outside")
		}
		if err == nil {
			err = actor.Must("org.keys", unit.ID)
		}
		if err != nil {
			return k, err
		}
		rights, err := json.Marshal(k.Rights)
		if err != nil {
			return k, err
		}
		var expires sql.NullString
		if !k.Expires.IsZero() {
			expires = sql.NullString{String: k.Expires.String(), Valid: true}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO org_keys (id, name, unit, hint, digest, rights, rate, expires_on, issued_at, issued_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			k.ID, k.Name, k.Unit, k.Hint, keyDigest(text), string(rights), k.Rate, expires, store.At(now), actor.Person); err != nil {
			return k, fmt.Errorf("issue a key: %w", err)
		}
		k.UnitName = unit.Name
		return k, s.record(ctx, tx, "org.key_issued", ledger.Ref{Type: "key", ID: k.ID}, actor, k.Unit, map[string]any{"name": k.Name, "rights": k.Rights}, []ledger.Row{{Table: "org_keys", Key: k.ID}})
	})
	return done, text, err
}

// WithdrawKey ends a key at once. Returns org.key_not_found; one that was withdrawn before stays so.
func (s *Service) WithdrawKey(ctx context.Context, actor Actor, id string) error {
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (struct{}, error) {
		keys, err := keysWhere(ctx, tx, "k.id = $1", id)
		if err == nil && len(keys) == 0 {
			err = fault.New(fault.NotFound, "org.key_not_found")
		}
		if err == nil {
			err = actor.Must("org.keys", keys[0].Unit)
		}
		if err != nil || keys[0].WithdrawnAt != nil {
			return struct{}{}, err
		}
		if _, err := tx.Exec(ctx, `UPDATE org_keys SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1`, id, store.At(s.now()), actor.Person); err != nil {
			return struct{}{}, fmt.Errorf("withdraw a key: %w", err)
		}
		return struct{}{}, s.record(ctx, tx, "org.key_withdrawn", ledger.Ref{Type: "key", ID: id}, actor, keys[0].Unit, map[string]any{"name": keys[0].Name}, []ledger.Row{{Table: "org_keys", Key: id}})
	})
	return err
}

// Keys lists the keys of the units in which the actor keeps them, newest first, those withdrawn too.
func (s *Service) Keys(ctx context.Context, actor Actor) (list []Key, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		cond, args := ScopeSQL(actor, "org.keys", "k.unit", 1)
		list, err = keysWhere(ctx, tx, cond, args...)
		return err
	})
	return list, err
}

// KeyFor finds the key that a program shows, if it holds now and has the right. Returns org.key_wrong (refused) for all
// others alike, so that nobody learns whether there was one.
func (s *Service) KeyFor(ctx context.Context, shown, right string) (Key, error) {
	wrong := fault.New(fault.Refused, "org.key_wrong")
	if len(shown) < keyHint || len(shown) > 100 {
		return Key{}, wrong
	}
	var found []Key
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = keysWhere(ctx, tx, "k.digest = $1", keyDigest(shown))
		return err
	}); err != nil {
		return Key{}, err
	}
	if len(found) != 1 || !found[0].ValidOn(law.On(s.now())) || !slices.Contains(found[0].Rights, right) {
		return Key{}, wrong
	}
	return found[0], s.noteUse(ctx, found[0])
}

// noteUse keeps when a key was last used, once a minute at most.
func (s *Service) noteUse(ctx context.Context, k Key) error {
	now := s.now()
	if k.LastUsed != nil && now.Sub(*k.LastUsed) < time.Minute {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO org_key_uses (key_id, at) VALUES ($1,$2) ON CONFLICT (key_id) DO UPDATE SET at = excluded.at`, k.ID, store.At(now))
		return err
	})
}

// keyDigest is of a secret of 160 random bits, which nobody guesses from it: it needs no slow hash.
func keyDigest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func keysWhere(ctx context.Context, tx *store.Tx, cond string, args ...any) ([]Key, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (k Key, err error) {
		var rights string
		var expires sql.NullString
		var issued store.Time
		var withdrawn, used *store.Time
		if err = r.Scan(&k.ID, &k.Name, &k.Unit, &k.UnitName, &k.Hint, &rights, &k.Rate, &expires, &issued, &k.IssuedBy, &withdrawn, &used); err != nil {
			return
		}
		k.IssuedAt = issued.Time
		if withdrawn != nil {
			k.WithdrawnAt = &withdrawn.Time
		}
		if used != nil {
			k.LastUsed = &used.Time
		}
		if expires.Valid {
			if k.Expires, err = law.ParseDate(expires.String); err != nil {
				return
			}
		}
		err = json.Unmarshal([]byte(rights), &k.Rights)
		return
	}, `SELECT k.id, k.name, k.unit, u.name, k.hint, k.rights, k.rate, k.expires_on, k.issued_at, k.issued_by, k.withdrawn_at, e.at FROM org_keys k JOIN org_units u ON u.id = k.unit LEFT JOIN org_key_uses e ON e.key_id = k.id
		WHERE `+cond+` ORDER BY k.id DESC LIMIT 500`, args...)
}
