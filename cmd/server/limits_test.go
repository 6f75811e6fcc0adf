package main

import (
	"fmt"
	"net/http"
	"strings"
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

// A proxy that doesn't set X-Forwarded-For passes X-Real-IP on as the browser
// has sent it: whoever counts up in there has no limit.
func TestOnlyTheProxysOwnHeaderNamesTheCitizen(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday, "--rate-limit", "2/m", "--trusted-proxies", "127.0.0.1/32")
	hold := func(header, address string) int {
		request, err := http.NewRequest(http.MethodPost, server.url+"/api/v1/holds", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(header, address)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	refused := 0
	for i := range 6 {
		if hold("X-Real-IP", fmt.Sprintf("192.0.2.%d", i)) == http.StatusTooManyRequests {
			refused++
		}
		if got := hold("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)); got == http.StatusTooManyRequests {
			t.Errorf("citizen %d: got %d, want a limit of their own", i, got)
		}
	}
	if refused == 0 {
		t.Error("X-Real-IP gave a new limit each time")
	}
}
