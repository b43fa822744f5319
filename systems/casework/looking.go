package casework

import (
	"context"
	"encoding/json"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
)

// look is the case as the facts of a track see it. beside is nil for a main procedure.
func (s *Service) look(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, beside *Beside, now time.Time) (*tracks.Look, error) {
	matter, err := s.matterOf(ctx, tx, f.Case)
	if err != nil {
		return nil, err
	}
	today := law.On(now)
	l := &tracks.Look{Now: now, Calendar: s.terms.Calendar(), State: f.State, Main: f.Case.Procedure, Facts: f.Facts, Unit: f.Unit,
		FoundOn: f.FoundOn, FoundAt: f.foundAt(), ActDate: f.ActDate, OpenedAt: f.OpenedAt, FiledAt: f.FiledAt, DecidedAt: f.DecidedAt,
		Evidence: len(f.evidence), Proposed: f.ProposedYuan, Decided: f.DecidedYuan, Steps: taken(f.steps),
		Actor: tracks.Person{ID: actor.Person, Name: actor.Name, Kind: actor.Kind, Roles: f.rolesOf(actor), Certified: actor.Certificate.ValidOn(today)},
		Matter: tracks.Matter{Code: f.Matter, Field: matter.Field, InForce: matter.ok, Confirmed: matter.confirmed, CorrectFirst: matter.CorrectFirst,
			FineOptional: matter.FineOptional, MaySeize: matter.Seizure.Article != 0},
		Setting: func(key string) string { return s.setting(ctx, tx, f.Unit, key) },
	}
	kind := Organisation
	if p, ok := f.party(); ok {
		kind = p.Kind
		l.Party = tracks.Party{Known: p.Name != "" && p.IDCode != "" && p.Address != "", Kind: p.Kind}
	}
	l.Low, l.High, l.RangeKnown = matter.limits(f.Case, kind)
	for _, o := range f.holders {
		l.Officers = append(l.Officers, tracks.Person{ID: o.Person, Name: o.Name, Kind: o.person.Kind, Certified: o.person.CertifiedOn(today), Withdrawn: o.left()})
	}
	for _, d := range f.documents {
		l.Documents = append(l.Documents, tracks.Document{ID: d.ID, Kind: d.Kind, Number: d.Number, Track: d.Track, IssuedOn: law.On(d.IssuedAt), ServedOn: d.ServedOn, Method: d.ServedBy, Void: d.VoidAt != nil})
	}
	for _, b := range f.beside {
		if beside == nil || b.ID != beside.ID {
			l.Beside = append(l.Beside, tracks.Running{ID: b.ID, Procedure: b.Procedure, State: b.State, Facts: b.Facts, Ended: b.EndedAt != nil, OpenedAt: b.OpenedAt, Steps: taken(b.steps)})
		}
	}
	name := func(code string) string { return clockName(f.Case.Procedure, 0, code) }
	if beside != nil {
		l.Track = taken(beside.steps)
		name = func(code string) string { return clockName(beside.Procedure, beside.Seq, code) }
	} else {
		l.Track = l.Steps
	}
	mainName := func(code string) string { return clockName(f.Case.Procedure, 0, code) }
	if f.Case.Procedure == Ordinary.Code {
		mainName = func(code string) string { return code }
	}
	l.Lapsed = func(code string) bool { return term.Lapsed(f.terms, name(code), now) }
	l.Due = func(code string) law.Date { return f.dueOf(name(code)) }
	l.MainLapsed = func(code string) bool { return term.Lapsed(f.terms, mainName(code), now) }
	l.MainDue = func(code string) law.Date { return f.dueOf(mainName(code)) }
	m, err := s.moneyOf(ctx, tx, f, today)
	if err != nil {
		return nil, err
	}
	l.Paid, l.SurPaid, l.Surcharge = m.PaidFine, m.PaidSur/100, m.Surcharge/100
	l.Owed = func(on law.Date) (fine, surcharge int64) {
		m := f.money(l.Calendar, m.Payments, on)
		fine = max(0, m.Fine-m.PaidFine) * 100
		return fine, m.Outstanding - fine
	}
	if l.FilmsAccounted, err = s.filmsAccounted(ctx, tx, f); err != nil {
		return nil, err
	}
	l.Informant = f.Complaint != ""
	l.SameDay, l.OtherFines, l.Repeated, l.UnderAge = f.sameDay, f.otherFines, f.repeated, !f.ofAge()
	_, l.BornKnown = f.born()
	return l, nil
}

// foundAt is the moment at which the act came to light, as far as the day of it is kept: the opening of the case,
// or the beginning of the day on which its complaint came.
func (c *Case) foundAt() time.Time {
	if c.FoundOn == law.On(c.OpenedAt) {
		return c.OpenedAt
	}
	return c.FoundOn.Start()
}

func taken(steps []Taken) []tracks.Taken {
	out := make([]tracks.Taken, len(steps))
	for i, t := range steps {
		out[i] = tracks.Taken{Step: t.Step, Actor: t.Actor, At: t.At, Fields: t.Fields}
	}
	return out
}

// dueOf is the last day of the newest period of that name; zero where there is none.
func (f *file) dueOf(name string) law.Date {
	for i := len(f.terms) - 1; i >= 0; i-- {
		if f.terms[i].Clock == name {
			return f.terms[i].DueDate
		}
	}
	return law.Date{}
}

// setting is the text of a unit's setting; empty where there is none.
func (s *Service) setting(ctx context.Context, tx *store.Tx, unit, key string) string {
	raw, _, err := org.Setting(ctx, tx, unit, key)
	if err != nil {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}

// named are the people whom a form names, each with what they may do in the case today. Returns
// case.person_unknown beside the field for nobody.
func (s *Service) named(ctx context.Context, tx *store.Tx, a *act) (map[string]tracks.Person, error) {
	out := map[string]tracks.Person{}
	today := law.On(a.now)
	for _, field := range a.step.Fields {
		var ids []string
		switch field.Type {
		case procedure.PersonField:
			ids = []string{a.values.Text(field.Name)}
		case procedure.People:
			ids = a.values.List(field.Name)
		}
		for _, id := range ids {
			if id == "" {
				continue
			}
			roles, err := s.rolesOfPerson(ctx, tx, a, field.Name, id)
			if err != nil {
				return nil, err
			}
			p, err := org.PersonByID(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			out[id] = tracks.Person{ID: id, Name: p.Name, Kind: p.Kind, Roles: roles, Certified: p.CertifiedOn(today)}
		}
	}
	return out, nil
}
