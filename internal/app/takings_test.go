package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// bookFrom books a start from a network, with a mail address of its own.
func (h *townHall) bookFrom(origin string, start time.Time) error {
	r := wants(start)
	r.Person.Email = fmt.Sprintf("p%d@example.org", start.Unix())
	made, err := h.Book(h.ctx(), access.Actor{Origin: origin}, r)
	if err == nil && !made.ConfirmBy.IsZero() {
		return errConfirmFirst
	}
	return err
}

// errConfirmFirst: nothing is booked before a mail address is confirmed.
var errConfirmFirst = errors.New("confirm first")

// beyond reports whether a booking was answered as one too many.
func beyond(err error) bool {
	return errors.Is(err, errConfirmFirst) || problem.Is(err, "booking.too_many")
}

// startsOn are the bookable starts of a day.
func (h *townHall) startsOn(date town.Date) []time.Time {
	h.t.Helper()
	slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin)}, date)
	if err != nil {
		h.t.Fatal(err)
	}
	var all []time.Time
	for _, s := range slots {
		all = append(all, s.Start)
	}
	return all
}

// few gives the Bürgerbüro a single online place all Tuesday: some forty places,
// of which five in a hundred are two.
const few = `
        opening:
          - days: [tuesday]
            hours: ["09:00-16:00"]
            capacity: {counters: 3, staff: 3, online: 1}
`

func (h *townHall) fewPlaces() {
	h.t.Helper()
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero" + few)
}

