package gateway

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// MaxPage is the longest page of messages.
const MaxPage = 50

// LinkView is a link with how it is doing.
type LinkView struct {
	Link
	Health  Health `json:"health"`
	Waiting int    `json:"waiting" doc:"messages on their way out"`
	Kept    int    `json:"kept" doc:"messages that the platform refused"`
	Held    int    `json:"held" doc:"events in that a person must decide about"`
	Parked  int    `json:"parked" doc:"events in that wait for others, or for us"`
	Today   int    `json:"today" doc:"events taken in during the last 24 hours"`
}

// Links lists the links of the units in which the actor may see gateways.
func (s *Service) Links(ctx context.Context, actor org.Actor) (out []LinkView, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		w := &store.Where{}
		since := w.Part("?", store.At(s.Now().Add(-24*time.Hour)))
		w.Raw(org.ScopeSQL(actor, opRead, "l.unit", w.Next()))
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (v LinkView, err error) {
			var unit string
			var heard, sent, down, next *store.Time
			v.Link, err = scanLink(r, &unit, &heard, &sent, &v.Health.Failures, &down, &next, &v.Health.Error, &v.Waiting, &v.Kept, &v.Held, &v.Parked, &v.Today)
			v.UnitName = unit
			v.Health.HeardAt, v.Health.SentAt, v.Health.DownSince, v.Health.NextAt = moment(heard), moment(sent), moment(down), moment(next)
			return
		}, `SELECT `+linkColumns+`, u.name, h.heard_at, h.sent_at, h.failures, h.down_since, h.next_at, h.error,
			(SELECT count(*) FROM gateway_outbox o WHERE o.link = l.id AND o.state = 'waiting'), (SELECT count(*) FROM gateway_outbox o WHERE o.link = l.id AND o.state = 'held'),
			(SELECT count(*) FROM gateway_inbox i WHERE i.link = l.id AND i.state = 'held'), (SELECT count(*) FROM gateway_inbox i WHERE i.link = l.id AND i.state IN ('new', 'parked')),
			(SELECT count(*) FROM gateway_inbox i WHERE i.link = l.id AND i.state = 'done' AND i.updated_at >= `+since+`)
			FROM gateway_links l JOIN org_v_units u ON u.id = l.unit JOIN gateway_health h ON h.link = l.id WHERE `+w.SQL()+` ORDER BY l.created_at, l.id`, w.Args()...)
		return err
	})
	return out, err
}

// Filter says which messages are listed.
type Filter struct {
	Link, State, Query, Cursor string
}

func (f Filter) where(actor org.Actor, table, at string) (*store.Where, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "l.unit", w.Next()))
	if f.Link != "" {
		w.Add(table+".link = ?", f.Link)
	}
	if f.State != "" {
		w.Add(table+".state = ?", f.State)
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		w.Add(table+".order_no = ?", q)
	}
	if f.Cursor != "" {
		c, err := store.ParseCursor(f.Cursor)
		if err != nil {
			return nil, err
		}
		w.Add("("+table+"."+at+", "+table+".id) < (?, ?)", c.At, c.ID)
	}
	return w, nil
}

