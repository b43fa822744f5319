package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

// The tales are told from discovery to archive, through the API alone: a browser reads the case, fills in the
// form of a step from what the page proposes, sends it, and looks at what has become of the case.

// tale is a case while a story is told of it.
type tale struct {
	t   testing.TB
	w   *world
	id  string
	rev string
	doc string // id of the document that was issued last
	at  string // place of the act
	// unfilmed leaves it to the story to say why there is no recording of what is filmed from end to end.
	unfilmed bool
}

// stories runs tales one after another in one world, on SQLite, and on PostgreSQL those that are named there too.
func stories(t *testing.T, all []chapter) {
	t.Helper()
	run := func(t *testing.T, w *world, tell []chapter) {
		for _, s := range tell {
			t.Run(s.name, func(t *testing.T) {
				w.t = t
				w.turnTo(monday)
				s.tell(t, w)
				w.check()
			})
		}
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, newWorld(t, sqlitePlace(t)), all) })
	both := slices.DeleteFunc(slices.Clone(all), func(s chapter) bool { return !s.both })
	if len(both) > 0 {
		t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, newWorld(t, postgresPlace(t)), both) })
	}
}

// chapter is one of the stories. both says that it is told on PostgreSQL too.
type chapter struct {
	name string
	both bool
	tell func(t *testing.T, w *world)
}

// turnTo moves the clock; whoever is signed in stays so, as one who signs in every morning.
func (w *world) turnTo(at time.Time) {
	w.t.Helper()
	w.clock.set(at)
	w.write(`UPDATE org_sessions SET created_at = $1, seen_at = $1`, store.At(at))
}

// set is a setting of the bureau as the administrator changes it.
func (w *world) set(key, value string) {
	w.t.Helper()
	bureau := w.unitOf("head")
	rev := int64(w.count(`SELECT COALESCE(max(rev), 0) FROM org_settings WHERE unit = $1 AND key = $2`, bureau, key))
	if err := w.app.Org.SetSetting(w.t.Context(), w.actor("admin"), bureau, key, json.RawMessage(strconv.Quote(value)), rev); err != nil {
		w.t.Fatal(err)
	}
}

