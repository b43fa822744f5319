package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/words"
)

// maxUpload bounds a table that is sent over HTTP; a larger one is imported on the command line.
const maxUpload = 20 << 20

type filterInput struct {
	State   []string `query:"state" doc:"codes, comma separated"`
	Unit    []string `query:"unit" doc:"ids, with all that is below them"`
	Channel []string `query:"channel"`
	Kind    []string `query:"kind"`
	Officer string   `query:"officer" maxLength:"40" doc:"id of a person who handles it, or me"`
	Overdue bool     `query:"overdue"`
	Urgent  bool     `query:"urgent"`
	Q       string   `query:"q" maxLength:"100" doc:"any two characters; not a telephone number, which belongs in no address: POST /complaints/search"`
	From    string   `query:"from" doc:"received on or after, 2006-01-02"`
	To      string   `query:"to" doc:"received on or before"`
	Limit   int      `query:"limit" minimum:"0" maximum:"200"`
	Cursor  string   `query:"cursor" maxLength:"200"`

	Followed bool   `query:"followed" doc:"what I follow"`
	Order    string `query:"order" enum:"newest,oldest,due" doc:"due: by the period that ends first; only complaints of which one runs"`
}

func (in *filterInput) filter(actor org.Actor) (Filter, error) {
	f := Filter{States: in.State, Units: in.Unit, Channels: in.Channel, Kinds: in.Kind, Officer: in.Officer, Overdue: in.Overdue, Urgent: in.Urgent, Query: in.Q, Followed: in.Followed, Order: in.Order, Limit: in.Limit, Cursor: in.Cursor}
	if f.Officer == "me" {
		f.Officer = actor.Person
	}
	wrong := fault.New(fault.Invalid, "form")
	for name, date := range map[string]struct {
		text string
		into *law.Date
	}{"from": {in.From, &f.From}, "to": {in.To, &f.To}} {
		if date.text == "" {
			continue
		}
		var err error
		if *date.into, err = law.ParseDate(date.text); err != nil {
			wrong.With(name, "form.date")
		}
	}
	return f, wrong.OrNil()
}

// inAddress is the filter of a request whose address holds it: a telephone number does not belong there.
func (in *filterInput) inAddress(actor org.Actor) (Filter, error) {
	if IsPhone(in.Q) {
		return Filter{}, fault.New(fault.Invalid, "form").With("q", "intake.phone_in_address")
	}
	return in.filter(actor)
}

type listOutput struct {
	Body struct {
		Items []Row  `json:"items"`
		Next  string `json:"next" doc:"cursor of the next page; empty on the last"`
	}
}

// ComplaintID is the path of one complaint.
type ComplaintID struct {
	ID string `path:"id" maxLength:"40"`
}

type receiptOutput struct{ Body *Receipt }

// Operations declares what intake offers over HTTP.
func (s *Service) Operations(a huma.API) {
	s.officeOperations(a)
	s.deskOperations(a)
	s.modelOperations(a)
	api.Register(a, api.Op{ID: "intake.list", Method: http.MethodGet, Path: "/complaints", Permission: opRead, Summary: "Complaints, newest first"},
		func(ctx context.Context, in *filterInput) (*listOutput, error) {
			f, err := in.inAddress(api.Actor(ctx))
			if err != nil {
				return nil, err
			}
			out := &listOutput{}
			out.Body.Items, out.Body.Next, err = s.List(ctx, api.Actor(ctx), f, api.Lang(ctx))
			return out, err
		})
	api.Register(a, api.Op{ID: "intake.codes", Method: http.MethodGet, Path: "/complaints/codes", Permission: opRead, Summary: "States, channels, kinds and areas with their words"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body map[string][]api.Option
		}, error) {
			codes, err := s.Codes(ctx, api.Lang(ctx))
			return &struct {
				Body map[string][]api.Option
			}{codes}, err
		})
	api.Register(a, api.Op{ID: "intake.export", Method: http.MethodGet, Path: "/complaints.xlsx", Permission: opExport, Summary: "The same list as Excel"}, s.exportOp)
	api.Register(a, api.Op{ID: "intake.register", Method: http.MethodPost, Path: "/complaints", Permission: opRegister, Summary: "Register a complaint", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body Registration }) (*receiptOutput, error) {
			r, err := s.Register(ctx, api.Actor(ctx), in.Body)
			return &receiptOutput{r}, err
		})
	api.Register(a, api.Op{ID: "intake.locate", Method: http.MethodPost, Path: "/complaints/locate", Permission: opRegister, Summary: "Propose where a text or a point is, and whose"}, s.locateOp)
	api.Register(a, api.Op{ID: "intake.import", Method: http.MethodPost, Path: "/complaints/import", Permission: opImport, Summary: "Take in a table of complaints", MaxBody: maxUpload + 1<<20}, s.importOp)
	api.Register(a, api.Op{ID: "intake.get", Method: http.MethodGet, Path: "/complaints/{id}", Permission: opRead, Summary: "A complaint with its clocks and what may be done next"},
		func(ctx context.Context, in *ComplaintID) (*struct{ Body *Detail }, error) {
			d, err := s.Detail(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Detail }{d}, err
		})
	api.Register(a, api.Op{Command: true, ID: "intake.step", Method: http.MethodPost, Path: "/complaints/{id}/steps/{step}", Permission: opRead, Summary: "Take a step; If-Match carries the revision seen"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Step string `path:"step" maxLength:"40"`
			Body map[string]any
		}) (*receiptOutput, error) {
			r, err := s.Take(ctx, api.Actor(ctx), in.ID, in.Step, api.Rev(ctx), in.Body)
			return &receiptOutput{r}, err
		})
	api.Register(a, api.Op{ID: "intake.contact", Method: http.MethodPost, Path: "/complaints/{id}/contact", Permission: opContact, Summary: "Who complained; who asks and why is written down"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body struct {
				Reason string `json:"reason" maxLength:"200"`
			}
		}) (*struct{ Body Contact }, error) {
			c, err := s.Contact(ctx, api.Actor(ctx), in.ID, in.Body.Reason)
			return &struct{ Body Contact }{c}, err
		})
}

