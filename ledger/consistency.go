package ledger

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"jiexu/fault"
)

// Consistency is a proof that a log of one size begins with the log of another, as it is kept in a file and served: the lines
// `old SIZE` and `new SIZE`, then each hash (base64).
type Consistency struct {
	Old, New int64
	Proof    []string
}

// mostHashes is how many hashes a proof between two sizes has at most.
const mostHashes = 63 * 2

// Encode writes the proof as text.
func (c Consistency) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\nnew %d\n", c.Old, c.New)
	for _, hash := range c.Proof {
		b.WriteString(hash + "\n")
	}
	return b.Bytes()
}

// ParseConsistency reads such a text. Returns ledger.consistency_text for anything else.
func ParseConsistency(text []byte) (c Consistency, err error) {
	bad := func(detail string) (Consistency, error) {
		return Consistency{}, fault.New(fault.Invalid, "ledger.consistency_text", "detail", clipped(detail, 100))
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for _, want := range []struct {
		word string
		into *int64
	}{{"old", &c.Old}, {"new", &c.New}} {
		if !lines.Scan() {
			return bad("it ends too early")
		}
		if _, err := fmt.Sscanf(lines.Text(), want.word+" %d", want.into); err != nil || *want.into < 0 || lines.Text() != fmt.Sprintf("%s %d", want.word, *want.into) {
			return bad(lines.Text())
		}
	}
	for lines.Scan() {
		if len(c.Proof) == mostHashes {
			return bad("it has too many lines")
		}
		c.Proof = append(c.Proof, strings.TrimSpace(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		return bad(err.Error())
	}
	if _, err := parseHashes(c.Proof); err != nil {
		return bad(err.Error())
	}
	return c, nil
}
