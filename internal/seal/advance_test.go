package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// After a theft the file is deleted, or another one is put in its place; the
// server that still ran once wrote the stolen chain back at midnight.
func TestMovingOnWritesNothingOverAnotherChain(t *testing.T) {
	for name, replace := range map[string]func(t *testing.T, path string) error{
		"deleted": func(_ *testing.T, path string) error { return os.Remove(path) },
		"emptied": func(_ *testing.T, path string) error { return os.Truncate(path, 0) },
		"damaged": func(_ *testing.T, path string) error { return os.WriteFile(path, []byte(magic+" half"), 0o600) },
		"another node's": func(t *testing.T, path string) error {
			_, other := created(t)
			return os.Rename(other, path)
		},
		"another node's, further on": func(t *testing.T, path string) error {
			k, other := created(t)
			return errors.Join(k.Advance(today+3), os.Rename(other, path))
		},
		"another chain, with this one behind it": func(t *testing.T, path string) error {
			_, err := Renew(path, "", today, rand.Reader)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			k, path := created(t)
			s := sealed(t, k, today)
			if err := k.Check(); err != nil {
				t.Errorf("its own file: %v", err)
			}
			if err := replace(t, path); err != nil {
				t.Fatal(err)
			}
			before := content(t, path)
			if err := k.Check(); !errors.Is(err, ErrReplaced) {
				t.Errorf("check: got %v, want %v", err, ErrReplaced)
			}
			if err := k.Advance(today + 1); !errors.Is(err, ErrReplaced) {
				t.Errorf("moving on: got %v, want %v", err, ErrReplaced)
			}
			if got := content(t, path); !bytes.Equal(got, before) {
				t.Errorf("the file: got %q, want %q", got, before)
			}
			assertAlone(t, path)
			if _, err := k.Open(branch, today, ticket, s); err != nil {
				t.Errorf("what the server has sealed: %v", err)
			}
		})
	}
}

// content returns what a file holds; nil: there is none.
func content(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return text
}

// A copy of an earlier day is of the same chain: put back by mistake, it moves on.
func TestAnEarlierCopyOfTheSameChainMovesOn(t *testing.T) {
	k, path := created(t)
	earlier := content(t, path)
	if err := k.Advance(today + 2); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, earlier, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := k.Check(); err != nil {
		t.Error(err)
	}
	if err := k.Advance(today + 3); err != nil {
		t.Fatal(err)
	}
	if got, want := mustOpen(t, path).Date(), today+3; got != want {
		t.Errorf("stored date: got %s, want %s", got, want)
	}
}

// A first start that was killed after the link and before the old name was
// removed left its file under both names; the next start took one of them for a
// leftover, and overwrote the key file with zeros.
func TestAFirstStartKilledBetweenTwoCallsLosesNoKey(t *testing.T) {
	k, path := created(t)
	s := sealed(t, k, today)
	for name, start := range map[string]func() error{
		"open":    func() error { _, err := Open(path); return err },
		"move on": func() error { return k.Advance(k.Date() + 1) },
	} {
		if err := os.Link(path, path+newSuffix); err != nil {
			t.Fatal(err)
		}
		if err := start(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		assertAlone(t, path)
		if _, err := mustOpen(t, path).Seal(branch, k.Date(), ticket, person); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := k.Open(branch, today, ticket, s); !errors.Is(err, ErrPast) {
		t.Errorf("got %v, want %v", err, ErrPast)
	}
}

// A leftover with no key file beside it is of a start that was killed even
// earlier.
func TestALeftoverWithoutAKeyFileIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path+newSuffix, []byte(magic+" half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, created, err := OpenOrCreate(path, today, rand.Reader); err != nil || !created {
		t.Errorf("got %v, %v; want a new file", created, err)
	}
	assertAlone(t, path)
}

func TestClosedKeysKnowNothing(t *testing.T) {
	k, path := created(t)
	s := sealed(t, k, today)
	for range 2 {
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, sealErr := k.Seal(branch, today, ticket, person)
	_, openErr := k.Open(branch, today, ticket, s)
	_, hashErr := k.Hash(today, "email", "a@example.org")
	for name, err := range map[string]error{
		"seal": sealErr, "open": openErr, "hash": hashErr, "advance": k.Advance(today + 1), "check": k.Check(), "settle": k.Settle(),
	} {
		if err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if _, err := mustOpen(t, path).Open(branch, today, ticket, s); err != nil {
		t.Errorf("the file: %v", err)
	}
}
