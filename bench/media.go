package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"jiexu/words"
)

// Aims of taking in recordings.
const (
	minIngest      = 0.8  // of the rate of cp and sha256sum
	maxIngest      = 64.0 // MB of its own that the server has while it takes in a file, whatever its size
	mediaAtOnce    = 50
	memoryEvery    = 20 * time.Millisecond
	uploadsAddress = "/api/v1/uploads"
)

// MediaConfig is what is measured.
type MediaConfig struct {
	Size    int64    // bytes of the one file
	Dir     string   // on whose disk everything happens; empty: the temporary folder
	Turns   int      // how often each is timed; every turn needs room for two such files
	Flags   []string // of the server beside, as where media go and how they are sealed
	Binary  string
	Version string
	Now     func() time.Time
	Doing   func(code string)
}

// MediaReport is what taking in recordings takes.
type MediaReport struct {
	Version string  `json:"version"`
	Machine Machine `json:"machine"`
	At      string  `json:"at"`
	Size    int64   `json:"size"` // bytes of the file
	// Megabytes (2^20) in a second, the median of several turns: cp and then sha256sum of the copy; the same with the copy put on the disk (sync), as ours is; a file by tus,
	// until it is on record; and as much in 50 files at once.
	Copy       float64 `json:"copy_mb_s"`
	CopySynced float64 `json:"copy_synced_mb_s"`
	Upload     float64 `json:"upload_mb_s"`
	Many       float64 `json:"many_mb_s"`
	Share      float64 `json:"share"` // of upload to copy
	ShareMet   bool    `json:"share_met"`
	// Resident memory of the server's process (VmRSS) in MB: before, the most during one file and during 50, and the most that it ever was (VmHWM).
	Idle    float64 `json:"idle_mb"`
	One     float64 `json:"one_mb"`
	AtOnce  float64 `json:"at_once_mb"`
	Highest float64 `json:"highest_mb"`
	// Of that what is the process's own (RssAnon): the rest are pages of the program's file, which the system takes back when it needs them.
	IdleOwn   float64 `json:"idle_own_mb"`
	OneOwn    float64 `json:"one_own_mb"`
	AtOnceOwn float64 `json:"at_once_own_mb"`
	OwnMet    bool    `json:"own_met"` // of one file
}

// Media measures how recordings come in: their rate beside cp and sha256sum of the same file on the same disk, and the memory of the server meanwhile.
func Media(ctx context.Context, c MediaConfig) (report *MediaReport, err error) {
	h, err := newHouse(ctx, Config{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.remove()) }()
	if c.Dir != "" {
		if err := os.Remove(h.dir); err != nil {
			return nil, err
		}
		if h.dir, err = os.MkdirTemp(c.Dir, "jiexu-bench-"); err != nil {
			return nil, err
		}
	}
	r := &run{config: Config{Binary: c.Binary}, house: h}
	report = &MediaReport{Version: c.Version, At: c.Now().UTC().Format(time.RFC3339), Size: c.Size,
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version()}}
	c.Doing("bench.doing.load")
	var unused stopwatch
	if p, err := r.start(ctx, "media", "demo", &unused); err != nil { // makes the demonstration
		return nil, err
	} else if err := p.stop(); err != nil {
		return nil, err
	}
	p, err := r.start(ctx, "media", "serve", &unused, c.Flags...)
	if err != nil {
		return nil, err
	}
	m := &mediaRun{server: p, dir: h.dir, report: report, doing: c.Doing, turns: max(1, c.Turns)}
	err = m.measure(ctx)
	return report, errors.Join(err, p.stop())
}

// mediaRun is one such measurement.
type mediaRun struct {
	*server
	dir     string
	report  *MediaReport
	doing   func(string)
	turns   int
	visitor *visitor
	cases   []string
	turn    atomic.Int64
}

