package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/court"
	"jiexu/words"
)

// exportPage is what explains an export to who receives it.
//
//go:embed export.html
var exportPage string

var exportTemplate = template.Must(template.New("export").Parse(exportPage))

// carried is a file on its way into an export.
type carried struct {
	court.File
	crc  uint32
	open func() (io.ReadCloser, error)
}

// MakeExport makes an export that was asked for. It may be called again after any break. What can never be made is written down as failed.
func (s *Service) MakeExport(ctx context.Context, id string) error {
	return s.inTurn(ctx, "export "+id, func() error { return s.makeAskedExport(ctx, id) })
}

func (s *Service) makeAskedExport(ctx context.Context, id string) error {
	var x *Export
	var actor org.Actor
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := exportsWhere(ctx, tx, `id = $1 AND state = $2`, id, MakingWaits)
		if err != nil || len(all) == 0 {
			return err
		}
		x = &all[0]
		if actor, err = org.ActorOf(ctx, tx, x.byPerson, law.On(s.now())); err != nil {
			return err
		}
		return s.mayExport(ctx, tx, actor, x) // he may have lost the right meanwhile
	})
	if err == nil && x != nil {
		err = s.makeExport(ctx, actor, x)
	}
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind != fault.Unavailable && refused.Kind != fault.Internal && x != nil {
		_, why := words.Fault("zh-CN", refused)
		return s.settleExport(ctx, x, func(ctx context.Context, tx *store.Tx) (map[string]any, error) {
			if n, err := tx.Exec(ctx, `UPDATE evidence_exports SET state = $2, why = $3 WHERE id = $1 AND state = $4`, x.ID, MakingFailed, why, MakingWaits); err != nil || n == 0 {
				return nil, err
			}
			return map[string]any{"export": x.ID, "failed": refused.Code}, nil
		})
	}
	return err
}

// settleExport changes an export's row, and says so in the log.
func (s *Service) settleExport(ctx context.Context, x *Export, change func(context.Context, *store.Tx) (map[string]any, error)) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		body, err := change(ctx, tx)
		if err != nil || body == nil {
			return err // somebody else was quicker
		}
		_, err = ledger.Append(ctx, tx, x.entry(entryExportKept, x.byPerson, s.now(), body))
		return err
	})
}

func (s *Service) makeExport(ctx context.Context, actor org.Actor, x *Export) error {
	m := court.Manifest{Format: court.Format, ID: x.ID, Purpose: x.Purpose, Recipient: x.Recipient, Reason: x.Reason, By: x.ByName, At: x.At.UTC()}
	files, entries, err := s.gather(ctx, actor, x, &m)
	if err != nil {
		return err
	}
	total := int64(0)
	for _, f := range files {
		m.Files = append(m.Files, f.File)
		total += f.Size
	}
	if total > court.MaxSize || len(files) > court.MaxFiles {
		return fault.New(fault.TooLarge, "evidence.export_large", "gb", court.MaxSize>>30)
	}
	manifest, err := m.Encode()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(manifest)
	x.Manifest = hex.EncodeToString(sum[:])
	own, err := s.enterExport(ctx, x)
	if err != nil {
		return err
	}
	proofs, checkpoint, key, err := s.proveExport(ctx, append([]string{own}, entries...))
	if err != nil {
		return err
	}
	files = append([]carried{held(court.ManifestName, manifest), held(court.ProofsName, proofs), held(court.CheckpointName, checkpoint), held(court.KeyName, key)}, files...)
	kept, err := s.putExport(files)
	if err != nil {
		return err
	}
	late := false
	err = s.settleExport(ctx, x, func(ctx context.Context, tx *store.Tx) (map[string]any, error) {
		n, err := tx.Exec(ctx, `UPDATE evidence_exports SET state = $2, manifest = $3, file = $4, size = $5 WHERE id = $1 AND state = $6`, x.ID, MakingDone, x.Manifest, kept.SHA256, kept.Size, MakingWaits)
		if late = n == 0; err != nil || late {
			return nil, err
		}
		return map[string]any{"export": x.ID, "sha256": kept.SHA256, "size": kept.Size}, s.files.await(ctx, tx, kept.SHA256)
	})
	if err == nil && late {
		s.drop(ctx, kept.SHA256)
	}
	return err
}

