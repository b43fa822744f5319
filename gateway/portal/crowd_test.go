package portal

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Of those who wait at the door whoever came least lately goes first, and of the same who came first; so a flood from many
// addresses waits behind an ordinary citizen.
func TestTheDoorLetsInWhoCameLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCrowd(1, time.Now)
		leave, ok, _ := k.enter(t.Context(), "somebody", aPage)
		if !ok {
			t.Fatal("an empty house lets nobody in")
		}
		var order []string
		ask := func(who string) {
			go func() {
				if leave, ok, _ := k.enter(context.Background(), who, aPage); ok {
					order = append(order, who)
					leave()
				}
			}()
			synctest.Wait()
		}
		for n := range 20 { // each of them asks three times
			for range 3 {
				ask(fmt.Sprint("flood ", n))
			}
		}
		ask("citizen")
		leave()
		synctest.Wait()
		if len(order) != 61 {
			t.Fatalf("%d of 61 were let in", len(order))
		}
		at := map[string]int{}
		for i, who := range order {
			if _, seen := at[who]; !seen {
				at[who] = i
			}
		}
		if at["citizen"] > 20 {
			t.Errorf("the citizen was let in as number %d", at["citizen"])
		}
		if k.inside != 0 || len(k.waiting) != 0 {
			t.Errorf("%d are inside and %d wait", k.inside, len(k.waiting))
		}
	})
}

// The queue, what is known of addresses, and bodies that are read are bounded; who has asked for less takes the place of who has
// asked for more, and not the other way round; nobody waits for ever.
func TestTheDoorIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCrowd(1, time.Now)
		leave, _, _ := k.enter(t.Context(), "somebody", aPage)
		var mu sync.Mutex // those who hear at one moment that they waited long enough write at one moment
		turned := map[string]int{}
		ask := func(who string) {
			go func() {
				if leave, ok, _ := k.enter(context.Background(), who, aPage); ok {
					leave()
				} else {
					mu.Lock()
					turned[who]++
					mu.Unlock()
				}
			}()
			synctest.Wait()
		}
		waits := func() int {
			k.mu.Lock()
			defer k.mu.Unlock()
			return len(k.waiting)
		}
		away := func(who string) int {
			mu.Lock()
			defer mu.Unlock()
			return turned[who]
		}
		for range mostWaiting + 10 {
			ask("flood")
		}
		if waits() != mostWaiting || away("flood") != 10 {
			t.Errorf("%d wait, %d were turned away", waits(), away("flood"))
		}
		ask("citizen")
		if away("citizen") != 0 || away("flood") != 11 || waits() != mostWaiting {
			t.Errorf("turned away: %d of the flood, %d times the citizen; %d wait", away("flood"), away("citizen"), waits())
		}
		time.Sleep(waitsFor + time.Second) // the house is stuck: all of them hear so
		synctest.Wait()
		if waits() != 0 || away("citizen") != 1 {
			t.Errorf("%d still wait; the citizen was turned away %d times", waits(), away("citizen"))
		}
		leave()

		for n := range 3 * mostKnown {
			k.mu.Lock()
			k.count(fmt.Sprint("address ", n), aPage)
			k.mu.Unlock()
			if len(k.came) > mostKnown {
				t.Fatalf("%d addresses are known", len(k.came))
			}
		}

		var done []func()
		for range mostBodiesBy {
			d, ok := k.read("one")
			if !ok {
				t.Fatal("refused below the bound")
			}
			done = append(done, d)
		}
		if _, ok := k.read("one"); ok {
			t.Error("one address reads beyond its bound")
		}
		if d, ok := k.read("another"); !ok {
			t.Error("and hinders another")
		} else {
			d()
		}
		for _, d := range done {
			d()
		}
		if len(k.reading) != 0 || k.bodies != 0 {
			t.Errorf("%d are still read", k.bodies)
		}
	})
}

// Whoever asks for more than any person reads is told to wait, is forgiven within a minute or two, and does nobody else any harm.
func TestTheDoorKnowsAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCrowd(2, time.Now)
		page := func(who string) (ok, tooMuch bool) {
			leave, ok, tooMuch := k.enter(t.Context(), who, aPage)
			if ok {
				leave()
			}
			return ok, tooMuch
		}
		refused := 0
		for range 4_000 { // 200 a second for 20 seconds
			time.Sleep(5 * time.Millisecond)
			if _, tooMuch := page("flood"); tooMuch {
				refused++
			}
		}
		if refused < 3_800 {
			t.Errorf("only %d of 4000 were refused", refused)
		}
		if !k.floods("flood") || k.floods("citizen") {
			t.Error("the wrong one is taken for a flood")
		}
		if ok, _ := page("citizen"); !ok {
			t.Error("a citizen waits for it")
		}
		time.Sleep(time.Minute)
		if ok, _ := page("flood"); !ok {
			t.Error("it is never forgiven")
		}
		// A household that moves the pin about, four maps to a page, is no flood.
		for range 120 {
			time.Sleep(1500 * time.Millisecond)
			for range 4 {
				leave, ok, _ := k.enter(t.Context(), "household", aPicture)
				if ok {
					leave()
				}
			}
			if ok, tooMuch := page("household"); !ok {
				t.Fatalf("a household is taken for a flood: %v", tooMuch)
			}
			if ok, _ := page("household"); !ok {
				t.Fatal("a household is taken for a flood")
			}
		}
	})
}
