package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// Bounds of statistics.
const (
	longestStats = 400 // days of a period
	monthsAhead  = 12  // of which it is told what falls due
	intakeDays   = 90  // by which the forecast goes
)

// Stats answers how much of what must be recorded is, what falls due, and how much room it takes.
type Stats struct {
	From    string     `json:"from"`
	To      string     `json:"to"`
	Steps   []Share    `json:"steps" doc:"by unit, then by person"`
	All     Share      `json:"all"`
	Missing []StepFilm `json:"missing" doc:"the newest of the steps that have neither a recording nor a reason"`
	Due     []DueMonth `json:"due" doc:"what falls due in the coming months, if nothing else keeps it then"`
	DueNow  Amount     `json:"dueNow"`
	Lasting Amount     `json:"lasting" doc:"what is kept without end"`
	Stored  []StoredBy `json:"stored" doc:"by unit and kind"`
	Total   Amount     `json:"total"`
	Ahead   []Foreseen `json:"ahead" doc:"how much room it will take, by month"`
	PerDay  int64      `json:"perDay" doc:"bytes that came in a day, on the average of the last 90 days"`
}

// Amount is files and the bytes that they take.
type Amount struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

func (a *Amount) add(bytes int64) { a.Files++; a.Bytes += bytes }

// Share is how many steps that want a recording have one, of a unit or of a person in it.
type Share struct {
	Unit     string `json:"unit"`
	UnitName string `json:"unitName"`
	Person   string `json:"person,omitempty" doc:"empty: the whole unit"`
	Name     string `json:"name,omitempty"`
	Wanted   int    `json:"wanted"`
	Tied     int    `json:"tied"`
	Filmed   int    `json:"filmed" doc:"who took the step was filming; nobody has tied it"`
	Excused  int    `json:"excused"`
	Missing  int    `json:"missing"`
	Awaiting int    `json:"awaiting" doc:"taken within the last 24 hours; not counted as missing"`
}

func (s *Share) count(how string) {
	s.Wanted++
	switch how {
	case ByTie:
		s.Tied++
	case ByFilm:
		s.Filmed++
	case ByExcuse:
		s.Excused++
	case ByWaits:
		s.Awaiting++
	default:
		s.Missing++
	}
}

// DueMonth is what falls due in a month.
type DueMonth struct {
	Month string `json:"month"`
	Amount
}

// StoredBy is what a unit keeps of a kind.
type StoredBy struct {
	Unit     string `json:"unit"`
	UnitName string `json:"unitName"`
	Kind     string `json:"kind"`
	Amount
}

// Foreseen is how much will be kept at the end of a month: what is kept now, and what comes in at the pace of the last 90 days, less what falls due.
type Foreseen struct {
	Month string `json:"month"`
	Bytes int64  `json:"bytes"`
}

// mostMissing is how many missing steps are listed.
const mostMissing = 200

// Stats computes the statistics of the units in which the actor has the right, over a period of days; of one unit and those below it where it is named.
// What is kept and falls due is of now, whatever the period.
func (s *Service) Stats(ctx context.Context, actor org.Actor, unit string, from, to law.Date, lang string) (out *Stats, err error) {
	out = &Stats{From: from.String(), To: to.String(), Steps: []Share{}, Missing: []StepFilm{}, Due: []DueMonth{}, Stored: []StoredBy{}, Ahead: []Foreseen{}}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		within, err := unitsWithin(ctx, tx, actor, unit)
		if err != nil {
			return err
		}
		if err := s.shares(ctx, tx, actor, within, from, to, lang, out); err != nil {
			return err
		}
		return s.stored(ctx, tx, within, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// unitsWithin are the units of which the actor may see the recordings, with their names.
func unitsWithin(ctx context.Context, tx *store.Tx, actor org.Actor, unit string) (map[string]string, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, "evidence.records", "u.id", w.Next()))
	if unit != "" {
		w.Add("u.id IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?)", unit)
	}
	out := map[string]string{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var id, name string
		err = r.Scan(&id, &name)
		out[id] = name
		return
	}, `SELECT u.id, u.name FROM org_v_units u WHERE `+w.SQL(), w.Args()...)
	return out, err
}

func (s *Service) shares(ctx context.Context, tx *store.Tx, actor org.Actor, within map[string]string, from, to law.Date, lang string, out *Stats) error {
	steps, err := s.StepFilms(ctx, tx, actor, from.Start(), to.End(), lang)
	if err != nil {
		return err
	}
	by := map[[2]string]*Share{}
	for _, step := range steps {
		name, in := within[step.Unit]
		if !in {
			continue
		}
		out.All.count(step.How)
		for _, person := range []string{"", step.Person} {
			key := [2]string{step.Unit, person}
			if by[key] == nil {
				by[key] = &Share{Unit: step.Unit, UnitName: name, Person: person}
				if person != "" {
					by[key].Name = step.PersonName
				}
			}
			by[key].count(step.How)
		}
		if step.How == ByNone && len(out.Missing) < mostMissing {
			out.Missing = append(out.Missing, step)
		}
	}
	for _, one := range by {
		out.Steps = append(out.Steps, *one)
	}
	slices.SortFunc(out.Steps, func(a, b Share) int {
		if c := strings.Compare(a.UnitName+a.Unit, b.UnitName+b.Unit); c != 0 {
			return c
		}
		if (a.Person == "") != (b.Person == "") {
			return map[bool]int{true: -1, false: 1}[a.Person == ""]
		}
		return strings.Compare(a.Name+a.Person, b.Name+b.Person)
	})
	return nil
}

