package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/procedure"
	"jiexu/store"
)

// Arrival is what came of a complaint that another system sent.
type Arrival struct {
	ID, Number string
	Repeated   bool // it is here already, and says the same
}

// Arrive takes in what another system sends under a number of its own. Its text may be longer than what a person types in. What came
// before under the number, by whatever way, is the same complaint if it says the same. Returns form with every wrong field,
// among them intake.elsewhere for an address that names another city or district, and intake.differs (conflict) where the number is
// taken by a complaint that says something else.
func (s *Service) Arrive(ctx context.Context, actor org.Actor, in Registration) (Arrival, error) {
	if in.SourceNumber == "" {
		return Arrival{}, fault.New(fault.Invalid, "form").With("sourceNumber", "form.required")
	}
	if where, other := place.Elsewhere(in.Address); other {
		return Arrival{}, fault.New(fault.Invalid, "form").With("address", "intake.elsewhere", "place", where)
	}
	done, err := s.register(ctx, actor, in, maxImportedText)
	if err == nil {
		return Arrival{ID: done.ID, Number: done.Number}, nil
	}
	if !fault.Is(err, "intake.duplicate") {
		return Arrival{}, err
	}
	var before *Complaint
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		before, err = fromSource(ctx, tx, in.Channel, in.SourceNumber)
		return err
	}); err != nil {
		return Arrival{}, err
	}
	f := fault.New(fault.Invalid, "form")
	text, address := paragraphs(f, "content", in.Content, maxImportedText), line(f, "address", in.Address, maxAddress)
	var numbers []string // which are not in the words that are kept
	if before.Text != withoutNumbers(text, &numbers) || before.Address != withoutNumbers(address, &numbers) {
		return Arrival{}, fault.New(fault.Conflict, "intake.differs", "source_no", in.SourceNumber, "number", before.Number)
	}
	return Arrival{ID: before.ID, Number: before.Number, Repeated: true}, nil
}

// fromSource reads the complaint that came under a number of its channel. Returns intake.not_found.
func fromSource(ctx context.Context, tx *store.Tx, channel, number string) (*Complaint, error) {
	c, err := scanComplaint(tx.QueryRow(ctx, `SELECT `+complaintColumns+` FROM intake_complaints c WHERE c.source_key = $1`, channel+" "+number))
	return c, store.Found(err, "intake.not_found")
}

// TakeFor takes a step for another system, which knows no revisions: at whatever revision the complaint has. choose, which may be nil, names
// the step by how the complaint stands. Returns what Take returns.
func (s *Service) TakeFor(ctx context.Context, actor org.Actor, id string, choose func(Standing) string, in map[string]any) (*Receipt, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
		c, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		a, err := s.prepare(ctx, tx, actor, id, choose(c.standing()))
		if err != nil {
			return nil, err
		}
		values := map[string]any{}
		for name, v := range in { // what the chosen step does not ask for is left out
			for _, f := range a.step.Fields {
				if f.Name == name {
					values[name] = v
				}
			}
		}
		return s.take(ctx, tx, a, values)
	})
}

// fromSource reports whether a platform sent it, under a number there.
func (c *Complaint) fromSource() bool {
	return (c.Channel == Hotline || c.Channel == Grid) && c.SourceNo != ""
}

// Standing is how a complaint stands, for those who choose a step by it.
type Standing struct {
	State    string
	Accepted bool   // a squad has accepted it
	ByMain   bool   // it was answered with another, and done again by itself
	Asking   string // what is asked for and not answered: extension
}

func (c *Complaint) standing() Standing {
	st := Standing{State: c.State, Asking: c.Asking}
	for _, f := range c.Facts {
		st.Accepted = st.Accepted || f == accepted.Code
		st.ByMain = st.ByMain || f == byMain.Code
	}
	return st
}

