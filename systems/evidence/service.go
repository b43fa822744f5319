package evidence

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Upload is one file that a person adds to a subject.
type Upload struct {
	Subject Subject
	Name    string
	Note    string
	Origin  string // as it came: JSON of an Origin, or empty
	Content io.Reader
}

// Add takes a file in, catalogues it and enters it in the ledger. The same content added twice to
// one subject is one file: the first one's row is returned. Returns evidence.too_large,
// evidence.type, evidence.broken and the like for what cannot be taken in; nothing is kept then.
func (s *Service) Add(ctx context.Context, actor org.Actor, up Upload) (*Media, error) {
	if up.Note = strings.TrimSpace(api.Clean(up.Note)); utf8.RuneCountInString(up.Note) > maxNote {
		return nil, fault.New(fault.Invalid, "evidence.note_long", "n", maxNote)
	}
	// Asked before the bytes are read, so that nobody without the right can fill the disk.
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := s.access(ctx, tx, actor, up.Subject, true)
		return err
	}); err != nil {
		return nil, err
	}
	origin, err := parseOrigin(up.Origin, s.now())
	if err != nil {
		return nil, err
	}
	m := &Media{Subject: up.Subject, Name: cleanName(up.Name), Note: up.Note, Origin: origin}
	if m.SHA256, m.SM3, m.Size, err = s.files.Put(up.Content, MaxFile); err != nil {
		return nil, err
	}
	if err := s.look(ctx, m); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Media, error) {
		return s.catalogue(ctx, tx, actor, m)
	})
}

// look finds type and size in pixels, and throws the file away again when it is not taken in and
// nobody else refers to it.
func (s *Service) look(ctx context.Context, m *Media) error {
	file, err := s.files.Open(m.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	found, err := inspect(file)
	if m.Type, m.Width, m.Height, m.Broken = found.Type, found.Width, found.Height, found.Broken; err == nil {
		err = s.scanned(ctx, m, file)
	}
	if err == nil {
		return nil
	}
	s.drop(ctx, m.SHA256)
	return err
}

func (s *Service) catalogue(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media) (*Media, error) {
	unit, err := s.access(ctx, tx, actor, m.Subject, true)
	if err != nil {
		return nil, err
	}
	if err := s.files.await(ctx, tx, m.SHA256); err != nil {
		return nil, err
	}
	known, err := many(ctx, tx, `subject_type = $1 AND subject_id = $2 AND sha256 = $3`, m.Subject.Type, m.Subject.ID, m.SHA256)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		return &known[0], mustLive(ctx, tx, known[0].ID)
	}
	var count int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM evidence_media WHERE subject_type = $1 AND subject_id = $2`, m.Subject.Type, m.Subject.ID).Scan(&count); err != nil {
		return nil, err
	}
	if count >= MaxPerItem {
		return nil, fault.New(fault.Invalid, "evidence.too_many", "n", MaxPerItem)
	}
	m.ID, m.At, m.ByPerson, m.ByName = store.NewID(), store.At(s.now()), actor.Person, actor.Name
	inserted, err := insertMedia(ctx, tx, m, unit)
	if err != nil {
		return nil, err
	}
	if !inserted {
		return one(ctx, tx, `subject_type = $1 AND subject_id = $2 AND sha256 = $3`, m.Subject.Type, m.Subject.ID, m.SHA256)
	}
	m.LedgerRef, err = ledger.Append(ctx, tx, ledger.Entry{
		Kind: EntryAdded, Subject: ledger.Ref{Type: m.Subject.Type, ID: m.Subject.ID}, Actor: actor.Person, Unit: unit, At: m.At.Time,
		Body: m.enters(map[string]any{"media": m.ID, "sha256": m.SHA256, "sm3": m.SM3, "size": m.Size, "type": m.Type}),
		Rows: []ledger.Row{{Table: "evidence_media", Key: m.ID}},
	})
	return m, err
}

// insertMedia writes a file's row, and reports false where its subject has the same content already.
func insertMedia(ctx context.Context, tx *store.Tx, m *Media, unit string) (inserted bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO evidence_media (id, subject_type, subject_id, unit, name, type, size, sha256, sm3, width, height, note, at, by_person, by_name, origin, broken)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17) ON CONFLICT (subject_type, subject_id, sha256) DO NOTHING`,
		m.ID, m.Subject.Type, m.Subject.ID, unit, m.Name, m.Type, m.Size, m.SHA256, m.SM3, m.Width, m.Height, m.Note, m.At, m.ByPerson, m.ByName, m.Origin.text(), m.Broken.text())
	if err != nil {
		return false, fmt.Errorf("catalogue media: %w", err)
	}
	return n == 1, nil
}

// cleanName keeps the last part of a file's name, without what could hide or break a line.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Join(strings.Fields(api.Clean(name)), " ")
	if r := []rune(name); len(r) > maxName {
		name = string(r[len(r)-maxName:])
	}
	if strings.Trim(name, "./ ") == "" {
		return "file"
	}
	return name
}

// List gives the media of a subject, oldest first. Access fails as the subject's owner says.
func (s *Service) List(ctx context.Context, actor org.Actor, subject Subject) ([]Media, error) {
	var out []Media
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.access(ctx, tx, actor, subject, false); err != nil {
			return err
		}
		var err error
		if out, err = many(ctx, tx, `subject_type = $1 AND subject_id = $2 OR id IN (SELECT media FROM evidence_ties WHERE subject_type = $1 AND subject_id = $2 AND ended_at IS NULL)`, subject.Type, subject.ID); err != nil {
			return err
		}
		ids := make([]string, len(out))
		for i := range out {
			ids[i] = out[i].ID
		}
		gone, err := goneOf(ctx, tx, ids...)
		for i := range out {
			if g, no := gone[out[i].ID]; no {
				out[i].Destroyed = &g.At
			}
		}
		return err
	})
	return out, err
}

