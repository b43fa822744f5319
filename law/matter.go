package law

import (
	"fmt"
	"io/fs"
	"math"
	"sort"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/fault"
)

// Kinds of party, as fines distinguish them. A sole trader is fined as a person, until the legal section
// says otherwise (docs/divergences.md).
const (
	Person       = "person"
	SoleTrader   = "sole_trader"
	Organisation = "organisation"
)

// Formula says how a fine is found from a range.
type Formula string

const (
	InYuan     Formula = "range"      // the range is the fine, in yuan
	PerM2      Formula = "per_m2"     // yuan for each square metre
	PerM2Day   Formula = "per_m2_day" // yuan for each square metre and day
	PerTon     Formula = "per_ton"    // yuan for each ton
	PerItem    Formula = "per_item"   // yuan for each animal or thing
	MultipleOf Formula = "multiple"   // times a sum of money
	PercentOf  Formula = "percent"    // per cent of a sum of money
)

// Range is a floor and a ceiling, both allowed: in yuan, or what the formula applies to its base.
type Range struct {
	Min int64 `toml:"min" json:"min"`
	Max int64 `toml:"max" json:"max"`
}

// Grade is a range of its own where the article names a circumstance, such as 情节严重. Its name is the article's
// words, and in （） what tells two grades of one circumstance apart.
type Grade struct {
	Name         string  `toml:"name" json:"name"`
	Formula      Formula `toml:"formula" json:"formula,omitempty"` // none: the matter's
	Base         string  `toml:"base" json:"base,omitempty"`
	Person       *Range  `toml:"person" json:"person,omitempty"`
	Organisation *Range  `toml:"organisation" json:"organisation,omitempty"`
}

// Card is what an officer on the street reads.
type Card struct {
	Looks  string `toml:"looks" json:"looks"`   // what it looks like
	Ask    string `toml:"ask" json:"ask"`       // what to ask
	Record string `toml:"record" json:"record"` // what to photograph and measure
	Write  string `toml:"write" json:"write"`   // how to write it down
}

// Matter is a kind of violation with its legal basis (权力事项), as it stands between two days. Matters come
// from data/matters; the legal section of an office confirms those that ship unconfirmed, outside of this package.
type Matter struct {
	Code       string `toml:"code" json:"code"`
	Name       string `toml:"name" json:"name"`
	NameEn     string `toml:"name_en" json:"nameEn"`
	Field      string `toml:"field" json:"field"`           // street, adverts, property, greening, …
	Department string `toml:"department" json:"department"` // which department governs the subject

	Forbids      Cite     `toml:"forbids" json:"forbids"` // none where the text in force does not ship
	Penalty      Cite     `toml:"penalty" json:"penalty"`
	Amount       Cite     `toml:"amount" json:"-"`                   // where the amount stands, if the penalty's place refers to another
	Words        []string `toml:"words" json:"-"`                    // the article's own words for this matter, where it fines several
	Seizure      Cite     `toml:"seizure" json:"seizure"`            // lets goods or tools be held; none if nothing does
	CorrectFirst bool     `toml:"correct_first" json:"correctFirst"` // a fine only if an order to correct was not obeyed
	FineOptional bool     `toml:"fine_optional" json:"fineOptional"` // 可处: may be fined
	Structure    bool     `toml:"structure" json:"-"`                // 违法建筑: what is built is demolished, and the periods of SB run
	Formula      Formula  `toml:"formula" json:"formula"`
	Base         string   `toml:"base" json:"base,omitempty"` // what the formula is applied to
	Person       *Range   `toml:"person" json:"person,omitempty"`
	Organisation *Range   `toml:"organisation" json:"organisation,omitempty"`
	Grades       []Grade  `toml:"grade" json:"grades,omitempty"`

	ValidFrom Date     `toml:"valid_from" json:"validFrom"`
	ValidTo   Date     `toml:"valid_to" json:"validTo"` // last day; zero: still
	Confirmed bool     `toml:"confirmed" json:"confirmed"`
	Source    string   `toml:"source" json:"source"`
	Note      string   `toml:"note" json:"note,omitempty"`
	Evidence  []string `toml:"evidence" json:"evidence"`
	Card      Card     `toml:"card" json:"card"`

	Continues bool `toml:"continues" json:"-"` // takes name, evidence and card of the entry before it
}

