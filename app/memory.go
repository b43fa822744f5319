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
	roofEvery  = time.Second
)

// roof is how much memory Go may have while so many bytes live.
func roof(live uint64) int64 {
	if live > math.MaxInt64/4 {
		return math.MaxInt64
	}
	return max(roofLeast, 2*int64(live)+roofBeside)
}

// keepSmall gives back what was needed for starting alone, and keeps Go's memory beneath its roof until ctx ends. Where the operator has a limit of his own (GOMEMLIMIT, GOGC), that one holds.
func keepSmall(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" || os.Getenv("GOGC") != "" {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	set := int64(0)
	tidy := func() {
		metrics.Read(sample)
		if sample[0].Value.Kind() != metrics.KindUint64 {
			return
		}
		if now := roof(sample[0].Value.Uint64()); now != set {
			set = now
			debug.SetMemoryLimit(now)
		}
	}
	debug.FreeOSMemory()
	tick := time.NewTicker(roofEvery)
	defer tick.Stop()
	for tidy(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			tidy()
		}
	}
}
