package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/topic"
)

// opTopics is the right to see what many people bring up, in the whole bureau.
const opTopics = "intake.topics"

// Bounds of looking for hot topics.
const (
	topicDays    = 90
	topicLooked  = 6_000 // the newest complaints: some ten seconds' work
	topicLeast   = 3     // heat
	topicFewest  = 3     // complaints in one
	topicMost    = 20    // that are kept
	topicMembers = 200   // complaints of each that are kept
	topicBefore  = 730   // days of the office's history that tell what is said in every complaint
	topicHistory = 4_000 // complaints of it, the newest
)

func init() {
	ledger.Exempt("intake_topics", "derived from the sealed complaints; looking again gives the same rows")
}

// HotTopic is a matter that many people brought up.
type HotTopic struct {
	Rank       int           `json:"rank"`
	Name       string        `json:"name"`
	Place      string        `json:"place,omitempty"`
	Words      []string      `json:"words"`
	Heat       float64       `json:"heat" doc:"one for each person who wrote"`
	People     int           `json:"people"`
	Count      int           `json:"count" doc:"complaints in it"`
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to"`
	Course     []int         `json:"course" doc:"complaints in each of twelve equal parts of the time looked at"`
	Trend      string        `json:"trend" enum:"rising,steady,falling"`
	Complaints []TopicMember `json:"complaints" doc:"the newest first"`
}

// TopicMember is a complaint of a topic.
type TopicMember struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Title      string    `json:"title"`
	ReceivedAt time.Time `json:"receivedAt"`
	StateTitle string    `json:"stateTitle,omitempty" doc:"now"`
	Rev        int64     `json:"rev,omitempty" doc:"now; nothing where it has ended or goes with another"`
}

// HotTopics is what the last run found.
type HotTopics struct {
	MadeAt *time.Time `json:"madeAt" doc:"null: not looked for yet"`
	Since  *time.Time `json:"since" doc:"the first complaint that was looked at"`
	Looked int        `json:"looked" doc:"complaints that were looked at, the newest of 90 days"`
	Items  []HotTopic `json:"items" doc:"the hottest first"`
}

// FindTopics looks through the newest complaints for what many people bring up about one place, and keeps the hottest.
// Who wrote is told apart by the keyed hash of the telephone number alone. It bears being done by several servers.
func (s *Service) FindTopics(ctx context.Context) error {
	now := s.now()
	numbers := map[string]string{}
	var notes []topic.Note
	background, err := topic.Shipped()
	if err != nil {
		return err
	}
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		clear(numbers)
		if background, err = s.usual(ctx, tx, background, now.AddDate(0, 0, -topicDays)); err != nil {
			return err
		}
		notes, err = store.Collect(ctx, tx, func(r *sql.Rows) (n topic.Note, err error) {
			var number string
			var lon, lat *float64
			var at store.Time
			if err = r.Scan(&n.ID, &number, &n.Title, &n.Address, &n.Text, &lon, &lat, &at, &n.Who); err != nil {
				return n, err
			}
			numbers[n.ID] = number
			who := n.Who
			n = noteOf(n.ID, n.Title, n.Address, n.Text, at.Time, lon, lat)
			n.Who = who
			return n, nil
		}, `SELECT c.id, c.number, c.title, c.address, c.text, c.lon, c.lat, c.received_at, coalesce(p.phone_hash, '') FROM intake_complaints c
			LEFT JOIN intake_contacts p ON p.complaint = c.id WHERE c.received_at >= $1 AND c.received_at <= $2 ORDER BY c.received_at DESC, c.id DESC LIMIT $3`,
			store.At(now.AddDate(0, 0, -topicDays)), store.At(now), topicLooked)
		return err
	}); err != nil {
		return err
	}
	byID := map[string]topic.Note{}
	since := now
	for _, n := range notes {
		byID[n.ID] = n
		if n.At.Before(since) {
			since = n.At
		}
	}
	var found []HotTopic
	for _, t := range topic.NewIndex(notes, background).Topics(now, topicLeast) {
		if len(t.Notes) < topicFewest || len(found) == topicMost {
			continue
		}
		h := HotTopic{Rank: len(found) + 1, Name: t.Name, Place: t.Place, Words: t.Words, Heat: math.Round(t.Heat*10) / 10, People: t.People, Count: len(t.Notes),
			From: t.From, To: t.To, Course: t.Course, Trend: string(t.Trend), Complaints: []TopicMember{}}
		if h.Words == nil {
			h.Words = []string{}
		}
		for i := len(t.Notes) - 1; i >= 0 && len(h.Complaints) < topicMembers; i-- {
			n := byID[t.Notes[i]]
			h.Complaints = append(h.Complaints, TopicMember{ID: n.ID, Number: numbers[n.ID], Title: n.Title, ReceivedAt: n.At})
		}
		found = append(found, h)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM intake_topics`); err != nil {
			return err
		}
		for _, h := range found {
			body, err := json.Marshal(h)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO intake_topics (id, rank, made_at, looked, since, topic) VALUES ($1,$2,$3,$4,$5,$6)`, store.NewID(), h.Rank, store.At(now), len(notes), store.At(since), string(body)); err != nil {
				return err
			}
		}
		return nil
	})
}

