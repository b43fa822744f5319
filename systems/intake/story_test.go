package intake_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// A stall on the pavement: registered, proposed by its place, routed, accepted, assigned, handled with
// a photo, answered, closed. Every row is as the ledger says.
func TestFromRegistrationToClosing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		r := o.complain()
		if r.State != intake.Registered || r.Number == "" {
			t.Fatalf("registered as %+v", r)
		}
		d, err := o.svc.Detail(ctx, o.actor("desk"), r.ID, "zh-CN")
		o.must(err)
		if d.Proposed == nil || d.Proposed.ID != o.squad || d.AreaName != "大宁路街道" || d.LocatedBy != intake.ByText {
			t.Errorf("the place speaks for %+v in %q", d.Proposed, d.AreaName)
		}
		if d.Contact.Name != "周*" || strings.Contains(d.Contact.Phone, "0000") {
			t.Errorf("the contact is shown as %+v", d.Contact)
		}
		route := d.Choices[0]
		if route.Step != intake.StepRoute || !route.Allowed || !route.Mine || route.Fields[0].Value != o.squad || len(route.Fields[0].Options) < 14 {
			t.Errorf("the desk may %+v", route)
		}
		if len(d.Clocks) != 3 || d.Clocks[0].DueDate != "2026-03-09" {
			t.Errorf("clocks %+v", d.Clocks)
		}
		o.photos = 0
		officers := map[string]any{"officers": []any{o.people["officer1"], o.people["officer2"], o.people["auxiliary"]}}
		for _, s := range []struct {
			login, step string
			fields      map[string]any
			refused     string
		}{
			{"desk", intake.StepRoute, map[string]any{"unit": o.squad}, ""},
			{"officer1", intake.StepAccept, nil, "refused.unit"},
			{"leader", intake.StepAccept, nil, ""},
			{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["auxiliary"]}}, "procedure.blocked"},
			{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["stranger"]}}, "procedure.fields"},
			{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["desk"]}}, "procedure.fields"},
			{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], "nobody"}}, "procedure.fields"},
			{"leader", intake.StepAssign, officers, ""},
			{"officer1", intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"}, "procedure.blocked"},
			{"officer1", intake.StepFirstContact, map[string]any{"result": "已电话联系"}, ""},
			{"officer3", intake.StepFirstContact, map[string]any{"result": "已电话联系"}, "intake.not_handler"},
		} {
			_, err := o.take(s.login, r.ID, s.step, s.fields)
			if s.refused == "" && err != nil || s.refused != "" && !fault.Is(err, s.refused) {
				t.Fatalf("%s %s: %v, want %q", s.login, s.step, err, s.refused)
			}
		}
		o.photos = 1
		for _, s := range []struct {
			login, step string
			fields      map[string]any
		}{
			{"officer1", intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"}},
			{"officer2", intake.StepReply, map[string]any{"text": "已劝离，将加强巡查。"}},
			{"desk", intake.StepClose, map[string]any{"satisfaction": "solved"}},
		} {
			if _, err := o.take(s.login, r.ID, s.step, s.fields); err != nil {
				t.Fatalf("%s %s: %v", s.login, s.step, err)
			}
		}
		d, err = o.svc.Detail(ctx, o.actor("leader"), r.ID, "zh-CN")
		o.must(err)
		if d.State != intake.Closed || d.ClosedAt == nil || d.Reply == "" || len(d.Choices) != 0 || len(d.Officers) != 3 || d.Outcome != "solved" {
			t.Errorf("closed as %+v", d)
		}
		var steps []string
		for _, e := range slices.Backward(d.Timeline) {
			steps = append(steps, e.Step)
		}
		if got := strings.Join(steps, " "); got != "registered route accept assign first_contact handle reply close" {
			t.Errorf("timeline %s", got)
		}
		for _, c := range d.Clocks {
			if c.Level != "met" {
				t.Errorf("clock %s is %s", c.Code, c.Level)
			}
		}
		o.sealed()
	})
}

