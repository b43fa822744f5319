package bench

import (
	"fmt"
	"io"
	"text/tabwriter"

	"jiexu/words"
)

// Print writes what was measured as tables, in a reader's language.
func (s *Scale) Print(out io.Writer, lang string) error {
	say := func(code string, params map[string]any) string { return words.Text(lang, code, params) }
	fmt.Fprintln(out, say("bench.scale.head", map[string]any{"version": s.Version, "engine": s.Engine, "at": s.At, "complaints": s.Complaints, "cases": s.Cases, "objects": s.Objects,
		"entries": s.Entries, "small": s.Small, "load": fmt.Sprintf("%.1f", s.Load1)}))
	fmt.Fprintln(out, say("bench.machine", map[string]any{"cpu": s.Machine.CPU, "cores": s.Machine.Cores, "system": s.Machine.OS + "/" + s.Machine.Arch, "go": s.Machine.Go}))
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, say("bench.scale.columns", nil))
	for _, r := range s.Readings {
		times, growth := r.Met()
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%.2f %s", r.Name, r.N, r.Shown, milli(r.Product.P50), milli(r.Product.P99), milli(r.Bare.P50), milli(r.Bare.P99), r.Times, mark(times))
		if r.Small != nil {
			fmt.Fprintf(w, "\t%s\t%s\t%.2f %s", milli(r.Small.P50), milli(r.Small.P99), r.Growth, mark(growth))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if f := s.Create; f != nil {
		fmt.Fprintln(out)
		fmt.Fprintln(out, say("bench.scale.create", map[string]any{"n": f.N, "product": rate(f.Product.PerSecond), "bare": rate(f.Bare.PerSecond), "share": fmt.Sprintf("%.2f", f.Ratio.Rate),
			"p50": milli(f.Product.P50), "p99": milli(f.Product.P99), "met": met(lang, f.Aim.Met)}))
	}
	if c := s.Crowd; c != nil {
		fmt.Fprintln(out)
		fmt.Fprintln(out, say("bench.scale.crowd", map[string]any{"users": c.Users, "seconds": fmt.Sprintf("%.0f", c.Seconds), "requests": c.Requests, "rate": fmt.Sprintf("%.1f", c.PerSec),
			"errors": c.Errors, "created": c.Created, "first": c.First}))
		for _, d := range c.Doings {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", d.Name, d.N, milli(d.P50), milli(d.P99))
		}
		return w.Flush()
	}
	return nil
}

func mark(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}
