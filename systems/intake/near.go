package intake

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/topic"
	"jiexu/words"
)

// Bounds of looking for what is the same matter.
const (
	nearDays    = 60  // how long ago it may have come in
	nearTexts   = 7   // days, where no place is known
	nearMost    = 200 // compared by place
	nearNewest  = 200 // compared by text alone
	nearShown   = 6
	nearWords   = 10 // per cent of the words: one address has many troubles
	callerDays  = 30
	cellsDegree = 500 // cells of a degree, as the index has them
)

// Near is an earlier complaint that may be the same matter.
type Near struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Title      string    `json:"title"`
	StateTitle string    `json:"stateTitle"`
	UnitName   string    `json:"unitName"`
	ReceivedAt time.Time `json:"receivedAt"`
	Score      int       `json:"score" doc:"how alike, in per cent"`
	Same       bool      `json:"same" doc:"alike enough to be put together"`
	Open       bool      `json:"open" doc:"not answered yet"`
	Into       string    `json:"into,omitempty" doc:"number of the complaint into which one of the same matter is merged: this one, or the one that this one goes with"`
	Reason     string    `json:"reason" doc:"why: address, words, time"`
}

// Caller is how often the same telephone has complained, for those who may see who complained.
type Caller struct {
	Nth  int `json:"nth" doc:"this is so many-th complaint within the days"`
	Days int `json:"days"`
}

// Nearby is what came before of the same matter, and of the same caller.
type Nearby struct {
	Items  []Near  `json:"items"`
	Caller *Caller `json:"caller,omitempty"`
}

// about is what is compared: a complaint, or one that is being taken down.
type about struct {
	id, title, text, address string
	lon, lat                 *float64
	at                       time.Time
	hash                     string
}

// NearOf tells what came before a complaint that is the same matter. Returns intake.not_found.
func (s *Service) NearOf(ctx context.Context, actor org.Actor, id, lang string) (out *Nearby, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		q := about{id: f.ID, title: f.Title, text: f.Text, address: f.Address, lon: f.Lon, lat: f.Lat, at: f.ReceivedAt}
		if mayContact(actor, f.Complaint) {
			if q.hash, err = hashOf(ctx, tx, id); err != nil {
				return err
			}
		}
		if out, err = s.near(ctx, tx, actor, q, lang); err != nil {
			return err
		}
		main := ""
		if f.State == Merged {
			mains, err := mainNumbers(ctx, tx, actor, []string{f.ID})
			if err != nil {
				return err
			}
			main = mains[f.ID]
		}
		// What goes with it already is shown where that is said.
		out.Items = slices.DeleteFunc(out.Items, func(n Near) bool { return n.Into == f.Number || main != "" && (n.Number == main || n.Into == main) })
		return nil
	})
	return out, err
}

// NearTo tells the same of a complaint that is being taken down.
func (s *Service) NearTo(ctx context.Context, actor org.Actor, in Registration, lang string) (out *Nearby, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		f := fault.New(fault.Invalid, "form")
		c := &Complaint{Title: line(f, "title", in.Title, maxTitle), Text: paragraphs(f, "content", in.Content, maxText), Address: line(f, "address", in.Address, maxAddress)}
		if err := f.OrNil(); err != nil {
			return err
		}
		if in.Lon != nil && in.Lat != nil {
			c.Lon, c.Lat = in.Lon, in.Lat
		} else if err := s.locate(ctx, tx, ground, c); err != nil {
			return err
		}
		q := about{title: c.Title, text: c.Text, address: c.Address, lon: c.Lon, lat: c.Lat, at: s.now()}
		if actor.CanAnywhere(opContact) {
			q.hash = s.phoneHash(in.Phone)
		}
		out, err = s.near(ctx, tx, actor, q, lang)
		return err
	})
	return out, err
}

func hashOf(ctx context.Context, tx *store.Tx, id string) (string, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (h string, err error) { return h, r.Scan(&h) }, `SELECT phone_hash FROM intake_contacts WHERE complaint = $1`, id)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// found is a complaint that is compared.
type found struct {
	id, number, title, text, address, state, unit string
	lon, lat                                      *float64
	at                                            time.Time
}

