package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"jiexu/fault"
)

// FileOptions say how a file is written, where it does not say so itself.
type FileOptions struct {
	Encoding  string `toml:"encoding"`   // utf-8, gb18030, utf-16; empty: recognised
	Delimiter string `toml:"delimiter"`  // one of , ; and tab; empty: recognised
	Sheet     string `toml:"sheet"`      // of a workbook; empty: the first
	HeaderRow int    `toml:"header_row"` // the line that the column names stand in, from 1; titles may stand above

	// A reader that gives back every row that it was given says these; a map cannot.
	RecordBytes int  `toml:"-"` // of one CSV record at most; 0: 256 KB
	KeepBlank   bool `toml:"-"` // CSV rows with cells and nothing in them are rows
	AllRows     bool `toml:"-"` // nothing is kept of a row, so that the file's size is bound enough
}

// Map says what the columns of somebody else's table mean to us.
type Map struct {
	Note      string                       `toml:"note"`
	Ignore    []string                     `toml:"ignore"` // headers that are known and not wanted
	File      FileOptions                  `toml:"file"`
	Columns   map[string]any               `toml:"columns"`   // our field → their header, or several headers of which one must be there
	Defaults  map[string]string            `toml:"defaults"`  // our field → what holds where theirs is empty or not there
	Constants map[string]string            `toml:"constants"` // our field → what holds for every row
	Values    map[string]map[string]string `toml:"values"`    // our field → their word → ours
	Times     struct {
		Zone    string   `toml:"zone"`    // +08:00, or a name as Asia/Shanghai
		Formats []string `toml:"formats"` // yyyy-MM-dd HH:mm:ss and the like, or excel for a day number
	} `toml:"times"`
	Rules map[string]string `toml:"rules"` // what happens to the rows; its reader knows the names

	names   map[string][]string // of Columns
	zone    *time.Location
	layouts []string
}

// ParseMap reads a map. fields are the names that we know. Returns import.map_broken with the line
// for what is no TOML or has an unknown key, import.map_field for a field that we do not know or
// that is said twice, import.map_option and import.map_format for what a setting cannot be.
func ParseMap(data []byte, fields []string) (*Map, error) {
	m := &Map{}
	dec := toml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte(utf8BOM))))
	if err := dec.DisallowUnknownFields().Decode(m); err != nil {
		return nil, notTOML(err)
	}
	m.names = map[string][]string{}
	for field, v := range m.Columns {
		names, ok := headers(v)
		if !ok {
			return nil, fault.New(fault.Invalid, "import.map_column", "field", field)
		}
		m.names[field] = names
	}
	for _, group := range []map[string]bool{keys(m.names), keys(m.Defaults), keys(m.Constants), keys(m.Values)} {
		for field := range group {
			if !slices.Contains(fields, field) {
				return nil, fault.New(fault.Invalid, "import.map_field", "field", field, "fields", strings.Join(fields, ", "))
			}
		}
	}
	for field := range m.Constants {
		if _, twice := m.names[field]; twice {
			return nil, fault.New(fault.Invalid, "import.map_twice", "field", field)
		}
	}
	if !slices.Contains([]string{"", UTF8, GB18030, UTF16}, m.File.Encoding) {
		return nil, fault.New(fault.Invalid, "import.map_option", "option", "file.encoding", "value", m.File.Encoding, "values", strings.Join([]string{UTF8, GB18030, UTF16}, ", "))
	}
	if !slices.Contains([]string{"", ",", ";", "\t"}, m.File.Delimiter) {
		return nil, fault.New(fault.Invalid, "import.map_option", "option", "file.delimiter", "value", m.File.Delimiter, "values", ", ; \\t")
	}
	if m.File.HeaderRow < 0 || m.File.HeaderRow > 1000 {
		return nil, fault.New(fault.Invalid, "import.map_option", "option", "file.header_row", "value", m.File.HeaderRow, "values", "1 … 1000")
	}
	return m, m.times()
}

func notTOML(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return fault.Wrap(err, fault.Invalid, "import.map_key", "key", strings.Join(strict.Errors[0].Key(), "."), "line", row)
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		row, _ := syntax.Position()
		return fault.Wrap(err, fault.Invalid, "import.map_broken", "line", row, "detail", syntax.Error())
	}
	return fault.Wrap(err, fault.Invalid, "import.map_broken", "line", 0, "detail", err.Error())
}

func headers(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, strings.TrimSpace(v) != ""
	case []any:
		var names []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok || strings.TrimSpace(s) == "" {
				return nil, false
			}
			names = append(names, s)
		}
		return names, len(names) > 0
	}
	return nil, false
}

