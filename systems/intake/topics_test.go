package intake_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// What five people bring up about one place is a topic with its place, span and complaints; one man's five letters are not
// hotter than that, and what is long past is not looked at.
func TestHotTopicsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		register := func(title, text, address, phone string) {
			_, err := o.svc.Register(ctx, o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Title: title, Content: text, Address: address, Phone: phone})
			o.must(err)
		}
		o.must(o.svc.FindTopics(ctx))
		if none, err := o.svc.Topics(ctx, o.actor("head"), "zh-CN"); err != nil || none.MadeAt != nil || len(none.Items) > 0 {
			t.Errorf("of nothing: %+v, %v", none, err)
		}
		for i := range 6 {
			o.now = o.now.AddDate(0, 0, 1)
			register("大宁花园小区旁搅拌站粉尘扰民", fmt.Sprintf("大宁花园小区旁的搅拌站整夜作业，粉尘很大，无法开窗，第%d天了", i+1), "大宁花园", fmt.Sprintf("1380000%04d", i))
			register("临汾路菜场门口乱停车", fmt.Sprintf("临汾路菜场门口乱停非机动车，占用盲道，请处理，已经说了%d次", i+1), "临汾路菜场", "13900000001")
		}
		for i, other := range []string{"请问养犬登记怎么办理", "沿街店招脱落有危险", "渣土车带泥上路", "树枝遮挡信号灯", "河边有人钓鱼", "感谢执法队员帮忙"} {
			register(other, other+"，请处理。", "", fmt.Sprintf("1370000%04d", i))
		}
		o.must(o.svc.FindTopics(ctx))
		got, err := o.svc.Topics(ctx, o.actor("head"), "zh-CN")
		o.must(err)
		if got.MadeAt == nil || got.Looked != 18 || len(got.Items) == 0 {
			t.Fatalf("found %+v", got)
		}
		hot := got.Items[0]
		if hot.Rank != 1 || hot.Name != "大宁花园小区旁搅拌站粉尘扰民" || hot.People != 6 || hot.Count != 6 || len(hot.Complaints) != 6 || !hot.Complaints[0].ReceivedAt.After(hot.Complaints[5].ReceivedAt) {
			t.Errorf("the hottest: %+v", hot)
		}
		if m := hot.Complaints[0]; m.StateTitle != "已登记" || m.Rev != 1 {
			t.Errorf("how it stands: %+v", m)
		}
		o.does("desk", hot.Complaints[0].ID, intake.StepTransfer, map[string]any{"department": o.dept, "explained": "属绿化市容局职责"})
		o.does("desk", hot.Complaints[1].ID, intake.StepMerge, map[string]any{"main": hot.Complaints[5].Number, "reason": "同一工地"})
		if got, err = o.svc.Topics(ctx, o.actor("head"), "zh-CN"); err != nil || got.Items[0].Complaints[0].Rev != 0 || got.Items[0].Complaints[1].Rev != 0 || got.Items[0].Complaints[5].Rev != 2 {
			t.Errorf("ended and merged: %+v, %v", got.Items[0].Complaints, err)
		}
		o.now = o.now.AddDate(1, 0, 0)
		register("树枝遮挡信号灯", "树枝遮挡信号灯，请修剪。", "", "13700000009")
		o.must(o.svc.FindTopics(ctx))
		if got, err = o.svc.Topics(ctx, o.actor("head"), "zh-CN"); err != nil || len(got.Items) > 0 {
			t.Errorf("a year later: %+v, %v", got.Items, err)
		}
	})
}

// In a small office what only shares its street's office, or the office's own way of writing, is no topic; the estate that three people name is.
func TestHotTopicsOfASmallOffice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		register := func(i int, title, text, address string) {
			_, err := o.svc.Register(ctx, o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Title: title, Content: text, Address: address, Phone: fmt.Sprintf("1390000%04d", i)})
			o.must(err)
		}
		said := func(what string) string {
			return "工单转办：" + what + "，本单须两日内落实专人跟办并回填处置单。"
		}
		for i, what := range []string{"流浪狗追人", "路灯整排不亮", "下水井盖缺失", "河道漂浮物", "公厕没有水", "站牌看不清"} {
			register(i, what, said(what), "大宁路街道")
		}
		o.now = o.now.AddDate(0, 4, 0)
		for i, what := range []string{"楼道堆满纸箱", "夜里敲打装修", "卖水果的占了盲道", "绿地被圈起来种菜", "外墙广告松动", "垃圾箱房满溢", "有人烧树叶", "店门口洗车"} {
			o.now = o.now.Add(time.Hour)
			register(10+i, what, said("大宁路街道居民说"+what), "大宁路街道")
		}
		for i, what := range []string{"地下车库漏水", "地下车库积水没人管", "车库漏水淹了车"} {
			o.now = o.now.Add(time.Hour)
			register(20+i, "新梅共和城"+what, said("新梅共和城"+what), "新梅共和城")
		}
		o.must(o.svc.FindTopics(ctx))
		got, err := o.svc.Topics(ctx, o.actor("head"), "zh-CN")
		o.must(err)
		if len(got.Items) != 1 || got.Items[0].Count != 3 || got.Looked != 11 {
			t.Errorf("found %+v", got)
		}
	})
}
