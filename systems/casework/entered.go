package casework

import (
	"context"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// entered looks at what was filled in, as the procedure asks.
func (s *Service) entered(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	seen.Say(FoundInTime, a.foundInTime(a.values.Text("limitation")))
	seen.Say(AnotherAct, len(a.otherFines) == 0 || a.values.Text(tracks.AnotherActNote.Name) != "")
	if yuan, ok := a.values.Number("amount"); ok {
		if err := s.enteredAmount(ctx, tx, a, yuan, seen); err != nil {
			return err
		}
	}
	if asked, ok := a.values.Date("asked_on"); ok {
		seen.Say(AskedInTime, a.within(DefenceTime.Code, asked))
	}
	if on, ok := a.values.Date("served_on"); ok {
		if err := s.enteredService(ctx, tx, a, on, seen); err != nil {
			return err
		}
	}
	if at, ok := a.values.Moment("held_at"); ok {
		notice, err := s.terms.Calendar().Due(a.now, HearingNotice.Period)
		if err != nil {
			return err
		}
		seen.Say(CalledInTime, notice.Date.Before(law.On(at)))
	}
	if chair := a.values.Text("chair"); chair != "" {
		if _, err := s.rolesOfPerson(ctx, tx, a, "chair", chair); err != nil {
			return err
		}
		seen.Say(ChairIndependent, !a.investigates(chair))
	}
	return s.enteredPeople(ctx, tx, a, seen)
}

func (s *Service) enteredAmount(ctx context.Context, tx *store.Tx, a *act, yuan int64, seen procedure.Seen) error {
	discretion, err := s.discretion(ctx, tx, a.file)
	if err != nil {
		return err
	}
	matter, err := s.matterOf(ctx, tx, a.Case)
	if err != nil {
		return err
	}
	allowed, choice := discretion.weigh(yuan, matter.FineOptional)
	if setsFine := a.step.Code == StepNotify || a.step.Code == StepDecide; setsFine && !allowed {
		if f := discretion.misfit(yuan, matter.Penalty); f != nil {
			return f
		}
	}
	_, hasParty := a.party()
	seen.Say(AmountWithinRange, allowed && hasParty)
	seen.Say(DepartureExplained, !choice.Departs || a.values.Text("departure") != "")
	a.departs = choice.Review
	seen.Say(NotHeavierThanNoticed, a.ProposedYuan != nil && yuan <= *a.ProposedYuan)
	told := a.spoken()
	seen.Say(NoHeavierForSpeaking, !told.spoke || yuan <= told.yuan)
	return s.enteredPayment(ctx, tx, a, yuan, seen)
}

// enteredPayment compares a payment with what is owed on its day.
func (s *Service) enteredPayment(ctx context.Context, tx *store.Tx, a *act, yuan int64, seen procedure.Seen) error {
	on, ok := a.values.Date("paid_on")
	if !ok {
		on = law.On(a.now)
	}
	if ok && a.paidBefore(on) != nil {
		return fault.New(fault.Invalid, "procedure.fields").With("paid_on", "case.paid_before", "paid", on.String(), "decided", law.On(*a.DecidedAt).String())
	}
	m, err := s.moneyOf(ctx, tx, a.file, on)
	if err != nil {
		return err
	}
	fen := int64(0)
	if text := a.values.Text("surcharge"); text != "" {
		if fen, ok = law.Fen(text); !ok {
			return fault.New(fault.Invalid, "procedure.fields").With("surcharge", "case.bank_amount", "text", text)
		}
	}
	owed := max(0, m.Surcharge-m.PaidSur)
	seen.Say(PaidInFull, a.DecidedYuan != nil && m.PaidFine+yuan == m.Fine)
	seen.Say(SurchargePaid, fen == owed || m.Waived && fen == 0)
	seen.Say(LessThanOwed, yuan+fen > 0 && yuan*100+fen < m.Outstanding && m.PaidFine+yuan <= m.Fine && fen <= owed)
	return nil
}

// enteredService compares the day of service with the day of the document that is being served, and,
// for an announcement, with the end of the period that the unit's setting names.
func (s *Service) enteredService(ctx context.Context, tx *store.Tx, a *act, on law.Date, seen procedure.Seen) error {
	var issued law.Date
	for _, d := range slices.Backward(a.documents) { // papers may have been written since
		if d.Kind == servedBy[a.step.Code] && d.VoidAt == nil {
			issued = law.On(d.IssuedAt)
			break
		}
	}
	seen.Say(ServedAfterIssue, !on.Before(issued))
	over, err := s.announcementOver(ctx, tx, a.Unit, a.values.Text("method"), issued, on)
	seen.Say(AnnouncementOver, over)
	return err
}

// enteredPeople looks at who deliberated. A program of the house need not be there.
func (s *Service) enteredPeople(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	heads := true
	present := a.values.List("attendees")
	for _, person := range present {
		roles, err := s.rolesOfPerson(ctx, tx, a, "attendees", person)
		if err != nil {
			return err
		}
		heads = heads && slices.Contains(roles, roleHead)
	}
	for _, person := range a.values.List("present") {
		if _, err := s.rolesOfPerson(ctx, tx, a, "present", person); err != nil {
			return err
		}
	}
	seen.Say(HeadsDeliberated, heads && len(present) >= 2 && (a.actor.IsProgram() || slices.Contains(present, a.actor.Person)))
	return nil
}

// rolesOfPerson are the roles that somebody named in a field has over the case today. Returns
// case.person_unknown beside the field for nobody, or one who is disabled.
func (s *Service) rolesOfPerson(ctx context.Context, tx *store.Tx, a *act, field, person string) ([]string, error) {
	p, err := org.PersonByID(ctx, tx, person)
	if fault.KindOf(err) == fault.NotFound || err == nil && p.Disabled {
		return nil, fault.New(fault.Invalid, "procedure.fields").With(field, "case.person_unknown")
	}
	if err != nil {
		return nil, err
	}
	actor, err := org.ActorOf(ctx, tx, person, law.On(a.now))
	return actor.RolesAt(a.Unit), err
}

// The bases of a service by announcement and their periods in days: the general one, and the one of
// Shanghai's regulation on urban management enforcement.
var announcementDays = map[string]int{"CP 95": 30, "SH 25": 60}

// Years of the limitation (AP 36(1)), and where life, health or financial safety was harmed.
const (
	limitationYears = 2
	harmYears       = 5
)

// foundInTime reports whether the act came to light within the limitation, by the ground that the head
// gives for a longer one, or by none. The time counts from the act's last day (AP 36(2)).
func (c *Case) foundInTime(ground string) bool {
	years := limitationYears
	switch ground {
	case limitFiveYears:
		years = harmYears
	case limitByLaw:
		return true
	}
	return !c.ActDate.AddMonths(12 * years).Before(c.FoundOn)
}

// withinLimitation is foundInTime by the ground that was given when the case was filed.
func (f *file) withinLimitation() bool {
	ground := ""
	if filing, ok := f.last(StepApproveFiling); ok {
		ground, _ = filing.Fields["limitation"].(string)
	}
	return f.foundInTime(ground)
}

// told is what a party knew when it spoke.
type told struct {
	spoke bool
	yuan  int64     // the lightest fine of which it had been told by then
	last  time.Time // when it last spoke
}

// spoken goes through the steps of a case for what the party was told and when it spoke. New facts that
// the head confirmed start afresh.
func (f *file) spoken() (t told) {
	var noticed int64
	for _, step := range f.steps {
		switch step.Step {
		case StepNotify:
			yuan, _ := step.Fields["amount"].(float64) // as JSON reads it; Field bounds it far below 2⁵³
			noticed = int64(yuan)
		case StepHear, StepAskHearing, StepHoldHearing:
			if !t.spoke || noticed < t.yuan {
				t.yuan = noticed
			}
			t.spoke, t.last = true, step.At
		case StepNewFacts:
			t = told{}
		}
	}
	return t
}

// evidenceSinceDefence reports whether evidence was put on file after the party last spoke.
func (f *file) evidenceSinceDefence() bool {
	t := f.spoken()
	return t.spoke && slices.ContainsFunc(f.evidence, func(e Evidence) bool { return e.addedAt.After(t.last) })
}

// within reports whether a day is no later than the last day of the newest period of a clock.
func (f *file) within(clock string, d law.Date) bool {
	for i := len(f.terms) - 1; i >= 0; i-- {
		if f.terms[i].Clock == clock {
			return !f.terms[i].DueDate.Before(d)
		}
	}
	return false
}
