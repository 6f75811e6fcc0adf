// Package seal keeps personal fields readable only until their day is over.
// Each branch and day has its own key, derived from a chain value in one small
// file; the value moves on by a one-way hash, so that the keys of days to come
// can be derived from today's file and those of past days never again, from no
// old copy of the database either. What all keys follow from lies in one page of
// memory that is wiped as the chain moves on. It knows no database, no clock and
// no person: it turns bytes into sealed bytes and back. docs/sealing.md describes
// the scheme and its limits.
package seal

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"

	"aufruf/internal/town"
)

// Errors that callers tell apart.
var (
	// ErrMissing: there is no key file.
	ErrMissing = errors.New("key file is missing")
	// ErrExposed: others than the owner may read or write the key file.
	ErrExposed = errors.New("key file is open to others; set its mode to 0600")
	// ErrOtherKind: the file holds a key or certificate of TLS (PEM).
	ErrOtherKind = errors.New("a key or certificate of TLS, no key file")
	// ErrDamaged: the key file can't be read as one.
	ErrDamaged = errors.New("key file is damaged")
	// ErrReplaced: the key file isn't of the chain that is in memory.
	ErrReplaced = errors.New("key file isn't the one that this server runs with")
	// ErrPast: the key of this day is gone.
	ErrPast = errors.New("day is over: its key is gone")
	// ErrTooFar: the day lies more than MaxDays after the file's.
	ErrTooFar = errors.New("day is too far ahead")
	// ErrUnreadable: sealed with another chain, for something else, or damaged.
	ErrUnreadable = errors.New("sealed data can't be read with this key file")

	errClosed = errors.New("keys are closed")
)

const (
	// Ahead is how many days after the chain's the key is at most that seals.
	// What is erased before its day can be read in old copies for so long.
	Ahead = 14
	// Left is for how many days what is sealed can be opened at least, so that a
	// backup of so many days ago can be read: what has fewer left is sealed anew.
	Left = 7
)

// MaxDays bounds how far ahead a key is derived, about ten years: a wrong date
// must not cost seconds of hashing.
const MaxDays = 3660

const (
	// version is the first byte of sealed data: AES-256-GCM with a random
	// 96-bit nonce. A key seals one day of one branch, some thousand messages,
	// which keeps the chance of a repeated nonce below 2^-70.
	version = 1
	// block hides lengths: what is sealed is padded to a multiple, and one holds
	// the longest that the forms accept. Earlier versions had 128, which opens
	// likewise.
	block = 4096
)

