package casework

import (
	"context"
	"database/sql"
	"slices"

	"jiexu/law"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// Paid is one payment towards a case.
type Paid struct {
	On        law.Date `json:"on"`
	Yuan      int64    `json:"yuan" doc:"towards the fine"`
	Surcharge int64    `json:"surcharge" doc:"towards the surcharge, in fen"`
	Voucher   string   `json:"voucher" doc:"of the bank, or number of the receipt"`
	Cash      bool     `json:"cash"`
}

// Money is what a case asks for and has received, on a day.
type Money struct {
	Fine        int64          `json:"fine" doc:"yuan; 0 for a warning alone or no decision"`
	PaidFine    int64          `json:"paidFine" doc:"yuan"`
	PayBy       law.Date       `json:"payBy,omitzero" doc:"last day to pay without a surcharge"`
	Surcharge   int64          `json:"surcharge" doc:"fen that have run up (AP 72): 3% of the fine a day, never above the fine, not while reconsideration or litigation runs (AP 73)"`
	PaidSur     int64          `json:"paidSurcharge" doc:"fen"`
	Waived      bool           `json:"waived" doc:"the surcharge is waived by an agreement on execution (AC 42)"`
	Payments    []Paid         `json:"payments"`
	Paused      []law.Interval `json:"paused" doc:"days on which no surcharge ran"`
	Outstanding int64          `json:"outstanding" doc:"fen, fine and surcharge"`
}

func paymentsOf(ctx context.Context, tx *store.Tx, id string) ([]Paid, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (p Paid, err error) {
		var on store.Date
		var sur sql.NullInt64
		var cash sql.NullBool
		err = r.Scan(&p.Yuan, &p.Voucher, &on, &sur, &cash)
		p.On, p.Surcharge, p.Cash = on.Date, sur.Int64, cash.Bool
		return
	}, `SELECT yuan, voucher, paid_on, surcharge_fen, cash FROM casework_payments WHERE case_id = $1 ORDER BY paid_on, id`, id)
}

// paidOf is what was paid towards the fine, in yuan, and towards the surcharge, in fen.
func (s *Service) paidOf(ctx context.Context, tx *store.Tx, id string) (yuan, fen int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(yuan), 0), COALESCE(sum(surcharge_fen), 0) FROM casework_payments WHERE case_id = $1`, id).Scan(&yuan, &fen)
	return yuan, fen, err
}

// moneyOf reckons what a case asks for on a day.
func (s *Service) moneyOf(ctx context.Context, tx *store.Tx, f *file, on law.Date) (Money, error) {
	payments, err := paymentsOf(ctx, tx, f.ID)
	if err != nil {
		return Money{}, err
	}
	return f.money(payments, on), nil
}

func (f *file) money(payments []Paid, on law.Date) Money {
	m := Money{PayBy: f.payBy(), Payments: orEmpty(payments), Paused: orEmpty(f.paused(on)), Waived: f.surchargeWaived()}
	if f.DecidedYuan != nil {
		m.Fine = *f.DecidedYuan
	}
	// The surcharge stops growing on the day on which the fine was paid up.
	until := on
	for _, p := range payments {
		m.PaidFine += p.Yuan
		m.PaidSur += p.Surcharge
		if m.Fine > 0 && m.PaidFine >= m.Fine && p.On.Before(until) {
			until = p.On
		}
	}
	if !m.PayBy.IsZero() && m.Fine > 0 {
		m.Surcharge = law.Surcharge(m.Fine*100, m.PayBy, until, m.Paused)
	}
	m.Outstanding = max(0, (m.Fine-m.PaidFine)*100)
	if !m.Waived {
		m.Outstanding += max(0, m.Surcharge-m.PaidSur)
	}
	return m
}

// payBy is the last day to pay: that of the newest payment period of the main procedure, or the last one that
// the head granted on request (AP 66).
func (f *file) payBy() law.Date {
	var due law.Date
	for _, t := range f.terms {
		if c, ok := ClockOf(t.Clock); ok && c.Code == Payment.Code {
			due = t.DueDate
		}
	}
	if d := f.deferredUntil(); due.Before(d) {
		due = d
	}
	return due
}

// deferredUntil is the last day of a deferral or of instalments; zero where there are none.
func (f *file) deferredUntil() (until law.Date) {
	for _, b := range f.beside {
		for _, t := range taken(b.steps) {
			if d, ok := tracks.DeferredUntil(b.Procedure, t); ok && until.Before(d) {
				until = d
			}
		}
	}
	return until
}

// paused are the days on which no surcharge runs: from the day on which reconsideration or litigation was
// asked for to the day of its outcome (AP 73).
func (f *file) paused(on law.Date) []law.Interval {
	var out []law.Interval
	for _, b := range f.beside {
		if from, to, ok := tracks.RemedyRan(b.Procedure, taken(b.steps)); ok {
			if to.IsZero() {
				to = on
			}
			out = append(out, law.Interval{From: from.Start(), To: to.End(), Basis: law.AP(73).String()})
		}
	}
	return out
}

// surchargeWaived reports whether an agreement on execution gave up the surcharge (AC 42).
func (f *file) surchargeWaived() bool {
	return slices.ContainsFunc(f.beside, func(b *Beside) bool { return tracks.WaivesSurcharge(b.Procedure, taken(b.steps)) })
}
