package evidence

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/docking"
)

// A unit's month says who recorded how much on which day by Beijing's clock, and whose nobody knows; who has no right in the unit sees none of it.
func TestMonth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{
			"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)},
			"DSJ0012_012345_20261123235930_0002.mp4": {Data: clip(nine.Add(14*time.Hour+59*time.Minute+30*time.Second), 2*time.Minute, 2)},
			"DSJ0012_012345_20261124000500_0003.mp4": {Data: clip(nine.Add(15*time.Hour+5*time.Minute), time.Minute, 3)},
			"DSJ0012_012345_20261201000000_0004.mp4": {Data: clip(nine.Add(7*24*time.Hour+15*time.Hour), time.Minute, 4)},
		}, nil)
		page, err := r.Recordings(ctx, r.boss, RecordingsQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Items {
			if one.Began.Equal(nine) {
				if _, err := r.Tie(ctx, r.boss, one.ID, TieInput{Subject: "case:wall"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		m, err := r.MonthOf(ctx, r.boss, r.squad, "2026-11")
		if err != nil || m.Days != 30 || len(m.Rows) != 1 || m.Rows[0].Name != "li" || len(m.Rows[0].Days) != 2 {
			t.Fatalf("%+v %v", m, err)
		}
		if a, b := m.Rows[0].Days[0], m.Rows[0].Days[1]; a != (DayOf{Day: 23, Count: 2, LongMS: 180_000, Untied: 1, First: 540, Last: 1440}) || b.Day != 24 || b.Untied != 1 {
			t.Errorf("%+v %+v", a, b)
		}
		if _, err := r.MonthOf(ctx, r.boss, r.other, "2026-11"); fault.KindOf(err) != fault.Refused {
			t.Errorf("another squad's: %v", err)
		}
		if _, err := r.MonthOf(ctx, r.boss, r.squad, "2026-13"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a month that is none: %v", err)
		}
	})
}

// Whose a recording is and when it was made is put right, with the reason in its life; by whom nobody has the right to, and to nobody, it is not.
func TestClaim(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		var id string
		if err := r.TakeFolder(ctx, org.Program("import"), Folder{Files: fstest.MapFS{"unknown.mp4": {Data: clip(time.Unix(-2082844800, 0), time.Minute, 9)}}, Patterns: docking.Patterns{}, Unit: r.squad, Zone: time.UTC},
			func(f FolderFile) { id = f.Recording.ID }); err != nil {
			t.Fatal(err)
		}
		if page, err := r.Recordings(ctx, r.boss, RecordingsQuery{Unknown: true}); err != nil || len(page.Items) != 1 {
			t.Fatalf("%+v %v", page, err)
		}
		began := nine
		for name, c := range map[string]struct {
			by   org.Actor
			in   ClaimInput
			kind fault.Kind
		}{
			"without a reason":      {r.boss, ClaimInput{OfficerNo: "012345"}, fault.Invalid},
			"nothing":               {r.boss, ClaimInput{Reason: "x"}, fault.Invalid},
			"nobody":                {r.boss, ClaimInput{OfficerNo: "999999", Reason: "x"}, fault.Invalid},
			"another squad's":       {r.boss, ClaimInput{OfficerNo: "012346", Reason: "x"}, fault.Refused},
			"an officer's own word": {r.li, ClaimInput{OfficerNo: "012345", Reason: "x"}, fault.NotFound},
		} {
			if _, err := r.Claim(ctx, c.by, id, c.in); fault.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
		}
		got, err := r.Claim(ctx, r.boss, id, ClaimInput{OfficerNo: "012345", Began: &began, Reason: "记录仪未校时"})
		if err != nil || got.Officer != r.li.Person || !got.Ended.Equal(nine.Add(time.Minute)) {
			t.Fatalf("%+v %v", got, err)
		}
		if day, err := r.Day(ctx, r.li, r.li.Person, law.On(nine), "zh-CN"); err != nil || len(day.Recordings) != 1 {
			t.Errorf("%+v %v", day, err)
		}
		life, err := r.Custody(ctx, r.li, id, "zh-CN")
		if err != nil || life.Items[len(life.Items)-1].Reason != "记录仪未校时（原：— –；改为：li 2026-11-23 09:00:00）" {
			t.Errorf("%+v %v", life, err)
		}
	})
}

// BenchmarkMonth is a squad's month: 40 people, 20 recordings each on 26 days.
func BenchmarkMonth(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkMonth(b, storetest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { benchmarkMonth(b, storetest.Postgres(b)) })
}

func benchmarkMonth(b *testing.B, db *store.DB) {
	ctx, now := context.Background(), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	people := org.New(db, func() time.Time { return now })
	unit, err := people.CreateUnit(ctx, org.Program("test"), org.Unit{Kind: "district", Name: "区"})
	if err != nil {
		b.Fatal(err)
	}
	s := New(db, ReadFiles(b.TempDir()), nil, func() time.Time { return now })
	if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for p := range 40 {
			for d := range 26 {
				for n := range 20 {
					id := store.NewID()
					began := time.Date(2026, 11, 1+d, 0, 30*n, 0, 0, time.UTC)
					r := &Recording{Media: Media{ID: id, Subject: Subject{UnitSubject, unit.ID}, Name: "x", Type: "video/mp4", Size: 1, SHA256: fmt.Sprintf("%064x", p*100000+d*100+n), At: store.At(now)}, Unit: unit.ID, Kind: Film, Officer: fmt.Sprint("p", p), LongMS: 60_000}
					ended := began.Add(time.Minute)
					r.Began, r.Ended, r.Told = &began, &ended, &began
					if _, err := insertMedia(ctx, tx, &r.Media, unit.ID); err != nil {
						return err
					}
					if err := insertRecording(ctx, tx, r); err != nil {
						return err
					}
				}
			}
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "test.made", Subject: ledger.Ref{Type: "unit", ID: unit.ID}, At: now})
		return err
	}); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		m, err := s.MonthOf(ctx, org.Program("test"), unit.ID, "2026-11")
		if err != nil || len(m.Rows) != 40 {
			b.Fatal(m, err)
		}
	}
}
