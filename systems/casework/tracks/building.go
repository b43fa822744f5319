package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of an illegal structure under construction. Where they mean the same as of a standing one, they
// have the same code.
const (
	BuildingMade     = "made"     // the order to stop is made, not yet served
	BuildingStopped  = "stopped"  // stopped on the spot; ordered to remove
	BuildingDefied   = "defied"   // went on, or did not remove
	BuildingApproved = "approved" // the head orders immediate demolition
)

const (
	buStop    = "stop"
	buServe   = "serve_stop"
	buDefied  = "find_defied"
	buApprove = "approve_demolition"
)

// BuildingOnSite is within how long somebody must be where it is being built.
var BuildingOnSite = procedure.Clock{Code: StructureOnSite.Code, Title: procedure.T("到现场调查取证期限（正在搭建）", "Time to be on site (being built)"),
	Period: law.Period{N: 2, Unit: law.Hours, Cites: procedure.Cites(law.SB(7))}}

var buServing = serving(KindOrderStop)

var (
	buOnSite = entered("on_site_in_time", "在两小时内到现场，逾期的已说明原因", "On site within two hours, or late with the reason", "need.on_site_building",
		func(l *Look) bool { return !l.lateUnexplained("arrived_at", 2) }, law.SB(7))
	buStopped = entered("stopped_on_the_spot", "已当场责令暂停施工", "Told on the spot to stop building", "need.stopped_on_the_spot",
		func(l *Look) bool { return l.Values.Bool("stopped_on_the_spot") }, law.SB(11))
	// buDefiance: building goes on after the order; or the time to remove it is over and it stands.
	buDefiance = entered("defiance_shown", "拒不停止建设，或者期限届满仍未拆除", "Building went on, or the time to remove it is over", "need.defiance",
		func(l *Look) bool {
			return l.Values.Text("what") == "went_on" || l.Values.Text("what") == "not_removed" && l.pastMoment("until", buStop)
		}, law.SB(11))
)

// Building is the procedure against an illegal structure that is being built: stopped on the spot, ordered in
// writing, demolished at once if the order is defied (SB 7, 11). Tools and material may be held; that is the
// procedure of sealing and seizing, and runs beside.
var Building = define(Track{Main: true, Properties: buildingProperties, Serves: map[string][]string{buServe: {KindOrderStop}}}, procedure.Procedure{
	Code: CodeBuilding, System: "casework", Start: StructureFound, Opens: []string{BuildingOnSite.Code, StructureInformant.Code},
	Title: procedure.T("拆除违法建筑（正在搭建）", "Illegal structure, under construction"),
	Note: procedure.T("《上海市拆除违法建筑若干规定》第七条、第十一条。暂扣施工工具和材料另按查封、扣押办理；拒不停止、拒不拆除的，立即强制拆除。",
		"Shanghai's rules on demolishing illegal structures, arts. 7 and 11. Tools and material are held under the procedure of seizing; if defied, it is demolished at once."),
	Cites: procedure.Cites(law.SB(7), law.SB(11)),
	States: []procedure.State{
		{Code: StructureFound, Title: procedure.T("发现（举报）", "Found")},
		{Code: StructureVisited, Title: procedure.T("调查取证中", "On site")},
		{Code: BuildingMade, Title: procedure.T("通知书待送达", "Order to be served")},
		{Code: BuildingStopped, Title: procedure.T("已责令停止、自行拆除", "Ordered to stop and remove")},
		{Code: BuildingDefied, Title: procedure.T("拒不停止或者拆除", "Defied")},
		{Code: BuildingApproved, Title: procedure.T("已批准立即强制拆除", "Immediate demolition approved")},
		{Code: StructureDemolished, Title: procedure.T("已拆除", "Demolished")},
		{Code: StructureClosed, Title: procedure.T("已结案", "Closed")},
		{Code: StructureArchived, Title: procedure.T("已归档", "Archived"), End: true},
		{Code: StructureNotOurs, Title: procedure.T("已移送", "Transferred"), End: true},
		{Code: StructureDropped, Title: procedure.T("已终止", "Dropped"), End: true},
		{Code: StructureTurned, Title: procedure.T("转已建成违法建筑程序", "Over to standing structures"), End: true},
	},
	Clocks: []procedure.Clock{BuildingOnSite, StructureInformant, BuildingRemoveBy, StructureCollectBy, StructureClearBy},
	Steps:  slices.Concat(buildingSteps, afterDemolition(buildingRuns, StructureDemolished, StructureClosed, StructureArchived)),
}, stBelongings, sdThings, sdCleared, sdTold, TwoCertified, EvidenceOnFile, ExecutionSuspended, sdInformant, sdThingsOver,
	sdCollected, sdClearedByWhom, buOnSite, buStopped, buDefiance, buServing.after, buServing.announced, TimeToExecute, UtilitiesKept, Filmed, FilmsAccounted)

var buildingRuns = []string{StructureVisited, BuildingMade, BuildingStopped, BuildingDefied, BuildingApproved}