// held is a file that lies in memory.
func held(name string, content []byte) carried {
	sum := sha256.Sum256(content)
	return carried{court.File{Path: name, Name: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}, crc32.ChecksumIEEE(content),
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// gather collects the files of an export, and the entries that prove them.
func (s *Service) gather(ctx context.Context, actor org.Actor, x *Export, m *court.Manifest) (files []carried, entries []string, err error) {
	lives := make([]*Custody, len(x.Media))
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		names, err := org.UnitNames(ctx, tx, x.unit)
		if err != nil {
			return err
		}
		m.Office = names[x.unit]
		if x.subject.ID != "" && s.exporting.Matter != nil {
			if m.Matter, err = s.exporting.Matter(ctx, tx, actor, x.subject); err != nil {
				return err
			}
		}
		of := ledger.Ref{Type: "export", ID: x.ID}
		if x.subject.ID != "" {
			of = ledger.Ref{Type: x.subject.Type, ID: x.subject.ID}
		}
		asked, err := ledger.Subject(ctx, tx, of)
		if err != nil {
			return err
		}
		for _, e := range asked {
			if e.Kind == EntryExportAsked && strings.Contains(string(e.Body), `"`+x.ID+`"`) {
				m.Entry = e.ID
			}
		}
		for i, id := range x.Media {
			one, err := one(ctx, tx, `id = $1`, id)
			if err != nil {
				return err
			}
			lives[i] = &Custody{Items: []Handled{}, Holds: []HeldBy{}}
			if err := s.life(ctx, tx, org.Actor{}, one, "zh-CN", lives[i]); err != nil {
				return err
			}
			// As it was when it was asked for, so that who makes it again after a break makes the same.
			lives[i].Items = slices.DeleteFunc(lives[i].Items, func(h Handled) bool { return h.At.After(x.At) || h.Kind == court.EntryExported && h.export == x.ID })
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	var reports []carried
	broken := map[string]*Broken{}
	for i, life := range lives {
		broken[life.Media.ID] = life.Media.Broken
		f, err := s.carryMedia(i+1, life)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
		for _, h := range life.Items {
			entries = append(entries, h.Entry)
		}
		pdf, err := s.print(life, m.Office, x.At)
		if err != nil {
			return nil, nil, err
		}
		report := held(fmt.Sprintf("custody/%03d.pdf", i+1), pdf)
		report.Role, report.Type, report.Media, report.Name = court.Custody, "application/pdf", life.Media.ID, "保管链 "+life.Media.Name
		reports = append(reports, report)
	}
	files = append(files, reports...)
	for i, id := range x.Documents {
		paper, err := s.exporting.Paper(ctx, actor, x.subject, id)
		if err != nil {
			return nil, nil, err
		}
		f := documentOf(i+1, paper)
		one := held(f.Path, paper.PDF)
		one.Role, one.Name, one.Type = f.Role, f.Name, f.Type
		files = append(files, one)
	}
	for _, f := range files {
		m.Files = append(m.Files, f.File)
	}
	var page bytes.Buffer
	if err := exportTemplate.Execute(&page, struct {
		*court.Manifest
		When   string
		Word   string
		Listed []listedFile
	}{m, clockChinese(x.At), words.Text("zh-CN", "evidence.purpose."+x.Purpose, nil), listedOf(m.Files, broken)}); err != nil {
		return nil, nil, err
	}
	m.Files = nil
	// Names of letters that every program unpacks.
	explains := held("README.html", page.Bytes())
	explains.Role, explains.Type = court.Page, "text/html"
	files = append(files, explains)
	if len(s.exporting.Checker) > 0 {
		checker := held("check.html", s.exporting.Checker)
		checker.Role, checker.Type = court.Page, "text/html"
		files = append(files, checker)
	}
	return files, entries, nil
}

// listedFile is a file as the page that explains an export lists it.
type listedFile struct {
	court.File
	When, HowWord, OfPath, Broken string
}

// listedOf lists them; broken are those that broke off, by their id.
func listedOf(files []court.File, broken map[string]*Broken) []listedFile {
	paths := map[string]string{}
	for _, f := range files {
		if f.Role == court.Media {
			paths[f.Media] = f.Path
		}
	}
	out := make([]listedFile, len(files))
	for i, f := range files {
		out[i] = listedFile{File: f, OfPath: paths[f.Of]}
		if f.Role == court.Media {
			out[i].Broken = broken[f.Media].Say("zh-CN")
		}
		if at, err := time.Parse(time.RFC3339, f.Began); err == nil {
			out[i].When = clockChinese(at)
		}
		if f.How != "" {
			out[i].HowWord = words.Text("zh-CN", "evidence.report.how."+f.How, nil)
		}
	}
	return out
}

// carryMedia takes a file of the record along, after its bytes were compared with the catalogue. Returns evidence.changed.
func (s *Service) carryMedia(n int, life *Custody) (carried, error) {
	m := life.Media
	f := court.File{Path: court.PathIn("media", n, m.givenName(), Extension(m.Type)), Role: court.Media, Name: m.Name, Type: m.Type, Size: m.Size, SHA256: m.SHA256, SM3: m.SM3, Media: m.ID}
	for _, h := range life.Items {
		if h.Kind == EntryAdded || h.Kind == EntryRecorded || h.Kind == EntryDerived {
			f.Entry = h.Entry
			break
		}
	}
	if r := life.Recording; r != nil {
		f.Device = r.Device
		if r.Began != nil {
			f.Began = r.Began.In(law.Shanghai).Format("2006-01-02T15:04:05.000Z07:00")
		}
	}
	if of := life.Of; of != nil {
		f.Of, f.How = of.Parent, of.How
	}
	open := func() (io.ReadCloser, error) { return s.files.Open(m.SHA256) }
	file, err := open()
	if err != nil {
		return carried{}, err
	}
	defer file.Close()
	h, c := sha256.New(), crc32.NewIEEE()
	size, err := io.Copy(io.MultiWriter(h, c), file)
	if err != nil {
		return carried{}, err
	}
	if size != m.Size || hex.EncodeToString(h.Sum(nil)) != m.SHA256 {
		return carried{}, fault.New(fault.Gone, "evidence.changed", "name", m.Name)
	}
	return carried{f, c.Sum32(), open}, nil
}

// enterExport says in the log that an export with this list was made, there and in the life of each of its files. Said once for one list, however often the making broke off.
func (s *Service) enterExport(ctx context.Context, x *Export) (own string, err error) {
	return own, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := s.now()
		body := map[string]any{"export": x.ID, "manifest": x.Manifest, "purpose": x.Purpose, "recipient": x.Recipient}
		e := x.entry(court.EntryExported, x.byPerson, now, body)
		e.Rows = nil
		before, err := ledger.Subject(ctx, tx, e.Subject)
		if err != nil {
			return err
		}
		for _, one := range before {
			var said struct{ Export, Manifest string }
			if one.Kind == e.Kind && json.Unmarshal(one.Body, &said) == nil && said.Export == x.ID && said.Manifest == x.Manifest {
				own = one.ID
				return nil
			}
		}
		if own, err = ledger.Append(ctx, tx, e); err != nil {
			return err
		}
		for _, id := range x.Media {
			if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: court.EntryExported, Subject: mediaSubject(id), Actor: x.byPerson, Unit: x.unit, At: now,
				Body: map[string]any{"export": x.ID, "manifest": x.Manifest, "reason": x.Recipient}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// proveExport waits until the log has taken the newest entry in, and proves all of them under one checkpoint.
func (s *Service) proveExport(ctx context.Context, ids []string) (proofs, checkpoint, key []byte, err error) {
	for _, id := range ids {
		if _, err := s.exporting.Log.WaitSequenced(ctx, id); err != nil {
			return nil, nil, nil, err
		}
	}
	bundles, err := s.exporting.Log.ProveAll(ctx, ids)
	if err != nil {
		return nil, nil, nil, err
	}
	name, _, _ := strings.Cut(bundles[0].Key, "+")
	p := court.Proofs{Format: court.Format, Key: bundles[0].Key, Checkpoint: court.Plain(bundles[0].Checkpoint, name)}
	for _, b := range bundles {
		p.Entries = append(p.Entries, court.Proven{Entry: b.Entry, Leaf: b.Leaf, Proof: b.Proof})
	}
	proofs, err = p.Encode()
	return proofs, []byte(p.Checkpoint), []byte(p.Key + "\n"), err
}

// maxZip is how long an export may be: its files, and what stands between them.
const maxZip = court.MaxSize + 1<<30

// putExport writes the zip to where files are kept, and nowhere else before: it may be long.
func (s *Service) putExport(files []carried) (kept Media, err error) {
	parts := make([]court.Part, len(files))
	for i, f := range files {
		parts[i] = court.Part{Name: f.Path, Size: f.Size, CRC: f.crc, Open: f.open}
	}
	out, in := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := court.Write(in, parts)
		in.CloseWithError(err)
		wrote <- err
	}()
	kept.SHA256, _, kept.Size, err = s.files.Put(out, maxZip)
	out.CloseWithError(io.ErrClosedPipe)
	// Where a file of the record could not be read that says more than that the zip broke off.
	if cause := <-wrote; cause != nil && !errors.Is(cause, io.ErrClosedPipe) {
		return kept, cause
	}
	return kept, err
}
