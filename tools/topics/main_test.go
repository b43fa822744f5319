package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"testing"

	"jiexu/data"
)

const source = "../../../shared/data/complaints"

// What ships is what the complaints make.
func TestTheShippedCountsAreFresh(t *testing.T) {
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/data/complaints is not here: the shipped counts cannot be compared with what they are made from")
	}
	made, err := count(source)
	if err != nil {
		t.Fatal(err)
	}
	ships, err := fs.ReadFile(data.FS, "topics/counts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made.Encode(), ships) {
		t.Error("data/topics/counts is stale: run go generate ./tools/topics")
	}
}
