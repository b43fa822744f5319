package gateway

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/sheet"
)

// Reader reads the fields of an event as a protocol takes it in. What is wrong goes into Fault, what was repaired into Notes.
type Reader struct {
	In    Arrival
	Fault *fault.Error
	Notes []Note
}

// NewReader makes one.
func NewReader(in Arrival) *Reader {
	return &Reader{In: in, Fault: fault.New(fault.Invalid, "form")}
}

// Note says what was repaired.
func (r *Reader) Note(code, field string, params ...any) {
	r.Notes = append(r.Notes, Note{Code: code, Field: field, Params: fault.New(fault.Invalid, code, params...).Params})
}

// Text is the first of these fields that says something.
func (r *Reader) Text(names ...string) string {
	for _, n := range names {
		if v := r.In.Event.Fields[n]; v != "" {
			return v
		}
	}
	return ""
}

// Code reads a code by the office's table, and by the words that all know; one that is in neither is wrong.
func (r *Reader) Code(field string, known map[string]string) string {
	theirs := r.In.Event.Fields[field]
	if ours, ok := r.In.Codes(field, theirs); ok {
		return ours
	}
	if ours, ok := known[strings.ToLower(theirs)]; ok {
		return ours
	}
	if theirs == "" {
		r.Fault.With(field, "form.required")
	} else {
		r.Fault.With(field, "gateway.code_unknown", "value", Cut(theirs, 60))
	}
	return ""
}

// Yes reads a yes or no, which is no where nothing is said; other words are wrong.
func (r *Reader) Yes(field string) bool {
	switch v := strings.ToLower(r.In.Event.Fields[field]); v {
	case "", "no", "n", "false", "0", "否", "一般", "普通", "normal", "不保密", "公开":
		return false
	case "yes", "y", "true", "1", "是", "紧急", "特急", "urgent", "保密":
		return true
	default:
		r.Fault.With(field, "gateway.code_unknown", "value", Cut(v, 60))
		return false
	}
}

// Decided reads a decision, which must be said. Returns form.
func (r *Reader) Decided(field string) (bool, error) {
	switch v := strings.ToLower(r.In.Event.Fields[field]); v {
	case "passed", "granted", "agreed", "yes", "true", "1", "通过", "合格", "同意", "批准", "是", "已解决":
		return true, nil
	case "failed", "refused", "no", "false", "0", "不通过", "未通过", "不合格", "不同意", "不批准", "驳回", "否", "未解决":
		return false, nil
	default:
		return false, fault.New(fault.Invalid, "form").With(field, "gateway.code_unknown", "value", Cut(v, 60))
	}
}

// Time reads a moment. One that lies in the future, or before there were hotlines, is not believed: the moment of arrival stands for it, and that is said.
func (r *Reader) Time(field string) *time.Time {
	text, came := r.In.Event.Fields[field], r.In.Came
	if text == "" {
		return &came
	}
	t, ok := sheet.Moment(text, law.Shanghai)
	switch {
	case !ok:
		r.Note("gateway.time_unreadable", field, "value", Cut(text, 40))
		return &came
	case t.After(came):
		if t.Sub(came) > Skew {
			r.Note("gateway.time_future", field, "value", Cut(text, 40))
		}
		return &came
	case t.Year() < 1990:
		r.Note("gateway.time_past", field, "value", Cut(text, 40))
		return &came
	}
	return &t
}

// farthest is how far ahead a deadline is believed.
const farthest = 366 * 24 * time.Hour

// Deadline reads by when a platform wants an order answered. One that cannot be, or lies years ahead, is left out, and that is said; one that is over is one.
func (r *Reader) Deadline(field string) *time.Time {
	text := r.In.Event.Fields[field]
	if text == "" {
		return nil
	}
	t, ok := sheet.Moment(text, law.Shanghai)
	switch {
	case !ok:
		r.Note("gateway.deadline_unreadable", field, "value", Cut(text, 40))
		return nil
	case t.Sub(r.In.Came) > farthest || r.In.Came.Sub(t) > farthest:
		r.Note("gateway.deadline_far", field, "value", Cut(text, 40))
		return nil
	case t.Before(r.In.Came):
		r.Note("gateway.deadline_past", field, "value", Cut(text, 40))
	}
	return &t
}

// AnotherEnd has set take the deadline that an event brings for an order that is known; where the order cannot have one any more, that is said.
func (r *Reader) AnotherEnd(field string, set func(due time.Time) error) error {
	due := r.Deadline(field)
	if due == nil {
		return nil
	}
	err := set(*due)
	if kind := fault.KindOf(err); err != nil && (kind == fault.Conflict || kind == fault.Refused) {
		r.Note("gateway.deadline_unused", field)
		return nil
	}
	return err
}

// Point reads a position; half of one is none, and that is said.
func (r *Reader) Point(lonField, latField string) (lon, lat *float64) {
	lon, lat = r.degrees(lonField), r.degrees(latField)
	if (lon == nil) != (lat == nil) {
		r.Note("gateway.half_a_point", lonField)
		return nil, nil
	}
	return lon, lat
}

func (r *Reader) degrees(field string) *float64 {
	text := r.In.Event.Fields[field]
	if text == "" || strings.Trim(text, "0.") == "" { // what some write for none
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		r.Note("gateway.number", field, "value", Cut(text, 40))
		return nil
	}
	return &v
}

// Phone reads a number; at one that nobody can be called at the event does not fail, but it is said.
func (r *Reader) Phone(field string, check func(string) error) string {
	text := r.In.Event.Fields[field]
	if text == "" {
		return ""
	}
	digits, ok := sheet.Digits(text)
	if !ok || check(digits) != nil {
		r.Note("gateway.phone", field)
		return ""
	}
	return digits
}

// FieldsOfIntake are our names of an event's fields by those of a registration.
var FieldsOfIntake = map[string]string{"receivedAt": "accepted_at", "sourceNumber": "order"}

// Renamed gives the fields of a fault the names that they have in an event.
func Renamed(err error, names map[string]string) error {
	var f *fault.Error
	if errors.As(err, &f) {
		for i := range f.Fields {
			if name, ok := names[f.Fields[i].Name]; ok {
				f.Fields[i].Name = name
			}
		}
	}
	return err
}

// Cut shortens a text to so many characters.
func Cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
