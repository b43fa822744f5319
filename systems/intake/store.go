package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

const complaintColumns = `c.id, c.number, c.channel, c.source_no, c.source_key, c.source_digest, c.kind, c.category, c.title, c.text, c.address, c.lon, c.lat,
	c.located_by, c.street_code, c.confidential, c.urgent, c.received_at, c.registered_at, c.registered_by, c.unit, c.proposed_unit, c.state, c.facts,
	c.case_id, c.case_number, c.reply_text, c.replied_at, c.outcome, c.closed_at, c.updated_at, c.rev, c.with_unit, c.danger, c.proposal, c.asking`

type scanner interface{ Scan(...any) error }

func scanComplaint(row scanner) (*Complaint, error) {
	var c Complaint
	var key, caseID, with, danger, proposal, asking sql.NullString
	var received, registered, updated store.Time
	var replied, closed *store.Time
	var facts string
	err := row.Scan(&c.ID, &c.Number, &c.Channel, &c.SourceNo, &key, &c.sourceDigest, &c.Kind, &c.Category, &c.Title, &c.Text, &c.Address, &c.Lon, &c.Lat,
		&c.LocatedBy, &c.StreetCode, &c.Confidential, &c.Urgent, &received, &registered, &c.RegisteredBy, &c.Unit, &c.ProposedUnit, &c.State, &facts,
		&caseID, &c.CaseNumber, &c.ReplyText, &replied, &c.Outcome, &closed, &updated, &c.Rev, &with, &danger, &proposal, &asking)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(facts), &c.Facts); err != nil {
		return nil, fmt.Errorf("facts of complaint %s: %w", c.ID, err)
	}
	if danger.Valid {
		err = json.Unmarshal([]byte(danger.String), &c.Danger)
	}
	if proposal.Valid && err == nil {
		err = json.Unmarshal([]byte(proposal.String), &c.Proposal)
	}
	if err != nil {
		return nil, fmt.Errorf("proposal of complaint %s: %w", c.ID, err)
	}
	c.sourceKey, c.CaseID, c.WithUnit, c.Asking = key.String, caseID.String, with.String, asking.String
	c.ReceivedAt, c.RegisteredAt, c.UpdatedAt = received.Time, registered.Time, updated.Time
	c.RepliedAt, c.ClosedAt = moment(replied), moment(closed)
	return &c, nil
}

func moment(t *store.Time) *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

// load reads a complaint. Returns intake.not_found.
func load(ctx context.Context, tx *store.Tx, id string) (*Complaint, error) {
	c, err := scanComplaint(tx.QueryRow(ctx, `SELECT `+complaintColumns+` FROM intake_complaints c WHERE c.id = $1`, id))
	return c, store.Found(err, "intake.not_found")
}

// values are the columns of a new complaint, in the order of complaintColumns.
func (c *Complaint) values() []any {
	return []any{c.ID, c.Number, c.Channel, c.SourceNo, nullable(c.sourceKey), c.sourceDigest, c.Kind, c.Category, c.Title, c.Text, c.Address, c.Lon, c.Lat,
		c.LocatedBy, c.StreetCode, c.Confidential, c.Urgent, store.At(c.ReceivedAt), store.At(c.RegisteredAt), c.RegisteredBy, c.Unit, c.ProposedUnit, c.State, list(c.Facts),
		nullable(c.CaseID), c.CaseNumber, c.ReplyText, store.AtPtr(c.RepliedAt), c.Outcome, store.AtPtr(c.ClosedAt), store.At(c.UpdatedAt), c.Rev, nullable(c.WithUnit), jsonOrNull(c.Danger, len(c.Danger) > 0), jsonOrNull(c.Proposal, c.Proposal != nil), nullable(c.Asking)}
}

// list writes facts as JSON; they are codes and need no escape.
func list(facts []string) string {
	if len(facts) == 0 {
		return "[]"
	}
	return `["` + strings.Join(facts, `","`) + `"]`
}

// jsonOrNull writes what there is as JSON.
func jsonOrNull(v any, there bool) sql.NullString {
	if !there {
		return sql.NullString{}
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("intake: %T does not become JSON: %v", v, err)) // texts and numbers always do
	}
	return nullable(string(text))
}

