package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

func init() {
	ledger.Seal("evidence_expiries", "id")
	ledger.Seal("evidence_expiry_files", "id")
	ledger.Seal("evidence_approvals", "id")
}

// States of a list, and of a file on it.
const (
	ListOpen     = "open"
	ListApproved = "approved"
	ListDone     = "done"
	ListRefused  = "refused"

	FileListed    = "listed"
	FileStruck    = "struck"
	FileDestroyed = "destroyed"
	FileKept      = "kept" // something kept it when the list was carried out
)

// Kinds of entries of a list. Each has the list as its subject.
const (
	entryListed   = "evidence.expiry_listed"
	entryApproved = "evidence.expiry_approved"
	entryStruck   = "evidence.expiry_struck"
	entryRefused  = "evidence.expiry_refused"
	entryCarried  = "evidence.expiry_done"
)

// approvalsNeeded is how many people approve a list, beside the one who drew it up. There is no exception for a small office: what was kept too long
// can be destroyed any day, and what was destroyed wrongly comes back on none.
const approvalsNeeded = 2

// mostListed bounds the files of one list.
const mostListed = 500

// Expiry is a list of what is due (销毁清单).
type Expiry struct {
	ID        string       `json:"id"`
	Unit      string       `json:"unit"`
	UnitName  string       `json:"unitName"`
	Note      string       `json:"note"`
	State     string       `json:"state" enum:"open,approved,done,refused"`
	At        time.Time    `json:"at"`
	ByPerson  string       `json:"-"`
	ByName    string       `json:"byName"`
	Ended     *time.Time   `json:"ended,omitempty"`
	EndedBy   string       `json:"endedBy,omitempty"`
	EndReason string       `json:"endReason,omitempty"`
	Approvals []Approval   `json:"approvals"`
	Listed    int          `json:"listed" doc:"files that are still to be destroyed"`
	Files     []ExpiryFile `json:"files" doc:"of one list alone"`
	Bytes     int64        `json:"bytes" doc:"of all files on it that were not struck out"`
	MayWord   bool         `json:"mayApprove" doc:"the asker may approve it now"`
}

