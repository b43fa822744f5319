package casework

import (
	"context"
	"fmt"
	"slices"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// inFile parts the case's number from the place of a document that bears no number of its own.
const inFile = "-"

// effectOf is what a step of a track does besides moving it on: the document that it issues, the payment
// that it enters, the case that it hands over.
func (s *Service) effectOf(ctx context.Context, tx *store.Tx, a *act) error {
	if a.step.Issues != "" {
		if err := s.issueBlank(ctx, tx, a, document.Kind(a.step.Issues), a.values, nil); err != nil {
			return err
		}
	}
	if err := s.handOver(ctx, tx, a); err != nil {
		return err
	}
	return s.consequence(ctx, tx, a)
}

// sheetOf fills a blank from the case and from what was typed in; fields that are not the blank's own stay
// with the step.
func (s *Service) sheetOf(ctx context.Context, tx *store.Tx, a *act, kind document.Kind, values procedure.Values) (*document.Sheet, error) {
	blank, ok := document.BlankOf(kind)
	if !ok {
		return nil, fmt.Errorf("step %s issues %s, which is no form", a.step.Code, kind)
	}
	d, err := s.dossier(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	own := procedure.Values{}
	for _, f := range blank.Fields {
		if v, ok := values[f.Name]; ok {
			own[f.Name] = v
		}
	}
	return blank.Draft(d, own, law.On(a.now)), nil
}

// issueBlank fills a blank, numbers it and keeps it.
func (s *Service) issueBlank(ctx context.Context, tx *store.Tx, a *act, kind document.Kind, values procedure.Values, signed []document.Signature) error {
	sheet, err := s.sheetOf(ctx, tx, a, kind, values)
	if err != nil {
		return err
	}
	sheet.Signatures = signed
	sheet.Number = draftNumber
	switch sheet.Blank.Numbering {
	case "":
		sheet.Number = ""
		return s.keep(ctx, tx, a, sheet, fmt.Sprintf("%s%s%d", a.Number, inFile, len(a.documents)+1))
	case "case": // the approval bears the case's own number
		sheet.Number = a.Number
		return s.keep(ctx, tx, a, sheet, fmt.Sprintf("%s%s%d", a.Number, inFile, len(a.documents)+1))
	default:
		return s.issue(ctx, tx, a, sheet.Blank.Numbering, sheet, func(number string) { sheet.Number = number })
	}
}

// free reports whether a form is one that people write when they need it, and no step of a procedure
// issues.
func free(kind document.Kind) bool {
	if kind == NoticeDocument || kind == DecisionDocument {
		return false
	}
	for _, t := range tracks.All {
		if slices.ContainsFunc(t.Steps, func(s procedure.Step) bool { return s.Issues == string(kind) }) {
			return false
		}
	}
	return true
}

// paperRight is the right that writing a free form asks for, by its stage.
func paperRight(b *document.Blank) string {
	switch {
	case slices.Contains(b.Signs, document.Reviewer):
		return opReview
	case b.Stage == document.StageClosing:
		return "casework.archive"
	case b.Stage == document.StageService:
		return tracks.OpServe
	case b.Stage == document.StageExecution:
		return tracks.OpExecute
	default:
		return opEvidence
	}
}

// Write makes a paper of the case that no step issues: a record, a list, a letter. It is kept as it was
// signed and never changed. Returns case.not_found, case.paper_unknown, case.paper_by_step for a form that
// belongs to a step, document.incomplete with what is missing, changed_meanwhile.
func (s *Service) Write(ctx context.Context, actor org.Actor, id string, kind document.Kind, rev int64, in map[string]any, signed []document.Signature) (*Result, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Result, error) {
		a, blank, err := s.paper(ctx, tx, actor, id, kind)
		if err != nil {
			return nil, err
		}
		values, err := blank.Read(in, a.now)
		if err != nil {
			return nil, err
		}
		if a.Rev != rev {
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		if end, _ := a.way.State(a.State); end.End {
			return nil, fault.New(fault.Conflict, "case.ended")
		}
		if err := s.issueBlank(ctx, tx, a, kind, values, signed); err != nil {
			return nil, err
		}
		a.UpdatedAt = a.now
		if err := updateCase(ctx, tx, a.Case, a.Rev); err != nil {
			return nil, err
		}
		if err := a.index(ctx, tx); err != nil {
			return nil, err
		}
		a.rows = append(a.rows, ledger.Row{Table: "casework_cases", Key: a.ID})
		_, err = ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: "casework.paper", Subject: ref(a.ID), Actor: actor.Person, Unit: a.Unit, At: a.now, Body: a.body, Rows: a.rows})
		return &Result{ID: a.ID, Number: a.Number, State: a.State, Rev: a.Rev, Document: a.issued}, err
	})
}

// paper loads the case for the writing of a free form.
func (s *Service) paper(ctx context.Context, tx *store.Tx, actor org.Actor, id string, kind document.Kind) (*act, *document.Blank, error) {
	f, err := s.visible(ctx, tx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	blank, ok := document.BlankOf(kind)
	if !ok {
		return nil, nil, fault.New(fault.NotFound, "case.paper_unknown")
	}
	if !free(kind) {
		return nil, nil, fault.New(fault.Refused, "case.paper_by_step", "title", blank.Name)
	}
	if err := actor.Must(paperRight(blank), f.Unit); err != nil {
		return nil, nil, err
	}
	w, err := f.mainWay()
	if err != nil {
		return nil, nil, err
	}
	a := &act{file: f, way: w, actor: actor, step: &procedure.Step{Code: "paper"}, now: s.now(), entry: store.NewID(), body: map[string]any{"number": f.Number}}
	return a, blank, a.isTheirs()
}
