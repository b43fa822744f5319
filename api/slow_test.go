package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"jiexu/store/storetest"
)

// half sends the head of a request and a part of its body, and then nothing more.
func (o *office) half(request string) net.Conn {
	o.t.Helper()
	c, err := net.Dial("tcp", o.server.Listener.Addr().String())
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "%s HTTP/1.1\r\nHost: office\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"login\":", request)
	return c
}

// Who may not send much does not hold a connection by sending slowly: the net package reads what is left
// of a body before it answers.
func TestSlowBodies(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{BodyTime: 50 * time.Millisecond})
	for request, status := range map[string]int{"POST /api/v1/test": 401, "POST /api/v1/test/upload": 401, "DELETE /api/v1/session": 401, "POST /api/v1/nothing": 404, "PUT /api/v1/session": 405} {
		c := o.half(request)
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != status {
			t.Errorf("%s, half sent: %v %v, want %d", request, res, err, status)
		}
	}
	if most := readTime(16 << 10); most > 20*time.Second {
		t.Errorf("a sign-in may take %v to arrive", most)
	}
}

// Who breaks off is no failure of ours.
func TestWhoBreaksOffIsNoFailure(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	for _, request := range []string{"POST /api/v1/session", "POST /api/v1/test"} {
		c := o.half(request).(*net.TCPConn)
		c.CloseWrite()
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
			t.Errorf("%s: %v", request, err)
		}
	}
	if strings.Contains(o.log.String(), "level=ERROR") {
		t.Errorf("logged: %s", o.log.String())
	}
}
