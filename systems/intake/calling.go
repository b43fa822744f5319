package intake

import (
	"context"
	"hash/fnv"
	"slices"

	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
)

// checkRule says which answers a second person reads before they go out (setting intake.check).
type checkRule struct {
	Kinds        []string `json:"kinds"`
	Confidential bool     `json:"confidential"`
	Urgent       bool     `json:"urgent"`
}

// checkNeeded reports whether the office wants the answer to a complaint checked by a second person.
func (s *Service) checkNeeded(ctx context.Context, tx *store.Tx, c *Complaint) (bool, error) {
	var r checkRule
	if _, err := org.SettingInto(ctx, tx, c.Unit, "intake.check", &r); err != nil {
		return false, err
	}
	return slices.Contains(r.Kinds, c.Kind) || r.Confidential && c.Confidential || r.Urgent && c.Urgent, nil
}

// callDue reports whether a citizen is to be called back: where there is a number, and the complaint is in the share of
// its kind that the office calls (setting intake.revisit, in per cent). The complaint's id draws the lot, so that the
// same complaints are drawn whenever anybody asks.
func (s *Service) callDue(ctx context.Context, tx *store.Tx, c *Complaint) (bool, error) {
	contact, err := contactOf(ctx, tx, c.ID)
	if err != nil || contact.Phone == "" {
		return false, err
	}
	share := map[string]int{}
	if _, err := org.SettingInto(ctx, tx, c.Unit, "intake.revisit", &share); err != nil {
		return false, err
	}
	return drawn(c.ID, share[c.Kind]), nil
}

// drawn reports whether an id is among the given per cent of all ids.
func drawn(id string, percent int) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32()%100) < percent
}

// dissatisfied are the answers to a call back after which it is done again.
var dissatisfied = []string{"solved_unsatisfied", "unsolved"}

// closing looks at what the citizen says.
func (s *Service) closing(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	said := a.said()
	due, err := s.callDue(ctx, tx, a.Complaint)
	seen.Say(CallMade, said != "not_called" || !due)
	seen.Say(Content, !slices.Contains(dissatisfied, said) && !slices.Contains(dissatisfied, a.told()))
	return err
}

// said is what the citizen says of the answer: what was filled in now, or what he told by himself where nobody spoke with him.
func (a *act) said() string {
	said := a.values.Text("satisfaction")
	if a.step.Code == StepClose && (said == "not_called" || said == "unreachable") {
		if own := a.told(); own != "" {
			return own
		}
	}
	return said
}

// told is what the citizen said by himself of the newest answer; empty where he said nothing.
func (f *file) told() string {
	if !slices.Contains(f.Facts, rated.Code) {
		return ""
	}
	own, _ := f.newest(StepRate).Fields["satisfaction"].(string)
	return own
}
