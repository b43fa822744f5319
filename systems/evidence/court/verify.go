package court

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/ledger"
)

// Codes of what a check finds.
const (
	FoundContainer = "container" // bytes of the zip itself, at or after Path
	FoundFile      = "file"      // a file has other bytes than were exported
	FoundAbsent    = "absent"    // a file of the manifest is not there
	FoundUnlisted  = "unlisted"  // a file is there that the manifest does not have
	FoundManifest  = "manifest"  // the manifest is not the one that the log has
	FoundProofs    = "proofs"    // the proofs cannot be read, or an entry is not in the log
	FoundSignature = "signature" // the checkpoint is not signed by the key
	FoundCatalogue = "catalogue" // the log has another content for a file of the record
)

// Finding is one thing that is not as it was exported.
type Finding struct {
	Code string `json:"code"`
	Path string `json:"path,omitempty"`
}

// Report is what a check found. Where it found anything nothing of the manifest can be relied on.
type Report struct {
	Verdict     ledger.Verdict `json:"verdict"`
	Findings    []Finding      `json:"findings"`
	Manifest    *Manifest      `json:"manifest,omitempty"`
	KeyName     string         `json:"keyName,omitempty"`
	Fingerprint string         `json:"fingerprint,omitempty"`
	Size        int64          `json:"size"` // entries of the log under the checkpoint
	Checked     int            `json:"checked"`
}

// NotExport says that a file is no export at all.
func NotExport() error { return fault.New(fault.Invalid, "court.not_export") }

// seen is a file of the zip as it is.
type seen struct {
	placed
	sum   string
	bytes []byte // of those that are read
}

// Verify checks an export of size bytes. Without trusted keys it proves that the key in the export signed it, and says ledger.Untrusted. told hears how many
// bytes were read. Returns court.not_export for what is none, ledger.key_text for a trusted key that is none, and what reading returns.
func Verify(r io.ReaderAt, size int64, trusted []string, told func(done int64)) (*Report, error) {
	return plain.verify(r, size, trusted, told)
}

func (z form) verify(r io.ReaderAt, size int64, trusted []string, told func(done int64)) (*Report, error) {
	for _, key := range trusted {
		if _, err := note.NewVerifier(strings.TrimSpace(key)); err != nil {
			return nil, fault.New(fault.Invalid, "ledger.key_text", "key", key[:min(len(key), 60)])
		}
	}
	out := &Report{Findings: []Finding{}}
	files, broken, err := z.walk(r, size, told)
	if err != nil {
		return nil, err
	}
	if broken != nil {
		out.Findings = append(out.Findings, *broken)
	}
	out.Checked = len(files)
	out.judge(files)
	switch {
	case len(out.Findings) > 0:
		out.Verdict = ledger.Changed
	case len(trusted) == 0:
		out.Verdict = ledger.Untrusted
	default:
		out.Verdict = ledger.Foreign
		key := strings.TrimSpace(string(files[KeyName].bytes))
		for _, t := range trusted {
			if strings.TrimSpace(t) == key {
				out.Verdict = ledger.Genuine
			}
		}
	}
	return out, nil
}

// wideLocal is the length of the additions before a file: a head of four bytes, and its size twice.
const wideLocal = 4 + 8 + 8

