package org

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// Bounds of a seal's picture.
const (
	MaxSeal      = 512 << 10 // bytes
	minSealSide  = 200       // pixels: 42 mm at 120 dots an inch
	maxSealSide  = 1200      // pixels
	minDiameter  = 20        // millimetres
	maxDiameter  = 60        // millimetres
	maxSealName  = 60        // characters
	mostSealsOf  = 200       // of one unit
	sealDiameter = 42        // millimetres, of a county-level authority
)

// Seal is a seal of the office as a picture (印章). It says whose it is, and seals documents of that authority alone.
type Seal struct {
	ID         string
	Unit       string
	Number     int // in the bureau's register, from 1 on; 0: entered before numbers were given
	Name       string
	Authority  string
	SHA256     string // of the picture
	Diameter   int    // millimetres
	ValidFrom  law.Date
	RetiredOn  law.Date // the first day on which it seals nothing; zero: in use
	RetiredWhy string
	EnteredAt  time.Time
	EnteredBy  string // name
}

// On reports whether the seal is in use on a day.
func (s Seal) On(day law.Date) bool {
	return !day.Before(s.ValidFrom) && (s.RetiredOn.IsZero() || day.Before(s.RetiredOn))
}

// SealInput is what an administrator enters.
type SealInput struct {
	Unit      string
	Name      string
	Image     []byte // PNG with a clear ground
	Diameter  int    // millimetres; 0: 42
	ValidFrom law.Date
}

// check reads the picture whole: what is no seal is found now and not on a decision.
func (in *SealInput) check() *fault.Error {
	wrong := fault.New(fault.Invalid, "form")
	in.Name = strings.TrimSpace(in.Name)
	switch {
	case in.Name == "":
		wrong.With("name", "form.required")
	case utf8.RuneCountInString(in.Name) > maxSealName:
		wrong.With("name", "form.too_long", "max", maxSealName)
	}
	if in.ValidFrom.IsZero() {
		wrong.With("validFrom", "form.required")
	}
	if in.Diameter == 0 {
		in.Diameter = sealDiameter
	}
	if in.Diameter < minDiameter || in.Diameter > maxDiameter {
		wrong.With("diameter", "org.seal_diameter", "min", minDiameter, "max", maxDiameter)
	}
	if code, params := checkSealImage(in.Image); code != "" {
		wrong.With("file", code, params...)
	}
	return wrong
}

// checkSealImage says what is wrong with a seal's picture; nothing where it is a PNG of bearable size, about as wide as
// high, whose corners are clear so that the text under it stays legible.
func checkSealImage(b []byte) (code string, params []any) {
	if len(b) == 0 {
		return "form.required", nil
	}
	if len(b) > MaxSeal {
		return "org.seal_large", []any{"kb", MaxSeal >> 10}
	}
	size, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return "org.seal_not_png", nil
	}
	w, h := size.Width, size.Height
	if min(w, h) < minSealSide || max(w, h) > maxSealSide || 10*w > 11*h || 10*h > 11*w {
		return "org.seal_size", []any{"min", minSealSide, "max", maxSealSide, "width", w, "height", h}
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return "org.seal_not_png", nil
	}
	if !clearCorners(picture) {
		return "org.seal_opaque", nil
	}
	return "", nil
}

func clearCorners(p image.Image) bool {
	r := p.Bounds()
	for _, at := range []image.Point{r.Min, {r.Max.X - 1, r.Min.Y}, {r.Min.X, r.Max.Y - 1}, {r.Max.X - 1, r.Max.Y - 1}} {
		if _, _, _, a := p.At(at.X, at.Y).RGBA(); a > 0x1000 {
			return false
		}
	}
	return true
}

