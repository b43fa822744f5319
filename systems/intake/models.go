package intake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"jiexu/classify"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Rights over the models.
const (
	opModels = "intake.models" // to see how well they do
	opTrain  = "intake.train"  // to have one learn anew
)

// States of a model.
const (
	ModelOn    = "on"    // reads what comes in
	ModelOff   = "off"   // did so once
	ModelWorse = "worse" // did worse on what was held out than the one that was on
	ModelFew   = "few"   // too little was held out to tell
)

const (
	leastHeld  = 20 // held-out examples with which two models can be compared
	heldOf     = 5  // one example in so many is held out, always the same ones
	keptModels = 3  // files of models that are no longer on
	rereads    = 30 * time.Second
)

func init() {
	ledger.Seal("intake_models")
	ledger.Exempt("intake_model_files", "the sealed row of each model holds its file's SHA-256, and it is compared when a model is loaded")
}

// shelf keeps the models that are on, and asks at most every thirty seconds whether that has changed.
type shelf struct {
	mu    sync.Mutex
	tasks map[string]shelved
}

type shelved struct {
	id    string // empty: the one that ships
	on    string // of matters that ship: those in force
	model *classify.Model
	asked time.Time
}

// modelOn is the model of a task that reads what comes in now: the office's own, else the one that ships.
func (s *Service) modelOn(ctx context.Context, tx *store.Tx, task string) (*classify.Model, error) {
	now := s.now()
	s.models.mu.Lock()
	have := s.models.tasks[task]
	s.models.mu.Unlock()
	if have.model != nil && now.Sub(have.asked).Abs() < rereads {
		return have.model, nil
	}
	ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id [2]string, err error) { return id, r.Scan(&id[0], &id[1]) },
		`SELECT id, sha256 FROM intake_models WHERE task = $1 AND state = 'on'`, task)
	if err != nil {
		return nil, err
	}
	next := shelved{asked: now}
	switch {
	case len(ids) == 0:
		next.model, err = shippedModel(task, law.On(now))
	case ids[0][0] == have.id:
		next.id, next.model = have.id, have.model
	default:
		next.id = ids[0][0]
		next.model, err = loadModel(ctx, tx, ids[0][0], ids[0][1])
	}
	if err != nil {
		return nil, fmt.Errorf("model of %s: %w", task, err)
	}
	s.models.mu.Lock()
	defer s.models.mu.Unlock()
	if s.models.tasks == nil {
		s.models.tasks = map[string]shelved{}
	}
	s.models.tasks[task] = next
	return next.model, nil
}

// forget has the models asked for anew.
func (m *shelf) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tasks = nil
}

var withoutHistory sync.Map // codes of the matters in force → func() (*classify.Model, error)

// shippedModel is what a task begins with; that of matters is made once for those in force.
func shippedModel(task string, on law.Date) (*classify.Model, error) {
	if task == classify.Complaints {
		return classify.Shipped()
	}
	matters, err := law.MattersOn(on, "")
	if err != nil {
		return nil, err
	}
	var key strings.Builder
	for _, m := range matters {
		key.WriteString(m.Code + m.ValidFrom.String())
	}
	once, _ := withoutHistory.LoadOrStore(key.String(), sync.OnceValues(func() (*classify.Model, error) { return classify.WithoutHistory(on) }))
	return once.(func() (*classify.Model, error))()
}

func loadModel(ctx context.Context, tx *store.Tx, id, digest string) (*classify.Model, error) {
	var raw []byte
	if err := tx.QueryRow(ctx, `SELECT content FROM intake_model_files WHERE model = $1`, id).Scan(&raw); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("the file of model %s is not the one that was made", id)
	}
	return classify.Decode(raw)
}

// figuresOf are a model's on the held-out examples, as they are kept for comparing.
type figuresOf struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macroF1"`
	Shipped  bool    `json:"shipped" doc:"it is the one that ships with the program"`
	Version  int     `json:"version"`
}

