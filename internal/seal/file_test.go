package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"aufruf/internal/town"
)

func TestAKeyFileOpenToOthersIsRefused(t *testing.T) {
	_, path := created(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), fs.FileMode(0o600); got != want {
		t.Errorf("mode: got %o, want %o", got, want)
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrExposed) {
			t.Errorf("mode %o: got %v, want %v", mode, err, ErrExposed)
		}
	}
}

func TestAMissingOrDamagedFileIsToldApart(t *testing.T) {
	_, path := created(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path + "x"); !errors.Is(err, ErrMissing) {
		t.Errorf("missing: got %v, want %v", err, ErrMissing)
	}
	damages := map[string][]byte{
		"empty":     nil,
		"half":      whole[:len(whole)/2],
		"typo":      bytes.Replace(whole, []byte("2026-12-01"), []byte("2026-12-02"), 1),
		"long":      append(bytes.TrimSpace(whole), "00"...),
		"short":     []byte(magic + " 2026-12-01 ab 12345678\n"),
		"bad date":  bytes.Replace(whole, []byte("2026-12-01"), []byte("2026-13-01"), 1),
		"other":     []byte("something else\n"),
		"too large": bytes.Repeat([]byte("x"), 2*maxFile),
		"too many":  bytes.Repeat(whole, maxChains+1),
		"two, bad":  append(bytes.Clone(whole), whole[:len(whole)-3]...),
	}
	for name, text := range damages {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %v, want %v", name, err, ErrDamaged)
		}
	}
}

func TestWhatACrashLeftBehindIsRemoved(t *testing.T) {
	k, path := created(t)
	if err := k.Advance(today + 2); err != nil {
		t.Fatal(err)
	}
	// The crash came between writing and renaming: the left file is older than
	// the real one will be, and would keep its days readable.
	if err := os.WriteFile(path+newSuffix, []byte(magic+" half"), 0o600); err != nil {
		t.Fatal(err)
	}
	reopened := mustOpen(t, path)
	if got, want := reopened.Date(), today+2; got != want {
		t.Errorf("date: got %s, want %s", got, want)
	}
	assertAlone(t, path)

	if err := os.WriteFile(path+newSuffix, []byte(magic+" half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := reopened.Advance(today + 3); err != nil {
		t.Fatal(err)
	}
	assertAlone(t, path)
}

func TestASymbolicLinkIsFollowed(t *testing.T) {
	_, path := created(t)
	name := path + ".link"
	if err := os.Symlink(path, name); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, name).Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	if got, want := mustOpen(t, path).Date(), today+1; got != want {
		t.Errorf("target: got %s, want %s", got, want)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	_, path := created(t)
	if _, err := Create(path, today, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want %v", err, fs.ErrExist)
	}
	_, isNew, err := OpenOrCreate(path, today, rand.Reader)
	if err != nil || isNew {
		t.Errorf("existing: got %v, %v, want false, nil", isNew, err)
	}
	_, isNew, err = OpenOrCreate(path+"2", today, rand.Reader)
	if err != nil || !isNew {
		t.Errorf("new: got %v, %v, want true, nil", isNew, err)
	}
	assertAlone(t, path+"2")
}

func FuzzParse(f *testing.F) {
	p := newTestPage(f)
	one := p.text[:marshal(p.text[:], []link{{today, &p.chains[0]}})]
	f.Add(bytes.Clone(one))
	f.Add(append(bytes.Clone(one), one...))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, text []byte) {
		links := p.parse(text, &p.chains)
		if links == nil {
			return
		}
		again := p.again[:marshal(p.again[:], links)]
		if !bytes.Equal(bytes.TrimSpace(text), bytes.TrimSpace(again)) {
			t.Errorf("%q reads as %q", text, again)
		}
	})
}

func assertAlone(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path + newSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: got %v, want none", path+newSuffix, err)
	}
}

// Every command opens the key file while the server moves it on: an opener once
// took the file that was being written for a leftover, and overwrote what had
// become the key file meanwhile.
func TestOpeningWhileAnotherProgramMovesOnHarmsNothing(t *testing.T) {
	k, path := created(t)
	const days = 60
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range days {
				if _, err := Open(path); err != nil {
					t.Errorf("open: %v", err)
					return
				}
			}
		})
	}
	for day := range days {
		if err := k.Advance(today + 1 + town.Date(day)); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	if got, want := mustOpen(t, path).Date(), today+days; got != want {
		t.Errorf("date: got %s, want %s", got, want)
	}
	assertAlone(t, path)
}

// TestALeftoverIsOverwrittenBeforeItGoes: it may hold the keys of days that are past.
func TestALeftoverIsOverwrittenBeforeItGoes(t *testing.T) {
	_, path := created(t)
	if err := os.WriteFile(path+newSuffix, []byte(magic+" half"), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := filepath.Join(t.TempDir(), "seen")
	if err := os.Link(path+newSuffix, seen); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path)
	assertAlone(t, path)
	if left, err := os.ReadFile(seen); err != nil || bytes.Contains(left, []byte("half")) {
		t.Errorf("got %q, %v; want the bytes gone", left, err)
	}
}
