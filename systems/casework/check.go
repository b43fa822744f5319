package casework

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
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
	Why                                                  string // it was; names and numbers of people are covered
	Damaged                                              bool   // our own copy is not what the log has
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
		for _, key := range []string{"title", "genuine", "unknown", "unknown_help", "number", "kind", "unit", "date", "sha256", "entry", "how", "why", "damaged", "file"} {
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
		var caseID string
		var reason sql.NullString
		var pdf []byte
		err := tx.QueryRow(ctx, `SELECT d.number, d.title, d.sha256, d.entry, d.issued_at, u.name, d.void_at, d.void_reason, d.case_id, d.pdf FROM casework_documents d
			JOIN casework_cases c ON c.id = d.case_id JOIN org_v_units u ON u.id = c.unit WHERE d.check_code = $1`, code).
			Scan(&page.Number, &page.Kind, &page.SHA256, &page.Entry, &issued, &page.Unit, &void, &reason, &caseID, &pdf)
		if err != nil {
			return store.Found(err, "case.document_not_found")
		}
		page.Found, page.Date = true, day(issued.Time, page.Lang)
		sum := sha256.Sum256(pdf)
		page.Damaged = hex.EncodeToString(sum[:]) != page.SHA256
		if void != nil {
			if page.Why, err = s.publicReason(ctx, tx, caseID, reason.String); err != nil {
				return err
			}
			page.Void = words.Text(page.Lang, "check.void", map[string]any{"date": day(void.Time, page.Lang)})
		}
		return nil
	})
}

// publicReason is why a document is void, without who it concerned.
func (s *Service) publicReason(ctx context.Context, tx *store.Tx, caseID, reason string) (string, error) {
	all, err := partiesOf(ctx, tx, []string{caseID})
	if err != nil {
		return "", err
	}
	parties := all[caseID]
	v := veilOf(parties)
	for _, p := range parties {
		v.add(p.Name)
	}
	return v.over(reason), nil
}

func day(t time.Time, lang string) string {
	if lang == "en" {
		return law.On(t).String()
	}
	return law.On(t).Chinese()
}
