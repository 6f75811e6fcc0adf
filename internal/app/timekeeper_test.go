package app_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

const aYear = 365 * 24 * time.Hour

// stored is what must outlive a clock that is wrong.
type stored struct {
	Persons  int
	Mails    []string // kind and state
	Events   int
	Trail    int
	SignedIn bool
	Keys     town.Date
}

// stored reads it; the people are those of these appointments.
func (n *night) stored(session string, made ...app.Appointment) stored {
	n.t.Helper()
	found := stored{Keys: n.keys.Date()}
	for _, m := range made {
		data, err := n.Persons.Data(n.ctx(), m.Ticket.Branch, m.Ticket.Date, m.Ticket.Number)
		if err != nil {
			n.t.Fatal(err)
		}
		if data.Person != nil {
			found.Persons++
		}
		for _, mail := range data.Mails {
			found.Mails = append(found.Mails, mail.Kind+" "+mail.State)
		}
	}
	slices.Sort(found.Mails)
	err := n.store.View(n.ctx(), func(tx ledger.Tx) error {
		events, err := tx.Events().After(n.ctx(), markt, 0, 10_000)
		if err != nil {
			return err
		}
		trail, err := tx.Audit().Of(n.ctx(), ledger.AuditFilter{Branch: markt, To: n.clock().Add(10 * aYear)}, 10_000)
		found.Events, found.Trail = len(events), len(trail)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	_, err = n.Access.ActorOf(n.ctx(), session)
	found.SignedIn = err == nil
	return found
}

// hires makes an account and signs it in.
func (n *night) hires(name town.UserID) string {
	n.t.Helper()
	if err := n.Access.AddUser(n.ctx(), ledger.User{ID: name, Role: ledger.RoleAdmin}, "ganz lang und geheim"); err != nil {
		n.t.Fatal(err)
	}
	return n.signsIn(name)
}

func (n *night) signsIn(name town.UserID) string {
	n.t.Helper()
	token, _, err := n.Access.SignIn(n.ctx(), access.Actor{}, name, "ganz lang und geheim", access.From{})
	if err != nil {
		n.t.Fatal(err)
	}
	return token
}

// A dead battery, `date -s`, a host that is wrong: the server starts a year
// ahead, and is right again at the next start.
func TestAStartAYearAheadDestroysNothing(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		session := n.hires("anna")
		told := n.bookSecretive(tuesday+7, "09:20")
		n.deliver()
		untold := n.bookSecretive(tuesday+14, "09:20")
		n.wish(atNight(wishFor(tuesday+20, "wartet@example.org")))
		before := n.stored(session, told, untold)

		m.offset = aYear
		m.restart(10 * time.Hour)
		m.pass(time.Hour)
		if diff := cmp.Diff(before, n.stored(session, told, untold)); diff != "" {
			t.Errorf("a year ahead: -before +after\n%s", diff)
		}
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := n.Upkeep.Backup(n.ctx(), backup); err != nil {
			t.Fatal(err)
		}
		if got := persons(t, backup); got != 2 {
			t.Errorf("a backup a year ahead holds %d persons, want 2", got)
		}
		n.sent(n.wantDue("a year ahead", app.MailConfirmation, app.MailWish))

		m.offset = 0
		m.restart(time.Hour)
		m.pass(time.Hour)
		if s := n.ClockState(); s.Doubted {
			t.Errorf("right again, and doubted: %+v", s)
		}
		late := n.bookSecretive(tuesday+7, "10:20")
		n.sent(n.wantDue("right again", app.MailConfirmation))
		if got := n.stored(session, told, untold, late); got.Persons != 3 || got.Keys > tuesday {
			t.Errorf("right again: got %+v", got)
		}
		// And its own night erases it, as ever.
		m.pass(15 * 24 * time.Hour)
		if got := n.stored(session, told, untold, late); got.Persons != 0 || got.Keys != town.DateOf(n.clock(), berlin(t)) {
			t.Errorf("afterwards: got %+v", got)
		}
	})
}

