// Package api is how an operation is offered over HTTP: declared with its permission, authorised,
// decoded, made safe against repetition, and answered in the user's language.
//
// Everything is denied unless an operation says otherwise: one without a permission that is not
// Public does not start. What the package decides is whether somebody may do the operation anywhere;
// whether he may do it to this complaint in that unit is for the service to decide, by Actor.Can.
package api

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// Prefix is where all operations live; the path of an Op begins after it.
const Prefix = "/api/v1"

// Op declares an operation.
type Op struct {
	ID         string // unique: intake.register
	Method     string
	Path       string // below Prefix: /complaints/{id}
	Permission string // one of org.Operations
	Summary    string
	Public     bool  // for anybody, signed in or not; then it has no permission
	Always     bool  // also for those who must change their password first
	Command    bool  // changes a row that others may change too: wants If-Match, see Rev
	MaxBody    int64 // bytes; 0 means 1 MiB
	Status     int   // of success; 0 means 200, or 204 without a body
}

// defaultBody bounds what a request may carry.
const defaultBody = 1 << 20

// Mount makes the API on a mux. Its description is at Prefix/openapi.json.
func Mount(mux *http.ServeMux, version string) huma.API {
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaNames())
	schemas.RegisterTypeAlias(reflect.TypeFor[law.Date](), reflect.TypeFor[civilDate]())
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Jiexu 街序", Version: version},
			Components: &huma.Components{Schemas: schemas},
			Servers:    []*huma.Server{{URL: Prefix}},
		},
		OpenAPIPath:   "/openapi",
		Formats:       map[string]huma.Format{"application/json": cleaned(huma.DefaultJSONFormat), "json": cleaned(huma.DefaultJSONFormat)},
		DefaultFormat: "application/json",
	}
	a := humago.NewWithPrefix(mux, Prefix, config)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if allow := methodsAt(mux, r); allow != "" {
			w.Header().Set("Allow", allow)
			Fail(w, r, fault.New(fault.Invalid, "api.method", "method", r.Method, "allow", allow))
			return
		}
		Fail(w, r, fault.New(fault.NotFound, "api.no_operation", "method", r.Method, "path", r.URL.Path))
	})
	return a
}

// methodsAt lists the methods that a path knows, empty for a path that nobody has.
func methodsAt(mux *http.ServeMux, r *http.Request) string {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		asked := *r
		asked.Method = method
		if _, pattern := mux.Handler(&asked); pattern != "/" && pattern != "" {
			allow = append(allow, method)
		}
	}
	return strings.Join(allow, ", ")
}

// schemaNames names types in the description: by themselves where they are of this package, else after
// their room, since two rooms may have a Row each. A type without a name has its holder's; a second
// one of that name gets a number.
func schemaNames() func(reflect.Type, string) string {
	given := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			t = t.Elem()
		}
		if room := path.Base(t.PkgPath()); t.Name() != "" && room != "api" && room != "." {
			name = strings.ToUpper(room[:1]) + room[1:] + strings.ToUpper(name[:1]) + name[1:]
		}
		free := name
		for n := 2; given[free] != nil && given[free] != t; n++ {
			free = fmt.Sprintf("%s%d", name, n)
		}
		given[free] = t
		return free
	}
}

// registry holds all declared operations, for the matrix of roles and operations.
var registry struct {
	sync.Mutex
	ops []Op
}

