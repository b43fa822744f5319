package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/blob/s3test"
)

// The whole house with its media sealed in an S3 service: what an officer uploads is carried there by itself; when the service is gone he is told when to ask again, and
// uploads go on; when it is back all is there. The key of the service is in no answer.
func TestMediaInAnS3Service(t *testing.T) {
	t.Parallel()
	g := s3test.Start(t)
	secret := filepath.Join(t.TempDir(), "s3")
	if err := os.WriteFile(secret, []byte(s3test.Access+"\n"+s3test.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := sqlitePlace(t)
	where := evidence.Where{To: evidence.ToS3, S3: g.URL(), S3Secret: secret, Cipher: "sm4"}
	w := newWorldOf(t, p, newClock(monday), func(c *app.Config) { c.Media = where })
	s := newStory(w)
	s.tell(t, toCase)
	defer w.run()()
	officer := w.as("officer.jas1")
	upload := func(film string) string {
		t.Helper()
		a := officer.do("POST", "/uploads", film, "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Length", fmt.Sprint(len(film)), "Upload-Metadata", meta("subject", "case:"+s.fill("{case}"), "filename", "a.mp4")).ok(201)
		return a.header.Get("Jiexu-Media")
	}
	carried := func(n int) {
		t.Helper()
		until(t, "the film is carried", func() bool {
			return w.count(`SELECT count(*) FROM evidence_blobs WHERE state = 'there'`) >= n && w.count(`SELECT count(*) FROM evidence_waiting`) == 0
		})
	}
	film := mp4(200_000)
	first := upload(film)
	carried(1)
	before := w.count(`SELECT count(*) FROM evidence_blobs WHERE state = 'there'`)
	if a := officer.do("GET", "/media/"+first, "", "Range", "bytes=100000-100009"); a.status != 206 || a.body != film[100000:100010] {
		t.Errorf("a range of it: %d %q", a.status, a.body)
	}
	g.Stop()
	a := officer.do("GET", "/media/"+first, "").problem(503, "evidence.store_away")
	if a.header.Get("Retry-After") != "30" || strings.Contains(a.body, s3test.Secret) {
		t.Errorf("while it is away: %v %s", a.header, a.body)
	}
	second := upload(mp4(100_000))
	officer.do("GET", "/media/"+second, "").ok(200)
	g.Again()
	carried(before + 1)
	officer.do("GET", "/media/"+first, "").ok(200)
	officer.do("GET", "/media/"+second, "").ok(200)
	w.check()

	// Without its key file the house does not start, and says what to do.
	if err := os.Rename(filepath.Join(p.data, "media.key"), filepath.Join(t.TempDir(), "media.key")); err != nil {
		t.Fatal(err)
	}
	with := config(p.url, p.data, w.clock.now)
	with.Media = where
	if _, err := app.Open(t.Context(), with); !fault.Is(err, "evidence.keys_gone") {
		t.Errorf("without its key file: %v", err)
	}
	with.Media.Cipher, with.Media.To, with.Media.S3Secret = "", "", filepath.Join(t.TempDir(), "none")
	if _, err := app.Open(t.Context(), with); !fault.Is(err, "evidence.config_s3_secret") || strings.Contains(err.Error(), s3test.Secret) {
		t.Errorf("without the secret's file: %v", err)
	}
}
