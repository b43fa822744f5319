// Package hotline translates between the 12345 hotline and intake: its work orders (工单) become complaints, what it says of
// them later becomes steps, and what happens to a complaint is told to it as progress, a reply, a return or a request for more time.
//
// It owns no rule of business: whether an order is sound, whose it is, and whether a step may be taken now, intake says.
package hotline

import (
	"context"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/sheet"
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
		"原因": "reason", "理由": "reason", "批复意见": "reason", "回访结果": "satisfaction", "满意度": "satisfaction", "结果": "result", "批复结果": "result", "批复": "result",
	}
}

// Take takes an event in.
func (p Protocol) Take(ctx context.Context, in gateway.Arrival) (gateway.Taken, error) {
	r := &reader{in: in, f: fault.New(fault.Invalid, "form")}
	r.time("at") // only looked at: what it says of the order of things, seq says better
	kind := typeOf(in.Event.Type)
	switch kind {
	case Order:
		return p.order(ctx, r)
	case Supplement, Urge, Supervise, Withdraw:
		text := r.text("content", "reason")
		if text == "" {
			text = map[string]string{Urge: "热线催办", Supervise: "热线督办", Withdraw: "诉求人撤诉"}[kind]
		}
		return p.step(ctx, r, func(intake.Standing) string { return intake.StepHear }, map[string]any{"kind": kind, "text": text})
	case Redo:
		fields := map[string]any{"reason": r.text("reason", "content")}
		if said := r.satisfaction(); said == "solved_unsatisfied" || said == "unsolved" {
			fields["satisfaction"] = said
		}
		return p.step(ctx, r, func(st intake.Standing) string {
			if st.Accepted {
				return intake.StepRedo
			}
			return intake.StepReroute
		}, fields)
	case Revisit:
		said := r.satisfaction()
		if said == "" {
			r.f.With("satisfaction", "gateway.code_unknown", "value", in.Event.Fields["satisfaction"])
		}
		return p.step(ctx, r, func(intake.Standing) string { return intake.StepClose }, map[string]any{"satisfaction": said, "note": r.text("reason", "content")})
	case Extension:
		return p.decided(ctx, r, intake.StepGiveTime, intake.StepRefuseTime)
	case Return:
		return p.decided(ctx, r, intake.StepSourceTook, intake.StepSourceKept)
	}
	return gateway.Taken{}, fault.New(fault.Invalid, "form").With("type", "gateway.type_unknown", "value", in.Event.Type)
}

// decided takes the hotline's word on what we asked of it.
func (p Protocol) decided(ctx context.Context, r *reader, yes, no string) (gateway.Taken, error) {
	why := r.text("reason", "content")
	said := strings.ToLower(r.in.Event.Fields["result"])
	switch said {
	case "granted", "agreed", "yes", "true", "1", "同意", "批准", "通过", "是":
		return p.step(ctx, r, func(intake.Standing) string { return yes }, map[string]any{"note": why})
	case "refused", "no", "false", "0", "不同意", "不批准", "驳回", "否":
		return p.step(ctx, r, func(intake.Standing) string { return no }, map[string]any{"reason": why})
	}
	r.f.With("result", "gateway.code_unknown", "value", said)
	return gateway.Taken{}, r.f
}

func (p Protocol) step(ctx context.Context, r *reader, choose func(intake.Standing) string, fields map[string]any) (gateway.Taken, error) {
	if err := r.f.OrNil(); err != nil {
		return gateway.Taken{}, err
	}
	if r.in.Order.Complaint == "" {
		return gateway.Taken{}, fault.New(fault.Invalid, "gateway.order_unknown", "order", r.in.Event.Order)
	}
	done, err := p.Intake.TakeFor(ctx, r.in.Link.Actor(), r.in.Order.Complaint, choose, fields)
	if err != nil {
		return gateway.Taken{}, err
	}
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Notes: r.notes}, nil
}

// kinds are the words for the kinds of complaint that every hotline knows; others the office adds to its table of codes.
var kinds = map[string]string{"咨询": intake.Consultation, "求助": intake.Help, "投诉": intake.Grievance, "举报": intake.Grievance, "投诉举报": intake.Grievance, "建议": intake.Suggestion, "意见建议": intake.Suggestion, "表扬": intake.Praise,
	intake.Consultation: intake.Consultation, intake.Help: intake.Help, intake.Grievance: intake.Grievance, intake.Suggestion: intake.Suggestion, intake.Praise: intake.Praise}

