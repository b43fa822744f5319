package intake_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jiexu/area"
	"jiexu/classify"
	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
	"jiexu/term"
	"jiexu/words"
)

// What comes in is read: a clear text gets its class without asking, an unclear one waits for the desk, and what the desk
// says is what the office learns from.
func TestClassesAreProposedAndChosen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		register := func(title, text, category string) *intake.Detail {
			r, err := o.svc.Register(ctx, o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Title: title, Content: text, Category: category})
			o.must(err)
			d, err := o.svc.Detail(ctx, o.actor("desk"), r.ID, "zh-CN")
			o.must(err)
			return d
		}
		clear := register("占道经营", "路口每天晚上有流动摊贩占道经营，烧烤油烟扰民，请城管部门查处。", "")
		if c := clear.Reading.Class; c.By != "model" || c.Code != "城乡建设" || clear.Category != "城乡建设" || c.Likely[0].Percent < 60 {
			t.Errorf("a clear text: %+v, category %q", c, clear.Category)
		}
		if m := clear.Reading.Matter; m.By != "ask" || len(m.Likely) == 0 {
			t.Errorf("its matter: %+v", m)
		}
		dark := register("请问", "请问这件事怎么办，谢谢。", "")
		if c := dark.Reading.Class; c.By == "model" || dark.Category != "" {
			t.Errorf("an unclear text: %+v, category %q", c, dark.Category)
		}
		if came := register("占道经营", "路口有流动摊贩占道经营。", "市容"); came.Category != "市容" || came.Reading.Class.By != "channel" {
			t.Errorf("what the channel called it: %q %+v", came.Category, came.Reading.Class)
		}
		learned := func() (out []intake.Described) {
			o.must(db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				out, err = intake.NewestDescribed(ctx, tx, []string{"城乡建设", "环境保护", "市容"})
				return err
			}))
			return out
		}
		if got := learned(); len(got) != 1 || got[0].Category != "市容" {
			t.Errorf("before anybody chose: %+v", got)
		}
		_, err := o.take("officer1", dark.ID, intake.StepClassify, map[string]any{"class": "环境保护"})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("an officer of a squad that it is not with: %v", err)
		}
		_, err = o.take("desk", dark.ID, intake.StepClassify, map[string]any{"class": "环境保护", "matter": "SR-01"})
		o.must(err)
		_, err = o.take("desk", clear.ID, intake.StepClassify, map[string]any{"class": "城乡建设"})
		o.must(err)
		d, err := o.svc.Detail(ctx, o.actor("desk"), dark.ID, "zh-CN")
		o.must(err)
		if d.Category != "环境保护" || d.Reading.Class.By != "person" || d.Reading.Matter.Code != "SR-01" {
			t.Errorf("after the desk chose: %q %+v", d.Category, d.Reading)
		}
		if got := learned(); len(got) != 3 {
			t.Errorf("after the desk chose: %+v", got)
		}
		o.sealed()
	})
}

// history is what an office might have called its complaints; wrong says how many of ten it calls something else.
func history(n, wrong int) (out []classify.Example) {
	said := map[string][]string{
		"城乡建设":    {"流动摊贩占道经营", "违法搭建一间阳光房", "工地渣土车带泥上路", "路面坑洼无人修补"},
		"环境保护":    {"油烟直排居民楼", "河道水质发黑发臭", "夜间施工噪声扰民", "露天焚烧垃圾有异味"},
		"劳动和社会保障": {"公司拖欠工资三个月", "社保缴费年限不对", "退休金没有发放", "工伤认定迟迟不办"},
	}
	classes := []string{"城乡建设", "环境保护", "劳动和社会保障"}
	for i := range n {
		c := classes[i%3]
		e := classify.Example{Text: classify.Text{Subject: said[c][i/3%4], Body: fmt.Sprintf("%d号附近%s，希望有关部门处理，第%d次反映", i, said[c][i/3%4], i*7)}, Class: c}
		if i*7%10 < wrong {
			e.Class = classes[(i+1)%3]
		}
		out = append(out, e)
	}
	return out
}

