package city

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake"
)

// move is a step of a way through a procedure: after so many hours, more or less.
type move struct {
	step          string
	hours, spread float64
}

// way is how a complaint goes, and how often.
type way struct {
	weight float64
	moves  []move
}

var (
	toSquad  = []move{{intake.StepRoute, 2, 0.8}, {intake.StepAccept, 4, 0.8}, {intake.StepAssign, 2, 0.8}, {intake.StepFirstContact, 4, 0.9}}
	visit    = []move{{intake.StepHandle, 20, 0.8}}
	answer   = []move{{intake.StepReply, 16, 0.8}, {intake.StepClose, 40, 0.7}}
	toOthers = []move{{intake.StepTransfer, 14, 0.9}}

	// oursWays are those of what a squad answers for.
	oursWays = []way{
		{0.60, join(toSquad, visit, answer)},
		{0.10, join(toSquad, visit, []move{{intake.StepInform, 6, 0.8}}, answer)},
		{0.06, join([]move{{intake.StepRoute, 2, 0.8}, {intake.StepReturn, 6, 0.8}, {intake.StepUphold, 5, 0.8}}, toSquad, visit, answer)},
		{0.03, join([]move{{intake.StepRoute, 2, 0.8}, {intake.StepReturn, 6, 0.8}, {intake.StepReject, 5, 0.8}}, toSquad[1:], visit, answer)},
		{0.05, join(toSquad, visit, []move{{intake.StepSubmit, 8, 0.8}, {intake.StepPass, 4, 0.8}, {intake.StepClose, 40, 0.7}})},
		{0.04, join(toSquad, visit, answer[:1], []move{{intake.StepRedo, 50, 0.6}}, visit, answer)},
		{0.05, []move{{intake.StepMediate, 3, 0.8}, {intake.StepSettle, 30, 0.7}, {intake.StepAnswer, 6, 0.8}, {intake.StepClose, 40, 0.7}}},
		{0.03, join([]move{{intake.StepInspect, 3, 0.8}, {intake.StepReport, 20, 0.7}}, toSquad, visit, answer)},
		{0.04, join(toSquad, visit, []move{{intake.StepFileCase, 6, 0.8}, {intake.StepInform, 12, 0.8}}, answer)},
	}
	// othersWays are those of what is another department's.
	othersWays = []way{{0.9, toOthers}, {0.1, join([]move{{intake.StepInspect, 3, 0.8}, {intake.StepReport, 20, 0.7}}, toOthers)}}

	oursDraw, othersDraw = drawOf(oursWays), drawOf(othersWays)

	channelsDraw = drawOf([]way{{0.72, nil}, {0.1, nil}, {0.1, nil}, {0.03, nil}, {0.02, nil}, {0.01, nil}, {0.02, nil}})
	channels     = []string{intake.Hotline, intake.Grid, intake.Citizen, intake.Phone, intake.Letter, intake.Visit, intake.Patrol}
	kindsDraw    = drawOf([]way{{0.55, nil}, {0.25, nil}, {0.12, nil}, {0.06, nil}, {0.02, nil}})
	kinds        = []string{intake.Grievance, intake.Help, intake.Consultation, intake.Suggestion, intake.Praise}
)

func join(parts ...[]move) (out []move) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func drawOf(ways []way) (w weighted) {
	for _, x := range ways {
		w.add(x.weight)
	}
	return w
}

// complaint is a complaint in the making.
type complaint struct {
	walker
	id, number, channel, sourceNo, kind, title, text string
	topic                                            *topic
	squad                                            *squad
	spot                                             spot
	name, phone                                      string
	registrar                                        string
	received                                         time.Time
	moves                                            []move
	until                                            time.Time // nothing is done after this moment

	unit, with, outcome, reply, satisfaction, writer string
	replied, closed, updated                         time.Time
	onTime, contacted                                any
	first                                            time.Time // of the answers
	results                                          string    // the unit that answered
	officers                                         []person
	steps                                            int
	caseID, caseNumber, matter                       string
	b                                                bundle
}

