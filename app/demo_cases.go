package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
)

// oneCase opens a case and takes it the whole way as far as the demonstration wants it.
func (d *demo) oneCase(ctx context.Context, i int, c demoCase) error {
	d.at(c.daysAgo, 9, 30)
	unit, err := d.unitByCode(ctx, c.squad)
	if err != nil {
		return err
	}
	leader, officers, err := d.squad(ctx, unit)
	if err != nil {
		return err
	}
	lead := officers[0]
	opened, err := d.Casework.Open(ctx, lead, casework.Opening{Unit: unit, Title: c.title, Matter: c.matter, ActDate: law.On(d.clock.at), ActPlace: c.place,
		Findings: c.findings, Officers: []string{officers[1].Person}})
	if err != nil {
		return err
	}
	rev := opened.Rev
	d.later(time.Hour)
	if err := d.photo(ctx, lead, evidence.Subject{Type: casework.Type, ID: opened.ID}, 100+i); err != nil {
		return err
	}
	set, err := d.Casework.SetParty(ctx, lead, opened.ID, rev, c.party)
	if err != nil {
		return err
	}
	for _, e := range []casework.EvidenceInput{
		{Kind: "record", Title: "现场检查（勘验）笔录", Proves: "现场状况和违法行为的存在"},
		{Kind: "audiovisual", Title: "现场照片", Proves: "违法行为的位置和程度"},
		{Kind: "statement", Title: "当事人询问笔录", Proves: "当事人对违法事实的陈述"},
	} {
		e.ObtainedOn = law.On(d.clock.at)
		if set, err = d.Casework.AddEvidence(ctx, lead, opened.ID, set.Rev, e); err != nil {
			return err
		}
	}
	if c.until == "" {
		return nil
	}
	return d.wholeWay(ctx, c, opened.ID, set.Rev, leader, lead)
}

// wholeWay takes a case from filing to the archive, or as far as until.
func (d *demo) wholeWay(ctx context.Context, c demoCase, id string, rev int64, leader, lead org.Actor) error {
	head, err := d.actor(ctx, "head")
	if err != nil {
		return err
	}
	deputy, err := d.actor(ctx, "head2")
	if err != nil {
		return err
	}
	legal, err := d.actor(ctx, "legal")
	if err != nil {
		return err
	}
	today := func() string { return law.On(d.clock.at).String() }
	type in = map[string]any
	for _, s := range []struct {
		by   org.Actor
		code string
		days int // after the step before
		in   func() in
	}{
		{head, casework.StepApproveFiling, 0, func() in { return in{"opinion": "符合立案条件，同意立案。"} }},
		{lead, casework.StepOrderCorrection, 0, func() in {
			return in{"order": "自收到本通知之日起七日内恢复原状", "correct_by": law.On(d.clock.at).AddDays(7).String()}
		}},
		{lead, casework.StepReport, 2, func() in {
			return in{"summary": c.findings, "proposal": "事实清楚、证据充分，建议按法定幅度较轻一档处罚。"}
		}},
		{head, casework.StepApproveReport, 1, func() in { return in{"opinion": "同意调查终结报告。"} }},
		{lead, casework.StepNotify, 0, func() in {
			return in{"amount": c.yuan, "grounds": "当事人初次违法，能配合调查，按较轻情节处理"}
		}},
		{lead, casework.StepServeNotice, 0, func() in {
			return in{"method": "in_person", "served_on": today(), "receiver": c.party.Name + "（本人或其受委托人）"}
		}},
		{lead, casework.StepWaive, 1, func() in { return in{"statement": "对事实和拟处罚没有异议，放弃陈述申辩。"} }},
		{lead, casework.StepWaiveHearing, 0, func() in { return in{"statement": "不要求听证。"} }},
		{legal, casework.StepPassReview, 1, func() in {
			return in{"opinion": "主体适格、事实清楚、程序合法、裁量适当，同意。"}
		}},
		{head, casework.StepDeliberate, 1, func() in {
			return in{"attendees": []any{head.Person, deputy.Person}, "present": []any{legal.Person}, "minutes": "与会人员一致同意拟处罚意见。"}
		}},
		{head, casework.StepDecide, 0, func() in { return in{"amount": c.yuan, "opinion": "同意，作出处罚决定。"} }},
		{lead, casework.StepServeDecision, 2, func() in {
			return in{"method": "in_person", "served_on": today(), "receiver": c.party.Name + "（本人或其受委托人）"}
		}},
		{lead, casework.StepPay, 6, func() in {
			return in{"voucher": "DEMO-" + id[len(id)-8:], "amount": c.yuan, "paid_on": today()}
		}},
		{leader, casework.StepClose, 1, func() in { return in{"opinion": "罚款已缴清，违法行为已改正，同意结案。"} }},
		{legal, casework.StepArchive, 2, func() in { return in{"volume": "2026-罚-001", "pages": 36} }},
	} {
		d.later(time.Duration(s.days)*24*time.Hour + 40*time.Minute)
		blocked, err := d.isBlocked(ctx, s.by, id, s.code)
		if err != nil {
			return err
		}
		if !blocked {
			done, err := d.Casework.Take(ctx, s.by, id, s.code, rev, s.in())
			if err != nil {
				return fmt.Errorf("%s: %w", s.code, err)
			}
			rev = done.Rev
		}
		if s.code == c.until {
			return nil
		}
	}
	return nil
}

