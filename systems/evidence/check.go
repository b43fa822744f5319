package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// Codes of what a check of the record finds.
const (
	FoundMissing   = "missing"   // catalogued, and the file is gone
	FoundSize      = "size"      // the file is longer or shorter than it was
	FoundBytes     = "bytes"     // the same length, and other bytes
	FoundOrphan    = "orphan"    // a file that nobody catalogued
	FoundSegment   = "segment"   // a sealed file of which something does not open
	FoundKey       = "key"       // sealed under a key that the key file does not hold
	FoundAway      = "away"      // its store is not reachable, so it was not looked at
	FoundElsewhere = "elsewhere" // it lies in a store that this program was not told of, or that it is not in
	FoundCopy      = "copy"      // one of its copies is gone or damaged, another is whole
	FoundLedger    = "ledger"    // its row says another SHA-256 than the entry of the log
	FoundNoEntry   = "no_entry"  // no entry of the log says that it was taken in
	FoundWaiting   = "waiting"   // is still to be carried; nothing is wrong
	FoundComing    = "coming"    // was broken off on its way into a store; nothing is wrong
	FoundPlain     = "plain"     // it lies plain in the folder, and files are to be sealed; nothing is wrong
	FoundUpload    = "upload"    // bytes of an upload that nobody announced
	FoundLeft      = "left"      // destroyed by an approved list, and its bytes are still here
	FoundUnsaid    = "unsaid"    // destroyed, as the catalogue says, and the log knows nothing of it
	FoundPreview   = "preview"   // a small version is gone or has other bytes; it can be made again
	FoundStray     = "stray"     // a file whose name is none of ours
	FoundLink      = "link"      // a symbolic link, or what else is no file
	FoundBroken    = "broken"    // bytes of an import that was broken off; nothing is wrong
)

// notes are findings that go away by themselves.
var notes = []string{FoundWaiting, FoundComing, FoundPlain, FoundBroken}

// Finding is one thing that is not as it was.
type Finding struct {
	Code   string `json:"code"`
	SHA256 string `json:"sha256,omitempty"`
	Media  string `json:"media,omitempty"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size"` // of the file; as it was catalogued, where it is gone
	Store  string `json:"store,omitempty"`
	Detail string `json:"detail,omitempty"`
	Note   bool   `json:"note,omitempty"` // nothing is wrong: it goes away by itself
	Advice string `json:"advice,omitempty"`
}

// Report is what a check found. What was changed in the catalogue itself the check of the log finds (ledger.Check).
type Report struct {
	Files    int       `json:"files"` // catalogued
	Bytes    int64     `json:"bytes"`
	Findings []Finding `json:"findings"`
	// Destroyed is how many files are rightly gone, by approved lists; Leaving of how many of these the server is still to take the bytes away.
	Destroyed int `json:"destroyed"`
	Leaving   int `json:"leaving"`
}

// Wrong counts the findings that are more than notes.
func (r *Report) Wrong() (n int) {
	for _, f := range r.Findings {
		if !f.Note {
			n++
		}
	}
	return n
}

// catalogued is a file as the catalogue has it.
type catalogued struct {
	id, name, sum string
	size          int64
}

// besides are the tables that name files which are not on record: pictures of reports that are not sent yet, previews, exports.
var besides = map[string]string{"evidence_staged": "sha256", "evidence_previews": "file", "evidence_previews_before": "file", "evidence_exports": "file"}

// check is one check at work.
type check struct {
	*Files
	db      *store.DB
	whole   bool
	report  *Report
	known   map[string]bool        // sums of the catalogue
	waiting map[string]bool        // files beside the catalogue, and those that are to be carried
	copies  map[string][]duplicate // by sum
	old     bool                   // the database knows no copies yet
	ungone  bool                   // the database knows no destruction yet
	away    map[string]bool        // stores that do not answer
}

