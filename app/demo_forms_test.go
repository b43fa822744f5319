package app_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"jiexu/api"
	"jiexu/procedure"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

// No step opens a form and then is refused for what was known before: whoever may take a step is refused for what he
// filled in, or not at all. Told of the demonstration's cases of one squad, which are walked on, step by step, by all
// who have a part in them.
func TestFormsAreNotRefusedForWhatWasKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	taken, refused := 0, 0
	for _, id := range w.lines(`SELECT id FROM casework_cases WHERE unit = $1 AND state <> 'archived' ORDER BY opened_at`, w.unitOf("leader.jas")) {
		c := &tale{t: t, w: w, id: id}
		tried := map[string]bool{}
		for range 30 {
			login, way, track, step := c.untried(tried)
			if step == "" {
				break
			}
			path := c.path("/steps/" + step)
			if track != "" {
				path = c.path("/tracks/" + url.PathEscape(track) + "/steps/" + step)
			}
			a := c.send(login, "POST", path, c.filled(login, way, step, nil))
			if a.status == 200 {
				taken++
				continue
			}
			refused++
			var p struct {
				Code   string
				Fields []struct{ Name, Code string }
			}
			if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status >= 500 {
				t.Fatalf("%s: %d %s", a.what, a.status, a.body)
			}
			known := p.Code != "procedure.fields" && p.Code != "procedure.blocked" && p.Code != "form" && len(p.Fields) == 0
			for _, f := range p.Fields {
				known = known || p.Code == "procedure.blocked" && !c.entered(way, f.Name)
			}
			if known {
				t.Errorf("%s %s %s opens its form and then says %d %s %+v", login, way, step, a.status, p.Code, p.Fields)
			}
		}
	}
	if taken < 60 || refused < 20 {
		t.Errorf("%d steps were taken and %d refused: too few to prove anything", taken, refused)
	}
}

// untried finds a step that somebody may take on his page, and that nobody has tried in this case.
func (c *tale) untried(tried map[string]bool) (login, way, track, step string) {
	c.t.Helper()
	for _, login := range []string{"officer.jas1", "officer.jas2", "leader.jas", "legal", "legal2", "head"} {
		d := c.page(login)
		c.rev = fmt.Sprint(d.Rev)
		find := func(way string, choices []api.Choice) bool {
			i := slices.IndexFunc(choices, func(ch api.Choice) bool { return ch.Allowed && ch.Mine && !tried[way+" "+ch.Step] })
			if i >= 0 {
				step = choices[i].Step
				tried[way+" "+step] = true
			}
			return i >= 0
		}
		if find("", d.Choices) {
			return login, "", "", step
		}
		for _, v := range slices.Concat(d.Tracks, d.Openable) {
			if find(v.Procedure, v.Choices) {
				return login, v.Procedure, v.ID, step
			}
		}
	}
	return "", "", "", ""
}

// entered reports whether a fact is about what is filled in; what is no fact is a field.
func (c *tale) entered(way, fact string) bool {
	if way == "" {
		way = c.w.one(`SELECT COALESCE(procedure, $2) FROM casework_cases WHERE id = $1`, c.id, casework.Ordinary.Code)
	}
	p := casework.Ordinary
	if t, ok := tracks.Of(way); ok {
		p = t.Procedure
	}
	i := slices.IndexFunc(p.Facts, func(f procedure.Fact) bool { return f.Code == fact })
	return i < 0 || p.Facts[i].Kind == procedure.Entered
}
