package intake

import (
	"context"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// Kinds of notices.
const (
	NoticeUrgent    = "urgent"    // dangerous words, a structure being built
	NoticeArrived   = "arrived"   // it came to a unit: routed, sent outside, asked to join in, decided
	NoticeBack      = "back"      // it came back to the desk
	NoticeAsked     = "asked"     // somebody waits for a word: a return, a dispute, more time, an answer to check
	NoticeMentioned = "mentioned" // somebody was named in a note
	NoticeFollowed  = "followed"  // something happened to what somebody follows
	NoticeAnswered  = "answered"  // more time was given or refused, a return rejected, an answer sent back
)

// Notice tells those who hold one of the roles in the unit that something about a complaint waits for them. What becomes
// of it (a bell, a message) is for whoever is wired to Config.Notify.
type Notice struct {
	Kind      string
	Complaint string
	Number    string
	Title     string
	Step      string // what happened; empty: it was registered
	Unit      string
	Roles     []string
	People    []string // and these, by id
	By        string   // who did it, and need not be told
	ByName    string
}

// noticeOf says whom a step concerns beside who took it.
var noticeOf = map[string]struct {
	kind  string
	roles []string
}{
	StepRoute: {NoticeArrived, []string{org.Leader}}, StepDecide: {NoticeArrived, []string{org.Leader}}, StepReject: {NoticeAnswered, []string{org.Leader}},
	StepInspect: {NoticeArrived, []string{org.Department}}, StepMediate: {NoticeArrived, []string{org.Community}}, StepJoin: {NoticeArrived, []string{org.Leader}},
	StepReport: {NoticeBack, []string{org.Desk}}, StepSettle: {NoticeBack, []string{org.Desk}}, StepLapse: {NoticeBack, []string{org.Desk}}, StepRuleOut: {NoticeBack, []string{org.Desk}},
	StepReturn: {NoticeAsked, []string{org.Desk}}, StepDispute: {NoticeAsked, []string{org.Head}}, StepAskTime: {NoticeAsked, []string{org.Desk}}, StepSubmit: {NoticeAsked, []string{org.Leader, org.Desk}},
	StepGiveTime: {NoticeAnswered, []string{org.Leader, org.Officer}}, StepRefuseTime: {NoticeAnswered, []string{org.Leader, org.Officer}}, StepSendBack: {NoticeAnswered, []string{org.Leader, org.Officer}},
	StepMarkBuilding: {NoticeUrgent, []string{org.Desk, org.Leader}}, StepAssign: {NoticeArrived, []string{org.Officer}}, StepRedo: {NoticeArrived, []string{org.Leader, org.Officer}}, StepRedoApart: {NoticeArrived, []string{org.Leader}},
	StepHear: {NoticeArrived, []string{org.Desk, org.Leader}}, StepSourceKept: {NoticeBack, []string{org.Desk}},
	StepReopen: {NoticeBack, []string{org.Desk}}, StepRate: {NoticeBack, []string{org.Desk}},
}

// warn tells the desk at once of a new complaint that is dangerous.
func (s *Service) warn(ctx context.Context, tx *store.Tx, c *Complaint) error {
	if !c.Urgent || s.notify == nil {
		return nil
	}
	return s.notify(ctx, tx, Notice{Kind: NoticeUrgent, Complaint: c.ID, Number: c.Number, Title: c.Title, Unit: c.Unit, Roles: []string{org.Desk}})
}

// tell tells those whom a step concerns, in its transaction; before is the unit that answered for the complaint until then.
func (s *Service) tell(ctx context.Context, tx *store.Tx, a *act, before string) error {
	if s.notify == nil {
		return nil
	}
	if err := s.tellFollowers(ctx, tx, a); err != nil {
		return err
	}
	if a.step.Code == StepMerge {
		return s.tellOfMerge(ctx, tx, a)
	}
	if a.step.Code == StepMove { // the squad that has it no longer
		return s.notify(ctx, tx, Notice{Kind: NoticeAnswered, Complaint: a.ID, Number: a.Number, Title: a.Title, Step: StepMove, Unit: before, Roles: []string{org.Leader}, By: a.actor.Person})
	}
	n, concerns := noticeOf[a.step.Code]
	if !concerns || a.step.Code == StepRate && !slices.Contains(dissatisfied, a.said()) {
		return nil
	}
	unit := a.Unit
	switch a.step.Code {
	case StepInspect, StepMediate:
		unit = a.WithUnit
	case StepJoin:
		unit = a.values.Text("unit")
	}
	return s.notify(ctx, tx, Notice{Kind: n.kind, Complaint: a.ID, Number: a.Number, Title: a.Title, Step: a.step.Code, Unit: unit, Roles: n.roles, By: a.actor.Person})
}

// tellFollowers tells those who follow a complaint what happened to it, as far as they may still see it.
func (s *Service) tellFollowers(ctx context.Context, tx *store.Tx, a *act) error {
	followers, err := followersOf(ctx, tx, a.ID)
	if err == nil {
		followers, err = a.seeing(ctx, tx, followers, a.now)
	}
	if err != nil || len(followers) == 0 {
		return err
	}
	return s.notify(ctx, tx, Notice{Kind: NoticeFollowed, Complaint: a.ID, Number: a.Number, Title: a.Title, Step: a.step.Code, Unit: a.Unit, People: followers, By: a.actor.Person, ByName: a.actor.Name})
}

// seeing are those of the people who may see the complaint now.
func (f *file) seeing(ctx context.Context, tx *store.Tx, people []string, now time.Time) (out []string, err error) {
	for _, person := range people {
		actor, err := org.ActorOf(ctx, tx, person, law.On(now))
		switch {
		case fault.KindOf(err) == fault.NotFound:
			continue
		case err != nil:
			return nil, err
		case f.shownTo(actor, f.parts):
			out = append(out, person)
		}
	}
	return out, nil
}