// HeldOut tells whether an example is never learned from. It goes by what the text says, so that the same ones are held
// out for every model, and a text that came in twice lies on one side.
func HeldOut(e classify.Example) bool {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(e.Subject+e.Body), "")))
	return sum[0]%heldOf == 0
}

// Learn makes a model of a task from the office's own history and switches it on, unless it does worse than the one that is
// on: both are measured on the fifth of the examples that no model ever learns from. Where nothing is new since the newest
// model, an actor that is a program makes none and gets nil. Returns classify.no_examples.
func (s *Service) Learn(ctx context.Context, actor org.Actor, task string) (*ModelVersion, error) {
	examples, err := s.history(ctx, task)
	if err != nil {
		return nil, err
	}
	if len(examples) == 0 {
		return nil, fault.New(fault.Invalid, "classify.no_examples", "others", 0)
	}
	digest := sha256.New()
	var seen, held []classify.Example
	for _, e := range examples {
		fmt.Fprintf(digest, "%q %q %q\n", e.Subject, e.Body, e.Class)
		if HeldOut(e) {
			held = append(held, e)
		} else {
			seen = append(seen, e)
		}
	}
	learnt := hex.EncodeToString(digest.Sum(nil))
	now := s.now()
	o, err := classify.OptionsFor(task, law.On(now))
	if err != nil {
		return nil, err
	}
	var on *classify.Model
	var before figuresOf
	var newest string
	s.models.forget() // another server may have switched one on since
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if newest, err = newestLearnt(ctx, tx, task); err != nil {
			return err
		}
		if before.Version, err = versionOn(ctx, tx, task); err != nil {
			return err
		}
		before.Shipped = before.Version == 0
		on, err = s.modelOn(ctx, tx, task)
		return err
	}); err != nil {
		return nil, err
	}
	if newest == learnt && actor.IsProgram() {
		return nil, nil
	}
	m, err := classify.Train(seen, o)
	if err != nil {
		return nil, err
	}
	report, err := m.Measure(held, o.Lexicon)
	if err != nil {
		return nil, err
	}
	old, err := on.Measure(held, o.Lexicon)
	if err != nil {
		return nil, err
	}
	before.Accuracy, before.MacroF1 = old.Accuracy.Mean, old.MacroF1.Mean
	v := &ModelVersion{ID: store.NewID(), Task: task, State: ModelOn, Examples: len(seen), Bound: m.Bound, Report: report, Before: before, MadeAt: now, madeBy: actor.Person, learnt: learnt}
	switch {
	case len(held) < leastHeld:
		v.State = ModelFew
	case report.MacroF1.Mean < before.MacroF1 || report.Accuracy.Mean < before.Accuracy && report.MacroF1.Mean == before.MacroF1:
		v.State = ModelWorse
	default:
		v.SwitchedAt = &now
	}
	raw, err := m.Encode()
	if err != nil {
		return nil, err
	}
	done, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*ModelVersion, error) { return v, s.keep(ctx, tx, v, raw) })
	s.models.forget()
	return done, err
}

func newestLearnt(ctx context.Context, tx *store.Tx, task string) (string, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
		`SELECT learnt FROM intake_models WHERE task = $1 ORDER BY version DESC LIMIT 1`, task)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// versionOn is the version that is on; 0 for the one that ships.
