package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"jiexu/fault"
)

const utf8BOM = "\xef\xbb\xbf"

// Encodings that a map may name.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030"
	UTF16   = "utf-16"
)

func openCSV(content []byte, o FileOptions) (*Table, error) {
	decoded, encoding, err := decode(content, o.Encoding)
	if err != nil {
		return nil, err
	}
	r := &records{text: decoded, line: 1, most: maxRecord}
	if o.RecordBytes > 0 {
		r.most = o.RecordBytes
	}
	for skip := 1; skip < o.HeaderRow; skip++ {
		r.skipLine()
	}
	r.comma = delimiter(r.rest(), o.Delimiter)
	first, ok := r.next()
	for ok && blank(first.Cells) {
		first, ok = r.next()
	}
	if !ok || first.Problem != nil {
		return nil, fault.New(fault.Invalid, "import.no_header")
	}
	head, err := header(first.Cells)
	if err != nil {
		return nil, err
	}
	below := *r
	return &Table{Header: head, Encoding: encoding, rows: func(each func(Row) error) error {
		from := below
		for row, ok := from.next(); ok; row, ok = from.next() {
			if row.Problem == nil && blank(row.Cells) && !(o.KeepBlank && len(row.Cells) > 1) {
				continue
			}
			if err := each(fit(row, len(head), false)); err != nil {
				return err
			}
		}
		return nil
	}}, nil
}

// decode makes UTF-8 of a text file. hint is what the map or the sender says, or empty; bytes that plainly are another
// encoding are read as what they are. Those that make no character become U+FFFD, by which the row that holds them is told.
func decode(content []byte, hint string) (decoded, encoding string, err error) {
	switch {
	case bytes.HasPrefix(content, []byte(utf8BOM)):
		return string(content[len(utf8BOM):]), UTF8, nil
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		return fromUTF16(content, unicode.LittleEndian)
	case hint == UTF8:
		if whole, _, broken := utf8Shape(content); broken*3 <= whole { // a few bytes went wrong on the way; of another encoding nearly all do
			return strings.ToValidUTF8(string(content), "\uFFFD"), UTF8, nil
		}
	case hint == GB18030:
		if whole, pairs, broken := utf8Shape(content); broken > 0 || whole <= pairs { // else three bytes a character, all through: that is UTF-8
			return fromGB18030(content)
		}
		return string(content), UTF8, nil
	}
	if endian, ok := utf16Like(content); ok {
		return fromUTF16(content, endian)
	}
	if hint == UTF16 {
		return fromUTF16(content, unicode.LittleEndian)
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return "", "", fault.New(fault.Invalid, "import.encoding")
	}
	whole, pairs, broken := utf8Shape(content)
	if broken*20 < whole || broken == 0 && pairs == 0 {
		return strings.ToValidUTF8(string(content), "\uFFFD"), UTF8, nil
	}
	return fromGB18030(content)
}

