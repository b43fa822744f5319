// Package ledger is the record of what happened: an append-only Merkle log (RFC 6962 hashing, C2SP
// tiles and checkpoints) into which every business transaction enters what it did.
//
// An entry names its subject, its actor and its unit, and holds the digest of every row that the
// transaction wrote. Three things follow. Nothing that happened can be quietly changed, neither the
// entry nor the rows (Check). Anyone can be shown, offline, that something happened (Prove,
// VerifyBundle). And the entry is the event: followers read the log in order, exactly once, as often
// as they like (Follower).
//
// Writers never wait for the tree. Append only inserts; the sequencer of a Log gives entries their
// places a moment later.
package ledger

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"jiexu/store"
)

// Ref names what an entry is about: a complaint, a case, a person.
type Ref struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// Row names a row of a sealed table: its key as plain text, or as Key writes it if several columns
// make it up.
type Row struct{ Table, Key string }

// Key writes the key of a row of several columns; times are store.Time, dates store.Date.
func Key(values ...any) string {
	out := []byte{'['}
	for i, v := range values {
		if i > 0 {
			out = append(out, ',')
		}
		switch v := v.(type) {
		case store.Time:
			out = store.AppendString(out, v.Text())
		case store.Date:
			out = store.AppendString(out, v.String())
		default:
			b, err := Canonical(v)
			if err != nil {
				b = store.AppendString(nil, fmt.Sprint(v))
			}
			out = append(out, b...)
		}
	}
	return string(append(out, ']'))
}

// Entry is what a business transaction puts on record.
type Entry struct {
	ID      string // made by Append if empty
	At      time.Time
	Kind    string // intake.registered: the room, and what happened
	Subject Ref
	Actor   string // person, or the name of the program that acted
	Unit    string
	Body    any   // what else must be provable, as JSON; no personal data
	Rows    []Row // every row of a sealed table that the transaction wrote
}

// RowDigest says what a row contained when the entry was made.
type RowDigest struct {
	Table  string `json:"table"`
	Key    string `json:"key"`
	SHA256 string `json:"sha256"` // of the row's canonical JSON, or Deleted
}

// Deleted stands in place of the digest of a row that the transaction removed.
const Deleted = "deleted"

// Record is an entry as the log holds it.
type Record struct {
	ID      string
	At      time.Time
	Kind    string
	Subject Ref
	Actor   string
	Unit    string
	Body    json.RawMessage
	Rows    []RowDigest
	Leaf    int64  // its place in the tree; Unsequenced while it has none
	Data    []byte // the bytes that the tree hashes
}

// Unsequenced is the leaf of an entry that the sequencer has not reached.
const Unsequenced int64 = -1

// leafData is the form in which an entry is hashed. The version changes when the form does.
type leafData struct {
	V       int             `json:"v"`
	ID      string          `json:"id"`
	At      string          `json:"at"`
	Kind    string          `json:"kind"`
	Subject Ref             `json:"subject"`
	Actor   string          `json:"actor"`
	Unit    string          `json:"unit"`
	Body    json.RawMessage `json:"body"`
	Rows    []RowDigest     `json:"rows"`
}

// MaxData is how many bytes an entry may have: the entry bundles of C2SP tlog-tiles count in 16 bits.
const MaxData = 65535

// Parse reads the bytes that the tree hashes. They must be canonical: of two spellings of one entry
// only one is in the log.
func Parse(data []byte) (Record, error) {
	var d leafData
	if err := json.Unmarshal(data, &d); err != nil {
		return Record{}, fmt.Errorf("entry: %w", err)
	}
	if d.V != 1 {
		return Record{}, fmt.Errorf("entry: version %d is not known here", d.V)
	}
	at, err := store.ParseTime(d.At)
	if err != nil {
		return Record{}, fmt.Errorf("entry: %w", err)
	}
	body := d.Body
	if d.Body, err = Canonical(body); err != nil {
		return Record{}, fmt.Errorf("entry %s: %w", d.ID, err)
	}
	again, err := d.encode()
	if err != nil || string(again) != string(data) {
		return Record{}, fmt.Errorf("entry %s: not in canonical form", d.ID)
	}
	return Record{ID: d.ID, At: at.Time, Kind: d.Kind, Subject: d.Subject, Actor: d.Actor, Unit: d.Unit,
		Body: d.Body, Rows: d.Rows, Leaf: Unsequenced, Data: data}, nil
}

