package app_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/store/sqlite"
)

func TestAnOldCopyCantBeReadWithTheKeyFileOfLater(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	later, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	old := t.TempDir()
	for _, name := range []string{"aufruf.db", "aufruf.db-wal"} {
		text, err := os.ReadFile(filepath.Join(n.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(old, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()

	store, err := sqlite.Open(n.ctx(), filepath.Join(old, "aufruf.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keys, err := seal.Open(filepath.Join(n.dir, "aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	readable := func(made app.Appointment) error {
		return store.View(n.ctx(), func(tx ledger.Tx) error {
			row, err := tx.Personal().Get(n.ctx(), made.Ticket.ID)
			if err != nil {
				return err
			}
			_, err = keys.Open(row.Branch, row.KeyDay, string(row.Ticket), row.Body)
			return err
		})
	}
	if err := readable(made); !errors.Is(err, seal.ErrPast) {
		t.Errorf("yesterday: got %v, want %v", err, seal.ErrPast)
	}
	if err := readable(later); err != nil {
		t.Errorf("a day to come: %v", err)
	}
}

func TestMovingToAnotherDaySealsAnew(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Move(n.ctx(), access.Actor{}, made.Token, "", at(t, tuesday+7, "09:20")); err != nil {
		t.Fatal(err)
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	found, err := n.Appointment(n.ctx(), made.Token)
	if err != nil {
		t.Fatal(err)
	}
	if found.Person == nil || found.Person.Email != "xq-9317@beispiel.example.net" {
		t.Errorf("person: got %+v", found.Person)
	}
}

// loseKeys starts the server without its key file.
func (n *night) loseKeys() {
	n.t.Helper()
	if err := errors.Join(n.store.Close(), os.Remove(filepath.Join(n.dir, "aufruf.key"))); err != nil {
		n.t.Fatal(err)
	}
	keys, created, err := seal.OpenOrCreate(filepath.Join(n.dir, "aufruf.key"), tuesday, rand.Reader)
	if err != nil || !created {
		n.t.Fatal(created, err)
	}
	n.keys = keys
	n.open()
}

// TestALostKeyFileCostsNamesOnly is the promise that numbers and calls go on.
func TestALostKeyFileCostsNamesOnly(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.loseKeys()
	found, err := n.Appointment(n.ctx(), made.Token)
	if err != nil || found.Ticket.Number != made.Ticket.Number || found.Person != nil {
		t.Errorf("got %+v, %v, want the number without a name", found, err)
	}
	n.deliver()
	if _, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:40"))); err != nil {
		t.Errorf("a new booking: %v", err)
	}
	n.set(at(t, tuesday, "09:20"))
	if done := n.must(clerk, next("platz-1")); done.Ticket.Number != made.Ticket.Number {
		t.Errorf("called %s, want %s", done.Ticket.Number, made.Ticket.Number)
	}
}

// The running server once wrote a stolen chain back over the file that was to
// replace it. It leaves the file alone, says so once an hour, and goes on.
func TestAKeyFilePutUnderTheServerIsAnAlarm(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	over, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	sealed := n.secrets(over)["sealed"]
	path := filepath.Join(n.dir, "aufruf.key")
	ours, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		n.erase()
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the stolen chain was written back: %v", err)
	}
	if !errors.Is(n.eraser.KeysWrong(), seal.ErrReplaced) || n.eraser.KeysBehind() != 1 {
		t.Errorf("got %v, %d days behind; want an alarm and one day", n.eraser.KeysWrong(), n.eraser.KeysBehind())
	}
	n.wantLogged("the key file isn't the right one", 2) // at once, and after the day
	if got := n.holding(sealed); len(got) != 0 {
		t.Errorf("what is over: found in %v", got)
	}
	if data, err := n.Persons.Data(n.ctx(), markt, tuesday+7, made.Ticket.Number); err != nil || data.Person == nil {
		t.Errorf("what is to come: %v, %v", data.Person, err)
	}

	// Put back, it moves on at the next look.
	if err := os.WriteFile(path, ours, 0o600); err != nil {
		t.Fatal(err)
	}
	n.erase()
	if n.eraser.KeysWrong() != nil || n.eraser.KeysBehind() != 0 {
		t.Errorf("put back: got %v, %d days behind", n.eraser.KeysWrong(), n.eraser.KeysBehind())
	}
}
