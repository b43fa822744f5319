package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// Outcome is where a matter stands, as the system that owns it tells.
type Outcome struct {
	Filed bool       // it is a case that was filed: what belongs to it is evidence
	Ended *time.Time // nil: it is under way
	Unit  string     // whose it is now; empty: nobody says
}

// Outcomes tells where matters stand; the app asks the systems that own them. What it does not name is taken to be under way.
type Outcomes func(ctx context.Context, tx *store.Tx, subjects []Subject) (map[Subject]Outcome, error)

// Cited tells which of some files the evidence, or a step, of a matter names: of a case that was never filed too, and whatever became of the tie. The app asks
// the systems that own the matters to which each file belongs, or ever did.
type Cited func(ctx context.Context, tx *store.Tx, files map[Subject][]string) (map[string]bool, error)

// Kin tells, for each of some files, which others were made of it or it was made of, in one step.
type Kin func(ctx context.Context, tx *store.Tx, media []string) (map[string][]string, error)

// Keeping says how long a recording is kept, and why. It is computed whenever it is read.
type Keeping struct {
	Due    string   `json:"due,omitempty" doc:"last day on which it must be kept; empty: there is none"`
	IsDue  bool     `json:"isDue" doc:"that day is over, and nothing else keeps it"`
	Rule   string   `json:"rule" doc:"the strongest reason to keep it"`
	Why    string   `json:"why"`
	Source string   `json:"source" doc:"where the rule is written"`
	Also   []string `json:"also" doc:"codes of the other reasons"`

	until law.Date // zero: without end
}

// reason is one rule that applies to a file.
type reason struct {
	rule  string
	until law.Date // zero: without end
}

// stronger orders reasons: those without end before those with one, by rank; then the later day.
func stronger(a, b reason) int {
	switch {
	case a.until.IsZero() && b.until.IsZero():
		return rank(a.rule) - rank(b.rule)
	case a.until.IsZero():
		return -1
	case b.until.IsZero():
		return 1
	}
	if c := b.until.Compare(a.until); c != 0 {
		return c
	}
	return rank(a.rule) - rank(b.rule)
}

// keepable is a file with all that its keeping depends on.
type keepable struct {
	id, kind, unit string
	subject        Subject  // the matter that it was added to, or the unit of who recorded it
	since          law.Date // later of recording and taking in
	ended          time.Time
	began          time.Time
	came           time.Time // into the catalogue
	person         string    // who recorded it, or added it
	matters        []Subject
	before         []Subject // to which it was tied once
	grounds        []string  // of the holds on it
	cited          bool      // the evidence or a step of a case names it
	exported       bool      // given outside as evidence
}

// reasons are all rules that apply to a file.
func (k *keepable) reasons(months map[string]int, outcomes map[Subject]Outcome) []reason {
	least := max(months[k.kind], leastMonths)
	out := []reason{{k.kind, k.since.AddMonths(least)}}
	for _, m := range k.matters {
		o, known := outcomes[m]
		switch {
		case o.Filed:
			out = append(out, reason{rule: RuleCase})
		case !known || o.Ended == nil:
			out = append(out, reason{rule: RuleRunning})
		default:
			out = append(out, reason{RuleEnded, law.On(*o.Ended).AddMonths(least)})
		}
	}
	for _, g := range k.grounds {
		out = append(out, reason{rule: g})
	}
	if k.cited {
		out = append(out, reason{rule: RuleCited})
	}
	if k.exported {
		out = append(out, reason{rule: RuleExported})
	}
	return out
}

