package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

// opPlaces is the right to see what the gazetteer has learned, to settle it and to take it back.
const opPlaces = "intake.places"

// newToUs is how far from our own proposal a pin must be put at registration to teach us anything: who takes what we propose
// has not looked whether it is right.
const newToUs = 60 // metres

// learnPin keeps where a person put the pin of a new complaint as a word on its address, if it is not where we would have put it.
func (s *Service) learnPin(ctx context.Context, tx *store.Tx, ground *area.Ground, c *Complaint, actor org.Actor) ([]ledger.Row, error) {
	if !c.told || c.Address == "" {
		return nil, nil
	}
	at := place.Point{Lon: *c.Lon, Lat: *c.Lat}
	g, err := ground.Knowing(ctx, tx, c.Address)
	if err != nil {
		return nil, err
	}
	if f, ok := g.Find("", c.Address); ok && place.Distance(f.At, at) <= newToUs {
		return nil, nil
	}
	return ground.Learn(ctx, tx, c.Address, area.Word{At: at, Complaint: c.ID, Person: actor.Person, Unit: c.Unit, How: area.Registered, Said: c.RegisteredAt})
}

// placed moves a complaint to where a person says that it is, and has the gazetteer learn it. Whose the complaint is changes only by routing.
// Returns procedure.fields for a place that is none of the district's.
func (s *Service) placed(ctx context.Context, tx *store.Tx, a *act) error {
	lon, lat, _ := a.values.Point("at")
	at := place.Point{Lon: lon, Lat: lat}
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	if err := inDistrict(ground.District, at); err != nil {
		f := fault.New(fault.Invalid, "procedure.fields")
		fieldFault(f, "at", err)
		return f
	}
	address := strings.TrimSpace(a.values.Text("address"))
	if address == "" {
		address = a.Address
	} else if where, other := place.Elsewhere(address); other {
		return fault.New(fault.Invalid, "procedure.fields").With("address", "intake.elsewhere", "place", where)
	}
	if a.Address == "" {
		a.Address = address // what came with one stays as it came
	}
	a.Lon, a.Lat, a.LocatedBy, a.StreetCode, a.ProposedUnit, a.sure = &lon, &lat, ByPerson, "", "", 1
	if found, ok := areaAt(ground, at); ok {
		a.StreetCode, a.ProposedUnit = found.Code, found.Unit
	}
	if a.State == Registered {
		rules, err := s.rulesOn(ctx, tx, a.Unit)
		if err != nil {
			return err
		}
		a.Proposal = nil
		if err := s.propose(ctx, tx, rules, ground, a.Complaint); err != nil {
			return err
		}
		if a.Proposal != nil {
			a.Proposal.Auto = false // the desk has it before it, and sends it
		}
	}
	if err := replace(ctx, tx, a.Complaint); err != nil {
		return err
	}
	if address == "" {
		return nil
	}
	rows, err := ground.Learn(ctx, tx, address, area.Word{At: at, Complaint: a.ID, Person: a.actor.Person, Unit: a.Unit, How: area.Placed, Said: a.now})
	a.rows = append(a.rows, rows...)
	return err
}

// replace writes what a new place changes and no other step does.
func replace(ctx context.Context, tx *store.Tx, c *Complaint) error {
	_, err := tx.Exec(ctx, `UPDATE intake_complaints SET proposed_unit = $2, proposal = $3 WHERE id = $1`, c.ID, c.ProposedUnit, jsonOrNull(c.Proposal, c.Proposal != nil))
	return err
}

// LearnedPlace is an address as the office has learned it.
type LearnedPlace struct {
	Address  string        `json:"address"`
	Standing string        `json:"standing" enum:"holds,disputed,waits,gone"`
	Lon      float64       `json:"lon"`
	Lat      float64       `json:"lat"`
	AreaName string        `json:"areaName"`
	People   int           `json:"people" doc:"who agree; the desk's own look counts for two"`
	Rivals   int           `json:"rivals" doc:"who agree on another place"`
	Moved    float64       `json:"moved" doc:"metres from where the gazetteer has it by itself; -1 where it does not know it"`
	LastAt   time.Time     `json:"lastAt"`
	Words    []LearnedWord `json:"words" doc:"the newest first"`
}

// LearnedWord is what one person said of where an address is.
type LearnedWord struct {
	ID          string     `json:"id"`
	Lon         float64    `json:"lon"`
	Lat         float64    `json:"lat"`
	AreaName    string     `json:"areaName"`
	By          string     `json:"by"`
	UnitName    string     `json:"unitName"`
	How         string     `json:"how" enum:"registered,placed,settled"`
	At          time.Time  `json:"at"`
	Complaint   *Named     `json:"complaint,omitempty" doc:"by which it was said, with its number"`
	Off         float64    `json:"off" doc:"metres from the place that holds"`
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
	WithdrawnBy string     `json:"withdrawnBy,omitempty"`
	Reason      string     `json:"reason,omitempty"`
}

