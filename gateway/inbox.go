package gateway

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/store"
)

// How long an event waits for others before somebody is asked.
const (
	gapPatience   = 30 * time.Minute // for an earlier one of its order
	orderPatience = 24 * time.Hour   // for its order
)

// baseNames are our names of the fields that every platform's events have.
var baseNames = map[string]string{
	"event": "event", "eventno": "event", "event_no": "event", "事件编号": "event", "消息编号": "event", "流水号": "event",
	"type": "type", "eventtype": "type", "event_type": "type", "事件类型": "type", "消息类型": "type", "业务类型": "type",
	"order": "order", "orderno": "order", "order_no": "order", "工单编号": "order", "工单号": "order", "案件编号": "order", "案卷编号": "order", "任务号": "order",
	"seq": "seq", "序号": "seq", "事件序号": "seq", "attachments": attachmentsField, "附件": attachmentsField, "图片": attachmentsField, "现场图片": attachmentsField, "at": "at", "time": "at", "发生时间": "at", "事件时间": "at",
}

// namesOf are all names that a protocol's fields come under.
func namesOf(p Protocol) map[string]string {
	all := map[string]string{}
	for k, v := range baseNames {
		all[k] = v
	}
	for k, v := range p.Names() {
		all[strings.ToLower(k)], all[v] = v, v
	}
	return all
}

// Result is what the platform hears of one of its events.
type Result struct {
	Event  string   `json:"event"`
	Order  string   `json:"order,omitempty"`
	Result string   `json:"result" enum:"taken,repeated,waiting,held,declined" doc:"taken: done. repeated: it came before. waiting: kept, and will be done. held: kept, and a person must decide. declined: turned away"`
	Number string   `json:"number,omitempty" doc:"of the complaint here"`
	Notes  []Spoken `json:"notes,omitempty"`
}

