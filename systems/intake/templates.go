package intake

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// opTemplates is the right to write reply templates.
const opTemplates = "intake.templates"

func init() { ledger.Seal("intake_templates") }

// Template is a text that answers are begun with. The desk writes it for its office; squads below choose it.
type Template struct {
	ID        string    `json:"id"`
	Title     string    `json:"title" maxLength:"100"`
	Kinds     []string  `json:"kinds" maxItems:"10" doc:"of complaint; empty: all"`
	Classes   []string  `json:"classes" maxItems:"20" doc:"the category begins so; empty: all"`
	Outcomes  []string  `json:"outcomes" maxItems:"10" doc:"empty: all"`
	Text      string    `json:"text" maxLength:"2000"`
	Active    bool      `json:"active"`
	ChangedAt time.Time `json:"changedAt"`
	Rev       int64     `json:"rev"`

	unit string
}

// outcomes are those that a template may be for.
var outcomes = []string{OutcomeSolved, OutcomePartly, OutcomeUnfounded, OutcomeCase}

func scanTemplate(r *sql.Rows) (t Template, err error) {
	var kinds, classes, outs string
	var at store.Time
	if err = r.Scan(&t.ID, &t.unit, &t.Title, &kinds, &classes, &outs, &t.Text, &t.Active, &at, &t.Rev); err != nil {
		return t, err
	}
	t.ChangedAt = at.Time
	return t, errors.Join(json.Unmarshal([]byte(kinds), &t.Kinds), json.Unmarshal([]byte(classes), &t.Classes), json.Unmarshal([]byte(outs), &t.Outcomes))
}

const templateColumns = `t.id, t.unit, t.title, t.kinds, t.classes, t.outcomes, t.text, t.active, t.changed_at, t.rev`

// Templates lists an office's templates, those in use first.
func (s *Service) Templates(ctx context.Context, actor org.Actor) (all []Template, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		w := &store.Where{}
		w.Raw(org.ScopeSQL(actor, opTemplates, "t.unit", w.Next()))
		all, err = store.Collect(ctx, tx, scanTemplate, `SELECT `+templateColumns+` FROM intake_templates t WHERE `+w.SQL()+` ORDER BY CASE WHEN t.active THEN 0 ELSE 1 END, t.id LIMIT 200`, w.Args()...)
		return err
	})
	return all, err
}

// check cleans a template and says what is wrong with it.
func (t *Template) check() error {
	f := fault.New(fault.Invalid, "form")
	t.Title, t.Text = line(f, "title", t.Title, 100), paragraphs(f, "text", t.Text, 2000)
	required(f, "title", t.Title)
	required(f, "text", t.Text)
	for _, k := range t.Kinds {
		oneOf(f, "kinds", k, Kinds)
	}
	for i := range t.Classes {
		t.Classes[i] = line(f, "classes", t.Classes[i], maxCategory)
	}
	t.Classes = slices.DeleteFunc(t.Classes, func(c string) bool { return c == "" })
	for _, o := range t.Outcomes {
		oneOf(f, "outcomes", o, outcomes)
	}
	if unknown := unknownVariables(t.Text); len(unknown) > 0 {
		f.With("text", "intake.variable_unknown", "names", strings.Join(unknown, "、"))
	}
	return f.OrNil()
}

// SaveTemplate writes a new template, or changes one. Returns form, intake.template_not_found, changed_meanwhile.
func (s *Service) SaveTemplate(ctx context.Context, actor org.Actor, id string, rev int64, in Template) (*Template, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Template, error) {
		in.ID, in.ChangedAt, in.Rev = id, s.now(), rev+1
		if id == "" {
			office, err := templatesOffice(actor)
			if err != nil {
				return nil, err
			}
			in.ID, in.unit, in.Rev = store.NewID(), office, 1
			return &in, s.insertTemplate(ctx, tx, actor, &in)
		}
		var unit string
		err := tx.QueryRow(ctx, `SELECT unit FROM intake_templates WHERE id = $1`, id).Scan(&unit)
		if err := store.Found(err, "intake.template_not_found"); err != nil {
			return nil, err
		}
		if !actor.Can(opTemplates, unit) {
			return nil, fault.New(fault.NotFound, "intake.template_not_found")
		}
		in.unit = unit
		if err := store.Changed(tx.Exec(ctx, `UPDATE intake_templates SET title = $3, kinds = $4, classes = $5, outcomes = $6, text = $7, active = $8, changed_by = $9, changed_at = $10, rev = rev + 1
			WHERE id = $1 AND rev = $2`, id, rev, in.Title, texts(in.Kinds), texts(in.Classes), texts(in.Outcomes), in.Text, in.Active, actor.Person, store.At(in.ChangedAt))); err != nil {
			return nil, err
		}
		return &in, s.recordTemplate(ctx, tx, actor, &in, "changed")
	})
}

// texts writes a list of texts as JSON.
func texts(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return jsonOrNull(list, true).String
}

// fits reports whether a template is for a complaint.
func (t Template) fits(c *Complaint) bool {
	return (len(t.Kinds) == 0 || slices.Contains(t.Kinds, c.Kind)) && (len(t.Outcomes) == 0 || slices.Contains(t.Outcomes, c.Outcome)) &&
		(len(t.Classes) == 0 || slices.ContainsFunc(t.Classes, func(class string) bool { return strings.HasPrefix(c.Category, class) }))
}

