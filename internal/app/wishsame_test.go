package app_test

import (
	"testing"

	"aufruf/internal/town"
)

// TestTheSameServicesInAnotherOrderAreTheSameWish: whoever asks again waits once, and
// for other services beside it.
func TestTheSameServicesInAnotherOrderAreTheSameWish(t *testing.T) {
	h := openTownHall(t)
	two := []town.Item{{Service: pin, Quantity: 1}, {Service: "meldebescheinigung", Quantity: 1}}
	for i, c := range []struct {
		items []town.Item
		want  int
	}{
		{two, 1}, {[]town.Item{two[1], two[0]}, 1}, {two[:1], 2},
	} {
		h.set(at(t, tuesday.AddDays(i), "08:00"))
		r := atNight(wishFor(tuesday.AddDays(20), "ada@example.org"))
		r.Items = c.items
		h.wish(r)
		if got := len(h.waiting()); got != c.want {
			t.Errorf("%v: got %d wishes, want %d", c.items, got, c.want)
		}
	}
}
