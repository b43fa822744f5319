package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/document"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
)

// in is a form as a person fills it in.
type in = map[string]any

// demoCase is a case of the demonstration: how it was found, and what became of it.
type demoCase struct {
	letters              string // of the squad's logins
	daysAgo, hour        int    // when it was found
	title, matter, place string
	procedure            string // the main one, where it is not the ordinary one
	findings             string
	party                casework.PartyInput
	circumstances        []string
	then                 func(*stage)
}

// stage is a case while it is told. Its methods do nothing once the scene is over.
type stage struct {
	*scene
	demoCase
	id                   string
	rev                  int64
	lead, second, leader string // logins
	names                map[string]string
}

// demoCases are all of them.
func demoCases() []demoCase {
	return slices.Concat(demoPenalties, demoEndings, demoMeasures, demoExecution, demoStructures)
}

// cases are the scenes of the demonstration's cases.
func (d *demo) cases() []*scene {
	var scenes []*scene
	for i, c := range demoCases() {
		scenes = append(scenes, &scene{name: c.title, tell: func(s *scene) {
			st := &stage{scene: s, demoCase: c, lead: "officer." + c.letters + "1", second: "officer." + c.letters + "2", leader: "leader." + c.letters, names: map[string]string{}}
			if c.hour == 0 {
				st.hour = 9
			}
			st.found(i)
			st.then(st)
		}})
	}
	return scenes
}

// found opens the case on a working day: the party, photos, the first evidence.
func (c *stage) found(i int) {
	start := law.On(c.now).AddDays(-c.daysAgo).Start().Add(time.Duration(c.hour)*time.Hour + time.Duration(5+i*7%50)*time.Minute)
	c.until(office(start))
	if c.done() {
		return
	}
	lead, second := c.person(c.lead), c.person(c.second)
	opened, err := c.Casework.Open(c.ctx, lead, casework.Opening{Title: c.title, Matter: c.matter, ActDate: law.On(c.clock.at), ActPlace: c.place,
		Findings: c.findings, Procedure: c.procedure, Officers: []string{second.Person}})
	if err != nil {
		c.fail(err)
		return
	}
	c.id, c.rev = opened.ID, opened.Rev
	c.until(c.clock.at.Add(12 * time.Minute))
	for n, note := range []string{"现场全景（演示图）", "违法部位近景（演示图）"} {
		c.picture(100+10*i+n, note)
	}
	if c.party.Name != "" {
		c.take(c.Casework.SetParty(c.ctx, lead, c.id, c.rev, c.party))
	}
	c.proved("record", "现场检查（勘验）笔录", "现场状况和违法行为的存在")
	c.proved("audiovisual", "现场照片", "违法行为的位置和程度")
	if len(c.circumstances) > 0 && !c.done() {
		c.take(c.Casework.Edit(c.ctx, lead, c.id, c.rev, casework.Edit{Circumstances: &c.circumstances}))
	}
}

// take goes on from what a command gave back.
func (c *stage) take(r *casework.Result, err error) {
	if c.done() {
		return
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.rev = r.Rev
}

// picture puts a photo on file and tells its id.
func (c *stage) picture(seed int, note string) (id string) {
	if c.done() {
		return ""
	}
	id, err := c.photo(c.ctx, c.person(c.lead), evidence.Subject{Type: casework.Type, ID: c.id}, seed, note)
	if err != nil {
		c.fail(err)
	}
	return id
}

// proved puts a piece on the list of evidence.
func (c *stage) proved(kind, title, proves string) {
	if !c.done() {
		c.take(c.Casework.AddEvidence(c.ctx, c.person(c.lead), c.id, c.rev, casework.EvidenceInput{Kind: kind, Title: title, Proves: proves, ObtainedOn: law.On(c.clock.at)}))
	}
}

// page is the case as somebody sees it.
func (c *stage) page(actor org.Actor) *casework.Detail {
	d, err := c.Casework.Detail(c.ctx, actor, c.id, "zh-CN")
	if err != nil {
		c.fail(err)
		return &casework.Detail{}
	}
	return d
}

// by lets somebody take a step, half an hour after what came before: of the main procedure, or of the newest
// running track of the procedure way, or of one that the step opens. What the form proposes stays as it is.
func (c *stage) by(login, way, step string, fields in) {
	if c.later(25 * time.Minute); c.done() {
		return
	}
	actor := c.person(login)
	track, proposed := c.form(actor, way, step)
	filled := in{}
	for _, f := range proposed {
		if f.Value != nil && f.Value != "" && (f.Required || f.Type == string(procedure.RowsField)) {
			filled[f.Name] = f.Value
		}
	}
	for name, value := range fields {
		filled[name] = value
	}
	if c.done() {
		return
	}
	done, err := c.Casework.TakeIn(c.ctx, actor, c.id, track, step, c.rev, filled)
	if err != nil {
		err = fmt.Errorf("%s %s on %s: %w", way, step, c.today(), err)
	}
	c.take(done, err)
}

// form finds a step on somebody's page: the track that it belongs to, and its fields.
func (c *stage) form(actor org.Actor, way, step string) (track string, fields []api.Field) {
	d := c.page(actor)
	of := func(choices []api.Choice) bool {
		i := slices.IndexFunc(choices, func(ch api.Choice) bool { return ch.Step == step })
		if i >= 0 {
			fields = choices[i].Fields
		}
		return i >= 0
	}
	if way == "" {
		of(d.Choices)
		return "", fields
	}
	for _, v := range slices.Concat(d.Tracks, d.Openable) {
		if v.Procedure == way && of(v.Choices) {
			return v.ID, fields
		}
	}
	return way, nil
}

var trackSeq = regexp.MustCompile(`#\d+`)

// due is the last day of the newest period of that name.
func (c *stage) due(clock string) (due law.Date) {
	if c.done() {
		return due
	}
	for _, k := range c.page(c.person("head")).Clocks {
		if trackSeq.ReplaceAllString(k.Code, "") == clock {
			due, _ = law.ParseDate(k.DueDate)
		}
	}
	if due.IsZero() {
		c.fail(fmt.Errorf("no period %s runs", clock))
	}
	return due
}

// past waits for the morning after the last day of a period of the case.
func (c *stage) past(clock string) {
	c.until(office(c.due(clock).AddDays(1).Start().Add(9*time.Hour + 20*time.Minute)))
}

// before waits for the last working day before that, if it is yet to come.
func (c *stage) before(clock string) {
	day := c.due(clock).AddDays(-1)
	for works, _ := law.Shipped().Works(day); !works; works, _ = law.Shipped().Works(day) {
		day = day.AddDays(-1)
	}
	if at := day.Start().Add(10 * time.Hour); at.After(c.clock.at) {
		c.until(at)
	}
}

// after waits for the working day after a moment.
func (c *stage) after(moment string) {
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		c.fail(err)
		return
	}
	c.until(office(law.On(at).AddDays(1).Start().Add(9*time.Hour + 30*time.Minute)))
}

