package evidence

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"jiexu/fault"
)

// Scanner looks for malware in what comes in.
type Scanner interface {
	// Scan reads a file and gives the name of what it found; empty: nothing. It fails where it cannot look.
	Scan(ctx context.Context, content io.Reader) (found string, err error)
}

// maxScanned bounds what a scanner is given of one film: its own bounds are near that. Of everything else it is given all.
const maxScanned = 100 << 20

// Scans has everything that comes in looked through by a scanner before it is put on record.
func (s *Service) Scans(by Scanner) { s.scanner = by }

// scanned fails with evidence.malware for what a scanner knows, and with evidence.scanner_away where there is to be one and it does not answer: what nobody
// looked through is not taken in.
func (s *Service) scanned(ctx context.Context, m *Media, file Content) error {
	if s.scanner == nil {
		return nil
	}
	most := file.Size()
	if m.runs() {
		most = min(most, maxScanned)
	}
	found, err := s.scanner.Scan(ctx, io.NewSectionReader(file, 0, most))
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "evidence.scanner_away")
	}
	if found != "" {
		return fault.New(fault.Invalid, "evidence.malware", "name", found)
	}
	return nil
}

// Clamd asks a ClamAV daemon (clamd, its command INSTREAM).
type Clamd struct {
	Network, Address string        // tcp 127.0.0.1:3310, or unix /run/clamav/clamd.ctl
	Wait             time.Duration // for one file
}

// ParseClamd reads where a clamd is: HOST:PORT, or the path of its socket. Returns evidence.scanner_address.
func ParseClamd(text string) (*Clamd, error) {
	if strings.HasPrefix(text, "/") {
		return &Clamd{"unix", text, 5 * time.Minute}, nil
	}
	if _, _, err := net.SplitHostPort(text); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "evidence.scanner_address")
	}
	return &Clamd{"tcp", text, 5 * time.Minute}, nil
}

// Scan sends a file in pieces with their length before them and reads one line.
func (c *Clamd) Scan(ctx context.Context, content io.Reader) (found string, err error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := conn.SetDeadline(time.Now().Add(c.Wait)); err != nil {
		return "", err
	}
	sent := c.send(conn, content)
	// It may have said no before all was sent: what it says counts for more than that it hung up.
	answer, err := bufio.NewReader(io.LimitReader(conn, 4096)).ReadString(0)
	if err != nil && answer == "" {
		return "", errors.Join(sent, err)
	}
	answer = strings.TrimSpace(strings.TrimSuffix(answer, "\x00"))
	what := strings.TrimPrefix(answer, "stream: ")
	switch {
	case what == "OK" && sent == nil:
		return "", nil
	case strings.HasSuffix(what, " FOUND"):
		return strings.TrimSuffix(what, " FOUND"), nil
	}
	return "", errors.Join(sent, fmt.Errorf("clamd: %q", answer))
}

func (c *Clamd) send(conn net.Conn, content io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return err
	}
	piece := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(content, piece[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(piece, uint32(n))
			if _, err := conn.Write(piece[:4+n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			_, err := conn.Write(make([]byte, 4))
			return err
		case err != nil:
			return err
		}
	}
}