// walk reads a zip from its beginning to its end, and finds the first byte that is not as Write writes it.
func (z form) walk(r io.ReaderAt, size int64, told func(int64)) (files map[string]seen, broken *Finding, err error) {
	files = map[string]seen{}
	var list []placed
	at, last := int64(0), ""
	bad := func() (map[string]seen, *Finding, error) {
		if len(files) == 0 {
			return nil, nil, NotExport()
		}
		return files, &Finding{FoundContainer, last}, nil
	}
	var damaged *Finding
	for {
		var head [localSize]byte
		if n, err := r.ReadAt(head[:], at); n < 4 {
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, nil, err
			}
			return bad()
		} else if n < localSize || binary.LittleEndian.Uint32(head[:]) != localMark {
			break
		}
		le := binary.LittleEndian
		crc, length, nameLong := le.Uint32(head[14:]), int64(le.Uint32(head[18:])), int64(le.Uint16(head[26:]))
		start, wide := at+localSize+nameLong, length == elsewhere
		if wide {
			start += wideLocal
		}
		if nameLong > maxPath || start > size || len(list) > MaxFiles+10 {
			return bad()
		}
		raw := make([]byte, start-at)
		if _, err := r.ReadAt(raw, at); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		if wide {
			said := le.Uint64(raw[localSize+nameLong+4:])
			if said > uint64(size) {
				return bad()
			}
			length = int64(said)
		}
		if length > size-start {
			return bad()
		}
		name := string(raw[localSize : localSize+nameLong])
		if !safe(name) {
			return bad()
		}
		if _, twice := files[name]; twice {
			return bad()
		}
		last = name
		if damaged == nil && !bytes.Equal(raw, z.localHead(name, length, crc)) {
			damaged = &Finding{FoundContainer, name}
		}
		f := seen{placed: placed{name, length, crc, at}}
		h, c := sha256.New(), crc32.NewIEEE()
		var keep bytes.Buffer
		into := []io.Writer{h, c}
		if most := map[string]int64{ManifestName: maxManifest, ProofsName: maxProofs, CheckpointName: 64 << 10, KeyName: 4 << 10}[name]; most > 0 {
			if length > most {
				return bad()
			}
			into = append(into, &keep)
		}
		if _, err := io.Copy(io.MultiWriter(into...), &counting{io.NewSectionReader(r, start, length), start, told}); err != nil {
			return nil, nil, err
		}
		f.sum, f.bytes = hex.EncodeToString(h.Sum(nil)), keep.Bytes()
		if c.Sum32() != crc && damaged == nil {
			damaged = &Finding{FoundFile, name}
		}
		files[name], list = f, append(list, f.placed)
		at = start + length
	}
	if len(list) == 0 {
		return nil, nil, NotExport()
	}
	end := z.directory(list, at)
	rest := size - at
	if rest == int64(len(end)) {
		there := make([]byte, rest)
		if _, err := r.ReadAt(there, at); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		if bytes.Equal(there, end) {
			return files, damaged, nil
		}
	}
	if damaged == nil {
		damaged = &Finding{Code: FoundContainer}
	}
	return files, damaged, nil
}

// counting tells how far reading has come.
type counting struct {
	io.Reader
	at   int64
	told func(int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.at += int64(n)
	c.told(c.at)
	return n, err
}

// safe reports whether a name stays within the folder into which the zip is unpacked, on any system.
func safe(name string) bool {
	return name != "" && utf8.ValidString(name) && name == path.Clean(name) && !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "..") && !strings.ContainsAny(name, "\\:\x00")
}

