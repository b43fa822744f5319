package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake/routing"
)

// Bounds of a test: the days that it looks back, the most complaints, those that it shows for each rule, and its time.
const (
	trialDays     = 30
	trialMost     = 20_000
	trialExamples = 30
	trialTime     = 20 * time.Second
)

// RuleTest is what a version would have done with the complaints of the last thirty days, beside what was done with them.
type RuleTest struct {
	From      time.Time   `json:"from"`
	Looked    int         `json:"looked" doc:"complaints looked at"`
	Cut       bool        `json:"cut" doc:"there were more, or the time was over; the newest were looked at"`
	Same      int         `json:"same" doc:"would go where they went"`
	Elsewhere int         `json:"elsewhere"`
	Waiting   int         `json:"waiting" doc:"not sent anywhere yet"`
	None      int         `json:"none" doc:"no rule fits"`
	Unfit     []Example   `json:"unfit,omitempty" doc:"the newest of those that no rule fits"`
	Rules     []RuleTrial `json:"rules"`
}

// RuleTrial is one rule's part of a test.
type RuleTrial struct {
	Rule      string    `json:"rule" doc:"id"`
	Title     string    `json:"title"`
	Fits      int       `json:"fits"`
	Same      int       `json:"same"`
	Elsewhere int       `json:"elsewhere"`
	Nobody    int       `json:"nobody" doc:"it fits and no unit can be found"`
	Examples  []Example `json:"examples" doc:"the newest of those that would go elsewhere"`
	Alone     []Example `json:"alone,omitempty" doc:"the newest of those for which it finds no unit"`
}

// Example is a complaint of a test, with where it went and where it would go; either is empty where it is nowhere.
type Example struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Went   string `json:"went" doc:"name of the unit"`
	Would  string `json:"would"`
	went   string
	would  string
}

// sent is a complaint with where it was first sent.
type sent struct {
	*Complaint
	step, fields string
}

// TestRules tries a version on the complaints that the office registered in the last thirty days and keeps what it found.
// Nothing else is changed. A draft is then tested, until somebody changes it. Returns intake.rules_not_found, changed_meanwhile.
func (s *Service) TestRules(ctx context.Context, actor org.Actor, id string) (*RuleSet, error) {
	var set *RuleSet
	test := &RuleTest{Rules: []RuleTrial{}}
	deadline := time.Now().Add(trialTime) // of the machine: it bounds the work, not a matter
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if set, err = loadRules(ctx, tx, actor, id); err != nil {
			return err
		}
		return s.try(ctx, tx, set, test, deadline)
	}); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*RuleSet, error) {
		found, err := json.Marshal(test)
		if err != nil {
			return nil, err
		}
		now := s.now()
		if err := store.Changed(tx.Exec(ctx, `UPDATE intake_rules SET state = CASE WHEN state = 'draft' THEN 'tested' ELSE state END, tested_at = $3, tested = $4, rev = rev + 1
			WHERE id = $1 AND rev = $2`, set.ID, set.Rev, store.At(now), string(found))); err != nil {
			return nil, err
		}
		if set.State == RulesDraft {
			set.State = RulesTested
		}
		set.Test, set.TestedAt, set.Rev = test, &now, set.Rev+1
		return set, s.recordRules(ctx, tx, actor, set, "tested", nil)
	})
}

func (s *Service) try(ctx context.Context, tx *store.Tx, set *RuleSet, test *RuleTest, deadline time.Time) error {
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	test.From = s.now().AddDate(0, 0, -trialDays)
	metres, err := borderMetres(ctx, tx, set.Unit)
	if err != nil {
		return err
	}
	t := &trying{set: set, test: test, at: map[string]int{}, workrooms: map[string]string{}}
	for i, r := range set.Rules {
		t.at[r.ID] = i
		test.Rules = append(test.Rules, RuleTrial{Rule: r.ID, Title: r.Title, Examples: []Example{}})
	}
	cursor := store.Cursor{At: store.At(s.now()), ID: "~"} // behind every id
	for test.Looked < trialMost {
		page, err := sentSince(ctx, tx, set.Unit, test.From, cursor)
		if err != nil {
			return fmt.Errorf("complaints of last month: %w", err)
		}
		for _, c := range page {
			border, _ := bordering(ground, c.Complaint, metres)
			if c.Proposal != nil {
				border = c.Proposal.Border // as it was seen when it came in
			}
			if err := t.one(ctx, tx, border != nil, c); err != nil {
				return err
			}
		}
		if len(page) < trialPage {
			return nameExamples(ctx, tx, test)
		}
		last := page[len(page)-1]
		cursor = store.Cursor{At: store.At(last.ReceivedAt), ID: last.ID}
		if time.Now().After(deadline) {
			break
		}
	}
	test.Cut = true
	return nameExamples(ctx, tx, test)
}

