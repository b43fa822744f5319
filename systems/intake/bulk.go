package intake

import (
	"context"
	"errors"
	"slices"
	"strings"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/words"
)

// maxBulk bounds how many complaints are worked on at once.
const maxBulk = 100

// bulkSteps are the steps that are taken for many complaints at once: those that say the same of each.
var bulkSteps = []string{StepRoute, StepInspect, StepMediate, StepMove, StepTransfer, StepAccept, StepAssign, StepMerge}

// Seen is a complaint of a list, in the revision that was seen.
type Seen struct {
	ID  string `json:"id" maxLength:"40"`
	Rev int64  `json:"rev" minimum:"1"`
}

// Bulk is what came of a step for many complaints.
type Bulk struct {
	Done    []Receipt     `json:"done"`
	Refused []BulkRefusal `json:"refused"`
}

// BulkRefusal is a complaint for which the step was not taken, and why.
type BulkRefusal struct {
	ID     string `json:"id"`
	Number string `json:"number,omitempty" doc:"empty where I may not see it"`
	Title  string `json:"title,omitempty"`
	Code   string `json:"code"`
	Why    string `json:"why"`
}

// TakeMany takes one step of many complaints. Each is judged by the procedure alone and in a transaction of its own, as if
// it had been taken alone: what is refused hinders nothing else, and what is repeated under the same key is done once. As
// proposed sends each where the rules or its place say, in place of a unit for all. Returns form for no complaint or too
// many, and for a step that is not taken for many.
func (s *Service) TakeMany(ctx context.Context, actor org.Actor, step string, list []Seen, fields map[string]any, asProposed bool, lang string) (*Bulk, error) {
	f := fault.New(fault.Invalid, "form")
	oneOf(f, "step", step, bulkSteps)
	if asProposed && step != StepRoute {
		f.With("asProposed", "form.one_of", "options", "false")
	}
	checkBulk(f, len(list))
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	out := &Bulk{Done: []Receipt{}, Refused: []BulkRefusal{}}
	done := map[string]bool{}
	for _, one := range list {
		if done[one.ID] {
			continue
		}
		done[one.ID] = true
		var number, title string
		itself := false
		r, err := store.Do(store.Portion(ctx, one.ID), s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
			f, err := s.visible(ctx, tx, actor, one.ID)
			if err != nil {
				return nil, err
			}
			number, title = f.Number, f.Title
			if itself = step == StepMerge && fields["main"] == f.Number; itself { // the others are merged into it
				return receipt(f.Complaint), nil
			}
			a, err := s.prepare(ctx, tx, actor, one.ID, step)
			if err != nil {
				return nil, err
			}
			if a.Rev != one.Rev {
				return nil, fault.New(fault.Conflict, "changed_meanwhile")
			}
			in := fields
			if asProposed {
				if in, err = s.asProposed(ctx, tx, a, fields, lang); err != nil {
					return nil, err
				}
			}
			return s.take(ctx, tx, a, in)
		})
		var why *fault.Error
		switch {
		case err == nil && itself:
		case err == nil:
			out.Done = append(out.Done, *r)
		case errors.As(err, &why) && why.Kind != fault.Internal && why.Kind != fault.Unavailable:
			out.Refused = append(out.Refused, BulkRefusal{ID: one.ID, Number: number, Title: title, Code: why.Code, Why: whyText(why, lang)})
		default:
			return nil, err // what was done stays done; the same key goes on where this ended
		}
	}
	return out, nil
}

func checkBulk(f *fault.Error, n int) {
	if n == 0 {
		f.With("items", "form.required")
	}
	if n > maxBulk {
		f.With("items", "form.too_many", "max", maxBulk)
	}
}

// whyText says a refusal in one sentence, or its reasons where it has some.
func whyText(err *fault.Error, lang string) string {
	if len(err.Fields) == 0 {
		_, text := words.Fault(lang, err)
		return text
	}
	var out []string
	for _, f := range err.Fields {
		out = append(out, words.Text(lang, f.Code, f.Params))
	}
	return strings.Join(out, " ")
}

// asProposed fills in the unit that the rules or the place propose. Returns intake.nothing_proposed where they propose none.
func (s *Service) asProposed(ctx context.Context, tx *store.Tx, a *act, fields map[string]any, lang string) (map[string]any, error) {
	unit := api.Field{Name: "unit", Type: string(procedure.UnitField)}
	if err := s.offer(ctx, tx, a.actor, a.file, a.step, &unit, lang); err != nil {
		return nil, err
	}
	id, ok := unit.Value.(string)
	if !ok || id == "" {
		return nil, fault.New(fault.Refused, "intake.nothing_proposed")
	}
	in := map[string]any{"unit": id}
	if a.Proposal != nil && a.Proposal.Unit == id && len(a.Proposal.With) > 0 {
		in["with"] = true
	}
	for name, value := range fields {
		if name != "unit" {
			in[name] = value
		}
	}
	return in, nil
}

// BulkChoice is a step that may be taken for some of the chosen complaints now.
type BulkChoice struct {
	api.Choice
	May      int `json:"may" doc:"for how many of them it may be taken"`
	Proposed int `json:"proposed" doc:"for how many of these a unit is proposed"`
}

// BulkChoices says which steps may be taken for the chosen complaints, and for how many of them. A form offers what may be
// chosen for the first of those; each is judged when the step is taken. Returns form as TakeMany does.
func (s *Service) BulkChoices(ctx context.Context, actor org.Actor, ids []string, lang string) (out []BulkChoice, err error) {
	f := fault.New(fault.Invalid, "form")
	checkBulk(f, len(ids))
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out = []BulkChoice{}
		byStep := map[string]*BulkChoice{}
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			f, err := s.visible(ctx, tx, actor, id, org.Know)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			list, err := s.procedure.Next(procedure.Matter{State: f.State, Facts: f.Facts, Before: f.before()}, f.look(actor, s.now()), f.roles(actor, s.procedure))
			if err != nil {
				return err
			}
			for _, c := range list {
				if !slices.Contains(bulkSteps, c.Step.Code) || !c.Allowed || !c.Mine || f.must(actor, c.Step) != nil {
					continue
				}
				if byStep[c.Step.Code] == nil {
					choice, err := s.choiceFor(ctx, tx, actor, f, c, lang)
					if err != nil {
						return err
					}
					byStep[c.Step.Code] = &BulkChoice{Choice: choice}
				}
				byStep[c.Step.Code].May++
				if c.Step.Code == StepRoute && (f.ProposedUnit != "" || f.Proposal != nil && f.Proposal.Unit != "") {
					byStep[c.Step.Code].Proposed++
				}
			}
		}
		for _, code := range bulkSteps {
			if c := byStep[code]; c != nil {
				out = append(out, *c)
			}
		}
		return nil
	})
	return out, err
}

// choiceFor is a choice with what may be filled in, for a form that holds for many: nothing is proposed for one of them.
func (s *Service) choiceFor(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, c procedure.Choice, lang string) (api.Choice, error) {
	choice := api.Choices([]procedure.Choice{c}, lang, nil)[0]
	for i := range choice.Fields {
		if err := s.offer(ctx, tx, actor, f, c.Step, &choice.Fields[i], lang); err != nil {
			return choice, err
		}
		choice.Fields[i].Value = nil
	}
	return choice, nil
}
