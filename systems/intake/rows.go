package intake

import (
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/place"
	"jiexu/sheet"
	"jiexu/words"
)

// importFields are the fields that a map may name. Those in the second list may be without a column.
var (
	importFields = []string{"source_no", "channel", "kind", "category", "title", "text", "address", "lon", "lat", "received_at",
		"contact_name", "contact_phone", "confidential", "urgent", "reply_text", "replied_at"}
	optionalFields = []string{"source_no", "category", "title", "address", "lon", "lat", "contact_name", "contact_phone", "confidential", "urgent", "replied_at"}
)

// Rules of a map: what happens to its rows.
const (
	ruleClocks = "clocks" // from when periods run: registered (by default), received, none
	ruleState  = "state"  // in which state rows come in: registered (by default), closed
	ruleDatum  = "datum"  // of lon and lat: wgs84 (by default), gcj02, bd09
)

// rules are a map's rules, checked.
type rules struct {
	clocks, state string
	datum         place.Datum
}

var mapName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// ShippedMap reads a map that ships in the binary by its name. Returns import.no_map, which lists
// those that there are.
func ShippedMap(name string) ([]byte, error) {
	if mapName.MatchString(name) {
		if b, err := fs.ReadFile(data.FS, "maps/"+name+".toml"); err == nil {
			return b, nil
		}
	}
	return nil, fault.New(fault.Invalid, "import.no_map", "map", name, "maps", strings.Join(ShippedMaps(), ", "))
}

// ShippedMaps lists the maps that ship in the binary.
func ShippedMaps() []string {
	files, _ := fs.Glob(data.FS, "maps/*.toml")
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".toml")
	}
	return files
}

// mapNote says what tables a shipped map is for; its note holds both languages, parted by a dot.
func mapNote(name, lang string) string {
	text, err := ShippedMap(name)
	if err != nil {
		return ""
	}
	m, _, err := readMap(text)
	if err != nil {
		return ""
	}
	zh, en, _ := strings.Cut(m.Note, " · ")
	if lang == words.English {
		return en
	}
	return zh
}

// readMap parses a map and checks its rules. Returns import.map_rule for a rule that we do not know
// or what it cannot be, import.map_needs for a field without which no complaint can be made, and the
// faults of sheet.ParseMap.
func readMap(text []byte) (*sheet.Map, rules, error) {
	r := rules{clocks: "registered", state: Registered, datum: place.WGS84}
	m, err := sheet.ParseMap(text, importFields)
	if err != nil {
		return nil, r, err
	}
	for name, value := range m.Rules {
		ok := false
		switch name {
		case ruleClocks:
			ok, r.clocks = value == "registered" || value == "received" || value == "none", value
		case ruleState:
			ok, r.state = value == Registered || value == Closed, value
		case ruleDatum:
			r.datum, err = place.ParseDatum(value)
			ok = err == nil
		}
		if !ok {
			return nil, r, fault.New(fault.Invalid, "import.map_rule", "rule", name, "value", value)
		}
	}
	for _, field := range []string{"text", "received_at", "channel", "kind"} {
		if _, column := m.Columns[field]; !column && m.Defaults[field] == "" && m.Constants[field] == "" {
			return nil, r, fault.New(fault.Invalid, "import.map_needs", "field", field)
		}
	}
	if _, replies := m.Columns["reply_text"]; replies && r.state != Closed {
		return nil, r, fault.New(fault.Invalid, "import.map_reply")
	}
	return m, r, nil
}

// candidate is a row that can become a complaint.
type candidate struct {
	line    int
	c       *Complaint
	contact Contact
	guess   *guess // nil: it comes in ended
}

// rowReader makes complaints of rows.
type rowReader struct {
	b        *sheet.Binding
	rules    rules
	now      time.Time
	district *place.District
}

// read makes a complaint of a row, or says in a fault of code form which fields are wrong.
func (rr *rowReader) read(row sheet.Row) (*candidate, error) {
	f := fault.New(fault.Invalid, "form")
	in := Registration{Channel: rr.b.Value(row, "channel"), Kind: rr.b.Value(row, "kind"), Category: rr.b.Value(row, "category"),
		Title: rr.b.Value(row, "title"), Content: rr.b.Value(row, "text"), Address: rr.b.Value(row, "address"), Name: rr.b.Value(row, "contact_name"),
		Datum: string(rr.rules.datum)}
	in.SourceNumber = rr.digits(f, row, "source_no", "sourceNumber")
	in.Phone = rr.digits(f, row, "contact_phone", "phone")
	in.Confidential = rr.yes(f, row, "confidential")
	in.Urgent = rr.yes(f, row, "urgent")
	in.Lon, in.Lat = rr.degrees(f, row, "lon"), rr.degrees(f, row, "lat")
	in.ReceivedAt = rr.moment(f, row, "received_at", "receivedAt")
	if rr.b.Value(row, "received_at") == "" {
		f.With("receivedAt", "form.required")
	}
	c, contact, err := in.complaint(rr.now, maxImportedText, rr.district)
	if err != nil {
		f.Fields = append(f.Fields, err.(*fault.Error).Fields...)
	}
	reply := paragraphs(f, "reply_text", rr.b.Value(row, "reply_text"), maxImportedText)
	replied := rr.moment(f, row, "replied_at", "replied_at")
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	if c.sourceKey == "" {
		c.sourceKey = "#" + c.digest()
	}
	if rr.rules.state == Closed && (reply != "" || rr.b.Column("reply_text") == "") {
		c.State, c.ReplyText, c.RepliedAt, c.ClosedAt = Closed, reply, replied, replied
		if c.ClosedAt == nil {
			c.ClosedAt = &rr.now
		}
	}
	return &candidate{line: row.Line, c: c, contact: contact}, nil
}

// digits reads a number that a spreadsheet may have damaged.
func (rr *rowReader) digits(f *fault.Error, row sheet.Row, field, name string) string {
	s, ok := sheet.Digits(rr.b.Value(row, field))
	if !ok {
		f.With(name, "import.digits_lost", "value", s)
	}
	return s
}

func (rr *rowReader) yes(f *fault.Error, row sheet.Row, field string) bool {
	switch strings.ToLower(rr.b.Value(row, field)) {
	case "", "no", "n", "false", "0", "否":
		return false
	case "yes", "y", "true", "1", "是":
		return true
	}
	f.With(field, "import.yes_no")
	return false
}

func (rr *rowReader) degrees(f *fault.Error, row sheet.Row, field string) *float64 {
	s := rr.b.Value(row, field)
	if s == "" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f.With(field, "form.number")
		return nil
	}
	return &v
}

func (rr *rowReader) moment(f *fault.Error, row sheet.Row, field, name string) *time.Time {
	s := rr.b.Value(row, field)
	if s == "" {
		return nil
	}
	t, ok := rr.b.Time(s)
	if !ok {
		if len(s) > 40 {
			s = strings.ToValidUTF8(s[:40], "") + "…"
		}
		f.With(name, "import.bad_time", "value", s)
		return nil
	}
	return &t
}
