package casework

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/codes"
	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// Bounds of what is typed in, in characters.
const (
	maxTitle    = 200
	maxPlace    = 300
	maxFindings = 10_000
	maxName     = 200
)

// Origin is the complaint that a case grows from, as casework needs to know it.
type Origin struct {
	ID, Unit, Title, Place string
	Lon, Lat               *float64
	ReceivedAt             time.Time
}

// Complaints is what casework needs of the complaints: the app wires it to intake.
type Complaints interface {
	// Origin reads a complaint for an actor who may file a case from it; it fails as intake fails.
	Origin(ctx context.Context, tx *store.Tx, actor org.Actor, complaint string) (Origin, error)
	// Filed tells the complaint, in the same transaction, which case it became.
	Filed(ctx context.Context, tx *store.Tx, actor org.Actor, complaint, caseID, caseNumber, matter string, at time.Time) error
}

// Service is casework.
type Service struct {
	db         *store.DB
	terms      *term.Keeper
	complaints Complaints
	log        *ledger.Log
	fonts      func() (*document.Fonts, error)
	checkURL   string
	seal       FindSeal
	hasMedia   func(ctx context.Context, tx *store.Tx, caseID, media string) error
	unfilmed   func(ctx context.Context, tx *store.Tx, caseID string, steps []Filmable) ([]string, error)
	inside     func(ctx context.Context, tx *store.Tx, lon, lat float64) error
	now        func() time.Time
}

// Config is what casework is built from.
type Config struct {
	DB         *store.DB
	Terms      *term.Keeper
	Complaints Complaints
	Log        *ledger.Log
	Fonts      func() (*document.Fonts, error)                                     // loaded when the first document is made
	CheckURL   string                                                              // what a document's code leads to, without the code itself
	Seal       FindSeal                                                            // nil: documents are sealed by hand
	HasMedia   func(ctx context.Context, tx *store.Tx, caseID, media string) error // fails unless the media file belongs to the case
	Inside     func(ctx context.Context, tx *store.Tx, lon, lat float64) error     // fails for a point beyond the district
	// Unfilmed gives those of some steps of a case that have neither a recording nor a reason why there is none; nil where nothing is recorded.
	Unfilmed func(ctx context.Context, tx *store.Tx, caseID string, steps []Filmable) ([]string, error)
	Now      func() time.Time
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, terms: c.Terms, complaints: c.Complaints, log: c.Log, fonts: c.Fonts, checkURL: c.CheckURL, seal: c.Seal,
		hasMedia: c.HasMedia, inside: c.Inside, unfilmed: c.Unfilmed, now: c.Now}
}

// Opening is what an officer fills in to open a case, from a complaint or from a patrol finding.
type Opening struct {
	Complaint string   `json:"complaint,omitempty" doc:"id of the complaint it grows from; without it, it is a patrol finding"`
	Procedure string   `json:"procedure,omitempty" maxLength:"60" doc:"code of the main procedure; the ordinary one if it is missing"`
	Unit      string   `json:"unit,omitempty" doc:"the squad; by default the complaint's, else the officer's own"`
	Title     string   `json:"title,omitempty" maxLength:"200"`
	Matter    string   `json:"matter" doc:"code of the penalty matter"`
	ActDate   law.Date `json:"actDate,omitempty" doc:"day of the act; it chooses the law that applies; today if it is missing"`
	ActPlace  string   `json:"actPlace,omitempty" maxLength:"300"`
	Findings  string   `json:"findings,omitempty" maxLength:"10000"`
	Officers  []string `json:"officers,omitempty" maxItems:"8" doc:"ids of the officers who handle it, besides oneself"`
	Base      *float64 `json:"base,omitempty" minimum:"0" maximum:"1000000000" doc:"what a fine by measure is reckoned from: square metres, tons, yuan"`
	Lon       *float64 `json:"lon,omitempty"`
	Lat       *float64 `json:"lat,omitempty"`
	Object    string   `json:"object,omitempty" maxLength:"40" doc:"id of the object of the register that it is about"`
}

// Open opens a case, which then waits for approval to be filed (立案审批). One complaint grows into
// one case: a second attempt is refused with case.complaint_has_case.
func (s *Service) Open(ctx context.Context, actor org.Actor, in Opening) (*Case, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Case, error) { return s.OpenIn(ctx, tx, actor, in) })
}

