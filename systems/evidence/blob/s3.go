package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// How an S3 service is spoken to.
const (
	partSize   = 16 << 20         // bytes of one part; the protocol allows 10,000 of them, MaxUpload has 512. Held in memory once.
	windowSize = 4 << 20          // bytes that are asked for at once; what is not read of them is given up
	askFor     = 20 * time.Second // for an answer that has no body
	s3Tries    = 3                // of one request; whoever asks tries again later
)

// S3 is a bucket, or a part of one under a prefix, at any service that speaks S3.
type S3 struct {
	core           minio.Core
	bucket, prefix string
}

// S3Config says where a bucket is and with which key it opens.
type S3Config struct {
	URL    string // https://HOST/BUCKET/PREFIX?region=REGION&style=host; region and style (path, host) may be left out
	Access string
	Secret string
}

// OpenS3 prepares to speak to a bucket. It asks for nothing yet, so a service that is away does no harm. The error says what is wrong with the address.
func OpenS3(c S3Config) (*S3, error) {
	u, err := url.Parse(c.URL)
	if err != nil { // the parser's own error would repeat what may be a secret in it
		return nil, errors.New("not an address")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, errors.New("not http:// or https:// with a host")
	case u.User != nil:
		return nil, errors.New("the access key does not belong into the address")
	case bucket == "":
		return nil, errors.New("no bucket behind the host")
	}
	options := &minio.Options{Secure: u.Scheme == "https", Region: u.Query().Get("region"), MaxRetries: s3Tries, Creds: credentials.NewStaticV4(c.Access, c.Secret, ""),
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
			ResponseHeaderTimeout: time.Minute, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, DisableCompression: true,
			ReadBufferSize: 64 << 10, WriteBufferSize: 64 << 10,
		}}
	if options.Region == "" {
		options.Region = "us-east-1" // what services without regions go by
	}
	switch u.Query().Get("style") {
	case "":
	case "path":
		options.BucketLookup = minio.BucketLookupPath
	case "host":
		options.BucketLookup = minio.BucketLookupDNS
	default:
		return nil, errors.New("style is path or host")
	}
	core, err := minio.NewCore(u.Host, options)
	if err != nil {
		return nil, err
	}
	return &S3{core: *core, bucket: bucket, prefix: prefix}, nil
}

// ID names bucket and prefix: by what name the service is reached may change.
func (s *S3) ID() string { return "s3:" + path.Join(s.bucket, s.prefix) }

func (s *S3) key(name string) string { return path.Join(s.prefix, name) }

// said sorts what the service or the network says.
func said(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		return ctx.Err()
	}
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.Code == "NoSuchKey":
		return ErrNone
	case answer.StatusCode >= 400 && answer.StatusCode < 500 && answer.StatusCode != http.StatusRequestTimeout && answer.StatusCode != http.StatusTooManyRequests:
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}

// Put sends a file, a large one in parts with a checksum each; the service puts them together when all are there.
func (s *S3) Put(ctx context.Context, name string, size int64, r io.Reader) error {
	from := &counted{r: readerOf(ctx, r)}
	_, err := s.core.Client.PutObject(ctx, s.bucket, s.key(name), from, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", PartSize: partSize, NumThreads: 1, SendContentMd5: true})
	switch {
	case from.failed != nil: // the source's own failure is no answer of the service
		return from.failed
	case err == nil && from.n != size:
		return errors.Join(io.ErrUnexpectedEOF, s.Remove(ctx, name))
	}
	return said(ctx, err)
}

// counted counts what is read through it, and keeps why that failed.
type counted struct {
	r      io.Reader
	n      int64
	failed error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.failed = err
	}
	return n, err
}

