package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jiexu/area"
	"jiexu/codes"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/words"
)

// Registration is a complaint as the desk types it in or another system sends it.
type Registration struct {
	Channel      string     `json:"channel" enum:"hotline,grid,citizen,patrol,letter,visit,phone,ordered,import"`
	SourceNumber string     `json:"sourceNumber,omitempty" doc:"its number where it came from; the same number of a channel comes in once"`
	Kind         string     `json:"kind" enum:"consultation,help,complaint,suggestion,praise"`
	Category     string     `json:"category,omitempty"`
	Title        string     `json:"title,omitempty" doc:"without it, the content's first sentence"`
	Content      string     `json:"content"`
	Address      string     `json:"address,omitempty"`
	Lon          *float64   `json:"lon,omitempty"`
	Lat          *float64   `json:"lat,omitempty"`
	Datum        string     `json:"datum,omitempty" doc:"of lon and lat: WGS-84 unless it says GCJ-02 or BD-09"`
	Confidential bool       `json:"confidential,omitempty" doc:"the citizen's identity is kept from those who handle it"`
	Urgent       bool       `json:"urgent,omitempty"`
	ReceivedAt   *time.Time `json:"receivedAt,omitempty" doc:"by the channel; now if it is missing"`
	DueAt        *time.Time `json:"dueAt,omitempty" doc:"by when the platform that sent it wants it answered; of what came from the hotline or the grid under a number"`
	Name         string     `json:"name,omitempty" doc:"who complained"`
	Phone        string     `json:"phone,omitempty"`
	Unit         string     `json:"unit,omitempty" doc:"where it is registered; by default the person's own unit"`
}

// Receipt is what a command gives back.
type Receipt struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	State  string `json:"state"`
	Rev    int64  `json:"rev"`
}

func receipt(c *Complaint) *Receipt {
	return &Receipt{ID: c.ID, Number: c.Number, State: c.State, Rev: c.Rev}
}

// Register takes a complaint in: it gets a number and a proposal where it is and whose it is, and its
// periods begin to run. Returns form with every wrong field, and intake.duplicate (conflict) if the
// channel sent a complaint of that number before.
func (s *Service) Register(ctx context.Context, actor org.Actor, in Registration) (*Receipt, error) {
	return s.register(ctx, actor, in, maxText)
}

// register is Register for texts of at most longest characters.
func (s *Service) register(ctx context.Context, actor org.Actor, in Registration, longest int) (*Receipt, error) {
	unit, err := registeringUnit(actor, in.Unit)
	if err != nil {
		return nil, err
	}
	var came *Complaint
	var contact Contact
	var g *guess
	// What it says is understood before it is its turn to be written: nobody who writes waits for that.
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		if came, contact, err = in.complaint(s.now(), longest, ground.District); err != nil {
			return err
		}
		came.told = came.LocatedBy == ByCoordinates && !actor.IsProgram()
		g, err = s.understand(ctx, tx, ground, came)
		return err
	}); err != nil {
		return nil, err
	}
	done, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return nil, err
		}
		c := *came // a transaction that is run again begins anew
		return s.admit(ctx, tx, actor, unit, ground, &c, contact, g, entryRegistered)
	})
	if store.IsUnique(err) { // the database says whether it came in before, so that nobody need ask it each time
		return nil, s.refuseDuplicate(ctx, came)
	}
	return done, err
}

// understand finds what a new complaint's own words tell: where it is, what is dangerous in it, and what it is about.
func (s *Service) understand(ctx context.Context, tx *store.Tx, ground *area.Ground, c *Complaint) (*guess, error) {
	readers, err := s.readersOn(ctx, tx)
	if err != nil {
		return nil, err
	}
	read := beside(func() *guess { return readers.read(c.Title, c.Text) })
	err = s.locate(ctx, tx, ground, c)
	s.alert(c)
	g := read()
	g.take(c)
	return g, err
}

// beside starts f beside what its caller does; the answer waits for it, and panics as it did.
func beside[T any](f func() T) (answer func() T) {
	var out T
	var broken any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { broken = recover() }()
		out = f()
	}()
	return func() T {
		if <-done; broken != nil {
			panic(broken)
		}
		return out
	}
}

