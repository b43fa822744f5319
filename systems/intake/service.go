package intake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"jiexu/area"
	"jiexu/classify"
	"jiexu/data"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/intake/routing"
	"jiexu/term"
)

// Operations that are no steps.
const (
	opRead     = "intake.read"
	opRegister = "intake.register"
	opImport   = "intake.import"
	opExport   = "intake.export"
	opContact  = "intake.contact"
	opRoute    = "intake.route"
)

// Config is what the service needs. Photos and OpenCase are other systems', wired by app.
type Config struct {
	DB    *store.DB
	Terms *term.Keeper
	Atlas *area.Atlas
	Now   func() time.Time

	// PhoneKey is a secret of at least 32 bytes, the same on all servers: by it a whole telephone number
	// finds its complaints, and nothing can be read back from what is stored for that.
	PhoneKey []byte

	// Photos counts the images that were added to a complaint since a moment.
	Photos func(ctx context.Context, tx *store.Tx, complaint string, since time.Time) (int, error)

	// Attach makes pictures that wait under these ids the complaint's, in the transaction in which it is registered. It may be
	// nil: then none are.
	Attach func(ctx context.Context, tx *store.Tx, actor org.Actor, complaint string, ids []string) error

	// Notify tells people that something about a complaint waits for them, in the transaction in which it came about.
	// It may be nil: then My Work and the board are all that tells.
	Notify func(ctx context.Context, tx *store.Tx, n Notice) error

	// MatterHint gives the penalty matter that the source of a complaint points to, empty for none. It may be nil.
	MatterHint func(ctx context.Context, tx *store.Tx, complaint string) (string, error)

	// History gives what the office's own history teaches a task of package classify, the oldest first; Later has a model
	// learn in the background for a person. Without them no model learns.
	History func(ctx context.Context, task string) ([]classify.Example, error)
	Later   func(ctx context.Context, task, person string) error

	// OpenCase opens a case from a complaint, in the transaction, and tells CaseFiled; see Take.
	OpenCase func(ctx context.Context, tx *store.Tx, actor org.Actor, in CaseOpening) error
}

// Service is what people do with complaints. It is safe for concurrent use.
type Service struct {
	db        *store.DB
	procedure *procedure.Procedure
	terms     *term.Keeper
	atlas     *area.Atlas
	now       func() time.Time
	phoneKey  []byte
	photos    func(ctx context.Context, tx *store.Tx, complaint string, since time.Time) (int, error)
	attach    func(ctx context.Context, tx *store.Tx, actor org.Actor, complaint string, ids []string) error
	watch     *routing.Watch
	known     sync.Map // id of a version of routing rules → *ruleSet
	hint      func(ctx context.Context, tx *store.Tx, complaint string) (string, error)
	notify    func(ctx context.Context, tx *store.Tx, n Notice) error
	openCase  func(ctx context.Context, tx *store.Tx, actor org.Actor, in CaseOpening) error
	models    shelf
	history   func(ctx context.Context, task string) ([]classify.Example, error)
	later     func(ctx context.Context, task, person string) error
}

// New makes the service. A key that is too short is a mistake of the caller's code, and it panics.
func New(c Config) *Service {
	if len(c.PhoneKey) < 32 {
		panic(fmt.Sprintf("intake: the key for telephone numbers has %d bytes, 32 are needed", len(c.PhoneKey)))
	}
	watch, err := routing.LoadWatch(data.FS)
	if err != nil {
		panic(err) // the file is part of the binary, and a test reads it
	}
	return &Service{attach: c.Attach, history: c.History, later: c.Later, watch: watch, notify: c.Notify, hint: c.MatterHint, db: c.DB, procedure: Handling, terms: c.Terms, atlas: c.Atlas, now: c.Now, phoneKey: c.PhoneKey, photos: c.Photos, openCase: c.OpenCase}
}

// phoneHash is what a telephone number is found by: keyed, of its digits alone. Short numbers have
// none, for they would find strangers.
func (s *Service) phoneHash(phone string) string {
	digits := phoneDigits(phone)
	if len(digits) < 7 {
		return ""
	}
	mac := hmac.New(sha256.New, s.phoneKey)
	mac.Write([]byte(digits))
	return hex.EncodeToString(mac.Sum(nil))
}

// PhoneHash is what a contact's number is found by: keyed, for rows that are loaded in bulk.
func (s *Service) PhoneHash(phone string) string { return s.phoneHash(phone) }

// phoneDigits keeps the digits of a number, without the country's 86 before a mobile one.
func phoneDigits(phone string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, phone)
	for _, country := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(digits, country); ok && len(rest) == 11 && rest[0] == '1' {
			return rest
		}
	}
	return digits
}

// searchText is what a complaint is findable by. Who complained is not in it.
func (c *Complaint) searchText() string {
	return strings.Join([]string{c.Number, c.SourceNo, c.Title, c.Address, c.Text}, "\n")
}

func (c *Complaint) findable() store.Findable {
	return store.Findable{Subject: c.ID, Text: c.searchText(), At: c.ReceivedAt}
}

// DateTexts makes complaints findable by their month, where an older program left it out.
func (s *Service) DateTexts(ctx context.Context) error {
	return store.DateTexts(ctx, s.db, Type, func(ctx context.Context, tx *store.Tx, after string) ([]store.Dated, error) {
		return store.Collect(ctx, tx, store.ScanDated, `SELECT id, received_at FROM intake_complaints WHERE id > $1 ORDER BY id LIMIT 2000`, after)
	})
}

func (c *Complaint) matter() term.Matter { return term.Matter{Type: Type, ID: c.ID, Unit: c.Unit} }

// insert writes a new complaint with its first line of the timeline, its contact, its search text and
// its ledger entry. rows are those of its terms.
func (s *Service) insert(ctx context.Context, tx *store.Tx, actor org.Actor, c *Complaint, g *guess, contact Contact, first Taken, rows []ledger.Row) error {
	rows = append(rows, ledger.Row{Table: "intake_guesses", Key: c.ID}, ledger.Row{Table: "intake_complaints", Key: c.ID}, ledger.Row{Table: "intake_steps", Key: first.ID})
	parts := []store.Part{func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, insertComplaint, c.values()...)
		return err
	}, func(ctx context.Context, tx *store.Tx) error {
		return insertStep(ctx, tx, c.ID, first)
	}, func(ctx context.Context, tx *store.Tx) error {
		return store.IndexTexts(ctx, tx, Type, []store.Findable{c.findable()})
	}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, insertGuess, g.values(c.ID)...)
		return err
	}}
	if contact != (Contact{}) {
		rows = append(rows, ledger.Row{Table: "intake_contacts", Key: c.ID})
		parts = append(parts, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, insertContact, c.ID, contact.Name, contact.Phone, s.phoneHash(contact.Phone), nullable(contact.Email), nullable(contact.Account), nullable(contact.Device), nullable(contact.Said))
			return err
		})
	}
	if err := tx.Together(ctx, parts...); err != nil {
		return err
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{ID: first.ID, Kind: "intake." + first.Step, Subject: ref(c.ID), Actor: actor.Person, Unit: c.Unit, At: first.At,
		Body: map[string]any{"number": c.Number, "channel": c.Channel, "kind": c.Kind, "state": c.State}, Rows: rows})
	return err
}
