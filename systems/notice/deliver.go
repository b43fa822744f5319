package notice

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// States of a delivery.
const (
	Waiting = "waiting" // on its way, perhaps after failures
	Sent    = "sent"
	Dead    = "dead"    // given up; somebody must look
	Dropped = "dropped" // somebody looked and let it go
)

// attempts is after how many failures a delivery is given up: with the queue's pauses, after about seventeen hours.
const attempts = 12

// Delivery is the job that sends one notice to one endpoint. Round is raised when somebody has it tried anew.
type Delivery struct {
	ID    string `json:"id" river:"unique"`
	Round int    `json:"round" river:"unique"`
}

// Kind names the job.
func (Delivery) Kind() string { return "notice.delivery" }

// message is what is sent. It names no party and no citizen.
type message struct {
	ID      string    `json:"id"` // of the delivery: the same one may arrive twice
	Code    string    `json:"code"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	Subject subject   `json:"subject"`
	Unit    unit      `json:"unit"`
	Link    string    `json:"link"`
}

type subject struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type unit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// pages are the console's pages by type of subject.
var pages = map[string]string{"complaint": "/complaints/", "case": "/cases/"}

// plan puts what entries mean in the boxes of the endpoints that want it, and has it sent. It bears seeing an entry again.
func (s *Service) plan(ctx context.Context, records []ledger.Record) error {
	var planned []Delivery
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		planned = nil
		endpoints, err := store.Collect(ctx, tx, func(r *sql.Rows) (Endpoint, error) { return scanEndpoint(r) }, `SELECT `+endpointColumns+` FROM notice_endpoints e WHERE e.enabled ORDER BY e.id`)
		if err != nil || len(endpoints) == 0 {
			return err
		}
		for _, r := range records {
			if s.Now().Sub(r.At) > kept {
				continue
			}
			concerns, err := s.Concerns(ctx, tx, r)
			if err != nil {
				return fmt.Errorf("whom %s concerns: %w", r.Kind, err)
			}
			for _, c := range concerns {
				some, err := s.box(ctx, tx, endpoints, c, r)
				if err != nil {
					return err
				}
				planned = append(planned, some...)
			}
		}
		return nil
	})
	if err != nil || len(planned) == 0 {
		return err
	}
	return s.Schedule(ctx, planned...)
}

// box writes the deliveries of one concern.
func (s *Service) box(ctx context.Context, tx *store.Tx, endpoints []Endpoint, c Concern, r ledger.Record) (out []Delivery, err error) {
	for _, e := range endpoints {
		if len(e.Codes) > 0 && !slices.Contains(e.Codes, c.Code) || r.At.Before(e.UpdatedAt) && r.At.Before(s.Now().Add(-time.Hour)) {
			continue // not wanted, or from before somebody wanted it
		}
		below, err := org.Below(ctx, tx, e.Unit)
		if err != nil {
			return nil, err
		}
		if !below[c.Unit] {
			continue
		}
		names, err := org.UnitNames(ctx, tx, c.Unit)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(e.ID + " " + r.ID + " " + c.Code))
		id := hex.EncodeToString(sum[:16])
		m := message{ID: id, Code: c.Code, Title: words.Text("zh-CN", c.Code+"_title", nil), Text: words.Text("zh-CN", c.Code, c.Params), At: r.At.UTC(),
			Subject: subject{r.Subject.Type, r.Subject.ID}, Unit: unit{c.Unit, names[c.Unit]}}
		if page := pages[r.Subject.Type]; page != "" {
			m.Link = strings.TrimSuffix(s.PublicURL, "/") + page + r.Subject.ID
		}
		body, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO notice_deliveries (id, endpoint, entry, code, body, state, attempts, round, error, created_at, updated_at) VALUES ($1,$2,$3,$4,$5,'waiting',0,0,'',$6,$6)
			ON CONFLICT (endpoint, entry, code) DO NOTHING`, id, e.ID, r.ID, c.Code, string(body), store.At(s.Now())); err != nil {
			return nil, err
		}
		out = append(out, Delivery{ID: id})
	}
	return out, nil
}

