package compound_test

import (
	"bytes"
	"errors"
	"testing"

	"jiexu/systems/evidence/compound"
	"jiexu/systems/evidence/compound/compoundtest"
)

var (
	plainWord  = append([]byte{0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0x12}, make([]byte, 1000)...)
	lockedWord = append([]byte{0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0x13}, make([]byte, 1000)...)
	bof        = append([]byte{0x09, 0x08, 16, 0}, make([]byte, 16)...)
	plainBook  = bytes.Join([][]byte{bof, {0xe1, 0, 2, 0, 0xb0, 4}, {0x0a, 0, 0, 0}, {0x2f, 0, 0, 0}}, nil)
	lockedBook = bytes.Join([][]byte{bof, {0x86, 0, 0, 0}, {0x2f, 0, 6, 0, 0, 0, 1, 2, 3, 4}}, nil)
)

func user(token ...byte) []byte {
	return append([]byte{0, 0, 0xf6, 0x0f, 0x14, 0, 0, 0, 0x14, 0, 0, 0}, append(token, make([]byte, 8)...)...)
}

// What a document is, and whether it is locked, is read where its format says so, in small streams and in large ones.
func TestKind(t *testing.T) {
	large := func(b []byte) []byte { return append(bytes.Clone(b), make([]byte, 200_000)...) }
	for name, c := range map[string]struct {
		file   []byte
		kind   string
		locked bool
	}{
		"word":              {compoundtest.Build(compoundtest.Part{Name: "WordDocument", Content: plainWord}, compoundtest.Part{Name: "1Table", Content: []byte("x")}), compound.Word, false},
		"locked word":       {compoundtest.Build(compoundtest.Part{Name: "1Table", Content: []byte("x")}, compoundtest.Part{Name: "WordDocument", Content: lockedWord}), compound.Word, true},
		"large word":        {compoundtest.Build(compoundtest.Part{Name: "WordDocument", Content: large(plainWord)}), compound.Word, false},
		"large locked word": {compoundtest.Build(compoundtest.Part{Name: "Data", Content: make([]byte, 9_000_000)}, compoundtest.Part{Name: "WordDocument", Content: large(lockedWord)}), compound.Word, true},
		"excel":             {compoundtest.Build(compoundtest.Part{Name: "Workbook", Content: plainBook}), compound.Excel, false},
		"locked excel":      {compoundtest.Build(compoundtest.Part{Name: "Workbook", Content: lockedBook}), compound.Excel, true},
		"older excel":       {compoundtest.Build(compoundtest.Part{Name: "BOOK", Content: large(lockedBook)}), compound.Excel, true},
		"powerpoint":        {compoundtest.Build(compoundtest.Part{Name: "PowerPoint Document", Content: make([]byte, 5000)}, compoundtest.Part{Name: "Current User", Content: user(0x5f, 0xc0, 0x91, 0xe3)}), compound.PowerPoint, false},
		"locked powerpoint": {compoundtest.Build(compoundtest.Part{Name: "PowerPoint Document", Content: make([]byte, 5000)}, compoundtest.Part{Name: "Current User", Content: user(0xdf, 0xc4, 0xd1, 0xf3)}), compound.PowerPoint, true},
		"locked docx":       {compoundtest.Build(compoundtest.Part{Name: "EncryptionInfo", Content: []byte("x")}, compoundtest.Part{Name: "EncryptedPackage", Content: make([]byte, 5000)}), compound.Sealed, true},
		"other":             {compoundtest.Build(compoundtest.Part{Name: "\x05SummaryInformation", Content: []byte("WordDocument")}), "", false},
		"empty":             {compoundtest.Build(compoundtest.Part{Name: "WordDocument", Content: nil}), compound.Word, false},
	} {
		f, err := compound.Open(bytes.NewReader(c.file), int64(len(c.file)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if kind, locked, err := f.Kind(); kind != c.kind || locked != c.locked || err != nil {
			t.Errorf("%s: %q %v %v", name, kind, locked, err)
		}
	}
}

func TestBroken(t *testing.T) {
	good := compoundtest.Build(compoundtest.Part{Name: "WordDocument", Content: plainWord})
	for name, b := range map[string][]byte{"cut": good[:700], "its head alone": good[:512], "zeros": append([]byte(compound.Mark), make([]byte, 2000)...), "short": []byte(compound.Mark)} {
		if _, err := compound.Open(bytes.NewReader(b), int64(len(b))); !errors.Is(err, compound.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever somebody sends, reading it ends, and takes no more than a bounded part of it.
func FuzzOpen(f *testing.F) {
	f.Add(compoundtest.Build(compoundtest.Part{Name: "WordDocument", Content: lockedWord}, compoundtest.Part{Name: "1Table", Content: make([]byte, 5000)}))
	f.Add(compoundtest.Build(compoundtest.Part{Name: "Workbook", Content: lockedBook}))
	f.Add(compoundtest.Build(compoundtest.Part{Name: "PowerPoint Document", Content: make([]byte, 5000)}, compoundtest.Part{Name: "Current User", Content: user(0xdf, 0xc4, 0xd1, 0xf3)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := compound.Open(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			_, _, err = c.Kind()
		}
		if err != nil && !errors.Is(err, compound.ErrBroken) {
			t.Errorf("%v", err)
		}
	})
}
