package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Aims of the process.
const (
	maxStart  = 1000.0 // ms
	maxMemory = 200.0  // MB
)

// Process is what the built program takes to start and to stand there.
type Process struct {
	Starts   int     `json:"starts"`
	StartP50 float64 `json:"start_p50_ms"` // from the start of the process to its first answer, on the database of this run
	StartMax float64 `json:"start_max_ms"`
	StartMet bool    `json:"start_met"`
	// Resident memory (VmRSS), in MB: of a process that made the demonstration, and the same after it
	// showed 20 lists and gave out 10 documents. Zero where the system does not tell.
	MemoryDemo float64 `json:"memory_demo_mb"`
	MemoryUsed float64 `json:"memory_used_mb"`
	MemoryMet  bool    `json:"memory_met"`
}

// starts is how often the program is started.
const starts = 5

// process starts the built program.
func (r *run) process(ctx context.Context) (*Process, error) {
	out := &Process{Starts: starts}
	var watch stopwatch
	for range starts {
		p, err := r.start(ctx, measured, "serve", &watch)
		if err != nil {
			return nil, err
		}
		if err := p.stop(); err != nil {
			return nil, err
		}
	}
	spread := watch.spread(1)
	out.StartP50, out.StartMax, out.StartMet = spread.P50, spread.P99, spread.P99 <= maxStart

	var unused stopwatch
	p, err := r.start(ctx, "memory", "demo", &unused)
	if err != nil {
		return nil, err
	}
	err = r.memory(ctx, p, out)
	return out, errors.Join(err, p.stop())
}

// memory looks at the memory of a process that made the demonstration.
func (r *run) memory(ctx context.Context, p *server, out *Process) error {
	out.MemoryDemo = p.resident()
	v, err := signIn(ctx, p.client, p.base, "head")
	if err != nil {
		return err
	}
	for range 20 {
		if err := v.get(ctx, "/api/v1/complaints?limit=200"); err != nil {
			return err
		}
	}
	papers, err := v.documents(ctx)
	if err != nil {
		return err
	}
	for i := range 10 {
		if err := v.get(ctx, papers[i%len(papers)]); err != nil {
			return err
		}
	}
	out.MemoryUsed = p.resident()
	out.MemoryMet = max(out.MemoryDemo, out.MemoryUsed) <= maxMemory
	return nil
}

// server is the built program at work.
type server struct {
	cmd    *exec.Cmd
	base   string
	client *http.Client
	said   bytes.Buffer
}

// start runs the program until it answers, and times that.
func (r *run) start(ctx context.Context, name, command string, watch *stopwatch, flags ...string) (*server, error) {
	dbURL, err := r.house.database(ctx, name)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &server{base: "http://" + address, client: &http.Client{Timeout: time.Minute}}
	s.cmd = exec.Command(r.config.Binary, append([]string{command, "--db", dbURL, "--data", r.house.data(name), "--listen", address}, flags...)...)
	s.cmd.Stderr = &s.said
	return s, watch.time(func() error {
		if err := s.cmd.Start(); err != nil {
			return fmt.Errorf("start %s: %w", r.config.Binary, err)
		}
		if err := s.answers(ctx); err != nil {
			return errors.Join(err, s.stop())
		}
		return nil
	})
}

// answers waits for the first answer.
func (s *server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/healthz", nil)
		if err != nil {
			return err
		}
		if res, err := s.client.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.base, ctx.Err())
		case <-look.C:
		}
	}
}

// stop ends the program as an operator does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, s.said.String())
	}
	return nil
}

// resident is the process's resident memory in MB, or zero where /proc does not tell.
func (s *server) resident() float64 { return s.status("VmRSS:") }

// status is a figure of the process in MB, as /proc names it, or zero.
func (s *server) status(name string) float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), name); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 64)
			if err == nil {
				return kb / 1024
			}
		}
	}
	return 0
}

// processor names the processor, where the system tells.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
