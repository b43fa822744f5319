package intake

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

// maxSplit bounds how many complaints one is split into at once.
const maxSplit = 10

// SplitPart is one matter that is split off a complaint, with its part of the text.
type SplitPart struct {
	Title   string `json:"title,omitempty" maxLength:"200" doc:"without it, the content's first sentence"`
	Content string `json:"content" maxLength:"5000"`
	Address string `json:"address,omitempty" maxLength:"300" doc:"without it, the complaint's own"`
	Kind    string `json:"kind,omitempty" maxLength:"40" doc:"without it, the complaint's own"`
}

// Split splits complaints off one (拆分): each has a number of its own and is the desk's to send on, as if it had come in when
// the first did, so that no period begins anew; each knows the other. The first goes on with what remains and with its whole
// text, for nobody changes what a citizen said. Who complained is the same. Returns what Take returns, and form for a part
// that says nothing.
func (s *Service) Split(ctx context.Context, actor org.Actor, id string, rev int64, reason string, into []SplitPart) (*Receipt, error) {
	f := fault.New(fault.Invalid, "form")
	if len(into) == 0 {
		f.With("parts", "intake.split_parts")
	}
	if len(into) > maxSplit {
		f.With("parts", "form.too_many", "max", maxSplit)
	}
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
		a, err := s.prepare(ctx, tx, actor, id, StepSplit)
		if err != nil {
			return nil, err
		}
		if a.Rev != rev {
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		a.split = into
		return s.take(ctx, tx, a, map[string]any{"reason": reason})
	})
}

// split takes in what is split off, in the transaction of the step.
func (s *Service) split(ctx context.Context, tx *store.Tx, a *act) error {
	if len(a.split) == 0 { // the step was taken by itself
		return fault.New(fault.Invalid, "procedure.fields").With("parts", "intake.split_parts")
	}
	unit, err := registeringUnit(a.actor, "")
	if err != nil {
		return err
	}
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	contact, err := contactOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	var numbers []string
	for i, part := range a.split {
		c, said, err := a.splitOff(part, ground.District)
		if err != nil {
			return inPart(err, i)
		}
		g, err := s.understand(ctx, tx, ground, c)
		if err != nil {
			return err
		}
		made, err := s.admit(ctx, tx, a.actor, unit, ground, c, contact.saying(said), g, entrySplitOff)
		if err != nil {
			return fmt.Errorf("split off: %w", err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO intake_splits (complaint, parent, at) VALUES ($1,$2,$3)`, made.ID, a.ID, store.At(a.now)); err != nil {
			return err
		}
		numbers = append(numbers, made.Number)
		a.rows = append(a.rows, ledger.Row{Table: "intake_splits", Key: made.ID})
	}
	a.body["into"] = numbers
	return nil
}

// splitOff is the complaint that a part becomes, and the numbers that were new in its words: it came in when the whole did, through the same channel.
func (a *act) splitOff(part SplitPart, district *place.District) (c *Complaint, said string, err error) {
	in := Registration{Channel: a.Channel, Kind: part.Kind, Title: part.Title, Content: part.Content, Address: part.Address, Confidential: a.Confidential, ReceivedAt: &a.ReceivedAt}
	if in.Kind == "" {
		in.Kind = a.Kind
	}
	if in.Address == "" {
		in.Address = a.Address
		if a.LocatedBy == ByCoordinates {
			in.Lon, in.Lat = a.Lon, a.Lat
		}
	}
	c, contact, err := in.complaint(a.now, maxText, district)
	if err != nil {
		return nil, "", err
	}
	c.SourceNo, c.RegisteredAt = a.SourceNo, a.RegisteredAt
	return c, contact.Said, nil
}

// inPart names the fields of a part's faults: parts.0.content.
func inPart(err error, i int) error {
	f, ok := err.(*fault.Error)
	if ok {
		for k := range f.Fields {
			f.Fields[k].Name = "parts." + strconv.Itoa(i) + "." + f.Fields[k].Name
		}
	}
	return err
}

// Kin is a complaint that another was split off from, or into.
type Kin struct {
	How        string `json:"how" enum:"from,into"`
	ID         string `json:"id,omitempty" doc:"empty where I may not see it"`
	Number     string `json:"number"`
	Title      string `json:"title,omitempty"`
	StateTitle string `json:"stateTitle,omitempty"`
}

// link is what stands beside a complaint: that somebody follows it, a complaint that it was split off from or into, one that it goes with or that goes with it, a note.
type link struct{ how, id string }

// linksOf finds in one question what stands beside a complaint for an actor; most have nothing.
func linksOf(ctx context.Context, tx *store.Tx, complaint, person string) ([]link, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (l link, err error) { return l, r.Scan(&l.how, &l.id) },
		`SELECT 'follow', person FROM intake_follows WHERE complaint = $1 AND person = $2
		UNION ALL SELECT 'from', parent FROM intake_splits WHERE complaint = $1 UNION ALL SELECT 'into', complaint FROM intake_splits WHERE parent = $1
		UNION ALL SELECT 'note', id FROM intake_comments WHERE complaint = $1
		UNION ALL SELECT 'main', main FROM intake_merges WHERE complaint = $1 UNION ALL SELECT 'merged', complaint FROM intake_merges WHERE main = $1`, complaint, person)
}

// beside fills in what stands beside a complaint.
func (s *Service) beside(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, d *Detail, lang string) error {
	links, err := linksOf(ctx, tx, f.ID, actor.Person)
	if err != nil {
		return err
	}
	d.Kin, d.Comments, d.MayComment = []Kin{}, []Comment{}, f.mayComment(actor)
	var kin []link
	d.Merged = []MergedOne{}
	notes, main, merged := false, false, false
	for _, l := range links {
		switch l.how {
		case "follow":
			d.Followed = true
		case "note":
			notes = true
		case "main":
			main = true
		case "merged":
			merged = true
		default:
			kin = append(kin, l)
		}
	}
	if len(kin) > 0 {
		if d.Kin, err = s.kinOf(ctx, tx, actor, kin, lang); err != nil {
			return err
		}
	}
	if main {
		if d.Main, err = s.mainOf(ctx, tx, actor, f, lang); err != nil {
			return err
		}
	}
	if merged {
		if d.Merged, err = s.mergedInto(ctx, tx, actor, f, lang); err != nil {
			return err
		}
	}
	if notes {
		d.Comments, err = s.commentsOf(ctx, tx, actor, f)
	}
	return err
}

// kinOf are the complaints that one was split off from or into; of those that the actor may not see, the number alone.
func (s *Service) kinOf(ctx context.Context, tx *store.Tx, actor org.Actor, links []link, lang string) ([]Kin, error) {
	var ids []string
	for _, l := range links {
		ids = append(ids, l.id)
	}
	var complaints map[string]*Complaint
	var parts map[string][]Part
	if err := tx.Together(ctx, store.Keep(&complaints, loadMany, ids), store.Keep(&parts, partsOfMany, ids), org.Know); err != nil {
		return nil, err
	}
	out := []Kin{}
	for _, l := range links {
		c := complaints[l.id]
		k := Kin{How: l.how, Number: c.Number}
		if c.shownTo(actor, parts[l.id]) {
			state, _ := s.procedure.State(c.State)
			k.ID, k.Title, k.StateTitle = c.ID, c.Title, state.Title.In(lang)
		}
		out = append(out, k)
	}
	return out, nil
}
