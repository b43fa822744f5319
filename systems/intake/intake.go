// Package intake takes in complaints (诉件) from every channel and sees each through to its answer: it
// is registered, located and routed to the squad that answers for the place, accepted, assigned,
// handled with photos, answered and closed, while its periods run.
//
// The procedure is data in procedure.go. What a citizen said is never changed after it came in; who
// the citizen is lies in a table of its own, is masked wherever it is shown, and is told in full only
// to those with the right and a reason, which is written down.
package intake

import (
	"time"

	"jiexu/ledger"
)

// Type names complaints among the subjects of the ledger, of terms, of media and of search.
const Type = "complaint"

// Channels that complaints come through.
const (
	Hotline = "hotline" // 12345 热线
	Grid    = "grid"    // 城市网格化平台
	Citizen = "citizen" // 市民直接反映
	Patrol  = "patrol"  // 巡查发现
	Letter  = "letter"  // 来信、网上留言
	Visit   = "visit"   // 来访
	Phone   = "phone"   // 本单位电话
	Ordered = "ordered" // 上级督办
	Other   = "import"  // from elsewhere, in a file
)

// Channels lists the channels in the order in which they are offered.
var Channels = []string{Hotline, Grid, Citizen, Patrol, Letter, Visit, Phone, Ordered, Other}

// Kinds of complaint, as the hotline divides them; the period to answer depends on the kind.
const (
	Consultation = "consultation" // 咨询
	Help         = "help"         // 求助
	Grievance    = "complaint"    // 投诉、举报
	Suggestion   = "suggestion"   // 建议
	Praise       = "praise"       // 表扬
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []string{Grievance, Help, Consultation, Suggestion, Praise}

// How a place was found.
const (
	ByCoordinates = "coordinates" // they came with the complaint
	ByText        = "text"        // names in the text; nobody has confirmed it
	ByPerson      = "person"      // somebody of the office said so
)

// Bounds of what is taken in, in characters. An upstream system's text may be longer than what a
// person types into our form.
const (
	maxTitle        = 200
	maxText         = 5_000
	maxImportedText = 10_000
	maxAddress      = 300
	maxCategory     = 200
	maxName         = 100
	maxPhone        = 30
	maxSourceNo     = 100
)

// Complaint is one matter that somebody brought up. The desk registers it, an import or another system
// brings it; only the steps of its procedure change State, Facts and Unit afterwards. Nobody changes
// what it says.
type Complaint struct {
	ID           string
	Number       string // ours
	Channel      string
	SourceNo     string // theirs, empty where there is none
	sourceKey    string // what makes a second arrival the same complaint; empty: nothing does
	sourceDigest string
	sure         float64    // of the place, when it came in: 0 to 1
	told         bool       // a person of the office put the pin
	within       float64    // metres about the pin in which the place probably is; 0: a person or a device gave it
	dueAt        *time.Time // when it came in: by when its platform wants it answered
	Kind         string
	Category     string
	Title        string
	Text         string
	Address      string
	Lon, Lat     *float64 // WGS-84
	LocatedBy    string
	StreetCode   string
	Confidential bool // the citizen's identity is kept from those who handle it (SH 26)
	Urgent       bool
	ReceivedAt   time.Time // by the channel
	RegisteredAt time.Time // by us; periods run from here
	RegisteredBy string
	Unit         string // responsible now
	ProposedUnit string
	WithUnit     string    // the outside unit that looks or settles first; empty: none does
	Asking       string    // what the squad has asked for and nobody has answered: extension
	Danger       []Danger  // what in its text is dangerous
	Proposal     *Proposal // what the routing rules said; nil: nothing
	State        string
	Facts        []string // recorded facts of the procedure that hold
	CaseID       string
	CaseNumber   string
	ReplyText    string
	RepliedAt    *time.Time
	Outcome      string
	ClosedAt     *time.Time
	UpdatedAt    time.Time
	Rev          int64
}

// Contact is who complained.
type Contact struct {
	Name  string `json:"name" maxLength:"100"`
	Phone string `json:"phone" maxLength:"30"`
	Email string `json:"email,omitempty" maxLength:"200"`
	Said  string `json:"said,omitempty" doc:"numbers that stood in the words of the complaint, which hold them masked"`

	// Of the program that the citizen used, where it was one.
	Account string `json:"account,omitempty"`
	Device  string `json:"device,omitempty"`
}

// Officer is one of those who handle a complaint.
type Officer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Taken is a step that was taken, with what was filled in. Its id is that of its ledger entry.
type Taken struct {
	ID, Step, From, To, Actor, ActorName, Unit string
	Fields                                     map[string]any
	At                                         time.Time
}

// Entries of a timeline that are no steps of the procedure.
const (
	entryRegistered = "registered"
	entrySplitOff   = "split_off"
	entryImported   = "imported"
	entryCaseFiled  = "case_filed"
)

func init() {
	ledger.Seal("intake_complaints")
	ledger.Seal("intake_contacts", "complaint")
	ledger.Seal("intake_officers", "complaint", "person")
	ledger.Seal("intake_steps")
	ledger.Seal("intake_imports")
	ledger.Seal("intake_parts")
	ledger.Seal("intake_results", "complaint")
	ledger.Seal("intake_splits", "complaint")
	ledger.Seal("intake_public", "complaint")
	ledger.Seal("intake_trackings", "digest")
	ledger.Seal("intake_comments")
}

func ref(id string) ledger.Ref { return ledger.Ref{Type: Type, ID: id} }
