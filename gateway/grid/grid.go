// Package grid translates between the city grid platform (城市网格化管理平台) and intake, in the seven stages of GB/T 30428: collect, file,
// dispatch, handle, feed back, verify, close. Of a case that the platform dispatches to us, it collects, files, dispatches, verifies and closes, and we
// handle and feed back; what our patrols find we collect, and it files.
//
// It owns no rule of business: whether a step may be taken now, intake says; what a code means, the desk's table.
package grid

import (
	"context"
	"time"

	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/gateway/grid/table"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake"
)

// The seven stages, and what else the platform says between them.
const (
	Collect  = "collect"  // 信息采集、上报
	File     = "file"     // 立案
	Dispatch = "dispatch" // 派遣
	Handle   = "handle"   // 处置
	Feedback = "feedback" // 处置反馈
	Verify   = "verify"   // 核查
	Close    = "close"    // 结案

	Urge      = "urge"      // 催办
	Supervise = "supervise" // 督办
	Reject    = "reject"    // 不予立案, of what we collected
	Return    = "return"    // 退单批复
	Extension = "extension" // 延期批复
)

// Types of messages that we send beside stages and receipts.
const (
	Progress         = "progress"
	ReturnRequest    = "return_request"
	ExtensionRequest = "extension_request"
)

var typeWords = map[string]string{"信息采集": Collect, "采集": Collect, "上报": Collect, "立案": File, "受理": File, "案件建立": File, "派遣": Dispatch, "任务派遣": Dispatch, "派单": Dispatch, "核查": Verify, "核查结果": Verify,
	"结案": Close, "催办": Urge, "督办": Supervise, "不予立案": Reject, "退单批复": Return, "延期批复": Extension}

func typeOf(s string) string {
	if ours, ok := typeWords[s]; ok {
		return ours
	}
	return s
}

// Intake is what the platform asks of intake.
type Intake interface {
	Arrive(ctx context.Context, actor org.Actor, in intake.Registration) (intake.Arrival, error)
	TakeFor(ctx context.Context, actor org.Actor, id string, choose func(intake.Standing) string, in map[string]any) (*intake.Receipt, error)
	SaidBy(ctx context.Context, tx *store.Tx, r ledger.Record) (*intake.Said, bool, error)
}

// Protocol is the grid platform's. It is safe for concurrent use.
type Protocol struct {
	Intake Intake
	Tables *table.Tables
	// MatterOf gives the penalty matter of the case that grew from a complaint, empty where there is none.
	MatterOf func(ctx context.Context, tx *store.Tx, complaint string) (string, error)
}

// Kind is grid.
func (*Protocol) Kind() string { return gateway.Grid }

// Opens tells that what is collected, filed or dispatched may be the first that is heard of a case.
func (*Protocol) Opens(eventType string) bool {
	switch typeOf(eventType) {
	case Collect, File, Dispatch:
		return true
	}
	return false
}

// Follows tells that all else that the platform sends is about a case.
func (*Protocol) Follows(eventType string) bool {
	switch typeOf(eventType) {
	case Reject, Urge, Supervise, Verify, Close, Extension, Return:
		return true
	}
	return false
}

// Names are our names of fields by the columns and keys of grid platforms.
func (*Protocol) Names() map[string]string {
	return map[string]string{
		"环节": "type", "阶段": "type", "stage": "type",
		"标题": "title", "案件标题": "title", "问题描述": "content", "案件描述": "content", "描述": "content", "内容": "content", "text": "content",
		"位置描述": "address", "案发地点": "address", "地址": "address", "位置": "address", "经度": "lon", "纬度": "lat", "lng": "lon", "坐标系": "datum",
		"类别": "sort", "问题类型": "sort", "部件事件": "sort", "案件类别代码": "code", "类别代码": "code", "小类代码": "code", "事件代码": "code", "部件代码": "code", "案件类别": "code",
		"单元网格": "cell", "单元网格编码": "cell", "网格编码": "cell", "grid": "cell",
		"上报人": "name", "采集员": "name", "监督员": "name", "举报人": "name", "联系电话": "phone", "电话": "phone",
		"办结截止": "deadline", "办结时限": "deadline", "上报时间": "accepted_at", "采集时间": "accepted_at", "立案时间": "filed_at", "派遣时间": "dispatched_at", "处置时限": "deadline", "截止时间": "deadline",
		"紧急程度": "urgent", "是否紧急": "urgent", "核查结果": "result", "核查结论": "result", "批复": "result", "批复结果": "result", "结果": "result",
		"原因": "reason", "理由": "reason", "核查意见": "reason", "意见": "reason", "平台案件编号": "case",
	}
}

