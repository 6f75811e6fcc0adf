package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// fill books every time of a date that citizens can, and returns the tokens by
// start.
func (h *townHall) fill(date town.Date) map[int64][]string {
	h.t.Helper()
	tokens := map[int64][]string{}
	for {
		slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin)}, date)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(slots) == 0 {
			return tokens
		}
		start := slots[0].Start
		tokens[start.Unix()] = append(tokens[start.Unix()], h.book(start).Token)
	}
}

// only leaves one day open for appointments, so that it can be full.
func (h *townHall) only(date town.Date, settings string) {
	h.t.Helper()
	h.change(`format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        ` + settings + `
        opening:
          - dates: [` + date.String() + `]
            hours: [09:00-10:00]
            capacity: {online: 2, staff: 3, counters: 4}
`)
}

func wishFor(date town.Date, email string) app.WishRequest {
	return app.WishRequest{
		Branches: []town.BranchID{markt}, Items: one(pin), Until: date,
		Person: app.Person{Name: "Ben Wartend", Email: email}, Language: town.German,
	}
}

// letters returns the mails that are due, as the worker takes them, by kind and
// address.
func (h *townHall) letters() map[string][]app.Letter {
	h.t.Helper()
	all, err := h.Outbox.DueMails(h.ctx(), 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	by := map[string][]app.Letter{}
	for _, l := range all {
		key := l.Mail.Kind + " " + l.Person.Email
		by[key] = append(by[key], l)
		if err := h.Outbox.MailSent(h.ctx(), l); err != nil {
			h.t.Fatal(err)
		}
	}
	return by
}

// wish leaves a wish and confirms it.
func (h *townHall) wish(r app.WishRequest) {
	h.t.Helper()
	if err := h.Wishes.Leave(h.ctx(), access.Actor{}, r); err != nil {
		h.t.Fatal(err)
	}
	h.confirmAll()
}

// confirmAll confirms whatever waits for an address, and returns what came of it.
func (h *townHall) confirmAll() []app.Confirmed {
	h.t.Helper()
	links, err := h.Links(h.ctx())
	if err != nil {
		h.t.Fatal(err)
	}
	var all []app.Confirmed
	for _, link := range links {
		became, err := h.Confirm(h.ctx(), link)
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, became)
	}
	return all
}

// atNight asks for hours at which nothing is ever free.
func atNight(r app.WishRequest) app.WishRequest {
	r.From, r.To = 1, 30
	return r
}

