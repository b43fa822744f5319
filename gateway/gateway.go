// Package gateway exchanges messages with the platforms that a bureau's complaints come from and go back to: the 12345
// hotline and the city grid platform. Here stands what all of them need: links with their secrets, the boxes of what came in
// and what goes out, signatures, folders of files. What the messages mean stands in a room of its own for each platform, which
// translates them to steps of intake and back; whether a step may be taken is intake's to say, and no rule of business is here.
//
// Nothing that was acknowledged is lost: an event is in the inbox, durably, before the platform hears that it came, and leaves
// it only as a complaint's step, or by the decision of a person who can read why it was held. What we have to say is written by
// a follower of the log, exactly once, and sent until it is acknowledged, however long the platform is away. Both sides know a
// message again by its number, so that a repetition is no second one.
package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/outside"
	"jiexu/store"
)

// Kinds of gateway.
const (
	Hotline = "hotline" // 12345 热线
	Grid    = "grid"    // 城市网格化平台
)

// Transports of a link.
const (
	HTTP   = "http"   // pushed both ways, signed
	Folder = "folder" // files in a folder
)

// States of what came in.
const (
	Fresh    = "new"      // kept, and not yet looked at; or our own failure is being waited out
	Parked   = "parked"   // waits for an earlier event of its order
	Held     = "held"     // something is wrong with it; a person decides
	Done     = "done"     // taken in
	Declined = "declined" // a person turned it away, and the platform was told
)

// States of what goes out.
const (
	Waiting = "waiting"
	Sent    = "sent"    // acknowledged; of files: written
	Kept    = "held"    // the platform refused it; a person decides
	Dropped = "dropped" // a person let it go
)

// Event is what a platform says of one of its orders.
type Event struct {
	Number string // of the event; the same one counts once
	Type   string
	Order  string
	Seq    int64             // among the events of its order, from 1; 0: it is not numbered
	Fields map[string]string // all that came, by our names
}

// Note is something that was wrong with an event: Code is a sentence of package words.
type Note struct {
	Code   string         `json:"code"`
	Field  string         `json:"field,omitempty"`
	Params map[string]any `json:"params,omitempty"`
}

// Arrival is an event on its way in.
type Arrival struct {
	Link  Link
	Event Event
	Came  time.Time // when it was acknowledged
	Codes func(list, theirs string) (ours string, ok bool)
	Order Order // as it is known
	// Kept gives the fields that earlier events of the order brought, where their protocol asked to keep them.
	Kept func(ctx context.Context) (map[string]string, error)
}

// Taken is what came of an event.
type Taken struct {
	Complaint string // id; empty for an event that concerns none yet
	Number    string
	Repeated  bool // it had been said before
	Notes     []Note
	Stage     string // where the order stands now, for platforms that have stages
}

// Order is an order of a platform as we know it.
type Order struct {
	Number    string // theirs
	Complaint string // ours; empty: not taken in
	Stage     string
	LastSeq   int64
	Missing   int64 // how many of its events before this one have not come
}

// Told is what an entry of the log means to a platform.
type Told struct {
	Order  string // its number there
	Type   string
	Fields map[string]any
	// Opens says that the platform hears of the order by this message, and has not sent it; then Complaint and Number are ours.
	Opens             bool
	Complaint, Number string
	// PhotosOf names the complaint of which photographs go with the message, PhotosBy who took them.
	PhotosOf string
	PhotosBy []string
}

// Protocol is what one kind of platform says and hears. It is made by its own package and is safe for concurrent use.
type Protocol interface {
	// Kind is its kind of gateway.
	Kind() string
	// Names are ours of fields as platforms write them in columns and keys; ours are known too.
	Names() map[string]string
	// Opens tells whether events of a type may be the first that is heard of an order.
	Opens(eventType string) bool
	// Follows tells whether events of a type are about an order that was heard of before: they wait for it. One that neither opens nor follows is unknown.
	Follows(eventType string) bool
	// Take takes an event in. What it returns as a fault of kind Invalid, Refused, NotFound or Conflict holds the event for a person; after
	// any other error it is tried again. ctx carries a key by which what it does in one transaction of store.Do happens once.
	Take(ctx context.Context, in Arrival) (Taken, error)
	// Says are the kinds of the log's entries that mean something to the platform.
	Says() []string
	// Tell says what an entry means to the platform of a link; nil: nothing.
	Tell(ctx context.Context, tx *store.Tx, link Link, r ledger.Record) (*Told, error)
}

// Config is what the service needs.
type Config struct {
	DB        *store.DB
	Now       func() time.Time
	Key       []byte // encrypts the secrets of links; 32 bytes, kept outside of the database
	Folder    string // where the folders of links lie
	Protocols []Protocol
	Client    *http.Client // what really sends, unless a test says otherwise
	Report    func(what string, err error)
	Fail      func(http.ResponseWriter, *http.Request, error)

	// Attach adds a picture to a complaint, judged by its content; the same one twice is one. Without it none are taken.
	Attach func(ctx context.Context, l Link, complaint, name string, content io.Reader) error
	// Photos lists the photographs of what some people did about a complaint; OpenPhoto opens one. Without them none go out.
	Photos    func(ctx context.Context, tx *store.Tx, complaint string, by []string) ([]Photo, error)
	OpenPhoto func(ctx context.Context, l Link, id string) (Photo, io.ReadCloser, error)
}

// Service is the gateways. It is safe for concurrent use.
type Service struct {
	Config
	seal  outside.Sealer
	wake  chan struct{} // something is to be done
	names map[string]Protocol
	id    string // of this process, for leases

	pictures chan struct{} // a place for each request with a picture that is being read

	mu   sync.Mutex
	busy map[string]bool // links that are being worked on here
}

// New makes the service. A key of another length than 32 bytes is a mistake of the caller's code, and it panics.
func New(c Config) *Service {
	if c.Client == nil {
		c.Client = outside.Client
	}
	if c.Report == nil {
		c.Report = func(string, error) {}
	}
	s := &Service{Config: c, seal: outside.NewSealer(c.Key), wake: make(chan struct{}, 1), names: map[string]Protocol{}, id: store.NewID(), busy: map[string]bool{}, pictures: make(chan struct{}, atOnce)}
	for _, p := range c.Protocols {
		s.names[p.Kind()] = p
	}
	return s
}

func init() {
	ledger.Seal("gateway_links")
	ledger.Seal("gateway_codes")
	ledger.Exempt("gateway_health", "how a line is doing right now; nobody's act, and a check of the line says it anew")
	ledger.Exempt("gateway_orders", "derived from what came in and from intake, whose own entries say what was registered")
	ledger.Exempt("gateway_inbox", "copies of what a platform says, on their way in; what is taken in has its own entry, and so has each decision of a person")
	ledger.Exempt("gateway_outbox", "copies of what the log says, on their way out; whether they arrived proves nothing here")
	ledger.Exempt("gateway_nonces", "numbers of requests, forgotten after minutes")
}

// protocol is the one of a link.
func (s *Service) protocol(kind string) (Protocol, error) {
	p, ok := s.names[kind]
	if !ok {
		return nil, fault.New(fault.Invalid, "gateway.kind", "kind", kind)
	}
	return p, nil
}

// stir has the work looked at as soon as may be.
func (s *Service) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// actor is in whose name a link's events are taken in.
func (l Link) actor() org.Actor { return org.Program(l.Kind) }

// Actor is in whose name its events are taken in.
func (l Link) Actor() org.Actor { return l.actor() }

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("gateway: " + err.Error()) // texts, numbers and lists of them
	}
	return string(b)
}

func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
