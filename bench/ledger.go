package bench

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/app"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/words"
)

// LedgerReport is how fast the check of the log is beside hashing the same bytes.
type LedgerReport struct {
	Version string  `json:"version"`
	Engine  string  `json:"engine"`
	Machine Machine `json:"machine"`
	At      string  `json:"at"`
	Load1   float64 `json:"load1"` // of the machine at the beginning
	Entries int64   `json:"entries"`
	Rows    int64   `json:"rows"`  // of sealed tables
	Bytes   int64   `json:"bytes"` // of entries, and of rows in the form in which they are hashed
	Loaded  float64 `json:"loaded_s"`

	Plain Hashing   `json:"plain"` // SHA-256 over the bytes, one after the other, in memory
	Leaf  Hashing   `json:"leaf"`  // the same cut into leaves, and their tree: what RFC 6962 asks for
	Read  Hashing   `json:"read"`  // the same, each read out of the database first, by bare SQL
	Check []Hashing `json:"check"` // jiexu ledger check, each time it was run
	Quick []Hashing `json:"quick"` // the same with --quick, which leaves out SQLite's own indexes
}

// Hashing is how long something took, and its speed beside plain hashing.
type Hashing struct {
	Seconds float64 `json:"s"`
	Rate    float64 `json:"mb_s"`
	Share   float64 `json:"share"`
}

// LedgerConfig is what is measured and on what.
type LedgerConfig struct {
	DB      string // as Config.DB
	Entries int
	Rows    bool // each entry names a row of its own, as nearly all entries of an office do
	Rounds  int
	Version string
	Now     func() time.Time
	Doing   func(code string)
}

// MeasureLedger makes a log of so many entries and measures its check.
func MeasureLedger(ctx context.Context, c LedgerConfig) (report *LedgerReport, err error) {
	h, err := newHouse(ctx, Config{DB: c.DB})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.remove()) }()
	r := &LedgerReport{Version: c.Version, At: c.Now().UTC().Format(time.RFC3339), Load1: load1(),
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version()}}
	c.Doing("bench.doing.ledger_load")
	begin := time.Now()
	cfg, err := h.config(ctx, "ledger", Config{Version: c.Version, Now: c.Now})
	if err != nil {
		return nil, err
	}
	verifier, said, err := r.fill(ctx, cfg, c)
	if err != nil {
		return nil, err
	}
	r.Loaded = time.Since(begin).Seconds()
	c.Doing("bench.doing.ledger_hash")
	if err := r.hash(c, said); err != nil {
		return nil, err
	}
	db, err := store.OpenReadOnly(ctx, cfg.DB)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r.Engine = string(db.Engine())
	c.Doing("bench.doing.ledger_read")
	if err := r.read(ctx, db); err != nil {
		return nil, err
	}
	c.Doing("bench.doing.ledger_check")
	for round := range 2 * max(1, c.Rounds) {
		runtime.GC()
		quick := round%2 == 1
		begin := time.Now()
		found, err := ledger.Check(ctx, db, ledger.CheckOptions{Verifier: verifier, Quick: quick})
		if err != nil {
			return nil, err
		}
		if len(found.Findings) > 0 {
			return nil, fmt.Errorf("the check found something in a log that was just made: %+v", found.Findings[0])
		}
		took := r.hashing(time.Since(begin))
		if quick {
			r.Quick = append(r.Quick, took)
		} else {
			r.Check = append(r.Check, took)
		}
		r.Entries, r.Rows = found.Entries, found.Rows
	}
	return r, nil
}

func (r *LedgerReport) hashing(took time.Duration) Hashing {
	h := Hashing{Seconds: took.Seconds(), Rate: float64(r.Bytes) / 1e6 / took.Seconds()}
	h.Share = 1
	if r.Plain.Rate > 0 {
		h.Share = h.Rate / r.Plain.Rate
	}
	return h
}

