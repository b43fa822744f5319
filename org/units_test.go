package org

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// checkLedger fails where a sealed row is not what its entries say.
func checkLedger(t *testing.T, db *store.DB) {
	t.Helper()
	key, err := ledger.EnsureKey(t.Context(), db, filepath.Join(t.TempDir(), "key"), "jiexu.test/org")
	if err != nil {
		t.Fatal(err)
	}
	log, err := ledger.Open(t.Context(), db, key, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Check(t.Context(), db, ledger.CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("ledger check: %+v", f)
	}
	if report.Rows == 0 {
		t.Error("ledger check saw no sealed row")
	}
}

// wantFault fails unless err is the fault of that code.
func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want the fault %s", err, code)
	}
}

// fieldCode is the code of the first wrong field.
func fieldCode(err error) string {
	e, ok := err.(*fault.Error)
	if !ok || len(e.Fields) == 0 {
		return fmt.Sprint(err)
	}
	return e.Fields[0].Name + " " + e.Fields[0].Code
}

// family makes a bureau with two squads, one with a post below it.
func family(t testing.TB, s *Service) (bureau, squad, other, post Unit) {
	t.Helper()
	make := func(u Unit) Unit {
		u, err := s.CreateUnit(t.Context(), Program("test"), u)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	bureau = make(Unit{ID: "bureau", Kind: "bureau", Name: "区局"})
	squad = make(Unit{ID: "squad", Parent: "bureau", Kind: "squad", Name: "一中队", Short: "一", Code: "310106013"})
	other = make(Unit{ID: "other", Parent: "bureau", Kind: "squad", Name: "二中队", Short: "二", Code: "310106014"})
	post = make(Unit{ID: "post", Parent: "squad", Kind: "section", Name: "一组"})
	return bureau, squad, other, post
}

func TestUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		ctx := t.Context()
		_, squad, other, post := family(t, s)
		_, err := s.MoveUnit(ctx, Program("test"), squad.ID, post.ID, squad.Rev)
		wantFault(t, err, "org.unit_cycle")
		_, err = s.MoveUnit(ctx, Program("test"), squad.ID, squad.ID, squad.Rev)
		wantFault(t, err, "org.unit_cycle")
		_, err = s.MoveUnit(ctx, Program("test"), squad.ID, other.ID, squad.Rev+1)
		wantFault(t, err, "changed_meanwhile")
		_, err = s.MoveUnit(ctx, Program("test"), squad.ID, "nowhere", squad.Rev)
		wantFault(t, err, "org.unit_not_found")
		if squad, err = s.MoveUnit(ctx, Program("test"), squad.ID, other.ID, squad.Rev); err != nil {
			t.Fatal(err)
		}
		if squad, err = s.ChangeUnit(ctx, Program("test"), Unit{ID: squad.ID, Name: "新一中队", Short: "新一", Code: squad.Code}, squad.Rev); err != nil {
			t.Fatal(err)
		}
		_, err = s.ChangeUnit(ctx, Program("test"), Unit{ID: other.ID, Name: "二中队", Code: squad.Code}, other.Rev)
		wantFault(t, err, "org.unit_code_taken")
		_, err = s.CreateUnit(ctx, Program("test"), Unit{Kind: "squad", Name: "三中队", Code: squad.Code})
		wantFault(t, err, "org.unit_code_taken")
		_, err = s.CreateUnit(ctx, Program("test"), Unit{Kind: "squad", Name: "三中队", Parent: "nowhere"})
		wantFault(t, err, "org.unit_not_found")
		_, err = s.CreateUnit(ctx, Program("test"), Unit{Kind: "kingdom", Name: "三中队"})
		if got := fieldCode(err); got != "kind form.one_of" {
			t.Errorf("a unit of an unknown kind: %s", got)
		}
		_, err = s.CreateUnit(ctx, NewActor("p", Staff, "bureau", nil, Grant{Role: Admin, Unit: "bureau"}), Unit{Kind: "city", Name: "自立"})
		wantFault(t, err, "refused.unit")

		var paths []string
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			paths, err = store.Collect(ctx, tx, func(r *sql.Rows) (string, error) {
				var a string
				var depth int
				err := r.Scan(&a, &depth)
				return fmt.Sprintf("%s %d", a, depth), err
			}, `SELECT ancestor, depth FROM org_v_unit_paths WHERE descendant = 'post' ORDER BY depth`)
			return err
		})
		if want := "[post 0 squad 1 other 2 bureau 3]"; err != nil || fmt.Sprint(paths) != want {
			t.Errorf("above the post after the move: %v %v, want %s", paths, err, want)
		}
		checkLedger(t, db)
	})
}

