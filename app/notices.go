package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/systems/notice"
	"jiexu/systems/oversight"
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
	if r.Kind == oversight.EntryAlert {
		return a.unfilmedAlert(ctx, tx, r)
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

// unfilmedAlert is whom it concerns that a step has no recording: who took the step, who leads the unit, and inspection. Each alert is raised once, and so
// told once; of one that was settled before it is read here nobody is told.
func (a *App) unfilmedAlert(ctx context.Context, tx *store.Tx, r ledger.Record) ([]notice.Concern, error) {
	alert, err := alertOf(ctx, tx, r)
	if err != nil || alert == nil || alert.Settled != nil {
		return nil, err
	}
	return []notice.Concern{unfilmedConcern(alert)}, nil
}

// filmCame is what the end of an alert takes back: the recording came, or somebody said why there is none.
func (a *App) filmCame(ctx context.Context, tx *store.Tx, r ledger.Record) ([]notice.Concern, error) {
	if r.Kind != oversight.EntrySettled {
		return nil, nil
	}
	alert, err := alertOf(ctx, tx, r)
	if err != nil || alert == nil {
		return nil, err
	}
	return []notice.Concern{unfilmedConcern(alert)}, nil
}

func alertOf(ctx context.Context, tx *store.Tx, r ledger.Record) (*oversight.Alert, error) {
	var body struct{ Step string }
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return nil, err
	}
	return oversight.Of(ctx, tx, r.Subject.Type, r.Subject.ID, body.Step, r.At)
}

// unfilmedConcern says the same of an alert whenever it is asked: by that it is taken back.
func unfilmedConcern(o *oversight.Alert) notice.Concern {
	return notice.Concern{Code: notice.Unfilmed, Unit: o.Unit, Roles: []string{org.Leader, org.Inspector}, People: []string{o.Person},
		Params: map[string]any{"number": o.Number, "step": stepTitle(o.SubjectType, o.Name, "zh-CN"), "step_en": stepTitle(o.SubjectType, o.Name, "en"), "at": o.StepAt.In(law.Shanghai).Format("2006-01-02 15:04")}}
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
