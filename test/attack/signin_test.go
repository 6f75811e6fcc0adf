package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// signIn tries a password over the interface.
func signIn(user, password, from string) asked {
	return asked{method: http.MethodPost, path: "/api/v1/session", from: from, json: map[string]string{"user": user, "password": password}}
}

// onlyStatuses expects no status but those, and of the looked-at tries as many as
// the throttle lets through in the time that passed: five, then one a second at
// most.
func (h *target) onlyStatuses(got map[int]int, passed time.Duration, refusals ...int) {
	h.Helper()
	if most := 5 + int(passed/time.Second); got[http.StatusUnauthorized] > most {
		h.Errorf("%d tries were looked at, want at most %d: %v", got[http.StatusUnauthorized], most, got)
	}
	for status, n := range got {
		known := status == http.StatusUnauthorized
		for _, refusal := range refusals {
			known = known || status == refusal
		}
		if !known {
			h.Errorf("%d × %d", n, status)
		}
	}
}

// Sixty wrong passwords at once were sixty tries.
func TestSixtyWrongPasswordsAtOnce(t *testing.T) {
	onEachEngine(t, func(h *target) {
		password, err := h.server.AddUser(h.ctx, "anna", "clerk")
		h.must(err)
		before := time.Now()
		got := h.crowd(60, 60, func(int) asked { return signIn("anna", "guess guess guess", stranger(1)) })
		h.onlyStatuses(got, time.Since(before), http.StatusTooManyRequests, http.StatusServiceUnavailable)
		refused := h.ask(signIn("anna", password, stranger(1)))
		if refused.status == http.StatusTooManyRequests && refused.header.Get("Retry-After") == "" {
			h.Error("no Retry-After")
		}
		form := url.Values{"name": {"anna"}, "kennwort": {"guess guess guess"}}
		before = time.Now()
		got = h.crowd(60, 60, func(int) asked {
			return asked{method: http.MethodPost, path: "/staff/anmelden", form: form, from: stranger(2)}
		})
		h.onlyStatuses(got, time.Since(before), http.StatusTooManyRequests, http.StatusServiceUnavailable)
		if honest := h.ask(signIn("anna", password, stranger(3))); honest.status != http.StatusOK {
			h.Errorf("from elsewhere: got %d", honest.status)
		}
	})
}

// While one address floods, a sign-in from elsewhere comes in its turn.
func TestAFloodKeepsNobodyElseOut(t *testing.T) {
	onEachEngine(t, func(h *target) {
		password, err := h.server.AddUser(h.ctx, "anna", "clerk")
		h.must(err)
		flood := make(chan map[int]int)
		go func() {
			flood <- h.crowd(100, 50, func(i int) asked { return signIn(fmt.Sprint("nobody", i), "guess guess guess", stranger(i%5)) })
		}()
		for i := range 5 {
			if honest := h.ask(signIn("anna", password, stranger(100+i))); honest.status != http.StatusOK {
				h.Errorf("got %d %s", honest.status, honest.body)
			}
		}
		<-flood
	})
}

// Changes without sign-in from an address stopped the kiosk behind it, and the
// sign-in of programs.
func TestAnonymousChangesStopNoKiosk(t *testing.T) {
	onEachEngine(t, func(h *target) {
		password, err := h.server.AddUser(h.ctx, "anna", "clerk")
		h.must(err)
		kiosk, shared := h.device("kiosk", ownBranch), stranger(1)
		got := h.crowd(80, 8, func(int) asked {
			return asked{method: http.MethodPost, path: "/display/kopplung", from: shared, form: url.Values{}}
		})
		if got[http.StatusTooManyRequests] == 0 {
			h.Fatalf("nothing was limited: %v", got)
		}
		ticket := h.ask(asked{method: http.MethodPost, path: "/kiosk/ticket", from: shared, as: kiosk, form: url.Values{"service": {string(service)}}})
		if ticket.status != http.StatusSeeOther {
			h.Errorf("the kiosk: got %d", ticket.status)
		}
		if in := h.ask(signIn("anna", password, shared)); in.status != http.StatusOK {
			h.Errorf("the sign-in: got %d", in.status)
		}
		forged := h.crowd(20, 8, func(int) asked {
			return asked{method: http.MethodPost, path: "/kiosk/ticket", from: shared, as: key{device: "made up"}, form: url.Values{}}
		})
		if forged[http.StatusTooManyRequests] == 0 { // the allowance comes back with time, one by one
			h.Errorf("made-up devices: got %v, want them limited", forged)
		}
	})
}

// A browser in which somebody has signed in before has room of its own beside the
// strangers behind its address, in pages and below /api: as much, not more.
func TestAKnownBrowserHasRoomBesideStrangers(t *testing.T) {
	onEachEngine(t, func(h *target) {
		password, err := h.server.AddUser(h.ctx, "anna", "clerk")
		h.must(err)
		shared := stranger(1)
		in := h.ask(asked{method: http.MethodPost, path: "/staff/anmelden", from: shared, form: url.Values{"name": {"anna"}, "kennwort": {password}}})
		known := key{browser: cookieOf(in, "aufruf_bekannt")}
		if known.browser == "" {
			h.Fatalf("no mark: %d %v", in.status, in.header)
		}
		pairs := func(as key) asked {
			return asked{method: http.MethodPost, path: "/display/kopplung", from: shared, as: as, form: url.Values{}}
		}
		holds := func(as key) asked {
			return asked{method: http.MethodPost, path: "/api/v1/holds", from: shared, as: as, json: map[string]string{}}
		}
		if got := h.crowd(120, 8, func(int) asked { return pairs(key{}) }); got[http.StatusTooManyRequests] == 0 {
			h.Fatalf("nothing was limited: %v", got)
		}
		for _, request := range []func(key) asked{pairs, holds} {
			if got := h.ask(request(known)); got.status == http.StatusTooManyRequests {
				h.Errorf("a known browser: got %d %.200s", got.status, got.body)
			}
			if got := h.crowd(20, 8, func(int) asked { return request(key{browser: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) }); got[http.StatusTooManyRequests] < 15 {
				h.Errorf("a made-up mark: got %v, want it refused", got)
			}
		}
		if got := h.crowd(150, 8, func(int) asked { return pairs(known) }); got[http.StatusTooManyRequests] == 0 {
			h.Errorf("a known browser has no limit: %v", got)
		}
	})
}

// cookieOf is the value of a cookie that an answer sets.
func cookieOf(a answer, name string) string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}
