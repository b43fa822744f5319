package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// opComment is the right to write notes to colleagues, and to read them.
const opComment = "intake.comment"

// Bounds of a note, in characters and people.
const (
	maxComment = 1000
	maxNamed   = 10
)

// Comment is a note to colleagues about a complaint (内部备注). Who handles it in the bureau writes and reads them; no citizen
// and no outside unit does. Nobody changes a word of it; its writer may withdraw it, which is seen.
type Comment struct {
	ID          string     `json:"id"`
	By          string     `json:"by" doc:"name"`
	UnitName    string     `json:"unitName"`
	Text        string     `json:"text" doc:"empty where it was withdrawn"`
	Named       []Named    `json:"named" doc:"people whom it names"`
	At          time.Time  `json:"at"`
	Mine        bool       `json:"mine"`
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
	Reason      string     `json:"reason,omitempty" doc:"why it was withdrawn"`

	person, unit string
	named        []string
}

// mayComment reports whether an actor writes and reads the notes on a complaint.
func (f *file) mayComment(actor org.Actor) bool {
	return slices.ContainsFunc(f.units(f.parts), func(unit string) bool { return actor.Can(opComment, unit) })
}

// Comment writes a note, and tells those whom it names, who must be people who read it. Returns intake.not_found,
// refused.unit, and form for a text that is empty or too long, or for somebody who would not see it.
func (s *Service) Comment(ctx context.Context, actor org.Actor, id, text string, named []string) (*Comment, error) {
	f := fault.New(fault.Invalid, "form")
	text = paragraphs(f, "text", text, maxComment)
	required(f, "text", text)
	named = slices.Compact(slices.Sorted(slices.Values(named)))
	if len(named) > maxNamed {
		f.With("named", "form.too_many", "max", maxNamed)
	}
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Comment, error) {
		file, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		if !file.mayComment(actor) {
			return nil, fault.New(fault.Refused, "refused.unit", "op", opComment, "unit", file.Unit)
		}
		now := s.now()
		c := &Comment{ID: store.NewID(), By: actor.Name, Text: text, At: now, Mine: true, person: actor.Person, unit: actor.HomeUnit(), named: named}
		for _, person := range named {
			if ok, err := s.reads(ctx, tx, file, person); err != nil {
				return nil, err
			} else if !ok {
				return nil, f.With("named", "intake.named_unseen")
			}
		}
		list, err := json.Marshal(named)
		if err != nil {
			return nil, err
		}
		if named == nil {
			list = []byte("[]")
		}
		if _, err := tx.Exec(ctx, `INSERT INTO intake_comments (id, complaint, person, name, unit, text, named, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			c.ID, id, actor.Person, actor.Name, c.unit, text, string(list), store.At(now)); err != nil {
			return nil, err
		}
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.commented", Subject: ref(id), Actor: actor.Person, Unit: file.Unit, At: now,
			Body: map[string]any{"comment": c.ID, "number": file.Number}, Rows: []ledger.Row{{Table: "intake_comments", Key: c.ID}}}); err != nil {
			return nil, err
		}
		if len(named) > 0 && s.notify != nil {
			if err := s.notify(ctx, tx, Notice{Kind: NoticeMentioned, Complaint: id, Number: file.Number, Title: file.Title, Unit: file.Unit, People: named, By: actor.Person, ByName: actor.Name}); err != nil {
				return nil, err
			}
		}
		return c, nil
	})
}

// reads reports whether a person sees a complaint and the notes on it.
func (s *Service) reads(ctx context.Context, tx *store.Tx, f *file, person string) (bool, error) {
	actor, err := org.ActorOf(ctx, tx, person, law.On(s.now()))
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && f.shownTo(actor, f.parts) && f.mayComment(actor), err
}

// WithdrawComment withdraws a note of the actor's: its words are shown no longer, that it was there and why it went are.
// Returns intake.not_found, intake.no_comment for one that is not there, not his or withdrawn already, and form.
func (s *Service) WithdrawComment(ctx context.Context, actor org.Actor, id, comment, reason string) error {
	f := fault.New(fault.Invalid, "form")
	reason = line(f, "reason", reason, maxReason)
	required(f, "reason", reason)
	if err := f.OrNil(); err != nil {
		return err
	}
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (bool, error) {
		unit, err := s.Access(ctx, tx, actor, id, false)
		if err != nil {
			return false, err
		}
		now := s.now()
		n, err := tx.Exec(ctx, `UPDATE intake_comments SET withdrawn_at = $4, withdrawn_by = $3, reason = $5 WHERE id = $1 AND complaint = $2 AND person = $3 AND withdrawn_at IS NULL`,
			comment, id, actor.Person, store.At(now), reason)
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, fault.New(fault.NotFound, "intake.no_comment")
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.comment_withdrawn", Subject: ref(id), Actor: actor.Person, Unit: unit, At: now,
			Body: map[string]any{"comment": comment}, Rows: []ledger.Row{{Table: "intake_comments", Key: comment}}})
		return true, err
	})
	return err
}

// commentsOf are the notes on a complaint for an actor who reads them, the newest first; others see none.
func (s *Service) commentsOf(ctx context.Context, tx *store.Tx, actor org.Actor, f *file) ([]Comment, error) {
	if !f.mayComment(actor) {
		return []Comment{}, nil
	}
	var people, units []string
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (c Comment, err error) {
		var at store.Time
		var withdrawn *store.Time
		var named string
		var why sql.NullString
		if err = r.Scan(&c.ID, &c.person, &c.By, &c.unit, &c.Text, &named, &at, &withdrawn, &why); err != nil {
			return
		}
		c.At, c.WithdrawnAt, c.Reason, c.Mine, c.Named = at.Time, moment(withdrawn), why.String, c.person == actor.Person, []Named{}
		if c.WithdrawnAt != nil {
			c.Text = ""
			return
		}
		err = json.Unmarshal([]byte(named), &c.named)
		people, units = append(people, c.named...), append(units, c.unit)
		return
	}, `SELECT id, person, name, unit, text, named, at, withdrawn_at, reason FROM intake_comments WHERE complaint = $1 ORDER BY at DESC, id DESC LIMIT 500`, f.ID)
	if err != nil {
		return nil, err
	}
	var names, unitNames map[string]string
	if err := tx.Together(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		names, err = org.PeopleNames(ctx, tx, people...)
		return err
	}, func(ctx context.Context, tx *store.Tx) (err error) {
		unitNames, err = org.UnitNames(ctx, tx, units...)
		return err
	}); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].UnitName = unitNames[out[i].unit]
		for _, id := range out[i].named {
			out[i].Named = append(out[i].Named, Named{id, names[id]})
		}
	}
	return out, nil
}

// Readers are the people whom a note may name: those who read it, whose name has q in it, the nearest to the complaint's unit
// first. Returns intake.not_found.
func (s *Service) Readers(ctx context.Context, actor org.Actor, id, q string) (out []Named, err error) {
	var roles []string
	for _, r := range org.Roles {
		if org.Allows(r.Code, opComment) {
			roles = append(roles, r.Code)
		}
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if !f.mayComment(actor) {
			return nil
		}
		w := &store.Where{}
		w.In("p.descendant", f.units(f.parts))
		w.In("g.role", roles)
		day := store.Date{Date: law.On(s.now())}
		w.Add("g.valid_from <= ?", day)
		w.Add("(g.valid_to IS NULL OR g.valid_to >= ?)", day)
		w.Add("o.id <> ?", actor.Person)
		if q = strings.TrimSpace(q); q != "" {
			w.Add("lower(o.name) LIKE ?", "%"+strings.ToLower(strings.NewReplacer("%", "", "_", "", `\`, "").Replace(q))+"%")
		}
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (n Named, err error) {
			var depth int
			var unit string
			err = r.Scan(&n.ID, &n.Name, &unit, &depth)
			n.Name += " · " + unit
			return
		}, `SELECT o.id, o.name, u.name, min(p.depth) FROM org_v_grants g JOIN org_v_people o ON o.id = g.person AND NOT o.disabled JOIN org_v_units u ON u.id = o.unit
			JOIN org_v_unit_paths p ON p.ancestor = g.unit WHERE `+w.SQL()+` GROUP BY o.id, o.name, u.name ORDER BY min(p.depth), o.name, o.id LIMIT 50`, w.Args()...)
		return err
	})
	return out, err
}