// encode writes the entry as Canonical would, field by field in the order of their names; its body must be canonical
// already. Each entry is written out within the transaction that makes it, and again by everyone who reads it.
func (d leafData) encode() ([]byte, error) {
	dst, valid := make([]byte, 0, 300+len(d.Body)+180*len(d.Rows)), true
	field := func(name, value string) {
		valid = valid && utf8.ValidString(value)
		dst = store.AppendString(append(dst, name...), value)
	}
	field(`{"actor":`, d.Actor)
	field(`,"at":`, d.At)
	dst = append(append(dst, `,"body":`...), d.Body...)
	field(`,"id":`, d.ID)
	field(`,"kind":`, d.Kind)
	dst = append(dst, `,"rows":[`...)
	for i, r := range d.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		field(`{"key":`, r.Key)
		field(`,"sha256":`, r.SHA256)
		field(`,"table":`, r.Table)
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	field(`,"subject":{"id":`, d.Subject.ID)
	field(`,"type":`, d.Subject.Type)
	field(`},"unit":`, d.Unit)
	dst = append(strconv.AppendInt(append(dst, `,"v":`...), int64(d.V), 10), '}')
	if !valid { // Canonical puts a mark in place of what is no UTF-8
		if d.Rows == nil {
			d.Rows = []RowDigest{}
		}
		return Canonical(d)
	}
	return dst, nil
}

// Event says that something happened, for those who look on. It carries nothing that needs masking.
type Event struct {
	Leaf    int64
	Kind    string
	Subject Ref
	Unit    string
	Actor   string
	At      time.Time
}

// registry holds what each table is: sealed under its key, or exempt for a reason.
var registry = struct {
	sync.RWMutex
	sealed map[string][]string
	exempt map[string]string
}{sealed: map[string][]string{}, exempt: map[string]string{}}

// Seal declares, from an init of the room that owns it, that every write to the table is named in an
// entry of the same transaction. key is the primary key, "id" if not given.
func Seal(table string, key ...string) {
	if len(key) == 0 {
		key = []string{"id"}
	}
	registry.Lock()
	defer registry.Unlock()
	registry.sealed[table] = key
}

// Exempt declares, from an init of the room that owns it, that the table is not sealed, and why.
func Exempt(table, reason string) {
	registry.Lock()
	defer registry.Unlock()
	registry.exempt[table] = reason
}

func sealedKey(table string) ([]string, bool) {
	registry.RLock()
	defer registry.RUnlock()
	key, ok := registry.sealed[table]
	return key, ok
}

// Sealed lists the sealed tables in order.
func Sealed() []string {
	registry.RLock()
	defer registry.RUnlock()
	names := make([]string, 0, len(registry.sealed))
	for name := range registry.sealed {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Exempted lists the exempt tables with the reason of each.
func Exempted() map[string]string {
	registry.RLock()
	defer registry.RUnlock()
	out := make(map[string]string, len(registry.exempt))
	for name, reason := range registry.exempt {
		out[name] = reason
	}
	return out
}

func init() {
	const technical = "technical: says nothing about a matter"
	Exempt("store_commands", technical+"; results of commands, kept for a week")
	Exempt("store_leases", technical+"; which server does what at the moment")
	Exempt("store_search_forms", technical+"; in which form what can be searched is indexed")
	Exempt("store_search_texts", "derived from sealed rows, and made anew from them")
	Exempt("ledger_entries", "the log itself: the tree seals it")
	Exempt("ledger_tree", "the log itself: checked against the checkpoints")
	Exempt("ledger_tiles", "the log itself: checked against the entries")
	Exempt("ledger_checkpoints", "the log itself: signed")
	Exempt("ledger_targets", technical+"; how far each place outside has the log")
	Exempt("ledger_attestations", "signed by those who made them, over a checkpoint; checked against both")
	Exempt("ledger_cursors", technical+"; how far each follower has read")
}
