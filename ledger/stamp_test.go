package ledger_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// tsa is a service for time stamps with a root and a certificate of its own.
type tsa struct {
	root, cert       *x509.Certificate
	rootKey, key     *ecdsa.PrivateKey
	folder, rootFile string
	spoil            func(*timestamp.Timestamp)
	answer           func(http.ResponseWriter)
}

func newTSA(t testing.TB, change func(*x509.Certificate)) *tsa {
	t.Helper()
	s := &tsa{folder: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	s.rootKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	s.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	from, until := noon.AddDate(-1, 0, 0), noon.AddDate(9, 0, 0)
	s.root = sealed(t, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root of the test"}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, &s.rootKey.PublicKey, s.rootKey)
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	must(err)
	wanted := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Time of the test"}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}}}
	if change != nil {
		change(wanted)
	}
	s.cert = sealed(t, wanted, s.root, &s.key.PublicKey, s.rootKey)
	s.rootFile = s.pem(t, "root.pem", "CERTIFICATE", s.root.Raw)
	return s
}

func sealed(t testing.TB, c, by *x509.Certificate, public any, key crypto.Signer) *x509.Certificate {
	t.Helper()
	if by == nil {
		by = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by, public, key)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *tsa) pem(t testing.TB, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *tsa) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked, err := timestamp.ParseRequest(body)
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, fmt.Sprint("no question: ", err), http.StatusBadRequest)
		return
	}
	if s.answer != nil {
		s.answer(w)
		return
	}
	stamp := timestamp.Timestamp{HashAlgorithm: asked.HashAlgorithm, HashedMessage: asked.HashedMessage, Nonce: asked.Nonce, Time: noon.Truncate(time.Second),
		Policy: asn1.ObjectIdentifier{1, 2, 3, 4, 1}, AddTSACertificate: true}
	if s.spoil != nil {
		s.spoil(&stamp)
	}
	answer, err := stamp.CreateResponseWithOpts(s.cert, s.key, crypto.SHA256)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	w.Write(answer)
}

func (s *tsa) file(url string) string {
	return fmt.Sprintf("[[target]]\nname = \"time\"\nkind = \"timestamp\"\nurl = %q\ncertificates = %q\n", url, s.rootFile)
}

func TestCheckpointsAreStamped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, s := open(t, db), newTSA(t, nil)
		server := httptest.NewServer(s)
		defer server.Close()
		o := h.outlets(t, s.file(server.URL))
		o.grow(t, "a", "b")
		turn := func(code string) {
			t.Helper()
			o.now = o.now.Add(2 * time.Hour)
			if _, err := o.turn(t); code == "" && err != nil || code != "" && !fault.Is(err, code) {
				t.Errorf("%v, want %q", err, code)
			}
		}
		s.spoil = func(x *timestamp.Timestamp) { x.Nonce = big.NewInt(7) }
		turn("ledger.stamp")
		s.spoil = func(x *timestamp.Timestamp) { x.HashedMessage[3] ^= 1 }
		turn("ledger.stamp")
		s.spoil = func(x *timestamp.Timestamp) { x.Time = noon.AddDate(20, 0, 0) } // the certificate is over by then
		turn("ledger.stamp")
		s.spoil = func(x *timestamp.Timestamp) { x.AddTSACertificate = false }
		turn("ledger.stamp")
		s.spoil = nil
		s.answer = func(w http.ResponseWriter) {
			refusal, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.TimeNotAvailable)
			if err != nil {
				t.Error(err)
			}
			w.Write(refusal)
		}
		turn("ledger.stamp")
		s.answer = func(w http.ResponseWriter) { w.Write([]byte("<html>")) }
		turn("ledger.stamp")
		s.answer = func(w http.ResponseWriter) { http.Error(w, "no", http.StatusForbidden) }
		turn("ledger.target.refused")
		s.answer = nil
		if _, _, err := h.CheckpointOf(t.Context(), 0, true); !fault.Is(err, "ledger.no_checkpoint") {
			t.Errorf("a stamp that does not hold was kept: %v", err)
		}
		turn("")
		note, token, err := h.CheckpointOf(t.Context(), 0, true)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := ledger.SplitNote(string(note))
		roots := x509.NewCertPool()
		roots.AddCert(s.root)
		stamp, err := ledger.OpenStamp(token, text, roots)
		if err != nil || !stamp.At.Equal(noon.Truncate(time.Second)) || stamp.Signer != "CN=Time of the test" || stamp.Policy != "1.2.3.4.1" {
			t.Errorf("%+v, %v", stamp, err)
		}
		if r := h.check(t, ledger.CheckOptions{}); len(r.Findings) > 0 {
			t.Errorf("findings: %+v", r.Findings)
		}
	})
}

