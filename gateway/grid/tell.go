package grid

import (
	"context"
	"slices"
	"strings"

	"jiexu/gateway"
	"jiexu/gateway/grid/table"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/intake"
)

// progress are the steps that the platform hears of as progress; the stages that are ours and what we ask of it have messages of their own.
var progress = []string{"imported", intake.StepRoute, intake.StepUphold, intake.StepDecide, intake.StepAccept, intake.StepAssign, intake.StepArrive, intake.StepGiveTime, intake.StepRefuseTime, intake.StepSuspend, intake.StepResume,
	intake.StepFileCase, intake.StepCaseEnded, intake.StepTransfer, intake.StepRedo, intake.StepReroute, intake.StepReopen, intake.StepClose, intake.StepSourceTook, intake.StepSourceKept,
	intake.StepMerge, intake.StepUnmerge, intake.StepMainAccepted, intake.StepMainSeen, intake.StepMainTransferred, intake.StepRedoApart}

var others = map[string]string{intake.StepHandle: Handle, intake.StepReply: Feedback, intake.StepPass: Feedback, intake.StepAnswer: Feedback, intake.StepMainAnswered: Feedback, intake.StepReturnSource: ReturnRequest, intake.StepAskTime: ExtensionRequest, "registered": Progress}

// Says are the entries of intake that the platform hears of.
func (*Protocol) Says() []string {
	var out []string
	for _, step := range progress {
		out = append(out, "intake."+step)
	}
	for step := range others {
		out = append(out, "intake."+step)
	}
	slices.Sort(out)
	return out
}

// Tell makes the message of an entry. A case that the platform sent goes by its number; what a patrol of ours found goes by our own, and is collected by its registration.
func (p *Protocol) Tell(ctx context.Context, tx *store.Tx, l gateway.Link, r ledger.Record) (*gateway.Told, error) {
	said, ok, err := p.Intake.SaidBy(ctx, tx, r)
	if err != nil || !ok {
		return nil, err
	}
	t := &gateway.Told{Order: said.SourceNo, Type: others[said.Step], Complaint: said.Complaint, Number: said.Number,
		Fields: map[string]any{"complaint": said.Number, "stage": said.Step, "title": orElse(said.Title.ZH, "登记"), "unit": said.UnitName}}
	switch {
	case said.Channel == intake.Grid && said.SourceNo != "":
	case said.Channel == intake.Patrol && l.Patrols:
		t.Order = said.Number
		if said.Step == "registered" {
			return t, p.collected(ctx, tx, t, said)
		}
	default:
		return nil, nil
	}
	text := func(field string) string { s, _ := said.Fields[field].(string); return s }
	switch said.Step {
	case intake.StepHandle:
		t.Fields["outcome"] = said.Outcome
	case intake.StepReply, intake.StepPass, intake.StepAnswer, intake.StepMainAnswered:
		t.Fields["text"], t.Fields["outcome"], t.Fields["case"] = text("text"), said.Outcome, said.CaseNumber
		t.PhotosOf, t.PhotosBy = said.Answers, said.Handlers
		if err := p.coded(ctx, tx, t, said); err != nil {
			return nil, err
		}
	case intake.StepReturnSource:
		t.Fields["reason"], t.Fields["text"] = text("kind"), text("reason")
	case intake.StepAskTime:
		t.Fields["days"], t.Fields["text"] = said.Fields["days"], text("reason")
	case intake.StepTransfer, intake.StepMainTransferred:
		t.Fields["text"] = text("explained")
	case intake.StepFileCase:
		t.Fields["case"] = said.CaseNumber
	}
	if t.Type == "" {
		t.Type = Progress
	}
	return t, nil
}

// collected makes a report of what a patrol found.
func (p *Protocol) collected(ctx context.Context, tx *store.Tx, t *gateway.Told, said *intake.Said) error {
	t.Type, t.Opens = Collect, true
	t.Fields["text"], t.Fields["address"], t.Fields["category"] = said.Text, said.Address, said.Category
	t.Fields["accepted_at"] = said.ReceivedAt.Format("2006-01-02 15:04:05")
	if said.Lon != nil && said.Lat != nil {
		t.Fields["lon"], t.Fields["lat"], t.Fields["datum"] = *said.Lon, *said.Lat, "WGS-84"
	}
	return p.coded(ctx, tx, t, said)
}

// coded adds the class that a complaint is of in the platform's codes, by the matter of its case or by its category. Without either the platform classes it.
func (p *Protocol) coded(ctx context.Context, tx *store.Tx, t *gateway.Told, said *intake.Said) error {
	matter, err := p.MatterOf(ctx, tx, said.Complaint)
	if err != nil {
		return err
	}
	key, ok, err := p.Tables.Back(ctx, tx, said.Category, matter)
	if err != nil || !ok {
		return err
	}
	t.Fields["sort"], t.Fields["code"], _ = strings.Cut(key, ":")
	return nil
}

// Proposes is the penalty matter that the platform's class of a complaint points to; empty where it came by no grid, or its class means none.
func (p *Protocol) Proposes(ctx context.Context, tx *store.Tx, complaint string) (string, error) {
	text, err := gateway.FieldOf(ctx, tx, complaint, "code")
	if err != nil || text == "" {
		return "", err
	}
	sort, err := gateway.FieldOf(ctx, tx, complaint, "sort")
	if err != nil {
		return "", err
	}
	c, err := table.ParseCode(sort, text)
	if err != nil {
		return "", nil // mended since, or of another edition
	}
	m, err := p.Tables.Means(ctx, tx, c)
	return m.Matter, err
}