// One address, its /56 and its /48 take their share of a day and no more; another
// /48 isn't concerned.
func TestANetworkTakesItsShareOfADay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.fewPlaces()
		next := 0
		starts := h.startsOn(tuesday.AddDays(7))
		got := map[string]int{}
		for _, network := range []string{"192.0.2.7", "2001:db8:1::/64", "2001:db8:1:1::/64", "2001:db8:1:100::/64", "2001:db8:1:200::/64", "2001:db8:2::/64"} {
			for range 5 {
				err := h.bookFrom(network, starts[next])
				next++
				if err == nil {
					got[network]++
				} else if !beyond(err) {
					t.Fatalf("%s: got %v", network, err)
				}
			}
			h.set(h.clock().Add(time.Hour)) // only the share binds here
		}
		want := map[string]int{
			"192.0.2.7": 3, "2001:db8:1::/64": 3, "2001:db8:1:1::/64": 1, // four of a /56
			"2001:db8:1:100::/64": 2, // six of a /48
			"2001:db8:2::/64":     3,
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// Whatever the days: so many an hour and a day.
func TestAnAddressBooksSoManyAnHourAndADay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		made := 0
		try := func(n int) {
			for range n {
				date := []town.Date{tuesday.AddDays(7), tuesday.AddDays(9), tuesday.AddDays(14), tuesday.AddDays(16)}[made/3]
				if err := h.bookFrom("192.0.2.7", h.startsOn(date)[0]); err == nil {
					made++
				} else if !beyond(err) {
					t.Fatalf("got %v", err)
				}
			}
		}
		var got []int
		for range 3 {
			try(7)
			got = append(got, made)
			h.set(h.clock().Add(time.Hour + time.Second))
		}
		h.set(at(t, tuesday.AddDays(1), "08:00"))
		try(1)
		got = append(got, made)
		if want := []int{5, 10, 10, 11}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// A day can't be taken by holds instead, nor by moving to it what was booked for
// others; what is cancelled makes room.
func TestHoldsAndMovesCountAsTheShareOfADay(t *testing.T) {
	h := openTownHall(t)
	h.fewPlaces()
	actor := access.Actor{Origin: "192.0.2.7"}
	day := h.startsOn(tuesday.AddDays(7))
	held, err := h.Hold(h.ctx(), actor, wants(day[0]).Wanted, day[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range day[1:3] {
		if err := h.bookFrom("192.0.2.7", start); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Hold(h.ctx(), actor, wants(day[3]).Wanted, day[3]); !problem.Is(err, "hold.too_many") {
		t.Errorf("hold: got %v, want hold.too_many", err)
	}
	elsewhere := h.startsOn(tuesday.AddDays(14))[0]
	other := wants(elsewhere)
	made, err := h.Book(h.ctx(), actor, other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Move(h.ctx(), actor, made.Token, "", day[4]); !problem.Is(err, "booking.too_many") {
		t.Errorf("move: got %v, want booking.too_many", err)
	}
	own := wants(day[0])
	own.Hold = held.ID
	booked, err := h.Book(h.ctx(), actor, own)
	if err != nil {
		t.Fatalf("one's own hold stands in the way: %v", err)
	}
	if err := h.Cancel(h.ctx(), actor, booked.Token); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Move(h.ctx(), actor, made.Token, "", day[4]); err != nil {
		t.Errorf("move into room that was made: %v", err)
	}
}

// Two bookings that see each other's absence would take one too many; on
// PostgreSQL they run at the same time at two branches.
func TestTwoBookingsAtOnceDontPassTheLimitTogether(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		one, other := h.startsOn(tuesday.AddDays(7)), h.startsOn(tuesday.AddDays(9))
		for _, start := range []time.Time{one[0], one[1], other[0], other[1]} {
			h.set(h.clock().Add(time.Second))
			if err := h.bookFrom("192.0.2.7", start); err != nil {
				t.Fatal(err)
			}
		}
		book := func(branch town.BranchID) func() error {
			return func() error {
				r := wants(at(t, tuesday.AddDays(14), "09:00"))
				r.Branch, r.Person.Email = branch, string(branch)+"@example.org"
				made, err := h.Book(h.ctx(), access.Actor{Origin: "192.0.2.7"}, r)
				if err == nil && !made.ConfirmBy.IsZero() {
					return errConfirmFirst
				}
				return err
			}
		}
		first, second := s.Meanwhile("Tickets.Insert", book(markt), book(nera))
		if first != nil || !errors.Is(second, errConfirmFirst) {
			t.Errorf("got %v and %v, want the second refused", first, second)
		}
	})
}

// Staff, and a town that has switched limits off, book as they like.
func TestLimitsPerNetworkBindStrangersAlone(t *testing.T) {
	h := openTownHall(t)
	for i, start := range h.startsOn(tuesday.AddDays(7))[:12] {
		if err := h.bookFrom("", start); err != nil {
			t.Fatal(err)
		}
		r := wants(start)
		r.Person.Email = ""
		behind := staff(clerk)
		behind.Origin = "192.0.2.7"
		if _, err := h.Book(h.ctx(), behind, r); err != nil {
			t.Fatalf("staff, %d: %v", i, err)
		}
	}
}

// Beyond its limits nobody is locked out: the time is kept while the address is
// confirmed, one at a time, and then the appointment stands under the same link.
func TestBeyondTheLimitAConfirmedAddressBooks(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.fewPlaces()
		day := h.startsOn(tuesday.AddDays(7))
		for _, start := range day[:3] {
			if err := h.bookFrom("192.0.2.7", start); err != nil {
				t.Fatal(err)
			}
		}
		r := wants(day[3])
		r.Person.Email = "fourth@example.org"
		made, err := h.Book(h.ctx(), access.Actor{Origin: "192.0.2.7", Key: "fourth"}, r)
		if err != nil || made.Token != "" || !made.ConfirmBy.Equal(h.clock().Add(15*time.Minute)) {
			t.Fatalf("got %+v, %v, want it to wait a quarter of an hour", made, err)
		}
		again, err := h.Book(h.ctx(), access.Actor{Origin: "192.0.2.7", Key: "fourth"}, r)
		if err != nil || !again.ConfirmBy.Equal(made.ConfirmBy) {
			t.Errorf("sent again: got %+v, %v, want the same answer", again, err)
		}
		if err := h.bookFrom("192.0.2.7", day[4]); !problem.Is(err, "booking.too_many") {
			t.Errorf("while one waits: got %v, want booking.too_many", err)
		}
		if err := h.bookFrom("198.51.100.7", day[3]); !problem.Is(err, "booking.slot_taken") {
			t.Errorf("the kept time from elsewhere: got %v, want booking.slot_taken", err)
		}
		token := h.confirmLink()
		if of, unreadable, err := h.Wishes.OfPerson(h.ctx(), "fourth@example.org"); err != nil || unreadable != 0 || len(of) != 1 {
			t.Errorf("what is stored about the person: got %+v, %d unreadable, %v", of, unreadable, err)
		}
		waits, _, err := h.Awaited(h.ctx(), token)
		if err != nil || waits == nil || !waits.Start.Equal(day[3]) {
			t.Fatalf("got %+v, %v, want what waits", waits, err)
		}
		for range 2 {
			became, err := h.Confirm(h.ctx(), token)
			if err != nil || became.Appointment != token {
				t.Fatalf("got %+v, %v, want the appointment", became, err)
			}
		}
		booked, err := h.Appointment(h.ctx(), token)
		if err != nil || !booked.Ticket.Start.Equal(day[3]) {
			t.Errorf("got %+v, %v", booked, err)
		}
	})
}

// confirmLink is the token in the last mail that asks to confirm an appointment.
func (h *townHall) confirmLink() string {
	h.t.Helper()
	links := h.confirmLinks()
	if len(links) == 0 {
		h.t.Fatal("no mail asks to confirm")
	}
	return links[len(links)-1]
}

// confirmLinks are the tokens in all mails that ask to confirm an appointment.
func (h *townHall) confirmLinks() []string {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.ctx(), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	var links []string
	for _, l := range letters {
		if l.Mail.Kind == app.MailConfirm {
			links = append(links, l.Person.Token)
		}
	}
	return links
}

// Whoever merely knows an address learns nothing of its appointments: the answer
// is the one that a busy connection gets, and the details go to the mailbox.
func TestAFullMailboxIsAnsweredAsABusyConnection(t *testing.T) {
	h := openTownHall(t)
	day := h.startsOn(tuesday.AddDays(7))
	book := func(origin, email string, start time.Time) app.Appointment {
		t.Helper()
		r := wants(start)
		r.Person.Email = email
		made, err := h.Book(h.ctx(), access.Actor{Origin: origin}, r)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	for i, spelling := range []string{"Ada.Lovelace@gmail.com", "adalovelace+amt@gmail.com"} {
		if made := book("192.0.2.7", spelling, day[i]); !made.ConfirmBy.IsZero() {
			t.Fatalf("%d: got it to wait", i+1)
		}
	}
	full := book("198.51.100.7", "adalovelace@googlemail.com", day[2])
	if full.ConfirmBy.IsZero() || full.Token != "" {
		t.Errorf("got %+v, want it to wait for the address", full)
	}
	if got, want := h.free(day[2]), h.free(day[3])-1; got != want {
		t.Errorf("got %d free, want %d: the time is kept as for anybody else", got, want)
	}
	letters, err := h.Outbox.DueMails(h.ctx(), 100)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, l := range letters {
		if l.Mail.Kind == app.MailConfirm {
			t.Error("got a link by which a third appointment would stand")
		}
		if l.Mail.Kind == app.MailExisting {
			told++
		}
	}
	if told == 0 {
		t.Error("the mailbox isn't told of its appointments")
	}
}
