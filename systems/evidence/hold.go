package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() {
	ledger.Seal("evidence_holds", "id")
	ledger.Exempt("evidence_turnstile", "a count by which two who tie, hold or destroy come one after the other")
}

// Kinds of entries of holds.
const (
	entryHeld     = "evidence.held"
	entryReleased = "evidence.released"
)

// Scopes of a hold.
const (
	ScopeMedia  = "media"
	ScopeMatter = "matter"
	ScopeUnit   = "unit"
	ScopePerson = "person"
)

// Hold keeps files beyond their time: until it is taken off (a hold), or for good (the other grounds), which is taken off only where it was wrong.
type Hold struct {
	ID        string     `json:"id"`
	Ground    string     `json:"ground" enum:"hold,obstruction,major,complex"`
	Scope     string     `json:"scope" enum:"media,matter,unit,person"`
	Media     string     `json:"media,omitempty"`
	Subject   Subject    `json:"subject"`
	Unit      string     `json:"unit"`
	UnitName  string     `json:"unitName,omitempty"`
	Person    string     `json:"person,omitempty"`
	Who       string     `json:"personName,omitempty"`
	Number    string     `json:"number,omitempty" doc:"of the matter"`
	From      *time.Time `json:"from,omitempty"`
	To        *time.Time `json:"to,omitempty" doc:"the moment at which its last day is over"`
	Reason    string     `json:"reason"`
	At        time.Time  `json:"at"`
	ByName    string     `json:"byName"`
	Ended     *time.Time `json:"ended,omitempty"`
	EndedBy   string     `json:"endedBy,omitempty"`
	EndReason string     `json:"endReason,omitempty"`
	Name      string     `json:"name,omitempty" doc:"of the file"`
	// MayRelease tells whether the asker may take it off.
	MayRelease bool `json:"mayRelease"`
}

// HoldInput is what is to be kept, and why.
type HoldInput struct {
	Ground  string `json:"ground" enum:"hold,obstruction,major,complex"`
	Media   string `json:"media,omitempty" maxLength:"40" doc:"one file"`
	Subject string `json:"subject,omitempty" maxLength:"80" doc:"or all of a matter: complaint:ID or case:ID"`
	Number  string `json:"number,omitempty" maxLength:"60" doc:"or of the matter with this number"`
	Person  string `json:"person,omitempty" maxLength:"40" doc:"or all that somebody recorded or added, from a day to a day"`
	Unit    string `json:"unit,omitempty" maxLength:"40" doc:"or all that a unit and those below it made, from a day to a day"`
	From    string `json:"from,omitempty" maxLength:"10"`
	To      string `json:"to,omitempty" maxLength:"10"`
	Reason  string `json:"reason" maxLength:"500"`
}

// ref is what the entries of a hold are about.
func (h *Hold) ref() ledger.Ref {
	switch h.Scope {
	case ScopeMedia:
		return mediaSubject(h.Media)
	case ScopeMatter:
		return ledger.Ref{Type: h.Subject.Type, ID: h.Subject.ID}
	}
	return ledger.Ref{Type: UnitSubject, ID: h.Unit}
}

