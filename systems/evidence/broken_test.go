package evidence

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// filmedAs makes a real film of eight seconds with a tone in a form; how are ffmpeg's words for it. seed makes it another one.
func filmedAs(t *testing.T, ending string, seed int, how ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film"+ending)
	args := append([]string{"-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=8", "-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=8", 300+seed)}, how...)
	if said, err := exec.Command("ffmpeg", append(args, "-y", out)...).CombinedOutput(); err != nil {
		if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
			t.Skip("ffmpeg is not installed: scripts/bootstrap.sh test installs it")
		}
		t.Fatalf("%v: %s", err, said)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

var h264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac"}

func most(content []byte) []byte { return content[:len(content)*6/10] }

// Films of a recorder that lost its power are taken in as they came, say so wherever they are told of, and are repaired where something of them can be read: into another file, while the original stays
// what it was.
func TestBrokenFilms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		r.withFilms(t)
		ctx := context.Background()
		name := func(n int, ending string) string {
			return fmt.Sprintf("DSJ0012_012345_2026112309%02d00_0001%s", n, ending)
		}
		files := fstest.MapFS{}
		type want struct {
			content   []byte
			index, no bool // no: nothing can be made of it
		}
		wants := map[string]want{
			name(1, ".mp4"): {most(filmedAs(t, ".mp4", 140, append(h264, "-movflags", "+faststart")...)), true, false},
			name(2, ".mp4"): {most(filmedAs(t, ".mp4", 140, h264...)), false, true},
			name(3, ".mp4"): {most(filmedAs(t, ".mp4", 140, append(h264, "-movflags", "+frag_keyframe+empty_moov")...)), true, false},
			name(4, ".avi"): {most(filmedAs(t, ".avi", 140, "-c:v", "mpeg4", "-c:a", "mp3")), false, false},
			name(5, ".mkv"): {most(filmedAs(t, ".mkv", 140, h264...)), true, false},
			name(6, ".wav"): {most(filmedAs(t, ".wav", 140, "-vn")), true, false},
		}
		for n, w := range wants {
			files[n] = &fstest.MapFile{Data: w.content}
		}
		files[name(7, ".mp4")] = &fstest.MapFile{Data: filmedAs(t, ".mp4", 140, append(h264, "-movflags", "+frag_keyframe+empty_moov")...)}
		files[name(8, ".mp4")] = &fstest.MapFile{Data: append([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00"), bytes.Repeat([]byte("nothing of a film "), 300)...)}
		got := r.takeAll(t, files, nil)
		if one := got[name(7, ".mp4")]; one.Recording == nil || one.Recording.Broken != nil {
			t.Errorf("a whole one: %+v %v", one.Recording, one.Refused)
		}
		if one := got[name(8, ".mp4")]; !fault.Is(one.Refused, "evidence.broken") {
			t.Errorf("what only begins like a film: %+v %v", one.Recording, one.Refused)
		}
		for n, w := range wants {
			one := got[n]
			if one.Recording == nil || one.Recording.Broken == nil {
				t.Errorf("%s: %+v %v", n, one.Recording, one.Refused)
				continue
			}
			if b := one.Recording.Broken; b.Has != int64(len(w.content)) || b.Wants <= b.Has || b.Index != w.index {
				t.Errorf("%s: %+v", n, b)
			}
			if one.Recording.Began == nil || one.Recording.Officer != r.li.Person || !strings.Contains(one.Recording.Broken.Say("en"), "broken off: ") {
				t.Errorf("%s: %+v", n, one.Recording)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
		if ms := got[name(1, ".mp4")].Recording.LongMS; ms < 2000 || ms > 7900 { // what it says of itself is 8000
			t.Errorf("the film that broke off is said to be %d ms long", ms)
		}
		for _, n := range []string{name(1, ".mp4"), name(2, ".mp4")} {
			if err := r.Preview(ctx, got[n].Recording.SHA256); err != nil {
				t.Fatal(err)
			}
		}
		if about, err := r.About(ctx, r.li, got[name(1, ".mp4")].Recording.ID, "en"); err != nil || !about.Proxy || about.NoPreview != "" || !about.MayRepair {
			t.Errorf("one that a browser might begin never serves itself: %+v %v", about, err)
		}
		about, err := r.About(ctx, r.li, got[name(2, ".mp4")].Recording.ID, "en")
		if err != nil || about.Proxy || !strings.Contains(about.NoPreview, "maker of the recorder") || about.MayRepair {
			t.Errorf("without an index: %+v %v", about, err)
		}
		for n, w := range wants {
			original := got[n].Recording
			k, made := r.made(t, r.li, original.ID, DeriveInput{How: Repaired, Reason: "查看经过"})
			if w.no {
				if k.State != MakingFailed || k.Why != "evidence.not_repairable" || made != nil {
					t.Errorf("%s: %+v", n, k)
				}
				continue
			}
			if made == nil || made.Parent != original.ID || made.How != Repaired || made.Broken != nil || made.Type != original.Type || !strings.HasPrefix(made.Tool, "ffmpeg ") {
				t.Errorf("%s: %+v %+v", n, k, made)
				continue
			}
			if ms := made.Params.ToMS; ms < 2000 || ms > 7900 {
				t.Errorf("%s: %d ms are left of 8000", n, ms)
			}
			all, err := r.About(ctx, r.li, made.ID, "en")
			if err != nil || all.Recording == nil || all.Recording.LongMS != made.Params.ToMS || !all.Recording.Began.Equal(*original.Began) || all.Of == nil {
				t.Errorf("%s: the repaired one as a recording: %+v %v", n, all, err)
			}
			_, file, err := r.Open(ctx, r.li, original.ID)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(file)
			if file.Close(); err != nil || !bytes.Equal(content, w.content) {
				t.Errorf("%s: the original was changed (%v)", n, err)
			}
		}
		if _, err := r.Derive(ctx, r.li, got[name(7, ".mp4")].Recording.ID, DeriveInput{How: Repaired, Reason: "x"}); !fault.Is(err, "evidence.not_broken") {
			t.Errorf("a repair of what is whole: %v", err)
		}
		life, err := r.Service.Custody(ctx, r.li, got[name(1, ".mp4")].Recording.ID, "zh-CN")
		if err != nil || !strings.Contains(life.Items[0].Reason, "中途断开") {
			t.Errorf("its life: %+v %v", life.Items, err)
		}
		page, err := r.Recordings(ctx, r.li, RecordingsQuery{})
		if err != nil {
			t.Fatal(err)
		}
		marked := 0
		for _, one := range page.Items {
			if one.Broken != nil {
				marked++
			}
		}
		if marked != len(wants) {
			t.Errorf("%d of the list say that they broke off, want %d", marked, len(wants))
		}
		if report, err := ledger.Check(ctx, db, ledger.CheckOptions{}); err != nil || len(report.Findings) > 0 {
			t.Errorf("%v %v", report.Findings, err)
		}
		if _, err := db.SQL().Exec(`UPDATE evidence_media SET broken = NULL WHERE id = '` + got[name(1, ".mp4")].Recording.ID + `'`); err != nil {
			t.Fatal(err)
		}
		if report, err := ledger.Check(ctx, db, ledger.CheckOptions{}); err != nil || len(report.Findings) != 1 {
			t.Errorf("that it broke off was taken away: %v %v", report.Findings, err)
		}
	})
}

// An export says on its page which of its files broke off, and carries them as they came.
func TestBrokenFilmInAnExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		film := clip(nine, time.Minute, 1)
		half := film[:len(film)-50]
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: half}}, nil)
		page, err := r.Recordings(ctx, r.boss, RecordingsQuery{})
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page, err)
		}
		r.withExports(t)
		x := r.export(t, r.boss, ExportInput{Media: []string{page.Items[0].ID}, Purpose: "court", Recipient: "区人民法院"})
		content := r.bytesOf(t, x.SHA256)
		if !bytes.Contains(content, []byte(fmt.Sprintf("中途断开：应有 %d 字节，实有 %d 字节", len(film), len(half)))) || !bytes.Contains(content, half) {
			t.Error("the export does not say that its film broke off, or does not carry it")
		}
	})
}

