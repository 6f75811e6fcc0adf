package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// A wish whose mail can't be sealed took the whole cancellation down with it,
// and nobody behind it was ever offered anything.
func TestAWishThatCannotBeToldKeepsNobodyWaiting(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.only(thursday, "")
		tokens := h.fill(thursday)
		h.wish(wishFor(thursday, "first@example.org"))
		h.set(h.clock().Add(time.Second))
		h.wish(wishFor(thursday, "second@example.org"))
		h.letters()
		h.seals.cannot = func(about, plain string) bool {
			return strings.HasPrefix(about, "mail ") && strings.Contains(plain, "first@example.org")
		}
		start := at(t, thursday, "09:20").Unix()
		if err := h.Cancel(h.ctx(), access.Actor{}, tokens[start][0]); err != nil {
			t.Fatalf("cancel: got %v", err)
		}
		if got := lettersByKind(h.letters()); got["offer second@example.org"] != 1 {
			t.Errorf("at once: got %v, want an offer to the second", got)
		}
		h.set(h.clock().Add(time.Second))
		h.wish(wishFor(thursday, "third@example.org"))
		h.letters()
		h.openToo(thursday - 1)
		if err := h.Wishes.OfferFree(h.ctx()); err != nil {
			t.Errorf("later: got %v", err)
		}
		if got := lettersByKind(h.letters()); got["offer third@example.org"] != 1 {
			t.Errorf("later: got %v, want an offer to the third", got)
		}
	})
}

func TestAnOfferThatFailsKeepsNobodyWaiting(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.only(thursday, "")
		h.fill(thursday)
		h.wish(wishFor(thursday, "first@example.org"))
		h.set(h.clock().Add(time.Second))
		h.wish(wishFor(thursday, "second@example.org"))
		h.letters()
		h.openToo(thursday - 1)
		s.Fail("Holds.Insert", errForced, 1)
		if err := h.Wishes.OfferFree(h.ctx()); !errors.Is(err, errForced) {
			t.Errorf("got %v, want to hear of the failure", err)
		}
		if got := lettersByKind(h.letters()); got["offer second@example.org"] != 1 || len(got) != 1 {
			t.Errorf("got %v, want an offer to the second", got)
		}
		h.openToo(thursday - 2) // of a day, the list holds a tenth
		h.offerWishes()
		if got := lettersByKind(h.letters()); got["offer first@example.org"] != 1 || len(got) != 1 {
			t.Errorf("looked again: got %v, want an offer to the first", got)
		}
	})
}

// openToo opens a further day beside Thursday.
func (h *townHall) openToo(day town.Date) {
	h.t.Helper()
	h.change("format: aufruf/1\nbranches: [{id: grimma-markt, offices: [{id: buergerbuero, opening: [{dates: [" + day.String() + ", " + thursday.String() +
		"], hours: [\"09:00-10:00\"], capacity: {online: 2, staff: 3, counters: 4}}]}]}]\n")
}