// reasonOf is a reason as it is kept. Returns form where there is none or too long a one.
func reasonOf(text string) (string, error) {
	text = strings.TrimSpace(api.Clean(text))
	if text == "" || utf8.RuneCountInString(text) > maxNote {
		return "", fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	return text, nil
}

// pass lets one at a time tie, hold or destroy: what one of them has read stays true until it is done.
func pass(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO evidence_turnstile (id, turns) VALUES ('one', 1) ON CONFLICT (id) DO UPDATE SET turns = evidence_turnstile.turns + 1`)
	return err
}

// Hold keeps files from being destroyed. Returns form, evidence.hold_scope, evidence.not_found, evidence.destroyed, refused, and what the matter's owner says.
func (s *Service) Hold(ctx context.Context, actor org.Actor, in HoldInput) (*Hold, error) {
	reason, err := reasonOf(in.Reason)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{RuleHold, RuleObstruction, RuleMajor, RuleComplex}, in.Ground) {
		return nil, fault.New(fault.Invalid, "form").With("ground", "form.required")
	}
	h := &Hold{ID: store.NewID(), Ground: in.Ground, Reason: reason, ByName: actor.Name}
	in.Number = strings.TrimSpace(in.Number)
	named := 0
	for scope, is := range map[string]bool{ScopeMedia: in.Media != "", ScopeMatter: in.Subject != "" || in.Number != "", ScopeUnit: in.Unit != "", ScopePerson: in.Person != ""} {
		if is {
			h.Scope = scope
			named++
		}
	}
	if named != 1 || in.Subject != "" && in.Number != "" {
		return nil, fault.New(fault.Invalid, "evidence.hold_scope")
	}
	h.Media, h.Unit, h.Person = in.Media, in.Unit, in.Person
	if in.Subject != "" {
		if h.Subject, err = (SubjectQuery{Subject: in.Subject}).parse(); err != nil {
			return nil, err
		}
	}
	if h.Scope == ScopeUnit || h.Scope == ScopePerson {
		from, err1 := law.ParseDate(in.From)
		to, err2 := law.ParseDate(in.To)
		wrong := fault.New(fault.Invalid, "form")
		if err1 != nil {
			wrong = wrong.With("from", "form.date")
		}
		switch {
		case err2 != nil:
			wrong = wrong.With("to", "form.date")
		case err1 == nil && to.Before(from):
			wrong = wrong.With("to", "form.order")
		}
		if err1 != nil || err2 != nil || to.Before(from) {
			return nil, wrong
		}
		begin, end := from.Start(), to.End()
		h.From, h.To = &begin, &end
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Hold, error) {
		if err := pass(ctx, tx); err != nil {
			return nil, err
		}
		if in.Number != "" {
			found := false
			if h.Subject, found, err = s.subjectBy(ctx, tx, actor, in.Number); err != nil {
				return nil, err
			}
			if !found {
				return nil, fault.New(fault.Invalid, "form").With("number", "evidence.no_matter")
			}
		}
		if err := s.ownerOf(ctx, tx, actor, h); err != nil {
			return nil, err
		}
		if err := actor.Must("evidence.hold", h.Unit); err != nil {
			return nil, err
		}
		h.At = s.now()
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_holds (id, ground, scope, media, subject_type, subject_id, unit, from_at, to_at, reason, at, by_person, by_name, person)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
			h.ID, h.Ground, h.Scope, sql.NullString{String: h.Media, Valid: h.Media != ""}, h.Subject.Type, h.Subject.ID, h.Unit, store.AtPtr(h.From), store.AtPtr(h.To), h.Reason, store.At(h.At), actor.Person, actor.Name, sql.NullString{String: h.Person, Valid: h.Person != ""}); err != nil {
			return nil, fmt.Errorf("hold: %w", err)
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryHeld, Subject: h.ref(), Actor: actor.Person, Unit: h.Unit, At: h.At,
			Body: map[string]any{"hold": h.ID, "ground": h.Ground, "scope": h.Scope, "reason": h.Reason}, Rows: []ledger.Row{{Table: "evidence_holds", Key: h.ID}}})
		return h, err
	})
}

// ownerOf finds whose a hold is, and that the actor may see what it holds.
func (s *Service) ownerOf(ctx context.Context, tx *store.Tx, actor org.Actor, h *Hold) (err error) {
	switch h.Scope {
	case ScopeMedia:
		m, err := one(ctx, tx, `id = $1`, h.Media)
		if err != nil {
			return err
		}
		if err := s.mayOpen(ctx, tx, actor, m); err != nil {
			return err
		}
		if h.Unit, err = s.unitNow(ctx, tx, actor, m); err != nil {
			return err
		}
		h.Name = m.Name
		return mustLive(ctx, tx, h.Media)
	case ScopePerson:
		p, err := org.PersonByID(ctx, tx, h.Person)
		if fault.KindOf(err) == fault.NotFound {
			return fault.New(fault.Invalid, "form").With("person", "form.required")
		}
		if err != nil {
			return err
		}
		h.Unit, h.Who = p.Unit, p.Name
	case ScopeMatter:
		h.Unit, err = s.access(ctx, tx, actor, h.Subject, false)
	}
	return err
}

// Release takes a hold off, for a reason. Returns form, evidence.no_hold for one that is not there, refused.
func (s *Service) Release(ctx context.Context, actor org.Actor, id, why string) error {
	why, err := reasonOf(why)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := pass(ctx, tx); err != nil {
			return err
		}
		list, err := holdsWhere(ctx, tx, `h.id = $1 AND h.ended_at IS NULL`, 1, id)
		if err != nil {
			return err
		}
		if len(list) == 0 || !actor.Can("evidence.hold", list[0].Unit) && !actor.Can("evidence.release", list[0].Unit) {
			return fault.New(fault.NotFound, "evidence.no_hold")
		}
		h := list[0]
		if err := actor.Must("evidence.release", h.Unit); err != nil {
			return err
		}
		now := s.now()
		if err := store.Changed(tx.Exec(ctx, `UPDATE evidence_holds SET ended_at = $2, ended_by = $3, end_reason = $4 WHERE id = $1 AND ended_at IS NULL`, id, store.At(now), actor.Name, why)); err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryReleased, Subject: h.ref(), Actor: actor.Person, Unit: h.Unit, At: now,
			Body: map[string]any{"hold": h.ID, "ground": h.Ground, "reason": why}, Rows: []ledger.Row{{Table: "evidence_holds", Key: id}}})
		return err
	})
}

// holdsShown is how many holds a list shows at most, those that hold first.
const holdsShown = 200

// HoldList is holds, and whether the asker may place one on the matter that he asked for.
type HoldList struct {
	Items   []Hold `json:"items"`
	MayHold bool   `json:"mayHold" doc:"of one matter alone"`
}

// Holds lists what keeps files beyond their time in the units in which the actor has the right, the newest first; over tells those that were taken off. Where a
// matter is named, those on all of it. Returns what its owner says.
func (s *Service) Holds(ctx context.Context, actor org.Actor, of Subject, over bool) (list *HoldList, err error) {
	list = &HoldList{Items: []Hold{}}
	var out []Hold
	w := &store.Where{}
	if of != (Subject{}) {
		w.Add("h.scope = 'matter' AND h.subject_type = ? AND h.subject_id = ?", of.Type, of.ID)
	}
	w.Raw(org.ScopeSQL(actor, "evidence.hold", "h.unit", w.Next()))
	if over {
		w.Raw("h.ended_at IS NOT NULL", nil)
	} else {
		w.Raw("h.ended_at IS NULL", nil)
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if of != (Subject{}) {
			unit, err := s.access(ctx, tx, actor, of, false)
			if err != nil {
				return err
			}
			list.MayHold = actor.Can("evidence.hold", unit)
		}
		if out, err = holdsWhere(ctx, tx, w.SQL(), holdsShown, w.Args()...); err != nil {
			return err
		}
		var units, people []string
		for _, h := range out {
			units, people = append(units, h.Unit), append(people, h.Person)
		}
		names, err := org.UnitNames(ctx, tx, units...)
		if err != nil {
			return err
		}
		who, err := org.PeopleNames(ctx, tx, people...)
		if err != nil {
			return err
		}
		for i := range out {
			h := &out[i]
			h.UnitName, h.Who, h.MayRelease = names[h.Unit], who[h.Person], h.Ended == nil && actor.Can("evidence.release", h.Unit)
			if h.Scope == ScopeMatter && s.exporting.Matter != nil {
				if called, err := s.exporting.Matter(ctx, tx, actor, h.Subject); err == nil { // who may not see it reads no number
					h.Number = called
				}
			}
		}
		return nil
	})
	list.Items = append(list.Items, out...)
	return list, err
}

func holdsWhere(ctx context.Context, tx *store.Tx, where string, limit int, args ...any) ([]Hold, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (h Hold, err error) {
		var from, to, ended *store.Time
		var at store.Time
		err = r.Scan(&h.ID, &h.Ground, &h.Scope, &h.Media, &h.Subject.Type, &h.Subject.ID, &h.Unit, &from, &to, &h.Reason, &at, &h.ByName, &ended, &h.EndedBy, &h.EndReason, &h.Name, &h.Person)
		h.From, h.To, h.Ended, h.At = momentOf(from), momentOf(to), momentOf(ended), at.Time
		return h, err
	}, `SELECT h.id, h.ground, h.scope, COALESCE(h.media, ''), h.subject_type, h.subject_id, h.unit, h.from_at, h.to_at, h.reason, h.at, h.by_name, h.ended_at, COALESCE(h.ended_by, ''), COALESCE(h.end_reason, ''), COALESCE(m.name, ''), COALESCE(h.person, '')
		FROM evidence_holds h LEFT JOIN evidence_media m ON m.id = h.media WHERE `+where+fmt.Sprintf(` ORDER BY h.at DESC, h.id DESC LIMIT %d`, limit), args...)
}

// addGrounds finds the holds on files: their own, those of their matters, those of their units or people and times.
func addGrounds(ctx context.Context, tx *store.Tx, files map[string]*keepable) error {
	if len(files) == 0 {
		return nil
	}
	var holds []Hold
	for some := range slices.Chunk(slices.Sorted(maps.Keys(files)), atOnceKept) {
		var matters []string
		for _, id := range some {
			for _, m := range files[id].matters {
				matters = append(matters, m.ID)
			}
		}
		for scope, ids := range map[string][]string{"h.media": some, "h.subject_id": matters} {
			for ids := range slices.Chunk(ids, atOnceKept) {
				w := &store.Where{}
				w.Raw("h.ended_at IS NULL", nil)
				w.In(scope, ids)
				list, err := holdsWhere(ctx, tx, w.SQL(), mostHolds, w.Args()...)
				if err != nil {
					return err
				}
				holds = append(holds, list...)
			}
		}
	}
	ofUnits, err := holdsWhere(ctx, tx, `h.ended_at IS NULL AND h.scope IN ('unit', 'person')`, mostHolds)
	if err != nil {
		return err
	}
	above := map[string]map[string]bool{} // the units above each, itself among them
	if len(ofUnits) > 0 {
		holds = append(holds, ofUnits...)
		if above, err = unitsAbove(ctx, tx, files); err != nil {
			return err
		}
	}
	for _, h := range holds {
		if h.Scope == ScopeMedia {
			if f := files[h.Media]; f != nil && !slices.Contains(f.grounds, h.Ground) {
				f.grounds = append(f.grounds, h.Ground)
			}
			continue
		}
		for _, f := range files {
			if slices.Contains(f.grounds, h.Ground) {
				continue
			}
			if h.Scope == ScopeMatter && slices.Contains(f.matters, h.Subject) ||
				(h.Scope == ScopeUnit && above[f.unit][h.Unit] || h.Scope == ScopePerson && f.person == h.Person) && f.began.Before(*h.To) && !f.ended.Before(*h.From) {
				f.grounds = append(f.grounds, h.Ground)
			}
		}
	}
	return nil
}

// mostHolds bounds how many holds are looked at for some files.
const mostHolds = 20_000

func unitsAbove(ctx context.Context, tx *store.Tx, files map[string]*keepable) (map[string]map[string]bool, error) {
	var units []string
	for _, f := range files {
		if !slices.Contains(units, f.unit) {
			units = append(units, f.unit)
		}
	}
	out := map[string]map[string]bool{}
	w := &store.Where{}
	w.In("descendant", units)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var up, down string
		err = r.Scan(&up, &down)
		if out[down] == nil {
			out[down] = map[string]bool{}
		}
		out[down][up] = true
		return
	}, `SELECT ancestor, descendant FROM org_v_unit_paths WHERE `+w.SQL(), w.Args()...)
	return out, err
}
