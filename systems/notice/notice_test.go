package notice

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, law.Shanghai)

// desk is a bureau with a squad, its people, and a receiver that does as it is told.
type desk struct {
	*Service
	t         *testing.T
	db        *store.DB
	now       time.Time
	bureau    string
	squad     string
	leader    string
	admin     org.Actor
	scheduled []Delivery
	answers   []error // of the receiver, one an attempt; then nil
	got       []string
	concerns  []Concern
	moved     bool // by the next entry
	ended     bool
}

func newDesk(t *testing.T, db *store.DB) *desk {
	t.Helper()
	d := &desk{t: t, db: db, now: monday}
	ctx := t.Context()
	people := org.New(db, func() time.Time { return d.now })
	root := org.Program("test")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	bureau, err := people.CreateUnit(ctx, root, org.Unit{Kind: "bureau", Name: "区局", Code: "310106"})
	must(err)
	squad, err := people.CreateUnit(ctx, root, org.Unit{Kind: "squad", Name: "一中队", Parent: bureau.ID, Code: "310106001"})
	must(err)
	d.bureau, d.squad = bureau.ID, squad.ID
	add := func(login, role, unit string) org.Person {
		p, err := people.AddPerson(ctx, root, org.PersonInput{Person: org.Person{Login: login, Name: login, Kind: org.Staff, Unit: unit, Lang: "zh-CN"}, Password: "notice-test-2026!", Keep: true, Roles: []org.Grant{{Role: role, Unit: unit, From: law.On(monday).AddDays(-1)}}})
		must(err)
		return p
	}
	d.leader = add("lead", org.Leader, squad.ID).ID
	add("desk", org.Desk, bureau.ID)
	admin := add("root", org.Admin, bureau.ID)
	must(db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d.admin, err = org.ActorOf(ctx, tx, admin.ID, law.On(d.now))
		return err
	}))
	d.Service = New(Config{DB: db, Now: func() time.Time { return d.now }, Key: []byte(strings.Repeat("k", 32)), PublicURL: "https://jiexu.test/",
		Concerns: func(context.Context, *store.Tx, ledger.Record) ([]Concern, error) { return d.concerns, nil },
		Moves:    func(ledger.Record) (bool, bool) { return d.moved, d.ended },
		Schedule: func(_ context.Context, all ...Delivery) error { d.scheduled = append(d.scheduled, all...); return nil },
		Send:     d})
	return d
}

func (d *desk) Send(_ context.Context, _ Endpoint, secret string, body []byte, _ time.Time) error {
	d.got = append(d.got, secret+" "+string(body))
	if len(d.answers) == 0 {
		return nil
	}
	err := d.answers[0]
	d.answers = d.answers[1:]
	return err
}

