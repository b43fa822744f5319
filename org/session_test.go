package org

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
)

var update = flag.Bool("update", false, "write docs/roles.md anew")

func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := newService(db)
		ctx := t.Context()
		family(t, s)
		lee := add(t, s, "lee", Officer, Officer, "squad")
		token, sess := signIn(t, s, " LEE", goodPassword)
		if sess.Actor.Person != lee.ID || !sess.Actor.Can("intake.handle", "post") || sess.Actor.HomeUnit() != "squad" {
			t.Errorf("the session's actor is %+v", sess.Actor)
		}
		if !sess.CheckCSRF(sess.CSRF) || sess.CheckCSRF("") || sess.CheckCSRF(token) {
			t.Error("the CSRF token is not checked")
		}
		other, second := signIn(t, s, "lee", goodPassword)
		if second.CSRF == sess.CSRF {
			t.Error("two sessions share a CSRF token")
		}
		if _, err := s.Authenticate(ctx, token+"x"); !fault.Is(err, "unauthenticated") {
			t.Errorf("a wrong token: %v", err)
		}
		list, err := s.Sessions(ctx, lee.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		wantFault(t, s.EndSession(ctx, "somebody else", sess.ID), "org.session_not_found")
		if err := s.EndSession(ctx, lee.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Authenticate(ctx, other)
		wantFault(t, err, "unauthenticated")

		// Used at least every twelve hours it lasts seven days, and not a moment longer.
		start := clock.at
		for clock.at.Sub(start) < 7*24*time.Hour-11*time.Hour {
			clock.at = clock.at.Add(11 * time.Hour)
			if _, err := s.Authenticate(ctx, token); err != nil {
				t.Fatalf("after %s: %v", clock.at.Sub(start), err)
			}
		}
		clock.at = start.Add(7 * 24 * time.Hour)
		_, err = s.Authenticate(ctx, token)
		wantFault(t, err, "unauthenticated")

		token, _ = signIn(t, s, "lee", goodPassword)
		clock.at = clock.at.Add(12 * time.Hour)
		_, err = s.Authenticate(ctx, token)
		wantFault(t, err, "unauthenticated")
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var left int
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT count(*) FROM org_sessions`).Scan(&left)
		})
		if err != nil || left != 0 {
			t.Errorf("%d sessions are left after the sweep, %v", left, err)
		}
	})
}

// The token itself is kept nowhere.
func TestTheTokenIsNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		token, _ := signIn(t, s, "lee", goodPassword)
		var n int
		err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT count(*) FROM org_sessions WHERE token_hash = $1 OR id = $1`, token).Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("the token stands in the database: %d, %v", n, err)
		}
	})
}

func TestMovedUnitsReachRunningSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		_, _, _, post := family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		token, sess := signIn(t, s, "lee", goodPassword)
		if !sess.Actor.Can("intake.handle", "post") {
			t.Fatal("the post is not below the squad")
		}
		// The other server moved it: this one's memory of the tree is stale.
		twin, _ := newService(db)
		if _, err := twin.MoveUnit(t.Context(), Program("test"), post.ID, "other", post.Rev); err != nil {
			t.Fatal(err)
		}
		sess, err := s.Authenticate(t.Context(), token)
		if err != nil || sess.Actor.Can("intake.handle", "post") {
			t.Errorf("the post is still in scope: %v", err)
		}
	})
}

func TestPasswordChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := newService(db)
		ctx := t.Context()
		family(t, s)
		lee := add(t, s, "lee", Officer, Officer, "squad")
		boss := actorOf(t, db, add(t, s, "boss", Staff, Admin, "bureau").ID)
		oneTime, err := s.ResetPassword(ctx, boss, lee.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.SignIn(ctx, SignIn{Login: "lee", Password: goodPassword})
		wantFault(t, err, "org.sign_in_failed")
		token, sess := signIn(t, s, "lee", oneTime)
		if !sess.MustChange {
			t.Error("a password that was reset need not be changed")
		}
		other, _ := signIn(t, s, "lee", oneTime)
		const fresh = "新的一个-好密码-七号"
		for _, c := range []struct{ old, fresh, want string }{
			{"wrong", fresh, "old org.password_wrong"},
			{oneTime, oneTime, "new org.password_same"},
			{oneTime, "short", "new org.password_short"},
		} {
			if got := fieldCode(s.ChangePassword(ctx, sess, c.old, c.fresh, "a")); got != c.want {
				t.Errorf("%q to %q: %s, want %s", c.old, c.fresh, got, c.want)
			}
		}
		if err := s.ChangePassword(ctx, sess, oneTime, fresh, "a"); err != nil {
			t.Fatal(err)
		}
		_, err = s.Authenticate(ctx, other)
		wantFault(t, err, "unauthenticated")
		if sess, err = s.Authenticate(ctx, token); err != nil || sess.MustChange {
			t.Errorf("the session that changed it: %+v, %v", sess, err)
		}
		// Guessing the old password waits as signing in does.
		for range pairLimit.free {
			s.ChangePassword(ctx, sess, "wrong", "再另外一个-好密码-八号", "a")
		}
		wantFault(t, s.ChangePassword(ctx, sess, fresh, "再另外一个-好密码-八号", "a"), "org.sign_in_wait")
		clock.at = clock.at.Add(time.Hour)
		if _, err := s.ResetPassword(ctx, actorOf(t, db, lee.ID), boss.Person); !fault.Is(err, "refused.unit") {
			t.Errorf("an officer resets the administrator's password: %v", err)
		}
		checkLedger(t, db)
	})
}

// seconds is how long a refused sign-in is told to wait, 0 if it was refused for another reason.
func seconds(err error) int {
	e, ok := err.(*fault.Error)
	if !ok || e.Code != "org.sign_in_wait" {
		return 0
	}
	return e.Params["seconds"].(int)
}

func TestFailedSignInsWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := newService(db)
		family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		from := func(address, login, password string) error {
			_, _, err := s.SignIn(t.Context(), SignIn{Login: login, Password: password, Address: address})
			return err
		}
		try := func(login, password string) error { return from("10.0.0.1", login, password) }
		// Whether a login exists cannot be told from the answers: they are the same for both.
		for _, login := range []string{"lee", "nobody"} {
			for i := range 5 {
				if err := try(login, "wrong"); !fault.Is(err, "org.sign_in_failed") {
					t.Fatalf("%s, failure %d: %v", login, i+1, err)
				}
			}
			for i, want := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
				if got := seconds(try(login, "wrong")); got != want {
					t.Fatalf("%s after %d failures waits %d s, want %d", login, 5+i, got, want)
				}
				clock.at = clock.at.Add(time.Duration(want)*time.Second - time.Millisecond)
				if got := seconds(try(login, goodPassword)); got != 1 {
					t.Fatalf("%s a millisecond early waits %d s, want 1", login, got)
				}
				clock.at = clock.at.Add(time.Millisecond)
				if err := try(login, "wrong"); !fault.Is(err, "org.sign_in_failed") {
					t.Fatalf("%s after the wait: %v", login, err)
				}
			}
		}
		// The person himself, at another desk, is not kept out by the guesser.
		if err := from("10.0.0.2", "lee", goodPassword); err != nil {
			t.Errorf("another address waits for the guesser's failures: %v", err)
		}
		clock.at = clock.at.Add(pairLimit.longest)
		if err := try("lee", goodPassword); err != nil { // never locked for good
			t.Fatal(err)
		}
		if err := try("lee", "wrong"); !fault.Is(err, "org.sign_in_failed") {
			t.Errorf("the first failure after a success: %v", err)
		}
		if err := try("lee", goodPassword); err != nil {
			t.Errorf("the count did not start anew: %v", err)
		}
	})
}

func TestFailuresOfAnAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := newService(db)
		family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		try := func(login, password, address string) error {
			_, _, err := s.SignIn(t.Context(), SignIn{Login: login, Password: password, Address: address})
			return err
		}
		for i := range addressLimit.free {
			if err := try(fmt.Sprint("guess", i), "wrong", "10.9.9.9"); !fault.Is(err, "org.sign_in_failed") {
				t.Fatalf("failure %d: %v", i+1, err)
			}
		}
		if got := seconds(try("lee", goodPassword, "10.9.9.9")); got != 1 {
			t.Errorf("the address waits %d s, want 1", got)
		}
		if err := try("lee", goodPassword, "10.9.9.8"); err != nil {
			t.Errorf("another address waits with it: %v", err)
		}
		// Who has one right password does not wash his address clean.
		clock.at = clock.at.Add(time.Second)
		if err := try("lee", goodPassword, "10.9.9.9"); err != nil {
			t.Fatal(err)
		}
		if err := try("guess", "wrong", "10.9.9.9"); !fault.Is(err, "org.sign_in_failed") {
			t.Fatal(err)
		}
		if got := seconds(try("guess2", "wrong", "10.9.9.9")); got != 2 {
			t.Errorf("the address waits %d s after one more failure, want 2", got)
		}
		clock.at = clock.at.Add(addressLimit.forget + time.Second)
		if err := try("guess3", "wrong", "10.9.9.9"); !fault.Is(err, "org.sign_in_failed") {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// A login that is tried from everywhere waits as well, a minute at most.
func TestGuessesFromEverywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		n := 0
		try := func(password string) error {
			n++
			_, _, err := s.SignIn(t.Context(), SignIn{Login: "lee", Password: password, Address: fmt.Sprint("10.1.0.", n)})
			return err
		}
		for i := range loginLimit.free {
			if err := try("wrong"); !fault.Is(err, "org.sign_in_failed") {
				t.Fatalf("failure %d: %v", i+1, err)
			}
		}
		if got := seconds(try(goodPassword)); got != 1 {
			t.Errorf("after %d failures the login waits %d s, want 1", loginLimit.free, got)
		}
		if got := loginLimit.wait(1000); got != time.Minute {
			t.Errorf("the longest wait of a login is %v", got)
		}
	})
}

// A hundred guesses at once get no further than one after the other.
func TestGuessesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		add(t, s, "lee", Officer, Officer, "squad")
		var mu sync.Mutex
		answers := map[string]int{}
		var all sync.WaitGroup
		for range 22 { // as many as may wait for a hash at once
			all.Go(func() {
				_, _, err := s.SignIn(t.Context(), SignIn{Login: "lee", Password: "wrong", Address: "10.0.1.1"})
				mu.Lock()
				defer mu.Unlock()
				if e, ok := err.(*fault.Error); ok {
					answers[e.Code]++
				} else {
					t.Errorf("a guess: %v", err)
				}
			})
		}
		all.Wait()
		if answers["org.sign_in_failed"] != pairLimit.free {
			t.Errorf("%v: exactly %d guesses may be compared", answers, pairLimit.free)
		}
	})
}

func TestRefusalsAndAccess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		ctx := t.Context()
		family(t, s)
		lee := add(t, s, "lee", Officer, Officer, "squad")
		for i := range 3 {
			if err := s.RecordRefusal(ctx, Refusal{Person: lee.ID, Op: "casework.decide", Subject: fmt.Sprint("/cases/", i), Code: "refused", Address: "10.0.0.1"}); err != nil {
				t.Fatal(err)
			}
		}
		first, err := s.Refusals(ctx, "", 2)
		if err != nil || len(first) != 2 || first[0].Subject != "/cases/2" || first[0].Name != lee.Name {
			t.Fatalf("%+v, %v", first, err)
		}
		rest, err := s.Refusals(ctx, first[1].ID, 2)
		if err != nil || len(rest) != 1 || rest[0].Subject != "/cases/0" {
			t.Errorf("%+v, %v", rest, err)
		}
		inTx(t, db, func(ctx context.Context, tx *store.Tx) error {
			return RecordAccess(ctx, tx, Actor{Person: lee.ID}, unitRef("squad"), "phone", "回访", testNow)
		})
	})
}
