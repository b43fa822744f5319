package evidence

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
)

type exportsOutput struct {
	Body struct {
		Items []Export `json:"items"`
	}
}

func (s *Service) exportOperations(a huma.API) {
	api.Register(a, api.Op{ID: "evidence.export", Method: http.MethodPost, Path: "/exports", Permission: "evidence.export", Summary: "Have files and documents put together for a court, a reviewing authority or a lawyer"},
		func(ctx context.Context, in *struct{ Body ExportInput }) (*struct{ Body *Export }, error) {
			x, err := s.Export(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body *Export }{x}, err
		})
	api.Register(a, api.Op{ID: "evidence.exports", Method: http.MethodGet, Path: "/exports", Permission: "evidence.export", Summary: "Exports of a matter; without one, one's own"},
		func(ctx context.Context, in *struct {
			Subject string `query:"subject" maxLength:"80"`
		}) (*exportsOutput, error) {
			out := &exportsOutput{}
			var err error
			out.Body.Items, err = s.ExportsOf(ctx, api.Actor(ctx), in.Subject)
			return out, err
		})
	api.Stream(a, api.Op{ID: "evidence.export_file", Method: http.MethodGet, Path: "/exports/{id}/file", Permission: "evidence.export", Summary: "The zip of an export, for thirty days"}, http.HandlerFunc(s.exportFile))
	api.Stream(a, api.Op{ID: "evidence.custody_pdf", Method: http.MethodGet, Path: "/media/{id}/custody.pdf", Permission: "evidence.read", Summary: "A file's whole life (chain of custody), as a PDF"}, http.HandlerFunc(s.custodyPDF))
}

// exportFile answers with the zip; who takes it is in the log.
func (s *Service) exportFile(w http.ResponseWriter, r *http.Request) {
	ctx, actor := r.Context(), api.Actor(r.Context())
	var x *Export
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if x, err = s.export(ctx, tx, actor, r.PathValue("id")); err != nil {
			return err
		}
		// Who asked for it, or has the right in its unit, must have it for each file that is in it, now as well.
		if err := s.mayExport(ctx, tx, actor, x); err != nil {
			return fault.Wrap(err, fault.NotFound, "evidence.export_not_found")
		}
		if x.State != MakingDone {
			return fault.New(fault.Conflict, "evidence.export_waits")
		}
		if s.now().After(x.Until) {
			return fault.New(fault.Gone, "evidence.export_over")
		}
		return s.taken(ctx, tx, x, actor, r.Header.Get("Range") != "")
	})
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	file, err := s.files.Open(x.SHA256)
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape("证据包 "+x.At.In(law.Shanghai).Format("2006-01-02")+" "+x.Recipient+".zip"))
	serve(w, r, "application/zip", x.SHA256, x.Size, x.At, file)
}