// Approval is one person's word for a list.
type Approval struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`

	person string
}

// ExpiryFile is a file on a list.
type ExpiryFile struct {
	Media   string     `json:"media"`
	Name    string     `json:"name"`
	Device  string     `json:"device"`
	Officer string     `json:"officer" doc:"who recorded it, or added it to a matter"`
	Kind    string     `json:"kind" enum:"film,sound,picture,paper"`
	Subject string     `json:"subject,omitempty" doc:"the matter that it was added to, case:ID or complaint:ID; empty: it is a recording"`
	Number  string     `json:"number,omitempty" doc:"of that matter"`
	Size    int64      `json:"size"`
	SHA256  string     `json:"sha256"`
	Began   *time.Time `json:"began,omitempty"`
	Marked  bool       `json:"marked"`
	Due     string     `json:"due"`
	Rule    string     `json:"rule"`
	Why     string     `json:"why"`
	State   string     `json:"state" enum:"listed,struck,destroyed,kept"`
	Reason  string     `json:"reason,omitempty" doc:"why it was struck out or kept"`
	ByName  string     `json:"byName,omitempty"`

	id, officer string
	subject     Subject
}

func expiryRef(id string) ledger.Ref { return ledger.Ref{Type: "expiry", ID: id} }

// Draw draws up a list of what is due in a unit and those below it: the oldest first, mostListed at most; what stands on a list that is not done is on no
// other. Returns refused, evidence.nothing_due.
func (s *Service) Draw(ctx context.Context, actor org.Actor, unit, note string) (*Expiry, error) {
	if err := actor.Must("evidence.expire", unit); err != nil {
		return nil, err
	}
	note = strings.TrimSpace(api.Clean(note))
	if r := []rune(note); len(r) > maxNote {
		return nil, fault.New(fault.Invalid, "evidence.note_long", "n", maxNote)
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Expiry, error) {
		if err := pass(ctx, tx); err != nil {
			return nil, err
		}
		due, err := s.dueIn(ctx, tx, unit)
		if err != nil {
			return nil, err
		}
		if len(due) == 0 {
			return nil, fault.New(fault.Invalid, "evidence.nothing_due")
		}
		e := &Expiry{ID: store.NewID(), Unit: unit, Note: note, State: ListOpen, At: s.now(), ByPerson: actor.Person, ByName: actor.Name, Approvals: []Approval{}, Listed: len(due)}
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_expiries (id, unit, note, state, at, by_person, by_name) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			e.ID, e.Unit, e.Note, e.State, store.At(e.At), actor.Person, actor.Name); err != nil {
			return nil, fmt.Errorf("draw up a list: %w", err)
		}
		rows := []ledger.Row{{Table: "evidence_expiries", Key: e.ID}}
		for _, d := range due {
			id := store.NewID()
			if _, err := tx.Exec(ctx, `INSERT INTO evidence_expiry_files (id, list, media, due_on, rule, state, why, by_name) VALUES ($1,$2,$3,$4,$5,$6,'','')`,
				id, e.ID, d.media, store.Date{Date: d.until}, d.rule, FileListed); err != nil {
				return nil, fmt.Errorf("draw up a list: %w", err)
			}
			rows = append(rows, ledger.Row{Table: "evidence_expiry_files", Key: id})
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryListed, Subject: expiryRef(e.ID), Actor: actor.Person, Unit: unit, At: e.At, Body: map[string]any{"files": len(due)}, Rows: rows})
		return e, err
	})
}

// onLists tells which of some files stand on a list that is not done.
func onLists(ctx context.Context, tx *store.Tx, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for some := range slices.Chunk(ids, atOnceKept) {
		w := &store.Where{}
		w.In("f.media", some)
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id string
			err = r.Scan(&id)
			out[id] = true
			return
		}, `SELECT f.media FROM evidence_expiry_files f JOIN evidence_expiries e ON e.id = f.list WHERE f.state = 'listed' AND e.state IN ('open', 'approved') AND `+w.SQL(), w.Args()...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Approve says a word for a list; with the second one it is to be carried out. Returns evidence.no_list, refused, evidence.own_list for who drew it up,
// evidence.approved_already, evidence.list_over.
func (s *Service) Approve(ctx context.Context, actor org.Actor, id string) (*Expiry, error) {
	if _, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		if err := pass(ctx, tx); err != nil { // two words at one moment
			return none, err
		}
		e, err := s.expiry(ctx, tx, actor, id)
		if err != nil {
			return none, err
		}
		switch err := actor.Must("evidence.approve_expiry", e.Unit); {
		case err != nil:
			return none, err
		case e.State != ListOpen || e.Listed == 0:
			return none, fault.New(fault.Conflict, "evidence.list_over")
		case e.ByPerson == actor.Person:
			return none, fault.New(fault.Refused, "evidence.own_list")
		case slices.ContainsFunc(e.Approvals, func(a Approval) bool { return a.person == actor.Person }):
			return none, fault.New(fault.Conflict, "evidence.approved_already")
		}
		word, now := store.NewID(), s.now()
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_approvals (id, list, person, name, at) VALUES ($1,$2,$3,$4,$5)`, word, id, actor.Person, actor.Name, store.At(now)); err != nil {
			return none, fmt.Errorf("approve a list: %w", err)
		}
		rows := []ledger.Row{{Table: "evidence_approvals", Key: word}}
		if len(e.Approvals)+1 == approvalsNeeded {
			if err := store.Changed(tx.Exec(ctx, `UPDATE evidence_expiries SET state = $2 WHERE id = $1 AND state = $3`, id, ListApproved, ListOpen)); err != nil {
				return none, err
			}
			rows = append(rows, ledger.Row{Table: "evidence_expiries", Key: id})
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryApproved, Subject: expiryRef(id), Actor: actor.Person, Unit: e.Unit, At: now, Body: map[string]any{"word": len(e.Approvals) + 1, "of": approvalsNeeded}, Rows: rows})
		return none, err
	}); err != nil {
		return nil, err
	}
	return s.Expiry(ctx, actor, id, "")
}

