package city

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

var (
	// ordinaryWays are those of the ordinary procedure.
	ordinaryWays = []way{
		{0.66, join(investigated, noticed, decided, []move{{casework.StepPay, 200, 0.6}}, shelved)},
		{0.12, join(investigated, noticed, decided, []move{{casework.StepWarned, 40, 0.6}}, shelved)},
		{0.12, join(investigated, noticed[:2], []move{{casework.StepHear, 40, 0.5}, {casework.StepReviewDefence, 20, 0.5}, {casework.StepPassReview, 60, 0.5}}, decided,
			[]move{{casework.StepPay, 260, 0.6}}, shelved)},
		{0.04, []move{{casework.StepRefuseFiling, 30, 0.7}}},
		{0.06, join(investigated[:1], []move{{casework.StepTerminate, 400, 0.6}, {casework.StepArchive, 300, 0.6}})},
	}
	investigated = []move{{casework.StepApproveFiling, 20, 0.8}, {casework.StepOrderCorrection, 12, 0.9}, {casework.StepReport, 260, 0.7}, {casework.StepApproveReport, 40, 0.7}}
	noticed      = []move{{casework.StepNotify, 30, 0.7}, {casework.StepServeNotice, 50, 0.7}, {casework.StepWaive, 60, 0.6}, {casework.StepPassReview, 50, 0.6}}
	decided      = []move{{casework.StepDecide, 60, 0.6}, {casework.StepServeDecision, 50, 0.7}}
	shelved      = []move{{casework.StepClose, 200, 0.6}, {casework.StepArchive, 500, 0.6}}

	// summaryWays are those of a penalty on the spot.
	summaryWays = []way{
		{0.6, join(onTheSpot, []move{{"pay", 60, 0.8}, {"record", 20, 0.7}, {"close", 60, 0.6}, {"archive", 500, 0.6}})},
		{0.34, join(onTheSpot, []move{{"warned", 10, 0.6}, {"record", 20, 0.7}, {"close", 60, 0.6}, {"archive", 500, 0.6}})},
		{0.06, []move{{"tell", 0.2, 0.3}, {"drop", 20, 0.5}}},
	}
	onTheSpot = []move{{"tell", 0.2, 0.3}, {"hear", 0.1, 0.3}, {"decide", 0.2, 0.3}}

	ordinaryDraw, summaryDraw = drawOf(ordinaryWays), drawOf(summaryWays)
)

// caseFile is a case in the making.
type caseFile struct {
	walker
	id, number, source, complaint, title, matter string
	squad                                        *squad
	spot                                         spot
	opened                                       time.Time
	found                                        law.Date
	officers                                     []person

	object                         string
	party                          party
	yuan                           int64
	warning                        bool
	proposed, fine                 any
	filed, decided, closed, update time.Time
	steps                          int
	b                              bundle
}

// mattersOn lists the matters of the catalogue in force on a day.
func (g *game) mattersOn(d law.Date) []law.Matter {
	if g.mattersDay == d {
		return g.inForce
	}
	g.mattersDay, g.inForce = d, g.inForce[:0]
	for _, m := range g.matters {
		if m.InForce(d) {
			g.inForce = append(g.inForce, m)
		}
	}
	return g.inForce
}

// matterFor draws a matter in force on the day: of a field, if there is one of it.
func (g *game) matterFor(at time.Time, field string) string {
	all := g.mattersOn(law.On(at))
	for range 20 {
		// Few matters make most cases.
		m := all[int(float64(len(all))*g.r.Float64()*g.r.Float64())]
		if field == "" || strings.HasPrefix(m.Code, field) {
			return m.Code
		}
	}
	return all[0].Code
}

// patrol opens a case of what a squad finds by itself.
func (g *game) patrol(at time.Time) {
	s := g.squad()
	field := ""
	if g.r.IntN(10) < 6 {
		field = "SR"
	}
	n := g.zipf.Uint64()
	c := &caseFile{id: g.id(at), source: casework.FromPatrol, squad: s, spot: s.spots[n], opened: at, found: law.On(at), officers: s.two(g), matter: g.matterFor(at, field)}
	c.number = g.caseNumber(s, "case", "立", at)
	if int(n) < len(s.objects) && g.r.IntN(2) == 0 {
		c.object = s.objects[n]
	}
	g.handleCase(c)
}

