package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"jiexu/fault"
	"jiexu/sheet"
	"jiexu/store"
	"jiexu/words"
)

// Handlers are what platforms reach, by mux pattern. Each request is signed; there is no other way in.
func (s *Service) Handlers() map[string]http.Handler {
	return map[string]http.Handler{
		"POST /gateway/{link}/events":        http.HandlerFunc(s.receive),
		"GET /gateway/{link}/events/{event}": http.HandlerFunc(s.askEvent),

		"POST /gateway/{link}/orders/{order}/attachments":       http.HandlerFunc(s.receivePicture),
		"GET /gateway/{link}/messages/{message}/photos/{photo}": http.HandlerFunc(s.givePhoto),
		"GET /gateway/{link}/orders/{order}":                    http.HandlerFunc(s.askOrder),
		"/gateway/":                                             http.HandlerFunc(s.noSuch),
	}
}

func (s *Service) noSuch(w http.ResponseWriter, r *http.Request) {
	s.Fail(w, r, fault.New(fault.NotFound, "api.no_operation", "method", r.Method, "path", "/gateway/…"))
}

// admit reads a request's body and proves who sent it. The body is read before the signature can be checked, so it is bounded.
func (s *Service) admit(w http.ResponseWriter, r *http.Request) (Link, []byte, error) {
	return s.admitUpTo(w, r, MaxBody)
}

// admitUpTo is admit for a body of so many bytes.
func (s *Service) admitUpTo(w http.ResponseWriter, r *http.Request, most int64) (l Link, body []byte, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return l, nil, fault.New(fault.TooLarge, "gateway.body_too_large", "mb", most>>20)
	}
	if err != nil {
		return l, nil, fault.Wrap(err, fault.Invalid, "gateway.cut_off")
	}
	if err := s.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		l, err = linkBy(ctx, tx, "code", r.PathValue("link"))
		return err
	}); fault.KindOf(err) == fault.NotFound {
		return l, nil, fault.New(fault.Unauthenticated, "gateway.signature") // which links there are is not told
	} else if err != nil {
		return l, nil, err
	}
	secret, err := s.seal.Open(l.ID, l.secret)
	if err != nil {
		return l, nil, err
	}
	if err := Verify(r, secret, body, s.Now()); err != nil {
		return l, nil, err
	}
	if !l.Enabled {
		return l, nil, fault.New(fault.Unavailable, "gateway.off")
	}
	return l, body, nil
}

// receive keeps the events of a request, takes in what can be taken in at once, and says of each what came of it. When it answers
// 200, every event is kept durably, whatever its result.
func (s *Service) receive(w http.ResponseWriter, r *http.Request) {
	l, body, err := s.admit(w, r)
	if err != nil {
		if l.ID != "" && fault.KindOf(err) == fault.TooLarge {
			s.Report("gateway "+l.Code, err)
		}
		s.Fail(w, r, err)
		return
	}
	results, err := s.Receive(r.Context(), l, body, charset(r.Header.Get("Content-Type")), r.Header.Get(HeaderNonce), language(r))
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	answer(w, map[string]any{"results": results})
}

// Receive is receive once it is known whom a body is from.
func (s *Service) Receive(ctx context.Context, l Link, body []byte, hint, nonce, lang string) ([]Result, error) {
	p, err := s.protocol(l.Kind)
	if err != nil {
		return nil, err
	}
	items, err := decodeJSON(body, hint, namesOf(p))
	if fault.KindOf(err) == fault.Invalid { // in no encoding: it is kept as it can be shown, for a person to see
		items = []item{{problem: &Note{Code: "gateway.unreadable"}, fields: map[string]string{rawField: shorten(string(body), maxRaw)}}}
	} else if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fault.New(fault.Invalid, "gateway.no_events")
	}
	for i := range items {
		items[i].source = HTTP
	}
	rows, repeated, err := s.keep(ctx, l, items, func(ctx context.Context, tx *store.Tx) error { return spend(ctx, tx, l.ID, nonce, s.Now()) })
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(rows))
	for i, e := range rows {
		if e.state == Fresh || e.state == Parked {
			done, err := s.process(ctx, l, e)
			if err != nil { // it is kept, and tried again; the platform need not send it again
				s.Report("gateway "+l.Code, err)
			}
			e = done
		}
		results[i] = e.result(lang, repeated[e.id])
	}
	return results, nil
}

// result says what came of an event.
func (e row) result(lang string, repeated bool) Result {
	r := Result{Event: e.event, Order: e.order, Number: e.number, Result: map[string]string{Fresh: "waiting", Parked: "waiting", Held: "held", Done: "taken", Declined: "declined"}[e.state]}
	if repeated && e.state == Done {
		r.Result = "repeated"
	}
	for _, n := range append(append([]Note{}, e.problems...), e.notes...) {
		r.Notes = append(r.Notes, Spoken{Code: n.Code, Field: n.Field, Text: words.Text(lang, n.Code, n.Params)})
	}
	return r
}

func spoken(lang string, notes []Note) []Spoken {
	out := make([]Spoken, len(notes))
	for i, n := range notes {
		out[i] = Spoken{Code: n.Code, Field: n.Field, Text: words.Text(lang, n.Code, n.Params)}
	}
	return out
}

// askEvent says what came of an event, for a platform that lost our answer.
func (s *Service) askEvent(w http.ResponseWriter, r *http.Request) {
	l, _, err := s.admit(w, r)
	var e row
	if err == nil {
		err = s.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
			e, err = scanRow(tx.QueryRow(ctx, `SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.link = $1 AND i.event = $2`, l.ID, r.PathValue("event")))
			return store.Found(err, "gateway.event_not_found")
		})
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	answer(w, e.result(language(r), false))
}

// OrderState is how we stand with an order, by which both sides can be compared.
type OrderState struct {
	Order    string `json:"order"`
	Number   string `json:"number" doc:"of the complaint here; empty: not taken in"`
	Stage    string `json:"stage,omitempty"`
	LastSeq  int64  `json:"lastSeq" doc:"of its events that were taken in"`
	Events   int    `json:"events" doc:"how many events of it were taken in"`
	Messages int64  `json:"messages" doc:"how many messages there are for it, from 1 to this number"`
	Unsent   int    `json:"unsent" doc:"of them still on their way"`
}

// askOrder says how we stand with an order.
func (s *Service) askOrder(w http.ResponseWriter, r *http.Request) {
	l, _, err := s.admit(w, r)
	out := OrderState{Order: r.PathValue("order")}
	if err == nil {
		err = s.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
			err := tx.QueryRow(ctx, `SELECT o.number, o.stage, o.last_seq, o.said,
				(SELECT count(*) FROM gateway_inbox i WHERE i.link = o.link AND i.order_no = o.order_no AND i.state = 'done'),
				(SELECT count(*) FROM gateway_outbox b WHERE b.link = o.link AND b.order_no = o.order_no AND b.state <> 'sent')
				FROM gateway_orders o WHERE o.link = $1 AND o.order_no = $2`, l.ID, out.Order).Scan(&out.Number, &out.Stage, &out.LastSeq, &out.Messages, &out.Events, &out.Unsent)
			return store.Found(err, "gateway.order_not_found")
		})
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	answer(w, out)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(v)
}

// charset is the encoding that a media type names, by our names; empty where it names none that we know.
func charset(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	switch strings.ToLower(params["charset"]) {
	case "utf-8", "utf8":
		return sheet.UTF8
	case "gb18030", "gbk", "gb2312":
		return sheet.GB18030
	}
	return ""
}

func language(r *http.Request) string { return words.Choose(r.Header.Get("Accept-Language")) }
