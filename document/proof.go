package document

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"regexp"
	"strconv"

	"jiexu/fault"
)

// ProofName is the name of the attached file that carries the ledger's proof.
const ProofName = "jiexu-proof.json"

// The bounds of what is attached and read.
const (
	maxProof = 4 << 20
	maxPDF   = 256 << 20
	// tail is where the end of a PDF is looked for, trailer is how long one may be, catalogMax the catalog.
	tail       = 2048
	catalogMax = 64 << 10
	// original is the key of the trailer that says how long the document was before its proof.
	original = "/JiexuOriginal "
)

var (
	startRef   = regexp.MustCompile(`startxref\n([0-9]{1,10})\n%%EOF\n?$`)
	sizeKey    = regexp.MustCompile(`/Size ([0-9]{1,7})[ />]`)
	rootKey    = regexp.MustCompile(`/Root ([0-9]{1,7}) 0 R`)
	infoKey    = regexp.MustCompile(`/Info [0-9]{1,7} 0 R`)
	idKey      = regexp.MustCompile(`/ID \[<[0-9A-F]{32}> <[0-9A-F]{32}>\]`)
	crossTable = regexp.MustCompile(`^xref\n0 ([0-9]{1,7})\n`)
	lengthKey  = regexp.MustCompile(original + `([0-9]{1,10}) `)
)

// AttachProof appends an incremental update (ISO 32000-1, 7.5.6) that attaches the bundle to the PDF. The
// PDF is an exact prefix of the result, and the result follows from pdf and bundle alone. Returns
// document.not_pdf for a file that Render has not made, document.has_proof if there is one already,
// document.proof_too_large.
func AttachProof(pdf, bundle []byte) ([]byte, error) {
	if len(bundle) > maxProof {
		return nil, fault.New(fault.TooLarge, "document.proof_too_large", "most", maxProof)
	}
	if hasProof(pdf) {
		return nil, fault.New(fault.Conflict, "document.has_proof")
	}
	u, err := update(pdf)
	if err != nil {
		return nil, err
	}
	return u.with(pdf, bundle), nil
}

// DetachProof takes the proof off again: original are the bytes as they were issued, bundle the proof.
// Whether original is what the proof speaks of is for the ledger to say. Returns document.no_proof for a
// PDF without proof, document.tampered if anything after original differs from what AttachProof writes
// for it: a changed byte, another update on top, a cut.
func DetachProof(pdf []byte) (originalPDF, bundle []byte, err error) {
	if len(pdf) > maxPDF || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, nil, fault.New(fault.Invalid, "document.not_pdf")
	}
	if !hasProof(pdf) {
		return nil, nil, fault.New(fault.Invalid, "document.no_proof")
	}
	tampered := fault.New(fault.Invalid, "document.tampered")
	keys := lengthKey.FindAllSubmatch(pdf[max(0, len(pdf)-tail):], -1)
	if len(keys) == 0 {
		return nil, nil, tampered
	}
	length, err := strconv.Atoi(string(keys[len(keys)-1][1]))
	if err != nil || length >= len(pdf) {
		return nil, nil, tampered
	}
	originalPDF = pdf[:length:length]
	u, err := update(originalPDF)
	if err != nil || hasProof(originalPDF) {
		return nil, nil, tampered
	}
	rest, ok := bytes.CutPrefix(pdf[length:], u.streamHead())
	if !ok {
		return nil, nil, tampered
	}
	digits, _, ok := bytes.Cut(rest[:min(len(rest), 12)], []byte(" "))
	n, err := strconv.Atoi(string(digits))
	if !ok || err != nil || n < 0 || n > maxProof {
		return nil, nil, tampered
	}
	_, rest, ok = bytes.Cut(rest[:min(len(rest), n+tail)], []byte("stream\n"))
	if !ok || len(rest) < n {
		return nil, nil, tampered
	}
	bundle = rest[:n:n]
	if !bytes.Equal(u.with(originalPDF, bundle), pdf) {
		return nil, nil, tampered
	}
	return originalPDF, bundle, nil
}

// hasProof reports whether the file speaks of a proof at all, whole or damaged. What Render writes never
// does: its streams are compressed and its texts are in hexadecimal digits.
func hasProof(pdf []byte) bool {
	return bytes.Contains(pdf, []byte(ProofName)) || bytes.Contains(pdf, []byte(original))
}

// updating is what an update must repeat of the PDF that it extends.
type updating struct {
	start   int    // of the cross-reference table
	size    int    // number of objects, which is the first free number
	root    int    // number of the catalog
	catalog string // its entries, without the brackets
	trailer string // /Info and /ID
}