// utf8Shape counts the sequences of three bytes and more that UTF-8 writes Chinese in, those of two,
// and the bytes that fit no sequence. GB18030 read as UTF-8 is nearly all of the last sort, and a
// short text may be pairs alone: 占 in GB18030 is an Armenian letter in UTF-8.
func utf8Shape(content []byte) (whole, pairs, broken int) {
	for i := 0; i < len(content); {
		if content[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(content[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n >= 3:
			whole++
		default:
			pairs++
		}
		i += n
	}
	return whole, pairs, broken
}

// utf16Like reports whether every second byte is mostly zero, as the ASCII part of UTF-16 (commas,
// digits, line ends) makes it.
func utf16Like(content []byte) (unicode.Endianness, bool) {
	var zero [2]int
	sample := content[:min(len(content), 8192)&^1]
	for i, b := range sample {
		if b == 0 {
			zero[i&1]++
		}
	}
	switch few := max(2, len(sample)/40); {
	case zero[1] >= few && zero[0]*8 < zero[1]:
		return unicode.LittleEndian, true
	case zero[0] >= few && zero[1]*8 < zero[0]:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

func fromUTF16(content []byte, endian unicode.Endianness) (string, string, error) {
	out, err := unicode.UTF16(endian, unicode.UseBOM).NewDecoder().Bytes(content)
	if err != nil {
		return "", "", fault.Wrap(err, fault.Invalid, "import.encoding")
	}
	return string(out), UTF16, nil
}

// fromGB18030 decodes GB18030, which contains GBK and GB2312. A text of which more than a hundredth
// is no character was never written in it.
func fromGB18030(content []byte) (string, string, error) {
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil {
		return "", "", fault.Wrap(err, fault.Invalid, "import.encoding")
	}
	if broken := bytes.Count(out, []byte("\uFFFD")); broken*100 > utf8.RuneCount(out) {
		return "", "", fault.New(fault.Invalid, "import.encoding")
	}
	return string(out), GB18030, nil
}

// delimiter is the map's, or else the one of comma, semicolon and tab that stands most often outside
// of quotes in the header line.
func delimiter(from, hint string) byte {
	if hint != "" {
		return hint[0]
	}
	count := map[byte]int{}
	quoted := false
	for i := 0; i < len(from) && (quoted || from[i] != '\n' && from[i] != '\r') && i < maxRecord; i++ {
		switch c := from[i]; c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t':
			if !quoted {
				count[c]++
			}
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// records cuts text into CSV records (RFC 4180). A record whose quotes are broken is told with its
// first line alone, and reading goes on at the line after: what follows is usually sound.
type records struct {
	text  string
	pos   int
	line  int // of pos, from 1
	comma byte
	most  int // bytes of a record; a quote left open ends here
}

func (r *records) rest() string { return r.text[r.pos:] }

func (r *records) skipLine() {
	if i := strings.IndexAny(r.rest(), "\r\n"); i >= 0 {
		r.pos += i
		r.newline()
	} else {
		r.pos = len(r.text)
	}
}

// newline steps over one line end: \n, \r\n or a lone \r.
func (r *records) newline() {
	if strings.HasPrefix(r.rest(), "\r\n") {
		r.pos++
	}
	r.pos++
	r.line++
}

// next reads a record; false at the end.
func (r *records) next() (Row, bool) {
	if r.pos >= len(r.text) {
		return Row{}, false
	}
	start := *r
	row := Row{Line: r.line}
	for {
		cell, ok := r.field()
		if !ok || r.pos-start.pos > r.most || len(row.Cells) > 2*MaxColumns {
			*r = start
			end := strings.IndexAny(r.rest(), "\r\n")
			if end < 0 {
				end = len(r.rest())
			}
			row.Cells = []string{r.rest()[:end]}
			row.Problem = fault.New(fault.Invalid, "import.row_quotes")
			r.skipLine()
			return row, true
		}
		row.Cells = append(row.Cells, cell)
		switch {
		case r.pos >= len(r.text):
			return row, true
		case r.text[r.pos] == r.comma:
			r.pos++
		default:
			r.newline()
			return row, true
		}
	}
}

// field reads one field and stops at what ends it. It is false where a quote is left open or
// something follows a closing quote. A quote inside of a field that does not begin with one is a
// quote like any other character.
func (r *records) field() (string, bool) {
	if r.pos < len(r.text) && r.text[r.pos] == '"' {
		return r.quoted()
	}
	from := r.pos
	for r.pos < len(r.text) && r.text[r.pos] != r.comma && r.text[r.pos] != '\n' && r.text[r.pos] != '\r' {
		r.pos++
	}
	return r.text[from:r.pos], true
}

func (r *records) quoted() (string, bool) {
	r.pos++
	from, start := r.pos, r.pos
	var joined strings.Builder // what came before an escaped quote
	for r.pos-start <= r.most && r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == '\n' || c == '\r':
			r.newline()
		case c != '"':
			r.pos++
		case strings.HasPrefix(r.rest(), `""`):
			joined.WriteString(r.text[from : r.pos+1])
			r.pos += 2
			from = r.pos
		default:
			joined.WriteString(r.text[from:r.pos])
			r.pos++
			if r.pos < len(r.text) && r.text[r.pos] != r.comma && r.text[r.pos] != '\n' && r.text[r.pos] != '\r' {
				return "", false
			}
			return joined.String(), true
		}
	}
	return "", false
}

// Text makes UTF-8 of a text that came from elsewhere, by its marks or its shape; hint is the encoding that was told, or empty.
// Bytes that make no character become U+FFFD. Returns import.encoding where it is in no encoding known here.
func Text(content []byte, hint string) (text, encoding string, err error) {
	return decode(content, hint)
}
