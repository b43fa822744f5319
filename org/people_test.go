package org

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

const goodPassword = "梧桐-落叶-2026"

// add makes a person with a role in a unit, who need not change his password.
func add(t testing.TB, s *Service, login, kind, role, unit string) Person {
	t.Helper()
	in := PersonInput{Person: Person{Login: login, Name: "测试" + login, Kind: kind, Unit: unit}, Password: goodPassword, Keep: true,
		Roles: []Grant{{Role: role, Unit: unit}}}
	if kind == Officer {
		in.Certificate, in.CertificateUntil = "0900"+login, law.On(testNow).AddDays(100)
	}
	p, err := s.AddPerson(t.Context(), Program("test"), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func signIn(t testing.TB, s *Service, login, password string) (string, Session) {
	t.Helper()
	token, sess, err := s.SignIn(t.Context(), SignIn{Login: login, Password: password, Agent: "test", Address: "10.0.0.1"})
	if err != nil {
		t.Fatalf("sign in as %s: %v", login, err)
	}
	return token, sess
}

func actorOf(t testing.TB, db *store.DB, person string) Actor {
	t.Helper()
	var a Actor
	err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		a, err = ActorOf(ctx, tx, person, law.On(testNow))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := newService(db)
		ctx := t.Context()
		family(t, s)
		boss := add(t, s, "boss", Staff, Admin, "bureau")
		lee := add(t, s, "Lee", Officer, Officer, "squad")
		if lee.Login != "lee" {
			t.Errorf("the login is kept as %q", lee.Login)
		}
		admin := actorOf(t, db, boss.ID)
		_, err := s.AddPerson(ctx, admin, PersonInput{Person: Person{Login: "LEE ", Name: "李", Kind: Staff, Unit: "squad"}, Password: goodPassword})
		wantFault(t, err, "org.login_taken")
		for _, c := range []struct {
			p    Person
			want string
		}{
			{Person{Login: "x", Name: "李", Kind: Staff, Unit: "squad"}, "login org.login_form"},
			{Person{Login: "<b>hi</b>", Name: "李", Kind: Staff, Unit: "squad"}, "login org.login_form"},
			{Person{Login: "wang", Name: " ", Kind: Staff, Unit: "squad"}, "name form.required"},
			{Person{Login: "wang", Name: strings.Repeat("王", 61), Kind: Staff, Unit: "squad"}, "name form.too_long"},
			{Person{Login: "wang", Name: "王", Kind: "robot", Unit: "squad"}, "kind form.one_of"},
			{Person{Login: "wang", Name: "王", Kind: Staff, Unit: "squad", Lang: "fr"}, "lang form.one_of"},
			{Person{Login: "wang", Name: "王", Kind: Auxiliary, Unit: "squad", Certificate: "1", CertificateUntil: law.On(testNow)}, "certificate org.certificate_kind"},
			{Person{Login: "wang", Name: "王", Kind: Officer, Unit: "squad", Certificate: "1"}, "certificateUntil form.required"},
			{Person{Login: "wang", Name: "王", Kind: Officer, Unit: "squad", CertificateUntil: law.On(testNow)}, "certificate form.required"},
		} {
			_, err := s.AddPerson(ctx, admin, PersonInput{Person: c.p, Password: goodPassword})
			if got := fieldCode(err); got != c.want {
				t.Errorf("%+v: %s, want %s", c.p, got, c.want)
			}
		}
		// The squad's officer may not keep people; the bureau's administrator not outside his bureau.
		_, err = s.AddPerson(ctx, actorOf(t, db, lee.ID), PersonInput{Person: Person{Login: "wang", Name: "王", Kind: Staff, Unit: "squad"}, Password: goodPassword})
		wantFault(t, err, "refused.unit")
		_, err = s.AddPerson(ctx, admin, PersonInput{Person: Person{Login: "wang", Name: "王", Kind: Staff, Unit: "nowhere"}, Password: goodPassword})
		wantFault(t, err, "refused.unit")

		lee.Name, lee.CertificateUntil = "李四", law.On(testNow).AddDays(-1)
		changed, err := s.ChangePerson(ctx, admin, lee, lee.Rev)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ChangePerson(ctx, admin, lee, lee.Rev)
		wantFault(t, err, "changed_meanwhile")
		if a := actorOf(t, db, lee.ID); a.Name != "李四" || a.Certificate.ValidOn(law.On(testNow)) {
			t.Errorf("an expired certificate does not show in the actor: %+v", a)
		}
		boss.Disabled = true
		_, err = s.ChangePerson(ctx, admin, boss, boss.Rev)
		wantFault(t, err, "org.disable_self")

		// Disabling ends sessions and rights at once.
		token, _ := signIn(t, s, "lee", goodPassword)
		changed.Disabled = true
		if _, err = s.ChangePerson(ctx, admin, changed, changed.Rev); err != nil {
			t.Fatal(err)
		}
		_, err = s.Authenticate(ctx, token)
		wantFault(t, err, "unauthenticated")
		_, _, err = s.SignIn(ctx, SignIn{Login: "lee", Password: goodPassword})
		wantFault(t, err, "org.person_disabled")
		if len(actorOf(t, db, lee.ID).Grants) != 0 {
			t.Error("a disabled person holds roles")
		}
		clock.at = clock.at.Add(time.Hour)
		list, next, err := s.People(ctx, admin, PeopleFilter{Unit: "bureau"})
		if err != nil || next != "" || len(list) != 2 {
			t.Errorf("people of the bureau and below: %d, %q, %v", len(list), next, err)
		}
		checkLedger(t, db)
	})
}

