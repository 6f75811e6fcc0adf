package app_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
)

// asks sets a service's settings against trade.
func (h *townHall) asks(settings string) {
	h.t.Helper()
	h.change("format: aufruf/1\nservices:\n  - id: eid-pin\n    " + settings + "\n")
}

// Where a service asks for a confirmed address nothing stands before the link in the
// mail is confirmed, whoever asks, and staff are exempt.
func TestABookingOfAServiceThatAsksStandsOnceItsAddressIsConfirmed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.asks("confirm_address: true")
		start := at(t, tuesday, "13:00")
		before := h.free(start)
		for _, origin := range []string{"192.0.2.7", ""} { // "": limits are off
			made, err := h.Book(h.ctx(), access.Actor{Origin: origin}, wants(start))
			if err != nil || made.Token != "" || !made.ConfirmBy.Equal(h.clock().Add(15*time.Minute)) {
				t.Fatalf("from %q: got %+v, %v, want it to wait a quarter of an hour", origin, made, err)
			}
		}
		if got, want := h.free(start), before-2; got != want {
			t.Errorf("while they wait: got %d free, want %d", got, want)
		}
		token := h.confirmLink()
		became, err := h.Confirm(h.ctx(), token)
		if err != nil || became.Appointment != token {
			t.Fatalf("got %+v, %v, want the appointment", became, err)
		}
		byStaff, err := h.Book(h.ctx(), staff(clerk), wants(at(t, tuesday, "14:00")))
		if err != nil || byStaff.Ticket.Number == 0 {
			t.Errorf("staff: got %+v, %v", byStaff, err)
		}
	})
}

// A library's visitors share an address: more than one of them may wait to confirm
// at a time, and what they confirm counts to what a network may take.
func TestWhatWaitsBecauseItsServiceAsksCountsToItsNetwork(t *testing.T) {
	h := openTownHall(t)
	h.fewPlaces()
	h.asks("confirm_address: true")
	day := h.startsOn(tuesday.AddDays(7))
	for i, start := range day[:3] {
		if err := h.bookFrom("192.0.2.7", start); err != errConfirmFirst {
			t.Fatalf("%d: got %v, want it to wait", i+1, err)
		}
	}
	for _, token := range h.confirmLinks() {
		if _, err := h.Confirm(h.ctx(), token); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.bookFrom("192.0.2.7", day[3]); err != errConfirmFirst {
		t.Errorf("beyond the share: got %v, want it to wait", err)
	}
	if err := h.bookFrom("192.0.2.7", day[4]); !problem.Is(err, "booking.too_many") {
		t.Errorf("while one waits beyond the share: got %v, want booking.too_many", err)
	}
	if err := h.bookFrom("198.51.100.7", day[5]); err != errConfirmFirst {
		t.Errorf("from elsewhere: got %v, want it to wait", err)
	}
}

// A full mailbox is answered as any other, as often as anybody asks.
func TestAFullMailboxOfAServiceThatAsksIsAnsweredAsAnyOther(t *testing.T) {
	h := openTownHall(t)
	day := h.startsOn(tuesday.AddDays(7))
	for _, start := range day[:2] {
		if _, err := h.Book(h.ctx(), access.Actor{Origin: "198.51.100.1"}, wants(start)); err != nil {
			t.Fatal(err)
		}
	}
	h.asks("confirm_address: true")
	h.set(h.clock().AddDate(0, 0, 1)) // mails of yesterday count no more
	for i, start := range day[2:5] {
		answers := map[string]string{}
		for origin, email := range map[string]string{"192.0.2.1": "ada@example.org", "192.0.2.2": "nobody@example.org"} {
			r := wants(start)
			r.Person.Email = email
			made, err := h.Book(h.ctx(), access.Actor{Origin: origin}, r)
			answers[email] = fmt.Sprintf("until %v, token %q, %v", made.ConfirmBy, made.Token, err)
		}
		if full, other := answers["ada@example.org"], answers["nobody@example.org"]; full != other {
			t.Errorf("%d: a full mailbox is answered %q, another %q", i+1, full, other)
		}
	}
}

// A service's times cool down where the office's don't, and staff have them at once.
func TestATimeOfAServiceCoolsDownForCitizensOnly(t *testing.T) {
	h := openTownHall(t)
	h.asks("cool_down_minutes: 45")
	day := tuesday.AddDays(3)
	h.only(day, "cool_down_minutes: 0")
	start := at(t, day, "09:20")
	tokens := h.fill(day)
	h.cancel(tokens[start.Unix()][0])
	if got := h.free(start); got != 0 {
		t.Errorf("just given back: got %d free online, want 0", got)
	}
	byStaff := wants(start)
	byStaff.Person.Email = ""
	if _, err := h.Book(h.ctx(), staff(clerk), byStaff); err != nil {
		t.Errorf("staff: %v", err)
	}
}

// A clerk sees the name of whom they serve for a service whose name is compared, that
// it was shown stands in the trail, and no other name is shown.
func TestAClerkSeesTheNameOfAServiceThatHasItCompared(t *testing.T) {
	h := openTownHall(t)
	h.asks("check_name: true")
	other := wants(at(t, tuesday, "09:10"))
	other.Items = one("meldebescheinigung")
	h.book(at(t, tuesday, "09:00"))
	if _, err := h.Book(h.ctx(), access.Actor{}, other); err != nil {
		t.Fatal(err)
	}
	h.set(at(t, tuesday, "09:12"))
	for _, want := range []string{"Ada Beispiel", ""} {
		called := h.must(clerk, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"}).Ticket
		known, err := h.Persons.About(h.ctx(), staff(clerk), markt, called.ID)
		if err != nil || known.Name != want {
			t.Errorf("%v: got name %q, %v, want %q", called.Items, known.Name, err, want)
		}
	}
}
