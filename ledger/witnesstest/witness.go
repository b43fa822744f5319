// Package witnesstest is a small witness (C2SP tlog-witness) for tests. It is written from the text of that specification and
// of tlog-cosignature, and shares no code with the client in package ledger: where both misread the text, they misread it alike
// only by chance.
package witnesstest

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Witness answers POST /add-checkpoint. The logs that it knows are set before it is asked.
type Witness struct {
	Name string
	Now  func() time.Time
	// Answer, if set, stands in for the witness once and is then forgotten.
	Answer http.HandlerFunc
	// Spoil changes a signature before it is sent, as a liar would.
	Spoil bool

	mu     sync.Mutex
	secret ed25519.PrivateKey
	logs   map[string]*seen
	Asked  int // how many requests came
}

// seen is what the witness knows of a log.
type seen struct {
	key  ed25519.PublicKey
	name string
	hash []byte
	size int64
	root []byte
}

// New makes a witness with a key of its own.
func New(name string, now func() time.Time) *Witness {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return &Witness{Name: name, Now: now, secret: secret, logs: map[string]*seen{}}
}

// Key is the witness's verifier key.
func (w *Witness) Key() string {
	raw := append([]byte{4}, w.secret.Public().(ed25519.PublicKey)...)
	return fmt.Sprintf("%s+%x+%s", w.Name, keyID(w.Name, raw), base64.StdEncoding.EncodeToString(raw))
}

func keyID(name string, typed []byte) []byte {
	sum := sha256.Sum256([]byte(name + "\n" + string(typed)))
	return sum[:4]
}

// Knows has the witness know a log by its verifier key (type 1).
func (w *Witness) Knows(verifier string) {
	parts := strings.SplitN(verifier, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 1 {
		panic("not a log's key: " + verifier)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs[parts[0]] = &seen{key: raw[1:], name: parts[0], hash: keyID(parts[0], raw)}
}

// Size is what the witness has cosigned of a log.
func (w *Witness) Size(origin string) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l := w.logs[origin]; l != nil {
		return l.size
	}
	return 0
}

// ServeHTTP answers as the specification says.
func (w *Witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Asked++
	if answer := w.Answer; answer != nil {
		w.Answer = nil
		answer(out, r)
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/add-checkpoint" {
		http.Error(out, "no such call", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	size, number := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !ok || !number || err != nil || old < 0 || strconv.FormatInt(old, 10) != size || len(lines) > 64 {
		http.Error(out, "malformed", http.StatusBadRequest)
		return
	}
	var proof [][]byte
	for _, line := range lines[1:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != 32 {
			http.Error(out, "malformed proof", http.StatusBadRequest)
			return
		}
		proof = append(proof, hash)
	}
	text, signatures, ok := strings.Cut(checkpoint, "\n\n")
	text += "\n"
	parts := strings.Split(text, "\n")
	if !ok || len(parts) < 4 || !strings.HasSuffix(signatures, "\n") {
		http.Error(out, "malformed checkpoint", http.StatusBadRequest)
		return
	}
	newSize, err := strconv.ParseInt(parts[1], 10, 64)
	root, bad := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || bad != nil || len(root) != 32 {
		http.Error(out, "malformed checkpoint", http.StatusBadRequest)
		return
	}
	log := w.logs[parts[0]]
	switch {
	case log == nil:
		http.Error(out, "unknown log", http.StatusNotFound)
		return
	case !log.signed(text, signatures):
		http.Error(out, "no signature of a trusted key", http.StatusForbidden)
		return
	case old > newSize:
		http.Error(out, "old size above the checkpoint's", http.StatusBadRequest)
		return
	case old != log.size, old == newSize && log.size > 0 && string(root) != string(log.root):
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(http.StatusConflict)
		fmt.Fprintf(out, "%d\n", log.size)
		return
	case !consistent(log.size, log.root, newSize, root, proof):
		http.Error(out, "inconsistent", http.StatusUnprocessableEntity)
		return
	}
	log.size, log.root = newSize, root
	fmt.Fprint(out, "— somebody.else/w2 "+base64.StdEncoding.EncodeToString(make([]byte, 76))+"\n") // which the client must ignore
	fmt.Fprint(out, w.cosign(text))
}

func (l *seen) signed(text, signatures string) bool {
	for _, line := range strings.Split(strings.TrimSuffix(signatures, "\n"), "\n") {
		fields := strings.Split(line, " ")
		if len(fields) != 3 || fields[0] != "—" || fields[1] != l.name {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(fields[2])
		if err == nil && len(raw) == 68 && string(raw[:4]) == string(l.hash) && ed25519.Verify(l.key, []byte(text), raw[4:]) {
			return true
		}
	}
	return false
}

func (w *Witness) cosign(text string) string {
	at := uint64(w.Now().Unix())
	signature := ed25519.Sign(w.secret, []byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"+text))
	if w.Spoil {
		signature[7] ^= 1
	}
	raw := append([]byte{4}, w.secret.Public().(ed25519.PublicKey)...)
	line := binary.BigEndian.AppendUint64(append([]byte{}, keyID(w.Name, raw)...), at)
	return "— " + w.Name + " " + base64.StdEncoding.EncodeToString(append(line, signature...)) + "\n"
}

// consistent checks a proof as RFC 9162, 2.1.4.2 describes it (the same tree as RFC 6962).
func consistent(first int64, firstRoot []byte, second int64, secondRoot []byte, proof [][]byte) bool {
	switch {
	case first == 0:
		return len(proof) == 0
	case first == second:
		return len(proof) == 0 && string(firstRoot) == string(secondRoot)
	case len(proof) == 0:
		return false
	}
	if first&(first-1) == 0 {
		proof = append([][]byte{firstRoot}, proof...)
	}
	fn, sn := first-1, second-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := proof[0], proof[0]
	for _, c := range proof[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = node(c, fr), node(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = node(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && string(fr) == string(firstRoot) && string(sr) == string(secondRoot)
}

func node(left, right []byte) []byte {
	sum := sha256.Sum256(append(append([]byte{1}, left...), right...))
	return sum[:]
}