func keys[V any](m map[string]V) map[string]bool {
	out := make(map[string]bool, len(m))
	for k := range m {
		out[k] = true
	}
	return out
}

// Binding is a map applied to the header of one table.
type Binding struct {
	m      *Map
	epoch  Epoch
	header []string
	at     map[string]int
}

// Bind finds the columns that the map names. A field with a default may be without a column; so may
// those in optional. Returns import.columns_missing, which lists what is missing and what the file
// has, and import.column_twice for a header that stands there twice.
func (m *Map) Bind(t *Table, optional ...string) (*Binding, error) {
	b := &Binding{m: m, epoch: t.Epoch, header: t.Header, at: map[string]int{}}
	var missing []string
	for field, names := range m.names {
		for _, name := range names {
			i := slices.IndexFunc(t.Header, func(h string) bool { return sameHeader(h, name) })
			if i < 0 {
				continue
			}
			if slices.ContainsFunc(t.Header[i+1:], func(h string) bool { return sameHeader(h, name) }) {
				return nil, fault.New(fault.Invalid, "import.column_twice", "column", name)
			}
			b.at[field] = i
			break
		}
		_, found := b.at[field]
		_, fallback := m.Defaults[field]
		if !found && !fallback && !slices.Contains(optional, field) {
			missing = append(missing, strings.Join(names, " / "))
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, fault.New(fault.Invalid, "import.columns_missing", "missing", strings.Join(missing, "、"), "columns", strings.Join(t.Header, "、"))
	}
	return b, nil
}

// Unknown lists the columns of the file that the map does not name, in the file's order. What stands in
// them is not taken in; whoever imports is told.
func (b *Binding) Unknown() []string {
	used := map[int]bool{}
	for _, i := range b.at {
		used[i] = true
	}
	var out []string
	for i, h := range b.header {
		if !used[i] && strings.TrimSpace(h) != "" && !b.m.Ignores(h) {
			out = append(out, h)
		}
	}
	return out
}

// Ignores reports whether the map says of a column that it is known and not wanted.
func (m *Map) Ignores(header string) bool {
	return slices.ContainsFunc(m.Ignore, func(name string) bool { return sameHeader(header, name) })
}

// sameHeader compares headers as people do: letters of either case, spaces and a byte order mark aside.
func sameHeader(a, b string) bool {
	squeeze := func(s string) string {
		return strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(s, "\uFEFF")), ""))
	}
	return squeeze(a) == squeeze(b)
}

// Has reports whether anything says the field: a column, a default or a constant.
func (b *Binding) Has(field string) bool {
	_, column := b.at[field]
	_, fallback := b.m.Defaults[field]
	_, constant := b.m.Constants[field]
	return column || fallback || constant
}

// Value is what the row says of a field: trimmed, put into our words, completed by the default.
func (b *Binding) Value(r Row, field string) string {
	if v, ok := b.m.Constants[field]; ok {
		return v
	}
	v := ""
	if i, ok := b.at[field]; ok && i < len(r.Cells) {
		v = strings.TrimSpace(Unguard(strings.TrimSpace(r.Cells[i])))
	}
	if ours, ok := b.m.Values[field][v]; ok {
		return ours
	}
	if v == "" {
		return b.m.Defaults[field]
	}
	return v
}

// Time reads a moment as the map's formats write it.
func (b *Binding) Time(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range b.m.layouts {
		if layout == excelDays {
			if t, ok := b.fromDays(s); ok {
				return t, true
			}
			continue
		}
		if t, err := time.ParseInLocation(layout, s, b.m.zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Digits undoes what a spreadsheet does to long numbers: 1.3800000001E10 is 13800000001. It is false
// where digits are lost: 1.38E+10.
func Digits(s string) (string, bool) {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(s), "E")
	if !ok {
		return s, true
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	var n int
	if _, err := fmt.Sscanf(strings.TrimPrefix(exponent, "+"), "%d", &n); err != nil || len(whole) != 1 || strings.Trim(whole+fraction, "0123456789") != "" ||
		strings.Trim(strings.TrimPrefix(exponent, "+"), "0123456789") != "" {
		return s, true // a text that happens to have an E in it
	}
	if len(fraction) != n {
		return s, false
	}
	return whole + fraction, true
}

// Column is the header of the field's column in the table, empty where there is none.
func (b *Binding) Column(field string) string {
	i, ok := b.at[field]
	if !ok {
		return ""
	}
	return b.header[i]
}
