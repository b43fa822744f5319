package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// maxMerged bounds how many complaints go with one.
const maxMerged = 200

// entryTookIn is the line of the main complaint's timeline that another one was merged into it.
const entryTookIn = "took_in"

func init() { ledger.Seal("intake_merges") }

// bond is that a complaint goes with a main one.
type bond struct {
	id   string
	main *Complaint
	took []Taken // steps of the main one
}

// bondOf reads with which complaint a merged one goes.
func bondOf(ctx context.Context, tx *store.Tx, complaint string) (*bond, error) {
	b := &bond{}
	var main string
	if err := tx.QueryRow(ctx, `SELECT id, main FROM intake_merges WHERE complaint = $1 AND ended_at IS NULL`, complaint).Scan(&b.id, &main); err != nil {
		return nil, fmt.Errorf("what %s is merged into: %w", complaint, err)
	}
	return b, tx.Together(ctx, store.Keep(&b.main, load, main), store.Keep(&b.took, stepsOf, main))
}

// newest is the newest of some steps of the main complaint since it was merged or done again.
func (b *bond) newest(steps ...string) Taken {
	for _, t := range slices.Backward(b.took) {
		if slices.Contains(steps, t.Step) {
			return t
		}
		if t.Step == StepRedo || t.Step == StepReroute || t.Step == StepRedoApart {
			break
		}
	}
	return Taken{}
}

// answeredBy is who wrote the main one's answer.
func (b *bond) answeredBy() string {
	t := b.newest(StepReply, StepPass, StepAnswer)
	if t.Step == StepPass {
		t = b.newest(StepSubmit)
	}
	return t.Actor
}

// merge ties a complaint to its main one. Returns procedure.fields where that one is not there for the actor, is the complaint
// itself, has ended or is answered, goes with another one itself, or where others go with the complaint.
func (s *Service) merge(ctx context.Context, tx *store.Tx, a *act) error {
	wrong := func(code string, params ...any) error {
		return fault.New(fault.Invalid, "procedure.fields").With("main", code, params...)
	}
	number := strings.TrimSpace(a.values.Text("main"))
	main, err := byNumber(ctx, tx, number)
	if fault.KindOf(err) == fault.NotFound {
		return wrong("intake.merge_unknown", "number", number)
	}
	if err != nil {
		return err
	}
	m, err := s.visible(ctx, tx, a.actor, main)
	if fault.KindOf(err) == fault.NotFound || err == nil && !a.actor.Can(opMerge, m.Unit) {
		return wrong("intake.merge_unknown", "number", number)
	}
	if err != nil {
		return err
	}
	var with, into int // go with this one, with that one
	if err := tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM intake_merges WHERE main = $1 AND ended_at IS NULL), (SELECT count(*) FROM intake_merges WHERE main = $2 AND ended_at IS NULL)`, a.ID, m.ID).Scan(&with, &into); err != nil {
		return err
	}
	state, _ := s.procedure.State(m.State)
	switch {
	case m.ID == a.ID:
		return wrong("intake.merge_itself")
	case m.State == Merged:
		return wrong("intake.merge_chain", "number", m.Number, "main", m.into.main.Number)
	case m.State == Replied:
		return wrong("intake.merge_answered", "number", m.Number)
	case !takesIn(m.State):
		return wrong("intake.merge_ended", "number", m.Number, "state", state.Title)
	case with > 0:
		return wrong("intake.merge_is_main", "n", with)
	case into >= maxMerged:
		return wrong("intake.merge_many", "number", m.Number, "max", maxMerged)
	}
	b := &bond{id: store.NewID(), main: m.Complaint, took: m.steps}
	if _, err := tx.Exec(ctx, `INSERT INTO intake_merges (id, complaint, main, at, ended_by) VALUES ($1,$2,$3,$4,'')`, b.id, a.ID, m.ID, store.At(a.now)); err != nil {
		return err
	}
	a.into = b
	a.rows, a.body["main"] = append(a.rows, ledger.Row{Table: "intake_merges", Key: b.id}), m.Number
	if m.ID < a.ID { // rows are written in one order, so that two who merge crosswise wait for each other
		return s.tookIn(ctx, tx, a)
	}
	return nil
}

// takesIn reports whether others may be merged into a complaint that is in a state: it has an answer yet to come.
func takesIn(state string) bool { return state == Checking || slices.Contains(mergeable, state) }

// mainNumbers are the numbers of the complaints that some go with, as far as the actor may see them.
func mainNumbers(ctx context.Context, tx *store.Tx, actor org.Actor, merged []string) (map[string]string, error) {
	out := map[string]string{}
	if len(merged) == 0 {
		return out, nil
	}
	w := &store.Where{}
	w.In("m.complaint", merged)
	w.Add("m.ended_at IS NULL")
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var complaint, number string
		err = r.Scan(&complaint, &number)
		out[complaint] = number
		return
	}, `SELECT m.complaint, c.number FROM intake_merges m JOIN intake_complaints c ON c.id = m.main WHERE `+w.SQL(), w.Args()...)
	return out, err
}

// byNumber finds a complaint by our number. Returns intake.not_found.
func byNumber(ctx context.Context, tx *store.Tx, number string) (id string, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM intake_complaints WHERE number = $1`, number).Scan(&id)
	return id, store.Found(err, "intake.not_found")
}

