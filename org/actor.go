package org

import (
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/law"
)

// Kinds of people. Officer and Auxiliary are names of roles too.
const (
	Staff   = "staff"   // of the bureau, without an enforcement certificate
	Outside = "outside" // of a department or community
)

// Certificate is an officer's enforcement certificate (执法证). Who has none never enforces (AP 42).
type Certificate struct {
	No    string
	Valid law.Date // last day
}

// ValidOn reports whether there is a certificate and it has not expired on that day.
func (c Certificate) ValidOn(d law.Date) bool {
	return c.No != "" && d.Compare(c.Valid) <= 0
}

// Grant is a role that a person holds in a unit and all below it. An administrator gives and ends it.
type Grant struct {
	ID     string
	Person string
	Role   string
	Unit   string
	From   law.Date
	To     law.Date // last day; zero: without end
}

// ValidOn reports whether the role is held on that day.
func (g Grant) ValidOn(d law.Date) bool {
	return g.From.Compare(d) <= 0 && (g.To.IsZero() || d.Compare(g.To) <= 0)
}

// Actor is who does something: a person who is signed in, with the grants that are valid now, or a
// program of the house. It is made by Service.Authenticate, ActorOf and Program, and never changed.
type Actor struct {
	Person      string // id, or program:NAME
	Name        string
	Login       string
	Kind        string
	Certificate Certificate
	Home        string // the unit in which he serves
	Grants      []Grant
	Lang        string

	tree    *Tree
	program bool
}

// NewActor makes an actor for a tree of units; grants that have ended are for the caller to leave out.
func NewActor(person, kind, home string, tree *Tree, grants ...Grant) Actor {
	return Actor{Person: person, Kind: kind, Home: home, Grants: grants, tree: tree}
}

// Program is the actor of what the house does by itself or its operator does on the machine: jobs,
// imports, the demonstration. It may do everything, and the ledger shows its name.
func Program(name string) Actor {
	return Actor{Person: byProgram + name, Name: name, Kind: "program", program: true}
}

// byProgram begins what stands for a program where a person's id would.
const byProgram = "program:"

// ByProgram reports whether what stands as who did something is a program.
func ByProgram(person string) bool { return strings.HasPrefix(person, byProgram) }

// IsProgram reports whether it is a program and not a person.
func (a Actor) IsProgram() bool { return a.program }

// HomeUnit is the unit in which the person serves; empty for a program.
func (a Actor) HomeUnit() string { return a.Home }

// Can reports whether the actor may do the operation in the unit: whether a role that allows it is
// held there or above.
func (a Actor) Can(op, unit string) bool {
	if a.program {
		return true
	}
	for _, g := range a.Grants {
		if Allows(g.Role, op) && a.tree.Above(g.Unit, unit) {
			return true
		}
	}
	return false
}

// CanAnywhere reports whether there is any unit in which the actor may do the operation.
func (a Actor) CanAnywhere(op string) bool {
	return a.program || slices.ContainsFunc(a.Grants, func(g Grant) bool { return Allows(g.Role, op) })
}

// Must is nil where the actor may do the operation in the unit, and refused.unit where not.
func (a Actor) Must(op, unit string) error {
	if a.Can(op, unit) {
		return nil
	}
	return fault.New(fault.Refused, "refused.unit", "op", op, "unit", unit)
}

// RolesAt lists the roles that the actor holds in the unit or above it, in the order of Roles.
func (a Actor) RolesAt(unit string) []string {
	var out []string
	for _, r := range Roles {
		if slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r.Code && a.tree.Above(g.Unit, unit) }) {
			out = append(out, r.Code)
		}
	}
	return out
}

// Permissions lists all operations that the actor may do somewhere, in order.
func (a Actor) Permissions() []string {
	var out []string
	for _, op := range Operations {
		if a.CanAnywhere(op) {
			out = append(out, op)
		}
	}
	return out
}
