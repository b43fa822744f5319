package casework

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// payment is money that came in for a case.
type payment struct {
	yuan      int64 // towards the fine
	surcharge int64 // towards the surcharge, in fen
	voucher   string
	on        law.Date
	cash      bool
}

// pay enters what a step says was paid.
func (s *Service) pay(ctx context.Context, tx *store.Tx, a *act) error {
	yuan, _ := a.values.Number("amount")
	on, _ := a.values.Date("paid_on")
	p := payment{yuan: yuan, on: on, voucher: a.values.Text("voucher")}
	p.surcharge, _ = law.Fen(a.values.Text("surcharge"))
	if p.voucher == "" {
		p.voucher, p.cash = a.values.Text("receipt_no"), true
	}
	return s.enter(ctx, tx, a, p)
}

// enter writes a payment. One voucher pays once, in the whole office.
func (s *Service) enter(ctx context.Context, tx *store.Tx, a *act, p payment) error {
	id := store.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO casework_payments (id, case_id, yuan, voucher, paid_on, at, by_person, surcharge_fen, cash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		id, a.ID, p.yuan, p.voucher, store.Date{Date: p.on}, store.At(a.now), a.actor.Person, some(p.surcharge), p.cash)
	if store.IsUnique(err) {
		field := "voucher"
		if p.cash {
			field = "receipt_no"
		}
		return fault.New(fault.Invalid, "procedure.fields").With(field, "case.voucher_used")
	}
	if err != nil {
		return err
	}
	a.body["yuan"], a.rows = p.yuan, append(a.rows, ledger.Row{Table: "casework_payments", Key: id})
	if p.surcharge > 0 {
		a.body["surcharge_fen"] = p.surcharge
	}
	met, err := s.meetPaid(ctx, tx, a)
	a.rows = append(a.rows, met...)
	return err
}

// some is a sum, or nothing where it is 0.
func some(fen int64) any {
	if fen == 0 {
		return nil
	}
	return fen
}

