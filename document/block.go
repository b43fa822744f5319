package document

import "strings"

// Photos shows pictures with what is known of them, one below the other.
type Photos struct {
	Items  []Photo
	Height float64 // the most that one may take, in millimetres; 0: so that two stand on a page
	Word   string  // what one is called; empty: 照片
}

func (b Photos) text() []string {
	var out []string
	for i, p := range b.Items {
		out = append(out, p.lines(b.word()+itoa(i+1))...)
	}
	return out
}

func (b Photos) word() string {
	if b.Word == "" {
		return "照片"
	}
	return b.Word
}

// lines is what stands below the picture.
func (p Photo) lines(name string) []string {
	out := []string{name + "：" + strings.Join(paragraphs(orNone(p.Caption)), " ")}
	var facts []string
	if !p.Taken.IsZero() {
		facts = append(facts, "拍摄时间："+momentChinese(p.Taken))
	}
	if p.Place != "" {
		facts = append(facts, "拍摄地点："+p.Place)
	}
	if p.By != "" {
		facts = append(facts, "拍摄人："+p.By)
	}
	if len(facts) > 0 {
		out = append(out, strings.Join(facts, "　"))
	}
	if p.Digest != "" {
		out = append(out, "原始文件SHA-256："+p.Digest)
	}
	return out
}

// Opinions is the part of an approval form in which people give their opinion and sign it, one cell each.
type Opinions struct{ Rows []Opinion }

// Opinion is one of them.
type Opinion struct {
	Label string // 行政机关负责人意见
	Text  string
	Lines []SignLine
}

func (b Opinions) text() []string {
	var out []string
	for _, r := range b.Rows {
		cells := append([]string{}, paragraphs(r.Text)...)
		cells = append(cells, Signing{r.Lines}.text()...)
		out = append(out, r.Label+"\t"+strings.Join(cells, " "))
	}
	return out
}
