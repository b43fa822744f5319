package evidence

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"jiexu/api"
	"jiexu/fault"
)

// Where files come in in pieces, by tus 1.0.0 (https://tus.io/protocols/resumable-upload).
const uploadsPath = "/uploads"

// tus speaks the protocol over the service: core, creation, creation-with-upload, creation-defer-length, termination and
// concatenation by the library, checksum and expiration here.
type tus struct {
	*Service
	locks *uploadLocks
}

// uploads declares the operations by which files come in in pieces.
func (s *Service) uploads(a huma.API) error {
	t := &tus{Service: s, locks: newUploadLocks(s.db)}
	composer := handler.NewStoreComposer()
	composer.UseCore(t)
	composer.UseTerminater(t)
	composer.UseConcater(t)
	composer.UseLengthDeferrer(t)
	composer.UseLocker(t.locks)
	h, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: api.Prefix + uploadsPath + "/", MaxSize: MaxUpload, DisableDownload: true,
		NetworkTimeout: networkPatience,
		Cors:           &handler.CorsConfig{Disable: true},
		Logger:         slog.New(slog.NewTextHandler(io.Discard, nil)), // the API logs requests, and never what is in them
	})
	if err != nil {
		return err
	}
	for _, op := range []struct {
		api.Op
		h http.HandlerFunc
	}{
		{api.Op{ID: "evidence.upload", Method: http.MethodPost, Path: uploadsPath, Permission: "evidence.add", Summary: "Begin a file that comes in pieces (tus 1.0.0); Upload-Metadata names subject, filename, note, origin"}, h.PostFile},
		{api.Op{ID: "evidence.upload_more", Method: http.MethodPatch, Path: uploadsPath + "/{id}", Permission: "evidence.add", Summary: "Send the next piece of a file (tus 1.0.0)"}, h.PatchFile},
		{api.Op{ID: "evidence.upload_state", Method: http.MethodHead, Path: uploadsPath + "/{id}", Permission: "evidence.add", Summary: "How much of a file is there (tus 1.0.0)"}, h.HeadFile},
		{api.Op{ID: "evidence.upload_end", Method: http.MethodDelete, Path: uploadsPath + "/{id}", Permission: "evidence.add", Summary: "Throw away what came of a file (tus 1.0.0)"}, h.DelFile},
		{api.Op{ID: "evidence.upload_options", Method: http.MethodOptions, Path: uploadsPath, Public: true, Summary: "What of tus is spoken"}, h.PostFile},
	} {
		api.Stream(a, op.Op, arriving(http.StripPrefix(api.Prefix+uploadsPath, h.Middleware(op.h))))
	}
	return nil
}

// arrival is what a request brings beside its bytes, and what is told of it beside the protocol's own headers.
type arrival struct {
	check   *checksum
	expires time.Time
	media   string
}

type arrivalKey struct{}

func arrivalOf(ctx context.Context) *arrival {
	if a, ok := ctx.Value(arrivalKey{}).(*arrival); ok {
		return a
	}
	return &arrival{}
}

// checksum is what a piece must sum up to.
type checksum struct {
	hash.Hash
	want string
}

// Right reports whether it does.
func (c *checksum) Right() bool { return string(c.Sum(nil)) == c.want }

// checksums are the algorithms that are offered; the protocol asks for sha1 at least.
var checksums = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}

func readChecksum(header string) (*checksum, error) {
	if header == "" {
		return nil, nil
	}
	name, value, _ := strings.Cut(strings.TrimSpace(header), " ")
	make, known := checksums[name]
	want, err := base64.StdEncoding.DecodeString(value)
	if !known || err != nil {
		return nil, fault.New(fault.Invalid, "evidence.checksum")
	}
	return &checksum{make(), string(want)}, nil
}

// arriving adds the protocol's extensions of checksum and expiration to a handler of the library.
func arriving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check, err := readChecksum(r.Header.Get("Upload-Checksum"))
		if err != nil {
			api.Fail(w, r, err)
			return
		}
		a := &arrival{check: check}
		out := &tusWriter{ResponseWriter: w, a: a, r: r}
		r = r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a))
		r.Body = &patientBody{ReadCloser: r.Body, until: http.NewResponseController(w).SetReadDeadline, now: time.Now, last: time.Now()}
		next.ServeHTTP(out, r)
		out.release("") // one without a text
	})
}

// tusWriter completes the headers of the library's answers, and puts what it says of failures into our words.
type tusWriter struct {
	http.ResponseWriter
	a    *arrival
	r    *http.Request
	held int // status of an answer that is not given yet
}

