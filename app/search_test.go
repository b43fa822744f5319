package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/document"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
)

// looked is what somebody's list of cases shows for a query: the case's hits as "where title: …[words]…".
func (c *tale) looked(login, q string) (found bool, hits []string) {
	c.t.Helper()
	var page struct {
		Items []struct {
			ID   string
			Hits []casework.Hit
		}
	}
	if err := json.Unmarshal([]byte(c.w.as(login).do("GET", "/cases?q="+url.QueryEscape(q), "").ok(200).body), &page); err != nil {
		c.t.Fatal(err)
	}
	for _, row := range page.Items {
		if row.ID != c.id {
			continue
		}
		for _, h := range row.Hits {
			hits = append(hits, h.Where+" "+h.Title+": "+pieces(h.Pieces))
		}
		return true, hits
	}
	return false, nil
}

func pieces(all []store.Piece) string {
	var b strings.Builder
	for _, p := range all {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// A case is found by what was written in it, the list says where, and nobody is found by what is personal.
func TestCasesAreFoundInFullText(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		c := found(t, w, "", "WY-03", citizen, in{"findings": "陈启明将折叠桌椅摆到人行道上，电话13900000002，家住愚园路2号。身份证310106199001010014，经现场量取占道6平方米。"})
		c.by("head", "", "approve_filing", nil)
		c.by("officer.jas1", "", "order_correction", in{"order": "立即收回桌椅", "correct_by": "2026-11-26"})
		c.paper("officer.jas1", "record.inquiry", in{"name": "李雨桐", "phone": "13800138000", "address": "胶州路88号",
			"questions": []any{in{"question": "桌椅是谁的？", "answer": "是我李雨桐借给他的，晚市时翻台用。"}}},
			[]document.Signature{{Who: document.Asked, Name: "李雨桐", Image: strokes(), At: w.clock.now()}, {Who: document.Officers, Name: "张伟", Image: strokes(), At: w.clock.now()}})
		c.by("officer.jas2", "", "report", in{"summary": "当事人占道设摊，有现场检查笔录佐证。"})
		c.by("head", "", "approve_report", nil)
		c.by("officer.jas1", "", "notify", in{"amount": 3000, "grounds": "首次被查，配合调查，从轻处罚。"})
		w.on("2026-11-25 10:00")
		c.by("officer.jas1", "", "serve_notice", in{"served_on": "2026-11-24"})
		c.by("officer.jas1", "", "hear", in{"statement": "当事人称生意清淡，请求减免。"})
		notice := c.issued("penalty.notice", "罚告")

		for q, want := range map[string]string{
			"折叠":    "[findings 查明的事实: ＊＊将[折叠]桌椅摆到人行道上，电话＊＊，家住＊＊。身份证＊＊，经现场量取占道6平方米。]",
			"翻台":    "[paper 询问（调查）笔录: 桌椅是谁的？ 是我＊＊借给他的，晚市时[翻台]用。]",
			"收回桌椅":  "step 责令改正: 立即[收回桌椅]",
			"从轻":    "paper 行政处罚事先告知书 " + notice.Number,
			"清淡":    "step ",
			"折叠 翻台": "findings 查明的事实: ",
			"询问 笔录": "paper 询问（调查）笔录: ",
		} {
			ok, hits := c.looked("officer.jas1", q)
			if got := fmt.Sprint(hits); !ok || !strings.Contains(got, want) {
				t.Errorf("%s: %v %s, want %s", q, ok, got, want)
			}
		}
		// Neither by names, numbers and homes, nor by what nobody wrote.
		for _, q := range []string{"陈启明", "启明", "13900000002", "310106199001010014", "愚园路2号", "李雨桐", "13800138000", "胶州路88号", "折叠 无此词"} {
			if ok, hits := c.looked("officer.jas1", q); ok {
				t.Errorf("%s is found: %v", q, hits)
			}
		}
		// Who may not read the papers finds the case by its head alone; another squad does not find it at all.
		for _, q := range []string{"折叠", "翻台"} {
			if ok, hits := c.looked("appraiser", q); ok {
				t.Errorf("the appraiser finds %s: %v", q, hits)
			}
			if ok, _ := c.looked("head", q); !ok {
				t.Errorf("the head does not find %s", q)
			}
			if ok, hits := c.looked("officer.jnl1", q); ok {
				t.Errorf("another squad finds %s: %v", q, hits)
			}
		}
		if ok, hits := c.looked("appraiser", c.at); !ok || !slices.Equal(hits, []string{"place 案发地点: [" + c.at + "]"}) {
			t.Errorf("the appraiser finds the place: %v %v", ok, hits)
		}
		// The search box shows the best place.
		if a := w.as("officer.jas1").do("GET", "/search?q="+url.QueryEscape("翻台"), "").ok(200); a.text("items.0.id") != c.id || a.text("items.0.hit.where") != "paper" {
			t.Errorf("the search box: %s", a.body)
		}
	})
}

