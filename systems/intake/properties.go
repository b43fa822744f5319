package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// HandlingProperties are the rules that no way of handling a complaint may break, written from the
// regulation and the office's order, not from the procedure's own needs.
var HandlingProperties = []procedure.Property{
	{
		Code: "no_reply_without_visit", Title: procedure.T("未到现场处置，不得答复", "No reply without a visit"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Replied),
		Must:  procedure.Took(StepHandle).Since(StepRedo),
	},
	{
		Code: "no_visit_without_photo", Title: procedure.T("没有现场照片，不得记为已处置", "Nothing counts as handled without a photo"),
		Cites: procedure.Cites(law.SH(19)),
		When:  procedure.Taking(StepHandle),
		Must:  HasPhoto,
	},
	{
		Code: "no_visit_unassigned", Title: procedure.T("未指派两名持证执法人员，不得处置", "No visit before two certified officers are assigned"),
		Cites: procedure.Cites(law.SH(16)),
		When:  procedure.Any(procedure.Taking(StepHandle), procedure.Taking(StepAssign)),
		Must: procedure.Any(
			procedure.All(procedure.Taking(StepAssign), TwoAssigned),
			procedure.All(procedure.Taking(StepHandle), procedure.Took(StepAssign)),
		),
	},
	{
		Code: "only_the_accepting_squad_acts", Title: procedure.T("未受理的诉件不得派员", "Nobody is sent before the squad has accepted"),
		Cites: procedure.Cites(law.SH(14)),
		When:  procedure.Entering(Assigned),
		Must:  procedure.Took(StepAccept).Since(StepReturn, StepRoute),
	},
	{
		Code: "case_outcome_is_filed", Title: procedure.T("处置结果为转立案的，未转出不得答复", "An outcome of a case is not answered before the case is filed"),
		Cites: procedure.Cites(law.AP(54)),
		When:  procedure.All(procedure.Entering(Replied), OutcomeIsCase),
		Must:  procedure.Took(StepFileCase),
	},
	{
		Code: "one_case_per_complaint", Title: procedure.T("一件诉件只转一个案件", "A complaint files one case at most"),
		When: procedure.Taking(StepFileCase),
		Must: procedure.Not(procedure.Took(StepFileCase)),
	},
	{
		Code: "no_case_without_visit", Title: procedure.T("没有现场记录，不得转立案", "No case without a recorded visit"),
		Cites: procedure.Cites(law.AP(54)),
		When:  procedure.Taking(StepFileCase),
		Must:  procedure.Took(StepHandle).Since(StepRedo),
	},
	{
		Code: "closed_only_after_reply", Title: procedure.T("未答复不得办结", "Closed only after the newest reply"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Closed),
		Must:  procedure.Took(StepReply).Since(StepRedo),
	},
	{
		Code: "only_the_desk_closes", Title: procedure.T("派遣、移送、重办、办结只由受理台办理", "Only the desk routes, transfers, reopens and closes"),
		When: procedure.Any(procedure.Entering(Routed, Transferred, Closed), procedure.Taking(StepRedo)),
		Must: procedure.Actor(roleDesk),
	},
	{
		Code: "accepted_is_ours", Title: procedure.T("受理后不得移送了事", "What a squad has accepted is not transferred away"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Transferred),
		Must:  procedure.Not(procedure.Took(StepAccept)),
	},
}
