package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/procedure"
)

// stroke draws something like a signature.
func stroke(seed float64) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 240, 90))
	for i := range 4000 {
		a := float64(i) / 4000
		x := 10 + 220*a
		y := 45 + 30*math.Sin(a*17+seed)*math.Cos(a*5*seed)
		for dx := range 3 {
			for dy := range 3 {
				img.SetNRGBA(int(x)+dx, int(y)+dy, color.NRGBA{20, 20, 60, 255})
			}
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

// Two photographs, drawn once: every sheet that is tried has both.
var (
	wideShot  = sync.OnceValue(func() []byte { return snapshot(10) })
	closeShot = sync.OnceValue(func() []byte { return snapshot(90) })
)

func snapshot(seed uint8) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	for y := range 420 {
		for x := range 640 {
			img.Set(x, y, color.RGBA{uint8(x/4) + seed, uint8(y/2) ^ seed, uint8(x+y) / 3, 255})
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 70})
	return b.Bytes()
}

func sampleDossier(t testing.TB) Dossier {
	t.Helper()
	on := func(s string) law.Date {
		d, err := law.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := Dossier{
		Authority: "上海市静安区城市管理行政执法局", Unit: "共和新路街道综合行政执法队", CaseNumber: "静城管立〔2026〕第9号",
		Title: "上海犇喆餐饮管理有限公司涉嫌占用道路设摊经营", Source: "市民投诉",
		Party: Party{Kind: Organisation, Name: "上海犇喆餐饮管理有限公司", Code: "91310106MA1FY00X3K",
			Address: "上海市静安区共和新路1234号1层", Representative: "龚㛃", Phone: "021-00000001"},
		Officers: []Officer{{"王堃", "310106001"}, {"李𠅤", "310106002"}},
		Matter:   "占用道路设摊经营", Violated: stall[:1], Basis: stall[1:],
		ActDate: on("2026-11-02"), Place: "上海市静安区共和新路1234号门前人行道",
		Findings: "2026年11月2日10时15分，你单位在共和新路1234号门前人行道上摆放桌椅6套，占用道路面积12.5平方米，从事餐饮经营活动。2026年11月4日14时许复查，仍未改正。",
		Evidence: []Evidence{
			{"现场检查（勘验）笔录", "2026年11月2日现场制作", "占用道路设摊经营的时间、地点、面积和经过"},
			{"现场照片6张", "2026年11月2日、4日拍摄", "桌椅摆放位置、数量以及复查时仍未改正"},
			{"询问（调查）笔录", "2026年11月5日对法定代表人龚㛃制作", "当事人承认占用道路设摊经营的事实"},
		},
		Reasons: "当事人经责令改正后仍未改正，参照本机关行政处罚裁量基准，违法情节一般",
		Earlier: []Earlier{
			{KindPenaltyNotice, "行政处罚事先告知书", "静城管罚告〔2026〕第17号", on("2026-11-23"), on("2026-11-24"), "直接送达"},
			{KindPreserve, "先行登记保存证据通知书", "静城管登保〔2026〕第2号", on("2026-11-02"), on("2026-11-02"), "直接送达"},
			{KindSeize, "查封（扣押）决定书", "静城管扣〔2026〕第4号", on("2026-11-05"), on("2026-11-05"), "直接送达"},
			{KindDemolitionOrder, "责令限期拆除决定书", "静城管拆〔2026〕第5号", on("2026-11-05"), on("2026-11-05"), "直接送达"},
			{KindDemolitionDemand, "限期拆除违法建筑催告书", "静府拆催〔2026〕第5号", on("2026-11-25"), on("2026-11-25"), "直接送达"},
			{KindDemand, "履行行政决定催告书", "静城管催〔2026〕第6号", on("2026-12-24"), on("2026-12-24"), "直接送达"},
			{KindSubstitute, "代履行决定书", "静城管代履〔2026〕第1号", on("2026-12-24"), on("2026-12-24"), "直接送达"},
			{KindPenaltyDecision, "行政处罚决定书", "静城管罚决〔2026〕第9号", on("2026-12-04"), on("2026-12-07"), "直接送达"},
		},
		Photos: []Photo{
			{ID: "photo-1", Image: wideShot(), Caption: "共和新路1234号门前人行道摆放桌椅的全景", Taken: time.Date(2026, 11, 2, 10, 20, 0, 0, law.Shanghai), Place: "共和新路1234号门前", By: "王堃"},
			{ID: "photo-2", Image: closeShot(), Caption: "桌椅占用人行道的近景，卷尺示长5.0米", Taken: time.Date(2026, 11, 2, 10, 22, 0, 0, law.Shanghai), Place: "共和新路1234号门前", By: "李𠅤",
				Digest: strings.Repeat("9f86d081", 8)},
		},
		Things: []Thing{{"折叠桌", "60×60厘米，木面", "6张", "八成新"}, {"塑料凳", "蓝色", "24只", "完好"}},
		Filed:  on("2026-11-03"), Noticed: on("2026-11-24"), Decided: on("2026-12-04"),
		Defence: "初次违法，已经改正，请求从轻处罚", Opinion: "当事人经责令后未在期限内改正，所提理由不成立，不予采纳",
		Proposed: []Penalty{{Kind: Fine, Amount: Yuan(5000)}}, Penalties: []Penalty{{Kind: Fine, Amount: Yuan(5000)}},
		Correct:  "立即停止占用道路设摊经营",
		Pay:      Payment{Bank: "中国工商银行上海市分行各营业网点", Account: "31010600020260000009", Online: "扫描缴款通知书上的二维码"},
		Payments: []Receipt{{on("2026-12-15"), Yuan(2000), "沪财0012345"}}, Surcharge: Yuan(450), PayBy: on("2026-12-22"),
		Reconsideration: "上海市静安区人民政府", Court: "上海市静安区人民法院", Government: "上海市静安区人民政府",
		Contact: Contact{"王堃、李𠅤", "021-00000000", "上海市静安区示例路1号"},
	}
	d.Above.Reconsideration, d.Above.Court = "上海市人民政府", "上海市第二中级人民法院"
	return d
}

var sampleDay = law.Date{Year: 2027, Month: 1, Day: 8}

// sampleSheet fills a blank with its sample, or where that has nothing with something by the field's type.
func sampleSheet(t testing.TB, b *Blank) *Sheet {
	t.Helper()
	in := map[string]any{}
	d := sampleDossier(t)
	for name, v := range b.Draft(d, nil, sampleDay).Values {
		in[name] = v
	}
	for name, v := range samples[b.Kind] {
		in[name] = v
	}
	for i := range b.Fields {
		if f := &b.Fields[i]; in[f.Name] == nil && f.Required {
			in[f.Name] = sampleValue(f)
		}
	}
	values, err := b.Read(in, sampleDay.End())
	if err != nil {
		t.Fatalf("%s: the sample is wrong: %v", b.Kind, err)
	}
	s := &Sheet{Blank: b, Dossier: d, Values: values, On: sampleDay}
	if b.Numbering != "" {
		s.Number = "静城管〔2027〕第3号"
	}
	at := time.Date(2027, 1, 8, 15, 30, 0, 0, law.Shanghai)
	for i, who := range b.Signs {
		switch {
		case who == Officers:
			for j, o := range d.Officers {
				s.Signatures = append(s.Signatures, Signature{Who: who, Name: o.Name, Image: stroke(float64(j) + 1.3), At: at})
			}
		case who == PartySigns && i == 0 && b.EveryPage:
			s.Signatures = append(s.Signatures, Signature{Who: who, Name: "龚㛃", At: at, Refused: true, Reason: "对面积有异议", Witness: "共和新路居民委员会 陈平"})
		case who == Witness || who == Interpreter || who == Recorder:
		case i%2 == 0:
			s.Signatures = append(s.Signatures, Signature{Who: who, Name: "龚㛃", Image: stroke(float64(i) + 2.7), At: at})
		}
	}
	return s
}

func sampleValue(f *procedure.Field) any {
	switch f.Type {
	case procedure.Select:
		return f.Options[0].Value
	case procedure.Number:
		return int64(max(f.Min, 1))
	case procedure.DateField:
		return sampleDay
	case procedure.Moment:
		return time.Date(2027, 1, 8, 9, 5, 0, 0, law.Shanghai)
	case procedure.Bool:
		return true
	case procedure.MediaField:
		return []string{"photo-1", "photo-2"}
	case procedure.RowsField:
		row := map[string]any{}
		for i := range f.Columns {
			row[f.Columns[i].Name] = sampleValue(&f.Columns[i])
		}
		return []map[string]any{row}
	}
	text := "某" + f.Label.ZH
	for len([]rune(text)) < f.Min {
		text += "，" + f.Label.ZH
	}
	return text
}

// The text of each form is read and approved in testdata/blanks.
func TestBlanksGolden(t *testing.T) {
	for _, b := range Blanks() {
		t.Run(string(b.Kind), func(t *testing.T) {
			got, err := Text(sampleSheet(t, b))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(got, "〔待填") {
				t.Errorf("a gap in an issued document:\n%s", got)
			}
			file := filepath.Join("testdata", "blanks", string(b.Kind)+".txt")
			if *refresh {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is stale; the text is now:\n%s", file, got)
			}
		})
	}
}

// Blanks are well made: kinds are unique, labels stand in two languages, what they cite exists, and the case fills in
// nothing that they do not ask for.
func TestBlanksAreWellMade(t *testing.T) {
	seen := map[Kind]bool{KindPenaltyNotice: true, KindPenaltyDecision: true}
	for _, b := range Blanks() {
		if seen[b.Kind] || b.Name.ZH == "" || b.Name.EN == "" || !slices.Contains(Stages(), b.Stage) || len(b.Cites) == 0 {
			t.Errorf("%s: twice, or without name, stage or law", b.Kind)
		}
		seen[b.Kind] = true
		if err := procedure.CheckFields(string(b.Kind), b.Fields); err != nil {
			t.Error(err)
		}
		for _, c := range b.Cites {
			if _, err := law.FindOn(c, sampleDay); err != nil {
				t.Errorf("%s cites %s: %v", b.Kind, c, err)
			}
		}
		for _, who := range b.Signs {
			if who.Label().ZH == "" {
				t.Errorf("%s: nobody knows the signer %s", b.Kind, who)
			}
		}
		if b.Fill != nil {
			for name := range b.Fill(sampleDossier(t)) {
				if b.Field(name) == nil {
					t.Errorf("%s: the case fills in %s, which is not asked for", b.Kind, name)
				}
			}
		}
		// An empty sheet of an empty case shows its gaps and is refused.
		empty := &Sheet{Blank: b}
		if !strings.Contains(PreviewText(empty), "〔待填") {
			t.Errorf("%s: an empty sheet shows no gap", b.Kind)
		}
		if err := empty.Validate(); !fault.Is(err, "document.incomplete") {
			t.Errorf("%s: an empty sheet: %v", b.Kind, err)
		}
	}
}

// Whatever text is put into a blank comes out of it, and leaving a required field out is refused by name.
func TestValuesComeOut(t *testing.T) {
	for _, b := range Blanks() {
		t.Run(string(b.Kind), func(t *testing.T) {
			base := sampleSheet(t, b)
			for i := range b.Fields {
				f := &b.Fields[i]
				if f.Required {
					s := *base
					s.Values = copied(base.Values)
					delete(s.Values, f.Name)
					var e *fault.Error
					if err := s.Validate(); !errors.As(err, &e) || !named(e, f.Name) {
						t.Errorf("without %s: %v", f.Name, err)
					}
				}
			}
			s := *base
			s.Values = copied(base.Values)
			s.Values["no_such_field"] = "x"
			if err := s.Validate(); err == nil {
				t.Error("an unknown field was taken")
			}
			random := rand.New(rand.NewPCG(7, uint64(len(b.Kind))))
			letters := []rune("静安区执法街道㛃𠅤𡃁堃一二三ABC123")
			for range 5 {
				s := *base
				s.Values = copied(base.Values)
				var want []string
				word := func(f *procedure.Field) string {
					out := make([]rune, max(1, f.Min)+random.IntN(12))
					for i := range out {
						out[i] = letters[random.IntN(len(letters))]
					}
					want = append(want, string(out))
					return string(out)
				}
				for i := range b.Fields {
					f := &b.Fields[i]
					switch f.Type {
					case procedure.TextField, procedure.LongText:
						s.Values[f.Name] = word(f)
					case procedure.RowsField:
						var rows []map[string]any
						for range max(1, f.Min) {
							row := map[string]any{}
							for j := range f.Columns {
								c := &f.Columns[j]
								if row[c.Name] = sampleValue(c); c.Type == procedure.TextField || c.Type == procedure.LongText {
									row[c.Name] = word(c)
								}
							}
							rows = append(rows, row)
						}
						s.Values[f.Name] = rows
					}
				}
				text, err := Text(&s)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range want {
					if !strings.Contains(text, v) {
						t.Fatalf("%q does not come out of\n%s", v, text)
					}
				}
			}
		})
	}
}

func copied(v procedure.Values) procedure.Values {
	out := procedure.Values{}
	for k, x := range v {
		out[k] = x
	}
	return out
}

// Each form becomes a valid PDF that carries its text, the same bytes each time; with gaps it becomes a preview.
func TestBlanksRender(t *testing.T) {
	for _, b := range Blanks() {
		t.Run(string(b.Kind), func(t *testing.T) {
			s := sampleSheet(t, b)
			out := render(t, s, checkURL)
			keepPDF(t, string(b.Kind), out)
			if !bytes.Equal(out, render(t, s, checkURL)) {
				t.Error("the same form gives other bytes")
			}
			if err := api.Validate(bytes.NewReader(out), nil); err != nil {
				t.Errorf("pdfcpu: %v", err)
			}
			want, err := Text(s)
			if err != nil {
				t.Fatal(err)
			}
			sameCharacters(t, want, extract(t, out))
			if _, err := Preview(&Sheet{Blank: b}, Press{Fonts: fonts(t), Made: made}); err != nil {
				t.Errorf("preview of an empty sheet: %v", err)
			}
		})
	}
}

// keepPDF lays a PDF into the folder JIEXU_PAGES, for looking at.
func keepPDF(t *testing.T, name string, b []byte) {
	t.Helper()
	if dir := os.Getenv("JIEXU_PAGES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sameCharacters counts characters: tables come out of a PDF in another order than they were put in.
func sameCharacters(t *testing.T, want string, pages []string) {
	t.Helper()
	got := map[rune]int{}
	for _, p := range pages {
		for _, r := range dense(pageNumber.ReplaceAllString(p, "")) {
			got[r]++
		}
	}
	for r, n := range count(want) {
		if got[r] < n {
			t.Errorf("%c: %d times, want %d", r, got[r], n)
		}
	}
}

func count(s string) map[rune]int {
	out := map[rune]int{}
	for _, r := range dense(s) {
		out[r]++
	}
	return out
}

// A sheet is kept as JSON and reads back to the same document.
func TestSheetsAreKept(t *testing.T) {
	for _, b := range Blanks() {
		s := sampleSheet(t, b)
		raw, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Sheet
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatalf("%s: %v", b.Kind, err)
		}
		was, err := Text(s)
		is, again := Text(&back)
		if err != nil || again != nil || was != is {
			t.Errorf("%s: %v %v\n%s\n%s", b.Kind, err, again, was, is)
		}
	}
	var s Sheet
	if err := json.Unmarshal([]byte(`{"kind":"no.such"}`), &s); !fault.Is(err, "document.kind_unknown") {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Whatever is filled in, reading it never panics, and what is read can be written.
func FuzzBlank(f *testing.F) {
	for i, b := range Blanks() {
		raw, err := json.Marshal(sampleSheet(f, b).Values)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint16(i), raw)
	}
	all := Blanks()
	d := sampleDossier(f)
	f.Fuzz(func(t *testing.T, n uint16, raw []byte) {
		var in map[string]any
		if json.Unmarshal(raw, &in) != nil {
			return
		}
		b := all[int(n)%len(all)]
		values, err := b.Read(in, sampleDay.End())
		if err != nil {
			if !fault.Is(err, "procedure.fields") {
				t.Fatal(err)
			}
			values = procedure.Values{}
		}
		s := &Sheet{Blank: b, Number: "1", Dossier: d, Values: values, On: sampleDay}
		if err := s.Validate(); err == nil {
			if strings.Contains(PreviewText(s), "〔待填：") && !bytes.Contains(raw, []byte("〔待填")) && !bytes.Contains(raw, []byte(`\u3014`)) {
				t.Fatal("issued with a gap")
			}
		}
		_ = fmt.Sprint(PreviewText(s))
	})
}
