package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/sheet"
)

// Bounds of what comes in.
const (
	MaxBody   = 2 << 20   // of a request, in bytes
	MaxEvents = 500       // of a request
	maxEvent  = 256 << 10 // of one event's texts, in bytes
	maxFields = 80        // of one event
	maxKey    = 60        // of a field's name, in characters
	maxRaw    = 4000      // of what is kept of what cannot be read, in characters
)

// item is one event as it came.
type item struct {
	fields  map[string]string
	source  string
	problem *Note // why nothing can be made of it
	notes   []Note
}

// recoded notes that a text came in another encoding than ours, or than was said.
func recoded(encoding, said string) []Note {
	switch {
	case encoding == "" || encoding == sheet.UTF8 && said != sheet.GB18030:
		return nil
	case said != "" && said != encoding:
		return []Note{{Code: "gateway.recoded_not", Params: map[string]any{"encoding": encoding, "said": said}}}
	}
	return []Note{{Code: "gateway.recoded", Params: map[string]any{"encoding": encoding}}}
}

// rawField holds what could not be read.
const rawField = "raw"

// decodeJSON makes items of a JSON text: {"events": […]}, a list, or one event. What is cut off at its end, or broken in the middle, is an
// item with a problem behind those that are whole. hint is the encoding that was told, or empty.
func decodeJSON(content []byte, hint string, names map[string]string) ([]item, error) {
	text, encoding, err := sheet.Text(content, hint)
	if err != nil {
		return nil, err
	}
	notes := recoded(encoding, hint)
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var items []item
	broken := func(err error) []item {
		code := "gateway.unreadable"
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			code = "gateway.cut_off"
		}
		rest := text[min(int(dec.InputOffset()), len(text)):]
		return append(items, item{problem: &Note{Code: code}, fields: map[string]string{rawField: shorten(rest, maxRaw)}, notes: notes})
	}
	list, one, err := openList(dec)
	switch {
	case err != nil:
		return broken(err), nil
	case one != nil:
		return append(items, one.item(names, notes)), nil
	case !list:
		return broken(errors.New("neither a list nor an event")), nil
	}
	for dec.More() {
		var o object
		if err := dec.Decode(&o); err != nil {
			var wrong *json.UnmarshalTypeError
			if errors.As(err, &wrong) { // a whole value that is no object: what follows it can be read
				items = append(items, item{problem: &Note{Code: "gateway.no_event"}, fields: map[string]string{rawField: wrong.Value}, notes: notes})
				continue
			}
			return broken(err), nil
		}
		if items = append(items, o.item(names, notes)); len(items) > MaxEvents {
			return nil, fault.New(fault.TooLarge, "gateway.too_many", "max", MaxEvents)
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken(err), nil
	}
	return items, nil
}

// openList reads up to the first event of a list, or reads the one event that there is.
func openList(dec *json.Decoder) (list bool, one object, err error) {
	first, err := dec.Token()
	if err != nil {
		return false, nil, err
	}
	if first == json.Delim('[') {
		return true, nil, nil
	}
	if first != json.Delim('{') {
		return false, nil, nil
	}
	o := object{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return false, nil, err
		}
		name, _ := key.(string)
		if name == "events" && len(o) == 0 {
			open, err := dec.Token()
			if err != nil {
				return false, nil, err
			}
			return open == json.Delim('['), nil, nil
		}
		var v any
		if err := dec.Decode(&v); err != nil {
			return false, nil, err
		}
		o[name] = v
	}
	_, err = dec.Token()
	return false, o, err
}

// object is an event in JSON.
type object map[string]any

// item gives its texts our names. What is a list or an object in it stays JSON.
func (o object) item(names map[string]string, notes []Note) item {
	it := item{fields: map[string]string{}, notes: notes}
	for key, v := range o {
		var text string
		switch v := v.(type) {
		case nil:
			continue
		case string:
			text = v
		case json.Number:
			text = v.String()
		case bool:
			text = fmt.Sprint(v)
		default:
			text = encode(v)
		}
		it.put(names, key, text)
	}
	it.bound()
	return it
}

// put enters a field under our name for it; of two that mean the same the first that says something counts.
func (it *item) put(names map[string]string, key, text string) {
	key = shorten(strings.Join(strings.Fields(key), " "), maxKey)
	if ours, ok := names[strings.ToLower(key)]; ok {
		key = ours
	}
	clean := strings.TrimSpace(api.Clean(text))
	if clean == "" || key == "" || it.fields[key] != "" {
		return
	}
	it.fields[key] = clean
	if clean != strings.TrimSpace(text) {
		it.note("gateway.cleaned", key)
	}
	if strings.ContainsRune(clean, utf8.RuneError) {
		it.note("gateway.broken_text", key)
	}
}

// note says of a field what was done to it. The notes of a file are shared by its items.
func (it *item) note(code, field string) {
	it.notes = append(slices.Clip(it.notes), Note{Code: code, Field: field})
}

// bound keeps an event within its size. What is too large is told, and what is kept of it is its beginning.
func (it *item) bound() {
	size := 0
	for key, v := range withoutPictures(it.fields) { // these have bounds of their own, beside that of the body
		size += len(key) + len(v)
	}
	if size <= maxEvent && len(it.fields) <= maxFields {
		return
	}
	it.problem = &Note{Code: "gateway.event_too_large", Params: map[string]any{"kb": maxEvent >> 10, "fields": maxFields}}
	kept := map[string]string{}
	for _, key := range []string{"event", "type", "order", "seq", "at", "title", "content", "address", "name", "phone"} {
		if v := it.fields[key]; v != "" {
			kept[key] = shorten(v, maxRaw)
		}
	}
	it.fields = kept
}

// decodeTable makes items of a table: CSV as offices write it, or Excel.
func decodeTable(name string, content []byte, names map[string]string) ([]item, error) {
	table, err := sheet.Open(name, content, sheet.FileOptions{})
	if err != nil {
		return nil, err
	}
	notes := recoded(table.Encoding, "")
	var items []item
	err = table.Each(func(row sheet.Row) error {
		it := item{fields: map[string]string{}, source: fmt.Sprintf("%s:%d", filepath.Base(name), row.Line), notes: notes}
		if row.Problem != nil {
			it.problem = &Note{Code: row.Problem.Code, Params: row.Problem.Params}
			it.fields[rawField] = shorten(strings.Join(row.Cells, ","), maxRaw)
		} else {
			for i, cell := range row.Cells {
				it.put(names, table.Header[i], sheet.Unguard(cell))
			}
			it.bound()
		}
		items = append(items, it)
		return nil
	})
	return items, err
}

// decodeFile makes items of a file by its content.
func decodeFile(name string, content []byte, names map[string]string) ([]item, error) {
	var items []item
	var err error
	if start := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n"); strings.EqualFold(filepath.Ext(name), ".json") || len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		items, err = decodeJSON(content, "", names)
	} else {
		items, err = decodeTable(name, content, names)
	}
	for i := range items {
		if items[i].source == "" {
			items[i].source = fmt.Sprintf("%s:%d", filepath.Base(name), i+1)
		}
	}
	return items, err
}

// shorten cuts a text to so many characters, and says so.
func shorten(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
