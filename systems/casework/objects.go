package casework

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// ObjectKinds are the kinds of objects on the register.
var ObjectKinds = []string{"shop", "sign", "site", "stall", "building", "facility"}

// Object is something in the streets that is looked at again and again.
type Object struct {
	ID           string     `json:"id"`
	Code         string     `json:"code"`
	Kind         string     `json:"kind"`
	Name         string     `json:"name"`
	Address      string     `json:"address"`
	Lon          float64    `json:"lon" doc:"WGS-84"`
	Lat          float64    `json:"lat"`
	Unit         string     `json:"unit"`
	UnitName     string     `json:"unitName"`
	RegisteredAt time.Time  `json:"registeredAt"`
	GoneAt       *time.Time `json:"goneAt,omitempty"`
	Cases        int        `json:"cases" doc:"how many cases were about it"`
	Rev          int64      `json:"rev"`
}

// ObjectInput is an object as it is put on the register.
type ObjectInput struct {
	Code    string  `json:"code" maxLength:"60"`
	Kind    string  `json:"kind" enum:"shop,sign,site,stall,building,facility"`
	Name    string  `json:"name" maxLength:"200"`
	Address string  `json:"address" maxLength:"300"`
	Lon     float64 `json:"lon" doc:"WGS-84"`
	Lat     float64 `json:"lat"`
	Unit    string  `json:"unit,omitempty" doc:"the squad; by default one's own"`
}

// ObjectFilter says which objects are listed: those of an area or of a unit.
type ObjectFilter struct {
	Area   []float64 // west, south, east, north, in degrees; empty: none
	Unit   string
	Kind   string
	Limit  int
	Cursor string
}

// cellsPerDegree makes cells of half a hundredth of a degree: 550 m from south to north.
const cellsPerDegree = 200

// maxRows is how many rows of cells an area may span: some 22 km from south to north.
const maxCellRows = 40

// ObjectCell is the square that a place lies in: row by row from south to north, each from west to east.
func ObjectCell(lon, lat float64) int64 {
	return int64(math.Floor(lat*cellsPerDegree))*100_000 + int64(math.Floor(lon*cellsPerDegree))
}

const objectColumns = `o.id, o.code, o.kind, o.name, o.address, o.lon, o.lat, o.unit, u.name, o.registered_at, o.gone_at, o.rev, o.cell,
	(SELECT count(*) FROM casework_cases c WHERE c.object = o.id)`

// placed is an object with the square it lies in, which orders a list by area.
type placed struct {
	Object
	cell int64
}

func scanObject(row scanner) (o placed, err error) {
	var at store.Time
	var gone *store.Time
	err = row.Scan(&o.ID, &o.Code, &o.Kind, &o.Name, &o.Address, &o.Lon, &o.Lat, &o.Unit, &o.UnitName, &at, &gone, &o.Rev, &o.cell, &o.Cases)
	o.RegisteredAt, o.GoneAt = at.Time, moment(gone)
	return o, err
}

// Objects lists the objects of an area or of a unit, in the actor's scope, with the cursor of the next page. Returns form
// for an area that is none or is too large, or for neither area nor unit, and list.cursor.
func (s *Service) Objects(ctx context.Context, actor org.Actor, f ObjectFilter) (objects []Object, next string, err error) {
	if f.Limit <= 0 || f.Limit > MaxPage {
		f.Limit = 50
	}
	after, err := parseObjectCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	if err := f.check(); err != nil {
		return nil, "", err
	}
	var found []placed
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if len(f.Area) == 0 {
			w := f.conditions(actor)
			w.Add("o.unit = ?", f.Unit)
			w.Add("o.id > ?", after.id)
			found, err = objectsBy(ctx, tx, w, "o.id", f.Limit+1)
			return err
		}
		// A row of the area's cells is one stretch of the index: the rows are read one after the other until the page is full.
		west, east := int64(math.Floor(f.Area[0]*cellsPerDegree)), int64(math.Floor(f.Area[2]*cellsPerDegree))
		for row := int64(math.Floor(f.Area[1] * cellsPerDegree)); row <= int64(math.Floor(f.Area[3]*cellsPerDegree)) && len(found) <= f.Limit; row++ {
			from, to := row*100_000+west, row*100_000+east
			if to < after.cell {
				continue
			}
			w := f.conditions(actor)
			if f.Unit != "" {
				w.Add("o.unit = ?", f.Unit)
			}
			// Not as a comparison of pairs: PostgreSQL begins to read where that one does, at the first of all cells.
			w.Add("o.cell >= ?", max(from, after.cell))
			w.Add("o.cell <= ?", to)
			if after.cell >= from {
				w.Add("(o.cell > ? OR o.id > ?)", after.cell, after.id)
			}
			for i, cond := range []string{"o.lon >= ?", "o.lat >= ?", "o.lon <= ?", "o.lat <= ?"} {
				w.Add(cond, f.Area[i])
			}
			more, err := objectsBy(ctx, tx, w, "o.cell, o.id", f.Limit+1-len(found))
			if err != nil {
				return err
			}
			found = append(found, more...)
		}
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("list objects: %w", err)
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		next = objectCursor{last.cell, last.ID}.String()
	}
	for _, o := range found {
		objects = append(objects, o.Object)
	}
	return objects, next, nil
}