// admit takes a new complaint in that was understood, in a unit: it gets a proposal, its number and its periods, which run from when
// it was registered; event is the first line of its timeline.
func (s *Service) admit(ctx context.Context, tx *store.Tx, actor org.Actor, unit string, ground *area.Ground, c *Complaint, contact Contact, g *guess, event string) (*Receipt, error) {
	now := s.now()
	c.Unit, c.RegisteredBy = unit, actor.Person
	rules, err := s.rulesOn(ctx, tx, unit)
	if err == nil {
		err = s.propose(ctx, tx, rules, ground, c)
	}
	if err != nil {
		return nil, err
	}
	opened, actions := s.procedure.Open()
	c.State, c.Facts = opened.State, opened.Facts
	first := Taken{ID: store.NewID(), Step: event, To: opened.State, Actor: actor.Person, ActorName: actor.Name, Unit: unit, Fields: map[string]any{}, At: now}
	if actions, err = s.byKind(ctx, tx, c, actions); err != nil {
		return nil, err
	}
	learned, err := s.learnPin(ctx, tx, ground, c, actor)
	if err != nil {
		return nil, err
	}
	var rows []ledger.Row
	if err := tx.Together(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rows, err = s.terms.Begin(ctx, tx, c.matter(), actions, c.cameAt()); err != nil || c.dueAt == nil {
			return err
		}
		more, err := s.terms.StartUntil(ctx, tx, c.matter(), SourceTerm.Code, SourceTerm.Period, c.RegisteredAt, *c.dueAt)
		rows = append(rows, more...)
		return err
	}, func(ctx context.Context, tx *store.Tx) (err error) {
		c.Number, err = org.NextNumber(ctx, tx, unit, Type, law.On(now))
		return err
	}); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, tx, actor, c, g, contact, first, append(rows, learned...)); err != nil {
		return nil, fmt.Errorf("register a complaint: %w", err)
	}
	if err := s.warn(ctx, tx, c); err != nil {
		return nil, err
	}
	if err := s.beingBuilt(ctx, tx, c, g); err != nil {
		return nil, err
	}
	if c.Proposal != nil && c.Proposal.Auto {
		return s.byRule(ctx, tx, c)
	}
	return receipt(c), nil
}

// cameAt is when a complaint came to the office, from which its periods run (SH 26: from the day of the report). What a platform sends,
// or a citizen writes on our pages, comes when it is registered; a letter, a visit, a call came when the desk says that it did.
func (c *Complaint) cameAt() time.Time {
	switch c.Channel {
	case Letter, Visit, Phone, Patrol, Ordered:
		if c.ReceivedAt.Before(c.RegisteredAt) {
			return c.ReceivedAt
		}
	}
	return c.RegisteredAt
}

// beingBuilt confirms by itself what says in so many words that a structure is being built now, where it is likely one by what it is about
// too: two hours are short (SB 7), and may not begin with whoever happens to look first.
func (s *Service) beingBuilt(ctx context.Context, tx *store.Tx, c *Complaint, g *guess) error {
	on := law.On(c.ReceivedAt)
	if f := (&file{Complaint: c}); !f.saysBuilding() || !slices.ContainsFunc(likely(g.Matter, g.MatterSure, g.Others.Matter), func(r ranked) bool {
		m, err := law.MatterOn(r.Code, on)
		return err == nil && m.Structure
	}) {
		return nil
	}
	a, err := s.prepare(ctx, tx, org.Program("routing"), c.ID, StepMarkBuilding)
	if err != nil {
		return err
	}
	done, err := s.take(ctx, tx, a, map[string]any{"note": strings.Join(dangers(c.Danger, words.Chinese), "；")})
	if err == nil {
		c.Rev = done.Rev // whoever registered it goes on from there
	}
	return err
}

// registeringUnit is where a person registers: the unit that was asked for, else his own, else the
// first in which he has the right.
func registeringUnit(actor org.Actor, asked string) (string, error) {
	if asked != "" {
		return asked, actor.Must(opRegister, asked)
	}
	if home := actor.HomeUnit(); home != "" && actor.Can(opRegister, home) {
		return home, nil
	}
	for _, g := range actor.Grants {
		if org.Allows(g.Role, opRegister) {
			return g.Unit, nil
		}
	}
	return "", fault.New(fault.Refused, "refused.unit", "op", opRegister)
}