// judge compares the files with the manifest, and both with the log.
func (out *Report) judge(files map[string]seen) {
	found := func(code, path string) {
		f := Finding{code, path}
		for _, one := range out.Findings {
			if one == f {
				return
			}
		}
		out.Findings = append(out.Findings, f)
	}
	for _, name := range []string{ManifestName, ProofsName, CheckpointName, KeyName} {
		if _, ok := files[name]; !ok {
			found(FoundAbsent, name)
		}
	}
	var m Manifest
	readable := strict(files[ManifestName].bytes, &m) && m.Format == Format
	if _, there := files[ManifestName]; there && !readable {
		found(FoundManifest, ManifestName)
	}
	listed := map[string]bool{ManifestName: true, ProofsName: true, CheckpointName: true, KeyName: true}
	if readable {
		for _, f := range m.Files {
			there, ok := files[f.Path]
			switch {
			case !ok:
				found(FoundAbsent, f.Path)
			case there.sum != f.SHA256 || there.size != f.Size:
				found(FoundFile, f.Path)
			}
			listed[f.Path] = true
		}
		for name := range files {
			if !listed[name] {
				found(FoundUnlisted, name)
			}
		}
	}
	p, entries := out.proofs(files, found)
	if p == nil || !readable {
		return
	}
	// The first entry is the export's own: it has the manifest.
	var exported struct {
		Manifest string `json:"manifest"`
	}
	if len(entries) == 0 || entries[0].Kind != EntryExported || json.Unmarshal(entries[0].Body, &exported) != nil || exported.Manifest != files[ManifestName].sum {
		found(FoundManifest, ManifestName)
		return
	}
	byID := map[string]ledger.Record{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	for _, f := range m.Files {
		if f.Role != Media {
			continue
		}
		var catalogued struct {
			Media  string `json:"media"`
			SHA256 string `json:"sha256"`
		}
		e, ok := byID[f.Entry]
		if !ok || json.Unmarshal(e.Body, &catalogued) != nil || catalogued.SHA256 != f.SHA256 || catalogued.Media != f.Media {
			found(FoundCatalogue, f.Path)
		}
	}
	out.Manifest = &m
}

// EntryExported is the kind of the log's entry that an export was made.
const EntryExported = "evidence.exported"

// proofs checks the signature and each entry's way to the root.
func (out *Report) proofs(files map[string]seen, found func(code, path string)) (*Proofs, []ledger.Record) {
	raw, ok := files[ProofsName]
	if !ok {
		return nil, nil
	}
	var p Proofs
	if !strict(raw.bytes, &p) || p.Format != Format {
		found(FoundProofs, ProofsName)
		return nil, nil
	}
	// One place says it, and the two files beside are for who reads.
	if f, ok := files[CheckpointName]; ok && string(f.bytes) != p.Checkpoint {
		found(FoundFile, CheckpointName)
	}
	if f, ok := files[KeyName]; ok && string(f.bytes) != p.Key+"\n" {
		found(FoundFile, KeyName)
	}
	head, err := ledger.OpenCheckpoint([]byte(p.Checkpoint), p.Key)
	if err != nil || Plain(p.Checkpoint, head.Origin) != p.Checkpoint || !canonicalSignature(p.Checkpoint) {
		found(FoundSignature, ProofsName)
		return nil, nil
	}
	out.KeyName, out.Fingerprint, out.Size = head.Origin, ledger.Fingerprint(p.Key), head.Size
	var entries []ledger.Record
	for _, e := range p.Entries {
		hashes, err := hashesOf(e.Proof)
		rec, bad := ledger.Parse([]byte(e.Entry))
		if err != nil || bad != nil || e.Leaf < 0 || e.Leaf >= head.Size || tlog.CheckRecord(hashes, head.Size, head.Root, e.Leaf, tlog.RecordHash([]byte(e.Entry))) != nil {
			found(FoundProofs, ProofsName)
			return nil, nil
		}
		entries = append(entries, rec)
	}
	return &p, entries
}

// canonicalSignature reports whether the signature is written as it is always written: of the letters of base64 the last may have bits that mean nothing.
func canonicalSignature(checkpoint string) bool {
	line := strings.TrimSuffix(checkpoint[strings.Index(checkpoint, "\n\n")+2:], "\n")
	_, text, ok := strings.Cut(strings.TrimPrefix(line, "— "), " ")
	if !ok {
		return false
	}
	_, err := base64.StdEncoding.Strict().DecodeString(text)
	return err == nil
}

func hashesOf(texts []string) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(texts))
	for i, s := range texts {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil || len(b) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d is none", i)
		}
		out[i] = tlog.Hash(b)
	}
	return out, nil
}

// strict reads JSON that is exactly as encode writes it.
func strict(raw []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return false
	}
	again, err := encode(into)
	return err == nil && bytes.Equal(again, raw)
}