// Said is a line of a complaint's timeline as another system may hear it. Who complained and who handles it are not in it.
type Said struct {
	Complaint, Number, Channel, SourceNo string
	Step                                 string
	Title                                procedure.Text
	Fields                               map[string]any
	Unit, UnitName                       string // which answers for the complaint
	State                                string // after the step
	Outcome, CaseNumber                  string
	At                                   time.Time
	Category, Kind, Address, Text        string
	Lon, Lat                             *float64
	ReceivedAt                           time.Time
	Confidential                         bool

	Answers  string   // of an answer: the complaint that was handled for it, this one or the main one
	Handlers []string // of an answer: ids of the people who were sent
}

// SaidBy reads the line of the timeline that an entry of the log wrote; false where it wrote none. Each platform asks of the same
// entry, one after the other in one transaction, so the last that was read is remembered there.
func (s *Service) SaidBy(ctx context.Context, tx *store.Tx, r ledger.Record) (*Said, bool, error) {
	if r.Subject.Type != Type {
		return nil, false, nil
	}
	last := tx.Local(saidKey{}, func() any { return &lastSaid{} }).(*lastSaid)
	if last.entry != r.ID {
		said, ok, err := s.saidBy(ctx, tx, r)
		if err != nil {
			return nil, false, err
		}
		*last = lastSaid{r.ID, said, ok}
	}
	if !last.ok {
		return nil, false, nil
	}
	said := *last.said
	return &said, true, nil
}

type saidKey struct{}

type lastSaid struct {
	entry string
	said  *Said
	ok    bool
}

func (s *Service) saidBy(ctx context.Context, tx *store.Tx, r ledger.Record) (*Said, bool, error) {
	c, err := load(ctx, tx, r.Subject.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	out := &Said{Complaint: c.ID, Number: c.Number, Channel: c.Channel, SourceNo: c.SourceNo, Unit: c.Unit, Outcome: c.Outcome, CaseNumber: c.CaseNumber, Category: c.Category, Kind: c.Kind,
		Address: c.Address, Text: c.Text, Lon: c.Lon, Lat: c.Lat, ReceivedAt: c.ReceivedAt, Confidential: c.Confidential}
	var fields string
	var at store.Time
	err = tx.QueryRow(ctx, `SELECT step, to_state, unit, fields, at FROM intake_steps WHERE id = $1`, r.ID).Scan(&out.Step, &out.State, &out.Unit, &fields, &at)
	if err := store.Found(err, "intake.not_found"); fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	out.At = at.Time
	if err := json.Unmarshal([]byte(fields), &out.Fields); err != nil {
		return nil, false, fmt.Errorf("step %s: %w", r.ID, err)
	}
	if r.Unit != "" {
		out.Unit = r.Unit // of the entry: whose it is after the step
	}
	names, err := org.UnitNames(ctx, tx, out.Unit)
	out.UnitName = names[out.Unit]
	if step, ok := s.procedure.Step(out.Step); ok {
		out.Title = step.Title
	}
	if err != nil {
		return nil, false, err
	}
	switch out.Step {
	case StepReply, StepPass, StepAnswer, StepMainAnswered:
		if out.Answers = c.ID; out.Step == StepMainAnswered {
			err = store.Found(tx.QueryRow(ctx, `SELECT main FROM intake_merges WHERE complaint = $1 AND ended_by = 'main_answered' ORDER BY at DESC, id DESC LIMIT 1`, c.ID).Scan(&out.Answers), "intake.not_found")
		}
		var sent []Officer
		if err == nil {
			sent, err = officersOf(ctx, tx, out.Answers)
		}
		for _, o := range sent {
			out.Handlers = append(out.Handlers, o.ID)
		}
	}
	return out, true, err
}

// Redo is the step by which a complaint that stands so is done again: what was closed is opened first, and the desk arranges it.
func (st Standing) Redo() string {
	switch {
	case st.State == Closed:
		return StepReopen
	case !st.Accepted:
		return StepReroute
	case st.ByMain:
		return StepRedoApart
	}
	return StepRedo
}
