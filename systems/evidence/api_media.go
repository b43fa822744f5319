package evidence

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// entryDownloaded says that somebody took the original away, and why. Its id is the ticket with which he does.
const entryDownloaded = "evidence.downloaded"

// ticketFor is how long a ticket is good.
const ticketFor = 10 * time.Minute

// Ticket is leave to take an original away.
type Ticket struct {
	Path    string    `json:"path" doc:"where the file is, until the ticket has run out"`
	Expires time.Time `json:"expires"`
}

type reasonInput struct {
	Reason string `json:"reason" maxLength:"500"`
}

func (s *Service) mediaOperations(a huma.API) {
	api.Register(a, api.Op{ID: "evidence.about", Method: http.MethodGet, Path: "/media/{id}/about", Permission: "evidence.read", Summary: "All that is known of a file: marks, what was made of it, steps and recordings of the same time, what it says of itself"},
		func(ctx context.Context, in *idInput) (*struct{ Body *About }, error) {
			out, err := s.About(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *About }{out}, err
		})
	api.Register(a, api.Op{ID: "evidence.mark", Method: http.MethodPost, Path: "/media/{id}/marks", Permission: "evidence.mark", Summary: "Note something of a stretch of a recording"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body MarkInput
		}) (*struct{ Body *Mark }, error) {
			out, err := s.Mark(ctx, api.Actor(ctx), in.ID, in.Body)
			return &struct{ Body *Mark }{out}, err
		})
	api.Register(a, api.Op{ID: "evidence.unmark", Method: http.MethodPost, Path: "/media/{id}/marks/{mark}/end", Permission: "evidence.mark", Summary: "Take a mark back that was wrong, for a reason"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Mark string `path:"mark" maxLength:"40"`
			Body reasonInput
		}) (*struct{}, error) {
			return nil, s.Unmark(ctx, api.Actor(ctx), in.ID, in.Mark, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "evidence.derive", Method: http.MethodPost, Path: "/media/{id}/derived", Permission: "evidence.derive", Summary: "Have a still, a part, a redacted version or a repair of what broke off made; the original stays as it is"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body DeriveInput
		}) (*struct{ Body *Making }, error) {
			out, err := s.Derive(ctx, api.Actor(ctx), in.ID, in.Body)
			return &struct{ Body *Making }{out}, err
		})
	api.Register(a, api.Op{ID: "evidence.download", Method: http.MethodPost, Path: "/media/{id}/downloads", Permission: "evidence.download", Summary: "Take the original away, for a reason: gives a ticket that is good for ten minutes"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body reasonInput
		}) (*struct{ Body *Ticket }, error) {
			out, err := s.TicketFor(ctx, api.Actor(ctx), in.ID, in.Body.Reason)
			return &struct{ Body *Ticket }{out}, err
		})
	api.Stream(a, api.Op{ID: "evidence.proxy", Method: http.MethodGet, Path: "/media/{id}/proxy", Permission: "evidence.read", Summary: "A smaller version of a film that every browser plays"}, http.HandlerFunc(s.proxy))
}

// TicketFor enters that somebody takes an original away and why, and gives leave to. Returns evidence.not_found, form, refused.unit.
func (s *Service) TicketFor(ctx context.Context, actor org.Actor, id, reason string) (*Ticket, error) {
	reason = strings.TrimSpace(api.Clean(reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxNote {
		return nil, fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Ticket, error) {
		m, unit, err := s.mayWork(ctx, tx, actor, id, "evidence.download")
		if err != nil {
			return nil, err
		}
		now := s.now()
		entry, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryDownloaded, Subject: mediaSubject(id), Actor: actor.Person, Unit: unit, At: now, Body: map[string]any{"sha256": m.SHA256, "reason": reason}})
		return &Ticket{Path: api.Prefix + "/media/" + url.PathEscape(id) + "?ticket=" + url.QueryEscape(entry), Expires: now.Add(ticketFor)}, err
	})
}

// holds tells that a ticket lets this person take this file away now.
func (s *Service) holds(ctx context.Context, actor org.Actor, id, ticket string) (ok bool, err error) {
	if ticket == "" {
		return false, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		entries, err := ledger.Subject(ctx, tx, mediaSubject(id))
		ok = slices.ContainsFunc(entries, func(e ledger.Record) bool {
			age := s.now().Sub(e.At)
			return e.ID == ticket && e.Kind == entryDownloaded && e.Actor == actor.Person && age >= 0 && age < ticketFor
		})
		return err
	})
	return ok, err
}

// shownIn are the places of a page in which a browser shows a file (Fetch Metadata, Sec-Fetch-Dest). Asked for by itself it would be saved.
var shownIn = []string{"image", "video", "audio", "iframe", "embed", "object", "track", "empty"}

// looks tells that a request comes from a page that shows the file. A browser that does not say so says what it takes.
func looks(r *http.Request) bool {
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" {
		return slices.Contains(shownIn, dest)
	}
	accept := r.Header.Get("Accept")
	return strings.HasPrefix(accept, "image/") || strings.HasPrefix(accept, "video/") || strings.HasPrefix(accept, "audio/") || strings.HasPrefix(accept, "application/pdf")
}

// content answers with a file's bytes, which may be more than fit into memory: to a page that shows it, or to who holds a ticket.
func (s *Service) content(w http.ResponseWriter, r *http.Request) {
	ctx, actor, id := r.Context(), api.Actor(r.Context()), r.PathValue("id")
	m, file, err := s.Open(ctx, actor, id)
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	defer file.Close()
	takes, err := s.holds(ctx, actor, id, r.URL.Query().Get("ticket"))
	switch {
	case err != nil:
	case r.URL.Query().Has("ticket") && !takes:
		err = fault.New(fault.Refused, "evidence.ticket")
	case !takes && !looks(r):
		err = fault.New(fault.Refused, "evidence.take")
	case !takes:
		err = s.seen(ctx, actor, m)
	}
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	// What a person uploaded is never run as a page: only pictures, films, sound and PDFs are shown in place.
	how := "attachment"
	if !takes && (strings.HasPrefix(m.Type, "image/") || m.runs() || m.Type == "application/pdf") {
		how = "inline"
	}
	w.Header().Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(m.givenName()))
	serve(w, r, m.Type, m.SHA256, m.Size, m.At.Time, file)
}

// proxy answers with the version that every browser plays; whoever sees it sees the recording.
func (s *Service) proxy(w http.ResponseWriter, r *http.Request) {
	m, p, file, err := s.openPreview(r.Context(), api.Actor(r.Context()), r.PathValue("id"), previewProxy)
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	defer file.Close()
	if err := s.seen(r.Context(), api.Actor(r.Context()), m); err != nil {
		api.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Disposition", "inline")
	serve(w, r, p.mime, p.file, p.size, m.At.Time, file)
}
