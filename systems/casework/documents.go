package casework

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
)

// draftNumber stands on previews in place of the number, which is given at issue.
const draftNumber = "（草稿，制发时编号）"

// notice fills the notice of the intended penalty from the case and the step's fields.
func (s *Service) notice(ctx context.Context, tx *store.Tx, a *act) (*document.IntendedPenaltyNotice, error) {
	base, err := s.common(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	yuan, _ := a.values.Number("amount")
	return &document.IntendedPenaltyNotice{Number: draftNumber, Authority: base.authority.Name, Party: base.party, Matter: base.matter.Name, Facts: base.facts,
		Evidence: base.evidence, Violated: base.violated, Basis: base.basis, Reasons: a.values.Text("grounds"), Penalties: penalties(yuan), Correct: base.correct,
		DefenceDays: DefenceTime.Period.N, Hearing: a.larger(yuan), Contact: base.contact, Date: law.On(a.now)}, nil
}

// decision fills the decision from the case, from what was noticed and heard, and from the step's fields.
func (s *Service) decision(ctx context.Context, tx *store.Tx, a *act) (*document.Decision, error) {
	base, err := s.common(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	yuan, _ := a.values.Number("amount")
	d := &document.Decision{Number: draftNumber, Authority: base.authority.Name, Party: base.party, Matter: base.matter.Name, Facts: base.facts,
		Evidence: base.evidence, Violated: base.violated, Basis: base.basis, Penalties: penalties(yuan), Correct: base.correct,
		Pay:             document.Payment{Bank: base.authority.Bank, Account: base.authority.Account},
		Reconsideration: base.authority.Reconsideration, Court: base.authority.Court, Contact: base.contact, Date: law.On(a.now)}
	if noticed, ok := a.last(StepNotify); ok {
		d.Reasons, _ = noticed.Fields["grounds"].(string)
	}
	d.Notice = a.notified()
	return d, nil
}

// notified tells what the party was told last, and all that it answered to this notice and those before it.
func (f *file) notified() document.Notified {
	var n document.Notified
	for _, d := range f.documents {
		if d.Kind == NoticeDocument {
			n.Number = d.Number
		}
	}
	var defence, opinion []string
	for _, t := range f.steps {
		text := func(field string) string { v, _ := t.Fields[field].(string); return v }
		switch t.Step {
		case StepNotify:
			// What the party said against an earlier notice stays said (AP 45); that notice was taken back for it or after it.
			if len(defence) > len(opinion) {
				opinion = append(opinion, "本机关听取后重新告知")
			}
		case StepServeNotice:
			n.Served, _ = law.ParseDate(text("served_on"))
		case StepHear:
			defence = append(defence, text("statement"))
		case StepReviewDefence:
			opinion = append(opinion, adopted[text("adopted")]+text("reason"))
		case StepHoldHearing:
			n.Hearing = "本机关依法举行了听证：" + text("record")
		}
	}
	n.Defence, n.Opinion = strings.Join(defence, "；"), strings.Join(opinion, "；")
	return n
}

var adopted = map[string]string{"yes": "采纳当事人的意见，", "partly": "部分采纳当事人的意见，", "no": "不采纳当事人的意见，"}

// common is what both documents carry.
type common struct {
	authority       org.Authority
	party           document.Party
	matter          effective
	facts, correct  string
	evidence        []document.Evidence
	violated, basis []document.Provision
	contact         document.Contact
}

func (s *Service) common(ctx context.Context, tx *store.Tx, a *act) (*common, error) {
	c := &common{}
	if _, err := org.SettingInto(ctx, tx, a.Unit, "authority", &c.authority); err != nil {
		return nil, err
	}
	if c.authority.Name == "" {
		return nil, fault.New(fault.Invalid, "case.authority_unset")
	}
	var err error
	if c.matter, err = s.matterOf(ctx, tx, a.Case); err != nil {
		return nil, err
	}
	if p, ok := a.party(); ok {
		c.party = document.Party{Kind: document.PartyKind(p.Kind), Name: p.Name, Code: p.IDCode, Address: p.Address, Representative: p.Representative}
	}
	c.facts = a.Findings
	if report, ok := a.last(StepReport); ok {
		c.facts, _ = report.Fields["summary"].(string)
	}
	if order, ok := a.last(StepOrderCorrection); ok {
		c.correct, _ = order.Fields["order"].(string)
	}
	if c.correct == "" {
		c.correct = "立即改正上述违法行为"
	}
	for _, e := range a.evidence {
		c.evidence = append(c.evidence, document.Evidence{Name: e.Title, Source: e.ObtainedOn.Chinese() + "取得", Proves: e.Proves})
	}
	if c.violated, c.basis, err = c.matter.provisions(c.matter.day(a.ActDate)); err != nil {
		return nil, err
	}
	c.contact = document.Contact{Person: a.handlers(), Phone: c.authority.Phone, Address: c.authority.Address}
	return c, nil
}

// day is the day whose texts are cited: that of the act, or the first one of the newer and lighter text.
func (e effective) day(act law.Date) law.Date {
	if e.chosen.Lighter {
		return e.ValidFrom
	}
	return act
}

// provisions are what was violated and what makes it punishable, in the text of the day of the act, or
// as the legal section has confirmed them.
func (e effective) provisions(day law.Date) (violated, basis []document.Provision, err error) {
	if e.word != nil {
		p := document.Provision{Title: e.word.Statute, Article: e.word.Article, Para: e.word.Para}
		return []document.Provision{p}, []document.Provision{p}, nil
	}
	penalty, err := document.ProvisionOn(e.Penalty, day)
	if err != nil {
		return nil, nil, err
	}
	forbids := penalty
	if !e.Forbids.IsZero() {
		if forbids, err = document.ProvisionOn(e.Forbids, day); err != nil {
			return nil, nil, err
		}
	}
	penalty.Quote = "" // the wording of what is forbidden is enough on paper
	return []document.Provision{forbids}, []document.Provision{penalty}, nil
}

// handlers are the names of the officers who handle the case.
func (f *file) handlers() string {
	var list []string
	for _, o := range f.holders {
		if !o.left() {
			list = append(list, o.Name)
		}
	}
	return strings.Join(list, "、")
}

// penalties is a fine, or a warning where there is none.
func penalties(yuan int64) []document.Penalty {
	if yuan == 0 {
		return []document.Penalty{{Kind: document.Warning}}
	}
	return []document.Penalty{{Kind: document.Fine, Amount: document.Yuan(yuan)}}
}

func (s *Service) issueNotice(ctx context.Context, tx *store.Tx, a *act) error {
	form, err := s.notice(ctx, tx, a)
	if err != nil {
		return err
	}
	return s.issue(ctx, tx, a, "notice", form, func(number string) { form.Number = number })
}

func (s *Service) issueDecision(ctx context.Context, tx *store.Tx, a *act) error {
	form, err := s.decision(ctx, tx, a)
	if err != nil {
		return err
	}
	return s.issue(ctx, tx, a, "decision", form, func(number string) { form.Number = number })
}

// issue numbers a form, makes its PDF, and keeps the very bytes. The number is given out last, in this
// transaction: a document that fails to be made uses none up.
func (s *Service) issue(ctx context.Context, tx *store.Tx, a *act, numbering string, form document.Form, number func(string)) error {
	if err := form.Validate(); err != nil {
		return err
	}
	text, err := org.NextNumber(ctx, tx, a.Unit, numbering, form.Dated())
	if err != nil {
		return err
	}
	number(text)
	return s.keep(ctx, tx, a, form, text)
}

// keep makes a form's PDF, and keeps the very bytes under a number.
func (s *Service) keep(ctx context.Context, tx *store.Tx, a *act, form document.Form, text string) error {
	if err := form.Validate(); err != nil {
		return err
	}
	code, err := checkCode()
	if err != nil {
		return err
	}
	seal := &sealing{find: s.seal, ctx: ctx, tx: tx, unit: a.Unit, form: form, number: text}
	pdf, err := s.press(form, code, seal, a)
	if err != nil {
		return err
	}
	fields, err := json.Marshal(form)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(pdf)
	id, digest := store.NewID(), hex.EncodeToString(sum[:])
	if _, err := tx.Exec(ctx, `INSERT INTO casework_documents (id, case_id, kind, number, title, fields, pdf, sha256, check_code, issued_at, issued_by, entry, track, seal, seal_proof)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`, id, a.ID, string(form.Kind()), text, form.Title(), string(fields), pdf, digest, code,
		store.At(a.now), a.actor.Person, a.entry, nullable(a.way.trackID()), nullable(seal.used.ID), seal.used.Proof); err != nil {
		return fmt.Errorf("keep %s: %w", text, err)
	}
	a.issued = id
	a.findable(paperOf(a.file, id, form))
	a.rows = append(a.rows, ledger.Row{Table: "casework_documents", Key: id})
	if seal.used.ID != "" {
		a.body["seal"] = seal.used.ID
	}
	a.body["document"] = ledger.Document{Kind: string(form.Kind()), Number: text, Name: form.Title(), SHA256: digest, Size: int64(len(pdf))}
	return nil
}

func (s *Service) press(form document.Form, code string, seal document.Sealer, a *act) ([]byte, error) {
	fonts, err := s.fonts()
	if err != nil {
		return nil, err
	}
	return document.Render(form, document.Press{Fonts: fonts, Made: a.now, Check: s.checkURL + code, Seal: seal})
}

// checkCode is an unguessable name for the public check page: 100 bits, in letters that no one mistakes.
func checkCode() (string, error) {
	const letters = "23456789abcdefghjkmnpqrstuvwxyz"
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	for i, b := range raw {
		raw[i] = letters[int(b)%len(letters)]
	}
	return string(raw), nil
}

// Preview makes the document that a step would issue now, as far as it is filled in, unnumbered and not
// kept. track is as in TakeIn.
func (s *Service) Preview(ctx context.Context, actor org.Actor, id, track, step string, in map[string]any) (pdf []byte, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.prepare(ctx, tx, actor, id, track, step)
		if err != nil {
			return err
		}
		if a.values, err = a.step.Read(in, a.now); err != nil {
			return err
		}
		var form document.Form
		switch {
		case a.step.Issues == "":
			return fault.New(fault.NotFound, "case.document_not_found")
		case a.way.track != nil:
			form, err = s.sheetOf(ctx, tx, a, document.Kind(a.step.Issues), a.values)
		case step == StepNotify:
			form, err = s.notice(ctx, tx, a)
		default:
			form, err = s.decision(ctx, tx, a)
		}
		if err != nil {
			return err
		}
		pdf, err = s.draft(form, a)
		return err
	})
	return pdf, err
}

