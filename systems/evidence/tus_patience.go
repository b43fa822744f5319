package evidence

import (
	"io"
	"time"
)

// networkPatience is how long is waited for the next bytes of a piece.
const networkPatience = time.Minute

// patientBody is the body of a request whose sender is not blamed for our own slowness. The library says by when the next bytes must be there when it has the last ones; a disk
// that takes a minute to write them would use all of that up, and the upload would be broken off with what stands ready to be read.
type patientBody struct {
	io.ReadCloser
	until func(time.Time) error
	now   func() time.Time
	last  time.Time // when the last read ended
}

// Read reads the next bytes, for which the sender has its time from now on if half of it went by without our asking.
func (b *patientBody) Read(p []byte) (n int, err error) {
	if now := b.now(); now.Sub(b.last) > networkPatience/2 {
		b.until(now.Add(networkPatience)) // a connection that has no deadlines cannot miss one
	}
	n, err = b.ReadCloser.Read(p)
	b.last = b.now()
	return n, err
}