// Each step is refused to everybody whose role it is not, and to another squad the complaint does not exist.
func TestWrongRoles(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	o.photos = 1
	r := o.complain()
	way := []struct {
		login, step string
		fields      map[string]any
	}{
		{"desk", intake.StepRoute, map[string]any{"unit": o.squad}},
		{"leader", intake.StepAccept, nil},
		{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["officer2"]}}},
		{"officer1", intake.StepHandle, map[string]any{"findings": "已收摊", "outcome": "solved"}},
		{"officer1", intake.StepReply, map[string]any{"text": "已经处理完毕。"}},
		{"desk", intake.StepClose, map[string]any{"satisfaction": "solved"}},
	}
	for _, w := range way {
		for login := range o.people {
			may := login == w.login || login == "leader" && w.step == intake.StepReply || login == "officer2" && w.login == "officer1"
			if may {
				continue
			}
			_, err := o.take(login, r.ID, w.step, w.fields)
			// Until it is routed a complaint lies at the bureau, and no squad knows of it.
			atBureau := w.step == intake.StepRoute && login != "head"
			switch kind := fault.KindOf(err); {
			case login == "stranger" || login == "leads" || login == "admin" || login == "dept" || login == "room" || atBureau:
				if kind != fault.NotFound {
					t.Errorf("%s %s: %v, want not found", login, w.step, err)
				}
			case kind != fault.Refused:
				t.Errorf("%s %s: %v, want refused", login, w.step, err)
			}
		}
		if _, err := o.take(w.login, r.ID, w.step, w.fields); err != nil {
			t.Fatalf("%s %s: %v", w.login, w.step, err)
		}
	}
}

func TestReturnTransferAndCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		o.photos = 1
		r := o.complain()
		do := func(login, step string, fields map[string]any) {
			t.Helper()
			if _, err := o.take(login, r.ID, step, fields); err != nil {
				t.Fatalf("%s %s: %v", login, step, err)
			}
		}
		if _, err := o.take("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.dept}); !fault.Is(err, "procedure.fields") {
			t.Errorf("routed to a department: %v", err)
		}
		do("desk", intake.StepRoute, map[string]any{"unit": o.other})
		do("stranger", intake.StepReturn, map[string]any{"kind": "other_area", "reason": "不在我镇辖区", "unit": o.squad})
		do("desk", intake.StepUphold, nil)
		d, err := o.svc.Detail(ctx, o.actor("desk"), r.ID, "en")
		o.must(err)
		if d.Unit.ID != o.bureau || d.State != intake.Registered {
			t.Errorf("returned to %+v, %s", d.Unit, d.State)
		}
		do("desk", intake.StepRoute, map[string]any{"unit": o.squad})
		do("leader", intake.StepAccept, nil)
		do("leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["officer2"]}})
		do("officer1", intake.StepHandle, map[string]any{"findings": "拒不改正", "outcome": "case"})
		if _, err := o.take("officer1", r.ID, intake.StepReply, map[string]any{"text": "已经处理完毕。"}); !fault.Is(err, "procedure.blocked") {
			t.Errorf("answered before the case was filed: %v", err)
		}
		do("officer1", intake.StepFileCase, map[string]any{"matter": "SR-01"})
		if _, err := o.take("officer1", r.ID, intake.StepFileCase, map[string]any{"matter": "SR-01"}); !fault.Is(err, "procedure.blocked") {
			t.Errorf("a second case: %v", err)
		}
		do("officer1", intake.StepReply, map[string]any{"text": "已立案查处。"})
		d, err = o.svc.Detail(ctx, o.actor("desk"), r.ID, "en")
		o.must(err)
		if len(d.Cases) != 1 || d.Cases[0].ID != "case-1" {
			t.Errorf("cases %+v", d.Cases)
		}
		second := o.complain(func(in *intake.Registration) { in.Title = "小区绿化带枯死" })
		if _, err := o.take("desk", second.ID, intake.StepTransfer, map[string]any{"department": o.squad, "explained": "已说明"}); !fault.Is(err, "procedure.fields") {
			t.Errorf("transferred to a squad: %v", err)
		}
		if _, err := o.take("desk", second.ID, intake.StepTransfer, map[string]any{"department": o.dept, "explained": "已说明"}); err != nil {
			t.Fatal(err)
		}
		o.sealed()
	})
}