// Two moves at once that would make a ring together: one of them is refused.
func TestMovesAtOnceMakeNoRing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		_, squad, other, _ := family(t, s)
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i, m := range [][2]Unit{{squad, other}, {other, squad}} {
			both.Go(func() { _, errs[i] = s.MoveUnit(t.Context(), Program("test"), m[0].ID, m[1].ID, m[0].Rev) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("moves at once ended with %v and %v: exactly one must go through", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wantFault(t, err, "org.unit_cycle")
			}
		}
	})
}

// A big branch touches more paths than one ledger entry can name.
func TestMoveOfABigBranch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		_, squad, other, _ := family(t, s)
		inTx(t, db, func(ctx context.Context, tx *store.Tx) error {
			for i := range 400 {
				if _, err := s.createUnit(ctx, tx, Program("test"), Unit{Parent: "squad", Kind: "section", Name: fmt.Sprint("组", i)}); err != nil {
					return err
				}
			}
			return nil
		})
		if _, err := s.MoveUnit(t.Context(), Program("test"), squad.ID, other.ID, squad.Rev); err != nil {
			t.Fatal(err)
		}
		checkLedger(t, db)
	})
}

func TestSettingsAreInherited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		ctx := t.Context()
		family(t, s)
		set := func(unit, key, value string, rev int64) error {
			var v json.RawMessage
			if value != "" {
				v = json.RawMessage(value)
			}
			return s.SetSetting(ctx, Program("test"), unit, key, v, rev)
		}
		holds := func(unit, key string) string {
			t.Helper()
			var out string
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				v, from, err := Setting(ctx, tx, unit, key)
				out = string(v) + " from " + from
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for _, step := range []struct {
			unit, value string
			rev         int64
			want        string // at the post
		}{
			{"bureau", `"all"`, 0, `"all" from bureau`},
			{"squad", `"major"`, 0, `"major" from squad`},
			{"bureau", `"major"`, 1, `"major" from squad`},
			{"squad", `"all"`, 1, `"all" from squad`},
			{"squad", "", 2, `"major" from bureau`},
			{"bureau", "", 2, `"major" from `},
		} {
			if err := set(step.unit, "casework.review", step.value, step.rev); err != nil {
				t.Fatalf("set %+v: %v", step, err)
			}
			if got := holds("post", "casework.review"); got != step.want {
				t.Errorf("after %+v the post has %s", step, got)
			}
		}
		wantFault(t, set("squad", "casework.review", `"all"`, 7), "changed_meanwhile")
		wantFault(t, set("squad", "casework.review", "", 1), "changed_meanwhile")
		wantFault(t, set("squad", "no.such", `1`, 0), "org.setting_unknown")
		wantFault(t, set("nowhere", "casework.review", `"all"`, 0), "org.unit_not_found")
		for key, value := range map[string]string{
			"casework.review": `"some"`, "calendar": `1`, "authority": `{"nmae":"局"}`, "matters": `"all"`, "office.rule.reply": `"soon"`,
			"numbering.case": `"案{seq}"`, "numbering.notice": `"{year}{seq}{who}"`, "numbering.decision": `7`,
		} {
			wantFault(t, set("bureau", key, value, 0), "org.setting_value")
		}
		if err := set("bureau", "office.rule.reply", `"7 working days"`, 0); err != nil {
			t.Fatal(err)
		}
		preset := law.Period{N: 15, Unit: law.Days, Cites: []law.Cite{law.AP(54)}}
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			p, err := OfficeRule(ctx, tx, "post", "reply", preset)
			if err != nil || p.N != 7 || p.Unit != law.WorkingDays || len(p.Cites) != 1 {
				t.Errorf("the office's own period is %+v, %v", p, err)
			}
			if p, err = OfficeRule(ctx, tx, "post", "other", preset); err != nil || p.N != 15 {
				t.Errorf("a period that the office has not set is %+v, %v", p, err)
			}
			_, _, err = Setting(ctx, tx, "post", "office.rule.other")
			wantFault(t, err, "org.setting_unset")
			held, err := SettingsOf(ctx, tx, "post")
			found := false
			for _, h := range held {
				found = found || h.Key == "office.rule.reply" && h.From == "bureau" && h.Rev == 0
			}
			if !found {
				t.Errorf("the post's settings lack the inherited period: %+v", held)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		checkLedger(t, db)
	})
}

