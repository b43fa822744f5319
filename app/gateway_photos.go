package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

// mostPhotos is how many photographs go with an answer, the newest.
const mostPhotos = 9

// attach adds a picture that a platform sent to its complaint.
func (a *App) attach(ctx context.Context, l gateway.Link, complaint, name string, content io.Reader) error {
	_, err := a.Evidence.Add(ctx, l.Actor(), evidence.Upload{Subject: evidence.Subject{Type: intake.Type, ID: complaint}, Name: name, Content: content})
	return err
}

// resultPhotos are the newest photographs that those who were sent took for a complaint. What a citizen gave, and what the desk scanned, is not among
// them; nor are the names that the files came with.
func (a *App) resultPhotos(ctx context.Context, tx *store.Tx, complaint string, by []string) ([]gateway.Photo, error) {
	all, err := evidence.Images(ctx, tx, evidence.Subject{Type: intake.Type, ID: complaint})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m evidence.Media) bool { return !slices.Contains(by, m.ByPerson) })
	all = all[max(0, len(all)-mostPhotos):]
	out := make([]gateway.Photo, 0, len(all))
	for i, m := range all {
		content, err := a.Evidence.Cleaned(m)
		if fault.KindOf(err) == fault.Gone || fault.KindOf(err) == fault.Invalid {
			continue // the answer is worth more than a picture that is lost
		}
		if err != nil {
			return nil, err
		}
		out = append(out, photoOf(m, i+1, content))
	}
	return out, nil
}

// photoOf is a photograph as it goes out: what its file tells beside the picture stays here.
func photoOf(m evidence.Media, n int, content []byte) gateway.Photo {
	sum := sha256.Sum256(content)
	return gateway.Photo{ID: m.ID, Name: fmt.Sprintf("现场照片%d%s", n, evidence.Extension(m.Type)), Type: m.Type, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

// openPhoto opens a photograph for the platform that was told of it.
func (a *App) openPhoto(ctx context.Context, l gateway.Link, id string) (gateway.Photo, io.ReadCloser, error) {
	m, file, err := a.Evidence.Open(ctx, l.Actor(), id)
	if err != nil {
		return gateway.Photo{}, nil, err
	}
	file.Close()
	content, err := a.Evidence.Cleaned(*m)
	if err != nil {
		return gateway.Photo{}, nil, err
	}
	return photoOf(*m, 1, content), io.NopCloser(bytes.NewReader(content)), nil
}
