package app

import "testing"

func TestTheRoofLeavesGosOwnPaceAloneWhereMuchLives(t *testing.T) {
	for live, want := range map[uint64]int64{0: roofLeast, 12 << 20: roofLeast, 16 << 20: 44 << 20, 40 << 20: 92 << 20, 1 << 30: 2<<30 + roofBeside} {
		if got := roof(live); got != want || live > roofLeast && got < 2*int64(live) {
			t.Errorf("%d bytes live: %d", live, got)
		}
	}
	if roof(1<<63) <= 0 {
		t.Error("a figure that is none")
	}
}

// Memory is given back once a server has been at rest for a while and there is something to give; never while it works, and not again and again.
func TestAServerAtRestGivesBack(t *testing.T) {
	const mb = 1 << 20
	var r rest
	taken := uint64(0)
	after := func(seconds int, each, held uint64) (gave int) {
		for range seconds {
			taken += each
			if r.over(usage{live: 12 * mb, held: held, taken: taken}) {
				gave++
			}
		}
		return gave
	}
	if n := after(100, 5*mb, 60*mb); n != 0 {
		t.Errorf("at work it gave back %d times", n)
	}
	if n := after(restsFor-1, 0, 60*mb); n != 0 {
		t.Errorf("hardly at rest it gave back %d times", n)
	}
	if n := after(1, mb/2, 60*mb); n != 1 {
		t.Errorf("at rest it gave back %d times", n)
	}
	if n := after(100, mb/2, 18*mb); n != 0 {
		t.Errorf("with nothing to give it gave back %d times", n)
	}
	if n := after(1, 5*mb, 60*mb); n != 0 {
		t.Error("it gave back in the middle of work")
	}
}
