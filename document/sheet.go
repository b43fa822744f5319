package document

import (
	"fmt"
	"strings"

	"jiexu/law"
	"jiexu/procedure"
)

// What follows is how the Content of a blank reads its sheet. Each accessor notes a gap where something that the
// document cannot do without is missing, and shows it.

// gap notes what is missing and returns what stands in its place.
func (s *Sheet) gap(name string, label procedure.Text) string {
	s.gaps = append(s.gaps, gap{name, label})
	return "〔待填：" + label.ZH + "〕"
}

// must is a value of the dossier that the document needs.
func (s *Sheet) must(name, zh, en, value string) string {
	if strings.TrimSpace(value) == "" {
		return s.gap(name, procedure.T(zh, en))
	}
	return strings.TrimSpace(value)
}

// field finds a field of the blank. A blank that asks for a field it does not have is a mistake in the program,
// which the golden text of the blank finds.
func (s *Sheet) field(name string) *procedure.Field {
	f := s.Blank.Field(name)
	if f == nil {
		panic(fmt.Sprintf("document: %s has no field %s", s.Blank.Kind, name))
	}
	return f
}

// show writes a value of a field; empty for none.
func show(f *procedure.Field, v procedure.Values) string {
	switch value := v[f.Name].(type) {
	case string:
		for _, o := range f.Options {
			if o.Value == value {
				return o.Label.ZH
			}
		}
		return value
	case []string:
		return strings.Join(value, "、")
	case int64:
		return fmt.Sprint(value)
	case bool:
		if value {
			return "是"
		}
		return "否"
	}
	if d, ok := v.Date(f.Name); ok {
		return d.Chinese()
	}
	if t, ok := v.Moment(f.Name); ok {
		return momentChinese(t)
	}
	return ""
}

// value is a field as the document writes it: a gap where it is required and missing, 无 where it may be.
func (s *Sheet) value(name string) string {
	f := s.field(name)
	text := show(f, s.Values)
	switch {
	case strings.TrimSpace(text) != "":
		return text
	case f.Required:
		return s.gap(name, f.Label)
	}
	return "无"
}

// has reports whether a field was filled in.
func (s *Sheet) has(name string) bool {
	f := s.field(name)
	if f.Type == procedure.RowsField {
		return len(s.Values.Rows(name)) > 0
	}
	return show(f, s.Values) != ""
}

// choice is the value of a select, not its label; a missing one is noted where the label is shown.
func (s *Sheet) choice(name string) string { return s.Values.Text(s.field(name).Name) }

// yuan is a number of yuan in figures and capitals.
func (s *Sheet) yuan(name string) string {
	n, ok := s.Values.Number(s.field(name).Name)
	if !ok {
		return s.value(name)
	}
	return money(Yuan(n))
}

func money(a Fen) string {
	if a <= 0 {
		return a.Digits()
	}
	return a.Digits() + "（" + a.Capitals() + "）"
}

// cells lists the cells of a table by its columns, each row with its number; a table that was left empty has one
// row that says so.
func (s *Sheet) cells(name string) [][]string {
	f := s.field(name)
	rows := s.Values.Rows(name)
	if len(rows) == 0 {
		row := make([]string, len(f.Columns)+1)
		for i := range row {
			row[i] = "无"
		}
		if f.Required {
			row[1] = s.gap(name, f.Label)
		}
		return [][]string{row}
	}
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = append(out[i], itoa(i+1))
		for j := range f.Columns {
			c := &f.Columns[j]
			text := show(c, r)
			if strings.TrimSpace(text) == "" {
				text = "无"
				if c.Required {
					text = s.gap(name+"."+itoa(i)+"."+c.Name, c.Label)
				}
			}
			out[i] = append(out[i], text)
		}
	}
	return out
}

// list is a table of a rows field: the number and its columns, in the given widths.
func (s *Sheet) list(name string, widths ...float64) Table {
	f := s.field(name)
	t := Table{Widths: append([]float64{2.2}, widths...), Head: []string{"序号"}, Rows: s.cells(name)}
	for _, c := range f.Columns {
		t.Head = append(t.Head, c.Label.ZH)
	}
	return t
}

