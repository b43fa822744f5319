package org

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"jiexu/fault"
)

// Parameters of argon2id: two passes over 19 MiB by one thread.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// hashing bounds what passwords may cost: two at once, twenty waiting. A flood of sign-ins then
// neither fills the memory nor starves the work of others.
type hashing struct {
	slots   chan struct{}
	waiting chan struct{}
	absent  string // a hash that no password has, for logins that do not exist
}

func newHashing() *hashing {
	h := &hashing{slots: make(chan struct{}, 2), waiting: make(chan struct{}, 20)}
	h.absent = encodeHash(random(argonSalt), random(argonKey))
	return h
}

// enter waits for a slot; leave must be called after. Returns org.sign_in_busy when too many wait.
func (h *hashing) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return nil, fault.New(fault.TooMany, "org.sign_in_busy", "seconds", 2)
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hashing) make(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := random(argonSalt)
	return encodeHash(salt, argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)), nil
}

func (h *hashing) matches(ctx context.Context, password, encoded string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return verify(password, encoded)
}

// encodeHash writes the PHC string form.
func encodeHash(salt, key []byte) string {
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, enc(salt), enc(key))
}

func verify(password, encoded string) (bool, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, fmt.Errorf("org: a password hash of unknown form")
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil || passes == 0 || threads == 0 {
		return false, fmt.Errorf("org: a password hash of unknown form")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("org: a password hash of unknown form: %w", err)
	}
	key, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) == 0 {
		return false, fmt.Errorf("org: a password hash of unknown form")
	}
	return subtle.ConstantTimeCompare(argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(key))), key) == 1, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// Bounds of a password, in characters.
const (
	minPassword = 10
	maxPassword = 200
)

// common are passwords that are tried first; case and trailing digits and signs do not count.
var common = []string{"password", "passw0rd", "qwertyuiop", "qwerty", "asdfghjkl", "letmein", "iloveyou", "woaini", "admin", "administrator",
	"welcome", "chengguan", "shanghai", "jingan", "jiexu", "abc", "abcd", "abcdefg", "a", "aa", "q", "zxcvbnm", "1qaz", "1q2w3e4r5t", "p@ssw0rd", "changeme"}

// checkPassword refuses what is too short, the login, one repeated character, a run of digits, and
// what everybody tries first.
func checkPassword(field, password, login string) error {
	f := fault.New(fault.Invalid, "form")
	lower := strings.ToLower(password)
	stem := strings.TrimRight(lower, "0123456789!.@#$%*_-")
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		f.With(field, "org.password_short", "min", minPassword)
	case n > maxPassword:
		f.With(field, "form.too_long", "max", maxPassword)
	case login != "" && (lower == login || stem == login || len(login) >= 4 && strings.Contains(lower, login)):
		f.With(field, "org.password_login")
	case stem == "", slices.Contains(common, stem), strings.Count(lower, lower[:1]) == len(lower):
		f.With(field, "org.password_common")
	}
	return f.OrNil()
}

// OneTimePassword makes a password to be told once and changed at the first sign-in: eighty random
// bits in letters and digits that nobody mistakes for one another.
func OneTimePassword() string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for i, r := range random(16) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[r&31])
	}
	return b.String()
}
