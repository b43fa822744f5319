package open311

import (
	"errors"
	"net/http"
	"strings"

	"jiexu/fault"
	"jiexu/words"
)

// problem is one error as the specification has it.
type problem struct {
	Code        string `json:"code" xml:"code"`
	Description string `json:"description" xml:"description"`
}

// refusal is a call that is not answered, with its status and all that is wrong.
type refusal struct {
	status   int
	problems []problem
}

func (r refusal) Error() string {
	var all []string
	for _, p := range r.problems {
		all = append(all, p.Description)
	}
	return strings.Join(all, "; ")
}

// The specification's own words for what is not there and what is missing; programs compare them, so they stay in its language.
func gone(what string) refusal {
	return refusal{http.StatusNotFound, []problem{{"404", what + " provided was not found"}}}
}

func missing(what string) problem { return problem{"400", what + " was not provided"} }

func say(lang, code string, params map[string]any) string { return words.Text(lang, code, params) }

// names are the arguments by which our forms' fields are known outside.
var names = map[string]string{"content": "description", "address": "address_string", "lon": "long", "name": "first_name", "phone": "phone", "account": "account_id", "device": "device_id"}

// fail writes an error: what is not ours to tell is logged, and told as the specification's general error.
func (g *Gateway) fail(w http.ResponseWriter, q *query, err error) {
	var r refusal
	var f *fault.Error
	switch {
	case errors.As(err, &r):
	case errors.As(err, &f) && f.Code == "intake.no_service":
		r = gone("service_code")
	case errors.As(err, &f) && f.Kind == fault.Invalid:
		r.status = http.StatusBadRequest
		for _, field := range f.Fields {
			name := field.Name
			if outside, ok := names[name]; ok {
				name = outside
			}
			if field.Code == "form.required" {
				r.problems = append(r.problems, missing(name))
				continue
			}
			r.problems = append(r.problems, problem{"400", name + ": " + words.Text(q.lang, field.Code, field.Params)})
		}
		if len(f.Fields) == 0 {
			_, text := words.Fault(q.lang, f)
			r.problems = []problem{{"400", text}}
		}
	default:
		if q.Context().Err() == nil {
			g.Log.Error("open311", "method", q.Method, "error", err)
		}
		r = refusal{http.StatusBadRequest, []problem{{"400", "General service error. " + say(q.lang, "open311.failed", nil)}}}
	}
	write(w, q.json, r.status, problemList(r.problems))
}
