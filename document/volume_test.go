package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"jiexu/fault"
)

// sampleVolume is a file of about n pages.
func sampleVolume(t testing.TB, n int) Volume {
	t.Helper()
	d := sampleDossier(t)
	v := Volume{Dossier: d, On: sampleDay, Cover: sampleSheet(t, blankOf(t, KindFileCover)).Values, Note: sampleSheet(t, blankOf(t, KindFileNote)).Values}
	pages := 0
	for round := 0; pages < n; round++ {
		for _, f := range []Form{sampleDecision(t), sampleNotice(t), sampleSheet(t, blankOf(t, KindInquiry)), sampleSheet(t, blankOf(t, KindFiling)), sampleSheet(t, blankOf(t, KindServiceReceipt)), sampleSheet(t, blankOf(t, KindScene))} {
			if i, is := f.(*Sheet); is && i.Blank.Kind == KindInquiry && round > 0 {
				rows := i.Values.Rows("questions")
				rows[0]["answer"] = fmt.Sprintf("第%d次询问的回答：%s", round, strings.Repeat(string(rune(0x4e00+round*37)), 40))
				i.Values["questions"] = []map[string]any{rows[0], rows[1], rows[2]}
			}
			b := render(t, f, checkURL)
			count, err := api.PageCount(bytes.NewReader(b), nil)
			if err != nil {
				t.Fatal(err)
			}
			v.Parts = append(v.Parts, Part{Kind: f.Kind(), Number: f.Serial(), Date: f.Dated(), PDF: b})
			pages += count
			if pages >= n {
				break
			}
		}
	}
	v.Parts = append(v.Parts, Part{Stage: StageEvidence, Photos: d.Photos, Remark: "原始文件另存"})
	return v
}

func blankOf(t testing.TB, k Kind) *Blank {
	t.Helper()
	b, ok := BlankOf(k)
	if !ok {
		t.Fatalf("no form %s", k)
	}
	return b
}

func TestVolume(t *testing.T) {
	v := sampleVolume(t, 14)
	proved, err := AttachProof(v.Parts[0].PDF, []byte(`{"proof":1}`))
	if err != nil {
		t.Fatal(err)
	}
	v.Parts[0].PDF = proved // with and without its proof, the pages are the same
	press := Press{Fonts: fonts(t), Made: made}
	b, err := v.Render(press)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := v.Render(press); err != nil || !bytes.Equal(b, again) {
		t.Errorf("the same volume gives other bytes (%v)", err)
	}
	if err := api.Validate(bytes.NewReader(b), nil); err != nil {
		t.Errorf("pdfcpu: %v", err)
	}
	keepPDF(t, "volume", b)
	pages := extract(t, b)
	at := 2 // cover and index
	for !strings.Contains(pages[at], "立案审批表") || strings.Contains(pages[at], "页次") {
		at++
	}
	if !strings.Contains(pages[0], "行政执法案卷") || !strings.Contains(pages[1], "卷内目录") || !strings.Contains(pages[len(pages)-1], "备考表") {
		t.Error("cover, index or note is not in its place")
	}
	number := 0
	stages := Stages()
	last := -1
	for _, p := range InOrder(v.Parts) {
		for i, s := range stages {
			if s == p.stage() {
				if i < last {
					t.Errorf("%s lies before an earlier stage", p.Kind)
				}
				last = i
			}
		}
		if p.PDF == nil {
			number++
			continue
		}
		own := p.PDF
		if hasProof(own) {
			if own, _, err = DetachProof(own); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range extract(t, own) {
			number++
			got := pages[at+number-1]
			if dense(got) != dense(want)+fmt.Sprint(number) {
				t.Fatalf("page %d reads\n%s\nwant\n%s", number, got, want)
			}
		}
	}
	if len(pages) != at+number+1 {
		t.Errorf("%d pages, want %d", len(pages), at+number+1)
	}
	if !strings.Contains(dense(pages[0]), fmt.Sprintf("本卷共%d页", number)) || !strings.Contains(dense(pages[len(pages)-1]), fmt.Sprintf("%d页", number)) {
		t.Error("cover or note counts other pages")
	}
	with, err := AttachProof(b, []byte(`{"proof":2}`))
	if err != nil {
		t.Fatal(err)
	}
	if was, _, err := DetachProof(with); err != nil || !bytes.Equal(was, b) {
		t.Errorf("the proof of the volume: %v", err)
	}
}

func TestVolumeRefuses(t *testing.T) {
	v := sampleVolume(t, 1)
	press := Press{Fonts: fonts(t), Made: made}
	if _, err := (Volume{Dossier: v.Dossier, On: v.On}).Render(press); !fault.Is(err, "document.empty_volume") {
		t.Errorf("empty: %v", err)
	}
	for name, b := range map[string][]byte{"nothing": nil, "no PDF": []byte("hello"), "cut": v.Parts[0].PDF[:2000], "changed end": append(bytes.Clone(v.Parts[0].PDF), 'x')} {
		w := v
		w.Parts = []Part{{Kind: KindPenaltyDecision, PDF: b}}
		if _, err := w.Render(press); !fault.Is(err, "document.not_pdf") {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := v
	w.Cover = nil
	if _, err := w.Render(press); !fault.Is(err, "document.incomplete") {
		t.Errorf("no cover: %v", err)
	}
}

// BenchmarkVolume puts a file of two hundred pages together.
func BenchmarkVolume(b *testing.B) {
	v := sampleVolume(b, 200)
	press := Press{Fonts: fonts(b), Made: made}
	size, parts, before := 0, 0, spent()
	for b.Loop() {
		out, err := v.Render(press)
		if err != nil {
			b.Fatal(err)
		}
		size = len(out)
	}
	for _, p := range v.Parts {
		parts += len(p.PDF)
	}
	b.ReportMetric(float64((spent()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(size), "bytes/file")
	b.ReportMetric(float64(parts), "bytes/parts")
}