// pictures are the photos that a media field names.
func (s *Sheet) pictures(name string) []Photo {
	f := s.field(name)
	var out []Photo
	for i, id := range s.Values.List(name) {
		found := false
		for _, p := range s.Dossier.Photos {
			if p.ID == id {
				out, found = append(out, p), true
				break
			}
		}
		if !found {
			s.gap(name+"."+itoa(i), f.Label)
		}
	}
	if len(s.Values.List(name)) == 0 && f.Required {
		s.gap(name, f.Label)
	}
	return out
}

// cite spells a citation in the text in force on the day of the document.
func (s *Sheet) cite(c law.Cite) string { return cited(c, s.On) }

// cites spells several, the last one joined by 和. What two that follow each other share is said once: 第六十四条第一款第
// （四）项和第（五）项.
func (s *Sheet) cites(list ...law.Cite) string {
	var b strings.Builder
	for i, c := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			b.WriteString("和")
		default:
			b.WriteString("、")
		}
		text := s.cite(c)
		if i > 0 && list[i-1].Statute == c.Statute {
			_, text, _ = strings.Cut(text, "》")
			if was := list[i-1]; was.Article == c.Article && c.Para > 0 && was.Para > 0 {
				_, text, _ = strings.Cut(text, "条")
				if was.Para == c.Para && c.Item > 0 && was.Item > 0 {
					_, text, _ = strings.Cut(text, "款")
				}
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

func (s *Sheet) you() string { return s.Dossier.Party.you() }

// issuer is the authority in whose name the document is issued.
func (s *Sheet) issuer() string {
	if s.Blank.Government {
		return s.must("government", "区人民政府", "the district government", s.Dossier.Government)
	}
	return s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority)
}

// unnamed are the papers of an illegal structure whose party may be one whom nobody can find (SB 9).
var unnamed = map[Kind]bool{KindDemolitionOrder: true, KindDemolitionPublic: true, KindDemolitionDemand: true, KindDemolitionDecision: true,
	KindDemolitionAnnounced: true, KindDemolitionRecord: true, KindBelongings: true, KindClearing: true, KindStopBuilding: true, KindFileCover: true, KindFileIndex: true}

func (s *Sheet) partyName() string {
	if s.Dossier.Party.Name == "" && unnamed[s.Blank.Kind] {
		return "违法建筑的建设人、所有人或者使用人（当事人难以确定）"
	}
	return s.must("party.name", "当事人姓名（名称）", "the party's name", s.Dossier.Party.Name)
}

func (s *Sheet) title() string {
	return s.must("title", "案由", "the cause of action", s.Dossier.Title)
}

func (s *Sheet) matter() string {
	return s.must("matter", "违法行为", "the violation", s.Dossier.Matter)
}

func (s *Sheet) findings() string {
	return s.must("findings", "违法事实", "the facts", s.Dossier.Findings)
}

func (s *Sheet) caseNumber() string {
	return s.must("caseNumber", "案件编号", "the case number", s.Dossier.CaseNumber)
}

func (s *Sheet) place() string {
	return s.must("place", "违法行为发生地", "the place of the act", s.Dossier.Place)
}

func (s *Sheet) court() string {
	return s.must("court", "管辖法院", "the court to sue in", s.Dossier.Court)
}

// day is a day that the dossier must know.
func (s *Sheet) day(name, zh, en string, d law.Date) string {
	if d.IsZero() {
		return s.gap(name, procedure.T(zh, en))
	}
	return d.Chinese()
}

// violated and basis spell the articles violated or relied on.
func (s *Sheet) violated() string {
	if len(s.Dossier.Violated) == 0 {
		return s.gap("violated", procedure.T("违反的规定", "the provision violated"))
	}
	return provisions(s.Dossier.Violated)
}

func (s *Sheet) basis() string {
	if len(s.Dossier.Basis) == 0 {
		return s.gap("basis", procedure.T("处罚依据", "the basis of the penalty"))
	}
	return provisions(s.Dossier.Basis)
}

// party is the table of the party at the head of what is sent to it.
func (s *Sheet) party() Table {
	p := s.Dossier.Party
	if p.Name == "" && unnamed[s.Blank.Kind] {
		return Table{Widths: pairs, Pairs: true, Rows: [][]string{{"当事人", s.partyName()}}}
	}
	p.Name = s.partyName()
	p.Code = s.must("party.code", "当事人证件号码", "the party's identity number or credit code", p.Code)
	p.Address = s.must("party.address", "当事人地址", "the party's address", p.Address)
	if p.Kind == Trader || p.Kind == Organisation {
		p.Representative = s.must("party.representative", "法定代表人（负责人、经营者）", "the party's representative", p.Representative)
	}
	return p.table()
}

// partyPairs is the same in an approval form, where four columns hold two pairs.
func (s *Sheet) partyPairs() [][]string {
	p := s.Dossier.Party
	rows := [][]string{{"当事人", s.partyName()}}
	code, who := "统一社会信用代码", "法定代表人（负责人）"
	switch p.Kind {
	case Person:
		return append(rows, []string{"公民身份号码", orNone(p.Code), "联系电话", orNone(p.Phone)}, []string{"住址", orNone(p.Address)})
	case Trader:
		who = "经营者"
	}
	return append(rows, []string{code, orNone(p.Code), who, orNone(p.Representative)},
		[]string{"地址", orNone(p.Address)}, []string{"联系电话", orNone(p.Phone)})
}

// officers names the officers with their certificates; the law wants two (AP 42).
func (s *Sheet) officers() string {
	var names []string
	for i, o := range s.Dossier.Officers {
		at := "officers." + itoa(i)
		names = append(names, s.must(at+".name", "执法人员姓名", "the officer's name", o.Name)+"（执法证号："+
			s.must(at+".certificate", "执法证号", "the officer's certificate number", o.Certificate)+"）")
	}
	if len(names) < 2 {
		names = append(names, s.gap("officers", procedure.T("执法人员（不得少于两人）", "officers, two at least")))
	}
	return strings.Join(names, "、")
}

// officerNames names them without their certificates.
func (s *Sheet) officerNames() string {
	var names []string
	for _, o := range s.Dossier.Officers {
		names = append(names, o.Name)
	}
	return s.must("officers", "承办人", "the handling officers", strings.Join(names, "、"))
}

// contact says where the authority is found.
func (s *Sheet) contact() Paragraph {
	t := s.Dossier.Contact
	t.Person = s.must("contact.person", "联系人", "whom to contact", t.Person)
	t.Phone = s.must("contact.phone", "联系电话", "the telephone number", t.Phone)
	t.Address = s.must("contact.address", "执法机关地址", "the authority's address", t.Address)
	return Paragraph{t.sentence()}
}

// prior names an earlier document in full: 《催告书》（静城管催〔2026〕第3号）. A document that must have come before
// and did not is a gap.
func (s *Sheet) prior(kind Kind, zh, en string) string {
	e, ok := s.Dossier.earlier(kind)
	if !ok {
		return s.gap("earlier."+string(kind), procedure.T(zh, en))
	}
	return e.String()
}

// String is 《催告书》（静城管催〔2026〕第3号）.
func (e Earlier) String() string {
	if e.Number == "" {
		return "《" + e.Title + "》"
	}
	return "《" + e.Title + "》（" + e.Number + "）"
}

// signed returns the signatures of a part, in the order of signing.
func (s *Sheet) signed(who Signer) (out []*Signature) {
	for i := range s.Signatures {
		if s.Signatures[i].Who == who {
			out = append(out, &s.Signatures[i])
		}
	}
	return out
}

// signLines are the lines of one part: who signed, and an empty line for who has not yet.
func (s *Sheet) signLines(who Signer, label string) (lines []SignLine) {
	signed := s.signed(who)
	if who == Attendee && len(signed) == 0 { // a line for each who was there
		for _, row := range s.Values.Rows("present") {
			lines = append(lines, SignLine{Label: label + row.Text("name")})
		}
		if lines != nil {
			return lines
		}
	}
	if who != Officers {
		for _, g := range signed {
			lines = append(lines, SignLine{label, g})
		}
		if len(lines) == 0 {
			lines = []SignLine{{Label: label}}
		}
		return lines
	}
	for _, o := range s.Dossier.Officers {
		line := SignLine{Label: label + "（证号" + orNone(o.Certificate) + "）"}
		for i, g := range signed {
			if g != nil && g.Name == o.Name {
				line.Signed, signed[i] = g, nil
				break
			}
		}
		lines = append(lines, line)
	}
	for _, g := range signed {
		if g != nil {
			lines = append(lines, SignLine{label, g})
		}
	}
	return lines
}

// signing is the block in which the blank's signers sign. labels replace the usual label of a part; an empty one
// leaves the part out until it has signed, as for a witness who may not be needed.
func (s *Sheet) signing(labels map[Signer]string) Signing {
	var b Signing
	for _, who := range s.Blank.Signs {
		label, set := labels[who]
		switch {
		case !set || label == "":
			label = who.Label().ZH + "（签名）"
			if who == Officers {
				label = who.Label().ZH
			}
			if who == PartySigns || who == Recipient {
				label = who.Label().ZH + "（签名或者盖章）"
			}
			if set && len(s.signed(who)) == 0 {
				continue
			}
		}
		b.Lines = append(b.Lines, s.signLines(who, label)...)
	}
	return b
}

// close ends what is issued under the seal.
func (s *Sheet) close(note string) []Block {
	out := []Block{Closing{s.issuer(), s.On}}
	if note != "" {
		out = append(out, Note{note})
	}
	return out
}

// remedies says how the decision is contested. A decision made on the spot must be taken to reconsideration
// first, and must say so (AR 23); any other may go to either (AR 20, AL 46).
func (s *Sheet) remedies(what string, first bool) Paragraph {
	you := s.you()
	to := s.must("reconsideration", "行政复议机关", "the authority for reconsideration", s.Dossier.Reconsideration)
	court := s.court()
	if s.Blank.Government {
		to = s.must("above.reconsideration", "对区人民政府决定的行政复议机关", "the authority for reconsideration of the government's decision", s.Dossier.Above.Reconsideration)
		court = s.must("above.court", "对区人民政府决定的管辖法院", "the court to sue the government in", s.Dossier.Above.Court)
	}
	if first {
		return Paragraph{you + "如不服" + what + "，根据" + s.cites(law.AR(20, 1), law.AR(23, 1, 1)) + "的规定，应当自知道" + what + "之日起六十日内先向" + to +
			"申请行政复议；对行政复议决定不服的，可以再依法向" + court + "提起行政诉讼。"}
	}
	return Paragraph{you + "如不服" + what + "，可以自知道" + what + "之日起六十日内，根据" + s.cite(law.AR(20, 1)) + "的规定，向" + to +
		"申请行政复议；也可以自知道" + what + "之日起六个月内，根据" + s.cite(law.AL(46, 1)) + "的规定，直接向" + court + "提起行政诉讼。"}
}

// addressed is what is sent to the party under the seal: the party, what is said, where to find the authority.
func (s *Sheet) addressed(note string, blocks ...Block) []Block {
	out := append([]Block{s.party(), Addressee{s.partyName() + "："}}, blocks...)
	out = append(out, s.contact())
	return append(out, s.close(note)...)
}

// public is what is announced under the seal.
func (s *Sheet) public(note string, blocks ...Block) []Block {
	return append(append([]Block{}, blocks...), s.close(note)...)
}

// letter is what is sent to another body under the seal.
func (s *Sheet) letter(to, note string, blocks ...Block) []Block {
	out := append([]Block{Addressee{to + "："}}, blocks...)
	out = append(out, s.contact())
	return append(out, s.close(note)...)
}

// days is a number of days in Chinese figures.
func (s *Sheet) days(name string) string {
	n, ok := s.Values.Number(s.field(name).Name)
	if !ok {
		return s.value(name)
	}
	return law.Numeral(int(n))
}

// two is the usual note on copies.
func two(what string) string {
	return "本" + what + "一式二份，一份送达当事人，一份由本机关归档。"
}
