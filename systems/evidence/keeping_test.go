package evidence

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/docking"
)

// Every rule that applies to a file, and which of them is the strongest.
func TestReasonsToKeep(t *testing.T) {
	day := func(text string) law.Date { d, err := law.ParseDate(text); must(t, err); return d }
	closed := time.Date(2026, 3, 31, 10, 0, 0, 0, law.Shanghai)
	months := map[string]int{Film: 6, Sound: 6, Picture: 9}
	outcomes := map[Subject]Outcome{{"case", "filed"}: {Filed: true, Ended: &closed}, {"case", "unfiled"}: {Ended: &closed}, {"complaint", "over"}: {Ended: &closed}, {"complaint", "open"}: {}}
	for _, c := range []struct {
		name, kind, since string
		matters           []Subject
		grounds           []string
		rule, until       string
	}{
		{"six months", Film, "2026-01-15", nil, nil, RuleFilm, "2026-07-15"},
		{"at the end of a month", Film, "2026-08-31", nil, nil, RuleFilm, "2027-02-28"},
		{"an office keeps longer", Picture, "2026-01-15", nil, nil, RulePicture, "2026-10-15"},
		{"a case that was filed", Film, "2026-01-15", []Subject{{"case", "filed"}}, nil, RuleCase, ""},
		{"a case that was not", Film, "2026-01-15", []Subject{{"case", "unfiled"}}, nil, RuleEnded, "2026-09-30"},
		{"a complaint that is over", Sound, "2026-01-15", []Subject{{"complaint", "over"}}, nil, RuleEnded, "2026-09-30"},
		{"over long before it came in", Sound, "2026-06-15", []Subject{{"complaint", "over"}}, nil, RuleSound, "2026-12-15"},
		{"one that runs", Sound, "2026-01-15", []Subject{{"complaint", "over"}, {"complaint", "open"}}, nil, RuleRunning, ""},
		{"one that nobody knows", Sound, "2026-01-15", []Subject{{"complaint", "?"}}, nil, RuleRunning, ""},
		{"obstruction", Film, "2020-01-15", nil, []string{RuleObstruction}, RuleObstruction, ""},
		{"held, of a case", Film, "2020-01-15", []Subject{{"case", "filed"}}, []string{RuleMajor, RuleHold}, RuleHold, ""},
	} {
		k := keepable{kind: c.kind, since: day(c.since), matters: c.matters, grounds: c.grounds}
		why := k.reasons(months, outcomes)
		slices.SortStableFunc(why, stronger)
		until := ""
		if !why[0].until.IsZero() {
			until = why[0].until.String()
		}
		if why[0].rule != c.rule || until != c.until {
			t.Errorf("%s: %v, want %s until %q", c.name, why, c.rule, c.until)
		}
	}
	for _, r := range Rules {
		for _, lang := range []string{"zh-CN", "en"} {
			source := r.source(lang)
			chinese := strings.ContainsFunc(source, func(c rune) bool { return unicode.Is(unicode.Han, c) })
			if source == "" || strings.Contains(source, "evidence.") || chinese != (lang == "zh-CN") {
				t.Errorf("the source of %s in %s: %s", r.Code, lang, source)
			}
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keepingRoom has recordings of one squad, and people who draw up and approve.
type keepingRoom struct {
	*squadRoom
	bureau             string
	head, legal, chief org.Actor
	media              map[string]string // by seed
	outcomes           map[Subject]Outcome
	cites              map[string]bool // by file
}

func newKeepingRoom(t *testing.T, db *store.DB) *keepingRoom {
	t.Helper()
	r := &keepingRoom{squadRoom: newSquadRoom(t, db), media: map[string]string{}, outcomes: map[Subject]Outcome{}, cites: map[string]bool{}}
	ctx := context.Background()
	people := org.New(db, func() time.Time { return r.now })
	must(t, db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT id FROM org_v_units WHERE kind = 'bureau'`).Scan(&r.bureau)
	}))
	person := func(login string, roles ...string) (actor org.Actor) {
		in := org.PersonInput{Password: "a long enough one 2026", Person: org.Person{Login: login, Name: login, Kind: org.Staff, Unit: r.bureau}}
		for _, role := range roles {
			in.Roles = append(in.Roles, org.Grant{Role: role, Unit: r.bureau})
		}
		p, err := people.AddPerson(ctx, org.Program("test"), in)
		must(t, err)
		must(t, db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			actor, err = org.ActorOf(ctx, tx, p.ID, law.On(r.now))
			return err
		}))
		return actor
	}
	r.head, r.legal, r.chief = person("head", org.Head), person("legal", org.Legal), person("chief", org.Head, org.Leader)
	r.Keeps(func(_ context.Context, _ *store.Tx, _ []Subject) (map[Subject]Outcome, error) { return r.outcomes, nil }, func(_ context.Context, _ *store.Tx, files map[Subject][]string) (map[string]bool, error) {
		out := map[string]bool{}
		for _, media := range files {
			for _, id := range media {
				out[id] = r.cites[id]
			}
		}
		for id, is := range out {
			if !is {
				delete(out, id)
			}
		}
		return out, nil
	})
	return r
}

// record takes in a film of li's, and gives its id.
func (r *keepingRoom) record(t *testing.T, seed byte, name string) string {
	t.Helper()
	rec, repeated, err := r.Record(context.Background(), org.Program("import"), Found{Path: name, Content: bytes.NewReader(clip(r.now, time.Minute, seed)), Unit: r.squad, Zone: law.Shanghai,
		Claims: []docking.Claim{{Source: "path", Officer: "012345", Device: "DSJ0012", Began: r.now}}})
	must(t, err)
	if repeated {
		t.Fatalf("%s is there already", name)
	}
	r.media[name] = rec.ID
	return rec.ID
}

func (r *keepingRoom) keep(t *testing.T, id string) Keeping {
	t.Helper()
	c, err := r.Custody(context.Background(), r.boss, id, "en")
	must(t, err)
	if c.Recording.Keep == nil {
		t.Fatalf("%s is not kept: %+v", id, c.Recording.Gone)
	}
	return *c.Recording.Keep
}

// old makes all files look as if they came in long ago.
func (r *keepingRoom) old(t *testing.T) {
	for _, sum := range r.kept(t) {
		if digest.MatchString(sum) {
			must(t, os.Chtimes(r.files.path(sum), time.Now(), time.Now().Add(-2*time.Hour)))
		}
	}
}

func (r *keepingRoom) agrees(t *testing.T) {
	t.Helper()
	if report, err := ledger.Check(context.Background(), r.db, ledger.CheckOptions{}); err != nil || len(report.Findings) > 0 {
		t.Errorf("the log: %v %v", report.Findings, err)
	}
}

// A list: what is due is on it, what is tied or held is not; two others approve; one is struck out, one is tied in the last moment; what goes leaves its proof,
// and its bytes go when nobody else has them.
func TestExpiry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		for i, name := range []string{"goes", "struck", "tied late", "held", "obstructed", "shared", "of a case"} {
			r.record(t, byte(i+1), name)
		}
		held, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Media: r.media["held"], Reason: "复议期间"})
		must(t, err)
		if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleObstruction, Media: r.media["obstructed"], Reason: "当事人推搡队员"}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Hold(ctx, r.li, HoldInput{Ground: RuleHold, Media: r.media["goes"], Reason: "x"}); !fault.Is(err, "refused.unit") && !fault.Is(err, "refused") {
			t.Errorf("an officer holds: %v", err)
		}
		// The same content belongs to a case too.
		r.adds(t, Subject{"case", "wall"}, 6)
		if _, err := r.Tie(ctx, r.li, r.media["of a case"], TieInput{Subject: "case:wall"}); err != nil {
			t.Fatal(err)
		}
		r.outcomes[Subject{"case", "wall"}] = Outcome{Filed: true}
		if _, err := r.Draw(ctx, r.boss, r.squad, ""); !fault.Is(err, "evidence.nothing_due") {
			t.Errorf("on the first day: %v", err)
		}
		if k := r.keep(t, r.media["goes"]); k.Due != "2027-05-23" || k.IsDue || k.Rule != RuleFilm || k.Source == "" {
			t.Errorf("due: %+v", k)
		}
		if k := r.keep(t, r.media["of a case"]); k.Due != "" || k.Rule != RuleCase || !slices.Equal(k.Also, []string{RuleFilm}) {
			t.Errorf("of a case: %+v", k)
		}
		r.now = time.Date(2027, 5, 23, 23, 0, 0, 0, law.Shanghai)
		if _, err := r.Draw(ctx, r.boss, r.squad, ""); !fault.Is(err, "evidence.nothing_due") {
			t.Errorf("on the last day: %v", err)
		}
		r.now = time.Date(2027, 5, 24, 1, 0, 0, 0, law.Shanghai)
		if _, err := r.Draw(ctx, r.wang, r.squad, ""); err == nil {
			t.Error("an officer of another squad draws up a list")
		}
		e, err := r.Draw(ctx, r.boss, r.squad, "五月")
		must(t, err)
		if e, err = r.Expiry(ctx, r.boss, e.ID, "en"); err != nil || len(e.Files) != 4 || e.Listed != 4 || e.Files[0].Due != "2027-05-23" || e.Files[0].Why == "" {
			t.Fatalf("%+v %v", e, err)
		}
		if _, err := r.Draw(ctx, r.boss, r.squad, ""); !fault.Is(err, "evidence.nothing_due") {
			t.Errorf("a second list of the same: %v", err)
		}
		if _, err := r.Expiry(ctx, r.wang, e.ID, ""); !fault.Is(err, "evidence.no_list") {
			t.Errorf("another squad's officer sees it: %v", err)
		}
		if _, err := r.Approve(ctx, r.boss, e.ID); err == nil {
			t.Error("who drew it up approves")
		}
		if e, err = r.Approve(ctx, r.head, e.ID); err != nil || e.State != ListOpen || len(e.Approvals) != 1 {
			t.Fatalf("%+v %v", e, err)
		}
		if _, err := r.Approve(ctx, r.head, e.ID); !fault.Is(err, "evidence.approved_already") {
			t.Errorf("the same approves twice: %v", err)
		}
		must(t, r.Strike(ctx, r.legal, e.ID, r.media["struck"], "拟用于培训"))
		if err := r.Strike(ctx, r.legal, e.ID, r.media["struck"], "again"); !fault.Is(err, "evidence.list_over") {
			t.Errorf("struck twice: %v", err)
		}
		must(t, r.CarryOut(ctx))
		if n := len(r.kept(t)); n != 7 {
			t.Fatalf("%d files after one word", n)
		}
		if e, err = r.Approve(ctx, r.legal, e.ID); err != nil || e.State != ListApproved {
			t.Fatalf("%+v %v", e, err)
		}
		if _, err := r.Tie(ctx, r.li, r.media["tied late"], TieInput{Subject: "case:wall"}); err != nil {
			t.Fatal(err)
		}
		r.old(t)
		must(t, r.CarryOut(ctx))
		must(t, r.CarryOut(ctx)) // again does nothing
		e, err = r.Expiry(ctx, r.head, e.ID, "zh-CN")
		must(t, err)
		states := map[string]string{}
		for _, f := range e.Files {
			states[f.Name] = f.State
		}
		if e.State != ListDone || states["goes"] != FileDestroyed || states["shared"] != FileDestroyed || states["struck"] != FileStruck || states["tied late"] != FileKept {
			t.Fatalf("%s %v", e.State, states)
		}
		// One file is gone; that which a case has too is not.
		if n := len(r.kept(t)); n != 6 {
			t.Errorf("%d files are left, want 6: %v", n, r.kept(t))
		}
		for _, name := range []string{"goes", "shared"} {
			if _, _, err := r.Open(ctx, r.boss, r.media[name]); !fault.Is(err, "evidence.destroyed") {
				t.Errorf("%s opens: %v", name, err)
			}
			if _, err := r.Tie(ctx, r.li, r.media[name], TieInput{Subject: "case:wall"}); !fault.Is(err, "evidence.destroyed") {
				t.Errorf("%s is tied: %v", name, err)
			}
			if _, err := r.Claim(ctx, r.boss, r.media[name], ClaimInput{OfficerNo: "012347", Reason: "x"}); !fault.Is(err, "evidence.destroyed") {
				t.Errorf("%s is put right: %v", name, err)
			}
			if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleHold, Media: r.media[name], Reason: "x"}); !fault.Is(err, "evidence.destroyed") {
				t.Errorf("%s is held: %v", name, err)
			}
		}
		if _, file, err := r.Open(ctx, officer, r.one(t, `SELECT id FROM evidence_media WHERE subject_type = 'case'`)); err != nil {
			t.Errorf("the case's own: %v", err)
		} else {
			file.Close()
		}
		c, err := r.Custody(ctx, r.boss, r.media["goes"], "en")
		must(t, err)
		last := c.Items[len(c.Items)-1]
		if g := c.Recording.Gone; g == nil || g.DrawnBy != "boss" || !slices.Equal(g.Approvers, []string{"head", "legal"}) || g.Rule != RuleFilm || last.Kind != entryDeleted || last.Title == "" || c.Recording.Device != "DSJ0012" || c.Recording.SHA256 == "" || len(c.Recording.Claims) != 0 {
			t.Errorf("the proof: %+v %+v", c.Recording, last)
		}
		// It does not come back by being taken in again.
		if _, _, err := r.Record(ctx, org.Program("import"), Found{Path: "goes", Content: bytes.NewReader(clip(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), time.Minute, 1)), Unit: r.squad, Zone: law.Shanghai}); !fault.Is(err, "evidence.destroyed") || len(r.kept(t)) != 6 {
			t.Errorf("taken in again: %v, %d files", err, len(r.kept(t)))
		}
		report, err := r.files.Check(ctx, db, true, func(int) {})
		if err != nil || len(report.Findings) != 0 || report.Destroyed != 2 || report.Leaving != 0 || report.Files != 6 {
			t.Errorf("%+v %v", report, err)
		}
		// Bytes that are there although they should not be are found.
		gone := c.Recording.SHA256
		must(t, os.WriteFile(r.files.path(gone), []byte("back"), 0o600))
		if report, err := r.files.Check(ctx, db, false, func(int) {}); err != nil || len(report.Findings) != 1 || report.Findings[0].Code != FoundLeft || report.Findings[0].SHA256 != gone {
			t.Errorf("%+v %v", report, err)
		}
		must(t, os.Remove(r.files.path(gone)))
		// Released, the held one is due and goes with the next list.
		if err := r.Release(ctx, r.boss, held.ID, "复议结束"); err == nil {
			t.Error("a leader takes a hold off")
		}
		must(t, r.Release(ctx, r.legal, held.ID, "复议结束"))
		if k := r.keep(t, r.media["held"]); !k.IsDue {
			t.Errorf("released: %+v", k)
		}
		again, err := r.Draw(ctx, r.chief, r.bureau, "")
		if err != nil || again.Listed != 2 {
			t.Fatalf("%+v %v", again, err)
		}
		if _, err := r.Approve(ctx, r.chief, again.ID); !fault.Is(err, "evidence.own_list") {
			t.Errorf("a head who drew it up approves: %v", err)
		}
		must(t, r.Refuse(ctx, r.legal, again.ID, "等会商"))
		if _, err := r.Approve(ctx, r.head, again.ID); !fault.Is(err, "evidence.list_over") {
			t.Errorf("a refused list: %v", err)
		}
		r.agrees(t)
	})
}

// A unit's days are held; the office may not keep shorter; a family is kept together, and goes together.
func TestFamiliesAndUnitsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		parent, child, other := r.record(t, 1, "parent"), r.record(t, 2, "child"), r.record(t, 3, "other")
		r.derived(t, parent, child)
		hold, err := r.Hold(ctx, r.head, HoldInput{Ground: RuleHold, Unit: r.bureau, From: "2026-11-23", To: "2026-11-23", Reason: "群体性事件核查"})
		must(t, err)
		r.now = r.now.AddDate(1, 0, 0)
		if k := r.keep(t, other); k.Rule != RuleHold || k.Due != "" {
			t.Errorf("a bureau's day is held: %+v", k)
		}
		must(t, r.Release(ctx, r.head, hold.ID, "核查结束"))
		next, err := r.Hold(ctx, r.head, HoldInput{Ground: RuleHold, Unit: r.bureau, From: "2026-11-24", To: "2026-11-30", Reason: "另一周"})
		must(t, err)
		if k := r.keep(t, other); !k.IsDue {
			t.Errorf("another week is held: %+v", k)
		}
		must(t, r.Release(ctx, r.head, next.ID, "核查结束"))
		if _, err := r.Hold(ctx, r.boss, HoldInput{Ground: RuleMajor, Media: child, Reason: "突发事件"}); err != nil {
			t.Fatal(err)
		}
		if k := r.keep(t, parent); k.Rule != RuleMajor || k.Due != "" {
			t.Errorf("the parent of what is kept: %+v", k)
		}
		e, err := r.Draw(ctx, r.boss, r.squad, "")
		if err != nil || e.Listed != 1 {
			t.Fatalf("%+v %v", e, err)
		}
		must(t, r.Refuse(ctx, r.boss, e.ID, "先等等"))
		must(t, db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { // the child's ground was wrong
			holds, err := holdsWhere(ctx, tx, `h.ended_at IS NULL`, 1)
			hold = &holds[0]
			return err
		}))
		must(t, r.Release(ctx, r.legal, hold.ID, "标错了"))
		e, err = r.Draw(ctx, r.boss, r.squad, "")
		if err != nil || e.Listed != 3 {
			t.Fatalf("%+v %v", e, err)
		}
		must(t, r.Strike(ctx, r.boss, e.ID, child, "留用"))
		for _, who := range []org.Actor{r.head, r.legal} {
			if _, err := r.Approve(ctx, who, e.ID); err != nil {
				t.Fatal(err)
			}
		}
		r.old(t)
		must(t, r.CarryOut(ctx))
		e, err = r.Expiry(ctx, r.boss, e.ID, "en")
		must(t, err)
		for _, f := range e.Files {
			if want := map[string]string{"parent": FileKept, "child": FileStruck, "other": FileDestroyed}[f.Name]; f.State != want {
				t.Errorf("%s is %s, want %s (%s)", f.Name, f.State, want, f.Reason)
			}
		}
		r.agrees(t)
	})
}

// The server dies between the word of the log and the disk: the bytes go when it is up again. What comes in at that moment keeps its bytes.
func TestRemovalGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newKeepingRoom(t, db), context.Background()
		r.record(t, 1, "a")
		r.record(t, 2, "b")
		r.now = r.now.AddDate(1, 0, 0)
		e, err := r.Draw(ctx, r.boss, r.squad, "")
		must(t, err)
		for _, who := range []org.Actor{r.head, r.legal} {
			if _, err := r.Approve(ctx, who, e.ID); err != nil {
				t.Fatal(err)
			}
		}
		if more := false; db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			more, err = r.destroyNext(ctx, tx, e.ID)
			return err
		}) != nil || !more {
			t.Fatal("the first was not destroyed")
		}
		if n := len(r.kept(t)); n != 2 {
			t.Fatalf("%d files before the disk was touched", n)
		}
		if report, err := r.files.Check(ctx, db, true, func(int) {}); err != nil || len(report.Findings) != 0 || report.Leaving != 1 || report.Destroyed != 1 {
			t.Errorf("between: %+v %v", report, err)
		}
		// Files that came within the hour are left for the next time.
		must(t, r.CarryOut(ctx))
		if n := len(r.kept(t)); n != 2 {
			t.Errorf("%d files, want both: they are new", n)
		}
		r.old(t)
		// An upload of the same bytes is whole, and not yet catalogued.
		content := clip(testNow, time.Minute, 2)
		in, err := r.Begin(ctx, officer, Beginning{Subject: wall, Name: "b.mp4", Size: int64(len(content))})
		must(t, err)
		_, err = r.Receive(ctx, in, bytes.NewReader(content), nil)
		must(t, err)
		must(t, r.CarryOut(ctx))
		if left := strings.Join(r.kept(t), " "); len(r.kept(t)) != 2 || !strings.Contains(left, in.ID) {
			t.Errorf("left are %s", left)
		}
		if _, err := r.Finish(ctx, officer, in); err != nil {
			t.Errorf("the upload: %v", err)
		}
		r.agrees(t)
	})
}

func (r *keepingRoom) adds(t *testing.T, s Subject, seed byte) {
	t.Helper()
	_, err := r.add(s, "the same.mp4", bytes.NewReader(clip(r.now, time.Minute, seed)))
	must(t, err)
}

func (r *keepingRoom) one(t *testing.T, query string) (out string) {
	t.Helper()
	must(t, r.db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query).Scan(&out) }))
	return out
}

// derived writes that a file was made of another.
func (r *keepingRoom) derived(t *testing.T, parent, child string) {
	t.Helper()
	must(t, r.db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_derived (media, parent, how, params, tool, reason, at, by_person, by_name) VALUES ($1,$2,'part','{}','x','x',$3,'p','p')`, child, parent, store.At(r.now)); err != nil {
			return err
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: EntryDerived, Subject: mediaSubject(child), Actor: "p", At: r.now, Body: map[string]any{}, Rows: []ledger.Row{{Table: "evidence_derived", Key: child}}})
		return err
	}))
}
