package org

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
)

// UnitKinds are the kinds of units, from the top down.
var UnitKinds = []string{"city", "district", "bureau", "section", "squad", "street", "department", "community", "committee"}

// Unit is a node of the tree. An administrator makes, renames and moves it; it is never removed,
// because what happened in it keeps its name.
type Unit struct {
	ID       string
	Parent   string // empty: a root
	Kind     string
	Code     string // official code where there is one: 310106013
	Name     string
	Short    string // 机关代字, the word in its documents' numbers
	Outside  bool   // not of the bureau: a department, a community
	Lon, Lat *float64
	Rev      int64
}

const unitColumns = `id, coalesce(parent, ''), kind, code, name, short, outside, lon, lat, rev`

func scanUnit(row interface{ Scan(...any) error }) (u Unit, err error) {
	err = row.Scan(&u.ID, &u.Parent, &u.Kind, &u.Code, &u.Name, &u.Short, &u.Outside, &u.Lon, &u.Lat, &u.Rev)
	return u, err
}

// UnitByID reads a unit. Returns org.unit_not_found.
func UnitByID(ctx context.Context, tx *store.Tx, id string) (Unit, error) {
	t, err := treeOf(ctx, tx)
	if err != nil {
		return Unit{}, err
	}
	u, ok := t.units[id]
	if !ok {
		return u, fault.New(fault.NotFound, "org.unit_not_found", "id", id)
	}
	return u, nil
}

// UnitByCode reads a unit by its official code. Returns org.unit_not_found.
func UnitByCode(ctx context.Context, tx *store.Tx, code string) (Unit, error) {
	u, err := scanUnit(tx.QueryRow(ctx, `SELECT `+unitColumns+` FROM org_units WHERE code = $1 AND code <> ''`, code))
	return u, store.Found(err, "org.unit_not_found", "id", code)
}

// Units lists all units, those above before those below, siblings by code and name.
func Units(ctx context.Context, tx *store.Tx) ([]Unit, error) {
	rows, err := tx.Query(ctx, `SELECT `+unitColumns+` FROM org_units`)
	if err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	defer rows.Close()
	below := map[string][]Unit{}
	n := 0
	for rows.Next() {
		u, err := scanUnit(rows)
		if err != nil {
			return nil, err
		}
		below[u.Parent] = append(below[u.Parent], u)
		n++
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, list := range below {
		slices.SortFunc(list, func(a, b Unit) int {
			return cmp.Or(slices.Index(UnitKinds, a.Kind)-slices.Index(UnitKinds, b.Kind), strings.Compare(a.Code, b.Code), strings.Compare(a.ID, b.ID))
		})
	}
	out := make([]Unit, 0, n)
	var walk func(string)
	walk = func(parent string) {
		for _, u := range below[parent] {
			out = append(out, u)
			walk(u.ID)
		}
	}
	walk("")
	return out, nil
}

// UnitNames gives the names of units by id, for those that exist.
func UnitNames(ctx context.Context, tx *store.Tx, ids ...string) (map[string]string, error) {
	t, err := treeOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(ids))
	for _, id := range ids {
		if u, ok := t.units[id]; ok {
			out[id] = u.Name
		}
	}
	return out, nil
}

