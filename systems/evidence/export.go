package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/court"
)

func init() { ledger.Seal("evidence_exports", "id") }

// Kinds of entries about exports. That one was made (court.EntryExported) stands in the log with the digest of its list, and in the life of each file.
const (
	EntryExportAsked = "evidence.export_asked"
	entryExportKept  = "evidence.export_kept"
	entryExportTaken = "evidence.export_taken"
)

// Purposes of an export.
var Purposes = []string{"court", "review", "lawyer", "other"}

// exportFor is how long an export can be taken; its row and its entry stay.
const exportFor = 30 * 24 * time.Hour

// maxExports is how many exports of one person may be under way.
const maxExports = 5

// Paper is a document that was issued in a matter, with its proof in it.
type Paper struct {
	Name string
	PDF  []byte
}

// Exporting is what exports, and searching, need of others.
type Exporting struct {
	Log *ledger.Log
	// Matter says what a matter is called, for who may see it.
	Matter func(ctx context.Context, tx *store.Tx, actor org.Actor, subject Subject) (string, error)
	// Number is the number of a matter, which names nobody; empty: there is none.
	Number func(ctx context.Context, tx *store.Tx, subject Subject) (string, error)
	// Numbered finds a matter by its number.
	Numbered func(ctx context.Context, tx *store.Tx, number string) (Subject, bool, error)
	// Paper gives a document of a matter. It fails as the system that owns it does.
	Paper func(ctx context.Context, actor org.Actor, subject Subject, id string) (Paper, error)
	// Checker is the page that checks an export in a browser, without a server.
	Checker []byte
}

// Exports has exports made.
func (s *Service) Exports(e Exporting) { s.exporting = e }

// ExportInput is what is to be given to whom.
type ExportInput struct {
	Subject   string   `json:"subject,omitempty" maxLength:"80" doc:"case:ID or complaint:ID"`
	Media     []string `json:"media" maxItems:"500"`
	Documents []string `json:"documents,omitempty" maxItems:"200" doc:"ids of documents of the case"`
	Purpose   string   `json:"purpose" enum:"court,review,lawyer,other"`
	Recipient string   `json:"recipient" maxLength:"100" doc:"静安区人民法院"`
	Reason    string   `json:"reason,omitempty" maxLength:"500"`
}

// Export is what was given to whom.
type Export struct {
	ID        string    `json:"id"`
	Subject   string    `json:"subject,omitempty"`
	Media     []string  `json:"media"`
	Documents []string  `json:"documents"`
	Purpose   string    `json:"purpose"`
	Recipient string    `json:"recipient"`
	Reason    string    `json:"reason,omitempty"`
	At        time.Time `json:"at"`
	ByName    string    `json:"byName"`
	State     string    `json:"state" enum:"waiting,made,failed"`
	Manifest  string    `json:"manifest,omitempty" doc:"SHA-256 of its list, which stands in the log"`
	SHA256    string    `json:"sha256,omitempty" doc:"of the zip"`
	Size      int64     `json:"size,omitempty" doc:"bytes of the zip"`
	Until     time.Time `json:"until" doc:"can be taken until then"`
	Why       string    `json:"why,omitempty" doc:"it failed"`

	unit, byPerson string
	subject        Subject
}

