package app_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// mp4 is a film of about n bytes.
func mp4(n int) string {
	box := func(kind, body string) string {
		size := len(body) + 8
		return string([]byte{byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}) + kind + body
	}
	return box("ftyp", "isom\x00\x00\x02\x00isomiso2mp41") + box("moov", "x") + box("mdat", strings.Repeat("\x01\x02\x03", n/3))
}

func meta(pairs ...string) string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(out, ",")
}

// The protocol, as a client of tus 1.0.0 speaks it: creation with and without bytes, pieces, checksums, lengths that come later,
// parts that are joined, ending; and who may not.
func TestFilesComeInPieces(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, toCase)
		subject := "case:" + s.fill("{case}")
		officer := w.as("officer.jas1")
		tus := func(b *browser, method, path, body string, headers ...string) answer {
			if body != "" || method == http.MethodPatch {
				headers = append([]string{"Content-Type", "application/offset+octet-stream"}, headers...)
			}
			return b.do(method, path, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
		}
		begin := func(headers ...string) string {
			t.Helper()
			a := tus(officer, "POST", "/uploads", "", append([]string{"Upload-Metadata", meta("subject", subject, "filename", "巡查.mp4", "note", "晚高峰")}, headers...)...).ok(201)
			at := a.header.Get("Location")
			if !strings.HasPrefix(at, "/api/v1/uploads/") {
				t.Fatalf("the upload lies at %q", at)
			}
			return strings.TrimPrefix(at, "/api/v1")
		}

		options := officer.do("OPTIONS", "/uploads", "")
		for _, extension := range []string{"creation", "creation-with-upload", "termination", "concatenation", "creation-defer-length", "checksum", "expiration"} {
			if !strings.Contains(options.header.Get("Tus-Extension"), extension) {
				t.Errorf("%s is not offered: %s", extension, options.header.Get("Tus-Extension"))
			}
		}
		if !strings.Contains(options.header.Get("Tus-Checksum-Algorithm"), "sha1") || options.header.Get("Tus-Version") != "1.0.0" {
			t.Errorf("options: %v", options.header)
		}

		// In pieces, with a wrong offset and a wrong checksum between them.
		film := mp4(90_000)
		at := begin("Upload-Length", fmt.Sprint(len(film)))
		sum := sha1.Sum([]byte(film[:30_000]))
		right := "sha1 " + base64.StdEncoding.EncodeToString(sum[:])
		if a := tus(officer, "PATCH", at, film[1:30_001], "Upload-Offset", "0", "Upload-Checksum", right); a.status != 460 {
			t.Errorf("a piece that was changed on the way: %d %s", a.status, a.body)
		} else {
			a.problem(460, "evidence.tus_checksum")
		}
		if a := tus(officer, "PATCH", at, film[:30_000], "Upload-Offset", "0", "Upload-Checksum", right).ok(204); a.header.Get("Upload-Offset") != "30000" || a.header.Get("Upload-Expires") == "" {
			t.Errorf("a piece: %v", a.header)
		}
		if a := tus(officer, "PATCH", at, film[:10], "Upload-Offset", "10"); a.status != 409 {
			t.Errorf("a wrong offset: %d", a.status)
		} else if a.problem(409, "evidence.tus_offset"); a.header.Get("Tus-Resumable") != "1.0.0" || !strings.Contains(a.body, "接不上") {
			t.Errorf("a wrong offset: %v %s", a.header, a.body)
		}
		if a := tus(officer, "PATCH", at, film[:10], "Upload-Offset", "10", "Accept-Language", "en"); !strings.Contains(a.body, "where the server") {
			t.Errorf("in English: %s", a.body)
		}
		tus(officer, "POST", "/uploads", "", "Upload-Metadata", meta("subject", subject, "filename", "a.mp4")).problem(400, "evidence.tus_length")
		tus(officer, "POST", "/uploads", "", "Upload-Length", fmt.Sprint(int64(1)<<50), "Upload-Metadata", meta("subject", subject, "filename", "a.mp4")).problem(413, "evidence.too_large")
		tus(officer, "PATCH", at, "x", "Upload-Offset", "30000", "Upload-Checksum", "crc32 AAAA").problem(422, "evidence.checksum")
		if a := tus(officer, "HEAD", at, "").ok(200); a.header.Get("Upload-Offset") != "30000" || a.header.Get("Upload-Length") != fmt.Sprint(len(film)) || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("how far it is: %v", a.header)
		}
		if a := tus(w.as("officer.jas2"), "HEAD", at, ""); a.status != 404 {
			t.Errorf("another officer sees it: %d", a.status)
		}
		if a := tus(w.as("legal"), "PATCH", at, film[30_000:], "Upload-Offset", "30000"); a.status != 403 && a.status != 404 {
			t.Errorf("somebody without the right goes on with it: %d", a.status)
		}
		if a := officer.do("PATCH", at, film[30_000:], "Content-Type", "application/offset+octet-stream", "Upload-Offset", "30000"); a.status != 412 || !strings.Contains(a.body, "evidence.tus_version") || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("without the protocol's version: %d", a.status)
		}
		if a := tus(officer, "PATCH", at, film[30_000:], "Upload-Offset", "30000", "X-CSRF-Token", ""); a.status != 403 {
			t.Errorf("forged from another site: %d", a.status)
		}
		done := tus(officer, "PATCH", at, film[30_000:], "Upload-Offset", "30000").ok(204)
		media := done.header.Get("Jiexu-Media")
		whole := sha256.Sum256([]byte(film))
		list := officer.do("GET", "/media?subject="+subject, "").ok(200)
		if !strings.Contains(list.body, media) || !strings.Contains(list.body, hex.EncodeToString(whole[:])) || !strings.Contains(list.body, `"sm3":"`) || !strings.Contains(list.body, "巡查.mp4") {
			t.Errorf("%s is not on record: %s", media, list.body)
		}
		if again := tus(officer, "HEAD", at, "").ok(200); again.header.Get("Jiexu-Media") != media {
			t.Errorf("asked for again: %v", again.header)
		}
		if a := officer.do("GET", "/media/"+media, "", "Range", "bytes=10-19"); a.status != 206 || a.body != film[10:20] {
			t.Errorf("a range of it: %d %q", a.status, a.body)
		}
		if a := tus(officer, "DELETE", at, ""); a.status != 409 {
			t.Errorf("a file on record is taken back: %d", a.status)
		}

		// With its bytes at once, and with its length said last.
		if a := tus(officer, "POST", "/uploads", mp4(3000), "Upload-Length", fmt.Sprint(len(mp4(3000))), "Upload-Metadata", meta("subject", subject, "filename", "b.mp4")).ok(201); a.header.Get("Jiexu-Media") == "" {
			t.Errorf("at once: %v", a.header)
		}
		late := mp4(6000)
		at = begin("Upload-Defer-Length", "1")
		tus(officer, "PATCH", at, late[:2000], "Upload-Offset", "0").ok(204)
		if a := tus(officer, "PATCH", at, late[2000:], "Upload-Offset", "2000", "Upload-Length", fmt.Sprint(len(late))).ok(204); a.header.Get("Jiexu-Media") == "" {
			t.Errorf("its length said last: %v", a.header)
		}

		// Of parts.
		joined := mp4(12_000)
		var parts []string
		for _, piece := range []string{joined[:5000], joined[5000:]} {
			at := begin("Upload-Length", fmt.Sprint(len(piece)), "Upload-Concat", "partial")
			tus(officer, "PATCH", at, piece, "Upload-Offset", "0").ok(204)
			parts = append(parts, "/api/v1"+at)
		}
		if a := tus(officer, "POST", "/uploads", "", "Upload-Concat", "final;"+strings.Join(parts, " "), "Upload-Metadata", meta("subject", subject, "filename", "c.mp4")).ok(201); a.header.Get("Jiexu-Media") == "" {
			t.Errorf("of parts: %v", a.header)
		}

		// Ended, refused, and not one's own matter.
		at = begin("Upload-Length", "100")
		tus(officer, "DELETE", at, "").ok(204)
		if a := tus(officer, "HEAD", at, ""); a.status != 404 {
			t.Errorf("ended, and there: %d", a.status)
		}
		program := "MZ" + strings.Repeat("\x00", 600)
		at = begin("Upload-Length", fmt.Sprint(len(program)))
		tus(officer, "PATCH", at, program, "Upload-Offset", "0").problem(422, "evidence.type")
		if a := tus(officer, "HEAD", at, ""); a.status != 410 {
			t.Errorf("refused, and goes on: %d", a.status)
		}
		for code, headers := range map[string][]string{
			"evidence.subject":   {"Upload-Length", "5", "Upload-Metadata", meta("filename", "x")},
			"evidence.too_large": {"Upload-Length", "9999999999999", "Upload-Metadata", meta("subject", subject)},
			"case.not_found":     {"Upload-Length", "5", "Upload-Metadata", meta("subject", "case:none")},
		} {
			a := tus(officer, "POST", "/uploads", "", headers...)
			if a.status < 400 || a.status >= 500 || code != "evidence.too_large" && a.text("code") != code {
				t.Errorf("%s: %d %s", code, a.status, a.body)
			}
		}
		if n := w.count(`SELECT count(*) FROM evidence_uploads WHERE media = '' AND refused = ''`); n != 0 {
			t.Errorf("%d uploads are open still", n)
		}
		w.check()
	})
}
