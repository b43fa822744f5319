package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sync/atomic"
	"unicode"

	"jiexu/document/truetype"
	"jiexu/fault"
)

// The names under which a folder of fonts offers its main faces. Every other .ttf file in it is a
// fallback for characters that these lack, in the order of the file names.
const (
	textFace  = "text.ttf"
	titleFace = "title.ttf"
)

// Fonts are the faces that documents are set in. They are safe for concurrent use and keep the files open.
type Fonts struct {
	body, title *chain
}

// LoadFonts reads the fonts of the folders, the earlier ones taking precedence: an office's own licensed
// 仿宋 goes into a folder before the shipped one, as text.ttf. Returns document.font_missing if no folder
// has a text.ttf (the build step for fonts has not run), document.font_broken for a file that is no
// TrueType font.
func LoadFonts(folders ...fs.FS) (*Fonts, error) {
	var text, title, rare []*truetype.Face
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.ttf")
		if err != nil {
			return nil, fmt.Errorf("list fonts: %w", err)
		}
		slices.Sort(names)
		for _, name := range names {
			face, err := open(folder, name)
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "document.font_broken", "file", path.Base(name))
			}
			switch name {
			case textFace:
				text = append(text, face)
			case titleFace:
				title = append(title, face)
			default:
				rare = append(rare, face)
			}
		}
	}
	if len(text) == 0 {
		return nil, fault.New(fault.Unavailable, "document.font_missing")
	}
	body := append(text, rare...)
	return &Fonts{body: newChain(body), title: newChain(append(title, body...))}, nil
}

func open(folder fs.FS, name string) (*truetype.Face, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	if at, ok := f.(io.ReaderAt); ok { // embedded and ordinary files: outlines are read when needed
		info, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return truetype.Load(at, info.Size())
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return truetype.Load(bytes.NewReader(b), int64(len(b)))
}

// chain is faces in the order in which they are asked for a character: the first that has it sets it. It remembers
// what it found, 256 neighbours at a time, and is safe for concurrent use.
type chain struct {
	faces []*truetype.Face
	found [(unicode.MaxRune + 1) >> 8]atomic.Pointer[[256]shape]
}

// shape is how a character is set: the face, and the width in sizes of type. Without a face no font has it.
type shape struct {
	face    *truetype.Face
	advance float64
}

func newChain(faces []*truetype.Face) *chain { return &chain{faces: faces} }

// find returns the shape of a character in the first face that has it.
func (c *chain) find(r rune) shape {
	if r < 0 || r > unicode.MaxRune {
		return shape{}
	}
	block := c.found[r>>8].Load()
	if block == nil {
		block = new([256]shape)
		for i := range block {
			block[i] = c.look(r&^0xFF + rune(i))
		}
		c.found[r>>8].Store(block) // who else looked at the same time found the same
	}
	return block[r&0xFF]
}

func (c *chain) look(r rune) shape {
	for _, f := range c.faces {
		if g := f.Glyph(r); g != 0 {
			return shape{f, float64(f.Advance(g)) / float64(f.UnitsPerEm)}
		}
	}
	return shape{}
}

// covers returns document.glyph_missing for the first character that no font has, or that shows nothing
// and could make the printed text differ from the stored one (control and direction characters).
func (f *Fonts) covers(text string) error {
	for _, r := range text {
		if r == '\n' || r == '\t' { // Text's own, between lines and columns
			continue
		}
		if f.body.find(r).face == nil || unicode.Is(unicode.C, r) || unicode.Is(unicode.Variation_Selector, r) {
			shown := string(r)
			if !unicode.IsPrint(r) || unicode.IsMark(r) {
				shown = "?"
			}
			return fault.New(fault.Invalid, "document.glyph_missing", "char", shown, "code", fmt.Sprintf("U+%04X", r))
		}
	}
	return nil
}
