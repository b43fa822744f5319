package casework

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// Rights that the operations ask for; the steps have one each (procedure.Step.Op).
const (
	opRead      = "casework.read"
	opExport    = "casework.export"
	opOpen      = "casework.open"
	opEdit      = "casework.edit"
	opParty     = "casework.party"
	opEvidence  = "casework.evidence"
	opDocument  = "casework.document"
	opBind      = "casework.bind"
	opDecide    = "casework.decide"
	opReview    = "casework.legal_review"
	opConfirm   = "law.confirm"
	opTiers     = "casework.tiers"
	opReconcile = "casework.reconcile"
)

type filterInput struct {
	State   []string `query:"state" doc:"codes, comma separated"`
	Unit    []string `query:"unit" doc:"ids, with all that is below them"`
	Matter  string   `query:"matter"`
	Mine    bool     `query:"mine"`
	Overdue bool     `query:"overdue"`
	Q       string   `query:"q" maxLength:"100"`
	From    string   `query:"from" doc:"opened on or after, 2006-01-02"`
	To      string   `query:"to" doc:"opened on or before"`
	Limit   int      `query:"limit" minimum:"0" maximum:"200"`
	Cursor  string   `query:"cursor" maxLength:"200"`
}

func (in *filterInput) filter() (Filter, error) {
	f := Filter{States: in.State, Units: in.Unit, Matter: in.Matter, Mine: in.Mine, Overdue: in.Overdue, Query: in.Q, Limit: in.Limit, Cursor: in.Cursor}
	wrong := fault.New(fault.Invalid, "form")
	dateOf(wrong, "from", in.From, &f.From)
	dateOf(wrong, "to", in.To, &f.To)
	return f, wrong.OrNil()
}

// dateOf reads a day of a query, which may be missing.
func dateOf(wrong *fault.Error, name, text string, into *law.Date) {
	if into.UnmarshalText([]byte(text)) != nil {
		wrong.With(name, "form.date")
	}
}

// listed is a row with its state and matter in words.
type listed struct {
	Row
	StateTitle  string `json:"stateTitle"`
	MatterTitle string `json:"matterTitle"`
}

type casesOutput struct {
	Body struct {
		Items []listed `json:"items"`
		Next  string   `json:"next" doc:"cursor of the next page; empty on the last"`
	}
}

// CaseID is the path of one case.
type CaseID struct {
	ID string `path:"id" maxLength:"40"`
}

type resultOutput struct {
	Body *Result
}

