// Package city fills a database with a believable city of seven years (jiexu simulate city), for measuring how the program
// behaves when much has happened: districts and squads, seasons, weekdays and hours, places that are hot, people who call
// again, complaints and cases in the states that they would be in, with their steps, periods, parties, papers and payments.
//
// What is written obeys the procedures, whose steps the play walks; the law's calendar counts the periods; the log names
// every row with its digest. The same seed on the same units gives the same rows. It did not happen: nobody may take it for
// statistics.
package city

import (
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
	"jiexu/systems/intake"
)

// Size is how much is to happen.
type Size struct {
	Complaints, Cases, Objects int
	Seed                       uint64
	Until                      time.Time // the last moment of the seven years
}

// Years is how long the simulated past is.
const Years = 7

// bundle is all rows of one matter, and its entry in the log.
type bundle struct {
	rows    []store.Row
	digests []ledger.RowDigest
	err     error
}

// add takes a row whose table is sealed.
func (b *bundle) add(row store.Row) {
	d, err := ledger.Digest(row)
	if err != nil && b.err == nil {
		b.err = err
	}
	b.rows, b.digests = append(b.rows, row), append(b.digests, d)
}

// game is the play while it runs.
type game struct {
	Size
	*town
	r          *rand.Rand
	calendar   *law.Calendar
	t          *tables
	hash       func(phone string) string // of package intake
	emit       func(*bundle, ledger.Entry) error
	err        error
	dues       map[dueKey]due
	intake     *paths
	ordinary   *paths
	summary    *paths
	open       []procedure.Clock // that run from the registration
	matters    []law.Matter
	inForce    []law.Matter // on mattersDay
	mattersDay law.Date
	objects    int
	stand      map[standKey]int // how many matters stand where
	batch      bundle           // of objects, until it is full
	numbers    map[numberKey]int
	again      []caller
	deferred   map[law.Date][]*complaint
	squadTree  weighted
	classTree  weighted
	zipf       *rand.Zipf
	shopZipf   *rand.Zipf
	callZipf   *rand.Zipf
	vouchers   int
	checks     int
}

// numberKey is a counter of numbers.
type numberKey struct {
	unit, kind string
	year       int
}

// standKey is where a matter stands, as the board counts it.
type standKey struct {
	unit, kind, state string
	living            bool
}

// caller is somebody who calls more than once, about a place that is on his mind.
type caller struct {
	name, phone string
	squad       *squad
	spot        int
}

func newGame(size Size, t *town, tables *tables, calendar *law.Calendar, hash func(string) string, emit func(*bundle, ledger.Entry) error) (*game, error) {
	r := rand.New(rand.NewPCG(size.Seed, 0x6a69657875)) // "jiexu"
	g := &game{Size: size, town: t, r: r, calendar: calendar, t: tables, hash: hash, emit: emit, dues: map[dueKey]due{},
		numbers: map[numberKey]int{}, stand: map[standKey]int{}, deferred: map[law.Date][]*complaint{},
		intake: pathsOf(intake.Handling), ordinary: pathsOf(casework.Ordinary), summary: pathsOf(tracks.Summary.Procedure)}
	var err error
	if g.matters, err = law.Matters(); err != nil {
		return nil, err
	}
	if err := t.settle(r); err != nil {
		return nil, err
	}
	for _, code := range intake.Handling.Opens {
		c, _ := intake.Handling.Clock(code)
		g.open = append(g.open, c)
	}
	for _, s := range t.squads {
		g.squadTree.add(s.weight)
	}
	for _, c := range classes {
		g.classTree.add(float64(c.weight))
	}
	g.zipf = rand.NewZipf(r, 1.25, 4, spotsEach-1)
	g.shopZipf = rand.NewZipf(r, 1.2, 3, 59)
	for range max(3, size.Complaints/150) {
		s := g.squad()
		g.again = append(g.again, caller{personName(r), phone(r), s, int(g.zipf.Uint64())})
	}
	g.callZipf = rand.NewZipf(r, 1.15, 2, uint64(len(g.again)-1))
	return g, nil
}

func (g *game) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}

func (g *game) squad() *squad { return g.squads[g.squadTree.draw(g.r)] }