// Strike takes a file off a list, for a reason: it is kept, and may be listed again later. Returns evidence.no_list, refused, form, evidence.list_over.
func (s *Service) Strike(ctx context.Context, actor org.Actor, id, media, why string) error {
	why, err := reasonOf(why)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := pass(ctx, tx); err != nil {
			return err
		}
		e, err := s.expiry(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if !actor.Can("evidence.expire", e.Unit) {
			if err := actor.Must("evidence.approve_expiry", e.Unit); err != nil {
				return err
			}
		}
		files, err := filesOf(ctx, tx, id)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(files, func(f ExpiryFile) bool { return f.Media == media && f.State == FileListed })
		if at < 0 || e.State != ListOpen && e.State != ListApproved {
			return fault.New(fault.Conflict, "evidence.list_over")
		}
		return s.settle(ctx, tx, e, files[at].id, FileStruck, why, actor, ledger.Entry{Kind: entryStruck, Subject: expiryRef(id), Body: map[string]any{"media": media, "reason": why}})
	})
}

// settle writes what became of a file on a list.
func (s *Service) settle(ctx context.Context, tx *store.Tx, e *Expiry, file, state, why string, actor org.Actor, entry ledger.Entry) error {
	now, by := s.now(), actor.Name
	if actor.IsProgram() {
		by = ""
	}
	if err := store.Changed(tx.Exec(ctx, `UPDATE evidence_expiry_files SET state = $2, why = $3, by_name = $4, at = $5 WHERE id = $1 AND state = 'listed'`, file, state, why, by, store.At(now))); err != nil {
		return err
	}
	entry.Actor, entry.Unit, entry.At = actor.Person, e.Unit, now
	entry.Rows = append(entry.Rows, ledger.Row{Table: "evidence_expiry_files", Key: file})
	_, err := ledger.Append(ctx, tx, entry)
	return err
}

// Refuse says no to a whole list, for a reason; all on it is kept. Returns evidence.no_list, refused, form, evidence.list_over.
func (s *Service) Refuse(ctx context.Context, actor org.Actor, id, why string) error {
	why, err := reasonOf(why)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := pass(ctx, tx); err != nil {
			return err
		}
		e, err := s.expiry(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if e.ByPerson != actor.Person { // who drew it up takes it back
			if err := actor.Must("evidence.approve_expiry", e.Unit); err != nil {
				return err
			}
		}
		now := s.now()
		n, err := tx.Exec(ctx, `UPDATE evidence_expiries SET state = $2, ended_at = $3, ended_by = $4, end_reason = $5 WHERE id = $1 AND state = $6`, id, ListRefused, store.At(now), actor.Name, why, ListOpen)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "evidence.list_over")
		}
		if err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryRefused, Subject: expiryRef(id), Actor: actor.Person, Unit: e.Unit, At: now, Body: map[string]any{"reason": why}, Rows: []ledger.Row{{Table: "evidence_expiries", Key: id}}})
		return err
	})
}

// expiry reads a list that the actor may see: who may draw up or approve in its unit. Returns evidence.no_list.
func (s *Service) expiry(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*Expiry, error) {
	list, err := expiriesWhere(ctx, tx, `e.id = $1`, 1, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || !actor.Can("evidence.expire", list[0].Unit) && !actor.Can("evidence.approve_expiry", list[0].Unit) {
		return nil, fault.New(fault.NotFound, "evidence.no_list")
	}
	return &list[0], nil
}

// Expiry gives a list with all its files. Returns evidence.no_list.
func (s *Service) Expiry(ctx context.Context, actor org.Actor, id, lang string) (e *Expiry, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if e, err = s.expiry(ctx, tx, actor, id); err != nil {
			return err
		}
		if e.Files, err = filesOf(ctx, tx, id); err != nil {
			return err
		}
		var people []string
		for _, f := range e.Files {
			people = append(people, f.officer)
		}
		names, err := org.PeopleNames(ctx, tx, people...)
		if err != nil {
			return err
		}
		for i := range e.Files {
			f := &e.Files[i]
			if f.Subject != "" && s.exporting.Number != nil {
				if f.Number, err = s.exporting.Number(ctx, tx, f.subject); err != nil {
					return err
				}
			}
			f.Officer, f.Why = names[f.officer], words.Text(lang, "evidence.rule."+f.Rule, nil)
			if f.State == FileKept {
				f.Reason = words.Text(lang, "evidence.rule."+f.Reason, nil)
			}
			if f.State != FileStruck {
				e.Bytes += f.Size
			}
		}
		units, err := org.UnitNames(ctx, tx, e.Unit)
		e.UnitName = units[e.Unit]
		e.MayWord = e.mayWord(actor)
		return err
	})
	return e, err
}