// Open asks for a file's length; its bytes are fetched as they are read.
func (s *S3) Open(ctx context.Context, name string) (Object, error) {
	asking, stop := context.WithTimeout(ctx, askFor)
	defer stop()
	info, err := s.core.Client.StatObject(asking, s.bucket, s.key(name), minio.StatObjectOptions{})
	if err = said(ctx, err); errors.Is(err, ErrNone) {
		err = s.none(asking, name)
	}
	if err != nil {
		return nil, err
	}
	reading, end := context.WithCancel(context.WithoutCancel(ctx))
	return &s3Object{s: s, key: s.key(name), size: info.Size, ctx: reading, end: end}, nil
}

// none asks again for what is not there: the answer about a length says nothing of why, and a key that is nobody's, or a bucket that is none, is
// no lost file.
func (s *S3) none(ctx context.Context, name string) error {
	stream, _, _, err := s.core.GetObject(ctx, s.bucket, s.key(name), minio.GetObjectOptions{})
	if err == nil {
		stream.Close()
		return fmt.Errorf("%w: it came at this moment", ErrAway)
	}
	return said(ctx, err)
}

// s3Object reads on where it is read on, and asks anew where it is read elsewhere.
type s3Object struct {
	s    *S3
	key  string
	size int64
	ctx  context.Context
	end  context.CancelFunc

	mu     sync.Mutex
	stream io.ReadCloser // what was asked for last
	at     int64         // of the next byte in it
	until  int64         // and where it ends
}

func (o *s3Object) Size() int64 { return o.size }

func (o *s3Object) Close() error {
	o.end()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drop()
	return nil
}

func (o *s3Object) drop() {
	if o.stream != nil {
		o.stream.Close()
		o.stream = nil
	}
}

// ReadAt reads len(p) bytes from off on.
func (o *s3Object) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read before the beginning of a file")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= o.size {
			return n, io.EOF
		}
		if o.stream == nil || o.at != at || o.at == o.until {
			if err := o.ask(at, int64(len(p)-n)); err != nil {
				return n, err
			}
		}
		k, err := io.ReadFull(o.stream, p[n:n+int(min(int64(len(p)-n), o.until-o.at))])
		n, o.at = n+k, o.at+int64(k)
		if err != nil {
			o.drop()
			return n, said(o.ctx, err)
		}
	}
	return n, nil
}

func (o *s3Object) ask(at, least int64) error {
	o.drop()
	until := min(at+max(windowSize, least), o.size)
	opts := minio.GetObjectOptions{}
	if err := opts.SetRange(at, until-1); err != nil {
		return err
	}
	stream, _, _, err := o.s.core.GetObject(o.ctx, o.s.bucket, o.key, opts)
	if err != nil {
		return said(o.ctx, err)
	}
	o.stream, o.at, o.until = stream, at, until
	return nil
}

// Remove takes a file out of the bucket.
func (s *S3) Remove(ctx context.Context, name string) error {
	ctx, stop := context.WithTimeout(ctx, askFor)
	defer stop()
	err := said(ctx, s.core.Client.RemoveObject(ctx, s.bucket, s.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// Each lists the bucket.
func (s *S3) Each(ctx context.Context, told func(name string, size int64) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the listing
	prefix := s.prefix
	if prefix != "" {
		prefix += "/"
	}
	for one := range s.core.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if one.Err != nil {
			return said(ctx, one.Err)
		}
		if strings.HasSuffix(one.Key, "/") {
			continue // a folder, as some services show them
		}
		if err := told(strings.TrimPrefix(one.Key, prefix), one.Size); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Sweep gives up parts of files that were broken off while they were sent, and are older than age. It returns how many.
func (s *S3) Sweep(ctx context.Context, before time.Time) (swept int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for one := range s.core.Client.ListIncompleteUploads(ctx, s.bucket, s.prefix, true) {
		if one.Err != nil {
			return swept, said(ctx, one.Err)
		}
		if one.Initiated.Before(before) {
			if err := s.core.AbortMultipartUpload(ctx, s.bucket, one.Key, one.UploadID); err != nil {
				return swept, said(ctx, err)
			}
			swept++
		}
	}
	return swept, nil
}