// InForce reports whether the entry applies on a day.
func (m *Matter) InForce(on Date) bool {
	return !on.Before(m.ValidFrom) && (m.ValidTo.IsZero() || !m.ValidTo.Before(on))
}

// Range is the fine for a kind of party, in yuan. Returns law.no_fine if the article fines no such party,
// law.amount_unknown if the amounts are not known yet, and law.fine_by_base if it depends on a base: ask Fine.
func (m *Matter) Range(party string) (low, high int64, err error) {
	if m.Formula != InYuan && m.Formula != "" {
		return 0, 0, fault.New(fault.Refused, "law.fine_by_base", "matter", m.Code, "base", m.Base)
	}
	return m.Fine(party, "", 0)
}

// Fine is the fine for a kind of party in a grade ("" is the ordinary one), of a base: square metres, tons or
// yuan, as the matter's formula says. Floors are rounded up and ceilings down to whole yuan, so that neither
// leaves the law. Returns law.no_fine, law.amount_unknown, law.grade or law.base.
func (m *Matter) Fine(party, grade string, base float64) (low, high int64, err error) {
	person, organisation, formula, of := m.Person, m.Organisation, m.Formula, m.Base
	if grade != "" {
		found := false
		for _, g := range m.Grades {
			if g.Name == grade {
				person, organisation, found = g.Person, g.Organisation, true
				if g.Formula != "" {
					formula, of = g.Formula, g.Base
				}
			}
		}
		if !found {
			return 0, 0, fault.New(fault.Invalid, "law.grade", "matter", m.Code, "grade", clip(grade))
		}
	}
	if person == nil && organisation == nil {
		return 0, 0, fault.New(fault.Refused, "law.amount_unknown", "matter", m.Code)
	}
	r := person
	if party == Organisation {
		r = organisation
	}
	if r == nil || party != Organisation && party != Person && party != SoleTrader {
		return 0, 0, fault.New(fault.Refused, "law.no_fine", "matter", m.Code)
	}
	if formula == InYuan {
		return r.Min, r.Max, nil
	}
	if !(base > 0 && base <= 1e12) {
		return 0, 0, fault.New(fault.Invalid, "law.base", "base", of)
	}
	if formula == PercentOf {
		base /= 100
	}
	low, high = int64(math.Ceil(float64(r.Min)*base)), int64(math.Floor(float64(r.Max)*base))
	return min(low, high), high, nil
}

var catalogue = sync.OnceValues(func() (map[string][]Matter, error) {
	sub, err := fs.Sub(data.FS, "matters")
	if err != nil {
		return nil, err
	}
	return loadMatters(sub)
})

// loadMatters reads the TOML files of a folder and checks every entry.
func loadMatters(files fs.FS) (map[string][]Matter, error) {
	names, err := fs.Glob(files, "*.toml")
	if err != nil {
		return nil, err
	}
	byCode := map[string][]Matter{}
	for _, name := range names {
		if name == thresholdFile {
			continue
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("matters: %w", err)
		}
		var f struct {
			Matters []Matter `toml:"matter"`
		}
		if err := toml.NewDecoder(strings.NewReader(string(raw))).DisallowUnknownFields().Decode(&f); err != nil {
			return nil, fmt.Errorf("matters %s: %w", name, err)
		}
		for _, m := range f.Matters {
			before := byCode[m.Code]
			if m.Continues {
				if len(before) == 0 {
					return nil, fmt.Errorf("matters %s: %s continues nothing", name, m.Code)
				}
				last := before[len(before)-1]
				m.Name, m.NameEn, m.Field, m.Department = last.Name, last.NameEn, last.Field, last.Department
				m.Evidence, m.Card = last.Evidence, last.Card
			}
			if err := m.check(before); err != nil {
				return nil, fmt.Errorf("matters %s: %s from %s: %w", name, m.Code, m.ValidFrom, err)
			}
			byCode[m.Code] = append(before, m)
		}
	}
	return byCode, nil
}

