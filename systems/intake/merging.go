package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Merged is the state of a complaint that goes with another of the same matter, the main one (主件): its own periods run on,
// what is done for the main one is done for it, and its citizen gets the main one's answer as his own. It can go back to where it was.
const Merged = "merged"

// Codes of the steps of merging. Those of what the main one brings are taken by the house in the transaction of the main one's step.
const (
	StepMerge           = "merge"
	StepUnmerge         = "unmerge"
	StepMainAccepted    = "main_accepted"
	StepMainSeen        = "main_seen"
	StepMainInformed    = "main_informed"
	StepMainAnswered    = "main_answered"
	StepMainTransferred = "main_transferred"
	StepRedoApart       = "redo_apart"
)

// opMerge is the right to merge and to undo it.
const opMerge = "intake.merge"

// withMain reports whether a step is what the main complaint brings to one that goes with it.
func withMain(step string) bool {
	switch step {
	case StepMainAccepted, StepMainSeen, StepMainInformed, StepMainAnswered, StepMainTransferred:
		return true
	}
	return false
}

// mergeable are the states from which a complaint is merged: nobody has an answer, nor is one being checked.
var mergeable = []string{Registered, Inspecting, Mediating, Settled, Routed, Returned, Disputed, Accepted, Assigned, Handled}

// Facts about the main complaint, where there is one.
var (
	mainAccepted = procedure.Fact{Code: "main_is_accepted", Kind: procedure.Observed, Title: procedure.T("主件已受理", "A squad has accepted the main complaint"), Missing: "need.main_accepted"}
	mainSeen     = procedure.Fact{Code: "main_is_seen", Kind: procedure.Observed, Title: procedure.T("主件已到现场", "Somebody was on site for the main complaint"), Missing: "need.main_seen"}
	mainInformed = procedure.Fact{Code: "main_is_informed", Kind: procedure.Observed, Title: procedure.T("主件已告知核查情况", "What was found was told for the main complaint"), Missing: "need.main_informed"}
	mainAnswered = procedure.Fact{Code: "main_is_answered", Kind: procedure.Observed, Title: procedure.T("主件已答复", "The main complaint is answered"), Missing: "need.main_answered",
		Cites: procedure.Cites(law.SH(26, 2))}
	mainTransferred = procedure.Fact{Code: "main_is_transferred", Kind: procedure.Observed, Title: procedure.T("主件已移送", "The main complaint was transferred"), Missing: "need.main_transferred",
		Cites: procedure.Cites(law.SH(26, 2))}
)

// byMain: the answer that stands is the main one's, and nobody was sent for this one.
var byMain = procedure.Fact{Code: "answered_by_main", Kind: procedure.Recorded, Title: procedure.T("随主件答复", "It was answered with the main one"), Missing: "need.answered_by_main"}

// between are the periods between the hands that have a complaint. While it goes with another nobody waits for these hands; what is
// owed to the citizen runs on.
var between = []string{InspectionTerm.Code, MediationTerm.Code, JointTerm.Code, SecondLook.Code, Ruling.Code}