// name is what somebody is called.
func (c *stage) name(login string) string {
	if c.names[login] == "" && !c.done() {
		c.names[login] = c.person(login).Name
	}
	return c.names[login]
}

func (c *stage) personID(login string) string { return c.person(login).Person }

// representative is who speaks for the party.
func (c *stage) representative() string {
	if c.party.Kind == casework.Organisation {
		return c.party.Representative
	}
	return c.party.Name
}

// serves lets the first officer hand a document to the party; the step is where it is recorded.
func (c *stage) serves(way, step string) {
	c.serve(way, step, c.representative()+"（"+c.capacity()+"）")
}

func (c *stage) serve(way, step, receiver string) {
	c.by(c.lead, way, step, in{"method": "in_person", "served_on": c.today(), "receiver": receiver})
}

func (c *stage) capacity() string {
	if c.party.Kind == casework.Organisation {
		return "法定代表人"
	}
	return "当事人本人"
}

// handed writes down that the newest document of a kind reached the party.
func (c *stage) handed(kind document.Kind) {
	if c.done() {
		return
	}
	lead := c.person(c.lead)
	for _, d := range slices.Backward(c.page(lead).Documents) {
		if d.Kind == string(kind) {
			c.take(c.Casework.Serve(c.ctx, lead, c.id, d.ID, c.rev, casework.ServiceInput{Method: "in_person", ServedOn: law.On(c.clock.at), Receiver: c.representative() + "（" + c.capacity() + "）"}))
			return
		}
	}
	c.fail(fmt.Errorf("no %s was issued", kind))
}

// paper lets somebody write a form that no step issues, signed by those who are named.
func (c *stage) paper(login string, kind document.Kind, fields in, signs ...document.Signature) {
	if c.later(20 * time.Minute); c.done() {
		return
	}
	actor := c.person(login)
	forms, err := c.Casework.Papers(c.ctx, actor, c.id, "zh-CN")
	if err != nil {
		c.fail(err)
		return
	}
	filled := in{}
	for _, p := range forms {
		if p.Kind != string(kind) {
			continue
		}
		for _, f := range p.Fields {
			if f.Value != nil && f.Value != "" {
				filled[f.Name] = f.Value
			}
		}
	}
	for name, value := range fields {
		filled[name] = value
	}
	done, err := c.Casework.Write(c.ctx, actor, c.id, kind, c.rev, filled, signs)
	if err != nil {
		err = fmt.Errorf("%s: %w", kind, err)
	}
	c.take(done, err)
}

// sign is a signature on a paper.
func (c *stage) sign(who document.Signer, name string) document.Signature {
	drawn, err := signed(name)
	if err != nil {
		c.fail(err)
	}
	return document.Signature{Who: who, Name: name, Image: drawn, At: c.clock.at}
}

