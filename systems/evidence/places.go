package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/systems/evidence/blob"
)

// Names of the stores that files may be taken to.
const (
	ToFolder = "folder"
	ToS3     = "s3"
)

// Where is what an operator chooses about the bytes of media files. Its secrets lie in files, never in it.
type Where struct {
	To       string // folder (or empty), s3: where new files go
	S3       string // address of the bucket; empty: there is none
	S3Secret string // file of two lines, the access key and its secret; empty: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment
	Cipher   string // aes, sm4: how new files are sealed; empty, none: not at all
	Keys     string // file of the keys that seal; empty: media.key beside the media folder
}

// Places are the opened stores.
type Places struct {
	DB   *store.DB
	S3   blob.Store // nil: there is none
	To   string
	Seal bool // new files are sealed
	Keys *blob.Keys
	Now  func() time.Time
}

// KeyFile is where the keys lie for a media folder.
func (w Where) KeyFile(dir string) string {
	if w.Keys != "" {
		return w.Keys
	}
	return filepath.Join(filepath.Dir(dir), "media.key")
}

// Open opens what was chosen, for a media folder. With makes, a key file that is missing is made, where nothing is sealed that it might have opened (known tells). Returns
// evidence.config_* for what cannot be meant, and evidence.keys_gone.
func (w Where) Open(dir string, makes bool, known func() (sealed int, err error), now func() time.Time) (p Places, err error) {
	p.Now, p.To = now, w.To
	if p.To == "" {
		p.To = ToFolder
	}
	if p.To != ToFolder && p.To != ToS3 {
		return p, fault.New(fault.Invalid, "evidence.config_to", "to", w.To)
	}
	if w.S3 != "" {
		if p.S3, err = w.bucket(); err != nil {
			return p, err
		}
	} else if p.To == ToS3 {
		return p, fault.New(fault.Invalid, "evidence.config_no_s3")
	}
	path := w.KeyFile(dir)
	p.Keys, err = blob.OpenKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		p.Keys, err = nil, nil
	}
	if err != nil {
		return p, fault.Wrap(err, fault.Invalid, "evidence.config_keys", "file", path, "detail", err.Error())
	}
	if w.Cipher == "" || w.Cipher == "none" {
		return p, nil
	}
	c, ok := blob.ParseCipher(w.Cipher)
	if !ok {
		return p, fault.New(fault.Invalid, "evidence.config_cipher", "cipher", w.Cipher)
	}
	p.Seal = true
	if p.Keys == nil && makes {
		if n, err := known(); err != nil || n > 0 {
			return p, errors.Join(err, fault.New(fault.Unavailable, "evidence.keys_gone", "file", path, "n", n))
		}
		if p.Keys, err = blob.AddKey(path, c, now()); err != nil {
			return p, fault.Wrap(err, fault.Invalid, "evidence.config_keys", "file", path, "detail", err.Error())
		}
	}
	if p.Keys == nil {
		return p, fault.New(fault.Unavailable, "evidence.keys_gone", "file", path, "n", 0)
	}
	key, err := p.Keys.Current()
	if err != nil {
		return p, err
	}
	if key.Cipher != c {
		return p, fault.New(fault.Invalid, "evidence.config_other_cipher", "file", path, "cipher", w.Cipher, "has", key.Cipher.String())
	}
	return p, nil
}

func (w Where) bucket() (blob.Store, error) {
	c := blob.S3Config{URL: w.S3, Access: os.Getenv("AWS_ACCESS_KEY_ID"), Secret: os.Getenv("AWS_SECRET_ACCESS_KEY")}
	if w.S3Secret != "" {
		text, err := os.ReadFile(w.S3Secret)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "evidence.config_s3_secret", "file", w.S3Secret)
		}
		lines := strings.Fields(string(text))
		if len(lines) != 2 {
			return nil, fault.New(fault.Invalid, "evidence.config_s3_secret", "file", w.S3Secret)
		}
		c.Access, c.Secret = lines[0], lines[1]
	}
	if c.Access == "" || c.Secret == "" {
		return nil, fault.New(fault.Invalid, "evidence.config_s3_key")
	}
	s, err := blob.OpenS3(c)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "evidence.config_s3", "detail", err.Error())
	}
	return s, nil
}

// With puts the folder among the office's other places.
func (f *Files) With(p Places) *Files {
	f.Places = p
	if f.Now == nil {
		f.Now = time.Now
	}
	return f
}

// target is where new files go.
func (f *Files) target() blob.Store { return f.storeTo(f.To) }

func (f *Files) storeTo(to string) blob.Store {
	if to == ToS3 {
		return f.S3
	}
	return f.folder()
}

// plainly reports whether new files stay where they come in: plain in the folder.
func (f *Files) plainly() bool { return f.To != ToS3 && !f.Seal }

// storeOf finds the store of an id. Returns evidence.store_unknown.
func (f *Files) storeOf(id string) (blob.Store, error) {
	switch {
	case id == blob.FolderID:
		return f.folder(), nil
	case f.S3 != nil && f.S3.ID() == id:
		return f.S3, nil
	}
	return nil, fault.New(fault.Unavailable, "evidence.store_unknown", "store", id)
}

// again is after how many seconds a store that is away may be asked again.
const again = 30

// faultOf says what a store answered of a file.
func faultOf(err error, sum, store string) error {
	var known *fault.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, blob.ErrNone):
		return fault.Wrap(err, fault.Gone, "evidence.missing", "sha256", sum)
	case errors.Is(err, blob.ErrAway):
		return fault.Wrap(err, fault.Unavailable, "evidence.store_away", "store", store, "seconds", again)
	case errors.Is(err, blob.ErrRefused):
		return fault.Wrap(err, fault.Unavailable, "evidence.store_refused", "store", store, "seconds", again)
	case errors.Is(err, blob.ErrNoKey):
		return fault.Wrap(err, fault.Unavailable, "evidence.key_lost", "sha256", sum, "seconds", again)
	case errors.Is(err, blob.ErrDamaged):
		return fault.Wrap(err, fault.Gone, "evidence.damaged", "sha256", sum, "store", store)
	}
	return onDisk(fmt.Errorf("%s in %s: %w", sum, store, err))
}

// faultRank orders what keeps a file from being read: first what goes away by itself, then what somebody can put right.
func faultRank(err error) int {
	for i, code := range []string{"evidence.damaged", "evidence.key_lost", "evidence.store_unknown", "evidence.store_refused", "evidence.store_away"} {
		if fault.Is(err, code) {
			return i + 1
		}
	}
	return 0
}
