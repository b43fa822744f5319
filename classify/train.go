package classify

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// Options say from what a model is made besides the examples.
type Options struct {
	Lexicon    *Lexicon
	Background *Background // of other texts; the examples and the lexicon are counted in; nil: none
	Start      *Model      // weights to go on from, of the same task; nil: none. Never measure it on examples that Start learned from.
	Made       string      // the day, for the record
}

const (
	cost       = 1.0 // of an example that is on the wrong side, on average over the classes
	topicCost  = 1.5 // of a topic of the lexicon
	rounds     = 12  // over all examples
	maxTrained = 20_000
	foldsHeld  = 5    // for the confidence of a model
	enough     = 0.95 // of what is proposed without asking, that much should be right
	always     = 1.01 // a bound that no confidence reaches
	fewHeld    = 20   // held-out examples below which nothing can be said of confidence
)

// errClasses says that there is nothing to learn from.
var errClasses = errors.New("classify: a lexicon with two classes or more is needed")

// Train makes a model. Of very many examples the last 20,000 are taken: the newest, if the caller gives
// them in order. An example of a class that the lexicon does not have is an error, so that nothing is
// dropped in silence. A model of fewer than twenty examples always asks.
func Train(examples []Example, o Options) (*Model, error) {
	m, err := train(examples, o)
	if err != nil {
		return nil, err
	}
	held := examples[max(0, len(examples)-maxTrained):]
	if len(held) < fewHeld {
		return m, nil
	}
	tried, err := holdOut(held, o, foldsHeld, 1)
	if err != nil {
		return nil, err
	}
	m.Sharpness = sharpen(tried)
	answers := answer(tried, m.Sharpness)
	m.Held.Accuracy, m.Held.MacroF1 = figures(answers, len(m.Classes))
	m.Bound = bound(answers)
	at := trade(answers, m.Bound)
	m.Held.Coverage, m.Held.Right = at.Coverage, at.Accuracy
	return m, nil
}

// defaultSharpness is for a model that has nothing to fit it on: what the shipped model and matters without history
// (the latter on complaints of our own, in testdata) would take lie on either side of it.
const defaultSharpness = 12

// trained is an example as training sees it.
type trained struct {
	x     []feature // bucket is the place in the model's list
	class int
	cost  float64
	norm  float64
}

// train makes the weights, without confidence.
func train(examples []Example, o Options) (*Model, error) {
	if o.Lexicon == nil || len(o.Lexicon.Classes) < 2 {
		return nil, errClasses
	}
	m := &Model{Task: o.Lexicon.Task, Classes: slices.Clone(o.Lexicon.Classes), Made: o.Made, Sharpness: defaultSharpness, Bound: always}
	if o.Start != nil && (o.Start.Task != m.Task || !slices.Equal(codes(o.Start.Classes), codes(m.Classes))) {
		return nil, fmt.Errorf("classify: the model to start from has other classes")
	}
	place := map[string]int{}
	for i, c := range m.Classes {
		place[c.Code] = i
	}
	examples = examples[max(0, len(examples)-maxTrained):]
	m.Examples = len(examples)
	if o.Start != nil {
		m.Examples += o.Start.Examples
	}
	all := append(slices.Clone(examples), o.Lexicon.Topics...)
	counted := make([]Parts, len(all))
	of := make([]int, len(m.Classes)) // examples of each class
	present := 0
	for i, e := range all {
		class, ok := place[e.Class]
		if !ok {
			return nil, fmt.Errorf("classify: no class %q", e.Class)
		}
		counted[i] = PartsOf(e.Text)
		if i < len(examples) {
			if of[class]++; of[class] == 1 {
				present++
			}
		}
	}
	from := o.Background
	if from == nil {
		from = NewBackground()
	}
	m.background = from.with(counted)
	m.background.round()

	set := make([]trained, len(all))
	used := make([]bool, size)
	for i, e := range all {
		t := trained{x: m.background.vector(counted[i]), class: place[e.Class], cost: cost * topicCost}
		if i < len(examples) { // each class weighs alike, within limits
			t.cost = cost * min(4, max(0.25, float64(len(examples))/float64(present*of[t.class])))
		}
		for _, f := range t.x {
			used[f.bucket] = true
			t.norm += float64(f.weight) * float64(f.weight)
		}
		set[i] = t
	}
	if o.Start != nil {
		for _, b := range o.Start.buckets {
			used[b] = true
		}
	}
	m.place(used)
	for i := range set {
		for j := range set[i].x {
			set[i].x[j].bucket = uint32(m.row[set[i].x[j].bucket])
		}
	}
	m.learn(set, o.Start)
	return m, nil
}