func TestGrants(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		ctx := t.Context()
		family(t, s)
		boss := actorOf(t, db, add(t, s, "boss", Staff, Admin, "squad").ID)
		lee := add(t, s, "lee", Officer, Officer, "squad")
		_, err := s.Grant(ctx, boss, Grant{Person: boss.Person, Role: Head, Unit: "squad"})
		wantFault(t, err, "org.grant_self")
		_, err = s.Grant(ctx, boss, Grant{Person: lee.ID, Role: "king", Unit: "squad"})
		wantFault(t, err, "org.role_unknown")
		_, err = s.Grant(ctx, boss, Grant{Person: lee.ID, Role: Leader, Unit: "other"})
		wantFault(t, err, "refused.unit")
		_, err = s.Grant(ctx, boss, Grant{Person: "nobody", Role: Leader, Unit: "squad"})
		wantFault(t, err, "org.person_not_found")
		g, err := s.Grant(ctx, boss, Grant{Person: lee.ID, Role: Leader, Unit: "squad"})
		if err != nil {
			t.Fatal(err)
		}
		if a := actorOf(t, db, lee.ID); !a.Can("intake.assign", "post") || a.Can("intake.assign", "other") {
			t.Error("a leader of the squad assigns in the squad and below, and not elsewhere")
		}
		if _, err = s.EndGrant(ctx, boss, g.ID); err != nil {
			t.Fatal(err)
		}
		if a := actorOf(t, db, lee.ID); a.Can("intake.assign", "post") || !a.Can("intake.handle", "post") {
			t.Error("a role that was ended is held on, or another went with it")
		}
		_, err = s.EndGrant(ctx, boss, "none")
		wantFault(t, err, "org.grant_not_found")
		checkLedger(t, db)
	})
}

// A grant given behind the program's back is found by the ledger's check.
func TestAGrantBehindTheBackIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		lee := add(t, s, "lee", Officer, Officer, "squad")
		for _, forged := range []string{
			`UPDATE org_grants SET role = 'head' WHERE person = $1`,
			`UPDATE org_credentials SET hash = 'x' WHERE person = $1`,
			`UPDATE org_people SET certificate = 'x' WHERE id = $1`,
		} {
			back := errors.New("back")
			err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if n, err := tx.Exec(ctx, forged, lee.ID); err != nil || n != 1 {
					t.Fatalf("%s: %d rows, %v", forged, n, err)
				}
				return nil
			})
			if err != nil && !errors.Is(err, back) {
				t.Fatal(err)
			}
		}
		report, err := ledger.Check(t.Context(), db, ledger.CheckOptions{})
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range report.Findings {
			found[f.Table] = true
		}
		for _, table := range []string{"org_grants", "org_credentials", "org_people"} {
			if !found[table] {
				t.Errorf("the change of %s was not found: %+v", table, report.Findings)
			}
		}
	})
}

