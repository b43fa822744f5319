package evidence

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/api"
	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/docking"
)

// clip is a film that says when it was begun and how long it is; seed makes it another one.
func clip(began time.Time, long time.Duration, seed byte) []byte {
	box := func(kind string, content []byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
	}
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head[4:], uint32(began.Unix()+2082844800))
	binary.BigEndian.PutUint32(head[12:], 1000)
	binary.BigEndian.PutUint32(head[16:], uint32(long.Milliseconds()))
	return bytes.Join([][]byte{box("ftyp", []byte("isom\x00\x00\x02\x00isom")), box("moov", box("mvhd", head)), box("mdat", bytes.Repeat([]byte{seed}, 200))}, nil)
}

// squadRoom is a room with a bureau, two squads and their people.
type squadRoom struct {
	*room
	squad, other   string
	li, wang, boss org.Actor
}

func newSquadRoom(t *testing.T, db *store.DB) *squadRoom {
	t.Helper()
	r := &squadRoom{room: newRoom(t, db)}
	ctx, people := context.Background(), org.New(db, func() time.Time { return r.now })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	unit := func(parent, kind, name string) string {
		u, err := people.CreateUnit(ctx, org.Program("test"), org.Unit{Parent: parent, Kind: kind, Name: name})
		must(err)
		return u.ID
	}
	district := unit("", "district", "静安区")
	bureau := unit(district, "bureau", "局")
	r.squad, r.other = unit(bureau, "squad", "大宁中队"), unit(bureau, "squad", "彭浦中队")
	person := func(login, in, role, certificate string) (actor org.Actor) {
		input := org.PersonInput{Password: "a long enough one 2026", Person: org.Person{Login: login, Name: login, Kind: org.Officer, Unit: in, Certificate: certificate}, Roles: []org.Grant{{Role: role, Unit: in}}}
		input.CertificateUntil = law.Date{Year: 2030, Month: 1, Day: 1}
		p, err := people.AddPerson(ctx, org.Program("test"), input)
		must(err)
		must(db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			actor, err = org.ActorOf(ctx, tx, p.ID, law.On(r.now))
			return err
		}))
		return actor
	}
	r.li, r.wang = person("li", r.squad, org.Officer, "012345"), person("wang", r.other, org.Officer, "012346")
	r.boss = person("boss", r.squad, org.Leader, "012347")
	return r
}

func (r *squadRoom) takeAll(t *testing.T, files fstest.MapFS, drifts map[string]time.Duration) map[string]FolderFile {
	t.Helper()
	patterns, err := docking.Shipped(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]FolderFile{}
	if err := r.TakeFolder(context.Background(), org.Program("import"), Folder{Files: files, Patterns: patterns, Unit: r.other, Zone: law.Shanghai, Drifts: drifts}, func(f FolderFile) { out[f.Path] = f }); err != nil {
		t.Fatal(err)
	}
	return out
}

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, law.Shanghai)

