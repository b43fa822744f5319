// Package org is who there is and who may do what: units in a tree of any depth, people with their
// certificates, roles held in units, sessions, settings that hang on a unit and are inherited, and
// the numbers that units give to complaints, cases and documents.
//
// A right is always two things: a role that may do the operation (Roles, the one table) and a unit in
// which the role is held. Actor.Can decides it for one unit in memory, ScopeSQL writes the very same
// rule for lists.
package org

import (
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

// Service is what people do with units, people, rights and sessions. It is safe for concurrent use.
type Service struct {
	db     *store.DB
	now    func() time.Time
	hashes *hashing
}

// New makes the service. now is the clock of its entries, sessions and grants.
func New(db *store.DB, now func() time.Time) *Service {
	return &Service{db: db, now: now, hashes: newHashing()}
}

func init() {
	ledger.Seal("org_units")
	ledger.Seal("org_unit_paths", "ancestor", "descendant")
	ledger.Seal("org_settings", "unit", "key")
	ledger.Seal("org_people")
	ledger.Seal("org_credentials", "person")
	ledger.Seal("org_grants")
	ledger.Seal("org_seals")
	ledger.Exempt("org_tree", "technical: tells servers that the tree changed; the tree itself is sealed")
	ledger.Exempt("org_sessions", "technical: who is signed in at the moment; a session gives no right that the sealed grants do not")
	ledger.Exempt("org_login_failures", "technical: how long somebody must wait before the next try; forgotten after a day")
	store.LeaveOut("org_sessions", "who is signed in at the moment; after a restore everyone signs in anew")
	store.LeaveOut("org_login_failures", "how long somebody must wait before the next try")
	ledger.Seal("org_refusals")
	ledger.Seal("org_access")
	ledger.Exempt("org_numbers", "counters: the numbers given out stand in the sealed rows that carry them, where a gap or a double shows")
}

func personRef(id string) ledger.Ref { return ledger.Ref{Type: "person", ID: id} }
func unitRef(id string) ledger.Ref   { return ledger.Ref{Type: "unit", ID: id} }