// change changes somebody's record, as the administrator does it.
func (w *world) change(login string, how func(*org.Person)) {
	w.t.Helper()
	var p org.Person
	id := w.person(login)
	if err := w.app.DB.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = org.PersonByID(ctx, tx, id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	how(&p)
	if _, err := w.app.Org.ChangePerson(w.t.Context(), w.actor("admin"), p, p.Rev); err != nil {
		w.t.Fatal(err)
	}
}

// move takes an officer into the squad of another: his unit and his role.
func (w *world) move(login, to string) {
	w.t.Helper()
	admin, unit, id := w.actor("admin"), w.unitOf(to), w.person(login)
	w.change(login, func(p *org.Person) { p.Unit = unit })
	for _, g := range w.actor(login).Grants {
		if _, err := w.app.Org.EndGrant(w.t.Context(), admin, g.ID); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := w.app.Org.Grant(w.t.Context(), admin, org.Grant{Person: id, Role: org.Officer, Unit: unit}); err != nil {
		w.t.Fatal(err)
	}
}

// on moves the clock to a moment of Shanghai's time: 2026-12-01 09:00.
func (w *world) on(moment string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, law.Shanghai)
	if err != nil {
		w.t.Fatal(err)
	}
	w.turnTo(at)
}

func (w *world) today() string { return law.On(w.clock.now()).String() }

// people of the tales.
var (
	citizen  = casework.PartyInput{Kind: casework.Person, Name: "陈启明", IDCode: "310106199001010014", Address: "愚园路2号", Phone: "13900000002"}
	shop     = casework.PartyInput{Kind: casework.Organisation, Name: "上海宁晨餐饮管理有限公司", IDCode: "91310106MA1DEMA19C", Representative: "钱卫东", Address: "大宁路1号"}
	nobody   = casework.PartyInput{}
	founders = []string{"officer.jas1", "officer.jas2"}
)

// found opens a case as the two officers found it: with its party and a piece of evidence. More sets further
// fields of the opening.
func found(t testing.TB, w *world, code, matter string, party casework.PartyInput, more ...in) *tale {
	t.Helper()
	c := &tale{t: t, w: w, at: fmt.Sprintf("某某路%d号", places.Add(1))}
	opening := in{"title": "街面案件", "matter": matter, "actPlace": c.at, "findings": "现场发现违法行为，情况属实。", "procedure": code, "officers": []string{w.person(founders[1])}}
	for _, m := range more {
		for k, v := range m {
			opening[k] = v
		}
	}
	a := c.send(founders[0], "POST", "/cases", opening)
	if a.status != 200 {
		t.Fatalf("open: %d %s", a.status, a.body)
	}
	c.id, c.rev = a.text("id"), a.text("rev")
	if party.Name != "" {
		c.ok(c.send(founders[0], "POST", c.path("/parties"), party))
	}
	c.evidence("现场检查笔录")
	return c
}

func (c *tale) path(rest string) string { return "/cases/" + c.id + rest }

func (c *tale) evidence(title string) {
	c.t.Helper()
	c.ok(c.send(founders[0], "POST", c.path("/evidence"), in{"kind": "record", "title": title, "proves": "违法事实", "obtainedOn": c.w.today()}))
}

// send sends a command with the newest revision.
func (c *tale) send(login, method, path string, body any) answer {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	var headers []string
	if c.rev != "" {
		headers = []string{"If-Match", `"` + c.rev + `"`}
	}
	return c.w.as(login).do(method, path, string(text), headers...)
}

// ok takes over the revision of a command that must have succeeded.
func (c *tale) ok(a answer) answer {
	c.t.Helper()
	if a.status != 200 {
		c.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	c.rev = a.text("rev")
	if d := a.text("document"); d != "" {
		c.doc = d
	}
	return a
}

// page is the case as somebody's browser shows it.
func (c *tale) page(login string) casework.Detail {
	c.t.Helper()
	var d casework.Detail
	if err := json.Unmarshal([]byte(c.w.as(login).do("GET", c.path(""), "").ok(200).body), &d); err != nil {
		c.t.Fatal(err)
	}
	return d
}

// beside is the path of a step: of the main procedure where way is empty, else of the newest track of that
// procedure that has not ended, or of a new one.
func (c *tale) beside(way, step string) string {
	if way == "" {
		return c.path("/steps/" + step)
	}
	open := c.w.lines(`SELECT id FROM casework_tracks WHERE case_id = $1 AND procedure = $2 AND ended_at IS NULL ORDER BY seq DESC`, c.id, way)
	if len(open) > 0 {
		way = open[0]
	}
	return c.path("/tracks/" + url.PathEscape(way) + "/steps/" + step)
}

// by takes a step of the main procedure, or of the track way, with the fields that matter to the story.
func (c *tale) by(login, way, step string, fields in) *tale {
	c.t.Helper()
	films := c.stepOf(way, step).Films // before: the step may lead into another procedure
	c.ok(c.send(login, "POST", c.beside(way, step), c.filled(login, way, step, fields)))
	if films == procedure.FilmBlocks && !c.unfilmed {
		c.excuse(login)
	}
	return c
}

// excuse writes down why there is no recording of the steps that want one: most stories are about something else.
func (c *tale) excuse(login string) {
	c.t.Helper()
	var missing struct {
		Items []struct {
			ID        string
			MayExcuse bool
		}
	}
	if err := json.Unmarshal([]byte(c.w.as(login).do("GET", "/recordings/missing?subject=case:"+c.id, "").ok(200).body), &missing); err != nil {
		c.t.Fatal(err)
	}
	if len(missing.Items) == 0 {
		c.t.Errorf("no step of the case wants a recording")
	}
	for _, m := range missing.Items {
		if !m.MayExcuse { // another's: whoever took it said why
			continue
		}
		c.w.as(login).do("POST", "/recordings/excuses", `{"subject":"case:`+c.id+`","step":"`+m.ID+`","ground":"broken","reason":"记录仪没有电，已报修"}`).ok(204)
	}
}

// waits is the step that somebody's My Work names for the case, or empty.
func (c *tale) waits(login string) (step string) {
	c.t.Helper()
	var work struct {
		Groups []struct {
			Items []struct{ ID, Step string }
		}
	}
	if err := json.Unmarshal([]byte(c.w.as(login).do("GET", "/work", "").ok(200).body), &work); err != nil {
		c.t.Fatal(err)
	}
	for _, g := range work.Groups {
		for _, item := range g.Items {
			if item.ID == c.id {
				step = item.Step
			}
		}
	}
	return step
}

// refused tries a step that must be refused, for exactly these reasons: "need.x AP 51, AP 52", or the fault's code
// where it is none of the needs.
func (c *tale) refused(login, way, step string, fields in, reasons ...string) {
	c.t.Helper()
	a := c.send(login, "POST", c.beside(way, step), c.filled(login, way, step, fields))
	c.notTaken(a, reasons...)
}

func (c *tale) notTaken(a answer, reasons ...string) {
	c.t.Helper()
	var p struct {
		Code   string
		Fields []struct {
			Name, Code string
			Cites      []string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		c.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, strings.TrimSpace(f.Code+" "+strings.Join(f.Cites, ", ")))
	}
	if len(got) == 0 {
		got = []string{p.Code}
	}
	if a.status < 400 || !slices.Equal(got, reasons) {
		c.t.Errorf("%s: got %d %q, want %q (%s)", a.what, a.status, got, reasons, a.body)
	}
}

// stepOf finds a step by the procedure that it belongs to.
func (c *tale) stepOf(way, step string) *procedure.Step {
	c.t.Helper()
	if way == "" {
		way = c.w.one(`SELECT procedure FROM casework_cases WHERE id = $1`, c.id)
	}
	p := casework.Ordinary
	if t, ok := tracks.Of(way); ok {
		p = t.Procedure
	}
	s, ok := p.Step(step)
	if !ok {
		c.t.Fatalf("%s has no step %s", p.Code, step)
	}
	return s
}

// filled is the form of a step as a person sends it: what matters, then what the page proposes, then something
// that fits where the form asks for it.
func (c *tale) filled(login, way, step string, fields in) in {
	c.t.Helper()
	s := c.stepOf(way, step)
	out := in{}
	for k, v := range fields {
		out[k] = v
	}
	missing := slices.ContainsFunc(s.Fields, func(f procedure.Field) bool { _, given := out[f.Name]; return f.Required && !given })
	if !missing {
		return out
	}
	if s.Issues != "" && c.rev != "" {
		for _, f := range c.proposed(login, way, step) {
			if _, given := out[f.Name]; !given && f.Value != nil && f.Value != "" && (f.Required || f.Type == "rows") {
				out[f.Name] = f.Value
			}
		}
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		if _, given := out[f.Name]; !given && f.Required {
			out[f.Name] = c.something(f)
		}
	}
	return out
}

// proposed are the fields of a step as the page shows them.
func (c *tale) proposed(login, way, step string) []api.Field {
	d := c.page(login)
	choices := d.Choices
	if way != "" {
		choices = nil
		for _, v := range slices.Concat(d.Tracks, d.Openable) {
			if v.Procedure == way && len(v.Choices) > 0 {
				choices = v.Choices
				break
			}
		}
	}
	i := slices.IndexFunc(choices, func(ch api.Choice) bool { return ch.Step == step })
	if i < 0 {
		return nil
	}
	return choices[i].Fields
}

// something fits a field that the story does not care about.
func (c *tale) something(f *procedure.Field) any {
	c.t.Helper()
	now := c.w.clock.now()
	switch f.Type {
	case procedure.TextField:
		return "静安区某某"
	case procedure.LongText:
		return "情况属实，依法办理，详见案卷。"
	case procedure.Select:
		return f.Options[0].Value
	case procedure.Number:
		return max(1, f.Min)
	case procedure.DateField:
		if f.Name == "until" {
			return law.On(now).AddDays(10).String()
		}
		return law.On(now).String()
	case procedure.Moment:
		return now.Format(time.RFC3339)
	case procedure.Bool:
		return true
	case procedure.People:
		return []string{c.w.person(founders[0])}
	case procedure.PersonField:
		return c.w.person(founders[0])
	case procedure.MediaField:
		return []string{c.picture()}
	case procedure.RowsField:
		row := in{}
		for i := range f.Columns {
			if f.Columns[i].Required {
				row[f.Columns[i].Name] = c.something(&f.Columns[i])
			}
		}
		return []any{row}
	}
	c.t.Fatalf("nothing is known for a %s", f.Type)
	return nil
}

var pictures sync.Map

// picture puts a photo of the scene on file.
func (c *tale) picture() string {
	c.t.Helper()
	n, _ := pictures.LoadOrStore(c.w, new(int))
	count := n.(*int)
	*count++
	body, kind := formOf("现场.jpg", photo(100+*count), "note", "现场")
	a := c.w.as(founders[0]).do("POST", "/media?subject=case:"+c.id, body, "Content-Type", kind)
	if a.status != 200 && a.status != 201 {
		c.t.Fatalf("photo: %d %s", a.status, a.body)
	}
	return a.text("id")
}

// stands asks where the case stands, or the newest track of a procedure.
func (c *tale) stands(state string, beside ...string) {
	c.t.Helper()
	d := c.page("head")
	if d.State != state {
		c.t.Errorf("the case is %s, want %s", d.State, state)
	}
	for _, want := range beside {
		code, state, _ := strings.Cut(want, " ")
		got := ""
		for _, v := range d.Tracks {
			if v.Procedure == code {
				got = v.State
				break
			}
		}
		if got != state {
			c.t.Errorf("%s is %q, want %q", code, got, state)
		}
	}
}

var seqOf = regexp.MustCompile(`#\d+`)

// due asks for the last days of periods: "payment 2026-12-08", of a track "casework.seize.hold 2026-12-23".
func (c *tale) due(wants ...string) {
	c.t.Helper()
	d := c.page("head")
	var have []string
	for _, k := range d.Clocks {
		have = append(have, seqOf.ReplaceAllString(k.Code, "")+" "+k.DueDate)
	}
	for _, want := range wants {
		if !slices.Contains(have, want) {
			c.t.Errorf("%s is not among %q", want, have)
		}
	}
}

// issued asks that the newest valid document of a kind bears the next number of its series; word is what stands
// before the year, empty for a paper without a number of its own.
func (c *tale) issued(kind, word string) casework.Document {
	c.t.Helper()
	d := c.page("head")
	for _, doc := range slices.Backward(d.Documents) {
		if doc.Kind != kind || doc.VoidAt != nil {
			continue
		}
		ok := strings.HasPrefix(doc.Number, d.Number)
		if word != "" {
			ok = regexp.MustCompile(`^静城管[^〔]*` + word + `〔` + fmt.Sprint(c.w.clock.now().In(law.Shanghai).Year()) + `〕第[1-9]\d*号$`).MatchString(doc.Number)
		}
		if !ok {
			c.t.Errorf("%s bears %s, want one of %q", kind, doc.Number, word)
		}
		return doc
	}
	c.t.Errorf("no %s was issued", kind)
	return casework.Document{}
}

// money asks what is owed: the fine in yuan, what was paid of it, and in fen the surcharge and what is left.
func (c *tale) money(fine, paid, surcharge, left int64) {
	c.t.Helper()
	m := c.page("head").Money
	if m.Fine != fine || m.PaidFine != paid || m.Surcharge != surcharge || m.Outstanding != left {
		c.t.Errorf("the money is %d fine, %d paid, %d surcharge, %d left; want %d, %d, %d, %d", m.Fine, m.PaidFine, m.Surcharge, m.Outstanding, fine, paid, surcharge, left)
	}
}

// owes asks what of the money is due today, in fen, and why; then how the parts of the newest plan stand.
func (c *tale) owes(fen int64, why string, parts ...string) {
	c.t.Helper()
	m := c.page("head").Money
	var got []string
	for _, p := range m.Plans[len(m.Plans)-1].Parts {
		got = append(got, p.State)
	}
	if m.DueNow != fen || m.DueWhy != why || !slices.Equal(got, parts) {
		c.t.Errorf("%d is due, %s, parts %v; want %d, %s, %v", m.DueNow, m.DueWhy, got, fen, why, parts)
	}
}

// level asks how a period stands: ok, amber, red, met, met_late, suspended.
func (c *tale) level(clock, want string) {
	c.t.Helper()
	for _, k := range c.page("head").Clocks {
		if seqOf.ReplaceAllString(k.Code, "") == clock {
			if k.Level != want {
				c.t.Errorf("%s is %s, want %s", clock, k.Level, want)
			}
			return
		}
	}
	c.t.Errorf("%s does not run", clock)
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
