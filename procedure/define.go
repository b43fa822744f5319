package procedure

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// index holds a procedure's names as numbers and its needs as bit tests.
type index struct {
	states, facts, clocks, steps map[string]int

	recorded uint64     // the facts that are kept with the matter
	free     uint64     // observed and entered facts that no clock governs: the world may change them at any time
	from     [][]int    // steps by state
	needs    []test     // by step
	sets     []uint64   // by step
	clears   []uint64   // by step
	entered  [][]string // entered facts that a step needs
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// The engine keeps facts, steps and states as bits of one word.
const most = 64

// Define is New for procedures that are written down in the program: a defect in one is a defect in
// the program, and it does not start.
func Define(p Procedure) *Procedure {
	made, err := New(p)
	if err != nil {
		panic(err)
	}
	return made
}

// New checks a procedure and makes it ready. Its error names everything that is wrong: codes that are
// not unique, states, facts, clocks or fields that are used and not declared, an end with a way out, a
// need without a reason to show, a fact or a clock that nothing uses.
func New(p Procedure) (*Procedure, error) {
	p.Steps = slices.Clone(p.Steps) // Op is filled in; the writer's literal stays as it is
	d := &definition{p: &p, ix: &index{}, used: map[string]bool{}}
	d.ix.states = d.number("state", len(p.States), func(i int) string { return p.States[i].Code })
	d.ix.facts = d.number("fact", len(p.Facts), func(i int) string { return p.Facts[i].Code })
	d.ix.clocks = d.number("clock", len(p.Clocks), func(i int) string { return p.Clocks[i].Code })
	d.ix.steps = d.number("step", len(p.Steps), func(i int) string { return p.Steps[i].Code })
	d.states()
	d.facts()
	d.clocks()
	for i := range p.Steps {
		d.step(i)
	}
	for _, f := range p.Facts {
		if !d.used[f.Code] {
			d.wrong("nothing needs fact %s", f.Code)
		}
	}
	if len(d.errs) > 0 {
		return nil, fmt.Errorf("procedure %s: %w", p.Code, errors.Join(d.errs...))
	}
	p.index = d.ix
	return &p, nil
}

type definition struct {
	p    *Procedure
	ix   *index
	used map[string]bool
	errs []error
}

func (d *definition) wrong(format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf(format, args...))
}

func (d *definition) number(what string, n int, code func(int) string) map[string]int {
	if n > most {
		d.wrong("%d %ss are too many, %d fit", n, what, most)
	}
	numbers := make(map[string]int, n)
	for i := range n {
		c := code(i)
		if !codeForm.MatchString(c) {
			d.wrong("%s code %q", what, c)
		}
		if _, twice := numbers[c]; twice {
			d.wrong("%s %s is declared twice", what, c)
		}
		numbers[c] = i
	}
	return numbers
}

func (d *definition) text(of string, t Text) {
	if t.ZH == "" || t.EN == "" {
		d.wrong("%s lacks a title in one language", of)
	}
}

func (d *definition) states() {
	d.text("the procedure", d.p.Title)
	if _, ok := d.ix.states[d.p.Start]; !ok {
		d.wrong("no start state %q", d.p.Start)
	}
	for _, s := range d.p.States {
		d.text("state "+s.Code, s.Title)
	}
	d.ix.from = make([][]int, len(d.p.States))
}

func (d *definition) facts() {
	for i, f := range d.p.Facts {
		d.text("fact "+f.Code, f.Title)
		if f.Kind == Recorded {
			d.ix.recorded |= 1 << i
		} else {
			d.ix.free |= 1 << i
		}
	}
}