// keepings computes for files how long each is kept: as long as any of its family is. Files that are no more have none.
func (s *Service) keepings(ctx context.Context, tx *store.Tx, ids []string, lang string) (map[string]Keeping, error) {
	family, all, err := s.families(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	files, err := keepables(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.outcomesOf(ctx, tx, files)
	if err != nil {
		return nil, err
	}
	if err := s.addCited(ctx, tx, files); err != nil {
		return nil, err
	}
	own, months := map[string][]reason{}, map[string]map[string]int{}
	for id, f := range files {
		if months[f.unit] == nil {
			m := map[string]int{}
			if _, err := org.SettingInto(ctx, tx, f.unit, "evidence.keep_months", &m); err != nil {
				return nil, fmt.Errorf("setting evidence.keep_months: %w", err)
			}
			months[f.unit] = m
		}
		own[id] = f.reasons(months[f.unit], outcomes)
	}
	today := law.On(s.now())
	out := make(map[string]Keeping, len(ids))
	for _, id := range ids {
		if files[id] == nil {
			continue
		}
		var why []reason
		for _, one := range family[id] {
			why = append(why, own[one]...)
		}
		slices.SortStableFunc(why, stronger)
		why = slices.CompactFunc(why, func(a, b reason) bool { return a.rule == b.rule })
		out[id] = keepingBy(why, today, lang)
	}
	return out, nil
}

func keepingBy(why []reason, today law.Date, lang string) Keeping {
	first := why[0]
	k := Keeping{Rule: first.rule, Source: Rules[rank(first.rule)].source(lang), Also: []string{}, until: first.until, Why: words.Text(lang, "evidence.rule."+first.rule, nil)}
	if !first.until.IsZero() {
		k.Due, k.IsDue = first.until.String(), first.until.Before(today)
	}
	for _, r := range why[1:] {
		if !slices.Contains(k.Also, r.rule) && r.rule != k.Rule {
			k.Also = append(k.Also, r.rule)
		}
	}
	return k
}

// mostKin bounds how many files belong together: parts of one recording, and what was made of parts.
const mostKin = 1000

// families gives for each file those that it is kept together with, itself among them, and all of them.
func (s *Service) families(ctx context.Context, tx *store.Tx, ids []string) (family map[string][]string, all []string, err error) {
	links := map[string][]string{}
	seen := map[string]bool{}
	ask := slices.Clone(ids)
	for _, id := range ids {
		seen[id] = true
	}
	for len(ask) > 0 {
		found, err := s.kin(ctx, tx, ask)
		if err != nil {
			return nil, nil, err
		}
		ask = nil
		for of, others := range found {
			for _, other := range others {
				links[of], links[other] = append(links[of], other), append(links[other], of)
				for _, one := range []string{of, other} {
					if !seen[one] {
						seen[one] = true
						ask = append(ask, one)
					}
				}
			}
		}
		if len(seen) > len(ids)*mostKin {
			return nil, nil, fmt.Errorf("more than %d files belong together", mostKin)
		}
	}
	family = make(map[string][]string, len(ids))
	for _, id := range ids {
		group, queue := map[string]bool{id: true}, []string{id}
		for len(queue) > 0 {
			next := queue[0]
			queue = queue[1:]
			for _, other := range links[next] {
				if !group[other] {
					group[other] = true
					queue = append(queue, other)
				}
			}
		}
		family[id] = slices.Sorted(maps.Keys(group))
	}
	return family, slices.Sorted(maps.Keys(seen)), nil
}

// atOnceKept is how many files one question names.
const atOnceKept = 100

// keepables reads files with all that their keeping depends on. Those that are no more are left out.
func keepables(ctx context.Context, tx *store.Tx, ids []string) (map[string]*keepable, error) {
	out, err := keepablesOf(ctx, tx, ids, false)
	if err != nil {
		return nil, err
	}
	if err := addExports(ctx, tx, out); err != nil {
		return nil, err
	}
	return out, addGrounds(ctx, tx, out)
}

// keepablesOf reads files with the matters to which they belong; gone tells also those that are no more.
func keepablesOf(ctx context.Context, tx *store.Tx, ids []string, gone bool) (map[string]*keepable, error) {
	out := make(map[string]*keepable, len(ids))
	for some := range slices.Chunk(ids, atOnceKept) {
		w := &store.Where{}
		w.In("m.id", some)
		if !gone {
			w.Raw("NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id)", nil)
		}
		list, err := store.Collect(ctx, tx, func(r *sql.Rows) (*keepable, error) {
			k := &keepable{}
			var mime string
			var began, ended *store.Time
			var at store.Time
			if err := r.Scan(&k.id, &mime, &k.subject.Type, &k.subject.ID, &k.unit, &k.kind, &k.person, &began, &ended, &at); err != nil {
				return nil, err
			}
			if k.kind == "" {
				k.kind = kindOf(mime)
			}
			k.since, k.began, k.ended, k.came = law.On(at.Time), at.Time, at.Time, at.Time
			if began != nil {
				k.began, k.ended = began.Time, ended.Time
				if day := law.On(ended.Time); k.since.Before(day) {
					k.since = day
				}
			}
			if k.subject.Type != UnitSubject {
				k.matters = append(k.matters, k.subject)
			}
			return k, nil
		}, `SELECT m.id, m.type, m.subject_type, m.subject_id, COALESCE(r.unit, m.unit), COALESCE(r.kind, ''), CASE WHEN r.media IS NULL THEN m.by_person ELSE COALESCE(r.officer, '') END, r.began_at, r.ended_at, m.at
			FROM evidence_media m LEFT JOIN evidence_recordings r ON r.media = m.id
			WHERE `+w.SQL(), w.Args()...)
		if err != nil {
			return nil, fmt.Errorf("what is kept: %w", err)
		}
		for _, k := range list {
			out[k.id] = k
		}
		if err := addMatters(ctx, tx, out, some); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addCited marks what the evidence or a step of a matter names.
func (s *Service) addCited(ctx context.Context, tx *store.Tx, files map[string]*keepable) error {
	if s.cited == nil {
		return nil
	}
	asked := map[Subject][]string{}
	for id, f := range files {
		for _, m := range append(slices.Clone(f.matters), f.before...) {
			asked[m] = append(asked[m], id)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	cited, err := s.cited(ctx, tx, asked)
	if err != nil {
		return fmt.Errorf("what cases name: %w", err)
	}
	for id := range cited {
		if f := files[id]; f != nil {
			f.cited = true
		}
	}
	return nil
}

// addExports marks what was given outside: to a court or a reviewing authority, or to whom else.
func addExports(ctx context.Context, tx *store.Tx, files map[string]*keepable) error {
	if len(files) == 0 {
		return nil
	}
	lists, err := store.Collect(ctx, tx, func(r *sql.Rows) (media string, err error) { return media, r.Scan(&media) },
		`SELECT media FROM evidence_exports WHERE state <> 'failed'`)
	if err != nil {
		return err
	}
	for _, list := range lists {
		var ids []string
		if err := json.Unmarshal([]byte(list), &ids); err != nil {
			return fmt.Errorf("files of an export: %w", err)
		}
		for _, id := range ids {
			if f := files[id]; f != nil {
				f.exported = true
			}
		}
	}
	return nil
}

// kindOf is the kind of a file that no recorder brought.
func kindOf(mime string) string {
	switch {
	case strings.HasPrefix(mime, "video/"):
		return Film
	case strings.HasPrefix(mime, "audio/"), mime == "application/ogg":
		return Sound
	case strings.HasPrefix(mime, "image/"):
		return Picture
	}
	return RulePaper
}

func addMatters(ctx context.Context, tx *store.Tx, files map[string]*keepable, ids []string) error {
	w := &store.Where{}
	w.In("media", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var media string
		var of Subject
		var over bool
		err = r.Scan(&media, &of.Type, &of.ID, &over)
		switch k := files[media]; {
		case k == nil:
		case over:
			k.before = append(k.before, of)
		case !slices.Contains(k.matters, of):
			k.matters = append(k.matters, of)
		}
		return
	}, `SELECT media, subject_type, subject_id, ended_at IS NOT NULL FROM evidence_ties WHERE `+w.SQL(), w.Args()...)
	return err
}

// outcomesOf asks how the matters of files stand.
func (s *Service) outcomesOf(ctx context.Context, tx *store.Tx, files map[string]*keepable) (map[Subject]Outcome, error) {
	asked := map[Subject]bool{}
	for _, f := range files {
		for _, m := range f.matters {
			asked[m] = true
		}
	}
	if len(asked) == 0 || s.outcomes == nil {
		return nil, nil
	}
	return s.outcomes(ctx, tx, slices.SortedFunc(maps.Keys(asked), func(a, b Subject) int { return strings.Compare(a.Type+a.ID, b.Type+b.ID) }))
}

// Keeps tells the service how matters ended, and which files they name.
func (s *Service) Keeps(outcomes Outcomes, cited Cited) { s.outcomes, s.cited = outcomes, cited }

// derivedKin tells which files were made of others.
func derivedKin(ctx context.Context, tx *store.Tx, media []string) (map[string][]string, error) {
	out := map[string][]string{}
	for some := range slices.Chunk(media, atOnceKept) {
		w := &store.Where{}
		w.In("media", some)
		made := w.SQL()
		w.In("parent", some)
		of := strings.TrimPrefix(w.SQL(), made+" AND ")
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var one, parent string
			err = r.Scan(&one, &parent)
			out[one] = append(out[one], parent)
			return
		}, `SELECT media, parent FROM evidence_derived WHERE `+made+` OR `+of, w.Args()...)
		if err != nil {
			return nil, fmt.Errorf("what was made of what: %w", err)
		}
	}
	return out, nil
}

// keepingOf tells of one file how long it is kept, or if it is no more why.
func (s *Service) keepingOf(ctx context.Context, tx *store.Tx, id, lang string) (*Keeping, *Gone, error) {
	gone, err := goneOf(ctx, tx, id)
	if err != nil {
		return nil, nil, err
	}
	if g, no := gone[id]; no {
		return nil, &g, nil
	}
	keep, err := s.keepings(ctx, tx, []string{id}, lang)
	if k, ok := keep[id]; ok {
		return &k, nil, err
	}
	return nil, nil, err
}

// tellKeeping fills in how long recordings are kept, and of those that are no more why.
func (s *Service) tellKeeping(ctx context.Context, tx *store.Tx, all []Recording, lang string) error {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	gone, err := goneOf(ctx, tx, ids...)
	if err != nil {
		return err
	}
	keep, err := s.keepings(ctx, tx, ids, lang)
	for i := range all {
		if g, no := gone[all[i].ID]; no {
			all[i].Gone, all[i].Destroyed = &g, &g.At
		} else if k, ok := keep[all[i].ID]; ok {
			all[i].Keep = &k
		}
	}
	return err
}
