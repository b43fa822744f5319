package intake

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/area"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/words"
)

// Bounds of what a citizen is shown before he sends.
const (
	maxPlaces    = 4
	placesApart  = 40    // metres between two places that are shown both
	placeWithin  = 1_500 // metres: a place that is known no better is none that he could confirm
	nearAnswered = 30    // days for which an answered complaint is still worth being followed
)

// PublicPlace is where an address may be.
type PublicPlace struct {
	Point  place.Point
	Within float64 // metres: about how far off it may be
	Street string
}

// PublicNear is an earlier complaint that may be the same matter, as everybody may see it: what kind, about where, when and
// how far. Nothing that somebody wrote is in it.
type PublicNear struct {
	ID         string // to follow it by
	Kind       string // in words
	Road       string
	Area       string
	Metres     int // to tens; 0: not known, or there
	ReceivedAt time.Time
	State      string
	Followers  int
}

// Considered is what is shown to a citizen before he sends.
type Considered struct {
	Service PublicService
	Places  []PublicPlace // none where nothing says where it is
	Near    []PublicNear
}

// Consider checks what a citizen is about to report, as Report would, and says where it may be and what was reported
// already. Nothing is kept. Returns what Report returns.
func (s *Service) Consider(ctx context.Context, in PublicReport, lang string) (*Considered, error) {
	service, err := publicService(in.Service)
	if err != nil {
		return nil, err
	}
	out := &Considered{Service: service}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		c, _, _, err := s.reported(in, service, ground)
		if err != nil {
			return err
		}
		known, err := ground.Knowing(ctx, tx, c.Address)
		if err != nil {
			return err
		}
		out.Places = placesOf(ground, known, c)
		q := about{title: c.Title, text: c.Text, address: c.Address, lon: c.Lon, lat: c.Lat, at: s.now()}
		if q.lon == nil && len(out.Places) > 0 && out.Places[0].Within <= nearEnough {
			p := out.Places[0].Point
			q.lon, q.lat = &p.Lon, &p.Lat
		}
		out.Near, err = s.nearForAll(ctx, tx, ground, q, service, lang)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// placesOf are the places that a complaint's coordinates or address may mean, the likeliest first.
func placesOf(ground *area.Ground, known *place.Gazetteer, c *Complaint) (out []PublicPlace) {
	if c.Lon != nil && c.Lat != nil {
		p := place.Point{Lon: *c.Lon, Lat: *c.Lat}
		at, _ := areaAt(ground, p)
		return []PublicPlace{{Point: p, Street: at.Name}}
	}
	for _, proposal := range known.Locate(c.Address) {
		if proposal.Within > placeWithin || inDistrict(ground.District, proposal.Point) != nil ||
			slices.ContainsFunc(out, func(p PublicPlace) bool { return place.Distance(p.Point, proposal.Point) < placesApart }) {
			continue
		}
		if out = append(out, PublicPlace{Point: proposal.Point, Within: proposal.Within, Street: proposal.StreetName}); len(out) == maxPlaces {
			break
		}
	}
	return out
}

// nearForAll is what is the same matter among what may be told to anybody: nothing confidential, nothing that went to
// others, nothing that was closed long ago.
func (s *Service) nearForAll(ctx context.Context, tx *store.Tx, ground *area.Ground, q about, service PublicService, lang string) ([]PublicNear, error) {
	alike, err := s.alike(ctx, tx, org.Program(ByPortal), q)
	if err != nil || len(alike) == 0 {
		return nil, err
	}
	ids := make([]string, len(alike))
	for i, a := range alike {
		ids[i] = a.id
	}
	type told struct {
		category, kind, service, area string
		followers                     int
		closed                        *store.Time
	}
	w := &store.Where{}
	w.In("c.id", ids)
	known := map[string]told{}
	if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var id string
		var t told
		err = r.Scan(&id, &t.category, &t.kind, &t.area, &t.service, &t.closed, &t.followers)
		known[id] = t
		return
	}, `SELECT c.id, c.category, c.kind, c.street_code, coalesce(p.service, ''), c.closed_at, (SELECT count(*) FROM intake_trackings k WHERE k.complaint = c.id AND k.part = 'follower')
		FROM intake_complaints c LEFT JOIN intake_public p ON p.complaint = c.id WHERE NOT c.confidential AND c.state NOT IN ('transferred', 'sent_back') AND `+w.SQL(), w.Args()...); err != nil {
		return nil, err
	}
	var out []PublicNear
	for _, a := range alike {
		t, shown := known[a.id]
		if !shown || t.closed != nil && q.at.Sub(t.closed.Time) > nearAnswered*24*time.Hour {
			continue
		}
		if t.service == "" {
			t.service = serviceSpoken(a.title + a.text)
		}
		if of, ok := PublicServiceOf(t.service); ok && len(of.Keywords) > 0 && of.Code != service.Code && service.Code != anythingElse && a.words < sameWords {
			continue // at the same place, about something else
		}
		n := PublicNear{ID: a.id, Kind: publicKind(t.service, t.category, t.kind, lang), Area: areaName(ground, t.area), ReceivedAt: a.at, State: a.state, Followers: t.followers}
		if a.like.Metres != nil {
			n.Metres = int(math.Round(*a.like.Metres/10)) * 10
		}
		if roads := place.ParseAddress(a.address).Roads; len(roads) > 0 {
			n.Road = roads[0].Name
		}
		out = append(out, n)
	}
	return out, nil
}

// anythingElse is the service of what fits no other.
const anythingElse = "other"

// sameWords is from how many shared words on, in per cent, two complaints are shown as one matter even where they were called differently.
const sameWords = 60

// serviceSpoken is the service whose keywords a complaint's own words hold most of; empty where they hold none, or as many of two.
func serviceSpoken(text string) string {
	best, most, even := "", 0, false
	for _, one := range PublicServices() {
		n := 0
		for _, word := range one.Keywords {
			if strings.Contains(text, word) {
				n++
			}
		}
		if n > most {
			best, most, even = one.Code, n, false
		} else if n == most {
			even = true
		}
	}
	if even {
		return ""
	}
	return best
}

// publicKind says of what kind a complaint is, in words that are ours and not its sender's.
func publicKind(service, category, kind, lang string) string {
	if s, ok := PublicServiceOf(service); ok {
		return s.Title(lang)
	}
	for _, s := range PublicServices() {
		if s.Category == category {
			return s.Title(lang)
		}
	}
	for _, o := range classOptions() {
		if o.Value == category || o.Label.ZH == category {
			return o.Label.In(lang)
		}
	}
	return words.Text(lang, "intake.kind."+kind, nil)
}
