package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"jiexu/gateway"
)

// What follows an order may come in the very moment in which the order is taken in. However the two meet, the second is taken in with the next work:
// it must not be put aside for the day that one waits for an order, with nobody left to wake it.
func TestWhatFollowsAnOrderMeetsIt(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.link("h1", "hotline", "http", "http://127.0.0.1:9/in")
		p := w.platform("h1")
		const rounds = 60
		for i := range rounds {
			var both sync.WaitGroup
			for _, body := range []string{
				fmt.Sprintf(`{"event":"o%d","order":"M%d","seq":1,%s}`, i, i, goodOrder),
				fmt.Sprintf(`{"event":"u%d","order":"M%d","seq":2,"type":"urge","reason":"请快些"}`, i, i),
			} {
				both.Go(func() {
					if status, answer, err := p.Post(t.Context(), []byte(body), "application/json"); err != nil || status != 200 {
						t.Errorf("%d %s %v", status, answer, err)
					}
				})
			}
			both.Wait()
		}
		w.exchange()
		for _, left := range w.lines(`SELECT event FROM gateway_inbox WHERE state <> 'done' AND order_no LIKE 'M%' ORDER BY event`) {
			t.Errorf("%s is not taken in: %s", left, w.one(`SELECT state || ' ' || problems FROM gateway_inbox WHERE event = $1`, left))
		}
		if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE order_no LIKE 'M%'`); n != 2*rounds {
			t.Errorf("%d events of %d", n, 2*rounds)
		}
	})
}

// What cannot be read has come too: what waited for it goes on at once.
func TestWhatWaitsForAnUnreadableOne(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.link("h1", "hotline", "http", "http://127.0.0.1:9/in")
		p := w.platform("h1")
		post := func(body, want string) {
			t.Helper()
			status, answer, err := p.Post(t.Context(), []byte(body), "application/json")
			var said struct{ Results []gateway.Result }
			json.Unmarshal(answer, &said)
			if err != nil || status != 200 || len(said.Results) != 1 || said.Results[0].Result != want {
				t.Errorf("%d %s %v; want %s", status, answer, err, want)
			}
		}
		post(`{"event":"1","order":"M","seq":1,`+goodOrder+`}`, "taken")
		post(`{"event":"3","order":"M","seq":3,"type":"urge","reason":"请快些"}`, "waiting")
		w.exchange()
		if got := w.one(`SELECT state FROM gateway_inbox WHERE event = '3'`); got != gateway.Parked {
			t.Errorf("before the second came, the third is %s", got)
		}
		post(`{"event":"2","order":"M","seq":2,"type":"urge","reason":"`+strings.Repeat("长", 200_000)+`"}`, "held")
		w.exchange()
		if got := w.one(`SELECT state FROM gateway_inbox WHERE event = '3'`); got != gateway.Done {
			t.Errorf("after the second came, the third is %s", got)
		}
	})
}