// What is signed by whom nobody trusts, or by a certificate for other things, is no time stamp, and no bit of one may change.
func TestStampsThatDoNotHold(t *testing.T) {
	text := "jiexu.test/log\n2\nAAAA\n"
	stamp := func(t *testing.T, s *tsa) []byte {
		t.Helper()
		x := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: digest(text), Time: noon.Truncate(time.Second), Policy: asn1.ObjectIdentifier{1, 2, 3}, AddTSACertificate: true}
		answer, err := x.CreateResponseWithOpts(s.cert, s.key, crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		read, err := timestamp.ParseResponse(answer)
		if err != nil {
			t.Fatal(err)
		}
		return read.RawToken
	}
	good := newTSA(t, nil)
	roots := x509.NewCertPool()
	roots.AddCert(good.root)
	token := stamp(t, good)
	if _, err := ledger.OpenStamp(token, text, roots); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.OpenStamp(token, text+"extension\n", roots); !fault.Is(err, "ledger.stamp") {
		t.Errorf("of another text: %v", err)
	}
	if _, err := ledger.OpenStamp(stamp(t, newTSA(t, nil)), text, roots); !fault.Is(err, "ledger.stamp") {
		t.Errorf("of a stranger: %v", err)
	}
	soft := newTSA(t, func(c *x509.Certificate) { c.ExtraExtensions[0].Critical = false })
	other := newTSA(t, func(c *x509.Certificate) {
		c.ExtraExtensions, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageCodeSigning}
	})
	for _, s := range []*tsa{soft, other} {
		if _, err := ledger.OpenStamp(stamp(t, s), text, nil); !fault.Is(err, "ledger.stamp") {
			t.Errorf("a certificate for other things: %v", err)
		}
	}
	for i := range token {
		bad := bytes.Clone(token)
		bad[i] ^= 1 << (i % 8)
		if s, err := ledger.OpenStamp(bad, text, roots); err == nil && (!s.At.Equal(noon.Truncate(time.Second)) || s.Policy != "1.2.3") {
			t.Errorf("byte %d changed: it says %+v", i, s)
		}
	}
}

// OpenSSL, which nobody here wrote, makes a token that we take, and takes one that we kept.
func TestStampsAndOpenSSL(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	s := newTSA(t, nil)
	key, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	s.pem(t, "key.pem", "PRIVATE KEY", key)
	s.pem(t, "cert.pem", "CERTIFICATE", s.cert.Raw)
	settings := "[tsa]\ndefault_tsa = it\n[it]\nserial = " + filepath.Join(s.folder, "serial") + "\ncrypto_device = builtin\nsigner_cert = " + filepath.Join(s.folder, "cert.pem") +
		"\nsigner_key = " + filepath.Join(s.folder, "key.pem") + "\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\nordering = no\ntsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
	for name, text := range map[string]string{"serial": "01\n", "tsa.cnf": settings} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openssl := func(args ...string) (string, error) {
		c := exec.Command(program, args...)
		c.Dir = s.folder
		out, err := c.CombinedOutput()
		return string(out), err
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := os.WriteFile(filepath.Join(s.folder, "question"), body, 0o600); err != nil {
			t.Error(err)
		}
		if out, err := openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "question", "-out", "answer"); err != nil {
			t.Errorf("openssl ts -reply: %v\n%s", err, out)
		}
		answer, _ := os.ReadFile(filepath.Join(s.folder, "answer"))
		w.Write(answer)
	}))
	defer server.Close()
	h := open(t, storetest.SQLite(t))
	o := h.outlets(t, s.file(server.URL))
	o.now = time.Now()
	o.grow(t, "a", "b", "c")
	if _, err := o.turn(t); err != nil {
		t.Fatal(err)
	}
	note, token, err := h.CheckpointOf(t.Context(), 0, true)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := ledger.SplitNote(string(note))
	for name, content := range map[string]string{"text": text, "token": string(token), "changed": text + "x\n"} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := openssl("ts", "-verify", "-data", "text", "-in", "token", "-token_in", "-CAfile", "root.pem"); err != nil || !strings.Contains(out, "OK") {
		t.Errorf("openssl does not take what was kept: %v\n%s", err, out)
	}
	if out, err := openssl("ts", "-verify", "-data", "changed", "-in", "token", "-token_in", "-CAfile", "root.pem"); err == nil {
		t.Errorf("openssl takes it for another text:\n%s", out)
	}
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