const foundColumns = `c.id, c.number, c.title, c.text, c.address, c.state, c.unit, c.lon, c.lat, c.received_at`

func scanFound(r *sql.Rows) (f found, err error) {
	var at store.Time
	err = r.Scan(&f.id, &f.number, &f.title, &f.text, &f.address, &f.state, &f.unit, &f.lon, &f.lat, &at)
	f.at = at.Time
	return f, err
}

func (s *Service) near(ctx context.Context, tx *store.Tx, actor org.Actor, q about, lang string) (*Nearby, error) {
	out := &Nearby{Items: []Near{}}
	all, err := s.alike(ctx, tx, actor, q)
	if err != nil {
		return nil, err
	}
	var units, merged []string
	for _, f := range all {
		state, _ := s.procedure.State(f.state)
		units = append(units, f.unit)
		into := ""
		switch {
		case f.state == Merged:
			merged = append(merged, f.id)
		case takesIn(f.state):
			into = f.number
		}
		out.Items = append(out.Items, Near{ID: f.id, Number: f.number, Title: f.title, StateTitle: state.Title.In(lang), UnitName: f.unit, ReceivedAt: f.at,
			Score: int(f.like.Score*100 + 0.5), Same: f.like.Sameness, Open: !state.End && f.state != Replied, Into: into, Reason: why(q, f.found, f.like, f.words, lang)})
	}
	names, err := org.UnitNames(ctx, tx, units...)
	if err != nil {
		return nil, err
	}
	mains, err := mainNumbers(ctx, tx, actor, merged)
	if err != nil {
		return nil, err
	}
	for i := range out.Items {
		out.Items[i].UnitName = names[out.Items[i].UnitName]
		if main, is := mains[out.Items[i].ID]; is {
			out.Items[i].Into = main
		}
	}
	out.Caller, err = caller(ctx, tx, q)
	return out, err
}

// likened is an earlier complaint and how alike it is.
type likened struct {
	found
	like  topic.Likeness
	words int // shared, in per cent
}

// alike are the complaints that may be the same matter, the likeliest first, as far as the actor may see them.
func (s *Service) alike(ctx context.Context, tx *store.Tx, actor org.Actor, q about) (out []likened, err error) {
	all, err := s.candidates(ctx, tx, actor, q)
	if err != nil {
		return nil, err
	}
	byID := map[string]found{}
	notes := make([]topic.Note, 0, len(all))
	for _, f := range all {
		if f.id != q.id {
			byID[f.id] = f
			notes = append(notes, noteOf(f.id, f.title, f.address, f.text, f.at, f.lon, f.lat))
		}
	}
	// All of them are of one place: what half of them have says the more, and how rare it is elsewhere is not asked.
	for _, like := range topic.NewIndex(notes, topic.NewBackground()).Like(noteOf(q.id, q.title, q.address, q.text, q.at, q.lon, q.lat), 2*nearShown) {
		f := byID[like.ID]
		words := shared(q.title+q.text, f.title+f.text)
		if words < nearWords || len(out) == nearShown {
			continue
		}
		out = append(out, likened{f, like, words})
	}
	return out, nil
}

func noteOf(id, title, address, text string, at time.Time, lon, lat *float64) topic.Note {
	n := topic.Note{ID: id, Title: title, Address: address, Text: text, At: at}
	if lon != nil && lat != nil {
		n.Point = &place.Point{Lon: *lon, Lat: *lat}
	}
	return n
}