func TestPasswords(t *testing.T) {
	for password, want := range map[string]string{
		"short":                  "new org.password_short",
		"九个字也不够长啊":               "new org.password_short",
		"officer.jas1":           "new org.password_login",
		"my-officer.jas1-x":      "new org.password_login",
		"password123":            "new org.password_common",
		"Password2026!":          "new org.password_common",
		"1234567890":             "new org.password_common",
		"aaaaaaaaaaaa":           "new org.password_common",
		"qwertyuiop":             "new org.password_common",
		strings.Repeat("长", 201): "new form.too_long",
		goodPassword:             "<nil>",
		"correct horse battery":  "<nil>",
		DemoPassword:             "<nil>",
		"静安寺的银杏叶黄了没有":            "<nil>",
	} {
		if got := fieldCode(checkPassword("new", password, "officer.jas1")); got != want {
			t.Errorf("%q: %s, want %s", password, got, want)
		}
	}
	h := newHashing()
	encoded, err := h.make(t.Context(), "x")
	if err != nil || !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("the hash is %q, %v", encoded, err)
	}
	if ok, err := verify("x", encoded); !ok || err != nil {
		t.Errorf("the right password: %v %v", ok, err)
	}
	if ok, _ := verify("y", encoded); ok {
		t.Error("a wrong password is right")
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=19456,t=0,p=1$YQ$YQ", "$argon2id$v=19$m=19456,t=2,p=1$YQ$", "$argon2i$v=19$m=1,t=1,p=1$YQ$YQ", "$argon2id$v=19$m=1,t=1,p=1$!$YQ"} {
		if ok, err := verify("", broken); ok || err == nil {
			t.Errorf("the broken hash %q is accepted", broken)
		}
	}
	seen := map[string]bool{}
	for range 100 {
		p := OneTimePassword()
		if len(p) != 19 || seen[p] || checkPassword("new", p, "admin") != nil {
			t.Fatalf("the one-time password %q", p)
		}
		seen[p] = true
	}
}

func TestHashesAreBounded(t *testing.T) {
	h := newHashing()
	var leaves []func()
	for range cap(h.slots) {
		leave, err := h.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error)
	for range cap(h.waiting) {
		go func() {
			_, err := h.enter(ctx)
			results <- err
		}()
	}
	for len(h.waiting) < cap(h.waiting) { // until all wait
		if ctx.Err() != nil {
			t.Fatal(ctx.Err())
		}
	}
	_, err := h.enter(t.Context())
	wantFault(t, err, "org.sign_in_busy")
	if fault.KindOf(err) != fault.TooMany {
		t.Errorf("too many are told %v", fault.KindOf(err))
	}
	cancel()
	for range cap(h.waiting) {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("one who waits and leaves: %v", err)
		}
	}
	for _, leave := range leaves {
		leave()
	}
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leave()
}

func TestRoleTable(t *testing.T) {
	given := map[string]bool{}
	for _, r := range Roles {
		for _, op := range r.May {
			if !Known(op) {
				t.Errorf("%s may %s, which is no operation", r.Code, op)
			}
			given[op] = true
		}
		if len(r.May) == 0 || !IsRole(r.Code) {
			t.Errorf("%s may nothing", r.Code)
		}
	}
	for _, op := range Operations {
		if !given[op] && op != "intake.rate" { // the citizen's own, with his code: no role of the office has it
			t.Errorf("nobody may %s", op)
		}
	}
	// The three powers are apart, and an auxiliary takes no step.
	for _, op := range Operations {
		room, _, _ := strings.Cut(op, ".")
		if Allows(Admin, op) && (room == "intake" || room == "casework" || room == "evidence" || room == "ledger") {
			t.Errorf("the administrator may %s", op)
		}
		if Allows(Auditor, op) && (room == "intake" || room == "casework" || op == "org.people" || op == "org.grants" || op == "org.settings") {
			t.Errorf("the auditor may %s", op)
		}
		if Allows(Auxiliary, op) && (room == "casework" || room == "intake" && op != "intake.read") {
			t.Errorf("the auxiliary may %s", op)
		}
	}
	if Allows("king", "intake.read") || Allows(Head, "no.such") {
		t.Error("an unknown role or operation is allowed")
	}
}