func codes(classes []Class) []string {
	out := make([]string, len(classes))
	for i, c := range classes {
		out[i] = c.Code
	}
	return out
}

// place gives the used buckets their rows.
func (m *Model) place(used []bool) {
	m.row = make([]int32, size)
	for b, yes := range used {
		m.row[b] = -1
		if yes {
			m.row[b] = int32(len(m.buckets))
			m.buckets = append(m.buckets, uint32(b))
		}
	}
}

// learn fits a regression for each class, on all cores, and keeps the weights in a byte each.
func (m *Model) learn(set []trained, start *Model) {
	k := len(m.Classes)
	m.weights = make([]int8, len(m.buckets)*k)
	m.scale = make([]float32, k)
	var wait sync.WaitGroup
	turn := make(chan struct{}, runtime.GOMAXPROCS(0))
	for c := range k {
		wait.Add(1)
		turn <- struct{}{}
		go func() {
			defer func() { <-turn; wait.Done() }()
			w := make([]float32, len(m.buckets))
			if start != nil {
				for i, b := range start.buckets {
					w[m.row[b]] = float32(start.weights[i*k+c]) * start.scale[c]
				}
			}
			regress(set, c, w)
			var top float32
			for _, x := range w {
				top = max(top, max(x, -x))
			}
			m.scale[c] = top / 127
			for i, x := range w {
				if top > 0 {
					m.weights[i*k+c] = int8(math.Round(float64(x / m.scale[c])))
				}
			}
		}()
	}
	wait.Wait()
}

// regress is dual coordinate descent for L2-regularised logistic regression of one class against the
// others (Yu, Huang, Lin: Dual coordinate descent methods for logistic regression and maximum entropy
// models, 2011). w is where it starts and what the penalty pulls to.
func regress(set []trained, class int, w []float32) {
	alpha := make([]float64, len(set))
	order := make([]int, len(set))
	step := func(t *trained, by float64) {
		for _, f := range t.x {
			w[f.bucket] += float32(by) * f.weight
		}
	}
	sign := func(t *trained) float64 {
		if t.class == class {
			return 1
		}
		return -1
	}
	for i := range set {
		order[i] = i
		alpha[i] = 1e-6 * set[i].cost
		step(&set[i], sign(&set[i])*alpha[i])
	}
	dice := rand.New(rand.NewPCG(1, uint64(class)))
	for range rounds {
		dice.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			t := &set[i]
			if t.norm == 0 {
				continue
			}
			y := sign(t)
			var f float64
			for _, x := range t.x {
				f += float64(w[x.bucket]) * float64(x.weight)
			}
			next := stationary(alpha[i], t.cost, t.norm, y*f)
			step(t, y*(next-alpha[i]))
			alpha[i] = next
		}
	}
}

// stationary solves log(z/(c-z)) + q(z-a) + margin = 0 in (0, c) by Newton's method, kept inside.
func stationary(a, c, q, margin float64) float64 {
	z := a
	for range 20 {
		next := z - (math.Log(z/(c-z))+q*(z-a)+margin)/(c/(z*(c-z))+q)
		if !(next > 0) {
			next = z / 10
		} else if next >= c {
			next = c - (c-z)/10
		}
		if math.Abs(next-z) < 1e-7*c {
			return next
		}
		z = next
	}
	return z
}
