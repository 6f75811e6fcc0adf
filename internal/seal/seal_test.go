package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/town"
)

const (
	branch = town.BranchID("grimma-markt")
	ticket = "ticket-1"
)

var (
	today  = town.NewDate(2026, time.December, 1)
	person = []byte(`{"name":"Erika Beispiel","email":"erika@example.org"}`)
)

func created(t *testing.T) (*Keys, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "aufruf.key")
	k, err := Create(path, today, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k, path
}

func sealed(t *testing.T, k *Keys, date town.Date) []byte {
	t.Helper()
	s, err := k.Seal(branch, date, ticket, person)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	k, path := created(t)
	for _, days := range []int{0, 1, 90, MaxDays} {
		date := today.AddDays(days)
		s := sealed(t, k, date)
		if bytes.Contains(s, []byte("Erika")) {
			t.Errorf("%s: sealed data holds the name", date)
		}
		reopened, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := reopened.Open(branch, date, ticket, s)
		if err != nil {
			t.Fatalf("%s: %v", date, err)
		}
		if diff := cmp.Diff(string(person), string(got)); diff != "" {
			t.Errorf("%s: -want +got\n%s", date, diff)
		}
	}
}

func TestAnythingElseIsUnreadable(t *testing.T) {
	k, _ := created(t)
	other, _ := created(t)
	s := sealed(t, k, today)
	flipped := bytes.Clone(s)
	flipped[len(flipped)-1] ^= 1
	newer := bytes.Clone(s)
	newer[0] = version + 1
	tests := []struct {
		name   string
		keys   *Keys
		branch town.BranchID
		date   town.Date
		about  string
		sealed []byte
	}{
		{"another branch", k, "nerchau", today, "ticket-1", s},
		{"another day", k, branch, today + 1, "ticket-1", s},
		{"another ticket", k, branch, today, "ticket-2", s},
		{"another chain", other, branch, today, "ticket-1", s},
		{"a changed bit", k, branch, today, "ticket-1", flipped},
		{"another version", k, branch, today, "ticket-1", newer},
		{"cut short", k, branch, today, "ticket-1", s[:8]},
		{"nothing", k, branch, today, "ticket-1", nil},
	}
	for _, test := range tests {
		_, err := test.keys.Open(test.branch, test.date, test.about, test.sealed)
		if !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: got %v, want %v", test.name, err, ErrUnreadable)
		}
	}
}

func TestAnOldBackupStaysShutOnceTheFileHasMovedOn(t *testing.T) {
	k, path := created(t)
	backup := sealed(t, k, today)
	if err := k.Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	reopened, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string]*Keys{"running": k, "reopened": reopened} {
		if _, err := keys.Open(branch, today, ticket, backup); !errors.Is(err, ErrPast) {
			t.Errorf("%s: open: got %v, want %v", name, err, ErrPast)
		}
		if _, err := keys.Seal(branch, today, ticket, person); !errors.Is(err, ErrPast) {
			t.Errorf("%s: seal: got %v, want %v", name, err, ErrPast)
		}
	}
}

func TestADayToComeReadsTheSameBeforeAndAfterAdvance(t *testing.T) {
	k, path := created(t)
	leapDay := town.NewDate(2028, time.February, 29)
	s := sealed(t, k, leapDay)
	for _, to := range []town.Date{today + 1, today + 2, leapDay - 1, leapDay} {
		if err := k.Advance(to); err != nil {
			t.Fatal(err)
		}
		if got, want := k.Date(), to; got != want {
			t.Errorf("date: got %s, want %s", got, want)
		}
		if _, err := k.Open(branch, leapDay, ticket, s); err != nil {
			t.Errorf("moved on to %s: %v", to, err)
		}
	}
	if err := k.Advance(leapDay + 1); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Open(branch, leapDay, ticket, s); !errors.Is(err, ErrPast) {
		t.Errorf("after the leap day: got %v, want %v", err, ErrPast)
	}
	if got, want := mustOpen(t, path).Date(), leapDay+1; got != want {
		t.Errorf("stored date: got %s, want %s", got, want)
	}
}

func TestNodesWithTheSameFileReadEachOther(t *testing.T) {
	k, path := created(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(t.TempDir(), "copy.key")
	if err := os.WriteFile(second, text, 0o600); err != nil {
		t.Fatal(err)
	}
	node := mustOpen(t, second)
	if err := node.Advance(today + 3); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(branch, today+5, ticket, sealed(t, k, today+5)); err != nil {
		t.Errorf("node ahead by three days: %v", err)
	}
}

func TestAHashIsOfItsDayAndPurpose(t *testing.T) {
	k, path := created(t)
	const address = "erika@example.org"
	hash := func(k *Keys, date town.Date, purpose, value string) string {
		t.Helper()
		h, err := k.Hash(date, purpose, value)
		if err != nil || len(h) != 32 {
			t.Fatalf("got %d bytes, %v; want 32", len(h), err)
		}
		return string(h)
	}
	of := hash(k, today+5, "email", address)
	if hash(mustOpen(t, path), today+5, "email", address) != of {
		t.Error("another node hashes the same address otherwise")
	}
	for what, other := range map[string]string{
		"another day":     hash(k, today+6, "email", address),
		"another purpose": hash(k, today+5, "wish", address),
		"another value":   hash(k, today+5, "email", "ada@example.org"),
	} {
		if other == of {
			t.Errorf("%s has the same hash", what)
		}
	}
	if err := k.Advance(today + 5); err != nil {
		t.Fatal(err)
	}
	if hash(k, today+5, "email", address) != of {
		t.Error("moved on, the same address has another hash")
	}
	if err := k.Advance(today + 6); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Hash(today+5, "email", address); !errors.Is(err, ErrPast) {
		t.Errorf("of a day that is over: got %v, want %v", err, ErrPast)
	}
}

func TestHashesAreThoseOfTheDaysThatHaveAKey(t *testing.T) {
	k, path := created(t)
	if err := k.Advance(today + 2); err != nil {
		t.Fatal(err)
	}
	got, err := k.Hashes(today, today+9, "email", "a@example.org")
	if err != nil {
		t.Fatal(err)
	}
	other := mustOpen(t, path)
	var want [][]byte
	for date := today + 2; date <= today+9; date++ {
		one, err := other.Hash(date, "email", "a@example.org")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, one)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if far, err := k.Hashes(today, today+MaxDays+100, "email", "b"); err != nil || len(far) != MaxDays+1 {
		t.Errorf("got %d, %v; want those up to the farthest day", len(far), err)
	}
}

func TestTheChainNeverMovesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "seal")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "key")
		k, err := Create(path, today, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		highest := today
		for _, days := range rapid.SliceOfN(rapid.IntRange(-400, 400), 1, 6).Draw(t, "days") {
			to := today.AddDays(days)
			if err := k.Advance(to); err != nil {
				t.Fatal(err)
			}
			highest = max(highest, to)
			stored, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if k.Date() != highest || stored.Date() != highest {
				t.Fatalf("after %s: got %s, stored %s, want %s", to, k.Date(), stored.Date(), highest)
			}
		}
	})
}

