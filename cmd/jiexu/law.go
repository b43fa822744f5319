package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/words"
)

// LawCmd answers questions about the law: when a period ends, and what an article says.
type LawCmd struct {
	Due  LawDueCmd  `cmd:"" help:"When a period ends, and how it was counted. The first line is the last day alone."`
	Show LawShowCmd `cmd:"" help:"Print an article, as \"AP 60\", or a part of it, as \"AP 64(1.2)\"."`
}

// LawDueCmd counts a period on the State Council's calendar.
type LawDueCmd struct {
	From    string   `required:"" placeholder:"TIME" help:"Start: 2024-02-08, 2024年2月8日, 2024-02-08T10:00 (Shanghai time) or RFC 3339."`
	Period  string   `required:"" placeholder:"PERIOD" help:"\"7 working days\", \"15 days\", \"6 months\", \"2 years\", \"24 hours\" or the same in Chinese."`
	By      string   `placeholder:"CITE" help:"The article that sets the period, as \"AC 54\": days are counted as its statute says (AP 85, AC 69, AR 88)."`
	Without []string `placeholder:"FROM..TO" help:"Days that do not count, as 2025-01-06..2025-01-20, both of them in it. May be given several times."`
	NoRoll  bool     `help:"Let days, months and years end on a day off."`
	JSON    bool     `name:"json" help:"Print one JSON object."`
}

// dueAnswer is the JSON answer of `law due`.
type dueAnswer struct {
	Date        law.Date    `json:"date"`
	At          time.Time   `json:"at"` // the first moment that is late
	From        time.Time   `json:"from"`
	Period      string      `json:"period"`
	Provisional bool        `json:"provisional"`
	Rolled      bool        `json:"rolled"`
	Calendar    string      `json:"calendar"`
	Cites       []law.Cite  `json:"cites"`
	Counting    []law.Count `json:"counting"`
}

// Run prints the last day of the period on a line of its own, then how it was counted.
func (c *LawDueCmd) Run(env *Env) error {
	env.JSON = c.JSON
	from, err := law.ParseMoment(c.From)
	if err != nil {
		return err
	}
	period, err := law.ParsePeriod(c.Period)
	if err != nil {
		return err
	}
	if c.By != "" {
		cite, err := law.ParseCite(c.By)
		if err != nil {
			return err
		}
		if _, err := law.Find(cite); err != nil {
			return err
		}
		period = period.Under(cite)
	}
	without := make([]law.Interval, 0, len(c.Without))
	for _, text := range c.Without {
		interval, err := law.ParseInterval(text)
		if err != nil {
			return err
		}
		without = append(without, interval)
	}
	opts := []law.Option{law.Excluding(without)}
	if c.NoRoll {
		opts = append(opts, law.WithoutRolling())
	}
	calendar := law.Shipped()
	due, err := calendar.Due(from, period, opts...)
	if err != nil {
		return err
	}
	answer := dueAnswer{Date: due.Date, At: due.At, From: from.In(law.Shanghai), Period: period.String(), Provisional: due.Provisional,
		Rolled: due.Rolled, Calendar: calendar.Version(), Cites: basis(period), Counting: due.Counting}
	if answer.Counting == nil {
		answer.Counting = []law.Count{} // hours pass no days
	}
	answer.At = answer.At.In(law.Shanghai)
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(answer)
	}
	_, err = io.WriteString(env.Out, answer.text(env.Lang, period))
	return err
}

// basis names the articles by which a period is counted: those that it carries, else, where nobody said by which article it
// is set, those that could make its days working days.
func basis(p law.Period) []law.Cite {
	switch {
	case len(p.Cites) > 0:
		return append(slices.Clone(p.Cites), law.CP(85))
	case p.Unit == law.WorkingDays && p.N <= 10:
		return []law.Cite{law.CP(85), law.AP(85), law.AC(69)}
	case p.Unit == law.WorkingDays:
		return []law.Cite{law.CP(85), law.AP(85)}
	}
	return []law.Cite{law.CP(85)}
}

