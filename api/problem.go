package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/words"
)

// Problem is a failure as the user gets it (RFC 9457).
type Problem struct {
	Type    string         `json:"type" doc:"urn:jiexu: and the code"`
	Title   string         `json:"title" doc:"what sort of failure it is"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail" doc:"what happened and what to do next"`
	Code    string         `json:"code" doc:"stable, for programs"`
	Params  map[string]any `json:"params,omitempty"`
	Fields  []FieldProblem `json:"fields,omitempty" doc:"what is wrong with which field"`
	Request string         `json:"request,omitempty" doc:"number of the request, to be quoted"`

	retry int
}

// FieldProblem is one wrong field, named as the API spells it.
type FieldProblem struct {
	Name   string   `json:"name"`
	Code   string   `json:"code"`
	Detail string   `json:"detail"`
	Cites  []string `json:"cites,omitempty" doc:"the articles that say so, where a step is blocked"`
}

func (p *Problem) Error() string  { return p.Code }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to try again, where that is known.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	return h
}

var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Refused: http.StatusForbidden, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Gone: http.StatusGone, fault.TooLarge: http.StatusRequestEntityTooLarge,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

// statusOf are the codes whose status says more than their kind's.
var statusOf = map[string]int{
	"api.precondition": http.StatusPreconditionRequired,
	"api.if_match":     http.StatusBadRequest,
	"api.unparsable":   http.StatusBadRequest,
	"api.media_type":   http.StatusUnsupportedMediaType,
	"api.body_slow":    http.StatusRequestTimeout,
	"api.not_utf8":     http.StatusBadRequest,
	"api.no_operation": http.StatusNotFound,
	"api.method":       http.StatusMethodNotAllowed,
}

// problemOf says an error as a problem, in a language.
func problemOf(err error, lang, request string) *Problem {
	p := &Problem{Status: http.StatusInternalServerError, Code: "internal", Request: request}
	p.Title, p.Detail = words.Fault(lang, err)
	var e *fault.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		e = fault.New(fault.TooLarge, "api.body_too_large", "max", sizeText(large.Limit))
		p.Title, p.Detail = words.Fault(lang, e)
	case !errors.As(err, &e):
	}
	if e != nil && e.Kind != fault.Internal {
		p.Status, p.Code = statuses[e.Kind], e.Code
		if s, ok := statusOf[e.Code]; ok {
			p.Status = s
		}
		if e.Kind != fault.Unavailable { // its parameters name the machine's parts
			p.Params = e.Params
		}
		for _, f := range e.Fields {
			cites, _ := f.Params["cites"].([]string)
			p.Fields = append(p.Fields, FieldProblem{Name: f.Name, Code: f.Code, Detail: words.Text(lang, f.Code, f.Params), Cites: cites})
		}
		switch e.Kind {
		case fault.TooMany:
			p.retry, _ = e.Params["seconds"].(int)
			p.retry = max(p.retry, 1)
		case fault.Unavailable:
			p.retry, _ = e.Params["seconds"].(int)
			p.retry = max(p.retry, 2)
		}
	}
	p.Type = "urn:jiexu:" + p.Code
	return p
}

// problem answers an error of this request: records refusals, logs what is internal once.
func (q *request) problem(ctx context.Context, err error) *Problem {
	var done *Problem
	if errors.As(err, &done) {
		return done
	}
	p := problemOf(err, q.lang, q.id)
	switch kind := fault.KindOf(err); {
	case p.Status == http.StatusInternalServerError && ctx.Err() != nil:
		q.log.Debug("the user left", "request", q.id, "operation", q.op.ID)
	case p.Status == http.StatusInternalServerError:
		q.log.Error("request failed", "request", q.id, "operation", q.op.ID, "error", err)
	case kind == fault.Unavailable:
		q.log.Warn("unavailable", "request", q.id, "operation", q.op.ID, "error", err)
	case kind == fault.Refused, p.Code == "org.sign_in_failed", p.Code == "org.sign_in_wait":
		q.recordRefusal(ctx, p)
	}
	return p
}