// trying is a test while it runs.
type trying struct {
	set       *RuleSet
	test      *RuleTest
	at        map[string]int // place of each rule in the test
	workrooms map[string]string
}

func (t *trying) one(ctx context.Context, tx *store.Tx, border bool, c sent) error {
	test := t.test
	test.Looked++
	d, fits := routing.Decide(t.set.Rules, c.facts(border))
	if !fits {
		test.None++
		test.Unfit = shown(test.Unfit, c, "")
		return nil
	}
	trial := &test.Rules[t.at[d.Rule.ID]]
	trial.Fits++
	would, err := goesTo(ctx, tx, d.Rule.Then, c.Complaint, t.workrooms)
	if err != nil {
		return err
	}
	went := wentTo(c)
	switch {
	case would == "":
		trial.Nobody++
		trial.Alone = shown(trial.Alone, c, "")
	case went == "":
		test.Waiting++
	case went == would:
		trial.Same++
		test.Same++
	default:
		trial.Elsewhere++
		test.Elsewhere++
		trial.Examples = shown(trial.Examples, c, would)
	}
	return nil
}

// shown adds a complaint to examples while there are few.
func shown(examples []Example, c sent, would string) []Example {
	if len(examples) == trialExamples {
		return examples
	}
	return append(examples, Example{ID: c.ID, Number: c.Number, Title: c.Title, went: wentTo(c), would: would})
}

// wentTo is the unit to which a complaint was first sent.
func wentTo(c sent) string {
	var fields map[string]any
	if json.Unmarshal([]byte(c.fields), &fields) != nil {
		return ""
	}
	for _, name := range []string{"unit", "department", "community"} {
		if id, ok := fields[name].(string); ok {
			return id
		}
	}
	return ""
}

const trialPage = 1000

// sentSince reads a page of an office's complaints with the first step that sent each somewhere, newest first.
func sentSince(ctx context.Context, tx *store.Tx, unit string, from time.Time, before store.Cursor) ([]sent, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (c sent, err error) {
		c.Complaint = &Complaint{}
		var step, fields, proposal sql.NullString
		var received store.Time
		err = r.Scan(&c.ID, &c.Number, &c.Kind, &c.Channel, &c.Category, &c.Title, &c.Text, &c.Address, &c.Lon, &c.Lat, &c.StreetCode, &c.Confidential, &c.Urgent,
			&received, &c.ProposedUnit, &step, &fields, &proposal)
		if proposal.Valid && err == nil {
			err = json.Unmarshal([]byte(proposal.String), &c.Proposal)
		}
		c.ReceivedAt, c.step, c.fields = received.Time, step.String, fields.String
		return c, err
	}, `WITH page AS (SELECT c.id, c.number, c.kind, c.channel, c.category, c.title, c.text, c.address, c.lon, c.lat, c.street_code, c.confidential, c.urgent, c.received_at, c.proposed_unit, c.proposal,
			(SELECT s.id FROM intake_steps s WHERE s.complaint = c.id AND s.step IN ('route', 'inspect', 'mediate', 'transfer') ORDER BY s.at, s.id LIMIT 1) AS sent
		FROM intake_complaints c WHERE c.received_at >= $1 AND (c.received_at, c.id) < ($2, $3) AND coalesce(c.unit, '') IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = $4)
		ORDER BY c.received_at DESC, c.id DESC LIMIT `+fmt.Sprint(trialPage)+`)
		SELECT c.id, c.number, c.kind, c.channel, c.category, c.title, c.text, c.address, c.lon, c.lat, c.street_code, c.confidential, c.urgent, c.received_at, c.proposed_unit, s.step, s.fields, c.proposal
		FROM page c LEFT JOIN intake_steps s ON s.id = c.sent ORDER BY c.received_at DESC, c.id DESC`, store.At(from), before.At, before.ID, unit)
}

func nameExamples(ctx context.Context, tx *store.Tx, test *RuleTest) error {
	lists := [][]Example{test.Unfit}
	for _, r := range test.Rules {
		lists = append(lists, r.Examples, r.Alone)
	}
	var units []string
	for _, e := range slices.Concat(lists...) {
		units = append(units, e.went, e.would)
	}
	names, err := org.UnitNames(ctx, tx, units...)
	for _, list := range lists {
		for i := range list {
			list[i].Went, list[i].Would = names[list[i].went], names[list[i].would]
		}
	}
	return err
}
