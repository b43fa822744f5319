package portal

import (
	"errors"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/systems/intake"
	"jiexu/words"
)

// problem is something that was filled in wrongly, as it is held: it is put into words when a page is made, in its language.
type problem struct {
	Field  string         `json:"f"`
	Code   string         `json:"c"`
	Params map[string]any `json:"p,omitempty"`
}

// wrong is a problem in words, and the box that it leads to.
type wrong struct{ Field, Text string }

// said is the fault that an error is.
func said(err error) (*fault.Error, bool) {
	var f *fault.Error
	return f, errors.As(err, &f)
}

// boxes are the portal's own names of fields.
var boxes = map[string]string{"description": "text", "content": "text", "title": "text", "lon": "address", "lat": "address", "account": "name", "device": "name", "satisfaction": "rating"}

// blame keeps what a fault of a form says, one problem for each field: the first that is said of it.
func (d *draft) blame(f *fault.Error) { d.Wrong = blamed(d.Wrong, f) }

func blamed(list []problem, f *fault.Error) []problem {
	for _, one := range f.Fields {
		name := one.Name
		if box, ok := boxes[name]; ok {
			name = box
		}
		if code, ok := strings.CutPrefix(name, "attribute["); ok {
			name = "a-" + strings.TrimSuffix(code, "]")
		}
		if !slices.ContainsFunc(list, func(p problem) bool { return p.Field == name }) {
			list = append(list, problem{name, one.Code, one.Params})
		}
	}
	return list
}

// phrases say what is to be done about a problem, by field and code: in the words of the form's own labels. Fields of questions go
// under "a". What is not among them is said as it is everywhere.
var phrases = map[string]map[string]string{
	"text":    {"form.required": "portal.no_text", "form.too_long": "portal.text_long"},
	"address": {"form.required": "portal.no_place", "intake.no_place": "portal.no_place", "form.too_long": "portal.address_long", "place.outside": "portal.address_outside", "intake.other_city": "portal.address_elsewhere"},
	"map":     {"place.outside": "portal.map_outside"},
	"name":    {"form.too_long": "portal.name_long"},
	"phone":   {"form.too_long": "portal.phone_wrong", "intake.phone_long": "portal.phone_wrong", "intake.phone": "portal.phone_wrong"},
	"email":   {"form.too_long": "portal.email_wrong", "intake.email": "portal.email_wrong"},
	"a": {"form.required": "portal.answer_missing", "form.one_of": "portal.answer_other", "intake.one_value": "portal.answer_one", "form.number": "portal.answer_number", "form.datetime": "portal.answer_day",
		"form.too_long": "portal.answer_long", "form.too_many": "portal.answer_many"},
	"rating": {"procedure.field_required": "portal.rating_missing", "procedure.field_option": "portal.rating_missing", "procedure.field_type": "portal.rating_missing"},
	"note":   {"procedure.field_long": "portal.note_long"},
	"reason": {"procedure.field_required": "portal.reason_missing", "procedure.field_short": "portal.reason_missing", "procedure.field_long": "portal.reason_long", "need.reopen_in_time": "portal.reopen_over"},
	"photo": {"evidence.not_picture": "portal.photo_none", "evidence.too_large": "portal.photo_large", "evidence.pixels": "portal.photo_large", "evidence.broken": "portal.photo_broken", "evidence.empty": "portal.photo_broken",
		"evidence.cut_off": "portal.photo_broken", "evidence.disk_full": "portal.photo_later"},
}

// spell puts problems into words. service is that of the form, for its questions.
func (c *call) spell(list []problem, service intake.PublicService) (out []wrong) {
	for _, p := range list {
		params, group := map[string]any{}, p.Field
		for k, v := range p.Params {
			params[k] = v
		}
		if code, ok := strings.CutPrefix(p.Field, "a-"); ok {
			group, params["question"] = "a", code
			for _, a := range service.Attributes {
				if a.Code == code {
					params["question"] = a.Asks(c.Lang)
				}
			}
		}
		params["phone"] = c.Phone
		code := p.Code
		if own, ok := phrases[group][code]; ok {
			code = own
		}
		out = append(out, wrong{p.Field, words.Text(c.Lang, code, params)})
	}
	return out
}

// Says is what is wrong with a field; empty where nothing is.
func (c *call) Says(field string) string {
	for _, w := range c.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// Field is what is wrong with a field, for the box beside it.
func (c *call) Field(field string) wrong { return wrong{field, c.Says(field)} }

// About are the ids of what describes a field: its hint, and what is wrong with it.
func (c *call) About(field string, hint bool) string {
	var ids []string
	if hint {
		ids = append(ids, field+"-hint")
	}
	if c.Says(field) != "" {
		ids = append(ids, field+"-wrong")
	}
	return strings.Join(ids, " ")
}
