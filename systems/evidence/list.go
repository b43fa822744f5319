package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// pageOf is how many recordings a page holds where nobody says.
const pageOf = 50

// metresPerDegree is how long a degree of a meridian is, near enough for a list.
const metresPerDegree = 111_195.0

// Recordings lists recordings, the last recorded first, those of which nobody knows when by when they came: the actor's own, and those of the units in which he has the right. Returns form for dates that are none.
func (s *Service) Recordings(ctx context.Context, actor org.Actor, q RecordingsQuery) (out *RecordingsPage, err error) {
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, "evidence.records", "r.unit", w.Next())
	w.Raw("("+cond+" OR r.officer = $"+strconv.Itoa(w.Next()+len(args))+")", append(args, actor.Person))
	w.Raw("NOT EXISTS (SELECT 1 FROM evidence_derived d WHERE d.media = r.media)", nil)
	wrong := fault.New(fault.Invalid, "form")
	for name, text := range map[string]string{"from": q.From, "to": q.To} {
		if text == "" {
			continue
		}
		day, err := law.ParseDate(text)
		switch {
		case err != nil:
			wrong.With(name, "form.date")
		case name == "from":
			w.Add("r.began_at >= ?", store.At(day.Start()))
		default:
			w.Add("r.began_at < ?", store.At(day.AddDays(1).Start()))
		}
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	if q.Person != "" {
		w.Add("r.officer = ?", q.Person)
	}
	if q.Unit != "" {
		w.Add("r.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?)", q.Unit)
	}
	if q.Device != "" {
		w.Add("r.device = ?", strings.ToUpper(q.Device))
	}
	if q.Kind != "" {
		w.Add("r.kind = ?", q.Kind)
	}
	if q.Longer > 0 {
		w.Add("r.long_ms >= ?", int64(q.Longer)*1000)
	}
	if q.Shorter > 0 {
		w.Add("r.long_ms <= ?", int64(q.Shorter)*1000)
	}
	if q.Quality > 0 {
		w.Add("EXISTS (SELECT 1 FROM evidence_media m WHERE m.id = r.media AND CASE WHEN m.width < m.height THEN m.width ELSE m.height END >= ?)", q.Quality)
	}
	if q.Within > 0 {
		high := float64(q.Within) / metresPerDegree
		wide := high / max(0.01, math.Cos(q.Lat*math.Pi/180))
		w.Add("r.lat >= ?", q.Lat-high)
		w.Add("r.lat <= ?", q.Lat+high)
		w.Add("r.lon >= ?", q.Lon-wide)
		w.Add("r.lon <= ?", q.Lon+wide)
	}
	if q.Untied {
		w.Add("NOT EXISTS (SELECT 1 FROM evidence_ties t WHERE t.media = r.media AND t.ended_at IS NULL)")
	}
	if q.Gone {
		w.Add("EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = r.media)")
	} else {
		w.Add("NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = r.media)")
	}
	if q.Unknown {
		w.Add("(r.officer IS NULL OR r.began_at IS NULL)")
	}
	if q.After != "" {
		c, err := store.ParseCursor(q.After)
		if err != nil {
			return nil, err
		}
		w.Add("("+whenRecorded+", r.media) < (?, ?)", c.At, c.ID)
	}
	limit := q.Limit
	if limit == 0 {
		limit = pageOf
	}
	out = &RecordingsPage{Items: []Recording{}}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if no := strings.TrimSpace(q.OfficerNo); no != "" {
			person, found, err := org.PersonByNumber(ctx, tx, no)
			if err != nil {
				return err
			}
			if found {
				w.Add("r.officer = ?", person.ID)
			} else { // it may have been told by the recorder and be nobody's
				w.Add("r.officer_no = ?", no)
			}
		}
		if number := strings.TrimSpace(q.Matter); number != "" {
			subject, found, err := s.subjectBy(ctx, tx, actor, number)
			if err != nil || !found {
				return err
			}
			w.Add("EXISTS (SELECT 1 FROM evidence_ties t WHERE t.media = r.media AND t.ended_at IS NULL AND t.subject_type = ? AND t.subject_id = ?)", subject.Type, subject.ID)
		}
		ids, err := newestRecordings(ctx, tx, w, limit+1)
		if err != nil || len(ids) == 0 {
			return err
		}
		if len(ids) > limit {
			last := ids[limit-1]
			out.Next, ids = store.Cursor{At: last.at, ID: last.id}.String(), ids[:limit]
		}
		byID := &store.Where{}
		names := make([]string, len(ids))
		for i, one := range ids {
			names[i] = one.id
		}
		byID.In("r.media", names)
		all, err := recordingsWhere(ctx, tx, byID.SQL(), len(ids), byID.Args()...)
		if err != nil {
			return err
		}
		if err := s.name(ctx, tx, all, nil); err != nil {
			return err
		}
		if err := s.tellKeeping(ctx, tx, all, q.lang); err != nil {
			return err
		}
		known := map[string]Recording{}
		for _, r := range all {
			known[r.ID] = r
		}
		for _, one := range ids {
			out.Items = append(out.Items, known[one.id])
		}
		return nil
	})
	return out, err
}

// subjectBy finds a matter by its number, for who may see it.
func (s *Service) subjectBy(ctx context.Context, tx *store.Tx, actor org.Actor, number string) (subject Subject, found bool, err error) {
	if s.exporting.Numbered == nil {
		return subject, false, nil
	}
	if subject, found, err = s.exporting.Numbered(ctx, tx, number); err != nil || !found {
		return subject, false, err
	}
	_, err = s.access(ctx, tx, actor, subject, false)
	if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Refused) {
		return subject, false, nil
	}
	return subject, err == nil, err
}

// whenRecorded is what the list is ordered by; an index has it in these words.
const whenRecorded = `COALESCE(r.began_at, r.at)`

// placed is a place in the list.
type placed struct {
	id string
	at store.Time
}

func newestRecordings(ctx context.Context, tx *store.Tx, w *store.Where, limit int) ([]placed, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (p placed, err error) { return p, r.Scan(&p.id, &p.at) },
		`SELECT r.media, `+whenRecorded+` FROM evidence_recordings r WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY %s DESC, r.media DESC LIMIT %d`, whenRecorded, limit), w.Args()...)
}
