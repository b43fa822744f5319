package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/words"
)

// request is what is known of a request beside its content. Sessions makes it.
type request struct {
	id      string
	lang    string
	address string
	secure  bool
	session *org.Session // nil: nobody is signed in
	rev     int64
	op      Op
	http    *http.Request
	digest  hash.Hash // of the body as far as it was read, where a key came with it
	org     *org.Service
	log     *slog.Logger
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	req, _ := ctx.Value(requestKey{}).(*request)
	return req
}

// Actor is who makes the request; without anybody signed in it is an actor who may do nothing.
func Actor(ctx context.Context) org.Actor {
	if req := requestOf(ctx); req != nil && req.session != nil {
		return req.session.Actor
	}
	return org.Actor{}
}

// NameOf is the name of whoever did something, as a reader is told it: a person's own, and what a program of the house is called.
func NameOf(lang, person, name string) string {
	if program, is := strings.CutPrefix(person, "program:"); is {
		if code := "program." + program; words.Text(lang, code, nil) != code {
			return words.Text(lang, code, nil)
		}
	}
	return name
}

// SessionOf is the session of the request; ok is false where nobody is signed in.
func SessionOf(ctx context.Context) (org.Session, bool) {
	if req := requestOf(ctx); req != nil && req.session != nil {
		return *req.session, true
	}
	return org.Session{}, false
}

// Rev is the revision that the command has seen, from If-Match.
func Rev(ctx context.Context) int64 {
	if req := requestOf(ctx); req != nil {
		return req.rev
	}
	return 0
}

// Lang is the language in which the user is to be answered.
func Lang(ctx context.Context) string {
	if req := requestOf(ctx); req != nil {
		return req.lang
	}
	return words.Chinese
}

// RequestID is the number that the user can quote.
func RequestID(ctx context.Context) string {
	if req := requestOf(ctx); req != nil {
		return req.id
	}
	return ""
}

// Address is from where the request came.
func Address(ctx context.Context) string {
	if req := requestOf(ctx); req != nil {
		return req.address
	}
	return ""
}

func (q *request) who() string {
	if q.session == nil {
		return ""
	}
	return q.session.Actor.Person
}

// readRev takes the revision from If-Match: a number in quotes, as ETag has it. Returns
// api.precondition where it is missing: a command without it would overwrite what it has not seen.
func (q *request) readRev(header string) error {
	if header == "" {
		return fault.New(fault.Invalid, "api.precondition")
	}
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(header), "W/"), `"`)
	rev, err := strconv.ParseInt(text, 10, 64)
	if err != nil || rev < 1 {
		return fault.New(fault.Invalid, "api.if_match", "value", clip(header, 40))
	}
	q.rev = rev
	return nil
}

// watchBody lets the digest see the body while it is read.
func (q *request) watchBody(r *http.Request) {
	q.digest = sha256.New()
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(r.Body, q.digest), r.Body}
}

// fingerprint digests method, path and content, to tell a repeated command from another one under the
// same key. Of a form with files it digests the parts, because a browser marks their borders anew at
// every try.
func (q *request) fingerprint() (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", q.http.Method, q.http.URL.RequestURI())
	form := q.http.MultipartForm
	if form == nil {
		h.Write(q.digest.Sum(nil))
		return hex.EncodeToString(h.Sum(nil)), nil
	}
	for _, name := range sortedKeys(form.Value) {
		fmt.Fprintf(h, "%q=%q\n", name, form.Value[name])
	}
	for _, name := range sortedKeys(form.File) {
		for _, part := range form.File[name] {
			fmt.Fprintf(h, "%q %q %d\n", name, part.Filename, part.Size)
			f, err := part.Open()
			if err != nil {
				return "", fmt.Errorf("read an uploaded part: %w", err)
			}
			_, err = io.Copy(h, f)
			f.Close()
			if err != nil {
				return "", fmt.Errorf("read an uploaded part: %w", err)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
