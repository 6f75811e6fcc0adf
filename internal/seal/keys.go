package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"

	"aufruf/internal/town"
)

// maxCached bounds the derived keys kept in memory.
const maxCached = 512

// keyID names a derived key.
type keyID struct {
	chain  int // in Keys.links
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
	path    string
	random  io.Reader // of nonces
	cleanup runtime.Cleanup

	// mu is held for reading while a key is used, and for writing while
	// anything in the page changes: no key is wiped that somebody works with.
	mu     sync.RWMutex
	page   *page             // nil: closed
	links  []link            // in the page; the first seals, all open
	ready  map[keyID]*dayKey // none before its chain's date
	aim    town.Date         // to which the chain is about to move
	hashed map[hashID]int    // which of the page's keys; none before the first chain's date
}

// dayKey is a branch's cipher of one day.
type dayKey struct{ cipher.AEAD }

// newDayKey makes a cipher; it is called in clean.
func newDayKey(key *value) (*dayKey, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	wipe(block) // aead has a copy of its own
	return &dayKey{aead}, err
}

// Create starts a chain at today with a value read from random and writes it
// to a new file with mode 0600. An existing file is never overwritten:
// fs.ErrExist.
func Create(path string, today town.Date, random io.Reader) (*Keys, error) {
	return prepare(path, func(k *Keys) error {
		if err := k.begin(today, random); err != nil {
			return fmt.Errorf("create key file: %w", err)
		}
		if err := alone(path, func() error { return k.page.place(path, k.links) }); err != nil {
			return fmt.Errorf("create key file: %w", err)
		}
		return nil
	})
}

// begin starts a new chain, which is the only one.
func (k *Keys) begin(today town.Date, random io.Reader) error {
	first := &k.page.chains[0]
	if _, err := io.ReadFull(random, first[:]); err != nil {
		return err
	}
	k.links = []link{{date: today, value: first}}
	return nil
}

// Open reads a key file. ErrMissing if there is none, ErrExposed if others
// than its owner have any right to it, ErrOtherKind if it is one of TLS, ErrDamaged
// if it can't be read as one.
// What a crash during Advance left behind is removed.
func Open(path string) (*Keys, error) {
	// A replaced symbolic link would leave the old value in its target.
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("open key file: %w", err)
	}
	return prepare(real, func(k *Keys) error {
		return alone(real, func() (err error) {
			var mode fs.FileMode
			if k.links, mode, err = k.page.read(real, &k.page.chains); err != nil {
				return err
			}
			if mode&0o077 != 0 {
				return fmt.Errorf("%s has mode %04o: %w", real, mode, ErrExposed)
			}
			if err := removeLeftover(real); err != nil {
				return fmt.Errorf("remove what a crash left beside the key file: %w", err)
			}
			return nil
		})
	})
}

// OpenOrCreate opens a key file or, where there is none, starts a new chain at
// today; created tells which. A chain created beside a database that holds
// sealed data means that the file was lost: that data stays unreadable.
func OpenOrCreate(path string, today town.Date, random io.Reader) (k *Keys, created bool, err error) {
	k, err = Open(path)
	if !errors.Is(err, ErrMissing) {
		return k, false, err
	}
	k, err = Create(path, today, random)
	if errors.Is(err, fs.ErrExist) {
		k, err = Open(path)
		return k, false, err
	}
	return k, err == nil, err
}

// prepare returns keys whose links fill has found.
func prepare(path string, fill func(*Keys) error) (*Keys, error) {
	p, err := newPage()
	if err != nil {
		return nil, err
	}
	k := &Keys{path: path, random: rand.Reader, page: p, ready: map[keyID]*dayKey{}, hashed: map[hashID]int{}}
	if err := fill(k); err != nil {
		p.free()
		return nil, err
	}
	p.scrub()
	k.cleanup = runtime.AddCleanup(k, (*page).free, p)
	return k, nil
}

// Close wipes the keys from memory; nothing can be sealed or opened any more.
func (k *Keys) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return nil
	}
	k.forget()
	k.cleanup.Stop()
	k.page.free()
	k.page, k.links = nil, nil
	return nil
}

// Swappable says why the keys may reach the disk with swapped memory; nil: they
// can't.
func (k *Keys) Swappable() error {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.page == nil {
		return nil
	}
	return k.page.unlocked
}

// KeyDay returns the day whose key is to seal what is of a date: the date itself
// where it is near, else one that is Ahead days after the chain's. Resealed as
// the chain moves on, what is sealed has always between Left and Ahead days.
func (k *Keys) KeyDay(date town.Date) town.Date { return min(date, k.from().AddDays(Ahead)) }

// Stale returns the first key day that has Left days: what is of a later date
// and has an earlier key day is to be sealed anew.
func (k *Keys) Stale() town.Date { return k.from().AddDays(Left) }

// from is the day from which key days are counted.
func (k *Keys) from() town.Date {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.page == nil {
		return 0
	}
	return max(k.links[0].date, k.aim)
}

// Aim has key days counted from a day to which the chain is about to move: what
// is sealed from now on outlasts that.
func (k *Keys) Aim(to town.Date) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.aim = max(k.aim, to)
}

// Date returns the day at which the chain stands: the first whose keys can
// still be derived.
func (k *Keys) Date() town.Date {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.page == nil {
		return 0
	}
	return k.links[0].date
}