// Export asks for an export of files and documents. Who asks must have the right to each file. It is made in the background. Returns
// evidence.not_found, refused.unit, form, evidence.export_empty, and what a matter's owner says.
func (s *Service) Export(ctx context.Context, actor org.Actor, in ExportInput) (*Export, error) {
	x := &Export{Purpose: in.Purpose, Recipient: strings.TrimSpace(api.Clean(in.Recipient)), Reason: strings.TrimSpace(api.Clean(in.Reason)), Media: distinct(in.Media), Documents: distinct(in.Documents), Subject: in.Subject}
	wrong := fault.New(fault.Invalid, "form")
	if x.Recipient == "" {
		wrong.With("recipient", "form.required")
	}
	if !slices.Contains(Purposes, x.Purpose) {
		wrong.With("purpose", "form.required")
	}
	if utf8.RuneCountInString(x.Reason) > maxNote {
		wrong.With("reason", "form.too_long", "max", maxNote)
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	if len(x.Media)+len(x.Documents) == 0 {
		return nil, fault.New(fault.Invalid, "evidence.export_empty")
	}
	if in.Subject != "" {
		var err error
		if x.subject, err = (SubjectQuery{Subject: in.Subject}).parse(); err != nil {
			return nil, err
		}
	} else if len(x.Documents) > 0 {
		return nil, fault.New(fault.Invalid, "evidence.subject")
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Export, error) {
		if err := s.mayExport(ctx, tx, actor, x); err != nil {
			return nil, err
		}
		var waiting int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM evidence_exports WHERE by_person = $1 AND state = $2`, actor.Person, MakingWaits).Scan(&waiting); err != nil {
			return nil, err
		}
		if waiting >= maxExports {
			return nil, fault.New(fault.Refused, "evidence.too_many_exports", "n", maxExports)
		}
		now := s.now()
		x.ID, x.At, x.ByName, x.byPerson, x.State, x.Until = store.NewID(), now, actor.Name, actor.Person, MakingWaits, now.Add(exportFor)
		media, err := json.Marshal(x.Media)
		if err != nil {
			return nil, err
		}
		documents, err := json.Marshal(x.Documents)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_exports (id, subject_type, subject_id, unit, purpose, recipient, reason, media, documents, at, by_person, by_name, state, manifest, file, size, why)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,'','',0,'')`,
			x.ID, x.subject.Type, x.subject.ID, x.unit, x.Purpose, x.Recipient, x.Reason, string(media), string(documents), store.At(now), actor.Person, actor.Name, x.State); err != nil {
			return nil, fmt.Errorf("ask for an export: %w", err)
		}
		_, err = ledger.Append(ctx, tx, x.entry(EntryExportAsked, actor.Person, now, map[string]any{"export": x.ID, "purpose": x.Purpose, "recipient": x.Recipient, "reason": x.Reason, "media": x.Media, "documents": x.Documents}))
		return x, err
	})
}

// entry is one about the export itself, with its row.
func (x *Export) entry(kind, person string, at time.Time, body map[string]any) ledger.Entry {
	subject := ledger.Ref{Type: "export", ID: x.ID}
	if x.subject.ID != "" {
		subject = ledger.Ref{Type: x.subject.Type, ID: x.subject.ID}
	}
	return ledger.Entry{Kind: kind, Subject: subject, Actor: person, Unit: x.unit, At: at, Body: body, Rows: []ledger.Row{{Table: "evidence_exports", Key: x.ID}}}
}

func distinct(ids []string) []string {
	out := []string{}
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// mayExport fails unless an actor may give each file of an export away; its unit is found on the way.
func (s *Service) mayExport(ctx context.Context, tx *store.Tx, actor org.Actor, x *Export) error {
	if x.subject.ID != "" {
		unit, err := s.access(ctx, tx, actor, x.subject, false)
		if err != nil {
			return err
		}
		if err := actor.Must("evidence.export", unit); err != nil {
			return err
		}
		x.unit = unit
	}
	for _, id := range x.Media {
		_, unit, err := s.mayWork(ctx, tx, actor, id, "evidence.export")
		if err != nil {
			return err
		}
		if x.unit == "" {
			x.unit = unit
		}
	}
	return nil
}

const exportColumns = `id, subject_type, subject_id, unit, purpose, recipient, reason, media, documents, at, by_person, by_name, state, manifest, file, size, why`

func exportsWhere(ctx context.Context, tx *store.Tx, where string, args ...any) ([]Export, error) {
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (x Export, err error) {
		var media, documents string
		var at store.Time
		if err = r.Scan(&x.ID, &x.subject.Type, &x.subject.ID, &x.unit, &x.Purpose, &x.Recipient, &x.Reason, &media, &documents, &at, &x.byPerson, &x.ByName, &x.State, &x.Manifest, &x.SHA256, &x.Size, &x.Why); err != nil {
			return x, err
		}
		x.At, x.Until = at.Time, at.Time.Add(exportFor)
		if x.subject.ID != "" {
			x.Subject = x.subject.Type + ":" + x.subject.ID
		}
		if err := json.Unmarshal([]byte(media), &x.Media); err != nil {
			return x, err
		}
		return x, json.Unmarshal([]byte(documents), &x.Documents)
	}, `SELECT `+exportColumns+` FROM evidence_exports WHERE `+where+` ORDER BY at DESC, id DESC LIMIT 100`, args...)
	if out == nil {
		out = []Export{}
	}
	return out, err
}

