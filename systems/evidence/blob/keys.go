package blob

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Key wraps the data keys of files. It lies in a key file, never in the database or beside the files.
type Key struct {
	ID     string // its own digest: a wrong key cannot pass for it
	Cipher Cipher
	secret []byte
}

func newKey(c Cipher, secret []byte) Key {
	sum := sha256.Sum256(append([]byte("jiexu media key "+c.String()+"\n"), secret...))
	return Key{hex.EncodeToString(sum[:8]), c, secret}
}

// wrapping is what a wrapped key is bound to beside: the file that it seals.
func wrapping(sum string) []byte { return []byte("jiexu media data key\n" + sum) }

// Wrap encrypts a data key for the file with that SHA-256.
func (k Key) Wrap(d DataKey, sum string) ([]byte, error) {
	aead, err := k.Cipher.aead(k.secret)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return aead.Seal(nonce, nonce, append([]byte{byte(d.Cipher)}, d.secret...), wrapping(sum)), nil
}

// Unwrap gives the data key of the file back. Returns ErrDamaged where it does not open.
func (k Key) Unwrap(wrapped []byte, sum string) (DataKey, error) {
	aead, err := k.Cipher.aead(k.secret)
	if err != nil {
		return DataKey{}, err
	}
	if len(wrapped) < aead.NonceSize() {
		return DataKey{}, fmt.Errorf("%w: its data key is cut", ErrDamaged)
	}
	raw, err := aead.Open(nil, wrapped[:aead.NonceSize()], wrapped[aead.NonceSize():], wrapping(sum))
	if err != nil || len(raw) < 1 {
		return DataKey{}, fmt.Errorf("%w: its data key does not open", ErrDamaged)
	}
	d := DataKey{Cipher(raw[0]), raw[1:]}
	if len(d.secret) != d.Cipher.keySize() {
		return DataKey{}, fmt.Errorf("%w: its data key has %d bytes", ErrDamaged, len(d.secret))
	}
	return d, nil
}

// Keys is a key file: a line for each key, its cipher and its secret in hexadecimal, the one in use last. Lines that begin with # say something to people. The file is
// read again when it has changed, so a server goes on with a key that a command has added.
type Keys struct {
	path string
	mu   sync.Mutex
	list []Key
	mod  time.Time
	size int64
}

// ErrNoKey says that a key is not in the key file.
var ErrNoKey = errors.New("the key file does not hold the key")

// OpenKeys reads a key file. Returns fs.ErrNotExist where there is none.
func OpenKeys(path string) (*Keys, error) {
	k := &Keys{path: path}
	return k, k.read()
}

// Path is where the key file lies.
func (k *Keys) Path() string { return k.path }

func (k *Keys) read() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return err
	}
	if k.list != nil && info.ModTime().Equal(k.mod) && info.Size() == k.size {
		return nil
	}
	text, err := os.ReadFile(k.path)
	if err != nil {
		return err
	}
	var list []Key
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, digits, _ := strings.Cut(line, " ")
		c, known := ParseCipher(name)
		secret, err := hex.DecodeString(strings.TrimSpace(digits))
		if !known || err != nil || len(secret) != c.keySize() { // never what stands there: it is a secret
			return fmt.Errorf("%s, line %d is no key: aes and 64 hexadecimal digits, or sm4 and 32", k.path, n)
		}
		list = append(list, newKey(c, secret))
	}
	if len(list) == 0 {
		return fmt.Errorf("%s holds no key", k.path)
	}
	k.list, k.mod, k.size = list, info.ModTime(), info.Size()
	return nil
}

// Current is the key in use.
func (k *Keys) Current() (Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.read(); err != nil {
		return Key{}, err
	}
	return k.list[len(k.list)-1], nil
}

// Of is the key of an id. Returns ErrNoKey.
func (k *Keys) Of(id string) (Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for again := false; ; again = true {
		for _, one := range k.list {
			if one.ID == id {
				return one, nil
			}
		}
		if again {
			return Key{}, fmt.Errorf("%w: %s", ErrNoKey, id)
		}
		if err := k.read(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Key{}, err
		}
	}
}

// AddKey draws a key and makes it the one in use, in a new key file where there is none. Those before it stay in the file.
func AddKey(path string, c Cipher, at time.Time) (*Keys, error) {
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(before) == 0 {
		before = []byte("# Keys of sealed media files. Whoever has this file can read them; whoever loses it, nobody can.\n")
	}
	if before[len(before)-1] != '\n' {
		before = append(before, '\n')
	}
	secret := make([]byte, c.keySize())
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	key := newKey(c, secret)
	text := fmt.Appendf(before, "# %s, since %s\n%s %s\n", key.ID, at.UTC().Format(time.DateOnly), c, hex.EncodeToString(secret))
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // only its owner reads it
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return nil, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return OpenKeys(path)
}
