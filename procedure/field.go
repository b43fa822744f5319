package procedure

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/law"
)

// FieldType says how a field is asked for and what its value is.
type FieldType string

const (
	TextField   FieldType = "text"     // string, one line
	LongText    FieldType = "longtext" // string
	Select      FieldType = "select"   // string, one of Options
	PersonField FieldType = "person"   // string, a person's id
	People      FieldType = "people"   // []string
	UnitField   FieldType = "unit"     // string, a unit's id
	Number      FieldType = "number"   // int64; sums of money are whole yuan
	DateField   FieldType = "date"     // law.Date
	Moment      FieldType = "datetime" // time.Time
	Bool        FieldType = "bool"     // bool
	MatterField FieldType = "matter"   // string, code of a penalty matter
	MediaField  FieldType = "media"    // []string, ids of media
	PointField  FieldType = "point"    // string, a place as longitude and latitude, WGS-84: 121.446300,31.237500
	RowsField   FieldType = "rows"     // []map[string]any, a table; each row holds the cells that Columns name
)

var fieldTypes = []FieldType{TextField, LongText, Select, PersonField, People, UnitField, Number, DateField, Moment, Bool, MatterField, MediaField, PointField, RowsField}

// Default bounds in characters, where a field gives none.
const (
	maxText     = 200
	maxLongText = 5000
	maxList     = 50
	maxRows     = 200
)

// Field is something that the person who takes a step fills in. Any screen can ask for it.
type Field struct {
	Name      string
	Label     Text
	Help      Text // what is wanted, where the label does not say it; may be empty
	Type      FieldType
	Required  bool
	Min, Max  int // characters of a text, entries of a list, rows of a table, bounds of a number; 0: the type's own
	Options   []Option
	NotFuture bool    // a date or moment that has already come
	NotPast   bool    // a date that is yet to come, or today
	Columns   []Field // what the rows of a table hold; of any type but rows
}

// Option is one answer of a select.
type Option struct {
	Value string
	Label Text
}

// Values are the fields of a step as read by Read: trimmed, checked, typed as FieldType says. A field
// that was left empty is absent.
type Values map[string]any

// Text returns a text, select, person, unit or matter; "" if it was left empty.
func (v Values) Text(name string) string { s, _ := v[name].(string); return s }

// Number returns a number; ok is false if it was left empty.
func (v Values) Number(name string) (n int64, ok bool) { n, ok = v[name].(int64); return }

// Date returns a date; ok is false if it was left empty.
func (v Values) Date(name string) (d law.Date, ok bool) { d, ok = v[name].(law.Date); return }

// List returns people or media; nil if it was left empty.
func (v Values) List(name string) []string { l, _ := v[name].([]string); return l }

// Point returns a place; ok is false if it was left empty.
func (v Values) Point(name string) (lon, lat float64, ok bool) {
	s, _ := v[name].(string)
	return readPoint(s)
}

// Moment returns a date with its time of day; ok is false if it was left empty.
func (v Values) Moment(name string) (t time.Time, ok bool) { t, ok = v[name].(time.Time); return }

// Rows returns the rows of a table; nil if it was left empty.
func (v Values) Rows(name string) []Values {
	list, _ := v[name].([]map[string]any)
	rows := make([]Values, len(list))
	for i, row := range list {
		rows[i] = row
	}
	return rows
}

// Bool returns a yes or no; no if it was left empty.
func (v Values) Bool(name string) bool { b, _ := v[name].(bool); return b }

// Start returns when the clocks that the action starts begin to count: the day that the step's dated
// field names, or now.
func (a ClockAction) Start(v Values, now time.Time) time.Time {
	if d, ok := v.Date(a.Dated); ok && a.Dated != "" {
		return d.Start()
	}
	return now
}

// Read reads what was filled in; see ReadFields.
func (s *Step) Read(in map[string]any, now time.Time) (Values, error) {
	return ReadFields(s.Fields, in, now)
}

// ReadFields reads what was filled in, as JSON decodes it (string, float64, bool, []any) or already typed.
// Returns procedure.fields (invalid) with one field fault for each wrong one: procedure.field_required,
// _type, _long, _short, _low, _high, _option,
// _future, _past, _unknown. The cell of a table is named questions.0.answer, from row 0 on. It does not look
// whether a person, unit, matter or media exists; the system does.
func ReadFields(fields []Field, in map[string]any, now time.Time) (Values, error) {
	wrong := fault.New(fault.Invalid, "procedure.fields")
	out := readFields(fields, in, now, "", wrong)
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	return out, nil
}

// ReadSome reads what can be read of a form that is still being filled in, and leaves out the rest.
func ReadSome(fields []Field, in map[string]any, now time.Time) Values {
	return readFields(fields, in, now, "", fault.New(fault.Invalid, "procedure.fields"))
}

// readFields reads one form or one row of a table, whose field names begin with prefix.
func readFields(fields []Field, in map[string]any, now time.Time, prefix string, wrong *fault.Error) Values {
	out := Values{}
	for i := range fields {
		f := &fields[i]
		name := prefix + f.Name
		if f.Type == RowsField {
			if rows := f.readRows(in[f.Name], now, name, wrong); rows != nil {
				out[f.Name] = rows
			}
			continue
		}
		value, ok := f.read(in[f.Name])
		switch {
		case !ok:
			wrong.With(name, "procedure.field_type", "label", f.Label)
		case value == nil:
			if f.Required {
				wrong.With(name, "procedure.field_required", "label", f.Label)
			}
		default:
			if code, bound := f.check(value, now); code != "" {
				wrong.With(name, code, "label", f.Label, "bound", bound)
			}
			out[f.Name] = value
		}
	}
	for name := range in {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			wrong.With(prefix+name, "procedure.field_unknown", "field", prefix+name)
		}
	}
	return out
}