// names reads id and name of the ids that exist.
func names(ctx context.Context, tx *store.Tx, query string, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for chunk := range slices.Chunk(ids, 500) {
		args := make([]any, len(chunk))
		marks := make([]string, len(chunk))
		for i, id := range chunk {
			args[i], marks[i] = id, fmt.Sprintf("$%d", i+1)
		}
		rows, err := tx.Query(ctx, query+"("+strings.Join(marks, ",")+")", args...)
		if err != nil {
			return nil, fmt.Errorf("names: %w", err)
		}
		for rows.Next() {
			var id, name string
			if err := rows.Scan(&id, &name); err != nil {
				rows.Close()
				return nil, err
			}
			out[id] = name
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// CreateUnit adds a unit below its parent, or a root. A missing id is made. Returns org.unit_not_found
// for an unknown parent, org.unit_code_taken for a code that another unit has, and refused.unit.
func (s *Service) CreateUnit(ctx context.Context, actor Actor, u Unit) (Unit, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Unit, error) {
		// A root has no unit above it to decide in: only the house's own programs make one.
		if err := actor.Must("org.units", u.Parent); err != nil {
			return u, err
		}
		return s.createUnit(ctx, tx, actor, u)
	})
}

func (s *Service) createUnit(ctx context.Context, tx *store.Tx, actor Actor, u Unit) (Unit, error) {
	if u.ID == "" {
		u.ID = store.NewID()
	}
	u.Rev = 1
	if err := u.check(); err != nil {
		return u, err
	}
	if err := Touch(ctx, tx); err != nil {
		return u, err
	}
	if u.Parent != "" {
		if _, err := UnitByID(ctx, tx, u.Parent); err != nil {
			return u, err
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO org_units (id, parent, kind, code, name, short, outside, lon, lat, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		u.ID, nullable(u.Parent), u.Kind, u.Code, u.Name, u.Short, u.Outside, u.Lon, u.Lat, u.Rev)
	if store.IsUnique(err) {
		return u, fault.New(fault.Conflict, "org.unit_code_taken", "code", u.Code)
	}
	if err != nil {
		return u, fmt.Errorf("create unit: %w", err)
	}
	rows := []ledger.Row{{Table: "org_units", Key: u.ID}}
	paths, err := pathRows(ctx, tx, `INSERT INTO org_unit_paths (ancestor, descendant, depth)
		SELECT ancestor, $1, depth + 1 FROM org_unit_paths WHERE descendant = $2 UNION ALL SELECT $1, $1, 0
		RETURNING ancestor, descendant`, u.ID, u.Parent)
	if err != nil {
		return u, err
	}
	return u, s.record(ctx, tx, "org.unit_created", unitRef(u.ID), actor, u.ID,
		map[string]any{"kind": u.Kind, "code": u.Code, "name": u.Name, "parent": u.Parent}, append(rows, paths...))
}

func (u Unit) check() error {
	f := fault.New(fault.Invalid, "form")
	if strings.TrimSpace(u.Name) == "" {
		f.With("name", "form.required")
	}
	for name, text := range map[string]string{"name": u.Name, "short": u.Short, "code": u.Code} {
		if utf8.RuneCountInString(text) > 100 {
			f.With(name, "form.too_long", "max", 100)
		}
	}
	if !slices.Contains(UnitKinds, u.Kind) {
		f.With("kind", "form.one_of", "options", strings.Join(UnitKinds, ", "))
	}
	return f.OrNil()
}

// ChangeUnit renames a unit: name, short, code, place. Returns changed_meanwhile.
func (s *Service) ChangeUnit(ctx context.Context, actor Actor, u Unit, rev int64) (Unit, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Unit, error) {
		if err := actor.Must("org.units", u.ID); err != nil {
			return u, err
		}
		if err := Touch(ctx, tx); err != nil {
			return u, err
		}
		old, err := UnitByID(ctx, tx, u.ID)
		if err != nil {
			return u, err
		}
		u.Parent, u.Kind, u.Outside, u.Rev = old.Parent, old.Kind, old.Outside, rev+1
		if err := u.check(); err != nil {
			return u, err
		}
		err = store.Changed(tx.Exec(ctx, `UPDATE org_units SET name = $3, short = $4, code = $5, lon = $6, lat = $7, rev = rev + 1 WHERE id = $1 AND rev = $2`,
			u.ID, rev, u.Name, u.Short, u.Code, u.Lon, u.Lat))
		if store.IsUnique(err) {
			return u, fault.New(fault.Conflict, "org.unit_code_taken", "code", u.Code)
		}
		if err != nil {
			return u, err
		}
		return u, s.record(ctx, tx, "org.unit_changed", unitRef(u.ID), actor, u.ID,
			map[string]any{"name": u.Name, "code": u.Code, "short": u.Short}, []ledger.Row{{Table: "org_units", Key: u.ID}})
	})
}

// MoveUnit hangs a unit, with all below it, under another parent. Returns org.unit_cycle where the
// parent is the unit itself or stands below it, changed_meanwhile, and refused.unit unless the actor
// may keep units at both places.
func (s *Service) MoveUnit(ctx context.Context, actor Actor, id, parent string, rev int64) (Unit, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Unit, error) {
		for _, at := range []string{id, parent} {
			if err := actor.Must("org.units", at); err != nil {
				return Unit{}, err
			}
		}
		if err := Touch(ctx, tx); err != nil { // of two moves at once the second sees the first
			return Unit{}, err
		}
		u, err := UnitByID(ctx, tx, id)
		if err != nil {
			return u, err
		}
		if _, err := UnitByID(ctx, tx, parent); err != nil {
			return u, err
		}
		var below int
		err = tx.QueryRow(ctx, `SELECT count(*) FROM org_unit_paths WHERE ancestor = $1 AND descendant = $2`, id, parent).Scan(&below)
		if err != nil {
			return u, err
		}
		if below > 0 {
			return u, fault.New(fault.Conflict, "org.unit_cycle", "name", u.Name)
		}
		if err := store.Changed(tx.Exec(ctx, `UPDATE org_units SET parent = $3, rev = rev + 1 WHERE id = $1 AND rev = $2`, id, rev, parent)); err != nil {
			return u, err
		}
		rows := []ledger.Row{{Table: "org_units", Key: id}}
		gone, err := pathRows(ctx, tx, `DELETE FROM org_unit_paths
			WHERE descendant IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $1)
			AND ancestor NOT IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $1)
			RETURNING ancestor, descendant`, id)
		if err != nil {
			return u, err
		}
		come, err := pathRows(ctx, tx, `INSERT INTO org_unit_paths (ancestor, descendant, depth)
			SELECT a.ancestor, d.descendant, a.depth + d.depth + 1 FROM org_unit_paths a, org_unit_paths d
			WHERE a.descendant = $2 AND d.ancestor = $1 RETURNING ancestor, descendant`, id, parent)
		if err != nil {
			return u, err
		}
		rows = append(append(rows, gone...), come...)
		from := u.Parent
		u.Parent, u.Rev = parent, rev+1
		return u, s.record(ctx, tx, "org.unit_moved", unitRef(id), actor, id, map[string]any{"from": from, "to": parent}, rows)
	})
}

