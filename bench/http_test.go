package bench

import (
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"jiexu/app"
)

// Who works in the crowd sends what a page sends: what he registers is taken in.
func TestTheCrowdRegisters(t *testing.T) {
	cfg := app.Config{DB: "sqlite:" + filepath.Join(t.TempDir(), "jiexu.db"), PublicURL: "http://localhost", Demo: true, Version: "test", Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if err := app.SeedDemo(t.Context(), cfg, time.Now()); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	client := &http.Client{Transport: handled{a.Server().Handler()}}
	for _, login := range []string{"desk", "leader.jas"} {
		v, err := signIn(t.Context(), client, "http://bench", login)
		if err != nil {
			t.Fatal(err)
		}
		text := writer{random: rand.New(rand.NewPCG(1, 2))}
		if login != "desk" {
			text.n = 1000
		}
		body, err := json.Marshal(text.registration())
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := v.do(t.Context(), http.MethodPost, "/api/v1/complaints", body); err != nil {
			t.Errorf("%s: %v %s", login, err, answer)
		}
	}
}
