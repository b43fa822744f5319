package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

func init() {
	ledger.Exempt("intake_tallies", "counts of intake_results, which is sealed; Recount makes them again")
}

// everybody stands for the person in the tallies that count all of them.
const everybody = "*"

// answer is a row of intake_results as it is counted.
type answer struct {
	unit, kind, channel, person string
	at                          store.Time
	onTime, contacted           sql.NullBool
	called                      sql.NullString
}

const answerColumns = `unit, kind, channel, person, replied_at, on_time, contacted, called`

func (a *answer) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&a.unit, &a.kind, &a.channel, &a.person, &a.at, &a.onTime, &a.contacted, &a.called)
}

// answerOf reads what came of a complaint; nil where nothing has yet.
func answerOf(ctx context.Context, tx *store.Tx, complaint string) (*answer, error) {
	a := &answer{}
	err := a.scan(tx.QueryRow(ctx, `SELECT `+answerColumns+` FROM intake_results WHERE complaint = $1`, complaint))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return a, err
}

// tallyColumns are the columns of a tally, in the order of counts.
const tallyColumns = `answered, timed, on_time, contactable, contacted, called, solved, satisfied, fairly`

// counts are what an answer adds to its tallies, in the order of tallyColumns.
func (a *answer) counts() [9]int {
	n := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	said := func(among ...string) int { return n(a.called.Valid && slices.Contains(among, a.called.String)) }
	return [9]int{1, n(a.onTime.Valid), n(a.onTime.Valid && a.onTime.Bool), n(a.contacted.Valid), n(a.contacted.Valid && a.contacted.Bool),
		said("solved", "solved_basically", "solved_unsatisfied", "unsolved"), said("solved", "solved_basically", "solved_unsatisfied"), said("solved"), said("solved_basically")}
}

func monthOf(t store.Time) string { return law.On(t.Time).String()[:7] }

// recount moves the tallies from what an answer was to what it is; either may be nil.
func recount(ctx context.Context, tx *store.Tx, before, after *answer) error {
	type key struct{ month, unit, kind, channel, person string }
	change := map[key][9]int{}
	add := func(a *answer, sign int) {
		if a == nil {
			return
		}
		for _, person := range []string{everybody, a.person} {
			k := key{monthOf(a.at), a.unit, a.kind, a.channel, person}
			sum := change[k]
			for i, n := range a.counts() {
				sum[i] += sign * n
			}
			change[k] = sum
		}
	}
	add(before, -1)
	add(after, 1)
	keys := make([]key, 0, len(change))
	for k := range change {
		if change[k] != [9]int{} {
			keys = append(keys, k)
		}
	}
	// Always in the same order, so that two who count at once wait for each other and not crosswise.
	slices.SortFunc(keys, func(a, b key) int {
		return strings.Compare(a.month+a.unit+a.kind+a.channel+a.person, b.month+b.unit+b.kind+b.channel+b.person)
	})
	for _, k := range keys {
		n := change[k]
		if _, err := tx.Exec(ctx, `INSERT INTO intake_tallies (month, unit, kind, channel, person, `+tallyColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)
			ON CONFLICT (month, unit, kind, channel, person) DO UPDATE SET answered = intake_tallies.answered + excluded.answered, timed = intake_tallies.timed + excluded.timed,
			on_time = intake_tallies.on_time + excluded.on_time, contactable = intake_tallies.contactable + excluded.contactable, contacted = intake_tallies.contacted + excluded.contacted,
			called = intake_tallies.called + excluded.called, solved = intake_tallies.solved + excluded.solved, satisfied = intake_tallies.satisfied + excluded.satisfied,
			fairly = intake_tallies.fairly + excluded.fairly`, k.month, k.unit, k.kind, k.channel, k.person, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]); err != nil {
			return fmt.Errorf("count answers of %s: %w", k.month, err)
		}
	}
	return nil
}

// counted are the sums over rows of intake_results, in the order of tallyColumns.
const counted = `count(*), count(r.on_time), count(*) FILTER (WHERE r.on_time), count(r.contacted), count(*) FILTER (WHERE r.contacted),
	count(*) FILTER (WHERE r.called IN ('solved', 'solved_basically', 'solved_unsatisfied', 'unsolved')),
	count(*) FILTER (WHERE r.called IN ('solved', 'solved_basically', 'solved_unsatisfied')),
	count(*) FILTER (WHERE r.called = 'solved'), count(*) FILTER (WHERE r.called = 'solved_basically')`

// Recount counts all answers anew, month by month: for who has written intake_results in bulk.
func Recount(ctx context.Context, tx *store.Tx) error {
	var first, last *store.Time
	if err := tx.QueryRow(ctx, `SELECT (SELECT replied_at FROM intake_results ORDER BY replied_at LIMIT 1), (SELECT replied_at FROM intake_results ORDER BY replied_at DESC LIMIT 1)`).Scan(&first, &last); err != nil {
		return fmt.Errorf("recount: %w", err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM intake_tallies`); err != nil || first == nil {
		return err
	}
	f := RateFilter{From: law.On(first.Time), To: law.On(last.Time), By: "month"}
	f.From.Day = 1
	for _, s := range f.stretches() {
		for _, person := range []string{"'" + everybody + "'", "r.person"} {
			group := ", r.person"
			if person != "r.person" {
				group = ""
			}
			if _, err := tx.Exec(ctx, `INSERT INTO intake_tallies (month, unit, kind, channel, person, `+tallyColumns+`)
				SELECT CAST($1 AS TEXT), r.unit, r.kind, r.channel, `+person+`, `+counted+` FROM intake_results r WHERE r.replied_at >= $2 AND r.replied_at < $3 GROUP BY r.unit, r.kind, r.channel`+group,
				s.month, store.At(s.from.Start()), store.At(nextMonth(s.from).Start())); err != nil {
				return fmt.Errorf("recount %s: %w", s.month, err)
			}
		}
	}
	return nil
}

// whole are the months that lie whole in a stretch, from and to as 2026-03; ok is false where none does. before and after
// are the days around them.
func (s stretch) whole() (from, to string, before, after *stretch, ok bool) {
	first, last := s.from, s.to.AddDays(1)
	if first.Day > 1 {
		first = nextMonth(first)
	}
	last.Day = 1 // of the first month that is not whole
	if first.Compare(last) >= 0 {
		return "", "", nil, nil, false
	}
	if s.from.Compare(first) < 0 {
		before = &stretch{s.from, first.AddDays(-1), s.month}
	}
	if last.Compare(s.to) <= 0 {
		after = &stretch{last, s.to, s.month}
	}
	return first.String()[:7], last.AddDays(-1).String()[:7], before, after, true
}

// nextMonth is the first day of the month after d's.
func nextMonth(d law.Date) law.Date {
	next := law.Date{Year: d.Year, Month: d.Month, Day: 1}.AddDays(31)
	next.Day = 1
	return next
}
