// Package notice tells people what concerns them, and nobody else: in the console at once, and outside by webhook, mail or
// text message where an office has set that up.
//
// Nothing is announced by hand. A follower reads the log; who is concerned by an entry is answered by the systems, whose
// procedures know for whom a matter now waits. What goes outside carries no personal data: a number, a title of what
// happened, and the way to the page, where rights are asked again.
package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/outside"
	"jiexu/store"
)

// Codes of what is told; their sentences are words under the same code.
const (
	Waits     = "notice.waits"     // a matter waits for the reader's step
	Amber     = "notice.amber"     // a third of a period is left
	Red       = "notice.red"       // a period is over
	Ending    = "notice.ending"    // time that belongs to the party is nearly over
	Over      = "notice.over"      // and it is over: what waited for it may go on
	Urgent    = "notice.urgent"    // an urgent complaint came in
	Returned  = "notice.returned"  // a squad sent a complaint back
	Beside    = "notice.beside"    // somebody waits for a word, or answered one; told by Tell, in the console alone
	Followed  = "notice.followed"  // something happened to what somebody follows; likewise
	Mentioned = "notice.mentioned" // somebody was named in a note; likewise
	Unfilmed  = "notice.unfilmed"  // a step has no recording, and the recorder should have been docked by now

	Checkpoint = "notice.checkpoint" // a place outside takes no checkpoints of the log; told to administrators by Tell
)

// Codes lists what may be told, in the order in which an endpoint offers it.
var Codes = []string{Waits, Amber, Red, Ending, Over, Urgent, Returned, Unfilmed}

// Concern is what an entry of the log means for people.
type Concern struct {
	Code   string
	Params map[string]any // for the sentence; numbers and titles of steps, no personal data
	Unit   string
	Roles  []string // whoever holds one of them in the unit or above it
	People []string // and these, by id
	// Once says that somebody who was told the same of this matter, and has not been told anything else of it since, is
	// not told again: the matter still waits for the same step.
	Once bool
}

// Config is what the service needs.
type Config struct {
	DB  *store.DB
	Now func() time.Time
	// Key encrypts the secrets of endpoints; 32 bytes, kept outside of the database.
	Key []byte
	// PublicURL is where people reach the server.
	PublicURL string
	// Concerns answers what an entry means, and for whom.
	Concerns func(ctx context.Context, tx *store.Tx, r ledger.Record) ([]Concern, error)
	// Moves tells whether an entry moves its matter on, so that nobody waits any more for what people were told to do before, and whether
	// it ends the matter.
	Moves func(r ledger.Record) (on, ended bool)
	// Withdrawn answers what an entry takes back of what people were told of its matter: what was missing is there. nil: nothing ever is.
	Withdrawn func(ctx context.Context, tx *store.Tx, r ledger.Record) ([]Concern, error)
	// Schedule has a delivery made as soon as may be; the same one twice is one.
	Schedule func(ctx context.Context, deliveries ...Delivery) error
	// Send replaces what really sends, in tests.
	Send Sender
}

// Service is what people do with notices. It is safe for concurrent use.
type Service struct {
	Config
	seal outside.Sealer
}

// New makes the service. A key of another length than 32 bytes is a mistake of the caller's code, and it panics.
func New(c Config) *Service {
	if c.Send == nil {
		c.Send = sender{}
	}
	return &Service{Config: c, seal: outside.NewSealer(c.Key)}
}

func init() {
	ledger.Seal("notice_endpoints")
	ledger.Exempt("notice_items", "derived from the log by a follower, or a word beside it (told by Tell); what is read and what not is nobody's legal act")
	ledger.Exempt("notice_deliveries", "copies of what the log says, on their way out; whether they arrived proves nothing here")
}

// Followers read the log: the first writes what people are told, the second plans what goes outside.
func (s *Service) Followers() []ledger.Follower {
	return []ledger.Follower{
		{Name: "notice.items", Reset: s.reset, Handle: s.handle},
		{Name: "job.notices", Outside: s.plan},
	}
}

