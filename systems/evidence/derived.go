package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/film"
)

func init() {
	ledger.Seal("evidence_derived", "media")
	ledger.Exempt("evidence_makings", "how far a background job is; who asked for what and why is taken from the entry of the log when it is made, and what it became is a sealed file")
}

// How a file is made of another.
const (
	Still    = "still"    // a moment of a film, without loss
	Part     = "part"     // a stretch of a film or of sound, bytes as they were
	Redacted = "redacted" // regions unrecognizable, stretches silent
	Repaired = "repaired" // of what is left of a film or sound that broke off, bytes as they were, in a file that can be played
)

// States of what was asked to be made.
const (
	MakingWaits  = "waiting"
	MakingDone   = "made"
	MakingFailed = "failed"
)

// Kinds of entries about files that are made of others.
const (
	EntryAsked     = "evidence.asked"        // of the original: somebody wants a file made of it
	EntryDerived   = "evidence.derived"      // of the new file
	entryDerivedOf = "evidence.derived_from" // of the original
)

// maxWaiting is how many files of one original may be asked for at a time.
const maxWaiting = 20

// KeyInput is where a region lies at a moment, in shares of the picture's width and height.
type KeyInput struct {
	AtMS int64   `json:"atMs" minimum:"0"`
	X    float64 `json:"x" minimum:"0" maximum:"1"`
	Y    float64 `json:"y" minimum:"0" maximum:"1"`
	W    float64 `json:"w" minimum:"0" maximum:"1"`
	H    float64 `json:"h" minimum:"0" maximum:"1"`
}

// RegionInput is what is made unrecognizable from one moment to another; of a photograph both are zero.
type RegionInput struct {
	FromMS int64      `json:"fromMs" minimum:"0"`
	ToMS   int64      `json:"toMs" minimum:"0"`
	Keys   []KeyInput `json:"keys" minItems:"1" maxItems:"300"`
}

// StretchInput is a stretch of time.
type StretchInput struct {
	FromMS int64 `json:"fromMs" minimum:"0"`
	ToMS   int64 `json:"toMs" minimum:"0"`
}

// Params say of which moments and regions a file is made.
type Params struct {
	FromMS  int64          `json:"fromMs" doc:"the moment of a still; the beginning of a part"`
	ToMS    int64          `json:"toMs,omitempty"`
	Regions []RegionInput  `json:"regions,omitempty" maxItems:"20"`
	Muted   []StretchInput `json:"muted,omitempty" maxItems:"100"`
}

// DeriveInput asks for a file that is made of another.
type DeriveInput struct {
	How string `json:"how" enum:"still,part,redacted,repaired"`
	Params
	Reason string `json:"reason" maxLength:"500" doc:"what it is made for"`
}

// Making is a file that was asked for.
type Making struct {
	ID     string    `json:"id"`
	Parent string    `json:"parent"`
	How    string    `json:"how"`
	Params Params    `json:"params"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	ByName string    `json:"byName"`
	State  string    `json:"state" enum:"waiting,made,failed"`
	Media  string    `json:"media,omitempty" doc:"what it became"`
	Why    string    `json:"why,omitempty" doc:"it failed"`

	byPerson string
}

// Derived is a file that was made of another.
type Derived struct {
	Media
	Parent string `json:"parent"`
	How    string `json:"how"`
	Params Params `json:"params"`
	Tool   string `json:"tool" doc:"program and version that made it"`
	Reason string `json:"reason"`
}

// Films has films cut by a tool; nil: this machine has none, and what needs one is refused.
func (s *Service) Films(tool *film.Tool) { s.films = tool }

// Derive asks for a file that is made of another, which stays as it came. It is made in the background. Returns evidence.not_found,
// evidence.no_ffmpeg, evidence.stretch, evidence.regions for what cannot be followed, evidence.not_broken for a repair of what is whole, evidence.too_many_makings, form, and what the matter's owner says.
func (s *Service) Derive(ctx context.Context, actor org.Actor, id string, in DeriveInput) (*Making, error) {
	reason := strings.TrimSpace(api.Clean(in.Reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxNote {
		return nil, fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	params, err := json.Marshal(in.Params)
	if err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Making, error) {
		m, unit, err := s.mayWork(ctx, tx, actor, id, "evidence.derive")
		if err != nil {
			return nil, err
		}
		if err := s.mayMake(ctx, tx, m, in); err != nil {
			return nil, err
		}
		var waiting int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM evidence_makings WHERE parent = $1 AND state = $2`, id, MakingWaits).Scan(&waiting); err != nil {
			return nil, err
		}
		if waiting >= maxWaiting {
			return nil, fault.New(fault.Invalid, "evidence.too_many_makings", "n", maxWaiting)
		}
		k := &Making{ID: store.NewID(), Parent: id, How: in.How, Params: in.Params, Reason: reason, At: s.now(), ByName: actor.Name, State: MakingWaits}
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_makings (id, parent, how, params, reason, at, by_person, by_name, state) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			k.ID, id, k.How, string(params), reason, store.At(k.At), actor.Person, actor.Name, MakingWaits); err != nil {
			return nil, fmt.Errorf("ask for a derived file: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: EntryAsked, Subject: mediaSubject(id), Actor: actor.Person, Unit: unit, At: k.At,
			Body: map[string]any{"making": k.ID, "how": k.How, "params": in.Params, "reason": reason}})
		return k, err
	})
}

