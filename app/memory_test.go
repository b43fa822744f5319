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