// isBlocked reports that a step has no place in this case, such as waiving a hearing to which there
// is no right.
func (d *demo) isBlocked(ctx context.Context, by org.Actor, id, step string) (bool, error) {
	detail, err := d.Casework.Detail(ctx, by, id, "zh-CN")
	if err != nil {
		return false, err
	}
	for _, c := range detail.Choices {
		if c.Step == step {
			return step == casework.StepWaiveHearing && !c.Allowed, nil
		}
	}
	return false, nil
}

func (d *demo) unitByCode(ctx context.Context, code string) (id string, err error) {
	err = d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err := org.UnitByCode(ctx, tx, code)
		id = u.ID
		return err
	})
	return id, err
}

// streetScene draws a picture that stands for a photo: sky, houses, pavement, something in the way.
// Each seed draws another one.
func streetScene(seed int) ([]byte, error) {
	const w, h = 960, 640
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	roll := uint32(seed)*2654435761 + 12345
	next := func(n int) int {
		roll = roll*1664525 + 1013904223
		return int(roll>>8) % n
	}
	fill(0, 0, w, h, color.RGBA{0xd9, 0xe6, 0xef, 0xff})
	for x := 0; x < w; {
		width, top := 120+next(90), 90+next(150)
		shade := uint8(150 + next(70))
		fill(x, top, x+width, 430, color.RGBA{shade, shade - 8, shade - 18, 0xff})
		for wy := top + 24; wy < 340; wy += 56 {
			for wx := x + 18; wx+26 < x+width; wx += 46 {
				fill(wx, wy, wx+26, wy+34, color.RGBA{0x6f, 0x86, 0x98, 0xff})
			}
		}
		fill(x+10, 370, x+width-10, 430, color.RGBA{0x8c, uint8(60 + next(90)), 0x4a, 0xff})
		x += width + 4
	}
	fill(0, 430, w, 520, color.RGBA{0xc9, 0xc5, 0xbc, 0xff})
	for x := 0; x < w; x += 48 {
		fill(x, 430, x+2, 520, color.RGBA{0xb4, 0xb0, 0xa6, 0xff})
	}
	fill(0, 470, w, 482, color.RGBA{0xe0, 0xb8, 0x3c, 0xff}) // the blind people's track
	fill(0, 520, w, h, color.RGBA{0x5a, 0x5f, 0x66, 0xff})
	for i, at := 0, 120+next(200); i < 2+next(3); i++ {
		size := 60 + next(60)
		fill(at, 500-size, at+size+30, 500, color.RGBA{uint8(90 + next(120)), uint8(60 + next(80)), uint8(40 + next(60)), 0xff})
		fill(at-12, 500-size-16, at+size+42, 500-size, color.RGBA{uint8(120 + next(120)), 0x50, 0x48, 0xff})
		at += size + 70 + next(80)
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 82})
	return b.Bytes(), err
}
