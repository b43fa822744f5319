package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"jiexu/api"
	"jiexu/classify"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/words"
)

func init() { ledger.Seal("intake_guesses", "complaint") }

// guess is what the models said of a complaint when it came in, and what the desk then said.
type guess struct {
	Class, Matter             string
	ClassSure, MatterSure     float64
	Took, SureMatter          bool
	Others                    others
	ChosenClass, ChosenMatter string
	ChosenBy                  string
	ChosenAt                  *time.Time
}

// others are the next likely classes and matters.
type others struct {
	Class  []ranked `json:"class"`
	Matter []ranked `json:"matter"`
}

type ranked struct {
	Code string  `json:"code"`
	Sure float64 `json:"sure"`
}

// leastLikely is how sure a model must be for its guess to be worth a word: below it a person is asked without one.
const leastLikely = 0.15

// likely are the guesses worth a word, the likeliest first.
func likely(first string, sure float64, rest []ranked) (out []ranked) {
	for _, one := range append([]ranked{{first, sure}}, rest...) {
		if one.Code != "" && one.Sure >= leastLikely {
			out = append(out, one)
		}
	}
	return out
}

// most other classes that are kept of each task.
const mostOthers = 3

func rankedOf(list []classify.Ranked) []ranked {
	out := []ranked{}
	for _, r := range list[:min(mostOthers, len(list))] {
		out = append(out, ranked{r.Code, round3(r.Confidence)})
	}
	return out
}

func round3(x float64) float64 { return float64(int(x*1000+0.5)) / 1000 }

// isClass tells whether a category is one of the classes that complaints have.
func isClass(category string) bool {
	_, ok := classNames()[category]
	return ok
}

var classNames = sync.OnceValue(func() map[string]classify.Class {
	l, err := classify.ComplaintLexicon()
	if err != nil {
		panic(err) // the file is part of the binary, and a test reads it
	}
	out := map[string]classify.Class{}
	for _, c := range l.Classes {
		out[c.Code] = c
	}
	return out
})

// classOptions are the classes that a person chooses from.
func classOptions() (out []procedure.Option) {
	l, err := classify.ComplaintLexicon()
	if err != nil {
		panic(err) // as above
	}
	for _, c := range l.Classes {
		out = append(out, procedure.Option{Value: c.Code, Label: procedure.T(c.Name, c.NameEn)})
	}
	return out
}

// think has the models say what a new complaint is about; where one is sure, the complaint takes its class.
func (s *Service) think(ctx context.Context, tx *store.Tx, c *Complaint) (*guess, error) {
	g, err := s.reading(ctx, tx, c.Title, c.Text)
	if err != nil {
		return nil, err
	}
	g.take(c)
	return g, nil
}

// take gives a complaint that has no class the one of which the model is sure.
func (g *guess) take(c *Complaint) {
	if g.Took = g.Took && c.Category == ""; g.Took {
		c.Category = g.Class
	}
}

// reading is what the models say of a text.
func (s *Service) reading(ctx context.Context, tx *store.Tx, title, text string) (*guess, error) {
	readers, err := s.readersOn(ctx, tx)
	if err != nil {
		return nil, err
	}
	return readers.read(title, text), nil
}

// readers are the models that are on.
type readers struct{ classes, matters *classify.Model }

func (s *Service) readersOn(ctx context.Context, tx *store.Tx) (r readers, err error) {
	if r.classes, err = s.modelOn(ctx, tx, classify.Complaints); err == nil {
		r.matters, err = s.modelOn(ctx, tx, classify.Matters)
	}
	return r, err
}

func (r readers) read(title, text string) *guess {
	parts := classify.PartsOf(classify.Text{Subject: title, Body: text})
	class, matter := r.classes.PredictParts(parts), r.matters.PredictParts(parts)
	g := &guess{Class: class.Code, ClassSure: round3(class.Confidence), Took: class.Sure, Matter: matter.Code, MatterSure: round3(matter.Confidence), SureMatter: matter.Sure}
	g.Others.Class, g.Others.Matter = rankedOf(class.Others), rankedOf(matter.Others)
	return g
}

var insertGuess = insertInto("intake_guesses", "complaint, class, class_sure, took, matter, matter_sure, sure_matter, others, chosen_class, chosen_matter, chosen_by, chosen_at", 12)

func (g *guess) values(complaint string) []any {
	return []any{complaint, g.Class, g.ClassSure, g.Took, g.Matter, g.MatterSure, g.SureMatter, jsonOrNull(g.Others, true).String, g.ChosenClass, g.ChosenMatter,
		nullable(g.ChosenBy), store.AtPtr(g.ChosenAt)}
}

// guessOf reads what was said of a complaint; nil where it came in before there were models.
func guessOf(ctx context.Context, tx *store.Tx, complaint string) (*guess, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (*guess, error) {
		var g guess
		var more string
		var by sql.NullString
		var at *store.Time
		if err := r.Scan(&g.Class, &g.ClassSure, &g.Took, &g.Matter, &g.MatterSure, &g.SureMatter, &more, &g.ChosenClass, &g.ChosenMatter, &by, &at); err != nil {
			return nil, err
		}
		g.ChosenBy, g.ChosenAt = by.String, moment(at)
		return &g, json.Unmarshal([]byte(more), &g.Others)
	}, `SELECT class, class_sure, took, matter, matter_sure, sure_matter, others, chosen_class, chosen_matter, chosen_by, chosen_at FROM intake_guesses WHERE complaint = $1`, complaint)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// classify takes down what the desk says a complaint is about: that is what the office's models learn from.
