package evidence

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// HeldBy is a hold on a file, its own or that of its matter, of a unit or of a person, and since when and until when it held this file.
type HeldBy struct {
	ID     string     `json:"id"`
	Ground string     `json:"ground" enum:"hold,obstruction,major,complex"`
	Scope  string     `json:"scope" enum:"media,matter,unit,person"`
	What   string     `json:"what" doc:"what is held, in words"`
	From   time.Time  `json:"from"`
	Until  *time.Time `json:"until,omitempty" doc:"empty: it still holds"`
	ByName string     `json:"byName"`
	Reason string     `json:"reason,omitempty" doc:"empty for who may not read it"`

	endReason, endedBy string
	placed             time.Time
	lifted             *time.Time // the hold was taken off; not: the file left what it holds
	ref                ledger.Ref
}

// holdsOn finds all holds that ever held a file, the earliest first: its own, those of the matters to which it belongs, of units and people. What holds what it
// was made of, or what was made of it, holds it too.
func (s *Service) holdsOn(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media, lang string) ([]HeldBy, error) {
	family, _, err := s.families(ctx, tx, []string{m.ID})
	if err != nil {
		return nil, err
	}
	ids := family[m.ID]
	files, err := keepables(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if files[m.ID] == nil { // it is no more: what held it once is told from what is left
		if files, err = keepablesOf(ctx, tx, ids, true); err != nil {
			return nil, err
		}
	}
	above, err := unitsAbove(ctx, tx, files)
	if err != nil {
		return nil, err
	}
	var out []HeldBy
	for _, id := range append([]string{m.ID}, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == m.ID })...) {
		f := files[id]
		if f == nil {
			continue
		}
		stretches, err := s.heldStretches(ctx, tx, f, above[f.unit])
		if err != nil {
			return nil, err
		}
		for _, x := range stretches {
			if !slices.ContainsFunc(out, func(o HeldBy) bool { return o.ID == x.hold.ID }) {
				one, err := s.heldBy(ctx, tx, actor, x, lang)
				if err != nil {
					return nil, err
				}
				out = append(out, one)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b HeldBy) int { return a.From.Compare(b.From) })
	return out, nil
}

// heldStretch is a hold, and since when and until when a file was among what it holds.
type heldStretch struct {
	hold        Hold
	from, until *time.Time
}

func (s *Service) heldStretches(ctx context.Context, tx *store.Tx, f *keepable, above map[string]bool) (out []heldStretch, err error) {
	add := func(since time.Time, left *time.Time, where string, args ...any) error {
		list, err := holdsWhere(ctx, tx, where, mostHolds, args...)
		for _, h := range list {
			from, until := h.At, h.Ended
			if from.Before(since) {
				from = since
			}
			if left != nil && (until == nil || left.Before(*until)) {
				until = left
			}
			if until == nil || from.Before(*until) {
				out = append(out, heldStretch{h, &from, until})
			}
		}
		return err
	}
	if err := add(f.came, nil, `h.media = $1`, f.id); err != nil {
		return nil, err
	}
	if f.subject.Type != UnitSubject {
		if err := add(f.came, nil, `h.scope = 'matter' AND h.subject_type = $1 AND h.subject_id = $2`, f.subject.Type, f.subject.ID); err != nil {
			return nil, err
		}
	}
	ties, err := tiesOf(ctx, tx, f.id)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		if err := add(t.At, t.Ended, `h.scope = 'matter' AND h.subject_type = $1 AND h.subject_id = $2`, t.Subject.Type, t.Subject.ID); err != nil {
			return nil, err
		}
	}
	if f.person != "" {
		if err := add(f.came, nil, `h.scope = 'person' AND h.person = $1 AND h.from_at <= $2 AND h.to_at > $3`, f.person, store.At(f.ended), store.At(f.began)); err != nil {
			return nil, err
		}
	}
	n := len(out)
	if err := add(f.came, nil, `h.scope = 'unit' AND h.from_at <= $1 AND h.to_at > $2`, store.At(f.ended), store.At(f.began)); err != nil {
		return nil, err
	}
	units := slices.DeleteFunc(slices.Clone(out[n:]), func(x heldStretch) bool { return !above[x.hold.Unit] })
	return append(out[:n], units...), nil
}