// usual is what texts are read against: what ships, the office's own complaints from before, and the names of its streets, which
// say whose a complaint is and not what it is about.
func (s *Service) usual(ctx context.Context, tx *store.Tx, background *topic.Background, before time.Time) (*topic.Background, error) {
	units, err := org.Units(ctx, tx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, u := range units {
		for _, end := range []string{"街道", "镇"} {
			if name, _, ok := strings.Cut(u.Name, end); ok && name != "" {
				names = append(names, name+end)
			}
		}
	}
	own, err := store.Collect(ctx, tx, func(r *sql.Rows) (n topic.Note, err error) {
		err = r.Scan(&n.Title, &n.Address, &n.Text)
		return n, err
	}, `SELECT title, address, text FROM intake_complaints WHERE received_at >= $1 AND received_at < $2 ORDER BY received_at DESC, id DESC LIMIT $3`,
		store.At(before.AddDate(0, 0, -topicBefore)), store.At(before), topicHistory)
	return background.Apart(names).With(own), err
}

// Topics gives what the last run found to those who see the whole bureau's complaints.
func (s *Service) Topics(ctx context.Context, actor org.Actor, lang string) (*HotTopics, error) {
	out := &HotTopics{}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out.Items = []HotTopic{}
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var h HotTopic
			var body string
			var made, since store.Time
			if err = r.Scan(&made, &out.Looked, &since, &body); err == nil {
				err = json.Unmarshal([]byte(body), &h)
			}
			out.MadeAt, out.Since, out.Items = &made.Time, &since.Time, append(out.Items, h)
			return none, err
		}, `SELECT made_at, looked, since, topic FROM intake_topics ORDER BY rank`)
		if err != nil {
			return err
		}
		return s.stand(ctx, tx, actor, out.Items, lang)
	})
	return out, err
}

// stand says how the complaints of topics stand now, as far as the actor may see them.
func (s *Service) stand(ctx context.Context, tx *store.Tx, actor org.Actor, topics []HotTopic, lang string) error {
	where := map[string][]*TopicMember{}
	for i := range topics {
		for j := range topics[i].Complaints {
			m := &topics[i].Complaints[j]
			where[m.ID] = append(where[m.ID], m)
		}
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(where)), 500) {
		w := &store.Where{}
		w.In("c.id", ids)
		w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, code string
			var rev int64
			if err = r.Scan(&id, &code, &rev); err != nil {
				return none, err
			}
			state, _ := s.procedure.State(code)
			for _, m := range where[id] {
				m.StateTitle = state.Title.In(lang)
				if takesIn(code) {
					m.Rev = rev
				}
			}
			return none, nil
		}, `SELECT c.id, c.state, c.rev FROM intake_complaints c WHERE `+w.SQL(), w.Args()...); err != nil {
			return err
		}
	}
	return nil
}
