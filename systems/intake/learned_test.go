package intake_test

import (
	"context"
	"testing"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/fault"
	"jiexu/place"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// near tells how far a complaint of an address comes in from a point.
func (o *office) lands(address string, at place.Point) (metres float64, d *intake.Detail) {
	o.Helper()
	r := o.complain(func(in *intake.Registration) {
		in.Address, in.Title, in.Content = address, "占道堆物", "请来看看。"+address
	})
	d = o.detail("desk", r.ID)
	if d.Lon == nil {
		return 1e9, d
	}
	return place.Distance(place.Point{Lon: *d.Lon, Lat: *d.Lat}, at), d
}

func (o *office) learned(open bool) *intake.LearnedPlaces {
	o.Helper()
	l, err := o.svc.Learned(context.Background(), open, "", "")
	o.must(err)
	return l
}

// Where a squad puts the pin is where the same address is found from then on, on every server; the numbers beside it follow where
// little is known; whatever was said can be taken back.
func TestCorrectionsAreLearned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		const address = "江宁路428号502室"
		far, first := o.lands(address, place.Point{Lon: 121.45, Lat: 31.24})
		if first.Lon == nil {
			t.Fatalf("%s is not found at all: %.0f", address, far)
		}
		right := place.Point{Lon: *first.Lon + 0.003, Lat: *first.Lat + 0.001} // some 300 m east
		o.does("desk", first.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		o.does("leader", first.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(right.Lon, right.Lat)})
		if d := o.detail("desk", first.ID); d.LocatedBy != intake.ByPerson || *d.Lon != right.Lon && place.Distance(place.Point{Lon: *d.Lon, Lat: *d.Lat}, right) > 1 || d.Address != address {
			t.Errorf("after the step: %s %v %v %q", d.LocatedBy, *d.Lon, *d.Lat, d.Address)
		}
		for _, written := range []string{"上海市静安区江宁路428号", "江宁路 428 号 301", address} {
			if off, _ := o.lands(written, right); off > 100 {
				t.Errorf("%s comes in %.0f m from where the squad put it", written, off)
			}
		}
		// Another server: an atlas and a service of its own on the same database.
		second := area.NewAtlas(data.FS)
		o.read(func(ctx context.Context, tx *store.Tx) error {
			ground, err := second.Ground(ctx, tx)
			if err != nil {
				return err
			}
			g, err := ground.Knowing(ctx, tx, "江宁路428号")
			if err != nil {
				return err
			}
			if f, ok := g.Find("", "江宁路428号"); !ok || place.Distance(f.At, right) > 100 {
				t.Errorf("the other server finds it at %+v", f.At)
			}
			return nil
		})
		// No flat stands anywhere in what was learned.
		if n := o.count(`SELECT count(*) FROM area_places WHERE address LIKE '%502%' OR address_key LIKE '%502%'`); n > 0 {
			t.Errorf("%d places tell a flat", n)
		}
		// A road that the gazetteer does not know: two corrections, and what lies between them is found between.
		one, other := place.Point{Lon: 121.4500, Lat: 31.2800}, place.Point{Lon: 121.4500, Lat: 31.2846}
		for number, at := range map[string]place.Point{"新辟一路100号": one, "新辟一路180号": other} {
			_, d := o.lands(number, at)
			o.does("desk", d.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(at.Lon, at.Lat)})
		}
		middle := place.Point{Lon: 121.4500, Lat: 31.2823}
		if off, _ := o.lands("新辟一路140号", middle); off > 150 {
			t.Errorf("a number between two that were learned comes in %.0f m from the middle", off)
		}
		// Taken back, the gazetteer has it as before.
		l := o.learned(false)
		var word string
		for _, p := range l.Items {
			if p.Address == "江宁路428号" {
				word = p.Words[0].ID
				if p.People != 1 || p.Words[0].Complaint == nil || p.Words[0].Complaint.Name != first.Number || p.Words[0].By != "王leader" || p.Moved < 200 {
					t.Errorf("what was learned: %+v", p)
				}
			}
		}
		if err := o.svc.WithdrawWord(ctx, o.actor("desk"), word, " "); !fault.Is(err, "form") {
			t.Errorf("without a reason: %v", err)
		}
		o.must(o.svc.WithdrawWord(ctx, o.actor("desk"), word, "图钉拖错了"))
		if off, _ := o.lands(address, place.Point{Lon: *first.Lon, Lat: *first.Lat}); off > 1 {
			t.Errorf("after it was taken back the address comes in %.0f m from where it was", off)
		}
		if err := o.svc.WithdrawWord(ctx, o.actor("desk"), word, "再撤"); !fault.Is(err, "area.word_unknown") {
			t.Errorf("twice: %v", err)
		}
		o.sealed()
	})
}

