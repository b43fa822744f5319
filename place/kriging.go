package place

import "math"

// What is taken for granted of how the numbers of a Shanghai road run, in metres; fitted by
// cross-validation on the known places.
var (
	perNumber   = 4.0
	wander      = 5.0
	sideWander  = 4.0
	sideApart   = 60.0
	houseNoise  = 20.0
	laneNoise   = 60.0
	memory      = 100.0
	gpWeight    = 1.5
	gpBase      = 20.0
	exactScale  = 40.0
	exactLaneW  = 1.0
	roadScale   = 120.0
	roadDoubt   = 0.1
	nameScale   = 180.0
	nameHalf    = 10.0
	namePower   = 3.0
	numberDoubt = 0.03
	crossScale  = 60.0
	crossDoubt  = 0.1
	nearScale   = 120.0
	nearDoubt   = 0.2
	gramScale   = 350.0
	meetW       = 2.0
	stopW       = 3.0
	studentT    = 4.0
	chainMax    = 500.0
	strayM      = 150.0
	stopPW      = 5.0
	lanePW      = 0.4
	chainPW     = 0.5
	crossPW     = 0.2
	lineT       = 30.0
	meetMax     = 1000.0
	squareM     = 60.0
	lineDoubt   = 0.3
	lineScale   = 400.0
	nearPW      = 0.1
	statPW      = 0.3
	cellM       = 50.0
	cellMax     = 5.0
	nameSame    = 1.0
	blockW      = 4.0
	lineH       = 400.0
)

// Tune is for fitting.
var Tune = map[string]*float64{"perNumber": &perNumber, "wander": &wander, "sideWander": &sideWander, "sideApart": &sideApart, "houseNoise": &houseNoise, "laneNoise": &laneNoise, "memory": &memory,
	"gpWeight": &gpWeight, "gpBase": &gpBase, "exactScale": &exactScale, "exactLaneW": &exactLaneW, "roadScale": &roadScale, "roadDoubt": &roadDoubt, "nameScale": &nameScale, "nameHalf": &nameHalf, "namePower": &namePower, "numberDoubt": &numberDoubt,
	"crossScale": &crossScale, "crossDoubt": &crossDoubt, "nearScale": &nearScale, "nearDoubt": &nearDoubt, "gramScale": &gramScale, "meetW": &meetW, "stopW": &stopW, "studentT": &studentT, "chainMax": &chainMax, "strayM": &strayM, "stopPW": &stopPW, "lanePW": &lanePW, "chainPW": &chainPW, "crossPW": &crossPW, "lineT": &lineT, "meetMax": &meetMax, "squareM": &squareM, "lineDoubt": &lineDoubt, "lineScale": &lineScale, "nearPW": &nearPW, "statPW": &statPW, "cellM": &cellM, "cellMax": &cellMax, "nameSame": &nameSame, "blockW": &blockW, "lineH": &lineH}

// sample is a number whose position is known, with the noise of it.
type sample struct {
	number float64
	odd    bool
	at     spotXY
	noise  float64
}

// krige is the likeliest position of a number by the samples around, and how far off it may be. It is a
// Gaussian process over the numbers: a line, from which the road wanders, and each side of it on
// its own. Samples that fall out of it count less, and none if they lie far off.
func krige(samples []sample, number float64, odd bool) (at spotXY, off float64, ok bool) {
	n := len(samples)
	if n == 0 || n > maxSamples {
		return at, 0, false
	}
	var mean spotXY
	for _, s := range samples {
		mean.x += s.at.x / float64(n)
		mean.y += s.at.y / float64(n)
	}
	if n > 2 {
		mean = medianXY(samples)
	}
	k := func(a, b float64, same bool) float64 {
		d := math.Exp(-math.Abs(a-b) / memory)
		c := 600*600 + perNumber*perNumber*(a-number)*(b-number) + wander*wander*memory*d
		if same {
			c += sideApart*sideApart + sideWander*sideWander*memory*d
		}
		return c
	}
	var m [maxSamples][maxSamples]float64
	var noise [maxSamples]float64
	for i, s := range samples {
		noise[i] = s.noise * s.noise
	}
	var kx, ax, ay [maxSamples]float64
	for i, s := range samples {
		kx[i] = k(s.number, number, s.odd == odd)
	}
	for round := range 4 {
		for i, a := range samples {
			for j := 0; j <= i; j++ {
				m[i][j] = k(a.number, samples[j].number, a.odd == samples[j].odd)
			}
			m[i][i] += noise[i]
		}
		if !cholesky(&m, n) {
			return at, 0, false
		}
		for i, s := range samples {
			ax[i], ay[i] = s.at.x-mean.x, s.at.y-mean.y
		}
		solve(&m, n, &ax)
		solve(&m, n, &ay)
		if round == 3 {
			break
		}
		for i, s := range samples {
			// The residual of a Gaussian process is its noise times its weight.
			r := math.Hypot(ax[i], ay[i]) * noise[i]
			base := s.noise * s.noise
			noise[i] = base * (1 + r*r/(studentT*base)) // Student's t of about four degrees
			if round == 0 {
				noise[i] = min(noise[i], 100*base)
			}
		}
	}
	at = mean
	for i := range samples {
		at.x += kx[i] * ax[i]
		at.y += kx[i] * ay[i]
	}
	v := kx
	for i := range n { // forward substitution alone: v = L⁻¹k
		for j := range i {
			v[i] -= m[i][j] * v[j]
		}
		v[i] /= m[i][i]
	}
	variance := k(number, number, true)
	for i := range n {
		variance -= v[i] * v[i]
	}
	return at, math.Sqrt(max(variance, 1)), true
}

const maxSamples = 20

func cholesky(m *[maxSamples][maxSamples]float64, n int) bool {
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := m[i][j]
			for k := range j {
				sum -= m[i][k] * m[j][k]
			}
			if i == j {
				if sum <= 0 {
					return false
				}
				m[i][i] = math.Sqrt(sum)
			} else {
				m[i][j] = sum / m[j][j]
			}
		}
	}
	return true
}

func solve(m *[maxSamples][maxSamples]float64, n int, b *[maxSamples]float64) {
	for i := range n {
		for j := range i {
			b[i] -= m[i][j] * b[j]
		}
		b[i] /= m[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			b[i] -= m[j][i] * b[j]
		}
		b[i] /= m[i][i]
	}
}

func medianXY(samples []sample) spotXY {
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
