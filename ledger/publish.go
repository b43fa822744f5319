package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/store"
)

// PublisherConfig is what a Publisher needs.
type PublisherConfig struct {
	Publishing
	Now    func() time.Time
	Client *http.Client // that goes nowhere forbidden
	// Sign signs the body of a webhook, as the receivers of notices know it.
	Sign func(secret string, body []byte, at time.Time) string
	// Schedule has publications made soon, and again while they fail; the same one twice is one.
	Schedule func(ctx context.Context, some ...Publication) error
	// Tell tells the administrators that a target has taken no checkpoint since then.
	Tell func(ctx context.Context, tx *store.Tx, target string, since time.Time) error
}

// Publisher brings checkpoints to where the office cannot take them back. It bears running in several servers.
type Publisher struct {
	PublisherConfig
	log *Log
}

// Publisher makes one for the log.
func (l *Log) Publisher(c PublisherConfig) *Publisher { return &Publisher{PublisherConfig: c, log: l} }

// Publication is the job that brings the newest checkpoint to a target.
type Publication struct {
	Target string `json:"target" river:"unique"`
	Round  int64  `json:"round" river:"unique"`
}

// Kind names the job.
func (Publication) Kind() string { return "ledger.publication" }

// anew is after how long a new job takes the place of one that still fails, so that the queue's growing pauses stay
// within it and nothing is ever given up.
const anew = time.Hour

// target is a row of ledger_targets.
type target struct {
	name, kind, failure                    string
	size, round                            int64
	sent, asked, behind, tried, told       store.Time
	wasSent, isAsked, isBehind, wasT, isTo bool
}

// TargetState is how a target stands, for those who operate the house.
type TargetState struct {
	Name   string     `json:"name"`
	Kind   string     `json:"kind" enum:"folder,webhook,witness,timestamp"`
	Where  string     `json:"where" doc:"folder or address"`
	Size   int64      `json:"size" doc:"of the newest checkpoint that it took; 0: none yet"`
	SentAt *time.Time `json:"sentAt,omitempty"`
	Behind *time.Time `json:"behind,omitempty" doc:"since when the log has more than it took"`
	Tried  *time.Time `json:"tried,omitempty" doc:"the last attempt"`
	Late   bool       `json:"late" doc:"it has not taken one for long"`
	Error  *Failure   `json:"-"`
}

// Failure is why the last attempt failed; Code is looked up in package words.
type Failure struct {
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

const targetColumns = `name, kind, size, sent_at, round, asked_at, behind_since, tried_at, told_at, error`

func readTargets(ctx context.Context, tx *store.Tx) (map[string]target, error) {
	all := map[string]target{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (t target, err error) {
		var sent, asked, behind, tried, told *store.Time
		err = r.Scan(&t.name, &t.kind, &t.size, &sent, &t.round, &asked, &behind, &tried, &told, &t.failure)
		for _, v := range []struct {
			from *store.Time
			into *store.Time
			is   *bool
		}{{sent, &t.sent, &t.wasSent}, {asked, &t.asked, &t.isAsked}, {behind, &t.behind, &t.isBehind}, {tried, &t.tried, &t.wasT}, {told, &t.told, &t.isTo}} {
			if v.from != nil {
				*v.into, *v.is = *v.from, true
			}
		}
		all[t.name] = t
		return
	}, `SELECT `+targetColumns+` FROM ledger_targets`)
	if err != nil {
		return nil, fmt.Errorf("read targets: %w", err)
	}
	return all, nil
}

// Plan has the newest checkpoint brought to every target that lacks it and took none just before, and tells of those that
// have lacked it for long. It is called every some seconds.
func (p *Publisher) Plan(ctx context.Context) error {
	if len(p.Targets) == 0 {
		return nil
	}
	var size int64
	var rows map[string]target
	err := p.log.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if size, _, err = newest(ctx, tx); err != nil {
			return err
		}
		rows, err = readTargets(ctx, tx)
		return err
	})
	if fault.Is(err, "ledger.empty") {
		return nil
	}
	if err != nil {
		return err
	}
	for _, t := range p.Targets {
		row, known := rows[t.Name]
		if known && row.kind != t.Kind { // another place under an old name
			row = target{round: row.round}
		}
		if err := p.plan(ctx, t, row, size); err != nil {
			return fmt.Errorf("target %s: %w", t.Name, err)
		}
	}
	return nil
}

