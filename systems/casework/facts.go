package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
)

// file is a case with all that its procedure looks at, as one transaction sees it.
type file struct {
	*Case
	officers  []Officer
	holders   []investigator // the officers, as far as their certificates go
	parties   []Party
	evidence  []Evidence
	documents []Document
	steps     []Taken // of the main procedure
	beside    []*Beside
	// sameDay are decided cases of the same party and matter for acts of the same day.
	sameDay []tracks.Earlier
	// otherFines are fines of the same party for another matter, of the same day and place.
	otherFines []tracks.Earlier
	// repeated: there is a decided case of the same party and matter, of whatever day.
	repeated bool
	terms    []term.Term
	// accounted is what filmsAccounted found, once it was asked.
	accounted *bool
}

// loadFile reads a case with all that its procedure looks at, and what is wanted beside it. Returns
// case.not_found.
func (s *Service) loadFile(ctx context.Context, tx *store.Tx, id string, beside ...store.Part) (*file, error) {
	var decided map[string][]elsewhere
	var repeated map[string][]bool
	beside = append(slices.Clone(beside), store.Keep(&decided, decidedOf, []string{id}), store.Keep(&repeated, repeatedOf, []string{id}))
	files, err := s.loadFiles(ctx, tx, []string{id}, beside...)
	if err != nil {
		return nil, err
	}
	f, ok := files[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "case.not_found")
	}
	know(files, []string{id}, decided, repeated)
	return f, nil
}

// loadFiles reads many cases as loadFile does one, in as many questions, but for the other cases of their parties.
func (s *Service) loadFiles(ctx context.Context, tx *store.Tx, ids []string, beside ...store.Part) (map[string]*file, error) {
	var cases map[string]*Case
	var officers map[string][]investigator
	var parties map[string][]Party
	var evidence map[string][]Evidence
	var documents map[string][]Document
	var steps map[string][]Taken
	var running map[string][]*Beside
	var terms map[string][]term.Term
	if err := tx.Together(ctx, append([]store.Part{store.Keep(&cases, s.casesWithMatters, ids), store.Keep(&officers, investigatorsOf, ids), store.Keep(&parties, partiesOf, ids),
		store.Keep(&evidence, evidenceOf, ids), store.Keep(&documents, documentsOf, ids), store.Keep(&steps, stepsOf, ids), store.Keep(&running, tracksOf, ids), org.Know,
		func(ctx context.Context, tx *store.Tx) (err error) {
			terms, err = term.Of(ctx, tx, Type, ids)
			return err
		}}, beside...)...); err != nil {
		return nil, err
	}
	out := make(map[string]*file, len(cases))
	for id, c := range cases {
		f := &file{Case: c, officers: []Officer{}, parties: orEmpty(parties[id]), evidence: orEmpty(evidence[id]), documents: orEmpty(documents[id]), beside: running[id], terms: terms[id]}
		f.spread(steps[id])
		if p, ok := f.party(); ok {
			f.partyKind = p.Kind
		}
		for _, o := range officers[id] {
			f.officers, f.holders = append(f.officers, o.Officer), append(f.holders, o)
		}
		out[id] = f
	}
	return out, nil
}

// casesWithMatters reads cases and makes sure of what the legal section said of their matters.
func (s *Service) casesWithMatters(ctx context.Context, tx *store.Tx, ids []string) (map[string]*Case, error) {
	cases, err := loadCases(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if _, err := s.matterOf(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// orEmpty is a list that is empty, and not nothing, where there is nothing on it.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// party is whom the case is about; the ordinary procedure is run for one party.
func (f *file) party() (Party, bool) {
	if len(f.parties) == 0 {
		return Party{}, false
	}
	return f.parties[0], true
}

// investigates reports whether somebody is, or was, an officer of the case.
func (f *file) investigates(person string) bool {
	for _, o := range f.officers {
		if o.Person == person {
			return true
		}
	}
	return false
}

// handles reports whether somebody is an officer of the case and has not left it.
func (f *file) handles(person string) bool {
	return slices.ContainsFunc(f.holders, func(o investigator) bool { return o.Person == person && !o.left() })
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
	certified := f.certified(today)
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
	seen.Say(ReviewRequired, review != "major" || larger || f.departed())

	seen.Say(WithinLimitation, f.withinLimitation())
	seen.Say(FinedBefore, f.finedBefore())
	seen.Say(PartyOfAge, f.ofAge())
	seen.Say(CrimePending, slices.ContainsFunc(f.beside, func(b *Beside) bool { return tracks.IsCrimePending(b.Procedure, b.State) }))
	seen.Say(WarningAlone, f.DecidedYuan != nil && *f.DecidedYuan == 0)
	seen.Say(EvidenceSinceDefence, f.evidenceSinceDefence())

	accounted, err := s.filmsAccounted(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	seen.Say(FilmsAccounted, accounted)

	until, extended := f.extendedUntil()
	seen.Say(ExtensionOver, extended && until.Before(today))
	seen.Say(NinetyDaysOver, term.Lapsed(f.terms, NinetyDays.Code, now))
	seen.Say(DefenceTimeOver, term.Lapsed(f.terms, DefenceTime.Code, now))
	seen.Say(HearingNoticeOver, term.Lapsed(f.terms, HearingNotice.Code, now))
	seen.Say(HearingTimeCome, f.hearingTimeCome(now))
	return seen, nil
}

// departed reports whether the newest notice departs from the tier that the circumstances called for.
func (f *file) departed() bool {
	noticed, ok := f.last(StepNotify)
	why, _ := noticed.Fields["departure"].(string)
	return ok && why != ""
}

// certified counts the officers of the case whose certificates are valid today (AP 42).
func (f *file) certified(today law.Date) (n int) {
	for _, p := range f.holders {
		if !p.left() && p.person.CertifiedOn(today) {
			n++
		}
	}
	return n
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

// hearingTimeCome reports whether the hearing's time, as it was announced last, has come.
func (f *file) hearingTimeCome(now time.Time) bool {
	call, ok := f.last(StepCallHearing)
	if !ok {
		return false
	}
	text, _ := call.Fields["held_at"].(string)
	at, err := time.Parse(time.RFC3339, text)
	return err == nil && !now.Before(at)
}