// One wrong or malicious correction: it is not used where it lies far from all that is known, moves no road, and is put before the desk.
func TestOneAgainstAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		_, first := o.lands("江宁路428号", place.Point{})
		home := place.Point{Lon: *first.Lon, Lat: *first.Lat}
		_, beside := o.lands("江宁路440号", place.Point{})
		wrong := place.Point{Lon: 121.4560, Lat: 31.2860}
		// One person, again and again.
		for range 3 {
			_, d := o.lands("江宁路428号", home)
			o.does("desk", d.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(wrong.Lon, wrong.Lat)})
		}
		if off, _ := o.lands("江宁路428号", home); off > 60 {
			t.Errorf("one person moved the address by %.0f m", off)
		}
		if off, _ := o.lands("江宁路440号", place.Point{Lon: *beside.Lon, Lat: *beside.Lat}); off > 60 {
			t.Errorf("and its neighbour by %.0f m", off)
		}
		l := o.learned(true)
		if l.Open != 1 || len(l.Items) != 1 || l.Items[0].Standing != string(place.Waits) || l.Items[0].People != 1 {
			t.Fatalf("before the desk: %+v", l)
		}
		// A second agrees: it holds.
		_, d := o.lands("江宁路428号", home)
		o.does("desk", d.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		o.does("leader", d.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(wrong.Lon, wrong.Lat+0.0003)})
		if off, _ := o.lands("江宁路428号", wrong); off > 100 {
			t.Errorf("two people, and it comes in %.0f m off", off)
		}
		// One of another view: they disagree, and the desk settles it.
		_, d = o.lands("江宁路428号", home)
		o.does("desk", d.ID, intake.StepRoute, map[string]any{"unit": o.other})
		o.does("stranger", d.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(home.Lon, home.Lat)})
		l = o.learned(false)
		p := l.Items[0]
		if p.Rivals != 1 || p.People != 2 {
			t.Errorf("two against one: %+v", p)
		}
		var theirs string
		for _, w := range p.Words {
			if w.By == "王stranger" {
				theirs = w.ID
			}
		}
		o.now = o.now.Add(time.Minute)
		o.must(o.svc.SettleWord(ctx, o.actor("desk"), theirs))
		if l := o.learned(true); l.Open != 0 {
			t.Errorf("settled, and %d wait: %+v", l.Open, l.Items)
		}
		if off, _ := o.lands("江宁路428号", home); off > 60 {
			t.Errorf("after the desk settled it, it comes in %.0f m off", off)
		}
		o.sealed()
	})
}

// Who takes what we propose teaches nothing; who puts the pin elsewhere does; a program and a place elsewhere never.
func TestWhatRegistrationTeaches(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	_, first := o.lands("江宁路428号", place.Point{})
	at := func(address string, lon, lat float64) {
		o.complain(func(in *intake.Registration) {
			in.Address, in.Lon, in.Lat, in.Content = address, &lon, &lat, "占道堆物"+address
		})
	}
	at("江宁路428号", *first.Lon, *first.Lat)
	at("没有这样的地方", *first.Lon, *first.Lat)
	at("", *first.Lon, *first.Lat)
	if n := o.count(`SELECT count(*) FROM area_words`); n != 0 {
		t.Errorf("%d words of what was proposed, or of no address", n)
	}
	at("江宁路428号", *first.Lon+0.002, *first.Lat)
	if n := o.count(`SELECT count(*) FROM area_words WHERE how = 'registered'`); n != 1 {
		t.Errorf("%d words of a pin that was moved", n)
	}
	o.refused("desk", first.ID, intake.StepPlace, map[string]any{"at": "121.30,31.10"}, "procedure.fields")
	o.refused("desk", first.ID, intake.StepPlace, map[string]any{"at": "somewhere"}, "procedure.fields")
	o.refused("desk", first.ID, intake.StepPlace, map[string]any{"at": procedure.PointText(*first.Lon, *first.Lat), "address": "北京市朝阳区建国路88号"}, "procedure.fields")
	o.sealed()
}