// keptAtOnce is how many files are reckoned with at a time.
const keptAtOnce = 2000

func (s *Service) stored(ctx context.Context, tx *store.Tx, within map[string]string, out *Stats) error {
	type row struct {
		kind, mime string
		size       int64
	}
	today := law.On(s.now())
	since := today.AddDays(-intakeDays).Start()
	stored, due := map[[2]string]*Amount{}, map[string]*Amount{}
	var fresh int64
	for after := ""; ; {
		var what []row
		files, err := store.Collect(ctx, tx, func(r *sql.Rows) (f owned, err error) {
			var x row
			err = r.Scan(&f.id, &f.unit, &f.subject.Type, &f.subject.ID, &x.kind, &x.mime, &x.size, &f.at)
			if x.kind == "" {
				x.kind = kindOf(x.mime)
			}
			what = append(what, x)
			return f, err
		}, fmt.Sprintf(`SELECT m.id, COALESCE(r.unit, m.unit), m.subject_type, m.subject_id, COALESCE(r.kind, ''), m.type, m.size, m.at FROM evidence_media m LEFT JOIN evidence_recordings r ON r.media = m.id
			WHERE NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id) AND m.id > $1 ORDER BY m.id LIMIT %d`, keptAtOnce), after)
		if err != nil {
			return fmt.Errorf("what is stored: %w", err)
		}
		if len(files) == 0 {
			break
		}
		after = files[len(files)-1].id
		if err := s.ownersNow(ctx, tx, files); err != nil {
			return err
		}
		ids := make([]string, 0, len(files))
		for _, f := range files {
			if _, in := within[f.unit]; in {
				ids = append(ids, f.id)
			}
		}
		keep, err := s.keepings(ctx, tx, ids, "")
		if err != nil {
			return err
		}
		for i, f := range files {
			x := what[i]
			if _, in := within[f.unit]; !in {
				continue
			}
			key := [2]string{f.unit, x.kind}
			if stored[key] == nil {
				stored[key] = &Amount{}
			}
			stored[key].add(x.size)
			out.Total.add(x.size)
			if !f.at.Before(since) {
				fresh += x.size
			}
			switch k := keep[f.id]; {
			case k.until.IsZero():
				out.Lasting.add(x.size)
			case k.IsDue:
				out.DueNow.add(x.size)
			default: // it may go on the day after
				month := k.until.AddDays(1).String()[:7]
				if due[month] == nil {
					due[month] = &Amount{}
				}
				due[month].add(x.size)
			}
		}
	}
	for key, amount := range stored {
		out.Stored = append(out.Stored, StoredBy{Unit: key[0], UnitName: within[key[0]], Kind: key[1], Amount: *amount})
	}
	slices.SortFunc(out.Stored, func(a, b StoredBy) int { return strings.Compare(a.UnitName+a.Unit+a.Kind, b.UnitName+b.Unit+b.Kind) })
	out.PerDay = fresh / intakeDays
	out.foresee(today, due)
	return nil
}

// foresee reckons month by month: what is kept, and what comes in at the pace of the last 90 days, less what falls due; what is due already is taken to go
// in the first month. What comes in from now on falls due itself after six months, at the same pace.
func (out *Stats) foresee(today law.Date, due map[string]*Amount) {
	at := law.Date{Year: today.Year, Month: today.Month, Day: 1}
	bytes := out.Total.Bytes - out.DueNow.Bytes
	for i := range monthsAhead {
		next := at.AddMonths(1)
		month := at.String()[:7]
		amount := Amount{}
		if due[month] != nil {
			amount = *due[month]
		}
		out.Due = append(out.Due, DueMonth{month, amount})
		days := at.DaysUntil(next)
		if i == 0 {
			days = today.DaysUntil(next)
		}
		bytes += int64(days)*out.PerDay - amount.Bytes
		if i >= leastMonths { // of what is still to come, that which came six months before
			bytes -= int64(days) * out.PerDay
		}
		out.Ahead = append(out.Ahead, Foreseen{month, max(bytes, 0)})
		at = next
	}
}

// periodOf reads the days of a period; empty is the last thirty.
func periodOf(from, to string, now time.Time) (a, b law.Date, ok bool) {
	b = law.On(now)
	a = b.AddDays(-29)
	var err error
	if from != "" {
		if a, err = law.ParseDate(from); err != nil {
			return a, b, false
		}
	}
	if to != "" {
		if b, err = law.ParseDate(to); err != nil {
			return a, b, false
		}
	}
	return a, b, !b.Before(a) && a.DaysUntil(b) <= longestStats
}
