package app_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// from is a stranger at a network address, as limits see it.
func from(origin string) access.Actor { return access.Actor{Kind: access.Citizen, Origin: origin} }

// Sixty wishes that nobody had confirmed held the best part of a day.
func TestAWishCountsForNothingBeforeItsAddressIsConfirmed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.only(thursday, "")
		tokens := h.fill(thursday)
		for i := range 6 {
			if err := h.Wishes.Leave(h.ctx(), from("192.0.2.1"), wishFor(thursday, fmt.Sprintf("%d@example.org", i))); err != nil {
				t.Fatal(err)
			}
		}
		links := h.letters()["wish 3@example.org"]
		start := at(t, thursday, "09:20")
		h.cancel(tokens[start.Unix()][0])
		h.offerWishes()
		if got := h.letters(); len(got) != 1 || h.free(start) != 1 {
			t.Errorf("unconfirmed: got %v and %d free, want the cancellation's mail and the time free", lettersByKind(got), h.free(start))
		}
		for range 2 { // looking changes nothing
			waits, _, err := h.Awaited(h.ctx(), links[0].Person.Token)
			if err != nil || waits == nil || waits.Until != thursday {
				t.Fatalf("got %v, %v; want what waits", waits, err)
			}
		}
		if got := len(h.waiting()); got != 0 {
			t.Errorf("looked at: got %d wishes, want none", got)
		}
		for range 2 { // a second click leads to the same
			became, err := h.Confirm(h.ctx(), links[0].Person.Token)
			if err != nil || became.Wish != links[0].Person.Token {
				t.Errorf("confirmed: got %v, %v; want the link to be the wish's", became, err)
			}
		}
		h.offerWishes()
		if got := h.letters(); len(got["offer 3@example.org"]) != 1 || len(got) != 1 {
			t.Errorf("confirmed: got %v, want one offer", lettersByKind(got))
		}
	})
}

func TestALinkThatWasNeverConfirmedEndsAfterADay(t *testing.T) {
	h := openTownHall(t)
	if err := h.Wishes.Leave(h.ctx(), access.Actor{}, atNight(wishFor(tuesday.AddDays(9), "ada@example.org"))); err != nil {
		t.Fatal(err)
	}
	link := h.letters()["wish ada@example.org"][0].Person.Token
	h.set(h.clock().Add(24 * time.Hour))
	if _, err := h.Confirm(h.ctx(), link); !problem.Is(err, "confirmation.over_or_unknown") {
		t.Errorf("got %v, want the link over", err)
	}
}

// Two clicks at once on the button make one wish.
func TestADoubleClickOnConfirmingMakesOneWish(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		links := h.linksOfOneAddress(1)
		var became [2]app.Confirmed
		click := func(i int) func() error {
			return func() (err error) {
				became[i], err = h.Confirm(h.ctx(), links[0])
				return err
			}
		}
		first, second := s.Meanwhile("Confirmations.Delete", click(0), click(1))
		if first != nil || second != nil || became[0] != became[1] || became[0].Wish == "" {
			t.Errorf("got %v %v, %v %v; want the same wish twice", became[0], first, became[1], second)
		}
		if got := len(h.waiting()); got != 1 {
			t.Errorf("got %d wishes, want one", got)
		}
	})
}

func TestAWishForDaysThatHaveFreeTimesIsAnsweredWithThem(t *testing.T) {
	h := openTownHall(t)
	h.only(thursday, "")
	e := problem.Of(h.Wishes.Leave(h.ctx(), from("192.0.2.1"), wishFor(thursday, "ada@example.org")))
	if e.Key != "wish.free_times" || len(e.Alternatives) != 3 || !e.Alternatives[0].Equal(at(t, thursday, "09:00")) {
		t.Errorf("got %v offering %v, want the first three times", e, e.Alternatives)
	}
	if got := h.letters(); len(got) != 0 {
		t.Errorf("got %v, want no mail", lettersByKind(got))
	}
	h.fill(thursday)
	if err := h.Wishes.Leave(h.ctx(), from("192.0.2.1"), wishFor(thursday, "ada@example.org")); err != nil {
		t.Errorf("once all is taken: %v", err)
	}
}

