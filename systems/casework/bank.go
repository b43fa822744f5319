package casework

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/sheet"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/words"
)

// BankLine is one line of a bank's file and what became of it.
type BankLine struct {
	Line    int    `json:"line"`
	Number  string `json:"number" doc:"of the decision, as the bank has it"`
	Fen     int64  `json:"fen"`
	PaidOn  string `json:"paidOn"`
	Voucher string `json:"voucher"`
	Outcome string `json:"outcome" doc:"paid; part; otherwise the code of why it was not taken"`
	Reason  string `json:"reason,omitempty" doc:"why it was not taken, in words"`
	Case    string `json:"case,omitempty" doc:"id of the case"`
	wrong   error
}

// What becomes of a line that was taken.
const (
	linePaid = "paid" // the fine and what had run up beside it are paid in full
	linePart = "part" // part of it
)

// Reconciled is what became of a bank's file.
type Reconciled struct {
	File      string     `json:"file" doc:"id"`
	Name      string     `json:"name"`
	Matched   []BankLine `json:"matched"`
	Unmatched []BankLine `json:"unmatched"`
}

// The columns of a bank's file, by the names that banks use for them.
var bankColumns = map[string][]string{
	"number":  {"决定书文号", "决定书编号", "处罚决定书文号", "文书号", "decision", "number"},
	"amount":  {"金额", "缴款金额", "实缴金额", "缴款金额（元）", "amount", "yuan"},
	"paid_on": {"缴款日期", "交易日期", "日期", "date", "paid_on"},
	"voucher": {"凭证号", "缴款凭证号", "流水号", "交易流水号", "voucher"},
}

// Reconcile takes a bank's file (CSV or Excel): each line pays the case whose decision it names. A line that
// names no decision, pays more than is asked for, repeats a voucher or has no date is not taken and listed with
// the reason. The file is taken whole or not at all, and once. Returns case.bank_columns where a column is
// missing, case.bank_again for a file that was taken before, and the faults of sheet.Open.
func (s *Service) Reconcile(ctx context.Context, actor org.Actor, name string, content []byte, lang string) (*Reconciled, error) {
	if !actor.CanAnywhere(opReconcile) {
		return nil, fault.New(fault.Refused, "refused", "op", opReconcile)
	}
	lines, err := readBank(name, content)
	if err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Reconciled, error) {
		now, sum := s.now(), sha256.Sum256(content)
		out := &Reconciled{File: store.NewID(), Name: name, Matched: []BankLine{}, Unmatched: []BankLine{}}
		_, err := tx.Exec(ctx, `INSERT INTO casework_bank_files (id, name, sha256, imported_at, imported_by) VALUES ($1,$2,$3,$4,$5)`,
			out.File, name, hex.EncodeToString(sum[:]), store.At(now), actor.Person)
		if store.IsUnique(err) {
			return nil, fault.New(fault.Conflict, "case.bank_again")
		}
		if err != nil {
			return nil, err
		}
		for i := range lines {
			l := &lines[i]
			if l.wrong == nil {
				l.wrong = s.takeLine(ctx, tx, actor, l)
			}
			if l.wrong != nil {
				var f *fault.Error
				if !errors.As(l.wrong, &f) || f.Kind == fault.Internal {
					return nil, l.wrong
				}
				l.Outcome, l.Reason = f.Code, words.Text(lang, f.Code, f.Params)
				out.Unmatched = append(out.Unmatched, *l)
			} else {
				out.Matched = append(out.Matched, *l)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO casework_bank_lines (file, line, decision, fen, paid_on, voucher, outcome, case_id) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
				out.File, l.Line, l.Number, l.Fen, l.PaidOn, l.Voucher, l.Outcome, nullable(l.Case)); err != nil {
				return nil, fmt.Errorf("line %d: %w", l.Line, err)
			}
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.bank_file", Subject: ledger.Ref{Type: "bank_file", ID: out.File}, Actor: actor.Person, Unit: actor.HomeUnit(), At: now,
			Body: map[string]any{"name": name, "sha256": hex.EncodeToString(sum[:]), "matched": len(out.Matched), "unmatched": len(out.Unmatched)},
			Rows: []ledger.Row{{Table: "casework_bank_files", Key: out.File}}})
		return out, err
	})
}

