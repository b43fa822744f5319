package oversight

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() { ledger.Seal("oversight_alerts", "id") }

// Kinds of the entries of alerts. They have the matter as their subject.
const (
	EntryAlert   = "oversight.alert"
	EntrySettled = "oversight.settled"
)

// Unfilmed is the kind of alert of a step that has no recording.
const Unfilmed = "unfilmed"

// Ways in which an alert is settled, beside those that the enforcement record names.
const foundOut = "found" // when it was looked at again, it had what it lacked

// lookBack is how long ago a step may have been taken to be told of anew; what was told of stays until it is settled.
const lookBack = 30 * 24 * time.Hour

// mostRaised bounds the alerts of one look; the rest follows an hour later.
const mostRaised = 500

// Lack is a step that has no recording, nor a reason why there is none.
type Lack struct {
	SubjectType, SubjectID, Number string
	Step, Name                     string // id of the taking, code of the step
	Blocks                         bool
	Unit, Person                   string
	At                             time.Time
}

// Alert is what oversight is told of.
type Alert struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind" enum:"unfilmed"`
	SubjectType string     `json:"subjectType"`
	SubjectID   string     `json:"subjectId"`
	Number      string     `json:"number"`
	Step        string     `json:"step"`
	Name        string     `json:"name" doc:"of the step"`
	Blocks      bool       `json:"blocks"`
	Unit        string     `json:"unit"`
	UnitName    string     `json:"unitName"`
	Person      string     `json:"person"`
	PersonName  string     `json:"personName"`
	StepAt      time.Time  `json:"stepAt"`
	At          time.Time  `json:"at"`
	Settled     *time.Time `json:"settled,omitempty"`
	How         string     `json:"how,omitempty"`
}

// Lacking tells which steps taken between two moments lack their recording; app asks the enforcement record.
type Lacking func(ctx context.Context, tx *store.Tx, from, to time.Time) ([]Lack, error)

// Alerts keeps the alerts.
type Alerts struct {
	db      *store.DB
	now     func() time.Time
	lacking Lacking
	grace   time.Duration // for which a recording may still be on its way
	title   func(subjectType, step, lang string) string
}

// NewAlerts makes the keeper of alerts; title names a step.
func NewAlerts(db *store.DB, now func() time.Time, grace time.Duration, lacking Lacking, title func(subjectType, step, lang string) string) *Alerts {
	return &Alerts{db: db, now: now, lacking: lacking, grace: grace, title: title}
}

// watcher is who raises alerts.
var watcher = org.Program("oversight")

