package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"jiexu/law"
	"jiexu/store"
)

const caseColumns = `c.id, c.number, c.source, c.complaint, c.unit, c.title, c.matter, c.act_date, c.act_place, c.lon, c.lat, c.findings, c.base,
	c.proposed_yuan, c.decided_yuan, c.state, c.facts, c.opened_at, c.opened_by, c.filed_at, c.decided_at, c.closed_at, c.updated_at, c.found_on, c.rev`

type scanner interface{ Scan(...any) error }

func scanCase(row scanner) (*Case, error) {
	var c Case
	var complaint sql.NullString
	var act store.Date
	var found *store.Date
	var opened, updated store.Time
	var filed, decided, closed *store.Time
	var facts string
	err := row.Scan(&c.ID, &c.Number, &c.Source, &complaint, &c.Unit, &c.Title, &c.Matter, &act, &c.ActPlace, &c.Lon, &c.Lat, &c.Findings, &c.Base,
		&c.ProposedYuan, &c.DecidedYuan, &c.State, &facts, &opened, &c.OpenedBy, &filed, &decided, &closed, &updated, &found, &c.Rev)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(facts), &c.Facts); err != nil {
		return nil, fmt.Errorf("facts of case %s: %w", c.ID, err)
	}
	c.Complaint, c.ActDate = complaint.String, act.Date
	c.OpenedAt, c.UpdatedAt = opened.Time, updated.Time
	c.FoundOn = law.On(c.OpenedAt)
	if found != nil {
		c.FoundOn = found.Date
	}
	c.FiledAt, c.DecidedAt, c.ClosedAt = moment(filed), moment(decided), moment(closed)
	return &c, nil
}

func moment(t *store.Time) *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

// loadCase reads a case. Returns case.not_found.
func loadCase(ctx context.Context, tx *store.Tx, id string) (*Case, error) {
	c, err := scanCase(tx.QueryRow(ctx, `SELECT `+caseColumns+` FROM casework_cases c WHERE c.id = $1`, id))
	return c, store.Found(err, "case.not_found")
}

func insertCase(ctx context.Context, tx *store.Tx, c *Case) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO casework_cases (id, number, source, complaint, unit, title, matter, act_date, act_place, lon, lat, findings,
		state, facts, opened_at, opened_by, updated_at, base, found_on, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,1)`,
		c.ID, c.Number, c.Source, nullable(c.Complaint), c.Unit, c.Title, c.Matter, store.Date{Date: c.ActDate}, c.ActPlace, c.Lon, c.Lat, c.Findings,
		c.State, string(facts), store.At(c.OpenedAt), c.OpenedBy, store.At(c.OpenedAt), c.Base, store.Date{Date: c.FoundOn})
	return err
}

// updateCase writes the whole case if its revision is still rev, and raises it. Returns
// changed_meanwhile when somebody else was first.
func updateCase(ctx context.Context, tx *store.Tx, c *Case, rev int64) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE casework_cases SET title = $3, matter = $4, act_date = $5, act_place = $6, lon = $7, lat = $8, findings = $9,
		proposed_yuan = $10, decided_yuan = $11, state = $12, facts = $13, filed_at = $14, decided_at = $15, closed_at = $16, updated_at = $17, base = $18, rev = rev + 1
		WHERE id = $1 AND rev = $2`,
		c.ID, rev, c.Title, c.Matter, store.Date{Date: c.ActDate}, c.ActPlace, c.Lon, c.Lat, c.Findings,
		c.ProposedYuan, c.DecidedYuan, c.State, string(facts), store.AtPtr(c.FiledAt), store.AtPtr(c.DecidedAt), store.AtPtr(c.ClosedAt), store.At(c.UpdatedAt), c.Base)
	if err := store.Changed(n, err); err != nil {
		return err
	}
	c.Rev = rev + 1
	return nil
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func listOfficers(ctx context.Context, tx *store.Tx, id string) ([]Officer, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o Officer, err error) {
		err = r.Scan(&o.Person, &o.Name, &o.Certificate)
		return
	}, `SELECT person, name, certificate FROM casework_officers WHERE case_id = $1 ORDER BY person`, id)
}

func listParties(ctx context.Context, tx *store.Tx, id string) ([]Party, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (p Party, err error) {
		err = r.Scan(&p.ID, &p.Kind, &p.Name, &p.IDCode, &p.Representative, &p.Address, &p.Phone, &p.Rev)
		return
	}, `SELECT id, kind, name, id_code, representative, address, phone, rev FROM casework_parties WHERE case_id = $1 ORDER BY id`, id)
}

func listEvidence(ctx context.Context, tx *store.Tx, id string) ([]Evidence, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (e Evidence, err error) {
		var on store.Date
		var media sql.NullString
		err = r.Scan(&e.ID, &e.Seq, &e.Kind, &e.Title, &e.Proves, &on, &media)
		e.ObtainedOn, e.Obtained, e.Media = on.Date, on.Date.String(), media.String
		return
	}, `SELECT id, seq, kind, title, proves, obtained_on, media FROM casework_evidence WHERE case_id = $1 ORDER BY seq`, id)
}

func listDocuments(ctx context.Context, tx *store.Tx, id string) ([]Document, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (d Document, err error) {
		var at store.Time
		err = r.Scan(&d.ID, &d.Kind, &d.Number, &d.Title, &d.SHA256, &d.CheckCode, &at, &d.Entry, &d.Size)
		d.IssuedAt = at.Time
		return
	}, `SELECT id, kind, number, title, sha256, check_code, issued_at, entry, length(pdf) FROM casework_documents WHERE case_id = $1 ORDER BY issued_at, id`, id)
}

func listSteps(ctx context.Context, tx *store.Tx, id string) ([]Taken, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (s Taken, err error) {
		var at store.Time
		var fields string
		if err = r.Scan(&s.ID, &s.Step, &s.From, &s.To, &s.Actor, &s.ActorName, &s.Unit, &fields, &at); err != nil {
			return
		}
		s.At = at.Time
		err = json.Unmarshal([]byte(fields), &s.Fields)
		return
	}, `SELECT id, step, from_state, to_state, actor, actor_name, unit, fields, at FROM casework_steps WHERE case_id = $1 ORDER BY at, id`, id)
}

func insertStep(ctx context.Context, tx *store.Tx, caseID string, s Taken) error {
	fields, err := json.Marshal(s.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO casework_steps (id, case_id, step, from_state, to_state, actor, actor_name, unit, fields, at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, s.ID, caseID, s.Step, s.From, s.To, s.Actor, s.ActorName, s.Unit, string(fields), store.At(s.At))
	return err
}
