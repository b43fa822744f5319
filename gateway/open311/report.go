package open311

import (
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/systems/intake"
)

// report takes in a report: with a key, of a service, at a place.
func (g *Gateway) report(q *query) (any, error) {
	key, err := g.Key(q.Context(), q.value("api_key"), org.KeyReport)
	if fault.KindOf(err) == fault.Refused {
		return nil, refusal{http.StatusForbidden, []problem{{"403", say(q.lang, "open311.key", nil)}}}
	}
	if err != nil {
		return nil, err
	}
	if wait := g.rates.take(key.ID, key.Rate, g.Now()); wait > 0 {
		return nil, refusal{http.StatusTooManyRequests, []problem{{"429", say(q.lang, "open311.rate", map[string]any{"n": key.Rate, "seconds": int(math.Ceil(wait.Seconds()))})}}}
	}
	in, err := q.read()
	if err != nil {
		return nil, err
	}
	in.Key, in.Unit, in.DryRun = key.ID, key.Unit, q.trial
	done, err := g.Intake.Report(q.Context(), in)
	if err != nil {
		return nil, err
	}
	one := ticket{Notice: say(q.lang, "open311.notice", map[string]any{"url": g.PublicURL + "/track", "code": intake.ReadableCode(done.Code)}), Account: in.Contact.Account}
	if q.trial {
		one.Notice = say(q.lang, "open311.trial", nil)
	}
	if slices.ContainsFunc(slices.Collect(maps.Values(q.values)), func(values []string) bool { return slices.ContainsFunc(values, intake.LeavesOut) }) {
		one.Notice += " " + say(q.lang, "open311.controls", nil)
	}
	if done.Token != "" {
		one.Token = &done.Token
	} else {
		one.ID = &done.PublicID
	}
	return ticketList{one}, nil
}

// attributeName is the name of an argument that answers a question: attribute[code], attribute[code][]; older programs
// write attributes.
var attributeName = regexp.MustCompile(`^attributes?\[([^\[\]]{1,60})\](?:\[\d*\])?$`)

// read makes a report of the arguments.
func (q *query) read() (intake.PublicReport, error) {
	in := intake.PublicReport{Way: intake.ByOpen311, Service: q.value("service_code"), Address: q.value("address_string"), AddressID: q.value("address_id"), Text: q.value("description"), MediaURL: q.value("media_url"),
		Answers: map[string][]string{}, Contact: intake.Contact{Name: nameOf(q.value("first_name"), q.value("last_name")), Phone: q.value("phone"), Email: q.value("email"),
			Account: q.value("account_id"), Device: q.value("device_id")}}
	var problems []problem
	if in.Service == "" {
		problems = append(problems, missing("service_code"))
	}
	lat, long := q.value("lat"), q.value("long")
	switch {
	case lat != "" && long == "":
		problems = append(problems, problem{"400", say(q.lang, "open311.half", map[string]any{"given": "lat", "missing": "long"})})
	case lat == "" && long != "":
		problems = append(problems, problem{"400", say(q.lang, "open311.half", map[string]any{"given": "long", "missing": "lat"})})
	case lat != "":
		for name, one := range map[string]struct {
			text string
			into **float64
		}{"lat": {lat, &in.Lat}, "long": {long, &in.Lon}} {
			v, err := strconv.ParseFloat(one.text, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				problems = append(problems, problem{"400", say(q.lang, "open311.value", map[string]any{"name": name, "value": clip(one.text)})})
				continue
			}
			*one.into = &v
		}
	case in.Address == "" && in.AddressID == "":
		problems = append(problems, problem{"400", say(q.lang, "open311.place", nil)})
	}
	for name, values := range q.values {
		if m := attributeName.FindStringSubmatch(name); m != nil {
			in.Answers[m[1]] = append(in.Answers[m[1]], values...)
		}
	}
	if len(problems) > 0 {
		return in, refusal{http.StatusBadRequest, problems}
	}
	return in, nil
}

// nameOf puts a name together as its writing has it: 李雷, and Lei Li.
func nameOf(first, last string) string {
	latin := func(s string) bool {
		return strings.IndexFunc(s, func(r rune) bool { return r > 0x2e80 }) < 0
	}
	if first == "" || last == "" {
		return first + last
	}
	if latin(first + last) {
		return first + " " + last
	}
	return last + first
}

// rates bounds how often each key is used, by a bucket that fills evenly over a minute.
type rates struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// take takes one of n requests a minute; it gives how long to wait where none is left.
func (r *rates) take(key string, n int, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.buckets == nil {
		r.buckets = map[string]*bucket{}
	}
	b, ok := r.buckets[key]
	if !ok {
		b = &bucket{left: float64(n), at: now}
		r.buckets[key] = b
	}
	each := time.Minute / time.Duration(max(n, 1))
	if gone := now.Sub(b.at); gone > 0 {
		b.left, b.at = min(float64(n), b.left+float64(gone)/float64(each)), now
	}
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(each))
	}
	b.left--
	return 0
}