func versionOn(ctx context.Context, tx *store.Tx, task string) (n int, err error) {
	return n, tx.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM intake_models WHERE task = $1 AND state = 'on'`, task).Scan(&n)
}

// keep writes a new model, puts it in the place of the one that is on if it is to be on, and drops the files of old ones.
// Returns changed_meanwhile where another one was switched on since it was compared.
func (s *Service) keep(ctx context.Context, tx *store.Tx, v *ModelVersion, raw []byte) error {
	on, err := versionOn(ctx, tx, v.Task)
	if err != nil {
		return err
	}
	if on != v.Before.Version {
		return fault.New(fault.Conflict, "changed_meanwhile")
	}
	office, err := house(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `SELECT coalesce(max(version), 0) + 1 FROM intake_models WHERE task = $1`, v.Task).Scan(&v.Version); err != nil {
		return err
	}
	rows := []ledger.Row{{Table: "intake_models", Key: v.ID}}
	if v.State == ModelOn {
		off, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`UPDATE intake_models SET state = 'off', ended_at = $2 WHERE task = $1 AND state = 'on' RETURNING id`, v.Task, store.At(v.MadeAt))
		if err != nil {
			return err
		}
		for _, id := range off {
			rows = append(rows, ledger.Row{Table: "intake_models", Key: id})
		}
	}
	sum := sha256.Sum256(raw)
	report, err := json.Marshal(v.Report)
	if err != nil {
		return err
	}
	before, err := json.Marshal(v.Before)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO intake_models (id, task, version, state, examples, learnt, bound, report, before, sha256, made_by, made_at, switched_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		v.ID, v.Task, v.Version, v.State, v.Examples, v.learnt, v.Bound, string(report), string(before), hex.EncodeToString(sum[:]), v.madeBy, store.At(v.MadeAt), store.AtPtr(v.SwitchedAt)); err != nil {
		return err
	}
	if v.State == ModelOn {
		if _, err := tx.Exec(ctx, `INSERT INTO intake_model_files (model, content) VALUES ($1,$2)`, v.ID, raw); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM intake_model_files WHERE model IN (SELECT id FROM intake_models WHERE task = $1 AND state <> 'on' AND version < $2)`, v.Task, v.Version-keptModels); err != nil {
			return err
		}
	}
	kind := "intake.model_made"
	if v.State == ModelOn {
		kind = "intake.model_on"
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: kind, Subject: ledger.Ref{Type: "model", ID: v.ID}, Actor: v.madeBy, Unit: office, At: v.MadeAt, Rows: rows,
		Body: map[string]any{"task": v.Task, "version": v.Version, "state": v.State, "examples": v.Examples, "held": v.Report.Examples, "sha256": hex.EncodeToString(sum[:])}})
	return err
}

