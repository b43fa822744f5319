// Package hotline translates between the 12345 hotline and intake: its work orders (工单) become complaints, what it says of
// them later becomes steps, and what happens to a complaint is told to it as progress, a reply, a return or a request for more time.
//
// It owns no rule of business: whether an order is sound, whose it is, and whether a step may be taken now, intake says.
package hotline

import (
	"context"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake"
)

// Types of events that the hotline sends.
const (
	Order      = "order"      // 派单
	Supplement = "supplement" // 补充
	Urge       = "urge"       // 催办
	Supervise  = "supervise"  // 督办
	Withdraw   = "withdraw"   // 撤诉
	Redo       = "redo"       // 重办、不满意件
	Revisit    = "revisit"    // 回访结果
	Extension  = "extension"  // 延期批复
	Return     = "return"     // 退单批复
)

// words under which they come too.
var typeWords = map[string]string{"派单": Order, "新工单": Order, "工单": Order, "补充": Supplement, "催办": Urge, "督办": Supervise, "撤诉": Withdraw, "撤单": Withdraw, "重办": Redo, "不满意": Redo,
	"退回重办": Redo, "回访": Revisit, "回访结果": Revisit, "延期批复": Extension, "退单批复": Return, "create": Order, "dispatch": Order}

// Types of messages that we send, beside receipt.
const (
	Progress         = "progress"
	Reply            = "reply"
	ReturnRequest    = "return_request"
	ExtensionRequest = "extension_request"
)

// Intake is what the hotline asks of intake.
type Intake interface {
	Arrive(ctx context.Context, actor org.Actor, in intake.Registration) (intake.Arrival, error)
	TakeFor(ctx context.Context, actor org.Actor, id string, choose func(intake.Standing) string, in map[string]any) (*intake.Receipt, error)
	SaidBy(ctx context.Context, tx *store.Tx, r ledger.Record) (*intake.Said, bool, error)
}

// Protocol is the hotline's. It is safe for concurrent use.
type Protocol struct{ Intake Intake }

// Kind is hotline.
func (Protocol) Kind() string { return gateway.Hotline }

// Opens tells that a new order, and nothing else, is the first that is heard of it.
func (Protocol) Opens(eventType string) bool { return typeOf(eventType) == Order }

// Follows tells that all else that the hotline sends is about an order.
func (Protocol) Follows(eventType string) bool {
	switch typeOf(eventType) {
	case Supplement, Urge, Supervise, Withdraw, Redo, Revisit, Extension, Return:
		return true
	}
	return false
}

func typeOf(s string) string {
	if ours, ok := typeWords[s]; ok {
		return ours
	}
	return s
}

// Names are our names of fields by the columns and keys of hotlines.
func (Protocol) Names() map[string]string {
	return map[string]string{
		"标题": "title", "诉求标题": "title", "工单标题": "title", "主题": "title",
		"内容": "content", "诉求内容": "content", "工单内容": "content", "描述": "content", "问题描述": "content", "text": "content",
		"诉求类型": "kind", "工单类型": "kind", "类型": "kind", "诉求类别": "kind",
		"归口": "category", "归口分类": "category", "问题分类": "category", "事项分类": "category", "三级归口": "category",
		"地址": "address", "发生地址": "address", "事发地址": "address", "诉求地址": "address",
		"经度": "lon", "纬度": "lat", "lng": "lon", "longitude": "lon", "latitude": "lat", "坐标系": "datum", "坐标系统": "datum",
		"诉求人": "name", "来电人": "name", "姓名": "name", "联系人": "name", "caller": "name",
		"电话": "phone", "联系电话": "phone", "来电号码": "phone", "手机": "phone", "tel": "phone",
		"是否保密": "confidential", "保密": "confidential", "紧急程度": "urgent", "是否紧急": "urgent", "urgency": "urgent",
		"受理时间": "accepted_at", "来电时间": "accepted_at", "诉求时间": "accepted_at", "received_at": "accepted_at",
		"办结截止": "deadline", "办结时限": "deadline", "截止时间": "deadline", "处理时限": "deadline", "原因": "reason", "理由": "reason", "批复意见": "reason", "回访结果": "satisfaction", "满意度": "satisfaction", "结果": "result", "批复结果": "result", "批复": "result",
	}
}

