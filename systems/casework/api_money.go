package casework

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/sheet"
)

// list is what an operation that lists things answers.
type list[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func listOf[T any](items []T, err error) (*list[T], error) {
	out := &list[T]{}
	out.Body.Items = orEmpty(items)
	return out, err
}

// bankForm is a bank's file as a browser sends it.
type bankForm struct {
	File huma.FormFile `form:"file" required:"true"`
}

// fileOperations declares how the papers of cases are put together: bound as a file, and printed.
func (s *Service) fileOperations(a huma.API) {
	api.Register(a, api.Op{ID: "casework.volume", Method: http.MethodGet, Path: "/cases/{id}/volume.pdf", Permission: opDocument, Summary: "The whole file as it would be bound now: cover, index, documents in archive order, note"},
		func(ctx context.Context, in *CaseID) (*fileOutput, error) {
			name, pdf, err := s.Volume(ctx, api.Actor(ctx), in.ID)
			return download("application/pdf", "inline", name, pdf), err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.bind", Method: http.MethodPost, Path: "/cases/{id}/volumes", Permission: opBind, Summary: "Bind the file: it is kept as it is, and its digest goes into the log"},
		func(ctx context.Context, in *CaseID) (*struct{ Body *Bound }, error) {
			v, err := s.Bind(ctx, api.Actor(ctx), in.ID, api.Rev(ctx))
			return &struct{ Body *Bound }{v}, err
		})
	api.Register(a, api.Op{ID: "casework.bound", Method: http.MethodGet, Path: "/cases/{id}/volumes/{volume}", Permission: opDocument, Summary: "A bound file as PDF with its proof attached"},
		func(ctx context.Context, in *struct {
			CaseID
			Volume string `path:"volume" maxLength:"60"`
		}) (*fileOutput, error) {
			name, pdf, err := s.BoundPDF(ctx, api.Actor(ctx), in.ID, strings.TrimSuffix(in.Volume, ".pdf"))
			return download("application/pdf", "inline", name, pdf), err
		})
	api.Register(a, api.Op{ID: "casework.print", Method: http.MethodGet, Path: "/cases/print.pdf", Permission: opDocument, Summary: "Issued documents of one case or of several as one PDF for the printer"},
		func(ctx context.Context, in *struct {
			Documents []string `query:"documents" doc:"ids, comma separated, in the order of printing"`
			Cases     []string `query:"cases" doc:"ids: all their valid documents"`
			Kind      string   `query:"kind" maxLength:"60" doc:"of the cases' documents only those of this kind"`
			OnBoth    bool     `query:"both" doc:"each document begins on a front side"`
		}) (*fileOutput, error) {
			pdf, err := s.Print(ctx, api.Actor(ctx), Printing{Documents: in.Documents, Cases: in.Cases, Kind: in.Kind, OnBoth: in.OnBoth})
			return download("application/pdf", "inline", "文书打印.pdf", pdf), err
		})
}

// overviewOperations declares what casework offers beside the steps of a case: how like cases were decided, the
// whole way of one, and the money.
func (s *Service) overviewOperations(a huma.API) {
	api.Register(a, api.Op{ID: "casework.similar", Method: http.MethodGet, Path: "/cases/{id}/similar", Permission: opRead, Summary: "Decided cases of the same matter and kind of party"},
		func(ctx context.Context, in *CaseID) (*struct{ Body Similar }, error) {
			v, err := s.Similar(ctx, api.Actor(ctx), in.ID)
			return &struct{ Body Similar }{v}, err
		})
	api.Register(a, api.Op{ID: "casework.explain", Method: http.MethodGet, Path: "/cases/{id}/explain", Permission: opRead, Summary: "The whole way of a case so far and ahead, with dates"},
		func(ctx context.Context, in *CaseID) (*struct{ Body *Way }, error) {
			v, err := s.Explain(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Way }{v}, err
		})
	api.Register(a, api.Op{ID: "law.circumstances", Method: http.MethodGet, Path: "/law/circumstances", Permission: "law.read", Summary: "What weighs in a fine (AP 30 to 33), with its articles"},
		func(context.Context, *struct{}) (*list[law.Circumstance], error) {
			return listOf(law.Circumstances(), nil)
		})
	api.Register(a, api.Op{ID: "casework.arrears", Method: http.MethodGet, Path: "/payments/arrears", Permission: opReconcile, Summary: "Fines that are late, and what is ripe for a demand or the court"},
		func(ctx context.Context, _ *struct{}) (*list[Arrear], error) {
			return listOf(s.Arrears(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "casework.bank_files", Method: http.MethodGet, Path: "/payments/files", Permission: opReconcile, Summary: "The bank's files that were taken, newest first"},
		func(ctx context.Context, _ *struct{}) (*list[BankFile], error) { return listOf(s.BankFiles(ctx)) })
	api.Register(a, api.Op{ID: "casework.bank_file", Method: http.MethodGet, Path: "/payments/files/{id}", Permission: opReconcile, Summary: "What became of a bank's file, line by line"},
		func(ctx context.Context, in *CaseID) (*struct{ Body *Reconciled }, error) {
			v, err := s.BankFile(ctx, in.ID, api.Lang(ctx))
			return &struct{ Body *Reconciled }{v}, err
		})
	api.Register(a, api.Op{ID: "casework.reconcile", Method: http.MethodPost, Path: "/payments/import", Permission: opReconcile, Summary: "Take a bank's file: each line pays the case whose decision it names", MaxBody: sheet.MaxBytes + 1<<16},
		func(ctx context.Context, in *struct {
			RawBody huma.MultipartFormFiles[bankForm]
		}) (*struct{ Body *Reconciled }, error) {
			file := in.RawBody.Data().File
			content, err := io.ReadAll(io.LimitReader(file, sheet.MaxBytes+1))
			if err != nil {
				return nil, fault.Wrap(err, fault.Invalid, "import.empty", "file", file.Filename)
			}
			v, err := s.Reconcile(ctx, api.Actor(ctx), file.Filename, content, api.Lang(ctx))
			return &struct{ Body *Reconciled }{v}, err
		})
}