// reset forgets what the log says again when it is read from its beginning. What Tell told stays: the log does not have it.
func (s *Service) reset(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM notice_items WHERE code NOT IN ($1, $2, $3, $4)`, Beside, Followed, Mentioned, Checkpoint)
	return err
}

// handle tells everybody whom an entry concerns. Who that is, is asked at the time of the reading and not of the entry: of
// a matter that has moved on meanwhile nobody is told who would come too late. A replay therefore tells what waits now.
func (s *Service) handle(ctx context.Context, tx *store.Tx, r ledger.Record) error {
	if s.Now().Sub(r.At) > kept {
		return nil
	}
	concerns, err := s.Concerns(ctx, tx, r)
	if err != nil {
		return fmt.Errorf("whom %s concerns: %w", r.Kind, err)
	}
	if err := s.settle(ctx, tx, concerns, r); err != nil {
		return err
	}
	if err := s.withdraw(ctx, tx, r); err != nil {
		return err
	}
	for _, c := range concerns {
		people, err := org.Holders(ctx, tx, c.Unit, c.Roles, law.On(s.Now()))
		if err != nil {
			return err
		}
		told := map[string]bool{r.Actor: true} // nobody is told what he did himself
		for _, person := range append(people, c.People...) {
			if told[person] {
				continue
			}
			told[person] = true
			if err := s.tell(ctx, tx, person, c, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// asking are the notices that ask somebody to do something; alarming are those of periods, which a matter's end settles too.
var (
	asking   = []string{Waits, Urgent, Returned}
	alarming = []string{Amber, Red, Ending, Over}
)

// settle takes what was asked of people before an entry moved the matter on from what they have not read: somebody has done it. What
// the matter waits for still, or again, stays.
func (s *Service) settle(ctx context.Context, tx *store.Tx, concerns []Concern, r ledger.Record) error {
	on, ended := s.Moves(r)
	if !on {
		return nil
	}
	codes := asking
	if ended {
		codes = slices.Concat(asking, alarming)
	}
	w := &store.Where{}
	now := w.Part("?", store.At(s.Now()))
	w.Add("subject = ?", r.Subject.ID)
	w.Add("at <= ?", store.At(r.At))
	w.In("code", codes)
	w.Add("read_at IS NULL")
	for _, c := range concerns {
		params, err := json.Marshal(c.Params)
		if err != nil {
			return err
		}
		w.Add("NOT (code = ? AND params = ?)", c.Code, string(params))
	}
	if _, err := tx.Exec(ctx, `UPDATE notice_items SET read_at = `+now+` WHERE `+w.SQL(), w.Args()...); err != nil {
		return fmt.Errorf("settle what %s was told: %w", r.Subject.ID, err)
	}
	return nil
}

// withdraw takes what an entry takes back from what people have not read.
func (s *Service) withdraw(ctx context.Context, tx *store.Tx, r ledger.Record) error {
	if s.Withdrawn == nil {
		return nil
	}
	concerns, err := s.Withdrawn(ctx, tx, r)
	if err != nil {
		return fmt.Errorf("what %s takes back: %w", r.Kind, err)
	}
	for _, c := range concerns {
		params, err := json.Marshal(c.Params)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE notice_items SET read_at = $1 WHERE subject = $2 AND at <= $3 AND code = $4 AND params = $5 AND read_at IS NULL`,
			store.At(s.Now()), r.Subject.ID, store.At(r.At), c.Code, string(params)); err != nil {
			return fmt.Errorf("take back what %s was told: %w", r.Subject.ID, err)
		}
	}
	return nil
}

// kept is how long a notice is shown.
const kept = 90 * 24 * time.Hour

// Tell tells at once, in the transaction in which it came about, what the log's entries do not say by themselves: that
// somebody waits for a word beside a matter's own way. by is not told.
func (s *Service) Tell(ctx context.Context, tx *store.Tx, subject ledger.Ref, c Concern, by string) error {
	people, err := org.Holders(ctx, tx, c.Unit, c.Roles, law.On(s.Now()))
	if err != nil {
		return err
	}
	r := ledger.Record{ID: store.NewID(), At: s.Now(), Subject: subject}
	for _, person := range append(people, c.People...) {
		if person == by {
			continue
		}
		if err := s.tell(ctx, tx, person, c, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *store.Tx, person string, c Concern, r ledger.Record) error {
	params, err := json.Marshal(c.Params)
	if err != nil {
		return err
	}
	if c.Once {
		same, err := s.saidLast(ctx, tx, person, r.Subject.ID, c.Code, string(params))
		if err != nil || same {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO notice_items (id, person, code, params, subject_type, subject, unit, entry, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (person, entry, code) DO NOTHING`, store.NewID(), person, c.Code, string(params), r.Subject.Type, r.Subject.ID, c.Unit, r.ID, store.At(r.At))
	return err
}

const lastSaid = `SELECT code, params FROM notice_items WHERE subject = $1 AND person = $2 ORDER BY at DESC, id DESC LIMIT 1`

// saidLast tells whether the newest notice that a person has of a matter says the same.
func (s *Service) saidLast(ctx context.Context, tx *store.Tx, person, subject, code, params string) (bool, error) {
	last, err := store.Collect(ctx, tx, scanSaid, lastSaid, subject, person)
	return len(last) > 0 && last[0] == said{code, params}, err
}
