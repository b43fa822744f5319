package table

import (
	"context"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

func TestParseCode(t *testing.T) {
	for _, c := range []struct{ sort, text, key, serial, fault string }{
		{"", "0501", "event:0501", "", ""}, {"事件", "0501", "event:0501", "", ""}, {"部件", "0307", "part:0307", "", ""}, {"event", "05", "event:05", "", ""},
		{"", "3101060501", "event:0501", "", ""}, {"", "3101060307000018", "part:0307", "000018", ""}, {"part", "3101060307000018", "part:0307", "000018", ""},
		{"part", "3101060501", "", "", "gateway.grid_code"}, {"event", "3101060307000018", "", "", "gateway.grid_code"}, {"", "", "", "", "gateway.grid_code"}, {"", "5", "", "", "gateway.grid_code"}, {"", "05O1", "", "", "gateway.grid_code"}, {"", "０５０１", "", "", "gateway.grid_code"},
	} {
		got, err := ParseCode(c.sort, c.text)
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("ParseCode(%q, %q): %v, want %s", c.sort, c.text, err, c.fault)
			}
			continue
		}
		if err != nil || got.Key() != c.key || got.Serial != c.serial {
			t.Errorf("ParseCode(%q, %q) = %+v, %v; want %s", c.sort, c.text, got, err, c.key)
		}
	}
}

func TestParseCell(t *testing.T) {
	for text, want := range map[string]Cell{"310106012003021": {"310106", "012", "003", "021"}, "31010601200321": {"310106", "012", "003", "21"}} {
		if got, err := ParseCell(text); err != nil || got != want {
			t.Errorf("ParseCell(%q) = %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "310106", "31010601200302a", "3101060120030211"} {
		if _, err := ParseCell(text); !fault.Is(err, "gateway.grid_cell") {
			t.Errorf("ParseCell(%q): %v", text, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("event", "0501")
	f.Add("部件", "3101060307000018")
	f.Fuzz(func(t *testing.T, sort, text string) {
		if c, err := ParseCode(sort, text); err == nil && (len(c.Class) != 2 || c.Sort == "") {
			t.Errorf("ParseCode(%q, %q) = %+v", sort, text, c)
		}
		ParseCell(text)
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("类别,代码,名称\n事件,0501,游商\n"))
	f.Add([]byte("sort;code;title\nevent;05;x"))
	f.Fuzz(func(t *testing.T, content []byte) {
		titles, err := read("a.csv", content)
		for k, title := range titles {
			if err == nil && (title == "" || len(k) < 7) {
				t.Errorf("%q: %q", k, title)
			}
		}
	})
}

// Every class that the draft gives a meaning is in the draft, and every matter is one.
func TestTheDraftIsSound(t *testing.T) {
	for k, m := range shipped.means {
		if shipped.titles[k] == "" {
			t.Errorf("%s means something and has no title", k)
		}
		if _, err := law.MatterOn(m.Matter, law.Date{Year: 2018, Month: 12, Day: 31}); err != nil {
			if _, err := law.MatterOn(m.Matter, law.Date{Year: 2026, Month: 11, Day: 1}); err != nil {
				t.Errorf("%s: the matter %s: %v", k, m.Matter, err)
			}
		}
	}
	if len(shipped.titles) < 70 {
		t.Errorf("%d classes", len(shipped.titles))
	}
}

func TestEditionsAndMeanings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 10, 0, 0, 0, law.Shanghai)
		tables := &Tables{DB: db, Now: func() time.Time { return now }, Matter: func(code, _ string) (string, bool) { return code, code == "SR-01" }}
		ctx, actor := t.Context(), org.Program("import")
		title := func(c Code, on law.Date) (s string, err error) {
			err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				s, err = tables.Title(ctx, tx, c, on)
				return err
			})
			return s, err
		}
		trader := Code{Sort: Event, Class: "05", Sub: "01"}
		if got, err := title(trader, law.On(now)); err != nil || got != "街面秩序-无照经营游商" {
			t.Errorf("of the draft: %q %v", got, err)
		}
		edition := func(name string, from law.Date, content string) error {
			_, err := tables.Import(ctx, actor, "a.csv", []byte(content), Edition{Standard: "市标准", Edition: name, From: from, Source: "市平台"})
			return err
		}
		if err := edition("2026", law.Date{Year: 2026, Month: 1, Day: 1}, "类别,代码,名称\n事件,05,街面\n事件,0501,流动设摊\n"); err != nil {
			t.Fatal(err)
		}
		if err := edition("2027", law.Date{Year: 2027, Month: 1, Day: 1}, "类别,代码,名称\n事件,0502,流动设摊\n"); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []struct{ content, code string }{{"类别,代码\n事件,05\n", "gateway.grid_columns"}, {"类别,代码,名称\n事件,5,x\n", "gateway.grid_row"}, {"类别,代码,名称\n天气,05,x\n", "gateway.grid_row"}, {"类别,代码,名称\n事件,05,x\n事件,05,y\n", "gateway.grid_row"}, {"类别,代码,名称\n", "gateway.grid_columns"}} {
			if err := edition("bad", law.On(now), bad.content); !fault.Is(err, bad.code) {
				t.Errorf("%q: %v, want %s", bad.content, err, bad.code)
			}
		}
		if err := edition("2026", law.On(now), "类别,代码,名称\n事件,05,x\n"); !fault.Is(err, "gateway.grid_twice") {
			t.Errorf("an edition twice: %v", err)
		}
		if got, err := title(trader, law.On(now)); err != nil || got != "街面-流动设摊" {
			t.Errorf("of 2026: %q %v", got, err)
		}
		if _, err := title(trader, law.Date{Year: 2027, Month: 2, Day: 1}); !fault.Is(err, "gateway.grid_unknown") {
			t.Errorf("of 2027: %v", err)
		}
		// Meanings: the draft's, then the desk's; both ways.
		meaning := func() (m Meaning, back string) {
			if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				if m, err = tables.Means(ctx, tx, trader); err == nil {
					back, _, err = tables.Back(ctx, tx, "夜市摊", "")
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return m, back
		}
		if m, back := meaning(); m.Matter != "SR-01" || back != "" {
			t.Errorf("of the draft: %+v %q", m, back)
		}
		if err := tables.Set(ctx, actor, "event", "0501", Meaning{"夜市摊", "SR-01"}); err != nil {
			t.Fatal(err)
		}
		if m, back := meaning(); m.Category != "夜市摊" || back != "event:0501" {
			t.Errorf("of the desk: %+v %q", m, back)
		}
		if err := tables.Set(ctx, actor, "event", "0501", Meaning{"夜市摊", "XX-99"}); !fault.Is(err, "form") {
			t.Errorf("an unknown matter: %v", err)
		}
		if err := tables.Set(ctx, actor, "event", "abc", Meaning{}); !fault.Is(err, "form") {
			t.Errorf("a code of letters: %v", err)
		}
	})
}
