package casework

import (
	"context"
	"slices"
	"strings"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// ServiceInput is how a document reached the party (CP 87-95, AP 61, SH 25), as the officer writes it down.
type ServiceInput struct {
	Method   string   `json:"method" enum:"in_person,left,post,electronic,entrusted,handed_on,announcement"`
	ServedOn law.Date `json:"servedOn" doc:"as on the proof of service; for an announcement, the last day of its period"`
	Receiver string   `json:"receiver" maxLength:"200" doc:"who took it and as what; who refused, and the witness"`
	Proof    []string `json:"proof,omitempty" maxItems:"20" doc:"ids of the pictures and recordings that prove it"`
}

// check: leaving a document behind needs a witness or pictures (CP 89), electronic service the signed consent
// (AP 61(2)).
func (in *ServiceInput) check(f *file, consent bool) *fault.Error {
	wrong := fault.New(fault.Invalid, "form")
	in.Receiver = strings.TrimSpace(in.Receiver)
	required(wrong, "receiver", in.Receiver, 200)
	if in.ServedOn.IsZero() {
		wrong.With("servedOn", "form.required")
	}
	if !slices.ContainsFunc(serviceMethod.Options, func(o procedure.Option) bool { return o.Value == in.Method }) {
		wrong.With("method", "form.required")
	}
	proved(wrong, "proof", in.Method, in.Receiver, len(in.Proof) > 0, consent)
	return wrong
}

// proved asks of a document that was left behind for a witness or pictures (CP 89), and of one that was sent
// electronically for the party's signed consent (AP 61(2)).
func proved(wrong *fault.Error, field, method, receiver string, pictures, consent bool) {
	pictures = pictures || slices.ContainsFunc([]string{"见证", "拍照", "录像", "照片"}, func(word string) bool { return strings.Contains(receiver, word) })
	if method == "left" && !pictures {
		wrong.With(field, "case.left_needs_proof", "cites", []string{law.CP(89).String()})
	}
	if method == "electronic" && !consent {
		wrong.With("method", "case.no_consent", "cites", []string{law.AP(61, 2).String(), law.CP(90).String()})
	}
}

// consented reports whether the party has signed that documents may reach it electronically.
func (f *file) consented() bool {
	return slices.ContainsFunc(f.documents, func(d Document) bool { return d.Kind == tracks.KindConsent && d.VoidAt == nil })
}

// serviceUnproved is proved of a step that records a service.
func (a *act) serviceUnproved() error {
	method := a.values.Text("method")
	if _, serves := a.values.Date("served_on"); !serves || method == "" {
		return nil
	}
	wrong := fault.New(fault.Invalid, "procedure.fields")
	proved(wrong, "receiver", method, a.values.Text("receiver"), false, a.consented())
	return wrong.OrNil()
}

// Serve writes down how a document of the case reached the party. Documents whose service a step of a procedure
// records, as notice and decision, are served by that step. Returns case.document_not_found, case.served,
// case.served_by_step, form with what is missing, need.served_after_issue and need.announcement for a day that
// cannot be.
func (s *Service) Serve(ctx context.Context, actor org.Actor, id, documentID string, rev int64, in ServiceInput) (*Result, error) {
	return s.amend(ctx, actor, id, documentID, tracks.OpServe, "casework.served", rev, func(ctx context.Context, tx *store.Tx, a *act, d *Document) error {
		blank, ok := document.BlankOf(document.Kind(d.Kind))
		switch {
		case !ok:
			return fault.New(fault.Refused, "case.served_by_step")
		case tracks.ServedByStep(d.Kind):
			return fault.New(fault.Refused, "case.served_by_step")
		case !blank.Served:
			return fault.New(fault.Refused, "case.not_for_service", "title", d.Title)
		case !d.ServedOn.IsZero():
			return fault.New(fault.Conflict, "case.served")
		}
		wrong := in.check(a.file, a.consented())
		issued := law.On(d.IssuedAt)
		over, err := s.announcementOver(ctx, tx, a.Unit, in.Method, issued, in.ServedOn)
		switch {
		case err != nil:
			return err
		case law.On(a.now).Before(in.ServedOn):
			wrong.With("servedOn", "form.future")
		case in.ServedOn.Before(issued):
			wrong.With("servedOn", "need.served_after_issue")
		case !over:
			wrong.With("servedOn", "need.announcement")
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
		if err := markServed(ctx, tx, d.ID, in.ServedOn, in.Method); err != nil {
			return err
		}
		if err := s.fromService(ctx, tx, a, d, in.ServedOn); err != nil {
			return err
		}
		a.body["method"], a.body["served_on"], a.body["proof"] = in.Method, in.ServedOn.String(), in.Proof
		return nil
	})
}

// handOver notes the service of a document that the step itself hands to the party: it counts from that day.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, a *act) error {
	hands := a.way.track.HandsOver[a.step.Code]
	if hands == nil || a.issued == "" || !hands(a.values) {
		return nil
	}
	today := law.On(a.now)
	a.body["served_on"], a.body["method"] = today.String(), inPerson
	return markServed(ctx, tx, a.issued, today, inPerson) // its row is among the step's already
}

// waitsForService reports whether a clock that the step starts counts from a service that has not taken place.
func (a *act) waitsForService(clock string) bool {
	if a.way.track == nil {
		return false
	}
	hands := a.way.track.HandsOver[a.step.Code]
	return slices.Contains(a.way.track.FromService[a.step.Issues], clock) && (hands == nil || !hands(a.values))
}

// fromService starts what counts from the service of a document, in the track that issued it while that goes on.
func (s *Service) fromService(ctx context.Context, tx *store.Tx, a *act, d *Document, on law.Date) error {
	b, ok := a.track(d.Track)
	if !ok || b.EndedAt != nil {
		return nil
	}
	t, ok := tracks.Of(b.Procedure)
	if !ok {
		return nil
	}
	for _, code := range t.FromService[d.Kind] {
		clock, _ := t.Clock(code)
		rows, err := s.terms.Start(ctx, tx, a.matter(), way{t.Procedure, t, b}.clock(code), clock.Period, on.Start())
		if err != nil {
			return err
		}
		a.rows = append(a.rows, rows...)
	}
	return nil
}

func markServed(ctx context.Context, tx *store.Tx, documentID string, on law.Date, method string) error {
	return store.Changed(tx.Exec(ctx, `UPDATE casework_documents SET served_on = $2, served_by = $3 WHERE id = $1`, documentID, store.Date{Date: on}, method))
}

// announcementOver reports whether a day of service is late enough for the method: an announcement counts when its
// period is over, as the unit's setting says.
func (s *Service) announcementOver(ctx context.Context, tx *store.Tx, unit, method string, issued, on law.Date) (bool, error) {
	if method != byAnnouncement {
		return true, nil
	}
	var basis string
	if _, err := org.SettingInto(ctx, tx, unit, "casework.announcement", &basis); err != nil {
		return false, err
	}
	return !on.Before(issued.AddDays(announcementDays[basis])), nil
}

// Void takes a document back that has not been served: it keeps its number, and the check page says that it is
// void and why. What has been served is corrected or revoked by its own procedure. Returns
// case.document_not_found, case.void, case.served_not_void.
func (s *Service) Void(ctx context.Context, actor org.Actor, id, documentID string, rev int64, reason string) (*Result, error) {
	reason = strings.TrimSpace(reason)
	return s.amend(ctx, actor, id, documentID, tracks.OpAmend, "casework.voided", rev, func(ctx context.Context, tx *store.Tx, a *act, d *Document) error {
		wrong := fault.New(fault.Invalid, "form")
		required(wrong, "reason", reason, 500)
		if err := wrong.OrNil(); err != nil {
			return err
		}
		if !d.ServedOn.IsZero() {
			return fault.New(fault.Conflict, "case.served_not_void")
		}
		if slices.Contains(stepDocuments, d.Kind) {
			return fault.New(fault.Refused, "case.void_by_step")
		}
		return store.Changed(tx.Exec(ctx, `UPDATE casework_documents SET void_at = $2, void_reason = $3 WHERE id = $1`, d.ID, store.At(a.now), reason))
	})
}

// stepDocuments carry the case on and are taken back by its steps alone (notify anew, amend).
var stepDocuments = []string{NoticeDocument, DecisionDocument, tracks.KindSummary}

// amend changes one issued document's fate: what it says is never changed.
func (s *Service) amend(ctx context.Context, actor org.Actor, id, documentID, op, kind string, rev int64, do func(context.Context, *store.Tx, *act, *Document) error) (*Result, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Result, error) {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		if err := actor.Must(op, f.Unit); err != nil {
			return nil, err
		}
		if f.Rev != rev {
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		i := slices.IndexFunc(f.documents, func(d Document) bool { return d.ID == documentID })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "case.document_not_found")
		}
		d := &f.documents[i]
		if d.VoidAt != nil {
			return nil, fault.New(fault.Conflict, "case.void")
		}
		a := &act{file: f, actor: actor, now: s.now(), entry: store.NewID(), body: map[string]any{"number": f.Number, "document": d.Number}}
		if err := a.isTheirs(); err != nil {
			return nil, err
		}
		if err := do(ctx, tx, a, d); err != nil {
			return nil, err
		}
		a.UpdatedAt = a.now
		if err := updateCase(ctx, tx, a.Case, a.Rev); err != nil {
			return nil, err
		}
		a.rows = append(a.rows, ledger.Row{Table: "casework_cases", Key: a.ID}, ledger.Row{Table: "casework_documents", Key: d.ID})
		_, err = ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: kind, Subject: ref(a.ID), Actor: actor.Person, Unit: a.Unit, At: a.now, Body: a.body, Rows: a.rows})
		return &Result{ID: a.ID, Number: a.Number, State: a.State, Rev: a.Rev}, err
	})
}
