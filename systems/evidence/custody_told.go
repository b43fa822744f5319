package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/words"
)

// entryTold is what entries say beside who, when and why.
type entryTold struct {
	kind       string
	Due, Rule  string
	DrawnBy    string     `json:"drawn_by"`
	ApprovedBy []string   `json:"approved_by"`
	Officer    string     `json:"officer"`
	Began      *time.Time `json:"began"`
	Before     struct {
		Officer string     `json:"officer"`
		Began   *time.Time `json:"began"`
	} `json:"before"`
	Broken *Broken `json:"broken"`
	Mark   string  `json:"mark"`
	FromMS int64   `json:"from_ms"`
	ToMS   int64   `json:"to_ms"`
	About  string  `json:"about"`
	Media  string  `json:"media"`
	How    string  `json:"how"`
	Params Params  `json:"params"`
}

// around is what lies around the entries of a life: the marks that they set, and the files that were made of it.
type around struct {
	marks map[string]entryTold
	made  map[string]Derived
}

func aroundOf(ctx context.Context, tx *store.Tx, m *Media, entries []ledger.Record) (around, error) {
	out := around{map[string]entryTold{}, map[string]Derived{}}
	for _, e := range entries {
		if t := toldOf(e); t.kind == entryMarked {
			out.marks[t.Mark] = t
		}
	}
	made, err := derivedWhere(ctx, tx, `d.parent = $1`, m.ID)
	for _, d := range made {
		out.made[d.ID] = d
	}
	return out, err
}

func toldOf(e ledger.Record) (t entryTold) {
	if !slices.Contains([]string{entryDeleted, entryClaimed, EntryAdded, EntryRecorded, entryMarked, entryUnmarked, EntryAsked, EntryDerived, entryDerivedOf}, e.Kind) || json.Unmarshal(e.Body, &t) != nil {
		return entryTold{}
	}
	t.kind = e.Kind
	return t
}

// people are the ids of those whom an entry names beside who made it.
func (t entryTold) people() (ids []string) {
	for _, id := range append([]string{t.DrawnBy, t.Officer, t.Before.Officer}, t.ApprovedBy...) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// say is a sentence of it: by which rule and by whose word a file was destroyed; what was put right, and how it was before; which stretch was marked; what was made, of which moments, and which file it is.
func (t entryTold) say(lang string, names map[string]string, a around) string {
	switch t.kind {
	case entryDeleted:
		approved := make([]string, len(t.ApprovedBy))
		for i, id := range t.ApprovedBy {
			approved[i] = names[id]
		}
		return words.Text(lang, "evidence.custody.by_list", map[string]any{"rule": words.Text(lang, "evidence.rule."+t.Rule, nil), "due": t.Due, "drawn": names[t.DrawnBy], "approved": strings.Join(approved, "、")})
	case EntryAdded, EntryRecorded:
		return t.Broken.Say(lang)
	case entryMarked:
		return aside(lang, stretchOf(t.FromMS, t.ToMS))
	case entryUnmarked:
		if mark, ok := a.marks[t.Mark]; ok {
			return aside(lang, mark.About+" "+stretchOf(mark.FromMS, mark.ToMS))
		}
	case EntryAsked, EntryDerived:
		return aside(lang, madeOf(lang, t.How, t.Params))
	case entryDerivedOf:
		if d, ok := a.made[t.Media]; ok {
			return aside(lang, madeOf(lang, d.How, d.Params)+" → "+d.Name)
		}
	case entryClaimed:
		moment := func(at *time.Time) string {
			if at == nil {
				return "–"
			}
			return clockChinese(*at)
		}
		who := func(id string) string { return orNone(names[id]) }
		return words.Text(lang, "evidence.custody.put_right", map[string]any{"was": who(t.Before.Officer), "was_at": moment(t.Before.Began), "is": who(t.Officer), "is_at": moment(t.Began)})
	}
	return ""
}

func aside(lang, text string) string {
	return words.Text(lang, "evidence.custody.aside", map[string]any{"what": text})
}

// madeOf is how a file was made of another: of which moments, and of a redacted one how much was covered.
func madeOf(lang, how string, p Params) string {
	text := words.Text(lang, "evidence.report.how."+how, nil)
	switch how {
	case Still:
		return text + " " + spot(p.FromMS)
	case Part:
		return text + " " + stretchOf(p.FromMS, p.ToMS)
	case Redacted:
		return text + words.Text(lang, "evidence.custody.covered", map[string]any{"regions": len(p.Regions), "muted": len(p.Muted)})
	}
	return text
}

func stretchOf(from, to int64) string { return spot(from) + "–" + spot(to) }

// spot is a moment of a recording, to the tenth of a second: 1:02:03.4.
func spot(ms int64) string {
	tenths := (ms + 50) / 100 // as the console rounds
	sec := tenths / 10
	if sec >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d.%d", sec/3600, sec/60%60, sec%60, tenths%10)
	}
	return fmt.Sprintf("%d:%02d.%d", sec/60, sec%60, tenths%10)
}
