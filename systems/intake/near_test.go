package intake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// What came in before about the same matter is found by place, words and time, with the reason; what is elsewhere or long ago
// is not. How often a caller complained is told to those alone who may see who complained.
func TestEarlierOnesOfTheSameMatterAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		register := func(content, address string, lon, lat float64, phone string) string {
			r, err := o.svc.Register(ctx, o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Content: content, Address: address, Lon: &lon, Lat: &lat, Phone: phone})
			o.must(err)
			return r.ID
		}
		text := "大宁路和共和新路路口每晚有流动烧烤摊占道经营，油烟扰民"
		first := register(text, "大宁路200号", 121.4535, 31.2855, "13800000002")
		register("小区里有人违法搭建阳光房，请来看看", "大宁路200号", 121.4535, 31.2855, "13900000002")
		register(text, "江宁路1400号", 121.4440, 31.2400, "13800000002")
		o.now = o.now.Add(2 * time.Hour)
		again := register("大宁路共和新路路口每天晚上流动烧烤摊占道经营，油烟扰民严重", "大宁路200号", 121.4536, 31.2856, "138 0000 0002")
		near, err := o.svc.NearOf(ctx, o.actor("desk"), again, "zh-CN")
		o.must(err)
		if len(near.Items) == 0 || near.Items[0].ID != first || !near.Items[0].Same || !near.Items[0].Open {
			t.Fatalf("found %+v", near.Items)
		}
		if why := near.Items[0].Reason; !strings.Contains(why, "地址相同") || !strings.Contains(why, "相隔 2 小时") || !strings.Contains(why, "% 相同") {
			t.Errorf("because %s", why)
		}
		for _, n := range near.Items[1:] {
			t.Errorf("another trouble at the same address is shown: %+v", n)
		}
		if near.Caller == nil || near.Caller.Nth != 3 {
			t.Errorf("the caller: %+v", near.Caller)
		}
		if near, err = o.svc.NearOf(ctx, o.actor("head"), again, "zh-CN"); err != nil || near.Caller != nil {
			t.Errorf("who may not see who complained is told %+v, %v", near.Caller, err)
		}
		lon, lat := 121.4535, 31.2855
		typed, err := o.svc.NearTo(ctx, o.actor("desk"), intake.Registration{Content: text, Address: "大宁路200号", Lon: &lon, Lat: &lat, Phone: "13800000002"}, "en")
		o.must(err)
		if len(typed.Items) < 2 || typed.Items[0].ID != again && typed.Items[0].ID != first || typed.Caller.Nth != 4 {
			t.Errorf("while it is taken down: %+v %+v", typed.Items, typed.Caller)
		}
		// What goes with it already is no earlier one that may be the same, from either side.
		o.merges("desk", again, first)
		for _, id := range []string{again, first} {
			if near, err = o.svc.NearOf(ctx, o.actor("desk"), id, "zh-CN"); err != nil || len(near.Items) > 0 {
				t.Errorf("merged, and still shown: %+v, %v", near.Items, err)
			}
		}
		// Where much is reported, what was said of the very place is found behind hundreds of newer ones around it.
		register("三林商场后门有人长期焚烧塑料垃圾，气味刺鼻", "大宁路260号", 121.4545, 31.2860, "")
		o.now = o.now.Add(time.Hour)
		for i := range 230 {
			register(fmt.Sprintf("第 %d 件：人行道上停满电动自行车，行人过不去", i), "大宁路200号", 121.4535+float64(i%10)*1e-5, 31.2855, "")
		}
		lonThere, latThere := 121.4545, 31.2860
		if near, err = o.svc.NearTo(ctx, o.actor("desk"), intake.Registration{Content: "商场后门长期焚烧塑料垃圾，气味刺鼻", Address: "大宁路260号", Lon: &lonThere, Lat: &latThere}, "zh-CN"); err != nil || len(near.Items) != 1 || !near.Items[0].Same {
			t.Errorf("behind many: %+v, %v", near.Items, err)
		}
		o.now = o.now.AddDate(0, 4, 0)
		if near, err = o.svc.NearTo(ctx, o.actor("desk"), intake.Registration{Content: text, Address: "大宁路200号", Lon: &lon, Lat: &lat, Phone: "13800000002"}, "en"); err != nil || len(near.Items) > 0 || near.Caller != nil {
			t.Errorf("four months later: %+v, %v", near, err)
		}
	})
}