// Two people take a step at the same moment: one of them wins, the other hears that it has changed.
func TestTwoAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		r := o.complain()
		desk := o.actor("desk")
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				unit := []string{o.squad, o.other}[i%2]
				_, errs[i] = o.svc.Take(context.Background(), desk, r.ID, intake.StepRoute, 1, map[string]any{"unit": unit})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, "changed_meanwhile"):
				t.Errorf("the loser hears %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
		o.sealed()
	})
}

func TestOneKeyOneComplaint(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		desk := o.actor("desk")
		in := intake.Registration{Channel: intake.Hotline, Kind: intake.Help, Content: "路灯坏了。"}
		numbers := make([]string, 6)
		var wg sync.WaitGroup
		for i := range numbers {
			wg.Go(func() {
				r, err := o.svc.Register(store.WithKey(context.Background(), desk.Person, "key-1", "print"), desk, in)
				if err == nil {
					numbers[i] = r.Number
				} else if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		slices.Sort(numbers)
		if numbers = slices.Compact(numbers); len(numbers) != 1 {
			t.Errorf("one key made %q", numbers)
		}
		rows, _, err := o.svc.List(context.Background(), desk, intake.Filter{}, "zh-CN")
		if o.must(err); len(rows) != 1 || rows[0].Title != "路灯坏了" {
			t.Errorf("%d complaints %+v", len(rows), rows)
		}
	})
}

func TestRegistrationFaults(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	at := func(lon, lat float64) func(*intake.Registration) {
		return func(in *intake.Registration) { in.Lon, in.Lat = &lon, &lat }
	}
	moment := func(when time.Time) func(*intake.Registration) {
		return func(in *intake.Registration) { in.ReceivedAt = &when }
	}
	cases := map[string]struct {
		change      func(*intake.Registration)
		field, code string
	}{
		"no content":          {func(in *intake.Registration) { in.Content = " \n" }, "content", "form.required"},
		"content too long":    {func(in *intake.Registration) { in.Content = strings.Repeat("长", 5001) }, "content", "form.too_long"},
		"title too long":      {func(in *intake.Registration) { in.Title = strings.Repeat("长", 201) }, "title", "form.too_long"},
		"unknown channel":     {func(in *intake.Registration) { in.Channel = "fax" }, "channel", "form.one_of"},
		"unknown kind":        {func(in *intake.Registration) { in.Kind = "" }, "kind", "form.one_of"},
		"from the future":     {moment(o.now.Add(time.Hour)), "receivedAt", "form.future"},
		"from 1900":           {moment(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)), "receivedAt", "intake.too_old"},
		"half a point":        {func(in *intake.Registration) { lon := 121.45; in.Lon = &lon }, "lon", "intake.half_a_point"},
		"swapped":             {at(31.28, 121.45), "lon", "place.coordinates_swapped"},
		"in Beijing":          {at(116.4, 39.9), "lon", "place.outside"},
		"nowhere":             {at(500, 100), "lon", "place.coordinates_range"},
		"unknown datum":       {func(in *intake.Registration) { at(121.45, 31.28)(in); in.Datum = "mars" }, "datum", "place.datum_unknown"},
		"no such mobile":      {func(in *intake.Registration) { in.Phone = "12800000001" }, "phone", "party.mobile"},
		"a fixed line is one": {func(in *intake.Registration) { in.Phone = "021-62538888" }, "", ""},
		"a point of ours":     {at(121.457, 31.275), "", ""},
		"on the border road":  {at(121.457, 31.281), "", ""}, // nine metres outside of the outline
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := intake.Registration{Channel: intake.Hotline, Kind: intake.Help, Content: "内容"}
			c.change(&in)
			_, err := o.svc.Register(context.Background(), o.actor("desk"), in)
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Code != c.code {
				t.Errorf("got %v, want %s %s", err, c.field, c.code)
			}
		})
	}
	number := func(in *intake.Registration) { in.SourceNumber = "20260304-77" }
	o.complain(number)
	_, err := o.svc.Register(context.Background(), o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Help, Content: "另一件", SourceNumber: "20260304-77"})
	if !fault.Is(err, "intake.duplicate") {
		t.Errorf("the same number of the same channel: %v", err)
	}
	if _, err := o.svc.Register(context.Background(), o.actor("desk"), intake.Registration{Channel: intake.Grid, Kind: intake.Help, Content: "另一件", SourceNumber: "20260304-77"}); err != nil {
		t.Errorf("the same number of another channel: %v", err)
	}
	if _, err := o.svc.Register(context.Background(), o.actor("auxiliary"), intake.Registration{Channel: intake.Grid, Kind: intake.Help, Content: "另一件"}); fault.KindOf(err) != fault.Refused {
		t.Errorf("an auxiliary registers: %v", err)
	}
}

