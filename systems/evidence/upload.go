package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Bounds of files that come in pieces.
const (
	MaxUpload     = 8 << 30            // bytes of one file
	maxUnfinished = 100                // uploads of one person that are under way
	maxParts      = 1000               // of which one file is put together
	uploadLife    = 7 * 24 * time.Hour // for which an upload that nobody goes on with is kept
	keepEvery     = 32 << 20           // bytes after which what came is put on the disk for certain; as much is sent again after a power cut
)

// Incoming is a file on its way in. It is its sender's alone, who goes on with it after a break.
type Incoming struct {
	ID       string
	Subject  Subject
	Person   string
	Name     string
	Note     string
	Origin   *Origin
	Size     int64    // bytes; below 0: the sender has not said yet
	Received int64    // bytes that are on the disk for certain
	Part     bool     // of a file that is put together later
	Parts    []string // of which it is put together
	Media    string   // id of the file that it became
	Refused  string   // code of why it was not taken in
	Expires  time.Time

	digests []byte // state after Received bytes
}

// Whole reports whether every byte is there.
func (in *Incoming) Whole() bool { return in.Size >= 0 && in.Received == in.Size }

// Beginning is what is said of a file before its bytes come.
type Beginning struct {
	Subject Subject
	Name    string
	Note    string
	Origin  string // as it came: JSON of an Origin, or empty
	Size    int64  // below 0: said later
	Part    bool
	Parts   []string
}

// Begin announces a file. Returns evidence.empty, evidence.too_large, evidence.note_long, evidence.too_many_uploads, and
// what the subject's owner says.
func (s *Service) Begin(ctx context.Context, actor org.Actor, b Beginning) (*Incoming, error) {
	if b.Note = strings.TrimSpace(api.Clean(b.Note)); utf8.RuneCountInString(b.Note) > maxNote {
		return nil, fault.New(fault.Invalid, "evidence.note_long", "n", maxNote)
	}
	if err := fits(b.Size); err != nil {
		return nil, err
	}
	origin, err := parseOrigin(b.Origin, s.now())
	if err != nil {
		return nil, err
	}
	in := &Incoming{ID: store.NewID(), Subject: b.Subject, Person: actor.Person, Name: cleanName(b.Name), Note: b.Note, Origin: origin, Size: b.Size, Part: b.Part, Parts: b.Parts}
	parts, err := json.Marshal(b.Parts)
	if err != nil {
		return nil, err
	}
	now := s.now()
	in.Expires = now.Add(uploadLife)
	return in, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.access(ctx, tx, actor, b.Subject, true); err != nil {
			return err
		}
		var running int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM evidence_uploads WHERE person = $1 AND media = '' AND refused = '' AND expires_at > $2`, actor.Person, store.At(now)).Scan(&running); err != nil {
			return err
		}
		if running >= maxUnfinished {
			return fault.New(fault.Refused, "evidence.too_many_uploads", "n", maxUnfinished)
		}
		_, err := tx.Exec(ctx, `INSERT INTO evidence_uploads (id, subject_type, subject_id, person, name, note, size, received, part, parts, media, refused, at, expires_at, origin)
			VALUES ($1,$2,$3,$4,$5,$6,$7,0,$8,$9,'','',$10,$11,$12)`,
			in.ID, in.Subject.Type, in.Subject.ID, in.Person, in.Name, in.Note, sized(in.Size), in.Part, string(parts), store.At(now), store.At(in.Expires), in.Origin.text())
		return err
	})
}

func fits(size int64) error {
	switch {
	case size == 0:
		return fault.New(fault.Invalid, "evidence.empty")
	case size > MaxUpload:
		return fault.New(fault.TooLarge, "evidence.too_large", "mb", MaxUpload>>20)
	}
	return nil
}

func sized(size int64) sql.NullInt64 { return sql.NullInt64{Int64: size, Valid: size >= 0} }

// Incoming finds an upload of the actor's own. What is whole and was broken off before it was catalogued is
// catalogued now. Returns evidence.no_upload for another's, and for one that has expired.
func (s *Service) Incoming(ctx context.Context, actor org.Actor, id string) (*Incoming, error) {
	in, err := s.incoming(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	switch {
	case in.Refused != "":
		return nil, fault.New(fault.Gone, in.Refused)
	case in.Media != "":
		return in, nil
	}
	if err := s.there(ctx, in); err != nil {
		return nil, err
	}
	switch {
	case in.Part:
	case len(in.Parts) > 0 && !in.Whole():
		_, err = s.Join(ctx, actor, in)
	case in.Whole():
		_, err = s.Finish(ctx, actor, in)
	}
	return in, err
}

// there makes an upload begin anew whose bytes the folder has lost, as after a restore: a backup holds what is catalogued.
func (s *Service) there(ctx context.Context, in *Incoming) error {
	info, err := os.Stat(s.files.incoming(in.ID))
	if in.Received == 0 || err == nil && info.Size() >= in.Received {
		return nil
	}
	if in.Whole() && !in.Part {
		sum, err := resume(in.digests)
		if err != nil {
			return err
		}
		sha, _ := sum.Sums()
		if there, err := s.files.has(ctx, sha); err != nil || there {
			return err // in place, and not catalogued yet
		}
	}
	in.Received, in.digests = 0, nil
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE evidence_uploads SET received = 0, digests = NULL WHERE id = $1 AND media = '' AND refused = ''`, in.ID)
		return err
	})
}