func (a dueAnswer) text(lang string, p law.Period) string {
	var b strings.Builder
	say := func(code string, params map[string]any) { fmt.Fprintln(&b, words.Text(lang, code, params)) }
	name := p.String()
	if lang == words.Chinese {
		name = p.Chinese()
	}
	fmt.Fprintln(&b, a.Date)
	if p.Unit == law.Hours {
		say("law.cli.hours", map[string]any{"at": a.At.Format(time.RFC3339), "period": name, "from": a.From.Format(time.RFC3339)})
	} else {
		say("law.cli.summary", map[string]any{"period": name, "from": law.On(a.From).String(), "date": a.Date.String(), "weekday": a.Date.Weekday().String()})
	}
	if a.Provisional {
		say("law.cli.provisional", map[string]any{"years": a.unpublished()})
	}
	for _, line := range a.Counting {
		n := "-"
		if line.N > 0 {
			n = strconv.Itoa(line.N)
		}
		text := fmt.Sprintf("%5s  %s  %-9s  %s", n, line.Date, words.Text(lang, "weekday."+line.Date.Weekday().String(), nil), reason(lang, p, line))
		fmt.Fprintln(&b, strings.TrimRight(text, " "))
	}
	switch {
	case a.Rolled:
		say("law.cli.did_roll", nil)
	case p.Unit != law.Hours:
		say("law.cli.did_not_roll", nil)
	}
	if p.Unit != law.Hours {
		say("law.cli.calendar", map[string]any{"version": a.Calendar})
	}
	cites := make([]string, 0, len(a.Cites))
	for _, c := range a.Cites {
		cites = append(cites, c.String()+" "+c.Title(lang))
	}
	say("law.cli.basis", map[string]any{"cites": strings.Join(cites, "; ")})
	return b.String()
}

// unpublished lists the years of the counting that rest on weekends alone.
func (a dueAnswer) unpublished() string {
	var years []string
	for _, line := range a.Counting {
		if y := strconv.Itoa(line.Date.Year); line.Provisional && (len(years) == 0 || years[len(years)-1] != y) {
			years = append(years, y)
		}
	}
	return strings.Join(years, ", ")
}

// reason says why a line of the counting is counted or not: the most particular sentence that there is.
func reason(lang string, p law.Period, line law.Count) string {
	code := "law.cli." + string(line.Why)
	if line.Why == law.Counted && p.Unit == law.Days && line.Kind == law.MakeUpDay {
		return ""
	}
	for _, candidate := range []string{code + "." + string(line.Kind), code} {
		if words.Has(candidate) {
			return words.Text(lang, candidate, map[string]any{"holiday": line.Holiday})
		}
	}
	return ""
}

// LawShowCmd prints an article or a part of it.
type LawShowCmd struct {
	Cite []string `arg:"" help:"A citation: AP 60, \"AP 64(1)\", \"AP 64(1.2)\"."`
	JSON bool     `name:"json" help:"Print one JSON object."`
}

// articleAnswer is the JSON answer of `law show`.
type articleAnswer struct {
	Cite      law.Cite `json:"cite"`
	Title     string   `json:"title"`
	Statute   string   `json:"statute"`
	Version   law.Date `json:"version"`
	ValidFrom law.Date `json:"validFrom"`
	ValidTo   law.Date `json:"validTo"`
	Headings  []string `json:"headings"`
	Text      string   `json:"text"`
	Note      string   `json:"note,omitempty"` // what is not certain about the text
}

// Run prints the citation in full, where it stands, its wording, and the text's version.
func (c *LawShowCmd) Run(env *Env) error {
	env.JSON = c.JSON
	cite, err := law.ParseCite(strings.Join(c.Cite, " "))
	if err != nil {
		return err
	}
	article, err := law.Find(cite)
	if err != nil {
		return err
	}
	wording, err := article.Part(cite)
	if err != nil {
		return err
	}
	s := article.Statute
	note := s.NoteEn
	if env.Lang == words.Chinese {
		note = s.Note
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(articleAnswer{Cite: cite, Title: cite.Title(env.Lang), Statute: s.Title, Version: s.Version,
			ValidFrom: s.ValidFrom, ValidTo: s.ValidTo, Headings: article.Headings, Text: wording, Note: note})
	}
	lines := []string{cite.String() + "  " + cite.Title(env.Lang)}
	if len(article.Headings) > 0 {
		lines = append(lines, strings.Join(article.Headings, " / "))
	}
	inForce := "law.cli.in_force"
	if !s.ValidTo.IsZero() {
		inForce = "law.cli.in_force_until"
	}
	lines = append(lines, "", wording, "", words.Text(env.Lang, inForce, map[string]any{
		"version": s.Version.String(), "from": s.ValidFrom.String(), "to": s.ValidTo.String()}))
	if note != "" {
		lines = append(lines, words.Text(env.Lang, "law.cli.note", map[string]any{"note": note}))
	}
	_, err = fmt.Fprintln(env.Out, strings.Join(lines, "\n"))
	return err
}
