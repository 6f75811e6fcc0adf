package app_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/store/forced"
)

// After a theft nothing of what is to come opens with what was stolen, and
// nothing is lost, wherever the renewal was interrupted.
func TestARenewalLosesNothingWhereverItIsInterrupted(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, s *interrupted) {
		made := v.furnish()
		thief := v.thief()
		before := v.sealedRows(made...)
		if got, want := len(opening(before, thief)), 3+1+2; got != want {
			t.Fatalf("before: the thief opens %d of %v, want %d", got, slices.Sorted(maps.Keys(before)), want)
		}
		kills := 0
		for point := 1; ; point++ {
			keys, err := seal.Renew(v.path, "", tuesday, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			v.with(keys)
			s.left = point
			_, err = v.Keys.Reseal(v.ctx())
			s.left = 0
			v.wantPersons(fmt.Sprintf("interrupted at %d", point), made...)
			if err == nil {
				break
			}
			if !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			kills++
		}
		if kills < 3 {
			t.Errorf("killed %d times, want at each kind of row", kills)
		}
		if err := v.keys.Settle(); err != nil {
			t.Fatal(err)
		}
		v.start()
		v.wantPersons("settled", made...)
		after := v.sealedRows(made...)
		if diff := cmp.Diff([]string{}, opening(after, thief)); diff != "" {
			t.Errorf("the thief opens (-want +got):\n%s", diff)
		}
		if got, want := len(opening(after, v.keys)), len(before); got != want {
			t.Errorf("the new chain opens %d, want %d", got, want)
		}
		fresh, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:40")))
		if err != nil {
			t.Fatal(err)
		}
		if got := opening(v.sealedRows(fresh), thief); len(got) != 0 {
			t.Errorf("what was stored since: the thief opens %v", got)
		}
	})
}

// What is erased before its day can be read in a copy, by who has the key file
// too; not for weeks, but until the key days of that time are over.
func TestErasedEarlyIsUnreadableInCopiesWithinDays(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		far, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		copied := v.sealedRows(far)
		if got := opening(copied, v.keys); len(got) != 1 {
			t.Fatalf("before: a copy opens %v, want the person", got)
		}
		if _, err := v.Persons.Erase(v.ctx(), markt, far.Ticket.Date, far.Ticket.Number, nil); err != nil {
			t.Fatal(err)
		}
		v.nights(seal.Ahead)
		if got := opening(copied, v.keys); len(got) != 1 {
			t.Errorf("after %d days: a copy opens %v, want the person: a backup must be good for some days", seal.Ahead, got)
		}
		v.nights(1)
		if got := opening(copied, v.keys); len(got) != 0 {
			t.Errorf("after %d days: a copy still opens %v", seal.Ahead+1, got)
		}
	})
}

// Night after night, or after weeks in which nothing ran: whoever isn't erased is
// known until the day is over, and a backup of the last week can be read.
func TestWhatIsSealedForANearDayOutlastsIt(t *testing.T) {
	for name, steps := range map[string][]int{
		"night after night":         slices.Repeat([]int{1}, 42),
		"after a week off":          {1, 8, 1, 8, 1, 8, 1, 8, 6},
		"after three weeks off":     {1, 21, 1, 19},
		"after all the time before": {42},
	} {
		t.Run(name, func(t *testing.T) {
			onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
				far, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
				if err != nil {
					t.Fatal(err)
				}
				v.wish(atNight(wishFor(tuesday.AddDays(42), "ben@example.org")))
				for _, days := range steps {
					v.start() // what was off starts again
					v.nights(days)
					v.wantPersons(v.clock().Format(time.DateOnly), far)
					for name, r := range v.sealedRows(far) {
						left := min(r.date, v.keys.Date().AddDays(seal.Left))
						if !r.opens(v.keys) || r.keyDay < left || r.keyDay > v.keys.Date().AddDays(seal.Ahead) {
							t.Errorf("%s: %s has the key of %s, want between %s and %d days", v.keys.Date(), name, r.keyDay, left, seal.Ahead)
						}
					}
				}
				v.nights(1)
				if rows := v.sealedRows(far); len(rows) != 0 {
					t.Errorf("after the day: %v", slices.Sorted(maps.Keys(rows)))
				}
			})
		})
	}
}

// A night in which nothing can be sealed anew must not cost what is to come: the
// keys wait, and the next look makes up for it.
func TestTheKeysWaitForWhatCantBeSealedAnew(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, s *interrupted) {
		far, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		v.set(v.clock().AddDate(0, 0, 20)) // later than the key day of what is stored
		for failing := 1; failing < 12; failing++ {
			s.left = failing
			if err := v.erase.EraseDue(v.ctx()); err == nil {
				break
			}
			v.wantPersons(fmt.Sprintf("update %d failed", failing), far)
		}
		s.left = 0
		if err := v.erase.EraseDue(v.ctx()); err != nil {
			t.Fatal(err)
		}
		if got, want := v.keys.Date(), tuesday.AddDays(20); got != want {
			t.Errorf("keys: got %s, want %s", got, want)
		}
		v.wantPersons("afterwards", far)
	})
}

// What was booked while the keys were about to make a leap is sealed for the day
// they leap to: a server that was off for weeks serves before it has erased.
func TestWhatIsBookedBeforeALeapOfTheKeysOutlastsIt(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, s *interrupted) {
		v.set(v.clock().AddDate(0, 0, 20))
		before, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.erase.EraseDue(v.ctx()); err != nil {
			t.Fatal(err)
		}
		v.wantPersons("after the leap", before)
	})
}