// Spoken is a note in words.
type Spoken struct {
	Code  string `json:"code"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
}

// row is an event in the inbox.
type row struct {
	id, link, event, digest, kind, order string
	seq                                  int64
	state                                string
	fields                               map[string]string
	problems, notes                      []Note
	source, complaint, number            string
	attempts                             int
	came, updated                        time.Time
	retry                                *time.Time
	rev                                  int64
}

const rowColumns = `i.id, i.link, i.event, i.digest, i.type, i.order_no, i.seq, i.state, i.fields, i.problems, i.notes, i.source, i.complaint, i.number, i.attempts, i.came_at, i.retry_at, i.updated_at, i.rev`

func scanRow(r interface{ Scan(...any) error }, more ...any) (e row, err error) {
	var fields, problems, notes string
	var complaint sql.NullString
	var came, updated store.Time
	var retry *store.Time
	if err = r.Scan(append([]any{&e.id, &e.link, &e.event, &e.digest, &e.kind, &e.order, &e.seq, &e.state, &fields, &problems, &notes, &e.source, &complaint, &e.number, &e.attempts, &came, &retry, &updated, &e.rev}, more...)...); err != nil {
		return
	}
	e.complaint, e.came, e.updated = complaint.String, came.Time, updated.Time
	if retry != nil {
		e.retry = &retry.Time
	}
	return e, errors.Join(json.Unmarshal([]byte(fields), &e.fields), json.Unmarshal([]byte(problems), &e.problems), json.Unmarshal([]byte(notes), &e.notes))
}

// newRow makes a row of an item: new where it can be looked at, held where it cannot.
func newRow(l Link, it item, now time.Time) row {
	e := row{id: store.NewID(), link: l.ID, state: Fresh, fields: it.fields, problems: []Note{}, notes: append([]Note{}, it.notes...), source: it.source, came: now, rev: 1}
	e.digest = digestOf(canonical(it.fields))
	e.read()
	if e.event == "" {
		e.event = "~" + e.digest[:24] // the same content once more is the same event
	}
	if it.problem != nil {
		e.state, e.problems = Held, []Note{*it.problem}
	}
	return e
}

// read takes what every event has out of its fields.
func (e *row) read() {
	if e.event == "" {
		e.event = shorten(e.fields["event"], 100)
	}
	e.kind, e.order = strings.ToLower(shorten(e.fields["type"], 40)), shorten(e.fields["order"], 100)
	if seq := e.fields["seq"]; seq != "" {
		n, err := strconv.ParseInt(seq, 10, 64)
		if e.seq = max(n, 0); (err != nil || n < 0) && !slices.ContainsFunc(e.notes, func(n Note) bool { return n.Field == "seq" }) {
			e.seq, e.notes = 0, append(e.notes, Note{Code: "gateway.number", Field: "seq", Params: map[string]any{"value": Cut(seq, 40)}})
		}
	}
}

// canonical writes fields so that the same ones are always the same text.
func canonical(fields map[string]string) string { return encode(fields) } // keys of a map are sorted

// insert keeps an event, unless it came before: then it returns the row that did, and whether that said the same.
func (s *Service) insert(ctx context.Context, tx *store.Tx, l Link, e *row) (before *row, err error) {
	var retry *store.Time
	if e.state == Fresh {
		at := store.At(e.came)
		retry = &at
	}
	n, err := tx.Exec(ctx, `INSERT INTO gateway_inbox (id, link, event, digest, type, order_no, seq, state, fields, problems, notes, source, complaint, number, attempts, came_at, retry_at, updated_at, rev)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,NULL,'',0,$13,$14,$13,1) ON CONFLICT (link, event) DO NOTHING`,
		e.id, e.link, e.event, e.digest, e.kind, e.order, e.seq, e.state, encode(e.fields), encode(e.problems), encode(e.notes), e.source, store.At(e.came), retry)
	if err != nil {
		return nil, fmt.Errorf("keep event %s: %w", e.event, err)
	}
	if n == 0 {
		b, err := scanRow(tx.QueryRow(ctx, `SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.link = $1 AND i.event = $2`, e.link, e.event))
		return &b, err
	}
	if e.order == "" {
		return nil, nil
	}
	_, err = tx.Exec(ctx, `INSERT INTO gateway_orders (link, order_no, number, last_seq, stage, said, at) VALUES ($1,$2,'',0,'',0,$3) ON CONFLICT (link, order_no) DO NOTHING`,
		e.link, e.order, store.At(e.came))
	if err != nil || e.state != Held {
		return nil, err
	}
	if err := inTurn(ctx, tx, l, e.order); err != nil {
		return nil, err
	}
	return nil, s.unpark(ctx, tx, l, e.order) // what cannot be read has come too
}

// keep puts items into the inbox in one transaction, with what else is to be written in it. It returns the rows as they are
// kept: a repeated one is the row that came before. The same number with another content is a row of its own that is held.
func (s *Service) keep(ctx context.Context, l Link, items []item, also func(context.Context, *store.Tx) error) (rows []row, repeated map[string]bool, err error) {
	now := s.Now()
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, repeated = nil, map[string]bool{}
		if also != nil {
			if err := also(ctx, tx); err != nil {
				return err
			}
		}
		for _, it := range items {
			e := newRow(l, it, now)
			before, err := s.insert(ctx, tx, l, &e)
			if err != nil {
				return err
			}
			if before != nil && before.digest != e.digest && before.state != Declined {
				e.id, e.state, e.problems = store.NewID(), Held, []Note{{Code: "gateway.event_differs", Params: map[string]any{"event": e.event}}}
				e.event = shorten(e.event, 60) + "~" + e.digest[:12]
				before, err = s.insert(ctx, tx, l, &e)
				if err != nil {
					return err
				}
			}
			if before != nil {
				e, repeated[before.id] = *before, true
			}
			rows = append(rows, e)
		}
		// Who speaks may listen too: what waits for it is tried soon, however long it was away.
		_, err := tx.Exec(ctx, `UPDATE gateway_health SET heard_at = $2, next_at = CASE WHEN next_at > $3 THEN $3 ELSE next_at END WHERE link = $1`, l.ID, store.At(now), store.At(now.Add(heardAgain)))
		return err
	})
	return rows, repeated, err
}

// heardAgain is how soon a platform that was away is tried again once it has spoken.
const heardAgain = 10 * time.Second

// claimed is how long one attempt at an event has before another may begin.
const claimed = 2 * time.Minute

// process looks at an event that is new or parked and takes it in, parks it or holds it. It returns the row as it is then. Only
// our own failures are errors; the event is tried again then.
func (s *Service) process(ctx context.Context, l Link, e row) (row, error) {
	p, err := s.protocol(l.Kind)
	if err != nil {
		return e, err
	}
	order, err := s.claim(ctx, p, l, &e)
	if fault.Is(err, "changed_meanwhile") {
		return s.inboxRow(ctx, e.id)
	}
	if err != nil || e.state == Parked {
		return e, err
	}
	codes, err := s.codes(ctx, l.Kind)
	if err != nil {
		return e, err
	}
	in := Arrival{Link: l, Event: Event{Number: e.event, Type: e.kind, Order: e.order, Seq: e.seq, Fields: e.fields}, Came: e.came, Codes: codes, Order: order,
		Kept: func(ctx context.Context) (map[string]string, error) { return s.keptFields(ctx, l, e) }}
	taken, err := p.Take(store.WithKey(ctx, "gateway "+l.ID, e.id+" "+digestOf(canonical(e.fields))[:16], e.digest), in)
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Refused, fault.NotFound, fault.Conflict, fault.TooLarge, fault.Gone:
		if err != nil && !fault.Is(err, "changed_meanwhile") {
			return s.hold(ctx, l, e, problemsOf(err))
		}
	}
	var pictures []Note
	if err == nil {
		pictures, err = s.attach(ctx, l, e, taken.Complaint)
	}
	if err != nil {
		return s.again(ctx, e, err)
	}
	taken.Notes = append(taken.Notes, pictures...)
	return s.finish(ctx, l, e, order, taken)
}

// claim takes an event for one attempt and returns what is known of its order; what has to wait for others it parks, and the row says so.
// Whoever changes the row first has it: changed_meanwhile, where another has it, and then it is left alone until that claim is over.
func (s *Service) claim(ctx context.Context, p Protocol, l Link, e *row) (order Order, err error) {
	before := *e
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		*e = before // a transaction may run again
		if err := inTurn(ctx, tx, l, e.order); err != nil {
			return err
		}
		order, err = orderOf(ctx, tx, l, *e)
		if err != nil {
			return err
		}
		next := s.Now().Add(claimed)
		if why, until := s.early(p, *e, order); why != nil {
			e.state, e.problems, next = Parked, []Note{*why}, until
		} else if e.state == Parked {
			e.state, e.problems = Fresh, []Note{}
		}
		e.rev++
		return store.Changed(tx.Exec(ctx, `UPDATE gateway_inbox SET state = $3, problems = $4, retry_at = $5, updated_at = $6, rev = rev + 1 WHERE id = $1 AND rev = $2 AND state IN ('new', 'parked')`,
			e.id, before.rev, e.state, encode(e.problems), store.At(next), store.At(s.Now())))
	})
	return order, err
}

// inTurn has what is decided of one order wait for each other until the transaction ends. Else an event might be parked in the moment in which
// what it waits for was taken in and woke those that were parked by then: nobody would wake it.
func inTurn(ctx context.Context, tx *store.Tx, l Link, order string) error {
	if order == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE gateway_orders SET said = said WHERE link = $1 AND order_no = $2`, l.ID, order)
	return err
}

