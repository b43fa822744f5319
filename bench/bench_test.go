package bench_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/bench"
	"jiexu/store/storetest"
)

// Every figure is there and says what it should, on both engines; how fast it was is not asked.
func TestEveryFigure(t *testing.T) {
	binary := os.Getenv("JIEXU_BIN") // make test has just built it
	if binary == "" {
		binary = filepath.Join(t.TempDir(), "jiexu")
		if out, err := exec.Command("go", "build", "-o", binary, "jiexu/cmd/jiexu").CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
	}
	t.Run("sqlite", func(t *testing.T) { look(t, "sqlite", run(t, "", binary)) })
	t.Run("postgres", func(t *testing.T) { look(t, "postgres", run(t, storetest.PostgresURL(t), binary)) })
}

func run(t *testing.T, db, binary string) *bench.Report {
	t.Helper()
	report, err := bench.Run(t.Context(), bench.Config{DB: db, Rows: 50, Binary: binary, Version: "test", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func look(t *testing.T, engine string, r *bench.Report) {
	t.Helper()
	if r.Engine != engine || r.Rows != 50 || r.Machine.Cores == 0 || r.Machine.Go == "" {
		t.Errorf("what was measured on: %+v", r)
	}
	want := []string{"import", "create", "create.alone", "list.first", "list.deep", "list.squad", "list.squad_deep", "list.state", "list.search", "list.cases", "list.cases_search",
		"detail.complaint", "detail.case", "http.list", "http.search", "http.complaint", "http.case", "http.work"}
	var names []string
	for _, f := range r.Figures {
		names = append(names, f.Name)
		if f.N == 0 || !sensible(f.Product) {
			t.Errorf("%s: %+v", f.Name, f)
		}
		if strings.HasPrefix(f.Name, "http.") {
			continue
		}
		if f.Rows == 0 || f.Bare == nil || !sensible(*f.Bare) || f.Ratio == nil || f.Ratio.P50 <= 0 || f.Ratio.P99 <= 0 || f.Ratio.Rate <= 0 || f.Against == "" {
			t.Errorf("%s has no other side: %+v", f.Name, f)
		}
		aimed := f.Name == "create" || strings.HasPrefix(f.Name, "list.") || strings.HasPrefix(f.Name, "detail.")
		if aimed != (f.Aim != nil) {
			t.Errorf("%s: aim %+v", f.Name, f.Aim)
		}
		if f.Aim != nil && f.Aim.Of == "p99" && f.Aim.Met != (f.Ratio.P99 <= f.Aim.Than) {
			t.Errorf("%s: ratio %+v, aim %+v", f.Name, f.Ratio, f.Aim)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("figures %v, want %v", names, want)
	}
	if p := r.Process; p == nil || p.Starts == 0 || p.StartP50 <= 0 || p.StartMax < p.StartP50 || p.MemoryDemo <= 0 || p.MemoryUsed <= 0 {
		t.Errorf("the process: %+v", p)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		var out bytes.Buffer
		if err := r.Print(&out, lang); err != nil {
			t.Fatal(err)
		}
		for _, name := range want {
			if !strings.Contains(out.String(), name) {
				t.Errorf("the table in %s lacks %s:\n%s", lang, name, &out)
			}
		}
		if strings.Contains(out.String(), "bench.") || strings.ContainsAny(out.String(), "{}") || strings.Contains(out.String(), "NaN") {
			t.Errorf("the table in %s:\n%s", lang, &out)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back bench.Report
	if err := json.Unmarshal(text, &back); err != nil || len(back.Figures) != len(r.Figures) || back.Figures[0].Ratio == nil {
		t.Errorf("the JSON does not come back: %v\n%s", err, text)
	}
}

func sensible(s bench.Spread) bool { return s.P50 > 0 && s.P99 >= s.P50 && s.PerSecond > 0 }
