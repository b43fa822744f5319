package org

import (
	"context"
	"time"

	"jiexu/store"
)

// FirstAdmin is the login of the administrator that a new installation starts with.
const FirstAdmin = "admin"

// CreateAdmin prepares a database in which nobody is: a topmost unit of the given name, and one
// administrator whose password is shown once and changed at the first sign-in. Where there are
// people already it does nothing and returns an empty password.
func CreateAdmin(ctx context.Context, db *store.DB, now time.Time, office string) (password string, err error) {
	s := New(db, func() time.Time { return now })
	oneTime := OneTimePassword()
	hash, err := s.hashes.make(ctx, oneTime)
	if err != nil {
		return "", err
	}
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// Of two servers that start at once on one database the second one waits here.
		if err := Touch(ctx, tx); err != nil {
			return err
		}
		var people int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM org_people`).Scan(&people); err != nil || people > 0 {
			return err
		}
		starter := Program("first-start")
		root, err := s.createUnit(ctx, tx, starter, Unit{Kind: "district", Name: office})
		if err != nil {
			return err
		}
		_, err = s.addPerson(ctx, tx, starter, PersonInput{
			Person: Person{Login: FirstAdmin, Name: FirstAdmin, Kind: Staff, Unit: root.ID},
			Roles:  []Grant{{Role: Admin, Unit: root.ID}},
		}, hash)
		password = oneTime
		return err
	})
	if err != nil {
		return "", err
	}
	return password, nil
}
