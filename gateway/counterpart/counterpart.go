// Package counterpart plays a platform: the other end of a gateway, as an integrator would build it by docs/gateways.md alone. It
// delivers events until they are acknowledged, receives our messages, answers them, and plays the faults that lines and platforms have:
// outages, lost answers, repetitions, another order, garbage, slowness, failures. At the end it compares what both sides know.
//
// Tests and the simulate command use it; no server does.
package counterpart

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"jiexu/gateway"
)

// Event is what the platform says: its keys are those of docs/gateways.md.
type Event map[string]any

// Message is what we say to it.
type Message struct {
	ID        string         `json:"message"`
	Order     string         `json:"order"`
	Seq       int64          `json:"seq"`
	Type      string         `json:"type"`
	Complaint string         `json:"complaint"`
	Stage     string         `json:"stage"`
	Event     string         `json:"event"`
	Result    string         `json:"result"`
	Rest      map[string]any `json:"-"`
}

// Faults are how often, of a hundred times, something goes wrong.
type Faults struct {
	Repeat  int           // an event is delivered once more
	Reorder int           // an event comes behind the one that follows it
	Lose    int           // our answer is lost, and the platform delivers again
	Garbage int           // what no program can read comes in between
	Cut     int           // a photograph that the platform fetches breaks off on the way
	Fail    int           // the platform answers 500 to a message
	Slow    time.Duration // at most so long it takes to answer a message; waited for by Wait
}

// Side is the platform. Make it with its fields, then Deliver and Handler. It is safe for concurrent use.
type Side struct {
	Target, Link, Secret string // where we are, the link's code, and its secret
	Now                  func() time.Time
	Client               *http.Client
	Faults               Faults
	Answer               func(Message) []Event // what it says to a message; may be nil
	Wait                 func(time.Duration)   // for Slow; may be nil
	Batch                int                   // events of a request, 1 where it is 0

	mu       sync.Mutex
	rand     *rand.Rand
	down     bool
	pending  []*delivery
	all      []*delivery
	messages map[string]*received
	orders   map[string]bool
	said     int // messages that came, repetitions included
	photos   []*photograph
	failed   int // requests of ours that were answered with a failure on purpose
}

// delivery is an event on its way to us.
type delivery struct {
	event    Event
	acked    bool
	attempts int
	result   gateway.Result
	numbers  map[string]bool // of complaints that we named for it
}

// received is a message that came, and how often.
type received struct {
	Message
	times int
}

// Begin makes it ready, with all chances drawn from a seed.
func (s *Side) Begin(seed uint64) *Side {
	s.rand = rand.New(rand.NewPCG(seed, 12345))
	s.messages, s.orders = map[string]*received{}, map[string]bool{}
	if s.Client == nil {
		s.Client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
	}
	return s
}

// SetDown plays an outage of the platform: it answers nothing and says nothing.
func (s *Side) SetDown(down bool) { s.mu.Lock(); s.down = down; s.mu.Unlock() }

// chance draws whether a fault of so many in a hundred happens now.
func (s *Side) chance(percent int) bool { return percent > 0 && s.rand.IntN(100) < percent }

// Say queues events.
func (s *Side) Say(events ...Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		d := &delivery{event: e, numbers: map[string]bool{}}
		s.pending, s.all = append(s.pending, d), append(s.all, d)
		if order := text(e["order"]); order != "" {
			s.orders[order] = true
		}
	}
}

// Pending is how many events are not acknowledged.
func (s *Side) Pending() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.pending) }

// Messages is how many messages came, each counted once.
func (s *Side) Messages() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.messages) }

// Deliver makes one attempt at everything that is queued. Its error is that of the first request that got no answer; what was not acknowledged stays
// queued.
func (s *Side) Deliver(ctx context.Context) error {
	s.mu.Lock()
	if s.down {
		s.mu.Unlock()
		return nil
	}
	list := slices.Clone(s.pending)
	for i := range len(list) - 1 {
		if s.chance(s.Faults.Reorder) {
			list[i], list[i+1] = list[i+1], list[i]
		}
	}
	var with []*delivery
	for _, d := range list {
		with = append(with, d)
		if s.chance(s.Faults.Repeat) {
			with = append(with, d)
		}
	}
	s.mu.Unlock()
	var failed error
	for some := range slices.Chunk(with, max(s.Batch, 1)) {
		if err := s.deliver(ctx, some); err != nil && failed == nil {
			failed = err
			if ctx.Err() != nil {
				return err
			}
		}
		s.mu.Lock()
		garbage, pick := s.chance(s.Faults.Garbage), s.rand.IntN(len(rubbish))
		s.mu.Unlock()
		if garbage {
			if _, _, err := s.Post(ctx, []byte(rubbish[pick]), "application/json"); err != nil && failed == nil {
				failed = err
			}
		}
	}
	s.mu.Lock()
	s.pending = slices.DeleteFunc(s.pending, func(d *delivery) bool { return d.acked })
	s.mu.Unlock()
	if err := s.FetchPhotos(ctx); err != nil && failed == nil {
		failed = err
	}
	return failed
}

