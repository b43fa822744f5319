// Package casework is online casework (网上办案): a violation is filed as a case (立案), investigated,
// noticed (告知), decided (决定), served (送达), paid, closed (结案) and archived (归档), by the ordinary
// procedure of the Administrative Penalty Law, chapter V section 3.
//
// The procedure itself is data in procedure.go; this package keeps the rows that it speaks of.
package casework

import (
	"encoding/json"
	"time"

	"jiexu/law"
	"jiexu/ledger"
)

// Where a case came from.
const (
	FromComplaint = "complaint"
	FromPatrol    = "patrol"
)

// Kinds of party.
const (
	Person       = "person"
	Organisation = "organisation"
)

// Case is one filed (or yet to be filed) violation. An officer of the squad opens it; only the steps
// of its procedure change State and Facts; while it is being investigated its officers may change
// what was found. Nobody changes it once it is archived.
type Case struct {
	ID            string
	Number        string
	Source        string
	Complaint     string // id of the complaint it grew from, or empty
	Unit          string
	Procedure     string // code of the main procedure
	Title         string
	Matter        string // code of the penalty matter
	ActDate       law.Date
	ActPlace      string
	FoundOn       law.Date // day on which the act came to light: the complaint's, or the opening's
	Lon, Lat      *float64
	Object        string // id of the object of the register that it is about; set when it is opened
	Findings      string
	Circumstances []string // codes of law.Circumstances that hold
	Grade         string   // of the article, where it names a circumstance with a range of its own
	Base          *float64 // what a fine by measure is reckoned from: square metres, tons, yuan
	ProposedYuan  *int64
	DecidedYuan   *int64
	State         string
	Facts         []string // recorded facts of the procedure that hold
	OpenedAt      time.Time
	OpenedBy      string
	FiledAt       *time.Time
	DecidedAt     *time.Time
	ClosedAt      *time.Time
	UpdatedAt     time.Time
	Rev           int64

	partyKind string // of the party, as far as it has been loaded
}

// main is the procedure as the row keeps it: the ordinary one is not named.
func (c *Case) main() any {
	if c.Procedure == Ordinary.Code {
		return nil
	}
	return nullable(c.Procedure)
}

// weighs is the list of circumstances as the row keeps it: none is not named.
func (c *Case) weighs() any {
	if len(c.Circumstances) == 0 {
		return nil
	}
	list, _ := json.Marshal(c.Circumstances) // strings always can
	return string(list)
}

// Officer is one of those who handle the case. Two with valid certificates at least (AP 42).
type Officer struct {
	Person      string `json:"id"`
	Name        string `json:"name"`
	Certificate string `json:"certificate"`
}

// Party is whom the case is about. Its code is checked (GB 11643, GB 32100) before it is kept.
type Party struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`
	Name           string `json:"name"`
	IDCode         string `json:"idCode"`
	Representative string `json:"representative"`
	Address        string `json:"address"`
	Phone          string `json:"phone"`
	Rev            int64  `json:"rev"`
}

// Evidence is one piece of the list, of the eight kinds of AP 46.
type Evidence struct {
	ID         string   `json:"id"`
	Seq        int      `json:"seq"`
	Kind       string   `json:"kind"`
	Title      string   `json:"title"`
	Proves     string   `json:"proves"`
	ObtainedOn law.Date `json:"-"`
	Obtained   string   `json:"obtainedOn"`
	Media      string   `json:"media,omitempty"`
	addedAt    time.Time
}

// EvidenceKinds are the eight kinds of AP 46, in the law's order.
var EvidenceKinds = []string{"documentary", "physical", "audiovisual", "electronic", "testimony", "statement", "expert", "record"}

// Document is an issued document: its number, and the very bytes that were issued.
type Document struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Number    string    `json:"number"`
	Title     string    `json:"title"`
	SHA256    string    `json:"sha256"`
	CheckCode string    `json:"checkCode"`
	IssuedAt  time.Time `json:"issuedAt"`
	IssuedBy  string    `json:"issuedBy,omitempty" doc:"name of who issued it, and with that sealed it"`
	Entry     string    `json:"entry"`
	Size      int64     `json:"size"`

	Track      string     `json:"track,omitempty" doc:"id of the track in which it was issued"`
	ServedOn   law.Date   `json:"servedOn,omitzero" doc:"day on which it took effect towards the party"`
	ServedBy   string     `json:"servedBy,omitempty" doc:"method of service"`
	VoidAt     *time.Time `json:"voidAt,omitempty"`
	VoidReason string     `json:"voidReason,omitempty"`

	Seal *Sealed `json:"seal,omitempty" doc:"which seal it bears; none on what bears none"`
}

// Taken is a step that was taken, with what was filled in.
type Taken struct {
	ID, Step, From, To, Actor, ActorName, Unit string
	Track                                      string // id of the track it was taken in; empty in the main procedure
	Fields                                     map[string]any
	At                                         time.Time
}

func init() {
	ledger.Exempt("casework_refill", "technical: says nothing about a matter; how far older cases have been made findable")
	ledger.Exempt("casework_decided", "made from casework_cases and casework_parties, which are sealed; by it a party's decided cases are found")
	ledger.Exempt("casework_bank_lines", "what a bank reported; what was paid by it is a payment, which is sealed")
	for table, key := range map[string][]string{
		"casework_cases":         {"id"},
		"casework_objects":       {"id"},
		"casework_officers":      {"case_id", "person"},
		"casework_parties":       {"id"},
		"casework_evidence":      {"id"},
		"casework_steps":         {"id"},
		"casework_tracks":        {"id"},
		"casework_tiers":         {"id"},
		"casework_bank_files":    {"id"},
		"casework_documents":     {"id"},
		"casework_volumes":       {"id"},
		"casework_payments":      {"id"},
		"casework_confirmations": {"matter"},
	} {
		ledger.Seal(table, key...)
	}
}
