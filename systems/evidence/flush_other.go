//go:build !linux

package evidence

import "os"

// flush has the disk begin to write what came, where the system knows how.
func flush(*os.File, int64, int64) {}