// Seal encrypts plain for a branch and day; about, for example the id of the
// ticket it belongs to, must be named again to open it. ErrPast for a day
// before the chain's, ErrTooFar beyond MaxDays.
func (k *Keys) Seal(branch town.BranchID, date town.Date, about string, plain []byte) ([]byte, error) {
	var sealed []byte
	err := k.with(keyID{0, branch, date}, func(aead cipher.AEAD) error {
		head := make([]byte, 1+aead.NonceSize())
		head[0] = version
		if _, err := io.ReadFull(k.random, head[1:]); err != nil {
			return fmt.Errorf("read nonce: %w", err)
		}
		sealed = aead.Seal(head, head[1:], pad(plain), bound(about))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", date, err)
	}
	return sealed, nil
}

// Open decrypts what Seal made for the same branch, day and about. ErrPast for
// a day before the chain's, whatever the data; ErrUnreadable for anything that
// this chain did not seal so. During a renewal the old chains open too.
func (k *Keys) Open(branch town.BranchID, date town.Date, about string, sealed []byte) ([]byte, error) {
	var plain []byte
	var failed error
	for chain := range k.count() {
		err := k.with(keyID{chain, branch, date}, func(aead cipher.AEAD) (err error) {
			plain, err = open(aead, about, sealed)
			return err
		})
		if err == nil {
			return plain, nil
		}
		if failed == nil || errors.Is(err, ErrUnreadable) {
			failed = err
		}
	}
	return nil, fmt.Errorf("open of %s: %w", date, failed)
}

func open(aead cipher.AEAD, about string, sealed []byte) ([]byte, error) {
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
func (k *Keys) Hash(date town.Date, purpose, of string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return nil, errClosed
	}
	defer k.page.scrub()
	sum := make([]byte, len(value{}))
	var err error
	clean(func() {
		var slot int
		if slot, err = k.hashKey(hashID{date, purpose}); err != nil {
			return
		}
		if err = k.page.mac(&k.page.key, &k.page.hashed[slot], of); err == nil {
			copy(sum, k.page.key[:])
		}
	})
	if err != nil {
		return nil, fmt.Errorf("hash for %s: %w", date, err)
	}
	return sum, nil
}

// Hashes returns the Hash of each day from one to another, inclusive, in order;
// days that the chain has no key for are left out. It keeps no key: one walk
// along the chain costs less than keeping half a year of them in reach.
func (k *Keys) Hashes(from, to town.Date, purpose, of string) ([][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return nil, errClosed
	}
	first := k.links[0]
	from, to = max(from, first.date), min(to, first.date.AddDays(MaxDays))
	if to < from {
		return nil, nil
	}
	defer k.page.scrub()
	sums := make([][]byte, 0, to-from+1)
	var err error
	clean(func() {
		err = k.page.walk(first, from)
		for date := from; date <= to && err == nil; date++ {
			if err = k.page.hash(date, purpose, of); err == nil {
				sums = append(sums, bytes.Clone(k.page.key[:]))
				err = k.page.expand(&k.page.walked, &k.page.walked, labelNext)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("hash for %s to %s: %w", from, to, err)
	}
	return sums, nil
}

// hashKey finds or derives the key of a hash.
func (k *Keys) hashKey(id hashID) (slot int, err error) {
	if slot, ok := k.hashed[id]; ok {
		return slot, nil
	}
	if err := k.links[0].reaches(id.date); err != nil {
		return 0, err
	}
	if err := k.page.derive(k.links[0], id.date, hashLabel(id.date, id.purpose)); err != nil {
		return 0, err
	}
	if len(k.hashed) == maxHashed {
		clear(k.hashed)
	}
	slot = len(k.hashed)
	k.page.hashed[slot], k.hashed[id] = k.page.key, slot
	return slot, nil
}

// count is how many chains open.
func (k *Keys) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return max(1, len(k.links))
}

// with lets fn use the cipher of a branch and day, which isn't wiped meanwhile.
func (k *Keys) with(id keyID, fn func(cipher.AEAD) error) error {
	if found, err := k.withReady(id, fn); found {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.cipher(id)
	if err != nil {
		return err
	}
	return fn(key)
}

func (k *Keys) withReady(id keyID, fn func(cipher.AEAD) error) (found bool, err error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, found := k.ready[id]
	if !found {
		return false, nil
	}
	return true, fn(key)
}

// cipher finds or derives the cipher of a branch and day.
func (k *Keys) cipher(id keyID) (key *dayKey, err error) {
	if k.page == nil {
		return nil, errClosed
	}
	if key, ok := k.ready[id]; ok {
		return key, nil
	}
	if id.chain >= len(k.links) {
		return nil, ErrUnreadable // settled meanwhile
	}
	if err := k.links[id.chain].reaches(id.date); err != nil {
		return nil, err
	}
	defer k.page.scrub()
	clean(func() {
		// The date has a fixed length, so no branch can be named so that its
		// label reads like that of another branch and day.
		if err = k.page.derive(k.links[id.chain], id.date, labelKey+id.date.String()+" "+string(id.branch)); err == nil {
			key, err = newDayKey(&k.page.key)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(k.ready) >= maxCached {
		k.forget()
	}
	k.ready[id] = key
	return key, nil
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
