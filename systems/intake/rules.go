package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake/routing"
)

// opRules is the right to write routing rules, test them and switch them on.
const opRules = "intake.rules"

// States of a version of routing rules.
const (
	RulesDraft  = "draft"  // being written
	RulesTested = "tested" // tried on last month since it was last changed
	RulesOn     = "on"     // holds; one version of an office does
	RulesOff    = "off"    // has held
)

func init() { ledger.Seal("intake_rules") }

// RuleSet is a version of an office's routing rules as its page shows it.
type RuleSet struct {
	ID         string         `json:"id"`
	Unit       string         `json:"unit"`
	UnitName   string         `json:"unitName"`
	Version    int            `json:"version"`
	State      string         `json:"state" enum:"draft,tested,on,off"`
	Note       string         `json:"note"`
	Rules      []routing.Rule `json:"rules"`
	MadeBy     string         `json:"madeBy"`
	MadeAt     time.Time      `json:"madeAt"`
	TestedAt   *time.Time     `json:"testedAt"`
	Test       *RuleTest      `json:"test"`
	SwitchedAt *time.Time     `json:"switchedAt"`
	Rev        int64          `json:"rev"`

	madeBy string
}

const ruleSetColumns = `s.id, s.unit, u.name, s.version, s.state, s.note, s.rules, s.made_by, s.made_at, s.tested_at, s.tested, s.switched_at, s.rev`

func scanRuleSet(r scanner) (*RuleSet, error) {
	var s RuleSet
	var rules string
	var made store.Time
	var testedAt, switched *store.Time
	var tested sql.NullString
	if err := r.Scan(&s.ID, &s.Unit, &s.UnitName, &s.Version, &s.State, &s.Note, &rules, &s.madeBy, &made, &testedAt, &tested, &switched, &s.Rev); err != nil {
		return nil, err
	}
	s.MadeAt, s.TestedAt, s.SwitchedAt = made.Time, moment(testedAt), moment(switched)
	if tested.Valid {
		if err := json.Unmarshal([]byte(tested.String), &s.Test); err != nil {
			return nil, fmt.Errorf("test of routing rules %s: %w", s.ID, err)
		}
	}
	if err := json.Unmarshal([]byte(rules), &s.Rules); err != nil {
		return nil, fmt.Errorf("routing rules %s: %w", s.ID, err)
	}
	return &s, nil
}

// officeOf is the unit whose rules an actor keeps: the highest in which he has the right.
func officeOf(actor org.Actor) (string, error) {
	for _, g := range actor.Grants {
		if org.Allows(g.Role, opRules) {
			return g.Unit, nil
		}
	}
	return "", fault.New(fault.Refused, "refused.unit", "op", opRules)
}

// RuleSets lists the versions that the actor may see, the newest first, without their rules' tests.
func (s *Service) RuleSets(ctx context.Context, actor org.Actor) (list []*RuleSet, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		w := &store.Where{}
		w.Raw(org.ScopeSQL(actor, opRules, "s.unit", w.Next()))
		list, err = store.Collect(ctx, tx, func(r *sql.Rows) (*RuleSet, error) { return scanRuleSet(r) },
			`SELECT `+ruleSetColumns+` FROM intake_rules s JOIN org_v_units u ON u.id = s.unit WHERE `+w.SQL()+` ORDER BY s.version DESC, s.id LIMIT 100`, w.Args()...)
		if err != nil {
			return err
		}
		return nameMakers(ctx, tx, list)
	})
	for _, set := range list {
		set.Test = nil
	}
	return list, err
}

func nameMakers(ctx context.Context, tx *store.Tx, list []*RuleSet) error {
	var people []string
	for _, set := range list {
		people = append(people, set.madeBy)
	}
	names, err := org.PeopleNames(ctx, tx, people...)
	for _, set := range list {
		if set.MadeBy = names[set.madeBy]; set.MadeBy == "" {
			set.MadeBy = strings.TrimPrefix(set.madeBy, "program:")
		}
	}
	return err
}

// RuleSet gives one version. Returns intake.rules_not_found.
func (s *Service) RuleSet(ctx context.Context, actor org.Actor, id string) (set *RuleSet, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if set, err = loadRules(ctx, tx, actor, id); err != nil {
			return err
		}
		return nameMakers(ctx, tx, []*RuleSet{set})
	})
	return set, err
}