// Unwrap lets the library set the deadlines of the connection.
func (w *tusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader completes them.
func (w *tusWriter) WriteHeader(status int) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if known := h.Get("Tus-Extension"); known != "" {
		h.Set("Tus-Extension", known+",checksum,expiration")
		h.Set("Tus-Checksum-Algorithm", "sha1,sha256")
	}
	if at, err := url.Parse(h.Get("Location")); err == nil && at.Path != "" {
		h.Set("Location", at.Path) // behind a proxy the server does not know by what name it is reached
	}
	if !w.a.expires.IsZero() && w.a.media == "" {
		h.Set("Upload-Expires", w.a.expires.UTC().Format(http.TimeFormat))
	}
	if w.a.media != "" {
		h.Set("Jiexu-Media", w.a.media)
	}
	http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(networkPatience)) // the end of a file may have taken longer than the connection was given after its last byte
	if !w.hold(status) {
		w.ResponseWriter.WriteHeader(status)
	}
}

// told says an error as the protocol's library passes it on: a problem like any other.
func told(ctx context.Context, err error) error {
	var known handler.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, errWrong) {
		return handler.NewError(errChecksum, "the piece differs from its checksum and was not kept", 460)
	}
	p := api.Explain(ctx, err)
	body, failed := json.Marshal(p)
	if failed != nil {
		return failed
	}
	return handler.Error{ErrorCode: p.Code, Message: p.Detail, HTTPResponse: handler.HTTPResponse{StatusCode: p.Status, Body: string(body),
		Header: handler.HTTPHeader{"Content-Type": p.ContentType("")}}}
}

// NewUpload begins a file.
func (t *tus) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	subject, err := SubjectQuery{Subject: info.MetaData["subject"]}.parse()
	if err != nil {
		return nil, told(ctx, err)
	}
	size := info.Size
	if info.SizeIsDeferred {
		size = -1
	}
	in, err := t.Begin(ctx, api.Actor(ctx), Beginning{Subject: subject, Name: info.MetaData["filename"], Note: info.MetaData["note"], Origin: info.MetaData["origin"], Size: size, Part: info.IsPartial, Parts: info.PartialUploads})
	if err != nil {
		return nil, told(ctx, err)
	}
	return t.upload(ctx, in), nil
}

// GetUpload finds one.
func (t *tus) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	in, err := t.Incoming(ctx, api.Actor(ctx), id)
	if err != nil {
		return nil, told(ctx, err)
	}
	return t.upload(ctx, in), nil
}

func (t *tus) upload(ctx context.Context, in *Incoming) *tusUpload {
	u := &tusUpload{t, in}
	u.tell(ctx)
	return u
}

// AsTerminatableUpload is the library's way to ask what an upload can.
func (t *tus) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*tusUpload)
}

// AsConcatableUpload likewise.
func (t *tus) AsConcatableUpload(u handler.Upload) handler.ConcatableUpload { return u.(*tusUpload) }

// AsLengthDeclarableUpload likewise.
func (t *tus) AsLengthDeclarableUpload(u handler.Upload) handler.LengthDeclarableUpload {
	return u.(*tusUpload)
}

// tusUpload is one upload, as the library sees it.
type tusUpload struct {
	t  *tus
	in *Incoming
}

func (u *tusUpload) tell(ctx context.Context) {
	a := arrivalOf(ctx)
	a.expires, a.media = u.in.Expires, u.in.Media
}

// WriteChunk takes in the next bytes.
func (u *tusUpload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	if offset != u.in.Received {
		return 0, handler.ErrMismatchOffset
	}
	var check Check
	if c := arrivalOf(ctx).check; c != nil {
		check = c
	}
	n, err := u.t.Receive(ctx, u.in, src, check)
	u.tell(ctx)
	return n, told(ctx, err)
}

// GetInfo tells how far it is.
func (u *tusUpload) GetInfo(context.Context) (handler.FileInfo, error) {
	in := u.in
	info := handler.FileInfo{ID: in.ID, Size: max(in.Size, 0), SizeIsDeferred: in.Size < 0, Offset: in.Received, IsPartial: in.Part, IsFinal: len(in.Parts) > 0,
		PartialUploads: in.Parts, MetaData: handler.MetaData{"filename": in.Name, "subject": in.Subject.Type + ":" + in.Subject.ID}}
	return info, nil
}

// GetReader is not offered: what is not whole is shown to nobody.
func (u *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}

// FinishUpload makes it a media file.
func (u *tusUpload) FinishUpload(ctx context.Context) error {
	if u.in.Part {
		return nil
	}
	_, err := u.t.Finish(ctx, api.Actor(ctx), u.in)
	u.tell(ctx)
	return told(ctx, err)
}

// Terminate throws it away.
func (u *tusUpload) Terminate(ctx context.Context) error { return told(ctx, u.t.Abandon(ctx, u.in)) }

// DeclareLength says how long it is.
func (u *tusUpload) DeclareLength(ctx context.Context, length int64) error {
	return told(ctx, u.t.Declare(ctx, u.in, length))
}

// ConcatUploads puts it together of its parts.
func (u *tusUpload) ConcatUploads(ctx context.Context, _ []handler.Upload) error {
	_, err := u.t.Join(ctx, api.Actor(ctx), u.in)
	u.tell(ctx)
	return told(ctx, err)
}
