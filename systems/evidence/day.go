package evidence

import (
	"context"
	"math"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/words"
)

// Bounds of laying recordings along steps.
const (
	beside     = 10 * time.Minute // how long before or after a recording a step may have been taken that it shows
	nearby     = 300.0            // metres between where a recording and where a step was made
	shortGap   = 5 * time.Second  // less is the recorder's own cut from file to file
	longGap    = 30 * time.Minute // more is a break between two duties
	proposals  = 3
	dayBounded = 500            // recordings of one person's day
	longest    = 24 * time.Hour // of a recording that goes on into a day
)

// Gap is a time between two recordings of one device in which it was silent.
type Gap struct {
	Device string    `json:"device"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
}

// Proposed is a step to which a recording may belong, and why.
type Proposed struct {
	Step   api.DayStep `json:"step"`
	Score  int         `json:"score" doc:"in per cent"`
	Reason string      `json:"reason"`
}

// LaidOut is a recording on somebody's day.
type LaidOut struct {
	Recording
	Proposals []Proposed `json:"proposals" doc:"of one that is tied to nothing"`
}

// Day is somebody's day: what he did, and what was recorded of it.
type Day struct {
	Person     string        `json:"person"`
	Name       string        `json:"name"`
	Date       string        `json:"date"`
	Steps      []api.DayStep `json:"steps"`
	Recordings []LaidOut     `json:"recordings"`
	Gaps       []Gap         `json:"gaps"`
	Missing    []string      `json:"missing" doc:"ids of steps of which the procedure wants sound and picture, and there is none"`
}

// Day lays what somebody recorded on a day along the steps that he took on it. Who may see neither hears evidence.not_found.
func (s *Service) Day(ctx context.Context, actor org.Actor, person string, date law.Date, lang string) (out *Day, err error) {
	out = &Day{Person: person, Date: date.String(), Steps: []api.DayStep{}, Recordings: []LaidOut{}, Gaps: []Gap{}, Missing: []string{}}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := org.PersonByID(ctx, tx, person)
		if err != nil || p.ID != actor.Person && !actor.Can("evidence.records", p.Unit) {
			return fault.New(fault.NotFound, "evidence.not_found")
		}
		out.Name = p.Name
		from, to := date.Start(), date.AddDays(1).Start()
		if s.steps != nil {
			if out.Steps, err = s.steps(ctx, tx, actor, person, from, to, lang); err != nil {
				return err
			}
		}
		// A film of the night belongs to both of its days.
		all, err := recordingsWhere(ctx, tx, `r.officer = $1 AND r.began_at >= $2 AND r.began_at < $3 AND (r.began_at >= $4 OR r.ended_at > $4) AND d.media IS NULL`, dayBounded,
			person, store.At(from.Add(-longest)), store.At(to), store.At(from))
		if err != nil {
			return err
		}
		if err := s.name(ctx, tx, all, out.Steps); err != nil {
			return err
		}
		if err := s.tellKeeping(ctx, tx, all, lang); err != nil {
			return err
		}
		for _, r := range all {
			one := LaidOut{Recording: r, Proposals: []Proposed{}}
			if !slices.ContainsFunc(r.Ties, func(t Tie) bool { return t.Ended == nil }) {
				one.Proposals = proposed(r, out.Steps, lang)
			}
			out.Recordings = append(out.Recordings, one)
		}
		out.Gaps = gaps(all)
		out.Missing, err = s.stillMissing(ctx, tx, missing(all, out.Steps), out.Steps)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// name fills in who and what recordings are of, for a list; steps are those that are known already.
func (s *Service) name(ctx context.Context, tx *store.Tx, all []Recording, steps []api.DayStep) error {
	ids, people, units := make([]string, len(all)), []string{}, []string{}
	for i, r := range all {
		ids[i], people, units = r.ID, append(people, r.Officer), append(units, r.Unit)
	}
	ties, err := tiesByMedia(ctx, tx, ids)
	if err != nil {
		return err
	}
	names, err := org.PeopleNames(ctx, tx, people...)
	if err != nil {
		return err
	}
	of, err := org.UnitNames(ctx, tx, units...)
	for i := range all {
		r := &all[i]
		r.OfficerName, r.UnitName = names[r.Officer], of[r.Unit]
		if list := ties[r.ID]; list != nil {
			r.Ties = list
		}
		for j := range r.Ties {
			t := &r.Ties[j]
			for _, step := range steps {
				if subjectOf(step) == t.Subject && (t.Number == "" || step.ID == t.Step) {
					t.Number = step.Number
					if step.ID == t.Step {
						t.Title = step.Name
					}
				}
			}
		}
	}
	return err
}

// proposed are the steps that a recording may show, the likeliest first: those that were taken while it ran or shortly before or after, and near by.
func proposed(r Recording, steps []api.DayStep, lang string) []Proposed {
	out := []Proposed{}
	if r.Began == nil {
		return out
	}
	for _, step := range steps {
		var score float64
		var why []string
		switch off := apart(*r.Began, *r.Ended, step.At); {
		case off == 0:
			score, why = 0.7, append(why, words.Text(lang, "evidence.why.during", nil))
		case off <= beside:
			score = 0.5 * (1 - float64(off)/float64(2*beside))
			why = append(why, words.Text(lang, "evidence.why.beside", map[string]any{"n": int(math.Ceil(off.Minutes()))}))
		default:
			continue
		}
		if r.Lon != nil && step.Lon != nil {
			metres := place.Distance(place.Point{Lon: *r.Lon, Lat: *r.Lat}, place.Point{Lon: *step.Lon, Lat: *step.Lat})
			if metres > nearby {
				score /= 2
			} else {
				score += 0.25
			}
			why = append(why, words.Text(lang, "evidence.why.metres", map[string]any{"n": int(metres + 0.5)}))
		}
		if step.Films {
			score += 0.05
		}
		reason := why[0]
		for _, w := range why[1:] {
			reason += words.Text(lang, "intake.near.and", nil) + w
		}
		out = append(out, Proposed{Step: step, Score: int(math.Min(score, 1)*100 + 0.5), Reason: reason})
	}
	slices.SortStableFunc(out, func(a, b Proposed) int { return b.Score - a.Score })
	return out[:min(len(out), proposals)]
}

// apart is how far a moment is from a stretch of time; zero within it.
func apart(from, to, at time.Time) time.Duration {
	switch {
	case at.Before(from):
		return from.Sub(at)
	case at.After(to):
		return at.Sub(to)
	}
	return 0
}

// gaps are the silences of each device between two of its recordings.
func gaps(all []Recording) []Gap {
	out := []Gap{}
	until := map[string]time.Time{}
	for _, r := range all {
		if r.Began == nil || r.Kind == Picture {
			continue
		}
		if end, ok := until[r.Device]; ok {
			if silent := r.Began.Sub(end); silent > shortGap && silent < longGap {
				out = append(out, Gap{Device: r.Device, From: end, To: *r.Began})
			}
		}
		if r.Ended.After(until[r.Device]) {
			until[r.Device] = *r.Ended
		}
	}
	return out
}

// missing are the steps that want sound and picture of which there is none: no recording runs while they are taken, and none is tied to them.
func missing(all []Recording, steps []api.DayStep) []string {
	out := []string{}
	for _, step := range steps {
		if !step.Films || slices.ContainsFunc(all, func(r Recording) bool {
			return r.Kind == Film && r.Began != nil && apart(*r.Began, *r.Ended, step.At) <= beside ||
				slices.ContainsFunc(r.Ties, func(t Tie) bool { return t.Ended == nil && t.Step == step.ID })
		}) {
			continue
		}
		out = append(out, step.ID)
	}
	return out
}
