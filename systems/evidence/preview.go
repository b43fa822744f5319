package evidence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/film"
)

// Kinds of previews.
const (
	previewThumb = "thumb"
	previewProxy = "proxy"
	previewNone  = "none" // nothing can be made of it
)

// Bounds of previews.
const (
	proxyHigh  = 720      // pixels
	smallFilm  = 64 << 20 // bytes; a smaller one that browsers play serves itself
	thumbMost  = time.Second
	previewsAt = 200 // films that are looked for at once
)

type preview struct {
	file, mime string
	size       int64
}

// previewOf reads a preview; nil: there is none.
func previewOf(ctx context.Context, tx *store.Tx, sum, kind string) (*preview, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (p preview, err error) { return p, r.Scan(&p.file, &p.mime, &p.size) },
		`SELECT file, type, size FROM evidence_previews WHERE sha256 = $1 AND kind = $2`, sum, kind)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// WithoutPreview lists the films, by digest, of which nobody has made small versions yet: at most as many as are made in one go. Without ffmpeg it
// lists none.
func (s *Service) WithoutPreview(ctx context.Context) (sums []string, err error) {
	if s.films == nil {
		return nil, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		sums, err = store.Collect(ctx, tx, func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) },
			`SELECT DISTINCT m.sha256 FROM evidence_media m WHERE m.type IN ('video/mp4', 'video/avi', 'video/webm') AND NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id) AND NOT EXISTS (SELECT 1 FROM evidence_previews p WHERE p.sha256 = m.sha256) ORDER BY m.sha256 LIMIT `+fmt.Sprint(previewsAt))
		return err
	})
	return sums, err
}

// Preview makes the small picture of a film, and a version that every browser plays where the film is large or none of theirs. It may be called again
// at any time. A film of which nothing can be made is noted as such.
func (s *Service) Preview(ctx context.Context, sum string) error {
	if s.films == nil {
		return nil
	}
	return s.inTurn(ctx, "preview "+sum, func() error { return s.makePreviews(ctx, sum) })
}

func (s *Service) makePreviews(ctx context.Context, sum string) error {
	var known, broken int
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM evidence_previews WHERE sha256 = $1), (SELECT count(*) FROM evidence_media WHERE sha256 = $1 AND broken IS NOT NULL)`, sum).Scan(&known, &broken)
	}); err != nil || known > 0 {
		return err
	}
	in, release, err := s.files.Local(sum)
	if fault.Is(err, "evidence.missing") || fault.Is(err, "evidence.not_found") {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	made, err := s.previews(ctx, in, broken > 0)
	var why *film.Failed
	if errors.As(err, &why) || errors.Is(err, context.DeadlineExceeded) { // again it would take as long again
		ctx = context.WithoutCancel(ctx)
		made, err = map[string]preview{previewNone: {}}, nil
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range made {
			if p.file != "" {
				if err := s.files.await(ctx, tx, p.file); err != nil {
					return err
				}
			}
		}
		return s.writePreviews(ctx, tx, sum, made)
	})
}

// previews makes what can be made of a film. One that broke off never serves itself, however well some browser would begin it.
func (s *Service) previews(ctx context.Context, in string, broken bool) (map[string]preview, error) {
	says, err := s.films.Look(ctx, in)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(in)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "jiexu-preview-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := map[string]preview{}
	keep := func(kind, mime string) error {
		file, err := os.Open(filepath.Join(dir, kind))
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer file.Close()
		p := preview{mime: mime}
		if p.file, _, p.size, err = s.files.Put(file, MaxUpload); err != nil {
			return err
		}
		out[kind] = p
		return nil
	}
	if says.Video != "" {
		if err := s.films.Thumb(ctx, in, filepath.Join(dir, previewThumb), min(thumbMost, says.Long/2), thumbSide); err != nil {
			return nil, err
		}
		if err := keep(previewThumb, "image/jpeg"); err != nil {
			return nil, err
		}
	}
	if says.Playable && info.Size() <= smallFilm && !broken {
		out[previewProxy] = preview{}
		return out, nil
	}
	if err := s.films.Proxy(ctx, in, filepath.Join(dir, previewProxy), proxyHigh); err != nil {
		return nil, err
	}
	return out, keep(previewProxy, "video/mp4")
}

// openPreview gives a preview of a file to an actor who may open it. Returns evidence.not_found also where there is none.
func (s *Service) openPreview(ctx context.Context, actor org.Actor, id, kind string) (m *Media, p *preview, file io.ReadSeekCloser, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if m, err = one(ctx, tx, `id = $1`, id); err != nil {
			return err
		}
		if err := s.mayOpen(ctx, tx, actor, m); err != nil {
			return err
		}
		if err := mustLive(ctx, tx, id); err != nil {
			return err
		}
		if p, err = previewOf(ctx, tx, m.SHA256, kind); err == nil && (p == nil || p.file == "") {
			err = fault.New(fault.NotFound, "evidence.not_found")
		}
		return err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	file, err = s.files.Open(p.file)
	if fault.Is(err, "evidence.missing") { // a backup has none: they are made again
		err = errors.Join(fault.New(fault.NotFound, "evidence.not_found"), s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := s.forgetPreviews(ctx, tx, m.SHA256, "")
			return err
		}))
	}
	return m, p, file, err
}
