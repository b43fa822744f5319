package evidence

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush has the disk begin to write what came, without waiting for it. So little is left to write when it must be there for certain, and what others put on the same
// disk meanwhile, the database first of all, does not wait behind gigabytes. It promises nothing; where it fails nothing is lost.
func flush(file *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(file.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
}
