package evidence

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// Kinds of entries of a file's life. Each but the first has the file as its subject, so that its life is one list in the log.
const (
	EntryAdded    = "evidence.added" // about the matter that it was added to
	EntryRecorded = "evidence.recorded"
	entrySeen     = "evidence.seen"
	entryTied     = "evidence.tied"
	entryUntied   = "evidence.untied"
)

// mediaSubject is what the entries of a recording's life are about.
func mediaSubject(id string) ledger.Ref { return ledger.Ref{Type: "media", ID: id} }

// seenAgain is how soon the same person's looking again is the same look: a player asks for a film piece by piece.
const seenAgain = 10 * time.Minute

// Handled is one thing that happened to a recording: who had it in hand, and when.
type Handled struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Title  string    `json:"title"`
	Who    string    `json:"who"`
	About  string    `json:"about,omitempty" doc:"the matter that it was tied to, case:ID or complaint:ID"`
	Entry  string    `json:"entry" doc:"of the log, by which it is proved"`
	Leaf   int64     `json:"leaf" doc:"place in the tree; below zero: it has none yet"`
	Reason string    `json:"reason,omitempty"`
	Matter string    `json:"matter,omitempty" doc:"number of that matter"`

	export string // the export that the entry is about
}

// Custody is a file's whole life (chain of custody), the earliest first.
type Custody struct {
	Media     Media      `json:"media"`
	Recording *Recording `json:"recording,omitempty"`
	Of        *Derived   `json:"of,omitempty" doc:"how it was made of another"`
	Keep      *Keeping   `json:"keep,omitempty" doc:"how long it is kept"`
	Gone      *Gone      `json:"gone,omitempty" doc:"why it is no more"`
	Holds     []HeldBy   `json:"holds" doc:"what holds it, or held it, from when to when: its own holds, those of its matters, of units and people"`
	Items     []Handled  `json:"items"`

	others bool // the number that the file names is not that of the person whose it is
}