// LearnedPlaces is a page of them.
type LearnedPlaces struct {
	Items []LearnedPlace `json:"items"`
	Open  int            `json:"open" doc:"how many wait for the desk's word"`
	Next  string         `json:"next,omitempty"`
}

// Learned lists what the office has learned of where addresses are, the newest first. Returns list.cursor.
func (s *Service) Learned(ctx context.Context, open bool, text, after string) (out *LearnedPlaces, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		page, err := area.List(ctx, tx, open, strings.TrimSpace(text), after)
		if err != nil {
			return err
		}
		out = &LearnedPlaces{Items: []LearnedPlace{}, Next: page.More}
		if out.Open, err = area.Open(ctx, tx); err != nil {
			return err
		}
		return s.fillLearned(ctx, tx, ground, page, out)
	})
	return out, err
}

func (s *Service) fillLearned(ctx context.Context, tx *store.Tx, ground *area.Ground, page *area.Learned, out *LearnedPlaces) error {
	var people, units, complaints []string
	for _, words := range page.Words {
		for _, w := range words {
			people, units = append(people, w.Person, w.WithdrawnBy), append(units, w.Unit)
			if w.Complaint != "" {
				complaints = append(complaints, w.Complaint)
			}
		}
	}
	names, err := org.PeopleNames(ctx, tx, people...)
	if err != nil {
		return err
	}
	unitNames, err := org.UnitNames(ctx, tx, units...)
	if err != nil {
		return err
	}
	numbers := map[string]*Complaint{}
	if len(complaints) > 0 {
		if numbers, err = loadMany(ctx, tx, complaints); err != nil {
			return err
		}
	}
	street := func(p place.Point) string {
		if a, ok := areaAt(ground, p); ok {
			return a.Name
		}
		return ""
	}
	for _, p := range page.Places {
		one := LearnedPlace{Address: p.Text, Standing: string(p.Standing), Lon: p.Best.At.Lon, Lat: p.Best.At.Lat, AreaName: street(p.Best.At), People: p.Best.People,
			Rivals: p.Rival.People, Moved: -1, LastAt: p.LastAt, Words: []LearnedWord{}}
		if before, ok := ground.Gazetteer.Find("", p.Text); ok && p.Standing != place.Gone {
			one.Moved = float64(int(place.Distance(before.At, p.Best.At)))
		}
		for _, w := range slices.Backward(page.Words[p.Key]) {
			word := LearnedWord{ID: w.ID, Lon: w.At.Lon, Lat: w.At.Lat, AreaName: street(w.At), By: names[w.Person], UnitName: unitNames[w.Unit], How: w.How, At: w.Said,
				WithdrawnAt: w.WithdrawnAt, WithdrawnBy: names[w.WithdrawnBy], Reason: w.Reason, Off: float64(int(place.Distance(w.At, p.Best.At)))}
			if c := numbers[w.Complaint]; c != nil {
				word.Complaint = &Named{c.ID, c.Number}
			}
			one.Words = append(one.Words, word)
		}
		out.Items = append(out.Items, one)
	}
	return nil
}

// WithdrawWord takes a word on an address back: from the next question on it counts no longer. Returns area.word_unknown and form.
func (s *Service) WithdrawWord(ctx context.Context, actor org.Actor, word, reason string) error {
	f := fault.New(fault.Invalid, "form")
	reason = line(f, "reason", reason, maxReason)
	required(f, "reason", reason)
	if err := f.OrNil(); err != nil {
		return err
	}
	return s.onWord(ctx, actor, "intake.word_withdrawn", func(ctx context.Context, tx *store.Tx, ground *area.Ground, unit string, now time.Time) (string, []ledger.Row, error) {
		return ground.Withdraw(ctx, tx, word, actor.Person, reason, now)
	})
}

// SettleWord has the desk say that a word is right, where people disagree or one alone was not believed. Returns area.word_unknown.
func (s *Service) SettleWord(ctx context.Context, actor org.Actor, word string) error {
	return s.onWord(ctx, actor, "intake.word_settled", func(ctx context.Context, tx *store.Tx, ground *area.Ground, unit string, now time.Time) (string, []ledger.Row, error) {
		return ground.Settle(ctx, tx, word, actor.Person, unit, now)
	})
}

// onWord does something to what was learned, with its entry.
func (s *Service) onWord(ctx context.Context, actor org.Actor, kind string, do func(ctx context.Context, tx *store.Tx, ground *area.Ground, unit string, now time.Time) (string, []ledger.Row, error)) error {
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return none, err
		}
		now, unit := s.now(), actor.HomeUnit()
		_, rows, err := do(ctx, tx, ground, unit, now)
		if err != nil {
			return none, err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: kind, Subject: ledger.Ref{Type: "place", ID: rows[len(rows)-1].Key}, Actor: actor.Person, Unit: unit, At: now, Body: map[string]any{}, Rows: rows})
		return none, err
	})
	return err
}
