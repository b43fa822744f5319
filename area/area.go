// Package area keeps which ground each unit answers for, as rows that an office imports from GeoJSON,
// and gives them ready for questions: where a point lies, and where a text says it is.
package area

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

func init() { ledger.Seal("area_areas") }

// Ground is the areas of one moment, indexed. It never changes; Atlas makes it.
type Ground struct {
	Areas     *place.Areas
	Gazetteer *place.Gazetteer
	District  *place.District
	units     map[string]string // by code of the division
	roads     func() ([]byte, error)
}

// Roads are the roads of the district and of its border as GeoJSON lines, each with its name and how much is known to lie on it
// ("known"), read out of the addresses: about where they run (place.Gazetteer.Around). They are worked out once.
func (g *Ground) Roads() ([]byte, error) { return g.roads() }

// roadsOf makes GeoJSON of the roads within reach of the middle of a district that touch it.
func roadsOf(gazetteer *place.Gazetteer, district *place.District) ([]byte, error) {
	const reach, border = 12_000, 300 // metres: more than half of the district's length, and the far side of a border road
	features := []any{}
	for _, r := range gazetteer.Around(district.Outline().Centre(), reach) {
		if !slices.ContainsFunc(r.Course, func(p place.Point) bool { return district.Contains(p) || district.Distance(p) <= border }) {
			continue
		}
		line := make([][2]float64, len(r.Course))
		for i, p := range r.Course {
			line[i] = [2]float64{math.Round(p.Lon*1e5) / 1e5, math.Round(p.Lat*1e5) / 1e5} // a metre
		}
		features = append(features, map[string]any{"type": "Feature", "properties": map[string]any{"name": r.Name, "known": math.Round(r.Known)},
			"geometry": map[string]any{"type": "LineString", "coordinates": line}})
	}
	return json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
}

// UnitOf is the unit that answers for a division by its statistical code, empty if none does.
func (g *Ground) UnitOf(code string) string { return g.units[code] }

// Atlas holds the newest ground in memory. It is safe for concurrent use; an import by another
// process is seen at the next question.
type Atlas struct {
	names   fs.FS
	mu      sync.Mutex
	version int64
	ground  *Ground
}

// NewAtlas makes an atlas; names is the data folder, whose gazetteer it reads texts by.
func NewAtlas(names fs.FS) *Atlas { return &Atlas{names: names} }

