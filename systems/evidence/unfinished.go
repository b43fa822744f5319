package evidence

import (
	"encoding/binary"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Of a folder that is watched: a film that is shorter than it says is waited for that long, since whoever sends it may be held up. Then it broke off in the recorder, for all that one can tell, and is
// taken in as it is; where the rest comes later, the whole is taken in as another file.
const heldUp = 10 * time.Minute

// underWay are endings that programs give a file while they send it.
var underWay = []string{".part", ".partial", ".filepart", ".tmp", ".uploading", ".crdownload"}

// comes tells whether a file of a folder may still be on its way: by its name, because it was written a moment ago, or because a film is shorter than it says and has not been so for long.
func (s *Service) comes(in Folder, name string, file fs.File, info fs.FileInfo) bool {
	if slices.Contains(underWay, strings.ToLower(path.Ext(name))) {
		return true
	}
	if in.Settled <= 0 {
		return false
	}
	age := s.now().Sub(info.ModTime())
	if age < in.Settled {
		return true
	}
	r, ok := file.(io.ReaderAt)
	return ok && age < heldUp && shorterThanItSays(r, info.Size())
}

// mostBoxes are the parts of a film that are looked at.
const mostBoxes = 100_000

// shorterThanItSays tells whether a film (MP4, or AVI and WAV by RIFF) ends before its last part does. What is no film says nothing.
func shorterThanItSays(r io.ReaderAt, size int64) bool {
	var head [16]byte
	n, _ := r.ReadAt(head[:], 0)
	switch {
	case n >= 12 && string(head[:4]) == "RIFF":
		return walkParts(size, func(at int64) (next int64, more bool) {
			n, _ := r.ReadAt(head[:8], at)
			if n < 8 || string(head[:4]) != "RIFF" { // something else hangs behind
				return size, false
			}
			long := int64(binary.LittleEndian.Uint32(head[4:]))
			return at + 8 + long, long > 0 // a recorder that writes its length at the end has not come to it; nobody can tell
		})
	case n >= 12 && string(head[4:8]) == "ftyp":
		return walkParts(size, func(at int64) (next int64, more bool) {
			n, _ := r.ReadAt(head[:], at)
			if n < 8 {
				return at + 8, false
			}
			switch long := int64(binary.BigEndian.Uint32(head[:4])); {
			case long == 0: // to the end
				return size, false
			case long == 1 && n == 16:
				long = int64(binary.BigEndian.Uint64(head[8:]))
				return at + long, long >= 16
			default:
				return at + long, long >= 8
			}
		})
	}
	return false
}

// walkParts goes from part to part, and tells whether the last ends behind the end.
func walkParts(size int64, part func(at int64) (next int64, more bool)) bool {
	at := int64(0)
	for range mostBoxes {
		next, more := part(at)
		if next > size {
			return true
		}
		if !more || next <= at || next == size {
			return false
		}
		at = next
	}
	return false
}