func (p *Publisher) plan(ctx context.Context, t Target, row target, size int64) error {
	now := p.Now()
	if size <= row.size {
		return nil
	}
	late := row.isBehind && !row.isTo && now.Sub(row.behind.Time) >= p.Late
	due := !row.isAsked && (!row.wasSent || now.Sub(row.sent.Time) >= p.Every) || row.isAsked && now.Sub(row.asked.Time) >= anew
	if !late && !due && row.isBehind {
		return nil
	}
	if due { // before the row says so: after a crash in between the same job is given again, and is one
		if err := p.Schedule(ctx, Publication{Target: t.Name, Round: row.round + 1}); err != nil {
			return err
		}
	}
	return p.log.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_targets (name, kind, size, round, error) VALUES ($1, $2, 0, $3, '')
			ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, size = 0, sent_at = NULL, asked_at = NULL, behind_since = NULL, told_at = NULL, tried_at = NULL, error = ''
			WHERE ledger_targets.kind <> excluded.kind`, t.Name, t.Kind, row.round); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE ledger_targets SET behind_since = $2 WHERE name = $1 AND behind_since IS NULL AND size < $3`, t.Name, store.At(now), size); err != nil {
			return err
		}
		if due {
			if _, err := tx.Exec(ctx, `UPDATE ledger_targets SET round = $3, asked_at = $4 WHERE name = $1 AND round = $2 AND size < $5`,
				t.Name, row.round, row.round+1, store.At(now), size); err != nil {
				return err
			}
		}
		if late {
			n, err := tx.Exec(ctx, `UPDATE ledger_targets SET told_at = $2 WHERE name = $1 AND told_at IS NULL AND behind_since IS NOT NULL`, t.Name, store.At(now))
			if err != nil || n == 0 {
				return err
			}
			return p.Tell(ctx, tx, t.Name, row.behind.Time)
		}
		return nil
	})
}