// Ground gives the ground as the transaction sees it.
func (a *Atlas) Ground(ctx context.Context, tx *store.Tx) (*Ground, error) {
	version, settled, err := org.Version(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("version of the areas: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if settled && a.ground != nil && a.version == version {
		return a.ground, nil
	}
	list, err := Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	g := &Ground{Areas: place.NewAreas(list), units: map[string]string{}}
	for _, area := range list {
		if area.Code != "" {
			g.units[area.Code] = area.Unit
		}
	}
	if g.District, err = place.LoadDistrict(a.names); err != nil {
		return nil, fmt.Errorf("the district: %w", err)
	}
	if g.Gazetteer, err = place.LoadGazetteer(a.names, list); err != nil {
		return nil, fmt.Errorf("the gazetteer: %w", err)
	}
	g.roads = sync.OnceValues(func() ([]byte, error) { return roadsOf(g.Gazetteer, g.District) })
	if settled {
		a.version, a.ground = version, g
	}
	return g, nil
}

// Load reads all areas, each with its unit, in order of code and name.
func Load(ctx context.Context, tx *store.Tx) ([]place.Area, error) {
	rows, err := tx.Query(ctx, `SELECT unit, geojson FROM area_areas ORDER BY code, id`)
	if err != nil {
		return nil, fmt.Errorf("areas: %w", err)
	}
	defer rows.Close()
	var out []place.Area
	for rows.Next() {
		var unit, geojson string
		if err := rows.Scan(&unit, &geojson); err != nil {
			return nil, err
		}
		file, err := place.ParseAreas([]byte(geojson), place.WGS84)
		if err != nil {
			return nil, fmt.Errorf("area of %s: %w", unit, err)
		}
		for _, area := range file.Areas {
			area.Unit = unit
			out = append(out, area)
		}
	}
	return out, rows.Err()
}

// Imported is what an import did.
type Imported struct {
	Areas, Units, Replaced int
	Notes                  []*fault.Error // what an office should look at; the import stands
	list                   []place.Area
}

// Import takes in a file of areas: the areas of the units that it names take the place of those they
// had, and with all, of every area there was. Each area finds its unit by the unit's id, by the
// division's code, or by its name (大宁路街道 finds 大宁路街道中队, unless two units begin so).
// Returns the faults of place.ParseAreas, place.areas_crosses for a border that crosses itself, area.no_unit for an area without a unit, and refused.unit.
func Import(ctx context.Context, db *store.DB, actor org.Actor, content []byte, datum place.Datum, all bool, now time.Time) (Imported, error) {
	file, err := place.ParseAreas(content, datum)
	if err != nil {
		return Imported{}, err
	}
	return take(ctx, db, actor, file, all, now)
}

// Import is Import with a look at the district: areas that would lie in it if they were measured in
// another datum are imported as they are told, and noted (place.areas_shifted).
func (a *Atlas) Import(ctx context.Context, db *store.DB, actor org.Actor, content []byte, datum place.Datum, all bool, now time.Time) (Imported, error) {
	done, err := Import(ctx, db, actor, content, datum, all, now)
	if err != nil || datum != place.WGS84 {
		return done, err
	}
	district, err := place.LoadDistrict(a.names)
	if err != nil {
		return done, fmt.Errorf("the district: %w", err)
	}
	if note := district.Shifted(done.list); note != nil {
		done.Notes = append(done.Notes, note)
	}
	return done, nil
}

func take(ctx context.Context, db *store.DB, actor org.Actor, file *place.AreaFile, all bool, now time.Time) (Imported, error) {
	// Of a border that crosses itself nobody can say which side of it is whose.
	for _, note := range file.Notes {
		if note.Code == "place.areas_crosses" {
			return Imported{}, note
		}
	}
	return store.Do(ctx, db, func(ctx context.Context, tx *store.Tx) (Imported, error) {
		done := Imported{Areas: len(file.Areas), Notes: file.Notes, list: file.Areas}
		bound, err := bind(ctx, tx, file.Areas)
		if err != nil {
			return done, err
		}
		var units []string
		for _, area := range bound {
			if !slices.Contains(units, area.Unit) {
				units = append(units, area.Unit)
			}
		}
		for _, unit := range units {
			if err := actor.Must("org.units", unit); err != nil {
				return done, err
			}
		}
		if err := org.Touch(ctx, tx); err != nil { // grounds in memory are read anew
			return done, err
		}
		rows, err := remove(ctx, tx, units, all)
		if err != nil {
			return done, err
		}
		done.Units, done.Replaced = len(units), len(rows)
		for _, area := range bound {
			id := store.NewID()
			geojson, err := place.MarshalAreas([]place.Area{area}, nil)
			if err != nil {
				return done, fmt.Errorf("area %s: %w", area.Name, err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO area_areas (id, unit, code, name, approximate, geojson, imported_at, imported_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
				id, area.Unit, area.Code, area.Name, area.Approximate, string(geojson), store.At(now), actor.Person); err != nil {
				return done, fmt.Errorf("area %s: %w", area.Name, err)
			}
			rows = append(rows, ledger.Row{Table: "area_areas", Key: id})
		}
		return done, record(ctx, tx, actor, bound[0].Unit, now, done, rows)
	})
}

// record enters the rows in as many entries as they need.
func record(ctx context.Context, tx *store.Tx, actor org.Actor, unit string, now time.Time, done Imported, rows []ledger.Row) error {
	for chunk := range slices.Chunk(rows, 150) {
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "area.imported", Subject: ledger.Ref{Type: "unit", ID: unit}, Actor: actor.Person, Unit: unit, At: now,
			Body: map[string]any{"areas": done.Areas, "units": done.Units, "replaced": done.Replaced}, Rows: chunk})
		if err != nil {
			return err
		}
	}
	return nil
}

func remove(ctx context.Context, tx *store.Tx, units []string, all bool) ([]ledger.Row, error) {
	var out []ledger.Row
	take := func(query string, args ...any) error {
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("remove areas: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			out = append(out, ledger.Row{Table: "area_areas", Key: id})
		}
		return rows.Err()
	}
	if all {
		return out, take(`DELETE FROM area_areas RETURNING id`)
	}
	for _, unit := range units {
		if err := take(`DELETE FROM area_areas WHERE unit = $1 RETURNING id`, unit); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// bind finds the unit of each area.
func bind(ctx context.Context, tx *store.Tx, areas []place.Area) ([]place.Area, error) {
	units, err := org.Units(ctx, tx)
	if err != nil {
		return nil, err
	}
	bound := slices.Clone(areas)
	var lost []string
	for i := range bound {
		if unit, ok := unitFor(units, bound[i]); ok {
			bound[i].Unit = unit
		} else {
			lost = append(lost, strings.TrimSpace(bound[i].Name+" "+bound[i].Code))
		}
	}
	if len(lost) > 0 {
		return nil, fault.New(fault.Invalid, "area.no_unit", "n", len(lost), "names", strings.Join(lost, "、"))
	}
	return bound, nil
}

func unitFor(units []org.Unit, area place.Area) (string, bool) {
	one := func(fits func(org.Unit) bool) (string, bool) {
		id := ""
		for _, u := range units {
			if !fits(u) {
				continue
			}
			if id != "" {
				return "", false
			}
			id = u.ID
		}
		return id, id != ""
	}
	if id, ok := one(func(u org.Unit) bool { return area.Unit != "" && (u.ID == area.Unit || u.Code == area.Unit) }); ok || area.Unit != "" {
		return id, ok
	}
	if id, ok := one(func(u org.Unit) bool { return area.Code != "" && u.Code == area.Code }); ok {
		return id, true
	}
	if id, ok := one(func(u org.Unit) bool { return area.Name != "" && u.Name == area.Name }); ok {
		return id, true
	}
	return one(func(u org.Unit) bool { return area.Name != "" && !u.Outside && strings.HasPrefix(u.Name, area.Name) })
}