func TestASecondProcessIsNotSetBack(t *testing.T) {
	k, path := created(t)
	other := mustOpen(t, path)
	if err := other.Advance(today + 9); err != nil {
		t.Fatal(err)
	}
	if err := k.Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	if got, want := mustOpen(t, path).Date(), today+9; got != want {
		t.Errorf("stored date: got %s, want %s", got, want)
	}
}

func TestDaysTooFarAheadAreRefused(t *testing.T) {
	k, _ := created(t)
	far := today.AddDays(MaxDays + 1)
	if _, err := k.Seal(branch, far, ticket, person); !errors.Is(err, ErrTooFar) {
		t.Errorf("seal: got %v, want %v", err, ErrTooFar)
	}
	if err := k.Advance(far); !errors.Is(err, ErrTooFar) {
		t.Errorf("advance: got %v, want %v", err, ErrTooFar)
	}
	if got, want := k.Date(), today; got != want {
		t.Errorf("date: got %s, want %s", got, want)
	}
}

func TestLengthsTellNothingOfAName(t *testing.T) {
	k, _ := created(t)
	lengths := map[int]bool{}
	for _, name := range []string{"", "Li", "Wolfeschlegelsteinhausenbergerdorff"} {
		s, err := k.Seal(branch, today, ticket, []byte(name))
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(s)] = true
		got, err := k.Open(branch, today, ticket, s)
		if err != nil || string(got) != name {
			t.Errorf("got %q, %v, want %q", got, err, name)
		}
	}
	if got, want := len(lengths), 1; got != want {
		t.Errorf("got %d different lengths, want %d", got, want)
	}
}

// Rows of earlier versions were padded in steps of 128 bytes.
func TestWhatEarlierVersionsSealedOpens(t *testing.T) {
	k, _ := created(t)
	var old []byte
	err := k.with(keyID{0, branch, today}, func(aead cipher.AEAD) error {
		padded := append(bytes.Clone(person), 0x80)
		padded = append(padded, make([]byte, 128-len(padded)%128)...)
		head := append([]byte{1}, make([]byte, aead.NonceSize())...)
		old = aead.Seal(head, head[1:], padded, append([]byte{1}, ticket...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(old), 157; got != want {
		t.Fatalf("got %d bytes, want %d as then", got, want)
	}
	if got, err := k.Open(branch, today, ticket, old); err != nil || !bytes.Equal(got, person) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAdvanceOverwritesTheOldValue(t *testing.T) {
	k, path := created(t)
	// A second name keeps the old file's bytes reachable after the rename.
	second := path + ".kept"
	if err := os.Link(path, second); err != nil {
		t.Fatal(err)
	}
	if err := k.Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	if want := make([]byte, len(got)); !bytes.Equal(got, want) {
		t.Errorf("old file: got %q, want zeros", got)
	}
}

func TestAFailedAdvanceChangesNothing(t *testing.T) {
	k, path := created(t)
	s := sealed(t, k, today)
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if err := k.Advance(today + 1); err == nil {
		t.Fatal("got no error, want one")
	}
	if _, err := k.Open(branch, today, ticket, s); err != nil {
		t.Errorf("today after a failed advance: %v", err)
	}
}

func TestWithoutRandomnessNothingIsSealed(t *testing.T) {
	k, path := created(t)
	k.random = bytes.NewReader(nil)
	if _, err := k.Seal(branch, today, ticket, person); err == nil {
		t.Error("seal: got no error, want one")
	}
	if _, err := Create(path+"2", today, bytes.NewReader(nil)); err == nil {
		t.Error("create: got no error, want one")
	}
}

func TestManyAtOnce(t *testing.T) {
	k, _ := created(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			date := today.AddDays(10 + i)
			s, err := k.Seal(branch, date, ticket, person)
			if err == nil {
				err = k.Advance(today.AddDays(i))
			}
			if err == nil {
				_, err = k.Open(branch, date, ticket, s)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func newTestPage(t testing.TB) *page {
	t.Helper()
	p, err := newPage()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.free)
	return p
}

func mustOpen(t *testing.T, path string) *Keys {
	t.Helper()
	k, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
