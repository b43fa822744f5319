package gateway

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

// FollowerName is the name of the follower that writes the outbox.
const FollowerName = "gateway.outbox"

const (
	kept     = 60 * 24 * time.Hour  // entries older than that are not told any more: a replay of the log tells nobody of last year
	giveUp   = 72 * time.Hour       // after which a message that only ever failed is left to a person
	sweepBox = 400 * 24 * time.Hour // how long boxes are kept, so that a number is known again
)

// backoff is how long to wait after n failures in a row: five seconds, twice as long each time, five minutes at most.
func backoff(n int) time.Duration {
	return min(5*time.Second<<min(max(n-1, 0), 10), 5*time.Minute)
}

// Follower writes into the outbox what entries of the log mean to the platforms, each once.
func (s *Service) Follower() ledger.Follower {
	kinds := map[string]bool{}
	for _, p := range s.Protocols {
		for _, k := range p.Says() {
			kinds[k] = true
		}
	}
	return ledger.Follower{Name: FollowerName, Kinds: slices.Sorted(maps.Keys(kinds)), Handle: s.plan}
}

func (s *Service) plan(ctx context.Context, tx *store.Tx, r ledger.Record) error {
	if s.Now().Sub(r.At) > kept {
		return nil
	}
	all, err := links(ctx, tx)
	if err != nil {
		return err
	}
	for _, l := range all {
		p, err := s.protocol(l.Kind)
		if err != nil || !slices.Contains(p.Says(), r.Kind) {
			continue
		}
		told, err := p.Tell(ctx, tx, l, r)
		if err != nil {
			return fmt.Errorf("what %s means to %s: %w", r.Kind, l.Code, err)
		}
		if told == nil {
			continue
		}
		if told.Opens {
			if _, err := tx.Exec(ctx, `INSERT INTO gateway_orders (link, order_no, complaint, number, last_seq, stage, said, at) VALUES ($1,$2,$3,$4,0,'',0,$5) ON CONFLICT (link, order_no) DO NOTHING`,
				l.ID, told.Order, told.Complaint, told.Number, store.At(s.Now())); err != nil {
				return err
			}
		} else if known, err := s.heardOf(ctx, tx, l, told.Order); err != nil {
			return err
		} else if !known {
			continue
		}
		message := digestOf(l.ID, r.ID)[:32]
		if told.PhotosOf != "" && s.Photos != nil {
			list, err := s.Photos(ctx, tx, told.PhotosOf, told.PhotosBy)
			if err != nil {
				return err
			}
			told.Fields["photos"] = photosOf(l, message, list)
		}
		if err := s.say(ctx, tx, l, message, *told, r.At); err != nil {
			return err
		}
	}
	return nil
}

// heardOf tells whether an order came from the link's platform.
func (s *Service) heardOf(ctx context.Context, tx *store.Tx, l Link, order string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM gateway_orders WHERE link = $1 AND order_no = $2`, l.ID, order).Scan(&n)
	return n > 0, err
}

// say puts a message into the outbox, unless it is there.
func (s *Service) say(ctx context.Context, tx *store.Tx, l Link, id string, t Told, at time.Time) error {
	var there int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM gateway_outbox WHERE id = $1`, id).Scan(&there); err != nil || there > 0 {
		return err
	}
	var number int64
	if err := tx.QueryRow(ctx, `INSERT INTO gateway_orders (link, order_no, number, last_seq, stage, said, at) VALUES ($1,$2,'',0,'',1,$3)
		ON CONFLICT (link, order_no) DO UPDATE SET said = gateway_orders.said + 1 RETURNING said`, l.ID, t.Order, store.At(s.Now())).Scan(&number); err != nil {
		return fmt.Errorf("number a message for %s: %w", t.Order, err)
	}
	body := map[string]any{"message": id, "order": t.Order, "seq": number, "type": t.Type, "at": at.UTC().Format(time.RFC3339)}
	for k, v := range t.Fields {
		if v != nil && v != "" {
			body[k] = v
		}
	}
	now := store.At(s.Now())
	if _, err := tx.Exec(ctx, `INSERT INTO gateway_outbox (id, link, order_no, number, place, type, body, state, attempts, next_at, error, created_at, updated_at) VALUES ($1,$2,$3,$4,$5,$6,$7,'waiting',0,$8,'',$8,$8)`,
		id, l.ID, t.Order, number, store.NewID(), t.Type, encode(body), now); err != nil {
		return fmt.Errorf("put a message for %s into the outbox: %w", t.Order, err)
	}
	tx.OnCommit(s.stir)
	return nil
}

// receipt tells a platform what came of an event where it does not hear it in the answer to its request: of a file, and where a
// person decided later.
func (s *Service) receipt(ctx context.Context, tx *store.Tx, l Link, e row, result string) error {
	decided := slices.ContainsFunc(e.notes, func(n Note) bool { return n.Code == "gateway.mended" })
	if l.Transport != Folder && !decided && result != Declined || result == "held" && decided {
		return nil
	}
	fields := map[string]any{"event": e.event, "result": result, "complaint": e.number}
	if len(e.problems) > 0 {
		fields["problems"] = spoken("zh-CN", e.problems)
	}
	if len(e.notes) > 0 {
		fields["notes"] = spoken("zh-CN", e.notes)
	}
	return s.say(ctx, tx, l, digestOf(l.ID, e.id, result)[:32], Told{Order: e.order, Type: "receipt", Fields: fields}, s.Now())
}

// outgoing is a message in the outbox.
type outgoing struct {
	id, link, order, kind, body string
	number                      int64
	attempts                    int
	created                     time.Time
}

