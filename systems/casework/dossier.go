package casework

import (
	"context"
	"strings"

	"jiexu/document"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// dossier is what the case lends to its documents, as it stands in this transaction.
func (s *Service) dossier(ctx context.Context, tx *store.Tx, a *act) (document.Dossier, error) {
	base, err := s.common(ctx, tx, a)
	if err != nil {
		return document.Dossier{}, err
	}
	unit, err := org.UnitByID(ctx, tx, a.Unit)
	if err != nil {
		return document.Dossier{}, err
	}
	d := document.Dossier{Authority: base.authority.Name, Unit: unit.Name, CaseNumber: a.Number, Title: a.Title, Source: words.Text("zh-CN", "case.source."+a.Source, nil),
		Party: base.party, Matter: base.matter.Name, Violated: base.violated, Basis: base.basis, ActDate: a.ActDate, Place: a.ActPlace, Findings: base.facts,
		Evidence: base.evidence, Correct: base.correct, Pay: document.Payment{Bank: base.authority.Bank, Account: base.authority.Account},
		Reconsideration: base.authority.Reconsideration, Court: base.authority.Court, Government: base.authority.Government, Contact: base.contact}
	d.Above.Reconsideration, d.Above.Court = base.authority.GovernmentReconsideration, base.authority.GovernmentCourt
	for _, o := range a.holders {
		if o.left() {
			continue
		}
		d.Officers = append(d.Officers, document.Officer{Name: o.Name, Certificate: o.Certificate})
	}
	if noticed, ok := a.last(StepNotify); ok {
		d.Reasons, _ = noticed.Fields["grounds"].(string)
	}
	d.Earlier = a.earlier()
	told := a.notified()
	d.Noticed, d.Defence, d.Opinion = told.Served, told.Defence, told.Opinion
	if a.FiledAt != nil {
		d.Filed = law.On(*a.FiledAt)
	}
	if a.DecidedAt != nil {
		d.Decided = law.On(*a.DecidedAt)
	}
	if a.ProposedYuan != nil {
		d.Proposed = penalties(*a.ProposedYuan)
	}
	if a.DecidedYuan != nil {
		d.Penalties = penalties(*a.DecidedYuan)
	}
	money, err := s.moneyOf(ctx, tx, a.file, law.On(a.now))
	if err != nil {
		return d, err
	}
	d.PayBy, d.Surcharge = money.PayBy, document.Yuan(money.Surcharge)
	for _, p := range money.Payments {
		d.Payments = append(d.Payments, document.Receipt{On: p.On, Amount: document.Yuan(p.Yuan + p.Surcharge), Number: p.Voucher})
	}
	return d, nil
}

// earlier are the valid documents of the case, the oldest first, and those that reached the party before they were
// revoked or changed: what follows speaks of them.
func (f *file) earlier() (out []document.Earlier) {
	for _, d := range f.documents {
		if d.VoidAt != nil && d.ServedOn.IsZero() {
			continue
		}
		e := document.Earlier{Kind: document.Kind(d.Kind), Title: d.Title, Number: d.Number, Date: law.On(d.IssuedAt), Served: d.ServedOn}
		if strings.HasPrefix(d.Number, f.Number+inFile) {
			e.Number = "" // its place in the file, and no number that it bears
		}
		if d.ServedBy != "" {
			e.Method = methodTitle(d.ServedBy)
		}
		out = append(out, e)
	}
	return out
}

func methodTitle(method string) string {
	for _, o := range serviceMethod.Options {
		if o.Value == method {
			return o.Label.ZH
		}
	}
	return method
}