// persons counts whose data a backup holds.
func persons(t *testing.T, file string) int {
	t.Helper()
	store := openFile(t, file)
	defer store.Close()
	count := 0
	err := store.View(t.Context(), func(tx ledger.Tx) error {
		for date := tuesday; date < tuesday+30; date++ {
			tickets, err := tx.Tickets().OfDay(t.Context(), markt, date)
			if err != nil {
				return err
			}
			for _, ticket := range tickets {
				if _, err := tx.Personal().Get(t.Context(), ticket.ID); err == nil {
					count++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func TestSixtyDaysAheadForOneTidyingAndBackChangeNothing(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		session := n.hires("anna")
		made := n.bookSecretive(tuesday+7, "09:20")
		citizen := access.Actor{Key: "a-key-of-its-own-0001", Origin: "198.51.100.7"}
		held := n.hold(access.Actor{Origin: "198.51.100.8"}, at(t, tuesday+7, "11:00"))
		first, err := n.Book(n.ctx(), citizen, wants(at(t, tuesday+7, "10:00")))
		if err != nil {
			t.Fatal(err)
		}
		before := n.stored(session, made, first)
		free := n.free(at(t, tuesday+7, "11:00"))

		m.offset = 60 * 24 * time.Hour
		m.pass(time.Minute)
		if diff := cmp.Diff(before, n.stored(session, made, first)); diff != "" {
			t.Errorf("sixty days ahead: -before +after\n%s", diff)
		}
		m.offset = 0
		m.pass(time.Minute)
		if diff := cmp.Diff(before, n.stored(session, made, first)); diff != "" {
			t.Errorf("and back: -before +after\n%s", diff)
		}
		again, err := n.Book(n.ctx(), citizen, wants(at(t, tuesday+7, "10:00")))
		if err != nil || again.Ticket.ID != first.Ticket.ID {
			t.Errorf("the same key: got %v, %v, want the first answer", again.Ticket.ID, err)
		}
		if got := n.free(at(t, tuesday+7, "11:00")); got != free {
			t.Errorf("got %d free beside a hold, want %d", got, free)
		}
		if still, err := n.HeldSlot(n.ctx(), held.ID); err != nil || !still.Expires.Equal(held.Expires) {
			t.Errorf("the hold: got %v, %v, want %v", still.Expires, err, held.Expires)
		}
		n.sent(n.wantDue("and back", app.MailConfirmation, app.MailConfirmation))
	})
}

// The appointment seems over, and its mails too late, by a clock that is wrong.
func TestEightDaysAheadEndNoMail(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		made := n.bookSecretive(tuesday+7, "09:20")
		m.offset = 8 * 24 * time.Hour
		m.pass(time.Minute)
		n.sent(n.wantDue("eight days ahead", app.MailConfirmation)) // told at once, reminded when it is time
		m.offset = 0
		m.pass(time.Minute)
		if got, want := n.stored("", made).Mails, []string{"confirmation sent", "reminder queued"}; !slices.Equal(got, want) {
			t.Errorf("and back: got %v, want %v", got, want)
		}
		m.pass(6*24*time.Hour + 2*time.Hour)
		n.wantDue("the day before", app.MailReminder)
	})
}

// A new machine began a year ahead and nobody noticed; then its clock is set
// right. What comes then isn't over before it began.
func TestAClockThatIsSetBackByAYear(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		m.offset = aYear
		m.believed(n)
		session := n.hires("anna")
		waits := n.bookSecretive(tuesday+365+6, "09:20") // its mail server doesn't answer
		m.pass(time.Minute)

		m.offset = 0
		m.pass(time.Minute)
		if s := n.ClockState(); !s.Doubted || s.Ahead > -300*24*time.Hour {
			t.Errorf("set back: got %+v", s)
		}
		if n.keys.Date() > tuesday {
			// The chain moved on in that year, with what it would have told.
			if _, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20"))); !problem.Is(err, "booking.no_key") {
				t.Errorf("booked without a key: got %v", err)
			}
		}
		held := n.hold(access.Actor{Origin: "198.51.100.7"}, at(t, tuesday+7, "11:00"))
		admin, err := n.Access.ActorOf(n.ctx(), session)
		if err != nil {
			t.Fatalf("signed out: %v", err)
		}
		if err := n.ConfirmClock(n.ctx(), admin, n.clock()); err != nil {
			t.Fatal(err)
		}
		if got := n.ClockState(); got.Doubted || !got.Trusted.Equal(n.clock()) {
			t.Errorf("confirmed: got %+v", got)
		}
		if _, err := n.Access.ActorOf(n.ctx(), session); err != nil {
			t.Errorf("signed out: %v", err)
		}
		if still, err := n.HeldSlot(n.ctx(), held.ID); err != nil || still.Expires.Sub(held.Expires).Abs() > time.Second {
			t.Errorf("the hold ends at %s, %v; want %s", still.Expires, err, held.Expires)
		}
		n.wantDue("what waited", app.MailConfirmation)
		_ = waits
		m.pass(13 * time.Hour)
		if _, err := n.Access.ActorOf(n.ctx(), session); err == nil {
			t.Error("signed in for a year")
		}
	})
}