// PreviewPaper makes a free form as it stands while it is typed, with its gaps.
func (s *Service) PreviewPaper(ctx context.Context, actor org.Actor, id string, kind document.Kind, in map[string]any, signed []document.Signature) (pdf []byte, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, blank, err := s.paper(ctx, tx, actor, id, kind)
		if err != nil {
			return err
		}
		sheet, err := s.sheetOf(ctx, tx, a, kind, procedure.ReadSome(blank.Fields, in, a.now))
		if err != nil {
			return err
		}
		sheet.Signatures = signed
		pdf, err = s.draft(sheet, a)
		return err
	})
	return pdf, err
}

func (s *Service) draft(form document.Form, a *act) ([]byte, error) {
	fonts, err := s.fonts()
	if err != nil {
		return nil, err
	}
	return document.Preview(form, document.Press{Fonts: fonts, Made: a.now})
}

// PDF gives an issued document with its proof attached: the bytes that were issued, and behind them
// what anyone needs to check them without us. It waits a moment where the log has not yet taken the
// entry in.
func (s *Service) PDF(ctx context.Context, actor org.Actor, caseID, id string) (name string, pdf []byte, err error) {
	var d Document
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.readable(ctx, tx, actor, caseID); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT number, title, sha256, entry, pdf FROM casework_documents WHERE id = $1 AND case_id = $2`, id, caseID).
			Scan(&d.Number, &d.Title, &d.SHA256, &d.Entry, &pdf)
		return store.Found(err, "case.document_not_found")
	})
	if err != nil {
		return "", nil, err
	}
	pdf, err = s.proven(ctx, pdf, d.Entry, ledger.Document{Name: d.Title, SHA256: d.SHA256, Size: int64(len(pdf))}, d.Number)
	return d.Title + " " + d.Number + ".pdf", pdf, err
}

// readable loads a case whose documents the actor may read. Returns case.not_found, refused.unit.
func (s *Service) readable(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*Case, error) {
	c, err := loadCase(ctx, tx, id)
	if err == nil && !actor.Can(opRead, c.Unit) {
		err = fault.New(fault.NotFound, "case.not_found")
	}
	if err != nil {
		return nil, err
	}
	return c, actor.Must(opDocument, c.Unit)
}

// proven attaches the proof of an entry to the bytes that it speaks of. Returns case.document_damaged for bytes that are not those.
func (s *Service) proven(ctx context.Context, pdf []byte, entry string, d ledger.Document, number string) ([]byte, error) {
	if sum := sha256.Sum256(pdf); hex.EncodeToString(sum[:]) != d.SHA256 {
		return nil, fault.New(fault.Gone, "case.document_damaged", "number", number)
	}
	if _, err := s.log.WaitSequenced(ctx, entry); err != nil {
		return nil, err
	}
	bundle, err := s.log.Prove(ctx, entry)
	if err != nil {
		return nil, err
	}
	bundle.Document = &d
	proof, err := bundle.Encode()
	if err != nil {
		return nil, err
	}
	return document.AttachProof(pdf, proof)
}