// rubbish is what no platform should send and some do.
var rubbish = []string{`{"events":[{"event":"x`, `<html><body>502 Bad Gateway</body></html>`, "\x00\x01\x02\xff", `"order"`, `{"events":[7,null,"工单"]}`, `[[[[]]]]`, `{"events":[{"order":"` + "\xc4\xe3" + `"}]}`}

func (s *Side) deliver(ctx context.Context, some []*delivery) error {
	events := make([]Event, len(some))
	for i, d := range some {
		events[i] = d.event
		s.mu.Lock()
		d.attempts++
		s.mu.Unlock()
	}
	body, err := json.Marshal(map[string]any{"events": events})
	if err != nil {
		return err
	}
	status, answer, err := s.Post(ctx, body, "application/json")
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if status == http.StatusOK && s.chance(s.Faults.Lose) {
		return nil // it was taken in, and the platform does not know
	}
	if status != http.StatusOK {
		return fmt.Errorf("answered %d: %.300s", status, answer)
	}
	var said struct{ Results []gateway.Result }
	if err := json.Unmarshal(answer, &said); err != nil || len(said.Results) != len(some) {
		return fmt.Errorf("%d results for %d events: %.300s: %w", len(said.Results), len(some), answer, err)
	}
	for i, d := range some {
		d.acked, d.result = true, said.Results[i]
		if n := said.Results[i].Number; n != "" {
			d.numbers[n] = true
		}
	}
	return nil
}

// Post sends a signed body to the link's events.
func (s *Side) Post(ctx context.Context, body []byte, contentType string) (status int, answer []byte, err error) {
	return s.ask(ctx, http.MethodPost, "/events", body, contentType)
}

// Picture sends a picture for an order by itself.
func (s *Side) Picture(ctx context.Context, order, name string, content []byte) (status int, answer []byte, err error) {
	return s.send(ctx, http.MethodPost, s.Target+"/gateway/"+s.Link+"/orders/"+url.PathEscape(order)+"/attachments", content, http.Header{"Content-Type": {"application/octet-stream"}, gateway.HeaderName: {url.PathEscape(name)}}, 1<<20)
}

// Fetch gets what a path of ours leads to.
func (s *Side) Fetch(ctx context.Context, path string) (status int, content []byte, err error) {
	return s.send(ctx, http.MethodGet, s.Target+path, nil, nil, 4*gateway.MaxAttachment)
}

func (s *Side) ask(ctx context.Context, method, path string, body []byte, contentType string) (status int, answer []byte, err error) {
	head := http.Header{}
	if contentType != "" {
		head.Set("Content-Type", contentType)
	}
	return s.send(ctx, method, s.Target+"/gateway/"+s.Link+path, body, head, 1<<20)
}

func (s *Side) send(ctx context.Context, method, address string, body []byte, head http.Header, most int64) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for name, values := range head {
		req.Header[name] = values
	}
	req.Header.Set("Accept-Language", "zh-CN")
	gateway.Sign(req, s.Secret, body, s.Now(), gateway.Nonce())
	res, err := s.Client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, most))
	return res.StatusCode, answer, err
}

// ServeHTTP receives our messages: it is the address that the link is given.
func (s *Side) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	s.mu.Lock()
	down, fail, slow := s.down, s.chance(s.Faults.Fail), time.Duration(0)
	if s.Faults.Slow > 0 {
		slow = time.Duration(s.rand.Int64N(int64(s.Faults.Slow)))
	}
	if fail || down {
		s.failed++
	}
	s.mu.Unlock()
	if down {
		panic(http.ErrAbortHandler) // the line breaks
	}
	if slow > 0 && s.Wait != nil {
		s.Wait(slow)
	}
	if err := gateway.Verify(r, s.Secret, body, s.Now()); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	var m Message
	if err := errors.Join(json.Unmarshal(body, &m), json.Unmarshal(body, &m.Rest)); err != nil || m.ID == "" {
		http.Error(w, "no message", http.StatusBadRequest)
		return
	}
	if answers := s.take(m); len(answers) > 0 {
		s.Say(answers...)
	}
	if fail { // after it was taken: the worst case for who sends it again
		http.Error(w, "failing on purpose", http.StatusInternalServerError)
		return
	}
	w.Write([]byte(`{"ok":true}`))
}