func TestRolesPage(t *testing.T) {
	const path = "../docs/roles.md"
	want := RolesPage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale; run the test with -update and read the difference", path)
	}
	if n := strings.Count(want, "\n| "); n < len(Operations) {
		t.Errorf("the page has %d rows for %d operations", n, len(Operations))
	}
}

func TestDemo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		for range 2 { // a second start changes nothing
			if err := SeedDemo(ctx, db, testNow); err != nil {
				t.Fatal(err)
			}
		}
		s, _ := newService(db)
		count := map[string]int{}
		names := map[string]string{}
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			units, err := Units(ctx, tx)
			for _, u := range units {
				count[u.Kind]++
				if u.Kind == "squad" && (u.Lon == nil || u.Lat == nil || u.Short == "" || !strings.HasSuffix(u.Name, "综合行政执法队")) {
					t.Errorf("the squad %+v", u)
				}
			}
			return err
		})
		if err != nil || count["squad"] != 14 || count["section"] < 5 || count["department"] != 6 || count["community"] == 0 || count["city"] != 1 {
			t.Fatalf("units: %v, %v", count, err)
		}
		expired := 0
		perSquad := map[string]map[string]int{}
		people, _, err := s.People(ctx, Program("test"), PeopleFilter{Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if other, ok := names[p.Name]; ok {
				t.Errorf("%s and %s have one name, %s", other, p.Login, p.Name)
			}
			names[p.Name] = p.Login
			if p.Kind == Officer && !(Certificate{p.Certificate, p.CertificateUntil}).ValidOn(law.On(testNow)) {
				expired++
			}
			if strings.HasSuffix(p.UnitName, "综合行政执法队") {
				if perSquad[p.UnitName] == nil {
					perSquad[p.UnitName] = map[string]int{}
				}
				perSquad[p.UnitName][p.Roles[0].Role]++
			}
		}
		if expired != 1 {
			t.Errorf("%d officers have an expired certificate, want one", expired)
		}
		for squad, n := range perSquad {
			if n[Leader] != 1 || n[Officer] < 3 || n[Officer] > 4 || n[Auxiliary] != 1 {
				t.Errorf("%s has %v", squad, n)
			}
		}
		logins := DemoLogins()
		if len(logins) != len(Roles) {
			t.Errorf("%d demo logins for %d roles", len(logins), len(Roles))
		}
		for _, l := range logins {
			_, sess := signIn(t, s, l.Login, l.Password)
			if sess.MustChange || len(sess.Actor.Grants) == 0 || sess.Actor.Grants[0].Role != l.Role || sess.Actor.Name != l.Name {
				t.Errorf("%s signs in as %+v", l.Login, sess.Actor)
			}
		}
		inTx(t, db, func(ctx context.Context, tx *store.Tx) error {
			u, err := UnitByCode(ctx, tx, "310106013")
			if err != nil {
				return err
			}
			n, err := NextNumber(ctx, tx, u.ID, "notice", law.On(testNow))
			if n != "静城管静安寺罚告〔2026〕第1号" {
				t.Errorf("the first notice is %s", n)
			}
			return err
		})
		checkLedger(t, db)
	})
}

func TestCreateAdmin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		password, err := CreateAdmin(ctx, db, testNow, "某区城管局")
		if err != nil || password == "" {
			t.Fatalf("%q, %v", password, err)
		}
		if again, err := CreateAdmin(ctx, db, testNow, "某区城管局"); err != nil || again != "" {
			t.Errorf("a second start makes another administrator: %q, %v", again, err)
		}
		s, _ := newService(db)
		token, sess := signIn(t, s, FirstAdmin, password)
		if !sess.MustChange {
			t.Error("the one-time password need not be changed")
		}
		if err := s.ChangePassword(ctx, sess, password, goodPassword, "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
		sess, err = s.Authenticate(ctx, token)
		if err != nil || sess.MustChange {
			t.Errorf("after the change: %+v, %v", sess, err)
		}
		if _, err := s.CreateUnit(ctx, sess.Actor, Unit{Parent: sess.Actor.Home, Kind: "squad", Name: "一中队"}); err != nil {
			t.Errorf("the administrator cannot build his office: %v", err)
		}
		checkLedger(t, db)
	})
}