// Watch raises an alert of each step that lacks its recording although the recorder must have been docked by now, and settles those that lack it no more.
// It may be called at any time and by several servers: each is raised once.
func (a *Alerts) Watch(ctx context.Context) error {
	to := a.now().Add(-a.grace)
	from := to.Add(-lookBack)
	return a.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		lacks, err := a.lacking(ctx, tx, from, to)
		if err != nil {
			return fmt.Errorf("which steps lack a recording: %w", err)
		}
		open, err := alertsWhere(ctx, tx, `settled_at IS NULL AND step_at >= $1 AND step_at < $2`, mostRaised*20, store.At(from), store.At(to))
		if err != nil {
			return err
		}
		same := func(o Alert, l Lack) bool { return o.Step == l.Step && o.SubjectID == l.SubjectID }
		raised := 0
		for _, l := range lacks {
			if raised == mostRaised {
				break
			}
			if slices.ContainsFunc(open, func(o Alert) bool { return same(o, l) }) {
				continue
			}
			raised++
			if err := a.raise(ctx, tx, l); err != nil {
				return err
			}
		}
		for _, o := range open {
			if !slices.ContainsFunc(lacks, func(l Lack) bool { return same(o, l) }) {
				if err := a.settle(ctx, tx, o, foundOut); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (a *Alerts) raise(ctx context.Context, tx *store.Tx, l Lack) error {
	id, now := store.NewID(), a.now()
	n, err := tx.Exec(ctx, `INSERT INTO oversight_alerts (id, kind, subject_type, subject_id, number, step, name, blocks, unit, person, step_at, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)
		ON CONFLICT (kind, subject_type, subject_id, step) WHERE settled_at IS NULL DO NOTHING`,
		id, Unfilmed, l.SubjectType, l.SubjectID, l.Number, l.Step, l.Name, l.Blocks, l.Unit, l.Person, store.At(l.At), store.At(now))
	if err != nil || n == 0 {
		return err
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: EntryAlert, Subject: ledger.Ref{Type: l.SubjectType, ID: l.SubjectID}, Actor: watcher.Person, Unit: l.Unit, At: now,
		Body: map[string]any{"alert": Unfilmed, "step": l.Step, "person": l.Person}, Rows: []ledger.Row{{Table: "oversight_alerts", Key: id}}})
	return err
}

// Settle settles the alert of a step, if there is one, in the transaction in which it got what it lacked.
func (a *Alerts) Settle(ctx context.Context, tx *store.Tx, subjectType, subjectID, step, how string) error {
	open, err := alertsWhere(ctx, tx, `settled_at IS NULL AND subject_type = $1 AND subject_id = $2 AND step = $3`, 1, subjectType, subjectID, step)
	if err != nil || len(open) == 0 {
		return err
	}
	return a.settle(ctx, tx, open[0], how)
}

func (a *Alerts) settle(ctx context.Context, tx *store.Tx, o Alert, how string) error {
	now := a.now()
	if err := store.Changed(tx.Exec(ctx, `UPDATE oversight_alerts SET settled_at = $2, settled_how = $3 WHERE id = $1 AND settled_at IS NULL`, o.ID, store.At(now), how)); err != nil {
		return err
	}
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: EntrySettled, Subject: ledger.Ref{Type: o.SubjectType, ID: o.SubjectID}, Actor: watcher.Person, Unit: o.Unit, At: now,
		Body: map[string]any{"alert": o.Kind, "step": o.Step, "how": how}, Rows: []ledger.Row{{Table: "oversight_alerts", Key: o.ID}}})
	return err
}

// Of finds the alert that was raised, or settled, by the entry of a matter at a moment; nil where there is none.
func Of(ctx context.Context, tx *store.Tx, subjectType, subjectID, step string, at time.Time) (*Alert, error) {
	list, err := alertsWhere(ctx, tx, `subject_type = $1 AND subject_id = $2 AND step = $3 AND (at = $4 OR settled_at = $4)`, 1, subjectType, subjectID, step, store.At(at))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// shown is how many alerts a list shows.
const shown = 300

// List lists the alerts of the units that the actor oversees, the newest first; open tells those that are not settled.
func (a *Alerts) List(ctx context.Context, actor org.Actor, open bool, lang string) (out []Alert, err error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, "oversight.read", "unit", w.Next()))
	if open {
		w.Raw("settled_at IS NULL", nil)
	}
	err = a.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if out, err = alertsWhere(ctx, tx, w.SQL(), shown, w.Args()...); err != nil {
			return err
		}
		var people, units []string
		for _, o := range out {
			people, units = append(people, o.Person), append(units, o.Unit)
		}
		names, err := org.PeopleNames(ctx, tx, people...)
		if err != nil {
			return err
		}
		of, err := org.UnitNames(ctx, tx, units...)
		for i := range out {
			o := &out[i]
			o.PersonName, o.UnitName, o.Name = names[o.Person], of[o.Unit], a.title(o.SubjectType, o.Name, lang)
		}
		return err
	})
	return out, err
}

func alertsWhere(ctx context.Context, tx *store.Tx, where string, limit int, args ...any) ([]Alert, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o Alert, err error) {
		var step, at store.Time
		var settled *store.Time
		err = r.Scan(&o.ID, &o.Kind, &o.SubjectType, &o.SubjectID, &o.Number, &o.Step, &o.Name, &o.Blocks, &o.Unit, &o.Person, &step, &at, &settled, &o.How)
		o.StepAt, o.At = step.Time, at.Time
		if settled != nil {
			o.Settled = &settled.Time
		}
		return o, err
	}, `SELECT id, kind, subject_type, subject_id, number, step, name, blocks, unit, person, step_at, at, settled_at, COALESCE(settled_how, '') FROM oversight_alerts WHERE `+where+
		fmt.Sprintf(` ORDER BY at DESC, id DESC LIMIT %d`, limit), args...)
}
