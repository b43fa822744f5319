package evidence

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/blob"
	"jiexu/systems/evidence/blob/s3test"
)

// victimEnv tells the test binary to be a process that will be killed; what it works on stands behind it, a line each.
const victimEnv = "JIEXU_EVIDENCE_VICTIM"

// victimRoom is the record of a process of its own, or of the one that looks after it.
func victimRoom(t *testing.T, said string) *room {
	t.Helper()
	lines := strings.Split(said, "\n")
	dbURL, dir, keyFile, bucket := lines[0], lines[1], lines[2], lines[3]
	db, err := store.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s3, err := blob.OpenS3(blob.S3Config{URL: bucket, Access: s3test.Access, Secret: s3test.Secret})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := blob.OpenKeys(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	files, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	access := func(context.Context, *store.Tx, org.Actor, Subject, bool) (string, error) { return "u", nil }
	r := &room{db: db, dir: dir, now: time.Now()}
	r.Service = New(db, files.With(Places{DB: db, S3: s3, To: ToS3, Seal: true, Keys: keys, Now: func() time.Time { return r.now }}), access, func() time.Time { return r.now })
	return r
}

// TestVictim takes files in and carries them away as fast as it can, and says what is acknowledged, until it is killed.
func TestVictim(t *testing.T) {
	said := os.Getenv(victimEnv)
	if said == "" {
		t.Skip("is started by TestKilledWhilePlacing")
	}
	r := victimRoom(t, said)
	go func() {
		for {
			if _, err := r.files.Carry(t.Context()); err != nil {
				fmt.Println("failed", err)
				return
			}
		}
	}()
	for i := uint64(0); ; i++ {
		content := someFilm(100_000+int(rand.Uint32N(400_000)), byte(rand.Uint32()))
		in, err := r.Begin(t.Context(), officer, Beginning{Subject: Subject{"case", store.NewID()}, Name: "a.mp4", Size: int64(len(content))})
		if err == nil {
			_, err = r.Receive(t.Context(), in, bytes.NewReader(content), nil)
		}
		if err == nil {
			_, err = r.Finish(t.Context(), officer, in)
		}
		if err != nil {
			fmt.Println("failed", err)
			return
		}
		fmt.Println("kept", sumHex(content))
	}
}

// A process is killed again and again while it takes files in and carries them, sealed, into a service: what it acknowledged is there and whole, nothing is half catalogued, and what
// it left behind is tidied up.
func TestKilledWhilePlacing(t *testing.T) {
	const kills = 8
	for engine, at := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "jiexu.db") }, "postgres": func(t *testing.T) string { return storetest.PostgresURL(t) },
	} {
		t.Run(engine, func(t *testing.T) { killedWhilePlacing(t, at(t), kills) })
	}
}

