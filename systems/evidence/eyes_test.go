package evidence

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

// An export that holds files of two units goes to nobody who may not have both, though he has the right in one.
func TestExportOfTwoUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{
			"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)},
			"DSJ0013_012346_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 2)},
		}, nil)
		r.withExports(t)
		all, err := r.Recordings(ctx, org.Program("test"), RecordingsQuery{})
		if err != nil || len(all.Items) != 2 {
			t.Fatal(all, err)
		}
		first := all.Items[0]
		if first.Unit != r.squad {
			first = all.Items[1]
		}
		both := []string{first.ID}
		for _, one := range all.Items {
			if one.ID != first.ID {
				both = append(both, one.ID)
			}
		}
		x, err := r.Export(ctx, org.Program("test"), ExportInput{Media: both, Purpose: "court", Recipient: "法院"})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE evidence_exports SET state = 'made' WHERE id = $1`, x.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			mine, err := r.Service.export(ctx, tx, r.boss, x.ID)
			if err != nil {
				return err
			}
			if err := r.mayExport(ctx, tx, r.boss, mine); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Refused {
				t.Errorf("the leader of one squad takes the other's film: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Whoever asks for a film is in its life, whichever piece of it he begins with; and only a page that shows it gets it.
func TestSeenByAnyPiece(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)}}, nil)
		page, _ := r.Recordings(ctx, r.boss, RecordingsQuery{})
		m := page.Items[0].Media
		for from, times := range map[string]int{"bytes=100-": 1, "bytes=-99999999": 1, "": 1} {
			if err := r.seen(ctx, r.boss, &m); err != nil {
				t.Fatal(from, err)
			}
			life, err := r.Custody(ctx, r.boss, m.ID, "en")
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(titles(life), "Seen"); n != times {
				t.Errorf("%q: seen %d times", from, n)
			}
		}
		for dest, ok := range map[string]bool{"video": true, "image": true, "empty": true, "document": false, "": false, "script": false} {
			q := httptest.NewRequest(http.MethodGet, "/", nil)
			if dest != "" {
				q.Header.Set("Sec-Fetch-Dest", dest)
			}
			if looks(q) != ok {
				t.Errorf("%q: %v", dest, !ok)
			}
		}
	})
}

func titles(life *Custody) string {
	var out []string
	for _, h := range life.Items {
		out = append(out, h.Title)
	}
	return strings.Join(out, " ")
}

// A recording that is held, or tied to a step, keeps its person and its day; and a case's recording is untied by its maker only where it was his own slip.
func TestWhatHoldsARecording(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)}}, nil)
		page, _ := r.Recordings(ctx, r.boss, RecordingsQuery{})
		id, began := page.Items[0].ID, nine.Add(-24*time.Hour)
		in := ClaimInput{Began: &began, Reason: "时钟错了一天"}

		tie, err := r.Tie(ctx, r.li, id, TieInput{Subject: "case:wall"})
		if err != nil {
			t.Fatal(err)
		}
		r.now = r.now.Add(ownSlip + time.Minute)
		if err := r.Untie(ctx, r.li, id, tie.ID, "算了"); fault.KindOf(err) != fault.Refused {
			t.Errorf("its maker takes it out of the case: %v", err)
		}
		hold, err := r.Hold(ctx, r.boss, HoldInput{Unit: r.squad, From: law.On(nine).String(), To: law.On(nine).String(), Ground: RuleObstruction, Reason: "阻碍执法"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Claim(ctx, r.boss, id, in); !fault.Is(err, "evidence.held") {
			t.Errorf("moved out of a hold: %v", err)
		}
		if err := r.Release(ctx, org.Program("test"), hold.ID, "已核实"); err != nil {
			t.Fatal(err)
		}
		if err := r.Untie(ctx, r.boss, id, tie.ID, "关联错了"); err != nil {
			t.Errorf("his leader: %v", err)
		}
		if _, err := r.Claim(ctx, r.boss, id, in); err != nil {
			t.Errorf("nothing holds it: %v", err)
		}
	})
}
