package bench

import (
	"fmt"
	"io"
	"text/tabwriter"

	"jiexu/words"
)

// Print writes the report as a table, in a reader's language.
func (r *Report) Print(out io.Writer, lang string) error {
	say := func(code string, params map[string]any) string { return words.Text(lang, code, params) }
	fmt.Fprintln(out, say("bench.head", map[string]any{"version": r.Version, "engine": r.Engine, "rows": r.Rows, "at": r.At}))
	fmt.Fprintln(out, say("bench.machine", map[string]any{"cpu": r.Machine.CPU, "cores": r.Machine.Cores, "system": r.Machine.OS + "/" + r.Machine.Arch, "go": r.Machine.Go}))
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, say("bench.columns", nil))
	for _, f := range r.Figures {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t", f.Name, f.N, milli(f.Product.P50), milli(f.Product.P99), rate(f.Product.PerSecond))
		if f.Bare == nil {
			fmt.Fprintln(w, "\t\t\t\t")
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%.2f\t%.2f\t%s\n", milli(f.Bare.P50), milli(f.Bare.P99), rate(f.Bare.PerSecond), f.Ratio.P50, f.Ratio.P99, f.Ratio.Rate, f.aim(lang))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	p := r.Process
	if p == nil {
		return nil
	}
	fmt.Fprintln(out)
	fmt.Fprintln(out, say("bench.start", map[string]any{"p50": fmt.Sprintf("%.0f", p.StartP50), "max": fmt.Sprintf("%.0f", p.StartMax), "n": p.Starts,
		"aim": fmt.Sprintf("%.0f", maxStart), "met": met(lang, p.StartMet)}))
	_, err := fmt.Fprintln(out, say("bench.memory", map[string]any{"demo": fmt.Sprintf("%.0f", p.MemoryDemo), "used": fmt.Sprintf("%.0f", p.MemoryUsed),
		"aim": fmt.Sprintf("%.0f", maxMemory), "met": met(lang, p.MemoryMet)}))
	return err
}

// aim says whether a figure is where it should be.
func (f Figure) aim(lang string) string {
	if f.Aim == nil {
		return ""
	}
	return words.Text(lang, "bench.aim."+f.Aim.Of, map[string]any{"than": fmt.Sprintf("%.1f", f.Aim.Than), "met": met(lang, f.Aim.Met)})
}

func met(lang string, ok bool) string {
	if ok {
		return words.Text(lang, "bench.met", nil)
	}
	return words.Text(lang, "bench.missed", nil)
}

func milli(v float64) string { return fmt.Sprintf("%.2f", v) }

func rate(v float64) string { return fmt.Sprintf("%.0f", v) }