// early says what an event waits for and until when, nil where for nothing any more.
func (s *Service) early(p Protocol, e row, o Order) (why *Note, until time.Time) {
	now := s.Now()
	if until = e.came.Add(orderPatience); o.Complaint == "" && p.Follows(e.kind) && now.Before(until) && e.order != "" {
		return &Note{Code: "gateway.waits_for_order", Params: map[string]any{"order": e.order}}, until
	}
	if until = e.came.Add(gapPatience); o.Missing > 0 && now.Before(until) {
		return &Note{Code: "gateway.waits_for_earlier", Params: map[string]any{"seq": e.seq, "n": o.Missing}}, until
	}
	return nil, time.Time{}
}

// again has our own failure waited out, the longer the more often it happened.
func (s *Service) again(ctx context.Context, e row, cause error) (row, error) {
	e.attempts++
	next := s.Now().Add(backoff(e.attempts))
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE gateway_inbox SET attempts = $2, retry_at = $3, updated_at = $4, rev = rev + 1 WHERE id = $1`, e.id, e.attempts, store.At(next), store.At(s.Now()))
		return err
	})
	return e, errors.Join(fmt.Errorf("take in event %s: %w", e.event, cause), err)
}

// hold keeps an event for a person and tells the platform where it cannot hear it at once.
func (s *Service) hold(ctx context.Context, l Link, e row, problems []Note) (row, error) {
	e.state, e.problems, e.retry = Held, problems, nil
	return e, s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := inTurn(ctx, tx, l, e.order); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE gateway_inbox SET state = 'held', problems = $2, retry_at = NULL, updated_at = $3, rev = rev + 1 WHERE id = $1`,
			e.id, encode(problems), store.At(s.Now())); err != nil {
			return err
		}
		if err := s.unpark(ctx, tx, l, e.order); err != nil {
			return err
		}
		return s.receipt(ctx, tx, l, e, "held")
	})
}

