package evidence

import (
	"context"
	"encoding/binary"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/data"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/docking"
)

// someAVI is as much of an AVI as tells how long it is.
func someAVI(n int) []byte {
	body := append([]byte("AVI LIST"), make([]byte, n)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// A folder that somebody sends files into while it is watched: none is taken in half, whether its sender is slow, is held up or breaks off; each is taken in once, is read once, and what is
// wrong with it is said once. What has broken off is taken in as it is once nothing has come for ten minutes; where the whole comes after all, that is taken in too.
func TestWatchedFolder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		patterns, err := docking.Shipped(data.FS)
		if err != nil {
			t.Fatal(err)
		}
		avi, film := someAVI(5000), clip(nine, time.Minute, 1)
		files := fstest.MapFS{}
		in := Folder{Files: files, Patterns: patterns, Unit: r.other, Zone: law.Shanghai, Settled: 30 * time.Second, Told: map[string]FileState{}}
		put := func(name string, content []byte) { files[name] = &fstest.MapFile{Data: content, ModTime: r.now} }
		look := func() (taken []string, refused map[string]error) {
			t.Helper()
			refused = map[string]error{}
			if err := r.TakeFolder(context.Background(), org.Program("import"), in, func(f FolderFile) {
				switch {
				case f.Refused != nil:
					refused[f.Path] = f.Refused
				case !f.Waits:
					taken = append(taken, f.Path)
				}
			}); err != nil {
				t.Fatal(err)
			}
			return taken, refused
		}
		nothing := func(when string) {
			t.Helper()
			if taken, refused := look(); len(taken)+len(refused) > 0 {
				t.Errorf("%s: %v are taken in, %v refused", when, taken, refused)
			}
		}
		put("a.avi", avi[:3000])
		put("b.mp4", film[:len(film)-50])
		put("c.mp4.filepart", film)
		nothing("a moment ago")
		r.now = r.now.Add(2 * time.Minute)
		nothing("they are held up")
		put("a.avi", avi)
		put("d.mp4", clip(nine, time.Minute, 2))
		nothing("the rest has come this moment")
		r.now = r.now.Add(time.Minute)
		if taken, refused := look(); len(taken) != 2 || len(refused) > 0 {
			t.Errorf("two are there: %v %v", taken, refused)
		}
		nothing("they are there already")
		r.now = r.now.Add(10 * time.Minute)
		if taken, refused := look(); len(taken) != 1 || taken[0] != "b.mp4" || len(refused) > 0 {
			t.Errorf("one has broken off: %v %v", taken, refused)
		}
		nothing("it is there as it came")
		put("b.mp4", film)
		delete(files, "c.mp4.filepart")
		put("c.mp4", clip(nine, time.Minute, 3))
		r.now = r.now.Add(time.Minute)
		if taken, refused := look(); len(taken) != 2 || len(refused) > 0 {
			t.Errorf("sent again, and renamed: %v %v", taken, refused)
		}

		// Who takes a folder in once takes it as it is.
		in.Settled, in.Told = 0, nil
		put("e.avi", someAVI(4000)[:3000])
		if taken, refused := look(); len(taken) != 5 || len(refused) > 0 {
			t.Errorf("as it is: %v %v", taken, refused)
		}
	})
}

func TestShorterThanItSays(t *testing.T) {
	avi, film := someAVI(400), clip(nine, time.Minute, 1)
	wide := append(append([]byte{}, film...), 0, 0, 0, 1, 'f', 'r', 'e', 'e', 0, 0, 0, 1, 0, 0, 0, 0)
	endless := append(append([]byte{}, film...), 0, 0, 0, 0, 'm', 'd', 'a', 't', 1, 2, 3)
	live := append([]byte("RIFF\x00\x00\x00\x00AVI LIST"), 1, 2, 3)
	for name, c := range map[string]struct {
		content []byte
		shorter bool
	}{"an AVI": {avi, false}, "of two parts": {append(append([]byte{}, avi...), avi...), false}, "the second in half": {append(append([]byte{}, avi...), avi[:100]...), true}, "an AVI in half": {avi[:200], true},
		"one that says nothing": {live, false}, "something behind": {append(append([]byte{}, avi...), 7), false}, "a film": {film, false}, "a film but for a byte": {film[:len(film)-1], true},
		"more than 4 GB, begun": {wide, true}, "to the end": {endless, false}, "a picture": {[]byte("\x89PNG\r\n\x1a\n0000000000"), false}, "nothing": {nil, false}} {
		f, err := fstest.MapFS{"x": {Data: c.content}}.Open("x")
		if err != nil {
			t.Fatal(err)
		}
		if got := shorterThanItSays(f.(interface {
			ReadAt([]byte, int64) (int, error)
		}), int64(len(c.content))); got != c.shorter {
			t.Errorf("%s: %v", name, got)
		}
	}
}
