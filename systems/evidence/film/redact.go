package film

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Bounds of what is made unrecognizable in one film.
const (
	MaxRegions = 20
	MaxKeys    = 300 // places that regions have at moments, of all of them
	MaxMuted   = 100
	smallest   = 8 // pixels of a region's shorter side
	blocks     = 6 // into which a region's longer side is broken: of a face nothing remains
)

// Key is where a region lies at a moment, in shares of the picture's width and height. Between two of them it moves evenly.
type Key struct {
	At         time.Duration
	X, Y, W, H float64
}

// Region is what is made unrecognizable from one moment to another. Before its first place and after its last one it stays there.
type Region struct {
	From, To time.Duration
	Keys     []Key // in the order of time; at least one
}

// Stretch is a stretch of time.
type Stretch struct{ From, To time.Duration }

// Redaction is what a version leaves out.
type Redaction struct {
	Regions []Region
	Muted   []Stretch
}

// ErrRedaction says that a redaction cannot be followed: regions outside of the picture, moments out of order, too many of them.
var ErrRedaction = errors.New("redaction")

// ErrSilent says that there is no sound that could be muted.
var ErrSilent = errors.New("no sound")

// Check fails with ErrRedaction for what cannot be followed. long is how long the film is; zero: not known.
func (r Redaction) Check(long time.Duration) error {
	keys := 0
	if len(r.Regions)+len(r.Muted) == 0 || len(r.Regions) > MaxRegions || len(r.Muted) > MaxMuted {
		return ErrRedaction
	}
	within := func(from, to time.Duration) bool { return from >= 0 && to > from && (long == 0 || from < long) }
	for _, one := range r.Regions {
		keys += len(one.Keys)
		if !within(one.From, one.To) || len(one.Keys) == 0 || keys > MaxKeys ||
			!slices.IsSortedFunc(one.Keys, func(a, b Key) int { return int(a.At - b.At) }) {
			return ErrRedaction
		}
		for i, k := range one.Keys {
			for _, v := range []float64{k.X, k.Y, k.W, k.H} {
				if math.IsNaN(v) || v < 0 || v > 1 {
					return ErrRedaction
				}
			}
			if k.W <= 0 || k.H <= 0 || k.X+k.W > 1.0001 || k.Y+k.H > 1.0001 || i > 0 && k.At == one.Keys[i-1].At {
				return ErrRedaction
			}
		}
	}
	for _, m := range r.Muted {
		if !within(m.From, m.To) {
			return ErrRedaction
		}
	}
	return nil
}

// Redact makes a version in which the regions cannot be recognized and the muted stretches are silent. What was there is not covered but gone:
// the regions are broken into few blocks before they are written.
func (t *Tool) Redact(ctx context.Context, in, out string, r Redaction) error {
	says, err := t.Look(ctx, in)
	if err != nil {
		return err
	}
	if err := r.Check(says.Long); err != nil {
		return err
	}
	if says.Video == "" && says.Audio == "" || len(r.Regions) > 0 && (says.Video == "" || says.Width == 0) {
		return &Failed{"no picture or sound that can be decoded"}
	}
	if len(r.Muted) > 0 && says.Audio == "" {
		return ErrSilent
	}
	graph, picture, sound := r.graph(says.Width, says.Height)
	then := []string{}
	if graph != "" {
		then = append(then, "-filter_complex", graph)
	}
	if says.Video != "" {
		then = append(then, "-map", picture)
	}
	if says.Audio != "" {
		then = append(then, "-map", sound)
	}
	return t.make(ctx, nil, in, append(then, encoded("20")...), out)
}

// graph is ffmpeg's graph of filters, and the names of what comes out of it.
func (r Redaction) graph(width, height int) (graph, picture, sound string) {
	var parts []string
	picture, sound = "0:v:0", "0:a:0"
	from := "[0:v:0]"
	for i, one := range r.Regions {
		w, h := one.size(width, height)
		x, y := one.way(func(k Key) float64 { return (k.X + k.W/2) * float64(width) }, float64(w), width), one.way(func(k Key) float64 { return (k.Y + k.H/2) * float64(height) }, float64(h), height)
		bw, bh := broken(w, h)
		parts = append(parts,
			fmt.Sprintf("%ssplit[a%d][b%d]", from, i, i),
			fmt.Sprintf("[b%d]crop=%d:%d:x='%s':y='%s',scale=%d:%d:flags=area,scale=%d:%d:flags=neighbor[c%d]", i, w, h, x, y, bw, bh, w, h, i),
			fmt.Sprintf("[a%d][c%d]overlay=x='%s':y='%s':eval=frame:enable='between(t,%s,%s)'[v%d]", i, i, x, y, seconds(one.From), seconds(one.To), i))
		from, picture = fmt.Sprintf("[v%d]", i), fmt.Sprintf("[v%d]", i)
	}
	if len(r.Muted) > 0 {
		var when []string
		for _, m := range r.Muted {
			when = append(when, fmt.Sprintf("between(t,%s,%s)", seconds(m.From), seconds(m.To)))
		}
		parts, sound = append(parts, fmt.Sprintf("[0:a:0]volume=volume=0:enable='%s'[s]", strings.Join(when, "+"))), "[s]"
	}
	return strings.Join(parts, ";"), picture, sound
}

// size is how large a region is in pixels: as large as it ever is, even, and within the picture.
func (one Region) size(width, height int) (w, h int) {
	for _, k := range one.Keys {
		w, h = max(w, int(math.Ceil(k.W*float64(width)))), max(h, int(math.Ceil(k.H*float64(height))))
	}
	even := func(n, most int) int { return min(max(n+n%2, smallest), most-most%2) }
	return even(w, width), even(h, height)
}

// broken is into how many blocks a region is broken.
func broken(w, h int) (bw, bh int) {
	long := float64(max(w, h))
	return max(1, int(float64(w)/long*blocks)), max(1, int(float64(h)/long*blocks))
}

// way is where the region's edge lies at t, as ffmpeg reckons: its middle moves evenly from place to place, and it stays within the picture.
func (one Region) way(middle func(Key) float64, size float64, most int) string {
	edge := func(k Key) float64 { return math.Max(0, math.Min(float64(most)-size, middle(k)-size/2)) }
	keys := one.Keys
	if len(keys) == 1 {
		return number(edge(keys[0]))
	}
	terms := []string{fmt.Sprintf("lt(t,%s)*%s", seconds(keys[0].At), number(edge(keys[0])))}
	for i := range keys[1:] {
		a, b := keys[i], keys[i+1]
		slope := (edge(b) - edge(a)) / (b.At - a.At).Seconds()
		terms = append(terms, fmt.Sprintf("gte(t,%s)*lt(t,%s)*(%s+%s*(t-%s))", seconds(a.At), seconds(b.At), number(edge(a)), number(slope), seconds(a.At)))
	}
	last := keys[len(keys)-1]
	return strings.Join(append(terms, fmt.Sprintf("gte(t,%s)*%s", seconds(last.At), number(edge(last)))), "+")
}

func number(v float64) string { return fmt.Sprintf("%.2f", v) }