func (d *definition) clocks() {
	for _, code := range d.p.Opens {
		d.clock("the opening", code)
	}
	started := slices.Clone(d.p.Opens)
	for _, s := range d.p.Steps {
		started = append(started, s.Starts...)
	}
	for _, c := range d.p.Clocks {
		d.text("clock "+c.Code, c.Title)
		if !slices.Contains(started, c.Code) {
			d.wrong("clock %s is never started", c.Code)
		}
		set := c.Set != Text{}
		if set {
			d.text("who sets clock "+c.Code, c.Set)
		}
		if set != (c.Period.N < 1) || len(c.Period.Cites) == 0 && c.Period.Rule == "" || set && slices.Contains(d.p.Opens, c.Code) {
			d.wrong("clock %s has no period, or neither an article nor an office rule", c.Code)
		}
		if c.After != "" {
			d.clock("clock "+c.Code, c.After)
		}
		if c.Lapsed.Code == "" {
			continue
		}
		b, ok := d.ix.facts[c.Lapsed.Code]
		if !ok || d.p.Facts[b].Kind != Observed {
			d.wrong("clock %s: %s is not an observed fact", c.Code, c.Lapsed.Code)
			continue
		}
		d.ix.free &^= 1 << b
	}
}

func (d *definition) clock(of, code string) {
	if _, ok := d.ix.clocks[code]; !ok {
		d.wrong("%s: no clock %q", of, code)
	}
}

func (d *definition) step(i int) {
	s := &d.p.Steps[i]
	of := "step " + s.Code
	d.text(of, s.Title)
	if s.Op == "" {
		s.Op = d.p.System + "." + s.Code
	}
	if len(s.From) == 0 || len(s.By) == 0 {
		d.wrong("%s: from nowhere, or by nobody", of)
	}
	for _, code := range s.From {
		n, ok := d.ix.states[code]
		if !ok {
			d.wrong("%s: no state %q", of, code)
			continue
		}
		if d.p.States[n].End && !s.AfterEnd {
			d.wrong("%s leads out of the end %s", of, code)
		}
		d.ix.from[n] = append(d.ix.from[n], i)
	}
	to, ok := d.ix.states[s.To]
	if s.To != "" && !ok {
		d.wrong("%s: no state %q", of, s.To)
	}
	for _, code := range s.From {
		n, known := d.ix.states[code]
		switch {
		case !known:
		case s.Back && (s.To != "" || !d.p.States[n].Aside):
			d.wrong("%s: %s is no state that a matter goes back from", of, code)
		case ok && d.p.States[to].Aside && d.p.States[n].Aside:
			d.wrong("%s: what is set aside in %s is set aside again", of, code)
		}
	}
	d.ix.sets = append(d.ix.sets, d.recorded(of, s.Sets))
	d.ix.clears = append(d.ix.clears, d.recorded(of, s.Clears))
	for _, codes := range [][]string{s.Starts, s.Meets, s.Suspend, s.Resume} {
		for _, c := range codes {
			d.clock(of, c)
		}
	}
	d.fields(of, s)
	d.films(of, s)
	if err := explained(s.Needs); err != nil {
		d.wrong("%s: %w", of, err)
	}
	var entered []string
	s.Needs.each(func(c Cond) {
		if c.kind == factHolds {
			d.used[c.fact.Code] = true
			if c.fact.Kind == Entered && !slices.Contains(entered, c.fact.Code) {
				entered = append(entered, c.fact.Code)
			}
		}
		if c.kind >= taking {
			d.wrong("%s: a need looks at history; needs look at facts", of)
		}
	})
	t, err := resolve(d.p, d.ix, s.Needs, nil)
	if err != nil {
		d.wrong("%s: %w", of, err)
	}
	d.ix.needs = append(d.ix.needs, t)
	d.ix.entered = append(d.ix.entered, entered)
}

func (d *definition) recorded(of string, codes []string) uint64 {
	var bits uint64
	for _, c := range codes {
		b, ok := d.ix.facts[c]
		if !ok || d.p.Facts[b].Kind != Recorded {
			d.wrong("%s: %q is not a recorded fact", of, c)
			continue
		}
		bits |= 1 << b
	}
	return bits
}

func (d *definition) fields(of string, s *Step) {
	d.fieldList(of, s.Fields)
	if s.Dated == "" {
		return
	}
	for _, f := range s.Fields {
		if f.Name == s.Dated && f.Type == DateField && f.Required && f.NotFuture {
			return
		}
	}
	d.wrong("%s: %q is not a required date field that cannot lie in the future", of, s.Dated)
}