func (s *Service) incoming(ctx context.Context, actor org.Actor, id string) (*Incoming, error) {
	in := &Incoming{ID: id, Person: actor.Person}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var size sql.NullInt64
		var parts, origin string
		var expires store.Time
		err := tx.QueryRow(ctx, `SELECT subject_type, subject_id, name, note, size, received, digests, part, parts, media, refused, expires_at, COALESCE(origin, '')
			FROM evidence_uploads WHERE id = $1 AND person = $2 AND expires_at > $3`, id, actor.Person, store.At(s.now())).
			Scan(&in.Subject.Type, &in.Subject.ID, &in.Name, &in.Note, &size, &in.Received, &in.digests, &in.Part, &parts, &in.Media, &in.Refused, &expires, &origin)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "evidence.no_upload")
		}
		if err != nil {
			return err
		}
		in.Size, in.Expires, in.Origin = -1, expires.Time, originOf(origin)
		if size.Valid {
			in.Size = size.Int64
		}
		return json.Unmarshal([]byte(parts), &in.Parts)
	})
	return in, err
}

// Check says whether the bytes of one piece are those that were sent.
type Check interface {
	io.Writer
	Right() bool
}

// errWrong says that a piece is not what was sent; nothing of it is kept.
var errWrong = errors.New("the piece differs from its checksum")

// Receive takes in the next bytes, until src ends. A piece with a check is kept whole or not at all; otherwise what came is
// kept as it comes. It returns how many bytes there are more, also with an error. One at a time may receive, see uploadLocks.
// Every keepEvery bytes what came is put on the disk for certain, while more comes: at most twice as much is not certain.
func (s *Service) Receive(ctx context.Context, in *Incoming, src io.Reader, check Check) (n int64, err error) {
	if in.Media != "" {
		return 0, fault.New(fault.Conflict, "evidence.upload_done")
	}
	sum, err := resume(in.digests)
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(s.files.incoming(in.ID), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, onDisk(err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() < in.Received {
		return 0, fault.Wrap(err, fault.Conflict, "evidence.upload_elsewhere") // gone since it was looked for
	}
	// What came after the last point that is certain, and was cut off, comes again.
	if err := file.Truncate(in.Received); err != nil {
		return 0, onDisk(err)
	}
	if _, err := file.Seek(in.Received, io.SeekStart); err != nil {
		return 0, err
	}
	begin, at := in.Received, in.Received
	room := int64(MaxUpload)
	if in.Size >= 0 {
		room = in.Size
	}
	// A piece with a check is kept whole or not at all, so nothing of it on the way.
	var onTheWay func(at int64, state []byte) error
	if check == nil {
		onTheWay = func(at int64, state []byte) error { return s.keep(ctx, in, file, at, state) }
	}
	l := newLine(file, at, sum, keepEvery, onTheWay)
	l.take(src, func(p []byte) error { // however it ends, what came is kept
		at += int64(len(p))
		if check != nil {
			check.Write(p)
		}
		return tooLarge(at, room)
	})
	if err := l.end(); err != nil {
		return in.Received - begin, err
	}
	if err := tooLarge(at, room); err != nil {
		return in.Received - begin, err
	}
	if check != nil && !check.Right() {
		return 0, errWrong
	}
	if at > in.Received {
		state, err := sum.Keep()
		if err != nil {
			return in.Received - begin, err
		}
		if err := s.keep(ctx, in, file, at, state); err != nil {
			return in.Received - begin, err
		}
	}
	return in.Received - begin, nil
}

// keep puts what came on the disk, and then writes down that it is there: never the other way round.
func (s *Service) keep(ctx context.Context, in *Incoming, file *os.File, at int64, state []byte) error {
	if err := file.Sync(); err != nil {
		return onDisk(err)
	}
	expires := s.now().Add(uploadLife)
	// The sender may have left: what he sent is kept all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE evidence_uploads SET received = $1, digests = $2, expires_at = $3 WHERE id = $4 AND received = $5 AND media = '' AND refused = ''`,
			at, state, store.At(expires), in.ID, in.Received)
		if err == nil && n == 0 {
			return fault.New(fault.Conflict, "evidence.upload_elsewhere")
		}
		return err
	})
	if err == nil {
		in.Received, in.digests, in.Expires = at, state, expires
	}
	return err
}

