package area_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/place"
	"jiexu/store"
	"jiexu/store/storetest"
)

func roadName(i int) string {
	signs := []rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")
	return "新" + string(signs[i/len(signs)]) + string(signs[i%len(signs)]) + "路"
}

// fill makes an office that has learned n addresses.
func fill(t testing.TB, db *store.DB, n int) {
	t.Helper()
	for from := 0; from < n; from += 1000 {
		if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for i := from; i < min(n, from+1000); i++ {
				road, number := roadName(i%300), 1+i/300
				if _, err := tx.Exec(ctx, `INSERT INTO area_places (id, address_key, address, road, number, name, lon, lat, people, rival_lon, rival_lat, rival_people, standing, last_at)
					VALUES ($1,$2,$2,$3,$4,'',121.45,31.25,1,0,0,0,'holds',$5)`, store.NewID(), fmt.Sprintf("%s%d号", road, number), road, number, store.At(time.Unix(int64(i), 0))); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// What an address costs does not grow with all that was learned.
func BenchmarkKnowing(b *testing.B) {
	for _, n := range []int{0, 300, 30_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db := storetest.SQLite(b)
			fill(b, db, n)
			atlas := area.NewAtlas(data.FS)
			if err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				ground, err := atlas.Ground(ctx, tx)
				if err != nil {
					return err
				}
				for b.Loop() {
					g, err := ground.Knowing(ctx, tx, "静安区"+roadName(7)+"40号门口", "请管管青松花苑门口")
					if err != nil {
						return err
					}
					if _, ok := g.Find("", roadName(7)+"40号"); ok != (n > 0) {
						b.Fatal(ok)
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// The list goes on from page to page without losing or doubling an address, also where many were learned at one moment.
func TestPagesOfWhatWasLearned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, 120)
		seen := map[string]bool{}
		if err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for after := ""; ; {
				page, err := area.List(ctx, tx, false, "", after)
				if err != nil {
					return err
				}
				for _, p := range page.Places {
					if seen[p.Key] {
						t.Errorf("%s twice", p.Key)
					}
					seen[p.Key] = true
				}
				if after = page.More; after == "" {
					break
				}
			}
			found, err := area.List(ctx, tx, false, roadName(7), "")
			if err != nil {
				return err
			}
			if len(found.Places) != 1 {
				t.Errorf("%d places of one road: %+v", len(found.Places), found.Places)
			}
			if none, err := area.List(ctx, tx, false, "%", ""); err != nil || len(none.Places) > 0 {
				t.Errorf("a sign of LIKE finds %d, %v", len(none.Places), err)
			}
			if open, err := area.List(ctx, tx, true, "", ""); err != nil || len(open.Places) > 0 {
				t.Errorf("%d wait, %v", len(open.Places), err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 120 {
			t.Errorf("%d of 120", len(seen))
		}
	})
}

// Two words on one address at the same moment are both counted.
func TestTwoWordsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		atlas := area.NewAtlas(data.FS)
		errs := make(chan error)
		for i := range 2 {
			go func() {
				errs <- db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					ground, err := atlas.Ground(ctx, tx)
					if err != nil {
						return err
					}
					_, err = ground.Learn(ctx, tx, "新辟一路12号", area.Word{At: place.Point{Lon: 121.45, Lat: 31.25}, Complaint: fmt.Sprint(i), Person: fmt.Sprint(i), How: area.Placed, Said: noon})
					return err
				})
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			l, err := area.List(ctx, tx, false, "", "")
			if err == nil && (len(l.Places) != 1 || l.Places[0].Best.People != 2) {
				t.Errorf("%+v", l.Places)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