// Operations lists all operations that have been registered in this process, by id.
func Operations() []Op {
	registry.Lock()
	defer registry.Unlock()
	ops := slices.Clone(registry.ops)
	slices.SortFunc(ops, func(a, b Op) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(ops, func(a, b Op) bool { return a.ID == b.ID })
}

// Register offers an operation. It panics, at start, on a declaration that would be open by mistake:
// without a permission, with one that is not in org.Operations, or with one though it is public.
//
// The handler gets a context from which Actor, Rev, Lang and SessionOf read. What it returns as a
// fault is answered as a problem; anything else is logged with the request's id and answered as
// internal. Every refusal is recorded.
func Register[I, O any](a huma.API, op Op, handler func(context.Context, *I) (*O, error)) {
	op.check()
	for _, t := range []reflect.Type{reflect.TypeFor[I](), reflect.TypeFor[O]()} {
		if hidden := hiddenPart(t); hidden != "" {
			panic(fmt.Sprintf("api: %s embeds %s, whose fields the library would not read: export its name", op.ID, hidden))
		}
	}
	if op.MaxBody == 0 {
		op.MaxBody = defaultBody
	}
	description := op.describe()
	description.DefaultStatus, description.MaxBodyBytes, description.BodyReadTimeout = op.Status, op.MaxBody, readTime(op.MaxBody)
	description.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, op.MaxBody)
		if err := admit(r, op); err != nil {
			Fail(w, r, err)
			return
		}
		next(ctx)
	}}
	huma.Register(a, description, func(ctx context.Context, in *I) (*O, error) {
		req := requestOf(ctx)
		if key := req.http.Header.Get("Idempotency-Key"); key != "" && unsafeMethod(op.Method) {
			print, err := req.fingerprint()
			if err != nil {
				return nil, req.problem(ctx, err)
			}
			ctx = store.WithKey(ctx, req.who(), key, print)
		}
		out, err := handler(ctx, in)
		if err != nil {
			return nil, req.problem(ctx, err)
		}
		return out, nil
	})
}

// check panics on a declaration that would be open by mistake.
func (op Op) check() {
	switch {
	case op.ID == "" || op.Method == "" || !strings.HasPrefix(op.Path, "/"):
		panic(fmt.Sprintf("api: operation %q without id, method or path", op.ID))
	case op.Public && op.Permission != "":
		panic(fmt.Sprintf("api: %s is public and yet wants %s", op.ID, op.Permission))
	case !op.Public && !org.Known(op.Permission):
		panic(fmt.Sprintf("api: %s wants %q, which is no operation of the role table", op.ID, op.Permission))
	}
}

// describe notes the operation and begins its description.
func (op Op) describe() huma.Operation {
	registry.Lock()
	registry.ops = append(registry.ops, op)
	registry.Unlock()
	room, _, _ := strings.Cut(op.ID, ".")
	return huma.Operation{OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{room},
		Extensions: map[string]any{"x-permission": op.Permission}}
}

// Stream offers an operation whose handler reads and writes by itself, since what it moves does not fit into memory. It is
// declared, admitted and described like any other; how much it reads is for the handler to bound.
func Stream(a huma.API, op Op, h http.Handler) {
	op.check()
	description := op.describe()
	for _, part := range strings.Split(op.Path, "/") {
		if name, is := strings.CutPrefix(part, "{"); is {
			description.Parameters = append(description.Parameters, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	description.Responses = map[string]*huma.Response{"default": {Description: "a problem (RFC 9457), or what the summary says"}}
	a.OpenAPI().AddOperation(&description)
	a.Adapter().Handle(&description, func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		if err := admit(r, op); err != nil {
			Fail(w, r, err)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// hiddenPart finds a struct that is embedded under an unexported name, in a type or in its body: its
// fields would stay empty without a word.
func hiddenPart(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && !f.IsExported() {
			return f.Type.String()
		}
		if f.Anonymous || f.Name == "Body" {
			if hidden := hiddenPart(f.Type); hidden != "" {
				return hidden
			}
		}
	}
	return ""
}

// civilDate is how a law.Date is described and checked: as a date of the calendar.
type civilDate struct{}

// Schema describes it.
func (civilDate) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// readTime is how long a body of at most n bytes may take over a poor line.
func readTime(n int64) time.Duration {
	return 15*time.Second + time.Duration(n/(128<<10))*time.Second
}

// admit decides whether the request may go on to the operation at all.
func admit(r *http.Request, op Op) error {
	req := requestOf(r.Context())
	if req == nil {
		return fmt.Errorf("api: %s was reached around Sessions", op.ID)
	}
	req.op, req.http = op, r
	if key := r.Header.Get("Idempotency-Key"); len(key) > 200 {
		return fault.New(fault.Invalid, "api.key_long", "max", 200)
	}
	if !op.Public {
		switch {
		case req.session == nil:
			return fault.New(fault.Unauthenticated, "unauthenticated")
		case req.session.MustChange && !op.Always:
			return fault.New(fault.Refused, "org.must_change_password")
		case !req.session.Actor.CanAnywhere(op.Permission):
			return fault.New(fault.Refused, "refused", "op", op.Permission)
		}
	}
	if err := checkAddress(r); err != nil {
		return err
	}
	if op.Command {
		return req.readRev(r.Header.Get("If-Match"))
	}
	return nil
}

func unsafeMethod(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}