// entries makes the entries of the log, the same ones each time: words on addresses, as people say them on complaints.
func (c LedgerConfig) entries(words *store.BulkTable, take func(e ledger.Entry, data []byte, row *store.Row) error) error {
	random := rand.New(rand.NewPCG(5, 6))
	at := c.Now().AddDate(-1, 0, 0)
	id := func() string { // of version 7, as the program makes them: in the order of time
		ms, a, b := at.UnixMilli(), random.Uint64(), random.Uint64()
		return fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x", uint32(ms>>16), uint16(ms), a&0xfff, 0x8000|uint16(b>>48)&0x3fff, b&0xffffffffffff)
	}
	for range c.Entries {
		at = at.Add(time.Duration(1+random.IntN(60)) * time.Second)
		e := ledger.Entry{ID: id(), At: at, Kind: "intake.placed", Subject: ledger.Ref{Type: "complaint", ID: id()}, Actor: id(), Unit: id(),
			Body: map[string]any{"from": "received", "to": "routed", "step": "place", "number": fmt.Sprintf("JA2026%07d", random.IntN(1e7))}}
		var digests []ledger.RowDigest
		var row *store.Row
		if words != nil {
			w := words.Row(id(), fmt.Sprintf("共和新路%d号", random.IntN(4000)), 121.4+random.Float64()/10, 31.2+random.Float64()/10, e.Subject.ID, e.Actor, e.Unit, "placed", store.At(at))
			d, err := ledger.Digest(w)
			if err != nil {
				return err
			}
			digests, row = append(digests, d), &w
		}
		data, err := ledger.LoadData(e, digests)
		if err != nil {
			return err
		}
		if err := take(e, data, row); err != nil {
			return err
		}
	}
	return nil
}

// fill makes the database, and gives the public key of its log and the table of its rows, if it has any.
func (r *LedgerReport) fill(ctx context.Context, cfg app.Config, c LedgerConfig) (verifier string, said *store.BulkTable, err error) {
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return "", nil, err
	}
	load, err := a.Load(ctx)
	if err == nil && c.Rows {
		said, err = wordsTable(ctx, a.DB)
	}
	key, keyErr := ledger.ReadKey(ledger.KeyPath(a.DB, cfg.Data))
	if err := errors.Join(err, keyErr, a.Close()); err != nil {
		return "", nil, err
	}
	bulk, err := store.OpenBulk(ctx, cfg.DB, []string{"ledger_entries", "area_words"})
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, bulk.Close()) }()
	var entries, rows []store.Row
	send := func() error {
		err := errors.Join(bulk.Fill(ctx, entries), bulk.Fill(ctx, rows))
		entries, rows = entries[:0], rows[:0]
		return err
	}
	if err := c.entries(said, func(e ledger.Entry, data []byte, row *store.Row) error {
		entry, err := load.Entry(e, data)
		if err != nil {
			return err
		}
		r.Bytes += int64(len(data))
		entries = append(entries, entry)
		if row != nil {
			rows = append(rows, *row)
			r.Bytes += int64(len(row.AppendJSON(nil)))
		}
		if len(entries) == batchOfEntries {
			return send()
		}
		return ctx.Err()
	}); err != nil {
		return "", nil, err
	}
	if err := send(); err != nil {
		return "", nil, err
	}
	if err := load.End(ctx, bulk, nil, c.Now()); err != nil {
		return "", nil, err
	}
	return key.Verifier, said, bulk.Finish(ctx, func(int, int) {})
}

const batchOfEntries = 10_000

func wordsTable(ctx context.Context, db *store.DB) (t *store.BulkTable, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err = tx.BulkTable(ctx, "area_words", "id", "address_key", "lon", "lat", "complaint", "person", "unit", "how", "said_at")
		return err
	})
	return t, err
}