func (m *mediaRun) measure(ctx context.Context) (err error) {
	if m.visitor, err = signIn(ctx, m.client, m.base, "officer.jas1"); err != nil {
		return err
	}
	m.visitor.client.Timeout = 0 // one request carries gigabytes
	var list struct{ Items []struct{ ID string } }
	if err := m.visitor.read(ctx, "/api/v1/cases?limit=20", &list); err != nil {
		return err
	}
	for _, one := range list.Items { // those that he may add to
		if res, err := m.begin(ctx, one.ID, 100); err == nil {
			m.cases = append(m.cases, one.ID)
			if _, err := m.tus(ctx, http.MethodDelete, res.Header.Get("Location"), nil, 0); err != nil {
				return err
			}
		}
	}
	if len(m.cases) == 0 {
		return errors.New("the demonstration has no case that is open")
	}
	m.doing("bench.doing.media_file")
	source := filepath.Join(m.dir, "film.mp4")
	if err := writeFilm(source, m.report.Size); err != nil {
		return err
	}
	m.report.Idle, m.report.IdleOwn = m.resident(), m.own()
	var copied, synced, uploaded, many stopwatch
	for range m.turns {
		m.doing("bench.doing.media_copy")
		for sync, watch := range map[bool]*stopwatch{false: &copied, true: &synced} {
			if err := watch.time(func() error { return m.copy(ctx, source, sync) }); err != nil {
				return err
			}
			if err := os.Remove(source + ".copy"); err != nil {
				return err
			}
		}
		m.doing("bench.doing.media_upload")
		highest, own, err := m.watching(func() error {
			return uploaded.time(func() error { return m.upload(ctx, source, 0, m.report.Size) })
		})
		if err != nil {
			return err
		}
		m.report.One, m.report.OneOwn = max(m.report.One, highest), max(m.report.OneOwn, own)
		m.doing("bench.doing.media_many")
		highest, own, err = m.watching(func() error { return many.time(func() error { return m.many(ctx, source) }) })
		if err != nil {
			return err
		}
		m.report.AtOnce, m.report.AtOnceOwn = max(m.report.AtOnce, highest), max(m.report.AtOnceOwn, own)
	}
	rate := func(s stopwatch) float64 { return float64(m.report.Size) / (1 << 20) / (s.spread(1).P50 / 1000) }
	m.report.Copy, m.report.CopySynced, m.report.Upload, m.report.Many = rate(copied), rate(synced), rate(uploaded), rate(many)
	m.report.Highest = m.status("VmHWM:")
	m.report.Share = m.report.Upload / m.report.Copy
	m.report.ShareMet, m.report.OwnMet = m.report.Share >= minIngest, m.report.OneOwn <= maxIngest
	return nil
}