// In is an event in the inbox as its page shows it: who complained is not in it.
type In struct {
	ID        string    `json:"id"`
	Link      string    `json:"link"`
	LinkName  string    `json:"linkName"`
	Event     string    `json:"event"`
	Type      string    `json:"type"`
	Order     string    `json:"order"`
	Seq       int64     `json:"seq,omitempty"`
	Title     string    `json:"title,omitempty"`
	State     string    `json:"state" enum:"new,parked,held,done,declined"`
	Problems  []Spoken  `json:"problems"`
	Notes     []Spoken  `json:"notes" doc:"what was repaired"`
	Source    string    `json:"source" doc:"http, or the file and its line"`
	Complaint string    `json:"complaint,omitempty"`
	Number    string    `json:"number,omitempty"`
	CameAt    time.Time `json:"cameAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Rev       int64     `json:"rev"`
}

func (e row) view(lang, link string) In {
	return In{ID: e.id, Link: e.link, LinkName: link, Event: e.event, Type: e.kind, Order: e.order, Seq: e.seq, Title: shorten(e.fields["title"], 60), State: e.state, Problems: spoken(lang, e.problems),
		Notes: spoken(lang, e.notes), Source: e.source, Complaint: e.complaint, Number: e.number, CameAt: e.came, UpdatedAt: e.updated, Rev: e.rev}
}

// Inbox lists what came in, the newest first, with the cursor of the next page. Returns list.cursor.
func (s *Service) Inbox(ctx context.Context, actor org.Actor, f Filter, lang string) (out []In, next string, err error) {
	w, err := f.where(actor, "i", "came_at")
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (v In, err error) {
			var name string
			e, err := scanRow(r, &name)
			if !actor.CanAnywhere(opMend) {
				delete(e.fields, "title") // who keeps the lines sees no matter
			}
			return e.view(lang, name), err
		}, `SELECT `+rowColumns+`, l.name FROM gateway_inbox i JOIN gateway_links l ON l.id = i.link WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY i.came_at DESC, i.id DESC LIMIT %d`, MaxPage+1), w.Args()...)
		return err
	})
	if err == nil && len(out) > MaxPage {
		out = out[:MaxPage]
		next = store.Cursor{At: store.At(out[MaxPage-1].CameAt), ID: out[MaxPage-1].ID}.String()
	}
	return out, next, err
}

// Out is a message in the outbox as its page shows it.
type Out struct {
	ID        string     `json:"id"`
	Link      string     `json:"link"`
	LinkName  string     `json:"linkName"`
	Type      string     `json:"type"`
	Order     string     `json:"order"`
	Number    int64      `json:"number" doc:"among the messages of its order"`
	Text      string     `json:"text,omitempty"`
	State     string     `json:"state" enum:"waiting,sent,held,dropped"`
	Attempts  int        `json:"attempts"`
	Error     string     `json:"error,omitempty"`
	CreatedAt time.Time  `json:"createdAt"`
	SentAt    *time.Time `json:"sentAt,omitempty"`
	NextAt    *time.Time `json:"nextAt,omitempty" doc:"of what waits: when it is tried"`
}

// Outbox lists what goes out, the newest first, with the cursor of the next page. Returns list.cursor.
func (s *Service) Outbox(ctx context.Context, actor org.Actor, f Filter) (out []Out, next string, err error) {
	w, err := f.where(actor, "o", "created_at")
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (o Out, err error) {
			var body string
			var created, due store.Time
			var sent *store.Time
			err = r.Scan(&o.ID, &o.Link, &o.LinkName, &o.Type, &o.Order, &o.Number, &body, &o.State, &o.Attempts, &o.Error, &created, &sent, &due)
			o.CreatedAt, o.SentAt = created.Time, moment(sent)
			if o.State == Waiting {
				o.NextAt = &due.Time
			}
			m := bodyOf(body)
			for _, k := range []string{"title", "result"} {
				if text, ok := m[k].(string); ok && o.Text == "" {
					o.Text = text
				}
			}
			return
		}, `SELECT o.id, o.link, l.name, o.type, o.order_no, o.number, o.body, o.state, o.attempts, o.error, o.created_at, o.sent_at, o.next_at
			FROM gateway_outbox o JOIN gateway_links l ON l.id = o.link WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY o.created_at DESC, o.id DESC LIMIT %d`, MaxPage+1), w.Args()...)
		return err
	})
	if err == nil && len(out) > MaxPage {
		out = out[:MaxPage]
		next = store.Cursor{At: store.At(out[MaxPage-1].CreatedAt), ID: out[MaxPage-1].ID}.String()
	}
	return out, next, err
}

// Whole is an event with all that it brought, for whoever may mend it.
type Whole struct {
	In
	Fields []FieldView `json:"fields"`
}

// FieldView is a field of an event.
type FieldView struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Value    string   `json:"value"`
	Problems []Spoken `json:"problems"`
}

// usualOrder is how the fields of an event are shown; others follow by name.
var usualOrder = []string{rawField, "type", "order", "event", "seq", "at", "accepted_at", "kind", "category", "code", "title", "content", "address", "lon", "lat", "datum", "name", "phone", "confidential", "urgent"}

// Event shows an event whole to somebody who may mend it. Its personal data is shown with it; that it was looked at is on record. Returns
// gateway.event_not_found, refused.unit.
func (s *Service) Event(ctx context.Context, actor org.Actor, id, lang string) (v Whole, err error) {
	return store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (v Whole, err error) {
		e, l, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return v, err
		}
		v.In = e.view(lang, l.Name)
		names := slices.Concat(usualOrder, slices.DeleteFunc(slices.Sorted(maps.Keys(withoutPictures(e.fields))), func(n string) bool { return slices.Contains(usualOrder, n) }))
		for _, p := range e.problems {
			if p.Field != "" && !slices.Contains(names, p.Field) {
				names = append(names, p.Field)
			}
		}
		for _, name := range names {
			f := FieldView{Name: name, Label: label(lang, name), Value: e.fields[name], Problems: []Spoken{}}
			for _, p := range e.problems {
				if p.Field == name {
					f.Problems = append(f.Problems, spoken(lang, []Note{p})...)
				}
			}
			if f.Value != "" || len(f.Problems) > 0 || e.state == Held && name != rawField && slices.Contains(usualOrder, name) {
				v.Fields = append(v.Fields, f)
			}
		}
		if e.fields["name"] == "" && e.fields["phone"] == "" {
			return v, nil
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.looked", Subject: ledger.Ref{Type: "gateway", ID: l.ID}, Actor: actor.Person, Unit: l.Unit, At: s.Now(), Body: map[string]any{"event": e.id}})
		return v, err
	})
}

// label is what a field is called, by its name where it has no word.
func label(lang, name string) string {
	if code := "gateway.field." + name; words.Has(code) {
		return words.Text(lang, code, nil)
	}
	return name
}

// mine reads an event that the actor may decide about, with its link.
func (s *Service) mine(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (e row, l Link, err error) {
	if e, err = scanRow(tx.QueryRow(ctx, `SELECT `+rowColumns+` FROM gateway_inbox i WHERE i.id = $1`, id)); err != nil {
		return e, l, store.Found(err, "gateway.event_not_found")
	}
	if l, err = linkBy(ctx, tx, "id", e.link); err != nil {
		return e, l, err
	}
	return e, l, actor.Must(opMend, l.Unit)
}

// Mend has a held event taken in anew, with the fields that were changed; an empty value takes one away. It returns the event as it is
// after that: taken in, or held again with what is still wrong. Returns gateway.event_not_found, gateway.not_held, changed_meanwhile.
func (s *Service) Mend(ctx context.Context, actor org.Actor, id string, rev int64, changed map[string]string, lang string) (In, error) {
	var l Link
	_, err := store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (struct{}, error) {
		e, link, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return struct{}{}, err
		}
		l = link
		if e.state != Held {
			return struct{}{}, fault.New(fault.Conflict, "gateway.not_held")
		}
		var names []string
		for _, name := range slices.Sorted(maps.Keys(changed)) {
			v := strings.TrimSpace(changed[name])
			if e.fields[name] == v {
				continue
			}
			names = append(names, name)
			if e.fields[name] = v; v == "" {
				delete(e.fields, name)
			}
		}
		if len(e.fields) > maxFields || len(canonical(withoutPictures(e.fields))) > maxEvent {
			return struct{}{}, fault.New(fault.TooLarge, "gateway.event_too_large", "kb", maxEvent>>10, "fields", maxFields)
		}
		e.read()
		e.notes = append(slices.DeleteFunc(e.notes, func(n Note) bool { return n.Code == "gateway.mended" }), Note{Code: "gateway.mended", Params: map[string]any{"name": actor.Name}})
		if err := store.Changed(tx.Exec(ctx, `UPDATE gateway_inbox SET state = 'new', type = $3, order_no = $4, seq = $5, fields = $6, problems = '[]', notes = $7, retry_at = $8, updated_at = $8, rev = rev + 1
			WHERE id = $1 AND rev = $2`, e.id, rev, e.kind, e.order, e.seq, encode(e.fields), encode(e.notes), store.At(s.Now()))); err != nil {
			return struct{}{}, err
		}
		if e.order != "" {
			if _, err := tx.Exec(ctx, `INSERT INTO gateway_orders (link, order_no, number, last_seq, stage, said, at) VALUES ($1,$2,'',0,'',0,$3) ON CONFLICT (link, order_no) DO NOTHING`, l.ID, e.order, store.At(s.Now())); err != nil {
				return struct{}{}, err
			}
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.mended", Subject: ledger.Ref{Type: "gateway", ID: l.ID}, Actor: actor.Person, Unit: l.Unit, At: s.Now(),
			Body: map[string]any{"event": e.id, "changed": names}})
		return struct{}{}, err
	})
	if err != nil {
		return In{}, err
	}
	r, err := s.inboxRow(ctx, id)
	if err != nil || l.ID == "" { // an answer that was lost and asked for again
		return r.view(lang, l.Name), err
	}
	if r.state == Fresh {
		if r, err = s.process(context.WithoutCancel(ctx), l, r); err != nil {
			return In{}, err
		}
	}
	return r.view(lang, l.Name), nil
}

// Decline turns a held event away for good and tells the platform why. Returns gateway.event_not_found, gateway.not_held,
// changed_meanwhile, form.
func (s *Service) Decline(ctx context.Context, actor org.Actor, id string, rev int64, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	_, err := store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		e, l, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return none, err
		}
		if e.state != Held {
			return none, fault.New(fault.Conflict, "gateway.not_held")
		}
		for _, name := range append([]string{attachmentsField}, personal...) {
			delete(e.fields, name)
		}
		e.state, e.notes = Declined, append(e.notes, Note{Code: "gateway.declined", Params: map[string]any{"name": actor.Name, "reason": reason}})
		if err := store.Changed(tx.Exec(ctx, `UPDATE gateway_inbox SET state = 'declined', fields = $3, notes = $4, retry_at = NULL, updated_at = $5, rev = rev + 1 WHERE id = $1 AND rev = $2`,
			e.id, rev, encode(e.fields), encode(e.notes), store.At(s.Now()))); err != nil {
			return none, err
		}
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.declined", Subject: ledger.Ref{Type: "gateway", ID: l.ID}, Actor: actor.Person, Unit: l.Unit, At: s.Now(),
			Body: map[string]any{"event": e.id, "reason": reason}}); err != nil {
			return none, err
		}
		return none, s.receipt(ctx, tx, l, e, Declined)
	})
	return err
}

// Again has a message tried anew: one that was refused or let go, or one that waits, at once. Returns gateway.message_not_found.
func (s *Service) Again(ctx context.Context, actor org.Actor, id string) error {
	return s.decideOut(ctx, actor, id, "gateway.again", `UPDATE gateway_outbox SET state = 'waiting', next_at = $2, updated_at = $2 WHERE id = $1 AND state IN ('held', 'dropped', 'waiting')`)
}

// Drop lets a message go that the platform refused. Returns gateway.message_not_found, gateway.not_kept.
func (s *Service) Drop(ctx context.Context, actor org.Actor, id string) error {
	return s.decideOut(ctx, actor, id, "gateway.dropped", `UPDATE gateway_outbox SET state = 'dropped', updated_at = $2 WHERE id = $1 AND state = 'held'`)
}

func (s *Service) decideOut(ctx context.Context, actor org.Actor, id, kind, update string) error {
	_, err := store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		var link string
		if err := tx.QueryRow(ctx, `SELECT link FROM gateway_outbox WHERE id = $1`, id).Scan(&link); err != nil {
			return none, store.Found(err, "gateway.message_not_found")
		}
		l, err := linkBy(ctx, tx, "id", link)
		if err != nil {
			return none, err
		}
		if err := actor.Must(opMend, l.Unit); err != nil {
			return none, err
		}
		now := store.At(s.Now())
		n, err := tx.Exec(ctx, update, id, now)
		if err != nil {
			return none, err
		}
		if n == 0 {
			return none, fault.New(fault.Conflict, "gateway.not_kept")
		}
		if _, err := tx.Exec(ctx, `UPDATE gateway_health SET next_at = NULL WHERE link = $1`, link); err != nil {
			return none, err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: kind, Subject: ledger.Ref{Type: "gateway", ID: l.ID}, Actor: actor.Person, Unit: l.Unit, At: s.Now(), Body: map[string]any{"message": id}})
		return none, err
	})
	s.stir()
	return err
}
