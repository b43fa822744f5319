package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/film"
)

// Make makes a file that was asked for, and catalogues it: what it is made of and how, the ties of its original, one transaction. It may be called
// again after any break. What can never be made is written down as failed; other errors are the machine's, and it is tried again.
func (s *Service) Make(ctx context.Context, making string) error {
	return s.inTurn(ctx, "making "+making, func() error { return s.makeAsked(ctx, making) })
}

func (s *Service) makeAsked(ctx context.Context, making string) error {
	var k Making
	var m *Media
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := makings(ctx, tx, `id = $1`, making)
		if err != nil || len(list) == 0 || list[0].State != MakingWaits {
			return err
		}
		if k, err = asAsked(ctx, tx, list[0]); err != nil {
			return err
		}
		m, err = one(ctx, tx, `id = $1`, k.Parent)
		return err
	})
	if fault.Is(err, "evidence.not_asked") {
		return s.failed(ctx, making, "evidence.not_asked", "")
	}
	if err != nil || m == nil {
		return err
	}
	made, tool, err := s.makeFile(ctx, m, &k)
	var why *film.Failed
	var refused *fault.Error
	switch {
	case k.How == Repaired && (errors.As(err, &why) || errors.Is(err, film.ErrNothing)):
		return s.failed(ctx, k.ID, "evidence.not_repairable", "")
	case errors.As(err, &why):
		return s.failed(ctx, k.ID, "evidence.not_made", why.Says)
	case errors.Is(err, context.DeadlineExceeded): // again it would take as long again
		return s.failed(context.WithoutCancel(ctx), k.ID, "evidence.takes_long", "")
	case errors.Is(err, film.ErrSilent):
		return s.failed(ctx, k.ID, "evidence.no_sound", "")
	case errors.Is(err, film.ErrNothing):
		return s.failed(ctx, k.ID, "evidence.stretch", "")
	case errors.Is(err, film.ErrRedaction):
		return s.failed(ctx, k.ID, "evidence.regions", "")
	case errors.As(err, &refused) && refused.Kind != fault.Unavailable && refused.Kind != fault.Internal:
		return s.failed(ctx, k.ID, refused.Code, "")
	case err != nil:
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return s.catalogueDerived(ctx, tx, m, made, k, tool) })
}

// asAsked is what the log says that was asked for: the row says only how far it is, and nothing that is made rests on it. Returns evidence.not_asked where nobody
// asked for that.
func asAsked(ctx context.Context, tx *store.Tx, k Making) (Making, error) {
	entries, err := ledger.Subject(ctx, tx, mediaSubject(k.Parent))
	if err != nil {
		return k, err
	}
	for _, e := range entries {
		var asked struct {
			Making, How, Reason string
			Params              Params
		}
		if e.Kind != EntryAsked || json.Unmarshal(e.Body, &asked) != nil || asked.Making != k.ID {
			continue
		}
		k.How, k.Params, k.Reason, k.byPerson = asked.How, asked.Params, asked.Reason, e.Actor
		names, err := org.PeopleNames(ctx, tx, e.Actor)
		if names[e.Actor] != "" {
			k.ByName = names[e.Actor]
		}
		return k, err
	}
	return k, fault.New(fault.Invalid, "evidence.not_asked")
}

