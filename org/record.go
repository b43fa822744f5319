package org

import (
	"context"
	"fmt"
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

// Refusal is an operation that somebody was refused.
type Refusal struct {
	ID      string
	At      time.Time
	Person  string
	Name    string
	Op      string
	Subject string
	Unit    string
	Code    string // why
	Address string
}

// RefusedEntry is the kind of the entry that seals a refusal: none can be taken away unseen.
const RefusedEntry = "org.refused"

// RecordRefusal keeps a refusal. It stands in a transaction of its own: the refused one was undone.
func (s *Service) RecordRefusal(ctx context.Context, r Refusal) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, now := store.NewID(), s.now()
		_, err := tx.Exec(ctx, `INSERT INTO org_refusals (id, at, person, op, subject, unit, code, address) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			id, store.At(now), r.Person, r.Op, clip(r.Subject, 300), r.Unit, r.Code, clip(r.Address, 60))
		if err != nil {
			return fmt.Errorf("record a refusal: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: RefusedEntry, Subject: ledger.Ref{Type: "refusal", ID: id}, Actor: r.Person, Unit: r.Unit, At: now,
			Body: map[string]any{"code": r.Code}, Rows: []ledger.Row{{Table: "org_refusals", Key: id}}})
		return err
	})
}

// Refusals lists refusals, newest first; before is the id of the last one of the page before.
func (s *Service) Refusals(ctx context.Context, before string, limit int) (list []Refusal, err error) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		cond, args := "1 = 1", []any{}
		if before != "" {
			cond, args = "r.id < $1", []any{before}
		}
		rows, err := tx.Query(ctx, `SELECT r.id, r.at, r.person, coalesce(p.name, ''), r.op, r.subject, r.unit, r.code, r.address
			FROM org_refusals r LEFT JOIN org_people p ON p.id = r.person WHERE `+cond+fmt.Sprintf(` ORDER BY r.id DESC LIMIT %d`, limit), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r Refusal
			var at store.Time
			if err := rows.Scan(&r.ID, &at, &r.Person, &r.Name, &r.Op, &r.Subject, &r.Unit, &r.Code, &r.Address); err != nil {
				return err
			}
			r.At = at.Time
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// RecordAccess keeps who looked at whose personal data, and why. It goes with the transaction that
// reads it, so nothing is shown that was not recorded.
func RecordAccess(ctx context.Context, tx *store.Tx, actor Actor, subject ledger.Ref, what, reason string, at time.Time) error {
	id := store.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO org_access (id, at, person, subject_type, subject_id, what, reason) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		id, store.At(at), actor.Person, subject.Type, subject.ID, what, reason)
	if err != nil {
		return fmt.Errorf("record an access: %w", err)
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "org.looked", Subject: ledger.Ref{Type: "access", ID: id}, Actor: actor.Person, At: at,
		Body: map[string]any{"what": what}, Rows: []ledger.Row{{Table: "org_access", Key: id}}})
	return err
}
