package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/compound/compoundtest"
)

// zipped is a zip of named texts; flags are those of each file.
func zipped(flags uint16, files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate})
		io.WriteString(f, files[i+1])
	}
	w.Close()
	out := b.Bytes()
	for i := range out { // both in the directory and before each file
		if bytes.HasPrefix(out[i:], []byte("PK\x03\x04")) {
			out[i+6] |= byte(flags)
		} else if bytes.HasPrefix(out[i:], []byte("PK\x01\x02")) {
			out[i+8] |= byte(flags)
		}
	}
	return out
}

// old is an old office document with these parts.
func old(parts ...any) []byte {
	var all []compoundtest.Part
	for i := 0; i < len(parts); i += 2 {
		all = append(all, compoundtest.Part{Name: parts[i].(string), Content: parts[i+1].([]byte)})
	}
	return compoundtest.Build(all...)
}

// nested is a zip in a zip in a zip, so many in all; the innermost is the given one.
func nested(levels int, inner []byte) []byte {
	for range levels - 1 {
		inner = zipped(0, "in.ZIP", string(inner))
	}
	return inner
}

// Office documents, sound and archives are known by what is in them; what is locked, or larger than it says, is refused with a reason.
func TestWhatIsPacked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		pdf := func(trailer string) []byte {
			return []byte("%PDF-1.7\n1 0 obj\n<< >>\nendobj\nxref\n0 1\ntrailer\n<< " + trailer + " >>\nstartxref\n9\n%%EOF\n")
		}
		for name, c := range map[string]struct {
			content []byte
			want    string // type, or code
		}{
			"docx":          {zipped(0, "[Content_Types].xml", "x", "word/document.xml", "x"), typeDocx},
			"xlsx":          {zipped(0, "[Content_Types].xml", "x", "xl/workbook.xml", "x"), typeXlsx},
			"ofd":           {zipped(0, "OFD.xml", "x"), typeOFD},
			"odt":           {zipped(0, "mimetype", typeOdt, "META-INF/manifest.xml", "<manifest/>"), typeOdt},
			"zip":           {zipped(0, "a.txt", "x"), typeZip},
			"doc":           {old("WordDocument", append([]byte("\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x12"), make([]byte, 5000)...)), typeDoc},
			"xls":           {old("Workbook", []byte("\x09\x08\x02\x00\x00\x06\x0a\x00\x00\x00")), typeXls},
			"wav":           {append([]byte("RIFF\x24\x08\x00\x00WAVEfmt "), make([]byte, 100)...), "audio/wave"},
			"amr":           {[]byte("#!AMR\n\x3c\x91"), "audio/amr"},
			"mp3":           {append([]byte{0xff, 0xfb, 0x90, 0x64}, make([]byte, 100)...), "audio/mpeg"},
			"pdf":           {pdf("/Size 1"), "application/pdf"},
			"locked zip":    {zipped(1, "a.txt", "x"), "evidence.encrypted"},
			"locked within": {zipped(0, "in.zip", string(zipped(1, "a.txt", "x"))), "evidence.encrypted"},
			"zip in a zip":  {zipped(0, "in.zip", string(zipped(0, "a.txt", "x"))), typeZip},
			"locked docx":   {old("EncryptedPackage", make([]byte, 5000)), "evidence.encrypted"},
			"locked doc":    {old("WordDocument", append([]byte("\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x13"), make([]byte, 5000)...)), "evidence.encrypted"},
			"locked xls":    {old("Workbook", []byte("\x09\x08\x02\x00\x00\x06\x2f\x00\x02\x00\x00\x00\x0a\x00\x00\x00")), "evidence.encrypted"},
			"locked ppt":    {old("PowerPoint Document", make([]byte, 5000), "Current User", []byte("\x00\x00\xf6\x0f\x14\x00\x00\x00\x14\x00\x00\x00\xdf\xc4\xd1\xf3\x00\x00\x00\x00")), "evidence.encrypted"},
			"ppt":           {old("PowerPoint Document", make([]byte, 5000), "Current User", []byte("\x00\x00\xf6\x0f\x14\x00\x00\x00\x14\x00\x00\x00\x5f\xc0\x91\xe3\x00\x00\x00\x00")), typePpt},
			"broken doc":    {old("WordDocument", make([]byte, 5000))[:900], "evidence.broken"},
			"four levels":   {nested(4, zipped(0, "a.txt", "x")), typeZip},
			"five levels":   {nested(5, zipped(0, "a.txt", "x")), "evidence.nested"},
			"locked deep":   {nested(4, zipped(1, "a.txt", "x")), "evidence.encrypted"},
			"bomb within":   {nested(3, zipped(0, "in.zip", strings.Repeat("\x00", maxWithin+1))), "evidence.bomb"},
			"bombs within":  {zipped(0, "a.zip", string(zipped(0, "b.zip", strings.Repeat("\x00", maxWithin))), "c.zip", string(zipped(0, manyNames(maxPacked)...))), "evidence.bomb"},
			"locked odt":    {zipped(0, "META-INF/manifest.xml", `<m:encryption-data/>`, "mimetype", typeOdt), "evidence.encrypted"},
			"locked pdf":    {pdf("/Size 1 /Encrypt 5 0 R"), "evidence.encrypted"},
			"bomb":          {zipped(0, "zeros", strings.Repeat("\x00", smallPacked+1)), "evidence.bomb"},
			"many":          {zipped(0, manyNames(maxPacked+1)...), "evidence.bomb"},
			"broken zip":    {append([]byte("PK\x03\x04"), make([]byte, 100)...), "evidence.broken"},
			"other archive": {[]byte("7z\xbc\xaf\x27\x1c........................"), "evidence.type"},
			"an installer":  {old("SummaryInformation", []byte("WordDocument")), "evidence.type"},
		} {
			m, err := r.add(wall, name, bytes.NewReader(c.content))
			if strings.HasPrefix(c.want, "evidence.") {
				if !fault.Is(err, c.want) {
					t.Errorf("%s: %v, wanted %s", name, err, c.want)
				}
			} else if err != nil || m.Type != c.want {
				t.Errorf("%s: %+v %v, wanted %s", name, m, err, c.want)
			}
		}
	})
}

