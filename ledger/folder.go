package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jiexu/fault"
)

// CheckpointFile names the file of a checkpoint: its size in twelve digits, so that a list is in order.
func CheckpointFile(size int64) string { return fmt.Sprintf("checkpoint-%012d.txt", size) }

// toFolder writes a checkpoint as a file of its own and never over another. The folder must be there: one that is not mounted
// is not made in its place.
//
// Returns ledger.target.folder, and ledger.target.differs where a checkpoint of the same size and another root lies there.
func toFolder(folder string, head TreeHead, checkpoint string) error {
	path := filepath.Join(folder, CheckpointFile(head.Size))
	tmp, err := os.CreateTemp(folder, ".checkpoint-*")
	if err != nil {
		return badFolder(err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(checkpoint)
	if err := errors.Join(err, tmp.Chmod(0o444), tmp.Sync(), tmp.Close()); err != nil {
		return badFolder(err)
	}
	err = os.Link(tmp.Name(), path) // whole or not there, and never over what is
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = writeNew(path, checkpoint) // a file system without links
	}
	if errors.Is(err, fs.ErrExist) {
		there, read := readBounded(path, mostAnswer)
		if read != nil {
			return badFolder(read)
		}
		text, _, _ := SplitNote(checkpoint)
		if !bytes.HasPrefix(there, []byte(text+"\n")) {
			return fault.New(fault.Conflict, "ledger.target.differs", "file", path)
		}
		return nil
	}
	if err != nil {
		return badFolder(err)
	}
	dir, err := os.Open(folder)
	if err != nil {
		return badFolder(err)
	}
	defer dir.Close()
	dir.Sync() // not every file system can; the file itself is on the disk
	return nil
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o444)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half of one is none
	}
	return nil
}

func badFolder(err error) error {
	return fault.Wrap(err, fault.Unavailable, "ledger.target.folder", "detail", clipped(err.Error(), 200))
}
