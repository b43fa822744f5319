package pages

import (
	"cmp"
	"errors"
)

// Kind is what a value is.
type Kind byte

// In the order in which an index sorts them; whole and broken numbers sort among each other.
const (
	Null Kind = iota
	Int
	Float
	Text
	Blob
)

// Value is one of a record.
type Value struct {
	Kind Kind
	Int  int64  // of Int, and the bits of Float
	Text string // of Text, and the bytes of Blob
}

var errRecord = errors.New("not a record")

// varint reads a number of one to nine bytes. n is 0 where there is none.
func varint[T []byte | string](p T) (v uint64, n int) {
	if len(p) > 0 && p[0] < 0x80 {
		return uint64(p[0]), 1
	}
	for i := range min(len(p), 8) {
		v = v<<7 | uint64(p[i]&0x7f)
		if p[i] < 0x80 {
			return v, i + 1
		}
	}
	if len(p) < 9 {
		return 0, 0
	}
	return v<<8 | uint64(p[8]), 9
}

// whole are the sizes of the serial types below 12.
var whole = [12]int{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, -1, -1}

// Record takes a record apart. It must fill its bytes exactly.
func Record(p string, into []Value) ([]Value, error) {
	into = into[:0]
	head, n := varint(p)
	if n == 0 || head < uint64(n) || head > uint64(len(p)) {
		return into, errRecord
	}
	types, body := p[n:head], p[head:]
	for len(types) > 0 {
		t, n := varint(types)
		if n == 0 {
			return into, errRecord
		}
		types = types[n:]
		if t >= 12 {
			size := (t - 12) / 2
			if size > uint64(len(body)) {
				return into, errRecord
			}
			kind := Blob
			if t&1 == 1 {
				kind = Text
			}
			into = append(into, Value{Kind: kind, Text: body[:size]})
			body = body[size:]
			continue
		}
		size := whole[t]
		if size < 0 || size > len(body) {
			return into, errRecord
		}
		var v int64
		for i := range size {
			if v = v<<8 | int64(body[i]); i == 0 {
				v = int64(int8(body[0]))
			}
		}
		switch {
		case t == 0:
			into = append(into, Value{})
		case t == 7:
			into = append(into, Value{Kind: Float, Int: v})
		case t >= 8:
			into = append(into, Value{Kind: Int, Int: int64(t) - 8})
		default:
			into = append(into, Value{Kind: Int, Int: v})
		}
		body = body[size:]
	}
	if len(body) > 0 {
		return into, errRecord
	}
	return into, nil
}

// Rises reports whether b follows a in an index whose columns all rise and are compared byte by byte. Broken numbers are not expected there: with them it says no.
func Rises(a, b []Value) bool {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		if x.Kind == Float || y.Kind == Float {
			return false
		}
		o := cmp.Compare(x.Kind, y.Kind)
		if o == 0 && x.Kind == Int {
			o = cmp.Compare(x.Int, y.Int)
		} else if o == 0 && x.Kind != Null {
			o = cmp.Compare(x.Text, y.Text)
		}
		if o != 0 {
			return o < 0
		}
	}
	return len(a) < len(b)
}
