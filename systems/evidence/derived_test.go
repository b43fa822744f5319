package evidence

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/film"
)

// filmed makes a real film of eight seconds with a tone, a whole picture every second. seed makes it another one.
func filmed(t *testing.T, seed int) []byte {
	t.Helper()
	return filmedAs(t, ".mp4", seed, append([]string{"-sc_threshold", "0"}, h264...)...)
}

func (r *room) withFilms(t *testing.T) {
	t.Helper()
	tool, err := film.Find()
	if err != nil {
		t.Fatal(err)
	}
	r.Films(tool)
}

// made derives and makes at once, and reads what came of it.
func (r *room) made(t *testing.T, actor org.Actor, id string, in DeriveInput) (Making, *Derived) {
	t.Helper()
	ctx := context.Background()
	k, err := r.Derive(ctx, actor, id, in)
	if err != nil {
		t.Fatalf("%s: %v", in.How, err)
	}
	for range 2 { // twice is once
		if err := r.Make(ctx, k.ID); err != nil {
			t.Fatalf("%s: %v", in.How, err)
		}
	}
	var all []Making
	var of []Derived
	if err := r.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if all, err = makings(ctx, tx, `id = $1`, k.ID); err == nil {
			of, err = derivedWhere(ctx, tx, `d.media = $1`, all[0].Media)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(of) == 0 {
		return all[0], nil
	}
	return all[0], &of[0]
}

// A recording is marked; a still, a part and a redacted version are made of it. They belong where it belongs, say of what and how they were made,
// and the original is what it was.
func TestDerive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		content := filmed(t, 1)
		r := newSquadRoom(t, db)
		r.withFilms(t)
		ctx := context.Background()
		r.Along(func(context.Context, *store.Tx, org.Actor, string, time.Time, time.Time, string) ([]api.DayStep, error) {
			return []api.DayStep{{System: "case", Matter: "wall", ID: "s1", Step: "seize", Name: "扣押", At: nine.Add(3 * time.Second)}}, nil
		})
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: content}}, nil)
		page, err := r.Recordings(ctx, r.li, RecordingsQuery{})
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page, err)
		}
		original := page.Items[0]
		if _, err := r.Tie(ctx, r.li, original.ID, TieInput{Subject: "case:wall", Step: "s1"}); err != nil {
			t.Fatal(err)
		}

		k, err := r.Mark(ctx, r.li, original.ID, MarkInput{FromMS: 2000, ToMS: 4000, Note: "当事人签收"})
		if err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]MarkInput{"after the end": {FromMS: 60_000, ToMS: 61_000, Note: "x"}, "backwards": {FromMS: 3, ToMS: 2, Note: "x"}, "empty": {Note: " "}, "beyond": {FromMS: 1, ToMS: 1 << 50, Note: "x"}} {
			if _, err := r.Mark(ctx, r.li, original.ID, in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Mark(ctx, r.wang, original.ID, MarkInput{Note: "x"}); fault.KindOf(err) != fault.Refused {
			t.Errorf("an officer of another squad, who sees the case: %v", err)
		}
		for _, in := range []DeriveInput{{How: Still, Params: Params{FromMS: 60_000}}, {How: Part, Params: Params{FromMS: 4000, ToMS: 4000}}, {How: Redacted}, {How: Redacted, Params: Params{Regions: []RegionInput{{ToMS: 1, Keys: []KeyInput{{X: 1, W: 1, H: 1}}}}}}} {
			in.Reason = "x"
			if _, err := r.Derive(ctx, r.li, original.ID, in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", in, err)
			}
		}

		_, still := r.made(t, r.li, original.ID, DeriveInput{How: Still, Params: Params{FromMS: 3500}, Reason: "作为证据"})
		_, part := r.made(t, r.li, original.ID, DeriveInput{How: Part, Params: Params{FromMS: 2500, ToMS: 6000}, Reason: "扣押经过"})
		redaction := Params{Regions: []RegionInput{{FromMS: 0, ToMS: 8000, Keys: []KeyInput{{X: 0.1, Y: 0.1, W: 0.3, H: 0.4}}}}, Muted: []StretchInput{{FromMS: 1000, ToMS: 2000}}}
		_, redacted := r.made(t, r.boss, original.ID, DeriveInput{How: Redacted, Params: redaction, Reason: "隐去路人"})
		if still == nil || part == nil || redacted == nil {
			t.Fatal(still, part, redacted)
		}
		if still.Type != "image/png" || still.Width != 160 || part.Type != "video/mp4" || part.Params.FromMS != 2000 || !strings.HasPrefix(part.Tool, "ffmpeg ") || part.Name != "DSJ0012_012345_20261123090000_0001-0m02s-0m06s.mp4" {
			t.Errorf("still %+v\npart %+v", still, part)
		}
		if k, last := r.made(t, r.li, original.ID, DeriveInput{How: Still, Params: Params{FromMS: 8000}, Reason: "最后一刻"}); last == nil || last.Params.FromMS < 7000 || last.Params.FromMS >= 8000 {
			t.Errorf("the last picture: %+v %+v", k, last)
		}
		if _, again := r.made(t, r.li, original.ID, DeriveInput{How: Still, Params: Params{FromMS: 3500}, Reason: "再来一次"}); again == nil || again.ID != still.ID {
			t.Errorf("the same still is another file: %+v", again)
		}

		about, err := r.About(ctx, r.li, original.ID, "zh-CN")
		if err != nil || len(about.Marks) != 1 || len(about.Derived) < 3 || len(about.Steps) != 1 || about.Recording == nil || !about.MayMark || !about.MayDerive || about.MayTake {
			t.Fatalf("%+v %v", about, err)
		}
		if of, err := r.About(ctx, r.boss, part.ID, "zh-CN"); err != nil || of.Of == nil || of.Of.Parent != original.ID || !of.Recording.Began.Equal(nine.Add(2*time.Second)) || of.Recording.LongMS != 4000 {
			t.Errorf("%+v %v", of, err)
		}
		list, err := r.List(ctx, officer, wall)
		if err != nil || len(list) != len(about.Derived)+1 {
			t.Errorf("%d files are tied to the case, %v", len(list), err)
		}
		if day, err := r.Day(ctx, r.li, r.li.Person, law.On(nine), "zh-CN"); err != nil || len(day.Recordings) != 1 {
			t.Errorf("the day shows %d, %v", len(day.Recordings), err)
		}
		if err := r.Unmark(ctx, r.li, original.ID, k.ID, "写错了"); err != nil {
			t.Error(err)
		}
		if err := r.Unmark(ctx, r.li, original.ID, k.ID, "写错了"); !fault.Is(err, "evidence.not_found") {
			t.Error(err)
		}
		_, file, err := r.Open(ctx, r.li, original.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if now, _ := io.ReadAll(file); !bytes.Equal(now, content) {
			t.Error("the original has other bytes")
		}
		life, err := r.Custody(ctx, r.li, original.ID, "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, h := range life.Items {
			all.WriteString(h.Title + "：" + h.Reason + "\n")
		}
		for _, want := range []string{"标注：当事人签收（0:02.0–0:04.0）", "撤回标注：写错了（当事人签收 0:02.0–0:04.0）", "申请制作：作为证据（截图 0:03.5）", "据此制作了衍生文件：扣押经过（截取 0:02.0–0:06.0 → " + part.Name + "）",
			"据此制作了衍生文件：隐去路人（打码：遮挡 1 处，消音 1 段 → "} {
			if !strings.Contains(all.String(), want) {
				t.Errorf("its life lacks %q:\n%s", want, all.String())
			}
		}
		if own, err := r.Custody(ctx, r.li, part.ID, "en"); err != nil || !strings.Contains(fmt.Sprint(own.Items), "0:02.0–0:06.0") {
			t.Errorf("the life of the part: %+v %v", own, err)
		}
		var kinds []string
		for _, h := range life.Items {
			kinds = append(kinds, strings.TrimPrefix(h.Kind, "evidence."))
		}
		if got := strings.Join(kinds, " "); !strings.HasPrefix(got, "recorded tied marked asked derived_from asked derived_from asked derived_from") || !strings.HasSuffix(got, "unmarked") {
			t.Errorf("its life: %s", got)
		}
		if r.Check(t) != 0 {
			t.Error("the check finds something")
		}

		// Small versions for looking.
		sums, err := r.WithoutPreview(ctx)
		if err != nil || len(sums) < 3 {
			t.Fatal(sums, err)
		}
		for _, sum := range sums {
			if err := r.Preview(ctx, sum); err != nil {
				t.Fatal(err)
			}
		}
		if sums, err = r.WithoutPreview(ctx); err != nil || len(sums) != 0 {
			t.Error(sums, err)
		}
		if _, p, small, err := r.openPreview(ctx, r.li, original.ID, previewThumb); err != nil || p.mime != "image/jpeg" {
			t.Error(err)
		} else {
			small.Close()
		}
		if r.Check(t) != 0 {
			t.Error("the check takes previews for orphans")
		}
	})
}

