package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/docking"
	"jiexu/systems/evidence/mp4"
)

// UnitSubject is the type of the subject that a recording belongs to: the unit of who made it.
const UnitSubject = "unit"

// Kinds of recordings.
const (
	Film    = "film"
	Sound   = "sound"
	Picture = "picture"
)

func init() {
	ledger.Seal("evidence_recordings", "media")
	ledger.Seal("evidence_ties", "id")
	ledger.Seal("evidence_drifts", "id")
}

// recorded are the types of what recorders bring, by content, and the kind of each.
var recorded = map[string]string{
	"video/mp4": Film, "video/avi": Film, "video/webm": Film, "audio/wave": Sound, "audio/mpeg": Sound, "audio/amr": Sound, "application/ogg": Sound, "image/jpeg": Picture, "image/png": Picture,
}

// Recording is what a recorder brought.
type Recording struct {
	Media
	Unit      string          `json:"unit"`
	Kind      string          `json:"kind" enum:"film,sound,picture"`
	Device    string          `json:"device"`
	Officer   string          `json:"officer,omitempty" doc:"a person of the office; empty: the number that was told is nobody's"`
	OfficerNo string          `json:"officerNo"`
	Began     *time.Time      `json:"began,omitempty" doc:"corrected by the drift"`
	Ended     *time.Time      `json:"ended,omitempty"`
	Told      *time.Time      `json:"told,omitempty" doc:"by the device's own clock"`
	DriftMS   int64           `json:"driftMs" doc:"milliseconds that the device's clock was ahead"`
	LongMS    int64           `json:"longMs"`
	Lon       *float64        `json:"lon,omitempty"`
	Lat       *float64        `json:"lat,omitempty"`
	Marked    bool            `json:"marked" doc:"as important, on the device"`
	Source    string          `json:"source" doc:"path below the folder that was taken in"`
	Claims    []docking.Claim `json:"claims" doc:"what path, sidecar and file said"`
	Parent    string          `json:"parent,omitempty" doc:"id of the recording that it was made of"`
	How       string          `json:"how,omitempty" doc:"it was made: still, part, redacted, repaired"`
	// Of lists, for who may see them.
	OfficerName string `json:"officerName,omitempty"`
	UnitName    string `json:"unitName,omitempty"`
	Ties        []Tie  `json:"ties"`
	// How long it is kept, of one that is; why it went, of one that is no more.
	Keep *Keeping `json:"keep,omitempty"`
	Gone *Gone    `json:"gone,omitempty"`
}

// Found is a recording as it lies in a folder.
type Found struct {
	Path    string // below the folder, with /
	Content io.Reader
	Claims  []docking.Claim
	Unit    string         // where nobody is known who made it
	Zone    *time.Location // of the device's clock
}

// Record takes a recording in: bytes, what they say of themselves, whose it is; catalogued and entered in the log in one transaction. The same
// content is taken in once (repeated), and never again when it was destroyed (evidence.destroyed). Returns evidence.type for what is no recording, evidence.broken for what only begins like one, evidence.empty,
// evidence.too_large; nothing is kept then.
func (s *Service) Record(ctx context.Context, actor org.Actor, in Found) (r *Recording, repeated bool, err error) {
	r = &Recording{Media: Media{Name: cleanName(in.Path)}, Source: in.Path, Claims: in.Claims, Ties: []Tie{}}
	if r.SHA256, r.SM3, r.Size, err = s.files.Put(in.Content, MaxUpload); err != nil {
		return nil, false, err
	}
	if err := s.listen(ctx, r, in.Zone); err != nil {
		s.drop(ctx, r.SHA256)
		return nil, false, err
	}
	catalogue := func(ctx context.Context, tx *store.Tx) (*Recording, error) {
		one := *r
		repeated, err = s.catalogueRecording(ctx, tx, actor, &one, in.Unit)
		return &one, err
	}
	done, err := store.Do(ctx, s.db, catalogue)
	if store.IsUnique(err) { // another one took in the same at the same moment: now it is there
		done, err = store.Do(ctx, s.db, catalogue)
	}
	if fault.Is(err, "evidence.destroyed") { // its bytes came again
		s.drop(ctx, r.SHA256)
	}
	return done, repeated, err
}