// update reads the end of a PDF as Render writes it: one cross-reference table and a trailer after it.
func update(pdf []byte) (updating, error) {
	var u updating
	no := fault.New(fault.Invalid, "document.not_pdf")
	if len(pdf) > maxPDF || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return u, no
	}
	end := startRef.FindSubmatch(pdf[max(0, len(pdf)-64):])
	if end == nil {
		return u, no
	}
	u.start, _ = strconv.Atoi(string(end[1])) // at most ten digits
	if u.start <= 0 || u.start >= len(pdf) {
		return u, no
	}
	table := pdf[u.start:]
	head := crossTable.FindSubmatch(table[:min(len(table), 32)])
	if head == nil {
		return u, no
	}
	entries, _ := strconv.Atoi(string(head[1]))
	after := len(head[0]) + 20*entries
	if after >= len(table) || len(table)-after > tail || !bytes.HasPrefix(table[after:], []byte("trailer\n<< ")) {
		return u, no
	}
	trailer := table[after:]
	size, root := sizeKey.FindSubmatch(trailer), rootKey.FindSubmatch(trailer)
	info, id := infoKey.Find(trailer), idKey.Find(trailer)
	if size == nil || root == nil || info == nil || id == nil {
		return u, no
	}
	u.size, _ = strconv.Atoi(string(size[1]))
	u.root, _ = strconv.Atoi(string(root[1]))
	u.trailer = string(info) + " " + string(id)
	if u.size != entries || u.root <= 0 || u.root >= entries {
		return u, no
	}
	at, err := strconv.Atoi(string(table[len(head[0])+20*u.root:][:10]))
	if err != nil || at < 0 || at >= u.start {
		return u, no
	}
	object := pdf[at:min(u.start, at+catalogMax)]
	body, ok := bytes.CutPrefix(object, fmt.Appendf(nil, "%d 0 obj\n<< ", u.root))
	if !ok {
		return u, no
	}
	body, _, ok = bytes.Cut(body, []byte(" >>\nendobj\n"))
	if !ok || bytes.Contains(body, []byte("/Names")) || bytes.Contains(body, []byte("/AF ")) {
		return u, no
	}
	u.catalog = string(body)
	return u, nil
}

// streamHead is what the update begins with, up to the length of the bundle.
func (u updating) streamHead() []byte {
	return fmt.Appendf(nil, "\n%d 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length ", u.size)
}

// with writes pdf, and after it the update with the bundle. The keys of associated files are those that
// PDF/A-3 (ISO 19005-3, annex E) adds to PDF 1.7.
func (u updating) with(pdf, bundle []byte) []byte {
	stream, spec := u.size, u.size+1
	out := make([]byte, 0, len(pdf)+len(bundle)+tail)
	out = append(out, pdf...)
	at := map[int]int{stream: len(out) + 1} // after the line feed
	out = append(out, u.streamHead()...)
	// The checksum is the one that ISO 32000-1, 7.11.4, defines; it secures nothing.
	out = fmt.Appendf(out, "%d /Params << /Size %d /CheckSum <%X> >> >>\nstream\n", len(bundle), len(bundle), md5.Sum(bundle))
	out = append(out, bundle...)
	out = append(out, "\nendstream\nendobj\n"...)
	at[spec] = len(out)
	out = fmt.Appendf(out, "%d 0 obj\n<< /Type /Filespec /F (%s) /UF (%s) /Desc (jiexu ledger proof) /AFRelationship /Data /EF << /F %d 0 R /UF %d 0 R >> >>\nendobj\n",
		spec, ProofName, ProofName, stream, stream)
	at[u.root] = len(out)
	out = fmt.Appendf(out, "%d 0 obj\n<< %s /AF [%d 0 R] /Names << /EmbeddedFiles << /Names [(%s) %d 0 R] >> >> >>\nendobj\n",
		u.root, u.catalog, spec, ProofName, spec)
	start := len(out)
	out = fmt.Appendf(out, "xref\n%d 1\n%010d 00000 n \n%d 2\n%010d 00000 n \n%010d 00000 n \n",
		u.root, at[u.root], stream, at[stream], at[spec])
	return fmt.Appendf(out, "trailer\n<< /Size %d /Root %d 0 R %s /Prev %d %s%d >>\nstartxref\n%d\n%%%%EOF\n",
		u.size+2, u.root, u.trailer, u.start, original, len(pdf), start)
}
