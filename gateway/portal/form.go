package portal

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	recoding "jiexu/sheet"
)

// Bounds of what is sent, in bytes.
const (
	maxBody   = 34 << 20 // three pictures and the text
	maxPlain  = 512 << 10
	maxField  = 160 << 10 // of one field: a draft that is handed on is the longest
	maxFields = 120
	maxPhotos = 3
)

// form is what was filled in. Of fields that came too long the beginning is kept.
type form struct {
	values map[string][]string
	cut    map[string]bool
}

func (f *form) text(name string) string {
	for _, v := range f.values[name] {
		if v != "" {
			return v
		}
	}
	return ""
}

func (f *form) add(name, value string) {
	f.values[name] = append(f.values[name], value)
}

// readForm reads a form in either of the two ways in which browsers send one. A file is handed to take as it comes, with
// what was read before it; a file that is empty is a box that was left alone. Returns portal.too_large, portal.unreadable,
// and what take returns.
func readForm(w http.ResponseWriter, r *http.Request, take func(f *form, field, name string, content io.Reader) error) (*form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	f := &form{values: map[string][]string{}, cut: map[string]bool{}}
	switch {
	case err == nil && kind == "multipart/form-data" && params["boundary"] != "":
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		return f, readable(f.parts(multipart.NewReader(r.Body, params["boundary"]), take))
	case err == nil && kind == "application/x-www-form-urlencoded":
		r.Body = http.MaxBytesReader(w, r.Body, maxPlain)
		if err := r.ParseForm(); err != nil {
			return f, readable(err)
		}
		n := 0
		for name, values := range r.PostForm {
			for _, v := range values {
				if n++; n > maxFields {
					return f, fault.New(fault.Invalid, "portal.unreadable")
				}
				f.add(name, f.bounded(name, v))
			}
		}
		return f, nil
	}
	return f, fault.New(fault.Invalid, "portal.unreadable")
}

// readable makes of an error of reading what a citizen is told of it.
func readable(err error) error {
	var large *http.MaxBytesError
	var known *fault.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &large):
		return fault.New(fault.TooLarge, "portal.too_large", "mb", maxBody>>20)
	}
	return fault.New(fault.Invalid, "portal.unreadable")
}

func (f *form) bounded(name, v string) string {
	if len(v) > maxField {
		f.cut[name] = true
		v = v[:maxField]
	}
	if !utf8.ValidString(v) && !f.cut[name] { // an old telephone wrote in an encoding of its own
		if text, _, err := recoding.Text([]byte(v), ""); err == nil {
			v = text
		}
	}
	return api.Clean(v)
}

func (f *form) parts(r *multipart.Reader, take func(f *form, field, name string, content io.Reader) error) error {
	for n := 0; ; n++ {
		part, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == maxFields {
			return fault.New(fault.Invalid, "portal.unreadable")
		}
		if part.FileName() == "" {
			text, err := io.ReadAll(io.LimitReader(part, maxField+1))
			if err != nil {
				return err
			}
			f.add(part.FormName(), f.bounded(part.FormName(), string(text)))
			continue
		}
		var first [1]byte
		if k, err := io.ReadFull(part, first[:]); k == 0 {
			if err == io.EOF {
				continue
			}
			return err
		}
		if take == nil {
			continue
		}
		if err := take(f, part.FormName(), part.FileName(), io.MultiReader(strings.NewReader(string(first[:])), part)); err != nil {
			return err
		}
	}
}