// mayMake fails unless such a file can be made of m.
func (s *Service) mayMake(ctx context.Context, tx *store.Tx, m *Media, in DeriveInput) error {
	photo := strings.HasPrefix(m.Type, "image/")
	if in.How == Repaired {
		switch {
		case m.Broken == nil:
			return fault.New(fault.Invalid, "evidence.not_broken")
		case s.films == nil:
			return fault.New(fault.Unavailable, "evidence.no_ffmpeg")
		}
		return nil
	}
	if photo {
		if in.How != Redacted || len(in.Muted) > 0 || checkPhoto(in.Regions) != nil {
			return fault.New(fault.Invalid, "evidence.regions")
		}
		return nil
	}
	if !m.runs() {
		return fault.New(fault.Invalid, "evidence.stretch")
	}
	if s.films == nil {
		return fault.New(fault.Unavailable, "evidence.no_ffmpeg")
	}
	sound := !strings.HasPrefix(m.Type, "video/")
	switch in.How {
	case Still:
		if sound {
			return fault.New(fault.Invalid, "evidence.stretch")
		}
		return s.mustRun(ctx, tx, m, in.FromMS, in.FromMS)
	case Part:
		if in.ToMS <= in.FromMS {
			return fault.New(fault.Invalid, "evidence.stretch")
		}
		return s.mustRun(ctx, tx, m, in.FromMS, in.ToMS)
	}
	long, err := longOf(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	if sound && len(in.Regions) > 0 || in.redaction().Check(time.Duration(long)*time.Millisecond) != nil {
		return fault.New(fault.Invalid, "evidence.regions")
	}
	return nil
}

// redaction is what is left out, as the film's room says it.
func (p Params) redaction() (r film.Redaction) {
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, one := range p.Regions {
		region := film.Region{From: ms(one.FromMS), To: ms(one.ToMS)}
		for _, k := range one.Keys {
			region.Keys = append(region.Keys, film.Key{At: ms(k.AtMS), X: k.X, Y: k.Y, W: k.W, H: k.H})
		}
		r.Regions = append(r.Regions, region)
	}
	for _, m := range p.Muted {
		r.Muted = append(r.Muted, film.Stretch{From: ms(m.FromMS), To: ms(m.ToMS)})
	}
	return r
}

// text is how params are kept.
func (p Params) text() (string, error) {
	raw, err := json.Marshal(p)
	return string(raw), err
}

const makingColumns = `id, parent, how, params, reason, at, by_person, by_name, state, COALESCE(media, ''), COALESCE(why, '')`

func makings(ctx context.Context, tx *store.Tx, where string, args ...any) ([]Making, error) {
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (k Making, err error) {
		var at store.Time
		var params string
		if err = r.Scan(&k.ID, &k.Parent, &k.How, &params, &k.Reason, &at, &k.byPerson, &k.ByName, &k.State, &k.Media, &k.Why); err != nil {
			return k, err
		}
		k.At = at.Time
		return k, json.Unmarshal([]byte(params), &k.Params)
	}, `SELECT `+makingColumns+` FROM evidence_makings WHERE `+where+` ORDER BY at, id`, args...)
	if out == nil {
		out = []Making{}
	}
	return out, err
}

// derivedOf are the files that were made of one, the earliest first.
func derivedOf(ctx context.Context, tx *store.Tx, parent string) ([]Derived, error) {
	return derivedWhere(ctx, tx, `d.parent = $1`, parent)
}

func derivedWhere(ctx context.Context, tx *store.Tx, where string, args ...any) ([]Derived, error) {
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (d Derived, err error) {
		var params string
		if err = r.Scan(&d.ID, &d.Subject.Type, &d.Subject.ID, &d.Name, &d.Type, &d.Size, &d.SHA256, &d.SM3, &d.Width, &d.Height, &d.Note, &d.At, &d.ByPerson, &d.ByName,
			&d.Parent, &d.How, &params, &d.Tool, &d.Reason); err != nil {
			return d, err
		}
		d.ByProgram = org.ByProgram(d.ByPerson)
		return d, json.Unmarshal([]byte(params), &d.Params)
	}, `SELECT m.id, m.subject_type, m.subject_id, m.name, m.type, m.size, m.sha256, COALESCE(m.sm3, ''), m.width, m.height, m.note, m.at, m.by_person, m.by_name,
		d.parent, d.how, d.params, d.tool, d.reason FROM evidence_derived d JOIN evidence_media m ON m.id = d.media WHERE `+where+` ORDER BY d.at, d.media`, args...)
	if out == nil {
		out = []Derived{}
	}
	return out, err
}