// Count tells how many images were added to a subject since a moment; a procedure asks it for "a photo
// was taken".
func Count(ctx context.Context, tx *store.Tx, subject Subject, since time.Time) (images int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM evidence_media WHERE subject_type = $1 AND subject_id = $2 AND width > 0 AND at >= $3`,
		subject.Type, subject.ID, store.At(since)).Scan(&images)
	return images, err
}

// mayOpen fails with evidence.not_found unless an actor may see the matter that a file belongs to; a recording, also its unit's, or one that it is
// tied to.
func (s *Service) mayOpen(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media) error {
	if m.Subject.Type != UnitSubject {
		if _, err := s.access(ctx, tx, actor, m.Subject, false); err != nil {
			return fault.Wrap(err, fault.NotFound, "evidence.not_found")
		}
		return nil
	}
	_, err := s.recording(ctx, tx, actor, m.ID)
	if err == nil || !fault.Is(err, "evidence.not_found") {
		return err
	}
	ties, err := tiesOf(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.Ended == nil {
			if _, err := s.access(ctx, tx, actor, t.Subject, false); err == nil {
				return nil
			}
		}
	}
	return fault.New(fault.NotFound, "evidence.not_found")
}

// Open gives a media file and its content to an actor who may see its subject. Whatever he may not
// see does not exist: evidence.not_found. What is no more is evidence.destroyed.
func (s *Service) Open(ctx context.Context, actor org.Actor, id string) (*Media, Content, error) {
	var m *Media
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		if m, err = one(ctx, tx, `id = $1`, id); err != nil {
			return err
		}
		if err := s.mayOpen(ctx, tx, actor, m); err != nil {
			return err
		}
		return mustLive(ctx, tx, id)
	})
	if err != nil {
		return nil, nil, err
	}
	file, err := s.files.Open(m.SHA256)
	if err == nil && file.Size() != m.Size { // cut or swapped: what is no more as it was is not shown as if it were
		file.Close()
		return nil, nil, fault.New(fault.Gone, "evidence.altered", "name", m.Name)
	}
	return m, file, err
}

func one(ctx context.Context, tx *store.Tx, where string, args ...any) (*Media, error) {
	list, err := many(ctx, tx, where, args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "evidence.not_found")
	}
	return &list[0], nil
}

func many(ctx context.Context, tx *store.Tx, where string, args ...any) ([]Media, error) {
	rows, err := tx.Query(ctx, `SELECT id, subject_type, subject_id, name, type, size, sha256, COALESCE(sm3, ''), width, height, note, at, by_person, by_name, COALESCE(origin, ''), COALESCE(broken, '')
		FROM evidence_media WHERE `+where+` ORDER BY at, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read media: %w", err)
	}
	defer rows.Close()
	out := []Media{}
	for rows.Next() {
		var m Media
		var origin, broken string
		if err := rows.Scan(&m.ID, &m.Subject.Type, &m.Subject.ID, &m.Name, &m.Type, &m.Size, &m.SHA256, &m.SM3, &m.Width, &m.Height, &m.Note, &m.At, &m.ByPerson, &m.ByName, &origin, &broken); err != nil {
			return nil, err
		}
		m.ByProgram = org.ByProgram(m.ByPerson)
		m.Origin, m.Broken = originOf(origin), brokenFrom(broken)
		out = append(out, m)
	}
	return out, rows.Err()
}

// Has fails with evidence.not_found unless the media file belongs to the subject, or is tied to it; with evidence.destroyed where it is no more.
func Has(ctx context.Context, tx *store.Tx, subject Subject, media string) error {
	if err := belongs(ctx, tx, subject, media); err != nil {
		return err
	}
	return mustLive(ctx, tx, media)
}

func belongs(ctx context.Context, tx *store.Tx, subject Subject, media string) error {
	m, err := one(ctx, tx, `id = $1`, media)
	if err != nil || m.Subject == subject {
		return err
	}
	ties, err := tiesOf(ctx, tx, media)
	if err == nil && !slices.ContainsFunc(ties, func(t Tie) bool { return t.Ended == nil && t.Subject == subject }) {
		err = fault.New(fault.NotFound, "evidence.not_found")
	}
	return err
}

// Images lists the images of a subject that are still there, the oldest first, for another system in its own transaction.
func Images(ctx context.Context, tx *store.Tx, subject Subject) ([]Media, error) {
	return many(ctx, tx, `subject_type = $1 AND subject_id = $2 AND width > 0 AND NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = evidence_media.id)`, subject.Type, subject.ID)
}

// alike are endings beside the usual one that say the same type.
var alike = map[string][]string{"image/jpeg": {".jpeg", ".jpe", ".jfif"}, "video/mp4": {".mov", ".m4v", ".m4a", ".3gp"}, "video/webm": {".mkv", ".weba"}, "application/ogg": {".oga", ".ogv", ".opus"}}

// givenName is what a file is called where it is given out: its name, with the ending of its type where it has another. So what opens it is what it is looked at as here: a photograph that is called a
// page, and may be one as well, opens as a photograph.
func (m *Media) givenName() string {
	name := cleanName(m.Name)
	ending := strings.ToLower(path.Ext(name))
	if ending == Extension(m.Type) || slices.Contains(alike[m.Type], ending) {
		return name
	}
	return name + Extension(m.Type)
}

// Extension is the usual ending of a type that is taken in; empty for another.
func Extension(mime string) string { return accepted[mime] }
