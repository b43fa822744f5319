package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// site serves the embedded build of the console. Files under assets/ carry a hash in their name and
// are kept by browsers for good; everything else is asked for again each time.
type site struct {
	files fs.FS
	cache sync.Map // name → *asset
}

type asset struct {
	body, zipped []byte
	etag, typ    string
}

func init() {
	// Debian's mime table does not know modules; a worker served as text is refused by browsers.
	mime.AddExtensionType(".mjs", "text/javascript; charset=utf-8")
	mime.AddExtensionType(".js", "text/javascript; charset=utf-8")
	mime.AddExtensionType(".woff2", "font/woff2")
	mime.AddExtensionType(".webmanifest", "application/manifest+json")
}

func (s *site) load(name string) (*asset, error) {
	if a, ok := s.cache.Load(name); ok {
		return a.(*asset), nil
	}
	body, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	a := &asset{body: body, etag: `"` + hex.EncodeToString(sum[:8]) + `"`, typ: mime.TypeByExtension(path.Ext(name))}
	if a.typ == "" {
		a.typ = "application/octet-stream"
	}
	if compressible(a.typ) && len(body) > 1024 {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(body)
		z.Close()
		a.zipped = b.Bytes()
	}
	s.cache.Store(name, a)
	return a, nil
}

func compressible(typ string) bool {
	return strings.HasPrefix(typ, "text/") || strings.Contains(typ, "json") || strings.Contains(typ, "svg")
}

// ServeHTTP serves a file of the build, or the console's page for any other path: the console has
// its own routes. A missing asset is a plain 404, so that an old tab does not run a page as script.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" {
		name = "index.html"
	}
	a, err := s.load(name)
	if err != nil {
		if name != "index.html" && path.Ext(name) != "" || strings.HasPrefix(name, "assets/") {
			http.NotFound(w, r)
			return
		}
		if a, err = s.load("index.html"); err != nil {
			s.unbuilt(w, err)
			return
		}
		name = "index.html"
	}
	h := w.Header()
	h.Set("Content-Type", a.typ)
	h.Set("ETag", a.etag)
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == a.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.zipped
		}
	}
	if r.Method == http.MethodHead {
		return
	}
	w.Write(body)
}

func (s *site) unbuilt(w http.ResponseWriter, err error) {
	if !errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	w.Write([]byte("此程序未包含前端页面：请运行 make build。\nThis binary carries no web build: run make build.\n"))
}