// Check compares the catalogue with the stores: that each file is there and as long as it was; with whole, that its bytes still have their SHA-256, every copy of it; that nothing lies
// there which nobody catalogued; and with the log, that it says the same SHA-256. It changes nothing. told hears of each file that was looked at.
func (f *Files) Check(ctx context.Context, db *store.DB, whole bool, told func(done int)) (*Report, error) {
	c := &check{Files: f, db: db, whole: whole, report: &Report{Findings: []Finding{}}, known: map[string]bool{}, waiting: map[string]bool{}, copies: map[string][]duplicate{}, away: map[string]bool{}}
	list, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	c.report.Files = len(list)
	var looked []Finding // what was found of the file before, which may be catalogued more than once
	for i, one := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !c.known[one.sum] {
			c.known[one.sum] = true
			if looked, err = c.file(ctx, one); err != nil {
				return nil, err
			}
		}
		for _, found := range looked {
			found.Media, found.Name = one.id, one.name
			c.report.Findings = append(c.report.Findings, found)
		}
		told(i + 1)
	}
	for _, look := range []func(context.Context) error{c.previews, c.gone, c.strangers, c.links, c.uploads, c.ledger} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	for i := range c.report.Findings {
		c.report.Findings[i].Note = slices.Contains(notes, c.report.Findings[i].Code)
	}
	return c.report, nil
}

func (c *check) read(ctx context.Context) (list []catalogued, err error) {
	return list, c.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		// The database of an older version is looked at as well as it can be.
		catalogue := `SELECT id, name, sha256, size FROM evidence_media m`
		if slices.Contains(tables, "evidence_gone") {
			catalogue += ` WHERE NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id)`
		} else {
			c.ungone = true
		}
		if list, err = store.Collect(ctx, tx, func(r *sql.Rows) (one catalogued, err error) {
			return one, r.Scan(&one.id, &one.name, &one.sum, &one.size)
		}, catalogue+` ORDER BY sha256, id`); err != nil {
			return err
		}
		sum := func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) }
		for table, column := range besides {
			if !slices.Contains(tables, table) {
				continue
			}
			sums, err := store.Collect(ctx, tx, sum, `SELECT `+column+` FROM `+table)
			if err != nil {
				return err
			}
			for _, sum := range sums {
				c.waiting[sum] = true
			}
		}
		// A whole upload whose server died before it was catalogued lies in its place already; whoever asks for it next finishes it.
		states, err := store.Collect(ctx, tx, func(r *sql.Rows) (state []byte, err error) { return state, r.Scan(&state) },
			`SELECT digests FROM evidence_uploads WHERE size = received AND media = '' AND refused = '' AND NOT part AND digests IS NOT NULL`)
		if err != nil {
			return err
		}
		for _, state := range states {
			if d, err := resume(state); err == nil {
				sum, _ := d.Sums()
				c.waiting[sum] = true
			}
		}
		if c.old = !slices.Contains(tables, "evidence_blobs"); c.old {
			return nil
		}
		carried, err := store.Collect(ctx, tx, sum, `SELECT sum FROM evidence_waiting ORDER BY sum`)
		if err != nil {
			return err
		}
		for _, sum := range carried {
			c.waiting[sum] = true
			c.report.Findings = append(c.report.Findings, Finding{Code: FoundWaiting, SHA256: sum})
		}
		rows, err := copiesWhere(ctx, tx, `1 = 1 ORDER BY sum, at, id`)
		for _, one := range rows {
			c.copies[one.sum] = append(c.copies[one.sum], one)
		}
		return err
	})
}

// file looks at all copies of one file. A copy that is gone or damaged is worse where it is the only one.
func (c *check) file(ctx context.Context, of catalogued) (out []Finding, err error) {
	found := func(code, store, detail string, size int64) {
		out = append(out, Finding{Code: code, SHA256: of.sum, Size: size, Store: store, Detail: detail})
	}
	good := false
	plain, err := c.folder().Open(ctx, plainName(of.sum))
	switch {
	case err == nil:
		code := ""
		if plain.Size() != of.size {
			code = FoundSize
		} else if c.whole {
			if err := sameSum(ctx, plain, of.sum); ctx.Err() != nil {
				return nil, ctx.Err()
			} else if err != nil { // a disk that does not give them back has changed them
				code = FoundBytes
			}
		}
		c.report.Bytes += plain.Size()
		if good = code == ""; !good {
			found(code, blob.FolderID, "", plain.Size())
		} else if c.Seal && !c.waiting[of.sum] {
			found(FoundPlain, blob.FolderID, "", plain.Size())
		}
		plain.Close()
	case !errors.Is(err, blob.ErrNone):
		return nil, onDisk(err)
	}
	for i := range c.copies[of.sum] {
		one := &c.copies[of.sum][i]
		if one.state == coming {
			found(FoundComing, one.store, "", of.size)
			continue
		}
		code, detail := c.duplicate(ctx, one)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if code == "" {
			c.report.Bytes += of.size
			good = true
		} else {
			found(code, one.store, detail, of.size)
		}
	}
	for i := range out {
		if good && slices.Contains([]string{FoundMissing, FoundSegment, FoundSize, FoundBytes, FoundKey}, out[i].Code) {
			out[i].Code = FoundCopy
		}
	}
	if !good && !slices.ContainsFunc(out, func(f Finding) bool { return f.Code != FoundComing }) {
		found(FoundMissing, "", "", of.size)
	}
	return out, nil
}