// inspected writes the record of the scene, signed by the party and both officers.
func (c *stage) inspected(observed string) {
	c.paper(c.lead, "record.inspection", in{"started": c.ago(45), "ended": c.ago(10), "present": c.representative() + "（" + c.capacity() + "）", "confirmed": "yes", "withdrawal": "no",
		"observed": observed, "recorded": "全程执法记录仪录像，拍摄照片二张。", "said": "情况属实。"},
		c.sign(document.PartySigns, c.representative()), c.sign(document.Officers, c.name(c.lead)), c.sign(document.Officers, c.name(c.second)))
}

// asked writes the record of an inquiry: questions and answers in turn.
func (c *stage) asked(sex, born string, said ...string) {
	var rows []any
	for i := 0; i+1 < len(said); i += 2 {
		rows = append(rows, in{"question": said[i], "answer": said[i+1]})
	}
	fields := in{"started": c.ago(50), "ended": c.ago(5), "place": "综合行政执法队询问室", "sex": sex, "born": born, "employer": "无固定职业", "confirmed": "yes", "withdrawal": "no", "checked": "read", "questions": rows, "phone": c.party.Phone}
	if c.party.Kind == casework.Organisation {
		fields["name"], fields["code"], fields["address"] = c.representative(), "居民身份证（已核对）", c.party.Address
		fields["employer"], fields["relation"] = c.party.Name+"，法定代表人", "本案当事人的法定代表人"
	}
	c.paper(c.lead, "record.inquiry", fields, c.sign(document.Asked, c.representative()), c.sign(document.Officers, c.name(c.lead)), c.sign(document.Officers, c.name(c.second)))
	c.proved("statement", "询问（调查）笔录", "当事人对违法事实的陈述")
}

// mark is the end of the case's id, by which invented numbers differ.
func (c *stage) mark(n int) string { return c.id[max(0, len(c.id)-n):] }

// voucher is a bank's number, one for each payment.
func (c *stage) voucher() string {
	return "YH" + strings.ReplaceAll(c.today(), "-", "")[2:] + c.mark(6)
}

// Ways that most cases share.

// filed: the head approves the filing.
func (c *stage) filed() {
	c.by("head", "", casework.StepApproveFiling, in{"opinion": "符合立案条件，同意立案。"})
}

// reported: the investigation is reported and the report approved.
func (c *stage) reported(proposal string) {
	c.by(c.lead, "", casework.StepReport, in{"summary": c.findings + "有现场检查笔录、现场照片和当事人的陈述为证。", "proposal": proposal})
	c.days(1)
	c.by("head", "", casework.StepApproveReport, in{"opinion": "事实清楚，证据充分，同意。"})
}

// noticed: the notice of the intended fine is made and served.
func (c *stage) noticed(yuan int, grounds string) {
	c.by(c.lead, "", casework.StepNotify, in{"amount": yuan, "grounds": grounds})
	c.days(1)
	c.serves("", casework.StepServeNotice)
}

// waived: the party has nothing to say, and asks for no hearing where it could.
func (c *stage) waived(hearing bool) {
	c.days(1)
	c.by(c.lead, "", casework.StepWaive, in{"statement": "对告知的事实和拟作出的处罚没有异议，放弃陈述申辩。"})
	if hearing {
		c.by(c.lead, "", casework.StepWaiveHearing, in{"statement": "不要求听证。"})
	}
}

// reviewed: the legal section passes it.
func (c *stage) reviewed() {
	c.days(1)
	c.by("legal", "", casework.StepPassReview, in{"opinion": "主体适格、事实清楚、证据充分、程序合法、裁量适当，同意。"})
}

// deliberated: the heads discuss a major case.
func (c *stage) deliberated() {
	c.days(1)
	c.by("head", "", casework.StepDeliberate, in{"attendees": []any{c.personID("head"), c.personID("head2")}, "present": []any{c.personID("legal")}, "minutes": "承办人汇报案情，法制科说明审核意见。与会人员一致同意拟处罚意见。"})
}

// decided: the head decides, and the decision is served.
func (c *stage) decided(yuan int) {
	c.by("head", "", casework.StepDecide, in{"amount": yuan, "opinion": "同意，作出处罚决定。"})
	c.days(1)
	c.serves("", casework.StepServeDecision)
}

// fined takes a case of a small fine from its filing to the served decision.
func (c *stage) fined(yuan int, grounds string) {
	c.filed()
	c.days(2)
	c.reported("建议责令改正，处罚款" + fmt.Sprint(yuan) + "元。")
	c.noticed(yuan, grounds)
	c.waived(false)
	c.reviewed()
	c.decided(yuan)
}

func (c *stage) pays(yuan int) {
	c.by(c.lead, "", casework.StepPay, in{"voucher": c.voucher(), "amount": yuan, "paid_on": c.today()})
}

// archived: closed, and put into the archive with its volume's number.
func (c *stage) archived(pages int) {
	c.days(1)
	c.by(c.leader, "", casework.StepClose, in{"opinion": "处罚决定已履行，违法行为已改正，同意结案。"})
	c.shelved(pages)
}

func (c *stage) shelved(pages int) {
	c.days(2)
	c.by("legal", "", casework.StepArchive, in{"volume": "静执案〔" + c.today()[:4] + "〕" + c.mark(4), "pages": pages})
}
