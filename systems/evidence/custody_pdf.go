package evidence

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// KindCustody is the report of a file's whole life.
const KindCustody document.Kind = "evidence.custody"

// Fonts has reports printed in fonts that are loaded when they are first needed.
func (s *Service) Fonts(fonts func() (*document.Fonts, error)) { s.fonts = fonts }

// custodyReport is a file's whole life as a document. It is evidence of practice in Chinese courts, so it is in Chinese.
type custodyReport struct {
	life   *Custody
	office string
	at     time.Time
}

func (c custodyReport) Kind() document.Kind { return KindCustody }
func (c custodyReport) Title() string       { return "电子证据保管链报告" }
func (c custodyReport) Serial() string      { return "" }
func (c custodyReport) Issuer() string      { return c.office }
func (c custodyReport) Dated() law.Date     { return law.On(c.at) }
func (c custodyReport) Validate() error     { return nil }

// clockChinese is a moment as reports have it, by Beijing's clock, to the second.
func clockChinese(t time.Time) string { return t.In(law.Shanghai).Format("2006-01-02 15:04:05") }

func (c custodyReport) Content() []document.Block {
	const lang = "zh-CN"
	m := c.life.Media
	say := func(code string, params map[string]any) string {
		return words.Text(lang, "evidence.report."+code, params)
	}
	facts := [][]string{{say("name", nil), m.Name}, {say("type", nil), m.Type + "　" + say("bytes", map[string]any{"n": m.Size})}, {"SHA-256", m.SHA256}}
	if m.SM3 != "" {
		facts = append(facts, []string{"SM3", m.SM3})
	}
	if m.Broken != nil {
		facts = append(facts, []string{say("broken", nil), m.Broken.Say(lang)})
	}
	if r := c.life.Recording; r != nil {
		who := strings.TrimSpace(r.OfficerName + " " + r.OfficerNo)
		if c.life.others { // somebody put it right
			who = r.OfficerName + say("named", map[string]any{"no": r.OfficerNo})
		}
		facts = append(facts, []string{say("device", nil), orNone(r.Device)}, []string{say("who", nil), orNone(who)}, []string{say("unit", nil), orNone(r.UnitName)})
		if r.Began != nil {
			facts = append(facts, []string{say("when", nil), clockChinese(*r.Began) + " — " + clockChinese(*r.Ended)})
			switch {
			case r.Told == nil:
			case !r.Told.Add(-time.Duration(r.DriftMS) * time.Millisecond).Equal(*r.Began): // no clock says so
				facts = append(facts, []string{say("drift", nil), say("put_right", map[string]any{"told": clockChinese(*r.Told)})})
			case r.DriftMS != 0:
				facts = append(facts, []string{say("drift", nil), say("drifted", map[string]any{"told": clockChinese(*r.Told), "ms": r.DriftMS})})
			}
		}
		facts = append(facts, []string{say("source", nil), orNone(r.Source)})
	}
	if of := c.life.Of; of != nil {
		facts = append(facts, []string{say("of", nil), madeOf(lang, of.How, of.Params) + "　" + of.Parent}, []string{say("tool", nil), of.Tool}, []string{say("reason", nil), of.Reason})
	}
	holds := make([][]string, 0, len(c.life.Holds))
	for _, h := range c.life.Holds {
		until := say("holds_still", nil)
		if h.Until != nil {
			until = clockChinese(*h.Until)
		}
		what := words.Text(lang, "evidence.rule."+h.Ground, nil) + "　" + h.What
		if h.Reason != "" {
			what += "：" + h.Reason
		}
		holds = append(holds, []string{strings.Replace(clockChinese(h.From), " ", "\n", 1), strings.Replace(until, " ", "\n", 1), what, h.ByName})
	}
	rows := make([][]string, 0, len(c.life.Items))
	for _, h := range c.life.Items {
		what := h.Title
		if h.Matter != "" {
			what += " " + h.Matter
		}
		if h.Reason != "" {
			what += "：" + h.Reason
		}
		leaf := say("waits", nil)
		if h.Leaf >= 0 {
			leaf = say("leaf", map[string]any{"n": h.Leaf})
		}
		rows = append(rows, []string{strings.Replace(clockChinese(h.At), " ", "\n", 1), what, h.Who, leaf})
	}
	out := []document.Block{
		document.Masthead{Authority: c.office, Title: c.Title()},
		document.Heading{Text: say("file", nil)},
		document.Table{Widths: []float64{0.2, 0.8}, Rows: facts},
		document.Heading{Text: say("life", nil)},
		document.Table{Widths: []float64{0.2, 0.46, 0.17, 0.17}, Head: []string{say("at", nil), say("what", nil), say("by", nil), say("place", nil)}, Rows: rows},
	}
	if len(holds) > 0 {
		out = append(out, document.Heading{Text: say("holds", nil)},
			document.Table{Widths: []float64{0.2, 0.2, 0.43, 0.17}, Head: []string{say("holds_from", nil), say("holds_until", nil), say("what", nil), say("by", nil)}, Rows: holds})
	}
	return append(out, document.Note{Text: say("note", map[string]any{"at": clockChinese(c.at)})})
}

func orNone(text string) string {
	if strings.TrimSpace(text) == "" {
		return "—"
	}
	return text
}

// print makes the PDF of a life, as it was at a moment. A character that no font has is shown as 〓: the report says what happened also of a file with an odd name.
func (s *Service) print(life *Custody, office string, at time.Time) ([]byte, error) {
	if s.fonts == nil {
		return nil, fault.New(fault.Unavailable, "document.font_missing")
	}
	fonts, err := s.fonts()
	if err != nil {
		return nil, err
	}
	report, press := custodyReport{life, office, at}, document.Press{Fonts: fonts, Made: at}
	pdf, err := document.Render(report, press)
	if fault.Is(err, "document.glyph_missing") {
		pdf, err = document.Preview(report, press)
	}
	return pdf, err
}

// CustodyPDF is the report of a file's whole life. Returns what Custody returns.
func (s *Service) CustodyPDF(ctx context.Context, actor org.Actor, id string) (name string, pdf []byte, err error) {
	life, err := s.Custody(ctx, actor, id, "zh-CN")
	if err != nil {
		return "", nil, err
	}
	var office string
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		office, err = officeOf(ctx, tx, id)
		return err
	}); err != nil {
		return "", nil, err
	}
	pdf, err = s.print(life, office, s.now())
	return "保管链 " + life.Media.Name + ".pdf", pdf, err
}

// officeOf is the name of the unit whose a file is.
func officeOf(ctx context.Context, tx *store.Tx, media string) (string, error) {
	unit, err := unitOf(ctx, tx, media)
	if err != nil {
		return "", err
	}
	names, err := org.UnitNames(ctx, tx, unit)
	return names[unit], err
}

func (s *Service) custodyPDF(w http.ResponseWriter, r *http.Request) {
	name, pdf, err := s.CustodyPDF(r.Context(), api.Actor(r.Context()), r.PathValue("id"))
	if err != nil {
		api.Fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Cache-Control", unkept)
	h.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(name))
	w.Write(pdf)
}