// Operations declares what casework offers over HTTP.
func (s *Service) Operations(a huma.API) {
	api.Register(a, api.Op{ID: "casework.list", Method: http.MethodGet, Path: "/cases", Permission: opRead, Summary: "Cases, newest first"}, s.listOp)
	api.Register(a, api.Op{ID: "casework.codes", Method: http.MethodGet, Path: "/cases/codes", Permission: opRead, Summary: "States and kinds of evidence with their words"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body map[string][]api.Option
		}, error) {
			return &struct {
				Body map[string][]api.Option
			}{s.Codes(api.Lang(ctx))}, nil
		})
	api.Register(a, api.Op{ID: "casework.export", Method: http.MethodGet, Path: "/cases.xlsx", Permission: opExport, Summary: "The same list as Excel"}, s.exportOp)
	api.Register(a, api.Op{ID: "casework.open", Method: http.MethodPost, Path: "/cases", Permission: opOpen, Summary: "Open a case from a complaint or a patrol finding"},
		func(ctx context.Context, in *struct{ Body Opening }) (*resultOutput, error) {
			c, err := s.Open(ctx, api.Actor(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return &resultOutput{&Result{ID: c.ID, Number: c.Number, State: c.State, Rev: c.Rev}}, nil
		})
	api.Register(a, api.Op{ID: "casework.get", Method: http.MethodGet, Path: "/cases/{id}", Permission: opRead, Summary: "A case with its clocks and what may be done next"},
		func(ctx context.Context, in *CaseID) (*struct{ Body *Detail }, error) {
			d, err := s.Detail(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Detail }{d}, err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.step", Method: http.MethodPost, Path: "/cases/{id}/steps/{step}", Permission: opRead, Summary: "Take a step; If-Match carries the revision seen"},
		func(ctx context.Context, in *struct {
			CaseID
			Step string `path:"step" maxLength:"40"`
			Body map[string]any
		}) (*resultOutput, error) {
			r, err := s.Take(ctx, api.Actor(ctx), in.ID, in.Step, api.Rev(ctx), in.Body)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{ID: "casework.preview", Method: http.MethodPost, Path: "/cases/{id}/preview/{step}", Permission: opDocument, Summary: "The document that a step would issue, as a draft"}, s.previewOp)
	api.Register(a, api.Op{Command: true, ID: "casework.edit", Method: http.MethodPatch, Path: "/cases/{id}", Permission: opEdit, Summary: "Correct what was found"},
		func(ctx context.Context, in *struct {
			CaseID
			Body Edit
		}) (*resultOutput, error) {
			r, err := s.Edit(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.party", Method: http.MethodPost, Path: "/cases/{id}/parties", Permission: opParty, Summary: "Say whom the case is about"},
		func(ctx context.Context, in *struct {
			CaseID
			Body PartyInput
		}) (*resultOutput, error) {
			r, err := s.SetParty(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.evidence", Method: http.MethodPost, Path: "/cases/{id}/evidence", Permission: opEvidence, Summary: "Add to the list of evidence"},
		func(ctx context.Context, in *struct {
			CaseID
			Body EvidenceInput
		}) (*resultOutput, error) {
			r, err := s.AddEvidence(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			if err == nil {
				for i, code := range r.Notes {
					r.Notes[i] = words.Text(api.Lang(ctx), code, nil)
				}
			}
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{ID: "casework.document", Method: http.MethodGet, Path: "/cases/{id}/documents/{document}", Permission: opDocument, Summary: "An issued document as PDF with its proof attached, as an editable copy where the name ends in .docx, or an outside seal service's proof where it ends in .seal"}, s.documentOp)
	s.trackOperations(a)
	s.documentOperations(a)
	s.fileOperations(a)
	s.overviewOperations(a)
	s.objectOperations(a)
	api.Register(a, api.Op{ID: "law.matters", Method: http.MethodGet, Path: "/law/matters", Permission: "law.read", Summary: "Penalty matters"}, s.mattersOp)
	api.Register(a, api.Op{ID: "law.confirm", Method: http.MethodPost, Path: "/law/matters/{code}/confirm", Permission: opConfirm, Summary: "The legal section confirms a matter's text"},
		func(ctx context.Context, in *struct {
			Code string `path:"code" maxLength:"40"`
			Body ConfirmInput
		}) (*struct{}, error) {
			return nil, s.Confirm(ctx, api.Actor(ctx), in.Code, in.Body)
		})
}

func (s *Service) listOp(ctx context.Context, in *filterInput) (*casesOutput, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	f.Hits = true
	rows, next, err := s.List(ctx, api.Actor(ctx), f, api.Lang(ctx))
	if err != nil {
		return nil, err
	}
	out := &casesOutput{}
	out.Body.Next, out.Body.Items = next, make([]listed, len(rows))
	for i, r := range rows {
		out.Body.Items[i] = s.listed(r, api.Lang(ctx))
	}
	return out, nil
}

func (s *Service) listed(r Row, lang string) listed {
	l := listed{Row: r, MatterTitle: r.Matter}
	if w, err := (&Case{Procedure: r.Procedure}).mainWay(); err == nil {
		st, _ := w.State(r.State)
		l.StateTitle = st.Title.In(lang)
	}
	if m, err := law.MatterOn(r.Matter, law.On(r.OpenedAt)); err == nil {
		l.MatterTitle = matterTitle(m, lang)
	}
	return l
}

type fileOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

func (s *Service) exportOp(ctx context.Context, in *filterInput) (*fileOutput, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	lang, actor := api.Lang(ctx), api.Actor(ctx)
	var header []string
	for _, h := range []string{"number", "title", "matter", "state", "unit", "party", "opened", "due"} {
		header = append(header, words.Text(lang, "case.column."+h, nil))
	}
	f.Limit = MaxPage
	var page []Row
	count := 0
	more := true
	next := func() ([]any, error) {
		if len(page) == 0 && more {
			var err error
			if page, f.Cursor, err = s.List(ctx, actor, f, lang); err != nil {
				return nil, err
			}
			more = f.Cursor != ""
		}
		if len(page) == 0 || count == api.MaxExport {
			return nil, nil
		}
		r := s.listed(page[0], lang)
		page, count = page[1:], count+1
		due := ""
		if r.Due != nil {
			due = r.Due.DueDate
		}
		return []any{r.Number, r.Title, r.MatterTitle, r.StateTitle, r.UnitName, r.Party, law.On(r.OpenedAt).String(), due}, nil
	}
	var b bytes.Buffer
	if err := api.Excel(&b, words.Text(lang, "case.sheet", nil), header, next); err != nil {
		return nil, err
	}
	return &fileOutput{ContentType: api.ExcelType, ContentDisposition: `attachment; filename="cases.xlsx"`, CacheControl: "no-store", Body: b.Bytes()}, nil
}

type matterOutput struct {
	law.Matter
	Title        string        `json:"title"`
	Decidable    bool          `json:"decidable" doc:"a decision may rest on it"`
	Confirmation *Confirmation `json:"confirmation,omitempty"`
}

func (s *Service) mattersOp(ctx context.Context, in *struct {
	Q  string `query:"q" maxLength:"100"`
	On string `query:"on" doc:"only those in force on that day"`
}) (*struct {
	Body struct {
		Items []matterOutput `json:"items"`
	}
}, error) {
	var on law.Date
	wrong := fault.New(fault.Invalid, "form")
	if dateOf(wrong, "on", in.On, &on); wrong.OrNil() != nil {
		return nil, wrong
	}
	all, err := law.Matters()
	if err != nil {
		return nil, err
	}
	var confirmed map[string]Confirmation
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		confirmed, err = confirmations(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	out := &struct {
		Body struct {
			Items []matterOutput `json:"items"`
		}
	}{}
	out.Body.Items = []matterOutput{}
	lang, q := api.Lang(ctx), strings.ToLower(strings.TrimSpace(in.Q))
	for _, m := range all {
		title := matterTitle(m, lang)
		if !on.IsZero() && !m.InForce(on) || q != "" && !strings.Contains(strings.ToLower(m.Code+" "+m.Name+" "+title), q) {
			continue
		}
		item := matterOutput{Matter: m, Title: title, Decidable: m.Confirmed}
		if c, ok := confirmed[entryKey(m.Code, m.ValidFrom)]; ok {
			item.Confirmation, item.Decidable = &c, true
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

func (s *Service) previewOp(ctx context.Context, in *struct {
	CaseID
	Step string `path:"step" maxLength:"40"`
	Body map[string]any
}) (*fileOutput, error) {
	pdf, err := s.Preview(ctx, api.Actor(ctx), in.ID, "", in.Step, in.Body)
	return draftOutput(pdf), err
}

func (s *Service) documentOp(ctx context.Context, in *struct {
	CaseID
	Document string `path:"document" maxLength:"60"`
}) (*fileOutput, error) {
	if id, ok := strings.CutSuffix(in.Document, ".docx"); ok {
		name, docx, err := s.Word(ctx, api.Actor(ctx), in.ID, id)
		return download("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment", name, docx), err
	}
	if id, ok := strings.CutSuffix(in.Document, ".seal"); ok {
		name, proof, err := s.SealProof(ctx, api.Actor(ctx), in.ID, id)
		return download("application/octet-stream", "attachment", name, proof), err
	}
	name, pdf, err := s.PDF(ctx, api.Actor(ctx), in.ID, strings.TrimSuffix(in.Document, ".pdf"))
	return download("application/pdf", "inline", name, pdf), err
}

// download is a file that a browser shows or keeps; it stays in no cache.
func download(contentType, how, name string, body []byte) *fileOutput {
	return &fileOutput{ContentType: contentType, ContentDisposition: how + "; filename*=UTF-8''" + url.PathEscape(name), CacheControl: "no-store", Body: body}
}

// Find gives the newest cases that match a search, at most ten, with their states in words.
func (s *Service) Find(ctx context.Context, actor org.Actor, q, lang string) ([]listed, error) {
	rows, _, err := s.List(ctx, actor, Filter{Query: q, Hits: true, Limit: 10}, lang)
	if err != nil {
		return nil, err
	}
	out := make([]listed, len(rows))
	for i, r := range rows {
		out[i] = s.listed(r, lang)
	}
	return out, nil
}

// Access tells which unit's case it is to an actor who may see it, or, with add, may add to its evidence.
func (s *Service) Access(ctx context.Context, tx *store.Tx, actor org.Actor, id string, add bool) (unit string, err error) {
	c, err := loadCase(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if !actor.Can(opRead, c.Unit) {
		return "", fault.New(fault.NotFound, "case.not_found")
	}
	if add {
		err = actor.Must("evidence.add", c.Unit)
	}
	return c.Unit, err
}

// Codes are the codes of a list's filters with their words.
func (s *Service) Codes(lang string) map[string][]api.Option {
	out := map[string][]api.Option{}
	for _, p := range mains() {
		out["procedure"] = append(out["procedure"], api.Option{Value: p.Code, Label: p.Title.In(lang)})
		for _, st := range p.States {
			if !slices.ContainsFunc(out["state"], func(o api.Option) bool { return o.Value == st.Code }) {
				out["state"] = append(out["state"], api.Option{Value: st.Code, Label: st.Title.In(lang)})
			}
		}
	}
	for _, k := range EvidenceKinds {
		out["evidence"] = append(out["evidence"], api.Option{Value: k, Label: words.Text(lang, "case.evidence."+k, nil)})
	}
	return out
}