// handleCase handles a case that was opened.
func (g *game) handleCase(c *caseFile) {
	m, err := law.MatterOn(c.matter, c.found)
	if err != nil {
		m, err = law.MatterOn(c.matter, law.On(c.opened))
		c.found = law.On(c.opened)
	}
	if err != nil {
		g.fail(err)
		return
	}
	c.title = c.spot.address + m.Name
	r := g.r
	if r.IntN(100) < 45 {
		c.party = c.squad.shops[g.shopZipf.Uint64()]
	} else {
		c.party = newPerson(r, c.squad)
	}
	low, high, err := m.Range(c.party.kind)
	if err != nil || low < 0 || high <= 0 {
		low, high = 50, 500
	}
	c.yuan = low + (high-low)*int64(r.IntN(10))/20
	c.yuan = max(50, c.yuan/10*10)
	ceiling := int64(200) // AP 51
	if c.party.kind == "organisation" {
		ceiling = 3000
	}
	var moves []move
	if c.source == casework.FromPatrol && r.IntN(100) < 78 {
		c.yuan = min(c.yuan, ceiling)
		c.walker = walker{g: g, paths: g.summary, state: g.summary.procedure.Start, rename: clockName(tracks.Summary.Procedure.Code)}
		moves = summaryWays[summaryDraw.draw(r)].moves
	} else {
		c.walker = walker{g: g, paths: g.ordinary, state: g.ordinary.procedure.Start, rename: clockName(casework.Ordinary.Code)}
		moves = ordinaryWays[ordinaryDraw.draw(r)].moves
	}
	for _, x := range moves {
		c.warning = c.warning || x.step == "warned"
	}
	at := c.opened
	until := g.Until
	if g.Until.Sub(at) < 150*24*time.Hour && r.Float64() < 0.03 {
		until = at.Add(time.Duration(r.Int64N(int64(40 * 24 * time.Hour))))
	}
	c.update = at
	for _, x := range moves {
		if x.hours < 1 { // on the spot
			at = at.Add(time.Duration(3+r.IntN(12)) * time.Minute)
		} else {
			at = g.later(at, x.hours, x.spread)
		}
		if at.After(until) {
			break
		}
		if err := c.do(x.step, at); err != nil {
			g.fail(err)
			return
		}
	}
	c.write(m)
}