// OpenIn is Open within a transaction that is already running, as where a complaint's step opens the case.
func (s *Service) OpenIn(ctx context.Context, tx *store.Tx, actor org.Actor, in Opening) (*Case, error) {
	now := s.now()
	c := &Case{ID: store.NewID(), Source: FromPatrol, Unit: in.Unit, Title: strings.TrimSpace(in.Title), Matter: in.Matter, ActDate: in.ActDate,
		ActPlace: strings.TrimSpace(in.ActPlace), Findings: strings.TrimSpace(in.Findings), Base: in.Base, Lon: in.Lon, Lat: in.Lat, Object: in.Object,
		Procedure: Ordinary.Code, Facts: []string{}, OpenedAt: now, OpenedBy: actor.Person, UpdatedAt: now, Rev: 1}
	if c.ActDate.IsZero() {
		c.ActDate = law.On(now)
	}
	if in.Procedure != "" && in.Procedure != Ordinary.Code {
		c.Procedure = in.Procedure
	}
	main, err := c.mainWay()
	if err != nil || main.track != nil && !main.track.Main {
		return nil, fault.New(fault.Invalid, "form").With("procedure", "case.procedure_unknown")
	}
	opened, actions := main.Open()
	c.State = opened.State
	c.FoundOn = law.On(now)
	if err := s.fromComplaint(ctx, tx, actor, in, c); err != nil {
		return nil, err
	}
	if err := s.aboutObject(ctx, tx, actor, c); err != nil {
		return nil, err
	}
	if c.Unit == "" {
		c.Unit = actor.HomeUnit()
	}
	if !actor.Can(opOpen, c.Unit) {
		return nil, fault.New(fault.Refused, "refused.unit", "op", opOpen)
	}
	if err := checkOpening(c, now); err != nil {
		return nil, err
	}
	if (in.Lon == nil) != (in.Lat == nil) {
		return nil, fault.New(fault.Invalid, "form").With("lat", "form.required")
	}
	if in.Lon != nil && s.inside != nil {
		if err := s.inside(ctx, tx, *in.Lon, *in.Lat); err != nil {
			return nil, err
		}
	}
	if c.Number, err = org.NextNumber(ctx, tx, c.Unit, "case", law.On(now)); err != nil {
		return nil, err
	}
	if err := insertCase(ctx, tx, c); err != nil {
		if store.IsUnique(err) && c.Complaint != "" {
			return nil, fault.New(fault.Conflict, "case.complaint_has_case")
		}
		return nil, fmt.Errorf("open a case: %w", err)
	}
	rows := []ledger.Row{{Table: "casework_cases", Key: c.ID}}
	added, err := s.setOfficers(ctx, tx, c, append([]string{actor.Person}, in.Officers...))
	if err != nil {
		return nil, err
	}
	rows = append(rows, added...)
	for i := range actions {
		actions[i].Clock.Code = main.clock(actions[i].Clock.Code)
	}
	begun, err := s.terms.Begin(ctx, tx, term.Matter{Type: Type, ID: c.ID, Unit: c.Unit}, actions, c.foundAt())
	if err != nil {
		return nil, err
	}
	rows = append(rows, begun...)
	if c.Complaint != "" {
		if err := s.complaints.Filed(ctx, tx, actor, c.Complaint, c.ID, c.Number, c.Matter, now); err != nil {
			return nil, err
		}
	}
	if err := indexTexts(ctx, tx, c, []store.Findable{headOf(c, nil), findingsOf(c, nil)}); err != nil {
		return nil, err
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.opened", Subject: ref(c.ID), Actor: actor.Person, Unit: c.Unit, At: now,
		Body: map[string]any{"number": c.Number, "matter": c.Matter, "source": c.Source, "state": c.State}, Rows: rows})
	return c, err
}

func (s *Service) fromComplaint(ctx context.Context, tx *store.Tx, actor org.Actor, in Opening, c *Case) error {
	if in.Complaint == "" {
		return nil
	}
	from, err := s.complaints.Origin(ctx, tx, actor, in.Complaint)
	if err != nil {
		return err
	}
	c.Source, c.Complaint, c.Unit = FromComplaint, from.ID, from.Unit
	c.FoundOn = law.On(from.ReceivedAt)
	if c.Title == "" {
		c.Title = from.Title
	}
	if c.ActPlace == "" {
		c.ActPlace = from.Place
	}
	if c.Lon == nil || c.Lat == nil {
		c.Lon, c.Lat = from.Lon, from.Lat
	}
	return nil
}