// A model that learned from the office's history is switched on if it does no worse than the one that is on, on examples
// that neither has seen, and not otherwise; the switch is in the log.
func TestModelsAreSwitchedOnIfNoWorse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		desk := o.actor("desk")
		if _, err := o.svc.Learn(ctx, desk, classify.Complaints); !fault.Is(err, "classify.no_examples") {
			t.Errorf("without any history: %v", err)
		}
		learn := func(examples []classify.Example, actor org.Actor) *intake.ModelVersion {
			o.examples = examples
			v, err := o.svc.Learn(ctx, actor, classify.Complaints)
			o.must(err)
			return v
		}
		if v := learn(history(30, 0), desk); v.State != intake.ModelFew {
			t.Errorf("of thirty: %s", v.State)
		}
		first := learn(history(240, 0), desk)
		if first.State != intake.ModelOn || first.Report.Accuracy.Mean < first.Before.Accuracy || !first.Before.Shipped || first.Examples+first.Report.Examples != 240 {
			t.Fatalf("the first: %s, %+v after %+v", first.State, first.Report.Accuracy, first.Before)
		}
		if v := learn(history(240, 0), org.Program("night")); v != nil {
			t.Errorf("nothing is new, and it made version %d", v.Version)
		}
		// What it learned from is spoiled, what is held out is not: the new one is worse, and stays off.
		spoiled := history(240, 0)
		for i, bad := range history(240, 10) {
			if !intake.HeldOut(spoiled[i]) {
				spoiled[i] = bad
			}
		}
		if v := learn(spoiled, desk); v.State != intake.ModelWorse || v.Before.Version != first.Version {
			t.Errorf("a worse one: %s, %v after %v", v.State, v.Report.Accuracy.Mean, v.Before)
		}
		tasks, err := o.svc.Models(ctx, desk)
		o.must(err)
		if on := tasks[0].On; on == nil || on.Version != first.Version || len(tasks[0].Versions) != 3 || tasks[1].On != nil {
			t.Errorf("on is %+v", on)
		}
		next := learn(history(300, 0), desk)
		if next.State != intake.ModelOn || next.Before.Version != first.Version {
			t.Errorf("a better one: %s after %+v", next.State, next.Before)
		}
		v, err := o.svc.Model(ctx, first.ID, "en")
		o.must(err)
		if v.State != intake.ModelOff || v.EndedAt == nil || len(v.Report.Lines) < 3 || len(v.Report.Confusion) != len(v.Report.Lines) {
			t.Errorf("the first one afterwards: %s %+v", v.State, v.Report)
		}
		r, err := o.svc.Register(ctx, desk, intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Title: "公司拖欠工资三个月", Content: "公司拖欠工资三个月，希望有关部门处理"})
		o.must(err)
		if d, err := o.svc.Detail(ctx, desk, r.ID, "zh-CN"); err != nil || d.Category != "劳动和社会保障" {
			t.Errorf("read by the office's own model: %q, %v", d.Category, err)
		}
		o.sealed()
	})
}

// Servers of one database: what one has learned the other uses within half a minute, and compares with when it learns itself.
func TestModelsOfTwoServers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		desk := o.actor("desk")
		var examples []classify.Example
		second := intake.New(intake.Config{DB: db, Terms: term.NewKeeper(law.Shipped()), Atlas: area.NewAtlas(data.FS), Now: func() time.Time { return o.now }, PhoneKey: make([]byte, 32),
			History: func(context.Context, string) ([]classify.Example, error) { return examples, nil }})
		reads := func() string {
			r, err := second.Read(ctx, desk, intake.Draft{Title: "公司拖欠工资三个月", Content: "公司拖欠工资三个月，希望有关部门处理"}, words.Chinese)
			o.must(err)
			return r.Class.Likely[0].Code
		}
		before := reads()
		o.examples = history(300, 0)
		for i, e := range o.examples {
			if e.Class == "劳动和社会保障" {
				o.examples[i].Class = "商贸旅游"
			}
		}
		first, err := o.svc.Learn(ctx, desk, classify.Complaints)
		o.must(err)
		if examples = history(300, 0); first.State != intake.ModelOn {
			t.Fatalf("the first: %s", first.State)
		}
		for i, e := range o.examples { // what is held out stays called as the first model knows it
			if intake.HeldOut(e) {
				examples[i] = e
			}
		}
		v, err := second.Learn(ctx, desk, classify.Complaints)
		o.must(err)
		if v.State != intake.ModelWorse || v.Before.Version != first.Version || v.Before.MacroF1 != first.Report.MacroF1.Mean {
			t.Errorf("learned at once by the second server: %s after %+v, the first did %v", v.State, v.Before, first.Report.MacroF1.Mean)
		}
		o.now = o.now.Add(time.Minute)
		if after := reads(); before == after || after != "商贸旅游" {
			t.Errorf("the second server read %s, and now %s", before, after)
		}
	})
}