// complain lets somebody complain, and all follow that follows.
func (g *game) complain(at time.Time) {
	class := &classes[g.classTree.draw(g.r)]
	c := &complaint{walker: walker{g: g, paths: g.intake, state: intake.Registered}, received: at, topic: &class.topics[g.r.IntN(len(class.topics))]}
	c.channel, c.kind = channels[channelsDraw.draw(g.r)], kinds[kindsDraw.draw(g.r)]
	turn := 0
	if g.r.Float64() < 0.2 {
		again := &g.again[g.callZipf.Uint64()]
		c.name, c.phone, c.squad, turn = again.name, again.phone, again.squad, 2+g.r.IntN(6)
		c.spot = c.squad.spots[again.spot]
	} else {
		c.squad = g.squad()
		c.spot = c.squad.spots[g.zipf.Uint64()]
		if g.r.Float64() < 0.9 {
			c.name, c.phone = personName(g.r), phone(g.r)
		}
	}
	d := c.squad.district
	c.id, c.unit = g.id(at), d.desk.ID
	year := law.On(at).Year
	c.number = "JX" + strconv.Itoa(year) + pad(g.next(g.top.ID, intake.Type, year), 6)
	if c.channel == intake.Hotline || c.channel == intake.Grid {
		c.sourceNo = strings.ToUpper(c.channel[:2]) + at.In(law.Shanghai).Format("20060102150405") + pad(g.next("", c.channel, year), 7)
	}
	c.title = c.spot.address + pick(g.r, c.topic.titles)
	c.text = g.compose(c, turn)
	if c.topic.ours {
		c.moves = oursWays[oursDraw.draw(g.r)].moves
	} else {
		c.moves = othersWays[othersDraw.draw(g.r)].moves
	}
	c.until = g.Until
	if g.Until.Sub(at) < 60*24*time.Hour && g.r.Float64() < 0.015 { // it lies somewhere
		c.until = at.Add(time.Duration(g.r.Int64N(int64(6 * 24 * time.Hour))))
	}
	for _, clock := range g.open {
		p := clock.Period
		if clock.Code == intake.ReplyTerm.Code && (c.kind == intake.Consultation || c.kind == intake.Suggestion) {
			p.N = 1
		}
		c.start(clock, p, at)
	}
	desk := pick(g.r, d.desks)
	c.registrar = desk.id
	c.step(g.id(at), "registered", "", c.state, desk, c.unit, "{}", at)
	c.updated = at
	c.walk(0, at, desk)
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// compose writes what somebody says.
func (g *game) compose(c *complaint, turn int) string {
	r := g.r
	var b strings.Builder
	b.WriteString(pick(r, openings))
	b.WriteString(c.spot.address)
	if c.spot.name != c.spot.address {
		b.WriteString("（" + c.spot.name + "附近）")
	}
	b.WriteString("，" + pick(r, sinces) + "，" + pick(r, c.topic.says))
	b.WriteString("，" + pick(r, c.topic.hurts) + "，" + pick(r, whoHurts) + "。")
	b.WriteString(pick(r, extras))
	if turn > 0 {
		fmt.Fprintf(&b, "这已经是第%d次反映。", turn)
	} else {
		b.WriteString(pick(r, before))
	}
	b.WriteString(pick(r, wishes))
	return b.String()
}

// step writes a step that was taken.
func (c *complaint) step(id, code, from, to string, by person, unit, fields string, at time.Time) {
	c.b.add(c.g.t.intakeSteps.Row(id, c.id, code, from, to, by.id, by.name, unit, fields, store.At(at)))
	c.steps++
}

// walk goes from the n-th move to the end, or to where it waits for a case to be filed.
func (c *complaint) walk(n int, at time.Time, desk person) {
	g := c.g
	for i := n; i < len(c.moves); i++ {
		m := c.moves[i]
		at = g.later(at, m.hours, m.spread)
		if at.After(c.until) {
			break
		}
		if m.step == intake.StepFileCase && c.caseID == "" {
			day := law.On(at)
			rest := *c
			rest.moves = c.moves[i:]
			rest.updated = at
			g.deferred[day] = append(g.deferred[day], &rest)
			return
		}
		if err := c.do(m.step, at, desk); err != nil {
			g.fail(err)
			return
		}
	}
	c.write()
}

// fileCase goes on with a complaint on the day on which it became a case.
func (g *game) fileCase(c *complaint) {
	at := c.updated
	c.caseID = g.id(at)
	c.matter = g.matterFor(at, c.topic.matter)
	c.caseNumber = g.caseNumber(c.squad, "case", "立", at)
	if err := c.do(intake.StepFileCase, at, person{}); err != nil {
		g.fail(err)
		return
	}
	g.handleCase(&caseFile{id: c.caseID, number: c.caseNumber, source: "complaint", complaint: c.id, squad: c.squad, title: c.title, matter: c.matter, spot: c.spot, opened: at,
		found: law.On(c.received), officers: c.officers})
	c.moves = c.moves[1:]
	c.walk(0, at, pick(g.r, c.squad.district.desks))
}

// quote writes a JSON string.
func quote(s string) string { return string(store.AppendString(nil, s)) }

func field(name, value string) string { return `{"` + name + `":` + quote(value) + `}` }

// do takes a step, with what is filled in and what follows from it.
func (c *complaint) do(code string, at time.Time, desk person) error {
	g, r, d := c.g, c.g.r, c.squad.district
	by, unit, fields, id := desk, c.unit, "{}", g.id(at)
	switch code {
	case intake.StepRoute:
		fields, c.unit = field("unit", c.squad.ID), c.squad.ID
	case intake.StepInspect:
		n := r.IntN(len(d.departments))
		c.with = d.departments[n].ID
		fields = field("department", c.with)
	case intake.StepMediate:
		n := r.IntN(len(d.communities))
		c.with = d.communities[n].ID
		fields = field("community", c.with)
	case intake.StepReport:
		by, result := outsider(d.departments, d.departmentPeople, c.with), intake.ReportTheirs
		if c.topic.ours {
			result = intake.ReportNotTheirs
		}
		c.with = ""
		return c.taken(id, code, by, unit, `{"result":`+quote(result)+`,"findings":`+quote(pick(r, findingsText))+`}`, at)
	case intake.StepSettle:
		by = outsider(d.communities, d.communityPeople, c.with)
		c.with, c.outcome, fields = "", intake.OutcomeSolved, field("findings", pick(r, mediateText))
	case intake.StepTransfer:
		dep := pick(r, d.departments)
		fields = `{"department":` + quote(dep.ID) + `,"explained":` + quote(pick(r, transferText)) + `}`
		c.unit, c.outcome, c.closed = dep.ID, intake.Transferred, at
	case intake.StepReturn:
		by, fields = pick(r, c.squad.leaders), `{"kind":"other_area","reason":`+quote(pick(r, returnText))+`}`
	case intake.StepUphold:
		c.unit = d.desk.ID
	case intake.StepReject:
		fields = field("reason", "地址在贵队辖区内，请按职责办理。")
	case intake.StepAccept:
		by = pick(r, c.squad.leaders)
	case intake.StepAssign:
		by = pick(r, c.squad.leaders)
		c.officers = c.squad.two(g)
		fields = `{"officers":[` + quote(c.officers[0].id) + `,` + quote(c.officers[1].id) + `]}`
	case intake.StepFirstContact:
		by, fields = pick(r, c.officers), field("result", pick(r, contactText))
	case intake.StepHandle:
		by = c.officers[0]
		switch {
		case c.files():
			c.outcome = intake.OutcomeCase
		case r.IntN(10) < 7:
			c.outcome = intake.OutcomeSolved
		case r.IntN(2) == 0:
			c.outcome = intake.OutcomePartly
		default:
			c.outcome = intake.OutcomeUnfounded
		}
		fields = `{"findings":` + quote(pick(r, findingsText)) + `,"outcome":"` + c.outcome + `"}`
	case intake.StepFileCase:
		by, fields = c.officers[0], `{"matter":`+quote(c.matter)+`,"case":`+quote(c.caseNumber)+`}`
	case intake.StepInform:
		by, fields = c.officers[0], field("told", pick(r, replies[intake.OutcomePartly]))
	case intake.StepReply, intake.StepSubmit, intake.StepPass, intake.StepAnswer:
		text := pick(r, replies[c.outcome])
		switch code {
		case intake.StepReply, intake.StepSubmit:
			by, c.writer = c.officers[0], c.officers[0].id
		case intake.StepPass:
			by = pick(r, c.squad.leaders)
		default:
			c.writer = by.id
		}
		fields = field("text", text)
		if code != intake.StepSubmit {
			c.answered(text, at)
		}
	case intake.StepRedo:
		c.satisfaction = "unsolved"
		fields = `{"reason":"回访时来电人表示问题又出现，请重新办理。","satisfaction":"unsolved"}`
	case intake.StepClose:
		c.closed, c.satisfaction = at, pick(r, []string{"solved", "solved", "solved", "solved", "solved_basically", "solved_basically", "unreachable", "not_called"})
		fields = field("satisfaction", c.satisfaction)
	default:
		return fmt.Errorf("city: nobody plays %s", code)
	}
	return c.taken(id, code, by, unit, fields, at)
}

// taken moves the complaint on and writes the step.
func (c *complaint) taken(id, code string, by person, unit, fields string, at time.Time) error {
	from, err := c.take(code, at)
	if err != nil {
		return err
	}
	c.step(id, code, from, c.state, by, unit, fields, at)
	c.updated = at
	return nil
}

// files tells whether the way that lies ahead leads to a case.
func (c *complaint) files() bool {
	for _, m := range c.moves {
		if m.step == intake.StepFileCase {
			return true
		}
	}
	return false
}

// answered keeps what came of it, as intake_results does.
func (c *complaint) answered(text string, at time.Time) {
	c.reply, c.replied, c.results = text, at, c.unit
	clock := intake.ReplyTerm.Code
	if _, redone := c.inTime(intake.RedoTerm.Code, at); redone {
		clock = intake.RedoTerm.Code
	}
	in, _ := c.inTime(clock, at)
	if late, was := c.onTime.(bool); !was || late {
		c.onTime = in
	}
	if c.first.IsZero() {
		c.first = at
		if in, ok := c.inTime(intake.FirstContact.Code, at); ok {
			c.contacted = in
		}
	}
}

func outsider(units []org.Unit, people []person, id string) person {
	for i, u := range units {
		if u.ID == id {
			return people[i]
		}
	}
	return people[0]
}

// two gives two of a squad's officers.
func (s *squad) two(g *game) []person {
	n := g.r.IntN(len(s.officers))
	return []person{s.officers[n], s.officers[(n+1+g.r.IntN(len(s.officers)-1))%len(s.officers)]}
}

// write hands out all rows of the complaint, and its entry.
func (c *complaint) write() {
	g, t := c.g, c.g.t
	located, lon, lat, proposed, street := "", any(nil), any(nil), "", ""
	switch n := g.r.IntN(100); {
	case n < 55:
		located = intake.ByCoordinates
	case n < 92:
		located = intake.ByText
	}
	if located != "" {
		lon, lat, proposed, street = round6(c.spot.lon+g.r.NormFloat64()*0.0002), round6(c.spot.lat+g.r.NormFloat64()*0.0002), c.squad.ID, c.squad.Code
	}
	var key any
	if c.sourceNo != "" {
		key = c.channel + " " + c.sourceNo
	}
	h := sha256.New()
	for _, part := range []string{c.channel, c.title, c.text, c.spot.address, store.At(c.received).Text()} { // as package intake digests what came in
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	digest := hex.EncodeToString(h.Sum(nil))
	c.b.add(t.complaints.Row(c.id, c.number, c.channel, c.sourceNo, key, digest, c.kind, c.topic.category, c.title, c.text, c.spot.address, lon, lat, located, street,
		g.r.IntN(100) < 4, false, store.At(c.received), store.At(c.received), c.registrar, c.unit, proposed, c.state, c.factList(), orNil(c.caseID), c.caseNumber,
		c.reply, atOrNil(c.replied), c.outcome, atOrNil(c.closed), store.At(c.updated), c.steps, orNil(c.with), nil, nil, nil))
	if c.name != "" {
		c.b.add(t.contacts.Row(c.id, c.name, c.phone, g.hash(c.phone)))
	}
	for _, o := range c.officers {
		c.b.add(t.intakeOfficers.Row(c.id, o.id, o.name))
	}
	if !c.first.IsZero() {
		c.b.add(t.results.Row(c.id, c.results, c.kind, c.channel, c.writer, store.At(c.first), c.onTime, c.contacted, orNil(c.satisfaction)))
	}
	g.terms(&c.b, intake.Type, c.id, c.unit, c.periods)
	g.out(&c.b, intake.Type, c.id, c.unit, c.state, g.intake.ends[c.state], c.received, map[string]any{"number": c.number, "channel": c.channel, "kind": c.kind},
		strings.Join([]string{c.number, c.sourceNo, c.title, c.spot.address, c.text}, "\n"))
}

// out adds what is derived of a matter (where it stands, what it is findable by) and hands all over with the entry.
func (g *game) out(b *bundle, kind, id, unit, state string, ended bool, at time.Time, body map[string]any, text string) {
	if b.err != nil {
		g.fail(b.err)
		return
	}
	g.stand[standKey{unit, kind, state, !ended}]++
	b.rows = append(b.rows, g.t.board.Row(kind, id, unit, state, !ended, store.At(at), store.At(at), 1),
		g.t.texts.Row(kind, id, "", store.Findable{Text: text, At: at}.Tokens()))
	body["state"], body["seed"] = state, g.Seed
	if err := g.emit(b, ledger.Entry{ID: g.id(at), Kind: "simulate." + kind, Subject: ledger.Ref{Type: kind, ID: id}, Actor: org.Program("simulate").Person, Unit: unit, At: at, Body: body}); err != nil {
		g.fail(err)
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func atOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return store.At(t)
}