func TestADatabaseIsServedByOneKindOfClock(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			store := engine.open(t)
			defer store.Close()
			for _, kind := range []app.KindOfClock{app.MachineClock, app.MachineClock} {
				if err := app.ServeBy(t.Context(), store, kind); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
			if err := app.ServeBy(t.Context(), store, app.ClockSet); err == nil {
				t.Error("a demonstration took a town's database")
			}
		})
	}
}

// An old program kept no time: the newest event is the newest trace.
func TestADatabaseOfAnOlderProgramIsAskedByItsEvents(t *testing.T) {
	n := openNight(t)
	made := n.bookSecretive(tuesday, "09:20") // before anybody looked at the clock
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	n.set(n.clock().Add(aYear))
	n.open()
	n.erase()
	if got := n.stored("", made); got.Persons != 1 || !n.ClockState().Doubted {
		t.Errorf("got %+v, %+v", got, n.ClockState())
	}
}

func TestWithoutAKeyNothingIsBooked(t *testing.T) {
	n := openNight(t)
	start := at(t, tuesday, "09:20")
	free := n.free(start)
	if err := n.keys.Advance(tuesday + 3); err != nil {
		t.Fatal(err)
	}
	_, err := n.Book(n.ctx(), access.Actor{}, secretive(start))
	if !problem.Is(err, "booking.no_key") || problem.Of(err).Kind != problem.Unavailable {
		t.Errorf("got %v, want booking.no_key", err)
	}
	if got := n.free(start); got != free {
		t.Errorf("got %d free, want %d: nothing is half-booked", got, free)
	}
	if !strings.Contains(n.log.String(), "can't be sealed") {
		t.Errorf("want an alarm, got\n%s", n.log)
	}
	// Who comes without an appointment gives no name, and is called as ever.
	n.set(at(t, tuesday, "09:00"))
	if n.walkIn().Ticket.State != queue.Waiting {
		t.Error("no number for a walk-in")
	}
}

func TestAMailThatComesTooLateIsToldInTheTrail(t *testing.T) {
	n := openNight(t)
	made := n.bookSecretive(tuesday, "09:20")
	n.set(at(t, tuesday, "09:20"))
	n.wantDue("begun")
	if got, want := n.stored("", made).Mails, []string{"confirmation refused"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	trail, err := n.Trail.Of(n.ctx(), access.Actor{Kind: access.Maintenance}, markt, time.Unix(0, 0), n.clock().Add(time.Hour), 10)
	if err != nil {
		t.Fatal(err)
	}
	if got := trail[0]; got.Action != "mail_too_late" || got.Number != made.Ticket.Number || got.Detail != app.MailConfirmation {
		t.Errorf("got %+v", got)
	}
	if got := n.stored("", made).Persons; got != 1 {
		t.Error("the person is gone")
	}
}

func TestWhoseDetailsCantBeReadIsToBeTelephoned(t *testing.T) {
	n := openNight(t)
	made := n.bookSecretive(tuesday+7, "09:20")
	n.loseKeys()
	n.wantDue("another key")
	list, err := n.Mails.Unreached(n.ctx(), access.Actor{Kind: access.Maintenance}, markt)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Reason != "unreadable" || list[0].Ticket.ID != made.Ticket.ID {
		t.Errorf("got %+v, want the appointment", list)
	}
}

func TestTheClockIsWatchedWhileTheServerRuns(t *testing.T) {
	n := openNight(t)
	m := n.machine()
	ctx, end := n.running()
	defer end()
	m.offset = aYear
	m.set()
	n.log.await(ctx, t, "the clock can't be trusted")
	if _, err := app.ConfirmFrom(context.WithoutCancel(ctx), n.store, n.clock()); err != nil {
		t.Fatal(err)
	}
	n.log.await(ctx, t, "the clock is trusted again")
}