func templatesOffice(actor org.Actor) (string, error) {
	for _, g := range actor.Grants {
		if org.Allows(g.Role, opTemplates) {
			return g.Unit, nil
		}
	}
	return "", fault.New(fault.Refused, "refused.unit", "op", opTemplates)
}

func (s *Service) insertTemplate(ctx context.Context, tx *store.Tx, actor org.Actor, t *Template) error {
	if _, err := tx.Exec(ctx, `INSERT INTO intake_templates (id, unit, title, kinds, classes, outcomes, text, active, changed_by, changed_at, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,1)`,
		t.ID, t.unit, t.Title, texts(t.Kinds), texts(t.Classes), texts(t.Outcomes), t.Text, t.Active, actor.Person, store.At(t.ChangedAt)); err != nil {
		return err
	}
	return s.recordTemplate(ctx, tx, actor, t, "written")
}

func (s *Service) recordTemplate(ctx context.Context, tx *store.Tx, actor org.Actor, t *Template, what string) error {
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.template_" + what, Subject: ledger.Ref{Type: "template", ID: t.ID}, Actor: actor.Person, Unit: t.unit, At: s.now(),
		Body: map[string]any{"title": t.Title, "active": t.Active}, Rows: []ledger.Row{{Table: "intake_templates", Key: t.ID}}})
	return err
}

// ShippedTemplates takes over the templates that ship with the program, switched off, for the office to change. Returns
// intake.templates_there where the office has some already.
func (s *Service) ShippedTemplates(ctx context.Context, actor org.Actor) error {
	office, err := templatesOffice(actor)
	if err != nil {
		return err
	}
	return s.shipTemplates(ctx, actor, office, false)
}

func (s *Service) shipTemplates(ctx context.Context, actor org.Actor, office string, active bool) error {
	raw, err := fs.ReadFile(data.FS, "replies/replies.toml")
	if err != nil {
		return err
	}
	var file struct {
		Reply []struct {
			Title    string   `toml:"title"`
			Kinds    []string `toml:"kinds"`
			Outcomes []string `toml:"outcomes"`
			Text     string   `toml:"text"`
		} `toml:"reply"`
	}
	if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(&file); err != nil {
		return fmt.Errorf("replies.toml: %w", err)
	}
	_, err = store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM intake_templates WHERE unit = $1`, office).Scan(&n); err != nil {
			return none, err
		}
		if n > 0 {
			return none, fault.New(fault.Conflict, "intake.templates_there")
		}
		for _, r := range file.Reply {
			t := Template{ID: store.NewID(), Title: r.Title, Kinds: r.Kinds, Outcomes: r.Outcomes, Text: r.Text, Active: active, ChangedAt: s.now(), unit: office}
			if err := t.check(); err != nil {
				return none, fmt.Errorf("template %s: %w", r.Title, err)
			}
			if err := s.insertTemplate(ctx, tx, actor, &t); err != nil {
				return none, err
			}
		}
		return none, nil
	})
	return err
}

// Filled is a template with the facts of a complaint filled in.
type Filled struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Text    string   `json:"text"`
	Missing []string `json:"missing" doc:"what is not known yet and stands in brackets"`
}

// FilledTemplates gives the templates of the complaint's office that fit its kind and outcome, filled in. Returns
// intake.not_found.
func (s *Service) FilledTemplates(ctx context.Context, actor org.Actor, id string) (out []Filled, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		all, err := store.Collect(ctx, tx, scanTemplate, `SELECT `+templateColumns+` FROM intake_templates t JOIN org_v_unit_paths p ON p.ancestor = t.unit
			WHERE p.descendant = $1 AND t.active ORDER BY t.id LIMIT 200`, f.Unit)
		if err != nil {
			return err
		}
		values, err := s.replyFacts(ctx, tx, f)
		if err != nil {
			return err
		}
		for _, t := range all {
			if !t.fits(f.Complaint) {
				continue
			}
			one := Filled{ID: t.ID, Title: t.Title}
			if one.Text, one.Missing = filled(t.Text, values); one.Missing == nil {
				one.Missing = []string{}
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// replyFacts are what a template is filled in with. Answers go to citizens, in Chinese.
func (s *Service) replyFacts(ctx context.Context, tx *store.Tx, f *file) (map[string]string, error) {
	names, err := org.UnitNames(ctx, tx, f.Unit)
	if err != nil {
		return nil, err
	}
	day := func(t time.Time) string {
		d := law.On(t)
		return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day)
	}
	values := map[string]string{"number": f.Number, "received": day(f.ReceivedAt), "title": f.Title, "place": f.Address, "case": f.CaseNumber, "unit": names[f.Unit], "today": day(s.now())}
	for _, step := range []string{StepSettle, StepHandle} { // a squad's visit tells more than what went before it
		if text, ok := f.newest(step).Fields["findings"].(string); ok {
			values["findings"] = text
		}
	}
	if f.Outcome != "" && slices.Contains(outcomes, f.Outcome) {
		values["outcome"] = words.Text(words.Chinese, "intake.outcome."+f.Outcome, nil)
		values["next"] = words.Text(words.Chinese, "intake.next."+f.Outcome, nil)
	}
	return values, nil
}