func (h *townHall) cancel(token string) {
	h.t.Helper()
	if err := h.Cancel(h.ctx(), access.Actor{}, token); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhatACancellationFreesIsOfferedInOrderOfTheWishes(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	tokens := h.fill(day)
	h.wish(wishFor(day, "first@example.org"))
	h.set(h.clock().Add(time.Second))
	h.wish(wishFor(day, "second@example.org"))
	told := h.letters()
	start := at(t, day, "09:20")
	h.cancel(tokens[start.Unix()][0])

	if got := h.free(start); got != 0 {
		t.Errorf("while offered: got %d free, want 0", got)
	}
	offers := h.letters()
	if len(offers["offer first@example.org"]) != 1 || len(offers["offer second@example.org"]) != 0 {
		t.Fatalf("got %v, want one offer, to the first", lettersByKind(offers))
	}
	offer := offers["offer first@example.org"][0]
	if want := h.clock().Add(4 * time.Hour); !offer.Ticket.Start.Equal(start) || !offer.Until.Equal(want) {
		t.Errorf("offered %s until %s, want %s until %s", offer.Ticket.Start, offer.Until, start, want)
	}
	if got, want := offer.Person.Token, told["wish first@example.org"][0].Person.Token; got != want {
		t.Errorf("offer links to %s, want the wish's page %s", got, want)
	}

	for range 2 { // a second click finds the same appointment
		made, err := h.Wishes.Accept(h.ctx(), offer.Person.Token)
		if err != nil {
			t.Fatal(err)
		}
		if !made.Ticket.Start.Equal(start) || made.Person.Name != "Ben Wartend" {
			t.Errorf("booked %s for %s, want %s for Ben Wartend", made.Ticket.Start, made.Person.Name, start)
		}
	}
	if _, err := h.Wishes.View(h.ctx(), offer.Person.Token); !problem.Is(err, "wish.over_or_unknown") {
		t.Errorf("accepted wish: got %v, want it erased", err)
	}
	if got := h.letters(); len(got["confirmation first@example.org"]) != 1 {
		t.Errorf("got %v, want a confirmation", lettersByKind(got))
	}
}

func lettersByKind(by map[string][]app.Letter) map[string]int {
	counts := map[string]int{}
	for key, all := range by {
		counts[key] = len(all)
	}
	return counts
}

func TestAnOfferThatIsNotTakenGoesToTheNextAfterFourHours(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(6)
	h.only(day, "")
	tokens := h.fill(day)
	h.wish(wishFor(day, "first@example.org"))
	h.set(h.clock().Add(time.Second))
	h.wish(wishFor(day, "second@example.org"))
	h.letters()
	h.cancel(tokens[at(t, day, "09:00").Unix()][0])
	first := h.letters()["offer first@example.org"][0]

	for range 3 { // looking again changes nothing
		h.offerWishes()
	}
	if got := h.letters(); len(got) != 0 {
		t.Errorf("got %v, want no further mail while the offer stands", lettersByKind(got))
	}
	h.set(h.clock().Add(4 * time.Hour))
	if _, err := h.Wishes.Accept(h.ctx(), first.Person.Token); !problem.Is(err, "wish.offer_over") {
		t.Errorf("got %v, want wish.offer_over", err)
	}
	h.offerWishes()
	got := h.letters()
	if len(got["offer first@example.org"]) != 0 || len(got["offer second@example.org"]) != 1 {
		t.Fatalf("got %v, want the offer passed on to the second", lettersByKind(got))
	}
	second := got["offer second@example.org"][0]
	if err := h.Wishes.DeclineOffer(h.ctx(), second.Person.Token); err != nil {
		t.Fatal(err)
	}
	if got, want := h.free(at(t, day, "09:00")), 1; got != want {
		t.Errorf("declined: got %d free, want %d", got, want)
	}
	h.offerWishes()
	if got := h.letters(); len(got) != 0 {
		t.Errorf("got %v, want at most one offer a day", lettersByKind(got))
	}
	h.set(h.clock().Add(24 * time.Hour))
	h.offerWishes() // both are due again, and the first comes first
	if got := h.letters(); len(got["offer first@example.org"]) != 1 || len(got["offer second@example.org"]) != 0 {
		t.Errorf("got %v, want the next day's offer to the first", lettersByKind(got))
	}
	if err := h.Wishes.Withdraw(h.ctx(), first.Person.Token); err != nil {
		t.Fatal(err)
	}
	if got := h.letters(); len(got["offer second@example.org"]) != 1 {
		t.Errorf("withdrawn: got %v, want the offer passed on", lettersByKind(got))
	}
}

func (h *townHall) offerWishes() {
	h.t.Helper()
	if err := h.Wishes.OfferFree(h.ctx()); err != nil {
		h.t.Fatal(err)
	}
}

func TestAWishIsOfferedOnlyWhatItAskedFor(t *testing.T) {
	day := tuesday.AddDays(3)
	for name, c := range map[string]struct {
		change func(*app.WishRequest)
		want   int
	}{
		"as it is":      {func(*app.WishRequest) {}, 1},
		"that weekday":  {func(r *app.WishRequest) { r.Weekdays = []time.Weekday{day.Weekday()} }, 1},
		"other weekday": {func(r *app.WishRequest) { r.Weekdays = []time.Weekday{day.Weekday() + 1} }, 0},
		"within hours":  {func(r *app.WishRequest) { r.From, r.To = 9*60+20, 9*60+30 }, 1},
		"too early":     {func(r *app.WishRequest) { r.From, r.To = 9*60+30, 12*60 }, 0},
		"ends too late": {func(r *app.WishRequest) { r.From, r.To = 9*60, 9*60+25 }, 0},
		"until before":  {func(r *app.WishRequest) { r.Until = day - 1 }, 0},
		"elsewhere":     {func(r *app.WishRequest) { r.Branches = []town.BranchID{nera} }, 0},
		"both branches": {func(r *app.WishRequest) { r.Branches = []town.BranchID{nera, markt} }, 1},
		"too long":      {func(r *app.WishRequest) { r.Items = []town.Item{{Service: "personalausweis-beantragen", Quantity: 1}} }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := openTownHall(t)
			h.only(day, "")
			h.change("format: aufruf/1\nbranches:\n  - id: nerchau\n    closures: [{from: 2026-12-01, to: 2027-12-31}]\n")
			tokens := h.fill(day)
			r := wishFor(day, "first@example.org")
			c.change(&r)
			h.wish(r)
			h.letters()
			h.cancel(tokens[at(t, day, "09:20").Unix()][0])
			h.offerWishes()
			if got := len(h.letters()["offer first@example.org"]); got != c.want {
				t.Errorf("got %d offers, want %d", got, c.want)
			}
		})
	}
}