// merging are the steps of complaints that go with another one.
var merging = []procedure.Step{
	{
		Code: StepMerge, Title: procedure.T("并入另一件（并案）", "Merge into another"), Cites: procedure.Cites(law.SH(14)), Op: opMerge,
		From: mergeable, To: Merged, By: []string{roleDesk, roleLeader}, Seldom: true,
		Needs: procedure.All(ours, procedure.Not(resting).Because("need.resume_first"),
			procedure.Any(procedure.Not(caseFiled), caseEnded).Because("need.main_has_case")),
		Suspend: between,
		Fields: []procedure.Field{
			{Name: "main", Label: procedure.T("把本件并入哪一件（主件编号）", "Merge this complaint into (number of the main one)"), Type: procedure.TextField, Required: true, Max: 60,
				Help: procedure.T("本件并入主件办理：时限照算，主件答复时一并答复", "This one goes with it: its periods run on, and it is answered with it")}, reason},
	},
	{
		Code: StepUnmerge, Title: procedure.T("撤销并案", "Undo the merging"), Op: opMerge,
		From: []string{Merged}, Back: true, By: []string{roleDesk, roleLeader},
		Resume: between,
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepMainAccepted, Title: procedure.T("随主件受理", "Accepted with the main one"), Cites: procedure.Cites(law.SH(14)), Op: opRoute,
		From: []string{Merged}, By: []string{roleDesk},
		Needs: procedure.All(mainAccepted),
		Meets: []string{TransferTerm.Code}, // it is ours
	},
	{
		Code: StepMainSeen, Title: procedure.T("随主件到场", "Seen with the main one"), Cites: procedure.Cites(law.SH(26, 2)), Op: opRoute,
		From: []string{Merged}, By: []string{roleDesk},
		Needs: procedure.All(mainSeen),
		Meets: []string{OnSiteBuilding.Code, OnSite.Code},
	},
	{
		Code: StepMainInformed, Title: procedure.T("随主件告知核查情况", "Told what was found for the main one"), Cites: procedure.Cites(law.SH(26, 2)), Op: opRoute,
		From: []string{Merged}, By: []string{roleDesk},
		Needs: procedure.All(mainInformed),
		Meets: []string{TellInformant.Code},
		Fields: []procedure.Field{
			{Name: "told", Label: procedure.T("告知的情况", "What was told"), Type: procedure.LongText, Required: true, Min: 5, Max: 1000}},
	},
	{
		Code: StepMainAnswered, Title: procedure.T("随主件答复", "Answered with the main one"), Cites: procedure.Cites(law.SH(26, 2)), Op: opRoute,
		From: []string{Merged}, To: Replied, By: []string{roleDesk},
		Needs:  procedure.All(mainAnswered),
		Sets:   []string{byMain.Code},
		Meets:  append(append([]string{TransferTerm.Code, OnSiteBuilding.Code, OnSite.Code}, between...), answered...),
		Fields: []procedure.Field{reply},
	},
	{
		// What a squad has accepted is the bureau's, and is not transferred with another.
		Code: StepMainTransferred, Title: procedure.T("随主件移送", "Transferred with the main one"), Cites: procedure.Cites(law.SH(26, 2)), Op: "intake.transfer",
		From: []string{Merged}, To: Transferred, By: []string{roleDesk},
		Needs: procedure.All(mainTransferred, procedure.Not(accepted).Because("need.accepted_stays")),
		Meets: []string{TransferTerm.Code, ReplyTerm.Code, TellInformant.Code, FirstContact.Code},
		Fields: []procedure.Field{
			{Name: "explained", Label: procedure.T("向举报人说明的情况", "What the informant was told"), Type: procedure.LongText, Required: true}},
	},
	{
		// A squad had accepted it before it was merged; now this squad sees to it by itself.
		Code: StepRedoApart, Title: procedure.T("重办：单独办理", "Redo: by itself"), Op: opRedo,
		From: []string{Replied, Reopened}, To: Routed, By: []string{roleDesk},
		Needs: procedure.All(accepted, byMain),
		Sets:  []string{redone.Code}, Clears: []string{visited.Code, arrived.Code, byMain.Code, returnRejected.Code, rated.Code},
		Meets: []string{ReopenTerm.Code}, Starts: []string{RedoTerm.Code, FirstContact.Code},
		Fields: []procedure.Field{reason, said},
	},
}

// said is why a complaint is done again, where the citizen was asked.
var said = procedure.Field{Name: "satisfaction", Label: procedure.T("回访结果", "What the citizen says"), Type: procedure.Select, Options: called[2:4]}

// mergingProperties are the rules that no merging may break.
var mergingProperties = []procedure.Property{
	{
		Code: "merged_goes_with_its_main", Title: procedure.T("并案期间不得单独派遣、处置、答复、移送", "While it is merged nobody routes, handles, answers or transfers it by itself"),
		When: procedure.Taking(StepRoute, StepInspect, StepMediate, StepSettle, StepReport, StepLapse, StepRecall, StepTransfer, StepMove, StepReturn, StepDispute, StepDecide, StepAccept, StepAssign,
			StepArrive, StepHandle, StepSuspend, StepFileCase, StepInform, StepReply, StepSubmit, StepPass, StepAnswer, StepClose, StepMerge),
		Must: procedure.Not(procedure.Took(StepMerge).Since(StepUnmerge, StepMainAnswered, StepMainTransferred)),
	},
	{
		Code: "only_merged_follows_a_main", Title: procedure.T("只有并案的诉件随主件告知、答复、移送，也只有它能撤销并案", "Only what is merged is told, answered and transferred with another, and only its merging is undone"),
		When: procedure.Taking(StepUnmerge, StepMainAccepted, StepMainSeen, StepMainInformed, StepMainAnswered, StepMainTransferred),
		Must: procedure.Took(StepMerge).Since(StepUnmerge, StepMainAnswered, StepMainTransferred),
	},
	{
		Code: "answered_by_the_main_answer", Title: procedure.T("主件未答复、未移送的，并案的诉件不得答复、移送", "What is merged is answered or transferred only when the main one is"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Taking(StepMainAnswered, StepMainTransferred),
		Must:  procedure.Any(procedure.All(procedure.Taking(StepMainAnswered), mainAnswered), procedure.All(procedure.Taking(StepMainTransferred), mainTransferred)),
	},
	{
		Code: "no_case_is_merged_away", Title: procedure.T("立案期间不得并入其他诉件", "What a case grew from is not merged away while it runs"),
		When: procedure.All(procedure.Taking(StepMerge), procedure.Took(StepFileCase)),
		Must: procedure.Took(StepCaseEnded),
	},
}
