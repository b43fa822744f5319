package casework

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Bound is a file (卷宗) as it was bound once. Its bytes are kept and never change; their digest stands in the log.
type Bound struct {
	ID      string    `json:"id"`
	Seq     int       `json:"seq" doc:"which binding of the case, from 1 on"`
	Pages   int       `json:"pages" doc:"with cover, index and note"`
	Papers  int       `json:"papers"`
	SHA256  string    `json:"sha256"`
	Size    int64     `json:"size" doc:"bytes, without the proof"`
	BoundAt time.Time `json:"boundAt"`
	BoundBy string    `json:"boundBy"`
	Entry   string    `json:"entry"`
	Current bool      `json:"current" doc:"it holds the valid papers as they are now; else the case has gone on since"`

	holds string
}

// mostBound is how often one case's file may be bound: each binding keeps its bytes.
const mostBound = 50

// holds says what a binding of the file would hold now: the case's state, which cover and note speak of, and every valid
// paper by its digest.
func (f *file) holds() string {
	h := sha256.New()
	fmt.Fprintln(h, f.main(), f.State)
	for _, d := range f.documents {
		if d.VoidAt == nil {
			fmt.Fprintln(h, d.ID, d.SHA256)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func boundOf(ctx context.Context, tx *store.Tx, caseID string) ([]Bound, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (b Bound, err error) {
		var at store.Time
		err = r.Scan(&b.ID, &b.Seq, &b.Pages, &b.Papers, &b.SHA256, &b.Size, &at, &b.BoundBy, &b.Entry, &b.holds)
		b.BoundAt = at.Time
		return
	}, `SELECT id, seq, pages, papers, sha256, length(pdf), bound_at, bound_by_name, entry, holds FROM casework_volumes WHERE case_id = $1 ORDER BY seq`, caseID)
}

// Bind binds the file of a case: what Volume shows is kept as it is, and its digest goes into the log. It may be bound
// again when the case has gone on; the earlier bindings stay. Returns case.not_found, case.not_handler, case.file_empty,
// case.bound_already where the newest binding holds the same, case.bound_often, changed_meanwhile.
func (s *Service) Bind(ctx context.Context, actor org.Actor, id string, rev int64) (*Bound, error) {
	// Setting two hundred pages takes its time; nobody else's transaction waits for it.
	v, holds, name, err := s.volumeToBind(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	pdf, err := s.pressVolume(v)
	if err != nil {
		return nil, err
	}
	pages, err := document.Pages(pdf)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(pdf)
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Bound, error) {
		f, bound, err := s.toBind(ctx, tx, actor, id, rev)
		if err != nil {
			return nil, err
		}
		if f.holds() != holds { // the revision guards it; this says so once more where it counts
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		now := s.now()
		b := &Bound{ID: store.NewID(), Seq: len(bound) + 1, Pages: pages, Papers: len(v.Parts), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(pdf)),
			BoundAt: now, BoundBy: actor.Name, Entry: store.NewID(), Current: true}
		f.UpdatedAt = now
		if err := updateCase(ctx, tx, f.Case, rev); err != nil { // first of all: of two at once, one waits here and then sees the other
			return nil, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO casework_volumes (id, case_id, seq, pages, papers, holds, pdf, sha256, bound_at, bound_by, bound_by_name, entry)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`, b.ID, id, b.Seq, b.Pages, b.Papers, holds, pdf, b.SHA256, store.At(now), actor.Person, actor.Name, b.Entry); err != nil {
			return nil, fmt.Errorf("keep the bound file of %s: %w", f.Number, err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{ID: b.Entry, Kind: "casework.bound", Subject: ref(id), Actor: actor.Person, Unit: f.Unit, At: now,
			Body: map[string]any{"number": f.Number, "pages": b.Pages, "papers": b.Papers,
				"document": ledger.Document{Kind: boundKind, Number: f.Number, Name: name, SHA256: b.SHA256, Size: b.Size}},
			Rows: []ledger.Row{{Table: "casework_cases", Key: id}, {Table: "casework_volumes", Key: b.ID}}})
		return b, err
	})
}

// boundKind is the kind under which a bound file stands in the log.
const boundKind = "file.volume"

// boundName is what a bound file is called.
func boundName(number string) string { return "卷宗 " + number }

// volumeToBind puts the file together. Whether it may be bound now is asked where it counts, so that the repetition of a
// command that was lost on its way gets the first one's answer.
func (s *Service) volumeToBind(ctx context.Context, actor org.Actor, id string) (v document.Volume, holds, name string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := actor.Must(opBind, f.Unit); err != nil {
			return err
		}
		holds, name = f.holds(), boundName(f.Number)
		v, err = s.volume(ctx, tx, actor, f)
		return err
	})
	return v, holds, name, err
}

// toBind loads a case whose file the actor may bind now.
func (s *Service) toBind(ctx context.Context, tx *store.Tx, actor org.Actor, id string, rev int64) (*file, []Bound, error) {
	f, err := s.visible(ctx, tx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.Must(opBind, f.Unit); err != nil {
		return nil, nil, err
	}
	if err := (&act{file: f, actor: actor}).isTheirs(); err != nil {
		return nil, nil, err
	}
	if f.Rev != rev {
		return nil, nil, fault.New(fault.Conflict, "changed_meanwhile")
	}
	bound, err := boundOf(ctx, tx, id)
	switch n := len(bound); {
	case err != nil:
		return nil, nil, err
	case n > 0 && bound[n-1].holds == f.holds():
		return nil, nil, fault.New(fault.Conflict, "case.bound_already", "seq", bound[n-1].Seq)
	case n >= mostBound:
		return nil, nil, fault.New(fault.Conflict, "case.bound_often", "most", mostBound)
	}
	return f, bound, nil
}

// BoundPDF gives a bound file with its proof attached, as PDF does a document. Returns case.not_found,
// case.volume_not_found, case.document_damaged.
func (s *Service) BoundPDF(ctx context.Context, actor org.Actor, caseID, id string) (name string, pdf []byte, err error) {
	var sum, entry, number string
	var seq int
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.readable(ctx, tx, actor, caseID)
		if err != nil {
			return err
		}
		number = c.Number
		err = tx.QueryRow(ctx, `SELECT seq, sha256, entry, pdf FROM casework_volumes WHERE id = $1 AND case_id = $2`, id, caseID).Scan(&seq, &sum, &entry, &pdf)
		return store.Found(err, "case.volume_not_found")
	})
	if err != nil {
		return "", nil, err
	}
	name = boundName(number)
	pdf, err = s.proven(ctx, pdf, entry, ledger.Document{Name: name, SHA256: sum, Size: int64(len(pdf))}, number)
	return fmt.Sprintf("%s（%d）.pdf", name, seq), pdf, err
}

// show adds to a case's page how its file was bound.
func (d *Detail) show(bound []Bound, f *file, actor org.Actor) {
	now := f.holds()
	for i := range bound {
		bound[i].Current = bound[i].holds == now
	}
	d.Bound = orEmpty(bound)
	papers := slices.ContainsFunc(f.documents, func(p Document) bool { return p.VoidAt == nil })
	held := len(bound) > 0 && bound[len(bound)-1].Current
	d.Can.Bind = papers && !held && actor.Can(opBind, f.Unit) && len(f.rolesOf(actor)) > 0
}