// All offers together took whole days, at both branches.
func TestOffersHoldATenthOfADayAtMost(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.openDay(thursday, "09:00-15:00") // 72 places of ten minutes online
		tokens := h.fill(thursday)
		for i := range 20 {
			h.wish(wishFor(thursday, fmt.Sprintf("%d@example.org", i)))
		}
		h.letters()
		for _, of := range tokens {
			for _, token := range of {
				h.cancel(token)
			}
		}
		h.offerWishes()
		if got, want := h.offersOut(), 7; got != want {
			t.Errorf("got %d offers, want %d", got, want)
		}
		h.set(h.clock().Add(3*time.Hour + 59*time.Minute))
		h.offerWishes()
		if got, want := h.offersOut(), 7; got != want {
			t.Errorf("while they stand: got %d offers, want %d", got, want)
		}
		h.set(h.clock().Add(time.Minute))
		if got := h.offersOut(); got != 0 {
			t.Errorf("after four hours: got %d offers, want none", got)
		}
	})
}

// Two nodes, or two cancellations, that offer at the same moment see each other's
// offers.
func TestTwoOffersAtOnceShareTheTenth(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.only(thursday, "") // twelve places: one offer
		tokens := h.fill(thursday)
		for i := range 3 {
			h.wish(wishFor(thursday, fmt.Sprintf("%d@example.org", i)))
		}
		cancel := func(clock string) func() error {
			return func() error {
				return h.Cancel(h.ctx(), access.Actor{}, tokens[at(t, thursday, clock).Unix()][0])
			}
		}
		first, second := s.Meanwhile("Holds.Insert", cancel("09:00"), cancel("09:20"))
		if first != nil || second != nil {
			t.Fatal(first, second)
		}
		if got := h.offersOut(); got != 1 {
			t.Errorf("got %d offers, want one", got)
		}
	})
}

// Whoever fills the list of one branch keeps nobody at the other from an offer.
func TestAFullListAtOneBranchStarvesNobodyAtTheOther(t *testing.T) {
	h := openTownHall(t)
	h.openDay(thursday, "09:00-10:00")
	h.change("format: aufruf/1\nbranches: [{id: nerchau, offices: [{id: buergerbuero, opening: [{dates: [" + thursday.String() +
		"], hours: [\"09:00-10:00\"], capacity: {online: 2, staff: 3, counters: 4}}]}]}]\n")
	h.fill(thursday)
	h.fillAt(nera, thursday)
	for i := range 12 {
		h.wish(wishFor(thursday, fmt.Sprintf("%d@example.org", i)))
	}
	honest := wishFor(thursday, "honest@example.org")
	honest.Branches = []town.BranchID{nera}
	h.wish(honest)
	h.letters()
	for _, branch := range []town.BranchID{markt, nera} {
		h.change("format: aufruf/1\nbranches: [{id: " + string(branch) + ", offices: [{id: buergerbuero, opening: [{dates: [" + thursday.String() +
			"], hours: [\"09:00-11:00\"], capacity: {online: 2, staff: 3, counters: 4}}]}]}]\n")
	}
	h.offerWishes()
	if got := h.letters(); len(got["offer honest@example.org"]) != 1 {
		t.Errorf("got %v, want an offer to the honest one", lettersByKind(got))
	}
}

// A wish took its time again every day for half a year, with nobody at the other
// end.
func TestAWishWhoseOffersLapseTwiceEnds(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(6)
	h.only(day, "")
	tokens := h.fill(day)
	h.wish(wishFor(day, "gone@example.org"))
	link := h.letters()["wish gone@example.org"][0].Person.Token
	h.cancel(tokens[at(t, day, "09:00").Unix()][0])
	for i := range 2 {
		if _, err := h.Wishes.View(h.ctx(), link); err != nil {
			t.Fatalf("before offer %d: %v", i+1, err)
		}
		if got := h.letters(); len(got["offer gone@example.org"]) != 1 {
			t.Fatalf("day %d: got %v, want an offer", i+1, lettersByKind(got))
		}
		h.set(h.clock().Add(4 * time.Hour))
		if i == 0 {
			// Saying no to an offer that is over doesn't undo that it lapsed.
			if err := h.Wishes.DeclineOffer(h.ctx(), link); err != nil {
				t.Fatal(err)
			}
		}
		if i == 1 {
			break
		}
		h.set(h.clock().Add(20 * time.Hour))
		h.offerWishes()
	}
	if _, err := h.Wishes.View(h.ctx(), link); !problem.Is(err, "wish.over_or_unknown") {
		t.Errorf("lapsed twice: got %v, want it over", err)
	}
	h.offerWishes()
	if got := len(h.waiting()); got != 0 {
		t.Errorf("got %d rows, want it erased", got)
	}
}