// AddSeal enters a seal of a unit's authority. Returns form with what is wrong, refused, org.unit_not_found,
// org.seal_no_authority where nobody has said in whose name the unit acts, org.seals_many.
func (s *Service) AddSeal(ctx context.Context, actor Actor, in SealInput) (*Seal, error) {
	if err := in.check().OrNil(); err != nil {
		return nil, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Seal, error) {
		if _, err := UnitByID(ctx, tx, in.Unit); err != nil {
			return nil, err
		}
		if err := actor.Must("org.seals", in.Unit); err != nil {
			return nil, err
		}
		var authority Authority
		if _, err := SettingInto(ctx, tx, in.Unit, "authority", &authority); err != nil {
			return nil, err
		}
		if authority.Name == "" {
			return nil, fault.New(fault.Conflict, "org.seal_no_authority")
		}
		var n int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM org_seals WHERE unit = $1`, in.Unit).Scan(&n)
		if err != nil {
			return nil, err
		}
		if n >= mostSealsOf {
			return nil, fault.New(fault.Conflict, "org.seals_many", "most", mostSealsOf)
		}
		sum := sha256.Sum256(in.Image)
		seal := &Seal{ID: store.NewID(), Unit: in.Unit, Name: in.Name, Authority: authority.Name, SHA256: hex.EncodeToString(sum[:]), Diameter: in.Diameter,
			ValidFrom: in.ValidFrom, EnteredAt: s.now(), EnteredBy: actor.Name}
		if seal.Number, err = nextSealNumber(ctx, tx, seal.Unit); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO org_seals (id, unit, number, name, authority, image, sha256, diameter, valid_from, entered_at, entered_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
			seal.ID, seal.Unit, seal.Number, seal.Name, seal.Authority, in.Image, seal.SHA256, seal.Diameter, store.Date{Date: seal.ValidFrom}, store.At(seal.EnteredAt), seal.EnteredBy); err != nil {
			return nil, fmt.Errorf("enter a seal: %w", err)
		}
		return seal, s.sealEntry(ctx, tx, actor, "org.seal_entered", seal, map[string]any{"number": seal.Number, "name": seal.Name, "authority": seal.Authority, "sha256": seal.SHA256})
	})
}

// nextSealNumber gives the next number of the register, which the topmost unit keeps for all below it. It knows no year.
func nextSealNumber(ctx context.Context, tx *store.Tx, unit string) (n int, err error) {
	tree, err := treeOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	way := tree.Way(unit)
	err = tx.QueryRow(ctx, `INSERT INTO org_numbers (unit, kind, year, issued) VALUES ($1,'seal',0,1)
		ON CONFLICT (unit, kind, year) DO UPDATE SET issued = org_numbers.issued + 1 RETURNING issued`, way[len(way)-1]).Scan(&n)
	return n, err
}

func (s *Service) sealEntry(ctx context.Context, tx *store.Tx, actor Actor, kind string, seal *Seal, body map[string]any) error {
	_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: kind, Subject: ledger.Ref{Type: "seal", ID: seal.ID}, Actor: actor.Person, Unit: seal.Unit, At: s.now(), Body: body,
		Rows: []ledger.Row{{Table: "org_seals", Key: seal.ID}}})
	return err
}

// RetireSeal takes a seal out of use from today on; what it sealed stays sealed. Returns org.seal_not_found, refused,
// org.seal_retired, form without a reason.
func (s *Service) RetireSeal(ctx context.Context, actor Actor, id, why string) error {
	why = strings.TrimSpace(why)
	wrong := fault.New(fault.Invalid, "form")
	switch {
	case why == "":
		wrong.With("reason", "form.required")
	case utf8.RuneCountInString(why) > 300:
		wrong.With("reason", "form.too_long", "max", 300)
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		seal, err := sealByID(ctx, tx, id)
		if err != nil {
			return none, err
		}
		if err := actor.Must("org.seals", seal.Unit); err != nil {
			return none, err
		}
		n, err := tx.Exec(ctx, `UPDATE org_seals SET retired_on = $2, retired_why = $3 WHERE id = $1 AND retired_on IS NULL`, id, store.Date{Date: law.On(s.now())}, why)
		if err != nil {
			return none, err
		}
		if n == 0 {
			return none, fault.New(fault.Conflict, "org.seal_retired")
		}
		return none, s.sealEntry(ctx, tx, actor, "org.seal_retired", &seal, map[string]any{"name": seal.Name, "why": why})
	})
	return err
}

const sealColumns = `id, unit, number, name, authority, sha256, diameter, valid_from, retired_on, retired_why, entered_at, entered_by`

func scanSeal(scan func(...any) error, more ...any) (seal Seal, err error) {
	var from store.Date
	var retired *store.Date
	var why sql.NullString
	var number sql.NullInt64
	var at store.Time
	err = scan(append([]any{&seal.ID, &seal.Unit, &number, &seal.Name, &seal.Authority, &seal.SHA256, &seal.Diameter, &from, &retired, &why, &at, &seal.EnteredBy}, more...)...)
	seal.Number, seal.ValidFrom, seal.RetiredWhy, seal.EnteredAt = int(number.Int64), from.Date, why.String, at.Time
	if retired != nil {
		seal.RetiredOn = retired.Date
	}
	return seal, err
}

func sealByID(ctx context.Context, tx *store.Tx, id string) (Seal, error) {
	seal, err := scanSeal(tx.QueryRow(ctx, `SELECT `+sealColumns+` FROM org_seals WHERE id = $1`, id).Scan)
	return seal, store.Found(err, "org.seal_not_found")
}

// Seals lists the seals of the units in which the actor may see them, the newest first.
func (s *Service) Seals(ctx context.Context, actor Actor) (list []Seal, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = store.Collect(ctx, tx, func(r *sql.Rows) (Seal, error) { return scanSeal(r.Scan) }, `SELECT `+sealColumns+` FROM org_seals ORDER BY entered_at DESC, id DESC LIMIT 500`)
		return err
	})
	out := make([]Seal, 0, len(list))
	for _, seal := range list {
		if actor.Can("org.seals", seal.Unit) {
			out = append(out, seal)
		}
	}
	return out, err
}

// SealImage gives a seal's picture to who keeps the seals. Returns org.seal_not_found.
func (s *Service) SealImage(ctx context.Context, actor Actor, id string) (picture []byte, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		seal, err := sealByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !actor.Can("org.seals", seal.Unit) {
			return fault.New(fault.NotFound, "org.seal_not_found")
		}
		return tx.QueryRow(ctx, `SELECT image FROM org_seals WHERE id = $1`, id).Scan(&picture)
	})
	return picture, err
}

// SealOf finds the seal with which documents of an authority are sealed in a unit on a day: that of the nearest unit,
// itself first, and of several there the one that came into use last. ok is false where there is none.
func SealOf(ctx context.Context, tx *store.Tx, unit, authority string, day law.Date) (seal Seal, picture []byte, ok bool, err error) {
	tree, err := treeOf(ctx, tx)
	if err != nil {
		return seal, nil, false, err
	}
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (Seal, error) { return scanSeal(r.Scan) },
		`SELECT `+sealColumns+` FROM org_seals WHERE authority = $1 AND valid_from <= $2 ORDER BY valid_from DESC, entered_at DESC, id DESC`, authority, store.Date{Date: day})
	if err != nil || len(list) == 0 {
		return seal, nil, false, err
	}
	for _, at := range tree.Way(unit) {
		for _, seal := range list {
			if seal.Unit != at || !seal.On(day) {
				continue
			}
			err := tx.QueryRow(ctx, `SELECT image FROM org_seals WHERE id = $1`, seal.ID).Scan(&picture)
			return seal, picture, err == nil, err
		}
	}
	return seal, nil, false, nil
}
