package casework

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

const caseColumns = `c.id, c.number, c.source, c.complaint, c.unit, c.title, c.matter, c.act_date, c.act_place, c.lon, c.lat, c.findings, c.base,
	c.proposed_yuan, c.decided_yuan, c.state, c.facts, c.opened_at, c.opened_by, c.filed_at, c.decided_at, c.closed_at, c.updated_at, c.found_on, c.procedure, c.circumstances, c.grade, c.rev`

type scanner interface{ Scan(...any) error }

func scanCase(row scanner) (*Case, error) {
	var c Case
	var complaint, main, circumstances, grade sql.NullString
	var act store.Date
	var found *store.Date
	var opened, updated store.Time
	var filed, decided, closed *store.Time
	var facts string
	err := row.Scan(&c.ID, &c.Number, &c.Source, &complaint, &c.Unit, &c.Title, &c.Matter, &act, &c.ActPlace, &c.Lon, &c.Lat, &c.Findings, &c.Base,
		&c.ProposedYuan, &c.DecidedYuan, &c.State, &facts, &opened, &c.OpenedBy, &filed, &decided, &closed, &updated, &found, &main, &circumstances, &grade, &c.Rev)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(facts), &c.Facts); err != nil {
		return nil, fmt.Errorf("facts of case %s: %w", c.ID, err)
	}
	c.Complaint, c.ActDate = complaint.String, act.Date
	c.OpenedAt, c.UpdatedAt = opened.Time, updated.Time
	c.FoundOn = law.On(c.OpenedAt)
	c.Procedure, c.Grade, c.Circumstances = cmp.Or(main.String, Ordinary.Code), grade.String, []string{}
	if circumstances.String != "" {
		if err := json.Unmarshal([]byte(circumstances.String), &c.Circumstances); err != nil {
			return nil, fmt.Errorf("circumstances of case %s: %w", c.ID, err)
		}
	}
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

// loadCases reads those of the cases that there are.
func loadCases(ctx context.Context, tx *store.Tx, ids []string) (map[string]*Case, error) {
	out := make(map[string]*Case, len(ids))
	w := &store.Where{}
	w.In("c.id", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		c, err := scanCase(r)
		if err == nil {
			out[c.ID] = c
		}
		return none, err
	}, `SELECT `+caseColumns+` FROM casework_cases c WHERE `+w.SQL(), w.Args()...)
	return out, err
}

func insertCase(ctx context.Context, tx *store.Tx, c *Case) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO casework_cases (id, number, source, complaint, unit, title, matter, act_date, act_place, lon, lat, findings,
		state, facts, opened_at, opened_by, updated_at, base, found_on, procedure, object, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,1)`,
		c.ID, c.Number, c.Source, nullable(c.Complaint), c.Unit, c.Title, c.Matter, store.Date{Date: c.ActDate}, c.ActPlace, c.Lon, c.Lat, c.Findings,
		c.State, string(facts), store.At(c.OpenedAt), c.OpenedBy, store.At(c.OpenedAt), c.Base, store.Date{Date: c.FoundOn}, c.main(), nullable(c.Object))
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
		proposed_yuan = $10, decided_yuan = $11, state = $12, facts = $13, filed_at = $14, decided_at = $15, closed_at = $16, updated_at = $17, base = $18, procedure = $19, circumstances = $20, grade = $21, rev = rev + 1
		WHERE id = $1 AND rev = $2`,
		c.ID, rev, c.Title, c.Matter, store.Date{Date: c.ActDate}, c.ActPlace, c.Lon, c.Lat, c.Findings,
		c.ProposedYuan, c.DecidedYuan, c.State, string(facts), store.AtPtr(c.FiledAt), store.AtPtr(c.DecidedAt), store.AtPtr(c.ClosedAt), store.At(c.UpdatedAt), c.Base, c.main(), c.weighs(), nullable(c.Grade))
	if err := store.Changed(n, err); err != nil {
		return err
	}
	c.Rev = rev + 1
	return keepDecided(ctx, tx, c)
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// ofCases reads what belongs to cases, by case. The query's first column is the case's id, and its ? the
// ids that are asked for.
func ofCases[T any](ctx context.Context, tx *store.Tx, ids []string, query string, scan func(r *sql.Rows, of *string) (T, error)) (map[string][]T, error) {
	out := make(map[string][]T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	w := &store.Where{}
	w.In("o.case_id", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var of string
		one, err := scan(r, &of)
		if err == nil {
			out[of] = append(out[of], one)
		}
		return none, err
	}, strings.Replace(query, "?", w.SQL(), 1), w.Args()...)
	return out, err
}

// investigator is an officer of a case, and his certificate as it is now.
type investigator struct {
	Officer
	person    org.Person
	withdrawn bool // for interest (AP 43)
	elsewhere bool // serves in another squad by now
}

// left reports whether the officer handles the case no more. What he did stays done.
func (i investigator) left() bool { return i.withdrawn || i.elsewhere }

func investigatorsOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]investigator, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.person, o.name, o.certificate, p.kind, p.disabled, p.certificate, p.certificate_until, o.withdrawn_at,
		EXISTS (SELECT 1 FROM casework_cases c JOIN org_v_unit_paths u ON u.descendant = c.unit WHERE c.id = o.case_id AND u.ancestor = p.unit)
		FROM casework_officers o LEFT JOIN org_v_people p ON p.id = o.person WHERE ? ORDER BY o.case_id, o.person`,
		func(r *sql.Rows, of *string) (i investigator, err error) {
			var kind, certificate sql.NullString
			var disabled sql.NullBool
			var until *store.Date
			var withdrawn *store.Time
			var here bool
			err = r.Scan(of, &i.Person, &i.Name, &i.Certificate, &kind, &disabled, &certificate, &until, &withdrawn, &here)
			i.withdrawn, i.elsewhere = withdrawn != nil, !here
			i.person.Kind, i.person.Disabled, i.person.Certificate = kind.String, disabled.Bool, certificate.String
			if until != nil {
				i.person.CertificateUntil = until.Date
			}
			return
		})
}

func partiesOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]Party, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.id, o.kind, o.name, o.id_code, o.representative, o.address, o.phone, o.rev
		FROM casework_parties o WHERE ? ORDER BY o.case_id, o.id`,
		func(r *sql.Rows, of *string) (p Party, err error) {
			err = r.Scan(of, &p.ID, &p.Kind, &p.Name, &p.IDCode, &p.Representative, &p.Address, &p.Phone, &p.Rev)
			return
		})
}

func evidenceOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]Evidence, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.id, o.seq, o.kind, o.title, o.proves, o.obtained_on, o.media, o.added_at
		FROM casework_evidence o WHERE ? ORDER BY o.case_id, o.seq`,
		func(r *sql.Rows, of *string) (e Evidence, err error) {
			var on store.Date
			var media sql.NullString
			var added store.Time
			err = r.Scan(of, &e.ID, &e.Seq, &e.Kind, &e.Title, &e.Proves, &on, &media, &added)
			e.ObtainedOn, e.Obtained, e.Media, e.addedAt = on.Date, on.Date.String(), media.String, added.Time
			return
		})
}

func documentsOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]Document, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.id, o.kind, o.number, o.title, o.sha256, o.check_code, o.issued_at, o.entry, length(o.pdf), o.track, o.served_on, o.served_by, o.void_at, o.void_reason,
		p.name, o.seal, length(o.seal_proof), s.id, s.number, s.name, s.authority
		FROM casework_documents o LEFT JOIN org_v_people p ON p.id = o.issued_by LEFT JOIN org_v_seals s ON s.id = o.seal WHERE ? ORDER BY o.case_id, o.issued_at, o.id`,
		func(r *sql.Rows, of *string) (d Document, err error) {
			var at store.Time
			var track, method, why, by, seal, known, name, authority sql.NullString
			var proof, number sql.NullInt64
			var served *store.Date
			var void *store.Time
			err = r.Scan(of, &d.ID, &d.Kind, &d.Number, &d.Title, &d.SHA256, &d.CheckCode, &at, &d.Entry, &d.Size, &track, &served, &method, &void, &why,
				&by, &seal, &proof, &known, &number, &name, &authority)
			var registered *Sealed
			if known.Valid {
				registered = &Sealed{Number: int(number.Int64), Name: name.String, Authority: authority.String}
			}
			d.IssuedBy, d.Seal = by.String, sealedWith(d.Kind, seal.String, registered, int(proof.Int64))
			d.IssuedAt, d.Track, d.ServedBy, d.VoidAt, d.VoidReason = at.Time, track.String, method.String, moment(void), why.String
			if served != nil {
				d.ServedOn = served.Date
			}
			return
		})
}

func stepsOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]Taken, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.id, o.step, o.from_state, o.to_state, o.actor, o.actor_name, o.unit, o.fields, o.at, o.track
		FROM casework_steps o WHERE ? ORDER BY o.case_id, o.at, o.id`,
		func(r *sql.Rows, of *string) (t Taken, err error) {
			var at store.Time
			var fields string
			var track sql.NullString
			if err = r.Scan(of, &t.ID, &t.Step, &t.From, &t.To, &t.Actor, &t.ActorName, &t.Unit, &fields, &at, &track); err != nil {
				return
			}
			t.At, t.Track = at.Time, track.String
			err = json.Unmarshal([]byte(fields), &t.Fields)
			return
		})
}

func insertStep(ctx context.Context, tx *store.Tx, caseID string, s Taken) error {
	fields, err := json.Marshal(s.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO casework_steps (id, case_id, step, from_state, to_state, actor, actor_name, unit, fields, at, track)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, s.ID, caseID, s.Step, s.From, s.To, s.Actor, s.ActorName, s.Unit, string(fields), store.At(s.At), nullable(s.Track))
	return err
}
