package topic

import (
	"cmp"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"jiexu/data"
)

// Background knows in how many texts from elsewhere a run of up to three units stands, so that few complaints can be
// told apart too: what every complaint says, "please send somebody", looks as rare among forty as a name does. It holds
// counts by hash and no text can be read back from it. It is not safe for concurrent writing; reading may be concurrent.
type Background struct {
	texts int
	keys  []uint32 // sorted: what was read
	in    []uint16 // by place in keys
	more  map[uint32]uint16
	areas *strings.Replacer
}

// longestCounted is how many units of a run are counted; longer ones are estimated from these.
const longestCounted = 3

// unseen is in how many texts a run stands that stands in none.
const unseen = 0.5

// NewBackground is one that has seen nothing.
func NewBackground() *Background {
	return &Background{more: map[uint32]uint16{}, areas: strings.NewReplacer()}
}

// With is a copy that knows further texts: an office's own, so that what is said there in every complaint counts for little.
func (b *Background) With(notes []Note) *Background {
	out := &Background{texts: b.texts, keys: b.keys, in: b.in, areas: b.areas, more: maps.Clone(b.more)}
	v := newVocabulary(out)
	for _, n := range notes {
		out.add(v, n)
	}
	return out
}

// Apart is one that leaves out names: of whole areas such as a street's, which say whose a complaint is and not what it is about.
func (b *Background) Apart(names []string) *Background {
	out := *b
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, n := range names {
		if n != "" {
			pairs = append(pairs, n, " ")
		}
	}
	out.areas = strings.NewReplacer(pairs...)
	return &out
}

// Texts is how many texts were counted.
func (b *Background) Texts() int { return b.texts }

func (b *Background) add(v *vocabulary, n Note) {
	seen := map[uint32]bool{}
	for _, text := range v.texts(n) {
		for size := 1; size <= longestCounted; size++ {
			runs(text, size, func(run []int32) { seen[v.hash(run)] = true })
		}
	}
	b.texts++
	for k := range seen {
		if b.more[k] < math.MaxUint16 {
			b.more[k]++
		}
	}
}

// hash names a run by how it is written, the same in every process.
func (v *vocabulary) hash(run []int32) uint32 {
	h := fnv.New32a()
	for _, u := range run {
		h.Write([]byte(v.written[u]))
		h.Write([]byte{0})
	}
	x := h.Sum32()
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	return x
}

func (b *Background) count(k uint32) float64 {
	n := float64(b.more[k])
	if i, ok := slices.BinarySearch(b.keys, k); ok {
		n += float64(b.in[i])
	}
	return max(n, unseen)
}

// share is in which share of the texts a run may be expected. A longer run than those that were counted is expected as
// its parts follow one another: that of four as the first three, times how often the last follows the two before it.
func (b *Background) share(v *vocabulary, run []int32) float64 {
	if b.texts == 0 {
		return 0
	}
	least := unseen / float64(b.texts)
	if len(run) <= longestCounted {
		return max(b.count(v.hash(run))/float64(b.texts), least)
	}
	n := b.count(v.hash(run[:longestCounted]))
	for i := longestCounted; i < len(run); i++ {
		whole, before := b.count(v.hash(run[i-2:i+1])), b.count(v.hash(run[i-2:i]))
		n *= min(whole/before, 1)
	}
	return max(n/float64(b.texts), least)
}

// fewestShipped is in how many texts a run must stand to be written into a file.
const fewestShipped = 3

var errBackground = errors.New("not a file of counts")

// Encode writes the counts of runs that stand in three texts or more.
func (b *Background) Encode() []byte {
	type kept struct {
		key uint32
		n   uint16
	}
	var all []kept
	for i, k := range b.keys {
		all = append(all, kept{k, b.in[i] + b.more[k]})
	}
	for k, n := range b.more {
		if _, ok := slices.BinarySearch(b.keys, k); !ok {
			all = append(all, kept{k, n})
		}
	}
	all = slices.DeleteFunc(all, func(e kept) bool { return e.n < fewestShipped })
	slices.SortFunc(all, func(a, b kept) int { return int(int64(a.key) - int64(b.key)) })
	out := binary.AppendUvarint([]byte(backgroundMagic), uint64(b.texts))
	out = binary.AppendUvarint(out, uint64(len(all)))
	before := uint32(0)
	for _, e := range all {
		out = binary.AppendUvarint(out, uint64(e.key-before))
		out = binary.AppendUvarint(out, uint64(e.n))
		before = e.key
	}
	return out
}

const backgroundMagic = "jiexu-counts-1\n"

// DecodeBackground reads what Encode wrote.
func DecodeBackground(raw []byte) (*Background, error) {
	if len(raw) < len(backgroundMagic) || string(raw[:len(backgroundMagic)]) != backgroundMagic {
		return nil, errBackground
	}
	raw = raw[len(backgroundMagic):]
	next := func() (uint64, bool) {
		n, size := binary.Uvarint(raw)
		if size <= 0 {
			return 0, false
		}
		raw = raw[size:]
		return n, true
	}
	texts, ok := next()
	entries, ok2 := next()
	if !ok || !ok2 || texts > math.MaxInt32 || entries > uint64(len(raw)) {
		return nil, errBackground
	}
	b := NewBackground()
	b.texts = int(texts)
	key := uint64(0)
	for i := range entries {
		gap, ok := next()
		n, ok2 := next()
		key += gap
		if !ok || !ok2 || gap > math.MaxUint32 || key > math.MaxUint32 || i > 0 && gap == 0 || n == 0 || n > math.MaxUint16 {
			return nil, errBackground
		}
		b.keys, b.in = append(b.keys, uint32(key)), append(b.in, uint16(n))
	}
	if len(raw) > 0 {
		return nil, errBackground
	}
	return b, nil
}

// Shipped is the background that the program brings with it; data/topics says of what. It is shared.
var Shipped = sync.OnceValues(func() (*Background, error) {
	raw, err := fs.ReadFile(data.FS, "topics/counts")
	if err != nil {
		return nil, err
	}
	return DecodeBackground(raw)
})

// prior is the number of notes at which what is common among them and what is common elsewhere weigh the same: of few notes
// the background rules, of many they themselves do.
const prior = 500

// rarity is how much a term says among n notes: the logarithms of how rare it is here and elsewhere, each by its share.
func (v *vocabulary) rarity(term int32, n int) float64 {
	own := math.Log(float64(n+1) / float64(v.df[term]))
	if v.background.texts == 0 {
		return own
	}
	here := float64(n) / (float64(n) + prior)
	return here*own - (1-here)*math.Log(v.elsewhere[term])
}

// everywhere tells whether a term says nothing, since so many of n notes have it, or so many texts elsewhere.
func (v *vocabulary) everywhere(term int32, n int) bool {
	most := max(common*float64(n), min(commonLeast, float64(n)/2))
	if v.background.texts == 0 {
		most = max(common*float64(n), commonLeast)
	}
	return float64(v.df[term]) > most || v.elsewhere[term] > 2*common
}

// asThough is in how many notes a phrase's own would be looked for, were there as many as a large city looks at.
const asThough = 6000

// among is in how many notes a term stands, and would stand among as many of elsewhere as are missing.
func (v *vocabulary) among(term int32, n int) float64 {
	return float64(v.df[term]) + float64(max(asThough-n, 0))*v.elsewhere[term]
}
