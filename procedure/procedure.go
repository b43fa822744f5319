// Package procedure is the engine that every loop of the house runs on: a procedure is data.
//
// A Procedure says which states a matter can be in, which steps lead from one to another, who may
// take them, what must be true first (needs, with the article that says so), what a person fills
// in, which document results and which clocks (期限) start, stop and rest. From that one value come
// the answer to "what may I do next, and what not, and why not" (Next), the act itself (Take), the
// forms on every screen (Step.Fields), the pages in docs/procedures (Markdown) and the proof that
// no way through it breaks the law (Check).
//
// It is pure: no store, no HTTP, no clock of its own. What is true about rows, people and time is
// told to it by the system that asks (Seen).
package procedure

import (
	"slices"
	"time"

	"jiexu/law"
)

// Text is a short text in the two languages of the house.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T makes a Text.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// In returns the text in lang; anything but "en" is Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Cites lists citations.
func Cites(c ...law.Cite) []law.Cite { return c }

// Procedure is a way that the law or an office lays down for a kind of matter. It is written as a
// literal, checked and made ready by New or Define, and never changed afterwards.
type Procedure struct {
	Code   string // "casework.penalty.ordinary"
	System string // "casework": the first half of the steps' permission codes
	Title  Text
	Note   Text       // what it is for and where it comes from, for docs/procedures
	Cites  []law.Cite // the law as a whole
	Start  string     // state of a matter that has just been opened
	Opens  []string   // codes of the clocks that start with the matter
	States []State
	Facts  []Fact
	Clocks []Clock
	Steps  []Step

	index *index
}

// State is where a matter stands. A matter in an end state is finished; only a step AfterEnd leads out. In a state that is Aside it lies
// beside its way: what it was before is kept (Matter.Before), and a step that leads Back takes it there.
type State struct {
	Code  string
	Title Text
	End   bool
	Aside bool
}

// FactKind says where the truth of a fact comes from.
type FactKind uint8

const (
	// Recorded facts are set and cleared by steps alone; they are kept with the matter.
	Recorded FactKind = iota
	// Observed facts are found by the system on the spot, from rows, people and time; they may
	// change at any moment.
	Observed
	// Entered facts are about what the person is filling in at this step. Before anything is
	// filled in, Next takes them to hold; Take must be told.
	Entered
)

func (k FactKind) String() string { return [...]string{"recorded", "observed", "entered"}[k] }

// Fact is a named yes or no about a matter.
type Fact struct {
	Code    string
	Kind    FactKind
	Title   Text       // as a statement that is true or false: 告知书已送达
	Missing string     // message code: what is missing and what to do, where a step needs the fact
	Cites   []law.Cite // the article that asks for it
}

// Clock is a period that runs for a matter.
type Clock struct {
	Code   string
	Title  Text
	Period law.Period
	// Waits marks time that belongs to the party, or must simply pass (陈述申辩, 缴款, 复议): its end is
	// no lateness of ours, and those who go on afterwards are told of it in other words. Other clocks are limits: we act
	// before they end.
	Waits bool
	// After names a clock at whose end this one begins to count, where that clock was started before; an
	// extension (延长) adds to the time that it extends. Else the clock counts from when it is started.
	After string
	// Set says who sets its end, where no article counts it: the order's own term, the days of an approval. Period then
	// has no number, only the article that lets it be set; several may run at once, one for each day that was set.
	Set Text
	// Lapsed is the observed fact that the period is over; the zero Fact where nothing depends on it.
	Lapsed Fact
}

// Step is something that a person does to a matter.
type Step struct {
	Code    string
	Title   Text
	Cites   []law.Cite
	From    []string
	To      string   // "" stays where it is
	Back    bool     // leads to the state that the matter was in before it was set aside
	By      []string // roles, any of which may take it
	Needs   Cond     // zero: needs nothing
	Sets    []string // codes of the recorded facts that hold afterwards
	Clears  []string // and of those that no longer do
	Issues  string   // kind of the document that it makes, "" for none
	Dated   string   // name of the date field that says when it happened; the clocks it starts count from it
	Starts  []string // clocks
	Meets   []string
	Suspend []string
	Resume  []string
	Fields  []Field

	// Seldom marks a step that is seldom the one to take, where it leads off the usual way or only notes something: a screen keeps it at
	// hand and out of the way, unless it is what the matter waits for.
	Seldom bool

	// Films marks a step that is recorded in sound and picture from end to end, and says what follows where it is not (AP 47; the State Council's order on
	// the full record, 国办发〔2018〕118号). FilmsIf narrows it to what is filled in: service, where the paper was left behind.
	Films   Film
	FilmsIf Chosen

	// AfterEnd marks a step that is taken of a matter that has ended: it opens the matter again, or says something of it. No
	// other step leads out of an end.
	AfterEnd bool

	// Op is the permission code that the role table is asked for. New fills in System.Code where it is
	// empty; steps that are two answers of one right (pass and fail a review) name the right.
	Op string
}

// Film says whether a step is recorded in sound and picture, and what follows where there is no recording. Nothing is refused at the step itself: its
// recording is still in the recorder then.
type Film uint8

const (
	NoFilm Film = iota
	// FilmWarns: what is missing is told, to who took the step and to oversight.
	FilmWarns
	// FilmBlocks: besides, the matter does not go on to what a later step's need says, without a recording or the written reason why there is none.
	FilmBlocks
)

// Chosen is an option of a field that was chosen. The zero Chosen is always so.
type Chosen struct{ Field, Value string }

// FilmOf is what a taking of the step wants, by what was filled in.
func (s *Step) FilmOf(fields map[string]any) Film {
	if s.FilmsIf != (Chosen{}) {
		if v, _ := fields[s.FilmsIf.Field].(string); v != s.FilmsIf.Value {
			return NoFilm
		}
	}
	return s.Films
}

// Matter is what the engine keeps of a matter: its state and the recorded facts that hold, in the
// order of their declaration. Before is the state from which it was set aside, empty where it was not.
type Matter struct {
	State  string
	Facts  []string
	Before string
}

// Has reports whether a recorded fact holds.
func (m Matter) Has(f Fact) bool { return slices.Contains(m.Facts, f.Code) }

// Seen is what the system has observed: a yes or no for every observed fact, by code. A fact that is
// not in it has not been looked at, which is an error and not a no.
type Seen map[string]bool

// Say notes whether a fact holds.
func (s Seen) Say(f Fact, holds bool) { s[f.Code] = holds }

// Verb is what happens to a clock.
type Verb string

const (
	StartClock   Verb = "start"
	MeetClock    Verb = "meet"
	SuspendClock Verb = "suspend"
	ResumeClock  Verb = "resume"
)

// ClockAction is something that a step does to a clock. Dated, where it is not empty, names the field
// of the step whose date the period starts on; otherwise it starts now. Why and Cites are the step's title and
// articles, where it suspends or resumes: no time stands still without a reason.
type ClockAction struct {
	Verb  Verb
	Clock Clock
	Dated string
	Why   Text
	Cites []law.Cite
	// Ends is the end that was set, of a clock whose end is set: in hours the moment, else any moment of the last day.
	Ends time.Time
}
