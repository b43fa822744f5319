package evidence

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A disk that needed a minute for what came leaves the sender his time: what he sent meanwhile is read. A sender who himself says nothing for so long is given up as before.
func TestASlowDiskIsNotTheSendersFault(t *testing.T) {
	for name, c := range map[string]struct {
		stall time.Duration // by the clock, between two reads
		whole bool
	}{"the disk was slow": {time.Minute + time.Second, true}, "the sender was": {time.Second, false}} {
		t.Run(name, func(t *testing.T) {
			content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
			got := make(chan []byte, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				clock := time.Now()
				deadlines := http.NewResponseController(w)
				b := &patientBody{ReadCloser: r.Body, until: deadlines.SetReadDeadline, now: func() time.Time { return clock }, last: clock}
				first := make([]byte, 1000)
				if _, err := io.ReadFull(b, first); err != nil {
					t.Error(err)
				}
				clock = clock.Add(c.stall)
				deadlines.SetReadDeadline(time.Now().Add(-time.Second)) // by which the library wanted more
				rest, _ := io.ReadAll(b)
				got <- append(first, rest...)
			}))
			defer server.Close()
			res, err := http.Post(server.URL, "application/offset+octet-stream", bytes.NewReader(content))
			if err == nil {
				res.Body.Close()
			}
			if whole := bytes.Equal(<-got, content); whole != c.whole {
				t.Errorf("whole: %v, want %v", whole, c.whole)
			}
		})
	}
}