// tookIn enters into the main complaint that another one goes with it. Its revision rises: who takes a step of it, or merges it,
// at the same time is told so and looks again.
func (s *Service) tookIn(ctx context.Context, tx *store.Tx, a *act) error {
	main := a.into.main
	t := Taken{ID: store.NewID(), Step: entryTookIn, From: main.State, To: main.State, Actor: a.actor.Person, ActorName: a.actor.Name, Unit: main.Unit, Fields: map[string]any{"number": a.Number}, At: a.now}
	if n := len(a.into.took); n > 0 && t.At.Before(a.into.took[n-1].At) {
		t.At = a.into.took[n-1].At
	}
	main.UpdatedAt, main.Urgent = t.At, main.Urgent || a.Urgent // what presses in one presses in the matter
	if err := update(ctx, tx, main, main.Rev); err != nil {
		return err
	}
	if err := insertStep(ctx, tx, main.ID, t); err != nil {
		return err
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{ID: t.ID, Kind: "intake." + entryTookIn, Subject: ref(main.ID), Actor: a.actor.Person, Unit: main.Unit, At: t.At,
		Body: map[string]any{"number": main.Number, "merged": a.Number}, Rows: []ledger.Row{{Table: "intake_complaints", Key: main.ID}, {Table: "intake_steps", Key: t.ID}}})
	return err
}

// endBond ends that a complaint goes with its main one.
func endBond(ctx context.Context, tx *store.Tx, a *act) error {
	if err := store.Changed(tx.Exec(ctx, `UPDATE intake_merges SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL`, a.into.id, store.At(a.now), a.step.Code)); err != nil {
		return err
	}
	a.rows, a.body["main"] = append(a.rows, ledger.Row{Table: "intake_merges", Key: a.into.id}), a.into.main.Number
	return nil
}

// withMain is what the steps of a merged complaint do.
func (s *Service) withMain(ctx context.Context, tx *store.Tx, a *act) error {
	main := a.into
	switch a.step.Code {
	case StepMainAnswered:
		now := a.now
		a.ReplyText, a.RepliedAt, a.Outcome = a.values.Text("text"), &now, main.main.Outcome
	case StepMainTransferred:
		now := a.now
		a.Unit, a.Outcome, a.ClosedAt, a.body["department"] = main.main.Unit, Transferred, &now, main.main.Unit
	case StepUnmerge:
	default:
		a.body["main"] = main.main.Number
		return nil
	}
	return endBond(ctx, tx, a)
}

// carried says which step of a merged complaint a step of its main one brings.
var carried = map[string]string{
	StepAccept: StepMainAccepted, StepArrive: StepMainSeen, StepHandle: StepMainSeen, StepInform: StepMainInformed,
	StepReply: StepMainAnswered, StepPass: StepMainAnswered, StepAnswer: StepMainAnswered, StepTransfer: StepMainTransferred, StepSourceTook: StepUnmerge,
}

