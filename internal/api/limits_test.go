package api_test

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// cancelUnknown is a change that costs nothing.
func (h *testServer) cancelUnknown(header http.Header) answer {
	h.t.Helper()
	return h.ask(request{method: http.MethodDelete, path: "/appointments/unknown", header: header})
}

func TestChangesWithoutSignInAreLimitedPerAddress(t *testing.T) {
	h := openServer(t, options{rate: 3})
	for range 3 {
		h.cancelUnknown(nil).want(http.StatusNotFound)
	}
	got := h.cancelUnknown(nil)
	got.refused(http.StatusTooManyRequests, "request.too_many")
	if got.header.Get("Retry-After") == "" {
		t.Error("got no Retry-After")
	}
	h.get("/branches").want(http.StatusOK)
	h.must(h.Access.AddUser(t.Context(), ledger.User{ID: "clerk", Role: ledger.RoleClerk}, password))
	token, _, err := h.Access.SignIn(t.Context(), access.Actor{}, "clerk", password, access.From{})
	h.must(err)
	h.ask(request{method: http.MethodDelete, path: "/appointments/unknown", token: token}).want(http.StatusNotFound)
}

// Whoever has used up what an address may change keeps nobody behind it from signing
// in: that has a limit of its own.
func TestSigningInIsNotLimitedByTheChangesOfOthers(t *testing.T) {
	h := openServer(t, options{rate: 1})
	h.must(h.Access.AddUser(t.Context(), ledger.User{ID: "clerk", Role: ledger.RoleClerk}, password))
	h.cancelUnknown(nil).want(http.StatusNotFound)
	h.cancelUnknown(nil).refused(http.StatusTooManyRequests, "request.too_many")
	h.post("/session", doc{"user": "clerk", "password": password}).want(http.StatusOK)
}

func TestLimitsCanBeOff(t *testing.T) {
	h := openServer(t, options{rate: 0})
	for range 200 {
		h.cancelUnknown(nil).want(http.StatusNotFound)
	}
	body := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:00")}
	for _, wall := range []string{"09:00", "09:00", "09:10", "09:10", "09:20"} {
		body["start"] = stamp(wall)
		h.post("/holds", body).want(http.StatusCreated)
	}
}

func TestAForwardedAddressCountsOnlyFromATrustedProxy(t *testing.T) {
	spoofed := openServer(t, options{rate: 1})
	spoofed.cancelUnknown(from("203.0.113.1")).want(http.StatusNotFound)
	spoofed.cancelUnknown(from("203.0.113.2")).refused(http.StatusTooManyRequests, "request.too_many")
}

func TestAnAddressBehindATrustedProxyIsTheClients(t *testing.T) {
	h := openServer(t, options{rate: 1, proxies: []string{"127.0.0.0/8"}})
	for _, address := range []string{"203.0.113.1", "203.0.113.2", "2001:db8:1:1::1", "2001:db8:1:2::1", "8.8.8.8, 203.0.113.3"} {
		h.cancelUnknown(from(address)).want(http.StatusNotFound)
	}
	for _, address := range []string{"203.0.113.1", "::ffff:203.0.113.2", "2001:db8:1:1:ffff:ffff:ffff:ffff", "9.9.9.9, 203.0.113.3"} {
		h.cancelUnknown(from(address)).refused(http.StatusTooManyRequests, "request.too_many")
	}
}

// The fourth person behind one address, as in a library, isn't refused because
// three others are just choosing; the fourth hold of one browser is.
func TestThreeLiveHoldsPerBrowser(t *testing.T) {
	h := openServer(t, options{rate: 1000, proxies: []string{"127.0.0.0/8"}})
	at := markt
	hold := func(wall, browser string) answer {
		body := doc{"branch": at, "services": []doc{{"id": pin}}, "start": stamp(wall)}
		header := from("192.0.2.7")
		header.Set("Cookie", "aufruf_browser="+browser)
		return h.ask(request{method: http.MethodPost, path: "/holds", body: body, header: header})
	}
	first := read[wire.Hold](hold("09:00", "one").want(http.StatusCreated))
	hold("09:10", "one").want(http.StatusCreated)
	hold("09:20", "one").want(http.StatusCreated)
	hold("09:30", "one").refused(http.StatusTooManyRequests, "hold.too_many")
	at = nerchau // here the address has its share of the day
	hold("09:30", "another").want(http.StatusCreated)
	at = markt
	h.ask(request{method: http.MethodDelete, path: "/holds/" + first.Hold, header: from("192.0.2.7")}).want(http.StatusNoContent)
	hold("09:40", "one").want(http.StatusCreated)
	hold("09:50", "one").refused(http.StatusTooManyRequests, "hold.too_many")
	h.set(clock("08:11"))
	hold("09:50", "one").want(http.StatusCreated)
}

// Whoever shows no mark gets one, so that it counts from then on.
func TestAHoldMarksItsBrowser(t *testing.T) {
	h := openServer(t, options{rate: 1000})
	body := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:00")}
	got := h.post("/holds", body).want(http.StatusCreated)
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	name, mark, _ := strings.Cut(cookie, "=")
	if name != "aufruf_browser" || mark == "" {
		t.Errorf("got cookie %q, want a mark", got.header.Get("Set-Cookie"))
	}
}