func killedWhilePlacing(t *testing.T, dbURL string, kills int) {
	g := s3test.Start(t)
	db, err := store.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir, keyFile := filepath.Join(t.TempDir(), "media"), filepath.Join(t.TempDir(), "media.key")
	if _, err := blob.AddKey(keyFile, blob.AES, testNow); err != nil {
		t.Fatal(err)
	}
	said := strings.Join([]string{dbURL, dir, keyFile, g.URL()}, "\n")
	var kept []string
	for round := range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.timeout=5m")
		cmd.Env = append(os.Environ(), victimEnv+"="+said)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		n := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			sum, ok := strings.CutPrefix(lines.Text(), "kept ")
			if !ok {
				t.Errorf("it says %q", lines.Text())
				break
			}
			kept = append(kept, sum)
			if n++; n == 3+round {
				cmd.Process.Kill() // what it still says is acknowledged as well
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	r := victimRoom(t, said)
	whole := func(when string) {
		for _, sum := range kept {
			file, err := r.files.Open(sum)
			if err != nil {
				t.Fatalf("%s: %s: %v", when, sum, err)
			}
			if got, err := io.ReadAll(file); err != nil || sumHex(got) != sum {
				t.Fatalf("%s: %s comes back as %d bytes, %v", when, sum, len(got), err)
			}
			file.Close()
		}
	}
	whole("before")
	for _, code := range r.finds(t) {
		if !slices.Contains(notes, code) && code != FoundOrphan {
			t.Errorf("before: %s", code)
		}
	}
	r.carry(t)
	r.now = r.now.Add(2 * longestComing)
	if err := r.files.tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole("after")
	// An upload that was whole and not finished is finished by its sender; until then its file may lie in the folder without a row.
	var open []string
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id FROM evidence_uploads WHERE media = ''`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			open = append(open, id)
		}
		return rows.Err()
	}); err != nil {
		t.Fatal(err)
	}
	for _, id := range open {
		if _, err := r.Incoming(t.Context(), officer, id); err != nil && !fault.Is(err, "evidence.no_upload") {
			t.Errorf("the upload %s: %v", id, err)
		}
	}
	r.carry(t)
	if found := r.finds(t); len(found) != 0 {
		t.Errorf("after: %v", found)
	}
	t.Logf("%d files were acknowledged before %d kills", len(kept), kills)
}

// The disk is full in the middle of an upload, and while a file is lent or sealed: it is said so, what came is kept, nothing is half there, and it goes on when there is room.
func TestTheDiskIsFull(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(small, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", small, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("no small disk can be made here (%v)", err)
	}
	t.Cleanup(func() { syscall.Unmount(small, syscall.MNT_DETACH) })
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		files, err := OpenFiles(filepath.Join(small, string(db.Engine())))
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(files.dir)
		r.dir, r.files = files.dir, files.With(Places{DB: db, To: ToFolder, Now: r.files.Now})
		fill := filepath.Join(small, "fill")
		filled := func(n int) {
			t.Helper()
			if err := os.WriteFile(fill, make([]byte, n), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		content := someFilm(1_500_000, 1)
		filled(2 << 20)
		in := r.begin(t, len(content))
		got, err := r.Receive(t.Context(), in, bytes.NewReader(content), nil)
		if !fault.Is(err, "evidence.disk_full") || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%d bytes: %v", got, err)
		}
		if _, err := r.add(wall, "a.pdf", strings.NewReader("%PDF-1.7\n"+strings.Repeat("x", 1<<20)+pdfEnd)); !fault.Is(err, "evidence.disk_full") {
			t.Errorf("at once: %v", err)
		}
		os.Remove(fill)
		in = r.again(t, in.ID)
		if _, err := r.Receive(t.Context(), in, bytes.NewReader(content[in.Received:]), nil); err != nil {
			t.Fatal(err)
		}
		m, err := r.Finish(t.Context(), officer, in)
		if err != nil {
			t.Fatal(err)
		}
		// Sealed it has no room beside itself: it stays plain, whole and on record.
		r.placed(t, ToFolder, nil, blob.AES)
		filled(1 << 20)
		if _, err := r.files.Move(t.Context(), ToFolder, true, func(Moved) {}); !fault.Is(err, "evidence.disk_full") {
			t.Errorf("sealed: %v", err)
		}
		r.reads(t, m, content)
		os.Remove(fill)
		if out, err := r.files.Move(t.Context(), ToFolder, true, func(Moved) {}); err != nil || out.Done != 1 {
			t.Errorf("sealed: %+v %v", out, err)
		}
		if _, err := r.files.Empty(t.Context(), ToFolder, true, func(Moved) {}); err != nil {
			t.Error(err)
		}
		filled(1 << 20)
		if _, _, err := r.files.Local(m.SHA256); !fault.Is(err, "evidence.disk_full") {
			t.Errorf("lent: %v", err)
		}
		os.Remove(fill)
		r.reads(t, m, content)
		if found := r.finds(t); len(found) != 0 {
			t.Errorf("in the end: %v", found)
		}
		if left := r.left(t); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	})
}
