package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() {
	ledger.Seal("evidence_gone", "media")
	ledger.Exempt("evidence_removals", "bytes that are still to be taken off the disk; the entry that destroyed them names them")
}

// Kinds of entries with which a list is carried out. Both have the recording as their subject, so that its chain of custody ends with the first.
const (
	entryDeleted = "evidence.deleted"
	entrySpared  = "evidence.spared"
)

// Gone is the proof that a file was, and why it is no more.
type Gone struct {
	At        time.Time `json:"at"`
	List      string    `json:"list"`
	Due       string    `json:"due"`
	Rule      string    `json:"rule"`
	DrawnBy   string    `json:"drawnBy"`
	Approvers []string  `json:"approvers"`
}

// program is who carries lists out: the house does it, on the word of those who approved.
var program = org.Program("evidence")

// CarryOut destroys what stands on approved lists, and then takes the bytes off the disk. It may be called at any time and by several servers, and after
// any break goes on where it was.
func (s *Service) CarryOut(ctx context.Context) error {
	var lists []Expiry
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		lists, err = expiriesWhere(ctx, tx, `e.state = $1`, holdsShown, ListApproved)
		return err
	}); err != nil {
		return fmt.Errorf("carry out lists: %w", err)
	}
	for _, e := range lists {
		if err := s.carryOut(ctx, e.ID); err != nil {
			return fmt.Errorf("carry out list %s: %w", e.ID, err)
		}
	}
	return s.Remove(ctx)
}

// carryOut destroys the files of one list, family by family, each in a transaction of its own.
func (s *Service) carryOut(ctx context.Context, list string) error {
	for {
		more := false
		if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			more, err = s.destroyNext(ctx, tx, list)
			return err
		}); err != nil || !more {
			return err
		}
	}
}

// destroyNext destroys the first file of an approved list that still stands on it, with all that is kept together with it, if it is due at this very
// moment; else it stays. When there is none the list is done.
func (s *Service) destroyNext(ctx context.Context, tx *store.Tx, list string) (more bool, err error) {
	if err := pass(ctx, tx); err != nil {
		return false, err
	}
	lists, err := expiriesWhere(ctx, tx, `e.id = $1 AND e.state = $2`, 1, list, ListApproved)
	if err != nil || len(lists) == 0 {
		return false, err
	}
	e := &lists[0]
	files, err := filesOf(ctx, tx, list)
	if err != nil {
		return false, err
	}
	files = slices.DeleteFunc(files, func(f ExpiryFile) bool { return f.State != FileListed })
	if len(files) == 0 {
		now := s.now()
		if err := store.Changed(tx.Exec(ctx, `UPDATE evidence_expiries SET state = $2, ended_at = $3 WHERE id = $1 AND state = $4`, list, ListDone, store.At(now), ListApproved)); err != nil {
			return false, err
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryCarried, Subject: expiryRef(list), Actor: program.Person, Unit: e.Unit, At: now, Body: map[string]any{}, Rows: []ledger.Row{{Table: "evidence_expiries", Key: list}}})
		return false, err
	}
	first := files[0].Media
	family, all, err := s.families(ctx, tx, []string{first})
	if err != nil {
		return false, err
	}
	keep, err := s.keepings(ctx, tx, all, "")
	if err != nil {
		return false, err
	}
	var group []ExpiryFile
	spared := ""
	for _, one := range family[first] {
		k, live := keep[one]
		at := slices.IndexFunc(files, func(f ExpiryFile) bool { return f.Media == one })
		switch {
		case !live:
			continue
		case !k.IsDue:
			spared = k.Rule
		case at < 0 && spared == "":
			spared = RuleKin
		}
		if at >= 0 {
			group = append(group, files[at])
		}
	}
	if len(group) == 0 { // no more already
		group, spared = files[:1], RuleKin
	}
	for _, f := range group {
		if spared != "" {
			err = s.settle(ctx, tx, e, f.id, FileKept, spared, program, ledger.Entry{Kind: entrySpared, Subject: mediaSubject(f.Media), Body: map[string]any{"list": list, "rule": spared}})
		} else {
			err = s.destroy(ctx, tx, e, f)
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// destroy makes a file one that was: its rows stay as proof, emptied of what proves nothing. Its bytes go afterwards.
func (s *Service) destroy(ctx context.Context, tx *store.Tx, e *Expiry, f ExpiryFile) error {
	now := s.now()
	var names, people []string
	for _, a := range e.Approvals {
		names, people = append(names, a.Name), append(people, a.person)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO evidence_gone (media, list, sha256, size, due_on, rule, drawn_by, approvers, at)
		SELECT media, list, $2, $3, due_on, rule, $4, $5, $6 FROM evidence_expiry_files WHERE id = $1`, f.id, f.SHA256, f.Size, e.ByName, strings.Join(names, "、"), store.At(now)); err != nil {
		return fmt.Errorf("destroy: %w", err)
	}
	if _, err := tx.Exec(ctx, `UPDATE evidence_media SET note = '' WHERE id = $1`, f.Media); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE evidence_recordings SET claims = '[]', source = '', lon = NULL, lat = NULL WHERE media = $1`, f.Media)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO evidence_removals (sha256, at) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING`, f.SHA256, store.At(now)); err != nil {
		return err
	}
	rows := []ledger.Row{{Table: "evidence_media", Key: f.Media}, {Table: "evidence_gone", Key: f.Media}}
	marks, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `UPDATE evidence_marks SET note = '' WHERE media = $1 RETURNING id`, f.Media)
	if err != nil {
		return err
	}
	for _, id := range marks {
		rows = append(rows, ledger.Row{Table: "evidence_marks", Key: id})
	}
	if n > 0 {
		rows = append(rows, ledger.Row{Table: "evidence_recordings", Key: f.Media})
	}
	return s.settle(ctx, tx, e, f.id, FileDestroyed, "", program, ledger.Entry{Kind: entryDeleted, Subject: mediaSubject(f.Media), Rows: rows,
		Body: map[string]any{"list": e.ID, "sha256": f.SHA256, "size": f.Size, "due": f.Due, "rule": f.Rule, "drawn_by": e.ByPerson, "approved_by": people}})
}

// Remove takes the bytes of what was destroyed off the disk, where nobody else refers to the same content. What came in again within the last hour, or is
// just coming in, is looked at again the next time.
func (s *Service) Remove(ctx context.Context) error {
	var sums []string
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		sums, err = store.Collect(ctx, tx, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) }, `SELECT sha256 FROM evidence_removals ORDER BY at, sha256 LIMIT 1000`)
		return err
	}); err != nil || len(sums) == 0 {
		return err
	}
	for _, sum := range sums {
		waits, err := s.removeOne(ctx, sum)
		if err != nil {
			return err
		}
		if waits {
			continue
		}
		if err := s.removePreviews(ctx, sum); err != nil {
			return err
		}
		if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM evidence_removals WHERE sha256 = $1`, sum)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// removePreviews takes the small versions of a content away that nobody has any more.
func (s *Service) removePreviews(ctx context.Context, sum string) error {
	var files []string
	if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		files, err = s.forgetPreviews(ctx, tx, sum, ` AND NOT EXISTS (SELECT 1 FROM evidence_media m WHERE m.sha256 = $1 AND NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id))`)
		return err
	}); err != nil {
		return fmt.Errorf("small versions: %w", err)
	}
	for _, file := range files {
		if file != "" {
			s.drop(ctx, file)
		}
	}
	return nil
}

