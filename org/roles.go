package org

import "slices"

// Codes of the roles. Officer and Auxiliary are kinds of people as well.
const (
	Desk       = "desk"       // 诉件受理
	Leader     = "leader"     // 中队长
	Officer    = "officer"    // 执法队员
	Auxiliary  = "auxiliary"  // 辅助人员
	Legal      = "legal"      // 法制审核
	Head       = "head"       // 局负责人
	Inspector  = "inspector"  // 督察
	Appraiser  = "appraiser"  // 考核
	Planner    = "planner"    // 勤务
	Admin      = "admin"      // 系统管理
	Auditor    = "auditor"    // 审计
	Department = "department" // 协作部门
	Community  = "community"  // 居委会
)

// Role is what somebody may do in the units in which he holds it. Its titles are words, under
// role.CODE and role.CODE.about.
type Role struct {
	Code string
	May  []string // operations, in the order of Operations
}

// Operations are all rights there are, as room.verb. Every operation of the API names one of them;
// their titles are words, under op.CODE.
var Operations = slices.Concat(
	in("session", "self"),
	in("work", "read"),
	in("search", "use"),
	in("map", "read"),
	in("law", "read", "confirm"),
	in("intake", "read", "register", "import", "export", "contact", "route", "transfer", "return", "accept", "assign",
		"first_contact", "handle", "file_case", "reply", "answer", "check", "redo", "close", "rate",
		"report", "contribute", "ask_extension", "approve", "decide", "rules", "templates", "board", "rates", "comment", "classify", "place", "places", "models", "train", "topics", "merge"),
	in("casework", "read", "export", "open", "edit", "party", "evidence", "approve_filing", "refuse_filing", "report",
		"approve_report", "send_back", "notify", "serve_notice", "hear", "review_defence", "waive", "ask_hearing",
		"hold_hearing", "extend", "legal_review", "deliberate", "decide", "serve_decision", "pay", "close", "archive",
		"terminate", "document", "bind", "serve", "summary", "measure", "approve_measure", "execute", "approve_execution", "remedy", "transfer",
		"approve_transfer", "amend", "revoke", "instal", "withdraw", "tiers", "reconcile"),
	in("evidence", "read", "add", "records", "mark", "derive", "download", "export", "claim", "excuse_others", "hold", "release", "expire", "approve_expiry"),
	in("oversight", "read"),
	in("org", "read", "people", "units", "grants", "settings", "seals", "keys"),
	in("notice", "read", "manage"),
	in("gateway", "read", "mend", "manage"),
	in("ledger", "read", "prove"),
	in("system", "status", "jobs", "refusals"),
)

// everybody may do what no work is possible without; insiders all that serve inside the bureau.
var (
	everybody = slices.Concat(in("session", "self"), in("work", "read"), in("search", "use"), in("law", "read"), in("org", "read"), in("notice", "read"))
	insiders  = slices.Concat(everybody, in("map", "read"))
	proving   = in("ledger", "read", "prove")
)

