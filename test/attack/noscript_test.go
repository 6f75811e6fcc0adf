package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// beyondShare books until an address has to prove something for more.
func (h *target) beyondShare(from string) {
	h.Helper()
	for i := range 6 {
		body := booking(h.slots(attacked)[0].Start, fmt.Sprintf("reader-%d-%x", i, from))
		got := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: from, json: body})
		if got.value("key") == "proof.required" {
			return
		}
		if got.status != http.StatusCreated {
			h.Fatalf("booking %d: got %d %s", i, got.status, got.body)
		}
	}
	h.Fatal("nothing was asked for")
}

// byForm books as a page without script does: nothing was computed.
func (h *target) byForm(from string, start time.Time, email string) answer {
	h.Helper()
	return h.ask(asked{method: http.MethodPost, path: "/termin/buchen", from: from, form: url.Values{
		"branch": {string(ownBranch)}, "service": {string(service)}, "start": {start.Format(time.RFC3339)}, "name": {"Ada"}, "email": {email},
	}})
}

// A page without script computes nothing: a link goes to the address, the time is
// kept for a quarter of an hour, and whoever presses the button there has it. What
// nobody confirms is free again.
func TestWithoutScriptALinkKeepsTheTimeForAQuarterOfAnHour(t *testing.T) {
	onEachEngine(t, func(h *target) {
		h.beyondShare(stranger(1))
		h.beyondShare(stranger(2))
		free := h.slots(attacked)
		one, other := free[0], free[len(free)-1]
		for i, email := range []string{"opens@example.org", "forgets@example.org"} {
			start := []time.Time{one.Start, other.Start}[i]
			if got := h.byForm(stranger(i+1), start, email); got.status != http.StatusAccepted {
				h.Fatalf("%s without script: got %d %s", email, got.status, got.body)
			}
		}
		if h.freeAt(one.Start) != one.Free-1 || h.freeAt(other.Start) != other.Free-1 {
			h.Errorf("got %d and %d free, want one less than %d and %d", h.freeAt(one.Start), h.freeAt(other.Start), one.Free, other.Free)
		}
		mails := h.mailsTo("opens@example.org")["confirm"]
		if len(mails) != 1 {
			h.Fatalf("got %d mails with a link", len(mails))
		}
		h.confirm(mails[0])
		forgotten := h.mailsTo("forgets@example.org")["confirm"][0]

		h.must(h.server.Stop())
		h.server.SetClock(tuesday(9, 20))
		h.must(h.server.Start(h.ctx))
		if h.freeAt(one.Start) != one.Free-1 || h.freeAt(other.Start) != other.Free {
			h.Errorf("twenty minutes later: got %d and %d free, want the first kept of %d and the forgotten one back to %d",
				h.freeAt(one.Start), h.freeAt(other.Start), one.Free, other.Free)
		}
		link := linkIn(forgotten)
		if got := h.ask(asked{method: http.MethodPost, path: link, form: url.Values{}}); got.status == http.StatusOK || got.status == http.StatusInternalServerError {
			h.Errorf("the link, too late: got %d", got.status)
		}
	})
}