// do takes a step, with what is filled in and what follows from it.
func (c *caseFile) do(code string, at time.Time) error {
	g, r, d := c.g, c.g.r, c.squad.district
	by, day := c.officers[0], law.On(at).String()
	fields, yuan := "{}", c.yuan
	if c.warning {
		yuan = 0
	}
	sum := strconv.FormatInt(yuan, 10)
	from, err := c.take(code, at)
	if err != nil {
		return err
	}
	switch code {
	case casework.StepApproveFiling:
		by, fields, c.filed = pick(r, d.heads), field("opinion", "同意立案，由申报人员承办。"), at
	case casework.StepRefuseFiling:
		by, fields, c.closed = pick(r, d.heads), field("reason", "情节轻微，当场改正，不予立案。"), at
	case casework.StepOrderCorrection:
		fields = `{"order":"立即停止并改正违法行为。","correct_by":"` + law.On(at).AddDays(3).String() + `"}`
	case casework.StepReport:
		fields = `{"summary":"现场检查、照片和询问笔录能够相互印证，违法事实清楚。","proposal":"建议按一般裁量阶次处罚。"}`
	case casework.StepApproveReport, casework.StepPassReview:
		people := d.heads
		if code == casework.StepPassReview {
			people = d.legals
		}
		by, fields = pick(r, people), field("opinion", "事实清楚，证据充分，同意。")
	case casework.StepNotify:
		c.proposed = yuan
		fields = `{"amount":` + sum + `,"grounds":"违法事实清楚，无从重从轻情节，按一般阶次。"}`
		c.issue(casework.NoticeDocument, "notice", "罚告", "行政处罚事先告知书", at)
	case casework.StepServeNotice, casework.StepServeDecision:
		fields = `{"method":"in_person","served_on":"` + day + `","receiver":` + quote(c.party.name+"（本人）") + `}`
	case casework.StepWaive, casework.StepHear:
		fields = field("statement", pick(r, []string{"没有意见，放弃陈述申辩。", "已经改正，请求从轻。", "生意不好做，希望少罚一点。"}))
	case casework.StepReviewDefence:
		fields = `{"adopted":"no","reason":"所述情况不影响违法事实的认定。"}`
	case casework.StepDecide: // "decide" on the spot is the same code
		c.decided, c.fine = at, yuan
		if c.paths == g.summary {
			c.proposed, fields = yuan, `{"delivered":"signed","penalty":"`+[2]string{"fine", "warning"}[flag(c.warning)]+`","yuan":`+sum+`}`
			c.issue(tracks.KindSummary, "summary", "当罚", "当场行政处罚决定书", at)
			break
		}
		by, fields = pick(r, d.heads), `{"amount":`+sum+`,"opinion":"同意，依法处罚。"}`
		c.issue(casework.DecisionDocument, "decision", "罚决", "行政处罚决定书", at)
	case casework.StepPay:
		g.vouchers++
		voucher := "PZ" + pad(g.vouchers, 9)
		fields = `{"voucher":"` + voucher + `","amount":` + sum + `,"paid_on":"` + day + `"}`
		c.b.add(g.t.payments.Row(g.id(at), c.id, yuan, voucher, store.Date{Date: law.On(at)}, store.At(at), by.id))
	case casework.StepWarned:
		fields = field("note", "当事人已改正，并接受教育。")
	case casework.StepTerminate:
		by, fields, c.closed = pick(r, d.heads), `{"ground":"slight","reason":"违法行为轻微并及时改正，没有造成危害后果。"}`, at
	case casework.StepClose:
		by, fields, c.closed = pick(r, c.squad.leaders), field("opinion", "处罚已执行完毕，同意结案。"), at
	case casework.StepArchive:
		by, fields = pick(r, d.legals), `{"volume":"`+strconv.Itoa(law.On(at).Year)+`-`+pad(r.IntN(100000), 5)+`","pages":`+strconv.Itoa(12+r.IntN(60))+`}`
	case "tell":
		fields = `{"facts_clear":true,"cards_shown":true,"amount":` + sum + `,"grounds":"当场查实，事实清楚。"}`
	case "drop":
		by, fields, c.closed = pick(r, d.heads), `{"reason":"首次轻微违法，当场改正。","taught":"已讲明规定，当事人承诺不再发生。"}`, at
	case "record":
	default:
		return fmt.Errorf("city: nobody plays %s", code)
	}
	c.b.add(g.t.caseSteps.Row(g.id(at), c.id, code, from, c.state, by.id, by.name, c.squad.ID, fields, store.At(at)))
	c.steps++
	c.update = at
	return nil
}

