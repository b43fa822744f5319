package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Discretion is what the article and the office's table leave to whoever sets a fine, and what the
// circumstances of the case call for (AP 5, 30 to 34).
type Discretion struct {
	Known         bool               `json:"known" doc:"floor and ceiling are known"`
	Low           int64              `json:"low" doc:"yuan"`
	High          int64              `json:"high" doc:"yuan"`
	Grades        []string           `json:"grades" doc:"circumstances that the article itself names with a range of their own"`
	Grade         string             `json:"grade,omitempty"`
	Tiers         []law.Tier         `json:"tiers"`
	Own           bool               `json:"own" doc:"the tiers are the office's own; otherwise the preset thirds, to be confirmed by the legal section"`
	Source        string             `json:"source,omitempty" doc:"the office's rule that sets the tiers"`
	Circumstances []law.Circumstance `json:"circumstances" doc:"that hold in this case"`
	Proposed      *law.Tier          `json:"proposed"`
	Allowed       []law.TierCode     `json:"allowed" doc:"tiers that the circumstances leave open"`
	Reasons       []law.Reason       `json:"reasons"`

	proposal law.Proposal
}

// discretion weighs a case. It is not Known where the amounts are not, or the party is not.
func (s *Service) discretion(ctx context.Context, tx *store.Tx, f *file) (Discretion, error) {
	d := Discretion{Tiers: []law.Tier{}, Grades: []string{}, Circumstances: []law.Circumstance{}, Allowed: []law.TierCode{}, Reasons: []law.Reason{}, Grade: f.Grade}
	matter, err := s.matterOf(ctx, tx, f.Case)
	if err != nil || !matter.ok {
		return d, err
	}
	for _, g := range matter.Grades {
		d.Grades = append(d.Grades, g.Name)
	}
	for _, c := range law.Circumstances() {
		if slices.Contains(f.weighing(), c.Code) {
			d.Circumstances = append(d.Circumstances, c)
		}
	}
	kind := Organisation
	if p, ok := f.party(); ok {
		kind = p.Kind
	}
	if d.Low, d.High, d.Known = matter.limits(f.Case, kind); !d.Known {
		return d, nil
	}
	own, err := s.tiersOn(ctx, tx, entryKey(matter.Code, matter.ValidFrom), kind, f.Grade, law.On(s.now()))
	switch {
	case err != nil:
		return d, err
	case own != nil && law.CheckTiers(own.Tiers, d.Low, d.High) == nil:
		d.Tiers, d.Own, d.Source = own.Tiers, true, own.Source
	default:
		d.Tiers = law.DefaultTiers(d.Low, d.High)
	}
	d.proposal, err = law.Propose(d.Tiers, kind, f.weighing())
	if err != nil {
		return d, fmt.Errorf("weigh case %s: %w", f.ID, err)
	}
	d.Proposed, d.Allowed, d.Reasons = &d.proposal.Tier, d.proposal.Allowed, d.proposal.Reasons
	return d, nil
}

// weigh is what a fine means: whether the law allows it, and whether it departs from the tier that the
// circumstances call for. 0 is a warning alone, where the article says that a fine may be imposed (可处).
func (d Discretion) weigh(yuan int64, optional bool) (allowed bool, choice law.Choice) {
	if !d.Known {
		return false, choice
	}
	if yuan == 0 {
		return optional, choice
	}
	choice, err := d.proposal.Choose(yuan)
	if !d.Own && len(d.Circumstances) == 0 {
		// Nothing speaks for one tier rather than another, and the preset thirds are nobody's rule yet: any
		// amount that the article allows is as good.
		choice.Departs, choice.Review = false, false
		return yuan >= d.Low && yuan <= d.High, choice
	}
	return err == nil && choice.Tier.Code != law.NoPenalty, choice
}

// misfit is why a fine cannot be chosen, said of its field: it lies outside of what the article allows, or the
// circumstances close its tier. Nil where neither is known.
func (d Discretion) misfit(yuan int64, article law.Cite) error {
	if !d.Known {
		return nil
	}
	if (yuan < d.Low || yuan > d.High) && article.Article == 0 { // a matter of a text that is not in our collection
		return fault.New(fault.Invalid, "procedure.fields").With("amount", "case.fine_range_confirmed", "yuan", yuan, "low", d.Low, "high", d.High)
	}
	if yuan < d.Low || yuan > d.High {
		return fault.New(fault.Invalid, "procedure.fields").With("amount", "case.fine_range", "yuan", yuan, "low", d.Low, "high", d.High, "cite", article.String(),
			"cites", []string{article.String()})
	}
	var f *fault.Error
	if _, err := d.proposal.Choose(yuan); !errors.As(err, &f) || f.Code != "law.tier_not_allowed" {
		return nil
	}
	return fault.New(fault.Invalid, "procedure.fields").With("amount", f.Code, "tier", f.Params["tier"], "tier_en", f.Params["tier_en"], "cite", f.Params["cite"], "cites", []string{fmt.Sprint(f.Params["cite"])})
}