// copy is what there is to compare with: cp, and sha256sum of the copy.
func (m *mediaRun) copy(ctx context.Context, source string, sync bool) error {
	to := source + ".copy"
	commands := [][]string{{"cp", source, to}, {"sha256sum", to}}
	if sync {
		commands = [][]string{{"cp", source, to}, {"sync", to}, {"sha256sum", to}}
	}
	for _, c := range commands {
		if out, err := exec.CommandContext(ctx, c[0], c[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", c[0], err, out)
		}
	}
	return nil
}

// many uploads as many bytes in 50 files at once.
func (m *mediaRun) many(ctx context.Context, source string) error {
	var all sync.WaitGroup
	wrong := make([]error, mediaAtOnce)
	each := m.report.Size / mediaAtOnce
	for i := range mediaAtOnce {
		all.Go(func() { wrong[i] = m.upload(ctx, source, int64(i)*each, each) })
	}
	all.Wait()
	return errors.Join(wrong...)
}

// begin announces a film of a case.
func (m *mediaRun) begin(ctx context.Context, caseID string, size int64) (*http.Response, error) {
	meta := "subject " + base64.StdEncoding.EncodeToString([]byte("case:"+caseID)) + ",filename " + base64.StdEncoding.EncodeToString([]byte("film.mp4"))
	return m.tus(ctx, http.MethodPost, uploadsAddress, nil, 0, "Upload-Length", fmt.Sprint(size), "Upload-Metadata", meta)
}

// upload sends a film by tus: as many bytes of the source as it is long, from there on, behind a head of its own.
func (m *mediaRun) upload(ctx context.Context, source string, from, size int64) error {
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	turn := m.turn.Add(1)
	head := filmHead(size)
	copy(head[28:], fmt.Sprintf("%08d", turn)) // another one each time: the same is stored once
	body := io.MultiReader(bytes.NewReader(head), io.NewSectionReader(in, from+int64(len(head)), size-int64(len(head))))
	res, err := m.begin(ctx, m.cases[int(turn)%len(m.cases)], size)
	if err != nil {
		return err
	}
	res, err = m.tus(ctx, http.MethodPatch, res.Header.Get("Location"), body, size, "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
	if err == nil && res.Header.Get("Jiexu-Media") == "" {
		err = errors.New("the file is not on record")
	}
	return err
}

func (m *mediaRun) tus(ctx context.Context, method, path string, body io.Reader, size int64, headers ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, m.base+path, body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = size
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("X-CSRF-Token", m.visitor.csrf)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := m.visitor.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s %s", method, path, res.Status, answer)
	}
	return res, err
}

// own is what of the process's memory is its own, in MB.
func (m *mediaRun) own() float64 { return m.status("RssAnon:") }

// watching tells the most memory that the server's process has while f runs, and the most that is its own.
func (m *mediaRun) watching(f func() error) (highest, own float64, err error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return highest, own, err
		case <-tick.C:
			highest, own = max(highest, m.resident()), max(own, m.own())
		}
	}
}

// filmHead begins an MP4 of size bytes: what says that it is one, what is in it, and the box with all the rest.
func filmHead(size int64) []byte {
	out := []byte("\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom" + "\x00\x00\x00\x10moov        " + "\x00\x00\x00\x01mdat")
	return binary.BigEndian.AppendUint64(out, uint64(size-int64(len(out))+8))
}

// writeFilm writes a film of size bytes that nobody can pack.
func writeFilm(path string, size int64) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	head := filmHead(size)
	if _, err := out.Write(head); err != nil {
		return err
	}
	if _, err := io.CopyN(out, rand.Reader, size-int64(len(head))); err != nil {
		return err
	}
	return errors.Join(out.Sync(), out.Close())
}

// Print writes the report in a reader's language.
func (r *MediaReport) Print(out io.Writer, lang string) error {
	say := func(code string, params map[string]any) { fmt.Fprintln(out, words.Text(lang, code, params)) }
	met := func(ok bool) string {
		if ok {
			return words.Text(lang, "bench.met", nil)
		}
		return words.Text(lang, "bench.missed", nil)
	}
	n := func(v float64) string { return fmt.Sprintf("%.0f", v) }
	say("bench.machine", map[string]any{"cpu": r.Machine.CPU, "cores": r.Machine.Cores, "system": r.Machine.OS + "/" + r.Machine.Arch, "go": r.Machine.Go})
	say("bench.media.rate", map[string]any{"mb": r.Size >> 20, "copy": n(r.Copy), "synced": n(r.CopySynced), "upload": n(r.Upload), "share": n(100 * r.Share), "aim": n(100 * minIngest), "met": met(r.ShareMet), "many": n(r.Many), "n": mediaAtOnce})
	say("bench.media.memory", map[string]any{"idle": n(r.Idle), "one": n(r.One), "many": n(r.AtOnce), "n": mediaAtOnce, "highest": n(r.Highest)})
	say("bench.media.own", map[string]any{"idle": n(r.IdleOwn), "one": n(r.OneOwn), "aim": n(maxIngest), "met": met(r.OwnMet), "many": n(r.AtOnceOwn), "n": mediaAtOnce})
	return nil
}
