package intake

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// ContactDays is for how many days after a complaint has ended the office keeps who complained, where it has set nothing
// else (setting intake.contact_days).
const ContactDays = 180

// maxErased bounds how many contacts are erased in one transaction. Others write too: a first night in a large office erases
// the contacts of years, and rests between two transactions for several times as long as one took.
const (
	maxErased   = 25
	restsErased = 3
)

// EraseContacts erases who complained, where the complaint ended longer ago than its unit keeps that. It may be called at
// any time and by several servers; what is erased already is left as it is.
func (s *Service) EraseContacts(ctx context.Context) (erased int, err error) {
	for after := ""; ; {
		var some []string
		if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			some, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
				`SELECT c.id FROM intake_contacts p JOIN intake_complaints c ON c.id = p.complaint
				WHERE p.erased_at IS NULL AND c.closed_at < $1 AND c.id > $2 ORDER BY c.id LIMIT `+fmt.Sprint(maxErased), store.At(s.now().AddDate(0, 0, -1)), after)
			return err
		}); err != nil {
			return erased, fmt.Errorf("contacts to erase: %w", err)
		}
		if len(some) == 0 {
			return erased, nil
		}
		after = some[len(some)-1]
		began, n := time.Now(), 0
		if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n = 0 // it may be run again
			for _, id := range some {
				c, err := load(ctx, tx, id)
				if err != nil {
					return err
				}
				days, err := contactDays(ctx, tx, c.Unit)
				if err != nil {
					return err
				}
				if c.ClosedAt == nil || s.now().Before(c.ClosedAt.AddDate(0, 0, days)) {
					continue
				}
				done, err := s.eraseContact(ctx, tx, org.Program("intake"), c, "schedule")
				if err != nil {
					return fmt.Errorf("of %s: %w", id, err)
				}
				if done {
					n++
				}
			}
			return nil
		}); err != nil {
			return erased, fmt.Errorf("erase contacts: %w", err)
		}
		if erased += n; n > 0 && !store.Rest(ctx, restsErased*time.Since(began)) {
			return erased, ctx.Err()
		}
	}
}

// contactDays is for how many days after the end a unit keeps who complained.
func contactDays(ctx context.Context, tx *store.Tx, unit string) (days int, err error) {
	_, err = org.SettingInto(ctx, tx, unit, "intake.contact_days", &days)
	return days, err
}

// KeepsContactFor is for how many days after the end the only bureau keeps who complained.
func (s *Service) KeepsContactFor(ctx context.Context) (days int, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		unit, err := onlyBureau(ctx, tx)
		if err == nil {
			days, err = contactDays(ctx, tx, unit)
		}
		return err
	})
	return days, err
}

// eraseContact empties the contact of a complaint, if there is one that is not empty. The entry says that there was one, why
// it went, and nothing of who it was.
func (s *Service) eraseContact(ctx context.Context, tx *store.Tx, actor org.Actor, c *Complaint, why string) (bool, error) {
	now := s.now()
	n, err := tx.Exec(ctx, `UPDATE intake_contacts SET name = '', phone = '', phone_hash = '', email = NULL, account = NULL, device = NULL, said = NULL, erased_at = $2
		WHERE complaint = $1 AND erased_at IS NULL`, c.ID, store.At(now))
	if err != nil || n == 0 {
		return false, err
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.contact_erased", Subject: ref(c.ID), Actor: actor.Person, Unit: c.Unit, At: now,
		Body: map[string]any{"number": c.Number, "why": why}, Rows: []ledger.Row{{Table: "intake_contacts", Key: c.ID}}})
	return err == nil, err
}
