package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

func TestAScreenIsPairedByItsCode(t *testing.T) {
	h := openServer(t, options{})
	manager := access.Actor{Kind: access.Staff, User: ledger.User{ID: "chefin", Role: ledger.RoleManager}}
	started := read[wire.Pairing](h.post("/pairings", doc{"kind": "display"}).want(http.StatusCreated))
	poll := func() wire.PollReply {
		t.Helper()
		return read[wire.PollReply](h.post("/pairings/poll", doc{"secret": started.Secret}).want(http.StatusOK))
	}
	if got := poll(); got.State != wire.PairingPending || got.Token != "" {
		t.Errorf("got %+v, want it pending", got)
	}
	h.ask(request{path: "/branches", token: started.Secret}).refused(401, "session.required") // no right yet
	_, err := h.Access.CompletePairing(t.Context(), manager, started.Code, ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: markt})
	h.must(err)
	done := poll()
	if done.State != wire.PairingDone || done.Token == "" {
		t.Fatalf("got %+v, want the token", done)
	}
	await[wire.Board](h.dial("/ws/display", done.Token), nil)
	if _, err := h.Access.CompletePairing(t.Context(), manager, started.Code, ledger.Device{Name: "again", Kind: ledger.DeviceDisplay, Branch: markt}); err == nil {
		t.Error("a code was used twice")
	}
}

func TestPairingRefusesWhatItMust(t *testing.T) {
	h := openServer(t, options{})
	h.post("/pairings", doc{"kind": "toaster"}).want(http.StatusUnprocessableEntity)
	h.post("/pairings", doc{"kind": "display", "branch": markt}).refused(400, "request.unknown_field")
	h.post("/pairings", "nonsense").refused(400, "request.malformed")
	h.post("/pairings", strings.Repeat(" ", 64<<10)+"{}").refused(413, "request.too_large")
	h.post("/pairings/poll", doc{"secret": "unknown"}).refused(404, "pairing.over")
	started := read[wire.Pairing](h.post("/pairings", doc{"kind": "kiosk"}).want(http.StatusCreated))
	h.set(h.clock().Add(11 * time.Minute))
	h.post("/pairings/poll", doc{"secret": started.Secret}).refused(404, "pairing.over")
}
