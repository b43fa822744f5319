package org

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/words"
)

// Kinds are the kinds of people.
var Kinds = []string{Officer, Auxiliary, Staff, Outside}

// Person is somebody who can sign in. An administrator adds and changes him; nobody removes him,
// because what he did keeps his name: he is disabled.
type Person struct {
	ID               string
	Login            string
	Name             string
	Kind             string
	Unit             string   // in which he serves
	Certificate      string   // number of the enforcement certificate (执法证), officers alone
	CertificateUntil law.Date // last day of its validity
	Lang             string
	Disabled         bool
	Rev              int64
}

// CertifiedOn reports whether the person is an officer whose enforcement certificate is valid on the day
// (AP 42): he is not disabled, and an auxiliary is never one.
func (p Person) CertifiedOn(d law.Date) bool {
	return p.Kind == Officer && !p.Disabled && Certificate{No: p.Certificate, Valid: p.CertificateUntil}.ValidOn(d)
}

const personColumns = `p.id, p.login, p.name, p.kind, p.unit, p.certificate, p.certificate_until, p.lang, p.disabled, p.rev`

func (p *Person) fields(until **store.Date) []any {
	return []any{&p.ID, &p.Login, &p.Name, &p.Kind, &p.Unit, &p.Certificate, until, &p.Lang, &p.Disabled, &p.Rev}
}

func scanPerson(row interface{ Scan(...any) error }, more ...any) (p Person, err error) {
	var until *store.Date
	err = row.Scan(append(p.fields(&until), more...)...)
	if until != nil {
		p.CertificateUntil = until.Date
	}
	return p, err
}

// PersonByID reads a person. Returns org.person_not_found.
func PersonByID(ctx context.Context, tx *store.Tx, id string) (Person, error) {
	p, err := scanPerson(tx.QueryRow(ctx, `SELECT `+personColumns+` FROM org_people p WHERE p.id = $1`, id))
	return p, store.Found(err, "org.person_not_found", "id", id)
}

// PersonByLogin reads a person by his login. Returns org.person_not_found.
func PersonByLogin(ctx context.Context, tx *store.Tx, login string) (Person, error) {
	p, err := scanPerson(tx.QueryRow(ctx, `SELECT `+personColumns+` FROM org_people p WHERE p.login = $1`, normalLogin(login)))
	return p, store.Found(err, "org.person_not_found", "id", login)
}

// PersonByNumber finds the one person whose certificate, with or without its leading zeros, or whose login a number is; false where nobody has it, or
// several: then nobody can say who is meant.
func PersonByNumber(ctx context.Context, tx *store.Tx, number string) (Person, bool, error) {
	if number == "" {
		return Person{}, false, nil
	}
	found, err := store.Collect(ctx, tx, func(r *sql.Rows) (Person, error) { return scanPerson(r) }, `SELECT `+personColumns+` FROM org_people p
		WHERE p.certificate <> '' AND (p.certificate = $1 OR ltrim(p.certificate, '0') = ltrim($1, '0')) OR p.login = $2 ORDER BY p.id LIMIT 2`, number, normalLogin(number))
	if err != nil || len(found) != 1 {
		return Person{}, false, err
	}
	return found[0], true, nil
}

// PeopleNames gives the names of people by id, for those that exist.
func PeopleNames(ctx context.Context, tx *store.Tx, ids ...string) (map[string]string, error) {
	return names(ctx, tx, `SELECT id, name FROM org_people WHERE id IN `, ids)
}

// ActorOf makes the actor of a person with the grants that are valid on the day. A disabled person
// has none. Returns org.person_not_found.
func ActorOf(ctx context.Context, tx *store.Tx, person string, day law.Date) (Actor, error) {
	p, err := PersonByID(ctx, tx, person)
	if err != nil {
		return Actor{}, err
	}
	tree, err := treeOf(ctx, tx)
	if err != nil {
		return Actor{}, err
	}
	return p.actor(ctx, tx, tree, day)
}

func (p Person) actor(ctx context.Context, tx *store.Tx, tree *Tree, day law.Date) (Actor, error) {
	a := Actor{Person: p.ID, Name: p.Name, Login: p.Login, Kind: p.Kind, Home: p.Unit, Lang: p.Lang, tree: tree,
		Certificate: Certificate{No: p.Certificate, Valid: p.CertificateUntil}}
	if p.Disabled {
		return a, nil
	}
	grants, err := grantsOf(ctx, tx, p.ID)
	if err != nil {
		return a, err
	}
	a.Grants = slices.DeleteFunc(grants, func(g Grant) bool { return !g.ValidOn(day) })
	return a, nil
}

