// Package s3test starts a real S3 service for tests: versitygw over a folder, as a process of its own.
package s3test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"jiexu/systems/evidence/blob"
)

// Binary names the gateway's file where it is neither in PATH nor in .tools/bin.
const Binary = "JIEXU_VERSITYGW"

// Access and Secret open every gateway of tests.
const (
	Access = "jiexutest"
	Secret = "jiexutest-secret"
)

// Gateway is one S3 service with a bucket named media.
type Gateway struct {
	t       testing.TB
	binary  string
	address string
	Dir     string // where its objects lie as files
	cmd     *exec.Cmd
	said    bytes.Buffer
}

// Start starts a gateway, which ends with the test. It skips the test where there is none to start, and fails it in CI.
func Start(t testing.TB) *Gateway {
	t.Helper()
	g := &Gateway{t: t, binary: find(), Dir: t.TempDir()}
	if g.binary == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("versitygw is not there: scripts/bootstrap.sh test installs it")
		}
		t.Skip("versitygw is not there: what needs an S3 service is skipped (scripts/bootstrap.sh test installs it)")
	}
	if err := os.Mkdir(filepath.Join(g.Dir, "media"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free, and stays its own when it is away
	if err != nil {
		t.Fatal(err)
	}
	g.address = l.Addr().String()
	l.Close()
	t.Cleanup(g.Stop)
	g.Again()
	return g
}

func find() string {
	if named := os.Getenv(Binary); named != "" {
		return named
	}
	if path, err := exec.LookPath("versitygw"); err == nil {
		return path
	}
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if path := filepath.Join(dir, ".tools", "bin", "versitygw"); exists(path) {
			return path
		}
	}
	return ""
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// URL is the address of its bucket.
func (g *Gateway) URL() string { return "http://" + g.address + "/media?style=path" }

// Open speaks to its bucket.
func (g *Gateway) Open() *blob.S3 {
	g.t.Helper()
	s, err := blob.OpenS3(blob.S3Config{URL: g.URL(), Access: Access, Secret: Secret})
	if err != nil {
		g.t.Fatal(err)
	}
	return s
}

// Again brings a gateway back that was stopped, over the same folder and at the same address.
func (g *Gateway) Again() {
	g.t.Helper()
	g.cmd = exec.Command(g.binary, "--access", Access, "--secret", Secret, "--port", g.address, "--quiet", "posix", g.Dir)
	g.cmd.Stdout, g.cmd.Stderr = &g.said, &g.said
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 1500 {
		if c, err := net.Dial("tcp", g.address); err == nil {
			c.Close()
			return
		}
		<-look.C
	}
	g.t.Fatalf("versitygw does not answer: %s", g.said.String())
}

// Stop kills it, as when a service is gone from one moment to the next.
func (g *Gateway) Stop() {
	if g.cmd != nil {
		g.cmd.Process.Kill()
		g.cmd.Wait()
		g.cmd = nil
	}
}