// take keeps a message; one that came before is known by its number.
func (s *Side) take(m Message) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said++
	if before, ok := s.messages[m.ID]; ok {
		before.times++
		return nil
	}
	s.messages[m.ID] = &received{m, 1}
	s.photos = append(s.photos, photosIn(m)...)
	if s.Answer == nil {
		return nil
	}
	return s.Answer(m)
}

// Report is what both sides know, compared.
type Report struct {
	Events, Unacknowledged      int
	Results                     map[string]int // what became of the events
	Orders, Taken               int
	Messages, Repeated, Refused int // ours: each once; came again under the same number; answered with a failure on purpose
	Photos, PhotosAgain         int // that our messages told of and that were fetched whole; how often one had to be fetched once more
	Lost, Doubled               []string
}

// Sound tells whether nothing was lost and nothing doubled.
func (r Report) Sound() bool { return len(r.Lost) == 0 && len(r.Doubled) == 0 && r.Unacknowledged == 0 }

// Reconcile asks us of every event and every order and compares.
func (s *Side) Reconcile(ctx context.Context) (Report, error) {
	s.mu.Lock()
	all, orders := slices.Clone(s.all), make([]string, 0, len(s.orders))
	for o := range s.orders {
		orders = append(orders, o)
	}
	slices.Sort(orders)
	r := Report{Events: len(all), Unacknowledged: len(s.pending), Results: map[string]int{}, Orders: len(orders), Messages: len(s.messages), Repeated: s.said - len(s.messages), Refused: s.failed}
	seqs, facts := map[string][]int64{}, map[string]int{}
	for _, m := range s.messages {
		seqs[m.Order] = append(seqs[m.Order], m.Seq)
		facts[fmt.Sprint(m.Order, " ", m.Seq)]++
	}
	s.mu.Unlock()
	if err := s.FetchPhotos(ctx); err != nil {
		return r, err
	}
	s.photosInto(&r)
	for fact, n := range facts {
		if n > 1 {
			r.Doubled = append(r.Doubled, "message "+fact)
		}
	}
	numbers := map[string]map[string]bool{}
	for _, d := range all {
		number := text(d.event["event"])
		status, answer, err := s.ask(ctx, http.MethodGet, "/events/"+url.PathEscape(number), nil, "")
		if err != nil {
			return r, err
		}
		var known gateway.Result
		if status != http.StatusOK || json.Unmarshal(answer, &known) != nil {
			r.Lost = append(r.Lost, fmt.Sprintf("event %s: %d", number, status))
			continue
		}
		r.Results[known.Result]++
		order := text(d.event["order"])
		if numbers[order] == nil {
			numbers[order] = map[string]bool{}
		}
		for n := range d.numbers {
			numbers[order][n] = true
		}
		if known.Number != "" {
			numbers[order][known.Number] = true
		}
	}
	for _, order := range orders {
		if len(numbers[order]) > 1 {
			r.Doubled = append(r.Doubled, fmt.Sprintf("order %s has complaints %v", order, numbers[order]))
		}
		status, answer, err := s.ask(ctx, http.MethodGet, "/orders/"+url.PathEscape(order), nil, "")
		if err != nil {
			return r, err
		}
		var known gateway.OrderState
		if status != http.StatusOK || json.Unmarshal(answer, &known) != nil {
			r.Lost = append(r.Lost, fmt.Sprintf("order %s: %d", order, status))
			continue
		}
		if known.Number != "" {
			r.Taken++
		}
		slices.Sort(seqs[order])
		for i, n := range seqs[order] {
			if n != int64(i+1) {
				r.Lost = append(r.Lost, fmt.Sprintf("order %s: message %d did not come", order, i+1))
				break
			}
		}
		if got := int64(len(seqs[order])); got != known.Messages && known.Unsent == 0 {
			r.Lost = append(r.Lost, fmt.Sprintf("order %s: %d messages of %d came", order, got, known.Messages))
		} else if known.Unsent > 0 {
			r.Lost = append(r.Lost, fmt.Sprintf("order %s: %d messages are still on their way", order, known.Unsent))
		}
	}
	return r, nil
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
