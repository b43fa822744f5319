package evidence

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/store"
	"jiexu/store/storetest"
)

// The list goes by when something was recorded, not by when it came; what nobody knows the time of stands where it came. Page by page nothing is missed and nothing
// comes twice, filtered or not.
func TestRecordingsByTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		names := map[string]string{}
		for i, c := range []struct{ name, file string }{
			{"middle", "DSJ0012_012345_20261123090000_0001.mp4"}, {"oldest", "DSJ0012_012345_20261120090000_0002.mp4"}, {"twin a", "DSJ0012_012345_20261121090000_0003.mp4"},
			{"twin b", "DSJ0013_012345_20261121090000_0004.mp4"}, {"unknown", "nobody.mp4"}, {"newest", "DSJ0012_012345_20261123200000_0005.mp4"},
		} {
			r.now = r.now.Add(time.Minute) // the first came at 18:01 in Shanghai
			if c.name == "newest" {
				r.now = r.now.Add(3 * time.Hour)
			}
			began := time.Unix(-2082844800, 0)
			r.takeAll(t, fstest.MapFS{c.file: {Data: clip(began, time.Minute, byte(i+1))}}, nil)
			page, err := r.Recordings(t.Context(), r.boss, RecordingsQuery{Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range page.Items {
				if names[one.ID] == "" {
					names[one.ID] = c.name
				}
			}
		}
		walk := func(q RecordingsQuery) string {
			t.Helper()
			var got []string
			for q.Limit = 1; ; {
				page, err := r.Recordings(t.Context(), r.boss, q)
				if err != nil || len(page.Items) > 1 {
					t.Fatal(page, err)
				}
				for _, one := range page.Items {
					got = append(got, strings.Fields(names[one.ID])[0])
				}
				if q.After = page.Next; q.After == "" || len(got) > 10 {
					return strings.Join(got, " ")
				}
			}
		}
		boss := r.boss
		r.boss = r.li // whose they are; nobody's is not his
		if got := walk(RecordingsQuery{}); got != "newest middle twin twin oldest" {
			t.Errorf("his own: %s", got)
		}
		r.boss = boss
		if got := walk(RecordingsQuery{From: "2026-11-21", To: "2026-11-23"}); got != "newest middle twin twin" {
			t.Errorf("of three days: %s", got)
		}
		if got := walk(RecordingsQuery{Device: "DSJ0012"}); got != "newest middle twin oldest" {
			t.Errorf("of a device: %s", got)
		}
		r.sql(t, `UPDATE evidence_recordings SET unit = $1 WHERE officer IS NULL`, r.squad) // nobody's came to another squad
		page, err := r.Recordings(t.Context(), r.boss, RecordingsQuery{})
		if err != nil || len(page.Items) != 6 {
			t.Fatal(page, err)
		}
		for _, one := range page.Items {
			if names[one.ID] == "" {
				names[one.ID] = "unknown"
			}
		}
		if got := walk(RecordingsQuery{}); got != "newest unknown middle twin twin oldest" {
			t.Errorf("all: %s", got)
		}
	})
}