// Take takes an event in.
func (p *Protocol) Take(ctx context.Context, in gateway.Arrival) (gateway.Taken, error) {
	r := &reader{gateway.NewReader(in)}
	known := in.Order.Complaint != ""
	switch kind := typeOf(in.Event.Type); kind {
	case Collect, File:
		if known {
			return p.hear(ctx, r, kind, intake.HearNote, map[string]string{Collect: "网格平台已登记", File: "网格平台已立案"}[kind])
		}
		if in.Event.Order == "" {
			r.Fault.With("order", "form.required")
		}
		fields, err := r.soFar(ctx)
		if err != nil {
			return gateway.Taken{}, err
		}
		if _, err := r.code(ctx, p, fields); err != nil {
			return gateway.Taken{}, err
		}
		return gateway.Taken{Notes: r.Notes, Stage: kind}, r.Fault.OrNil() // what it brings is kept until the case is dispatched
	case Dispatch:
		if known && in.Order.Stage == "" { // what our patrol found is ours already
			return p.hear(ctx, r, kind, intake.HearNote, "网格平台派遣给本单位")
		}
		return p.dispatch(ctx, r)
	case Reject:
		return p.hear(ctx, r, "", intake.HearNote, "网格平台不予立案")
	case Urge, Supervise:
		return p.hear(ctx, r, "", kind, map[string]string{Urge: "网格平台催办", Supervise: "网格平台督办"}[kind])
	case Verify:
		return p.verify(ctx, r)
	case Close:
		return p.step(ctx, r, Close, func(intake.Standing) string { return intake.StepClose }, map[string]any{"satisfaction": "not_called", "note": orElse(r.Text("reason", "content"), "网格平台结案")})
	case Extension:
		return p.decided(ctx, r, intake.StepGiveTime, intake.StepRefuseTime)
	case Return:
		return p.decided(ctx, r, intake.StepSourceTook, intake.StepSourceKept)
	}
	return gateway.Taken{}, fault.New(fault.Invalid, "form").With("type", "gateway.type_unknown", "value", in.Event.Type)
}

// verify takes the result of the platform's check: passed is heard, failed is done again.
func (p *Protocol) verify(ctx context.Context, r *reader) (gateway.Taken, error) {
	ok, err := r.Decided("result")
	if err != nil {
		return gateway.Taken{}, err
	}
	why := r.Text("reason", "content")
	if ok {
		return p.step(ctx, r, Verify, func(st intake.Standing) string {
			if st.State != intake.Replied { // nothing was fed back that could be checked: intake says so
				return intake.StepClose
			}
			return intake.StepHear
		}, map[string]any{"kind": intake.HearNote, "text": orElse(why, "网格平台核查通过"), "satisfaction": "not_called"})
	}
	return p.step(ctx, r, Dispatch, intake.Standing.Redo, map[string]any{"reason": orElse(why, "网格平台核查未通过")})
}

// decided takes the platform's word on what we asked of it.
func (p *Protocol) decided(ctx context.Context, r *reader, yes, no string) (gateway.Taken, error) {
	ok, err := r.Decided("result")
	if err != nil {
		return gateway.Taken{}, err
	}
	why := r.Text("reason", "content")
	if ok {
		return p.step(ctx, r, "", func(intake.Standing) string { return yes }, map[string]any{"note": why})
	}
	return p.step(ctx, r, "", func(intake.Standing) string { return no }, map[string]any{"reason": orElse(why, "网格平台不同意")})
}

func (p *Protocol) hear(ctx context.Context, r *reader, stage, kind, otherwise string) (gateway.Taken, error) {
	text := orElse(r.Text("content", "reason"), otherwise)
	if n := r.Text("case"); n != "" {
		text += "（平台案件编号 " + gateway.Cut(n, 60) + "）"
	}
	return p.step(ctx, r, stage, func(intake.Standing) string { return intake.StepHear }, map[string]any{"kind": kind, "text": text})
}

func (p *Protocol) step(ctx context.Context, r *reader, stage string, choose func(intake.Standing) string, fields map[string]any) (gateway.Taken, error) {
	if err := r.Fault.OrNil(); err != nil {
		return gateway.Taken{}, err
	}
	if r.In.Order.Complaint == "" {
		return gateway.Taken{}, fault.New(fault.Invalid, "gateway.order_unknown", "order", r.In.Event.Order)
	}
	done, err := p.Intake.TakeFor(ctx, r.In.Link.Actor(), r.In.Order.Complaint, choose, fields)
	if err != nil {
		return gateway.Taken{}, err
	}
	if err := r.AnotherEnd("deadline", func(due time.Time) error {
		_, err := p.Intake.TakeFor(ctx, r.In.Link.Actor(), done.ID, func(intake.Standing) string { return intake.StepSourceTerm }, map[string]any{"due": due})
		return err
	}); err != nil {
		return gateway.Taken{}, err
	}
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Notes: r.Notes, Stage: stage}, nil
}