func manyNames(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint(i), "")
	}
	return out
}

// clamd plays the daemon: it reads INSTREAM and answers what answer says of the whole.
func clamd(t *testing.T, answer func(content []byte) string) *Clamd {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				head := make([]byte, len("zINSTREAM\x00"))
				if _, err := io.ReadFull(conn, head); err != nil || string(head) != "zINSTREAM\x00" {
					return
				}
				var content []byte
				for {
					var n uint32
					if binary.Read(conn, binary.BigEndian, &n) != nil || n > 1<<20 {
						return
					}
					if n == 0 {
						break
					}
					piece := make([]byte, n)
					if _, err := io.ReadFull(conn, piece); err != nil {
						return
					}
					content = append(content, piece...)
				}
				io.WriteString(conn, answer(content))
			}()
		}
	}()
	return &Clamd{"tcp", l.Addr().String(), time.Minute}
}

// What the scanner knows is refused and not kept; what it cannot look at is not taken in.
func TestScanned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		bad := zipped(0, "tool.exe", "a virus")
		r.Scans(clamd(t, func(content []byte) string {
			switch {
			case bytes.Equal(content, bad):
				return "stream: Win.Test.EICAR_HDB-1 FOUND\x00"
			case bytes.Contains(content, []byte("word/")):
				return "INSTREAM size limit exceeded. ERROR\x00"
			}
			return "stream: OK\x00"
		}))
		if _, err := r.add(wall, "good.jpg", bytes.NewReader(picture(1))); err != nil {
			t.Error(err)
		}
		_, err := r.add(wall, "bad.zip", bytes.NewReader(bad))
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "evidence.malware" {
			t.Errorf("malware: %v", err)
		}
		if _, err := r.add(wall, "large.docx", bytes.NewReader(zipped(0, "word/document.xml", "x"))); !fault.Is(err, "evidence.scanner_away") {
			t.Errorf("not looked through: %v", err)
		}
		r.Scans(&Clamd{"tcp", "127.0.0.1:1", time.Second})
		if _, err := r.add(wall, "second.jpg", bytes.NewReader(picture(2))); !fault.Is(err, "evidence.scanner_away") {
			t.Errorf("nobody answers: %v", err)
		}
		if kept := r.kept(t); len(kept) != 1 {
			t.Errorf("kept: %v", kept)
		}
	})
	for text, ok := range map[string]bool{"127.0.0.1:3310": true, "/run/clamav/clamd.ctl": true, "clamav": false, "": false} {
		if _, err := ParseClamd(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A screenshot says of which page and when; what it says stays with it.
func TestOrigin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		add := func(origin string, shade byte) (*Media, error) {
			return r.Add(context.Background(), officer, Upload{Subject: wall, Name: "s.jpg", Origin: origin, Content: bytes.NewReader(picture(shade))})
		}
		good := `{"kind":"screenshot","address":"https://shop.example.cn/item/1","at":"2026-11-23T09:00:00+08:00","tool":"华为 Mate 60 浏览器"}`
		if _, err := add(good, 1); err != nil {
			t.Fatal(err)
		}
		list, err := r.List(context.Background(), officer, wall)
		if err != nil || list[0].Origin == nil || list[0].Origin.Address != "https://shop.example.cn/item/1" {
			t.Fatalf("%+v %v", list, err)
		}
		for _, wrong := range []string{`{`, `{"kind":"screenshot"}`, `{"kind":"screenshot","address":"https://x.cn"}`, `{"kind":"screenshot","address":"javascript:alert(1)","at":"2026-11-23T09:00:00Z"}`, `{"kind":"dream"}`, `{"kind":"screenshot","address":"https://x.cn","at":"2036-11-23T09:00:00Z"}`} {
			if _, err := add(wrong, 2); !fault.Is(err, "evidence.screenshot") {
				t.Errorf("%s: %v", wrong, err)
			}
		}
	})
}