// films looks whether what a recording depends on can be chosen.
func (d *definition) films(of string, s *Step) {
	if s.FilmsIf == (Chosen{}) {
		return
	}
	for _, f := range s.Fields {
		if f.Name == s.FilmsIf.Field && slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == s.FilmsIf.Value }) && s.Films != NoFilm {
			return
		}
	}
	d.wrong("%s: it is recorded if %s is %s, which nobody can choose", of, s.FilmsIf.Field, s.FilmsIf.Value)
}

// CheckFields reports what is wrong with fields that stand outside of a procedure, such as those of a document.
func CheckFields(of string, fields []Field) error {
	d := &definition{}
	d.fieldList(of, fields)
	return errors.Join(d.errs...)
}

func (d *definition) fieldList(of string, fields []Field) {
	names := map[string]bool{}
	for _, f := range fields {
		d.text(of+" field "+f.Name, f.Label)
		if !codeForm.MatchString(f.Name) || names[f.Name] {
			d.wrong("%s: field name %q", of, f.Name)
		}
		names[f.Name] = true
		if !slices.Contains(fieldTypes, f.Type) {
			d.wrong("%s: field %s has no type", of, f.Name)
		}
		if (f.Type == Select) != (len(f.Options) > 0) {
			d.wrong("%s: field %s and its options do not agree", of, f.Name)
		}
		if (f.Type == RowsField) != (len(f.Columns) > 0) {
			d.wrong("%s: field %s and its columns do not agree", of, f.Name)
		}
		for _, c := range f.Columns {
			if c.Type == RowsField {
				d.wrong("%s: field %s has a table within its table", of, f.Name)
			}
		}
		d.fieldList(of+" "+f.Name, f.Columns)
	}
}

// explained reports a part of a need that could fail without a reason to show.
func explained(c Cond) error {
	switch {
	case c.kind == always:
		return nil
	case c.kind == allOf && c.because == "":
		for _, p := range c.parts {
			if err := explained(p); err != nil {
				return err
			}
		}
		return nil
	case c.because == "":
		return errors.New("a need gives no reason for its failing")
	}
	return nil
}

// memory is one thing that a property remembers: that one of the steps was taken, or one of the clocks
// ran out, and since which steps none has.
type memory struct{ steps, clocks, since uint64 }

// resolve turns a condition's names into bits. memories is nil in needs; in properties it collects
// what must be remembered.
func resolve(p *Procedure, ix *index, c Cond, memories *[]memory) (test, error) {
	t := test{kind: c.kind, because: c.because, cites: c.cites}
	pick := func(numbers map[string]int, names []string, what string) (bits uint64, err error) {
		for _, n := range names {
			i, ok := numbers[n]
			if !ok {
				return 0, fmt.Errorf("no %s %q", what, n)
			}
			bits |= 1 << i
		}
		return bits, nil
	}
	var err error
	switch c.kind {
	case factHolds:
		t.fact = c.fact.Code
		t.bits, err = pick(ix.facts, []string{c.fact.Code}, "fact")
	case taking:
		t.bits, err = pick(ix.steps, c.names, "step")
	case entering:
		t.bits, err = pick(ix.states, c.names, "state")
	case actor:
		t.roles = c.names
	case took, passed:
		if memories == nil {
			return t, nil // already reported: a need has no history
		}
		var m memory
		if c.kind == took {
			m.steps, err = pick(ix.steps, c.names, "step")
		} else {
			m.clocks, err = pick(ix.clocks, c.names, "clock")
		}
		if err == nil {
			m.since, err = pick(ix.steps, c.since, "step")
		}
		at := slices.Index(*memories, m)
		if at < 0 {
			at = len(*memories)
			*memories = append(*memories, m)
		}
		t.bits = 1 << at
	}
	for _, part := range c.parts {
		r, partErr := resolve(p, ix, part, memories)
		err = errors.Join(err, partErr)
		t.parts = append(t.parts, r)
	}
	return t, err
}
