package classify

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// A model is written as the line `jiexu classify 1`, and packed by gzip: its description as JSON, how
// many texts know each bucket, the buckets that carry weights, the scale of each class, the weights.
const (
	magic          = "jiexu classify 1\n"
	MaxModelBytes  = 64 << 20 // of an encoded model
	maxUnpacked    = 256 << 20
	maxDescription = 1 << 20
	maxClasses     = 2000
	maxWeights     = 64 << 20
)

// errModel says that the bytes are no model, or a damaged one.
var errModel = errors.New("classify: not a model")

// round brings the counts to what is kept of them: eighths of a power of two in a byte. Training rounds before
// it weighs, so that a model predicts the same before and after it was written.
func (b *Background) round() {
	for i, n := range b.in {
		b.in[i] = min(unpackCount(packCount(n)), uint32(b.texts))
	}
}

func packCount(n uint32) byte { return byte(min(255, math.Round(8*math.Log2(float64(n)+1)))) }

func unpackCount(q byte) uint32 { return uint32(math.Round(math.Exp2(float64(q)/8) - 1)) }

// Encode writes a model.
func (m *Model) Encode() ([]byte, error) {
	out := bytes.NewBufferString(magic)
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(z)
	description, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	number := func(n int) { w.Write(binary.AppendUvarint(nil, uint64(n))) }
	number(len(description))
	w.Write(description)
	m.background.write(w)
	number(len(m.buckets))
	last := 0
	for _, b := range m.buckets {
		number(int(b) - last)
		last = int(b)
	}
	for _, s := range m.scale {
		w.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(s)))
	}
	for c := range m.Classes { // a class together: it packs better
		for i := range m.buckets {
			w.WriteByte(byte(m.weights[i*len(m.Classes)+c]))
		}
	}
	if err := errors.Join(w.Flush(), z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (b *Background) write(w *bufio.Writer) {
	w.Write(binary.AppendUvarint(nil, uint64(b.texts)))
	for _, n := range b.in {
		w.WriteByte(packCount(n))
	}
}

// Decode reads a model that Encode wrote. What it reads may come from anywhere: everything is bounded, and
// what does not fit is an error.
func Decode(raw []byte) (*Model, error) {
	if len(raw) > MaxModelBytes || !bytes.HasPrefix(raw, []byte(magic)) {
		return nil, errModel
	}
	z, err := gzip.NewReader(bytes.NewReader(raw[len(magic):]))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errModel, err)
	}
	r := bufio.NewReader(io.LimitReader(z, maxUnpacked))
	m := &Model{}
	if err := m.read(r); err != nil {
		return nil, fmt.Errorf("%w: %w", errModel, err)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF { // also checks gzip's sum
		return nil, errModel
	}
	return m, nil
}

func (m *Model) read(r *bufio.Reader) error {
	n, err := atMost(r, maxDescription)
	if err != nil {
		return err
	}
	description := make([]byte, n)
	if _, err := io.ReadFull(r, description); err != nil {
		return err
	}
	if err := json.Unmarshal(description, m); err != nil {
		return err
	}
	if len(m.Classes) < 2 || len(m.Classes) > maxClasses || !(m.Sharpness > 0 && m.Sharpness <= 1000) || !(m.Bound >= 0 && m.Bound <= 2) {
		return errModel
	}
	if m.background, err = readBackground(r); err != nil {
		return err
	}
	if n, err = atMost(r, size); err != nil {
		return err
	}
	if n*len(m.Classes) > maxWeights {
		return errModel
	}
	used := make([]bool, size)
	at := uint64(0)
	for i := range n {
		step, err := binary.ReadUvarint(r)
		if err != nil {
			return err
		}
		if at += step; step >= size || at >= size || i > 0 && step == 0 {
			return errModel
		}
		used[at] = true
	}
	m.place(used)
	m.scale = make([]float32, len(m.Classes))
	if err := binary.Read(r, binary.LittleEndian, m.scale); err != nil {
		return err
	}
	for _, s := range m.scale {
		if !(s >= 0 && s <= 1e6) {
			return errModel
		}
	}
	// The weights are read a class at a time, so that a short file that claims to be large allocates little.
	column := make([]byte, len(m.buckets))
	for c := range m.Classes {
		if _, err := io.ReadFull(r, column); err != nil {
			return err
		}
		if c == 0 {
			m.weights = make([]int8, len(m.buckets)*len(m.Classes))
		}
		for i, w := range column {
			m.weights[i*len(m.Classes)+c] = int8(w)
		}
	}
	return nil
}

func readBackground(r *bufio.Reader) (*Background, error) {
	n, err := atMost(r, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	b := NewBackground()
	b.texts = n
	packed := make([]byte, size)
	if _, err := io.ReadFull(r, packed); err != nil {
		return nil, err
	}
	for i, q := range packed {
		if b.in[i] = min(unpackCount(q), uint32(n)); q > 0 && n == 0 {
			return nil, errModel
		}
	}
	for q := range b.rare {
		b.rare[q] = b.rarity(min(unpackCount(byte(q)), uint32(n)))
	}
	b.packed = packed
	return b, nil
}

func atMost(r *bufio.Reader, limit uint64) (int, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, err
	}
	if n > limit {
		return 0, errModel
	}
	return int(n), nil
}

// Background is what the model knows of how common each part of a text is; training may start from it.
func (m *Model) Background() *Background { return m.background }
