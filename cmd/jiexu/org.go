package main

import (
	"context"
	"fmt"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// UserCmd keeps people from the machine on which the server stands: for the first of them, and for
// the day when nobody can sign in.
type UserCmd struct {
	Add     UserAddCmd     `cmd:"" help:"Add a person; prints a password, once."`
	Passwd  UserPasswdCmd  `cmd:"" help:"Give a person a new password; prints it, once."`
	Disable UserDisableCmd `cmd:"" help:"Disable a person, or take that back."`
}

// operator is whom the ledger names for what is done here.
var operator = org.Program("cli")

// people opens the database for a command about people.
func (c DBFlag) people(env *Env, f func(context.Context, *org.Service, *store.DB) error) error {
	ctx := context.Background()
	db, err := store.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	return f(ctx, org.New(db, env.Now), db)
}

func personByLogin(ctx context.Context, db *store.DB, login string) (p org.Person, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err = org.PersonByLogin(ctx, tx, login)
		return err
	})
	return p, err
}

// UserAddCmd adds a person.
type UserAddCmd struct {
	DBFlag
	Login            string   `arg:"" help:"Small letters, digits, dots."`
	Name             string   `required:"" help:"As it stands on documents."`
	Kind             string   `enum:"officer,auxiliary,staff,outside" default:"staff" help:"officer, auxiliary, staff or outside."`
	Unit             string   `help:"Code or id of the unit in which the person serves; by default the only topmost one." placeholder:"UNIT"`
	Role             []string `help:"Roles, held in that unit and all below it." placeholder:"ROLE"`
	Certificate      string   `help:"Number of the enforcement certificate (officers)." placeholder:"NO"`
	CertificateUntil string   `help:"Its last day." placeholder:"2006-01-02"`
}

// Run adds the person and prints the password.
func (c *UserAddCmd) Run(env *Env) error {
	return c.people(env, func(ctx context.Context, svc *org.Service, db *store.DB) error {
		var until law.Date
		if err := until.UnmarshalText([]byte(c.CertificateUntil)); err != nil {
			return err
		}
		var unit org.Unit
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			unit, err = chosenUnit(ctx, tx, c.Unit)
			return err
		})
		if err != nil {
			return err
		}
		in := org.PersonInput{Password: org.OneTimePassword(), Person: org.Person{Login: c.Login, Name: c.Name, Kind: c.Kind, Unit: unit.ID,
			Certificate: c.Certificate, CertificateUntil: until, Lang: env.Lang}}
		for _, role := range c.Role {
			in.Roles = append(in.Roles, org.Grant{Role: role, Unit: unit.ID})
		}
		p, err := svc.AddPerson(ctx, operator, in)
		if err != nil {
			return err
		}
		tellPassword(env, p.Login, in.Password)
		return nil
	})
}

// chosenUnit finds a unit by its code or id; without a word the only root.
func chosenUnit(ctx context.Context, tx *store.Tx, word string) (org.Unit, error) {
	if word != "" {
		u, err := org.UnitByCode(ctx, tx, word)
		if fault.KindOf(err) == fault.NotFound {
			return org.UnitByID(ctx, tx, word)
		}
		return u, err
	}
	units, err := org.Units(ctx, tx)
	if err != nil {
		return org.Unit{}, err
	}
	var roots []org.Unit
	for _, u := range units {
		if u.Parent == "" {
			roots = append(roots, u)
		}
	}
	if len(roots) != 1 {
		return org.Unit{}, fault.New(fault.Invalid, "org.cli.which_unit")
	}
	return roots[0], nil
}

func tellPassword(env *Env, login, password string) {
	fmt.Fprintln(env.Out, words.Text(env.Lang, "org.cli.password", map[string]any{"login": login, "password": password}))
}

// UserPasswdCmd gives a person a new password.
type UserPasswdCmd struct {
	DBFlag
	Login string `arg:"" help:"Whose."`
}

// Run prints the new password; all sessions of the person end.
func (c *UserPasswdCmd) Run(env *Env) error {
	return c.people(env, func(ctx context.Context, svc *org.Service, db *store.DB) error {
		p, err := personByLogin(ctx, db, c.Login)
		if err != nil {
			return err
		}
		password, err := svc.ResetPassword(ctx, operator, p.ID)
		if err != nil {
			return err
		}
		tellPassword(env, p.Login, password)
		return nil
	})
}

// UserDisableCmd disables a person.
type UserDisableCmd struct {
	DBFlag
	Login string `arg:"" help:"Who."`
	Undo  bool   `help:"Let the person in again."`
}

// Run disables the person, whose sessions end at once.
func (c *UserDisableCmd) Run(env *Env) error {
	return c.people(env, func(ctx context.Context, svc *org.Service, db *store.DB) error {
		p, err := personByLogin(ctx, db, c.Login)
		if err != nil {
			return err
		}
		p.Disabled = !c.Undo
		if _, err := svc.ChangePerson(ctx, operator, p, p.Rev); err != nil {
			return err
		}
		code := "org.cli.disabled"
		if c.Undo {
			code = "org.cli.enabled"
		}
		fmt.Fprintln(env.Out, words.Text(env.Lang, code, map[string]any{"login": p.Login}))
		return nil
	})
}
