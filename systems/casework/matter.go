package casework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Confirmation is the legal section's word on an entry of the catalogue whose text the program does not
// hold: from which source, which article documents are to name, and the amounts.
type Confirmation struct {
	Matter    string    `json:"matter"`
	ValidFrom law.Date  `json:"validFrom"` // chooses among the entries of one code
	Source    string    `json:"source"`
	Statute   string    `json:"statute"`
	Article   int       `json:"article"`
	Para      int       `json:"para"`
	Low       int64     `json:"low"`
	High      int64     `json:"high"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
}

func (c Confirmation) key() string { return entryKey(c.Matter, c.ValidFrom) }

func entryKey(code string, from law.Date) string { return code + "@" + from.String() }

// ConfirmInput is what the legal section fills in.
type ConfirmInput struct {
	ValidFrom law.Date `json:"validFrom" doc:"the entry's first day"`
	Source    string   `json:"source" maxLength:"500" doc:"the promulgated text that was read"`
	Statute   string   `json:"statute" maxLength:"100" doc:"full title of the statute, as documents spell it"`
	Article   int      `json:"article" minimum:"1" maximum:"2000"`
	Para      int      `json:"para,omitempty" minimum:"0" maximum:"50" doc:"0: the whole article"`
	Low       int64    `json:"low" minimum:"0" maximum:"100000000" doc:"floor of the fine, yuan"`
	High      int64    `json:"high" minimum:"0" maximum:"100000000" doc:"ceiling of the fine, yuan"`
}

// Confirm notes the legal section's word on an unconfirmed entry; from then on decisions may rest on it.
// Returns case.matter_known for an entry that needs none, and case.matter_confirmed for a second word.
func (s *Service) Confirm(ctx context.Context, actor org.Actor, code string, in ConfirmInput) error {
	in.Source, in.Statute = strings.TrimSpace(in.Source), strings.Trim(strings.TrimSpace(in.Statute), "《》")
	f := fault.New(fault.Invalid, "form")
	required(f, "source", in.Source, 500)
	required(f, "statute", in.Statute, 100)
	if in.Article < 1 {
		f.With("article", "form.required")
	}
	if in.High < in.Low || in.High == 0 {
		f.With("high", "case.range_order")
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	if !actor.CanAnywhere(opConfirm) {
		return fault.New(fault.Refused, "refused", "op", opConfirm)
	}
	all, err := law.Matters()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(m law.Matter) bool { return m.Code == code && m.ValidFrom == in.ValidFrom })
	if i < 0 {
		return fault.New(fault.NotFound, "case.matter_unknown", "code", code)
	}
	if all[i].Confirmed {
		return fault.New(fault.Conflict, "case.matter_known")
	}
	_, err = store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (bool, error) {
		now, key := s.now(), entryKey(code, in.ValidFrom)
		n, err := tx.Exec(ctx, `INSERT INTO casework_confirmations (matter, source, statute, article, para, low, high, confirmed_at, confirmed_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
			ON CONFLICT (matter) DO NOTHING`, key, in.Source, in.Statute, in.Article, in.Para, in.Low, in.High, store.At(now), actor.Person)
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, fault.New(fault.Conflict, "case.matter_confirmed")
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.matter_confirmed", Subject: ledger.Ref{Type: "matter", ID: key}, Actor: actor.Person,
			Unit: actor.HomeUnit(), At: now, Body: in, Rows: []ledger.Row{{Table: "casework_confirmations", Key: key}}})
		return true, err
	})
	return err
}

type confirmationsKey struct{}

// confirmations reads what the legal section has confirmed, by entryKey, once in a transaction.
func confirmations(ctx context.Context, tx *store.Tx) (map[string]Confirmation, error) {
	held := tx.Local(confirmationsKey{}, func() any { return new(map[string]Confirmation) }).(*map[string]Confirmation)
	var err error
	if *held == nil {
		*held, err = readConfirmations(ctx, tx)
	}
	return *held, err
}

func readConfirmations(ctx context.Context, tx *store.Tx) (map[string]Confirmation, error) {
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (c Confirmation, err error) {
		var at store.Time
		var key string
		if err = r.Scan(&key, &c.Source, &c.Statute, &c.Article, &c.Para, &c.Low, &c.High, &at, &c.By); err != nil {
			return
		}
		code, from, _ := strings.Cut(key, "@")
		c.Matter, c.At = code, at.Time
		c.ValidFrom, err = law.ParseDate(from)
		return
	}, `SELECT m.matter, m.source, m.statute, m.article, m.para, m.low, m.high, m.confirmed_at, p.name FROM casework_confirmations m JOIN org_v_people p ON p.id = m.confirmed_by`)
	if err != nil {
		return nil, fmt.Errorf("read confirmations: %w", err)
	}
	out := map[string]Confirmation{}
	for _, c := range list {
		out[c.key()] = c
	}
	return out, nil
}

// effective is the matter of a case on the day of the act, with the legal section's word where the
// shipped entry is not confirmed. ok is false where no text was in force on that day.
type effective struct {
	law.Matter
	ok        bool
	confirmed bool
	word      *Confirmation // of the legal section, where the shipped entry is not confirmed
	chosen    law.Applicable
}

// matterOf chooses the text by AP 37: that of the day of the act, or the one of the decision's day if it is
// lighter. A case that is not decided is judged as of today.
func (s *Service) matterOf(ctx context.Context, tx *store.Tx, c *Case) (effective, error) {
	on := law.On(s.now())
	if c.DecidedAt != nil {
		on = law.On(*c.DecidedAt)
	}
	if on.Before(c.ActDate) {
		on = c.ActDate
	}
	chosen, err := law.MatterFor(c.Matter, c.ActDate, on, c.partyKind)
	if fault.KindOf(err) == fault.NotFound {
		return effective{}, nil
	}
	if err != nil {
		return effective{}, err
	}
	m := chosen.Matter
	e := effective{Matter: m, ok: true, confirmed: m.Confirmed, chosen: chosen}
	if m.Confirmed {
		return e, nil
	}
	known, err := confirmations(ctx, tx)
	if err != nil {
		return e, err
	}
	if word, ok := known[entryKey(m.Code, m.ValidFrom)]; ok {
		e.confirmed, e.word = true, &word
		e.Formula, e.Person, e.Organisation = law.InYuan, &law.Range{Min: word.Low, Max: word.High}, &law.Range{Min: word.Low, Max: word.High}
	}
	return e, nil
}

// limits are floor and ceiling of the fine for this case, in yuan; ok is false where they are not
// known, or the article fines no such party.
func (e effective) limits(c *Case, party string) (low, high int64, ok bool) {
	base := 0.0
	if c.Base != nil {
		base = *c.Base
	}
	low, high, err := e.Fine(party, c.Grade, base)
	return low, high, err == nil
}

func matterTitle(m law.Matter, lang string) string {
	if lang == "en" && m.NameEn != "" {
		return m.NameEn
	}
	return m.Name
}