func TestOffersStandByDayAlone(t *testing.T) {
	for _, c := range []struct{ now, until string }{
		{"07:59", ""}, {"08:00", "12:00"}, {"15:59", "19:59"}, {"18:30", "20:00"}, {"19:00", "20:00"}, {"19:01", ""}, {"23:00", ""},
	} {
		t.Run(c.now, func(t *testing.T) {
			h := openTownHall(t)
			h.set(at(t, tuesday, "07:00"))
			h.only(thursday, "")
			tokens := h.fill(thursday)
			h.wish(wishFor(thursday, "ada@example.org"))
			h.letters()
			h.set(at(t, tuesday, c.now))
			h.cancel(tokens[at(t, thursday, "09:00").Unix()][0])
			offers, until := h.letters()["offer ada@example.org"], ""
			for _, l := range offers {
				until = l.Until.Format("15:04")
			}
			if until != c.until {
				t.Errorf("got an offer until %q, want %q", until, c.until)
			}
		})
	}
}

func TestAnAddressWaitsThreeTimesAtMostAndIsOfferedOneTimeADay(t *testing.T) {
	h := openTownHall(t)
	refused := 0
	for i, service := range h.someServices(4) {
		h.set(at(t, tuesday.AddDays(i), "08:00"))
		r := atNight(wishFor(tuesday.AddDays(30), "ada@example.org"))
		r.Items = one(service)
		if err := h.Wishes.Leave(h.ctx(), access.Actor{}, r); err != nil {
			t.Fatal(err)
		}
		link := h.letters()["wish ada@example.org"][0].Person.Token
		if _, err := h.Confirm(h.ctx(), link); problem.Is(err, "wish.too_many_own") {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := len(h.waiting()); got != 3 || refused != 1 {
		t.Errorf("got %d wishes and %d refused, want three and one", got, refused)
	}
}

func TestANetworkLeavesSoManyWishesADay(t *testing.T) {
	for name, c := range map[string]struct {
		origin func(i int) string
		want   int
	}{
		"one address": {func(int) string { return "192.0.2.7" }, 10},
		"a /64":       {func(int) string { return "2001:db8::/64" }, 10},
		"a /56":       {func(i int) string { return fmt.Sprintf("2001:db8:0:%x::/64", i) }, 20},
		"a /48":       {func(i int) string { return fmt.Sprintf("2001:db8:0:%x00::/64", i) }, 30},
	} {
		t.Run(name, func(t *testing.T) {
			h := openTownHall(t)
			left := 0
			for i := range 40 {
				err := h.Wishes.Leave(h.ctx(), from(c.origin(i)), atNight(wishFor(tuesday.AddDays(9), fmt.Sprintf("%d@example.org", i))))
				if err == nil {
					left++
				} else if !problem.Is(err, "booking.too_many") {
					t.Fatal(err)
				}
			}
			if left != c.want || len(h.letters()) != c.want {
				t.Errorf("got %d left, want %d", left, c.want)
			}
			h.set(h.clock().Add(24 * time.Hour))
			if err := h.Wishes.Leave(h.ctx(), from(c.origin(0)), atNight(wishFor(tuesday.AddDays(9), "next@example.org"))); err != nil {
				t.Errorf("the next day: %v", err)
			}
		})
	}
}

// openDay leaves one day open for appointments at the branch on the market.
func (h *townHall) openDay(date town.Date, hours string) {
	h.t.Helper()
	h.change("format: aufruf/1\nbranches: [{id: grimma-markt, offices: [{id: buergerbuero, opening: [{dates: [" + date.String() +
		"], hours: [\"" + hours + "\"], capacity: {online: 2, staff: 3, counters: 4}}]}]}]\n")
}

// fillAt books every online time of a date at another branch.
func (h *townHall) fillAt(branch town.BranchID, date town.Date) {
	h.t.Helper()
	for {
		r := wants(time.Time{})
		r.Branch = branch
		slots, err := h.Memory.Slots(h.ctx(), r.Wanted, date)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(slots) == 0 {
			return
		}
		r.Start = slots[0].Start
		if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
			h.t.Fatal(err)
		}
	}
}

// offersOut counts the offers that stand.
func (h *townHall) offersOut() (n int) {
	h.t.Helper()
	err := h.store.View(h.ctx(), func(tx ledger.Tx) error {
		out, err := tx.Holds().Offered(h.ctx(), h.clock())
		n = len(out)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// someServices returns services of the branch on the market.
func (h *townHall) someServices(n int) []town.ServiceID {
	branch, _ := h.Catalogue().Branch(markt)
	var ids []town.ServiceID
	for _, s := range branch.Offices[0].Services {
		if len(ids) < n {
			ids = append(ids, s)
		}
	}
	return ids
}