// Custody tells a file's whole life: when it was taken in, who saw it, to what it was tied, what was made of it. Returns evidence.not_found.
func (s *Service) Custody(ctx context.Context, actor org.Actor, id, lang string) (out *Custody, err error) {
	out = &Custody{Items: []Handled{}, Holds: []HeldBy{}}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := one(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if err := s.mayOpen(ctx, tx, actor, m); err != nil {
			return err
		}
		return s.life(ctx, tx, actor, m, lang, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// life fills in the whole life of a file, as the actor may read it.
func (s *Service) life(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media, lang string, out *Custody) (err error) {
	out.Media = *m
	if out.Keep, out.Gone, err = s.keepingOf(ctx, tx, m.ID, lang); err != nil {
		return err
	}
	if out.Gone != nil {
		out.Media.Destroyed = &out.Gone.At
	}
	holds, err := s.holdsOn(ctx, tx, actor, m, lang)
	if err != nil {
		return err
	}
	out.Holds = append([]HeldBy{}, holds...)
	all, err := recordingsWhere(ctx, tx, `r.media = $1`, 1, m.ID)
	if err != nil {
		return err
	}
	if err := s.name(ctx, tx, all, nil); err != nil {
		return err
	}
	if err := s.tellKeeping(ctx, tx, all, lang); err != nil {
		return err
	}
	if len(all) > 0 {
		r := &all[0]
		out.Recording, out.Media.Destroyed = r, r.Destroyed
		if r.Officer != "" && r.OfficerNo != "" {
			person, found, err := org.PersonByNumber(ctx, tx, r.OfficerNo)
			if err != nil {
				return err
			}
			out.others = !found || person.ID != r.Officer
		}
	}
	of, err := derivedWhere(ctx, tx, `d.media = $1`, m.ID)
	if err != nil {
		return err
	}
	if len(of) > 0 {
		out.Of = &of[0]
	}
	entries, err := lifeOf(ctx, tx, m)
	if err != nil {
		return err
	}
	around, err := aroundOf(ctx, tx, m, entries)
	if err != nil {
		return err
	}
	var people []string
	for _, e := range entries {
		people = append(append(people, e.Actor), toldOf(e).people()...)
	}
	names, err := org.PeopleNames(ctx, tx, people...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		h := Handled{At: e.At, Kind: e.Kind, Title: words.Text(lang, "evidence.custody."+strings.TrimPrefix(e.Kind, "evidence."), nil), Who: names[e.Actor], Entry: e.ID, Leaf: e.Leaf}
		if h.Who == "" {
			h.Who = words.Text(lang, "evidence.custody.program", nil)
		}
		var body struct{ Subject, Reason, About, Export string }
		if err := json.Unmarshal(e.Body, &body); err == nil {
			if body.Subject != "" && s.exporting.Number != nil {
				if of, err := (SubjectQuery{Subject: body.Subject}).parse(); err == nil {
					if h.Matter, err = s.exporting.Number(ctx, tx, of); err != nil {
						return err
					}
				}
			}
			h.export = body.Export
			if h.About, h.Reason = body.Subject, body.Reason; h.Reason == "" {
				h.Reason = body.About
			}
		}
		h.Reason += toldOf(e).say(lang, names, around)
		out.Items = append(out.Items, h)
	}
	return addHolds(ctx, tx, out, lang)
}

// lifeOf are the entries of a file's life: its own, and of one that was added to a matter the entry of the matter that says so.
func lifeOf(ctx context.Context, tx *store.Tx, m *Media) ([]ledger.Record, error) {
	own, err := ledger.Subject(ctx, tx, mediaSubject(m.ID))
	if err != nil || m.Subject.Type == UnitSubject {
		return own, err
	}
	of, err := ledger.Subject(ctx, tx, ledger.Ref{Type: m.Subject.Type, ID: m.Subject.ID})
	if err != nil {
		return nil, err
	}
	for _, e := range of {
		var body struct{ Media string }
		if e.Kind == EntryAdded && json.Unmarshal(e.Body, &body) == nil && body.Media == m.ID {
			return append([]ledger.Record{e}, own...), nil
		}
	}
	return own, nil
}

// seen enters that somebody looked at a recording, once for the pieces of one look. What cannot be entered is not shown.
func (s *Service) seen(ctx context.Context, actor org.Actor, m *Media) error {
	// A player asks for a film piece by piece: whoever is in its life as of now is not written down again.
	already := false
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		already, err = handled(ctx, tx, m.ID, entrySeen, actor.Person, s.now())
		return err
	}); err != nil || already {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := s.now()
		if already, err := handled(ctx, tx, m.ID, entrySeen, actor.Person, now); err != nil || already {
			return err
		}
		unit, err := unitOf(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entrySeen, Subject: mediaSubject(m.ID), Actor: actor.Person, Unit: unit, At: now, Body: map[string]any{"sha256": m.SHA256}})
		return err
	})
}

// handled tells whether somebody did such a thing with a file just now.
func handled(ctx context.Context, tx *store.Tx, media, kind, person string, now time.Time) (bool, error) {
	entries, err := ledger.Subject(ctx, tx, mediaSubject(media))
	return slices.ContainsFunc(entries, func(e ledger.Record) bool {
		return e.Kind == kind && e.Actor == person && now.Sub(e.At) < seenAgain
	}), err
}

// unitNow is the unit whose a file is now: of what was added to a matter, whose the matter is. Returns what the matter's owner says.
func (s *Service) unitNow(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media) (string, error) {
	if m.Subject.Type != UnitSubject {
		return s.access(ctx, tx, actor, m.Subject, false)
	}
	return unitOf(ctx, tx, m.ID)
}

// unitOf is the unit whose a file is.
func unitOf(ctx context.Context, tx *store.Tx, media string) (unit string, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(r.unit, m.unit) FROM evidence_media m LEFT JOIN evidence_recordings r ON r.media = m.id WHERE m.id = $1`, media).Scan(&unit)
	return unit, err
}