// Roles is the one table of who may do what; docs/roles.md is made from it. Three powers are kept
// apart: the administrator gives rights and sees no matter, the auditor sees the records and changes
// nothing, and neither does the field's work.
var Roles = []Role{
	// The complaints desk registers, routes and closes.
	role(Desk, insiders,
		in("intake", "read", "register", "import", "export", "contact", "route", "transfer", "answer", "check", "redo", "close", "approve", "rules", "templates", "board", "rates", "comment", "classify", "place", "places", "models", "train", "topics", "merge"),
		in("gateway", "read", "mend"), in("evidence", "read", "add"), in("ledger", "prove")),

	// A squad's leader accepts, assigns and returns its complaints, and closes its cases.
	role(Leader, insiders,
		in("intake", "read", "register", "export", "contact", "return", "accept", "assign", "first_contact", "reply", "check", "contribute", "ask_extension", "board", "rates", "comment", "classify", "place", "merge"),
		in("casework", "read", "export", "open", "edit", "party", "evidence", "close", "document", "bind", "serve", "measure", "execute", "transfer", "withdraw"),
		in("evidence", "read", "add", "records", "mark", "derive", "download", "export", "claim", "excuse_others", "hold", "expire"), in("oversight", "read"), in("ledger", "prove")),

	// An officer with a certificate handles complaints on the ground and leads cases through.
	role(Officer, insiders,
		in("intake", "read", "register", "contact", "first_contact", "handle", "file_case", "reply", "contribute", "ask_extension", "comment", "place"),
		in("casework", "read", "open", "edit", "party", "evidence", "report", "notify", "serve_notice", "hear", "review_defence", "waive",
			"ask_hearing", "serve_decision", "pay", "document", "bind", "serve", "summary", "measure", "execute", "transfer", "withdraw"),
		in("evidence", "read", "add", "mark", "derive"), in("ledger", "prove")),

	// An auxiliary looks and photographs; he takes no step (an auxiliary never acts without an officer).
	role(Auxiliary, insiders, in("intake", "read"), in("evidence", "read", "add")),

	// The legal section reviews, holds hearings, confirms the catalogue of matters, keeps the discretion
	// tiers, answers reconsideration and litigation, and reconciles what the bank reports.
	role(Legal, insiders, in("law", "confirm"), in("intake", "read", "comment"),
		in("casework", "read", "export", "hold_hearing", "legal_review", "archive", "document", "bind", "remedy", "transfer", "amend", "tiers", "reconcile"),
		in("evidence", "read", "records", "mark", "derive", "download", "export", "claim", "hold", "release", "approve_expiry"), in("oversight", "read"), proving),

	// The bureau's heads approve, deliberate and decide (AP 57), and rule whose a disputed complaint is.
	role(Head, insiders, in("intake", "read", "export", "approve", "decide", "board", "rates", "comment", "models", "topics"),
		in("casework", "read", "export", "approve_filing", "refuse_filing", "approve_report", "send_back", "extend", "deliberate", "decide",
			"close", "terminate", "document", "approve_measure", "approve_execution", "approve_transfer", "revoke", "instal", "withdraw"),
		in("evidence", "read", "records", "mark", "download", "export", "claim", "hold", "release", "approve_expiry"), in("oversight", "read"), proving),

	// Inspection sees every step that anyone took.
	role(Inspector, insiders, in("intake", "read", "export", "board", "rates", "comment", "topics"), in("casework", "read", "export", "document"), in("evidence", "read", "records", "mark", "download", "hold"), in("oversight", "read"), proving),

	// Appraisal counts; it sees no party's paper.
	role(Appraiser, insiders, in("intake", "read", "export", "rates"), in("casework", "read", "export")),

	// Duty planning follows the complaints.
	role(Planner, insiders, in("intake", "read"), in("casework", "read")),

	// The administrator keeps people, units and rights, and the ways on which notices go outside.
	role(Admin, in("session", "self"), in("law", "read"), in("org", "read", "people", "units", "grants", "settings", "seals", "keys"), in("notice", "read", "manage"), in("gateway", "read", "manage"), in("system", "status", "jobs", "refusals")),

	// The auditor reads the records; nobody audits himself.
	role(Auditor, in("session", "self"), in("law", "read"), in("org", "read"), in("system", "status", "refusals"), proving),

	// Outside units see the complaints that are with them or were transferred to them, report what they found or settled, and add what they know of the place.
	role(Department, everybody, in("intake", "read", "report"), in("evidence", "read", "add")),
	role(Community, everybody, in("intake", "read", "report"), in("evidence", "read", "add")),
}

// Allows reports whether the role may do the operation.
func Allows(role, op string) bool { return allowed[role][op] }

// Known reports whether there is such an operation.
func Known(op string) bool { return slices.Contains(Operations, op) }

// IsRole reports whether there is such a role.
func IsRole(code string) bool { return allowed[code] != nil }

var allowed = func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for _, r := range Roles {
		m[r.Code] = map[string]bool{}
		for _, op := range r.May {
			m[r.Code][op] = true
		}
	}
	return m
}()

func role(code string, may ...[]string) Role {
	all := slices.Concat(may...)
	r := Role{Code: code}
	for _, op := range Operations {
		if slices.Contains(all, op) {
			r.May = append(r.May, op)
		}
	}
	return r
}

func in(room string, verbs ...string) []string {
	out := make([]string, len(verbs))
	for i, v := range verbs {
		out[i] = room + "." + v
	}
	return out
}