// check finds an incomplete entry, a broken range, an overlap with the entry before it, and a confirmed
// entry whose articles are not in the text in force when it begins.
func (m *Matter) check(before []Matter) error {
	switch {
	case m.Code == "" || m.Name == "" || m.NameEn == "" || m.Field == "" || m.Department == "":
		return fmt.Errorf("code, names, field and department must be given")
	case m.Source == "" || len(m.Evidence) == 0 || m.Card.Looks == "" || m.Card.Ask == "" || m.Card.Record == "" || m.Card.Write == "":
		return fmt.Errorf("source, evidence and all four lines of the card must be given")
	case m.ValidFrom.IsZero() || !m.ValidTo.IsZero() && m.ValidTo.Before(m.ValidFrom):
		return fmt.Errorf("valid from %s to %s", m.ValidFrom, m.ValidTo)
	case len(before) > 0 && (before[len(before)-1].ValidTo.IsZero() || !before[len(before)-1].ValidTo.Before(m.ValidFrom)):
		return fmt.Errorf("overlaps the entry before it")
	}
	known := m.Person != nil || m.Organisation != nil
	switch m.Formula {
	case InYuan:
	case PerM2, PerM2Day, PerTon, PerItem, MultipleOf, PercentOf:
		if m.Base == "" {
			return fmt.Errorf("formula %s without a base", m.Formula)
		}
	default:
		if known || m.Formula != "" {
			return fmt.Errorf("formula %q", m.Formula)
		}
	}
	for _, g := range append([]Grade{{Name: "-", Person: m.Person, Organisation: m.Organisation}}, m.Grades...) {
		for _, r := range []*Range{g.Person, g.Organisation} {
			if r != nil && (r.Min < 0 || r.Max < r.Min || r.Max == 0) {
				return fmt.Errorf("range %d to %d", r.Min, r.Max)
			}
		}
		if g.Name == "" {
			return fmt.Errorf("a grade without a name")
		}
		if g.Formula != "" && g.Formula != InYuan && g.Base == "" {
			return fmt.Errorf("grade %s: formula %s without a base", g.Name, g.Formula)
		}
	}
	if !m.Confirmed {
		return nil
	}
	if !known {
		return fmt.Errorf("confirmed without an amount")
	}
	for _, c := range []Cite{m.Forbids, m.Penalty} {
		if _, err := FindOn(c, m.ValidFrom); err != nil {
			return err
		}
	}
	for _, c := range []Cite{m.Amount, m.Seizure} {
		if _, err := FindOn(c, m.ValidFrom); err != nil && !c.IsZero() {
			return err
		}
	}
	return nil
}

// MatterOn returns the entry of a code that is in force on a day. Returns law.matter for an unknown code and
// law.matter_date where no entry covers the day. Whether it is confirmed is for the caller to ask.
func MatterOn(code string, on Date) (Matter, error) {
	byCode, err := catalogue()
	if err != nil {
		return Matter{}, err
	}
	entries := byCode[code]
	for _, m := range entries {
		if m.InForce(on) {
			return m, nil
		}
	}
	if len(entries) == 0 {
		return Matter{}, fault.New(fault.NotFound, "law.matter", "code", clip(code))
	}
	return Matter{}, fault.New(fault.NotFound, "law.matter_date", "code", code, "date", on.String())
}

// Matters lists all entries by code and then by the day from which they apply.
func Matters() ([]Matter, error) {
	byCode, err := catalogue()
	if err != nil {
		return nil, err
	}
	var out []Matter
	for _, entries := range byCode {
		out = append(out, entries...)
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Code != out[j].Code {
			return out[i].Code < out[j].Code
		}
		return out[i].ValidFrom.Before(out[j].ValidFrom)
	})
	return out, nil
}

// MattersOn lists the entries in force on a day whose code, name or card holds all words of q, by code.
func MattersOn(on Date, q string) ([]Matter, error) {
	all, err := Matters()
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(q))
	out := []Matter{}
next:
	for _, m := range all {
		if !m.InForce(on) {
			continue
		}
		text := strings.ToLower(strings.Join([]string{m.Code, m.Name, m.NameEn, m.Card.Looks, m.Penalty.String()}, " "))
		for _, w := range words {
			if !strings.Contains(text, w) {
				continue next
			}
		}
		out = append(out, m)
	}
	return out, nil
}
