package app

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// What a server's own memory may come to before it is tidied up sooner than Go would. A dozen megabytes live in a server at rest, but each password that is checked takes 19 MiB for a moment, and Go
// alone lets such things lie until as much again has gathered. Where more lives than that, Go's own pace is left alone: a roof lower than twice what lives would have it tidy all the time.
const (
	roofLeast  = 44 << 20 // bytes
	roofBeside = 12 << 20 // bytes, for stacks and Go's own tables, which the roof covers too
	tidyEvery  = time.Second
)

// When a server is at rest, and what is worth giving back to the system then. That takes some 20 ms of one processor, and never happens while people work.
const (
	restsAt   = 1 << 20 // bytes that are taken in a second, at most
	restsFor  = 5       // seconds, one after the other
	worthBack = 8 << 20 // bytes
)

// roof is how much memory Go may have while so many bytes live.
func roof(live uint64) int64 {
	if live > math.MaxInt64/4 {
		return math.MaxInt64
	}
	return max(roofLeast, 2*int64(live)+roofBeside)
}

// usage is what Go tells of its memory, in bytes.
type usage struct {
	live  uint64 // when it was last tidied
	held  uint64 // live or not, and what is free and not given back
	taken uint64 // since the start
}

// rest finds out when a server is at rest and has something to give back.
type rest struct {
	taken uint64
	quiet int
}

// over is asked every second, and says that what is not needed be given back now.
func (r *rest) over(u usage) bool {
	if u.taken-r.taken > restsAt {
		r.quiet = 0
	} else {
		r.quiet++
	}
	r.taken = u.taken
	if r.quiet < restsFor || u.held < u.live+worthBack {
		return false
	}
	r.quiet = 0
	return true
}

// keepSmall keeps Go's memory beneath its roof until ctx ends, and gives back what was needed for starting, or for what is over, when the server is at rest. Where the operator has a limit of his own
// (GOMEMLIMIT, GOGC), that one holds.
func keepSmall(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" || os.Getenv("GOGC") != "" {
		return
	}
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	set, resting, lives := int64(0), rest{}, [2]uint64{}
	look := func() {
		metrics.Read(samples)
		for _, s := range samples {
			if s.Value.Kind() != metrics.KindUint64 { // a Go that does not tell
				return
			}
		}
		u := usage{live: samples[0].Value.Uint64(), held: samples[1].Value.Uint64() + samples[2].Value.Uint64(), taken: samples[3].Value.Uint64()}
		if u.live != lives[1] {
			lives = [2]uint64{lives[1], u.live}
		}
		// Tidied in the middle of a password, its block counts as living: what lives twice lives.
		if now := roof(min(lives[0], lives[1])); now != set {
			set = now
			debug.SetMemoryLimit(now)
		}
		if resting.over(u) {
			debug.FreeOSMemory()
		}
	}
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for look(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			look()
		}
	}
}
