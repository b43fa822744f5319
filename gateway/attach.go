package gateway

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"jiexu/fault"
	"jiexu/store"
)

// Bounds of pictures that come with orders.
const (
	MaxAttachment = 8 << 20 // of one that is sent by itself, in bytes
	maxAttached   = 9       // within one event
	atOnce        = 4       // requests with a picture that are read at the same time: they are read before it is known who sends them
)

// attachmentsField is where an event brings pictures: JSON, a list of attachment.
const attachmentsField = "attachments"

// attachment is a picture within an event.
type attachment struct {
	Name string `json:"name"`
	Data string `json:"data"` // base64, with or without data:…;base64, before it
}

// readAttachments reads the pictures of an event. What cannot be read is said, and the others are there.
func readAttachments(text string) (out []attachment, notes []Note) {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, []Note{{Code: "gateway.attachments_unreadable", Field: attachmentsField}}
	}
	for i, r := range raw {
		if i == maxAttached {
			notes = append(notes, Note{Code: "gateway.attachments_many", Field: attachmentsField, Params: map[string]any{"max": maxAttached, "n": len(raw)}})
			break
		}
		var a attachment
		if err := json.Unmarshal(r, &a); err != nil || strings.TrimSpace(a.Data) == "" {
			notes = append(notes, Note{Code: "gateway.attachment_empty", Field: attachmentsField, Params: map[string]any{"n": i + 1}})
			continue
		}
		out = append(out, a)
	}
	return out, notes
}

// content decodes a picture.
func (a attachment) content() ([]byte, bool) {
	text := a.Data
	if strings.HasPrefix(text, "data:") {
		_, text, _ = strings.Cut(text, ",")
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		b, err = base64.RawURLEncoding.DecodeString(text)
	}
	return b, err == nil && len(b) > 0
}

// refusals says by which of our sentences a picture is refused; others are said as they are.
var refusals = map[string]string{"evidence.type": "gateway.attachment_type", "evidence.too_large": "gateway.attachment_large", "evidence.pixels": "gateway.attachment_large", "evidence.broken": "gateway.attachment_broken",
	"evidence.empty": "gateway.attachment_broken", "evidence.cut_off": "gateway.attachment_broken", "evidence.too_many": "gateway.attachment_full", "intake.finished": "gateway.attachment_late"}