func readBank(name string, content []byte) ([]BankLine, error) {
	table, err := sheet.Open(name, content, sheet.FileOptions{})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for field, names := range bankColumns {
		at[field] = slices.IndexFunc(table.Header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
		if at[field] < 0 {
			return nil, fault.New(fault.Invalid, "case.bank_columns", "column", names[0])
		}
	}
	var lines []BankLine
	err = table.Each(func(r sheet.Row) error {
		l := BankLine{Line: r.Line}
		if r.Problem != nil {
			l.wrong = r.Problem
			lines = append(lines, l)
			return nil
		}
		cell := func(field string) string { return strings.TrimSpace(r.Cells[at[field]]) }
		l.Number, l.Voucher, l.PaidOn = cell("number"), cell("voucher"), cell("paid_on")
		var readable bool
		l.Fen, readable = law.Fen(width.Narrow.String(cell("amount")))
		on, isDay := bankDate(l.PaidOn)
		if isDay {
			l.PaidOn = on.String()
		}
		switch n := utf8.RuneCountInString(l.Voucher); {
		case !readable:
			l.wrong = fault.New(fault.Invalid, "case.bank_amount", "text", cell("amount"))
		case !isDay:
			l.wrong = fault.New(fault.Invalid, "case.bank_date", "text", l.PaidOn)
		case n < int(voucher.Min) || n > int(voucher.Max):
			l.wrong = fault.New(fault.Invalid, "case.bank_voucher", "text", l.Voucher, "min", int(voucher.Min), "max", int(voucher.Max))
		}
		lines = append(lines, l)
		return nil
	})
	return lines, err
}

// bankDate reads 2026-11-23, 2026/11/23, 2026年11月23日, 20261123, with or without a time behind.
func bankDate(text string) (law.Date, bool) {
	day, _, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(width.Narrow.String(text), "T", " ")), " ")
	day = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(day)
	if len(day) == 8 && !strings.Contains(day, "-") {
		day = day[:4] + "-" + day[4:6] + "-" + day[6:]
	}
	if p := strings.Split(day, "-"); len(p) == 3 {
		day = fmt.Sprintf("%s-%02s-%02s", p[0], p[1], p[2])
	}
	d, err := law.ParseDate(strings.ReplaceAll(day, " ", "0"))
	return d, err == nil
}

// takeLine pays a case by one line. What it pays goes towards the fine first, then towards the surcharge.
func (s *Service) takeLine(ctx context.Context, tx *store.Tx, actor org.Actor, l *BankLine) error {
	var id string
	err := sql.ErrNoRows
	for _, number := range numberForms(l.Number) {
		if errors.Is(err, sql.ErrNoRows) {
			err = tx.QueryRow(ctx, `SELECT case_id FROM casework_documents WHERE number = $1 AND kind IN ($2, $3)`, number, DecisionDocument, tracks.KindSummary).Scan(&id)
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "case.bank_unknown", "number", l.Number)
	}
	if err != nil {
		return err
	}
	f, err := s.loadFile(ctx, tx, id)
	if err != nil {
		return err
	}
	l.Case = id
	on, _ := law.ParseDate(l.PaidOn)
	if law.On(s.now()).Before(on) {
		return fault.New(fault.Invalid, "case.bank_date", "text", l.PaidOn)
	}
	if before := f.paidBefore(on); before != nil {
		return before
	}
	m, err := s.moneyOf(ctx, tx, f, on)
	if err != nil {
		return err
	}
	owed := max(0, (m.Fine-m.PaidFine)*100)
	if m.Fine == 0 || m.Outstanding == 0 {
		return fault.New(fault.Conflict, "case.bank_nothing_owed", "number", l.Number)
	}
	if l.Fen > m.Outstanding {
		return fault.New(fault.Conflict, "case.bank_too_much", "number", l.Number, "owed", yuanText(m.Outstanding))
	}
	fine := min(l.Fen, owed)
	if fine%100 != 0 {
		return fault.New(fault.Invalid, "case.bank_amount", "text", yuanText(l.Fen))
	}
	full := l.Fen == m.Outstanding
	l.Outcome = linePart
	if full {
		l.Outcome = linePaid
	}
	return s.payFromBank(ctx, tx, actor, f, payment{yuan: fine / 100, surcharge: l.Fen - fine, voucher: l.Voucher, on: on}, full)
}