// carry brings to those that go with a complaint what a step of it is for them, each in an entry of its own. Where the complaint
// goes back to the platform that sent it, the others, which that platform did not send, are where they were.
func (s *Service) carry(ctx context.Context, tx *store.Tx, a *act) error {
	if a.step.Code == StepMerge {
		return s.catchUp(ctx, tx, a)
	}
	step, brings := carried[a.step.Code]
	if !brings {
		return nil
	}
	ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT complaint FROM intake_merges WHERE main = $1 AND ended_at IS NULL ORDER BY complaint`, a.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.bring(ctx, tx, id, step, a.now); err != nil {
			return fmt.Errorf("bring %s to what was merged into %s: %w", step, a.Number, err)
		}
	}
	return nil
}

// catchUp brings to a complaint that was merged just now what its main one has behind it.
func (s *Service) catchUp(ctx context.Context, tx *store.Tx, a *act) error {
	if a.ID < a.into.main.ID {
		if err := s.tookIn(ctx, tx, a); err != nil {
			return err
		}
	}
	for _, step := range []string{StepMainAccepted, StepMainSeen, StepMainInformed} {
		if err := s.bring(ctx, tx, a.ID, step, a.now); err != nil {
			return err
		}
	}
	return nil
}

// bring has the house take a step of a merged complaint, if there is something in it for that one.
func (s *Service) bring(ctx context.Context, tx *store.Tx, id, step string, at time.Time) error {
	a, err := s.prepare(ctx, tx, org.Program("intake"), id, step)
	if err != nil {
		return err
	}
	if at.After(a.now) {
		a.now = at
	}
	runs := func(clocks ...string) bool {
		for _, t := range a.terms {
			if t.MetAt == nil && slices.Contains(clocks, t.Clock) {
				return true
			}
		}
		return false
	}
	var in map[string]any
	switch seen := a.look(a.actor, a.now); step {
	case StepMainAccepted:
		if !seen[mainAccepted.Code] || !runs(TransferTerm.Code) {
			return nil
		}
	case StepMainSeen:
		if !seen[mainSeen.Code] || !runs(OnSite.Code, OnSiteBuilding.Code) {
			return nil
		}
	case StepMainInformed:
		if !seen[mainInformed.Code] {
			return nil
		}
		in = map[string]any{"told": a.into.newest(StepInform).Fields["told"]}
	case StepMainAnswered:
		in = map[string]any{"text": a.into.main.ReplyText}
	case StepMainTransferred:
		if slices.Contains(a.Facts, accepted.Code) { // it is the bureau's, and goes on by itself
			return s.bringBack(ctx, tx, id, at, "主件已移送，本件中队已受理，恢复单独办理")
		}
		in = map[string]any{"explained": a.into.newest(StepTransfer).Fields["explained"]}
	case StepUnmerge:
		in = map[string]any{"reason": "主件已退回来源，本件恢复单独办理"}
	}
	_, err = s.take(ctx, tx, a, in)
	return err
}

func (s *Service) bringBack(ctx context.Context, tx *store.Tx, id string, at time.Time, why string) error {
	a, err := s.prepare(ctx, tx, org.Program("intake"), id, StepUnmerge)
	if err != nil {
		return err
	}
	if at.After(a.now) {
		a.now = at
	}
	_, err = s.take(ctx, tx, a, map[string]any{"reason": why})
	return err
}

// lookAtMain says what the main complaint tells of one that goes with it; nothing of one that does not.
func (f *file) lookAtMain(say func(fact string, holds bool)) {
	b := f.into
	say(mainAccepted.Code, b != nil && slices.Contains(b.main.Facts, accepted.Code))
	say(mainSeen.Code, b != nil && b.newest(StepArrive, StepHandle).Step != "")
	say(mainInformed.Code, b != nil && b.newest(StepInform).Step != "")
	say(mainAnswered.Code, b != nil && (b.main.State == Replied || b.main.State == Closed))
	say(mainTransferred.Code, b != nil && b.main.State == Transferred)
}

// before is the state that a complaint was in before it was set aside.
func (f *file) before() string {
	if f.State != Merged {
		return ""
	}
	return f.newest(StepMerge).From
}

// Main is the complaint that a merged one goes with, or was answered with.
type Main struct {
	ID         string      `json:"id,omitempty" doc:"empty where I may not see it"`
	Number     string      `json:"number"`
	Title      string      `json:"title,omitempty"`
	State      string      `json:"state"`
	StateTitle string      `json:"stateTitle"`
	UnitName   string      `json:"unitName"`
	At         time.Time   `json:"at" doc:"when it was merged"`
	Ended      string      `json:"ended,omitempty" doc:"step that ended it: main_answered, main_transferred; empty while it goes with it"`
	Due        *term.Clock `json:"due,omitempty" doc:"the period of the main one that ends first"`
}

// MergedOne is a complaint that goes with one, as that one's page shows it: what its citizen says for everybody who handles the matter, who he is by right.
type MergedOne struct {
	ID           string    `json:"id,omitempty" doc:"empty where I may not open it"`
	Number       string    `json:"number"`
	Title        string    `json:"title"`
	Text         string    `json:"text"`
	ChannelTitle string    `json:"channelTitle"`
	State        string    `json:"state"`
	StateTitle   string    `json:"stateTitle"`
	ReceivedAt   time.Time `json:"receivedAt"`
	At           time.Time `json:"at" doc:"when it was merged"`
	Ended        string    `json:"ended,omitempty"`
	Contact      *Contact  `json:"contact,omitempty" doc:"masked; for those who may open it"`
}

// shownMerged is how much of a merged complaint's text the main one's page shows, in characters.
const shownMerged = 500

// mainOf tells with what a complaint goes or was answered; nil where there is no such thing.
func (s *Service) mainOf(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, lang string) (*Main, error) {
	type tie struct {
		main, ended string
		at          store.Time
	}
	ties, err := store.Collect(ctx, tx, func(r *sql.Rows) (t tie, err error) { return t, r.Scan(&t.main, &t.at, &t.ended) },
		`SELECT main, at, ended_by FROM intake_merges WHERE complaint = $1 ORDER BY at DESC, id DESC LIMIT 1`, f.ID)
	if err != nil || len(ties) == 0 || ties[0].ended == StepUnmerge {
		return nil, err
	}
	m, err := s.loadFile(ctx, tx, ties[0].main)
	if err != nil {
		return nil, err
	}
	names, err := org.UnitNames(ctx, tx, m.Unit)
	if err != nil {
		return nil, err
	}
	state, _ := s.procedure.State(m.State)
	out := &Main{Number: m.Number, State: m.State, StateTitle: state.Title.In(lang), UnitName: names[m.Unit], At: ties[0].at.Time, Ended: ties[0].ended,
		Due: s.terms.FirstLine(m.terms, term.Clocks(s.procedure, lang), s.now(), lang)}
	if m.shownTo(actor, m.parts) {
		out.ID, out.Title = m.ID, m.Title
	}
	return out, nil
}

// mergedInto lists what goes with a complaint or was answered with it, the newest first.
func (s *Service) mergedInto(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, lang string) ([]MergedOne, error) {
	type tie struct {
		MergedOne
		complaint string
	}
	ties, err := store.Collect(ctx, tx, func(r *sql.Rows) (t tie, err error) {
		var at store.Time
		err = r.Scan(&t.complaint, &at, &t.Ended)
		t.At = at.Time
		return
	}, `SELECT complaint, at, ended_by FROM intake_merges WHERE main = $1 AND ended_by <> 'unmerge' ORDER BY at DESC, id DESC LIMIT `+fmt.Sprint(maxMerged), f.ID)
	out := make([]MergedOne, 0, len(ties))
	if err != nil || len(ties) == 0 {
		return out, err
	}
	var ids []string
	for _, t := range ties {
		ids = append(ids, t.complaint)
	}
	var complaints map[string]*Complaint
	var parts map[string][]Part
	var contacts map[string]Contact
	if err := tx.Together(ctx, store.Keep(&complaints, loadMany, ids), store.Keep(&parts, partsOfMany, ids), store.Keep(&contacts, contactsOf, ids), org.Know); err != nil {
		return nil, err
	}
	for _, t := range ties {
		c, m := complaints[t.complaint], t.MergedOne
		state, _ := s.procedure.State(c.State)
		m.Number, m.Title, m.Text, m.ReceivedAt = c.Number, c.Title, clipped(c.Text, shownMerged), c.ReceivedAt
		m.ChannelTitle, m.State, m.StateTitle = channelTitle(c.Channel, lang), c.State, state.Title.In(lang)
		if c.shownTo(actor, parts[c.ID]) {
			m.ID = c.ID
			if who := contacts[c.ID]; who != (Contact{}) {
				who = who.masked(c.Confidential && !mayContact(actor, c))
				m.Contact = &who
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// contactsOf reads who complained, by complaint.
func contactsOf(ctx context.Context, tx *store.Tx, ids []string) (map[string]Contact, error) {
	out := map[string]Contact{}
	w := &store.Where{}
	w.In("complaint", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var id string
		var c Contact
		err = r.Scan(&id, &c.Name, &c.Phone)
		out[id] = c
		return
	}, `SELECT complaint, name, phone FROM intake_contacts WHERE `+w.SQL(), w.Args()...)
	return out, err
}

// tellOfMerge tells those who have the main complaint, and those who follow it, that another one goes with it.
func (s *Service) tellOfMerge(ctx context.Context, tx *store.Tx, a *act) error {
	m, err := s.loadFile(ctx, tx, a.into.main.ID)
	if err != nil {
		return err
	}
	n := Notice{Kind: NoticeArrived, Complaint: m.ID, Number: m.Number, Title: m.Title, Step: StepMerge, Unit: m.Unit, Roles: []string{org.Leader}, By: a.actor.Person}
	for _, o := range m.officers {
		n.People = append(n.People, o.ID)
	}
	if err := s.notify(ctx, tx, n); err != nil {
		return err
	}
	followers, err := followersOf(ctx, tx, m.ID)
	if err == nil {
		followers, err = m.seeing(ctx, tx, followers, a.now)
	}
	if err != nil || len(followers) == 0 {
		return err
	}
	return s.notify(ctx, tx, Notice{Kind: NoticeFollowed, Complaint: m.ID, Number: m.Number, Title: m.Title, Step: StepMerge, Unit: m.Unit, People: followers, By: a.actor.Person, ByName: a.actor.Name})
}
