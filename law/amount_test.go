package law

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// read is one amount as a statute's sentence gives it.
type read struct {
	formula  Formula
	party    string // Person, Organisation, or "" where the sentence names neither
	Range           //
	optional bool   // 可处, 可以并处
	obeyed   bool   // only after an order was not obeyed: 逾期, 拒不
	clause   string // from the last ； or 。 up to the amount
}

const num = `[零一二三四五六七八九十百千万两]+`

var amountForm = regexp.MustCompile(`(每日每平方米|每平方米|每吨|每只)?(?:(?:(` + num + `)元以上)?(` + num + `)元(以下)?|(?:(` + num + `)(?:倍以上|至))?(` + num +
	`)倍(以下)?|(?:百分之(` + num + `)(?:以上|至))?百分之(` + num + `)(以下)?)`)

// A sentence names whom it fines by 对个人, or by beginning with 个人有…, 单位违反….
var partyForm = regexp.MustCompile(`对个人|对单位|对责任单位|^个人|^单位`)

var mayFine = regexp.MustCompile(`可(以)?(并)?(处|按|对)`)

// amounts reads every amount of a text. before is what the text's own sentence says ahead of it.
func amounts(t *testing.T, text, before string) []read {
	t.Helper()
	number := func(s string) int64 {
		n, ok := ParseNumeral(s)
		if !ok {
			t.Errorf("%q is no number in %q", s, text)
		}
		return n
	}
	var out []read
	end := 0
	for _, at := range amountForm.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		sentence := before + text[:at[0]]
		sentence = after(sentence, "。")
		clause := after(sentence, "；")
		since := text[end:at[0]]
		if len(since) > len(clause) {
			since = clause
		}
		r := read{optional: mayFine.MatchString(after(since, "，")), obeyed: strings.Contains(sentence, "逾期") || strings.Contains(sentence, "拒不"), clause: clause}
		switch {
		case group(3) != "":
			r.formula = map[string]Formula{"": InYuan, "每平方米": PerM2, "每日每平方米": PerM2Day, "每吨": PerTon, "每只": PerItem}[group(1)]
			r.Max = number(group(3))
			if group(2) != "" {
				r.Min = number(group(2))
			} else if group(4) == "" {
				r.Min = r.Max
			}
		case group(6) != "":
			r.formula, r.Max = MultipleOf, number(group(6))
			if group(5) != "" {
				r.Min = number(group(5))
			}
		default:
			r.formula, r.Max = PercentOf, number(group(9))
			if group(8) != "" {
				r.Min = number(group(8))
			}
		}
		if named := partyForm.FindAllString(since, -1); named != nil {
			r.party = Person
			if strings.Contains(named[len(named)-1], "单位") {
				r.party = Organisation
			}
		}
		end = at[1]
		out = append(out, r)
	}
	return out
}

// after is what follows the last sep in s, or all of s.
func after(s, sep string) string {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[i+len(sep):]
	}
	return s
}

// notWhatTheyLook are the flags in which a matter departs from its article's words, and why.
var notWhatTheyLook = map[string]string{
	"SR-05": "the article says 可处 for a person and 处 for an organisation, and a matter has one flag",
}

// source is the text in which the matter's fine stands, sentence by sentence, and what precedes it.
func source(t *testing.T, m Matter) (texts, before []string) {
	place := m.Penalty
	if !m.Amount.IsZero() {
		place = m.Amount
	}
	a, err := FindOn(place, m.ValidFrom)
	if err != nil {
		t.Errorf("%s: %v", m.Code, err)
		return nil, nil
	}
	text, _ := a.Part(place)
	if place.Item > 0 && !amountForm.MatchString(text) {
		text = a.Paragraphs[place.Para-1].Text // the items list the acts, the paragraph fines them
	}
	if len(m.Words) == 0 {
		return []string{text}, []string{""}
	}
	for _, w := range m.Words {
		i := strings.Index(text, w)
		if i < 0 {
			t.Errorf("%s: %s does not say %q", m.Code, place, w)
			continue
		}
		lead := text[:i]
		if strings.HasPrefix(w, "其中") { // it continues the sentence before it
			lead = strings.TrimSuffix(lead, "。")
		}
		texts, before = append(texts, w), append(before, lead)
	}
	return texts, before
}