func loadRules(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*RuleSet, error) {
	set, err := scanRuleSet(tx.QueryRow(ctx, `SELECT `+ruleSetColumns+` FROM intake_rules s JOIN org_v_units u ON u.id = s.unit WHERE s.id = $1`, id))
	if err := store.Found(err, "intake.rules_not_found"); err != nil {
		return nil, err
	}
	if !actor.Can(opRules, set.Unit) {
		return nil, fault.New(fault.NotFound, "intake.rules_not_found")
	}
	return set, nil
}

// DraftRules begins a new version: a copy of another, or of what ships with the program where from is empty.
// Returns intake.rules_not_found, and changed_meanwhile where somebody began one at the same moment.
func (s *Service) DraftRules(ctx context.Context, actor org.Actor, from string) (*RuleSet, error) {
	office, err := officeOf(actor)
	if err != nil && !actor.IsProgram() {
		return nil, err
	}
	return s.draftRules(ctx, actor, office, from)
}

func (s *Service) draftRules(ctx context.Context, actor org.Actor, office, from string) (*RuleSet, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*RuleSet, error) {
		set := &RuleSet{ID: store.NewID(), Unit: office, State: RulesDraft, MadeAt: s.now(), Rev: 1, madeBy: actor.Person}
		var err error
		if from == "" {
			set.Rules, set.Note, err = shippedRules(ctx, tx)
		} else {
			var before *RuleSet
			if before, err = loadRules(ctx, tx, actor, from); err == nil {
				set.Rules, set.Note, set.Unit = before.Rules, before.Note, before.Unit
			}
		}
		if err != nil {
			return nil, err
		}
		if err := tx.QueryRow(ctx, `SELECT COALESCE(max(version), 0) + 1 FROM intake_rules WHERE unit = $1`, set.Unit).Scan(&set.Version); err != nil {
			return nil, err
		}
		rules, err := json.Marshal(set.Rules)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `INSERT INTO intake_rules (id, unit, version, state, note, rules, made_by, made_at, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,1)`,
			set.ID, set.Unit, set.Version, set.State, set.Note, string(rules), actor.Person, store.At(set.MadeAt))
		if store.IsUnique(err) {
			err = fault.New(fault.Conflict, "changed_meanwhile")
		}
		if err != nil {
			return nil, err
		}
		return set, s.recordRules(ctx, tx, actor, set, "drafted", nil)
	})
}

// recordRules writes down what happened to a version; others are the ids of versions that changed with it.
func (s *Service) recordRules(ctx context.Context, tx *store.Tx, actor org.Actor, set *RuleSet, what string, others []string) error {
	rows := []ledger.Row{{Table: "intake_rules", Key: set.ID}}
	for _, id := range others {
		rows = append(rows, ledger.Row{Table: "intake_rules", Key: id})
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.rules_" + what, Subject: ledger.Ref{Type: "rules", ID: set.ID}, Actor: actor.Person, Unit: set.Unit, At: s.now(),
		Body: map[string]any{"version": set.Version}, Rows: rows})
	return err
}