// Where several parts of a case say the same, what else there is is shown beside it, though it comes after them all.
func TestHitsThatSayTheSameHideNoOthers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		c := found(t, w, "", "WY-03", citizen, in{"findings": "炉台外置"})
		for range 4 {
			c.evidence("炉台外置")
		}
		c.evidence("炉台已经收回")
		want := []string{"findings 查明的事实: [炉台]外置", "evidence 证据: [炉台]外置 违法事实", "evidence 证据: [炉台]已经收回 违法事实"}
		if _, hits := c.looked("officer.jas1", "炉台"); !slices.Equal(hits, want) {
			t.Errorf("hits %q, want %q", hits, want)
		}
	})
}

// A party's name that was written down before it was known as one is found no more once it is.
func TestAPartyIsTakenOutOfWhatWasWritten(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		c := found(t, w, "", "WY-03", nobody, in{"findings": "店主陈启明跨门经营"})
		if ok, _ := c.looked("officer.jas1", "陈启明"); !ok {
			t.Error("a name in running text that nobody knows as one is a word like others")
		}
		c.ok(c.send("officer.jas1", "POST", c.path("/parties"), citizen))
		if ok, hits := c.looked("officer.jas1", "陈启明"); ok {
			t.Errorf("the party is found: %v", hits)
		}
	})
}

// The months through which a search goes leave out no case and turn no order, whichever part of a case a word stands in.
func TestASearchGoesThroughTheMonths(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		var want []string
		for _, at := range []string{"2026-03-02 09:00", "2026-03-30 09:00", "2026-07-31 23:30", "2026-08-01 00:30", "2026-11-20 09:00"} {
			w.on(at)
			c := found(t, w, "", "WY-03", citizen, in{"findings": "当事人将旧冰柜摆在人行道上"})
			want = slices.Insert(want, 0, c.id)
		}
		w.on("2026-11-27 09:00")
		for login, n := range map[string]int{"officer.jas1": 5, "head": 5} {
			for _, q := range []string{"冰柜", "冰柜 人行道"} {
				var got []string
				for cursor, pages := "", 0; ; pages++ {
					var page struct {
						Items []struct{ ID string }
						Next  string
					}
					if err := json.Unmarshal([]byte(w.as(login).do("GET", "/cases?limit=2&q="+url.QueryEscape(q)+"&cursor="+url.QueryEscape(cursor), "").ok(200).body), &page); err != nil {
						t.Fatal(err)
					}
					for _, row := range page.Items {
						got = append(got, row.ID)
					}
					if cursor = page.Next; cursor == "" || pages > 5 {
						break
					}
				}
				if !slices.Equal(got, want[:n]) {
					t.Errorf("%s finds %v by %s, want %v", login, got, q, want[:n])
				}
			}
		}
	})
}

