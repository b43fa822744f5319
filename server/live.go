package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Change says that a subject changed; the console asks for it again. It carries nothing that would
// need masking.
type Change struct {
	Subject string `json:"subject"` // complaint:…, case:…
	Kind    string `json:"kind"`    // intake.routed
	Unit    string `json:"unit"`
}

// Feed subscribes one signed-in user to the changes that he may see.
type Feed func(r *http.Request) (*Subscription, error)

// Subscription is one user's stream.
type Subscription struct {
	Changes <-chan Change
	Alive   func() bool // asked at each heartbeat; false ends the stream, as when the session was ended
	Stop    func()
}

const heartbeat = 20 * time.Second

// live serves server-sent events, with a heartbeat every so often. The stream ends with the request or
// when the server stops.
func live(feed Feed, every time.Duration, done <-chan struct{}, fail func(http.ResponseWriter, *http.Request, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sub, err := feed(r)
		if err != nil {
			fail(w, r, err)
			return
		}
		defer sub.Stop()
		rc := http.NewResponseController(w)
		rc.SetWriteDeadline(time.Time{})
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no")
		fmt.Fprint(w, "retry: 2000\n\n")
		rc.Flush()
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-done:
				return
			case <-tick.C:
				if !sub.Alive() {
					return
				}
				fmt.Fprint(w, ": alive\n\n")
			case c, open := <-sub.Changes:
				if !open {
					return
				}
				data, _ := json.Marshal(c)
				fmt.Fprintf(w, "event: changed\ndata: %s\n\n", data)
			}
			if rc.Flush() != nil {
				return
			}
		}
	}
}
