package area_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/store/storetest"
)

var noon = time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)

// units makes a bureau with a squad for each name; it returns the squads' ids by name.
func units(t *testing.T, db *store.DB, names ...string) map[string]string {
	t.Helper()
	svc := org.New(db, func() time.Time { return noon })
	bureau, err := svc.CreateUnit(context.Background(), org.Program("test"), org.Unit{Kind: "bureau", Name: "静安区城市管理行政执法局"})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, name := range names {
		code, name, _ := strings.Cut(name, " ")
		u, err := svc.CreateUnit(context.Background(), org.Program("test"), org.Unit{Parent: bureau.ID, Kind: "squad", Name: name, Code: code})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = u.ID
	}
	return ids
}

// square is an area of a hundredth of a degree.
func square(properties string, lon, lat float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`, properties,
		lon, lat, lon+0.01, lat, lon+0.01, lat+0.01, lon, lat+0.01, lon, lat)
}

func collection(features ...string) []byte {
	return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`)
}

func TestImportBindsAndReplaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		ids := units(t, db, "310106019 大宁路街道综合行政执法队", " 北站街道中队", " 彭浦镇中队", " 彭浦镇第二中队")
		program := org.Program("test")
		in := func(all bool, features ...string) (area.Imported, error) {
			return area.Import(ctx, db, program, collection(features...), place.WGS84, all, noon)
		}
		daning := square(`"code":"310106019","name":"大宁"`, 121.4, 31.2)
		north := square(`"name":"北站街道"`, 121.42, 31.2)
		atlas := area.NewAtlas(data.FS)
		ground := func() *area.Ground {
			var g *area.Ground
			if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) { g, err = atlas.Ground(ctx, tx); return err }); err != nil {
				t.Fatal(err)
			}
			return g
		}
		if n := len(ground().Areas.All()); n != 0 {
			t.Fatalf("%d areas before any import", n)
		}
		if done, err := in(false, daning, north); err != nil || done.Areas != 2 || done.Units != 2 || done.Replaced != 0 {
			t.Fatalf("%+v %v", done, err)
		}
		g := ground()
		if at, ok := g.Areas.At(place.Point{Lon: 121.405, Lat: 31.205}); !ok || at.Unit != ids["大宁路街道综合行政执法队"] || g.UnitOf("310106019") != at.Unit {
			t.Errorf("there lies %+v", at)
		}
		if ground() != g {
			t.Error("the ground was read again though nothing changed")
		}
		if done, err := in(false, daning); err != nil || done.Replaced != 1 {
			t.Errorf("once more %+v %v", done, err)
		}
		if again := ground(); again == g || len(again.Areas.All()) != 2 {
			t.Error("the atlas does not see what was imported")
		}
		if _, err := in(false, daning, square(`"name":"彭浦镇"`, 121.4, 31.2), square(`"name":"外滩街道"`, 121.4, 31.2)); !fault.Is(err, "area.no_unit") {
			t.Errorf("areas of nobody, and of two: %v", err)
		} else if names := err.(*fault.Error).Params["names"]; names != "彭浦镇、外滩街道" {
			t.Errorf("names %v", names)
		}
		if done, err := in(true, square(`"unit":"`+ids["彭浦镇中队"]+`","name":"彭浦镇"`, 121.4, 31.2)); err != nil || done.Replaced != 2 || len(ground().Areas.All()) != 1 {
			t.Errorf("all replaced: %+v %v", done, err)
		}
		if _, err := area.Import(ctx, db, org.NewActor("p", org.Staff, ids["北站街道中队"], org.NewTree(nil)), collection(north), place.WGS84, false, noon); fault.KindOf(err) != fault.Refused {
			t.Errorf("without the right: %v", err)
		}
	})
}

// The district's own outline as a map provider would sell it is imported as it is told, with a hint; so is
// what lies elsewhere or right, without one. A border that crosses itself is refused whole.
func TestImportLooksAtTheBorders(t *testing.T) {
	db, ctx := storetest.SQLite(t), context.Background()
	units(t, db, " 北站街道中队")
	atlas, program := area.NewAtlas(data.FS), org.Program("test")
	district, err := place.LoadDistrict(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	outline := func(datum place.Datum) []byte {
		a := district.Outline()
		a.Name, a.Code, a.Geometry = "北站街道", "", a.Geometry.Clone()
		for _, polygon := range a.Geometry {
			for _, ring := range polygon {
				for i, p := range ring {
					q := datum.FromWGS84(place.Point{Lon: p[0], Lat: p[1]})
					ring[i][0], ring[i][1] = q.Lon, q.Lat
				}
			}
		}
		b, err := place.MarshalAreas([]place.Area{a}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name        string
		content     []byte
		datum       place.Datum
		looks, code string
	}{
		{"right", outline(place.WGS84), place.WGS84, "", ""},
		{"GCJ-02, untold", outline(place.GCJ02), place.WGS84, "gcj02", ""},
		{"BD-09, untold", outline(place.BD09), place.WGS84, "bd09", ""},
		{"GCJ-02, told", outline(place.GCJ02), place.GCJ02, "", ""},
		{"another city", collection(square(`"name":"北站街道"`, 116.4, 39.9)), place.WGS84, "", ""},
		{"a bow", collection(`{"type":"Feature","properties":{"name":"北站街道"},"geometry":{"type":"Polygon","coordinates":[[[121.4,31.2],[121.41,31.21],[121.41,31.2],[121.4,31.21],[121.4,31.2]]]}}`), place.WGS84, "", "place.areas_crosses"},
	} {
		done, err := atlas.Import(ctx, db, program, c.content, c.datum, false, noon)
		if c.code != "" {
			if !fault.Is(err, c.code) {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		looks := ""
		for _, n := range done.Notes {
			if n.Code == "place.areas_shifted" {
				looks = n.Params["datum"].(string)
			}
		}
		if looks != c.looks {
			t.Errorf("%s: looks like %q, want %q", c.name, looks, c.looks)
		}
	}
}