func (f ObjectFilter) check() error {
	wrong := fault.New(fault.Invalid, "form")
	switch a := f.Area; {
	case len(a) == 0 && f.Unit == "":
		wrong.With("area", "form.required")
	case len(a) == 0:
	case len(a) != 4 || slices.ContainsFunc(a, func(x float64) bool { return math.IsNaN(x) || math.Abs(x) > 180 }) || a[0] > a[2] || a[1] > a[3] || a[1] < -90 || a[3] > 90:
		wrong.With("area", "object.area")
	case (a[3]-a[1])*cellsPerDegree > maxCellRows:
		wrong.With("area", "object.area_large", "degrees", float64(maxCellRows)/cellsPerDegree)
	}
	return wrong.OrNil()
}

func (f ObjectFilter) conditions(actor org.Actor) *store.Where {
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, opRead, "o.unit", w.Next())
	w.Raw(cond, args)
	if f.Kind != "" {
		w.Add("o.kind = ?", f.Kind)
	}
	return w
}

func objectsBy(ctx context.Context, tx *store.Tx, w *store.Where, order string, limit int) ([]placed, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (placed, error) { return scanObject(r) }, `SELECT `+objectColumns+`
		FROM casework_objects o JOIN org_v_units u ON u.id = o.unit WHERE `+w.SQL()+` ORDER BY `+order+fmt.Sprintf(` LIMIT %d`, limit), w.Args()...)
}

// objectCursor is where a page of objects ends.
type objectCursor struct {
	cell int64
	id   string
}

// String is the cursor as a client holds it.
func (c objectCursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", c.cell, c.id))
}

func parseObjectCursor(text string) (c objectCursor, err error) {
	if text == "" {
		return objectCursor{cell: math.MinInt64}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %s", &c.cell, &c.id)
	}
	if err != nil || len(c.id) > 64 {
		return c, fault.New(fault.Invalid, "list.cursor")
	}
	return c, nil
}

// AddObject puts an object on the register. Returns form with the wrong fields, object.code_taken (conflict), and the
// fault of a place beyond the district.
func (s *Service) AddObject(ctx context.Context, actor org.Actor, in ObjectInput) (*Object, error) {
	in.Code, in.Name, in.Address = strings.TrimSpace(in.Code), strings.TrimSpace(in.Name), strings.TrimSpace(in.Address)
	wrong := fault.New(fault.Invalid, "form")
	required(wrong, "code", in.Code, 60)
	required(wrong, "name", in.Name, maxName)
	required(wrong, "address", in.Address, maxPlace)
	if !slices.Contains(ObjectKinds, in.Kind) {
		wrong.With("kind", "form.one_of", "options", strings.Join(ObjectKinds, ", "))
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	if in.Unit == "" {
		in.Unit = actor.HomeUnit()
	}
	if err := actor.Must(opOpen, in.Unit); err != nil {
		return nil, err
	}
	o, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Object, error) {
		if s.inside != nil {
			if err := s.inside(ctx, tx, in.Lon, in.Lat); err != nil {
				return nil, err
			}
		}
		now, id := s.now(), store.NewID()
		if _, err := tx.Exec(ctx, `INSERT INTO casework_objects (id, code, kind, name, address, lon, lat, cell, unit, registered_at, registered_by, rev)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,1)`, id, in.Code, in.Kind, in.Name, in.Address, in.Lon, in.Lat, ObjectCell(in.Lon, in.Lat), in.Unit, store.At(now), actor.Person); err != nil {
			return nil, err
		}
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.object", Subject: ledger.Ref{Type: "object", ID: id}, Actor: actor.Person, Unit: in.Unit, At: now,
			Body: map[string]string{"code": in.Code, "kind": in.Kind}, Rows: []ledger.Row{{Table: "casework_objects", Key: id}}}); err != nil {
			return nil, err
		}
		added, err := scanObject(tx.QueryRow(ctx, `SELECT `+objectColumns+` FROM casework_objects o JOIN org_v_units u ON u.id = o.unit WHERE o.id = $1`, id))
		return &added.Object, err
	})
	if store.IsUnique(err) {
		return nil, fault.New(fault.Conflict, "object.code_taken", "code", in.Code)
	}
	return o, err
}

// aboutObject fills in, where a case is opened about an object of the register, what the register knows of it. Returns form
// for an object that is not there or lies beyond the actor's scope.
func (s *Service) aboutObject(ctx context.Context, tx *store.Tx, actor org.Actor, c *Case) error {
	if c.Object == "" {
		return nil
	}
	o, err := scanObject(tx.QueryRow(ctx, `SELECT `+objectColumns+` FROM casework_objects o JOIN org_v_units u ON u.id = o.unit WHERE o.id = $1`, c.Object))
	if err = store.Found(err, "object.not_found"); fault.KindOf(err) == fault.NotFound || err == nil && !actor.Can(opRead, o.Unit) {
		return fault.New(fault.Invalid, "form").With("object", "object.unknown")
	}
	if err != nil {
		return err
	}
	if c.ActPlace == "" {
		c.ActPlace = o.Address
	}
	if c.Lon == nil || c.Lat == nil {
		c.Lon, c.Lat = &o.Lon, &o.Lat
	}
	return nil
}
