package casework

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/term"
)

// file is a case with all that its procedure looks at, as one transaction sees it.
type file struct {
	*Case
	officers  []Officer
	parties   []Party
	evidence  []Evidence
	documents []Document
	steps     []Taken
	terms     []term.Term
}

func (s *Service) loadFile(ctx context.Context, tx *store.Tx, id string) (*file, error) {
	c, err := loadCase(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	f := &file{Case: c}
	if f.officers, err = listOfficers(ctx, tx, id); err != nil {
		return nil, err
	}
	if f.parties, err = listParties(ctx, tx, id); err != nil {
		return nil, err
	}
	if f.evidence, err = listEvidence(ctx, tx, id); err != nil {
		return nil, err
	}
	if f.documents, err = listDocuments(ctx, tx, id); err != nil {
		return nil, err
	}
	if f.steps, err = listSteps(ctx, tx, id); err != nil {
		return nil, err
	}
	terms, err := term.Of(ctx, tx, Type, []string{id})
	if err != nil {
		return nil, err
	}
	f.terms = terms[id]
	return f, nil
}

// party is whom the case is about; the ordinary procedure is run for one party.
func (f *file) party() (Party, bool) {
	if len(f.parties) == 0 {
		return Party{}, false
	}
	return f.parties[0], true
}

func (f *file) investigates(person string) bool {
	for _, o := range f.officers {
		if o.Person == person {
			return true
		}
	}
	return false
}

// last is the newest taking of a step.
func (f *file) last(step string) (Taken, bool) {
	for i := len(f.steps) - 1; i >= 0; i-- {
		if f.steps[i].Step == step {
			return f.steps[i], true
		}
	}
	return Taken{}, false
}

// observe looks at everything that the procedure asks about, for this person at this moment.
func (s *Service) observe(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, now time.Time) (procedure.Seen, error) {
	seen := procedure.Seen{}
	today := law.On(now)
	certified, err := s.certified(ctx, tx, f, today)
	if err != nil {
		return nil, err
	}
	party, hasParty := f.party()
	seen.Say(TwoCertifiedOfficers, certified >= 2)
	seen.Say(PartyIdentified, hasParty && party.Name != "" && party.IDCode != "" && party.Address != "")
	seen.Say(EvidencePresent, len(f.evidence) > 0)
	seen.Say(ReviewerIndependent, !f.investigates(actor.Person))

	matter, err := s.matterOf(ctx, tx, f.Case)
	if err != nil {
		return nil, err
	}
	seen.Say(MatterInForce, matter.ok)
	seen.Say(MatterConfirmed, matter.confirmed)
	seen.Say(CorrectionFirst, matter.CorrectFirst)

	larger := f.ProposedYuan != nil && f.larger(*f.ProposedYuan)
	seen.Say(HearingEntitled, larger)
	seen.Say(CaseIsMajor, larger)
	var review string
	if _, err := org.SettingInto(ctx, tx, f.Unit, "casework.review", &review); err != nil {
		return nil, fmt.Errorf("setting casework.review: %w", err)
	}
	seen.Say(ReviewRequired, review != "major" || larger)

	seen.Say(WithinLimitation, f.withinLimitation())
	seen.Say(WarningAlone, f.DecidedYuan != nil && *f.DecidedYuan == 0)
	fresh, err := s.evidenceSinceDefence(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	seen.Say(EvidenceSinceDefence, fresh)

	until, extended := f.extendedUntil()
	seen.Say(ExtensionOver, extended && until.Before(today))
	seen.Say(NinetyDaysOver, term.Lapsed(f.terms, NinetyDays.Code, now))
	seen.Say(DefenceTimeOver, term.Lapsed(f.terms, DefenceTime.Code, now))
	seen.Say(HearingNoticeOver, term.Lapsed(f.terms, HearingNotice.Code, now))
	return seen, nil
}

// certified counts the officers of the case whose certificates are valid today (AP 42).
func (s *Service) certified(ctx context.Context, tx *store.Tx, f *file, today law.Date) (int, error) {
	people, err := store.Collect(ctx, tx, func(r *sql.Rows) (p org.Person, err error) {
		var until *store.Date
		if err = r.Scan(&p.Kind, &p.Disabled, &p.Certificate, &until); err == nil && until != nil {
			p.CertificateUntil = until.Date
		}
		return
	}, `SELECT p.kind, p.disabled, p.certificate, p.certificate_until FROM casework_officers o JOIN org_v_people p ON p.id = o.person WHERE o.case_id = $1`, f.ID)
	if err != nil {
		return 0, fmt.Errorf("officers of case %s: %w", f.ID, err)
	}
	n := 0
	for _, p := range people {
		if p.CertifiedOn(today) {
			n++
		}
	}
	return n, nil
}

// larger reports whether a fine is a larger one (较大数额) for this kind of party, by the province's
// threshold: it gives a right to a hearing (AP 63) and makes the case a major one.
func (f *file) larger(yuan int64) bool {
	party, ok := f.party()
	if !ok {
		return false
	}
	threshold, err := law.HearingThreshold(party.Kind)
	return err == nil && yuan >= threshold.Yuan
}

// extendedUntil is the last day that the newest extension of the ninety days allows.
func (f *file) extendedUntil() (law.Date, bool) {
	taken, ok := f.last("extend")
	if !ok {
		return law.Date{}, false
	}
	text, _ := taken.Fields["until"].(string)
	d, err := law.ParseDate(text)
	return d, err == nil
}
