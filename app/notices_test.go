package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"jiexu/store"
)

// A complaint goes from the desk to its answer: each time those hear of it for whom it waits, in the console and at a
// webhook, and nobody else does.
func TestNoticesFollowAComplaint(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		var mu sync.Mutex
		got := map[string]int{} // by delivery
		var last string
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			got[r.Header.Get("Jiexu-Delivery")]++
			last = string(body)
			if r.Header.Get("Jiexu-Signature") == "" {
				t.Error("a notice came unsigned")
			}
		}))
		t.Cleanup(receiver.Close)
		w.sequence()
		w.run()
		admin := w.as("admin")
		bureau := w.one(`SELECT id FROM org_units WHERE kind = 'bureau'`)
		input := `{"name":"指挥平台","kind":"webhook","unit":"` + bureau + `","target":{"url":"` + receiver.URL + `"},"secret":"0123456789abcdef","enabled":true}`
		endpoint := admin.do("POST", "/system/endpoints", input).ok(201).text("id")
		admin.do("POST", "/system/endpoints/"+endpoint+"/test", "").ok(204)

		unread := func(login string) int {
			var inbox struct{ Unread int }
			if err := json.Unmarshal([]byte(w.as(login).do("GET", "/notices", "").ok(200).body), &inbox); err != nil {
				t.Fatal(err)
			}
			return inbox.Unread
		}
		// What the demonstration's past told is read first, by everybody.
		caughtUp := func() bool {
			return w.count(`SELECT count(*) FROM ledger_cursors c WHERE c.name IN ('notice.items', 'job.notices') AND c.leaf > (SELECT max(leaf) FROM ledger_entries WHERE subject_type = 'complaint')`) == 2
		}
		until(t, "the alarms of the past", func() bool {
			return w.count(`SELECT count(*) FROM term_bells WHERE at <= $1`, store.At(w.clock.now())) == 0 && w.count(`SELECT count(*) FROM ledger_entries WHERE leaf IS NULL`) == 0
		})
		until(t, "the followers", caughtUp)
		for _, login := range []string{"leader.jas", "leader.jnl", "desk"} {
			w.as(login).do("POST", "/notices/read", `{}`).ok(204)
		}
		id := w.as("desk2").do("POST", "/complaints", `{"channel":"hotline","kind":"complaint","content":"楼下夜市噪音，请来看看","address":"愚园路1号","name":"王小明","phone":"13900001234"}`).ok(201).text("id")
		until(t, "the desk hears of it", func() bool { return unread("desk") == 1 })
		squad := w.unitOf("leader.jas")
		w.as("desk").do("POST", "/complaints/"+id+"/steps/route", `{"unit":"`+squad+`"}`, "If-Match", `"1"`).ok(200)
		until(t, "the leader hears of it", func() bool { return unread("leader.jas") == 1 })
		if unread("leader.jnl") != 0 {
			t.Error("another squad's leader heard of it")
		}
		var inbox struct {
			Items []struct{ Text, Subject string }
		}
		if err := json.Unmarshal([]byte(w.as("leader.jas").do("GET", "/notices?unread=true", "").ok(200).body), &inbox); err != nil || len(inbox.Items) != 1 ||
			inbox.Items[0].Subject != "complaint:"+id || !strings.Contains(inbox.Items[0].Text, "受理") {
			t.Errorf("the leader reads %+v, %v", inbox, err)
		}
		until(t, "the webhook hears of both", func() bool { mu.Lock(); defer mu.Unlock(); return len(got) >= 3 })
		until(t, "deliveries are done", func() bool { return w.count(`SELECT count(*) FROM notice_deliveries WHERE state = 'waiting'`) == 0 })
		mu.Lock()
		defer mu.Unlock()
		for delivery, n := range got {
			if n != 1 {
				t.Errorf("delivery %s came %d times", delivery, n)
			}
		}
		for _, secret := range []string{"王小明", "13900001234", "夜市"} {
			if strings.Contains(last, secret) {
				t.Errorf("what goes outside holds %q: %s", secret, last)
			}
		}
	})
}