// numberForms are the spellings under which a decision's number is looked for: as it is written, and as documents are numbered, with
// 〔〕, narrow figures and no spaces, because banks keep what somebody typed at a counter.
func numberForms(text string) []string {
	usual := strings.NewReplacer("[", "〔", "]", "〕", "(", "〔", ")", "〕", "【", "〔", "】", "〕").Replace(width.Narrow.String(text))
	return []string{text, strings.Join(strings.Fields(usual), "")}
}

// paidBefore is case.paid_before where a day of payment lies before the decision that asks for the money: a slip of the pen.
func (f *file) paidBefore(on law.Date) error {
	if f.DecidedAt == nil || !on.Before(law.On(*f.DecidedAt)) {
		return nil
	}
	return fault.New(fault.Invalid, "case.paid_before", "paid", on.String(), "decided", law.On(*f.DecidedAt).String())
}

// yuanText writes fen as yuan.
func yuanText(fen int64) string {
	if fen%100 == 0 {
		return strconv.FormatInt(fen/100, 10)
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}

// BankFile is a file that was taken.
type BankFile struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Matched   int       `json:"matched"`
	Unmatched int       `json:"unmatched"`
}

// BankFiles lists the files that were taken, the newest first, at most a hundred.
func (s *Service) BankFiles(ctx context.Context) (files []BankFile, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		files, err = store.Collect(ctx, tx, func(r *sql.Rows) (f BankFile, err error) {
			var at store.Time
			err = r.Scan(&f.ID, &f.Name, &at, &f.By, &f.Matched, &f.Unmatched)
			f.At = at.Time
			return
		}, `SELECT f.id, f.name, f.imported_at, COALESCE(p.name, f.imported_by),
			(SELECT count(*) FROM casework_bank_lines l WHERE l.file = f.id AND l.outcome IN ('paid', 'part')),
			(SELECT count(*) FROM casework_bank_lines l WHERE l.file = f.id AND l.outcome NOT IN ('paid', 'part'))
			FROM casework_bank_files f LEFT JOIN org_v_people p ON p.id = f.imported_by ORDER BY f.imported_at DESC, f.id DESC LIMIT 100`)
		return err
	})
	return files, err
}

// BankFile tells what became of a file, line by line. Returns case.bank_file_unknown.
func (s *Service) BankFile(ctx context.Context, id, lang string) (*Reconciled, error) {
	out := &Reconciled{File: id, Matched: []BankLine{}, Unmatched: []BankLine{}}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT name FROM casework_bank_files WHERE id = $1`, id).Scan(&out.Name); err != nil {
			return store.Found(err, "case.bank_file_unknown")
		}
		lines, err := store.Collect(ctx, tx, func(r *sql.Rows) (l BankLine, err error) {
			var of sql.NullString
			err = r.Scan(&l.Line, &l.Number, &l.Fen, &l.PaidOn, &l.Voucher, &l.Outcome, &of)
			l.Case = of.String
			return
		}, `SELECT line, decision, fen, paid_on, voucher, outcome, case_id FROM casework_bank_lines WHERE file = $1 ORDER BY line`, id)
		for _, l := range lines {
			if l.Outcome == linePaid || l.Outcome == linePart {
				out.Matched = append(out.Matched, l)
				continue
			}
			l.Reason = words.Text(lang, l.Outcome, map[string]any{"number": l.Number, "text": l.PaidOn, "owed": ""})
			out.Unmatched = append(out.Unmatched, l)
		}
		return err
	})
	return out, err
}
