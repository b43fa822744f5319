package tracks

import (
	"slices"
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// Look is what a track's facts may look at: the case as one transaction sees it, at one moment, for one
// actor. casework fills it; facts only read it.
type Look struct {
	Now      time.Time
	Calendar *law.Calendar
	Actor    Person
	// Values is what is being filled in at the step; nil while nobody fills anything in.
	Values procedure.Values
	// Named are the people whom Values names, by id.
	Named map[string]Person

	State   string   // of the case's main procedure
	Main    string   // code of the main procedure
	Facts   []string // recorded facts of the main procedure that hold
	Unit    string
	FoundOn law.Date  // the act came to light: the complaint's day, or the opening's
	FoundAt time.Time // and the moment
	// Informant says that somebody who reported the act, by name or number, is to be told what became of it.
	Informant bool
	ActDate   law.Date
	OpenedAt  time.Time
	FiledAt   *time.Time
	DecidedAt *time.Time
	Party     Party
	Matter    Matter
	Officers  []Person // who handle the case
	Evidence  int      // pieces on the list
	Media     int      // photos and recordings of the case
	// FilmsAccounted says that every step which procedure.FilmBlocks marks has a recording, or the reason why there is none.
	FilmsAccounted bool
	Documents      []Document
	Steps          []Taken // of the main procedure, oldest first
	Track          []Taken // of this track, oldest first
	Beside         []Running
	Lapsed         func(clock string) bool     // the newest period of this track's clock is over; false where none runs
	Due            func(clock string) law.Date // its last day; zero where none runs
	MainLapsed     func(clock string) bool
	MainDue        func(clock string) law.Date
	Proposed       *int64 // yuan, of the newest notice
	Decided        *int64 // yuan
	Paid           int64  // yuan towards the fine
	Surcharge      int64  // yuan that have run up by now
	SurPaid        int64  // yuan paid towards the surcharge
	// Owed is what is left to pay on a day of the fine, and of the surcharge that has run up by then, in fen.
	Owed       func(on law.Date) (fine, surcharge int64)
	Low, High  int64 // the fine's statutory range for this party, yuan
	RangeKnown bool
	SameDay    []Earlier // decided cases of the same party and matter for acts of the same day
	OtherFines []Earlier // fines of the same party for another matter, of the same day and place
	Repeated   bool      // there is a decided case of the same party and matter, of whatever day
	BornKnown  bool      // the party's number names its day of birth
	UnderAge   bool      // the party is a person whose number says that it was under fourteen on the day of the act
	Setting    func(key string) string
}

// Person is somebody who takes part.
type Person struct {
	ID        string
	Name      string
	Kind      string   // org's kinds: officer, auxiliary, staff, outside
	Roles     []string // over the case's unit, today
	Certified bool     // holds an enforcement certificate that is valid today (AP 42)
	Withdrawn bool     // has withdrawn from this case (AP 43)
}

// Party is whom the case is about.
type Party struct {
	Known bool   // name, code and address are on file
	Kind  string // law.Person, law.Organisation
}

// Matter is the kind of violation, in the text that applies to the act.
type Matter struct {
	Code         string
	Field        string
	InForce      bool // a text applied on the day of the act, or a newer and lighter one does
	Confirmed    bool // its text is complete, or the legal section has confirmed it
	CorrectFirst bool
	FineOptional bool
	MaySeize     bool // an article lets goods or tools be held
}

// Document is one that was issued in the case.
type Document struct {
	ID       string
	Kind     string
	Number   string
	Track    string // id of the track in which it was issued; empty for the main procedure
	IssuedOn law.Date
	ServedOn law.Date // took effect towards the party; zero: not served
	Method   string   // of service
	Void     bool
}

// Taken is a step that was taken, with what was filled in as JSON reads it.
type Taken struct {
	Step   string
	Actor  string
	At     time.Time
	Fields map[string]any
}

// Text is a text that was filled in, or empty.
func (t Taken) Text(field string) string { s, _ := t.Fields[field].(string); return s }

// Yuan is a sum that was filled in, or 0.
func (t Taken) Yuan(field string) int64 { n, _ := t.Fields[field].(float64); return int64(n) }

// Date is a date that was filled in, or zero.
func (t Taken) Date(field string) law.Date { d, _ := law.ParseDate(t.Text(field)); return d }

// Running is another track of the case.
type Running struct {
	ID        string
	Procedure string
	State     string
	Facts     []string
	Ended     bool
	OpenedAt  time.Time
	Steps     []Taken
}

// Earlier is another case of the same party and matter (AP 29, and the weighing of a repeated act).
type Earlier struct {
	Number    string
	ActDate   law.Date
	Place     string
	Near      bool // the same place, as far as its name or coordinates tell
	DecidedOn law.Date
	Yuan      int64
}

// Today is the day of Now.
func (l *Look) Today() law.Date { return law.On(l.Now) }

// Last is the newest taking of a step in this track.
func (l *Look) Last(steps ...string) (Taken, bool) { return last(l.Track, steps) }

// LastMain is the newest taking of a step in the main procedure.
func (l *Look) LastMain(steps ...string) (Taken, bool) { return last(l.Steps, steps) }

func last(taken []Taken, steps []string) (Taken, bool) {
	for _, t := range slices.Backward(taken) {
		if slices.Contains(steps, t.Step) {
			return t, true
		}
	}
	return Taken{}, false
}

// Issued is the newest valid document of a kind, in whichever track.
func (l *Look) Issued(kind string) (Document, bool) {
	for _, d := range slices.Backward(l.Documents) {
		if d.Kind == kind && !d.Void {
			return d, true
		}
	}
	return Document{}, false
}

// Certified counts the officers of the case whose certificates are valid today and who have not withdrawn.
func (l *Look) Certified() int {
	n := 0
	for _, o := range l.Officers {
		if o.Certified && !o.Withdrawn {
			n++
		}
	}
	return n
}

// Investigates reports whether somebody is, or was, an officer of the case.
func (l *Look) Investigates(person string) bool {
	return slices.ContainsFunc(l.Officers, func(o Person) bool { return o.ID == person })
}

// Runs finds the newest track of a procedure that has not ended.
func (l *Look) Runs(procedure string) (Running, bool) {
	for _, r := range slices.Backward(l.Beside) {
		if r.Procedure == procedure && !r.Ended {
			return r, true
		}
	}
	return Running{}, false
}

// owed is what is left to pay on a day, in fen.
func (l *Look) owed(on law.Date) (fine, surcharge int64) {
	if l.Owed == nil {
		return 0, 0
	}
	return l.Owed(on)
}

// paidOn is the day of the payment that is being entered.
func (l *Look) paidOn() law.Date {
	if on, ok := l.Values.Date("paid_on"); ok {
		return on
	}
	return l.Today()
}

// surcharge is what is being paid towards the surcharge, in fen; not ok where it is no sum of money.
func (l *Look) surcharge() (fen int64, ok bool) {
	text := l.Values.Text("surcharge")
	if text == "" {
		return 0, true
	}
	return law.Fen(text)
}