var buildingSteps = []procedure.Step{
	visitStep(buOnSite),
	notOursStep(StructureFound, StructureVisited),
	turnStep("已建成，转已建成违法建筑程序", "It is finished: over to standing structures", StructureFound, StructureVisited, BuildingMade, BuildingStopped),
	{
		Code: stDrop, Op: "casework.terminate", Title: procedure.T("终止：不属于违法建筑，或者通知被撤销", "Drop: it is not illegal, or the order fell"), Cites: procedure.Cites(law.AP(57, 1, 3), law.AC(40, 1, 4)),
		From: buildingRuns, To: StructureDropped, By: []string{Head},
		Needs:  procedure.All(sdTold.When(sdInformant)), // SB 5(4)
		Meets:  []string{StructureInformant.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: buStop, Op: OpMeasure, Title: procedure.T("当场责令暂停施工，书面责令停止建设、自行拆除", "Stop it on the spot; order in writing to stop and remove"), Cites: procedure.Cites(law.SB(11), law.UP(64)),
		From: []string{StructureVisited}, To: BuildingMade, By: []string{Officer},
		Needs: procedure.All(
			TwoCertified,   // SH 16
			EvidenceOnFile, // SB 11
			buStopped,      // SB 11
		),
		Issues: KindOrderStop,
		Fields: []procedure.Field{yes("stopped_on_the_spot", "已当场责令暂停施工", "Told on the spot to stop")},
	},
	buServing.step(buServe, "送达责令停止建设、自行拆除通知书", "Serve the order", BuildingMade, BuildingStopped, BuildingRemoveBy.Code),
	goneStep(BuildingRemoveBy, BuildingMade, BuildingStopped, BuildingDefied, BuildingApproved),
	{
		Code: buDefied, Op: OpMeasure, Title: procedure.T("复查：拒不停止建设或者拒不拆除", "Rechecked: defied"), Cites: procedure.Cites(law.SB(11)),
		From: []string{BuildingStopped}, To: BuildingDefied, By: []string{Officer},
		Needs: procedure.All(
			TwoCertified, // SH 16
			buDefiance,   // SB 11
		),
		Meets:  []string{BuildingRemoveBy.Code},
		Fields: []procedure.Field{choice("what", "情形", "What was found", opt("went_on", "继续施工，拒不停止", "Building goes on"), opt("not_removed", "期限届满，拒不拆除", "Its time is over, and it stands")), findings},
	},
	{
		Code: buApprove, Op: OpApproveExecution, Title: procedure.T("决定立即强制拆除", "Decide on immediate demolition"), Cites: procedure.Cites(law.SB(11), law.UP(68)),
		From: []string{BuildingDefied}, To: BuildingApproved, By: []string{Head},
		Issues: KindExecution,
		Fields: []procedure.Field{opinion},
	},
	belongingsStep(BuildingApproved),
	planStep(BuildingApproved),
	{
		Code: stDemolish, Op: OpExecute, Title: procedure.T("立即强制拆除", "Demolish at once"), Cites: procedure.Cites(law.SB(11), law.AC(43)), Films: procedure.FilmBlocks,
		From: []string{BuildingApproved}, To: StructureDemolished, By: []string{Officer},
		Needs:  demolitionNeeds,
		Issues: KindStructureRecord,
		Fields: demolitionFields,
	},
}

var buildingProperties = []procedure.Property{
	{
		Code: "within_two_hours_or_explained", Title: procedure.T("两小时内到正在搭建的现场，逾期须说明原因", "Where it is being built within two hours, or the reason is on record"),
		Cites: procedure.Cites(law.SB(7)),
		When:  procedure.Entering(StructureVisited),
		Must:  buOnSite,
	},
	{
		Code: "stopped_on_the_spot_first", Title: procedure.T("未当场责令暂停施工、未取证，不得书面责令", "No written order before it was stopped on the spot and evidence taken"),
		Cites: procedure.Cites(law.SB(11)),
		When:  procedure.Entering(BuildingMade),
		Must:  procedure.All(buStopped, EvidenceOnFile, TwoCertified),
	},
	{
		Code: "immediate_demolition_only_if_defied", Title: procedure.T("未拒不停止、拒不拆除，不得立即强制拆除", "No immediate demolition unless the order was defied"),
		Cites: procedure.Cites(law.SB(11)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.All(procedure.Took(buServe), procedure.Took(buDefied).Since(buServe)),
	},
	{
		Code: "defiance_is_shown", Title: procedure.T("仍在期限内又未继续施工的，不得认定拒不拆除", "No defiance while the time to remove still runs and nobody builds on"),
		Cites: procedure.Cites(law.SB(11)),
		When:  procedure.Entering(BuildingDefied),
		Must:  procedure.All(buDefiance, TwoCertified),
	},
	{
		Code: "only_the_head_orders_immediate_demolition", Title: procedure.T("立即强制拆除只能由负责人决定", "Only the head orders immediate demolition"),
		Cites: procedure.Cites(law.SB(11)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.Took(buApprove),
	},
	{
		Code: "belongings_before_immediate_demolition", Title: procedure.T("未通知取走财物，不得立即强制拆除", "No immediate demolition before the party was told to take its belongings"),
		Cites: procedure.Cites(law.SB(12, 1)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.Took(stBelong),
	},
	{
		Code: "immediate_demolition_by_day_and_on_record", Title: procedure.T("非紧急不得在夜间、法定节假日拆除，不得停水停电，须音像记录", "By day, no utilities cut, recorded, by two, and not while suspended"),
		Cites: procedure.Cites(law.AC(43), law.AP(47), law.SH(16, 3)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.All(TimeToExecute, UtilitiesKept, Filmed, TwoCertified, procedure.Not(ExecutionSuspended)),
	},
	{
		Code: "recordings_before_closing_a_building", Title: procedure.T("应当全程录音录像的措施既无录像也未写明原因，不得结案", "No closing while what must be filmed has neither a recording nor a written reason"),
		Cites: procedure.Cites(law.AP(47)),
		When:  procedure.Entering(StructureClosed),
		Must:  FilmsAccounted,
	},
	{
		Code: "the_informant_is_told_of_a_building", Title: procedure.T("有举报人而未反馈，不得结案、终止", "No closing before the informant is told"),
		Cites: procedure.Cites(law.SB(5, 4)),
		When:  procedure.All(procedure.Entering(StructureClosed, StructureDropped), sdInformant),
		Must:  procedure.Took(sdTell),
	},
}
