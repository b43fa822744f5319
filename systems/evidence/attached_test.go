package evidence

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

// in has all matters belong to a unit as they are added to.
func (r *keepingRoom) in(unit string) {
	r.access = func(_ context.Context, _ *store.Tx, actor org.Actor, _ Subject, add bool) (string, error) {
		if !add && !actor.Can("evidence.read", unit) {
			return "", fault.New(fault.NotFound, "case.not_found")
		}
		return unit, nil
	}
}

// attached adds a file to a matter, and gives its id.
func (r *keepingRoom) attached(t *testing.T, s Subject, name string, content []byte) string {
	t.Helper()
	m, err := r.add(s, name, bytes.NewReader(content))
	must(t, err)
	return m.ID
}

// What was added to matters falls due as recordings do, by how the matter ended: a photo of a complaint six months after its end, also what the desk took in; not
// what belongs to a matter that runs, to a filed case, what a case names though its tie was ended, what was given outside for whatever purpose.
func TestAttachmentsFallDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		ended := r.now.AddDate(0, 1, 0)
		over, open, filed, unfiled, desk, elsewhere, given := Subject{"complaint", "over"}, Subject{"complaint", "open"}, Subject{"case", "filed"}, Subject{"case", "unfiled"}, Subject{"complaint", "desk"}, Subject{"complaint", "elsewhere"}, Subject{"complaint", "given"}
		for s, o := range map[Subject]Outcome{over: {Ended: &ended, Unit: r.squad}, open: {Unit: r.squad}, filed: {Filed: true, Ended: &ended, Unit: r.squad}, unfiled: {Ended: &ended, Unit: r.squad},
			desk: {Ended: &ended, Unit: r.squad}, elsewhere: {Ended: &ended, Unit: r.other}, given: {Ended: &ended, Unit: r.squad}} {
			r.outcomes[s] = o
		}
		r.in(r.squad)
		id := map[string]string{}
		for i, s := range []Subject{over, open, filed, unfiled, given} {
			id[s.ID] = r.attached(t, s, s.ID+".jpg", picture(byte(10*i+1)))
		}
		id["cited"] = r.attached(t, unfiled, "cited.jpg", picture(101))
		r.cites[id["cited"]] = true
		r.in(r.bureau)
		id["desk"], id["elsewhere"] = r.attached(t, desk, "desk.jpg", picture(111)), r.attached(t, elsewhere, "elsewhere.jpg", picture(121))
		r.in(r.squad)
		// A recording that was tied to a case, which names it; the tie was ended.
		film := r.record(t, 9, "named")
		tie, err := r.Tie(ctx, r.li, film, TieInput{Subject: "case:unfiled"})
		must(t, err)
		must(t, r.Untie(ctx, r.li, film, tie.ID, "关联错了"))
		r.cites[film] = true
		must(t, db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO evidence_exports (id, subject_type, subject_id, unit, purpose, recipient, reason, media, documents, at, by_person, by_name, state, manifest, file, size, why)
				VALUES ('x','','',$1,'other','x','',$2,'[]',$3,'p','p','made','','',0,'')`, r.squad, fmt.Sprintf(`["%s"]`, id["given"]), store.At(r.now))
			return err
		}))

		keep := func(name string) Keeping {
			t.Helper()
			about, err := r.About(ctx, r.head, id[name], "en")
			must(t, err)
			return *about.Keep
		}
		last := law.On(ended).AddMonths(6)
		r.now = last.End().Add(-time.Hour)
		if k := keep("over"); k.Due != last.String() || k.IsDue || k.Rule != RuleEnded {
			t.Errorf("on its last day: %+v", k)
		}
		if _, err := r.Draw(ctx, r.boss, r.squad, ""); !fault.Is(err, "evidence.nothing_due") {
			t.Errorf("on the last day: %v", err)
		}
		r.now = last.End().Add(time.Hour)
		for name, rule := range map[string]string{"open": RuleRunning, "filed": RuleCase, "cited": RuleCited, "given": RuleExported} {
			if k := keep(name); k.Rule != rule || k.Due != "" {
				t.Errorf("%s: %+v", name, k)
			}
		}
		e, err := r.Draw(ctx, r.boss, r.squad, "")
		must(t, err)
		e, err = r.Expiry(ctx, r.boss, e.ID, "en")
		must(t, err)
		var names []string
		for _, f := range e.Files {
			names = append(names, f.Name)
			if f.Kind != Picture || f.Subject == "" || f.Rule != RuleEnded {
				t.Errorf("%+v", f)
			}
		}
		slices.Sort(names)
		if want := []string{"desk.jpg", "over.jpg", "unfiled.jpg"}; !slices.Equal(names, want) {
			t.Fatalf("due are %v, want %v", names, want)
		}
		// In the last moment a case names one, and one is held.
		r.cites[id["unfiled"]] = true
		if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Media: id["desk"], Reason: "信访复查"}); err != nil {
			t.Fatal(err)
		}
		for _, who := range []org.Actor{r.head, r.legal} {
			if _, err := r.Approve(ctx, who, e.ID); err != nil {
				t.Fatal(err)
			}
		}
		r.old(t)
		before := len(r.kept(t))
		must(t, r.CarryOut(ctx))
		e, err = r.Expiry(ctx, r.boss, e.ID, "en")
		must(t, err)
		for _, f := range e.Files {
			if want := map[string]string{"over.jpg": FileDestroyed, "unfiled.jpg": FileKept, "desk.jpg": FileKept}[f.Name]; f.State != want {
				t.Errorf("%s is %s, want %s", f.Name, f.State, want)
			}
		}
		if n := len(r.kept(t)); n != before-1 {
			t.Errorf("%d files of %d are left", n, before)
		}
		if _, _, err := r.Open(ctx, r.head, id["over"]); !fault.Is(err, "evidence.destroyed") {
			t.Errorf("it opens: %v", err)
		}
		c, err := r.Custody(ctx, r.head, id["over"], "en")
		if err != nil || c.Gone == nil || c.Keep != nil || c.Items[len(c.Items)-1].Kind != entryDeleted || c.Media.Destroyed == nil {
			t.Errorf("the proof: %+v %v", c, err)
		}
		if list, err := r.List(ctx, r.head, over); err != nil || len(list) != 1 || list[0].Destroyed == nil {
			t.Errorf("the matter's list: %+v %v", list, err)
		}
		if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := Has(ctx, tx, over, id["over"]); !fault.Is(err, "evidence.destroyed") {
				t.Errorf("it may be named anew: %v", err)
			}
			left, err := Images(ctx, tx, over)
			if len(left) != 0 {
				t.Errorf("it would go out: %+v", left)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if _, err := r.add(over, "over.jpg", bytes.NewReader(picture(1))); !fault.Is(err, "evidence.destroyed") {
			t.Errorf("added again: %v", err)
		}
		// The leader of the bureau draws up what no squad has.
		list, err := r.Draw(ctx, r.chief, r.bureau, "")
		if err != nil || list.Listed != 1 {
			t.Errorf("%+v %v", list, err)
		}
		stats, err := r.Stats(ctx, r.head, "", law.On(testNow), law.On(testNow), "en")
		if err != nil || stats.Total.Files != 8 || stats.DueNow.Files != 1 || stats.Lasting.Files != 7 {
			t.Errorf("%+v %v", stats, err)
		}
	})
}

// What holds a whole unit, a person or a matter shows in the life of each file that it holds, from when to when; its reason for who may hold there.
func TestHoldsShowInTheLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		r.in(r.squad)
		r.withExports(t)
		hour := func() { r.now = r.now.Add(time.Hour) }
		first := r.record(t, 1, "first")
		day := law.On(r.now).String()
		hour()
		of := map[string]*Hold{}
		for name, in := range map[string]HoldInput{"unit": {Unit: r.bureau}, "person": {Person: r.li.Person}, "other": {Unit: r.other}} {
			in.Ground, in.From, in.To, in.Reason = RuleHold, day, day, "核查 "+name
			h, err := r.Hold(ctx, r.head, in)
			must(t, err)
			of[name] = h
		}
		hour()
		second := r.record(t, 2, "second") // held from when it came in
		held := func(who org.Actor, id string) map[string]HeldBy {
			t.Helper()
			c, err := r.Custody(ctx, who, id, "en")
			must(t, err)
			out := map[string]HeldBy{}
			for _, h := range c.Holds {
				out[h.Scope] = h
			}
			if !slices.IsSortedFunc(c.Items, func(a, b Handled) int { return a.At.Compare(b.At) }) || c.Items[0].Kind != EntryRecorded {
				t.Errorf("out of order: %+v", c.Items)
			}
			return out
		}
		for id, from := range map[string]time.Time{first: of["unit"].At, second: r.now} {
			h := held(r.head, id)
			if len(h) != 2 || !h[ScopeUnit].From.Equal(from) || h[ScopeUnit].Until != nil || h[ScopeUnit].Reason != "核查 unit" || !strings.Contains(h[ScopeUnit].What, day) || h[ScopePerson].Reason != "核查 person" || h[ScopePerson].What == "" {
				t.Errorf("held: %+v", h)
			}
		}
		if h := held(r.li, first); h[ScopeUnit].Reason != "" || h[ScopeUnit].From.IsZero() {
			t.Errorf("an officer reads %+v", h)
		}
		// A tie brings a matter's hold, and takes it along when it is ended.
		matter, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Subject: "case:wall", Reason: "诉讼"})
		must(t, err)
		hour()
		tie, err := r.Tie(ctx, r.li, second, TieInput{Subject: "case:wall"})
		must(t, err)
		tied := r.now
		hour()
		must(t, r.Untie(ctx, r.li, second, tie.ID, "关联错了"))
		if h := held(r.head, second)[ScopeMatter]; h.ID != matter.ID || !h.From.Equal(tied) || h.Until == nil || !h.Until.Equal(r.now) || h.Reason != "诉讼" {
			t.Errorf("of a matter: %+v", h)
		}
		if k := r.keep(t, first); k.Rule != RuleHold {
			t.Errorf("%+v", k)
		}
		hour()
		must(t, r.Release(ctx, r.legal, of["unit"].ID, "核查结束"))
		if h := held(r.head, first)[ScopeUnit]; h.Until == nil || !h.Until.Equal(r.now) {
			t.Errorf("taken off: %+v", h)
		}
		if k := r.keep(t, first); k.Rule != RuleHold { // the person's days are held still
			t.Errorf("%+v", k)
		}
		must(t, r.Release(ctx, r.legal, of["person"].ID, "核查结束"))
		if k := r.keep(t, first); k.Rule != RuleFilm {
			t.Errorf("%+v", k)
		}
		c, err := r.Custody(ctx, r.head, first, "zh-CN")
		must(t, err)
		kinds := map[string]int{}
		for _, h := range c.Items {
			kinds[h.Kind]++
			if h.Entry == "" {
				t.Errorf("without an entry: %+v", h)
			}
		}
		if kinds[entryHeld] != 2 || kinds[entryReleased] != 2 {
			t.Errorf("its life: %+v", c.Items)
		}
		text := ""
		for _, b := range (custodyReport{c, "局", r.now}).Content() {
			text += fmt.Sprint(b)
		}
		for _, want := range []string{"暂停销毁与永久保存", "核查 unit", "核查 person", clockTwoLines(of["unit"].At), clockTwoLines(r.now)} {
			if !strings.Contains(text, want) {
				t.Errorf("the report lacks %q: %s", want, text)
			}
		}
		if strings.Contains(text, "核查 other") {
			t.Error("another squad's hold stands in it")
		}
		r.agrees(t)
	})
}

func clockTwoLines(at time.Time) string { return strings.Replace(clockChinese(at), " ", "\n", 1) }

// A hold asks for exactly one thing; a matter may be named by its number, and one that is not there is said so.
func TestWhatIsHeld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		r.in(r.squad)
		r.exporting.Numbered = func(_ context.Context, _ *store.Tx, number string) (Subject, bool, error) {
			return wall, number == "立1号", nil
		}
		for name, in := range map[string]HoldInput{"nothing": {}, "two": {Media: "x", Unit: r.squad}, "two names of one": {Subject: "case:wall", Number: "立1号"}} {
			in.Ground, in.Reason = RuleHold, "x"
			if _, err := r.Hold(ctx, r.boss, in); !fault.Is(err, "evidence.hold_scope") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Number: "立2号", Reason: "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no such number: %v", err)
		}
		if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Person: r.wang.Person, From: "2026-11-23", To: "2026-11-23", Reason: "x"}); fault.KindOf(err) != fault.Refused {
			t.Errorf("somebody of another squad: %v", err)
		}
		h, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Number: " 立1号 ", Reason: "诉讼"})
		if err != nil || h.Subject != wall {
			t.Fatalf("%+v %v", h, err)
		}
		list, err := r.Holds(ctx, r.boss, wall, false)
		if err != nil || len(list.Items) != 1 || !list.MayHold || list.Items[0].MayRelease {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := r.Holds(ctx, r.legal, wall, false); err != nil || len(list.Items) != 1 || !list.Items[0].MayRelease {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := r.Holds(ctx, r.boss, Subject{"case", "door"}, false); err != nil || len(list.Items) != 0 || !list.MayHold {
			t.Errorf("%+v %v", list, err)
		}
	})
}
