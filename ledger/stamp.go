package ledger

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"jiexu/fault"
)

// Stamp is a time stamp (RFC 3161) over the text of a checkpoint: the lines before the empty one, each with its newline,
// so that `openssl ts -verify -data` checks it too.
type Stamp struct {
	Token       []byte // DER of the time stamp token
	At          time.Time
	Accuracy    time.Duration // 0 where the service says none
	Serial      string
	Policy      string
	Signer      string // whom the certificate names
	Certificate string // SHA-256 of the certificate that signed, hex
}

// longestToken bounds a token, in bytes.
const longestToken = mostAnswer

// timeStamping is the extended key usage that a certificate for time stamps has alone, and critical (RFC 3161, 2.3).
var (
	extendedKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
	tstInfoType      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	contentType      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
)

// OpenStamp checks a token over the text of a checkpoint: that it is of this text, that the certificate in it signed it, is
// one for time stamps alone and was in force then; and, if roots is not nil, that the roots vouch for it. It needs no network.
//
// Returns ledger.stamp with what is wrong.
func OpenStamp(token []byte, text string, roots *x509.CertPool) (s Stamp, err error) {
	defer func() { // the reader of foreign bytes is not ours
		if r := recover(); r != nil {
			err = badStamp("unreadable", fmt.Sprint(r))
		}
	}()
	if len(token) > longestToken {
		return Stamp{}, badStamp("long", "")
	}
	signed, err := pkcs7.Parse(token)
	if err != nil {
		return Stamp{}, badStamp("unreadable", err.Error())
	}
	signer := signed.GetOnlySigner()
	if signer == nil {
		return Stamp{}, badStamp("signer", "")
	}
	var kind asn1.ObjectIdentifier
	if err := signed.UnmarshalSignedAttribute(contentType, &kind); err != nil || !kind.Equal(tstInfoType) {
		return Stamp{}, badStamp("kind", "")
	}
	read, err := timestamp.Parse(token) // checks the signature by the certificate in it
	if err != nil {
		return Stamp{}, badStamp("signature", err.Error())
	}
	sum := sha256.Sum256([]byte(text))
	if read.HashAlgorithm != crypto.SHA256 || string(read.HashedMessage) != string(sum[:]) {
		return Stamp{}, badStamp("other", "")
	}
	if !forTimeStamps(signer) {
		return Stamp{}, badStamp("purpose", "")
	}
	if read.Time.Before(signer.NotBefore) || read.Time.After(signer.NotAfter) {
		return Stamp{}, badStamp("expired", "")
	}
	if roots != nil {
		between := x509.NewCertPool()
		for _, c := range signed.Certificates {
			between.AddCert(c)
		}
		if _, err := signer.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: read.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}); err != nil {
			return Stamp{}, badStamp("untrusted", err.Error())
		}
	}
	fingerprint := sha256.Sum256(signer.Raw)
	s = Stamp{Token: token, At: read.Time.UTC(), Accuracy: read.Accuracy, Policy: read.Policy.String(), Signer: signer.Subject.String(), Certificate: hex.EncodeToString(fingerprint[:])}
	if read.SerialNumber != nil {
		s.Serial = read.SerialNumber.Text(16)
	}
	return s, nil
}

// badStamp says what is wrong with a stamp: a code of stamp_fault, which package words says in the reader's language, and what a program said beside, where one did.
func badStamp(why, detail string) error {
	if detail != "" {
		detail = " [" + clipped(detail, 200) + "]"
	}
	return fault.New(fault.Invalid, "ledger.stamp", "stamp_fault", why, "detail", detail)
}

// forTimeStamps reports whether a certificate is for time stamps and nothing else, and says so critically.
func forTimeStamps(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping && len(c.UnknownExtKeyUsage) == 0 &&
		slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(extendedKeyUsage) && e.Critical })
}

// response is what a service for time stamps answers.
type response struct {
	Status struct {
		Status       int
		StatusString []string       `asn1:"optional,utf8"`
		FailInfo     asn1.BitString `asn1:"optional"`
	}
	Token asn1.RawValue `asn1:"optional"`
}

// askStamp has a service stamp the text of a checkpoint. The answer must carry our number, be of this text and hold under
// the certificates that the operator trusts.
//
// Returns ledger.stamp and ledger.target.* faults.
func askStamp(ctx context.Context, client *http.Client, t Target, text string) (Stamp, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return Stamp{}, err
	}
	sum := sha256.Sum256([]byte(text))
	query, err := (&timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: nonce}).Marshal()
	if err != nil {
		return Stamp{}, fmt.Errorf("ask for a time stamp: %w", err)
	}
	answer, body, err := post(ctx, client, t.URL, "application/timestamp-query", query, nil)
	if err != nil {
		return Stamp{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return Stamp{}, fault.New(fault.Unavailable, "ledger.target.refused", "status", answer.Status, "said", said(body))
	}
	token, err := tokenOf(body)
	if err != nil {
		return Stamp{}, err
	}
	s, err := OpenStamp(token, text, t.roots)
	if err != nil {
		return Stamp{}, err
	}
	read, err := timestamp.Parse(token)
	if err != nil || read.Nonce == nil || read.Nonce.Cmp(nonce) != 0 {
		return Stamp{}, badStamp("answer", "")
	}
	return s, nil
}

// tokenOf takes the token out of an answer whose status is well (0, 1).
func tokenOf(body []byte) ([]byte, error) {
	var r response
	rest, err := asn1.Unmarshal(body, &r)
	if err == nil && len(rest) > 0 {
		err = errors.New("there is more behind it")
	}
	if err != nil {
		return nil, badStamp("answer_unreadable", err.Error())
	}
	if r.Status.Status > 1 {
		return nil, badStamp("refused", fmt.Sprintf("%d %v", r.Status.Status, r.Status.StatusString))
	}
	if len(r.Token.FullBytes) == 0 {
		return nil, badStamp("none", "")
	}
	return r.Token.FullBytes, nil
}