// declared is one range of a matter, with what the article must say for it.
type declared struct {
	grade, party string
	formula      Formula
	Range
	found bool
}

// every lists all ranges of a matter.
func every(m Matter) []*declared {
	var out []*declared
	for _, g := range append([]Grade{{Person: m.Person, Organisation: m.Organisation}}, m.Grades...) {
		f := m.Formula
		if g.Formula != "" {
			f = g.Formula
		}
		if g.Person != nil {
			out = append(out, &declared{g.Name, Person, f, *g.Person, false})
		}
		if g.Organisation != nil {
			out = append(out, &declared{g.Name, Organisation, f, *g.Organisation, false})
		}
	}
	return out
}

// compare finds every difference between a matter and its article.
func compare(t *testing.T, m Matter) []string {
	var wrong []string
	list := every(m)
	texts, before := source(t, m)
	for i, text := range texts {
		for _, r := range amounts(t, text, before[i]) {
			matched := false
			grade := ""
			for _, d := range list {
				condition, _, _ := strings.Cut(d.grade, "（")
				if d.grade != "" && d.formula == r.formula && strings.Contains(r.clause, condition) && !strings.Contains(r.clause, "未"+condition) {
					grade = d.grade
				}
			}
			for _, d := range list {
				if d.grade == grade && d.formula == r.formula && (r.party == "" || r.party == d.party) && d.Range == r.Range {
					d.found, matched = true, true
				}
			}
			if !matched {
				wrong = append(wrong, fmt.Sprintf("the article says %d to %d (%s, %q, %q) and the matter does not", r.Min, r.Max, r.formula, r.party, grade))
			}
			if grade != "" || notWhatTheyLook[m.Code] != "" {
				continue
			}
			if r.optional != m.FineOptional {
				wrong = append(wrong, fmt.Sprintf("fine_optional is %v, the article: …%s", m.FineOptional, r.clause))
			}
			if r.obeyed != m.CorrectFirst && m.Amount.IsZero() {
				wrong = append(wrong, fmt.Sprintf("correct_first is %v, the article: …%s", m.CorrectFirst, r.clause))
			}
		}
	}
	for _, d := range list {
		if !d.found {
			wrong = append(wrong, fmt.Sprintf("%d to %d (%s, %s, %q) does not stand in the article", d.Min, d.Max, d.formula, d.party, d.grade))
		}
	}
	if !m.Amount.IsZero() { // the place that refers says whether an order comes first
		a, _ := FindOn(m.Penalty, m.ValidFrom)
		if text, _ := a.Part(m.Penalty); strings.Contains(text, "逾期") != m.CorrectFirst {
			wrong = append(wrong, fmt.Sprintf("correct_first is %v, the article: %s", m.CorrectFirst, text))
		}
	}
	return wrong
}

// Every amount that a matter has stands in its article for that party and circumstance, and every amount that the
// article has is the matter's; 可处 and 逾期, 拒不 are its flags.
func TestAmountsAreThoseOfTheArticles(t *testing.T) {
	all, err := Matters()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, m := range all {
		if m.Penalty.IsZero() {
			if m.Confirmed {
				t.Errorf("%s from %s is confirmed without an article", m.Code, m.ValidFrom)
			}
			continue
		}
		for _, difference := range compare(t, m) {
			t.Errorf("%s from %s, %s: %s", m.Code, m.ValidFrom, m.Penalty, difference)
		}
		codes[m.Code] = true
	}
	if len(codes) < 90 {
		t.Errorf("only %d matters were compared", len(codes))
	}
	for code, why := range notWhatTheyLook {
		if !codes[code] || why == "" {
			t.Errorf("the exception %s is for nothing", code)
		}
	}
}

