package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/term"
)

// Kinds of units outside.
const (
	kindDepartment = "department"
	kindCommunity  = "community"
)

// effect is what a step does besides moving the complaint on.
func (s *Service) effect(ctx context.Context, tx *store.Tx, a *act) (err error) {
	now := a.now
	switch a.step.Code {
	case StepRoute:
		a.Unit, err = target(ctx, tx, a, opRoute, "unit")
		if a.body["unit"] = a.Unit; err == nil && a.values.Bool("with") {
			err = s.joinByRule(ctx, tx, a)
		}
	case StepClassify:
		err = s.classify(ctx, tx, a)
	case StepPlace:
		err = s.placed(ctx, tx, a)
	case StepMove:
		err = s.move(ctx, tx, a)
	case StepMerge:
		err = s.merge(ctx, tx, a)
	case StepUnmerge, StepMainAccepted, StepMainSeen, StepMainInformed, StepMainAnswered, StepMainTransferred:
		err = s.withMain(ctx, tx, a)
	case StepSplit:
		err = s.split(ctx, tx, a)
	case StepDecide:
		a.Unit, err = target(ctx, tx, a, opDecide, "unit")
		a.body["unit"] = a.Unit
	case StepInspect:
		a.WithUnit, err = outside(ctx, tx, a, "department", kindDepartment)
		a.body["with"] = a.WithUnit
	case StepMediate:
		a.WithUnit, err = outside(ctx, tx, a, "community", kindCommunity)
		a.body["with"] = a.WithUnit
	case StepLapse, StepRecall:
		a.WithUnit = ""
	case StepReport:
		a.from, a.WithUnit = a.WithUnit, ""
	case StepSettle:
		a.from, a.WithUnit, a.Outcome = a.WithUnit, "", OutcomeSolved
	case StepTransfer:
		// The department answers for it from now on, and is the one outside unit that sees it.
		unit, err := org.UnitByID(ctx, tx, a.values.Text("department"))
		if err != nil || !unit.Outside {
			return fault.New(fault.Invalid, "procedure.fields").With("department", "intake.department_unknown")
		}
		a.Unit, a.Outcome, a.ClosedAt, a.body["department"] = unit.ID, Transferred, &now, unit.ID
	case StepReturn:
		if a.values.Text("unit") != "" {
			_, err = inside(ctx, tx, a, "unit")
		}
		a.body["kind"] = a.values.Text("kind")
	case StepUphold, StepRuleOut:
		a.Unit = a.routedFrom()
	case StepJoin:
		err = s.join(ctx, tx, a)
	case StepContribute:
		err = s.contribute(ctx, tx, a)
	case StepMarkBuilding:
		a.Urgent = true
	case StepAskTime:
		a.Asking = "extension"
	case StepGiveTime:
		err = s.extend(ctx, tx, a)
	case StepRefuseTime:
		a.Asking = ""
	case StepAssign:
		rows, err := setOfficers(ctx, tx, a.ID, a.officers)
		if err != nil {
			return fmt.Errorf("assign: %w", err)
		}
		a.rows, a.body["officers"] = append(a.rows, rows...), len(a.officers)
	case StepHandle:
		a.Outcome = a.values.Text("outcome")
		a.body["outcome"] = a.Outcome
	case StepReply, StepPass, StepAnswer:
		a.ReplyText, a.RepliedAt = a.values.Text("text"), &now
	case StepSourceTook:
		a.Outcome, a.ClosedAt = SentBack, &now
	case StepHear:
		a.body["kind"] = a.values.Text("kind")
		a.Urgent = a.Urgent || a.values.Text("kind") == HearSupervise
	case StepReopen:
		a.ClosedAt = nil
	case StepRate:
		a.body["satisfaction"] = a.values.Text("satisfaction")
	case StepClose:
		a.ClosedAt, a.body["satisfaction"] = &now, a.values.Text("satisfaction")
	}
	return err
}

// move gives a complaint to another squad, and takes it from those who were sent.
func (s *Service) move(ctx context.Context, tx *store.Tx, a *act) error {
	unit, err := target(ctx, tx, a, opRoute, "unit")
	switch {
	case err != nil:
		return err
	case unit == a.Unit:
		return fault.New(fault.Invalid, "procedure.fields").With("unit", "intake.moved_there")
	case slices.ContainsFunc(a.parts, func(p Part) bool { return p.Unit == unit }):
		return fault.New(fault.Invalid, "procedure.fields").With("unit", "intake.joins_already")
	}
	rows, err := setOfficers(ctx, tx, a.ID, nil)
	a.rows, a.officers = append(a.rows, rows...), nil
	a.Unit, a.body["unit"] = unit, unit
	return err
}

// inside is a unit of the bureau that a field names.
func inside(ctx context.Context, tx *store.Tx, a *act, field string) (string, error) {
	unit, err := org.UnitByID(ctx, tx, a.values.Text(field))
	if err != nil || unit.Outside {
		return a.Unit, fault.New(fault.Invalid, "procedure.fields").With(field, "intake.unit_unknown")
	}
	return unit.ID, nil
}

// target is the unit that a complaint is given to: one inside the bureau, in which who gives it has the right.
func target(ctx context.Context, tx *store.Tx, a *act, op, field string) (string, error) {
	unit, err := inside(ctx, tx, a, field)
	if err == nil && !a.actor.Can(op, unit) {
		return a.Unit, fault.New(fault.Invalid, "procedure.fields").With(field, "intake.unit_unknown")
	}
	if err != nil {
		return unit, err
	}
	takes, err := takesOn(ctx, tx, unit, law.On(a.now))
	if err == nil && !takes {
		err = fault.New(fault.Invalid, "procedure.fields").With(field, "intake.nobody_accepts")
	}
	return unit, err
}

