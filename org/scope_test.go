package org

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiexu/law"
	"jiexu/store"
	"jiexu/store/storetest"
)

var testNow = time.Date(2026, 11, 23, 9, 0, 0, 0, law.Shanghai)

// clock is a clock that the test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newService(db *store.DB) (*Service, *clock) {
	c := &clock{at: testNow}
	return New(db, c.now), c
}

// inTx runs f in a writing transaction.
func inTx(t testing.TB, db *store.DB, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// What Can says of a unit and what ScopeSQL selects are one rule: in any tree, under any grants, after
// any moves, for every operation.
func TestCanAndScopeAgree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		tree := 0
		rapid.Check(t, func(r *rapid.T) {
			ctx := context.Background()
			tree++
			// Every run grows a tree of its own in the same database; the other trees are strangers.
			var units []Unit
			n := rapid.IntRange(1, 12).Draw(r, "units")
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				for i := range n {
					u := Unit{ID: fmt.Sprintf("t%d-%d", tree, i), Kind: "squad", Name: fmt.Sprint(i)}
					if i > 0 {
						if p := rapid.IntRange(-1, i-1).Draw(r, "parent"); p >= 0 {
							u.Parent = units[p].ID
						}
					}
					u, err := s.createUnit(ctx, tx, Program("test"), u)
					if err != nil {
						return err
					}
					units = append(units, u)
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
			for range rapid.IntRange(0, 4).Draw(r, "moves") {
				i, j := rapid.IntRange(0, n-1).Draw(r, "moved"), rapid.IntRange(0, n-1).Draw(r, "below")
				moved, err := s.MoveUnit(ctx, Program("test"), units[i].ID, units[j].ID, units[i].Rev)
				if err == nil {
					units[i] = moved
				}
			}
			var grants []Grant
			for range rapid.IntRange(0, 4).Draw(r, "grants") {
				grants = append(grants, Grant{Role: rapid.SampledFrom(Roles).Draw(r, "role").Code, Unit: rapid.SampledFrom(units).Draw(r, "unit").ID})
			}
			err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				t, err := readTree(ctx, tx)
				if err != nil {
					return err
				}
				a := NewActor("p", Officer, units[0].ID, t, grants...)
				for _, op := range []string{"intake.read", "casework.decide", "org.units", "evidence.add"} {
					cond, args := ScopeSQL(a, op, "u.id", 2)
					rows, err := tx.Query(ctx, `SELECT u.id FROM org_v_units u WHERE u.id LIKE $1 AND `+cond, append([]any{fmt.Sprintf("t%d-%%", tree)}, args...)...)
					if err != nil {
						return err
					}
					var selected []string
					for rows.Next() {
						var id string
						if err := rows.Scan(&id); err != nil {
							return err
						}
						selected = append(selected, id)
					}
					rows.Close()
					for _, u := range units {
						if a.Can(op, u.ID) != slices.Contains(selected, u.ID) {
							r.Fatalf("%s in %s: Can says %v, the list says otherwise (grants %v, tree %v)", op, u.ID, a.Can(op, u.ID), grants, t.parents)
						}
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
		})
	})
}

func TestScopeOfAProgramAndOfNobody(t *testing.T) {
	if cond, args := ScopeSQL(Program("x"), "intake.read", "c.unit", 1); cond != "1 = 1" || args != nil {
		t.Errorf("a program's scope is %q %v", cond, args)
	}
	if cond, _ := ScopeSQL(Actor{}, "intake.read", "c.unit", 1); cond != "1 = 0" {
		t.Errorf("nobody's scope is %q", cond)
	}
	if (Actor{}).Can("intake.read", "") || (Actor{}).CanAnywhere("session.self") {
		t.Error("nobody may do something")
	}
	a := NewActor("p", Officer, "u", nil, Grant{Role: Officer, Unit: "u"})
	if a.Can("intake.read", "") {
		t.Error("a unit that is none is in scope")
	}
}

func TestRolesAt(t *testing.T) {
	tree := NewTree(map[string]string{"district": "", "squad": "district", "other": "district"})
	a := NewActor("p", Officer, "squad", tree, Grant{Role: Leader, Unit: "squad"}, Grant{Role: Officer, Unit: "squad"}, Grant{Role: Inspector, Unit: "district"})
	if got := a.RolesAt("squad"); !slices.Equal(got, []string{Leader, Officer, Inspector}) {
		t.Errorf("roles at the squad: %v", got)
	}
	if got := a.RolesAt("other"); !slices.Equal(got, []string{Inspector}) {
		t.Errorf("roles at another squad: %v", got)
	}
}

func TestCertificateAndGrantDays(t *testing.T) {
	day := law.Date{Year: 2026, Month: 11, Day: 23}
	c := Certificate{No: "1", Valid: day}
	if !c.ValidOn(day) || c.ValidOn(day.AddDays(1)) || (Certificate{Valid: day}).ValidOn(day) {
		t.Error("a certificate is valid through its last day, and only if there is one")
	}
	g := Grant{From: day, To: day.AddDays(1)}
	for off, want := range map[int]bool{-1: false, 0: true, 1: true, 2: false} {
		if g.ValidOn(day.AddDays(off)) != want {
			t.Errorf("a grant %d days after its first is held: %v", off, !want)
		}
	}
}

// A tree bent into a ring behind the program's back must not hang it.
func TestARingEnds(t *testing.T) {
	tree := NewTree(map[string]string{"a": "b", "b": "a"})
	if tree.Above("c", "a") {
		t.Error("a stranger stands above a ring")
	}
}