// A changed amount, flag or circumstance is found, whatever it is.
func TestAWrongAmountIsFound(t *testing.T) {
	all, err := Matters()
	if err != nil {
		t.Fatal(err)
	}
	shift := func(r *Range, low, high int64) *Range {
		if r == nil {
			return nil
		}
		return &Range{r.Min + low, r.Max + high}
	}
	changes := map[string]func(*Matter){
		"floor":    func(m *Matter) { m.Person, m.Organisation = shift(m.Person, 1, 0), shift(m.Organisation, 1, 0) },
		"ceiling":  func(m *Matter) { m.Person, m.Organisation = shift(m.Person, 0, 1), shift(m.Organisation, 0, 1) },
		"optional": func(m *Matter) { m.FineOptional = !m.FineOptional },
		"order":    func(m *Matter) { m.CorrectFirst = !m.CorrectFirst },
		"formula":  func(m *Matter) { m.Formula = map[bool]Formula{true: PerTon, false: InYuan}[m.Formula == InYuan] },
		"grade":    func(m *Matter) { m.Grades = append(m.Grades, Grade{Name: "情节恶劣", Organisation: &Range{1, 2}}) },
	}
	for _, m := range all {
		if m.Penalty.IsZero() {
			continue
		}
		for name, change := range changes {
			broken := m
			broken.Grades = append([]Grade{}, m.Grades...)
			if change(&broken); len(compare(t, broken)) == 0 && (notWhatTheyLook[m.Code] == "" || name != "optional" && name != "order") {
				t.Errorf("%s from %s: a changed %s is not found", m.Code, m.ValidFrom, name)
			}
		}
	}
}

var breachForm = regexp.MustCompile(`违反本(?:条例|规定|法)(第[^，规的]*?)规定`)

// Where the penalty names the article that it enforces, the matter forbids by that article; and each matter's places
// exist in the text of its day.
func TestMattersForbidWhatIsPunished(t *testing.T) {
	all, err := Matters()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, m := range all {
		for _, c := range []Cite{m.Forbids, m.Penalty, m.Amount, m.Seizure} {
			if c.IsZero() {
				continue
			}
			if _, err := FindOn(c, m.ValidFrom); err != nil {
				t.Errorf("%s from %s: %v", m.Code, m.ValidFrom, err)
			}
		}
		if m.Penalty.IsZero() {
			continue
		}
		a, err := FindOn(m.Penalty, m.ValidFrom)
		if err != nil {
			continue
		}
		text, _ := a.Part(m.Penalty)
		named := breachForm.FindStringSubmatch(text)
		if named == nil {
			continue
		}
		checked++
		want := "第" + Numeral(m.Forbids.Article) + "条"
		if !strings.Contains(named[1], want) {
			t.Errorf("%s forbids by %s, and %s punishes a breach of %s", m.Code, m.Forbids, m.Penalty, named[1])
		}
		rest := named[1][strings.Index(named[1], "条")+len("条"):]
		if m.Forbids.Para > 0 && strings.Contains(rest, "款") && !strings.Contains(named[1], "第"+Numeral(m.Forbids.Para)+"款") {
			t.Errorf("%s forbids by %s, and %s punishes a breach of %s", m.Code, m.Forbids, m.Penalty, named[1])
		}
		if m.Forbids.Item > 0 && strings.Contains(rest, "项") && !strings.Contains(named[1], "第"+Numeral(m.Forbids.Item)+"项") {
			t.Errorf("%s forbids by %s, and %s punishes a breach of %s", m.Code, m.Forbids, m.Penalty, named[1])
		}
	}
	if checked < 40 {
		t.Errorf("only %d were checked", checked)
	}
}

// A card helps on the street only if it is about this matter: no two lines are alike, and none is empty talk.
func TestCardsAreTheirOwn(t *testing.T) {
	all, err := Matters()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, m := range all {
		for _, line := range []string{m.Card.Looks, m.Card.Ask, m.Card.Record, m.Card.Write} {
			if other, ok := seen[line]; ok && other != m.Code {
				t.Errorf("%s and %s say the same: %s", other, m.Code, line)
			}
			seen[line] = m.Code
			if n := len([]rune(line)); n < 10 || n > 110 {
				t.Errorf("%s: a line of %d characters: %s", m.Code, n, line)
			}
		}
	}
}
