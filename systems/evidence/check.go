package evidence

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"jiexu/ledger"
	"jiexu/store"
)

// Codes of what a check of the record finds.
const (
	FoundMissing = "missing" // catalogued, and the file is gone
	FoundSize    = "size"    // the file is longer or shorter than it was
	FoundBytes   = "bytes"   // the same length, and other bytes
	FoundOrphan  = "orphan"  // a file that nobody catalogued
	FoundLeft    = "left"    // destroyed by an approved list, and its bytes are still here
	FoundUnsaid  = "unsaid"  // destroyed, as the catalogue says, and the log knows nothing of it
)

// Finding is one thing that is not as it was.
type Finding struct {
	Code   string `json:"code"`
	SHA256 string `json:"sha256"`
	Media  string `json:"media,omitempty"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size"` // of the file; as it was catalogued, where it is gone
}

// Report is what a check found. What was changed in the catalogue itself the check of the log finds (ledger.Check).
type Report struct {
	Files    int       `json:"files"` // catalogued
	Bytes    int64     `json:"bytes"`
	Findings []Finding `json:"findings"`
	// Destroyed is how many files are rightly gone, by approved lists; Leaving of how many of these the server is still to take the bytes off the disk.
	Destroyed int `json:"destroyed"`
	Leaving   int `json:"leaving"`
}

// catalogued is a file as the catalogue has it.
type catalogued struct {
	id, name, sum string
	size          int64
}

// Check compares the catalogue with the folder of files: that each is there and as long as it was; with whole, that its bytes still have their
// SHA-256; and that nothing lies there which nobody catalogued. It changes nothing. told hears of each file that was looked at.
func (f *Files) Check(ctx context.Context, db *store.DB, whole bool, told func(done int)) (*Report, error) {
	var list []catalogued
	waiting := map[string]bool{} // pictures of reports that are not sent yet, previews, exports
	var destroyed []destroyedFile
	if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err := tx.Query(ctx, `SELECT id, name, sha256, size FROM evidence_media m WHERE NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id) ORDER BY sha256, id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c catalogued
			if err := rows.Scan(&c.id, &c.name, &c.sum, &c.size); err != nil {
				return err
			}
			list = append(list, c)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		staged, err := tx.Query(ctx, `SELECT sha256 FROM evidence_staged UNION SELECT file FROM evidence_previews UNION SELECT file FROM evidence_exports`)
		if err != nil {
			return err
		}
		defer staged.Close()
		for staged.Next() {
			var sum string
			if err := staged.Scan(&sum); err != nil {
				return err
			}
			waiting[sum] = true
		}
		if err := staged.Err(); err != nil {
			return err
		}
		destroyed, err = destroyedFiles(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	out := &Report{Files: len(list), Findings: []Finding{}}
	known, wrong := map[string]bool{}, map[string]string{}
	for i, c := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		code, looked := wrong[c.sum]
		size := c.size
		if !looked {
			var err error
			if code, size, err = f.compare(c, whole); err != nil {
				return nil, err
			}
			wrong[c.sum] = code
			out.Bytes += size
		}
		known[c.sum] = true
		if code != "" {
			out.Findings = append(out.Findings, Finding{Code: code, SHA256: c.sum, Media: c.id, Name: c.name, Size: size})
		}
		told(i + 1)
	}
	for _, d := range destroyed {
		out.Destroyed++
		if d.entry == 0 {
			out.Findings = append(out.Findings, Finding{Code: FoundUnsaid, SHA256: d.sum, Media: d.id, Name: d.name, Size: d.size})
		}
		if known[d.sum] || waiting[d.sum] {
			continue // the same content is kept under another name
		}
		known[d.sum] = true
		if _, err := os.Stat(f.path(d.sum)); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if d.leaving {
			out.Leaving++
		} else {
			out.Findings = append(out.Findings, Finding{Code: FoundLeft, SHA256: d.sum, Media: d.id, Name: d.name, Size: d.size})
		}
	}
	orphans, err := f.orphans(func(sum string) bool { return known[sum] || waiting[sum] })
	out.Findings = append(out.Findings, orphans...)
	return out, err
}

// compare looks at one file; an empty code says that it is as it was.
func (f *Files) compare(c catalogued, whole bool) (code string, size int64, err error) {
	file, err := os.Open(f.path(c.sum))
	if errors.Is(err, os.ErrNotExist) {
		return FoundMissing, c.size, nil
	}
	if err != nil {
		return "", 0, onDisk(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", 0, onDisk(err)
	}
	switch {
	case info.Size() != c.size:
		return FoundSize, info.Size(), nil
	case !whole:
		return "", info.Size(), nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return FoundBytes, info.Size(), nil // a disk that does not give them back has changed them
	}
	if hex.EncodeToString(h.Sum(nil)) != c.sum {
		return FoundBytes, info.Size(), nil
	}
	return "", info.Size(), nil
}

// orphans are the files that are kept and not known. What is on its way in lies elsewhere.
func (f *Files) orphans(known func(sum string) bool) (out []Finding, err error) {
	return out, filepath.WalkDir(f.dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, os.ErrNotExist): // no folder, no orphans
			return nil
		case err != nil:
			return onDisk(err)
		case d.IsDir() && d.Name() == "incoming":
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		if !digest.MatchString(d.Name()) || known(d.Name()) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out = append(out, Finding{Code: FoundOrphan, SHA256: d.Name(), Size: info.Size()})
		return nil
	})
}

// destroyedFile is a file that is no more.
type destroyedFile struct {
	catalogued
	leaving bool // its bytes are still to be taken off the disk
	entry   int  // of the log, that destroyed it
}

func destroyedFiles(ctx context.Context, tx *store.Tx) ([]destroyedFile, error) {
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (d destroyedFile, err error) {
		err = r.Scan(&d.id, &d.name, &d.sum, &d.size, &d.leaving)
		return
	}, `SELECT g.media, m.name, g.sha256, g.size, EXISTS (SELECT 1 FROM evidence_removals x WHERE x.sha256 = g.sha256) FROM evidence_gone g JOIN evidence_media m ON m.id = g.media ORDER BY g.sha256, g.media`)
	if err != nil {
		return nil, err
	}
	for i := range list {
		entries, err := ledger.Subject(ctx, tx, mediaSubject(list[i].id))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Kind == entryDeleted {
				list[i].entry++
			}
		}
	}
	return list, nil
}
