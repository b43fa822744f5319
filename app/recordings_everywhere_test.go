package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/blob/s3test"
	exported "jiexu/systems/evidence/court"
	"jiexu/systems/evidence/docking"
)

// realFilm is a film of six seconds with a tone, in a codec of ffmpeg's; another pitch makes it another one.
func realFilm(t *testing.T, codec string, pitch int) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.mp4")
	said, err := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=6", "-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=6", pitch),
		"-c:v", codec, "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-y", out).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip("ffmpeg is not installed: scripts/bootstrap.sh test installs it")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// inS3 starts an S3 service, and says how a house keeps its media in it, sealed.
func inS3(t *testing.T, cipher string) (*s3test.Gateway, evidence.Where) {
	t.Helper()
	g := s3test.Start(t)
	secret := filepath.Join(t.TempDir(), "s3")
	if err := os.WriteFile(secret, []byte(s3test.Access+"\n"+s3test.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return g, evidence.Where{To: evidence.ToS3, S3: g.URL(), S3Secret: secret, Cipher: cipher}
}

// docks takes in a real film that an officer made.
func (w *world) docks(login, name string, began time.Time, film []byte) *evidence.Recording {
	w.t.Helper()
	r, _, err := w.app.Evidence.Record(w.t.Context(), org.Program("import"), evidence.Found{Path: name, Content: bytes.NewReader(film), Unit: w.unitOf(login), Zone: law.Shanghai,
		Claims: []docking.Claim{{Source: "path", Officer: w.actor(login).Certificate.No, Device: "DSJ0012", Began: began}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// tus sends a file to a matter in two pieces, and gives its id.
func (b *browser) tus(subject, name, content string) string {
	b.w.t.Helper()
	stream := []string{"Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream"}
	half := len(content) / 2
	at := b.do("POST", "/uploads", "", "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(content)), "Upload-Metadata", meta("subject", subject, "filename", name)).ok(201).header.Get("Location")
	at = strings.TrimPrefix(at, "/api/v1")
	b.do("PATCH", at, content[:half], append(stream, "Upload-Offset", "0")...).ok(204)
	return b.do("PATCH", at, content[half:], append(stream, "Upload-Offset", fmt.Sprint(half))...).ok(204).header.Get("Jiexu-Media")
}

// export waits until an export is made, and checks the zip with the key of the log.
func (w *world) export(t *testing.T, who *browser, body string) *exported.Report {
	t.Helper()
	id := who.do("POST", "/exports", body).ok(200).text("id")
	until(t, "the export is made", func() bool { return w.one(`SELECT state FROM evidence_exports WHERE id = $1`, id) != "waiting" })
	zip := who.do("GET", "/exports/"+id+"/file", "").ok(200).body
	report, err := exported.Verify(strings.NewReader(zip), int64(len(zip)), []string{w.as("admin").do("GET", "/system/status", "").ok(200).text("verifierKey")}, func(int64) {})
	if err != nil || report.Verdict != ledger.Genuine {
		t.Fatalf("the export: %+v %v", report, err)
	}
	return report
}

// A recording's whole life with its media sealed in an S3 service, on each database: it comes in by tus and by the docking station, small versions are made, parts are cut, all of it is
// exported, what is due goes for good; and whoever compares finds nothing amiss, and in the bucket nothing that nobody knows.
func TestRecordingsInAnS3Service(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, p place, cipher string) {
		g, where := inS3(t, cipher)
		w := newWorldOf(t, p, newClock(monday), func(c *app.Config) { c.Media = where })
		s := newStory(w)
		s.tell(t, toCase)
		defer w.run()()
		objects := func() int { return w.count(`SELECT count(*) FROM evidence_blobs WHERE state = 'there'`) }
		carried := func(what string, n int) {
			t.Helper()
			until(t, what, func() bool { return objects() == n && w.count(`SELECT count(*) FROM evidence_waiting`) == 0 })
		}
		until(t, "the demonstration's media are carried", func() bool { return w.count(`SELECT count(*) FROM evidence_waiting`) == 0 })
		before := objects()

		// In by two ways. The second is a film that no browser plays.
		subject := "case:" + s.fill("{case}")
		film := realFilm(t, "libx264", 300)
		first := w.as("officer.jas1").tus(subject, "现场.mp4", string(film))
		loose := w.docks("officer.jas1", "DSJ0012_1.mp4", monday.Add(-time.Hour), realFilm(t, "mpeg4", 400))
		carried("two films, two pictures and a small version are carried", before+5)
		if a := w.as("officer.jas1").do("GET", "/media/"+first, "", "Range", "bytes=1000-1009").ok(206); a.body != string(film[1000:1010]) {
			t.Errorf("a range of it: %q", a.body)
		}
		w.as("leader.jas").do("GET", "/media/"+first+"/thumb", "").ok(200)
		w.as("leader.jas").do("GET", "/media/"+loose.ID+"/proxy", "", "Range", "bytes=0-99").ok(206)

		// Parts of it.
		ask := func(body string) {
			t.Helper()
			id := w.as("leader.jas").do("POST", "/media/"+first+"/derived", body).ok(200).text("id")
			until(t, "it is made", func() bool { return w.one(`SELECT state FROM evidence_makings WHERE id = $1`, id) == "made" })
		}
		ask(`{"how":"still","fromMs":2000,"reason":"截图"}`)
		ask(`{"how":"part","fromMs":2000,"toMs":4000,"reason":"截取"}`)
		carried("and what was made of it", before+8) // a part has a picture of its own

		// To the court.
		report := w.export(t, w.as("head"), `{"subject":"`+subject+`","media":["`+first+`","`+w.one(`SELECT media FROM evidence_derived WHERE how = 'part' AND parent = $1`, first)+`"],"purpose":"court","recipient":"静安区人民法院"}`)
		if f := report.Manifest.Files; f[0].Size != int64(len(film)) || f[1].Of != first {
			t.Errorf("the export has %+v", f)
		}
		carried("and the export", before+9)

		// Half a year later what is tied to nothing goes, with its small versions.
		w.on("2027-05-25 09:00")
		w.as("leader.jas").do("GET", "/media/"+loose.ID, "").ok(200)
		list := w.as("leader.jas").do("POST", "/recordings/expiries", `{"unit":"`+w.unitOf("leader.jas")+`"}`).ok(200).text("id")
		w.as("head").do("POST", "/recordings/expiries/"+list+"/approve", "").ok(200)
		sum := w.one(`SELECT sha256 FROM evidence_media WHERE id = $1`, loose.ID)
		w.as("legal").do("POST", "/recordings/expiries/"+list+"/approve", "").ok(200)
		until(t, "it is gone from the bucket", func() bool {
			return w.count(`SELECT count(*) FROM evidence_blobs WHERE sum = $1`, sum) == 0 && w.count(`SELECT count(*) FROM evidence_removals WHERE sha256 = $1`, sum) == 0
		})
		w.as("leader.jas").do("GET", "/media/"+loose.ID, "").problem(410, "evidence.destroyed")
		w.as("officer.jas1").do("GET", "/media/"+first, "").ok(200)

		media := filepath.Join(w.app.Data, "media")
		places, err := where.Open(media, false, nil, w.clock.now)
		if err != nil {
			t.Fatal(err)
		}
		places.DB = w.app.DB
		found, err := evidence.ReadFiles(media).With(places).Check(t.Context(), w.app.DB, true, func(int) {})
		if gone := w.count(`SELECT count(*) FROM evidence_gone`); err != nil || gone == 0 || int(found.Destroyed) != gone { // pictures of complaints that are over are due too
			t.Errorf("%d destroyed of %d, %v", found.Destroyed, gone, err)
		}
		for _, f := range found.Findings {
			if !f.Note { // the demonstration's pictures came in before there was a bucket
				t.Errorf("%+v", f)
			}
		}
		w.check()
		g.Stop()
		w.as("officer.jas1").do("GET", "/media/"+first, "").problem(503, "evidence.store_away")
	}
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, sqlitePlace(t), "sm4") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, postgresPlace(t), "aes") })
}

// Two servers on one database and one store do the same work at the same moment: what is cut, looked at and exported is there once and is nowhere lost; the one that comes second is told to
// ask again, and then finds it done.
func TestTwoServersMakeOneFile(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	film := one.docks("officer.jas1", "DSJ0012_1.mp4", monday.Add(-time.Hour), realFilm(t, "mpeg4", 500))
	making := one.as("leader.jas").do("POST", "/media/"+film.ID+"/derived", `{"how":"part","fromMs":2000,"toMs":4000,"reason":"截取"}`).ok(200).text("id")
	export := one.as("leader.jas").do("POST", "/exports", `{"media":["`+film.ID+`"],"purpose":"court","recipient":"静安区人民法院"}`).ok(200).text("id")
	ctx, stop := context.WithCancel(t.Context())
	logs := make(chan error, 1)
	go func() { logs <- one.app.Log.Run(ctx) }() // an export waits for the log; the jobs do not run
	for what, do := range map[string]func(w *world) error{
		"a part":         func(w *world) error { return w.app.Evidence.Make(ctx, making) },
		"small versions": func(w *world) error { return w.app.Evidence.Preview(ctx, film.SHA256) },
		"an export":      func(w *world) error { return w.app.Evidence.MakeExport(ctx, export) },
	} {
		did := 0
		for _, err := range together(6, func(i int) error { return do([]*world{one, two}[i%2]) }) {
			switch {
			case err == nil:
				did++
			case !fault.Is(err, "evidence.under_way"):
				t.Errorf("%s: %v", what, err)
			}
		}
		if did == 0 {
			t.Errorf("%s: nobody did it", what)
		}
		if err := do(two); err != nil { // asked again
			t.Errorf("%s, again: %v", what, err)
		}
	}
	stop()
	<-logs
	ctx = t.Context()
	for what, query := range map[string]string{
		"part":                   `SELECT count(*) FROM evidence_derived WHERE parent = $1`,
		"entry of it":            `SELECT count(*) FROM ledger_entries WHERE kind = 'evidence.derived' AND $1 <> ''`,
		"picture":                `SELECT count(*) FROM evidence_previews p JOIN evidence_media m ON m.sha256 = p.sha256 WHERE m.id = $1 AND p.kind = 'thumb'`,
		"small version":          `SELECT count(*) FROM evidence_previews p JOIN evidence_media m ON m.sha256 = p.sha256 WHERE m.id = $1 AND p.kind = 'proxy'`,
		"export in its life":     `SELECT count(*) FROM ledger_entries WHERE kind = 'evidence.exported' AND subject_id = $1`,
		"export that is ready":   `SELECT count(*) FROM evidence_exports WHERE state = 'made' AND $1 <> ''`,
		"entry that it was kept": `SELECT count(*) FROM ledger_entries WHERE kind = 'evidence.export_kept' AND $1 <> ''`,
	} {
		if n := two.count(query, film.ID); n != 1 {
			t.Errorf("%s: %d times", what, n)
		}
	}
	if n := two.count(`SELECT count(*) FROM evidence_turns`); n != 0 {
		t.Errorf("%d turns were not given back", n)
	}
	found, err := evidence.ReadFiles(filepath.Join(two.app.Data, "media")).Check(ctx, two.app.DB, true, func(int) {})
	if err != nil || len(found.Findings) > 0 {
		t.Errorf("%+v %v", found, err)
	}
	two.check()

	// The one that has the turn dies: the other does it when the turn is over, and not before.
	again := one.as("leader.jas").do("POST", "/media/"+film.ID+"/derived", `{"how":"still","fromMs":3000,"reason":"截图"}`).ok(200).text("id")
	one.write(`INSERT INTO evidence_turns (what, holder, until_at) VALUES ($1, 'the dead', $2)`, "making "+again, one.clock.now().Add(time.Minute).UTC().Format("2006-01-02T15:04:05.000000Z"))
	if err := two.app.Evidence.Make(ctx, again); !fault.Is(err, "evidence.under_way") {
		t.Errorf("while another has the turn: %v", err)
	}
	two.clock.forward(2 * time.Minute)
	if err := two.app.Evidence.Make(ctx, again); err != nil || two.one(`SELECT state FROM evidence_makings WHERE id = $1`, again) != "made" {
		t.Errorf("when it is over: %v", err)
	}
}

// Two servers that run: each asks for what its people asked for, and both have all of it done by whoever is free.
func TestTwoServersShareTheWork(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	one.run()
	two.run()
	content := realFilm(t, "libx264", 600)
	film := one.docks("officer.jas1", "DSJ0012_1.mp4", monday.Add(-time.Hour), content)
	type asked struct {
		id  string
		err error
	}
	for _, a := range together(8, func(i int) asked {
		a, err := []*world{one, two}[i%2].as("leader.jas").try("POST", "/media/"+film.ID+"/derived", fmt.Sprintf(`{"how":"still","fromMs":%d,"reason":"截图"}`, 500*(i+1)))
		return asked{a.text("id"), err}
	}) {
		if a.err != nil || a.id == "" {
			t.Errorf("%+v", a)
		}
	}
	until(t, "all are made", func() bool { return two.count(`SELECT count(*) FROM evidence_makings WHERE state = 'waiting'`) == 0 })
	if made, files := two.count(`SELECT count(*) FROM evidence_makings WHERE state = 'made'`), two.count(`SELECT count(*) FROM evidence_derived WHERE parent = $1`, film.ID); made != 8 || files != 8 {
		t.Errorf("%d were made, %d files are there; %v", made, files, two.lines(`SELECT why FROM evidence_makings WHERE state = 'failed'`))
	}
	if n := two.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'evidence.derived'`); n != 8 {
		t.Errorf("%d entries", n)
	}
	until(t, "the small versions are made", func() bool {
		return two.count(`SELECT count(*) FROM evidence_previews WHERE sha256 = $1`, film.SHA256) == 2
	})
	two.check()
}
