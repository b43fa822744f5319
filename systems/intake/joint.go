package intake

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// maxParts bounds how many units join in; with more of them nobody leads.
const maxParts = 5

// Part is what a unit that joins in (协办) was asked and what it did. The desk or a routing rule asks; the unit answers
// once, and the lead unit (主办) replies only then, or when the time to join in is over.
type Part struct {
	ID         string     `json:"id"`
	Unit       string     `json:"unit"`
	UnitName   string     `json:"unitName"`
	Task       string     `json:"task"`
	AskedAt    time.Time  `json:"askedAt"`
	Done       string     `json:"done,omitempty"`
	AnsweredAt *time.Time `json:"answeredAt,omitempty"`
}

func partsOf(ctx context.Context, tx *store.Tx, complaint string) ([]Part, error) {
	parts, err := partsOfMany(ctx, tx, []string{complaint})
	return parts[complaint], err
}

func partsOfMany(ctx context.Context, tx *store.Tx, complaints []string) (map[string][]Part, error) {
	out := map[string][]Part{}
	w := &store.Where{}
	w.In("complaint", complaints)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var complaint string
		var p Part
		var asked store.Time
		var answered *store.Time
		err = r.Scan(&complaint, &p.ID, &p.Unit, &p.Task, &asked, &p.Done, &answered)
		p.AskedAt, p.AnsweredAt = asked.Time, moment(answered)
		out[complaint] = append(out[complaint], p)
		return
	}, `SELECT complaint, id, unit, task, asked_at, done, answered_at FROM intake_parts WHERE `+w.SQL()+` ORDER BY asked_at, id`, w.Args()...)
	return out, err
}

// join asks a unit to join in: another than the lead, and each once.
func (s *Service) join(ctx context.Context, tx *store.Tx, a *act) error {
	unit, err := target(ctx, tx, a, opRoute, "unit")
	if err != nil {
		return err
	}
	wrong := func(code string, params ...any) error {
		return fault.New(fault.Invalid, "procedure.fields").With("unit", code, params...)
	}
	switch {
	case unit == a.Unit:
		return wrong("intake.joins_itself")
	case slices.ContainsFunc(a.parts, func(p Part) bool { return p.Unit == unit }):
		return wrong("intake.joins_already")
	case len(a.parts) >= maxParts:
		return wrong("intake.joins_many", "max", maxParts)
	}
	row, err := insertPart(ctx, tx, a, unit, a.values.Text("task"))
	a.rows, a.body["unit"] = append(a.rows, row), unit
	return err
}

func insertPart(ctx context.Context, tx *store.Tx, a *act, unit, task string) (ledger.Row, error) {
	id := store.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO intake_parts (id, complaint, unit, task, received_at, asked_at, done) VALUES ($1,$2,$3,$4,$5,$6,'')`, id, a.ID, unit, strings.TrimSpace(task), store.At(a.ReceivedAt), store.At(a.now))
	return ledger.Row{Table: "intake_parts", Key: id}, err
}

// joinByRule asks the units to join in that the rule names by which the complaint was proposed.
func (s *Service) joinByRule(ctx context.Context, tx *store.Tx, a *act) error {
	if a.Proposal == nil {
		return nil
	}
	asked := a.Proposal.With
	if slices.ContainsFunc(asked, func(u string) bool { return slices.Contains(a.Proposal.Border, u) }) && slices.Contains(a.Proposal.Border, a.Proposal.Unit) {
		asked = append(slices.Clip(asked), a.Proposal.Unit) // whichever side leads, the other joins in
	}
	for _, unit := range asked {
		if unit == a.Unit || slices.ContainsFunc(a.parts, func(p Part) bool { return p.Unit == unit }) || len(a.parts) >= maxParts {
			continue
		}
		row, err := insertPart(ctx, tx, a, unit, a.Proposal.Title)
		if err != nil {
			return err
		}
		a.rows, a.parts = append(a.rows, row), append(a.parts, Part{Unit: unit})
	}
	period, err := org.OfficeRule(ctx, tx, a.Unit, JointTerm.Code, JointTerm.Period)
	if err != nil || len(a.parts) == 0 {
		return err
	}
	rows, err := s.terms.Start(ctx, tx, a.matter(), JointTerm.Code, period, a.now)
	a.rows = append(a.rows, rows...)
	return err
}

// contribute keeps what the actor's unit did; the last of the answers ends the time to join in. A program of the house, which
// acts in every role, finds no part where all are answered.
func (s *Service) contribute(ctx context.Context, tx *store.Tx, a *act) error {
	p := a.part(a.actor)
	if p == nil {
		return fault.New(fault.Refused, "refused.unit", "op", "intake.contribute", "unit", a.Unit)
	}
	if _, err := tx.Exec(ctx, `UPDATE intake_parts SET done = $2, answered_by = $3, answered_at = $4 WHERE id = $1`, p.ID, a.values.Text("done"), a.actor.Person, store.At(a.now)); err != nil {
		return err
	}
	p.AnsweredAt, p.Done = &a.now, a.values.Text("done")
	a.from = p.Unit
	a.rows, a.body["unit"] = append(a.rows, ledger.Row{Table: "intake_parts", Key: p.ID}), p.Unit
	if !slices.ContainsFunc(a.parts, func(p Part) bool { return p.AnsweredAt == nil }) {
		rows, err := s.terms.Meet(ctx, tx, a.matter(), JointTerm.Code, a.now)
		a.rows = append(a.rows, rows...)
		return err
	}
	return nil
}

// nameParts says the units of parts.
func nameParts(ctx context.Context, tx *store.Tx, parts []Part) error {
	var units []string
	for _, p := range parts {
		units = append(units, p.Unit)
	}
	names, err := org.UnitNames(ctx, tx, units...)
	for i := range parts {
		parts[i].UnitName = names[parts[i].Unit]
	}
	return err
}