func (s *Service) classify(ctx context.Context, tx *store.Tx, a *act) error {
	g, err := guessOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if g == nil {
		g = &guess{}
		if _, err := tx.Exec(ctx, insertGuess, g.values(a.ID)...); err != nil {
			return err
		}
	}
	a.Category = a.values.Text("class")
	a.body["class"], a.body["proposed"] = a.Category, g.Class
	if matter := a.values.Text("matter"); matter != "" {
		a.body["matter"], g.ChosenMatter = matter, matter
	}
	a.rows = append(a.rows, ledger.Row{Table: "intake_guesses", Key: a.ID})
	_, err = tx.Exec(ctx, `UPDATE intake_guesses SET chosen_class = $2, chosen_matter = $3, chosen_by = $4, chosen_at = $5 WHERE complaint = $1`,
		a.ID, a.Category, g.ChosenMatter, a.actor.Person, store.At(a.now))
	return err
}

// Likely is a class or matter that may be the right one.
type Likely struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Percent int    `json:"percent" doc:"how sure the model is"`
}

// Opinion is what is known of a complaint's class or its matter.
type Opinion struct {
	By     string   `json:"by" enum:"model,person,channel,ask,none" doc:"who says so; ask: the model is not sure, a person should say; none: nothing is known"`
	Code   string   `json:"code,omitempty"`
	Name   string   `json:"name,omitempty"`
	Likely []Likely `json:"likely" doc:"what the model thinks, the likeliest first; none where it can hardly tell"`
}

// Reading is what a complaint is about, as far as is known.
type Reading struct {
	Class  Opinion `json:"class"`
	Matter Opinion `json:"matter"`
	// Rule says where it will go, of a complaint that is being taken down.
	Rule *RuleView `json:"rule,omitempty" doc:"of a complaint that is being taken down: what the routing rules say of it as it stands"`
}

func className(code, lang string) string {
	if c, ok := classNames()[code]; ok && lang == words.English {
		return c.NameEn
	}
	return code
}

func matterName(code string, on law.Date, lang string) string {
	m, err := law.MatterOn(code, on)
	switch {
	case err != nil:
		return code
	case lang == words.English && m.NameEn != "":
		return m.NameEn
	}
	return m.Name
}

// read says what is known of a complaint's class and matter.
func (g *guess) read(category string, on law.Date, lang string) *Reading {
	if g == nil {
		return nil
	}
	r := &Reading{Class: Opinion{By: "ask", Likely: []Likely{}}, Matter: Opinion{By: "ask", Likely: []Likely{}}}
	named := func(list []ranked, name func(string) string) []Likely {
		out := []Likely{}
		for _, one := range list {
			out = append(out, Likely{one.Code, name(one.Code), int(one.Sure*100 + 0.5)})
		}
		return out
	}
	nameClass := func(code string) string { return className(code, lang) }
	nameMatter := func(code string) string { return matterName(code, on, lang) }
	r.Class.Likely = named(likely(g.Class, g.ClassSure, g.Others.Class), nameClass)
	r.Matter.Likely = named(likely(g.Matter, g.MatterSure, g.Others.Matter), nameMatter)
	switch {
	case g.ChosenClass != "":
		r.Class.By, r.Class.Code = "person", g.ChosenClass
	case g.Took:
		r.Class.By, r.Class.Code = "model", g.Class
	case category != "":
		r.Class.By, r.Class.Code = "channel", category
	case g.Class == "":
		r.Class.By = "none"
	}
	switch {
	case g.ChosenMatter != "":
		r.Matter.By, r.Matter.Code = "person", g.ChosenMatter
	case g.SureMatter:
		r.Matter.By, r.Matter.Code = "model", g.Matter
	case g.Matter == "":
		r.Matter.By = "none"
	}
	if r.Class.Code != "" {
		r.Class.Name = nameClass(r.Class.Code)
	}
	if r.Matter.Code != "" {
		r.Matter.Name = nameMatter(r.Matter.Code)
	}
	return r
}

// offerClass fills in what is proposed: what a person said before, else what the model is sure of; what it only thinks likely
// is told beside the field.
func (s *Service) offerClass(ctx context.Context, tx *store.Tx, f *file, field *api.Field, lang string) error {
	g, err := guessOf(ctx, tx, f.ID)
	if err != nil || g == nil {
		return err
	}
	r := g.read(f.Category, law.On(f.ReceivedAt), lang)
	o := r.Class
	if field.Name == "matter" {
		o = r.Matter
	}
	if o.Code != "" && (field.Name == "matter" || isClass(o.Code)) {
		field.Value = o.Code
	}
	var told []string
	for _, l := range o.Likely {
		told = append(told, fmt.Sprintf("%s %d%%", l.Name, l.Percent))
	}
	guess := words.Text(lang, "intake.unsure", nil)
	if len(told) > 0 {
		guess = words.Text(lang, "intake.likely", map[string]any{"list": strings.Join(told, "；")})
	}
	field.Help = strings.TrimSpace(field.Help + " " + guess)
	return nil
}
