package store

import (
	"archive/zip"
	"bytes"
	"testing"

	"jiexu/fault"
)

// Whatever stands in a line of a backup, it is a row or it is refused.
func FuzzDecodeRow(f *testing.F) {
	table := &Table{Name: "x", engine: SQLite}
	for _, kind := range []Type{Text, Integer, BigInt, Boolean, Float, DateTime, CivilDate, Bytes} {
		table.Columns = append(table.Columns, Column{Name: string(kind), Type: kind})
	}
	f.Add([]byte(`{"TEXT":"树","INTEGER":1,"BIGINT":-9223372036854775808,"BOOLEAN":true,"DOUBLE PRECISION":1e-9,"DATETIME":"2026-11-23T04:00:00.000000Z","DATE":"2026-11-23","BYTEA":"AAE="}`))
	f.Add([]byte(`{"DOUBLE PRECISION":"NaN","TEXT":null,"X":[]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := decodeRow(table, line)
		if err == nil && len(row) != len(table.Columns) {
			t.Errorf("%d values for %d columns", len(row), len(table.Columns))
		}
	})
}

// Whatever stands in a manifest, it is refused in words or names only files that are there.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":"jiexu-backup/v1","schema":[1,2],"tables":[{"name":"t","rows":1,"size":2,"sha256":""}],"media":[{"path":"a/b","size":1}]}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for name, content := range map[string]string{"manifest.json": string(manifest), "tables/t.ndjson": "{}", "media/a/b": "x"} {
			file, err := w.CreateHeader(&zip.FileHeader{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write([]byte(content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		in, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		b := &backupReader{files: map[string]*zip.File{}}
		for _, file := range in.File {
			b.files[file.Name] = file
		}
		m, err := b.manifest()
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v", err)
		}
		for _, table := range m.Tables {
			if table.Name != "t" {
				t.Errorf("the table %q is accepted", table.Name)
			}
		}
	})
}