// attach adds the pictures of an event, and of those before it that opened no complaint, to the complaint that it is about. One that is refused is
// said and hinders neither the order nor the others; its error is a failure of ours, after which the event is tried again.
func (s *Service) attach(ctx context.Context, l Link, e row, complaint string) (notes []Note, err error) {
	if s.Attach == nil || complaint == "" {
		return nil, nil
	}
	var before []row
	if err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err = store.Collect(ctx, tx, func(r *sql.Rows) (row, error) { return scanRow(r) }, `SELECT `+rowColumns+` FROM gateway_inbox i
			WHERE i.link = $1 AND i.order_no = $2 AND i.order_no <> '' AND i.state = 'done' AND i.complaint IS NULL AND i.id <> $3 ORDER BY i.seq, i.came_at, i.id LIMIT 100`, l.ID, e.order, e.id)
		return err
	}); err != nil {
		return nil, err
	}
	took := 0
	for _, r := range append(before, e) {
		text := r.fields[attachmentsField]
		if text == "" {
			continue
		}
		list, wrong := readAttachments(text)
		notes = append(notes, wrong...)
		for _, a := range list {
			say := func(code string) {
				notes = append(notes, Note{Code: code, Field: attachmentsField, Params: map[string]any{"name": Cut(a.Name, 60)}})
			}
			content, ok := a.content()
			if !ok {
				say("gateway.attachment_coded")
				continue
			}
			switch err := s.Attach(ctx, l, complaint, a.Name, strings.NewReader(string(content))); {
			case err == nil:
				took++
			case refusals[codeOf(err)] != "":
				say(refusals[codeOf(err)])
			case fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable:
				return nil, err
			default:
				say("gateway.attachment_refused")
			}
		}
		if r.id != e.id { // what was kept until there was a complaint is kept there now
			delete(r.fields, attachmentsField)
			if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE gateway_inbox SET fields = $2, rev = rev + 1 WHERE id = $1`, r.id, encode(r.fields))
				return err
			}); err != nil {
				return nil, err
			}
		}
	}
	if took > 0 {
		notes = append(notes, Note{Code: "gateway.attachments_taken", Field: attachmentsField, Params: map[string]any{"n": took}})
	}
	return notes, nil
}

func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// receivePicture takes in a picture that comes by itself, for an order that was taken in. It is signed like every request; its name stands in
// a header, where no log keeps it. Sent again, it is the same one.
func (s *Service) receivePicture(w http.ResponseWriter, r *http.Request) {
	select {
	case s.pictures <- struct{}{}:
		defer func() { <-s.pictures }()
	default:
		s.Fail(w, r, fault.New(fault.Unavailable, "store.busy"))
		return
	}
	l, body, err := s.admitUpTo(w, r, MaxAttachment)
	if err == nil {
		err = s.picture(r.Context(), l, r.PathValue("order"), named(r.Header.Get(HeaderName)), r.Header.Get(HeaderNonce), body)
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	answer(w, map[string]any{"result": "taken"})
}

// HeaderName is the name of a picture, written as in an address.
const HeaderName = "Jiexu-Name"

func named(header string) string {
	if name, err := url.PathUnescape(header); err == nil {
		return name
	}
	return header
}

func (s *Service) picture(ctx context.Context, l Link, order, name, nonce string, body []byte) error {
	var complaint sql.NullString
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := spend(ctx, tx, l.ID, nonce, s.Now()); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT complaint FROM gateway_orders WHERE link = $1 AND order_no = $2`, l.ID, order).Scan(&complaint)
		return store.Found(err, "gateway.order_not_found")
	}); err != nil {
		return err
	}
	if complaint.String == "" || s.Attach == nil {
		return fault.New(fault.Conflict, "gateway.attachment_early", "order", Cut(order, 60))
	}
	return s.Attach(ctx, l, complaint.String, name, strings.NewReader(string(body)))
}

// Photo is a photograph of what was done, as a message tells of it.
type Photo struct {
	ID     string `json:"-"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// told adds to a message the photographs that go with it; where they are fetched stands with each.
func photosOf(l Link, message string, list []Photo) any {
	if len(list) == 0 {
		return nil
	}
	out := make([]map[string]any, len(list))
	for i, p := range list {
		out[i] = map[string]any{"photo": p.ID, "name": p.Name, "type": p.Type, "size": p.Size, "sha256": p.SHA256, "path": "/gateway/" + l.Code + "/messages/" + message + "/photos/" + p.ID}
	}
	return out
}

// givePhoto hands out a photograph of which a message of the link tells, and no other.
func (s *Service) givePhoto(w http.ResponseWriter, r *http.Request) {
	l, _, err := s.admit(w, r)
	var told bool
	if err == nil {
		err = s.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
			var body string
			err := tx.QueryRow(ctx, `SELECT body FROM gateway_outbox WHERE id = $1 AND link = $2`, r.PathValue("message"), l.ID).Scan(&body)
			if err != nil {
				return store.Found(err, "gateway.message_not_found")
			}
			var m struct{ Photos []struct{ Photo string } }
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				return err
			}
			for _, p := range m.Photos {
				told = told || p.Photo == r.PathValue("photo")
			}
			return nil
		})
	}
	if err == nil && (!told || s.OpenPhoto == nil) {
		err = fault.New(fault.NotFound, "gateway.message_not_found")
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	photo, content, err := s.OpenPhoto(r.Context(), l, r.PathValue("photo"))
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	defer content.Close()
	w.Header().Set("Content-Type", photo.Type)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(photo.Name))
	w.Header().Set("Content-Length", strconv.FormatInt(photo.Size, 10)) // by which a platform knows that it broke off
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.Copy(w, content)
}

// withoutPictures are the fields of an event but its pictures, which are counted and shown apart.
func withoutPictures(fields map[string]string) map[string]string {
	if fields[attachmentsField] == "" {
		return fields
	}
	out := map[string]string{}
	for k, v := range fields {
		if k != attachmentsField {
			out[k] = v
		}
	}
	return out
}