// What is added to a matter, or comes in by an upload that can go on, is marked as well.
func TestBrokenFilmIsAdded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		film := clip(nine, time.Minute, 1)
		m, err := r.Add(context.Background(), officer, Upload{Subject: wall, Name: "半截.mp4", Content: bytes.NewReader(film[:len(film)-50])})
		if err != nil || m.Broken == nil || *m.Broken != (Broken{Has: int64(len(film) - 50), Wants: int64(len(film)), Index: true}) {
			t.Fatalf("%+v %v", m, err)
		}
		list, err := r.List(context.Background(), officer, wall)
		if err != nil || len(list) != 1 || list[0].Broken == nil || *list[0].Broken != *m.Broken {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestBrokenOff(t *testing.T) {
	box := func(kind string, size uint32, content string) string {
		return string(binary.BigEndian.AppendUint32(nil, size)) + kind + content
	}
	start, moov := box("ftyp", 16, "isom\x00\x00\x02\x00"), box("moov", 12, "abcd")
	riff := func(size uint32, form, content string) string {
		return "RIFF" + string(binary.LittleEndian.AppendUint32(nil, size)) + form + content
	}
	const ebml, segment = "\x1a\x45\xdf\xa3\x84abcd", "\x18\x53\x80\x67"
	for name, c := range map[string]struct {
		mime, content string
		want          *Broken
		refused       bool
	}{
		"whole":                              {"video/mp4", start + moov + box("mdat", 12, "abcd"), nil, false},
		"pictures to the end of the file":    {"video/mp4", start + moov + box("mdat", 0, "abcd"), nil, false},
		"pictures cut off":                   {"video/mp4", start + moov + box("mdat", 1000, "abcd"), &Broken{40, 1028, true}, false},
		"no index":                           {"video/mp4", start + box("mdat", 12, "abcd"), &Broken{28, 0, false}, false},
		"a length that was never written":    {"video/mp4", start + box("mdat", 0, "abcd"), &Broken{28, 0, false}, false},
		"a long length, never written":       {"video/mp4", start + box("mdat", 1, "\x00\x00\x00\x00\x00\x00\x00\x00abcd"), &Broken{36, 0, false}, false},
		"the index cut off":                  {"video/mp4", start + box("mdat", 12, "abcd") + box("moov", 400, "ab"), &Broken{38, 428, false}, false},
		"a fragment cut off":                 {"video/mp4", start + moov + box("moof", 400, "ab"), &Broken{38, 428, true}, false},
		"the head of a box cut off":          {"video/mp4", start + moov + box("mdat", 12, "abcd") + "\x00\x00", &Broken{42, 0, true}, false},
		"something else behind":              {"video/mp4", start + moov + box("mdat", 12, "abcd") + "rubbish and more of it", &Broken{62, 0, true}, false},
		"the index alone, cut off":           {"video/mp4", start + box("moov", 4000, "abcd"), nil, true},
		"words alone":                        {"video/mp4", start + "no film at all, only words", nil, true},
		"no room for pictures":               {"video/mp4", start + box("mdat", 4, ""), nil, true},
		"an AVI":                             {"video/avi", riff(8, "AVI ", "abcd"), nil, false},
		"an AVI cut off":                     {"video/avi", riff(800, "AVI ", "abcd"), &Broken{16, 808, false}, false},
		"an AVI whose second part is cut":    {"video/avi", riff(8, "AVI ", "abcd") + riff(800, "AVIX", "abcd"), &Broken{32, 824, false}, false},
		"an AVI of no length":                {"video/avi", riff(0, "AVI ", "abcd"), &Broken{16, 0, false}, false},
		"sound cut off":                      {"audio/wave", riff(800, "WAVE", "abcd"), &Broken{16, 808, true}, false},
		"sound that was passed on":           {"audio/wave", riff(1<<32-1, "WAVE", "abcd"), nil, false},
		"WebM":                               {"video/webm", ebml + segment + "\x84abcd", nil, false},
		"WebM cut off":                       {"video/webm", ebml + segment + "\x88abcd", &Broken{18, 22, true}, false},
		"WebM cut off, a length of 8":        {"video/webm", ebml + segment + "\x01\x00\x00\x00\x00\x00\x01\x00abcd", &Broken{25, 277, true}, false},
		"WebM that was passed on":            {"video/webm", ebml + segment + "\xffabcd", nil, false},
		"WebM that was passed on, of 8":      {"video/webm", ebml + segment + "\x01\xff\xff\xff\xff\xff\xff\xffabcd", nil, false},
		"WebM of a length that nothing has":  {"video/webm", ebml + segment + "\x01\x7f\xff\xff\xff\xff\xff\xffabcd", nil, false},
		"sound whose form says nothing here": {"audio/mpeg", "abcd", nil, false},
	} {
		got, err := brokenOff(c.mime, strings.NewReader(c.content), int64(len(c.content)))
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want || (err != nil) != c.refused || err != nil && !fault.Is(err, "evidence.broken") {
			t.Errorf("%s: %+v %v, want %+v", name, got, err, c.want)
		}
	}
}

func FuzzBrokenOff(f *testing.F) {
	for mime, content := range map[string]string{"video/mp4": "\x00\x00\x00\x10ftypisom\x00\x00\x02\x00\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff", "video/avi": "RIFF\x00\x00\x00\x10AVI ", "video/webm": "\x1a\x45\xdf\xa3\x84abcd\x18\x53\x80\x67\x01\x7f\xff\xff\xff\xff\xff\xff"} {
		f.Add(mime, []byte(content))
	}
	f.Fuzz(func(t *testing.T, mime string, content []byte) {
		b, err := brokenOff(mime, bytes.NewReader(content), int64(len(content)))
		if b != nil && (err != nil || b.Has != int64(len(content)) || b.Wants != 0 && b.Wants <= b.Has) {
			t.Errorf("%+v %v", b, err)
		}
	})
}