// dispatch makes a complaint of a case, of all that its earlier events brought.
func (p *Protocol) dispatch(ctx context.Context, r *reader) (gateway.Taken, error) {
	fields, err := r.soFar(ctx)
	if err != nil {
		return gateway.Taken{}, err
	}
	r.In.Event.Fields = fields
	if r.In.Event.Order == "" {
		r.Fault.With("order", "form.required")
	}
	found, err := r.code(ctx, p, fields)
	if err != nil {
		return gateway.Taken{}, err
	}
	if cell := fields["cell"]; cell != "" {
		if c, err := table.ParseCell(cell); err != nil || c.District == "" {
			r.Note("gateway.grid_cell", "cell", "cell", gateway.Cut(cell, 30))
		}
	}
	reg := intake.Registration{Channel: intake.Grid, SourceNumber: r.In.Event.Order, Unit: r.In.Link.Unit, Kind: intake.Grievance, Category: orElse(found.category, found.title), Title: gateway.Cut(orElse(fields["title"], found.title), 200),
		Content: orElse(fields["content"], found.title), Address: fields["address"], Datum: fields["datum"], Name: fields["name"], Urgent: r.Yes("urgent"), ReceivedAt: r.Time("accepted_at"), DueAt: r.Deadline("deadline")}
	if fields["content"] == "" && found.title != "" {
		r.Note("gateway.content_from_title", "content")
	}
	reg.Lon, reg.Lat = r.Point("lon", "lat")
	reg.Phone = r.Phone("phone", intake.CheckPhone)
	if err := r.Fault.OrNil(); err != nil {
		return gateway.Taken{}, err
	}
	done, err := p.Intake.Arrive(ctx, r.In.Link.Actor(), reg)
	if err != nil {
		return gateway.Taken{}, gateway.Renamed(err, gateway.FieldsOfIntake)
	}
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Repeated: done.Repeated, Notes: r.Notes, Stage: Dispatch}, nil
}

// reader reads an event's fields.
type reader struct{ *gateway.Reader }

// soFar are the fields of a case as its earlier events and this one bring them: a stage need not say again what one before it said.
func (r *reader) soFar(ctx context.Context) (map[string]string, error) {
	fields, err := r.In.Kept(ctx)
	if err != nil {
		return nil, err
	}
	for k, v := range r.In.Event.Fields {
		fields[k] = v
	}
	return fields, nil
}

// classed is what a code says.
type classed struct{ title, category string }

// code reads the class of a case; one that the table in force does not have is wrong, and so is none where nothing else says what it is about.
func (r *reader) code(ctx context.Context, p *Protocol, fields map[string]string) (out classed, err error) {
	text := fields["code"]
	if text == "" {
		if fields["title"] == "" && fields["content"] == "" {
			r.Fault.With("code", "form.required")
		}
		return out, nil
	}
	if sort := fields["sort"]; sort != "" && table.ParseSort(sort) == "" {
		r.Fault.With("sort", "gateway.code_unknown", "value", gateway.Cut(sort, 30))
		return out, nil
	}
	c, err := table.ParseCode(fields["sort"], text)
	if err != nil {
		r.Fault.With("code", "gateway.grid_code", "code", gateway.Cut(text, 30))
		return out, nil
	}
	err = p.Tables.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if out.title, err = p.Tables.Title(ctx, tx, c, law.On(r.In.Came)); err != nil {
			return err
		}
		if fields["sort"] == "" && c.District == "" { // the short codes of parts begin with the same digits
			part := c
			part.Sort = table.Part
			if _, err := p.Tables.Title(ctx, tx, part, law.On(r.In.Came)); err == nil {
				r.Note("gateway.grid_as_event", "sort", "code", gateway.Cut(text, 30), "title", out.title)
			}
		}
		m, err := p.Tables.Means(ctx, tx, c)
		out.category = m.Category
		return err
	})
	if f, ok := err.(*fault.Error); ok && f.Code == "gateway.grid_unknown" {
		r.Fault.Fields = append(r.Fault.Fields, fault.Field{Name: "code", Code: f.Code, Params: f.Params})
		return out, nil
	}
	return out, err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
