// Package evidence is the enforcement record (执法全过程记录): the photographs, scans and recordings
// that belong to a complaint or a case, each kept once under its own SHA-256, each entered in the
// ledger in the transaction that catalogues it.
//
// A media file is never changed after it came in. What may be taken in, and how large, is decided by
// the content, never by the name that came with it.
package evidence

import (
	"context"
	"time"

	"jiexu/document"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/film"
)

// Bounds of what is taken in.
const (
	MaxFile    = 20 << 20   // bytes of one file
	MaxPerItem = 60         // files of one complaint or case; some that come at the same moment may go beyond it
	MaxPixels  = 80_000_000 // width × height of an image; a larger one is a decompression bomb
	maxNote    = 500        // characters of a note
	maxName    = 120        // characters of the name a file came with
)

// Subject is what a media file belongs to: a complaint, a case.
type Subject struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// Media is one catalogued file. Whoever may add to the subject creates it; nobody changes it.
type Media struct {
	ID        string     `json:"id"`
	Subject   Subject    `json:"-"`
	Name      string     `json:"name"` // as it came, for show only
	Type      string     `json:"type"` // by content: image/jpeg, image/png, image/webp, application/pdf, video/mp4
	Size      int64      `json:"size"` // bytes
	SHA256    string     `json:"sha256"`
	SM3       string     `json:"sm3,omitempty" doc:"by GB/T 32905; files of before have none"`
	Width     int        `json:"width,omitempty"`  // pixels, 0 where there is no picture
	Height    int        `json:"height,omitempty"` // pixels
	Note      string     `json:"note,omitempty"`
	Origin    *Origin    `json:"origin,omitempty"`
	Broken    *Broken    `json:"broken,omitempty" doc:"it is a film or sound that broke off; absent: it is whole, as far as its form tells"`
	At        store.Time `json:"at"`
	ByPerson  string     `json:"-"`
	ByName    string     `json:"byName"`
	ByProgram bool       `json:"byProgram,omitempty" doc:"nobody added it: a program did, as an import"`
	LedgerRef string     `json:"entry"`
	Destroyed *time.Time `json:"destroyed,omitempty" doc:"when it was destroyed by an approved list; its bytes are no more"`
}

// Access answers whether the actor may see a subject, and whether he may add to it; the app wires it
// to the system that owns the subject. It returns the unit whose matter it is. It fails as the
// owning system fails: not found for what the actor may not know of, refused for what he may not do.
type Access func(ctx context.Context, tx *store.Tx, actor org.Actor, subject Subject, add bool) (unit string, err error)

// Service keeps media.
type Service struct {
	db        *store.DB
	files     *Files
	access    Access
	now       func() time.Time
	steps     Steps      // what somebody did on a day; nil: nobody tells
	films     *film.Tool // nil: this machine has none
	fonts     func() (*document.Fonts, error)
	exporting Exporting
	scanner   Scanner // nil: nobody looks
	kin       Kin
	// How matters ended, which steps want a recording, who hears that a step has one; nil: nobody tells.
	outcomes  Outcomes
	cited     Cited
	wanted    Wanted
	accounted Accounted
	stepOf    StepOf
	// unpacking has room for the pictures of people without a sign-in that are unpacked at the same time.
	unpacking chan struct{}
}

// atOnce is how many pictures of people without a sign-in are unpacked at the same time.
const atOnce = 2

// New makes the service over a folder of files.
func New(db *store.DB, files *Files, access Access, now func() time.Time) *Service {
	if files.DB == nil {
		files.DB = db
	}
	return &Service{db: db, files: files, access: access, now: now, kin: derivedKin, unpacking: make(chan struct{}, atOnce)}
}

// Along has a day's recordings laid along what somebody did, as steps tells it.
func (s *Service) Along(steps Steps) { s.steps = steps }

func init() { ledger.Seal("evidence_media", "id") }