// A station's folder is taken in: whose each recording is, when it was by a clock that was put right, what it says itself; what is wrong with one
// is said of it, and the others go on. Taken in again nothing is there twice.
func TestTakeFolder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		files := fstest.MapFS{
			"DSJ0012_012345_20261123090000_0001.mp4":     {Data: clip(nine, time.Minute, 1)},
			"DSJ0012_012345_20261123090130_0002_IMP.mp4": {Data: clip(nine.Add(90*time.Second), 30*time.Second, 2)},
			"BWC0099/20261123/101500.mp4":                {Data: clip(nine.Add(75*time.Minute).UTC(), time.Minute, 3)},
			"BWC0099/20261123/101500.json":               {Data: []byte(`{"userNo":"012346","deviceClock":"2026-11-23 18:01:00","station":"2026-11-23 18:00:00","lon":121.45,"lat":31.28}`)},
			"nobody.mp4":                                 {Data: clip(time.Unix(-2082844800, 0), time.Minute, 4)},
			"cut.mp4":                                    {Data: clip(nine, time.Minute, 5)[:60]},
			"virus.mp4":                                  {Data: []byte("MZ\x90\x00 a program that is called a film .......................")},
			"empty.mp4":                                  {Data: nil},
			"half.mp4.part":                              {Data: []byte("x")},
			".hidden/a.mp4":                              {Data: clip(nine, time.Minute, 6)},
			".DS_Store":                                  {Data: []byte("x")},
			"linked.mp4":                                 {Data: []byte("nobody.mp4"), Mode: fs.ModeSymlink},
			"alone.xml":                                  {Data: []byte("<x/>")},
		}
		left := r.files.incoming("up-killed") // of an import that was killed
		if err := errors.Join(os.WriteFile(left, []byte("x"), 0o600), os.Chtimes(left, r.now.Add(-2*abandoned), r.now.Add(-2*abandoned))); err != nil {
			t.Fatal(err)
		}
		got := r.takeAll(t, files, map[string]time.Duration{"dsj0012": -20 * time.Second})
		first := got["DSJ0012_012345_20261123090000_0001.mp4"].Recording
		if first == nil || first.Officer != r.li.Person || first.Unit != r.squad || first.Device != "DSJ0012" || !first.Began.Equal(nine.Add(20*time.Second)) || !first.Told.Equal(nine) || !first.Ended.Equal(nine.Add(80*time.Second)) || first.Kind != Film || first.DriftMS != -20_000 {
			t.Fatalf("the first: %+v", first)
		}
		if second := got["DSJ0012_012345_20261123090130_0002_IMP.mp4"].Recording; second == nil || !second.Marked {
			t.Errorf("marked: %+v", second)
		}
		third := got["BWC0099/20261123/101500.mp4"].Recording
		if third == nil || third.Officer != r.wang.Person || third.Unit != r.other || !third.Began.Equal(nine.Add(74*time.Minute)) || third.DriftMS != 60_000 || third.Lon == nil || len(third.Claims) != 3 {
			t.Errorf("with a sidecar: %+v", third)
		}
		if lost := got["nobody.mp4"].Recording; lost == nil || lost.Officer != "" || lost.Began != nil || lost.Unit != r.other {
			t.Errorf("nobody's: %+v", lost)
		}
		for name, code := range map[string]string{"cut.mp4": "evidence.broken", "virus.mp4": "evidence.type", "empty.mp4": "evidence.empty"} {
			if !fault.Is(got[name].Refused, code) {
				t.Errorf("%s: %v, want %s", name, got[name].Refused, code)
			}
		}
		skipped := map[string]string{}
		for name, f := range got {
			if f.Skipped != "" {
				skipped[name] = f.Skipped
			}
		}
		if want := map[string]string{"half.mp4.part": SkipHalf, ".hidden": SkipHidden, ".DS_Store": SkipHidden, "linked.mp4": SkipLink, "alone.xml": SkipAlone, "BWC0099/20261123/101500.json": SkipBeside}; !maps.Equal(skipped, want) {
			t.Errorf("skipped %v, want %v", skipped, want)
		}
		if !got["half.mp4.part"].Waits || len(got)-len(skipped)+1 != 8 {
			t.Errorf("%d files, half a one waits: %v", len(got), got["half.mp4.part"].Waits)
		}
		if n := len(r.kept(t)); n != 4 {
			t.Errorf("%d files are kept, want 4: %v", n, r.kept(t))
		}
		for name, f := range r.takeAll(t, files, nil) {
			if f.Recording != nil && !f.Repeated {
				t.Errorf("%s was taken in twice", name)
			}
		}
		if report, err := ledger.Check(context.Background(), db, ledger.CheckOptions{}); err != nil || len(report.Findings) > 0 {
			t.Errorf("%v %v", report.Findings, err)
		}
	})
}