// Cases of an older version are made findable while the house runs, some at a time; a stop in between loses nothing.
func TestOlderCasesAreMadeFindable(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		texts := `SELECT subject || ' ' || part || ' ' || tokens FROM store_search_texts WHERE kind = 'case' ORDER BY subject, part`
		before := w.lines(texts)
		w.write(`DELETE FROM store_search_texts WHERE kind = 'case' AND part <> ''`)
		w.write(`DELETE FROM casework_refill`)
		// and an older one still left out the months.
		w.write(`UPDATE store_search_texts SET tokens = substr(tokens, 1, length(tokens) - 10)`)
		w.write(`DELETE FROM store_search_forms`)
		if err := w.app.Casework.DateTexts(t.Context()); err != nil {
			t.Fatal(err)
		}
		first, err := w.app.Casework.Refill(t.Context())
		if err != nil || !first || w.count(`SELECT count(*) FROM casework_refill WHERE NOT done AND after <> ''`) != 1 {
			t.Fatalf("the first batch: more %v, %v", first, err)
		}
		after := newWorld(t, w.place)
		for more, rounds := true, 0; more; rounds++ {
			if more, err = after.app.Casework.Refill(t.Context()); err != nil || rounds > 100 {
				t.Fatal(rounds, err)
			}
		}
		if got := w.lines(texts); !slices.Equal(got, before) {
			t.Errorf("%d texts, before %d", len(got), len(before))
			for _, line := range before {
				if !slices.Contains(got, line) {
					t.Logf("missing: %.120s", line)
				}
			}
			for _, line := range got {
				if !slices.Contains(before, line) {
					t.Logf("new: %.120s", line)
				}
			}
		}
		if more, err := after.app.Casework.Refill(context.Background()); more || err != nil {
			t.Errorf("once done it is done: %v, %v", more, err)
		}
	})
}

// BenchmarkFindable takes a step in which 600 characters are written, and makes as many findable: what the index costs
// of a step is their ratio.
func BenchmarkFindable(b *testing.B) {
	w := newWorld(b, sqlitePlace(b))
	id := found(b, w, "", "WY-03", citizen).noticed(3000).id
	text := strings.Repeat("当事人称其于当日傍晚将桌椅摆出店外，占用人行道经营，因生意清淡请求从轻处罚。", 15)
	var step, index time.Duration
	for i := range b.N {
		rev := int64(w.count(`SELECT rev FROM casework_cases WHERE id = $1`, id))
		began := time.Now()
		if _, err := w.app.Casework.Take(b.Context(), org.Program("bench"), id, "hear", rev, map[string]any{"statement": text}); err != nil {
			b.Fatal(err)
		}
		step += time.Since(began)
		if err := w.app.DB.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
			began := time.Now()
			err := store.IndexTexts(ctx, tx, "case", []store.Findable{{Subject: id, Part: fmt.Sprint("bench/", i), Text: text}})
			index += time.Since(began)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(step.Microseconds())/float64(b.N), "µs/step")
	b.ReportMetric(float64(index.Microseconds())/float64(b.N), "µs/index")
	b.ReportMetric(float64(index)/float64(step), "index/step")
}

// A telephone number is looked for in the content of a request, by right, and never in an address: what stands there is kept by logs on the way.
func TestNoNumberInAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	desk := w.as("desk")
	desk.do("POST", "/complaints", `{"channel":"phone","kind":"complaint","content":"门口摆摊","address":"愚园路1号","phone":"13912340987"}`).ok(201)
	for _, path := range []string{"/complaints?q=13912340987", "/complaints?q=139%201234%200987", "/search?q=13912340987", "/complaints.xlsx?q=13912340987"} {
		if a := desk.do("GET", path, ""); a.status != 422 || !strings.Contains(a.body, "phone_in_address") && !strings.Contains(a.body, "网址") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for path, body := range map[string]string{"/complaints/search": `{"q":"139 1234 0987"}`, "/search": `{"q":"13912340987"}`} {
		if a := desk.do("POST", path, body).ok(200); !strings.Contains(a.body, "门口摆摊") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}