// duplicate looks at one copy; an empty code says that it is as it was.
func (c *check) duplicate(ctx context.Context, one *duplicate) (code, detail string) {
	if c.away[one.store] {
		return FoundAway, ""
	}
	o, err := c.openCopy(ctx, one)
	if err == nil {
		defer o.Close()
		if c.whole {
			err = sameSum(ctx, o, one.sum)
		}
	}
	var known *fault.Error
	switch {
	case err == nil:
		return "", ""
	case errors.Is(err, blob.ErrNone):
		return FoundMissing, ""
	case errors.Is(err, blob.ErrNoKey):
		return FoundKey, one.sealedBy
	case errors.Is(err, blob.ErrAway), errors.Is(err, blob.ErrRefused):
		c.away[one.store] = true
		return FoundAway, ""
	case errors.As(err, &known):
		return FoundElsewhere, ""
	case one.sealed():
		return FoundSegment, strings.TrimPrefix(err.Error(), blob.ErrDamaged.Error()+": ")
	}
	return FoundBytes, ""
}

// ledger compares the catalogue with what the entries say that took the files in.
func (c *check) ledger(ctx context.Context) error {
	for after := ""; ; {
		type row struct{ id, name, sum, kind, of string }
		var list []row
		if err := c.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if list, err = store.Collect(ctx, tx, func(r *sql.Rows) (one row, err error) {
				return one, r.Scan(&one.id, &one.name, &one.sum, &one.kind, &one.of)
			},
				`SELECT id, name, sha256, subject_type, subject_id FROM evidence_media WHERE id > $1 ORDER BY id LIMIT 500`, after); err != nil {
				return err
			}
			said := map[ledger.Ref]map[string]string{} // sums that the entries of a subject say, by media
			for _, one := range list {
				sum, known := "", false
				// A recording's life is its own; what belongs to a matter is told in that matter's. Which it was is not asked: either may say it.
				for _, subject := range []ledger.Ref{mediaSubject(one.id), {Type: one.kind, ID: one.of}} {
					if subject.Type == UnitSubject {
						break
					}
					if said[subject] == nil {
						if said[subject], err = takenIn(ctx, tx, subject); err != nil {
							return err
						}
					}
					if sum, known = said[subject][one.id]; known {
						break
					}
				}
				switch f := (Finding{SHA256: one.sum, Media: one.id, Name: one.name}); {
				case !known:
					f.Code = FoundNoEntry
					c.report.Findings = append(c.report.Findings, f)
				case sum != one.sum:
					f.Code, f.Detail = FoundLedger, sum
					c.report.Findings = append(c.report.Findings, f)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if len(list) == 0 {
			return nil
		}
		after = list[len(list)-1].id
	}
}

// takenIn reads from a subject's entries which files were taken in, with their sums.
func takenIn(ctx context.Context, tx *store.Tx, subject ledger.Ref) (map[string]string, error) {
	out := map[string]string{}
	entries, err := ledger.Subject(ctx, tx, subject)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		var body struct{ Media, SHA256 string }
		if !strings.HasPrefix(e.Kind, "evidence.") || json.Unmarshal(e.Body, &body) != nil || body.Media == "" || body.SHA256 == "" {
			continue
		}
		if _, before := out[body.Media]; !before {
			out[body.Media] = body.SHA256
		}
	}
	return out, nil
}
