package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"jiexu/law"
	"jiexu/org"
)

// scene is one matter of the demonstration's past: a complaint, a case. It is told from beginning to end as
// if it were alone, and waits where days pass by; what is told after today has yet to happen, and does not.
type scene struct {
	*demo
	ctx  context.Context
	name string
	tell func(*scene)
	next time.Time // when it goes on
	wait func(time.Time) bool
	over bool
	err  error
}

// play lets the scenes happen together in the order of their times, as an office's days do: the log runs
// forward, and numbers follow one another.
func (d *demo) play(ctx context.Context, scenes []*scene) error {
	var ways []func() (time.Time, bool)
	var playing []*scene
	for _, s := range scenes {
		s.demo, s.ctx = d, ctx
		next, stop := iter.Pull(func(yield func(time.Time) bool) {
			s.wait = yield
			s.tell(s)
		})
		defer stop()
		ways, playing = append(ways, next), append(playing, s)
	}
	var wrong []error
	step := func(i int) {
		s := playing[i]
		at, more := ways[i]()
		if s.err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", s.name, s.err))
		}
		s.next, s.over = at, !more || !at.Before(d.now)
	}
	for i := range playing {
		step(i) // until it names the time of its beginning
	}
	for {
		first := -1
		for i, s := range playing {
			if !s.over && (first < 0 || s.next.Before(playing[first].next)) {
				first = i
			}
		}
		if first < 0 {
			return errors.Join(wrong...)
		}
		d.clock.at = playing[first].next
		step(first)
	}
}

// done reports that nothing more is to be told: today is reached, or something went wrong.
func (s *scene) done() bool { return s.over || s.err != nil }

// fail ends the scene.
func (s *scene) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// until waits for a moment.
func (s *scene) until(at time.Time) {
	if !s.done() && !s.wait(at) {
		s.over = true
	}
}

// begin waits for a time of day some days ago; a time that is not yet there becomes a minute ago.
func (s *scene) begin(daysAgo, hour, minute int) {
	at := law.On(s.now).AddDays(-daysAgo).Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	if !at.Before(s.now) {
		at = s.now.Add(-time.Minute)
	}
	s.until(at)
}

// later waits, and then for the hours of a working day.
func (s *scene) later(by time.Duration) { s.until(office(s.clock.at.Add(by))) }

// days waits so many days.
func (s *scene) days(n int) { s.later(time.Duration(n)*24*time.Hour + 40*time.Minute) }

// office is the moment itself where the office is open then, else the next morning on which it opens.
func office(at time.Time) time.Time {
	day := law.On(at)
	if at.After(day.Start().Add(18 * time.Hour)) {
		day = day.AddDays(1)
	}
	for works, _ := law.Shipped().Works(day); !works; works, _ = law.Shipped().Works(day) {
		day = day.AddDays(1)
	}
	if day == law.On(at) {
		return at
	}
	return day.Start().Add(9*time.Hour + 10*time.Minute)
}

// person is somebody of the demonstration with what he may do on that day.
func (s *scene) person(login string) (actor org.Actor) {
	if s.done() {
		return actor
	}
	actor, err := s.actor(s.ctx, login)
	if err != nil {
		s.fail(fmt.Errorf("%s: %w", login, err))
	}
	return actor
}

func (s *scene) today() string { return law.On(s.clock.at).String() }

// in is the day so many days from now.
func (s *scene) in(days int) string { return law.On(s.clock.at).AddDays(days).String() }

// working is an hour of the first working day so many days from now, as forms take a moment.
func (s *scene) working(days, hour int) string {
	day := law.On(office(law.On(s.clock.at).AddDays(days).Start().Add(10 * time.Hour)))
	return day.Start().Add(time.Duration(hour) * time.Hour).Format(time.RFC3339)
}

// ago is a moment some minutes ago.
func (s *scene) ago(minutes int) string {
	return s.clock.at.Add(-time.Duration(minutes) * time.Minute).Format(time.RFC3339)
}