func (s *Service) failed(ctx context.Context, id, code, detail string) error {
	if detail != "" {
		code += ": " + detail
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE evidence_makings SET state = $2, why = $3 WHERE id = $1 AND state = $4`, id, MakingFailed, code, MakingWaits)
		return err
	})
}

// makeFile makes the file and puts it in its place. What was really made is written into k: a part begins where a whole picture lies.
func (s *Service) makeFile(ctx context.Context, m *Media, k *Making) (made *Media, tool string, err error) {
	made = &Media{Subject: m.Subject, Note: k.Reason}
	if strings.HasPrefix(m.Type, "image/") {
		file, err := s.files.Open(m.SHA256)
		if err != nil {
			return nil, "", err
		}
		defer file.Close()
		content, err := redactPhoto(m.Type, file, k.Params.Regions)
		if err != nil {
			return nil, "", err
		}
		return made, "jiexu", s.putMade(ctx, made, content, m.Name, "-打码.png")
	}
	if s.films == nil {
		return nil, "", fault.New(fault.Unavailable, "evidence.no_ffmpeg")
	}
	in, release, err := s.files.Local(m.SHA256)
	if err != nil {
		return nil, "", err
	}
	defer release()
	dir, err := os.MkdirTemp("", "jiexu-making-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "out")
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	ending := "-打码.mp4"
	switch k.How {
	case Still:
		var shown time.Duration
		shown, err = s.films.Still(ctx, in, out, ms(k.Params.FromMS))
		k.Params.FromMS = shown.Milliseconds()
		ending = fmt.Sprintf("-%s.png", clockName(k.Params.FromMS))
	case Part:
		var began time.Duration
		began, err = s.films.Part(ctx, in, out, ms(k.Params.FromMS), ms(k.Params.ToMS))
		k.Params.FromMS = began.Milliseconds() // of the key frame before: so the name says what is in it
		ending = fmt.Sprintf("-%s-%s.mp4", clockName(k.Params.FromMS), clockName(k.Params.ToMS))
	case Repaired:
		ending = "-修复" + Extension(m.Type)
		var long time.Duration
		long, err = s.films.Repair(ctx, in, out, m.Type)
		k.Params = Params{ToMS: long.Milliseconds()}
	default:
		err = s.films.Redact(ctx, in, out, k.Params.redaction())
	}
	if err != nil {
		return nil, "", err
	}
	file, err := os.Open(out)
	if errors.Is(err, os.ErrNotExist) { // ffmpeg is content with a moment after the end, and writes nothing
		return nil, "", film.ErrNothing
	}
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	if err := s.putMade(ctx, made, file, m.Name, ending); err != nil {
		return nil, "", err
	}
	if err := mended(made, k); err != nil {
		s.drop(ctx, made.SHA256)
		return nil, "", err
	}
	return made, "ffmpeg " + s.films.Version, nil
}

// clockName is a moment of a recording as a name may have it: 12m03s.
func clockName(ms int64) string {
	sec := ms / 1000
	if sec >= 3600 {
		return fmt.Sprintf("%dh%02dm%02ds", sec/3600, sec/60%60, sec%60)
	}
	return fmt.Sprintf("%dm%02ds", sec/60, sec%60)
}

func (s *Service) putMade(ctx context.Context, made *Media, content io.Reader, name, ending string) (err error) {
	made.Name = cleanName(strings.TrimSuffix(name, filepath.Ext(name)) + ending)
	if made.SHA256, made.SM3, made.Size, err = s.files.Put(content, MaxUpload); err != nil {
		return err
	}
	return s.look(ctx, made)
}

// mended fails with film.ErrNothing where what was repaired is still not whole, or is no more than nothing.
func mended(made *Media, k *Making) error {
	if k.How == Repaired && (made.Broken != nil || k.Params.ToMS <= 0) {
		return film.ErrNothing
	}
	return nil
}

// catalogueDerived writes a file that was made.
func (s *Service) catalogueDerived(ctx context.Context, tx *store.Tx, parent, made *Media, k Making, tool string) error {
	if n, err := tx.Exec(ctx, `UPDATE evidence_makings SET state = $2 WHERE id = $1 AND state = $3`, k.ID, MakingDone, MakingWaits); err != nil || n == 0 {
		return err // somebody else was quicker
	}
	actor := org.Actor{Person: k.byPerson, Name: k.ByName}
	unit, err := unitOf(ctx, tx, parent.ID)
	if err != nil {
		return err
	}
	made.ID, made.At, made.ByPerson, made.ByName = store.NewID(), store.At(s.now()), actor.Person, actor.Name
	if err := s.files.await(ctx, tx, made.SHA256); err != nil {
		return err
	}
	inserted, err := insertMedia(ctx, tx, made, unit)
	if err != nil {
		return err
	}
	if !inserted { // the same was made before
		before, err := one(ctx, tx, `subject_type = $1 AND subject_id = $2 AND sha256 = $3`, made.Subject.Type, made.Subject.ID, made.SHA256)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE evidence_makings SET media = $2 WHERE id = $1`, k.ID, before.ID)
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE evidence_makings SET media = $2 WHERE id = $1`, k.ID, made.ID); err != nil {
		return err
	}
	params, err := k.Params.text()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO evidence_derived (media, parent, how, params, tool, reason, at, by_person, by_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		made.ID, parent.ID, k.How, params, tool, k.Reason, made.At, actor.Person, actor.Name); err != nil {
		return fmt.Errorf("catalogue a derived file: %w", err)
	}
	rows := []ledger.Row{{Table: "evidence_media", Key: made.ID}, {Table: "evidence_derived", Key: made.ID}}
	if parent.Subject.Type == UnitSubject {
		if err := s.recordDerived(ctx, tx, parent, made, k); err != nil {
			return err
		}
		rows = append(rows, ledger.Row{Table: "evidence_recordings", Key: made.ID})
	}
	body := map[string]any{"media": made.ID, "parent": parent.ID, "parent_sha256": parent.SHA256, "sha256": made.SHA256, "sm3": made.SM3, "size": made.Size, "type": made.Type,
		"how": k.How, "params": k.Params, "tool": tool, "reason": k.Reason}
	if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: EntryDerived, Subject: mediaSubject(made.ID), Actor: actor.Person, Unit: unit, At: made.At.Time, Body: body, Rows: rows}); err != nil {
		return err
	}
	if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryDerivedOf, Subject: mediaSubject(parent.ID), Actor: actor.Person, Unit: unit, At: made.At.Time,
		Body: map[string]any{"media": made.ID, "sha256": made.SHA256, "how": k.How, "reason": k.Reason}}); err != nil {
		return err
	}
	ties, err := tiesOf(ctx, tx, parent.ID)
	if err != nil {
		return err
	}
	for _, t := range ties { // what shows a part of it belongs where it belongs
		if t.Ended != nil {
			continue
		}
		if _, err := s.writeTie(ctx, tx, actor, made, Tie{Subject: t.Subject, Step: t.Step, Note: t.Note}, unit); err != nil {
			return err
		}
	}
	return nil
}

// recordDerived makes what was made of a recording one itself, of the same device and person, at the time that it shows.
func (s *Service) recordDerived(ctx context.Context, tx *store.Tx, parent, made *Media, k Making) error {
	all, err := recordingsWhere(ctx, tx, `r.media = $1`, 1, parent.ID)
	if err != nil || len(all) == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "evidence.not_found"))
	}
	r := all[0]
	from := time.Duration(k.Params.FromMS) * time.Millisecond
	long := time.Duration(r.LongMS) * time.Millisecond
	switch k.How {
	case Still:
		r.Kind, long = Picture, 0
	case Part:
		if r.LongMS > 0 {
			k.Params.ToMS = min(k.Params.ToMS, r.LongMS)
		}
		long = time.Duration(k.Params.ToMS)*time.Millisecond - from
	case Repaired:
		from, long = 0, time.Duration(k.Params.ToMS)*time.Millisecond
	default:
		from = 0
	}
	r.Media = *made
	r.LongMS = long.Milliseconds()
	if r.Began != nil {
		began := r.Began.Add(from)
		ended := began.Add(long)
		r.Began, r.Ended = &began, &ended
		if r.Told != nil { // a person may have said when it was, and no clock
			told := r.Told.Add(from)
			r.Told = &told
		}
	}
	return insertRecording(ctx, tx, &r)
}
