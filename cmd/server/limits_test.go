package main

import (
	"net/http"
	"testing"

	"aufruf/internal/wire"
)

// A hall of screens behind one address asks every few seconds whether its codes
// were typed. That changes nothing, and is no reason to refuse a citizen.
func TestAskingForAPairingCountsAsNoChange(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday, "--rate-limit", "2/m")
	api := server.url + "/api/v1"
	var started wire.Pairing
	ask(t, http.MethodPost, api+"/pairings", "", wire.PairingRequest{Kind: "display"}, &started)
	for range 5 {
		if got := ask(t, http.MethodPost, api+"/pairings/poll", "", wire.PollRequest{Secret: started.Secret}, nil); got.StatusCode != http.StatusOK {
			t.Fatalf("got %s, want it answered however often", got.Status)
		}
	}
	ask(t, http.MethodPost, api+"/pairings", "", wire.PairingRequest{Kind: "display"}, nil)
	if got := ask(t, http.MethodPost, api+"/pairings", "", wire.PairingRequest{Kind: "display"}, nil); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("got %s, want a third change in a minute refused", got.Status)
	}
}