// payFromBank pays a case by what the bank reports: in full by the step that performs it, in part as an entry of its
// own. Returns case.voucher_used.
func (s *Service) payFromBank(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, p payment, full bool) error {
	var taken int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM casework_payments WHERE voucher = $1`, p.voucher).Scan(&taken); err != nil {
		return err
	}
	if taken > 0 {
		return fault.New(fault.Conflict, "case.voucher_used")
	}
	w, err := f.mainWay()
	if err != nil {
		return err
	}
	step, ok := w.Step(StepPay)
	if !ok {
		return fault.New(fault.Conflict, "case.bank_nothing_owed", "number", f.Number)
	}
	bank := org.Program("bank")
	a := &act{file: f, way: w, actor: bank, step: step, now: s.now(), entry: store.NewID(), body: map[string]any{"reconciled_by": actor.Person}}
	if full {
		in := map[string]any{"voucher": p.voucher, "amount": float64(p.yuan), "paid_on": p.on.String()}
		if p.surcharge > 0 {
			in["surcharge"] = yuanText(p.surcharge)
		}
		_, err := s.takeNow(ctx, tx, a, in)
		return err
	}
	if err := s.enter(ctx, tx, a, p); err != nil {
		return err
	}
	a.body["number"], a.UpdatedAt = a.Number, a.now
	if err := updateCase(ctx, tx, a.Case, a.Rev); err != nil {
		return err
	}
	a.rows = append(a.rows, ledger.Row{Table: "casework_cases", Key: a.ID})
	_, err = ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: "casework.paid_part", Subject: ref(a.ID), Actor: bank.Person, Unit: a.Unit, At: a.now, Body: a.body, Rows: a.rows})
	return err
}

// Arrear is a case whose fine is not paid in time.
type Arrear struct {
	ID          string   `json:"id"`
	Number      string   `json:"number"`
	Title       string   `json:"title"`
	UnitName    string   `json:"unitName"`
	Party       string   `json:"party" doc:"masked where it is a person"`
	Fine        int64    `json:"fine" doc:"yuan"`
	Outstanding int64    `json:"outstanding" doc:"fen, surcharge included"`
	PayBy       law.Date `json:"payBy"`
	DaysLate    int      `json:"daysLate"`
	Ripe        string   `json:"ripe" enum:",demand,court,late" doc:"demand: the periods for reconsideration and litigation are over, a demand may be served (AC 53, 54); court: ten working days have passed since it was; late: the three months to apply are over"`
	RipeUntil   law.Date `json:"ripeUntil,omitzero" doc:"last day to apply to the court (AC 53)"`
}

// Arrears lists the cases of the actor's scope whose last day to pay is over, the longest late first, and which of
// them are ripe for a demand or for the court.
func (s *Service) Arrears(ctx context.Context, actor org.Actor) (out []Arrear, err error) {
	out = []Arrear{}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		today := law.On(s.now())
		w := &store.Where{}
		cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
		w.Raw(cond, args)
		w.Add("c.decided_yuan > 0 AND c.closed_at IS NULL AND c.id IN (SELECT matter_id FROM term_v_open WHERE matter_type = 'case' AND due_date < ?)", store.Date{Date: today})
		ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`SELECT c.id FROM casework_cases c WHERE `+w.SQL()+` ORDER BY c.decided_at, c.id LIMIT 500`, w.Args()...)
		if err != nil || len(ids) == 0 {
			return err
		}
		files, err := s.loadFiles(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f := files[id]
			m, err := s.moneyOf(ctx, tx, f, today)
			if err != nil {
				return err
			}
			if m.Outstanding == 0 || m.PayBy.IsZero() || !m.PayBy.Before(today) {
				continue
			}
			unit, err := org.UnitByID(ctx, tx, f.Unit)
			if err != nil {
				return err
			}
			a := Arrear{ID: f.ID, Number: f.Number, Title: f.Title, UnitName: unit.Name, Fine: m.Fine, Outstanding: m.Outstanding, PayBy: m.PayBy, DaysLate: m.PayBy.DaysUntil(today)}
			if p, ok := f.party(); ok {
				if a.Party = p.Name; p.Kind == Person {
					a.Party = maskedName(p.Name)
				}
			}
			if a.Ripe, a.RipeUntil, err = s.ripe(f, m, today); err != nil {
				return err
			}
			out = append(out, a)
		}
		slices.SortStableFunc(out, func(a, b Arrear) int { return a.PayBy.Compare(b.PayBy) })
		return nil
	})
	return out, err
}

// ripe says what may be done about an arrear on a day: nothing while the periods for reconsideration and litigation run
// or a remedy is pending; then a demand; ten working days after it the court, within three months (AC 53, 54).
func (s *Service) ripe(f *file, m Money, today law.Date) (string, law.Date, error) {
	var remedies law.Date
	main, err := f.mainWay()
	if err != nil {
		return "", law.Date{}, err
	}
	for _, code := range []string{Reconsideration.Code, Litigation.Code} {
		if due := f.dueOf(main.clock(code)); remedies.Before(due) {
			remedies = due
		}
	}
	if remedies.IsZero() || !remedies.Before(today) {
		return "", law.Date{}, nil
	}
	var demanded time.Time
	for _, d := range f.documents {
		if d.Kind == kindDemand && d.VoidAt == nil && !d.ServedOn.IsZero() {
			demanded = d.ServedOn.Start()
		}
	}
	var deferred law.Date
	for _, d := range f.deferrals() {
		if over := d.Over(s.terms.Calendar()); deferred.Before(over) {
			deferred = over
		}
	}
	window, err := s.terms.Calendar().CourtWindow(remedies, demanded, deferred)
	switch {
	case err != nil:
		return "", law.Date{}, err
	case demanded.IsZero():
		return "demand", window.Closes, nil
	case window.Open(today):
		return "court", window.Closes, nil
	case window.Closes.Before(today):
		return "late", window.Closes, nil
	}
	return "demand", window.Closes, nil // served, and its ten working days run
}

// kindDemand is the demand to pay or perform (催告书, AC 35, 54).
const kindDemand = "demand"