// onDisk says what the disk refused.
func onDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fault.Wrap(err, fault.Unavailable, "evidence.disk_full")
	}
	return fmt.Errorf("take in a file: %w", err)
}

// Declare says how long an upload is that began without saying so.
func (s *Service) Declare(ctx context.Context, in *Incoming, size int64) error {
	if err := fits(size); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE evidence_uploads SET size = $1 WHERE id = $2 AND size IS NULL AND received <= $1`, size, in.ID)
		if err == nil && n == 0 {
			return fault.New(fault.Conflict, "evidence.upload_elsewhere")
		}
		return err
	})
	if err == nil {
		in.Size = size
	}
	return err
}

// Finish makes a whole upload a media file of its subject: in place under its digest, its type found by its content, its row
// and its ledger entry in one transaction. What may not be taken in is refused for good. It may be called again after
// any break, and gives the same file.
func (s *Service) Finish(ctx context.Context, actor org.Actor, in *Incoming) (*Media, error) {
	if in.Media != "" {
		var m *Media
		err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			m, err = one(ctx, tx, `id = $1`, in.Media)
			return err
		})
		return m, err
	}
	sum, err := resume(in.digests)
	if err != nil {
		return nil, err
	}
	m := &Media{Subject: in.Subject, Name: in.Name, Size: in.Received, Note: in.Note, Origin: in.Origin}
	m.SHA256, m.SM3 = sum.Sums()
	if err := s.files.adopt(in.ID, m.SHA256); err != nil {
		return nil, s.refuse(ctx, in, err)
	}
	if err := s.look(ctx, m); err != nil {
		return nil, s.refuse(ctx, in, err)
	}
	done, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Media, error) {
		done, err := s.catalogue(ctx, tx, actor, m)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `UPDATE evidence_uploads SET media = $1, digests = NULL WHERE id = $2 AND media = ''`, done.ID, in.ID)
		return done, err
	})
	if err == nil {
		in.Media = done.ID
	}
	return done, err
}

// refuse writes down why a file was not taken in, where that is for good, and gives the reason back.
func (s *Service) refuse(ctx context.Context, in *Incoming, why error) error {
	var f *fault.Error
	if !errors.As(why, &f) || f.Kind == fault.Unavailable || f.Kind == fault.Internal {
		return why
	}
	return errors.Join(why, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE evidence_uploads SET refused = $1, digests = NULL WHERE id = $2`, f.Code, in.ID)
		return err
	}))
}

// Join puts a file together of its parts, in their order, and finishes it. Broken off, it goes on where it was.
func (s *Service) Join(ctx context.Context, actor org.Actor, in *Incoming) (*Media, error) {
	if len(in.Parts) > maxParts {
		return nil, fault.New(fault.Invalid, "evidence.too_many_parts", "n", maxParts)
	}
	var readers []io.Reader
	skip := in.Received
	for _, id := range in.Parts {
		part, err := s.incoming(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if !part.Part || !part.Whole() {
			return nil, fault.New(fault.Invalid, "evidence.part_unfinished")
		}
		over := min(skip, part.Size)
		if skip -= over; over == part.Size {
			continue
		}
		file, err := os.Open(s.files.incoming(id))
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "evidence.cut_off")
		}
		defer file.Close()
		readers = append(readers, io.NewSectionReader(file, over, part.Size-over))
	}
	if _, err := s.Receive(ctx, in, io.MultiReader(readers...), nil); err != nil {
		return nil, err
	}
	m, err := s.Finish(ctx, actor, in)
	if err != nil {
		return nil, err
	}
	return m, s.discard(ctx, in.Parts)
}

// Abandon throws an upload away that has not become a file.
func (s *Service) Abandon(ctx context.Context, in *Incoming) error {
	if in.Media != "" {
		return fault.New(fault.Conflict, "evidence.upload_done")
	}
	return s.discard(ctx, []string{in.ID})
}

// discard removes uploads and their bytes: the rows first, so that nothing is promised that is not there.
func (s *Service) discard(ctx context.Context, ids []string) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, `DELETE FROM evidence_uploads WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			if gone := os.Remove(s.files.incoming(id)); gone != nil && !errors.Is(gone, os.ErrNotExist) {
				err = gone
			}
		}
	}
	return err
}

// ForgetUploads throws away what nobody has gone on with for uploadLife, and the rows of what is done. It returns how many.
func (s *Service) ForgetUploads(ctx context.Context) (int, error) {
	var ids []string
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
			err = r.Scan(&id)
			return
		}, `SELECT id FROM evidence_uploads WHERE expires_at < $1 ORDER BY expires_at, id LIMIT 1000`, store.At(s.now()))
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(ids), s.discard(ctx, ids)
}

func init() {
	ledger.Exempt("evidence_uploads", "what is on its way in: it becomes a sealed row of evidence_media, or goes")
}