// happens puts an entry through both followers.
func (d *desk) happens(id string, actor string) {
	d.t.Helper()
	r := ledger.Record{ID: id, At: d.now, Kind: "intake.route", Subject: ledger.Ref{Type: "complaint", ID: "c1"}, Actor: actor, Unit: d.squad}
	if err := d.db.Write(d.t.Context(), func(ctx context.Context, tx *store.Tx) error { return d.handle(ctx, tx, r) }); err != nil {
		d.t.Fatal(err)
	}
	if err := d.plan(d.t.Context(), []ledger.Record{r}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) inbox(person string) []Item {
	d.t.Helper()
	items, _, _, err := d.Mine(d.t.Context(), org.Actor{Person: person}, false, "", 0, "zh-CN")
	if err != nil {
		d.t.Fatal(err)
	}
	for _, i := range items {
		if i.Title == "" || i.Title == i.Code+"_title" {
			d.t.Errorf("%s says not what it is about", i.Code)
		}
	}
	return items
}

func (d *desk) endpoint(in EndpointInput) Endpoint {
	d.t.Helper()
	e, err := d.AddEndpoint(d.t.Context(), d.admin, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

func (d *desk) hook() EndpointInput {
	return EndpointInput{Name: "指挥平台", Kind: Webhook, Unit: d.bureau, Target: Target{URL: "https://hook.test/in"}, Secret: "0123456789abcdef", Enabled: true}
}

func waits(d *desk, step string) []Concern {
	return []Concern{{Code: Waits, Unit: d.squad, Roles: []string{org.Leader}, Once: true, Params: map[string]any{"number": "诉1", "step": step, "step_en": step}}}
}

func TestPeopleAreToldOnceAndNoOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		d.concerns = waits(d, "受理")
		d.happens("e1", "p")
		d.happens("e1", "p") // seen again
		d.now = d.now.Add(time.Minute)
		d.happens("e2", "p") // the same step still waits
		if got := d.inbox(d.leader); len(got) != 1 || got[0].Text != "诉1 等待您办理：受理" || got[0].Subject != "complaint:c1" || got[0].Read {
			t.Fatalf("the leader was told %+v", got)
		}
		d.now = d.now.Add(time.Minute)
		d.concerns = waits(d, "派员")
		d.happens("e3", "p")
		d.now = d.now.Add(time.Minute)
		d.concerns = waits(d, "受理")
		d.happens("e4", "p") // it came back: that is news
		if got := d.inbox(d.leader); len(got) != 3 {
			t.Fatalf("after it moved and came back the leader has %d notices, want 3", len(got))
		}
		d.now = d.now.Add(time.Minute)
		d.concerns = waits(d, "派员")
		d.happens("e5", d.leader) // his own doing
		if got := d.inbox(d.leader); len(got) != 3 {
			t.Error("the leader was told what he did himself")
		}
		if got := d.inbox(d.admin.Person); len(got) != 0 {
			t.Errorf("somebody without a part in it was told %+v", got)
		}
		ids := []string{d.inbox(d.leader)[0].ID}
		if err := d.Read(t.Context(), org.Actor{Person: d.admin.Person}, ids); err != nil {
			t.Fatal(err)
		}
		if d.inbox(d.leader)[0].Read {
			t.Error("somebody else marked a notice as read")
		}
		if err := d.Read(t.Context(), org.Actor{Person: d.leader}, ids); err != nil {
			t.Fatal(err)
		}
		if got := d.inbox(d.leader); !got[0].Read || got[1].Read {
			t.Errorf("after reading one: %+v", got)
		}
		d.now = d.now.Add(kept + time.Hour)
		if err := d.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := d.inbox(d.leader); len(got) != 0 {
			t.Errorf("after %s there are still %d", kept, len(got))
		}
	})
}

// What a follower wrote is written again when the log is read anew; a word beside it is in no log and must outlive that.
func TestRereadingTheLogKeepsWordsBesideIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		d.concerns = waits(d, "受理")
		d.happens("e1", "p")
		d.now = d.now.Add(time.Minute)
		beside := Concern{Code: Beside, Unit: d.squad, Roles: []string{org.Leader}, Params: map[string]any{"number": "诉1", "word": "请示", "word_en": "a question"}}
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := d.Tell(ctx, tx, ledger.Ref{Type: "complaint", ID: "c1"}, beside, "p"); err != nil {
				return err
			}
			return d.reset(ctx, tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.inbox(d.leader); len(got) != 1 || got[0].Code != Beside {
			t.Fatalf("before the log is read again the leader has %+v, want the word beside it", got)
		}
		d.happens("e1", "p")
		if got := d.inbox(d.leader); len(got) != 2 {
			t.Errorf("after it was read again the leader has %d notices, want 2", len(got))
		}
	})
}

func TestDeliveriesAreTriedAgainAndGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		d.endpoint(d.hook())
		only := d.hook()
		only.Name, only.Codes = "只要超期", []string{Red}
		d.endpoint(only)
		d.concerns = waits(d, "受理")
		d.happens("e1", "p")
		d.happens("e1", "p")
		if len(d.scheduled) != 2 || d.scheduled[0] != d.scheduled[1] {
			t.Fatalf("scheduled %v: the same delivery twice, and nothing for the one that wants others", d.scheduled)
		}
		d.answers = []error{errors.New("connection refused"), nil}
		if err := d.Deliver(ctx, d.scheduled[0]); err == nil {
			t.Fatal("a failed attempt is not tried again")
		}
		if err := d.Deliver(ctx, d.scheduled[0]); err != nil {
			t.Fatal(err)
		}
		if err := d.Deliver(ctx, d.scheduled[0]); err != nil || len(d.got) != 2 {
			t.Fatalf("sent once more after it had arrived: %d attempts, %v", len(d.got), err)
		}
		var m message
		secret, body, _ := strings.Cut(d.got[1], " ")
		if err := json.Unmarshal([]byte(body), &m); err != nil || secret != "0123456789abcdef" || m.Link != "https://jiexu.test/complaints/c1" || m.Text == "" || m.Unit.Name != "一中队" {
			t.Errorf("sent %s with %q: %v", body, secret, err)
		}

		d.concerns = waits(d, "派员")
		d.happens("e2", "p")
		last := d.scheduled[len(d.scheduled)-1]
		for i := range attempts {
			d.answers = []error{errors.New("500")}
			if err := d.Deliver(ctx, last); (err == nil) != (i == attempts-1) {
				t.Fatalf("attempt %d: %v", i+1, err)
			}
		}
		dead, _, err := d.Deliveries(ctx, d.admin, Dead, "", "zh-CN")
		if err != nil || len(dead) != 1 || dead[0].Attempts != attempts || dead[0].Error != "500" || dead[0].Name != "指挥平台" {
			t.Fatalf("given up: %+v, %v", dead, err)
		}
		if err := d.Again(ctx, org.Actor{Person: "x"}, last.ID); fault.KindOf(err) != fault.Refused {
			t.Errorf("anybody may have it tried anew: %v", err)
		}
		if err := d.Again(ctx, d.admin, last.ID); err != nil {
			t.Fatal(err)
		}
		again := d.scheduled[len(d.scheduled)-1]
		if again.ID != last.ID || again.Round != 1 {
			t.Fatalf("scheduled %v", again)
		}
		if err := d.Deliver(ctx, last); err != nil { // the old round
			t.Fatal(err)
		}
		if err := d.Deliver(ctx, again); err != nil {
			t.Fatal(err)
		}
		if err := d.Again(ctx, d.admin, last.ID); !fault.Is(err, "notice.not_dead") {
			t.Errorf("what arrived is tried anew: %v", err)
		}
		if err := d.Drop(ctx, d.admin, last.ID); !fault.Is(err, "notice.not_dead") {
			t.Errorf("what arrived is dropped: %v", err)
		}
		d.happens("e3", "p")
		gone := d.scheduled[len(d.scheduled)-1]
		d.answers = []error{errGone}
		if err := d.Deliver(ctx, gone); err != nil {
			t.Fatal(err)
		}
		if dead, _, _ = d.Deliveries(ctx, d.admin, Dead, "", "zh-CN"); len(dead) != 1 {
			t.Error("410 is not given up at once")
		}
		if err := d.Drop(ctx, d.admin, gone.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestEndpointsAreCheckedAndKeepTheirSecret(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		mail := EndpointInput{Name: "邮件", Kind: Mail, Unit: d.bureau, Target: Target{Host: "smtp.test", User: "u", From: "a@b.cn", To: []string{"c@d.cn"}}, Secret: "pw"}
		for name, c := range map[string]struct {
			in    EndpointInput
			field string
		}{
			"no name":            {EndpointInput{Kind: Webhook, Unit: d.bureau, Target: Target{URL: "https://a.test"}, Secret: "0123456789abcdef"}, "name"},
			"script":             {with(d.hook(), func(e *EndpointInput) { e.Target.URL = "javascript:alert(1)" }), "target.url"},
			"user in it":         {with(d.hook(), func(e *EndpointInput) { e.Target.URL = "https://u:p@a.test/" }), "target.url"},
			"metadata of clouds": {with(d.hook(), func(e *EndpointInput) { e.Target.URL = "http://169.254.169.254/latest" }), "target.url"},
			"the same mapped":    {with(d.hook(), func(e *EndpointInput) { e.Target.URL = "http://[::ffff:169.254.169.254]/" }), "target.url"},
			"short secret":       {with(d.hook(), func(e *EndpointInput) { e.Secret = "short" }), "secret"},
			"no secret":          {with(d.hook(), func(e *EndpointInput) { e.Secret = "" }), "secret"},
			"unknown code":       {with(d.hook(), func(e *EndpointInput) { e.Codes = []string{"x"} }), "codes"},
			"no receiver":        {with(mail, func(e *EndpointInput) { e.Target.To = nil }), "target.to"},
			"header in receiver": {with(mail, func(e *EndpointInput) { e.Target.To = []string{"a@b.cn\r\nBcc: x@y.cn"} }), "target.to"},
			"password in clear":  {with(mail, func(e *EndpointInput) { e.Target.TLS = "none" }), "target.tls"},
			"landline":           {EndpointInput{Name: "短信", Kind: SMS, Unit: d.bureau, Target: Target{URL: "https://sms.test", To: []string{"02162345678"}}, Secret: "0123456789abcdef"}, "target.to"},
		} {
			_, err := d.AddEndpoint(ctx, d.admin, c.in)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Name != c.field {
				t.Errorf("%s: %v, want a complaint about %s", name, err, c.field)
			}
		}
		if _, err := d.AddEndpoint(ctx, org.Actor{Person: "x"}, d.hook()); fault.KindOf(err) != fault.Refused {
			t.Errorf("anybody may add one: %v", err)
		}
		e := d.endpoint(d.hook())
		var kept string
		if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT secret FROM notice_endpoints WHERE id = $1`, e.ID).Scan(&kept)
		}); err != nil || kept == "" || strings.Contains(kept, "0123456789abcdef") {
			t.Errorf("the secret lies in the database as %q (%v)", kept, err)
		}
		told, err := json.Marshal(e)
		if err != nil || strings.Contains(string(told), kept) || strings.Contains(string(told), "0123456789abcdef") {
			t.Errorf("the secret is told: %s", told)
		}
		in := d.hook()
		in.Secret, in.Name = "", "改名"
		changed, err := d.ChangeEndpoint(ctx, d.admin, e.ID, e.Rev, in)
		if err != nil || !changed.HasSecret || changed.Rev != 2 {
			t.Fatalf("renamed: %+v, %v", changed, err)
		}
		if _, err := d.ChangeEndpoint(ctx, d.admin, e.ID, e.Rev, in); !fault.Is(err, "changed_meanwhile") {
			t.Errorf("two changes at once: %v", err)
		}
		if err := d.Test(ctx, d.admin, e.ID); err != nil || !strings.HasPrefix(d.got[0], "0123456789abcdef ") {
			t.Errorf("the test sent %v, %v", d.got, err)
		}
		d.answers = []error{errors.New("no route")}
		if err := d.Test(ctx, d.admin, e.ID); !fault.Is(err, "notice.test_failed") {
			t.Errorf("a failed test: %v", err)
		}
		report, err := ledger.Check(ctx, db, ledger.CheckOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			if f.Table == "notice_endpoints" {
				t.Errorf("the ledger finds %+v", f)
			}
		}
	})
}

func with(in EndpointInput, change func(*EndpointInput)) EndpointInput {
	change(&in)
	return in
}

func TestWebhookIsSignedAndNotLedAstray(t *testing.T) {
	var got *http.Request
	var body []byte
	status := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		if status == http.StatusFound {
			w.Header().Set("Location", "http://elsewhere.test/")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	e := Endpoint{ID: "e", Kind: Webhook, Target: Target{URL: server.URL}, Enabled: true}
	send := func() error {
		return sender{}.Send(t.Context(), e, "a secret of sixteen", []byte(`{"id":"d1"}`), monday)
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Jiexu-Signature") != Sign("a secret of sixteen", body, monday) || got.Header.Get("Jiexu-Delivery") != "d1" || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", got.Header)
	}
	if Sign("another secret", body, monday) == got.Header.Get("Jiexu-Signature") || Sign("a secret of sixteen", append(body, ' '), monday) == got.Header.Get("Jiexu-Signature") {
		t.Error("the signature says nothing of secret or body")
	}
	for _, status = range []int{http.StatusFound, http.StatusInternalServerError, http.StatusForbidden} {
		if err := send(); err == nil || errors.Is(err, errGone) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if status = http.StatusGone; !errors.Is(send(), errGone) {
		t.Error("410 is not for good")
	}
	e.Target.URL = "http://169.254.1.1/"
	if err := send(); err == nil || !strings.Contains(err.Error(), "no address of a receiver") {
		t.Errorf("a forbidden address: %v", err)
	}
	e.Kind, e.Target = SMS, Target{URL: server.URL, To: []string{"13900000000"}}
	status = http.StatusOK
	if err := (sender{}).Send(t.Context(), e, "a secret of sixteen", []byte(`{"id":"d2","text":"请办理"}`), monday); err != nil || string(body) != `{"id":"d2","to":["13900000000"],"text":"请办理"}` {
		t.Errorf("a text message reads %s, %v", body, err)
	}
}

// A mail server that says what it was handed.
func TestMail(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	handed := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		fmt.Fprint(c, "220 test\r\n")
		var all strings.Builder
		for data := false; ; {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			switch {
			case data && line == ".\r\n":
				data = false
				handed <- all.String()
				fmt.Fprint(c, "250 ok\r\n")
			case data:
				all.WriteString(line)
			case strings.HasPrefix(line, "EHLO"):
				fmt.Fprint(c, "250-test\r\n250 8BITMIME\r\n")
			case strings.HasPrefix(line, "DATA"):
				data = true
				fmt.Fprint(c, "354 go on\r\n")
			case strings.HasPrefix(line, "QUIT"):
				fmt.Fprint(c, "221 bye\r\n")
				return
			default:
				all.WriteString(line)
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}()
	e := Endpoint{ID: "e", Kind: Mail, Enabled: true, Target: Target{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none", From: "office@example.cn", To: []string{"squad@example.cn"}}}
	if err := (sender{}).Send(t.Context(), e, "", []byte(`{"id":"d3","title":"已经超期","text":"诉1 已到期","unit":{"name":"一中队"},"link":"https://jiexu.test/complaints/c1"}`), monday); err != nil {
		t.Fatal(err)
	}
	letter := <-handed
	for _, want := range []string{"MAIL FROM:<office@example.cn>", "RCPT TO:<squad@example.cn>", "Message-ID: <d3@jiexu>", "https://jiexu.test/complaints/c1"} {
		if !strings.Contains(strings.ReplaceAll(letter, "=\r\n", ""), want) {
			t.Errorf("the letter lacks %q:\n%s", want, letter)
		}
	}
}

// What somebody was asked to do is no longer unread when the matter has moved on; what it waits for again stays, and a period's
// alarm stays until the matter has ended.
func TestWhatIsDoneIsNotUnread(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		unread := func() (codes []string) {
			for _, i := range d.inbox(d.leader) {
				if !i.Read {
					codes = append(codes, strings.Fields(i.Text)[0]+" "+i.Code)
				}
			}
			return codes
		}
		want := func(when string, n int) {
			t.Helper()
			if got := unread(); len(got) != n {
				t.Errorf("%s: unread %v", when, got)
			}
		}
		d.concerns = waits(d, "受理")
		d.happens("e1", "")
		d.now, d.moved = d.now.Add(time.Hour), true
		d.happens("e2", "")
		want("it waits for the same", 1)
		d.now, d.moved, d.concerns = d.now.Add(time.Hour), false, []Concern{{Code: Red, Unit: d.squad, Roles: []string{org.Leader}, Params: map[string]any{"number": "诉1", "clock": "先行联系", "clock_en": "x", "due": "2026-11-24"}}}
		d.happens("e3", "")
		want("a step and an alarm", 2)
		d.moved = true
		d.now, d.concerns = d.now.Add(time.Hour), waits(d, "派员")
		d.happens("e4", "")
		want("it was accepted; now it waits for the next", 2)
		d.now, d.concerns = d.now.Add(time.Hour), nil
		d.happens("e5", "")
		want("others have it; it was late", 1)
		d.now, d.ended = d.now.Add(time.Hour), true
		d.happens("e6", "")
		want("it has ended", 0)
	})
}
