// Package seal keeps personal fields readable only until their day is over.
// Each branch and day has its own key, derived from a chain value in one small
// file; the value moves on by a one-way hash, so that the keys of days to come
// can be derived from today's file and those of past days never again, from no
// old copy of the database either. It knows no database, no clock and no
// person: it turns bytes into sealed bytes and back. docs/sealing.md describes
// the scheme and its limits.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"

	"aufruf/internal/town"
)

// Errors that callers tell apart.
var (
	// ErrMissing: there is no key file.
	ErrMissing = errors.New("key file is missing")
	// ErrExposed: others than the owner may read or write the key file.
	ErrExposed = errors.New("key file is open to others; set its mode to 0600")
	// ErrDamaged: the key file can't be read as one.
	ErrDamaged = errors.New("key file is damaged")
	// ErrPast: the key of this day is gone.
	ErrPast = errors.New("day is over: its key is gone")
	// ErrTooFar: the day lies more than MaxDays after the file's.
	ErrTooFar = errors.New("day is too far ahead")
	// ErrUnreadable: sealed with another chain, for something else, or damaged.
	ErrUnreadable = errors.New("sealed data can't be read with this key file")
)

// MaxDays bounds how far ahead a key is derived, about ten years: a wrong date
// must not cost seconds of hashing.
const MaxDays = 3660

const (
	// version is the first byte of sealed data: AES-256-GCM with a random
	// 96-bit nonce. A key seals one day of one branch, some thousand messages,
	// which keeps the chance of a repeated nonce below 2^-70.
	version = 1
	// block hides the length of a name: what is sealed is padded to a multiple.
	block = 128
	// maxCached bounds the derived keys kept in memory.
	maxCached = 4096
)

type keyID struct {
	branch town.BranchID
	date   town.Date
}

// hashID names the key of a hash.
type hashID struct {
	date    town.Date
	purpose string
}

// Keys derives the keys of days from the chain value of one file. It may be
// used by many goroutines at once.
type Keys struct {
	path   string
	random io.Reader // of nonces

	mu     sync.Mutex
	link   link
	cache  map[keyID]cipher.AEAD // none before link.date
	hashed map[hashID][]byte     // keys of hashes, none before link.date
}

// Date returns the day at which the chain stands: the first whose keys can
// still be derived.
func (k *Keys) Date() town.Date {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.link.date
}

// Seal encrypts plain for a branch and day; about, for example the id of the
// ticket it belongs to, must be named again to open it. ErrPast for a day
// before the chain's, ErrTooFar beyond MaxDays.
func (k *Keys) Seal(branch town.BranchID, date town.Date, about string, plain []byte) ([]byte, error) {
	aead, err := k.key(branch, date)
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", date, err)
	}
	head := make([]byte, 1+aead.NonceSize())
	head[0] = version
	if _, err := io.ReadFull(k.random, head[1:]); err != nil {
		return nil, fmt.Errorf("seal: read nonce: %w", err)
	}
	return aead.Seal(head, head[1:], pad(plain), bound(about)), nil
}

// Open decrypts what Seal made for the same branch, day and about. ErrPast for
// a day before the chain's, whatever the data; ErrUnreadable for anything that
// this chain did not seal so.
func (k *Keys) Open(branch town.BranchID, date town.Date, about string, sealed []byte) ([]byte, error) {
	aead, err := k.key(branch, date)
	if err != nil {
		return nil, fmt.Errorf("open of %s: %w", date, err)
	}
	start := 1 + aead.NonceSize()
	if len(sealed) < start || sealed[0] != version {
		return nil, ErrUnreadable
	}
	padded, err := aead.Open(nil, sealed[1:start], sealed[start:], bound(about))
	if err != nil {
		return nil, ErrUnreadable
	}
	return unpad(padded)
}

// Hash returns a keyed hash of value, 32 bytes, with a key of its own for each
// day and purpose: the same on every node that has the file, and once the chain
// has moved on nobody can test guesses against it, in no old copy either.
// ErrPast for a day before the chain's, ErrTooFar beyond MaxDays.
func (k *Keys) Hash(date town.Date, purpose, value string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := hashID{date, purpose}
	key, ok := k.hashed[id]
	if !ok {
		var err error
		if key, err = k.link.derive(date, labelHash+date.String()+" "+purpose); err != nil {
			return nil, fmt.Errorf("hash for %s: %w", date, err)
		}
		if len(k.hashed) >= maxCached {
			clear(k.hashed)
		}
		k.hashed[id] = key
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(value))
	return mac.Sum(nil), nil
}

// Advance moves the chain on to a day and replaces the file: from then on the
// keys of earlier days can't be derived again, by nobody. A day that is not
// after the chain's changes nothing; the chain never moves back. On an error
// the chain stands where it stood.
func (k *Keys) Advance(to town.Date) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if to <= k.link.date {
		return nil
	}
	next, err := k.link.at(to)
	if err != nil {
		return fmt.Errorf("move key file on to %s: %w", to, err)
	}
	if err := replace(k.path, next); err != nil {
		return fmt.Errorf("move key file on to %s: %w", to, err)
	}
	clear(k.link.value[:])
	k.link = next
	for id := range k.cache {
		if id.date < to {
			delete(k.cache, id)
		}
	}
	for id := range k.hashed {
		if id.date < to {
			delete(k.hashed, id)
		}
	}
	return nil
}

// key returns the cipher of a branch and day.
func (k *Keys) key(branch town.BranchID, date town.Date) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := keyID{branch, date}
	if aead, ok := k.cache[id]; ok {
		return aead, nil
	}
	secret, err := k.link.key(branch, date)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	cipherBlock, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(cipherBlock)
	if err != nil {
		return nil, err
	}
	if len(k.cache) >= maxCached {
		clear(k.cache)
	}
	k.cache[id] = aead
	return aead, nil
}

// bound ties the version to what is sealed, so that it can't be swapped.
func bound(about string) []byte { return append([]byte{version}, about...) }

// pad appends 0x80 and zeros up to a multiple of block (ISO/IEC 7816-4).
func pad(plain []byte) []byte {
	padded := make([]byte, (len(plain)/block+1)*block)
	copy(padded, plain)
	padded[len(plain)] = 0x80
	return padded
}

func unpad(padded []byte) ([]byte, error) {
	plain, ok := bytes.CutSuffix(bytes.TrimRight(padded, "\x00"), []byte{0x80})
	if !ok {
		return nil, ErrUnreadable
	}
	return plain, nil
}
