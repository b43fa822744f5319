package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/systems/notice"
	"jiexu/term"
)

// deliver has deliveries made by the queue.
func (a *App) deliver(ctx context.Context, deliveries ...notice.Delivery) error {
	jobs := make([]job.Job, len(deliveries))
	for i, d := range deliveries {
		jobs[i] = job.Job{Args: d, At: a.Now()}
	}
	return a.Jobs.Insert(ctx, jobs...)
}

// told is what entries say that people are told of.
type told struct {
	Clock string `json:"clock"`
	Due   string `json:"due"`
	State string `json:"state"`
	To    string `json:"to"`
}

// moves tells whether an entry is a step that moves a complaint or a case on, and whether it has ended by it.
func (a *App) moves(r ledger.Record) (on, ended bool) {
	var body struct {
		From  string `json:"from"`
		To    string `json:"to"`
		State string `json:"state"` // of the case, where the step is a track's
	}
	if json.Unmarshal(r.Body, &body) != nil || body.To == "" || body.To == body.From {
		return false, false
	}
	switch r.Subject.Type {
	case intake.Type:
		state, ok := intake.Handling.State(body.To)
		return ok, state.End
	case casework.Type:
		return true, casework.Ended(body.State)
	}
	return false, false
}

// concerns answers whom an entry of the log concerns: those for whom the matter waits after a step, those whose period is
// running out, the desk where something urgent came in or came back.
func (a *App) concerns(ctx context.Context, tx *store.Tx, r ledger.Record) ([]notice.Concern, error) {
	if r.Subject.Type != intake.Type && r.Subject.Type != casework.Type {
		return nil, nil
	}
	var body told
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return nil, nil // not an entry of a step or a period
	}
	alarm := r.Kind == "term."+term.Amber || r.Kind == "term."+term.Red
	if !alarm && body.To == "" && body.State == "" {
		return nil, nil // something was added; the matter waits for whom it waited
	}
	turn, err := a.turn(ctx, tx, r.Subject, alarm, body.Clock)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if alarm {
		return a.alarmed(r, body, turn), nil
	}
	c := notice.Concern{Code: notice.Waits, Unit: turn.Unit, Roles: turn.Roles, People: turn.People, Once: true,
		Params: map[string]any{"number": turn.Number, "step": turn.Step, "step_en": turn.StepEN}}
	switch {
	case turn.Step == "":
		return nil, nil
	case turn.Urgent && body.State != "":
		c.Code = notice.Urgent
	case r.Kind == "intake."+intake.StepReturn:
		c.Code = notice.Returned
	}
	return []notice.Concern{c}, nil
}

// turn asks the system for whom a matter waits; of an alarm, for whom the procedure of that period does.
func (a *App) turn(ctx context.Context, tx *store.Tx, subject ledger.Ref, alarm bool, clock string) (api.Turn, error) {
	if subject.Type == casework.Type {
		if alarm {
			return a.Casework.TurnOf(ctx, tx, subject.ID, clock)
		}
		return a.Casework.Turn(ctx, tx, subject.ID)
	}
	return a.Intake.Turn(ctx, tx, subject.ID)
}

// alarmed are those whom an alarm concerns: whose turn it is, and when a period that binds us is over their leader and, of a
// case, the bureau's heads. Time that belongs to the party makes nobody late: those who go on afterwards are told that it
// ends, and that it has ended.
func (a *App) alarmed(r ledger.Record, body told, turn api.Turn) []notice.Concern {
	clock, ok := clockOf(r.Subject.Type, body.Clock)
	if !ok {
		return nil
	}
	c := notice.Concern{Code: notice.Amber, Unit: turn.Unit, Roles: turn.Roles, People: turn.People,
		Params: map[string]any{"number": turn.Number, "clock": clock.Title.ZH, "clock_en": clock.Title.EN, "due": body.Due}}
	over := strings.HasSuffix(r.Kind, term.Red)
	switch {
	case clock.Waits && over:
		c.Code = notice.Over
	case clock.Waits:
		c.Code = notice.Ending
	case over:
		c.Code = notice.Red
		c.Roles = append(append([]string{org.Leader}, turn.Roles...), map[string]string{intake.Type: org.Desk, casework.Type: org.Head}[r.Subject.Type])
	}
	return []notice.Concern{c}
}

// beside are the steps of a complaint that move it nowhere and yet concern somebody: of the others the log tells.
var beside = []string{intake.StepJoin, intake.StepAskTime, intake.StepGiveTime, intake.StepRefuseTime, intake.StepMarkBuilding, intake.StepMove, intake.StepHear, intake.StepMerge}

// tellBeside tells of them, and those who follow a complaint or were named in a note.
func (a *App) tellBeside(ctx context.Context, tx *store.Tx, n intake.Notice) error {
	subject := ledger.Ref{Type: intake.Type, ID: n.Complaint}
	step, ok := intake.Handling.Step(n.Step)
	params := map[string]any{"number": n.Number}
	if ok {
		params["step"], params["step_en"] = step.Title.ZH, step.Title.EN
	}
	switch {
	case n.Kind == intake.NoticeMentioned:
		params["by"] = n.ByName
		return a.Notices.Tell(ctx, tx, subject, notice.Concern{Code: notice.Mentioned, Unit: n.Unit, People: n.People, Params: params}, n.By)
	case n.Kind == intake.NoticeFollowed:
		return a.Notices.Tell(ctx, tx, subject, notice.Concern{Code: notice.Followed, Unit: n.Unit, People: n.People, Params: params}, n.By)
	case ok && slices.Contains(beside, n.Step):
		return a.Notices.Tell(ctx, tx, subject, notice.Concern{Code: notice.Beside, Unit: n.Unit, Roles: n.Roles, People: n.People, Params: params}, n.By)
	}
	return nil
}
