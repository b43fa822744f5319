package place

import (
	"math"
	"slices"
)

// What is taken for granted of how the numbers of a road run, in metres. Tried by cross-validation on
// the known places; the results are flat around these.
const (
	perNumber  = 2.2   // how far one number takes along, about
	somewhere  = 600.0 // how far from the middle of its neighbours a number may be
	wander     = 5.0   // how far the numbers leave the straight, per root of a number
	sideWander = 2.4   // how far the two sides leave each other, per root of a number
	sideApart  = 32.0  // how far they are out of step everywhere
	memory     = 100.0 // numbers after which the wandering is forgotten
	houseNoise = 9.0   // how far a known place lies from its number
	laneNoise  = 11.0  // the same in a lane
)

const maxSamples = 20

// sample is a number whose position is known.
type sample struct {
	number float64
	at     spotXY
	noise  float64 // metres
}

func sameSide(a, b float64) bool { return (int(a)-int(b))%2 == 0 }

// around are the samples by which the position of n is guessed: on either side the nearest numbers of
// either parity. houses[from:to] are those of the number n itself; the house at skip is left out.
func (r *Register) around(houses []knownSpot, n, from, to, skip int) []sample {
	const (
		perSide = maxSamples / 4
		farther = 40 // houses that are looked through on either side
	)
	out := make([]sample, 0, maxSamples)
	take := func(i int, left *[2]int) {
		h := houses[i]
		if r.entries[h.entry].weight <= 1 && r.corrected(houses[max(0, i-farther):min(len(houses), i+farther)], h) {
			return
		}
		if side := (h.number - n) & 1; i != skip && left[side] < perSide {
			left[side]++
			noise := houseNoise
			if h.lane {
				noise = laneNoise
			}
			e := &r.entries[h.entry]
			out = append(out, sample{float64(h.number), e.at, noise / math.Sqrt(e.weight)})
		}
	}
	var left [2]int
	for i := from - 1; i >= 0 && left[0]+left[1] < 2*perSide && from-i < farther; i-- {
		take(i, &left)
	}
	left = [2]int{}
	for i := from; i < len(houses) && left[0]+left[1] < 2*perSide && i-to < farther; i++ {
		take(i, &left)
	}
	return out
}

// corrected reports whether a person has said where a house is of which the gazetteer's rows say something
// too: those are not heard.
func (r *Register) corrected(houses []knownSpot, h knownSpot) bool {
	return len(r.learned) > 0 && slices.ContainsFunc(houses, func(o knownSpot) bool {
		return o.number == h.number && o.lane == h.lane && r.entries[o.entry].weight > 1
	})
}

// krige is the likeliest position of a number by the samples around, and how far off it may be. It is a
// Gaussian process over the numbers: a straight line, from which the road wanders and each side of it
// on its own. A sample that falls out of it counts for less the farther it lies off (Student's t).
func krige(samples []sample, number float64) (at spotXY, off float64, ok bool) {
	n := len(samples)
	if n == 0 || n > maxSamples {
		return at, 0, false
	}
	covariance := func(a, b float64) float64 {
		d := math.Exp(-math.Abs(a-b) / memory)
		c := somewhere*somewhere + perNumber*perNumber*(a-number)*(b-number) + wander*wander*memory*d
		if sameSide(a, b) {
			c += sideApart*sideApart + sideWander*sideWander*memory*d
		}
		return c
	}
	mean := innermost(samples)
	var k, m [maxSamples][maxSamples]float64
	var noise, kx, ax, ay [maxSamples]float64
	for i, s := range samples {
		noise[i], kx[i] = s.noise*s.noise, covariance(s.number, number)
		for j := 0; j <= i; j++ {
			k[i][j] = covariance(s.number, samples[j].number)
		}
	}
	const rounds, freedom = 4, 4
	for round := range rounds {
		m = k
		for i, s := range samples {
			m[i][i] += noise[i]
			ax[i], ay[i] = s.at.x-mean.x, s.at.y-mean.y
		}
		if !cholesky(&m, n) {
			return at, 0, false
		}
		solve(&m, n, &ax)
		solve(&m, n, &ay)
		if round == rounds-1 {
			break
		}
		for i, s := range samples {
			residual := math.Hypot(ax[i], ay[i]) * noise[i] // its noise times its weight
			base := s.noise * s.noise
			noise[i] = base * (1 + residual*residual/(freedom*base))
			if round == 0 {
				noise[i] = min(noise[i], 100*base) // none is given up at the first look
			}
		}
	}
	at = mean
	for i := range samples {
		at.x += kx[i] * ax[i]
		at.y += kx[i] * ay[i]
	}
	variance := covariance(number, number)
	for i := range n { // kx becomes L⁻¹kx
		for j := range i {
			kx[i] -= m[i][j] * kx[j]
		}
		kx[i] /= m[i][i]
		variance -= kx[i] * kx[i]
	}
	return at, math.Sqrt(max(variance, 1)), true
}

// cholesky turns the lower half of m into L with LLᵀ = m; false if m is no covariance.
func cholesky(m *[maxSamples][maxSamples]float64, n int) bool {
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := m[i][j]
			for k := range j {
				sum -= m[i][k] * m[j][k]
			}
			switch {
			case i != j:
				m[i][j] = sum / m[j][j]
			case sum <= 0:
				return false
			default:
				m[i][i] = math.Sqrt(sum)
			}
		}
	}
	return true
}

// solve replaces b by the solution of LLᵀx = b.
func solve(l *[maxSamples][maxSamples]float64, n int, b *[maxSamples]float64) {
	for i := range n {
		for j := range i {
			b[i] -= l[i][j] * b[j]
		}
		b[i] /= l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			b[i] -= l[j][i] * b[j]
		}
		b[i] /= l[i][i]
	}
}

// innermost is the sample that lies nearest to all others; one stray does not move it.
func innermost(samples []sample) spotXY {
	var best spotXY
	least := math.Inf(1)
	for _, a := range samples {
		sum := 0.0
		for _, b := range samples {
			sum += a.at.to(b.at)
		}
		if sum < least {
			least, best = sum, a.at
		}
	}
	return best
}