// Tiers is the office's own table for a matter, party and grade.
type Tiers struct {
	Matter    string     `json:"matter" doc:"code@first day of the text"`
	Party     string     `json:"party"`
	Grade     string     `json:"grade"`
	Version   int        `json:"version"`
	Tiers     []law.Tier `json:"tiers"`
	ValidFrom law.Date   `json:"validFrom"`
	Source    string     `json:"source"`
	SetAt     time.Time  `json:"setAt"`
	SetBy     string     `json:"setBy"`
}

const tierColumns = `t.matter, t.party, t.grade, t.version, t.tiers, t.valid_from, t.source, t.set_at, p.name`

func scanTiers(r *sql.Rows) (t Tiers, err error) {
	var list string
	var from store.Date
	var at store.Time
	if err = r.Scan(&t.Matter, &t.Party, &t.Grade, &t.Version, &list, &from, &t.Source, &at, &t.SetBy); err != nil {
		return t, err
	}
	t.ValidFrom, t.SetAt = from.Date, at.Time
	return t, json.Unmarshal([]byte(list), &t.Tiers)
}

// tiersOn is the table that holds on a day; nil where the office has set none.
func (s *Service) tiersOn(ctx context.Context, tx *store.Tx, matter, party, grade string, on law.Date) (*Tiers, error) {
	list, err := store.Collect(ctx, tx, scanTiers, `SELECT `+tierColumns+` FROM casework_tiers t JOIN org_v_people p ON p.id = t.set_by
		WHERE t.matter = $1 AND t.party = $2 AND t.grade = $3 AND t.valid_from <= $4 ORDER BY t.version DESC LIMIT 1`, matter, party, grade, store.Date{Date: on})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// TiersInput is a table as the legal section sets it.
type TiersInput struct {
	MatterFrom law.Date   `json:"matterFrom" doc:"first day of the matter's text"`
	Party      string     `json:"party" enum:"person,organisation"`
	Grade      string     `json:"grade,omitempty" maxLength:"60"`
	Tiers      []law.Tier `json:"tiers" minItems:"1" maxItems:"5"`
	ValidFrom  law.Date   `json:"validFrom" doc:"first day on which the table holds"`
	Source     string     `json:"source" maxLength:"300" doc:"the office's rule that sets it"`
	Version    int        `json:"version" doc:"of the table that is being replaced; 0 where there is none"`
}

// SetTiers writes a new version of a table; the older ones stay. Returns law.tier_* for a table that does not
// fill the statutory range, law.base where the fine depends on a base (the preset thirds apply then),
// changed_meanwhile where somebody else has set one since.
func (s *Service) SetTiers(ctx context.Context, actor org.Actor, code string, in TiersInput) error {
	in.Source = strings.TrimSpace(in.Source)
	f := fault.New(fault.Invalid, "form")
	required(f, "source", in.Source, 300)
	if in.ValidFrom.IsZero() {
		f.With("validFrom", "form.required")
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	if !actor.CanAnywhere(opTiers) {
		return fault.New(fault.Refused, "refused", "op", opTiers)
	}
	all, err := law.Matters()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(m law.Matter) bool { return m.Code == code && m.ValidFrom == in.MatterFrom })
	if i < 0 {
		return fault.New(fault.NotFound, "case.matter_unknown", "code", code)
	}
	low, high, err := all[i].Fine(in.Party, in.Grade, 0)
	if err != nil {
		return err
	}
	if err := law.CheckTiers(in.Tiers, low, high); err != nil {
		return err
	}
	list, err := json.Marshal(in.Tiers)
	if err != nil {
		return err
	}
	_, err = store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (bool, error) {
		now, key, id := s.now(), entryKey(code, in.MatterFrom), store.NewID()
		var newest int
		if err := tx.QueryRow(ctx, `SELECT COALESCE(max(version), 0) FROM casework_tiers WHERE matter = $1 AND party = $2 AND grade = $3`, key, in.Party, in.Grade).Scan(&newest); err != nil {
			return false, err
		}
		if newest != in.Version {
			return false, fault.New(fault.Conflict, "changed_meanwhile")
		}
		_, err := tx.Exec(ctx, `INSERT INTO casework_tiers (id, matter, party, grade, version, tiers, valid_from, source, set_at, set_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			id, key, in.Party, in.Grade, newest+1, string(list), store.Date{Date: in.ValidFrom}, in.Source, store.At(now), actor.Person)
		if store.IsUnique(err) {
			err = fault.New(fault.Conflict, "changed_meanwhile")
		}
		if err != nil {
			return false, err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.tiers_set", Subject: ledger.Ref{Type: "matter", ID: key}, Actor: actor.Person, Unit: actor.HomeUnit(), At: now,
			Body: in, Rows: []ledger.Row{{Table: "casework_tiers", Key: id}}})
		return true, err
	})
	return err
}

// TiersOf lists every version of a matter's tables, the newest first.
func (s *Service) TiersOf(ctx context.Context, code string) (list []Tiers, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = store.Collect(ctx, tx, scanTiers, `SELECT `+tierColumns+` FROM casework_tiers t JOIN org_v_people p ON p.id = t.set_by
			WHERE t.matter >= $1 AND t.matter < $2 ORDER BY t.matter, t.party, t.grade, t.version DESC`, code+"@", code+"A")
		return err
	})
	return orEmpty(list), err
}
