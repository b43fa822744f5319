package evidence

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
)

// Origin is how somebody says that a file was made. A screenshot of a page proves little where nobody knows of which page and when.
type Origin struct {
	Kind    string    `json:"kind" enum:"screenshot,scan"`
	Address string    `json:"address,omitempty" maxLength:"1000" doc:"of the page"`
	At      time.Time `json:"at,omitzero" doc:"when it was taken"`
	Tool    string    `json:"tool,omitempty" maxLength:"200" doc:"device and program"`
}

// maxAddress bounds the address of a page, maxTool the name of a program; characters.
const (
	maxAddress = 1000
	maxTool    = 200
)

// parseOrigin reads what was said of how a file was made; empty: nothing. Returns evidence.screenshot where a screenshot does not say of what and when.
func parseOrigin(text string, now time.Time) (*Origin, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	wrong := fault.New(fault.Invalid, "evidence.screenshot")
	var o Origin
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return nil, wrong
	}
	o.Address, o.Tool = strings.TrimSpace(api.Clean(o.Address)), strings.TrimSpace(api.Clean(o.Tool))
	if utf8.RuneCountInString(o.Address) > maxAddress || utf8.RuneCountInString(o.Tool) > maxTool || o.At.After(now.Add(time.Hour)) {
		return nil, wrong
	}
	switch o.Kind {
	case "scan":
		return &o, nil
	case "screenshot":
		if page, err := url.Parse(o.Address); err != nil || page.Scheme != "http" && page.Scheme != "https" || page.Host == "" || o.At.IsZero() {
			return nil, wrong
		}
		return &o, nil
	}
	return nil, wrong
}

// text is how an origin is kept; nil: not at all.
func (o *Origin) text() *string {
	if o == nil {
		return nil
	}
	raw, err := json.Marshal(o)
	if err != nil {
		return nil // strings and a time
	}
	text := string(raw)
	return &text
}

func originOf(text string) *Origin {
	var o Origin
	if text == "" || json.Unmarshal([]byte(text), &o) != nil {
		return nil
	}
	return &o
}
