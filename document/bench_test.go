package document

import (
	"syscall"
	"testing"
	"time"
)

// spent is the processor's time that the test has used so far: a figure that does not grow when the machine is busy.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDecision renders one penalty decision, warm: what an office waits for when it issues.
func BenchmarkDecision(b *testing.B) {
	d := sampleDecision(b)
	press := Press{Fonts: fonts(b), Made: made, Check: checkURL}
	if _, err := Render(d, press); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	size, before := 0, spent()
	for b.Loop() {
		out, err := Render(d, press)
		if err != nil {
			b.Fatal(err)
		}
		size = len(out)
	}
	b.ReportMetric(float64((spent()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(size), "bytes/file")
}
