// Package compoundtest makes old office documents for tests.
package compoundtest

import (
	"encoding/binary"

	"jiexu/systems/evidence/compound"
)

// Part is a stream of a file that Build makes.
type Part struct {
	Name    string
	Content []byte
}

// Build makes a compound file of version 3 with these streams, with all that is needed to read them: up to 4095 bytes of one lie in small sectors, more in sectors of their own.
func Build(parts ...Part) []byte {
	const free, end, table, more, stream, root = 0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc, 2, 5
	u32 := binary.LittleEndian.AppendUint32
	var sectors [][]byte // all but the head
	var fat []uint32
	add := func(content []byte) (first uint32) {
		first = end
		for i := 0; i < len(content); i += 512 {
			b := make([]byte, 512)
			copy(b, content[i:])
			if i == 0 {
				first = uint32(len(sectors))
			}
			sectors, fat = append(sectors, b), append(fat, uint32(len(sectors)+1))
			if i+512 >= len(content) {
				fat[len(fat)-1] = end
			}
		}
		return first
	}
	starts := make([]uint32, len(parts))
	var small []byte
	var smallFAT []byte
	for i, p := range parts {
		if len(p.Content) >= 4096 || len(p.Content) == 0 {
			starts[i] = add(p.Content)
			continue
		}
		starts[i] = uint32(len(small) / 64)
		for at := 0; at < len(p.Content); at += 64 {
			b := make([]byte, 64)
			copy(b, p.Content[at:])
			small = append(small, b...)
			if next := uint32(len(small) / 64); at+64 < len(p.Content) {
				smallFAT = u32(smallFAT, next)
			} else {
				smallFAT = u32(smallFAT, end)
			}
		}
	}
	for len(smallFAT)%512 != 0 {
		smallFAT = u32(smallFAT, free)
	}
	within, tables := add(small), add(smallFAT)
	var directory []byte
	entry := func(name string, kind byte, right, child, start uint32, size int) {
		b := make([]byte, 0, 128)
		for _, c := range name {
			b = binary.LittleEndian.AppendUint16(b, uint16(c))
		}
		b = append(b, make([]byte, 64-len(b))...)
		b = binary.LittleEndian.AppendUint16(b, uint16(2*len([]rune(name))+2))
		b = u32(u32(u32(append(b, kind, 1), free), right), child)
		b = append(b, make([]byte, 36)...)
		b = binary.LittleEndian.AppendUint64(u32(b, start), uint64(size))
		directory = append(directory, b...)
	}
	child := uint32(free)
	if len(parts) > 0 {
		child = 1
	}
	entry("Root Entry", root, free, child, within, len(small))
	for i, p := range parts {
		next := uint32(free)
		if i+1 < len(parts) {
			next = uint32(i + 2)
		}
		entry(p.Name, stream, next, free, starts[i], len(p.Content))
	}
	first := add(directory)
	n, lists := 1, 0 // sectors of the table that chains sectors, and of the lists of those that the head has no room for
	for (len(fat)+n+lists)*4 > n*512 {
		if n++; n > 109+127*lists {
			lists++
		}
	}
	at := len(sectors)
	for range n {
		fat = append(fat, table)
	}
	for range lists {
		fat = append(fat, more)
	}
	for len(fat)*4 < n*512 {
		fat = append(fat, free)
	}
	head := append([]byte(compound.Mark), make([]byte, 16)...)
	for _, v := range []uint16{0x3e, 3, 0xfffe, 9, 6} {
		head = binary.LittleEndian.AppendUint16(head, v)
	}
	head = append(head, make([]byte, 10)...)
	for _, v := range []uint32{uint32(n), first, 0, 4096, tables, uint32(len(smallFAT) / 512), list(lists, at+n), uint32(lists)} {
		head = u32(head, v)
	}
	for i := range 109 {
		if i < n {
			head = u32(head, uint32(at+i))
		} else {
			head = u32(head, free)
		}
	}
	for _, s := range sectors {
		head = append(head, s...)
	}
	for _, v := range fat {
		head = u32(head, v)
	}
	for i := range lists {
		for j := range 127 {
			if k := 109 + 127*i + j; k < n {
				head = u32(head, uint32(at+k))
			} else {
				head = u32(head, free)
			}
		}
		head = u32(head, list(lists-i-1, at+n+i+1))
	}
	return head
}

// list is where the next of so many lists lies.
func list(left, at int) uint32 {
	if left == 0 {
		return 0xfffffffe
	}
	return uint32(at)
}