func TestNumbersHaveNoGapAndNoDouble(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		if err := s.SetSetting(t.Context(), Program("test"), "bureau", "numbering.notice", json.RawMessage(`"静城管{short}罚告〔{year}〕第{seq}号"`), 0); err != nil {
			t.Fatal(err)
		}
		day := law.Date{Year: 2026, Month: 11, Day: 23}
		undone := errors.New("undone")
		var mu sync.Mutex
		seen := map[string]bool{}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				var number string
				err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
					number, err = NextNumber(ctx, tx, []string{"squad", "post"}[i%2], "notice", day) // the post counts with its squad
					if err == nil && i%5 == 0 {
						return undone
					}
					return err
				})
				if errors.Is(err, undone) {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if err != nil || seen[number] {
					t.Errorf("number %q: %v, seen before: %v", number, err, seen[number])
				}
				seen[number] = true
			})
		}
		all.Wait()
		for n := 1; n <= 40; n++ {
			if want := fmt.Sprintf("静城管一罚告〔2026〕第%d号", n); !seen[want] {
				t.Errorf("%s was never given out", want)
			}
		}
	})
}

func TestNumberTemplates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := newService(db)
		family(t, s)
		for kind, template := range map[string]string{"plain": "总{year}-{seq:4}", "coded": "{code}/{year}/{seq}", "half": "{year}第{seq}号"} {
			unit := map[string]string{"plain": "bureau", "coded": "bureau", "half": "squad"}[kind]
			value, _ := json.Marshal(template)
			if err := s.SetSetting(t.Context(), Program("test"), unit, "numbering."+kind, value, 0); err != nil {
				t.Fatal(err)
			}
		}
		day := law.Date{Year: 2026, Month: 12, Day: 31}
		inTx(t, db, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				unit, kind string
				day        law.Date
				want       string
			}{
				{"squad", "plain", day, "总2026-0001"},
				{"other", "plain", day, "总2026-0002"}, // one counter for all below the unit that set it
				{"post", "coded", day, "310106013/2026/1"},
				{"other", "coded", day, "310106014/2026/1"},
				{"post", "coded", day.AddDays(1), "310106013/2027/1"}, // a new year begins anew
				{"post", "half", day, "2026第1号"},
				{"other", "case", day, "二立〔2026〕第1号"},   // preset
				{"bureau", "case", day, "区局立〔2026〕第1号"}, // no short word: the name
				{"squad", "complaint", day, "JX2026000001"},
			} {
				got, err := NextNumber(ctx, tx, c.unit, c.kind, c.day)
				if err != nil || got != c.want {
					t.Errorf("%s of %s: %q, %v, want %q", c.kind, c.unit, got, err, c.want)
				}
			}
			_, err := NextNumber(ctx, tx, "bureau", "coded", day)
			wantFault(t, err, "org.code_missing")
			_, err = NextNumber(ctx, tx, "squad", "poem", day)
			wantFault(t, err, "org.setting_unset")
			return nil
		})
	})
}