// refuseDuplicate returns intake.duplicate, which names the complaint that came before, or
// changed_meanwhile where there is none: another one took it in at the same moment.
func (s *Service) refuseDuplicate(ctx context.Context, c *Complaint) error {
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := bySource(ctx, tx, []string{c.sourceKey})
		if err != nil {
			return err
		}
		if before, ok := known[c.sourceKey]; ok {
			return fault.New(fault.Conflict, "intake.duplicate", "source_no", c.SourceNo, "number", before.number)
		}
		return fault.New(fault.Conflict, "changed_meanwhile")
	})
}

// complaint checks a registration and makes a complaint of it; longest bounds its text.
func (in Registration) complaint(now time.Time, longest int, district *place.District) (*Complaint, Contact, error) {
	f := fault.New(fault.Invalid, "form")
	c := &Complaint{ID: store.NewID(), Channel: in.Channel, Kind: in.Kind, Confidential: in.Confidential, Urgent: in.Urgent,
		SourceNo: line(f, "sourceNumber", in.SourceNumber, maxSourceNo), Category: line(f, "category", in.Category, maxCategory),
		Title: line(f, "title", in.Title, maxTitle), Address: line(f, "address", in.Address, maxAddress), Text: paragraphs(f, "content", in.Content, longest),
		ReceivedAt: now, RegisteredAt: now, UpdatedAt: now, Rev: 1}
	oneOf(f, "channel", c.Channel, Channels)
	oneOf(f, "kind", c.Kind, Kinds)
	required(f, "content", c.Text)
	if c.Title == "" {
		c.Title = firstSentence(c.Text)
	}
	if in.ReceivedAt != nil {
		c.ReceivedAt = *in.ReceivedAt
		if c.ReceivedAt.After(now) {
			f.With("receivedAt", "form.future")
		}
		if c.ReceivedAt.Year() < 1980 {
			f.With("receivedAt", "intake.too_old", "date", law.On(c.ReceivedAt).String())
		}
	}
	if c.dueAt = in.DueAt; c.dueAt != nil {
		switch {
		case !c.fromSource():
			f.With("dueAt", "intake.due_no_source")
		case c.dueAt.After(now.AddDate(2, 0, 0)) || c.dueAt.Before(now.AddDate(-2, 0, 0)):
			f.With("dueAt", "intake.due_far")
		}
	}
	in.point(f, c, district)
	contact := Contact{Name: line(f, "name", in.Name, maxName), Phone: line(f, "phone", in.Phone, maxPhone)}
	if slices.ContainsFunc(strings.FieldsFunc(contact.Phone, betweenPhones), func(s string) bool { return len(phoneDigits(s)) > maxPhoneDigits }) {
		f.With("phone", "intake.phone_long", "max", maxPhoneDigits)
	}
	if err := CheckPhone(contact.Phone); err != nil {
		fieldFault(f, "phone", err)
	}
	if c.SourceNo != "" {
		c.sourceKey = c.Channel + " " + c.SourceNo
	}
	c.sourceDigest = c.digest() // of what was sent
	c.keepApart(&contact)
	return c, contact, f.OrNil()
}

// maxPhoneDigits is the length of the longest telephone number that there is (ITU-T E.164), country and all.
const maxPhoneDigits = 15

// minPhoneDigits is the length of the shortest number at which somebody can be called back.
const minPhoneDigits = 7

// phoneForm is what stands in telephone numbers, extensions and lists of them.
var phoneForm = regexp.MustCompile(`^[0-9０-９+＋\-－—()（） /、,，;；#转分机xextXEXT.]*$`)

// CheckPhone refuses what nobody can be called at: other signs than a number has, no part long enough, and a mobile
// number with a digit too few or too many. An empty one is fine.
func CheckPhone(phone string) error {
	if phone == "" {
		return nil
	}
	long := false
	for _, part := range strings.FieldsFunc(phone, func(r rune) bool { return strings.ContainsRune("/、,，;；", r) }) {
		number, _, _ := strings.Cut(strings.NewReplacer("转", "#", "分机", "#", "ext", "#", "x", "#").Replace(strings.ToLower(part)), "#")
		digits := phoneDigits(number)
		long = long || len(digits) >= minPhoneDigits
		if len(digits) >= 10 && len(digits) <= 12 && digits[0] == '1' {
			if err := codes.CheckMobile(digits); err != nil {
				return err
			}
		}
	}
	if !long || !phoneForm.MatchString(phone) {
		return fault.New(fault.Invalid, "intake.phone")
	}
	return nil
}