// Somebody's day: his recordings along his steps, the silence between two, the step that nobody recorded, what each may belong to; tied, taken back.
func TestDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		lon, lat := 121.45, 31.28
		steps := []api.DayStep{
			{System: "case", Matter: "wall", Number: "立〔2026〕1号", ID: "s1", Step: "inspect", Name: "现场检查", At: nine.Add(40 * time.Second), Lon: &lon, Lat: &lat, Films: true},
			{System: "complaint", Matter: "stall", Number: "JX1", ID: "s2", Step: "handle", Name: "现场处置", At: nine.Add(6 * time.Minute)},
			{System: "case", Matter: "wall", Number: "立〔2026〕1号", ID: "s3", Step: "seize", Name: "查封扣押", At: nine.Add(5 * time.Hour), Films: true},
		}
		r.Along(func(context.Context, *store.Tx, org.Actor, string, time.Time, time.Time, string) ([]api.DayStep, error) {
			return steps, nil
		})
		got := r.takeAll(t, fstest.MapFS{
			"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)},
			"DSJ0012_012345_20261123090130_0002.mp4": {Data: clip(nine.Add(90*time.Second), 30*time.Second, 2)},
		}, nil)
		id := got["DSJ0012_012345_20261123090000_0001.mp4"].Recording.ID
		date := law.On(nine)
		d, err := r.Day(ctx, r.li, r.li.Person, date, "zh-CN")
		if err != nil || len(d.Recordings) != 2 || len(d.Steps) != 3 {
			t.Fatalf("%+v %v", d, err)
		}
		if p := d.Recordings[0].Proposals; len(p) != 2 || p[0].Step.ID != "s1" || p[1].Step.ID != "s2" || !strings.Contains(p[1].Reason, "5 分钟") {
			t.Errorf("proposed: %+v", p)
		}
		if len(d.Gaps) != 1 || !d.Gaps[0].From.Equal(nine.Add(time.Minute)) || d.Gaps[0].To.Sub(d.Gaps[0].From) != 30*time.Second {
			t.Errorf("gaps: %+v", d.Gaps)
		}
		if len(d.Missing) != 1 || d.Missing[0] != "s3" {
			t.Errorf("missing: %v", d.Missing)
		}
		tie, err := r.Tie(ctx, r.li, id, TieInput{Subject: "case:wall", Step: "s1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Tie(ctx, r.li, id, TieInput{Subject: "case:wall", Step: "s1"}); !fault.Is(err, "evidence.tied") {
			t.Errorf("tied twice: %v", err)
		}
		for _, wrong := range []TieInput{{Subject: "case:wall", Step: "s2"}, {Subject: "complaint:stall", Step: "s1"}, {Subject: "case:wall", Step: "made up"}} {
			if _, err := r.Tie(ctx, r.li, id, wrong); !fault.Is(err, "evidence.step") {
				t.Errorf("tied to %+v: %v", wrong, err)
			}
		}
		for subject, code := range map[string]string{"case:hidden": "intake.not_found", "case:closed": "refused.unit", "unit:" + r.squad: "evidence.subject"} {
			if _, err := r.Tie(ctx, r.li, id, TieInput{Subject: subject}); !fault.Is(err, code) {
				t.Errorf("tied to %s: %v", subject, err)
			}
		}
		if list, err := r.List(ctx, officer, wall); err != nil || len(list) != 1 || list[0].ID != id {
			t.Errorf("the case's media: %+v %v", list, err)
		}
		d, err = r.Day(ctx, r.boss, r.li.Person, date, "en")
		if err != nil || len(d.Recordings[0].Proposals) != 0 || len(d.Recordings[0].Ties) != 1 || d.Recordings[0].Ties[0].Number != "立〔2026〕1号" || d.Recordings[0].Ties[0].Title != "现场检查" {
			t.Errorf("the leader sees %+v %v", d, err)
		}
		// Who is of another squad sees neither the day nor the recording, but where it belongs to a matter that he may see.
		if _, err := r.Day(ctx, r.wang, r.li.Person, date, "en"); !fault.Is(err, "evidence.not_found") {
			t.Errorf("another squad's day: %v", err)
		}
		second := got["DSJ0012_012345_20261123090130_0002.mp4"].Recording.ID
		if _, _, err := r.Open(ctx, r.wang, second); !fault.Is(err, "evidence.not_found") {
			t.Errorf("another squad's recording: %v", err)
		}
		if _, f, err := r.Open(ctx, r.wang, id); err != nil {
			t.Errorf("of a case that he may see: %v", err)
		} else {
			f.Close()
		}
		for actor, want := range map[*org.Actor]int{&r.li: 2, &r.boss: 2, &r.wang: 0} {
			if page, err := r.Recordings(ctx, *actor, RecordingsQuery{}); err != nil || len(page.Items) != want {
				t.Errorf("%s lists %d, want %d: %v", actor.Name, len(page.Items), want, err)
			}
		}
		page, err := r.Recordings(ctx, r.boss, RecordingsQuery{Limit: 1})
		if err != nil || len(page.Items) != 1 || page.Next == "" {
			t.Fatalf("a page: %+v %v", page, err)
		}
		if rest, err := r.Recordings(ctx, r.boss, RecordingsQuery{Limit: 1, After: page.Next}); err != nil || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].ID == page.Items[0].ID {
			t.Errorf("the next page: %+v %v", rest, err)
		}
		if page, err := r.Recordings(ctx, r.boss, RecordingsQuery{Untied: true}); err != nil || len(page.Items) != 1 || page.Items[0].ID != second {
			t.Errorf("untied: %+v %v", page, err)
		}
		if err := r.Untie(ctx, r.li, id, tie.ID, " "); !fault.Is(err, "form") {
			t.Errorf("taken back without a reason: %v", err)
		}
		if err := r.Untie(ctx, r.li, id, tie.ID, "关联错了"); err != nil {
			t.Error(err)
		}
		if list, err := r.List(ctx, officer, wall); err != nil || len(list) != 0 {
			t.Errorf("taken back: %+v %v", list, err)
		}
		// Its whole life is one list: taken in, seen once by whoever asked for it in pieces, tied, taken back.
		m, f, err := r.Open(ctx, r.boss, id)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		for range 3 { // whichever piece comes first
			if err := r.seen(ctx, r.boss, m); err != nil {
				t.Fatal(err)
			}
		}
		c, err := r.Custody(ctx, r.boss, id, "en")
		if err != nil {
			t.Fatal(err)
		}
		var life []string
		for _, h := range c.Items {
			life = append(life, h.Title+" "+h.Who)
		}
		if got := strings.Join(life, "; "); got != "Taken in The program; Tied li; Tie taken back li; Seen boss" || c.Items[2].Reason != "关联错了" || c.Items[1].About != "case:wall" {
			t.Errorf("its life: %s, %+v", got, c.Items)
		}
		if _, err := r.Custody(ctx, r.wang, id, "en"); !fault.Is(err, "evidence.not_found") {
			t.Errorf("another squad hears of its life: %v", err)
		}
		if report, err := ledger.Check(ctx, db, ledger.CheckOptions{}); err != nil || len(report.Findings) > 0 {
			t.Errorf("%v %v", report.Findings, err)
		}
	})
}

