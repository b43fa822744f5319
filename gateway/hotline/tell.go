package hotline

import (
	"context"
	"slices"

	"jiexu/gateway"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/intake"
)

// progress are the steps that the hotline hears of as progress: what moves an order on, told by its title and its unit alone. Who handles it, and
// what squad and desk say to each other, stays in the house.
var progress = []string{"registered", "imported", intake.StepRoute, intake.StepInspect, intake.StepMediate, intake.StepSettle, intake.StepReport, intake.StepLapse, intake.StepRecall, intake.StepUphold, intake.StepDecide,
	intake.StepRuleOut, intake.StepAccept, intake.StepAssign, intake.StepFirstContact, intake.StepArrive, intake.StepHandle, intake.StepGiveTime, intake.StepRefuseTime, intake.StepSuspend, intake.StepResume,
	intake.StepFileCase, intake.StepCaseEnded, intake.StepInform, intake.StepTransfer, intake.StepRedo, intake.StepReroute, intake.StepReopen, intake.StepClose, intake.StepSourceTook, intake.StepSourceKept,
	intake.StepMerge, intake.StepUnmerge, intake.StepMainAccepted, intake.StepMainSeen, intake.StepMainInformed, intake.StepMainTransferred, intake.StepRedoApart}

// others are those with a message of their own.
var others = map[string]string{intake.StepReply: Reply, intake.StepPass: Reply, intake.StepAnswer: Reply, intake.StepMainAnswered: Reply, intake.StepReturnSource: ReturnRequest, intake.StepAskTime: ExtensionRequest}

// Says are the entries of intake that the hotline hears of.
func (Protocol) Says() []string {
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

// Tell makes the message of an entry.
func (p Protocol) Tell(ctx context.Context, tx *store.Tx, _ gateway.Link, r ledger.Record) (*gateway.Told, error) {
	said, ok, err := p.Intake.SaidBy(ctx, tx, r)
	if err != nil || !ok || said.Channel != intake.Hotline || said.SourceNo == "" {
		return nil, err
	}
	title := said.Title.ZH
	if title == "" {
		title = "登记"
	}
	t := &gateway.Told{Order: said.SourceNo, Type: others[said.Step], Fields: map[string]any{"complaint": said.Number, "stage": said.Step, "title": title, "unit": said.UnitName}}
	text := func(field string) string { s, _ := said.Fields[field].(string); return s }
	switch said.Step {
	case intake.StepReply, intake.StepPass, intake.StepAnswer, intake.StepMainAnswered:
		t.Fields["text"], t.Fields["outcome"], t.Fields["case"] = text("text"), said.Outcome, said.CaseNumber
		t.PhotosOf, t.PhotosBy = said.Answers, said.Handlers
	case intake.StepReturnSource:
		t.Fields["reason"], t.Fields["text"] = text("kind"), text("reason")
	case intake.StepAskTime:
		t.Fields["days"], t.Fields["text"] = said.Fields["days"], text("reason")
	case intake.StepTransfer, intake.StepMainTransferred:
		t.Fields["text"] = text("explained")
	case intake.StepInform, intake.StepMainInformed:
		t.Fields["text"] = text("told")
	case intake.StepFileCase, "case_filed":
		t.Fields["case"] = said.CaseNumber
	}
	if t.Type == "" {
		t.Type = Progress
	}
	return t, nil
}
