package app_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// runOverwrites overwrites what is erased, as a running server does, until the
// test ends.
func (n *night) runOverwrites() {
	ctx, cancel := context.WithCancel(context.Background())
	ended, of := make(chan error, 1), n.App
	go func() { ended <- of.Upkeep.RunOverwrites(ctx) }()
	n.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			n.t.Error(err)
		}
	})
}

// overwritten waits until nothing that was erased lies on disk any more.
func (n *night) overwritten() {
	n.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(10 * time.Second); n.Upkeep.OverwriteBehind() > 0; {
		select {
		case <-tick.C:
		case <-deadline:
			n.t.Fatalf("what was erased %s ago still lies on disk", n.Upkeep.OverwriteBehind())
		}
	}
}

// readBesides keeps a reading transaction open in a program of its own, as far
// as SQLite can tell, and returns how to end it.
func (n *night) readBesides() (end func()) {
	n.t.Helper()
	other, err := sqlite.Open(n.ctx(), filepath.Join(n.dir, "aufruf.db"), sqlite.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	reading, enough, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- other.View(n.ctx(), func(tx ledger.Tx) error {
			_, err := tx.Meta().Get(n.ctx(), "epoch")
			close(reading)
			<-enough
			return err
		})
	}()
	<-reading
	return func() {
		n.t.Helper()
		close(enough)
		if err := errors.Join(<-ended, other.Close()); err != nil {
			n.t.Fatal(err)
		}
	}
}

// One open reader of the file once stopped erasing, the chain of keys, and then
// all mail, without a word.
func TestAReaderOfTheFileHoldsUpNeitherMailsNorTheKeys(t *testing.T) {
	n := openNight(t)
	const people = 13 // more than there are senders
	var made []app.Appointment
	secrets := map[string][]byte{}
	for i := range people {
		r := secretive(at(t, tuesday+7, fmt.Sprintf("%02d:%02d", 9+i/6, 10*(i%6))))
		r.Person.Email = fmt.Sprintf("xq-%d@beispiel.example.net", i)
		a, err := n.Book(n.ctx(), access.Actor{}, r)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, a)
		secrets[r.Person.Email] = n.secrets(a)["sealed"]
	}
	over, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	secrets["of the day that is over"] = n.secrets(over)["sealed"]
	n.deliver()
	end := n.readBesides()
	for _, a := range made {
		if err := n.Cancel(n.ctx(), access.Actor{}, a.Token); err != nil {
			t.Fatal(err)
		}
	}
	n.deliver()
	n.wantSent(made, app.MailCancellation)
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	if got, want := n.keys.Date(), tuesday+1; got != want {
		t.Errorf("keys: got %s, want %s", got, want)
	}
	n.wantLogged("still lies on disk", 1)
	for name, secret := range secrets {
		if len(n.holding(secret)) == 0 {
			t.Errorf("while somebody reads: %s: found nowhere, so this test proves nothing", name)
		}
	}
	end()
	n.overwritten()
	for name, secret := range secrets {
		if got := n.holding(secret); len(got) != 0 {
			t.Errorf("%s: found in %v", name, got)
		}
	}
	n.wantLogged("is overwritten now", 1)
}

// lockedFolder is a mail folder from which nothing can be removed.
type lockedFolder struct{}

var errLocked = errors.New("the folder is locked")

func (lockedFolder) Erase(time.Time) (int, error)           { return 0, errLocked }
func (lockedFolder) EraseTicket(town.TicketID) (int, error) { return 0, errLocked }

// Whatever can't be erased in a night: the keys of the day go all the same.
func TestTheKeysMoveOnWhateverCantBeErased(t *testing.T) {
	for name, fail := range map[string]func(*night, *forced.Store) error{
		"the mail folder": func(n *night, s *forced.Store) error {
			n.eraser = n.Persons.NewEraser(n.keys, lockedFolder{})
			return errLocked
		},
		"the rows": func(n *night, s *forced.Store) error {
			s.Fail("Personal.DeleteBefore", errLocked, 1)
			return errLocked
		},
	} {
		t.Run(name, func(t *testing.T) {
			var store *forced.Store
			n := openNightOn(t, func(s ledger.Store) ledger.Store {
				store = forced.Wrap(t, s)
				return store
			})
			want := fail(n, store)
			n.set(at(t, tuesday+1, "00:01"))
			if got, want := n.eraser.KeysBehind(), 1; got != want {
				t.Errorf("before: got keys of %d days that are over, want %d", got, want)
			}
			if err := n.eraser.EraseDue(n.ctx()); !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
			if got, want := n.keys.Date(), tuesday+1; got != want {
				t.Errorf("keys: got %s, want %s", got, want)
			}
			if got := n.eraser.KeysBehind(); got != 0 {
				t.Errorf("got keys of %d days that are over, want none", got)
			}
		})
	}
}

// wantSent expects that each ticket had a mail of a kind, and got it.
func (n *night) wantSent(made []app.Appointment, kind string) {
	n.t.Helper()
	for _, a := range made {
		sent := 0
		for _, m := range n.mailsOf(a.Ticket.ID) {
			if m.Kind == kind && m.State == app.MailSent && m.Reason == "" {
				sent++
			}
		}
		if sent != 1 {
			n.t.Errorf("number %s: got %d mails of kind %s sent, want 1", a.Ticket.Number, sent, kind)
		}
	}
}

func (n *night) mailsOf(ticket town.TicketID) (mails []ledger.Mail) {
	n.t.Helper()
	err := n.store.View(n.ctx(), func(tx ledger.Tx) (err error) {
		mails, err = tx.Mails().OfTicket(n.ctx(), ticket)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return mails
}

func (n *night) wantLogged(what string, times int) {
	n.t.Helper()
	if got := strings.Count(n.log.String(), what); got != times {
		n.t.Errorf("%q logged %d times, want %d:\n%s", what, got, times, n.log)
	}
}

// Who asks for erasure on the command line is told what is left to do.
func TestErasedOnRequestWhileSomebodyReadsSaysSo(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	sealed := n.secrets(made)["sealed"]
	end := n.readBesides()
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, made.Ticket.Number, nil); !errors.Is(err, app.ErrStillOnDisk) {
		t.Errorf("while somebody reads: got %v, want %v", err, app.ErrStillOnDisk)
	}
	n.numberStays(made)
	end()
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, made.Ticket.Number, nil); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if got := n.holding(sealed); len(got) != 0 {
		t.Errorf("found in %v", got)
	}
}

// An appointment taken from an offer stands, whatever happens to the bytes of
// the wish that was erased with it.
func TestAnOfferIsTakenWhileSomebodyReads(t *testing.T) {
	n := openNight(t)
	day := tuesday.AddDays(3)
	n.only(day, "")
	tokens := n.fill(day)
	n.wish(wishFor(day, "first@example.org"))
	n.cancel(tokens[at(t, day, "09:20").Unix()][0])
	offers := n.letters()["offer first@example.org"]
	if len(offers) != 1 {
		t.Fatalf("got %d offers, want 1", len(offers))
	}
	token := offers[0].Person.Token
	end := n.readBesides()
	if _, err := n.Wishes.Accept(n.ctx(), token); err != nil {
		t.Errorf("got %v, want the appointment", err)
	}
	end()
	n.overwritten()
}