// Check compares catalogue and files, and counts what it found.
func (r *squadRoom) Check(t *testing.T) int {
	t.Helper()
	report, err := r.files.Check(context.Background(), r.db, true, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return len(report.Findings)
}

// A ticket lets its holder take the original away, and nobody else, and not for ever.
func TestTicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)}}, nil)
		page, _ := r.Recordings(ctx, r.boss, RecordingsQuery{})
		id := page.Items[0].ID
		if _, err := r.TicketFor(ctx, r.li, id, "复制一份"); fault.KindOf(err) != fault.Refused {
			t.Errorf("without the right: %v", err)
		}
		if _, err := r.TicketFor(ctx, r.boss, id, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		k, err := r.TicketFor(ctx, r.boss, id, "复议机关调取")
		if err != nil {
			t.Fatal(err)
		}
		_, ticket, _ := strings.Cut(k.Path, "ticket=")
		holds := func(actor org.Actor, id, ticket string) bool {
			ok, err := r.holds(ctx, actor, id, ticket)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !holds(r.boss, id, ticket) || holds(r.li, id, ticket) || holds(r.boss, "other", ticket) || holds(r.boss, id, ticket+"x") || holds(r.boss, id, "") {
			t.Error("the wrong one holds it")
		}
		r.now = r.now.Add(ticketFor)
		if holds(r.boss, id, ticket) {
			t.Error("it is good for ever")
		}
	})
}

