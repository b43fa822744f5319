package document

import (
	"time"

	"jiexu/law"
)

// Dossier is what a document may take from its case, as it stood when the document was made. Casework fills
// in what it knows; what a document needs and the dossier lacks shows as a gap and stops the issue.
type Dossier struct {
	Authority  string // in whose name the document is issued: 上海市静安区城市管理行政执法局
	Unit       string // the squad that handles the case: 江宁路街道中队
	CaseNumber string // 静城管立〔2026〕第9号
	Title      string // the cause of action (案由), without 一案
	Source     string // how the authority learnt of it: 日常巡查, 市民投诉 …
	Party      Party
	Officers   []Officer // who handle the case; two at least (AP 42)

	Matter   string      // the violation as the list of matters names it
	Violated []Provision // what forbids it
	Basis    []Provision // what makes it punishable
	ActDate  law.Date    // the day of the act, or its last day
	Place    string      // where it happened
	Findings string      // the facts as established; a line feed begins another paragraph
	Evidence []Evidence
	Reasons  string // the discretion tier and what weighed in it

	Earlier []Earlier // documents issued or made before, the oldest first
	Photos  []Photo   // the pictures that media fields may name
	Things  []Thing   // what is preserved or seized at present

	Filed   law.Date // the case was filed
	Noticed law.Date // the notice of the intended penalty was served
	Decided law.Date // the decision was made

	Defence string // what the party stated against the notice; empty if nothing
	Opinion string // what the authority made of it

	Proposed  []Penalty // the penalty intended
	Penalties []Penalty // the penalty imposed
	Correct   string    // the order to correct that goes with it (AP 28)
	Pay       Payment   // where money is paid
	Payments  []Receipt // what was paid so far
	Surcharge Fen       // what has accrued on the day of the document (AP 72), paid or not
	PayBy     law.Date  // the last day to pay, with deferral

	Reconsideration string  // the authority to apply to for reconsideration
	Court           string  // the court to sue in
	Execution       string  // the court to ask for enforcement; empty: Court
	Government      string  // the government that demands and decides demolition (SB 10)
	Contact         Contact // where the party finds the authority
	// Above is where decisions of the government itself are contested: the city's government, and the court that
	// hears suits against a county-level government (AL 15).
	Above struct{ Reconsideration, Court string }
}

// Officer is an officer who handles the case.
type Officer struct{ Name, Certificate string }

// Earlier is a document of the case that came before.
type Earlier struct {
	Kind   Kind
	Title  string   // 责令改正通知书
	Number string   // empty for records
	Date   law.Date // that it bears
	Served law.Date // zero if it was not served
	Method string   // how it was served, in words
}

// Receipt is a payment that was made.
type Receipt struct {
	On     law.Date
	Amount Fen
	Number string // of the receipt
}

// Photo is a picture that a document shows.
type Photo struct {
	ID      string // that a media field names
	Image   []byte // PNG or JPEG
	Caption string // what it shows
	Taken   time.Time
	Place   string
	By      string // who took it
	Digest  string // SHA-256 of the original, where the picture was made smaller
}

// Thing is an object that is preserved, seized or found.
type Thing struct {
	Name     string
	Model    string // size, make, number
	Quantity string // 3个
	State    string // condition; may be empty
}

// earlier returns the last document of a kind.
func (d *Dossier) earlier(kind Kind) (Earlier, bool) {
	for i := len(d.Earlier) - 1; i >= 0; i-- {
		if d.Earlier[i].Kind == kind {
			return d.Earlier[i], true
		}
	}
	return Earlier{}, false
}

// fine is the sum of the fines imposed.
func (d *Dossier) fine() (total Fen) {
	for _, p := range d.Penalties {
		if p.Kind == Fine {
			total += p.Amount
		}
	}
	return total
}

// paid is what was paid so far.
func (d *Dossier) paid() (total Fen) {
	for _, p := range d.Payments {
		total += p.Amount
	}
	return total
}
