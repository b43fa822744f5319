package portal

import (
	"context"
	"math"
	"sync"
	"time"
)

// crowd is the door of the portal. Few pages are made at the same time, so that the rest of the house stays quick whatever comes;
// who has to wait is let in by how little came from his address lately, and not by who pushes hardest. So an ordinary citizen gets
// through a flood, and whoever floods waits for himself. What it knows is bounded, and lies in this server's memory alone.
type crowd struct {
	now  func() time.Time
	room int // pages that are made at the same time

	mu      sync.Mutex
	inside  int
	waiting []*guest
	came    map[string]*arrivals
	reading map[string]int // bodies that are being read, by address
	bodies  int
}

// Bounds of the door.
const (
	mostWaiting  = 64
	mostKnown    = 20_000           // addresses
	halved       = 20 * time.Second // what came from an address counts half after so long
	mostLately   = 90.0             // of that; about three pages a second for a while: no person and no household reads so quickly
	mostBodies   = 200              // forms with pictures that are read at the same time
	mostBodiesBy = 8                // of one address
	waitsFor     = 8 * time.Second
)

// arrivals are how many pages an address asked for lately, fading.
type arrivals struct {
	n  float64
	at time.Time
}

func (a *arrivals) fade(now time.Time) {
	if gone := now.Sub(a.at); gone > 0 {
		a.n, a.at = a.n*math.Pow(0.5, float64(gone)/float64(halved)), now
	}
}

// guest waits to be let in.
type guest struct {
	score float64
	let   chan bool
}

func newCrowd(room int, now func() time.Time) *crowd {
	return &crowd{now: now, room: room, came: map[string]*arrivals{}, reading: map[string]int{}}
}

// What a page counts, and a picture in one.
const (
	aPage    = 1.0
	aPicture = 0.1
)

// count counts what an address asks for, and tells how much it was lately.
func (k *crowd) count(who string, weight float64) float64 {
	now := k.now()
	a := k.came[who]
	if a == nil {
		if len(k.came) >= mostKnown {
			k.forget(now)
		}
		a = &arrivals{at: now}
		k.came[who] = a
	}
	a.fade(now)
	a.n = min(a.n+weight, 2*mostLately) // whoever went on and on is forgiven within a minute
	return a.n
}

// floods reports whether too much came from an address lately; nothing is counted.
func (k *crowd) floods(who string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.came[who]
	if a == nil {
		return false
	}
	a.fade(k.now())
	if a.n <= mostLately {
		return false
	}
	a.n = min(a.n+aPage, 2*mostLately)
	return true
}

// forget makes room: of whoever came least lately nothing is known any more.
func (k *crowd) forget(now time.Time) {
	for least := 0.5; len(k.came) >= mostKnown; least *= 2 {
		for who, a := range k.came {
			if a.fade(now); a.n <= least {
				delete(k.came, who)
			}
		}
	}
}

// enter lets a page of an address be made, at once or when it is its turn; leave is to be called when it is. ok is false where too
// much came: tooMuch tells that it came from this address.
func (k *crowd) enter(ctx context.Context, who string, weight float64) (leave func(), ok, tooMuch bool) {
	k.mu.Lock()
	score := k.count(who, weight)
	if score > mostLately {
		k.mu.Unlock()
		return nil, false, true
	}
	if k.inside < k.room && len(k.waiting) == 0 {
		k.inside++
		k.mu.Unlock()
		return k.leave, true, false
	}
	if len(k.waiting) >= mostWaiting && !k.displace(score) {
		k.mu.Unlock()
		return nil, false, false
	}
	g := &guest{score, make(chan bool, 1)}
	k.waiting = append(k.waiting, g)
	k.mu.Unlock()
	timer := time.NewTimer(waitsFor)
	defer timer.Stop()
	select {
	case in := <-g.let:
		return k.leave, in, false
	case <-ctx.Done():
	case <-timer.C:
	}
	k.mu.Lock()
	for i, other := range k.waiting {
		if other == g {
			k.waiting = append(k.waiting[:i], k.waiting[i+1:]...)
			break
		}
	}
	k.mu.Unlock()
	select {
	case in := <-g.let: // it was let in at the same moment
		if in {
			k.leave()
		}
	default:
	}
	return nil, false, false
}

// displace sends away whoever waits with the highest score, for one with a lower.
func (k *crowd) displace(score float64) bool {
	worst := 0
	for i, g := range k.waiting {
		if g.score >= k.waiting[worst].score {
			worst = i
		}
	}
	if k.waiting[worst].score <= score {
		return false
	}
	k.waiting[worst].let <- false
	k.waiting = append(k.waiting[:worst], k.waiting[worst+1:]...)
	return true
}

// leave makes room for whoever waits with the lowest score, of the same for who came first.
func (k *crowd) leave() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.waiting) == 0 {
		k.inside--
		return
	}
	next := 0
	for i, g := range k.waiting {
		if g.score < k.waiting[next].score {
			next = i
		}
	}
	k.waiting[next].let <- true
	k.waiting = append(k.waiting[:next], k.waiting[next+1:]...)
}

// read lets a body be read; done is to be called afterwards. It is no page yet: a slow line takes no place from others.
func (k *crowd) read(who string) (done func(), ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bodies >= mostBodies || k.reading[who] >= mostBodiesBy {
		return nil, false
	}
	k.bodies++
	k.reading[who]++
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.bodies--
		if k.reading[who]--; k.reading[who] == 0 {
			delete(k.reading, who)
		}
	}, true
}