// takesOn tells whether there is somebody in a unit who may accept what it is given on a day.
func takesOn(ctx context.Context, tx *store.Tx, unit string, day law.Date) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM org_v_units u WHERE u.id = $1 AND `+acceptsSQL("u.id", "$2"), unit, store.Date{Date: day}).Scan(&n)
	return n > 0, err
}

// acceptsSQL says of a unit's column that on a day it, or a unit above it, has somebody who may accept.
func acceptsSQL(unit, day string) string {
	var roles []string
	for _, r := range org.Roles {
		if org.Allows(r.Code, "intake.accept") {
			roles = append(roles, "'"+r.Code+"'")
		}
	}
	return `EXISTS (SELECT 1 FROM org_v_grants g JOIN org_v_people o ON o.id = g.person AND NOT o.disabled JOIN org_v_unit_paths p ON p.ancestor = g.unit WHERE p.descendant = ` + unit + ` AND g.role IN (` + strings.Join(roles, ",") + `)
		AND g.valid_from <= ` + day + ` AND (g.valid_to IS NULL OR g.valid_to >= ` + day + `))`
}

// outside is the outside unit of a kind that a complaint goes to first.
func outside(ctx context.Context, tx *store.Tx, a *act, field, kind string) (string, error) {
	unit, err := org.UnitByID(ctx, tx, a.values.Text(field))
	if err != nil || !unit.Outside || unit.Kind != kind {
		return "", fault.New(fault.Invalid, "procedure.fields").With(field, "intake.department_unknown")
	}
	return unit.ID, nil
}

// routedFrom is the unit that routed the complaint to where it is now.
func (f *file) routedFrom() string {
	if t := f.newest(StepRoute); t.Step != "" {
		return t.Unit
	}
	return f.Unit
}

// extend gives the time that was asked for, which the office's own rule for complex complaints allows; what a statute
// sets is lengthened by nobody.
func (s *Service) extend(ctx context.Context, tx *store.Tx, a *act) error {
	asked := a.newest(StepAskTime)
	n, _ := asked.Fields["days"].(float64)
	why, _ := asked.Fields["reason"].(string)
	rows, err := s.terms.Extend(ctx, tx, a.matter(), ReplyTerm.Code, law.Period{N: int(n), Unit: law.WorkingDays}, a.now,
		term.Reason{Text: why, Rule: "12345 热线复杂工单，经批准最长十五个工作日" + officeRule})
	a.rows, a.Asking, a.body["days"] = append(a.rows, rows...), "", int(n)
	return err
}

// apply carries out what a step does to the clocks: each counts the period that the office has set, or the step's own
// number of days; those of structures count from when the report came in.
func (s *Service) apply(ctx context.Context, tx *store.Tx, a *act, actions []procedure.ClockAction) ([]ledger.Row, error) {
	actions = slices.Clone(actions)
	var reported []procedure.ClockAction
	for i := range actions {
		c := &actions[i].Clock
		if c.Code == SourceTerm.Code {
			actions[i].Ends, _ = a.values.Moment("due")
			continue
		}
		if actions[i].Verb != procedure.StartClock || c.Period.Rule == "" {
			continue
		}
		var err error
		if c.Period, err = org.OfficeRule(ctx, tx, a.Unit, c.Code, c.Period); err != nil {
			return nil, err
		}
		if n, ok := a.values.Number("days"); ok && a.step.Code != StepAskTime {
			c.Period.N, c.Period.Unit = int(n), law.WorkingDays
		}
	}
	actions, err := s.contacting(ctx, tx, a.file, actions)
	if err != nil {
		return nil, err
	}
	actions = slices.DeleteFunc(actions, func(c procedure.ClockAction) bool {
		from := c.Verb == procedure.StartClock && slices.Contains(fromReport, c.Clock.Code)
		if from {
			reported = append(reported, c)
		}
		return from
	})
	rows, err := s.terms.Apply(ctx, tx, a.matter(), actions, a.values, a.now, "")
	if err != nil || len(reported) == 0 {
		return rows, err
	}
	more, err := s.terms.Apply(ctx, tx, a.matter(), reported, a.values, a.cameAt(), "")
	return append(rows, more...), err
}

// contacting leaves the start of the first contact out where it ran before, however often the complaint changed hands since, unless all
// is done again; and where nobody can be contacted.
func (s *Service) contacting(ctx context.Context, tx *store.Tx, f *file, actions []procedure.ClockAction) ([]procedure.ClockAction, error) {
	isIt := func(c procedure.ClockAction) bool {
		return c.Verb == procedure.StartClock && c.Clock.Code == FirstContact.Code
	}
	if !slices.ContainsFunc(actions, isIt) {
		return actions, nil
	}
	again := slices.Contains(f.Facts, redone.Code)
	if !slices.ContainsFunc(f.terms, func(t term.Term) bool { return t.Clock == FirstContact.Code && (t.MetAt == nil || !again) }) {
		whom, err := contactOf(ctx, tx, f.ID)
		if err != nil || whom.Phone != "" || whom.Email != "" {
			return actions, err
		}
	}
	return slices.DeleteFunc(actions, isIt), nil
}