// id makes an identifier of a moment, as store.NewID does of now, by the seed alone.
func (g *game) id(at time.Time) string {
	var b [16]byte
	ms, a, c := uint64(at.UnixMilli()), g.r.Uint64(), g.r.Uint64()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[7] = 0x70|byte(a>>8)&0x0f, byte(a)
	for i := range 8 {
		b[8+i] = byte(c >> (56 - 8*i))
	}
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[:8], b[:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:], b[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// next gives the next number of a counter.
func (g *game) next(unit, kind string, year int) int {
	key := numberKey{unit, kind, year}
	g.numbers[key]++
	return g.numbers[key]
}

// caseNumber writes a number as the bureaus of the play have set it.
func (g *game) caseNumber(s *squad, kind, word string, at time.Time) string {
	year := law.On(at).Year
	return s.district.prefix + s.Short + word + "〔" + strconv.Itoa(year) + "〕第" + strconv.Itoa(g.next(s.ID, kind, year)) + "号"
}

// weighted draws one of several by weight.
type weighted struct{ upTo []float64 }

func (w *weighted) add(weight float64) {
	last := 0.0
	if n := len(w.upTo); n > 0 {
		last = w.upTo[n-1]
	}
	w.upTo = append(w.upTo, last+weight)
}

func (w *weighted) draw(r *rand.Rand) int {
	i, _ := slices.BinarySearch(w.upTo, r.Float64()*w.upTo[len(w.upTo)-1])
	return min(i, len(w.upTo)-1)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// When people complain: by hour, weekday (from Sunday) and month, as 4,326 messages of a real city were written (the counts
// of the data set that docs/benchmarks.md names), and a summer of open windows besides.
var (
	byHour    = [24]float64{91, 59, 10, 15, 7, 16, 34, 58, 172, 255, 493, 342, 224, 199, 263, 392, 283, 327, 232, 160, 138, 151, 159, 117}
	byWeekday = [7]float64{339, 662, 844, 783, 690, 628, 251}
	byMonth   = [12]float64{0.92, 0.7, 0.95, 1.0, 1.08, 1.12, 1.2, 1.18, 1.05, 0.98, 0.92, 0.9}
)

// days gives each day of the years and how much of everything happens on it.
func (g *game) days() (days []law.Date, weights []float64, sum float64) {
	last := law.On(g.Until)
	for d := last.AddMonths(-12 * Years).AddDays(1); !last.Before(d); d = d.AddDays(1) {
		w := byWeekday[d.Weekday()] * byMonth[d.Month-1] * math.Exp(g.r.NormFloat64()*0.12)
		if day := g.calendar.Day(d); day.Holiday != "" && !day.Works() {
			w *= 0.45
		}
		w *= 1 + 0.04*float64(d.Year-last.Year+Years) // a little more every year
		if d == last {                                // the day is not over
			w *= float64(g.Until.Sub(d.Start())) / float64(24*time.Hour)
		}
		days, weights, sum = append(days, d), append(weights, w), sum+w
	}
	return days, weights, sum
}

var hours = func() (w weighted) {
	for _, n := range byHour {
		w.add(n)
	}
	return w
}()

// moments draws the moments of a day at which something happens, in order, none after the end.
func (g *game) moments(d law.Date, n int) []time.Time {
	out := make([]time.Time, 0, n)
	for range n {
		at := d.Start().Add(time.Duration(hours.draw(g.r))*time.Hour + time.Duration(g.r.IntN(3600_000))*time.Millisecond)
		if at.After(g.Until) {
			at = d.Start().Add(time.Duration(g.r.Int64N(int64(max(time.Second, g.Until.Sub(d.Start()))))))
		}
		out = append(out, at.UTC().Truncate(time.Millisecond))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// later is a moment of the working day some while after another: log-normal around so many hours.
func (g *game) later(at time.Time, hours, spread float64) time.Time {
	at = at.Add(time.Duration(hours * math.Exp(g.r.NormFloat64()*spread) * float64(time.Hour))).In(law.Shanghai)
	if h := at.Hour(); h < 8 || h >= 18 {
		day := law.On(at)
		if h >= 18 {
			day = day.AddDays(1)
		}
		at = day.Start().Add(8*time.Hour + 30*time.Minute + time.Duration(g.r.IntN(9*3600))*time.Second)
	}
	for g.calendar.Day(law.On(at)).Kind != law.WorkDay && g.calendar.Day(law.On(at)).Kind != law.MakeUpDay && g.r.IntN(10) > 0 {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC().Truncate(time.Millisecond)
}

// play lets the years pass. progress hears how many matters there are.
func (g *game) play(progress func(done int)) error {
	days, weights, sum := g.days()
	owedComplaints, owedCases, madeComplaints, madeCases := 0.0, 0.0, 0, 0
	owedObjects := 0.0
	g.standing(days[0])
	for i, d := range days {
		owedObjects = float64(g.Objects) * float64(i+1) / float64(len(days))
		for ; g.objects < int(owedObjects); g.objects++ {
			s := g.squad()
			g.object(s, pick(g.r, s.spots), d)
		}
		owedComplaints += float64(g.Complaints) * weights[i] / sum
		n := int(owedComplaints) - madeComplaints
		if i == len(days)-1 {
			n = g.Complaints - madeComplaints
		}
		madeComplaints += n
		for _, at := range g.moments(d, n) {
			g.complain(at)
		}
		for _, c := range g.deferred[d] {
			g.fileCase(c)
			if c.caseID != "" {
				madeCases++
			}
		}
		delete(g.deferred, d)
		owedCases += float64(g.Cases) * weights[i] / sum
		n = int(owedCases) - madeCases
		if i == len(days)-1 {
			n = g.Cases - madeCases
		}
		for _, at := range g.moments(d, max(0, n)) {
			g.patrol(at)
			madeCases++
		}
		if g.err != nil {
			return g.err
		}
		progress(madeComplaints + madeCases + g.objects)
	}
	g.closeBatch(days[len(days)-1])
	return g.err
}
