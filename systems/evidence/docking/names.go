// Package docking reads what a docking station says of a recording: its path, a file beside it, and the recording itself. Each is a claim; which is
// believed, and what they disagree in, is kept with the recording. It knows no database.
package docking

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Claim is what one source says of a recording; what it does not say is empty.
type Claim struct {
	Source  string        `json:"source"` // path, sidecar, media
	Maker   string        `json:"maker,omitempty"`
	MakerEn string        `json:"makerEn,omitempty"`
	Device  string        `json:"device,omitempty"`  // serial number
	Officer string        `json:"officer,omitempty"` // number of the person
	Began   time.Time     `json:"began,omitzero"`    // by the device's clock
	Long    time.Duration `json:"long,omitempty"`
	Lon     *float64      `json:"lon,omitempty"`
	Lat     *float64      `json:"lat,omitempty"`
	Key     bool          `json:"key,omitempty"` // marked on the device as important
	// Drift is how much the device's clock was ahead of the station's when it was docked, where the source tells both.
	Drift *time.Duration `json:"drift,omitempty"`
}

// Pattern is a way in which files are named.
type Pattern struct {
	Maker, MakerEn, Example string
	expr                    *regexp.Regexp
}

// Patterns are those of an office, in the order in which they are tried.
type Patterns []Pattern

// English is the English name of the pattern that a recording was read by; empty where it has none.
func (ps Patterns) English(maker string) string {
	for _, p := range ps {
		if p.Maker == maker {
			return p.MakerEn
		}
	}
	return ""
}

const shipped = "devices/recorders.toml"

// Shipped reads those that come with the program.
func Shipped(data fs.FS) (Patterns, error) {
	text, err := fs.ReadFile(data, shipped)
	if err != nil {
		return nil, err
	}
	return ParsePatterns(text)
}

// groups are what a pattern may name.
var groups = map[string]bool{"": true, "device": true, "officer": true, "at": true, "date": true, "time": true, "n": true, "key": true}

// ParsePatterns reads a table of patterns; each must fit its own example.
func ParsePatterns(text []byte) (Patterns, error) {
	var file struct {
		Note    string `toml:"note"`
		Pattern []struct {
			Maker   string `toml:"maker"`
			MakerEn string `toml:"maker_en"`
			Expr    string `toml:"expr"`
			Example string `toml:"example"`
		} `toml:"pattern"`
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	var out Patterns
	for _, p := range file.Pattern {
		expr, err := regexp.Compile(p.Expr)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Maker, err)
		}
		for _, g := range expr.SubexpNames() {
			if !groups[g] {
				return nil, fmt.Errorf("%s: no such group %s", p.Maker, g)
			}
		}
		one := Pattern{Maker: p.Maker, MakerEn: p.MakerEn, Example: p.Example, expr: expr}
		if _, wrong, ok := one.read(p.Example, time.UTC); !ok || wrong {
			return nil, fmt.Errorf("%s does not fit its example %s", p.Maker, p.Example)
		}
		out = append(out, one)
	}
	return out, nil
}

// Read reads a path below the folder that is taken in; zone is where the devices' clocks stand. False where no pattern fits.
func (ps Patterns) Read(name string, zone *time.Location) (Claim, bool) {
	name = strings.TrimSuffix(path.Clean(strings.ReplaceAll(name, `\`, "/")), path.Ext(name))
	var first Claim // of a clock that was never set: whose and of which device it is
	for _, p := range ps {
		switch c, wrong, ok := p.read(name, zone); {
		case ok && !wrong:
			return c, true
		case ok && first.Source == "":
			first = c
		}
	}
	return first, first.Source != ""
}

// noSuchDay reports whether digits are a time on a day that its month has not.
func noSuchDay(digits string) bool {
	if len(digits) != 14 || digits[:4] < "2000" || digits[6:8] < "29" || digits[6:8] > "31" {
		return false
	}
	_, err := time.Parse("20060102150405", digits[:6]+"28"+digits[8:])
	return err == nil
}

// read is what a pattern knows by a name; wrong: its time is none that there was, and is left out.
func (p Pattern) read(name string, zone *time.Location) (c Claim, wrong, ok bool) {
	m := p.expr.FindStringSubmatch(name)
	if m == nil {
		return Claim{}, false, false
	}
	c = Claim{Source: "path", Maker: p.Maker, MakerEn: p.MakerEn}
	at := ""
	for i, group := range p.expr.SubexpNames() {
		switch group {
		case "device":
			c.Device = strings.ToUpper(m[i])
		case "officer":
			c.Officer = m[i]
		case "at", "date", "time":
			at += m[i]
		case "key":
			c.Key = m[i] != ""
		}
	}
	if at != "" {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, at)
		t, err := time.ParseInLocation("20060102150405", digits, zone)
		switch {
		case err == nil && t.Year() >= 2000:
			c.Began = t
		case err == nil && t.Year() >= 1970 || noSuchDay(digits):
			wrong = true
		default:
			return Claim{}, false, false // fourteen digits that are no time: another pattern may know them
		}
	}
	return c, wrong, c.Device != "" || c.Officer != "" || !c.Began.IsZero()
}