// A booking that is under way while the keys make a leap was sealed for a day
// that is over by then: sealing anew waits for it, and finds it.
func TestWhatIsBookedDuringALeapOfTheKeysOutlastsIt(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			var s *forced.Store
			v := openVault(t, engine.open(t), func(of ledger.Store) ledger.Store {
				s = forced.Wrap(t, of)
				return s
			})
			v.set(v.clock().AddDate(0, 0, 20))
			var booked app.Appointment
			book := func() (err error) {
				booked, err = v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
				return err
			}
			erase := func() error { return v.erase.EraseDue(v.ctx()) }
			if bookErr, eraseErr := s.Meanwhile("Personal.Put", book, erase); bookErr != nil || eraseErr != nil {
				t.Fatal(bookErr, eraseErr)
			}
			if got, want := v.keys.Date(), tuesday.AddDays(20); got != want {
				t.Errorf("keys: got %s, want %s", got, want)
			}
			v.wantPersons("booked meanwhile", booked)
		})
	}
}

// Three answers: there, erased, and unreadable, which is no answer to whoever
// asks what is known of them.
func TestPersonalDataTellErasedFromUnreadable(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		made, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		ask := func(what string, stored, unreadable bool) {
			t.Helper()
			data, err := v.Persons.Data(v.ctx(), markt, made.Ticket.Date, made.Ticket.Number)
			if err != nil || (data.Person != nil) != stored || data.Unreadable != unreadable {
				t.Errorf("%s: got %+v, unreadable %v, %v", what, data.Person, data.Unreadable, err)
			}
		}
		ask("with its keys", true, false)
		right := v.keys
		other, err := seal.Create(filepath.Join(t.TempDir(), "other"), tuesday, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		v.with(other)
		ask("with another node's", false, true)
		v.with(right)
		erase := func(what string, a app.Appointment, want app.Stood) {
			t.Helper()
			if got, err := v.Persons.Erase(v.ctx(), markt, a.Ticket.Date, a.Ticket.Number, nil); err != nil || got != want {
				t.Errorf("%s: got %v, %v; want %v", what, got, err, want)
			}
		}
		second, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+9, "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		erase("with its keys", made, app.StoodReadable)
		ask("erased", false, false)
		erase("again", made, app.StoodNothing)
		v.with(other)
		ask("erased, with another node's", false, false)
		erase("with another node's", second, app.StoodUnreadable)
		v.with(right)
		erase("again, with its keys", second, app.StoodNothing)
	})
}

// A node that runs with another key file than the database is sealed with, or
// whose chain was given up elsewhere, says so.
func TestKeysOfAnotherChainAreNoticed(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		check := func(what string, known bool, want error) {
			t.Helper()
			if got, err := v.Keys.Check(v.ctx()); got != known || !errors.Is(err, want) {
				t.Errorf("%s: got %v, %v; want %v, %v", what, got, err, known, want)
			}
		}
		check("claimed by nobody", false, nil)
		if err := v.Keys.Claim(v.ctx(), v.keys.Date()); err != nil {
			t.Fatal(err)
		}
		check("claimed", true, nil)
		v.nights(1)
		check("moved on", true, nil)

		node := v.thief()
		keys, err := seal.Renew(v.path, "", v.keys.Date(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		v.with(keys)
		if err := errors.Join(v.Keys.Claim(v.ctx(), keys.Date()), keys.Settle()); err != nil {
			t.Fatal(err)
		}
		check("renewed", true, nil)
		v.with(node)
		check("the node that wasn't told", true, app.ErrOtherKeys)
		for range 2 {
			if err := v.erase.EraseDue(v.ctx()); err != nil {
				t.Fatal(err)
			}
		}
		if !errors.Is(v.erase.KeysWrong(), app.ErrOtherKeys) {
			t.Error("the node that wasn't told raises no alarm")
		}
	})
}

// Earlier programs sealed with the key of the appointment's own day, however far
// ahead. The first night brings it near.
func TestWhatEarlierProgramsSealedGetsANearKey(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		far, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday.AddDays(42), "09:20")))
		if err != nil {
			t.Fatal(err)
		}
		near := v.sealedRows(far)["person "+string(far.Ticket.ID)]
		plain, openErr := v.keys.Open(near.branch, near.keyDay, near.bound(), near.body)
		body, sealErr := v.keys.Seal(near.branch, near.date, near.about, plain)
		old := ledger.Sealed{Ticket: far.Ticket.ID, Branch: near.branch, Date: near.date, KeyDay: near.date, Body: body}
		putErr := v.store.Update(v.ctx(), nil, func(tx ledger.Tx) error { return tx.Personal().Put(v.ctx(), old) })
		if err := errors.Join(openErr, sealErr, putErr); err != nil {
			t.Fatal(err)
		}
		v.wantPersons("as an earlier program left it", far)
		v.nights(1)
		v.wantPersons("a night later", far)
		got := v.sealedRows(far)["person "+string(far.Ticket.ID)].keyDay
		if want := v.keys.Date().AddDays(seal.Ahead); got != want {
			t.Errorf("key day: got %s, want %s", got, want)
		}
	})
}