func checkOpening(c *Case, now time.Time) error {
	f := fault.New(fault.Invalid, "form")
	required(f, "title", c.Title, maxTitle)
	required(f, "actPlace", c.ActPlace, maxPlace)
	if utf8.RuneCountInString(c.Findings) > maxFindings {
		f.With("findings", "form.too_long", "max", maxFindings)
	}
	switch _, err := law.MatterOn(c.Matter, c.ActDate); {
	case c.ActDate.IsZero():
		f.With("actDate", "form.required")
	case law.On(now).Before(c.ActDate):
		f.With("actDate", "form.future")
	case err != nil:
		f.With("matter", "case.matter_unknown", "code", c.Matter)
	}
	return f.OrNil()
}

// required checks a text that must be there and must not be longer than most characters.
func required(f *fault.Error, name, text string, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		f.With(name, "form.required")
	case n > most:
		f.With(name, "form.too_long", "max", most)
	}
}

// setOfficers adds officers to a case; those who are already there stay. Returns case.officer_unknown
// for somebody who is no officer of the case's unit or above: an auxiliary never handles a case.
func (s *Service) setOfficers(ctx context.Context, tx *store.Tx, c *Case, people []string) ([]ledger.Row, error) {
	var rows []ledger.Row
	seen := map[string]bool{}
	for _, id := range people {
		if seen[id] {
			continue
		}
		seen[id] = true
		p, err := org.PersonByID(ctx, tx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && p.Disabled {
			return nil, fault.New(fault.Invalid, "form").With("officers", "case.officer_unknown")
		}
		if err != nil {
			return nil, err
		}
		if p.Kind != org.Officer {
			return nil, fault.New(fault.Invalid, "form").With("officers", "case.officer_kind", "name", p.Name)
		}
		var serves int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM org_v_unit_paths WHERE ancestor = $1 AND descendant = $2`, p.Unit, c.Unit).Scan(&serves); err != nil {
			return nil, err
		}
		if serves == 0 {
			return nil, fault.New(fault.Invalid, "form").With("officers", "case.officer_unknown")
		}
		n, err := tx.Exec(ctx, `INSERT INTO casework_officers (case_id, person, name, certificate) VALUES ($1,$2,$3,$4) ON CONFLICT (case_id, person) DO NOTHING`,
			c.ID, p.ID, p.Name, p.Certificate)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			rows = append(rows, ledger.Row{Table: "casework_officers", Key: ledger.Key(c.ID, p.ID)})
		}
	}
	return rows, nil
}

// PartyInput is whom the case is about, as typed in.
type PartyInput struct {
	Kind           string `json:"kind" enum:"person,organisation"`
	Name           string `json:"name" maxLength:"200"`
	IDCode         string `json:"idCode" maxLength:"40" doc:"identity number (GB 11643) or unified social credit code (GB 32100)"`
	Representative string `json:"representative,omitempty" maxLength:"100"`
	Address        string `json:"address" maxLength:"300"`
	Phone          string `json:"phone,omitempty" maxLength:"30"`
}

// check normalises and checks a party; a wrong checksum is told beside its field.
func (in *PartyInput) check(today law.Date) error {
	in.Name, in.Address = strings.TrimSpace(in.Name), strings.TrimSpace(in.Address)
	in.IDCode, in.Phone = codes.Normalise(in.IDCode), codes.Normalise(in.Phone)
	f := fault.New(fault.Invalid, "form")
	required(f, "name", in.Name, maxName)
	required(f, "address", in.Address, maxPlace)
	var err error
	switch in.Kind {
	case Person:
		err = codes.CheckIDCard(in.IDCode, today)
	case Organisation:
		err = codes.CheckUSCC(in.IDCode)
		required(f, "representative", in.Representative, 100)
	default:
		f.With("kind", "form.required")
	}
	if err != nil {
		if known, ok := err.(*fault.Error); ok {
			f.Fields = append(f.Fields, fault.Field{Name: "idCode", Code: known.Code, Params: known.Params})
		}
	}
	return f.OrNil()
}
