package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func kiosk() access.Actor {
	return access.Actor{Kind: access.Kiosk, Device: ledger.Device{ID: "kiosk", Kind: ledger.DeviceKiosk, Branch: markt}}
}

// scans checks somebody in by what a scanner types.
func (h *townHall) scans(actor access.Actor, typed string) (queue.Ticket, error) {
	h.t.Helper()
	r, err := app.Presented(markt, typed)
	if err != nil {
		return queue.Ticket{}, err
	}
	return h.CheckIn(h.ctx(), actor, r)
}

func (h *townHall) code(t queue.Ticket) string {
	h.t.Helper()
	code, err := h.ArrivalCode(h.ctx(), t)
	h.wantNone(err)
	return code
}

// A code is digits alone, for a scanner types by keys and a wrong layout garbles
// everything else; it says of its own person that they are here, and of nobody else.
func TestACodeOfDigitsSaysThatItsPersonIsHere(t *testing.T) {
	h := openTownHall(t)
	one, two := h.book(at(t, tuesday, "09:00")).Ticket, h.book(at(t, tuesday, "09:10")).Ticket
	code := h.code(one)
	if len(code) != app.CodeDigits || strings.Trim(code, "0123456789") != "" || !strings.HasPrefix(code, one.Number.String()) {
		t.Fatalf("got %q, want digits that begin with %s", code, one.Number)
	}
	if again := h.code(one); again != code {
		t.Errorf("got %q and %q, want the same", code, again)
	}
	foreign := two.Number.String() + code[3:]
	for _, wrong := range []string{foreign, one.Number.String() + "000000000", code[:11], code + "1", "x" + code[1:]} {
		if _, err := h.scans(kiosk(), wrong); err == nil {
			t.Errorf("%s checked somebody in", wrong)
		}
	}
	here, err := h.scans(kiosk(), code[:3]+" "+code[3:6]+" "+code[6:])
	if err != nil || here.ID != one.ID || here.State != queue.Waiting {
		t.Errorf("at the kiosk: got %s %s, %v", here.Number, here.State, err)
	}
	here, err = h.scans(staff(clerk), h.code(two))
	if err != nil || here.ID != two.ID {
		t.Errorf("at reception: got %s, %v", here.Number, err)
	}
	_, err = h.scans(access.Actor{}, code)
	h.wantKey("from outside", err, "session.required")
}

// A code holds on its day; without check-in, and for a number without an appointment,
// there is none.
func TestACodeHoldsOnItsDay(t *testing.T) {
	h := openTownHall(t)
	later := h.book(at(t, tuesday.AddDays(7), "09:00"))
	code := h.code(later.Ticket)
	_, err := h.scans(kiosk(), code)
	h.wantKey("a week before", err, "check_in.code_unknown")
	if got := h.code(h.walkIn().Ticket); got != "" {
		t.Errorf("a walk-in has the code %s", got)
	}
	gone := h.book(at(t, tuesday, "10:00"))
	old := h.code(gone.Ticket)
	h.wantNone(h.Cancel(h.ctx(), access.Actor{}, gone.Token))
	_, err = h.scans(kiosk(), old)
	h.wantKey("cancelled", err, "ticket.cancelled")
	h.set(at(t, tuesday.AddDays(7), "08:50"))
	if here, err := h.scans(kiosk(), code); err != nil || here.ID != later.Ticket.ID {
		t.Errorf("on its day: got %s, %v", here.Number, err)
	}
	h.change("format: aufruf/1\nbranches:\n- id: grimma-markt\n  offices:\n  - id: buergerbuero\n    check_in: false\n")
	if got := h.code(h.book(at(t, tuesday.AddDays(7), "10:00")).Ticket); got != "" || h.ChecksIn(markt) {
		t.Errorf("an office without check-in has the code %s", got)
	}
}

func (h *townHall) atDoor(origin, browser string, number town.Number, clock string) error {
	h.t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	h.wantNone(err)
	_, err = h.CheckInAtDoor(h.ctx(), access.Actor{Origin: origin, Browser: browser}, app.DoorRequest{Branch: markt, Number: number, Clock: tod})
	return err
}

