// Package blob is where the bytes of media files lie: a folder or an S3 service, plain or sealed. It knows names and bytes; what a file is, and
// which copy of it counts, package evidence knows.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// What a store says of a name, or of itself.
var (
	ErrNone    = errors.New("the store has no file of that name")
	ErrAway    = errors.New("the store is not reachable")
	ErrRefused = errors.New("the store refuses what it is asked for") // its key, bucket or rights are wrong
	ErrDamaged = errors.New("the file is damaged")
)

// Store keeps files under names with / between their parts. A file is in place only when it is whole, and is never changed then.
type Store interface {
	// ID names the store in the catalogue, however it is reached.
	ID() string
	// Put places size bytes of r. It leaves nothing under the name where it fails.
	Put(ctx context.Context, name string, size int64, r io.Reader) error
	// Open gives a file to be read in any order. Returns ErrNone, ErrAway, ErrRefused.
	Open(ctx context.Context, name string) (Object, error)
	// Remove takes a file away; one that is not there is no error.
	Remove(ctx context.Context, name string) error
	// Each names all files with their lengths in bytes, those on their way in left out.
	Each(ctx context.Context, told func(name string, size int64) error) error
}

// Object is one file of a store. It may be read from several sides at once.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64 // bytes
}

// Content is a file as its readers want it.
type Content interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64 // bytes
}

// content reads an object from front to end as well.
type content struct {
	Object
	mu sync.Mutex
	at int64
}

// Read makes a file of a store readable from front to end. Reading goes on piece by piece; no file is held in memory.
func Read(o Object) Content {
	if c, ok := o.(Content); ok {
		return c
	}
	return &content{Object: o}
}

func (c *content) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if c.at >= c.Size() {
		return 0, io.EOF
	}
	n, err := c.ReadAt(p[:min(int64(len(p)), c.Size()-c.at)], c.at)
	c.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (c *content) Seek(offset int64, whence int) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.Size()
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek before the beginning of a file")
	}
	c.at = offset
	return offset, nil
}