func (s *Service) removeOne(ctx context.Context, sum string) (waits bool, err error) {
	if info, err := os.Stat(s.files.path(sum)); err == nil && time.Since(info.ModTime()) < sweepSafer {
		return true, nil
	}
	var used bool
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if used, err = s.refersTo(ctx, tx, sum); err == nil && !used {
			waits, err = comesIn(ctx, tx, sum)
		}
		return err
	}); err != nil || used || waits {
		return waits, err
	}
	err = s.files.Remove(ctx, sum)
	if fault.KindOf(err) == fault.Unavailable { // a store is away: the rest goes when it is back
		return true, nil
	}
	return false, err
}

// refersTo tells whether anything live has a content: catalogued, waiting for its report, a small version of another, an export.
func (s *Service) refersTo(ctx context.Context, tx *store.Tx, sum string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM evidence_media m WHERE m.sha256 = $1 AND NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id))
		+ (SELECT count(*) FROM evidence_staged WHERE sha256 = $1) + (SELECT count(*) FROM evidence_previews WHERE file = $1) + (SELECT count(*) FROM evidence_previews_before WHERE file = $1)
		+ (SELECT count(*) FROM evidence_exports WHERE file = $1)`, sum).Scan(&n)
	return n > 0, err
}

// comesIn tells whether an upload has a content that is whole and not yet catalogued.
func comesIn(ctx context.Context, tx *store.Tx, sum string) (bool, error) {
	states, err := store.Collect(ctx, tx, func(r *sql.Rows) (state []byte, err error) { return state, r.Scan(&state) },
		`SELECT digests FROM evidence_uploads WHERE size = received AND media = '' AND refused = '' AND NOT part AND digests IS NOT NULL`)
	if err != nil {
		return false, err
	}
	for _, state := range states {
		d, err := resume(state)
		if err != nil {
			return true, err
		}
		if sha, _ := d.Sums(); sha == sum {
			return true, nil
		}
	}
	return false, nil
}

// goneOf reads which of some files are no more.
func goneOf(ctx context.Context, tx *store.Tx, ids ...string) (map[string]Gone, error) {
	out := map[string]Gone{}
	for some := range slices.Chunk(ids, atOnceKept) {
		w := &store.Where{}
		w.In("media", some)
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, approvers string
			var g Gone
			var due store.Date
			var at store.Time
			err = r.Scan(&id, &g.List, &due, &g.Rule, &g.DrawnBy, &approvers, &at)
			g.Due, g.At, g.Approvers = due.String(), at.Time, strings.Split(approvers, "、")
			out[id] = g
			return
		}, `SELECT media, list, due_on, rule, drawn_by, approvers, at FROM evidence_gone WHERE `+w.SQL(), w.Args()...)
		if err != nil {
			return nil, fmt.Errorf("what is no more: %w", err)
		}
	}
	return out, nil
}

// mustLive fails with evidence.destroyed for a file that is no more.
func mustLive(ctx context.Context, tx *store.Tx, id string) error {
	gone, err := goneOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if g, no := gone[id]; no {
		return fault.New(fault.Gone, "evidence.destroyed", "on", law.On(g.At).String())
	}
	return nil
}