// pathRows runs a statement that returns the paths it wrote or removed.
func pathRows(ctx context.Context, tx *store.Tx, query string, args ...any) ([]ledger.Row, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("paths of the tree: %w", err)
	}
	defer rows.Close()
	var out []ledger.Row
	for rows.Next() {
		var ancestor, descendant string
		if err := rows.Scan(&ancestor, &descendant); err != nil {
			return nil, err
		}
		out = append(out, ledger.Row{Table: "org_unit_paths", Key: ledger.Key(ancestor, descendant)})
	}
	return out, rows.Err()
}

// mostRows is how many rows one entry names: an entry has a bound (ledger.MaxData).
const mostRows = 150

// record puts an act on record, in several entries where it touched more rows than one can name.
func (s *Service) record(ctx context.Context, tx *store.Tx, kind string, subject ledger.Ref, actor Actor, unit string, body map[string]any, rows []ledger.Row) error {
	rows = dedupe(rows)
	if body == nil {
		body = map[string]any{}
	}
	now := s.now()
	for part := 0; part == 0 || part*mostRows < len(rows); part++ {
		if part > 0 {
			body = map[string]any{"part": part + 1}
		}
		e := ledger.Entry{Kind: kind, Subject: subject, Actor: actor.Person, Unit: unit, At: now, Body: body,
			Rows: rows[part*mostRows : min(len(rows), (part+1)*mostRows)]}
		if _, err := ledger.Append(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func dedupe(rows []ledger.Row) []ledger.Row {
	seen := map[ledger.Row]bool{}
	return slices.DeleteFunc(slices.Clone(rows), func(r ledger.Row) bool {
		again := seen[r]
		seen[r] = true
		return again
	})
}

func nullable(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// Below is the set of a unit and all units beneath it; empty for a unit that does not exist.
func Below(ctx context.Context, tx *store.Tx, unit string) (map[string]bool, error) {
	ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
		err = r.Scan(&id)
		return
	}, `SELECT descendant FROM org_unit_paths WHERE ancestor = $1`, unit)
	if err != nil {
		return nil, fmt.Errorf("units below %s: %w", unit, err)
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// Office is the unit whose program this is: the highest in which somebody is its head or its legal section. Above it stand those that it reports to.
// Where nobody is, it is the highest of all; empty: there is no unit.
func Office(ctx context.Context, tx *store.Tx) (string, error) {
	units, err := Units(ctx, tx)
	if err != nil || len(units) == 0 {
		return "", err
	}
	led, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT DISTINCT unit FROM org_grants WHERE role IN ($1, $2)`, Head, Legal)
	if err != nil {
		return "", err
	}
	for _, u := range units { // those above stand before those below
		if slices.Contains(led, u.ID) {
			return u.ID, nil
		}
	}
	return units[0].ID, nil
}
