package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

func TestUser(t *testing.T) {
	var out bytes.Buffer
	env := &Env{Out: &out, Err: &out, Lang: "en", Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, law.Shanghai) }}
	db := DBFlag{DB: "sqlite:" + filepath.Join(t.TempDir(), "jiexu.db")}
	add := UserAddCmd{DBFlag: db, Login: "wang", Name: "王五", Kind: "officer", Role: []string{"officer"}, Certificate: "0901", CertificateUntil: "2027-01-31"}
	if err := add.Run(env); !fault.Is(err, "org.cli.which_unit") {
		t.Errorf("without any unit: %v", err)
	}
	err := db.people(env, func(ctx context.Context, svc *org.Service, s *store.DB) error {
		_, err := org.CreateAdmin(ctx, s, env.Now(), "某区城管局")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	password := func() string {
		t.Helper()
		m := regexp.MustCompile(`One-time password of wang .*: (\S+)\n$`).FindStringSubmatch(out.String())
		if m == nil {
			t.Fatalf("no password in %q", out.String())
		}
		out.Reset()
		return m[1]
	}
	signIn := func(password string) error {
		return db.people(env, func(ctx context.Context, svc *org.Service, _ *store.DB) error {
			_, s, err := svc.SignIn(ctx, org.SignIn{Login: "wang", Password: password})
			if err == nil && (!s.MustChange || !s.Actor.CanAnywhere("intake.handle")) {
				t.Errorf("wang signs in as %+v", s)
			}
			return err
		})
	}
	if err := add.Run(env); err != nil {
		t.Fatal(err)
	}
	first := password()
	if err := signIn(first); err != nil {
		t.Error(err)
	}
	if err := add.Run(env); !fault.Is(err, "org.login_taken") {
		t.Errorf("twice: %v", err)
	}
	if err := (&UserPasswdCmd{db, "wang"}).Run(env); err != nil {
		t.Fatal(err)
	}
	second := password()
	if err := signIn(first); !fault.Is(err, "org.sign_in_failed") {
		t.Errorf("the old password: %v", err)
	}
	if err := (&UserDisableCmd{DBFlag: db, Login: "wang"}).Run(env); err != nil || !strings.Contains(out.String(), "wang has been disabled") {
		t.Errorf("disable: %v %q", err, out.String())
	}
	if err := signIn(second); !fault.Is(err, "org.person_disabled") {
		t.Errorf("disabled: %v", err)
	}
	if err := (&UserDisableCmd{db, "wang", true}).Run(env); err != nil {
		t.Fatal(err)
	}
	if err := signIn(second); err != nil {
		t.Errorf("in use again: %v", err)
	}
	if err := (&UserPasswdCmd{db, "nobody"}).Run(env); !fault.Is(err, "org.person_not_found") {
		t.Errorf("nobody: %v", err)
	}
	for name, bad := range map[string]UserAddCmd{
		"org.role_unknown":   {DBFlag: db, Login: "li", Name: "李", Kind: "staff", Role: []string{"king"}},
		"org.unit_not_found": {DBFlag: db, Login: "li", Name: "李", Kind: "staff", Unit: "nowhere"},
		"law.date":           {DBFlag: db, Login: "li", Name: "李", Kind: "officer", Certificate: "1", CertificateUntil: "soon"},
	} {
		if err := bad.Run(env); !fault.Is(err, name) {
			t.Errorf("%+v: %v, want %s", bad, err, name)
		}
	}
}