// clockName gives the name under which a case's main procedure keeps the period of a clock.
func clockName(procedure string) func(string) string {
	if procedure == casework.Ordinary.Code {
		return func(clock string) string { return clock }
	}
	return func(clock string) string { return procedure + "#0." + clock }
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// issue makes a paper: its number is the next of its kind, its page says that it is simulated.
func (c *caseFile) issue(kind, counter, word, title string, at time.Time) {
	g := c.g
	number := c.g.caseNumber(c.squad, counter, word, at)
	g.checks++
	page := simulatedPage(c.id, g.checks)
	sum := sha256.Sum256(page)
	id := g.id(at)
	c.b.add(g.t.documents.Row(id, c.id, kind, number, title, c.form(kind, number, at), page, hex.EncodeToString(sum[:]), "SIM"+strings.ReplaceAll(g.id(at), "-", ""), store.At(at), c.officers[0].id, id))
}

// form is what was filled into a paper, as package document keeps it.
func (c *caseFile) form(kind, number string, at time.Time) string {
	day := law.On(at).String()
	head := `"Number":` + quote(number) + `,"Authority":` + quote(c.squad.district.unit.Name+"城市管理行政执法局") + `,"Party":{"Kind":"` + c.party.kind + `","Name":` + quote(c.party.name) + `},"Matter":` + quote(c.title) +
		`,"Facts":"现场检查、照片和笔录能够相互印证，违法事实清楚。","Date":"` + day + `"`
	switch kind {
	case casework.NoticeDocument, casework.DecisionDocument:
		return `{` + head + `}`
	}
	return `{"kind":` + quote(kind) + `,"number":` + quote(number) + `,"dossier":{},"values":{"at":` + quote(at.In(law.Shanghai).Format(time.RFC3339)) +
		`,"where":` + quote(c.spot.address) + `,"order":"立即改正","facts":"当场查实，事实清楚。","evidence":"现场照片2张","penalty":"` + [2]string{"fine", "warning"}[flag(c.warning)] + `","yuan":` + strconv.FormatInt(max(1, c.yuan), 10) +
		`,"heard":"heard","words":"没有意见。","pay":"bank"},"on":"` + day + `"}`
}

// simulatedPage is a PDF of one page that says what it is.
func simulatedPage(id string, n int) []byte {
	var b bytes.Buffer
	var at [5]int
	object := func(i int, s string) { at[i] = b.Len(); fmt.Fprintf(&b, "%d 0 obj%sendobj\n", i, s) }
	text := fmt.Sprintf("BT /F 12 Tf 72 760 Td (Simulated paper %d of case %s) Tj ET", n, id)
	b.WriteString("%PDF-1.4\n")
	object(1, "<</Type/Catalog/Pages 2 0 R>>")
	object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>")
	object(4, fmt.Sprintf("<</Length %d>>stream\n%s\nendstream ", len(text), text))
	start := b.Len()
	b.WriteString("xref\n0 5\n0000000000 65535 f \n")
	for _, offset := range at[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

// write hands out all rows of the case, and its entry.
func (c *caseFile) write(m law.Matter) {
	g, t, r := c.g, c.g.t, c.g.r
	c.b.add(t.cases.Row(c.id, c.number, c.source, orNil(c.complaint), c.squad.ID, c.title, c.matter, store.Date{Date: c.found}, c.spot.address, c.spot.lon, c.spot.lat,
		"执法人员检查时发现："+c.spot.address+"，"+m.Name+"。", c.proposed, c.fine, c.state, c.factList(), store.At(c.opened), c.officers[0].id, atOrNil(c.filed), atOrNil(c.decided), atOrNil(c.closed),
		store.At(c.update), store.Date{Date: c.found}, orNil(mainOf(c.paths.procedure.Code)), orNil(c.object), c.steps+1))
	for _, o := range c.officers {
		c.b.add(t.caseOfficers.Row(c.id, o.id, o.name, o.certificate))
	}
	p := c.party
	c.b.add(t.parties.Row(g.id(c.opened), c.id, p.kind, p.name, p.code, p.representative, p.address, p.phone, 1))
	if c.fine != nil && !c.decided.IsZero() && p.code != "" {
		c.b.rows = append(c.b.rows, t.decided.Row(c.id, p.code, store.Date{Date: c.found}, c.matter))
	}
	for seq, e := range [][3]string{{"audiovisual", "现场照片", "现场状况"}, {"record", "现场检查笔录", "违法事实"}, {"statement", "询问笔录", "当事人对事实的陈述"}}[:1+r.IntN(3)] {
		c.b.add(t.evidence.Row(g.id(c.opened), c.id, seq+1, e[0], e[1], e[2], store.Date{Date: c.found}, nil, c.officers[0].id, store.At(c.opened)))
	}
	for i := range c.periods {
		c.periods[i].clock = c.rename(c.periods[i].clock)
	}
	g.terms(&c.b, casework.Type, c.id, c.squad.ID, c.periods)
	found := []string{c.number, c.title, c.spot.address, c.matter, m.Name}
	if p.kind == casework.Organisation {
		found = append(found, p.name)
	}
	g.out(&c.b, casework.Type, c.id, c.squad.ID, c.state, casework.Ended(c.state), c.opened, map[string]any{"number": c.number, "matter": c.matter, "source": c.source}, strings.Join(found, "\n"))
}

// mainOf is how a case keeps its main procedure: the ordinary one is not named.
func mainOf(code string) string {
	if code == casework.Ordinary.Code {
		return ""
	}
	return code
}