// locked is a folder of which one below cannot be read.
type locked struct{ fstest.MapFS }

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "shut" {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadDir(name)
}

// A folder that cannot be read is named, and what lies beside it is taken in; where the folder is watched it is named once.
func TestOneFolderCannotBeRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		files := locked{fstest.MapFS{"shut/a.mp4": {Data: clip(nine, time.Minute, 1)}, "open/DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 2)}}}
		in := Folder{Files: files, Unit: r.other, Zone: law.Shanghai, Told: map[string]FileState{}}
		for turn, want := range []map[string]bool{{"shut": true, "open/DSJ0012_012345_20261123090000_0001.mp4": false}, {}} {
			got := map[string]bool{}
			if err := r.TakeFolder(context.Background(), org.Program("import"), in, func(f FolderFile) {
				if !f.Waits {
					got[f.Path] = fault.Is(f.Refused, "import.file_unreadable")
				}
			}); err != nil || !maps.Equal(got, want) {
				t.Errorf("turn %d: %v %v; want %v", turn, got, err, want)
			}
		}
	})
}

// A film that goes on after midnight stands on both days.
func TestDayOfANight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		late := time.Date(2026, 11, 22, 23, 59, 0, 0, law.Shanghai)
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261122235900_0001.mp4": {Data: clip(late, 2*time.Minute, 1)}, "DSJ0012_012345_20261122235800_0001.mp4": {Data: clip(late.Add(-time.Minute), time.Minute, 2)},
			"DSJ0012_012345_20261123000000_0001.mp4": {Data: clip(late.Add(time.Minute), time.Second, 3)}}, nil)
		r.Along(func(_ context.Context, _ *store.Tx, _ org.Actor, _ string, from, to time.Time, _ string) ([]api.DayStep, error) {
			step := api.DayStep{System: "case", Matter: "wall", ID: "s1", Step: "seize", Name: "扣押", At: late.Add(70 * time.Second)}
			if step.At.Before(from) || !step.At.Before(to) {
				return nil, nil
			}
			return []api.DayStep{step}, nil
		})
		if day, err := r.Day(context.Background(), r.li, r.li.Person, law.Date{Year: 2026, Month: 11, Day: 23}, "en"); err != nil || len(day.Recordings[0].Proposals) != 1 {
			t.Errorf("nothing is proposed for the step after midnight: %+v %v", day, err)
		} else if _, err := r.Tie(context.Background(), r.li, day.Recordings[0].ID, TieInput{Subject: "case:wall", Step: "s1"}); err != nil {
			t.Errorf("a step after midnight is not in a film that began before: %v", err)
		}
		for day, want := range map[int]int{21: 0, 22: 2, 23: 2, 24: 0} {
			got, err := r.Day(context.Background(), r.li, r.li.Person, law.Date{Year: 2026, Month: 11, Day: day}, "en")
			if err != nil || len(got.Recordings) != want {
				t.Errorf("on the %dth: %+v %v; want %d", day, got, err, want)
			}
		}
	})
}

func TestAhead(t *testing.T) {
	for off, want := range map[time.Duration]bool{-time.Hour: false, 5 * time.Minute: false, 5*time.Minute + time.Second: true, 300 * 24 * time.Hour: true} {
		began := nine.Add(off)
		if got := (&Recording{Began: &began}).Ahead(nine); got != want {
			t.Errorf("by %v: %v", off, got)
		}
	}
	if (&Recording{}).Ahead(nine) {
		t.Error("of no time")
	}
}