// house is the unit that the models belong to: the bureau, or the top of a tree that has none.
func house(ctx context.Context, tx *store.Tx) (id string, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM org_v_units ORDER BY CASE WHEN kind = 'bureau' THEN 0 WHEN parent IS NULL THEN 1 ELSE 2 END, id LIMIT 1`).Scan(&id)
	return id, store.Found(err, "import.unit_needed")
}

// ModelVersion is a model that the office's history made.
type ModelVersion struct {
	ID         string           `json:"id"`
	Task       string           `json:"task" enum:"complaints,matters"`
	Version    int              `json:"version"`
	State      string           `json:"state" enum:"on,off,worse,few"`
	Examples   int              `json:"examples" doc:"that it learned from"`
	Bound      float64          `json:"bound" doc:"of confidence: below it a person is asked; above 1: always"`
	Report     *classify.Report `json:"report" doc:"on the held-out examples"`
	Before     figuresOf        `json:"before" doc:"what the one that was on did on the same examples"`
	MadeBy     string           `json:"madeBy"`
	MadeAt     time.Time        `json:"madeAt"`
	SwitchedAt *time.Time       `json:"switchedAt"`
	EndedAt    *time.Time       `json:"endedAt"`

	madeBy, learnt string
}

// ModelTask is how a task stands.
type ModelTask struct {
	Task     string           `json:"task" enum:"complaints,matters"`
	On       *ModelVersion    `json:"on" doc:"null: the one that ships with the program"`
	Shipped  classify.Held    `json:"shipped" doc:"what the one that ships did when it was made; zero: it has seen no complaint"`
	Figures  *classify.Report `json:"figures" doc:"of the one that ships, on what was held out, class by class; null: it has seen no complaint"`
	Versions []ModelVersion   `json:"versions" doc:"the newest first, without their tables"`
	Use      ModelUse         `json:"use" doc:"of the last 90 days"`
	MayTrain bool             `json:"mayTrain"`
}

// ModelUse is how often people agreed with what was proposed.
type ModelUse struct {
	Chosen int `json:"chosen" doc:"complaints for which a person chose"`
	Agreed int `json:"agreed" doc:"of these, where it was what the model had thought likeliest"`
}

// Models tells how the models do.
func (s *Service) Models(ctx context.Context, actor org.Actor) (out []ModelTask, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out = nil
		shipped, err := classify.Shipped()
		if err != nil {
			return err
		}
		for _, task := range []string{classify.Complaints, classify.Matters} {
			one := ModelTask{Task: task, Versions: []ModelVersion{}, MayTrain: actor.CanAnywhere(opTrain)}
			if task == classify.Complaints {
				one.Shipped = shipped.Held
				if one.Figures, err = classify.ShippedReport(); err != nil {
					return err
				}
			}
			all, err := store.Collect(ctx, tx, scanModel, `SELECT id, task, version, state, examples, bound, report, before, made_by, made_at, switched_at, ended_at FROM intake_models
				WHERE task = $1 AND (state = 'on' OR version > (SELECT max(version) FROM intake_models WHERE task = $1) - 20) ORDER BY version DESC`, task)
			if err != nil {
				return err
			}
			var people []string
			for _, v := range all {
				people = append(people, v.madeBy)
			}
			names, err := org.PeopleNames(ctx, tx, people...)
			if err != nil {
				return err
			}
			for _, v := range all {
				v.MadeBy = names[v.madeBy]
				if v.State == ModelOn {
					on := v
					one.On = &on
				}
				v.Report = &classify.Report{Task: task, Examples: v.Report.Examples, Accuracy: v.Report.Accuracy, MacroF1: v.Report.MacroF1, Proposed: v.Report.Proposed}
				one.Versions = append(one.Versions, v)
			}
			chosen, proposed := "chosen_class", "class"
			if task == classify.Matters {
				chosen, proposed = "chosen_matter", "matter"
			}
			if err := tx.QueryRow(ctx, `SELECT count(*), coalesce(sum(CASE WHEN `+chosen+` = `+proposed+` THEN 1 ELSE 0 END), 0) FROM intake_guesses
				WHERE chosen_at IS NOT NULL AND chosen_at > $1 AND `+chosen+` <> '' AND `+proposed+` <> ''`, store.At(s.now().AddDate(0, 0, -90))).Scan(&one.Use.Chosen, &one.Use.Agreed); err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

func scanModel(r *sql.Rows) (v ModelVersion, err error) {
	var report, before string
	var made store.Time
	var switched, ended *store.Time
	if err = r.Scan(&v.ID, &v.Task, &v.Version, &v.State, &v.Examples, &v.Bound, &report, &before, &v.madeBy, &made, &switched, &ended); err != nil {
		return v, err
	}
	v.MadeAt, v.SwitchedAt, v.EndedAt = made.Time, moment(switched), moment(ended)
	if err = json.Unmarshal([]byte(report), &v.Report); err == nil {
		err = json.Unmarshal([]byte(before), &v.Before)
	}
	return v, err
}

func (s *Service) model(ctx context.Context, id string) (v *ModelVersion, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := store.Collect(ctx, tx, scanModel, `SELECT id, task, version, state, examples, bound, report, before, made_by, made_at, switched_at, ended_at FROM intake_models WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.NotFound, "intake.model_not_found")
		}
		v = &all[0]
		names, err := org.PeopleNames(ctx, tx, v.madeBy)
		v.MadeBy = names[v.madeBy]
		return err
	})
	return v, err
}