// ExportsOf lists the exports of a matter, or one's own, the newest first.
func (s *Service) ExportsOf(ctx context.Context, actor org.Actor, subject string) (out []Export, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if subject == "" {
			out, err = exportsWhere(ctx, tx, `by_person = $1`, actor.Person)
			return err
		}
		of, err := SubjectQuery{Subject: subject}.parse()
		if err != nil {
			return err
		}
		unit, err := s.access(ctx, tx, actor, of, false)
		if err != nil {
			return err
		}
		if err := actor.Must("evidence.export", unit); err != nil {
			return err
		}
		out, err = exportsWhere(ctx, tx, `subject_type = $1 AND subject_id = $2`, of.Type, of.ID)
		return err
	})
	return out, err
}

// export reads one that the actor asked for, or that is of a unit in which he has the right. Returns evidence.export_not_found.
func (s *Service) export(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*Export, error) {
	all, err := exportsWhere(ctx, tx, `id = $1`, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || all[0].byPerson != actor.Person && !actor.Can("evidence.export", all[0].unit) {
		return nil, fault.New(fault.NotFound, "evidence.export_not_found")
	}
	return &all[0], nil
}

// documentOf is a manifest's line for a document.
func documentOf(n int, p Paper) court.File {
	return court.File{Path: court.PathIn("documents", n, cleanName(p.Name), ".pdf"), Role: court.Document, Name: p.Name, Type: "application/pdf"}
}

// SweepExports removes the zips that were kept for their time; what they held, for whom and why stays. It may be called at any time, by several servers.
func (s *Service) SweepExports(ctx context.Context) error {
	var over []Export
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		over, err = exportsWhere(ctx, tx, `file <> '' AND at < $1`, store.At(s.now().Add(-exportFor)))
		return err
	}); err != nil {
		return err
	}
	for _, x := range over {
		if err := s.settleExport(ctx, &x, func(ctx context.Context, tx *store.Tx) (map[string]any, error) {
			_, err := tx.Exec(ctx, `UPDATE evidence_exports SET file = '' WHERE id = $1`, x.ID)
			return map[string]any{"export": x.ID, "over": true}, err
		}); err != nil {
			return err
		}
		s.drop(ctx, x.SHA256)
	}
	return nil
}

// taken enters that somebody takes an export away, in its own life and in that of each of its files. A download that goes on within ten minutes is
// the same one.
func (s *Service) taken(ctx context.Context, tx *store.Tx, x *Export, actor org.Actor, goesOn bool) error {
	e := x.entry(entryExportTaken, actor.Person, s.now(), map[string]any{"export": x.ID, "recipient": x.Recipient})
	e.Rows = nil
	if goesOn {
		entries, err := ledger.Subject(ctx, tx, e.Subject)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(entries, func(one ledger.Record) bool {
			return one.Kind == entryExportTaken && one.Actor == actor.Person && strings.Contains(string(one.Body), `"`+x.ID+`"`) && e.At.Sub(one.At) < seenAgain
		}) {
			return nil
		}
	}
	if _, err := ledger.Append(ctx, tx, e); err != nil {
		return err
	}
	for _, id := range x.Media {
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryExportTaken, Subject: mediaSubject(id), Actor: actor.Person, Unit: x.unit, At: e.At,
			Body: map[string]any{"export": x.ID, "reason": x.Recipient}}); err != nil {
			return err
		}
	}
	return nil
}
