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
	PayBy       law.Date       `json:"payBy,omitzero" doc:"last day to pay without a surcharge what is not paid yet; of a deferral or of instalments that of the next part"`
	Surcharge   int64          `json:"surcharge" doc:"fen that have run up (AP 72): 3% of the fine a day, never above the fine, not while reconsideration or litigation runs (AP 73)"`
	PaidSur     int64          `json:"paidSurcharge" doc:"fen"`
	Waived      bool           `json:"waived" doc:"the surcharge is waived by an agreement on execution (AC 42)"`
	Payments    []Paid         `json:"payments"`
	Paused      []law.Interval `json:"paused" doc:"days on which no surcharge ran"`
	PerDay      int64          `json:"perDay" doc:"fen that a day adds, or would add once the next part is late"`
	Outstanding int64          `json:"outstanding" doc:"fen, fine and surcharge"`
	DueNow      int64          `json:"dueNow" doc:"fen of what is outstanding that is due by the day: parts whose day has not come are not"`
	DueWhy      string         `json:"dueWhy" enum:"none,clear,not_yet,late,missed,broken" doc:"why: nothing was fined or the decision is not served; all is paid; the days run; the last day is over; a part was missed; the plan was ended, so that the rest is due"`
	Plans       []Plan         `json:"plans" doc:"what was granted of deferral and instalments (AP 66), the oldest first"`
}

// Plan is a deferral or a plan of instalments, and how it stands.
type Plan struct {
	Asked    law.Date     `json:"asked,omitzero"`
	Granted  law.Date     `json:"granted"`
	Kind     string       `json:"kind" enum:"deferral,instalments"`
	Hardship string       `json:"hardship,omitempty" doc:"why the party asked; for those alone who may read the case's papers"`
	Opinion  string       `json:"opinion,omitempty" doc:"why it was granted; likewise"`
	Parts    []Instalment `json:"parts"`
	Broken   law.Date     `json:"broken,omitzero" doc:"it was ended on that day, as a part was not paid"`
	Since    law.Date     `json:"since,omitzero" doc:"the missed day, since which the rest is due"`
}

// Instalment is one part of a plan.
type Instalment struct {
	N         int      `json:"n"`
	By        law.Date `json:"by" doc:"last day; one that was set to a day off has moved on (CP 85)"`
	Yuan      int64    `json:"yuan"`
	PaidYuan  int64    `json:"paidYuan"`
	PaidOn    law.Date `json:"paidOn,omitzero" doc:"the day on which all of it was paid"`
	State     string   `json:"state" enum:"open,paid,paid_late,missed,overtaken" doc:"overtaken: the plan was ended before its day, and it is due with the missed part"`
	Surcharge int64    `json:"surcharge" doc:"fen that have run up on it"`
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
	return f.money(s.terms.Calendar(), payments, on), nil
}

// money reckons what the case asks for on a day, by what was paid.
func (f *file) money(cal *law.Calendar, payments []Paid, on law.Date) Money {
	m := Money{Payments: orEmpty(payments), Paused: orEmpty(f.paused(on)), Waived: f.surchargeWaived(), Plans: []Plan{}, DueWhy: "none"}
	if f.DecidedYuan != nil {
		m.Fine = *f.DecidedYuan
	}
	paid := make([]law.Sum, len(payments))
	for i, p := range payments {
		m.PaidFine += p.Yuan
		m.PaidSur += p.Surcharge
		paid[i] = law.Sum{On: p.On, Money: p.Yuan * 100}
	}
	how, deferrals := f.arrangements(cal, paid)
	if len(how) > 0 {
		r := law.Reckon(m.Fine*100, how, paid, on, m.Paused)
		m.Surcharge = r.Surcharge
		for i, d := range deferrals {
			m.Plans = append(m.Plans, planView(cal, d, how[i+1], r.Parts[i+1], on))
		}
		m.PayBy, m.PerDay = openDay(r.Parts[len(r.Parts)-1], on)
	}
	m.Outstanding = max(0, (m.Fine-m.PaidFine)*100)
	surcharge := int64(0)
	if !m.Waived {
		surcharge = max(0, m.Surcharge-m.PaidSur)
	}
	m.Outstanding += surcharge
	m.dueNow(surcharge, on)
	return m
}

// For is the money as it is shown to somebody: why a party could not pay is told to those alone who may read the papers.
func (m Money) For(mayRead bool) Money {
	if mayRead {
		return m
	}
	m.Plans = slices.Clone(m.Plans)
	for i := range m.Plans {
		m.Plans[i].Hardship, m.Plans[i].Opinion = "", ""
	}
	return m
}

// dueNow says what of it is due on the day, and why.
func (m *Money) dueNow(surcharge int64, on law.Date) {
	if m.Fine == 0 || m.PayBy.IsZero() {
		return
	}
	late := m.PayBy.Before(on)
	switch m.DueNow, m.DueWhy = surcharge, "not_yet"; {
	case m.Outstanding == 0:
		m.DueWhy = "clear"
	case len(m.Plans) == 0 || len(m.Plans[len(m.Plans)-1].Parts) == 0:
		if m.DueWhy = "not_yet"; late {
			m.DueNow, m.DueWhy = m.Outstanding, "late"
		}
	default:
		plan := m.Plans[len(m.Plans)-1]
		for _, p := range plan.Parts {
			if p.By.Before(on) || !plan.Since.IsZero() && p.State == "overtaken" {
				m.DueNow += (p.Yuan - p.PaidYuan) * 100
			}
		}
		switch {
		case !plan.Since.IsZero():
			m.DueWhy = "broken"
		case late:
			m.DueWhy = "missed"
		}
	}
}

// openDay is the day of the first part that is not paid, of the last one where all are; and what a day adds to those that
// are late, or to that one once it is, in fen.
func openDay(parts []law.Part, on law.Date) (by law.Date, perDay int64) {
	var late, next int64
	for _, p := range parts {
		switch {
		case !p.PaidUp.IsZero():
			continue
		case p.On.Before(on):
			late += p.Late
		case next == 0:
			next = p.Money - p.InTime
		}
		if by.IsZero() {
			by = p.On
		}
	}
	if by.IsZero() && len(parts) > 0 {
		by = parts[len(parts)-1].On
	}
	if late == 0 {
		late = next
	}
	return by, late * 3 / 100
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