// betweenPhones tells what stands between two numbers, or before an extension.
func betweenPhones(r rune) bool { return strings.ContainsRune("/、,，;；转#x ", r) }

// firstSentence is a title for a text that has none: its first sentence, no longer than thirty signs.
func firstSentence(text string) string {
	for i, r := range text {
		if strings.ContainsRune("。！？；!?;\n", r) && i > 0 {
			text = text[:i]
			break
		}
	}
	if runes := []rune(text); len(runes) > 30 {
		return string(runes[:29]) + "…"
	}
	return text
}

// point reads the coordinates, in whatever datum they came, and checks that they lie in the district.
func (in Registration) point(f *fault.Error, c *Complaint, district *place.District) {
	switch {
	case in.Lon == nil && in.Lat == nil:
		return
	case in.Lon == nil || in.Lat == nil:
		f.With("lon", "intake.half_a_point")
		return
	}
	datum, err := place.ParseDatum(in.Datum)
	if err != nil {
		fieldFault(f, "datum", err)
		return
	}
	p := place.Point{Lon: *in.Lon, Lat: *in.Lat}
	if err := p.Check(); err != nil {
		fieldFault(f, "lon", err)
		return
	}
	p = datum.ToWGS84(p)
	if err := inDistrict(district, p); err != nil {
		fieldFault(f, "lon", err)
		return
	}
	c.Lon, c.Lat, c.LocatedBy = &p.Lon, &p.Lat, ByCoordinates
}

// digest is of what came in: two arrivals of one number that differ in it are not the same.
func (c *Complaint) digest() string {
	h := sha256.New()
	for _, part := range []string{c.Channel, c.Title, c.Text, c.Address, store.At(c.ReceivedAt).Text()} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// byKind gives the period to reply that holds for the complaint in its unit: what was ordered from above is answered in three
// working days, a consultation or a suggestion in one, unless the office has set a rule of its own.
func (s *Service) byKind(ctx context.Context, tx *store.Tx, c *Complaint, actions []procedure.ClockAction) ([]procedure.ClockAction, error) {
	actions = slices.Clone(actions)
	rule := "reply." + c.Kind
	if c.Channel == Ordered {
		rule = "reply." + Ordered
	}
	for i, a := range actions {
		if a.Clock.Code != ReplyTerm.Code {
			continue
		}
		period := a.Clock.Period
		switch {
		case c.Channel == Ordered:
			period.N, period.Rule = RedoTerm.Period.N, RedoTerm.Period.Rule
		case c.Kind == Consultation || c.Kind == Suggestion:
			period.N, period.Rule = 1, "12345 热线咨询、建议类工单"+officeRule
		}
		var err error
		if actions[i].Clock.Period, err = org.OfficeRule(ctx, tx, c.Unit, rule, period); err != nil {
			return nil, err
		}
	}
	return actions, nil
}

// line is a text of one line: clean, trimmed, no longer than most characters.
func line(f *fault.Error, name, s string, most int) string {
	return paragraphs(f, name, strings.Join(strings.Fields(s), " "), most)
}

// paragraphs is a text of many lines: clean, trimmed, no longer than most characters. Control
// characters, which no person types and PostgreSQL does not keep, are left out.
func paragraphs(f *fault.Error, name, s string, most int) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	if utf8.RuneCountInString(s) > most {
		f.With(name, "form.too_long", "max", most)
	}
	return s
}

// unseen are control characters, and signs that nobody sees, of which a text could consist.
func unseen(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Cf, r)
}

// LeavesOut reports whether something of a text is left out when it is taken in; how its lines end is no matter.
func LeavesOut(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r != '\r' && unseen(r) })
}

func required(f *fault.Error, name, s string) {
	if s == "" {
		f.With(name, "form.required")
	}
}

func oneOf(f *fault.Error, name, s string, values []string) {
	if !slices.Contains(values, s) {
		f.With(name, "form.one_of", "options", strings.Join(values, ", "))
	}
}

// fieldFault turns a fault into one of a field.
func fieldFault(f *fault.Error, name string, err error) {
	var known *fault.Error
	if errors.As(err, &known) {
		f.Fields = append(f.Fields, fault.Field{Name: name, Code: known.Code, Params: known.Params})
	}
}
