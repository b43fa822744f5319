package law

import (
	"fmt"
	"io/fs"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/fault"
)

const thresholdFile = "thresholds.toml"

// Threshold is an amount by which a procedure is chosen, for one kind of party.
type Threshold struct {
	Yuan      int64  `json:"yuan"`
	Cite      Cite   `json:"cite"`
	Source    string `json:"source"`
	Confirmed bool   `json:"confirmed"` // false: to be confirmed by the legal section
	ValidFrom Date   `json:"validFrom"`
}

type thresholdEntry struct {
	Code         string `toml:"code"`
	Cite         Cite   `toml:"cite"`
	Person       int64  `toml:"person"`
	Organisation int64  `toml:"organisation"`
	ValidFrom    Date   `toml:"valid_from"`
	Confirmed    bool   `toml:"confirmed"`
	Source       string `toml:"source"`
}

var thresholds = sync.OnceValues(func() (map[string]thresholdEntry, error) {
	raw, err := fs.ReadFile(data.FS, "matters/"+thresholdFile)
	if err != nil {
		return nil, err
	}
	return parseThresholds(raw)
})

func parseThresholds(raw []byte) (map[string]thresholdEntry, error) {
	var f struct {
		Thresholds []thresholdEntry `toml:"threshold"`
	}
	if err := toml.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", thresholdFile, err)
	}
	out := map[string]thresholdEntry{}
	for _, e := range f.Thresholds {
		if e.Person <= 0 || e.Organisation <= 0 || e.Source == "" || e.ValidFrom.IsZero() {
			return nil, fmt.Errorf("%s: %s is incomplete", thresholdFile, e.Code)
		}
		if _, err := Find(e.Cite); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", thresholdFile, e.Code, err)
		}
		out[e.Code] = e
	}
	return out, nil
}

// HearingThreshold is the fine from which on, itself included, a party may ask for a hearing (AP 63).
func HearingThreshold(party string) (Threshold, error) { return threshold("hearing", party) }

// SummaryCeiling is the highest fine that may be imposed on the spot (AP 51).
func SummaryCeiling(party string) (Threshold, error) { return threshold("summary", party) }

// CashCeiling is the highest fine that may be collected on the spot (AP 68).
func CashCeiling(party string) (Threshold, error) { return threshold("cash", party) }

func threshold(code, party string) (Threshold, error) {
	all, err := thresholds()
	if err != nil {
		return Threshold{}, err
	}
	e, ok := all[code]
	if !ok {
		return Threshold{}, fmt.Errorf("%s has no %s", thresholdFile, code)
	}
	t := Threshold{Cite: e.Cite, Source: e.Source, Confirmed: e.Confirmed, ValidFrom: e.ValidFrom}
	switch party {
	case Person, SoleTrader:
		t.Yuan = e.Person
	case Organisation:
		t.Yuan = e.Organisation
	default:
		return Threshold{}, fault.New(fault.Invalid, "law.party", "party", clip(party))
	}
	return t, nil
}