// candidates are the complaints that may be the same matter, by an index and bounded: the nearest to the place of sixty days,
// or the newest of a week where the place is not known. Only those of units that the actor may see.
func (s *Service) candidates(ctx context.Context, tx *store.Tx, actor org.Actor, q about) ([]found, error) {
	w := &store.Where{}
	limit, order := nearNewest, "c.received_at DESC, c.id DESC"
	if q.lon != nil && q.lat != nil {
		limit = nearMost
		lat, lon := int64(math.Floor(*q.lat*cellsDegree)), int64(math.Floor(*q.lon*cellsDegree)) // PostgreSQL rounds where SQLite cuts: all within 95 metres is there on both
		w.Add(`(CAST(c.lat * 500 AS INTEGER)) IN (?, ?, ?)`, lat-1, lat, lat+1)
		w.Add(`(CAST(c.lon * 500 AS INTEGER)) IN (?, ?, ?)`, lon-1, lon, lon+1)
		w.Add(`c.received_at >= ?`, store.At(q.at.AddDate(0, 0, -nearDays)))
	} else {
		w.Add(`c.received_at >= ?`, store.At(q.at.AddDate(0, 0, -nearTexts)))
	}
	w.Add(`c.received_at <= ?`, store.At(q.at))
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	if q.lon != nil && q.lat != nil { // the nearest, as the index alone tells it: where much is reported, the newest two hundred are of two days
		shrunk := math.Pow(math.Cos(*q.lat*math.Pi/180), 2)
		order = w.Part(`(c.lat - ?) * (c.lat - ?) + (c.lon - ?) * (c.lon - ?) * ?`, *q.lat, *q.lat, *q.lon, *q.lon, shrunk) + `, ` + order
	}
	return store.Collect(ctx, tx, scanFound, `SELECT `+foundColumns+` FROM intake_complaints c JOIN (SELECT c.id FROM intake_complaints c WHERE `+w.SQL()+` ORDER BY `+order+fmt.Sprintf(` LIMIT %d`, limit)+`) n ON n.id = c.id
		ORDER BY c.received_at DESC, c.id DESC`, w.Args()...)
}

// caller counts the complaints of a telephone up to this one.
func caller(ctx context.Context, tx *store.Tx, q about) (*Caller, error) {
	if q.hash == "" {
		return nil, nil
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM intake_contacts p JOIN intake_complaints c ON c.id = p.complaint
		WHERE p.phone_hash = $1 AND c.received_at >= $2 AND c.received_at <= $3 AND c.id <> $4`, q.hash, store.At(q.at.AddDate(0, 0, -callerDays)), store.At(q.at), q.id).Scan(&n); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, nil
	}
	return &Caller{Nth: n + 1, Days: callerDays}, nil
}

// why says for what reasons two are one matter: the address, the words (alike, in per cent), how long apart.
func why(q about, f found, like topic.Likeness, alike int, lang string) string {
	say := func(code string, params map[string]any) string { return words.Text(lang, code, params) }
	var parts []string
	switch {
	case q.address != "" && plainAddress(q.address) == plainAddress(f.address):
		parts = append(parts, say("intake.near.address", nil))
	case like.Metres != nil:
		parts = append(parts, say("intake.near.metres", map[string]any{"n": int(*like.Metres + 0.5)}))
	}
	parts = append(parts, say("intake.near.words", map[string]any{"n": alike}))
	switch h := like.Earlier.Hours(); {
	case h < 1:
		parts = append(parts, say("intake.near.minutes", map[string]any{"n": int(like.Earlier.Minutes())}))
	case h < 48:
		parts = append(parts, say("intake.near.hours", map[string]any{"n": int(h)}))
	default:
		parts = append(parts, say("intake.near.days", map[string]any{"n": int(h / 24)}))
	}
	return strings.Join(parts, say("intake.near.and", nil))
}

func plainAddress(s string) string { return strings.Join(strings.Fields(s), "") }

// shared is how many of the pairs of characters of the shorter text stand in the other too, in per cent.
func shared(a, b string) int {
	x, y := pairs(a), pairs(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	n := 0
	for p := range x {
		if y[p] {
			n++
		}
	}
	return n * 100 / max(1, len(x))
}

func pairs(s string) map[[2]rune]bool {
	r := []rune(s)
	r = slices.DeleteFunc(r, func(c rune) bool { return c < '0' || strings.ContainsRune("，。、；：！？（）“”　", c) })
	out := map[[2]rune]bool{}
	for i := 0; i+1 < len(r) && i < maxText; i++ {
		out[[2]rune{r[i], r[i+1]}] = true
	}
	return out
}