// shippedRules are those of the program, with the departments of this office; a rule for a department that there is none
// of is left out.
func shippedRules(ctx context.Context, tx *store.Tx) ([]routing.Rule, string, error) {
	shipped, note, err := routing.LoadShipped(data.FS)
	if err != nil {
		return nil, "", err
	}
	units, err := org.Units(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	rules := []routing.Rule{}
	for _, r := range shipped {
		if r.Department != "" {
			i := slices.IndexFunc(units, func(u org.Unit) bool {
				return u.Outside && u.Kind == kindDepartment && strings.Contains(u.Name, r.Department)
			})
			if i < 0 {
				continue
			}
			r.Then.Unit = units[i].ID
		}
		r.ID = store.NewID()
		rules = append(rules, r.Rule)
	}
	zh, _, _ := strings.Cut(note, " · ")
	return rules, zh, nil
}

// RulesInput is a draft as the desk writes it.
type RulesInput struct {
	Note  string         `json:"note" maxLength:"300"`
	Rules []routing.Rule `json:"rules" maxItems:"200"`
}

// SaveRules changes a draft; what was tested must be tested again. Returns intake.rules_not_found, changed_meanwhile,
// intake.rules_fixed for a version that is or was on, and form with what is wrong rule by rule.
func (s *Service) SaveRules(ctx context.Context, actor org.Actor, id string, rev int64, in RulesInput) (*RuleSet, error) {
	in.Note = strings.TrimSpace(in.Note)
	if utf8.RuneCountInString(in.Note) > 300 {
		return nil, fault.New(fault.Invalid, "form").With("note", "form.too_long", "max", 300)
	}
	if err := routing.Check(in.Rules); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*RuleSet, error) {
		set, err := loadRules(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		if set.State != RulesDraft && set.State != RulesTested {
			return nil, fault.New(fault.Conflict, "intake.rules_fixed", "version", set.Version)
		}
		if err := unitsExist(ctx, tx, in.Rules); err != nil {
			return nil, err
		}
		for i := range in.Rules {
			if in.Rules[i].ID == "" {
				in.Rules[i].ID = store.NewID()
			}
		}
		rules, err := json.Marshal(in.Rules)
		if err != nil {
			return nil, err
		}
		if err := store.Changed(tx.Exec(ctx, `UPDATE intake_rules SET note = $3, rules = $4, state = 'draft', tested_at = NULL, tested = NULL, rev = rev + 1 WHERE id = $1 AND rev = $2`,
			id, rev, in.Note, string(rules))); err != nil {
			return nil, err
		}
		set.Note, set.Rules, set.State, set.TestedAt, set.Test, set.Rev = in.Note, in.Rules, RulesDraft, nil, nil, rev+1
		return set, s.recordRules(ctx, tx, actor, set, "changed", nil)
	})
}

// unitsExist looks that every unit of the rules is there and is what its rule takes it for.
func unitsExist(ctx context.Context, tx *store.Tx, rules []routing.Rule) error {
	all, err := org.Units(ctx, tx)
	if err != nil {
		return err
	}
	units := map[string]org.Unit{}
	for _, u := range all {
		units[u.ID] = u
	}
	f := fault.New(fault.Invalid, "form")
	for i, r := range rules {
		at := fmt.Sprintf("rules.%d.", i)
		if id := r.Then.Unit; id != "" {
			u, there := units[id]
			outside := map[string]string{routing.ToDepartment: kindDepartment, routing.ToCommunity: kindCommunity}[r.Then.To]
			if !there || u.Outside != (outside != "") || outside != "" && u.Kind != outside {
				f.With(at+"unit", "intake.rule_unit")
			}
		}
		for _, id := range r.Then.With {
			if u, there := units[id]; !there || u.Outside {
				f.With(at+"with", "intake.unit_unknown")
			}
		}
	}
	return f.OrNil()
}

// SwitchRules switches a tested version on, in place of the one that holds, or the one that holds off. Returns
// intake.rules_not_found, changed_meanwhile, and intake.rules_untested.
func (s *Service) SwitchRules(ctx context.Context, actor org.Actor, id string, rev int64, on bool) (*RuleSet, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*RuleSet, error) {
		set, err := loadRules(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		var off []string
		state := RulesOff
		switch {
		case on && set.State == RulesDraft:
			return nil, fault.New(fault.Refused, "intake.rules_untested", "version", set.Version)
		case on && set.State == RulesOn, !on && set.State != RulesOn:
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		case on:
			state = RulesOn
			if off, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
				`UPDATE intake_rules SET state = 'off', rev = rev + 1 WHERE unit = $1 AND state = 'on' RETURNING id`, set.Unit); err != nil {
				return nil, err
			}
		}
		now := s.now()
		err = store.Changed(tx.Exec(ctx, `UPDATE intake_rules SET state = $3, switched_by = $4, switched_at = $5, rev = rev + 1 WHERE id = $1 AND rev = $2`,
			id, rev, state, actor.Person, store.At(now)))
		if store.IsUnique(err) { // somebody switched another version on at the same moment
			err = fault.New(fault.Conflict, "changed_meanwhile")
		}
		if err != nil {
			return nil, err
		}
		set.State, set.SwitchedAt, set.Rev = state, &now, rev+1
		return set, s.recordRules(ctx, tx, actor, set, map[bool]string{true: "on", false: "off"}[on], off)
	})
}