// unpark has those looked at again that wait for others of their order: one has come, whatever became of it.
func (s *Service) unpark(ctx context.Context, tx *store.Tx, l Link, order string) error {
	if order == "" {
		return nil
	}
	n, err := tx.Exec(ctx, `UPDATE gateway_inbox SET retry_at = $3 WHERE link = $1 AND order_no = $2 AND state = 'parked'`, l.ID, order, store.At(s.Now()))
	if n > 0 {
		tx.OnCommit(s.stir)
	}
	return err
}

// personal are the fields that say who somebody is; they are taken out of an event that is done, for intake keeps them.
var personal = []string{"name", "phone", rawField}

// finish closes an event that was taken in, and wakes those that waited for it.
func (s *Service) finish(ctx context.Context, l Link, e row, o Order, t Taken) (row, error) {
	e.state, e.problems, e.retry, e.complaint, e.number = Done, []Note{}, nil, t.Complaint, t.Number
	e.notes = append(e.notes, t.Notes...)
	if o.Missing > 0 {
		e.notes = append(e.notes, Note{Code: "gateway.gap", Params: map[string]any{"seq": e.seq, "n": o.Missing}})
	}
	if t.Repeated {
		e.notes = append(e.notes, Note{Code: "gateway.repeated", Params: map[string]any{"number": t.Number}})
	}
	for _, name := range personal {
		delete(e.fields, name)
	}
	if t.Complaint != "" { // else they are kept until there is one
		delete(e.fields, attachmentsField)
	}
	now := store.At(s.Now())
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := inTurn(ctx, tx, l, e.order); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE gateway_inbox SET state = 'done', fields = $2, problems = '[]', notes = $3, complaint = $4, number = $5, retry_at = NULL, updated_at = $6, rev = rev + 1 WHERE id = $1`,
			e.id, encode(e.fields), encode(e.notes), nullable(t.Complaint), t.Number, now); err != nil {
			return err
		}
		if e.order != "" {
			if _, err := tx.Exec(ctx, `UPDATE gateway_orders SET complaint = coalesce($3, complaint), number = CASE WHEN $4 = '' THEN number ELSE $4 END,
				last_seq = CASE WHEN $5 > last_seq THEN $5 ELSE last_seq END, stage = CASE WHEN $6 = '' THEN stage ELSE $6 END WHERE link = $1 AND order_no = $2`,
				l.ID, e.order, nullable(t.Complaint), t.Number, e.seq, t.Stage); err != nil {
				return err
			}
			if err := s.unpark(ctx, tx, l, e.order); err != nil {
				return err
			}
		}
		return s.receipt(ctx, tx, l, e, "taken")
	})
	return e, err
}

func nullable(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// problemsOf makes notes of a fault: of its fields where it has some.
func problemsOf(err error) []Note {
	var f *fault.Error
	if !errors.As(err, &f) {
		return []Note{{Code: "internal"}}
	}
	if len(f.Fields) == 0 {
		return []Note{{Code: f.Code, Params: f.Params}}
	}
	var out []Note
	for _, field := range f.Fields {
		out = append(out, Note{Code: field.Code, Field: field.Name, Params: field.Params})
	}
	return out
}

// orderOf reads what is known of an event's order.
func orderOf(ctx context.Context, tx *store.Tx, l Link, e row) (o Order, err error) {
	if o.Number = e.order; e.order == "" {
		return o, nil
	}
	var complaint sql.NullString
	err = tx.QueryRow(ctx, `SELECT complaint, stage, last_seq FROM gateway_orders WHERE link = $1 AND order_no = $2`, l.ID, e.order).Scan(&complaint, &o.Stage, &o.LastSeq)
	o.Complaint = complaint.String
	if errors.Is(err, sql.ErrNoRows) {
		return o, nil
	}
	if err != nil || e.seq <= o.LastSeq+1 {
		return o, err
	}
	var came int64 // of those between: what is held has come too
	err = tx.QueryRow(ctx, `SELECT count(DISTINCT seq) FROM gateway_inbox WHERE link = $1 AND order_no = $2 AND seq > $3 AND seq < $4 AND state IN ('held', 'done', 'declined')`,
		l.ID, e.order, o.LastSeq, e.seq).Scan(&came)
	o.Missing = e.seq - 1 - o.LastSeq - came
	return o, err
}

func (s *Service) inboxRow(ctx context.Context, id string) (e row, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		e, err = scanRow(tx.QueryRow(ctx, `SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.id = $1`, id))
		return store.Found(err, "gateway.event_not_found")
	})
	return e, err
}

// keptFields are the fields that earlier events of an order brought which opened no complaint, the newer ones over the older.
func (s *Service) keptFields(ctx context.Context, l Link, e row) (map[string]string, error) {
	out := map[string]string{}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := store.Collect(ctx, tx, func(r *sql.Rows) (row, error) { return scanRow(r) },
			`SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.link = $1 AND i.order_no = $2 AND i.state = 'done' AND i.id <> $3 ORDER BY i.seq, i.came_at, i.id LIMIT 100`, l.ID, e.order, e.id)
		for _, r := range rows {
			for k, v := range r.fields {
				out[k] = v
			}
		}
		return err
	})
	return out, err
}

// due works on what is due of a link's inbox, the oldest first, and reports whether there may be more.
func (s *Service) due(ctx context.Context, l Link) (more bool, err error) {
	const batch = 200
	var rows []row
	if err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err = store.Collect(ctx, tx, func(r *sql.Rows) (row, error) { return scanRow(r) },
			`SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.link = $1 AND i.retry_at IS NOT NULL AND i.retry_at <= $2 ORDER BY i.retry_at, i.seq, i.id LIMIT `+strconv.Itoa(batch), l.ID, store.At(s.Now()))
		return err
	}); err != nil {
		return false, err
	}
	for _, e := range rows {
		if _, one := s.process(ctx, l, e); one != nil {
			err = errors.Join(err, one)
		}
	}
	return len(rows) == batch && err == nil, err
}

// FieldOf is what the events of a complaint's order brought in a field, the newest that says something; empty where none did, or the complaint came by no gateway.
func FieldOf(ctx context.Context, tx *store.Tx, complaint, field string) (string, error) {
	rows, err := store.Collect(ctx, tx, func(r *sql.Rows) (row, error) { return scanRow(r) }, `SELECT `+rowColumns+` FROM gateway_inbox i
		JOIN gateway_orders o ON o.link = i.link AND o.order_no = i.order_no WHERE o.complaint = $1 AND i.state = 'done' ORDER BY i.came_at DESC, i.id DESC LIMIT 100`, complaint)
	for _, r := range rows {
		if v := r.fields[field]; v != "" {
			return v, err
		}
	}
	return "", err
}