func TestAnEditOfTheRulesIsOffered(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	h.fill(day)
	h.wish(wishFor(day.AddDays(1), "first@example.org"))
	h.letters()
	h.only(day.AddDays(1), "")
	h.offerWishes()
	if got := h.letters(); len(got["offer first@example.org"]) != 1 {
		t.Errorf("got %v, want an offer of the new day", lettersByKind(got))
	}
}

func TestFreedTimesAreOfferedWithoutBeingAsked(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	h.fill(day)
	h.wish(wishFor(day.AddDays(1), "first@example.org"))
	h.letters()
	<-h.Outbox.MailWake() // of the wish's own mail
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := h.Wishes.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	h.only(day.AddDays(1), "")
	<-h.Outbox.MailWake()
	stop()
	running.Wait()
	if got := h.letters(); len(got["offer first@example.org"]) != 1 {
		t.Errorf("got %v, want an offer", lettersByKind(got))
	}
}

// Whoever leaves a wish with somebody's address is answered alike, whether or not
// that address waits already, and has one mail a day sent there at most.
func TestNobodyLearnsWhoWaits(t *testing.T) {
	h := openTownHall(t)
	h.wish(atNight(wishFor(tuesday.AddDays(9), "ada@example.org")))
	first := h.letters()["wish ada@example.org"]
	again := atNight(wishFor(tuesday.AddDays(20), "Ada+x@example.org"))
	again.Person.Name = "Somebody Else"
	leave := func() {
		t.Helper()
		if err := h.Wishes.Leave(h.ctx(), access.Actor{}, again); err != nil { // answered alike
			t.Fatal(err)
		}
	}
	leave()
	if got := h.letters(); len(got) != 0 {
		t.Errorf("same day: got %v, want no second mail", lettersByKind(got))
	}
	h.set(h.clock().Add(24 * time.Hour))
	leave()
	second := h.letters()["wish Ada+x@example.org"]
	if len(first) != 1 || len(second) != 1 {
		t.Fatalf("got %d and %d mails, want one a day", len(first), len(second))
	}
	view, err := h.Wishes.View(h.ctx(), first[0].Person.Token)
	if err != nil || view.Until != tuesday.AddDays(9) {
		t.Errorf("got until %s, %v; want the wish as it was confirmed", view.Until, err)
	}
	if _, err := h.Wishes.View(h.ctx(), second[0].Person.Token); !problem.Is(err, "wish.over_or_unknown") {
		t.Errorf("unconfirmed: got %v, want no wish", err)
	}
}