// At the door number and time say who is here; whatever doesn't fit has one answer, so
// that nobody learns numbers or times there.
func TestAtTheDoorWhateverIsWrongHasOneAnswer(t *testing.T) {
	h := openTownHall(t)
	made, other := h.book(at(t, tuesday, "09:00")).Ticket, h.book(at(t, tuesday, "09:10")).Ticket
	gone := h.book(at(t, tuesday, "09:20"))
	h.wantNone(h.Cancel(h.ctx(), access.Actor{}, gone.Token))
	drawn := h.walkIn().Ticket
	tomorrow := h.book(at(t, tuesday.AddDays(7), "09:00")).Ticket
	free := town.FirstNumber
	for free == made.Number || free == other.Number || free == gone.Ticket.Number || free == drawn.Number {
		free++
	}
	for what, wrong := range map[string]struct {
		number town.Number
		clock  string
	}{
		"another time": {made.Number, "09:10"}, "another number": {free, "09:00"}, "another's": {other.Number, "09:00"},
		"cancelled": {gone.Ticket.Number, "09:20"}, "a walk-in": {drawn.Number, "08:00"}, "another day": {tomorrow.Number, "09:00"},
	} {
		if what == "another day" && (tomorrow.Number == made.Number) {
			continue
		}
		h.wantKey(what, h.atDoor("", "", wrong.number, wrong.clock), "arrival.unknown")
	}
	h.wantNone(h.atDoor("", "", made.Number, "09:00"))
	h.wantNone(h.atDoor("", "", made.Number, "09:00")) // again is fine
	found, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, made.Number)
	if err != nil || found.Ticket.State != queue.Waiting {
		t.Errorf("got %s, %v", found.Ticket.State, err)
	}
	h.wantBy(made, "citizen booked", "slip checked_in")
}

// Five wrong tries within an hour are all that a browser has at the door, and thirty
// all that an address has, however many browsers it says it is. What is right costs
// nothing.
func TestWrongTriesAtTheDoorAreCountedByTheHour(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "11:00")).Ticket
	const full = "arrival.too_many"
	for range 10 {
		h.wantNone(h.atDoor("192.0.2.1", "a", made.Number, "11:00"))
	}
	for range 5 {
		h.wantKey("wrong", h.atDoor("192.0.2.1", "a", made.Number, "11:10"), "arrival.unknown")
	}
	h.wantKey("the sixth, though right", h.atDoor("192.0.2.1", "a", made.Number, "11:00"), full)
	h.wantNone(h.atDoor("192.0.2.1", "b", made.Number, "11:00"))
	for i := range 25 {
		h.wantKey("wrong", h.atDoor("192.0.2.1", fmt.Sprint("c", i), made.Number, "11:10"), "arrival.unknown")
	}
	h.wantKey("the address is exhausted", h.atDoor("192.0.2.1", "new", made.Number, "11:00"), full)
	h.wantNone(h.atDoor("192.0.2.2", "new", made.Number, "11:00"))
	h.time.Add(59 * time.Minute)
	h.wantKey("within the hour", h.atDoor("192.0.2.1", "new", made.Number, "11:00"), full)
	h.wantNone(h.Upkeep.Tidy(h.ctx()))
	h.wantKey("within the hour, tidied", h.atDoor("192.0.2.1", "new", made.Number, "11:00"), full)
	h.time.Add(12 * time.Minute)
	h.wantNone(h.atDoor("192.0.2.1", "a", made.Number, "11:00"))
}

// Many at once are no more than one after another.
func TestWrongTriesAtOnceAreNoMore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		made := h.book(at(t, tuesday, "11:00")).Ticket
		answers := make(chan error, 20)
		var all sync.WaitGroup
		for range cap(answers) {
			all.Go(func() { answers <- h.atDoor("192.0.2.1", "a", made.Number, "11:10") })
		}
		all.Wait()
		close(answers)
		unknown := 0
		for err := range answers {
			if problem.Is(err, "arrival.unknown") {
				unknown++
			} else {
				h.wantKey("beyond", err, "arrival.too_many")
			}
		}
		if unknown != 5 {
			t.Errorf("got %d answers, want 5", unknown)
		}
	})
}
