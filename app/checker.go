package app

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"regexp"

	"jiexu/web"
)

// checkerPage is the page that checks an export or a document in a browser; a console that was not built has none.
func checkerPage() []byte {
	page, err := fs.ReadFile(web.FS(), "check.html")
	if err != nil {
		return nil
	}
	return page
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// checker serves that page to anybody. It loads nothing and sends nothing: its rules let it run its own script and no other.
func checker() http.Handler {
	page := checkerPage()
	rules := "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	if script := inlineScript.FindSubmatch(page); script != nil {
		sum := sha256.Sum256(script[1])
		rules += "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if page == nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", rules)
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		w.Write(page)
	})
}
