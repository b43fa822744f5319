package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// openStates are those, by main procedure, in which what was found may still be changed: until the report, the
// telling of what is intended, the order.
var openStates = map[string][]string{
	Ordinary.Code:        {Drafted, Filed},
	tracks.CodeSummary:   {tracks.SummaryFound},
	tracks.CodeStructure: {tracks.StructureFound, tracks.StructureVisited, tracks.StructureProposed},
	tracks.CodeBuilding:  {tracks.StructureFound, tracks.StructureVisited},
}

// open reports whether what was found may still be changed.
func (c *Case) open() bool { return slices.Contains(openStates[c.Procedure], c.State) }

// change runs a change of an open case's contents: the case is loaded, the right and the revision are
// checked, do writes its rows and names them, and the case's revision is raised with one ledger entry.
func (s *Service) change(ctx context.Context, actor org.Actor, id, op, kind string, rev int64, do func(ctx context.Context, tx *store.Tx, a *act) error) (*Result, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Result, error) {
		f, err := s.loadFile(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if !actor.Can(opRead, f.Unit) {
			return nil, fault.New(fault.NotFound, "case.not_found")
		}
		if err := actor.Must(op, f.Unit); err != nil {
			return nil, err
		}
		if f.Rev != rev {
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		if !f.open() {
			return nil, fault.New(fault.Conflict, "case.not_open")
		}
		a := &act{file: f, actor: actor, now: s.now(), entry: store.NewID(), body: map[string]any{"number": f.Number}}
		if err := a.isTheirs(); err != nil {
			return nil, err
		}
		if err := do(ctx, tx, a); err != nil {
			return nil, err
		}
		a.UpdatedAt = a.now
		if err := updateCase(ctx, tx, a.Case, a.Rev); err != nil {
			return nil, err
		}
		if err := a.index(ctx, tx); err != nil {
			return nil, err
		}
		a.rows = append(a.rows, ledger.Row{Table: "casework_cases", Key: a.ID})
		_, err = ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: kind, Subject: ref(a.ID), Actor: actor.Person, Unit: a.Unit, At: a.now, Body: a.body, Rows: a.rows})
		return &Result{ID: a.ID, Number: a.Number, State: a.State, Rev: a.Rev}, err
	})
}

// Edit is what an officer may correct while the case is open. Absent fields stay.
type Edit struct {
	Title         *string   `json:"title,omitempty" maxLength:"200"`
	Matter        *string   `json:"matter,omitempty"`
	ActDate       *law.Date `json:"actDate,omitempty"`
	ActPlace      *string   `json:"actPlace,omitempty" maxLength:"300"`
	Findings      *string   `json:"findings,omitempty" maxLength:"10000"`
	Base          *float64  `json:"base,omitempty" minimum:"0" maximum:"1000000000" doc:"what a fine by measure is reckoned from: square metres, tons, yuan"`
	Circumstances *[]string `json:"circumstances,omitempty" maxItems:"20" doc:"codes of what weighs in the fine"`
	Grade         *string   `json:"grade,omitempty" maxLength:"60" doc:"of the article, where it names a circumstance with a range of its own"`
	Officers      []string  `json:"officers,omitempty" maxItems:"8" doc:"ids of officers who join; none leaves"`
}

// Edit corrects what was found, while the case is open (case.not_open afterwards).
func (s *Service) Edit(ctx context.Context, actor org.Actor, id string, rev int64, in Edit) (*Result, error) {
	return s.change(ctx, actor, id, opEdit, "casework.edited", rev, func(ctx context.Context, tx *store.Tx, a *act) error {
		set(&a.Title, in.Title)
		set(&a.Matter, in.Matter)
		set(&a.ActPlace, in.ActPlace)
		set(&a.Findings, in.Findings)
		if in.Base != nil {
			a.Base = in.Base
		}
		if in.ActDate != nil {
			a.ActDate = *in.ActDate
		}
		set(&a.Grade, in.Grade)
		if in.Circumstances != nil {
			a.Circumstances = *in.Circumstances
		}
		if err := checkOpening(a.Case, a.now); err != nil {
			return err
		}
		if err := s.checkWeights(a.file); err != nil {
			return err
		}
		rows, err := s.setOfficers(ctx, tx, a.Case, in.Officers)
		a.rows = append(a.rows, rows...)
		if err != nil {
			return err
		}
		a.findable(headOf(a.Case, a.parties), findingsOf(a.Case, a.parties))
		return nil
	})
}

// checkWeights refuses circumstances that are unknown, contradict each other or cannot hold of the party, and a
// grade that the article does not name.
func (s *Service) checkWeights(f *file) error {
	kind := Organisation
	if p, ok := f.party(); ok {
		kind = p.Kind
	} else if len(f.Circumstances) > 0 {
		kind = Person // who it is about is not yet known: of a person, anything may hold
	}
	if _, err := law.Propose(law.DefaultTiers(10, 100), kind, f.Circumstances); err != nil {
		return err
	}
	if f.Grade == "" {
		return nil
	}
	m, err := law.MatterOn(f.Matter, f.ActDate)
	if err == nil && !slices.ContainsFunc(m.Grades, func(g law.Grade) bool { return g.Name == f.Grade }) {
		err = fault.New(fault.Invalid, "form").With("grade", "law.grade", "matter", f.Matter, "grade", f.Grade)
	}
	return err
}

