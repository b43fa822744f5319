package counterpart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
)

// photograph is one that a message of ours told of, and how far the platform is with fetching it.
type photograph struct {
	message, name, path, sum string
	got                      bool
	tries                    int
	wrong                    string // why it is not what it was said to be, through no fault that was played
}

// photosIn are the photographs that a message tells of.
func photosIn(m Message) (out []*photograph) {
	list, _ := m.Rest["photos"].([]any)
	for _, p := range list {
		photo, _ := p.(map[string]any)
		out = append(out, &photograph{message: m.ID, name: text(photo["name"]), path: text(photo["path"]), sum: text(photo["sha256"])})
	}
	return out
}

// photoRounds is how often those that were lost or cut off on the way are fetched anew.
const photoRounds = 20

// FetchPhotos fetches the photographs that our messages told of and that are not there yet. Of the faults it plays that an answer is lost, that it
// is fetched once more although it is there, that it comes late, behind the others, and that it breaks off on the way: the platform
// knows by the digest, and fetches it again. Its error is that of a line that is down; what is missing stays for the next time.
func (s *Side) FetchPhotos(ctx context.Context) error {
	for range photoRounds {
		s.mu.Lock()
		if s.down {
			s.mu.Unlock()
			return nil
		}
		todo := slices.DeleteFunc(slices.Clone(s.photos), func(p *photograph) bool { return p.got || p.wrong != "" })
		s.mu.Unlock()
		if len(todo) == 0 {
			return nil
		}
		for _, p := range todo {
			if err := s.fetchPhoto(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Side) fetchPhoto(ctx context.Context, p *photograph) error {
	s.mu.Lock()
	late, lose, cut, times := s.chance(s.Faults.Reorder), s.chance(s.Faults.Lose), s.chance(s.Faults.Cut), 1
	if s.chance(s.Faults.Repeat) {
		times = 2
	}
	s.mu.Unlock()
	if late {
		return nil
	}
	for range times {
		status, content, err := s.Fetch(ctx, p.path)
		if err != nil {
			return err
		}
		if cut && status == http.StatusOK {
			content = content[:len(content)/2]
		}
		s.mu.Lock()
		p.tries++
		sum := sha256.Sum256(content)
		switch whole := hex.EncodeToString(sum[:]) == p.sum; {
		case lose || cut && !whole:
		case status != http.StatusOK || !whole:
			p.got, p.wrong = false, fmt.Sprintf("photo %s of message %s: %d, %d bytes of another digest", p.name, p.message, status, len(content))
		default:
			p.got = true
		}
		s.mu.Unlock()
	}
	return nil
}

// photosInto says in a report what became of the photographs.
func (s *Side) photosInto(r *Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.photos {
		switch {
		case p.wrong != "":
			r.Lost = append(r.Lost, p.wrong)
		case !p.got:
			r.Lost = append(r.Lost, fmt.Sprintf("photo %s of message %s did not come", p.name, p.message))
		default:
			r.Photos++
		}
		r.PhotosAgain += max(0, p.tries-1)
	}
}