func (p Protocol) order(ctx context.Context, r *reader) (gateway.Taken, error) {
	e := r.in.Event
	if e.Order == "" {
		r.f.With("order", "form.required")
	}
	reg := intake.Registration{Channel: intake.Hotline, SourceNumber: e.Order, Unit: r.in.Link.Unit, Category: e.Fields["category"], Title: cut(e.Fields["title"], 200), Content: e.Fields["content"],
		Address: e.Fields["address"], Datum: e.Fields["datum"], Name: e.Fields["name"], Confidential: r.yes("confidential"), Urgent: r.yes("urgent"), Kind: r.code("kind", kinds)}
	if reg.Content == "" && reg.Title != "" {
		reg.Content = reg.Title
		r.note("gateway.content_from_title", "content")
	}
	reg.ReceivedAt = r.time("accepted_at")
	reg.Lon, reg.Lat = r.degrees("lon"), r.degrees("lat")
	if (reg.Lon == nil) != (reg.Lat == nil) {
		reg.Lon, reg.Lat = nil, nil
		r.note("gateway.half_a_point", "lon")
	}
	reg.Phone = r.phone("phone")
	if err := r.f.OrNil(); err != nil {
		return gateway.Taken{}, err
	}
	done, err := p.Intake.Arrive(ctx, r.in.Link.Actor(), reg)
	if err != nil {
		return gateway.Taken{}, ours(err)
	}
	return gateway.Taken{Complaint: done.ID, Number: done.Number, Repeated: done.Repeated, Notes: r.notes}, nil
}

// ours gives the fields of a fault of intake the names that they have in an event.
func ours(err error) error {
	if f, ok := err.(*fault.Error); ok {
		for i := range f.Fields {
			if name, ok := map[string]string{"receivedAt": "accepted_at", "sourceNumber": "order"}[f.Fields[i].Name]; ok {
				f.Fields[i].Name = name
			}
		}
	}
	return err
}

// reader reads an event's fields and collects what is wrong with them and what was repaired.
type reader struct {
	in    gateway.Arrival
	f     *fault.Error
	notes []gateway.Note
}

func (r *reader) note(code, field string, params ...any) {
	r.notes = append(r.notes, gateway.Note{Code: code, Field: field, Params: fault.New(fault.Invalid, code, params...).Params})
}

// text is the first of these fields that says something.
func (r *reader) text(names ...string) string {
	for _, n := range names {
		if v := r.in.Event.Fields[n]; v != "" {
			return v
		}
	}
	return ""
}

// code reads a code by the words that all know and by the office's table; one that is in neither is wrong.
func (r *reader) code(field string, known map[string]string) string {
	theirs := r.in.Event.Fields[field]
	if ours, ok := r.in.Codes(field, theirs); ok {
		return ours
	}
	if ours, ok := known[strings.ToLower(theirs)]; ok {
		return ours
	}
	if theirs == "" {
		r.f.With(field, "form.required")
	} else {
		r.f.With(field, "gateway.code_unknown", "value", cut(theirs, 60))
	}
	return ""
}

func (r *reader) yes(field string) bool {
	switch v := strings.ToLower(r.in.Event.Fields[field]); v {
	case "", "no", "n", "false", "0", "否", "一般", "普通", "normal", "不保密", "公开":
		return false
	case "yes", "y", "true", "1", "是", "紧急", "特急", "urgent", "保密":
		return true
	default:
		r.f.With(field, "gateway.code_unknown", "value", cut(v, 60))
		return false
	}
}

// time reads a moment. One that lies in the future, or before there were hotlines, is not believed: the moment of arrival stands for it, and that is said.
func (r *reader) time(field string) *time.Time {
	text := r.in.Event.Fields[field]
	came := r.in.Came
	if text == "" {
		return &came
	}
	t, ok := sheet.Moment(text, law.Shanghai)
	switch {
	case !ok:
		r.note("gateway.time_unreadable", field, "value", cut(text, 40))
		return &came
	case t.After(came):
		if t.Sub(came) > gateway.Skew {
			r.note("gateway.time_future", field, "value", cut(text, 40))
		}
		return &came
	case t.Year() < 1990:
		r.note("gateway.time_past", field, "value", cut(text, 40))
		return &came
	}
	return &t
}

func (r *reader) degrees(field string) *float64 {
	text := r.in.Event.Fields[field]
	if text == "" || text == "0" || text == "0.0" { // what some write for none
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		r.note("gateway.number", field, "value", cut(text, 40))
		return nil
	}
	return &v
}

// phone reads a number; at one that nobody can be called at the order does not fail, but it is said.
func (r *reader) phone(field string) string {
	text := r.in.Event.Fields[field]
	if text == "" {
		return ""
	}
	digits, ok := sheet.Digits(text)
	if !ok || intake.CheckPhone(digits) != nil {
		r.note("gateway.phone", field)
		return ""
	}
	return digits
}

// satisfactions are the words for what a citizen says when he is called back.
var satisfactions = map[string]string{"solved": "solved", "满意": "solved", "已解决，满意": "solved", "已解决": "solved", "非常满意": "solved", "solved_basically": "solved_basically", "基本满意": "solved_basically",
	"一般": "solved_basically", "solved_unsatisfied": "solved_unsatisfied", "不满意": "solved_unsatisfied", "已解决，不满意": "solved_unsatisfied", "unsolved": "unsolved", "未解决": "unsolved",
	"unreachable": "unreachable", "未联系上": "unreachable", "无法接通": "unreachable", "not_called": "not_called", "无需回访": "not_called"}

func (r *reader) satisfaction() string {
	return satisfactions[strings.ToLower(r.in.Event.Fields["satisfaction"])]
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