// readRows reads a table. A row without any cell is one that nobody filled in, and is left out.
func (f *Field) readRows(in any, now time.Time, name string, wrong *fault.Error) []map[string]any {
	var raw []map[string]any
	ok := true
	switch l := in.(type) {
	case nil:
	case string:
		ok = strings.TrimSpace(l) == ""
	case []map[string]any:
		raw = l
	case []Values:
		for _, row := range l {
			raw = append(raw, row)
		}
	case []any:
		for _, e := range l {
			row, is := e.(map[string]any)
			if !is {
				ok = false
				break
			}
			raw = append(raw, row)
		}
	default:
		ok = false
	}
	if !ok {
		wrong.With(name, "procedure.field_type", "label", f.Label)
		return nil
	}
	if limit := bounded(f.Max, maxRows); len(raw) > limit {
		wrong.With(name, "procedure.field_long", "label", f.Label, "bound", limit)
		return nil
	}
	var out []map[string]any
	for _, row := range raw {
		if blankRow(row) {
			continue
		}
		out = append(out, readFields(f.Columns, row, now, name+"."+strconv.Itoa(len(out))+".", wrong))
	}
	switch {
	case len(out) == 0 && f.Required:
		wrong.With(name, "procedure.field_required", "label", f.Label)
	case len(out) > 0 && len(out) < f.Min:
		wrong.With(name, "procedure.field_short", "label", f.Label, "bound", f.Min)
	}
	return out
}

func blankRow(row map[string]any) bool {
	for _, v := range row {
		if s, is := v.(string); v != nil && !(is && strings.TrimSpace(s) == "") {
			return false
		}
	}
	return true
}

// read types a value; nil is empty, not ok is the wrong type.
func (f *Field) read(in any) (value any, ok bool) {
	if in == nil {
		return nil, true
	}
	if s, isText := in.(string); isText && strings.TrimSpace(s) == "" {
		return nil, true
	}
	switch f.Type {
	case Number:
		return readNumber(in)
	case DateField:
		if d, is := in.(law.Date); is {
			return d, true
		}
		s, _ := in.(string)
		d, err := law.ParseDate(strings.TrimSpace(s))
		return d, err == nil
	case Moment:
		if t, is := in.(time.Time); is {
			return t, true
		}
		s, _ := in.(string)
		t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
		return t, err == nil
	case Bool:
		b, is := in.(bool)
		return b, is
	case People, MediaField:
		return readList(in)
	case PointField:
		s, _ := in.(string)
		lon, lat, is := readPoint(s)
		return PointText(lon, lat), is
	default:
		s, is := in.(string)
		return strings.TrimSpace(s), is && utf8.ValidString(s)
	}
}

// readPoint reads a longitude and a latitude with a comma between them.
func readPoint(s string) (lon, lat float64, ok bool) {
	east, north, ok := strings.Cut(s, ",")
	lon, err := strconv.ParseFloat(strings.TrimSpace(east), 64)
	lat, wrong := strconv.ParseFloat(strings.TrimSpace(north), 64)
	ok = ok && err == nil && wrong == nil && math.Abs(lon) <= 180 && math.Abs(lat) <= 90
	return lon, lat, ok
}

// PointText writes a place as a PointField holds it, to a tenth of a metre.
func PointText(lon, lat float64) string {
	return strconv.FormatFloat(lon, 'f', 6, 64) + "," + strconv.FormatFloat(lat, 'f', 6, 64)
}

func readNumber(in any) (any, bool) {
	switch n := in.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64:
		const exact = 1 << 53
		return int64(n), n == math.Trunc(n) && math.Abs(n) <= exact
	}
	return nil, false
}

func readList(in any) (any, bool) {
	var list []string
	switch l := in.(type) {
	case []string:
		list = slices.Clone(l)
	case []any:
		for _, e := range l {
			s, is := e.(string)
			if !is {
				return nil, false
			}
			list = append(list, s)
		}
	default:
		return nil, false
	}
	for i, s := range list {
		if strings.TrimSpace(s) == "" || slices.Contains(list[:i], s) {
			return nil, false // an empty or a doubled entry
		}
	}
	if len(list) == 0 {
		return nil, true
	}
	return list, true
}

// check looks at the bounds of a typed value; it returns the fault's code and the bound.
func (f *Field) check(value any, now time.Time) (code string, bound any) {
	switch v := value.(type) {
	case string:
		if f.Type == Select && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v }) {
			return "procedure.field_option", nil
		}
		limit := bounded(f.Max, maxText)
		if f.Type == LongText {
			limit = bounded(f.Max, maxLongText)
		}
		return f.length(utf8.RuneCountInString(v), limit)
	case []string:
		return f.length(len(v), bounded(f.Max, maxList))
	case int64:
		if v < int64(f.Min) {
			return "procedure.field_low", f.Min
		}
		if f.Max > 0 && v > int64(f.Max) {
			return "procedure.field_high", f.Max
		}
	case law.Date:
		if f.NotFuture && v.Compare(law.On(now)) > 0 {
			return "procedure.field_future", nil
		}
		if f.NotPast && v.Compare(law.On(now)) < 0 {
			return "procedure.field_past", nil
		}
	case time.Time:
		if f.NotFuture && v.After(now) {
			return "procedure.field_future", nil
		}
	}
	return "", nil
}

func (f *Field) length(n, limit int) (code string, bound any) {
	if n > limit {
		return "procedure.field_long", limit
	}
	if n < f.Min {
		return "procedure.field_short", f.Min
	}
	return "", nil
}

func bounded(limit, otherwise int) int {
	if limit == 0 {
		return otherwise
	}
	return limit
}
