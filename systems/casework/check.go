package casework

import (
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
	"jiexu/words"
)

//go:embed check.html
var checkHTML string

var checkPage = template.Must(template.New("check").Parse(checkHTML))

// checked is what the public check page says of a document. It holds no personal data.
type checked struct {
	Lang, Title, Number, Kind, Unit, Date, SHA256, Entry string
	Void                                                 string // what is said of a document that was taken back, revoked or changed
	Found                                                bool
	T                                                    map[string]string
}

// CheckPage is the public page that a document's QR leads to: whether we issued the document, its
// number, day and digest. It needs no login and no JavaScript, and names nobody.
func (s *Service) CheckPage() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := "zh-CN"
		if strings.HasPrefix(r.Header.Get("Accept-Language"), "en") {
			lang = "en"
		}
		page := checked{Lang: lang, T: map[string]string{}}
		for _, key := range []string{"title", "genuine", "unknown", "unknown_help", "number", "kind", "unit", "date", "sha256", "entry", "how"} {
			page.T[key] = words.Text(lang, "check."+key, nil)
		}
		status := http.StatusOK
		switch err := s.fillCheck(r.Context(), r.PathValue("code"), &page); {
		case fault.KindOf(err) == fault.NotFound:
			status = http.StatusNotFound
		case err != nil:
			http.Error(w, words.Text(lang, "internal", nil), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		checkPage.Execute(w, page)
	})
}

func (s *Service) fillCheck(ctx context.Context, code string, page *checked) error {
	if len(code) > 64 {
		return fault.New(fault.NotFound, "case.document_not_found")
	}
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var issued store.Time
		var void *store.Time
		err := tx.QueryRow(ctx, `SELECT d.number, d.title, d.sha256, d.entry, d.issued_at, u.name, d.void_at FROM casework_documents d
			JOIN casework_cases c ON c.id = d.case_id JOIN org_v_units u ON u.id = c.unit WHERE d.check_code = $1`, code).
			Scan(&page.Number, &page.Kind, &page.SHA256, &page.Entry, &issued, &page.Unit, &void)
		if err != nil {
			return store.Found(err, "case.document_not_found")
		}
		page.Found, page.Date = true, day(issued.Time, page.Lang)
		if void != nil {
			page.Void = words.Text(page.Lang, "check.void", map[string]any{"date": day(void.Time, page.Lang)})
		}
		return nil
	})
}

func day(t time.Time, lang string) string {
	if lang == "en" {
		return law.On(t).String()
	}
	return law.On(t).Chinese()
}
