package evidence

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// entryClaimed says that somebody put right whose a recording is, or when it was made.
const entryClaimed = "evidence.claimed"

// ClaimInput is whose a recording is and when it began, as somebody puts it right.
type ClaimInput struct {
	OfficerNo string     `json:"officerNo,omitempty" maxLength:"40" doc:"number of the certificate, or login, of who made it; empty: as it is"`
	Began     *time.Time `json:"began,omitempty" doc:"when it began; empty: as it is"`
	Reason    string     `json:"reason" maxLength:"500"`
}

// Claim puts right whose a recording is and when it was made: of those that nobody is known to have made, and where a clock was a day off. What path,
// sidecar and file said stays beside it. Who does it has the right in the unit that has it, and in the maker's. Returns evidence.not_found,
// refused.unit, evidence.nobody, evidence.destroyed, form, evidence.derived_stays for what was made of another,
// evidence.held, evidence.claim_tied.
func (s *Service) Claim(ctx context.Context, actor org.Actor, id string, in ClaimInput) (*Recording, error) {
	reason := strings.TrimSpace(api.Clean(in.Reason))
	wrong := fault.New(fault.Invalid, "form")
	if reason == "" || utf8.RuneCountInString(reason) > maxNote {
		wrong.With("reason", "form.required")
	}
	if in.OfficerNo == "" && in.Began == nil {
		wrong.With("officerNo", "form.required")
	}
	switch {
	case in.Began == nil:
	case in.Began.After(s.now()):
		wrong.With("began", "form.future")
	case in.Began.Before(s.now().Add(-maxDrift)):
		wrong.With("began", "evidence.long_ago")
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Recording, error) {
		r, err := s.recording(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		if err := actor.Must("evidence.claim", r.Unit); err != nil {
			return nil, err
		}
		if err := mustLive(ctx, tx, id); err != nil {
			return nil, err
		}
		if r.Parent != "" {
			return nil, fault.New(fault.Conflict, "evidence.derived_stays")
		}
		if err := s.mustBeFree(ctx, tx, id); err != nil {
			return nil, err
		}
		was := r.Began
		before := map[string]any{"officer": r.Officer, "began": r.Began}
		if in.OfficerNo != "" {
			person, found, err := org.PersonByNumber(ctx, tx, strings.TrimSpace(in.OfficerNo))
			if err != nil {
				return nil, err
			}
			if !found {
				return nil, fault.New(fault.Invalid, "evidence.nobody", "no", in.OfficerNo)
			}
			if err := actor.Must("evidence.claim", person.Unit); err != nil {
				return nil, err
			}
			r.Officer, r.Unit = person.ID, person.Unit
		}
		if in.Began != nil {
			began := in.Began.UTC()
			ended := began.Add(time.Duration(r.LongMS) * time.Millisecond)
			r.Began, r.Ended = &began, &ended
		}
		rows, err := s.writeClaim(ctx, tx, r, was)
		if err != nil {
			return nil, err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryClaimed, Subject: mediaSubject(id), Actor: actor.Person, Unit: r.Unit, At: s.now(),
			Body: map[string]any{"reason": reason, "officer": r.Officer, "began": r.Began, "before": before}, Rows: rows})
		return r, err
	})
}

// writeClaim writes whose a recording is and when it began, there and in all that was made of it.
func (s *Service) writeClaim(ctx context.Context, tx *store.Tx, r *Recording, was *time.Time) (rows []ledger.Row, err error) {
	write := func(id string, began, ended *time.Time) error {
		rows = append(rows, ledger.Row{Table: "evidence_recordings", Key: id})
		if _, err := tx.Exec(ctx, `UPDATE evidence_recordings SET officer = $2, unit = $3, began_at = $4, ended_at = $5 WHERE media = $1`, id, nullable(r.Officer), r.Unit, store.AtPtr(began), store.AtPtr(ended)); err != nil {
			return fmt.Errorf("put a recording right: %w", err)
		}
		return nil
	}
	if err := write(r.ID, r.Began, r.Ended); err != nil {
		return nil, err
	}
	made, err := derivedOf(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range made {
		of, err := recordingsWhere(ctx, tx, `r.media = $1`, 1, d.ID)
		if err != nil {
			return nil, err
		}
		for _, one := range of {
			began, ended := one.Began, one.Ended
			if r.Began != nil && (was == nil || began == nil) { // nobody knew when; now one does
				at := r.Began.Add(time.Duration(d.Params.FromMS) * time.Millisecond)
				until := at.Add(time.Duration(one.LongMS) * time.Millisecond)
				began, ended = &at, &until
			} else if began != nil && r.Began != nil {
				at, until := began.Add(r.Began.Sub(*was)), ended.Add(r.Began.Sub(*was))
				began, ended = &at, &until
			}
			if err := write(d.ID, began, ended); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// mustBeFree fails with evidence.claim_tied for a recording that is tied to a step, and with evidence.held for one that is held: a hold goes by person and day, so whoever changed these would lift it.
func (s *Service) mustBeFree(ctx context.Context, tx *store.Tx, id string) error {
	if err := pass(ctx, tx); err != nil {
		return err
	}
	// A tie to a step says that this person made it on that day.
	ties, err := tiesOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(ties, func(t Tie) bool { return t.Ended == nil && t.Step != "" }) {
		return fault.New(fault.Conflict, "evidence.claim_tied")
	}
	files, err := keepables(ctx, tx, []string{id})
	if err != nil {
		return err
	}
	if f := files[id]; f != nil && len(f.grounds) > 0 {
		return fault.New(fault.Refused, "evidence.held")
	}
	return nil
}

func nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