// listen finds what kind a recording is by its content, and adds what it says of itself to the claims.
func (s *Service) listen(ctx context.Context, r *Recording, zone *time.Location) error {
	file, err := s.files.Open(r.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	r.Type = typeOf(head[:n])
	kind, ok := recorded[r.Type]
	if !ok {
		return fault.New(fault.Invalid, "evidence.type", "type", r.Type)
	}
	r.Kind = kind
	if err := s.scanned(ctx, &r.Media, file); err != nil {
		return err
	}
	switch {
	case r.Type == "video/mp4":
		return r.ofFilm(file, zone)
	case kind == Picture:
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		found, err := inspect(file)
		r.Width, r.Height = found.Width, found.Height
		return err
	case r.Type == "audio/wave":
		r.ofWave(head[:n])
	}
	r.Broken, err = brokenOff(r.Type, file, r.Size)
	return err
}

func (r *Recording) ofFilm(file Content, zone *time.Location) error {
	broken, err := brokenOff(r.Type, file, r.Size)
	if err != nil {
		return err
	}
	says, err := mp4.Read(file, r.Size)
	switch {
	case errors.Is(err, mp4.ErrBroken) && broken == nil: // whole by its boxes, but what says what is in it cannot be read
		broken = &Broken{Has: r.Size}
	case err != nil && !errors.Is(err, mp4.ErrBroken):
		return err
	}
	r.Broken = broken
	if r.Width, r.Height = says.Width, says.Height; says.Width == 0 && says.Sound {
		r.Kind = Sound
	}
	c := docking.Claim{Source: "media", Long: says.Long, Began: says.Began}
	// The standard wants universal time, and many recorders write what their face shows.
	if told := r.toldBy("sidecar", "path"); !told.Began.IsZero() && !says.Began.IsZero() {
		face := time.Date(says.Began.Year(), says.Began.Month(), says.Began.Day(), says.Began.Hour(), says.Began.Minute(), says.Began.Second(), 0, zone)
		if face.Sub(told.Began).Abs() < says.Began.Sub(told.Began).Abs() {
			c.Began = face
		}
	}
	if says.Placed {
		c.Lon, c.Lat = &says.Lon, &says.Lat
	}
	r.Claims = append(r.Claims, c)
	return nil
}

// ofWave reads how long sound without compression is: its rate stands in its head (RIFF, WAVE).
func (r *Recording) ofWave(head []byte) {
	if len(head) < 32 {
		return
	}
	rate := int64(head[28]) | int64(head[29])<<8 | int64(head[30])<<16 | int64(head[31])<<24
	if rate > 0 {
		r.Claims = append(r.Claims, docking.Claim{Source: "media", Long: time.Duration(float64(r.Size-44) / float64(rate) * float64(time.Second)).Round(time.Millisecond)})
	}
}

// toldBy joins what sources say: of each the first that says it counts.
func (r *Recording) toldBy(sources ...string) (c docking.Claim) {
	for _, source := range sources {
		for _, one := range r.Claims {
			if one.Source != source {
				continue
			}
			if c.Device == "" {
				c.Device = one.Device
			}
			if c.Officer == "" {
				c.Officer = one.Officer
			}
			if c.Began.IsZero() {
				c.Began = one.Began
			}
			if c.Long == 0 {
				c.Long = one.Long
			}
			if c.Lon == nil {
				c.Lon, c.Lat = one.Lon, one.Lat
			}
			if c.Drift == nil {
				c.Drift = one.Drift
			}
			c.Key = c.Key || one.Key
		}
	}
	return c
}

// catalogueRecording writes a recording: whose it is by the officer's number, when it was by the device's clock and its drift.
func (s *Service) catalogueRecording(ctx context.Context, tx *store.Tx, actor org.Actor, r *Recording, unit string) (repeated bool, err error) {
	if err := s.files.await(ctx, tx, r.SHA256); err != nil {
		return false, err
	}
	known, err := recordingsWhere(ctx, tx, `m.sha256 = $1`, 1, r.SHA256)
	if err != nil {
		return false, err
	}
	if len(known) > 0 {
		*r = known[0]
		return true, mustLive(ctx, tx, r.ID)
	}
	said := r.toldBy("sidecar", "path", "media")
	// How long it is the recording knows best.
	if own := r.toldBy("media"); own.Long > 0 {
		said.Long = own.Long
	}
	r.Device, r.OfficerNo, r.Marked, r.Lon, r.Lat, r.LongMS = said.Device, said.Officer, said.Key, said.Lon, said.Lat, said.Long.Milliseconds()
	r.Unit = unit
	if person, found, err := org.PersonByNumber(ctx, tx, said.Officer); err != nil {
		return false, err
	} else if found {
		r.Officer, r.Unit = person.ID, person.Unit
	}
	if err := actor.Must("evidence.records", r.Unit); err != nil {
		return false, err
	}
	var rows []ledger.Row
	if said.Drift != nil && r.Device != "" {
		row, err := setDrift(ctx, tx, r.Device, *said.Drift, s.now(), "sidecar", actor.Name)
		if err != nil {
			return false, err
		}
		r.DriftMS, rows = said.Drift.Milliseconds(), append(rows, row)
	} else if r.DriftMS, err = driftOf(ctx, tx, r.Device); err != nil {
		return false, err
	}
	if !said.Began.IsZero() {
		told := said.Began
		began := told.Add(-time.Duration(r.DriftMS) * time.Millisecond)
		ended := began.Add(said.Long)
		r.Told, r.Began, r.Ended = &told, &began, &ended
	}
	r.Subject = Subject{Type: UnitSubject, ID: r.Unit}
	r.ID, r.At, r.ByPerson, r.ByName = store.NewID(), store.At(s.now()), actor.Person, actor.Name
	if inserted, err := insertMedia(ctx, tx, &r.Media, r.Unit); err != nil {
		return false, err
	} else if !inserted { // its unit has the same as a still or a part of another
		return false, fault.New(fault.Conflict, "evidence.derived_already")
	}
	if err := insertRecording(ctx, tx, r); err != nil {
		return false, err
	}
	r.LedgerRef, err = ledger.Append(ctx, tx, ledger.Entry{Kind: EntryRecorded, Subject: mediaSubject(r.ID), Actor: actor.Person, Unit: r.Unit, At: r.At.Time,
		Body: r.enters(map[string]any{"media": r.ID, "sha256": r.SHA256, "sm3": r.SM3, "size": r.Size, "type": r.Type, "device": r.Device}),
		Rows: append(rows, ledger.Row{Table: "evidence_media", Key: r.ID}, ledger.Row{Table: "evidence_recordings", Key: r.ID})})
	return false, err
}

func insertRecording(ctx context.Context, tx *store.Tx, r *Recording) error {
	claims, err := json.Marshal(r.Claims)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO evidence_recordings (media, unit, kind, device, officer, officer_no, began_at, ended_at, told_at, drift_ms, long_ms, lon, lat, marked, source, claims, at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)`,
		r.ID, r.Unit, r.Kind, r.Device, sql.NullString{String: r.Officer, Valid: r.Officer != ""}, r.OfficerNo, store.AtPtr(r.Began), store.AtPtr(r.Ended), store.AtPtr(r.Told), r.DriftMS, r.LongMS,
		r.Lon, r.Lat, r.Marked, r.Source, string(claims), r.At); err != nil {
		return fmt.Errorf("catalogue a recording: %w", err)
	}
	return nil
}

const recordingColumns = `m.id, m.subject_type, m.subject_id, m.name, m.type, m.size, m.sha256, COALESCE(m.sm3, ''), m.width, m.height, m.note, m.at, m.by_person, m.by_name,
	r.unit, r.kind, r.device, COALESCE(r.officer, ''), r.officer_no, r.began_at, r.ended_at, r.told_at, r.drift_ms, r.long_ms, r.lon, r.lat, r.marked, r.source, r.claims,
	COALESCE(d.parent, ''), COALESCE(d.how, ''), COALESCE(m.broken, '')`

func recordingsWhere(ctx context.Context, tx *store.Tx, where string, limit int, args ...any) ([]Recording, error) {
	return store.Collect(ctx, tx, func(rows *sql.Rows) (r Recording, err error) {
		var began, ended, told *store.Time
		var claims, broken string
		if err = rows.Scan(&r.ID, &r.Subject.Type, &r.Subject.ID, &r.Name, &r.Type, &r.Size, &r.SHA256, &r.SM3, &r.Width, &r.Height, &r.Note, &r.At, &r.ByPerson, &r.ByName,
			&r.Unit, &r.Kind, &r.Device, &r.Officer, &r.OfficerNo, &began, &ended, &told, &r.DriftMS, &r.LongMS, &r.Lon, &r.Lat, &r.Marked, &r.Source, &claims, &r.Parent, &r.How, &broken); err != nil {
			return r, err
		}
		r.ByProgram, r.Broken = org.ByProgram(r.ByPerson), brokenFrom(broken)
		r.Began, r.Ended, r.Told, r.Ties = momentOf(began), momentOf(ended), momentOf(told), []Tie{}
		if err = json.Unmarshal([]byte(claims), &r.Claims); err == nil {
			inEnglish(r.Claims)
		}
		return r, err
	}, `SELECT `+recordingColumns+` FROM evidence_recordings r JOIN evidence_media m ON m.id = r.media LEFT JOIN evidence_derived d ON d.media = r.media WHERE `+where+` ORDER BY r.began_at, m.id LIMIT `+fmt.Sprint(limit), args...)
}

var shippedPatterns = sync.OnceValue(func() docking.Patterns {
	p, err := docking.Shipped(data.FS)
	if err != nil {
		panic(err) // it is part of the binary, and a test reads it
	}
	return p
})

// inEnglish gives claims of before, which have a pattern's Chinese name alone, the English one of those that ship.
func inEnglish(claims []docking.Claim) {
	for i := range claims {
		if c := &claims[i]; c.Maker != "" && c.MakerEn == "" {
			c.MakerEn = shippedPatterns().English(c.Maker)
		}
	}
}

func momentOf(t *store.Time) *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

// driftOf is how far a device's clock was ahead when it was last compared, in milliseconds.
func driftOf(ctx context.Context, tx *store.Tx, device string) (int64, error) {
	if device == "" {
		return 0, nil
	}
	ms, err := store.Collect(ctx, tx, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) }, `SELECT drift_ms FROM evidence_drifts WHERE device = $1 ORDER BY at DESC, id DESC LIMIT 1`, device)
	if err != nil || len(ms) == 0 {
		return 0, err
	}
	return ms[0], nil
}

// aheadBy is how far a recorder's clock may be ahead before it is said that it is.
const aheadBy = 5 * time.Minute

// Ahead reports whether a recording says that it was made later than now: the clock of its device is wrong, and nobody has said by how much.
func (r *Recording) Ahead(now time.Time) bool {
	return r.Began != nil && r.Began.After(now.Add(aheadBy))
}

// maxDrift is how far off a clock is believed to be: more, and it was never set.
const maxDrift = 40 * 365 * 24 * time.Hour

func setDrift(ctx context.Context, tx *store.Tx, device string, drift time.Duration, at time.Time, source, by string) (ledger.Row, error) {
	if drift.Abs() > maxDrift {
		return ledger.Row{}, fault.New(fault.Invalid, "evidence.drift")
	}
	row := ledger.Row{Table: "evidence_drifts", Key: store.NewID()}
	_, err := tx.Exec(ctx, `INSERT INTO evidence_drifts (id, device, at, drift_ms, source, by_name) VALUES ($1,$2,$3,$4,$5,$6)`, row.Key, device, store.At(at), drift.Milliseconds(), source, by)
	return row, err
}

// SetDrift enters how far a device's clock is ahead, as somebody measured it: what it brings from now on is corrected by it. What it brought before
// keeps its times.
func (s *Service) SetDrift(ctx context.Context, actor org.Actor, device string, drift time.Duration) error {
	device = strings.ToUpper(strings.TrimSpace(device))
	if device == "" {
		return fault.New(fault.Invalid, "evidence.drift")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := setDrift(ctx, tx, device, drift, s.now(), "person", actor.Name)
		if err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "evidence.clock", Subject: ledger.Ref{Type: "device", ID: device}, Actor: actor.Person, Unit: actor.HomeUnit(), At: s.now(),
			Body: map[string]any{"device": device, "drift_ms": drift.Milliseconds()}, Rows: []ledger.Row{row}})
		return err
	})
}