func set(to *string, from *string) {
	if from != nil {
		*to = strings.TrimSpace(*from)
	}
}

// SetParty says whom the case is about; a party that is there already is replaced. Its code is checked.
func (s *Service) SetParty(ctx context.Context, actor org.Actor, id string, rev int64, in PartyInput) (*Result, error) {
	if err := in.check(law.On(s.now())); err != nil {
		return nil, err
	}
	return s.change(ctx, actor, id, opParty, "casework.party_set", rev, func(ctx context.Context, tx *store.Tx, a *act) error {
		p := Party{ID: store.NewID(), Kind: in.Kind, Name: in.Name, IDCode: in.IDCode, Representative: in.Representative, Address: in.Address, Phone: in.Phone, Rev: 1}
		if old, ok := a.party(); ok {
			p.ID = old.ID
			err := store.Changed(tx.Exec(ctx, `UPDATE casework_parties SET kind = $3, name = $4, id_code = $5, representative = $6, address = $7, phone = $8, rev = rev + 1
				WHERE id = $1 AND rev = $2`, p.ID, old.Rev, p.Kind, p.Name, p.IDCode, p.Representative, p.Address, p.Phone))
			if err != nil {
				return err
			}
		} else if _, err := tx.Exec(ctx, `INSERT INTO casework_parties (id, case_id, kind, name, id_code, representative, address, phone, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,1)`,
			p.ID, a.ID, p.Kind, p.Name, p.IDCode, p.Representative, p.Address, p.Phone); err != nil {
			return fmt.Errorf("set party: %w", err)
		}
		a.body["party"], a.rows = p.Kind, append(a.rows, ledger.Row{Table: "casework_parties", Key: p.ID})
		a.parties = []Party{p}
		again, err := passagesOf(ctx, tx, a.file) // the party's name is taken out of what was written before
		a.findable(again...)
		return err
	})
}

// EvidenceInput is one piece for the list.
type EvidenceInput struct {
	Kind       string   `json:"kind" enum:"documentary,physical,audiovisual,electronic,testimony,statement,expert,record" doc:"the eight kinds of AP 46"`
	Title      string   `json:"title" maxLength:"200"`
	Proves     string   `json:"proves" maxLength:"1000" doc:"what it proves"`
	ObtainedOn law.Date `json:"obtainedOn"`
	Media      string   `json:"media,omitempty" doc:"id of a media file of the case"`
}

// AddEvidence adds one piece to the list of evidence.
func (s *Service) AddEvidence(ctx context.Context, actor org.Actor, id string, rev int64, in EvidenceInput) (*Result, error) {
	in.Title, in.Proves = strings.TrimSpace(in.Title), strings.TrimSpace(in.Proves)
	f := fault.New(fault.Invalid, "form")
	required(f, "title", in.Title, maxTitle)
	required(f, "proves", in.Proves, 1000)
	if !slices.Contains(EvidenceKinds, in.Kind) {
		f.With("kind", "form.required")
	}
	switch today := law.On(s.now()); {
	case in.ObtainedOn.IsZero():
		f.With("obtainedOn", "form.required")
	case today.Before(in.ObtainedOn):
		f.With("obtainedOn", "form.future")
	}
	if err := f.OrNil(); err != nil {
		return nil, err
	}
	early := false
	r, err := s.change(ctx, actor, id, opEvidence, "casework.evidence_added", rev, func(ctx context.Context, tx *store.Tx, a *act) error {
		early = in.ObtainedOn.Before(a.ActDate) // a record of before may prove something; more often it is a slip
		if len(a.evidence) >= maxEvidence {
			return fault.New(fault.Invalid, "case.evidence_many", "n", maxEvidence)
		}
		if in.Media != "" {
			if err := s.hasMedia(ctx, tx, a.ID, in.Media); err != nil {
				return err
			}
		}
		key := store.NewID()
		_, err := tx.Exec(ctx, `INSERT INTO casework_evidence (id, case_id, seq, kind, title, proves, obtained_on, media, added_by, added_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			key, a.ID, len(a.evidence)+1, in.Kind, in.Title, in.Proves, store.Date{Date: in.ObtainedOn}, nullable(in.Media), actor.Person, store.At(a.now))
		a.body["kind"], a.rows = in.Kind, append(a.rows, ledger.Row{Table: "casework_evidence", Key: key})
		a.findable(pieceOf(a.file, Evidence{ID: key, Title: in.Title, Proves: in.Proves}))
		return err
	})
	if err == nil && early {
		r.Notes = []string{"case.evidence_early"}
	}
	return r, err
}

const maxEvidence = 200
