package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

var reconsiderProperties = []procedure.Property{
	{
		Code: "the_answer_brings_its_evidence", Title: procedure.T("答复须提交证据、依据", "The answer brings evidence and basis"),
		Cites: procedure.Cites(law.AR(48), law.AR(70)),
		When:  procedure.Taking(stepAnswer),
		Must:  remEvidence,
	},
	{
		Code: "upheld_for_good_only_after_fifteen_days", Title: procedure.T("起诉期限未满，不得视为复议终结", "Upheld is not final while the applicant may go to court"),
		Cites: procedure.Cites(law.AL(45)),
		When:  procedure.Entering(RemedyEnded),
		Must:  procedure.All(procedure.Took(stepUphold), procedure.Passed(ReconsiderSue.Code).Since(stepUphold)),
	},
	{
		Code: "what_was_ordered_is_carried_out", Title: procedure.T("未履行复议决定，不得办结", "No end before the decision is carried out"),
		Cites: procedure.Cites(law.AR(77, 1)),
		When:  procedure.Entering(RemedyLost),
		Must:  procedure.Took(stepObey).Since(stepOverturn),
	},
	{
		Code: "never_the_same_again", Title: procedure.T("责令重作的，不得以同一事实和理由作出基本相同的行为", "Told to act anew, never the same again"),
		Cites: procedure.Cites(law.AR(64, 2)),
		When:  procedure.Taking(stepObey),
		Must:  remAgain,
	},
	{
		Code: "only_the_legal_section_speaks", Title: procedure.T("复议应对由法制科办理", "Only the legal section speaks for the bureau"),
		Cites: procedure.Cites(law.AR(48)),
		When:  procedure.Entering(RemedyReceived, RemedyAnswered, RemedyKept, RemedyFallen),
		Must:  procedure.Actor(Legal),
	},
	{
		Code: "stopped_execution_goes_on_once", Title: procedure.T("未停止的不得恢复，已停止的不重复停止", "What goes on was stopped, and is not stopped twice"),
		Cites: procedure.Cites(law.AR(42)),
		When:  procedure.Taking(stepGoOn),
		Must:  procedure.Took(stepStop).Since(stepGoOn),
	},
}

var litigateProperties = []procedure.Property{
	{
		Code: "the_defence_brings_its_evidence", Title: procedure.T("答辩须提交证据和规范性文件", "The answer in court brings evidence and norms"),
		Cites: procedure.Cites(law.AL(34), law.AL(67, 1)),
		When:  procedure.Taking(stepAnswer),
		Must:  remEvidence,
	},
	{
		Code: "no_judgement_is_final_while_it_may_be_appealed", Title: procedure.T("上诉期限未满又未经二审，判决不得视为生效", "No judgement is final while it may be appealed"),
		Cites: procedure.Cites(law.AL(85)),
		When:  procedure.Entering(RemedyEnded),
		Must:  procedure.Any(procedure.Passed(LitigateAppeal.Code).Since(stepUphold), procedure.Took(stepAppeal)),
	},
	{
		Code: "the_judgement_is_carried_out", Title: procedure.T("未履行判决，不得办结", "No end before the judgement is carried out"),
		Cites: procedure.Cites(law.AL(94)),
		When:  procedure.Entering(RemedyLost),
		Must:  procedure.Took(stepObey).Since(stepOverturn, stepLast),
	},
	{
		Code: "never_the_same_after_a_judgement", Title: procedure.T("判决重作的，不得以同一事实和理由作出基本相同的行为", "Told by the court to act anew, never the same again"),
		Cites: procedure.Cites(law.AL(71)),
		When:  procedure.Taking(stepObey),
		Must:  remAgain,
	},
	{
		Code: "stopped_by_the_court_goes_on_once", Title: procedure.T("未停止的不得恢复执行", "What goes on was stopped"),
		Cites: procedure.Cites(law.AL(56, 1)),
		When:  procedure.Taking(stepGoOn),
		Must:  procedure.Took(stepStop).Since(stepGoOn),
	},
}