type locateInput struct {
	Body struct {
		Text string   `json:"text,omitempty" maxLength:"20000"`
		Lon  *float64 `json:"lon,omitempty"`
		Lat  *float64 `json:"lat,omitempty"`
	}
}

// proposalOutput is a proposal as a form shows it.
type proposalOutput struct {
	Name       string   `json:"name"`
	Lon        float64  `json:"lon"`
	Lat        float64  `json:"lat"`
	Within     float64  `json:"within" doc:"metres: about how far off it may be"`
	Unit       *Named   `json:"unit"`
	AreaName   string   `json:"areaName"`
	Confidence float64  `json:"confidence" doc:"0 to 1"`
	Why        string   `json:"why"`
	Matched    []string `json:"matched"`
}

type locateOutput struct {
	Body struct {
		Items  []proposalOutput `json:"items"`
		Border *AtBorder        `json:"border,omitempty" doc:"the first lies at a border: both sides may be asked"`
	}
}

func (s *Service) locateOp(ctx context.Context, in *locateInput) (*locateOutput, error) {
	var p *place.Point
	switch {
	case in.Body.Lon != nil && in.Body.Lat != nil:
		p = &place.Point{Lon: *in.Body.Lon, Lat: *in.Body.Lat}
	case in.Body.Lon != nil || in.Body.Lat != nil:
		return nil, fault.New(fault.Invalid, "form").With("lon", "intake.half_a_point")
	}
	found, border, err := s.Locate(ctx, api.Actor(ctx), in.Body.Text, p, api.Lang(ctx))
	if err != nil {
		return nil, err
	}
	out := &locateOutput{}
	out.Body.Items, out.Body.Border = []proposalOutput{}, border
	for _, f := range found {
		item := proposalOutput{Name: f.StreetName, Lon: f.Point.Lon, Lat: f.Point.Lat, Within: f.Within, AreaName: f.StreetName, Confidence: f.Confidence,
			Why: words.Text(api.Lang(ctx), f.Why, nil), Matched: f.Matched}
		if len(f.Matched) > 0 {
			item.Name = f.Matched[0]
		}
		if f.Unit != "" {
			item.Unit = &Named{f.Unit, f.UnitName}
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

type fileOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

func (s *Service) exportOp(ctx context.Context, in *filterInput) (*fileOutput, error) {
	f, err := in.inAddress(api.Actor(ctx))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := s.Export(ctx, api.Actor(ctx), f, api.Lang(ctx), &b); err != nil {
		return nil, err
	}
	return excelFile(b.Bytes()), nil
}

func excelFile(content []byte) *fileOutput {
	return &fileOutput{ContentType: api.ExcelType, ContentDisposition: `attachment; filename="complaints.xlsx"`, CacheControl: "no-store", Body: content}
}

type importInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"CSV or .xlsx"`
		Map  string        `form:"map" required:"true" doc:"name of a map that ships with the program"`
		Unit string        `form:"unit" required:"false" doc:"where the complaints are registered; by default the person's own unit"`
	}]
}

// importRow is a rejected row as a screen shows it.
type importRow struct {
	Line   int      `json:"line"`
	Cells  []string `json:"cells"`
	Reason string   `json:"reason"`
}

type importOutput struct {
	Body struct {
		Imported  int         `json:"imported"`
		Duplicate int         `json:"duplicate"`
		Rejected  int         `json:"rejected"`
		Header    []string    `json:"header"`
		Note      string      `json:"note,omitempty" doc:"which columns of the file the map does not name"`
		Rows      []importRow `json:"rows" doc:"the first hundred of those that were rejected"`
		CSV       string      `json:"csv" doc:"all rejected rows as a file, with the reason in the last column"`
	}
}

func (s *Service) importOp(ctx context.Context, in *importInput) (*importOutput, error) {
	form := in.RawBody.Data()
	defer form.File.Close()
	if form.File.Size > maxUpload {
		return nil, fault.New(fault.TooLarge, "import.too_large", "max", maxUpload>>20)
	}
	content, err := io.ReadAll(form.File)
	if err != nil {
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	columns, err := ShippedMap(form.Map)
	if err != nil {
		return nil, err
	}
	done, err := s.Import(ctx, api.Actor(ctx), ImportFile{Name: form.File.Filename, Content: content, MapName: form.Map, Map: columns, Unit: form.Unit}, nil)
	if err != nil {
		return nil, err
	}
	out, lang := &importOutput{}, api.Lang(ctx)
	out.Body.Imported, out.Body.Duplicate, out.Body.Rejected, out.Body.Header = done.Imported, done.Duplicate, len(done.Rejected), done.Header
	if len(done.Unknown) > 0 {
		out.Body.Note = words.Text(lang, "import.columns_unknown", map[string]any{"columns": strings.Join(done.Unknown, "、")})
	}
	out.Body.Rows = []importRow{}
	for _, r := range done.Rejected[:min(len(done.Rejected), 100)] {
		out.Body.Rows = append(out.Body.Rows, importRow{Line: r.Line, Cells: r.Cells, Reason: done.Text(r, lang)})
	}
	if len(done.Rejected) > 0 {
		out.Body.CSV = string(done.RejectedCSV(lang))
	}
	return out, nil
}