func TestBadWishesNameWhatIsWrong(t *testing.T) {
	h := openTownHall(t)
	for name, c := range map[string]struct {
		change func(*app.WishRequest)
		want   string
	}{
		"no name":         {func(r *app.WishRequest) { r.Person.Name = "" }, "name"},
		"no address":      {func(r *app.WishRequest) { r.Person.Email = "" }, "email"},
		"no branch":       {func(r *app.WishRequest) { r.Branches = nil }, "branches"},
		"branch twice":    {func(r *app.WishRequest) { r.Branches = []town.BranchID{markt, markt} }, "branches"},
		"no service":      {func(r *app.WishRequest) { r.Items = nil }, "services"},
		"over already":    {func(r *app.WishRequest) { r.Until = tuesday - 1 }, "until"},
		"too far":         {func(r *app.WishRequest) { r.Until = tuesday.AddDays(app.MaxWishDays + 1) }, "until"},
		"hours reversed":  {func(r *app.WishRequest) { r.From, r.To = 600, 540 }, "hours"},
		"unknown service": {func(r *app.WishRequest) { r.Items = one("nothing") }, "service.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			r := atNight(wishFor(tuesday.AddDays(9), "ada@example.org"))
			c.change(&r)
			e := problem.Of(h.Wishes.Leave(h.ctx(), access.Actor{}, r))
			if _, field := e.Fields[c.want]; e.Key != c.want && !field {
				t.Errorf("got %v, want a refusal about %s", e, c.want)
			}
		})
	}
}

func TestOffersNeverPassCapacity(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	tokens := h.fill(day)
	for i := range 20 {
		h.wish(wishFor(day, string(rune('a'+i))+"@example.org"))
	}
	var all []string
	for _, of := range tokens {
		all = append(all, of...)
	}
	outcomes(60, func(i int) error {
		switch i % 3 {
		case 0:
			if i/3 < len(all) {
				return h.Cancel(h.ctx(), access.Actor{}, all[i/3])
			}
			return nil
		case 1:
			return h.Wishes.OfferFree(h.ctx())
		}
		_, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, day, "09:20")))
		return err
	})
	accepted := 0
	for _, letters := range h.letters() {
		for _, l := range letters {
			if l.Mail.Kind != app.MailOffer {
				continue
			}
			if _, err := h.Wishes.Accept(h.ctx(), l.Person.Token); err != nil {
				t.Errorf("an offer that stands is refused: %v", err)
			}
			accepted++
		}
	}
	if accepted == 0 {
		t.Error("nobody was offered anything")
	}
	h.withinCapacity(day, 2)
}

// withinCapacity fails where at any moment of a date more appointments overlap
// than may.
func (h *townHall) withinCapacity(date town.Date, limit int) {
	h.t.Helper()
	var spans []ledger.OfficeSpan
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		spans, err = tx.Tickets().Spans(h.ctx(), markt, date, date)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, at := range spans {
		overlapping := 0
		for _, s := range spans {
			if s.From <= at.From && at.From < s.To {
				overlapping++
			}
		}
		if overlapping > limit {
			h.t.Errorf("got %d appointments at %s, want at most %d", overlapping, time.Unix(at.From, 0), limit)
		}
	}
}

func TestTheLinkGoesToTheAddressAndNowhereElse(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        max_per_email: 1\n")
	made := h.book(at(t, tuesday, "13:00"))
	h.letters()
	for range 3 {
		_, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, tuesday, "14:00")))
		e := problem.Of(err)
		if e.Key != "booking.too_many_per_email" {
			t.Fatalf("got %v, want booking.too_many_per_email", err)
		}
		if diff := cmp.Diff([]time.Time(nil), e.Alternatives); diff != "" {
			t.Errorf("the refusal tells more than it says (-want +got):\n%s", diff)
		}
	}
	sent := h.letters()["existing ada@example.org"]
	if len(sent) != 1 || sent[0].Person.Token != made.Token {
		t.Errorf("got %d mails, want one with the link of the appointment", len(sent))
	}
	if _, err := h.Move(h.ctx(), access.Actor{}, sent[0].Person.Token, "", at(t, tuesday, "14:00")); err != nil {
		t.Errorf("move: %v", err)
	}
}