func nullable(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

var (
	insertComplaint = insertInto("intake_complaints", strings.ReplaceAll(complaintColumns, "c.", ""), 36)
	insertContact   = insertInto("intake_contacts", "complaint, name, phone, phone_hash, email, account, device, said", 8)
	insertStepSQL   = insertInto("intake_steps", "id, complaint, step, from_state, to_state, actor, actor_name, unit, fields, at", 10)
)

// insertInto writes an INSERT of one row.
func insertInto(table, columns string, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return `INSERT INTO ` + table + ` (` + columns + `) VALUES (` + strings.Join(marks, ",") + `)`
}

// update writes what steps may change, if the revision is still rev, and raises it. Returns
// changed_meanwhile when somebody else was first.
func update(ctx context.Context, tx *store.Tx, c *Complaint, rev int64) error {
	err := store.Changed(tx.Exec(ctx, `UPDATE intake_complaints SET kind = $3, category = $4, address = $5, lon = $6, lat = $7, located_by = $8, street_code = $9,
		unit = $10, state = $11, facts = $12, case_id = $13, case_number = $14, reply_text = $15, replied_at = $16, outcome = $17, closed_at = $18,
		updated_at = $19, with_unit = $20, urgent = $21, asking = $22, rev = rev + 1 WHERE id = $1 AND rev = $2`,
		c.ID, rev, c.Kind, c.Category, c.Address, c.Lon, c.Lat, c.LocatedBy, c.StreetCode, c.Unit, c.State, list(c.Facts), nullable(c.CaseID), c.CaseNumber,
		c.ReplyText, store.AtPtr(c.RepliedAt), c.Outcome, store.AtPtr(c.ClosedAt), store.At(c.UpdatedAt), nullable(c.WithUnit), c.Urgent, nullable(c.Asking)))
	if err != nil {
		return err
	}
	c.Rev = rev + 1
	return nil
}

func insertStep(ctx context.Context, tx *store.Tx, complaint string, t Taken) error {
	fields, err := json.Marshal(t.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertStepSQL, t.ID, complaint, t.Step, t.From, t.To, t.Actor, t.ActorName, t.Unit, string(fields), store.At(t.At))
	return err
}

func stepsOf(ctx context.Context, tx *store.Tx, complaint string) ([]Taken, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (t Taken, err error) {
		var at store.Time
		var fields string
		if err = r.Scan(&t.ID, &t.Step, &t.From, &t.To, &t.Actor, &t.ActorName, &t.Unit, &fields, &at); err != nil {
			return
		}
		t.At = at.Time
		err = json.Unmarshal([]byte(fields), &t.Fields)
		return
	}, `SELECT id, step, from_state, to_state, actor, actor_name, unit, fields, at FROM intake_steps WHERE complaint = $1 ORDER BY at, id`, complaint)
}

func officersOf(ctx context.Context, tx *store.Tx, complaint string) ([]Officer, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o Officer, err error) {
		err = r.Scan(&o.ID, &o.Name)
		return
	}, `SELECT person, name FROM intake_officers WHERE complaint = $1 ORDER BY person`, complaint)
}

// loadMany reads complaints by id.
func loadMany(ctx context.Context, tx *store.Tx, ids []string) (map[string]*Complaint, error) {
	out := make(map[string]*Complaint, len(ids))
	w := &store.Where{}
	w.In("c.id", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		c, err := scanComplaint(r)
		if err == nil {
			out[c.ID] = c
		}
		return none, err
	}, `SELECT `+complaintColumns+` FROM intake_complaints c WHERE `+w.SQL(), w.Args()...)
	return out, err
}

// officersOfMany reads the officers of complaints, by complaint.
func officersOfMany(ctx context.Context, tx *store.Tx, ids []string) (map[string][]Officer, error) {
	out := map[string][]Officer{}
	w := &store.Where{}
	w.In("complaint", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var id string
		var o Officer
		err = r.Scan(&id, &o.ID, &o.Name)
		out[id] = append(out[id], o)
		return
	}, `SELECT complaint, person, name FROM intake_officers WHERE `+w.SQL()+` ORDER BY complaint, person`, w.Args()...)
	return out, err
}

// setOfficers makes exactly these people handle a complaint and names the rows that it wrote.
func setOfficers(ctx context.Context, tx *store.Tx, complaint string, officers []Officer) ([]ledger.Row, error) {
	rows, err := store.Collect(ctx, tx, func(r *sql.Rows) (ledger.Row, error) {
		var person string
		err := r.Scan(&person)
		return ledger.Row{Table: "intake_officers", Key: ledger.Key(complaint, person)}, err
	}, `DELETE FROM intake_officers WHERE complaint = $1 RETURNING person`, complaint)
	if err != nil {
		return nil, err
	}
	for _, o := range officers {
		if _, err := tx.Exec(ctx, `INSERT INTO intake_officers (complaint, person, name) VALUES ($1,$2,$3)`, complaint, o.ID, o.Name); err != nil {
			return nil, err
		}
		rows = append(rows, ledger.Row{Table: "intake_officers", Key: ledger.Key(complaint, o.ID)})
	}
	return rows, nil
}

// contactOf reads who complained; nobody is an empty contact.
func contactOf(ctx context.Context, tx *store.Tx, complaint string) (Contact, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (c Contact, err error) {
		err = r.Scan(&c.Name, &c.Phone, &c.Email, &c.Account, &c.Device, &c.Said)
		return
	}, `SELECT name, phone, coalesce(email, ''), coalesce(account, ''), coalesce(device, ''), coalesce(said, '') FROM intake_contacts WHERE complaint = $1`, complaint)
	if err != nil || len(all) == 0 {
		return Contact{}, err
	}
	return all[0], nil
}