// Publish brings the newest checkpoint to a target. It returns an error where the queue is to try again.
func (p *Publisher) Publish(ctx context.Context, job Publication) error {
	i := slices.IndexFunc(p.Targets, func(t Target) bool { return t.Name == job.Target })
	if i < 0 {
		return nil // taken out of the operator's file since
	}
	t := p.Targets[i]
	var row target
	var checkpoint []byte
	var verifier string
	err := p.log.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := readTargets(ctx, tx)
		if err != nil {
			return err
		}
		if row = rows[t.Name]; row.kind != t.Kind {
			row = target{}
		}
		tree, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		verifier = tree.verifier
		_, checkpoint, err = newest(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	head, err := OpenCheckpoint(checkpoint, verifier)
	if err != nil {
		return err
	}
	if job.Round < row.round {
		return nil // a newer job has taken its place
	}
	var said *attestation
	if head.Size > row.size {
		if said, err = p.bring(ctx, t, row.size, head, string(checkpoint), verifier); err != nil {
			return errors.Join(err, p.failed(ctx, t, err))
		}
	}
	return p.took(ctx, t, head, said)
}

// bring does what the target's kind asks for.
func (p *Publisher) bring(ctx context.Context, t Target, known int64, head TreeHead, checkpoint, verifier string) (*attestation, error) {
	text, _, _ := SplitNote(checkpoint)
	switch t.Kind {
	case ToFolder:
		return nil, toFolder(t.Folder, head, checkpoint)
	case ToWebhook:
		return nil, p.toWebhook(ctx, t, head, checkpoint, verifier)
	case ToWitness:
		c, err := askWitness(ctx, p.Client, t, head, checkpoint, known, func(old int64) ([]string, error) { return p.log.ProveConsistency(ctx, old, head.Size) })
		if err != nil {
			return nil, err
		}
		return &attestation{size: head.Size, key: t.cosigner.Key, kind: cosignatureKind, data: []byte(c.Line), at: store.At(c.At)}, nil
	case ToTimestamp:
		s, err := askStamp(ctx, p.Client, t, text)
		if err != nil {
			return nil, err
		}
		return &attestation{size: head.Size, key: s.Certificate, kind: stampKind, data: s.Token, at: store.At(s.At)}, nil
	}
	return nil, fmt.Errorf("target %s of kind %q", t.Name, t.Kind)
}

// toWebhook posts the checkpoint, signed.
func (p *Publisher) toWebhook(ctx context.Context, t Target, head TreeHead, checkpoint, verifier string) error {
	body, err := json.Marshal(struct {
		ID         string `json:"id"`
		Origin     string `json:"origin"`
		Size       int64  `json:"size"`
		Root       string `json:"root"`
		Checkpoint string `json:"checkpoint"`
		Key        string `json:"key"`
	}{fmt.Sprintf("%s %d", head.Origin, head.Size), head.Origin, head.Size, head.Root.String(), checkpoint, verifier})
	if err != nil {
		return err
	}
	answer, got, err := post(ctx, p.Client, t.URL, "application/json", body, map[string]string{"Jiexu-Signature": p.Sign(t.secret, body, p.Now())})
	if err != nil {
		return err
	}
	if answer.StatusCode < 200 || answer.StatusCode >= 300 {
		return fault.New(fault.Unavailable, "ledger.target.refused", "status", answer.Status, "said", said(got))
	}
	return nil
}

// took notes that a target has a checkpoint, and keeps what it said of it.
func (p *Publisher) took(ctx context.Context, t Target, head TreeHead, said *attestation) error {
	return p.log.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := store.At(p.Now())
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_targets (name, kind, size, round, error) VALUES ($1, $2, 0, 0, '') ON CONFLICT (name) DO NOTHING`, t.Name, t.Kind); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE ledger_targets SET kind = $2, size = $3, sent_at = $4, tried_at = $4, asked_at = NULL, behind_since = NULL, told_at = NULL, error = ''
			WHERE name = $1 AND (size < $3 OR kind <> $2)`, t.Name, t.Kind, head.Size, now); err != nil {
			return fmt.Errorf("note that %s has the checkpoint: %w", t.Name, err)
		}
		if said == nil {
			return nil
		}
		return said.keep(ctx, tx)
	})
}

// failed notes why an attempt failed.
func (p *Publisher) failed(ctx context.Context, t Target, why error) error {
	f := Failure{Code: "ledger.target.failed", Params: map[string]any{"detail": clipped(why.Error(), 200)}}
	var e *fault.Error
	if errors.As(why, &e) && e.Kind != fault.Internal {
		f = Failure{Code: e.Code, Params: e.Params}
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return p.log.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE ledger_targets SET error = $2, tried_at = $3 WHERE name = $1`, t.Name, string(text), store.At(p.Now()))
		return err
	})
}

// States tells how each target of the operator's file stands, in its order.
func (p *Publisher) States(ctx context.Context) ([]TargetState, error) {
	out := []TargetState{}
	var rows map[string]target
	if err := p.log.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err = readTargets(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	for _, t := range p.Targets {
		row := rows[t.Name]
		if row.kind != t.Kind {
			row = target{}
		}
		s := TargetState{Name: t.Name, Kind: t.Kind, Where: t.Folder + t.URL, Size: row.size, Late: row.isBehind && p.Now().Sub(row.behind.Time) >= p.Late}
		for _, v := range []struct {
			is   bool
			at   store.Time
			into **time.Time
		}{{row.wasSent, row.sent, &s.SentAt}, {row.isBehind, row.behind, &s.Behind}, {row.wasT, row.tried, &s.Tried}} {
			if v.is {
				*v.into = &v.at.Time
			}
		}
		if row.failure != "" {
			s.Error = &Failure{}
			if err := json.Unmarshal([]byte(row.failure), s.Error); err != nil {
				s.Error = &Failure{Code: "ledger.target.failed", Params: map[string]any{"detail": clipped(row.failure, 200)}}
			}
		}
		out = append(out, s)
	}
	return out, nil
}