// What is made unrecognizable in a photograph is gone, the rest stays as it was, and nothing is told beside.
func TestRedactPhoto(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 200, 100))
	for y := range 100 {
		for x := range 200 {
			img.Set(x, y, color.RGBA{uint8(x * y), uint8(x ^ y), uint8(7 * x), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	out, err := redactPhoto("image/png", bytes.NewReader(b.Bytes()), []RegionInput{{Keys: []KeyInput{{X: 0.5, Y: 0, W: 0.5, H: 0.5}}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(out)
	if err != nil {
		t.Fatal(err)
	}
	colours, same := map[color.Color]bool{}, true
	for y := range 100 {
		for x := range 200 {
			if x >= 100 && y < 50 {
				colours[got.At(x, y)] = true
			} else {
				same = same && got.At(x, y) == img.At(x, y)
			}
		}
	}
	if !same || len(colours) > photoBlocks*photoBlocks {
		t.Errorf("the rest is as it was: %v; %d colours are left", same, len(colours))
	}
	for name, regions := range map[string][]RegionInput{"none": nil, "outside": {{Keys: []KeyInput{{X: 0.9, Y: 0, W: 0.2, H: 0.1}}}}, "no number": {{Keys: []KeyInput{{X: math.NaN(), W: 0.1, H: 0.1}}}}, "two places": {{Keys: []KeyInput{{W: 1, H: 1}, {W: 1, H: 1}}}}} {
		if _, err := redactPhoto("image/png", bytes.NewReader(b.Bytes()), regions); !fault.Is(err, "evidence.regions") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A recording whose time nobody but a person said is cut like any other; its report says whose word the time and the person are.
func TestDeriveOfWhatAPersonPutRight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		r.withFilms(t)
		ctx := context.Background()
		his := r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: filmed(t, 72)}}, nil)["DSJ0012_012345_20261123090000_0001.mp4"].Recording
		var nobody *Recording
		if err := r.TakeFolder(ctx, org.Program("import"), Folder{Files: fstest.MapFS{"clip.mp4": {Data: filmed(t, 71)}}, Unit: r.squad, Zone: law.Shanghai}, func(f FolderFile) { nobody = f.Recording }); err != nil {
			t.Fatal(err)
		}
		if nobody == nil || his == nil || nobody.Told != nil {
			t.Fatalf("%+v %+v", nobody, his)
		}
		began := nine.Add(time.Hour)
		for id, in := range map[string]ClaimInput{nobody.ID: {OfficerNo: "012345", Began: &began, Reason: "值班表"}, his.ID: {OfficerNo: "012347", Began: &began, Reason: "借用设备"}} {
			if _, err := r.Claim(ctx, r.boss, id, in); err != nil {
				t.Fatal(err)
			}
		}
		if _, still := r.made(t, r.boss, nobody.ID, DeriveInput{How: Still, Params: Params{FromMS: 3000}, Reason: "作为证据"}); still == nil {
			t.Error("no still")
		} else if of, err := r.About(ctx, r.boss, still.ID, "en"); err != nil || !of.Recording.Began.Equal(began.Add(3*time.Second)) {
			t.Errorf("%+v %v", of, err)
		}
		life, err := r.Custody(ctx, r.boss, his.ID, "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(custodyReport{life, "局", r.now}.Content())
		for _, want := range []string{"（经人更正；文件所记编号 012345）", "设备时钟所示 2026-11-23 09:00:00；上列时间由人更正", "2026-11-23 10:00:00 — "} {
			if !strings.Contains(text, want) {
				t.Errorf("the report lacks %q: %s", want, text)
			}
		}
	})
}

// What is given out has the ending of what it is.
func TestGivenName(t *testing.T) {
	for _, c := range []struct{ name, mime, want string }{
		{"墙.jpg", "image/jpeg", "墙.jpg"}, {"墙.JPEG", "image/jpeg", "墙.JPEG"}, {"poly.html", "image/jpeg", "poly.html.jpg"}, {"poly", "image/png", "poly.png"}, {"a.mov", "video/mp4", "a.mov"}, {"x.pdf.exe", "application/pdf", "x.pdf.exe.pdf"},
		{"..", "image/png", "file.png"},
	} {
		if got := (&Media{Name: c.name, Type: c.mime}).givenName(); got != c.want {
			t.Errorf("%s as %s: %s, want %s", c.name, c.mime, got, c.want)
		}
	}
}

// A report says the same moments as the page.
func TestSpot(t *testing.T) {
	for ms, want := range map[int64]string{0: "0:00.0", 59_850: "0:59.9", 59_960: "1:00.0", 3_599_960: "1:00:00.0", 3_723_400: "1:02:03.4"} {
		if got := spot(ms); got != want {
			t.Errorf("%d: %s, want %s", ms, got, want)
		}
	}
	for _, c := range []struct {
		p    Params
		want string
	}{{Params{Regions: make([]RegionInput, 1)}, "1 region covered, 0 stretches muted"}, {Params{Regions: make([]RegionInput, 2), Muted: make([]StretchInput, 1)}, "2 regions covered, 1 stretch muted"}} {
		if got := madeOf("en", Redacted, c.p); !strings.HasSuffix(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