// heldBy says a hold in words. Its reason is for who may see what it holds: of a file, its readers; of a matter, who may see it; of a unit or a person, who
// may hold there.
func (s *Service) heldBy(ctx context.Context, tx *store.Tx, actor org.Actor, x heldStretch, lang string) (HeldBy, error) {
	h := x.hold
	out := HeldBy{ID: h.ID, Ground: h.Ground, Scope: h.Scope, From: *x.from, Until: x.until, ByName: h.ByName, placed: h.At, ref: h.ref()}
	if h.Ended != nil && x.until != nil && !h.Ended.After(*x.until) {
		out.lifted, out.endedBy = h.Ended, h.EndedBy
	}
	may, params := true, map[string]any{}
	switch h.Scope {
	case ScopeMatter:
		_, err := s.access(ctx, tx, actor, h.Subject, false)
		if may = err == nil; may && s.exporting.Number != nil {
			number, err := s.exporting.Number(ctx, tx, h.Subject)
			if err != nil {
				return out, err
			}
			params["number"] = number
		}
	case ScopeUnit, ScopePerson:
		may = actor.Can("evidence.hold", h.Unit) || actor.Can("evidence.release", h.Unit)
		params["from"], params["to"] = law.On(*h.From).String(), law.On(h.To.Add(-time.Millisecond)).String()
		units, err := org.UnitNames(ctx, tx, h.Unit)
		if err != nil {
			return out, err
		}
		params["unit"] = units[h.Unit]
		if h.Person != "" {
			people, err := org.PeopleNames(ctx, tx, h.Person)
			if err != nil {
				return out, err
			}
			params["person"] = people[h.Person]
		}
	}
	if params["number"] == nil {
		params["number"] = ""
	}
	said := h.Scope
	if params["from"] != nil && params["from"] == params["to"] { // a single day is named once
		said += "_day"
	}
	out.What = strings.TrimSpace(words.Text(lang, "evidence.held_by."+said, params))
	if may {
		out.Reason, out.endReason = h.Reason, h.EndReason
	}
	return out, nil
}

// addHolds adds to a file's life when holds that are not its own began to hold it, and when they were taken off. Their entries are about the matter, the unit or
// the person's unit, so that its life alone would not tell of them.
func addHolds(ctx context.Context, tx *store.Tx, out *Custody, lang string) error {
	for _, h := range out.Holds {
		if h.Scope == ScopeMedia && h.ref == mediaSubject(out.Media.ID) {
			continue // stands there
		}
		entries, err := ledger.Subject(ctx, tx, h.ref)
		if err != nil {
			return err
		}
		for _, e := range entries {
			var body struct{ Hold string }
			if e.Kind != entryHeld && e.Kind != entryReleased || json.Unmarshal(e.Body, &body) != nil || body.Hold != h.ID {
				continue
			}
			one := Handled{At: h.From, Kind: e.Kind, Title: words.Text(lang, "evidence.custody."+strings.TrimPrefix(e.Kind, "evidence."), nil), Who: h.ByName, Entry: e.ID, Leaf: e.Leaf}
			why := h.Reason
			if e.Kind == entryReleased {
				if h.lifted == nil {
					continue
				}
				one.At, one.Who, why = *h.lifted, h.endedBy, h.endReason
			}
			one.Reason = h.What
			if why != "" {
				one.Reason = words.Text(lang, "evidence.held_by.why", map[string]any{"what": h.What, "reason": why})
			}
			out.Items = append(out.Items, one)
		}
	}
	slices.SortStableFunc(out.Items, func(a, b Handled) int { return a.At.Compare(b.At) })
	return nil
}
