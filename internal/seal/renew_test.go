package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/town"
)

func renewed(t *testing.T, path, from string, at town.Date) *Keys {
	t.Helper()
	k, err := Renew(path, from, at, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// wantOpen expects which of some keys open what was sealed.
func wantOpen(t *testing.T, what string, k *Keys, date town.Date, s []byte, want bool) {
	t.Helper()
	got, err := k.Open(branch, date, ticket, s)
	if opened := err == nil; opened != want {
		t.Errorf("%s: opened %v, %v; want %v", what, opened, err, want)
	}
	if err == nil && !bytes.Equal(got, person) {
		t.Errorf("%s: got %q", what, got)
	}
}

// What the old chain has sealed opens until the renewal is settled, at whichever
// point it was interrupted; what is sealed anew opens with the new one alone.
func TestARenewalOpensTheOldAndSealsAnew(t *testing.T) {
	thief, path := created(t)
	day := today + 9
	old := sealed(t, thief, day)
	k := renewed(t, path, "", today)
	wantOpen(t, "old, begun", k, day, old, true)
	fresh := sealed(t, k, day)
	wantOpen(t, "new, thief", thief, day, fresh, false)

	again := renewed(t, path, "", today)
	wantOpen(t, "old, killed and begun again", again, day, old, true)
	wantOpen(t, "new, killed and begun again", again, day, fresh, true)
	server := mustOpen(t, path)
	if !server.Renewing() {
		t.Error("a server that starts meanwhile doesn't know of the renewal")
	}
	wantOpen(t, "old, server", server, day, old, true)
	if err := server.Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, "old, moved on", mustOpen(t, path), day, old, true)
	wantOpen(t, "new, moved on", mustOpen(t, path), day, fresh, true)

	if err := server.Settle(); err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]*Keys{"running": server, "reopened": mustOpen(t, path)} {
		if k.Renewing() {
			t.Errorf("%s: still renewing", name)
		}
		wantOpen(t, "old, settled, "+name, k, day, old, false)
		wantOpen(t, "new, settled, "+name, k, day, fresh, true)
	}
	assertAlone(t, path)
	if got, want := bytes.Count(content(t, path), []byte("\n")), 1; got != want {
		t.Errorf("the file has %d lines, want %d", got, want)
	}
}

// A chain that a wrong clock has moved far ahead can seal nothing of today; a
// new one can.
func TestAChainThatStandsAheadIsRenewed(t *testing.T) {
	ahead, path := created(t)
	if err := ahead.Advance(today + 400); err != nil {
		t.Fatal(err)
	}
	later := sealed(t, ahead, today+500)
	k := renewed(t, path, "", today)
	wantOpen(t, "of today", k, today, sealed(t, k, today), true)
	wantOpen(t, "of later", k, today+500, later, true)
	if err := k.Advance(today + 1); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, "of later, moved on", mustOpen(t, path), today+500, later, true)
}

// A copy that was found again opens what nothing else opens.
func TestARenewalTakesAnotherFilesChainToo(t *testing.T) {
	lost, found := created(t)
	old := sealed(t, lost, today+3)
	path := filepath.Join(t.TempDir(), "key")
	k := renewed(t, path, found, today)
	wantOpen(t, "without a file of its own", k, today+3, old, true)
	if err := k.Settle(); err != nil {
		t.Fatal(err)
	}

	second, other := created(t)
	between := sealed(t, second, today+3)
	for range 2 { // again is no third chain
		k = renewed(t, path, other, today)
		wantOpen(t, "beside its own", k, today+3, between, true)
	}
	if _, err := Renew(path, found, today, rand.Reader); !errors.Is(err, errManyChains) {
		t.Errorf("a third old chain: got %v, want %v", err, errManyChains)
	}
	if _, err := Renew(path, found+"x", today, rand.Reader); !errors.Is(err, ErrMissing) {
		t.Errorf("a file that isn't there: got %v, want %v", err, ErrMissing)
	}
	wantOpen(t, "after refused ones", mustOpen(t, path), today+3, between, true)
}

func TestNoRenewalBesideARunningServer(t *testing.T) {
	_, path := created(t)
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	use, err := Use(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Use(link)
	if err != nil {
		t.Fatalf("a second server: %v", err)
	}
	if _, err := Exclude(link); !errors.Is(err, ErrInUse) {
		t.Errorf("beside servers: got %v, want %v", err, ErrInUse)
	}
	if err := errors.Join(use(), second()); err != nil {
		t.Fatal(err)
	}
	renewal, err := Exclude(path)
	if err != nil {
		t.Fatalf("after them: %v", err)
	}
	if _, err := Use(path); !errors.Is(err, ErrInUse) {
		t.Errorf("a server beside a renewal: got %v, want %v", err, ErrInUse)
	}
	if err := renewal(); err != nil {
		t.Fatal(err)
	}
}
