package procedure

import (
	"fmt"
	"strings"

	"jiexu/law"
)

// where is said for the state that a step leads back to.
var where = T("原来的状态", "the state that it was in")

// Mermaid draws the procedure's states and the steps that lead from one to another.
func (p *Procedure) Mermaid(lang string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    direction TB\n")
	for _, s := range p.States {
		fmt.Fprintf(&b, "    state \"%s\" as %s\n", s.Title.In(lang), s.Code)
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", p.Start)
	for _, from := range p.States {
		// Steps between the same two states share an arrow.
		var order []string
		titles := map[string][]string{}
		for _, s := range p.index.from[p.index.states[from.Code]] {
			step := &p.Steps[s]
			if step.Back {
				fmt.Fprintf(&b, "    note right of %s: %s → %s\n", from.Code, step.Title.In(lang), where.In(lang))
			}
			if step.To == "" || step.To == from.Code {
				continue
			}
			if titles[step.To] == nil {
				order = append(order, step.To)
			}
			titles[step.To] = append(titles[step.To], step.Title.In(lang))
		}
		for _, to := range order {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from.Code, to, strings.Join(titles[to], " / "))
		}
	}
	for _, s := range p.States {
		if s.End {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Code)
		}
	}
	return b.String()
}

// Markdown writes the page of docs/procedures: the diagram, and tables of steps, clocks and facts, in
// both languages. The page is generated, and a test fails when it is stale.
func (p *Procedure) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s · %s\n\n", p.Title.ZH, p.Title.EN)
	fmt.Fprintf(&b, "`%s`%s\n\n", p.Code, prefixed(" · ", citesText(p.Cites)))
	b.WriteString("<!-- Generated from the procedure. Do not edit: change systems/*/procedure.go and run the package's tests with -update. -->\n\n")
	if p.Note.ZH != "" {
		fmt.Fprintf(&b, "%s\n\n%s\n\n", p.Note.ZH, p.Note.EN)
	}
	fmt.Fprintf(&b, "```mermaid\n%s```\n\n", p.Mermaid("zh-CN"))

	b.WriteString("## 步骤 · Steps\n\n| 步骤 · step | 由谁 · by | 从 → 到 · from → to | 须具备 · needs | 依据 · articles | 期限 · clocks | 文书 · document |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for i := range p.Steps {
		s := &p.Steps[i]
		from := make([]string, len(s.From))
		for j, f := range s.From {
			state, _ := p.State(f)
			from[j] = state.Title.ZH
		}
		to := "（不变）"
		if state, moves := p.State(s.To); moves {
			to = state.Title.ZH
		} else if s.Back {
			to = where.ZH
		}
		cells(&b, s.Title.ZH+"<br>"+s.Title.EN+"<br>`"+s.Op+"`"+p.filmText(s), strings.Join(s.By, ", "), strings.Join(from, "、")+" → "+to,
			strings.Join(needLines(s.Needs), "<br>"), citesText(s.Cites), p.clockText(s), s.Issues)
	}

	b.WriteString("\n## 期限 · Clocks\n\n| 期限 · clock | 多长 · period | 依据 · set by | 性质 · kind |\n| --- | --- | --- | --- |\n")
	for _, c := range p.Clocks {
		basis := citesText(c.Period.Cites)
		if basis == "" {
			basis = "内部规定，待法制科确认 · office rule, to be confirmed by the legal section：" + c.Period.Rule
		}
		kind := "办理时限 · a limit for us"
		if c.Waits {
			kind = "等待期 · time that must pass"
		}
		length := c.Period.Chinese() + "<br>" + c.Period.String()
		if c.Period.N < 1 {
			length = c.Set.ZH + "<br>" + c.Set.EN
		}
		if before, ok := p.Clock(c.After); ok {
			length += "<br>自「" + before.Title.ZH + "」届满起 · from its end"
		}
		cells(&b, c.Title.ZH+"<br>"+c.Title.EN+"<br>`"+c.Code+"`", length, basis, kind)
	}

	b.WriteString("\n## 事实 · Facts\n\n| 事实 · fact | 谁来认定 · found by | 依据 · articles |\n| --- | --- | --- |\n")
	for _, f := range p.Facts {
		by := map[FactKind]string{Recorded: "步骤记载 · recorded by steps", Observed: "系统当场查明 · observed on the spot", Entered: "办理时填写 · as filled in"}[f.Kind]
		cells(&b, f.Title.ZH+"<br>"+f.Title.EN+"<br>`"+f.Code+"`", by, citesText(f.Cites))
	}
	return b.String()
}

// filmText says what of a step is recorded, and what follows where it is not.
func (p *Procedure) filmText(s *Step) string {
	if s.Films == NoFilm {
		return ""
	}
	out := "<br>全程录音录像 · recorded from end to end"
	for _, f := range s.Fields {
		for _, o := range f.Options {
			if f.Name == s.FilmsIf.Field && o.Value == s.FilmsIf.Value {
				out += "（" + o.Label.ZH + " · " + o.Label.EN + "）"
			}
		}
	}
	if s.Films == FilmBlocks {
		return out + "；缺录且未写明原因的，不得继续 · without it, or the reason, the matter does not go on"
	}
	return out + "；缺录预警 · what is missing is told"
}

func (p *Procedure) clockText(s *Step) string {
	var out []string
	for _, a := range p.actions(s) {
		verb := map[Verb]string{StartClock: "起算", MeetClock: "办结", SuspendClock: "中止", ResumeClock: "恢复"}[a.Verb]
		out = append(out, verb+"："+a.Clock.Title.ZH)
	}
	return strings.Join(out, "<br>")
}

// needLines writes a need as a jurist would list it, a line for each part of an All.
func needLines(c Cond) []string {
	switch {
	case c.kind == always:
		return nil
	case c.kind == allOf && c.because == "":
		var out []string
		for _, p := range c.parts {
			out = append(out, needLines(p)...)
		}
		return out
	default:
		return []string{condText(c, false) + prefixed(" · ", citesText(c.cites))}
	}
}

// condText writes a condition in Chinese; inner parts get brackets where they need them.
func condText(c Cond, inner bool) string {
	join := func(with string) string {
		out := make([]string, len(c.parts))
		for i, p := range c.parts {
			out[i] = condText(p, true)
		}
		text := strings.Join(out, with)
		if inner {
			text = "（" + text + "）"
		}
		return text
	}
	switch c.kind {
	case factHolds:
		return c.fact.Title.ZH
	case notOf:
		return "非" + "「" + condText(c.parts[0], false) + "」"
	case anyOf:
		// Fact.When: "not A, or B" reads better as "B where A".
		if len(c.parts) == 2 && c.parts[0].kind == notOf {
			return condText(c.parts[1], true) + "（如" + condText(c.parts[0].parts[0], true) + "）"
		}
		return join(" 或 ")
	case allOf:
		return join(" 且 ")
	default:
		return ""
	}
}

func citesText(cites []law.Cite) string {
	out := make([]string, len(cites))
	for i, c := range cites {
		out[i] = c.String()
	}
	return strings.Join(out, ", ")
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func cells(b *strings.Builder, texts ...string) {
	for _, t := range texts {
		b.WriteString("| " + t + " ")
	}
	b.WriteString("|\n")
}
