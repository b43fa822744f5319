package evidence

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
)

// SubjectQuery names what media belong to.
type SubjectQuery struct {
	Subject string `query:"subject" maxLength:"80" doc:"complaint:ID or case:ID"`
}

func (in SubjectQuery) parse() (Subject, error) {
	kind, id, ok := strings.Cut(in.Subject, ":")
	if !ok || kind != "complaint" && kind != "case" || id == "" {
		return Subject{}, fault.New(fault.Invalid, "evidence.subject")
	}
	return Subject{Type: kind, ID: id}, nil
}

type uploadInput struct {
	SubjectQuery
	RawBody huma.MultipartFormFiles[struct {
		File   huma.FormFile `form:"file"`
		Note   string        `form:"note" required:"false"`
		Origin string        `form:"origin" required:"false" doc:"JSON: kind (screenshot, scan), address, at, tool"`
	}]
}

type mediaOutput struct{ Body *Media }

type contentOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

// unkept is the cache rule of all evidence: at a desk that several people share, nothing of it stays
// in the browser after one of them has signed out.
const unkept = "private, no-store"

type idInput struct {
	ID string `path:"id" maxLength:"40"`
}

// Operations declares what the enforcement record offers over HTTP.
func (s *Service) Operations(a huma.API) {
	api.Register(a, api.Op{ID: "evidence.add", Method: http.MethodPost, Path: "/media", Permission: "evidence.add", MaxBody: MaxFile + 1<<20,
		Summary: "Add a photo, scan or recording to a complaint or case"}, s.addOp)
	api.Register(a, api.Op{ID: "evidence.list", Method: http.MethodGet, Path: "/media", Permission: "evidence.read", Summary: "Media of a complaint or case"},
		func(ctx context.Context, in *SubjectQuery) (*struct {
			Body struct {
				Items []Media `json:"items"`
			}
		}, error) {
			subject, err := in.parse()
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Media `json:"items"`
				}
			}{}
			out.Body.Items, err = s.List(ctx, api.Actor(ctx), subject)
			return out, err
		})
	api.Stream(a, api.Op{ID: "evidence.get", Method: http.MethodGet, Path: "/media/{id}", Permission: "evidence.read", Summary: "The file as it came in, or a range of its bytes"}, http.HandlerFunc(s.content))
	s.recordingOperations(a)
	s.keepingOperations(a)
	s.mediaOperations(a)
	s.exportOperations(a)
	if err := s.uploads(a); err != nil {
		panic(err) // a declaration that cannot be served
	}
	api.Register(a, api.Op{ID: "evidence.thumb", Method: http.MethodGet, Path: "/media/{id}/thumb", Permission: "evidence.read", Summary: "A small picture of it"}, s.thumbOp)
}

func (s *Service) addOp(ctx context.Context, in *uploadInput) (*mediaOutput, error) {
	subject, err := in.parse()
	if err != nil {
		return nil, err
	}
	form := in.RawBody.Data()
	if !form.File.IsSet {
		return nil, fault.New(fault.Invalid, "evidence.no_file")
	}
	defer form.File.Close()
	m, err := s.Add(ctx, api.Actor(ctx), Upload{Subject: subject, Name: form.File.Filename, Note: form.Note, Origin: form.Origin, Content: form.File})
	return &mediaOutput{m}, err
}

// serve answers with bytes of a file, or a range of them.
func serve(w http.ResponseWriter, r *http.Request, mime, sum string, size int64, at time.Time, file io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Cache-Control", unkept)
	h.Set("ETag", `"`+sum+`"`)
	// Long enough for a poor line; where the connection knows no deadline it has none to move.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute + time.Duration(size/(128<<10))*time.Second))
	http.ServeContent(w, r, "", at, file)
}

func (s *Service) thumbOp(ctx context.Context, in *idInput) (*contentOutput, error) {
	m, file, err := s.Open(ctx, api.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if !strings.HasPrefix(m.Type, "image/") {
		return s.filmThumb(ctx, in.ID)
	}
	small, err := smallPicture(m.Type, file)
	if fault.Is(err, "evidence.broken") {
		return nil, fault.Wrap(err, fault.Gone, "evidence.missing", "sha256", m.SHA256)
	}
	return &contentOutput{ContentType: "image/jpeg", CacheControl: unkept, Body: small}, err
}

// filmThumb is the small picture of a film, where one was made.
func (s *Service) filmThumb(ctx context.Context, id string) (*contentOutput, error) {
	_, p, file, err := s.openPreview(ctx, api.Actor(ctx), id, previewThumb)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, MaxFile))
	return &contentOutput{ContentType: p.mime, CacheControl: unkept, Body: content}, err
}
