package attack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// attacked is the day that an attack is after: both branches are open, and
// nothing is booked yet.
const attacked = "2026-12-08"

// slot is a free start as the interface lists it.
type slot struct {
	Start time.Time `json:"start"`
	Free  int       `json:"free"`
}

// slots are a day's free starts.
func (h *target) slots(date string) []slot {
	h.Helper()
	got := h.ask(asked{path: fmt.Sprintf("/api/v1/slots?branch=%s&service=%s&date=%s", ownBranch, service, date)})
	var list struct {
		Slots []slot `json:"slots"`
	}
	if err := json.Unmarshal([]byte(got.body), &list); err != nil {
		h.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return list.Slots
}

// booking asks for a start under a name and mail address of its own.
func booking(start time.Time, name string) map[string]any {
	return map[string]any{
		"branch": ownBranch, "services": []any{map[string]any{"id": service, "quantity": 1}},
		"start": start.Format(time.RFC3339), "name": name, "email": name + "@example.org",
	}
}

// willing is whether an attacker computes what strangers have to in a rush.
type willing bool

const (
	idle    willing = false
	working willing = true
)

// places are how many can book a day that nobody has booked yet, one after
// another: appointments are as long as the grid is wide.
func places(slots []slot) int {
	n := 0
	for _, s := range slots {
		n += s.Free
	}
	return n
}

// takeDay tries for all of a day, from addresses in turn, and returns how many
// places it got. It holds first, as pages do, and works for both where it must, if it
// likes.
func (h *target) takeDay(date string, from func(i int) string, will willing) (got, of int) {
	h.Helper()
	free := h.slots(date)
	of = places(free)
	i := 0
	for _, s := range free {
		for range s.Free {
			address := from(i)
			body := booking(s.Start, fmt.Sprintf("thief-%d", i))
			i++
			hold := map[string]any{"branch": ownBranch, "services": body["services"], "start": body["start"]}
			if will == working {
				hold["proof"], body["proof"] = h.proof(address), h.proof(address)
			}
			held := h.ask(asked{method: http.MethodPost, path: "/api/v1/holds", from: address, json: hold})
			if held.status == http.StatusCreated {
				body["hold"] = held.value("hold")
			}
			h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: address, json: body})
		}
	}
	return of - places(h.slots(date)), of
}

// One client booked a whole day under 72 names. With the settings that the
// program ships with one address gets five in a hundred of a day's online places,
// at least three, and all addresses of a /48 ten, at least six.
func TestOneStrangerCantTakeADay(t *testing.T) {
	onEachEngine(t, func(h *target) {
		for i, attack := range []struct {
			name         string
			from         func(i int) string
			share, least int
		}{
			{"one address", func(int) string { return "192.0.2.7" }, 5, 3},
			{"a /48", func(i int) string { return fmt.Sprintf("2001:db8:77:%x::1", i*97) }, 10, 6},
		} {
			date := []string{attacked, "2026-12-10"}[i]
			got, of := h.takeDay(date, attack.from, working)
			h.Logf("%s took %d of %d places", attack.name, got, of)
			if most := max(attack.least, of*attack.share/100); got > most || got == 0 {
				h.Errorf("%s took %d of %d places, want at most %d", attack.name, got, of, most)
			}
		}
	}, "--rate-limit", "6000/m")
}
