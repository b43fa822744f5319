package org

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"jiexu/store"
)

// Tree is the units, which of them stands below which, and what they have set, at one moment. It never
// changes once made.
type Tree struct {
	version  int64
	parents  map[string]string
	units    map[string]Unit
	settings map[settingKey]string
}

// settingKey is a key that a unit has set.
type settingKey struct{ unit, key string }

// NewTree makes a tree of parents by unit; a root's parent is empty.
func NewTree(parents map[string]string) *Tree { return &Tree{parents: parents} }

// Above reports whether upper is the unit itself or stands above it. Without a tree, and for a unit
// that is not in it, only the unit itself counts.
func (t *Tree) Above(upper, unit string) bool {
	if upper == "" || unit == "" {
		return false
	}
	if upper == unit {
		return true
	}
	if t == nil {
		return false
	}
	// The bound is there for a tree that somebody bent into a ring behind the program's back.
	for n := 0; unit != "" && n <= len(t.parents); n++ {
		if unit == upper {
			return true
		}
		unit = t.parents[unit]
	}
	return false
}

// Way lists the unit and all above it, nearest first.
func (t *Tree) Way(unit string) []string {
	var out []string
	for n := 0; unit != "" && n <= len(t.parents); n++ {
		out = append(out, unit)
		unit = t.parents[unit]
	}
	return out
}

// treeCache keeps the newest tree that was read.
type treeCache struct {
	sync.Mutex
	tree *Tree
}

type treeKey struct{}

// ownTree is the tree in one transaction.
type ownTree struct {
	tree    *Tree
	changed bool // this transaction changes it: what it sees is nobody else's yet
}

func own(tx *store.Tx) *ownTree {
	return tx.Local(treeKey{}, func() any { return &ownTree{} }).(*ownTree)
}

// treeOf gives the tree as the transaction sees it. It asks for the version alone, once, and reads the
// tree only if it has changed since it was last read.
func treeOf(ctx context.Context, tx *store.Tx) (*Tree, error) {
	mine := own(tx)
	if mine.tree != nil {
		return mine.tree, nil
	}
	if mine.changed {
		return readTree(ctx, tx)
	}
	var version int64
	if err := tx.QueryRow(ctx, `SELECT version FROM org_tree WHERE id = 1`).Scan(&version); err != nil {
		return nil, fmt.Errorf("read the tree's version: %w", err)
	}
	return treeAt(ctx, tx, version)
}

// Know is a part of a transaction (store.Tx.Together) that makes sure of the units and their settings,
// so that what is later asked of them is answered without another question to the database.
func Know(ctx context.Context, tx *store.Tx) error {
	_, err := treeOf(ctx, tx)
	return err
}

// treeAt is treeOf where the version is known already.
func treeAt(ctx context.Context, tx *store.Tx, version int64) (*Tree, error) {
	c := tx.Shared(treeKey{}, func() any { return &treeCache{} }).(*treeCache)
	c.Lock()
	t := c.tree
	c.Unlock()
	if t == nil || t.version != version {
		var err error
		if t, err = readTree(ctx, tx); err != nil {
			return nil, err
		}
		c.Lock()
		if c.tree == nil || c.tree.version < t.version {
			c.tree = t
		}
		c.Unlock()
	}
	own(tx).tree = t
	return t, nil
}

// Version changes with units, their settings and whatever else says Touch: who keeps such things in
// memory sees by it that they must be read anew. It is not settled in a transaction that changes them
// itself; what is read there is not to be kept.
func Version(ctx context.Context, tx *store.Tx) (version int64, settled bool, err error) {
	t, err := treeOf(ctx, tx)
	if err != nil {
		return 0, false, err
	}
	return t.version, !own(tx).changed, nil
}

// Touch says that the transaction changes what Version stands for. Those who do so wait for one another.
func Touch(ctx context.Context, tx *store.Tx) error {
	mine := own(tx)
	mine.tree, mine.changed = nil, true
	_, err := tx.Exec(ctx, `UPDATE org_tree SET version = version + 1 WHERE id = 1`)
	return err
}

func readTree(ctx context.Context, tx *store.Tx) (*Tree, error) {
	t := &Tree{parents: map[string]string{}, units: map[string]Unit{}, settings: map[settingKey]string{}}
	// The version first: what changes while we read makes it an old one, and the tree is read again.
	if err := tx.QueryRow(ctx, `SELECT version FROM org_tree WHERE id = 1`).Scan(&t.version); err != nil {
		return nil, fmt.Errorf("read the tree's version: %w", err)
	}
	units, err := store.Collect(ctx, tx, func(r *sql.Rows) (Unit, error) { return scanUnit(r) }, `SELECT `+unitColumns+` FROM org_units`)
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	for _, u := range units {
		t.parents[u.ID], t.units[u.ID] = u.Parent, u
	}
	_, err = store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var k settingKey
		var value string
		err = r.Scan(&k.unit, &k.key, &value)
		t.settings[k] = value
		return
	}, `SELECT unit, key, value FROM org_settings`)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	return t, nil
}

// Below lists units and all that stand below them.
func (t *Tree) Below(uppers []string) []string {
	out := slices.Clone(uppers)
	if t == nil {
		return out
	}
	for unit := range t.parents {
		if !slices.Contains(uppers, unit) && slices.ContainsFunc(uppers, func(upper string) bool { return t.Above(upper, unit) }) {
			out = append(out, unit)
		}
	}
	return out
}

// ScopeUnits lists the units in which the actor may do the operation; everywhere is a program's scope.
func ScopeUnits(a Actor, op string) (units []string, everywhere bool) {
	if a.program {
		return nil, true
	}
	for _, g := range a.Grants {
		if Allows(g.Role, op) && !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	return a.tree.Below(units), false
}

// maxNamed is how many units a condition names one by one; a larger scope is asked of the database.
const maxNamed = 8

// maxListed is how many units of a large scope are listed in a condition; a scope larger still is asked
// of the database.
const maxListed = 100

// ScopeSQL is Actor.Can as a condition of a list: it holds for the rows whose unit, in the given
// column, is one in which the actor may do the operation. next is the number of the first free
// placeholder; args are the values of those that it uses.
//
// A squad's scope is written as what it is, one unit or a few: the database then walks the list of
// that unit in order and stops at the end of the page, where behind a question about the tree it
// would read and sort everything in the scope. A large scope is most of what there is, so the list is
// walked as a whole; coalesce keeps the database from collecting it unit by unit.
func ScopeSQL(a Actor, op, column string, next int) (cond string, args []any) {
	if a.program {
		return "1 = 1", nil
	}
	var units []string
	for _, g := range a.Grants {
		if Allows(g.Role, op) && !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	if len(units) == 0 {
		return "1 = 0", nil
	}
	open, closing := "coalesce("+column+", '') IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor IN (", "))"
	if named := a.tree.Below(units); len(named) <= maxNamed {
		slices.Sort(named) // the same scope is the same question
		units, open, closing = named, column+" IN (", ")"
	} else if len(named) <= maxListed {
		slices.Sort(named)
		units, open, closing = named, "coalesce("+column+", '') IN (", ")"
	}
	var b strings.Builder
	b.WriteString(open)
	for i, u := range units {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(next+i))
		args = append(args, u)
	}
	b.WriteString(closing)
	return b.String(), args
}