func (q *request) recordRefusal(ctx context.Context, p *Problem) {
	op, _ := p.Params["op"].(string)
	r := org.Refusal{Person: q.who(), Op: cmp.Or(op, q.op.Permission, q.op.ID, q.http.Method), Code: p.Code, Address: q.address,
		Subject: strings.TrimPrefix(q.http.URL.Path, Prefix)}
	r.Unit, _ = p.Params["unit"].(string)
	// The user's leaving does not undo that he was refused.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := q.org.RecordRefusal(ctx, r); err != nil {
		q.log.Error("a refusal was not recorded", "request", q.id, "operation", r.Op, "error", err)
	}
}

// Explain says an error of an operation's request as Fail would answer it: a refusal is recorded, what is internal is logged.
func Explain(ctx context.Context, err error) *Problem {
	if req := requestOf(ctx); req != nil {
		return req.problem(ctx, err)
	}
	return problemOf(err, words.Chinese, "")
}

// Fail answers a request with an error, outside of an operation.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *Problem
	if req := requestOf(r.Context()); req != nil {
		p = req.problem(r.Context(), err)
	} else {
		p = problemOf(err, words.Choose(r.Header.Get("Accept-Language")), "")
		if p.Status == http.StatusInternalServerError {
			slog.Error("request failed", "path", r.URL.Path, "error", err)
		}
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// The library's own findings are turned into our codes: its messages are set to a code and a value,
// which fromLibrary takes apart.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return fromLibrary(words.Chinese, "", status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		req := requestOf(ctx.Context())
		if req == nil {
			return fromLibrary(words.Choose(ctx.Header("Accept-Language")), "", status, msg, errs)
		}
		if slices.ContainsFunc(errs, formTooLarge) {
			errs, status = []error{&http.MaxBytesError{Limit: req.op.MaxBody}}, http.StatusBadRequest
		}
		if slices.ContainsFunc(errs, cutShort) || status == http.StatusInternalServerError && ctx.Context().Err() != nil {
			req.log.Debug("the sender broke off", "request", req.id, "operation", req.op.ID)
			status = http.StatusBadRequest
		}
		p := fromLibrary(req.lang, req.id, status, msg, errs)
		if p.Status == http.StatusInternalServerError {
			req.log.Error("request failed", "request", req.id, "operation", req.op.ID, "error", errors.Join(append(errs, errors.New(msg))...))
		}
		for name, values := range p.GetHeaders() {
			ctx.SetHeader(name, values[0])
		}
		return p
	}
	for message, text := range map[*string]string{
		&validation.MsgUnexpectedProperty:                "form.unknown",
		&validation.MsgExpectedRequiredProperty:          "form.required|property|%s",
		&validation.MsgExpectedDependentRequiredProperty: "form.required|property|%s|%s",
		&validation.MsgExpectedRFC3339DateTime:           "form.datetime",
		&validation.MsgExpectedRFC1123DateTime:           "form.datetime",
		&validation.MsgExpectedRFC3339Date:               "form.date",
		&validation.MsgExpectedRFC3339Time:               "form.invalid",
		&validation.MsgExpectedRFC5322Email:              "form.invalid|reason|%v",
		&validation.MsgExpectedRFC3986URI:                "form.invalid|reason|%v",
		&validation.MsgExpectedRFC4122UUID:               "form.invalid|reason|%v",
		&validation.MsgExpectedBoolean:                   "form.boolean",
		&validation.MsgExpectedNumber:                    "form.number",
		&validation.MsgExpectedInteger:                   "form.integer",
		&validation.MsgExpectedString:                    "form.text",
		&validation.MsgExpectedBase64String:              "form.invalid",
		&validation.MsgExpectedArray:                     "form.list",
		&validation.MsgExpectedObject:                    "form.object",
		&validation.MsgExpectedArrayItemsUnique:          "form.unique",
		&validation.MsgExpectedOneOf:                     "form.one_of|options|%s",
		&validation.MsgExpectedMinimumNumber:             "form.low|min|%v",
		&validation.MsgExpectedExclusiveMinimumNumber:    "form.low|min|%v",
		&validation.MsgExpectedMaximumNumber:             "form.high|max|%v",
		&validation.MsgExpectedExclusiveMaximumNumber:    "form.high|max|%v",
		&validation.MsgExpectedMinLength:                 "form.too_short|min|%d",
		&validation.MsgExpectedMaxLength:                 "form.too_long|max|%d",
		&validation.MsgExpectedMinItems:                  "form.too_few|min|%d",
		&validation.MsgExpectedMaxItems:                  "form.too_many|max|%d",
		&validation.MsgExpectedMatchPattern:              "form.invalid|reason|%s",
		&validation.MsgExpectedBePattern:                 "form.invalid|reason|%s",
	} {
		*message = text
	}
}