func (e *Expiry) mayWord(actor org.Actor) bool {
	return e.State == ListOpen && e.Listed > 0 && e.ByPerson != actor.Person && actor.Can("evidence.approve_expiry", e.Unit) &&
		!slices.ContainsFunc(e.Approvals, func(a Approval) bool { return a.person == actor.Person })
}

// Expiries lists the lists of the units in which the actor may draw up or approve, the newest first.
func (s *Service) Expiries(ctx context.Context, actor org.Actor) (out []Expiry, err error) {
	draw, args := org.ScopeSQL(actor, "evidence.expire", "e.unit", 1)
	word, more := org.ScopeSQL(actor, "evidence.approve_expiry", "e.unit", 1+len(args))
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if out, err = expiriesWhere(ctx, tx, `(`+draw+` OR `+word+`)`, holdsShown, append(args, more...)...); err != nil {
			return err
		}
		var units []string
		for _, e := range out {
			units = append(units, e.Unit)
		}
		names, err := org.UnitNames(ctx, tx, units...)
		for i := range out {
			out[i].UnitName, out[i].MayWord = names[out[i].Unit], out[i].mayWord(actor)
		}
		return err
	})
	return out, err
}

func expiriesWhere(ctx context.Context, tx *store.Tx, where string, limit int, args ...any) ([]Expiry, error) {
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (e Expiry, err error) {
		var at store.Time
		var ended *store.Time
		err = r.Scan(&e.ID, &e.Unit, &e.Note, &e.State, &at, &e.ByPerson, &e.ByName, &ended, &e.EndedBy, &e.EndReason, &e.Listed)
		e.At, e.Ended, e.Approvals, e.Files = at.Time, momentOf(ended), []Approval{}, []ExpiryFile{}
		return e, err
	}, `SELECT e.id, e.unit, e.note, e.state, e.at, e.by_person, e.by_name, e.ended_at, COALESCE(e.ended_by, ''), COALESCE(e.end_reason, ''),
		(SELECT count(*) FROM evidence_expiry_files f WHERE f.list = e.id AND f.state = 'listed')
		FROM evidence_expiries e WHERE `+where+fmt.Sprintf(` ORDER BY e.at DESC, e.id DESC LIMIT %d`, limit), args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	w := &store.Where{}
	w.In("list", ids)
	_, err = store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var of string
		var a Approval
		var at store.Time
		err = r.Scan(&of, &a.person, &a.Name, &at)
		a.At = at.Time
		i := slices.Index(ids, of)
		list[i].Approvals = append(list[i].Approvals, a)
		return
	}, `SELECT list, person, name, at FROM evidence_approvals WHERE `+w.SQL()+` ORDER BY at, id`, w.Args()...)
	return list, err
}

func filesOf(ctx context.Context, tx *store.Tx, list string) ([]ExpiryFile, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (f ExpiryFile, err error) {
		var due store.Date
		var began *store.Time
		var mime string
		err = r.Scan(&f.id, &f.Media, &f.Name, &mime, &f.subject.Type, &f.subject.ID, &f.Device, &f.officer, &f.Kind, &f.Size, &f.SHA256, &began, &f.Marked, &due, &f.Rule, &f.State, &f.Reason, &f.ByName)
		f.Due, f.Began = due.String(), momentOf(began)
		if f.Kind == "" {
			f.Kind = kindOf(mime)
		}
		if f.subject.Type != UnitSubject {
			f.Subject = f.subject.Type + ":" + f.subject.ID
		}
		if f.State == FileListed || f.State == FileDestroyed {
			f.Reason = ""
		}
		return f, err
	}, `SELECT f.id, f.media, m.name, m.type, m.subject_type, m.subject_id, COALESCE(r.device, ''), CASE WHEN r.media IS NULL THEN m.by_person ELSE COALESCE(r.officer, '') END, COALESCE(r.kind, ''), m.size, m.sha256, r.began_at, COALESCE(r.marked, FALSE), f.due_on, f.rule, f.state, f.why, f.by_name
		FROM evidence_expiry_files f JOIN evidence_media m ON m.id = f.media LEFT JOIN evidence_recordings r ON r.media = f.media
		WHERE f.list = $1 ORDER BY f.due_on, f.media`, list)
}
