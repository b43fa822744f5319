// Package fault holds the kinds of error that a person or a program outside may see.
//
// A fault has a kind (what sort of answer it is), a stable code (what exactly happened) and
// parameters for the sentence that is shown. The sentence itself lives in package words, in two
// languages; the mapping to HTTP lives in package api. Anything that is not a fault is internal:
// it is logged once, at the edge, and shown to nobody.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure it is; every caller can act on the kind alone.
type Kind uint8

const (
	Internal        Kind = iota // our own failure, or the machine's; logged, not explained
	Invalid                     // the input is wrong; correct it and try again
	Unauthenticated             // nobody is signed in
	Refused                     // signed in, but the role table, the law or a rule says no
	NotFound                    // it does not exist, or the asker may not know that it does
	Conflict                    // somebody else was first; look again and repeat
	Gone                        // it existed and has been withdrawn
	TooLarge                    // the input exceeds a stated bound
	TooMany                     // too often; wait for the stated time
	Unavailable                 // for the moment; nothing was done, try again
)

func (k Kind) String() string {
	return [...]string{"internal", "invalid", "unauthenticated", "refused", "not_found", "conflict",
		"gone", "too_large", "too_many", "unavailable"}[k]
}

// Field is one wrong field of an input: its name as the API spells it, a code, and parameters.
type Field struct {
	Name   string
	Code   string
	Params map[string]any
}

// Error is a fault. Code is stable and looked up in package words; Params fill its sentence.
type Error struct {
	Kind   Kind
	Code   string
	Params map[string]any
	Fields []Field
	Cause  error // never shown, only logged
}

// New makes a fault. params alternate name and value.
func New(kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: pairs(params)}
}

// Wrap makes a fault that keeps the error that caused it for the log.
func Wrap(cause error, kind Kind, code string, params ...any) *Error {
	e := New(kind, code, params...)
	e.Cause = cause
	return e
}

// With adds a wrong field and returns the same fault, so that a form hears of all its errors at once.
func (e *Error) With(name, code string, params ...any) *Error {
	e.Fields = append(e.Fields, Field{Name: name, Code: code, Params: pairs(params)})
	return e
}

// OrNil returns nil if no field was found wrong; it ends the check of a form.
func (e *Error) OrNil() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Code)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first fault in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err's first fault has the code.
func Is(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

func pairs(kv []any) map[string]any {
	if len(kv) == 0 {
		return nil
	}
	m := make(map[string]any, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		m[fmt.Sprint(kv[i])] = kv[i+1]
	}
	return m
}
