package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"

	"jiexu/document/truetype"
)

// ErrForeign is wrapped by every error about a file that this package has not written.
var ErrForeign = errors.New("not a PDF of ours")

// maxInflated bounds a stream.
const maxInflated = 256 << 20

// Source is a file that this package wrote, opened so that its pages can be taken over into another.
type Source struct {
	data     []byte
	offsets  []int
	pages    []object // their contents
	fonts    map[string]*embedded
	pictures map[string]int // name to object
}

type object = int

// embedded is a font of a source: its program, and what its glyphs stand for.
type embedded struct {
	program    *truetype.Program
	descriptor string // the entries of its descriptor that do not name or point
	runes      []rune // of glyph i+1
	widths     []int
	numbers    []uint16 // of its glyphs in the joint font in
	in         *joint
}

func foreign(what string) error { return fmt.Errorf("%w: %s", ErrForeign, what) }

var (
	endForm    = regexp.MustCompile(`startxref\n([0-9]{1,10})\n%%EOF\n$`)
	tableForm  = regexp.MustCompile(`^xref\n0 ([0-9]{1,7})\n`)
	rootForm   = regexp.MustCompile(`/Root ([0-9]{1,7}) 0 R`)
	pagesForm  = regexp.MustCompile(`/Pages ([0-9]{1,7}) 0 R`)
	kidsForm   = regexp.MustCompile(`/Kids \[ ((?:[0-9]{1,7} 0 R )*)\]`)
	refForm    = regexp.MustCompile(`([0-9]{1,7}) 0 R`)
	pageForm   = regexp.MustCompile(`/Resources ([0-9]{1,7}) 0 R /Contents ([0-9]{1,7}) 0 R`)
	nameForm   = regexp.MustCompile(`/([FI][0-9]{1,5}) ([0-9]{1,7}) 0 R`)
	fontForm   = regexp.MustCompile(`/DescendantFonts \[([0-9]{1,7}) 0 R\] /ToUnicode ([0-9]{1,7}) 0 R`)
	cidForm    = regexp.MustCompile(`/FontDescriptor ([0-9]{1,7}) 0 R .*/W \[1 \[([0-9 ]*)\]\]`)
	fileForm   = regexp.MustCompile(`/FontName /[A-Za-z+]+ (/Flags .*) /FontFile2 ([0-9]{1,7}) 0 R`)
	mapForm    = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]{4,8})>\n`)
	lengthForm = regexp.MustCompile(`/Length ([0-9]{1,10}) >>\nstream\n$`)
	maskForm   = regexp.MustCompile(` /SMask ([0-9]{1,7}) 0 R`)
)

// Open reads a file that this package wrote. Its errors wrap ErrForeign.
func Open(b []byte) (*Source, error) {
	s := &Source{data: b, fonts: map[string]*embedded{}, pictures: map[string]int{}}
	end := endForm.FindSubmatch(b[max(0, len(b)-64):])
	if end == nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, foreign("no end")
	}
	start, _ := strconv.Atoi(string(end[1]))
	if start <= 0 || start >= len(b) {
		return nil, foreign("no table")
	}
	head := tableForm.FindSubmatch(b[start:min(len(b), start+32)])
	if head == nil {
		return nil, foreign("no table")
	}
	n, _ := strconv.Atoi(string(head[1]))
	table := b[start+len(head[0]):]
	if len(table) < 20*n {
		return nil, foreign("table cut off")
	}
	s.offsets = make([]int, n)
	for i := 1; i < n; i++ {
		at, err := strconv.Atoi(string(table[20*i : 20*i+10]))
		if err != nil || at < 0 || at >= start {
			return nil, foreign("table")
		}
		s.offsets[i] = at
	}
	root, err := s.ref(rootForm, string(table[20*n:]))
	if err != nil {
		return nil, err
	}
	pages, err := s.follow(root, pagesForm)
	if err != nil {
		return nil, err
	}
	body, err := s.body(pages)
	if err != nil {
		return nil, err
	}
	kids := kidsForm.FindStringSubmatch(body)
	if kids == nil {
		return nil, foreign("no pages")
	}
	return s, s.read(kids[1])
}

func (s *Source) read(kids string) error {
	resources := 0
	for _, m := range refForm.FindAllStringSubmatch(kids, -1) {
		id, _ := strconv.Atoi(m[1])
		body, err := s.body(id)
		if err != nil {
			return err
		}
		page := pageForm.FindStringSubmatch(body)
		if page == nil {
			return foreign("page")
		}
		resources, _ = strconv.Atoi(page[1])
		content, _ := strconv.Atoi(page[2])
		s.pages = append(s.pages, content)
	}
	if len(s.pages) == 0 {
		return foreign("no pages")
	}
	body, err := s.body(resources)
	if err != nil {
		return err
	}
	for _, m := range nameForm.FindAllStringSubmatch(body, -1) {
		id, _ := strconv.Atoi(m[2])
		if m[1][0] == 'I' {
			s.pictures[m[1]] = id
			continue
		}
		if s.fonts[m[1]], err = s.font(id); err != nil {
			return err
		}
	}
	return nil
}

// Pages is the number of pages.
func (s *Source) Pages() int { return len(s.pages) }

func (s *Source) ref(form *regexp.Regexp, text string) (int, error) {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return 0, foreign(form.String())
	}
	return strconv.Atoi(m[1])
}

func (s *Source) follow(id int, form *regexp.Regexp) (int, error) {
	body, err := s.body(id)
	if err != nil {
		return 0, err
	}
	return s.ref(form, body)
}

// object is an object from its first byte on.
func (s *Source) object(id int) ([]byte, error) {
	if id <= 0 || id >= len(s.offsets) {
		return nil, foreign("no object " + strconv.Itoa(id))
	}
	rest, ok := bytes.CutPrefix(s.data[s.offsets[id]:], []byte(strconv.Itoa(id)+" 0 obj\n"))
	if !ok {
		return nil, foreign("object " + strconv.Itoa(id))
	}
	return rest, nil
}

// body is an object that is no stream.
func (s *Source) body(id int) (string, error) {
	rest, err := s.object(id)
	if err != nil {
		return "", err
	}
	body, _, ok := bytes.Cut(rest, []byte("\nendobj\n"))
	if !ok {
		return "", foreign("object without end")
	}
	return string(body), nil
}

// stream is the entries of a stream but filter and length, and its bytes as they stand.
func (s *Source) stream(id int) (keys string, raw []byte, err error) {
	rest, err := s.object(id)
	if err != nil {
		return "", nil, err
	}
	at := bytes.Index(rest[:min(len(rest), 4096)], []byte("stream\n"))
	if at < 0 {
		return "", nil, foreign("no stream")
	}
	head := string(rest[:at+len("stream\n")])
	m := lengthForm.FindStringSubmatchIndex(head)
	if m == nil {
		return "", nil, foreign("stream without length")
	}
	n, _ := strconv.Atoi(head[m[2]:m[3]])
	from := len(head)
	if n < 0 || from+n > len(rest) {
		return "", nil, foreign("stream cut off")
	}
	return head[len("<< "):m[0]], rest[from : from+n], nil
}

// inflated is what a stream holds.
func (s *Source) inflated(id int) ([]byte, error) {
	_, raw, err := s.stream(id)
	if err != nil {
		return nil, err
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, foreign("stream")
	}
	out, err := io.ReadAll(io.LimitReader(z, maxInflated))
	if err != nil {
		return nil, foreign("stream")
	}
	return out, nil
}

func (s *Source) font(id int) (*embedded, error) {
	body, err := s.body(id)
	if err != nil {
		return nil, err
	}
	m := fontForm.FindStringSubmatch(body)
	if m == nil {
		return nil, foreign("font")
	}
	descendant, _ := strconv.Atoi(m[1])
	names, _ := strconv.Atoi(m[2])
	if body, err = s.body(descendant); err != nil {
		return nil, err
	}
	if m = cidForm.FindStringSubmatch(body); m == nil {
		return nil, foreign("font without descriptor")
	}
	e := &embedded{}
	for _, w := range bytes.Fields([]byte(m[2])) {
		n, err := strconv.Atoi(string(w))
		if err != nil {
			return nil, foreign("widths")
		}
		e.widths = append(e.widths, n)
	}
	descriptor, _ := strconv.Atoi(m[1])
	if body, err = s.body(descriptor); err != nil {
		return nil, err
	}
	if m = fileForm.FindStringSubmatch(body); m == nil {
		return nil, foreign("font without program")
	}
	e.descriptor = m[1]
	file, _ := strconv.Atoi(m[2])
	program, err := s.inflated(file)
	if err != nil {
		return nil, err
	}
	if e.program, err = truetype.ReadProgram(program); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	unicode, err := s.inflated(names)
	if err != nil {
		return nil, err
	}
	_, unicode, _ = bytes.Cut(unicode, []byte("endcodespacerange"))
	for i, m := range mapForm.FindAllSubmatch(unicode, -1) {
		n, _ := strconv.ParseUint(string(m[1]), 16, 16)
		if int(n) != i+1 {
			return nil, foreign("characters out of order")
		}
		v, _ := strconv.ParseUint(string(m[2]), 16, 32)
		r := rune(v)
		if len(m[2]) == 8 {
			r = utf16.DecodeRune(rune(v>>16), rune(v&0xFFFF))
		}
		e.runes = append(e.runes, r)
	}
	if len(e.runes) != len(e.widths) || len(e.runes) >= e.program.Glyphs() {
		return nil, foreign("characters and glyphs do not agree")
	}
	return e, nil
}