// formTooLarge recognises the bound of a form's size, which the library reports as text.
func formTooLarge(err error) bool {
	var d *huma.ErrorDetail
	return errors.As(err, &d) && strings.HasSuffix(d.Message, (&http.MaxBytesError{}).Error())
}

// cutShort recognises a body whose sender broke off.
func cutShort(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// fromLibrary says what the library found wrong as a problem of ours.
func fromLibrary(lang, request string, status int, msg string, errs []error) *Problem {
	switch status {
	case http.StatusUnprocessableEntity:
		e := fault.New(fault.Invalid, "form")
		for _, err := range errs {
			name, code, params := fieldOf(err)
			e.Fields = append(e.Fields, fault.Field{Name: name, Code: code, Params: params})
		}
		return problemOf(e, lang, request)
	case http.StatusRequestEntityTooLarge:
		var limit int64
		fmt.Sscanf(msg, "request body is too large limit=%d bytes", &limit)
		return problemOf(fault.New(fault.TooLarge, "api.body_too_large", "max", sizeText(limit)), lang, request)
	case http.StatusUnsupportedMediaType:
		return problemOf(fault.New(fault.Invalid, "api.media_type"), lang, request)
	case http.StatusRequestTimeout:
		return problemOf(fault.New(fault.Invalid, "api.body_slow"), lang, request)
	case http.StatusBadRequest:
		for _, err := range errs {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return problemOf(err, lang, request)
			}
			if d := (*huma.ErrorDetail)(nil); errors.As(err, &d) && d.Message == errNotUTF8.Error() {
				return problemOf(fault.New(fault.Invalid, "api.not_utf8"), lang, request)
			}
		}
		return problemOf(fault.New(fault.Invalid, "api.unparsable"), lang, request)
	case http.StatusNotAcceptable:
		return problemOf(fault.New(fault.Invalid, "api.media_type"), lang, request)
	default:
		return problemOf(errors.New(msg), lang, request)
	}
}

// fieldOf takes a finding of the library apart: where, which code, which values.
func fieldOf(err error) (name, code string, params map[string]any) {
	var d *huma.ErrorDetail
	if !errors.As(err, &d) {
		return "", "form.invalid", nil
	}
	name = d.Location
	for _, place := range []string{"body", "query", "path", "header", "form"} {
		if rest, ok := strings.CutPrefix(name, place); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			name = strings.TrimPrefix(rest, ".")
			break
		}
	}
	parts := strings.Split(d.Message, "|")
	switch {
	case len(parts) >= 3 && parts[1] == "property":
		return strings.TrimPrefix(name+"."+parts[2], "."), parts[0], nil
	case len(parts) >= 3:
		return name, parts[0], map[string]any{parts[1]: strings.Join(parts[2:], "|")}
	case strings.HasPrefix(d.Message, "form."):
		return name, d.Message, nil
	case strings.Contains(d.Message, "law.date"):
		return name, "form.date", nil
	case strings.Contains(d.Message, "is missing"):
		return name, "form.required", nil
	case strings.Contains(d.Message, "integer"):
		return name, "form.integer", nil
	case strings.Contains(d.Message, "boolean"), strings.Contains(d.Message, "bool"):
		return name, "form.boolean", nil
	case strings.Contains(d.Message, "float"), strings.Contains(d.Message, "number"):
		return name, "form.number", nil
	case strings.Contains(d.Message, "date"), strings.Contains(d.Message, "time"):
		return name, "form.datetime", nil
	default:
		return name, "form.invalid", nil
	}
}

// sizeText writes a bound in bytes as people say it.
func sizeText(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatInt(n>>20, 10) + " MB"
	}
	return strconv.FormatInt(n>>10, 10) + " KB"
}