// Deliver makes one attempt. It returns an error where the queue is to try again later.
func (s *Service) Deliver(ctx context.Context, d Delivery) error {
	var e Endpoint
	var body, state string
	var done, round int
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var endpoint string
		err := tx.QueryRow(ctx, `SELECT endpoint, body, state, attempts, round FROM notice_deliveries WHERE id = $1`, d.ID).Scan(&endpoint, &body, &state, &done, &round)
		if err != nil {
			return store.Found(err, "notice.delivery_not_found")
		}
		e, err = endpointByID(ctx, tx, endpoint)
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil // forgotten since, or of another database
	case err != nil:
		return err
	case state != Waiting || round != d.Round:
		return nil
	}
	failed := s.send(ctx, e, []byte(body))
	next, text := Sent, ""
	if failed != nil {
		next, text = Waiting, reason(failed)
		if done+1 >= attempts || errors.Is(failed, errGone) || !e.Enabled {
			next = Dead
		}
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE notice_deliveries SET state = $3, attempts = attempts + 1, error = $4, updated_at = $5 WHERE id = $1 AND round = $2 AND state = 'waiting'`,
			d.ID, d.Round, next, text, store.At(s.Now()))
		return err
	}); err != nil {
		return err
	}
	if next == Waiting {
		return fmt.Errorf("delivery %s: %w", d.ID, failed)
	}
	return nil
}

// errDisabled says that an endpoint was switched off with something in its box.
var errDisabled = errors.New("the endpoint is switched off")

func (s *Service) send(ctx context.Context, e Endpoint, body []byte) error {
	if !e.Enabled {
		return errDisabled
	}
	secret, err := s.seal.Open(e.ID, e.secret)
	if err != nil {
		return err
	}
	return s.Send.Send(ctx, e, secret, body, s.Now())
}

// longestReason bounds what is kept of a failure, in bytes.
const longestReason = 300

func reason(err error) string {
	text := strings.ToValidUTF8(err.Error(), "")
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "…"
	}
	return text
}

// Test sends one notice to an endpoint at once and says what came of it. Returns notice.endpoint_not_found, refused.unit,
// notice.test_failed.
func (s *Service) Test(ctx context.Context, actor org.Actor, id string) error {
	var e Endpoint
	if err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if e, err = endpointByID(ctx, tx, id); err != nil {
			return err
		}
		return actor.Must(opManage, e.Unit)
	}); err != nil {
		return err
	}
	e.Enabled = true
	body, err := json.Marshal(message{ID: store.NewID(), Code: "notice.test", Title: words.Text("zh-CN", "notice.test_title", nil), Text: words.Text("zh-CN", "notice.test", nil), At: s.Now().UTC(), Link: s.PublicURL})
	if err != nil {
		return err
	}
	if err := s.send(ctx, e, body); err != nil {
		return fault.Wrap(err, fault.Unavailable, "notice.test_failed", "reason", reason(err))
	}
	return nil
}

// Outgoing is a delivery as its page shows it.
type Outgoing struct {
	ID        string    `json:"id"`
	Endpoint  string    `json:"endpoint"`
	Name      string    `json:"name" doc:"of the endpoint"`
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	State     string    `json:"state" enum:"waiting,sent,dead,dropped"`
	Attempts  int       `json:"attempts"`
	Error     string    `json:"error,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Deliveries lists what is on its way in one state, or in all, the newest first, with the cursor of the next page.
// Returns list.cursor.
func (s *Service) Deliveries(ctx context.Context, actor org.Actor, state, cursor string, lang string) (out []Outgoing, next string, err error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opManage, "e.unit", w.Next()))
	if state != "" {
		w.Add("d.state = ?", state)
	}
	if cursor != "" {
		at, err := store.ParseCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		w.Add("(d.created_at, d.id) < (?, ?)", at.At, at.ID)
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (o Outgoing, err error) {
			var created, updated store.Time
			err = r.Scan(&o.ID, &o.Endpoint, &o.Name, &o.Code, &o.State, &o.Attempts, &o.Error, &created, &updated)
			o.CreatedAt, o.UpdatedAt, o.Title = created.Time, updated.Time, words.Text(lang, o.Code+"_title", nil)
			return
		}, `SELECT d.id, d.endpoint, e.name, d.code, d.state, d.attempts, d.error, d.created_at, d.updated_at
			FROM notice_deliveries d JOIN notice_endpoints e ON e.id = d.endpoint WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY d.created_at DESC, d.id DESC LIMIT %d`, MaxPage+1), w.Args()...)
		return err
	})
	if err == nil && len(out) > MaxPage {
		out = out[:MaxPage]
		next = store.Cursor{At: store.At(out[MaxPage-1].CreatedAt), ID: out[MaxPage-1].ID}.String()
	}
	return out, next, err
}

// Again has a delivery that was given up or dropped tried anew. Returns notice.delivery_not_found, notice.not_dead.
func (s *Service) Again(ctx context.Context, actor org.Actor, id string) error {
	round := 0
	if err := s.decide(ctx, actor, id, func(ctx context.Context, tx *store.Tx) (err error) {
		err = tx.QueryRow(ctx, `UPDATE notice_deliveries SET state = 'waiting', attempts = 0, round = round + 1, updated_at = $2 WHERE id = $1 AND state IN ('dead', 'dropped') RETURNING round`,
			id, store.At(s.Now())).Scan(&round)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "notice.not_dead")
		}
		return err
	}); err != nil {
		return err
	}
	return s.Schedule(ctx, Delivery{ID: id, Round: round})
}

// Drop lets a delivery go that was given up. Returns notice.delivery_not_found, notice.not_dead.
func (s *Service) Drop(ctx context.Context, actor org.Actor, id string) error {
	return s.decide(ctx, actor, id, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE notice_deliveries SET state = 'dropped', updated_at = $2 WHERE id = $1 AND state = 'dead'`, id, store.At(s.Now()))
		if err == nil && n == 0 {
			return fault.New(fault.Conflict, "notice.not_dead")
		}
		return err
	})
}

// decide does something to a delivery of an endpoint that the actor manages.
func (s *Service) decide(ctx context.Context, actor org.Actor, id string, do func(context.Context, *store.Tx) error) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var unit string
		err := tx.QueryRow(ctx, `SELECT e.unit FROM notice_deliveries d JOIN notice_endpoints e ON e.id = d.endpoint WHERE d.id = $1`, id).Scan(&unit)
		if err != nil {
			return store.Found(err, "notice.delivery_not_found")
		}
		if err := actor.Must(opManage, unit); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}