// Who complained is told by right, with a reason, and written down; a confidential informant is known
// to the desk alone.
func TestContact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		open, secret := o.complain(), o.complain(func(in *intake.Registration) { in.Confidential, in.Phone = true, "+86 138 0000 0002" })
		for _, id := range []string{open.ID, secret.ID} {
			if _, err := o.take("desk", id, intake.StepRoute, map[string]any{"unit": o.squad}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.svc.Contact(ctx, o.actor("leader"), open.ID, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if c, err := o.svc.Contact(ctx, o.actor("leader"), open.ID, "先行联系"); err != nil || c.Phone != "13800000001" || c.Name != "周敏" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := o.svc.Contact(ctx, o.actor("leader"), secret.ID, "先行联系"); !fault.Is(err, "intake.confidential") {
			t.Errorf("a squad asks who informed: %v", err)
		}
		if d, err := o.svc.Detail(ctx, o.actor("leader"), secret.ID, "en"); err != nil || d.Contact.Name != "＊＊＊" || d.MayContact {
			t.Errorf("a squad sees %+v %v", d.Contact, err)
		}
		if c, err := o.svc.Contact(ctx, o.actor("desk"), secret.ID, "回访"); err != nil || c.Phone == "" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := o.svc.Contact(ctx, o.actor("auxiliary"), open.ID, "看看"); fault.KindOf(err) != fault.Refused {
			t.Errorf("an auxiliary asks: %v", err)
		}
		var looks int
		o.read(func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT count(*) FROM org_access WHERE what = 'contact'`).Scan(&looks)
		})
		if looks != 2 {
			t.Errorf("%d looks are written down", looks)
		}
		find := func(login, q string) int {
			rows, _, err := o.svc.List(ctx, o.actor(login), intake.Filter{Query: q, Phones: true}, "zh-CN")
			o.must(err)
			return len(rows)
		}
		for _, c := range []struct {
			login, q string
			n        int
		}{
			{"desk", "13800000001", 1}, {"desk", "138-0000-0002", 1}, {"leader", "13800000001", 1}, {"leader", "13800000002", 0}, {"auxiliary", "13800000001", 0},
			{"desk", "1380000", 0}, {"desk", "早餐", 2}, {"desk", "早餐 平型", 2}, {"desk", "晚餐", 0}, {"desk", "周敏", 0}, {"stranger", "早餐", 0}, {"desk", open.Number, 1},
		} {
			if n := find(c.login, c.q); n != c.n {
				t.Errorf("%s finds %d by %q, want %d", c.login, n, c.q, c.n)
			}
		}
		if rows, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Query: "13800000001"}, "zh-CN"); err != nil || len(rows) != 0 {
			t.Errorf("a number in an address finds %d %v", len(rows), err)
		}
	})
}

func TestListPagesWorkAndCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		var ids []string
		for i := range 7 {
			when := o.now.Add(-time.Duration(i/2) * time.Hour) // pairs have the same moment
			ids = append(ids, o.complain(func(in *intake.Registration) { in.ReceivedAt = &when }).ID)
		}
		var seen []string
		cursor := ""
		for {
			rows, next, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Limit: 2, Cursor: cursor}, "en")
			o.must(err)
			for _, r := range rows {
				seen = append(seen, r.ID)
				if r.Due == nil || r.Due.DueDate != "2026-03-09" || r.StateTitle != "Registered" || r.UnitName == "" {
					t.Errorf("row %+v", r)
				}
			}
			if cursor = next; next == "" {
				break
			}
		}
		all := slices.Clone(seen)
		slices.Sort(all)
		slices.Sort(ids)
		if !slices.Equal(all, ids) {
			t.Errorf("pages gave %d of %d, each once", len(seen), len(ids))
		}
		if _, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Cursor: "nonsense"}, "en"); !fault.Is(err, "list.cursor") {
			t.Errorf("a broken cursor: %v", err)
		}
		if _, err := o.take("desk", ids[0], intake.StepRoute, map[string]any{"unit": o.squad}); err != nil {
			t.Fatal(err)
		}
		work := func(login string) (items []string) {
			o.read(func(ctx context.Context, tx *store.Tx) error {
				list, err := o.svc.Work(ctx, tx, o.actor(login), "en")
				for _, w := range list {
					items = append(items, w.Group+" "+w.Step)
				}
				return err
			})
			return items
		}
		if got := work("leader"); !slices.Equal(got, []string{"due_today accept"}) && !slices.Equal(got, []string{"waiting accept"}) {
			t.Errorf("the leader's work is %q", got)
		}
		if got := work("desk"); len(got) != 6 {
			t.Errorf("the desk's work is %q", got)
		}
		for _, login := range []string{"officer1", "stranger", "head", "auxiliary", "admin"} {
			if got := work(login); len(got) != 0 {
				t.Errorf("the work of %s is %q", login, got)
			}
		}
		o.now = o.now.AddDate(0, 0, 14)
		if got := work("leader"); !slices.Equal(got, []string{"overdue accept"}) {
			t.Errorf("two weeks later the leader's work is %q", got)
		}
		rows, _, err := o.svc.List(ctx, o.actor("leader"), intake.Filter{Overdue: true, Units: []string{o.squad}, States: []string{intake.Routed}}, "en")
		if o.must(err); len(rows) != 1 {
			t.Errorf("%d overdue", len(rows))
		}
		o.read(func(ctx context.Context, tx *store.Tx) error {
			counts, err := o.svc.Counts(ctx, tx, o.actor("desk"))
			if counts[o.squad] != (intake.Count{Open: 7, Overdue: 7}) {
				t.Errorf("counts %+v", counts)
			}
			return err
		})
	})
}

func TestAccess(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	r := o.complain()
	for _, c := range []struct {
		login string
		add   bool
		kind  fault.Kind
	}{{"desk", true, 0}, {"head", false, 0}, {"head", true, fault.Refused}, {"stranger", false, fault.NotFound}} {
		o.read(func(ctx context.Context, tx *store.Tx) error {
			unit, err := o.svc.Access(ctx, tx, o.actor(c.login), r.ID, c.add)
			if c.kind == 0 && (err != nil || unit != o.bureau) || c.kind != 0 && fault.KindOf(err) != c.kind {
				t.Errorf("%s, add %v: %q %v", c.login, c.add, unit, err)
			}
			return nil
		})
	}
}