// dueOut lists the messages of a link that may be sent now: of each order its first one that waits. What failed again and again comes behind
// all others: whatever the platform does at it, they get there.
func (s *Service) dueOut(ctx context.Context, l Link, limit int) (out []outgoing, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (o outgoing, err error) {
			var created store.Time
			err = r.Scan(&o.id, &o.link, &o.order, &o.number, &o.kind, &o.body, &o.attempts, &created)
			o.created = created.Time
			return
		}, `SELECT o.id, o.link, o.order_no, o.number, o.type, o.body, o.attempts, o.created_at FROM gateway_outbox o
			WHERE o.link = $1 AND o.state = 'waiting' AND o.next_at <= $2
			AND NOT EXISTS (SELECT 1 FROM gateway_outbox b WHERE b.link = o.link AND b.order_no = o.order_no AND b.number < o.number AND b.state = 'waiting')
			ORDER BY CASE WHEN o.attempts < 3 THEN 0 ELSE 1 END, o.place LIMIT `+strconv.Itoa(limit), l.ID, store.At(s.Now()))
		return err
	})
	return out, err
}

// What an attempt at sending may end in beside success.
var (
	errRefused = errors.New("refused")  // the platform will not have this message, whenever it is sent
	errAway    = errors.New("away")     // the platform cannot be reached, or says that it will not listen now
	errFailed  = errors.New("answered") // it failed at this message, and may at others
)

// sendDue sends what is due, until there is nothing or the platform is away. It reports whether there may be more.
func (s *Service) sendDue(ctx context.Context, l Link) (more bool, err error) {
	h, err := s.health(ctx, l.ID)
	if err != nil || h.NextAt != nil && h.NextAt.After(s.Now()) {
		return false, err
	}
	const batch = 50
	list, err := s.dueOut(ctx, l, batch)
	if err != nil || len(list) == 0 {
		return false, err
	}
	secret, err := s.seal.Open(l.ID, l.secret)
	if err != nil {
		return false, err
	}
	failed, through := 0, false // how many failed one after the other; whether one got through
	for _, o := range list {
		sent := s.push(ctx, l, secret, o)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err := s.settle(ctx, l, o, sent); err != nil {
			return false, err
		}
		if sent == nil || errors.Is(sent, errRefused) {
			if !through {
				through, h.Failures = true, 0
				if err := s.reached(ctx, l); err != nil {
					return false, err
				}
			}
			failed = 0
			continue
		}
		failed++
		if errors.Is(sent, errAway) || failed == strikes && !through {
			return false, s.away(ctx, l, h.Failures+1, sent)
		}
	}
	if through { // when the last one got there
		err = s.reached(ctx, l)
	}
	return through, err
}

// strikes is how many messages may fail, before any gets through, until the platform counts as away: one that fails at some
// messages and takes others is not.
const strikes = 3

// settle enters what came of one attempt.
func (s *Service) settle(ctx context.Context, l Link, o outgoing, sent error) error {
	now := s.Now()
	state, text, next := Sent, "", now
	if sent != nil {
		state, text, next = Waiting, shorten(sent.Error(), 300), now.Add(backoff(o.attempts+1))
		if errors.Is(sent, errRefused) || errors.Is(sent, errFailed) && now.Sub(o.created) > giveUp {
			state = Kept
		}
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var at *store.Time
		if state == Sent {
			t := store.At(now)
			at = &t
		}
		_, err := tx.Exec(ctx, `UPDATE gateway_outbox SET state = $2, attempts = attempts + 1, error = $3, next_at = $4, sent_at = $5, updated_at = $6 WHERE id = $1 AND state = 'waiting'`,
			o.id, state, text, store.At(next), at, store.At(now))
		return err
	})
}

// away enters that a platform was not reached, and when it is tried again.
func (s *Service) away(ctx context.Context, l Link, failures int, why error) error {
	now := s.Now()
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE gateway_health SET failures = $2, down_since = coalesce(down_since, $3), next_at = $4, error = $5 WHERE link = $1`,
			l.ID, failures, store.At(now), store.At(now.Add(backoff(failures))), shorten(why.Error(), 300))
		return err
	})
}

// reached enters that a platform listens.
func (s *Service) reached(ctx context.Context, l Link) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE gateway_health SET failures = 0, down_since = NULL, next_at = NULL, error = '', sent_at = $2 WHERE link = $1`, l.ID, store.At(s.Now()))
		return err
	})
}

// Health is how a link is doing.
type Health struct {
	HeardAt   *time.Time `json:"heardAt,omitempty" doc:"the last message in"`
	SentAt    *time.Time `json:"sentAt,omitempty" doc:"the last message out"`
	Failures  int        `json:"failures" doc:"attempts in a row that did not reach it"`
	DownSince *time.Time `json:"downSince,omitempty"`
	NextAt    *time.Time `json:"nextAt,omitempty" doc:"until then it is not tried again"`
	Error     string     `json:"error,omitempty"`
}

func (s *Service) health(ctx context.Context, link string) (h Health, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		h, err = scanHealth(tx.QueryRow(ctx, `SELECT heard_at, sent_at, failures, down_since, next_at, error FROM gateway_health WHERE link = $1`, link))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return h, err
}

func scanHealth(r interface{ Scan(...any) error }) (h Health, err error) {
	var heard, sent, down, next *store.Time
	err = r.Scan(&heard, &sent, &h.Failures, &down, &next, &h.Error)
	h.HeardAt, h.SentAt, h.DownSince, h.NextAt = moment(heard), moment(sent), moment(down), moment(next)
	return h, err
}

func moment(t *store.Time) *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

// bodyOf reads a message's body.
func bodyOf(text string) map[string]any {
	m := map[string]any{}
	json.Unmarshal([]byte(text), &m) // of our own making
	return m
}