func grantsOf(ctx context.Context, tx *store.Tx, person string) ([]Grant, error) {
	rows, err := tx.Query(ctx, `SELECT id, role, unit, valid_from, valid_to FROM org_grants WHERE person = $1 ORDER BY id`, person)
	if err != nil {
		return nil, fmt.Errorf("grants: %w", err)
	}
	defer rows.Close()
	var out []Grant
	for rows.Next() {
		g := Grant{Person: person}
		var from store.Date
		var to *store.Date
		if err := rows.Scan(&g.ID, &g.Role, &g.Unit, &from, &to); err != nil {
			return nil, err
		}
		g.From = from.Date
		if to != nil {
			g.To = to.Date
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// PersonInput is a person to be added, with the roles he holds from the first day.
type PersonInput struct {
	Person
	Password string
	Keep     bool // the password need not be changed at the first sign-in (the demonstration)
	Roles    []Grant
}

// AddPerson adds a person. Returns org.login_taken, and form with the wrong fields.
func (s *Service) AddPerson(ctx context.Context, actor Actor, in PersonInput) (Person, error) {
	in.Login = normalLogin(in.Login)
	if err := in.check(); err != nil {
		return in.Person, err
	}
	if err := checkPassword("password", in.Password, in.Login); err != nil {
		return in.Person, err
	}
	hash, err := s.hashes.make(ctx, in.Password)
	if err != nil {
		return in.Person, err
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Person, error) {
		if err := actor.Must("org.people", in.Unit); err != nil {
			return in.Person, err
		}
		return s.addPerson(ctx, tx, actor, in, hash)
	})
}

func (s *Service) addPerson(ctx context.Context, tx *store.Tx, actor Actor, in PersonInput, hash string) (Person, error) {
	p, now := in.Person, s.now()
	if p.ID == "" {
		p.ID = store.NewID()
	}
	if p.Lang == "" {
		p.Lang = words.Chinese
	}
	p.Rev = 1
	if _, err := UnitByID(ctx, tx, p.Unit); err != nil {
		return p, err
	}
	_, err := tx.Exec(ctx, `INSERT INTO org_people (id, login, name, kind, unit, certificate, certificate_until, lang, disabled, rev)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, p.ID, p.Login, p.Name, p.Kind, p.Unit, p.Certificate, datePtr(p.CertificateUntil), p.Lang, p.Disabled, p.Rev)
	if store.IsUnique(err) {
		return p, fault.New(fault.Conflict, "org.login_taken", "login", p.Login)
	}
	if err != nil {
		return p, fmt.Errorf("add a person: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO org_credentials (person, hash, must_change, changed_at) VALUES ($1,$2,$3,$4)`,
		p.ID, hash, !in.Keep, store.At(now)); err != nil {
		return p, fmt.Errorf("add credentials: %w", err)
	}
	rows := []ledger.Row{{Table: "org_people", Key: p.ID}, {Table: "org_credentials", Key: p.ID}}
	roles := []string{}
	for _, g := range in.Roles {
		g.Person = p.ID
		row, err := s.insertGrant(ctx, tx, actor, g)
		if err != nil {
			return p, err
		}
		rows, roles = append(rows, row), append(roles, g.Role)
	}
	return p, s.record(ctx, tx, "org.person_added", personRef(p.ID), actor, p.Unit, map[string]any{"kind": p.Kind, "roles": roles}, rows)
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,39}$`)

func normalLogin(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (p Person) check() error {
	f := fault.New(fault.Invalid, "form")
	if !loginForm.MatchString(p.Login) {
		f.With("login", "org.login_form")
	}
	switch n := utf8.RuneCountInString(strings.TrimSpace(p.Name)); {
	case n == 0:
		f.With("name", "form.required")
	case n > 60:
		f.With("name", "form.too_long", "max", 60)
	}
	if !slices.Contains(Kinds, p.Kind) {
		f.With("kind", "form.one_of", "options", strings.Join(Kinds, ", "))
	}
	if p.Lang != "" && !slices.Contains(words.Languages, p.Lang) {
		f.With("lang", "form.one_of", "options", strings.Join(words.Languages, ", "))
	}
	switch {
	case p.Certificate == "" && !p.CertificateUntil.IsZero():
		f.With("certificate", "form.required")
	case p.Certificate != "" && p.CertificateUntil.IsZero():
		f.With("certificateUntil", "form.required")
	case p.Certificate != "" && p.Kind != Officer:
		f.With("certificate", "org.certificate_kind")
	case len(p.Certificate) > 40:
		f.With("certificate", "form.too_long", "max", 40)
	}
	return f.OrNil()
}

// ChangePerson changes name, kind, unit, certificate, language and whether he is disabled; the login
// stays. Disabling ends his sessions at once. Returns changed_meanwhile, org.disable_self.
func (s *Service) ChangePerson(ctx context.Context, actor Actor, p Person, rev int64) (Person, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Person, error) {
		old, err := PersonByID(ctx, tx, p.ID)
		if err != nil {
			return p, err
		}
		for _, unit := range []string{old.Unit, p.Unit} {
			if err := actor.Must("org.people", unit); err != nil {
				return p, err
			}
		}
		p.Login, p.Rev = old.Login, rev+1
		if p.Lang == "" {
			p.Lang = old.Lang
		}
		if err := p.check(); err != nil {
			return p, err
		}
		if p.Disabled && p.ID == actor.Person {
			return p, fault.New(fault.Conflict, "org.disable_self")
		}
		if _, err := UnitByID(ctx, tx, p.Unit); err != nil {
			return p, err
		}
		err = store.Changed(tx.Exec(ctx, `UPDATE org_people SET name = $3, kind = $4, unit = $5, certificate = $6, certificate_until = $7, lang = $8, disabled = $9, rev = rev + 1
			WHERE id = $1 AND rev = $2`, p.ID, rev, p.Name, p.Kind, p.Unit, p.Certificate, datePtr(p.CertificateUntil), p.Lang, p.Disabled))
		if err != nil {
			return p, err
		}
		if p.Disabled {
			if err := endSessions(ctx, tx, p.ID, ""); err != nil {
				return p, err
			}
		}
		return p, s.record(ctx, tx, "org.person_changed", personRef(p.ID), actor, p.Unit,
			map[string]any{"kind": p.Kind, "disabled": p.Disabled}, []ledger.Row{{Table: "org_people", Key: p.ID}})
	})
}

// Grant gives a person a role in a unit. Nobody gives himself a role: org.grant_self. Returns
// org.role_unknown, org.unit_not_found, org.person_not_found.
func (s *Service) Grant(ctx context.Context, actor Actor, g Grant) (Grant, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Grant, error) {
		p, err := PersonByID(ctx, tx, g.Person)
		if err != nil {
			return g, err
		}
		if g.ID == "" {
			g.ID = store.NewID()
		}
		row, err := s.insertGrant(ctx, tx, actor, g)
		if err != nil {
			return g, err
		}
		return g, s.record(ctx, tx, "org.granted", personRef(p.ID), actor, g.Unit, map[string]any{"role": g.Role, "unit": g.Unit}, []ledger.Row{row})
	})
}

func (s *Service) insertGrant(ctx context.Context, tx *store.Tx, actor Actor, g Grant) (ledger.Row, error) {
	row := ledger.Row{Table: "org_grants"}
	if err := actor.Must("org.grants", g.Unit); err != nil {
		return row, err
	}
	if g.Person == actor.Person {
		return row, fault.New(fault.Refused, "org.grant_self")
	}
	if !IsRole(g.Role) {
		return row, fault.New(fault.Invalid, "org.role_unknown", "role", g.Role)
	}
	if _, err := UnitByID(ctx, tx, g.Unit); err != nil {
		return row, err
	}
	if g.ID == "" {
		g.ID = store.NewID()
	}
	if g.From.IsZero() {
		g.From = law.On(s.now())
	}
	row.Key = g.ID
	_, err := tx.Exec(ctx, `INSERT INTO org_grants (id, person, role, unit, valid_from, valid_to) VALUES ($1,$2,$3,$4,$5,$6)`,
		g.ID, g.Person, g.Role, g.Unit, store.Date{Date: g.From}, datePtr(g.To))
	if err != nil {
		return row, fmt.Errorf("grant: %w", err)
	}
	return row, nil
}

// EndGrant ends a role that is held: today is no longer part of it. Returns org.grant_not_found.
func (s *Service) EndGrant(ctx context.Context, actor Actor, id string) (Grant, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (Grant, error) {
		g := Grant{ID: id}
		var from store.Date
		err := tx.QueryRow(ctx, `SELECT person, role, unit, valid_from FROM org_grants WHERE id = $1`, id).Scan(&g.Person, &g.Role, &g.Unit, &from)
		if err != nil {
			return g, store.Found(err, "org.grant_not_found")
		}
		if err := actor.Must("org.grants", g.Unit); err != nil {
			return g, err
		}
		g.From, g.To = from.Date, law.On(s.now()).AddDays(-1)
		if _, err := tx.Exec(ctx, `UPDATE org_grants SET valid_to = $2 WHERE id = $1 AND (valid_to IS NULL OR valid_to > $2)`, id, store.Date{Date: g.To}); err != nil {
			return g, err
		}
		return g, s.record(ctx, tx, "org.grant_ended", personRef(g.Person), actor, g.Unit, map[string]any{"role": g.Role, "unit": g.Unit},
			[]ledger.Row{{Table: "org_grants", Key: id}})
	})
}

func datePtr(d law.Date) *store.Date {
	if d.IsZero() {
		return nil
	}
	return &store.Date{Date: d}
}

// Listed is a person in a list, with his unit's name and the roles he holds today.
type Listed struct {
	Person
	UnitName string
	Roles    []Grant
}

// PeopleFilter narrows a list of people. Empty fields do not narrow.
type PeopleFilter struct {
	Unit   string // and all below it
	Role   string
	Active bool // not those who are disabled
	Limit  int  // at most 500
	After  string
}

// People lists the people in units that the actor may look into, by id; next continues the list.
func (s *Service) People(ctx context.Context, actor Actor, f PeopleFilter) (list []Listed, next string, err error) {
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 200
	}
	today := law.On(s.now())
	conds, args := []string{}, []any{}
	add := func(cond string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		conds = append(conds, cond)
	}
	scope, scopeArgs := ScopeSQL(actor, "org.read", "p.unit", 1)
	conds, args = append(conds, scope), append(args, scopeArgs...)
	if f.Unit != "" {
		add(`p.unit IN (SELECT descendant FROM org_unit_paths WHERE ancestor = ?)`, f.Unit)
	}
	if f.Role != "" {
		day := store.Date{Date: today}
		add(`p.id IN (SELECT person FROM org_grants WHERE role = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?))`, f.Role, day, day)
	}
	if f.Active {
		add(`NOT p.disabled`)
	}
	if f.After != "" {
		add(`p.id > ?`, f.After)
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = listPeople(ctx, tx, strings.Join(conds, " AND "), f.Limit+1, args)
		if err != nil {
			return err
		}
		if len(list) > f.Limit {
			list = list[:f.Limit]
			next = list[f.Limit-1].ID
		}
		for i := range list {
			grants, err := grantsOf(ctx, tx, list[i].ID)
			if err != nil {
				return err
			}
			list[i].Roles = slices.DeleteFunc(grants, func(g Grant) bool { return !g.ValidOn(today) })
		}
		return nil
	})
	return list, next, err
}

func listPeople(ctx context.Context, tx *store.Tx, cond string, limit int, args []any) ([]Listed, error) {
	rows, err := tx.Query(ctx, `SELECT `+personColumns+`, u.name FROM org_people p JOIN org_units u ON u.id = p.unit WHERE `+cond+
		fmt.Sprintf(` ORDER BY p.id LIMIT %d`, limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	defer rows.Close()
	var list []Listed
	for rows.Next() {
		var l Listed
		if l.Person, err = scanPerson(rows, &l.UnitName); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

// Listed completes a person with his unit's name and the roles he holds today.
func (s *Service) Listed(ctx context.Context, p Person) (l Listed, err error) {
	l.Person = p
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err := UnitByID(ctx, tx, p.Unit)
		if err != nil {
			return err
		}
		l.UnitName = u.Name
		grants, err := grantsOf(ctx, tx, p.ID)
		l.Roles = slices.DeleteFunc(grants, func(g Grant) bool { return !g.ValidOn(law.On(s.now())) })
		return err
	})
	return l, err
}

// Holders lists who holds one of the roles in the unit, or in one above it, on the day; nobody who is disabled.
func Holders(ctx context.Context, tx *store.Tx, unit string, roles []string, day law.Date) ([]string, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	w := &store.Where{}
	w.Add("g.unit IN (SELECT ancestor FROM org_unit_paths WHERE descendant = ?)", unit)
	w.Add("g.valid_from <= ?", store.Date{Date: day})
	w.Add("(g.valid_to IS NULL OR g.valid_to >= ?)", store.Date{Date: day})
	w.Add("NOT p.disabled")
	w.In("g.role", roles)
	return store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
		err = r.Scan(&id)
		return
	}, `SELECT DISTINCT p.id FROM org_grants g JOIN org_people p ON p.id = g.person WHERE `+w.SQL()+` ORDER BY p.id`, w.Args()...)
}