// hash hashes the bytes of all entries and rows in memory; only the hashing is timed.
func (r *LedgerReport) hash(c LedgerConfig, said *store.BulkTable) error {
	block := make([]byte, 0, 64<<20)
	var ends []int // of each piece in the block
	plain := sha256.New()
	var took, leaves time.Duration
	var tree edges
	flush := func() {
		begin := time.Now()
		plain.Write(block)
		took += time.Since(begin)
		begin, from := time.Now(), 0
		for _, end := range ends {
			tree.add(tlog.RecordHash(block[from:end]))
			from = end
		}
		leaves += time.Since(begin)
		block, ends = block[:0], ends[:0]
	}
	if err := c.entries(said, func(_ ledger.Entry, data []byte, row *store.Row) error {
		block = append(block, data...)
		ends = append(ends, len(block))
		if row != nil {
			block = row.AppendJSON(block)
			ends = append(ends, len(block))
		}
		if len(block) > cap(block)-1<<20 {
			flush()
		}
		return nil
	}); err != nil {
		return err
	}
	flush()
	plain.Sum(nil)
	r.Plain = r.hashing(took)
	r.Leaf = r.hashing(leaves)
	return nil
}

// edges are the roots of the full subtrees at the right edge of a tree, the largest first.
type edges struct {
	n      int64
	hashes []tlog.Hash
}

func (t *edges) add(leaf tlog.Hash) {
	t.hashes = append(t.hashes, leaf)
	for n := t.n; n&1 == 1; n >>= 1 {
		k := len(t.hashes)
		t.hashes = append(t.hashes[:k-2], tlog.NodeHash(t.hashes[k-2], t.hashes[k-1]))
	}
	t.n++
}

// read reads every entry, and every row as it lies there, by bare SQL, and hashes what it read.
func (r *LedgerReport) read(ctx context.Context, db *store.DB) error {
	begin := time.Now()
	var tree edges
	if err := each(ctx, db, `SELECT data FROM ledger_entries ORDER BY leaf`, 1, func(b []byte) { tree.add(tlog.RecordHash(b)) }); err != nil {
		return err
	}
	if err := each(ctx, db, `SELECT id, address_key, lon, lat, complaint, person, unit, how, said_at, withdrawn_at, withdrawn_by, reason FROM area_words`, 12, func(b []byte) { sha256.Sum256(b) }); err != nil {
		return err
	}
	r.Read = r.hashing(time.Since(begin))
	return nil
}

func each(ctx context.Context, db *store.DB, query string, columns int, f func([]byte)) error {
	rows, err := db.ReadSQL().QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	into, values := make([]any, columns), make([]sql.RawBytes, columns)
	for i := range values {
		into[i] = &values[i]
	}
	var one []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		one = one[:0]
		for _, v := range values {
			one = append(one, v...)
		}
		f(one)
	}
	return rows.Err()
}

// Print writes the report, in a reader's language.
func (r *LedgerReport) Print(out io.Writer, lang string) error {
	say := func(code string, params map[string]any) { fmt.Fprintln(out, words.Text(lang, code, params)) }
	say("bench.ledger.head", map[string]any{"version": r.Version, "engine": r.Engine, "at": r.At, "entries": r.Entries, "rows": r.Rows, "mb": fmt.Sprintf("%.0f", float64(r.Bytes)/1e6),
		"load": fmt.Sprintf("%.1f", r.Load1), "loaded": fmt.Sprintf("%.0f", r.Loaded)})
	say("bench.machine", map[string]any{"cpu": r.Machine.CPU, "cores": r.Machine.Cores, "system": r.Machine.OS + "/" + r.Machine.Arch, "go": r.Machine.Go})
	line := func(code string, h Hashing) {
		say(code, map[string]any{"s": fmt.Sprintf("%.2f", h.Seconds), "rate": fmt.Sprintf("%.0f", h.Rate), "share": fmt.Sprintf("%.0f", 100*h.Share)})
	}
	line("bench.ledger.plain", r.Plain)
	line("bench.ledger.leaf", r.Leaf)
	line("bench.ledger.read", r.Read)
	for _, h := range r.Check {
		line("bench.ledger.check", h)
	}
	for _, h := range r.Quick {
		line("bench.ledger.quick", h)
	}
	return nil
}
