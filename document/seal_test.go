package document

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"jiexu/fault"
	"jiexu/law"
)

type seallessService struct{}

var errBroken = errors.New("the seal service is down")

func (seallessService) Seal(string, law.Date) (Impression, error) { return Impression{}, errBroken }

func TestSeal(t *testing.T) {
	d := sampleDecision(t)
	press := Press{Fonts: fonts(t), Made: made, Seal: SealImage{d.Authority, Impression{Image: stroke(3)}}}
	b, err := Render(d, press)
	if err != nil {
		t.Fatal(err)
	}
	keepPDF(t, "sealed", b)
	if err := api.Validate(bytes.NewReader(b), nil); err != nil || !bytes.Contains(b, []byte("/SMask")) {
		t.Errorf("the sealed document: %v", err)
	}
	sameCharacters(t, strings.Replace(must(Text(d)), sealPlace, "", 1), extract(t, b)) // the seal takes the place of its mark
	press.Seal = SealImage{d.Authority, Impression{}}
	if by, err := Render(d, press); err != nil || bytes.Contains(by, []byte("/SMask")) {
		t.Errorf("a document that is sealed by hand: %v", err)
	}
	press.Seal = SealImage{"另一机关", Impression{Image: stroke(3)}}
	if _, err := Render(d, press); !fault.Is(err, "document.seal_of_another") {
		t.Errorf("another's seal: %v", err)
	}
	press.Seal = SealImage{d.Authority, Impression{Image: []byte("no picture")}}
	if _, err := Render(d, press); !fault.Is(err, "document.picture") {
		t.Errorf("a broken seal: %v", err)
	}
	press.Seal = seallessService{}
	if _, err := Render(d, press); !errors.Is(err, errBroken) {
		t.Errorf("nothing is issued unsealed: %v", err)
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

// A signature names somebody, has a stroke or a reason, and a part that signs at all.
func TestSignaturesAreChecked(t *testing.T) {
	good := Signature{Who: PartySigns, Name: "龚㛃", Image: stroke(1), At: time.Date(2027, 1, 8, 15, 30, 0, 0, law.Shanghai)}
	for name, c := range map[string]struct {
		spoil func(*Signature)
		wrong string
	}{
		"good":           {func(*Signature) {}, ""},
		"refused":        {func(g *Signature) { g.Image, g.Refused, g.Reason = nil, true, "不说明理由" }, ""},
		"nobody":         {func(g *Signature) { g.Name = "" }, "signatures.0.name"},
		"no part":        {func(g *Signature) { g.Who = "cook" }, "signatures.0.who"},
		"no stroke":      {func(g *Signature) { g.Image = nil }, "signatures.0.image"},
		"no picture":     {func(g *Signature) { g.Image = []byte("x") }, "signatures.0.image"},
		"no moment":      {func(g *Signature) { g.At = time.Time{} }, "signatures.0.at"},
		"refused, why":   {func(g *Signature) { g.Refused = true }, "signatures.0.reason"},
		"name, two rows": {func(g *Signature) { g.Name = "龚\n㛃" }, "signatures.0.name"},
	} {
		s := sampleSheet(t, blankOf(t, KindInspection))
		g := good
		c.spoil(&g)
		s.Signatures = []Signature{g}
		err := s.Validate()
		if c.wrong == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if got := wrongFields(t, err); got != c.wrong {
			t.Errorf("%s: names %s, want %s", name, got, c.wrong)
		}
	}
	s := sampleSheet(t, blankOf(t, KindInspection))
	s.Signatures = []Signature{{Who: PartySigns, Name: "龚㛃", At: good.At, Refused: true, Reason: "对面积有异议。"}}
	if text := must(Text(s)); !strings.Contains(text, "龚㛃拒绝签名，理由：对面积有异议。无见证人在场。2027年1月8日15时30分") {
		t.Errorf("the refusal does not read well:\n%s", text)
	}
}

// What is missing shows in a preview, a character that no font has does not stop it, and nothing of it is issued.
func TestPreview(t *testing.T) {
	b, _ := BlankOf(KindInquiry)
	s := b.Draft(Dossier{Authority: "上海市静安区城市管理行政执法局"}, map[string]any{"name": "\U0001F600某"}, law.Date{})
	if text := PreviewText(s); !strings.Contains(text, "〔待填：案由〕") || !strings.Contains(text, "某") {
		t.Errorf("the preview reads\n%s", text)
	}
	out, err := Preview(s, Press{Fonts: fonts(t), Made: made, Check: checkURL})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(extract(t, out), "")
	if !strings.Contains(text, "〓某") || strings.Contains(text, qrCaption) {
		t.Errorf("the preview's pages read\n%s", text)
	}
	if _, err := Render(s, Press{Fonts: fonts(t), Made: made}); !fault.Is(err, "document.incomplete") {
		t.Errorf("a sheet with gaps was issued: %v", err)
	}
}

// A form says truly whether it bears a seal: those that close with authority and date do, and no others.
func TestBlanksSayWhetherTheyBearASeal(t *testing.T) {
	for _, b := range Blanks() {
		closes := false
		for _, block := range sampleSheet(t, b).Content() {
			if _, is := block.(Closing); is {
				closes = true
			}
		}
		if closes != b.Seal {
			t.Errorf("%s: seal %t, but closes under one: %t", b.Kind, b.Seal, closes)
		}
	}
}
