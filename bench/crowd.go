package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"jiexu/store"
)

// Crowd is what many people who were signed in at once had of the server, over HTTP and a real socket.
type Crowd struct {
	Users    int         `json:"users"`
	Seconds  float64     `json:"seconds"`
	Requests int         `json:"requests"`
	PerSec   float64     `json:"per_second"`
	Errors   int         `json:"errors"`
	First    string      `json:"first_error,omitempty"`
	Created  int         `json:"created"` // complaints that they registered
	Doings   []CrowdDone `json:"doings"`
}

// CrowdDone is one kind of request.
type CrowdDone struct {
	Name string  `json:"name"`
	N    int     `json:"n"`
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
}

// pauses is how long somebody looks at a page before he asks for the next: between one and five seconds.
func pauses(r *rand.Rand) time.Duration {
	return time.Second + time.Duration(r.Int64N(int64(4*time.Second)))
}

// crowd lets many people work at once for a while.
func (r *run) crowd(ctx context.Context, users int, span time.Duration) (*Crowd, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: r.Server().Handler(), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	defer server.Close()
	base := "http://" + listener.Addr().String()
	client := &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConns: 2 * users, MaxIdleConnsPerHost: 2 * users}}
	logins := []string{"leader.jas", "officer.jas1", "leader.dnl", "officer.dnl1", "leader.bz", "officer.bz2", "head", "desk", "legal", "leader.cjd"}
	visitors := make([]*visitor, users)
	for i := range visitors { // one after the other: people do not sign in all in one second
		if visitors[i], err = signIn(ctx, client, base, logins[i%len(logins)]); err != nil {
			return nil, fmt.Errorf("sign in %s: %w", logins[i%len(logins)], err)
		}
	}
	out := &Crowd{Users: users}
	var mu sync.Mutex
	watches := map[string]*stopwatch{}
	begin := time.Now()
	ctx, stop := context.WithTimeout(ctx, span)
	defer stop()
	var all sync.WaitGroup
	for i, v := range visitors {
		all.Go(func() {
			w := &crowdUser{visitor: v, random: rand.New(rand.NewPCG(uint64(i), 9)), login: logins[i%len(logins)], texts: writer{random: rand.New(rand.NewPCG(uint64(i), 10)), n: r.texts.n, series: fmt.Sprintf("C%d-", i)}}
			for store.Rest(ctx, pauses(w.random)) {
				name, took, err := w.act()
				mu.Lock()
				if err != nil {
					if out.Errors++; out.First == "" {
						out.First = name + ": " + err.Error()
					}
				}
				if watches[name] == nil {
					watches[name] = &stopwatch{}
				}
				*watches[name] = append(*watches[name], took)
				out.Requests++
				if name == "register" && err == nil {
					out.Created++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	out.Seconds = time.Since(begin).Seconds()
	out.PerSec = float64(out.Requests) / out.Seconds
	for name, w := range watches {
		s := w.spread(1)
		out.Doings = append(out.Doings, CrowdDone{Name: name, N: len(*w), P50: s.P50, P99: s.P99})
	}
	slices.SortFunc(out.Doings, func(a, b CrowdDone) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// crowdUser is one of them.
type crowdUser struct {
	*visitor
	random *rand.Rand
	login  string
	texts  writer
}

// act does one thing. What was begun is ended, also when the time is over meanwhile.
func (u *crowdUser) act() (name string, took time.Duration, err error) {
	ctx := context.Background()
	path, cases := "", u.login != "desk"
	switch n := u.random.IntN(100); {
	case n < 22:
		name, path = "list", "/api/v1/complaints?limit=50"
	case n < 30:
		name, path = "list.state", "/api/v1/complaints?limit=50&state=assigned"
	case n < 52:
		name, path = "complaint", "" // one of the newest that the user sees
	case n < 62 && cases:
		name, path = "cases", "/api/v1/cases?limit=50"
	case n < 70:
		name, path = "search", "/api/v1/complaints?limit=50&q="+url.QueryEscape(pick(u.random, []string{"油烟", "占道", "施工", "垃圾", "单车"}))
	case n < 80:
		name, path = "work", "/api/v1/work"
	case n < 86:
		name, path = "counts", "/api/v1/map/counts"
	case n < 90 && u.login != "legal" && !strings.HasPrefix(u.login, "officer"):
		name, path = "board", "/api/v1/intake/board"
	case n < 95 && (u.login == "desk" || strings.HasPrefix(u.login, "leader") || strings.HasPrefix(u.login, "officer")):
		name = "register"
	default:
		name, path = "notices", "/api/v1/notices"
	}
	begin := time.Now()
	switch name {
	case "complaint":
		var list struct{ Items []struct{ ID string } }
		if err = u.read(ctx, "/api/v1/complaints?limit=20", &list); err == nil && len(list.Items) > 0 {
			begin = time.Now()
			err = u.get(ctx, "/api/v1/complaints/"+list.Items[u.random.IntN(len(list.Items))].ID)
		}
	case "register":
		var body []byte
		if body, err = json.Marshal(u.texts.registration()); err == nil {
			_, err = u.do(ctx, http.MethodPost, "/api/v1/complaints", body)
		}
	default:
		err = u.get(ctx, path)
	}
	return name, time.Since(begin), err
}

// load1 is the load average of the last minute, or 0 where the system does not tell.
func load1() (load float64) {
	text, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		fmt.Sscan(string(text), &load)
	}
	return load
}
