package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const (
	folder    = "../../data/jingan"
	places    = "../../../shared/data/jingan/places.csv"
	transport = "../../../shared/data/jingan/transport.wgs84.geojson"
)

// TestFilesAreFresh fails when a derived file is not what its sources make of it.
func TestFilesAreFresh(t *testing.T) {
	given := func(name string) string {
		if _, err := os.Stat(name); err != nil {
			t.Logf("%s is not here: what is made of it is not compared", name)
			return ""
		}
		return name
	}
	files, err := derive(folder, given(places), given(transport))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("data/jingan/%s is stale: run `go run ./tools/areas` (see its package comment)", name)
		}
	}
}

func TestBaseMapIsSmall(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(folder, "base.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 120<<10 {
		t.Errorf("the base map has %d bytes, more than 120 KB", len(raw))
	}
	if !bytes.Contains(raw[:200], []byte(credit)) {
		t.Error("the base map does not name its source")
	}
}
