package app_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/seal"
	"aufruf/internal/store/forced"
)

// another returns keys of a chain that nobody here has sealed with.
func another(t *testing.T) *seal.Keys {
	t.Helper()
	keys, err := seal.Create(filepath.Join(t.TempDir(), "other"), tuesday, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (v *vault) wantNoKeyFor(what string, err error) {
	v.t.Helper()
	if p := problem.Of(err); err == nil || p.Kind != problem.Unavailable || p.Key != "booking.no_key" || p.RetryAfter <= 0 {
		v.t.Errorf("%s: got %v, want it refused with booking.no_key", what, err)
	}
}

func (v *vault) claim() {
	v.t.Helper()
	if err := v.Keys.Claim(v.ctx(), v.keys.Date()); err != nil {
		v.t.Fatal(err)
	}
}

// With a key file that was stolen, or put in place by mistake, a server sealed on
// for whoever has it; what it couldn't read it lost, and its mails ended unsent.
func TestAServerWithOtherKeysBooksNothingAndLosesNothing(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		v.claim()
		right := v.keys
		start := at(t, tuesday+7, "09:20")
		made, err := v.Book(v.ctx(), access.Actor{}, secretive(start))
		if err != nil {
			t.Fatal(err)
		}
		v.wish(atNight(wishFor(tuesday.AddDays(20), "ben@example.org")))
		waiting := v.sealedRows(made)

		v.with(another(t))
		_, err = v.Book(v.ctx(), access.Actor{}, wants(at(t, tuesday+9, "09:20")))
		v.wantNoKeyFor("booking", err)
		v.wantNoKeyFor("a wish", v.Wishes.Leave(v.ctx(), access.Actor{}, atNight(wishFor(tuesday.AddDays(20), "eve@example.org"))))
		_, err = v.Move(v.ctx(), access.Actor{}, made.Token, "", at(t, tuesday+9, "09:20"))
		v.wantNoKeyFor("a move", err)
		manager := access.Actor{Kind: access.Staff, User: ledger.User{ID: "chef", Role: ledger.RoleManager}}
		v.wantNoKeyFor("a cancellation by the office", v.CancelTicket(v.ctx(), manager, markt, made.Ticket.ID, app.StaffReason{}))
		if letters, err := v.Outbox.DueMails(v.ctx(), 100); err != nil || len(letters) != 0 {
			t.Errorf("mails: got %d, %v; want none taken", len(letters), err)
		}
		if err := errors.Join(v.Wishes.OfferFree(v.ctx()), v.erase.EraseDue(v.ctx())); err != nil {
			t.Error(err)
		}
		if got := v.free(start); got == 0 {
			t.Error("nothing is read any more")
		}
		if after := v.sealedRows(made); !reflect.DeepEqual(after, waiting) {
			t.Errorf("got %v, want what is sealed left alone", after)
		}

		v.with(right)
		v.wantPersons("with the right keys again", made)
		if got := v.letters(); len(got) != 2 {
			t.Errorf("got letters %v, want the confirmation and the wish's link", got)
		}
	})
}

// A booking that is under way on one node while another begins a new chain is
// either readable with the new one, or was refused; none is after it.
func TestABookingDuringARenewalElsewhereIsSealedAnew(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			var s *forced.Store
			v := openVault(t, engine.open(t), func(of ledger.Store) ledger.Store {
				s = forced.Wrap(t, of)
				return s
			})
			v.claim()
			node := v.App // goes on with the old file
			keys, err := seal.Renew(v.path, "", tuesday, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			v.with(keys)
			var booked app.Appointment
			book := func() (err error) {
				booked, err = node.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
				return err
			}
			renew := func() error {
				if err := v.Keys.Claim(v.ctx(), keys.Date()); err != nil {
					return err
				}
				_, err := v.Keys.Reseal(v.ctx())
				return err
			}
			if bookErr, renewErr := s.Meanwhile("Personal.Put", book, renew); bookErr != nil || renewErr != nil {
				t.Fatal(bookErr, renewErr)
			}
			if err := keys.Settle(); err != nil {
				t.Fatal(err)
			}
			v.wantPersons("booked meanwhile", booked)
			_, err = node.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+9, "09:20")))
			v.wantNoKeyFor("on the other node afterwards", err)
		})
	}
}

// A file that was taken away, or belongs to another, was an alarm only with the
// next day's erasing.
func TestWrongKeysAreSeenAtOnceAndOnlyWhileTheyAre(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		v.claim()
		look := func(what string, want error) {
			t.Helper()
			v.erase.LookAtKeys(v.ctx())
			if got := v.erase.KeysWrong(); !errors.Is(got, want) || (want == nil) != (got == nil) {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
		look("as it began", nil)
		ours, err := os.ReadFile(v.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(v.path); err != nil {
			t.Fatal(err)
		}
		look("taken away", seal.ErrReplaced)
		if _, err := v.Book(v.ctx(), access.Actor{}, wants(at(t, tuesday+7, "09:20"))); err != nil {
			t.Errorf("the keys in memory are the database's still: %v", err)
		}
		if err := os.WriteFile(v.path, ours, 0o600); err != nil {
			t.Fatal(err)
		}
		look("put back", nil)
		right := v.App
		v.with(another(t))
		v.claim() // another node began a new chain
		elsewhere := right.Persons.NewEraser(v.thief(), nil)
		elsewhere.LookAtKeys(v.ctx())
		if got := elsewhere.KeysWrong(); !errors.Is(got, app.ErrOtherKeys) {
			t.Errorf("renewed elsewhere: got %v, want %v", got, app.ErrOtherKeys)
		}
	})
}
