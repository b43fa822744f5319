package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
)

// mostAnswer bounds what is read of an answer, in bytes.
const mostAnswer = 64 << 10

// patience is how long one answer from outside may take.
const patience = 20 * time.Second

// addCheckpoint is the body of C2SP tlog-witness add-checkpoint.
func addCheckpoint(old int64, proof []string, checkpoint string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	for _, hash := range proof {
		b.WriteString(hash + "\n")
	}
	b.WriteString("\n" + checkpoint)
	return b.Bytes()
}

// askWitness has a witness cosign a checkpoint. known is the size that it is thought to have; prove gives the proof from
// another size to this one. When the witness knows another size, it is asked once more from that.
//
// Returns ledger.witness.* and ledger.target.* faults.
func askWitness(ctx context.Context, client *http.Client, t Target, head TreeHead, checkpoint string, known int64, prove func(old int64) ([]string, error)) (Cosignature, error) {
	text, signatures, ok := SplitNote(checkpoint)
	if !ok {
		return Cosignature{}, errors.New("the checkpoint is not a signed note")
	}
	own, _, _ := strings.Cut(signatures, "\n") // the log's own signature comes first; what others said is not sent
	checkpoint = text + "\n" + own + "\n"
	for again := false; ; again = true {
		var proof []string
		if known > 0 && known < head.Size {
			var err error
			if proof, err = prove(known); err != nil {
				return Cosignature{}, err
			}
		}
		answer, body, err := post(ctx, client, strings.TrimSuffix(t.URL, "/")+"/add-checkpoint", "text/plain; charset=utf-8", addCheckpoint(known, proof, checkpoint), nil)
		if err != nil {
			return Cosignature{}, err
		}
		switch answer.StatusCode {
		case http.StatusOK:
			c, err := t.cosigner.Open(text, string(body))
			if err != nil {
				return Cosignature{}, fault.Wrap(err, fault.Unavailable, "ledger.witness.cosignature", "witness", t.cosigner.Name(), "detail", err.Error())
			}
			return c, nil
		case http.StatusConflict:
			size, err := witnessSize(answer, body)
			switch {
			case err != nil:
				return Cosignature{}, fault.Wrap(err, fault.Unavailable, "ledger.target.refused", "status", answer.Status, "said", said(body))
			case size > head.Size:
				return Cosignature{}, fault.New(fault.Conflict, "ledger.witness.ahead", "theirs", size, "ours", head.Size)
			case size == known && size == head.Size: // one size, another root
				return Cosignature{}, fault.New(fault.Conflict, "ledger.witness.forked", "size", size)
			case again || size == known:
				return Cosignature{}, fault.New(fault.Unavailable, "ledger.witness.moving", "theirs", size)
			}
			known = size
			continue
		case http.StatusUnprocessableEntity:
			return Cosignature{}, fault.New(fault.Conflict, "ledger.witness.forked", "size", known)
		case http.StatusNotFound:
			return Cosignature{}, fault.New(fault.Unavailable, "ledger.witness.unknown", "origin", head.Origin)
		case http.StatusForbidden:
			return Cosignature{}, fault.New(fault.Unavailable, "ledger.witness.key", "origin", head.Origin)
		}
		return Cosignature{}, fault.New(fault.Unavailable, "ledger.target.refused", "status", answer.Status, "said", said(body))
	}
}

// witnessSize reads the size that a witness answers a conflict with.
func witnessSize(answer *http.Response, body []byte) (int64, error) {
	if kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "text/x.tlog.size" {
		return 0, fmt.Errorf("a conflict of type %q", kind)
	}
	text := strings.TrimSuffix(string(body), "\n")
	size, err := strconv.ParseInt(text, 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != text {
		return 0, fmt.Errorf("a conflict without a size")
	}
	return size, nil
}

// post sends a body and reads the answer, whatever its status. Returns ledger.target.unreachable.
func post(ctx context.Context, client *http.Client, url, kind string, body []byte, header map[string]string) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "ledger.target.unreachable", "detail", err.Error())
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", "Jiexu")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Unavailable, "ledger.target.unreachable", "detail", clipped(err.Error(), 200))
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	if err == nil && len(got) > mostAnswer {
		err = fmt.Errorf("an answer of more than %d bytes", mostAnswer)
	}
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Unavailable, "ledger.target.unreachable", "detail", clipped(err.Error(), 200))
	}
	return answer, got, nil
}

// said is what of an answer is shown.
func said(body []byte) string {
	return clipped(strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "")), " "), 120)
}

func clipped(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