// Take takes an event in.
func (p Protocol) Take(ctx context.Context, in gateway.Arrival) (gateway.Taken, error) {
	r := &reader{gateway.NewReader(in)}
	r.Time("at") // only looked at: what it says of the order of things, seq says better
	kind := typeOf(in.Event.Type)
	switch kind {
	case Order:
		return p.order(ctx, r)
	case Supplement, Urge, Supervise, Withdraw:
		text := r.Text("content", "reason")
		if text == "" {
			text = map[string]string{Urge: "热线催办", Supervise: "热线督办", Withdraw: "诉求人撤诉"}[kind]
		}
		return p.step(ctx, r, func(intake.Standing) string { return intake.StepHear }, map[string]any{"kind": kind, "text": text})
	case Redo:
		fields := map[string]any{"reason": r.Text("reason", "content")}
		if said := r.satisfaction(); said == "solved_unsatisfied" || said == "unsolved" {
			fields["satisfaction"] = said
		}
		return p.step(ctx, r, intake.Standing.Redo, fields)
	case Revisit:
		said := r.satisfaction()
		if said == "" {
			r.Fault.With("satisfaction", "gateway.code_unknown", "value", in.Event.Fields["satisfaction"])
		}
		return p.step(ctx, r, func(intake.Standing) string { return intake.StepClose }, map[string]any{"satisfaction": said, "note": r.Text("reason", "content")})
	case Extension:
		return p.decided(ctx, r, intake.StepGiveTime, intake.StepRefuseTime)
	case Return:
		return p.decided(ctx, r, intake.StepSourceTook, intake.StepSourceKept)
	}
	return gateway.Taken{}, fault.New(fault.Invalid, "form").With("type", "gateway.type_unknown", "value", in.Event.Type)
}

// decided takes the hotline's word on what we asked of it.
func (p Protocol) decided(ctx context.Context, r *reader, yes, no string) (gateway.Taken, error) {
	why := r.Text("reason", "content")
	ok, err := r.Decided("result")
	if err != nil {
		return gateway.Taken{}, err
	}
	if ok {
		return p.step(ctx, r, func(intake.Standing) string { return yes }, map[string]any{"note": why})
	}
	return p.step(ctx, r, func(intake.Standing) string { return no }, map[string]any{"reason": why})
}

func (p Protocol) step(ctx context.Context, r *reader, choose func(intake.Standing) string, fields map[string]any) (gateway.Taken, error) {
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
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Notes: r.Notes}, nil
}

// kinds are the words for the kinds of complaint that every hotline knows; others the office adds to its table of codes.
var kinds = map[string]string{"咨询": intake.Consultation, "求助": intake.Help, "投诉": intake.Grievance, "举报": intake.Grievance, "投诉举报": intake.Grievance, "建议": intake.Suggestion, "意见建议": intake.Suggestion, "表扬": intake.Praise,
	intake.Consultation: intake.Consultation, intake.Help: intake.Help, intake.Grievance: intake.Grievance, intake.Suggestion: intake.Suggestion, intake.Praise: intake.Praise}

func (p Protocol) order(ctx context.Context, r *reader) (gateway.Taken, error) {
	e := r.In.Event
	if e.Order == "" {
		r.Fault.With("order", "form.required")
	}
	reg := intake.Registration{Channel: intake.Hotline, SourceNumber: e.Order, Unit: r.In.Link.Unit, Category: e.Fields["category"], Title: gateway.Cut(e.Fields["title"], 200), Content: e.Fields["content"],
		Address: e.Fields["address"], Datum: e.Fields["datum"], Name: e.Fields["name"], Confidential: r.Yes("confidential"), Urgent: r.Yes("urgent"), Kind: r.Code("kind", kinds)}
	if reg.Content == "" && reg.Title != "" {
		reg.Content = reg.Title
		r.Note("gateway.content_from_title", "content")
	}
	if reg.Content == "" {
		r.Fault.With("content", "form.required")
	}
	reg.ReceivedAt, reg.DueAt = r.Time("accepted_at"), r.Deadline("deadline")
	reg.Lon, reg.Lat = r.Point("lon", "lat")
	reg.Phone = r.Phone("phone", intake.CheckPhone)
	if err := r.Fault.OrNil(); err != nil {
		return gateway.Taken{}, err
	}
	done, err := p.Intake.Arrive(ctx, r.In.Link.Actor(), reg)
	if err != nil {
		return gateway.Taken{}, gateway.Renamed(err, gateway.FieldsOfIntake)
	}
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Repeated: done.Repeated, Notes: r.Notes}, nil
}

// reader reads an event's fields.
type reader struct{ *gateway.Reader }

// satisfactions are the words for what a citizen says when he is called back.
var satisfactions = map[string]string{"solved": "solved", "满意": "solved", "已解决，满意": "solved", "已解决": "solved", "非常满意": "solved", "solved_basically": "solved_basically", "基本满意": "solved_basically",
	"一般": "solved_basically", "solved_unsatisfied": "solved_unsatisfied", "不满意": "solved_unsatisfied", "已解决，不满意": "solved_unsatisfied", "unsolved": "unsolved", "未解决": "unsolved",
	"unreachable": "unreachable", "未联系上": "unreachable", "无法接通": "unreachable", "not_called": "not_called", "无需回访": "not_called"}

func (r *reader) satisfaction() string {
	return satisfactions[strings.ToLower(r.In.Event.Fields["satisfaction"])]
}
