package casework

import (
	"jiexu/words"
)

// Lines tells the money of a case in words: what is owed today and why, then each deferral with its date, its reason and how
// its parts stand. None where nothing was fined.
func (m Money) Lines(lang string) (out []string) {
	if m.Fine == 0 {
		return nil
	}
	out = append(out, words.Text(lang, "case.money", map[string]any{"fine": yuanText(m.Fine * 100), "paid": yuanText(m.PaidFine*100 + m.PaidSur),
		"left": yuanText(m.Outstanding), "due": yuanText(m.DueNow), "why": words.Text(lang, "case.money."+m.DueWhy, map[string]any{"by": m.PayBy.String()})}))
	for _, p := range m.Plans {
		line := words.Text(lang, "case.plan."+p.Kind, map[string]any{"on": p.Granted.String()})
		if p.Hardship != "" {
			line += words.Text(lang, "case.plan.why", map[string]any{"hardship": p.Hardship, "opinion": p.Opinion})
		}
		out = append(out, line)
		for _, i := range p.Parts {
			state := words.Text(lang, "case.part."+i.State, map[string]any{"on": i.PaidOn.String()})
			if i.Surcharge > 0 {
				state += words.Text(lang, "case.part.surcharge", map[string]any{"sum": yuanText(i.Surcharge)})
			}
			out = append(out, words.Text(lang, "case.part", map[string]any{"n": i.N, "by": i.By.String(), "sum": yuanText(i.Yuan * 100), "state": state}))
		}
		if !p.Broken.IsZero() {
			out = append(out, words.Text(lang, "case.plan.broken", map[string]any{"on": p.Broken.String(), "since": p.Since.String()}))
		}
	}
	return out
}
