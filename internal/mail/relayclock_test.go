package mail

import (
	"net"
	"testing"
	"time"
)

func TestAGreetingTellsTheTimeWhereItDoes(t *testing.T) {
	nine := time.Date(2026, time.December, 1, 9, 5, 3, 0, time.FixedZone("", 3600))
	for greeting, want := range map[string]time.Time{
		"mx.example.org ESMTP Exim 4.97 Tue, 01 Dec 2026 09:05:03 +0100":                        nine,
		"EX01.example.org Microsoft ESMTP MAIL Service ready at Tue, 1 Dec 2026 08:05:03 +0000": nine,
		"relay.example.org ESMTP; Tue, 1 Dec 2026 08:05:03 GMT":                                 nine,
		"mx.example.org ESMTP Postfix (Debian)":                                                 {},
		"mx.example.org ready, 2026-12-01":                                                      {},
		"ESMTP gateway\nTue, 1 Dec 2026 09:05:03 +0100 no unsolicited mail":                     nine,
		"mx.example.org ESMTP Exim 4.97 Tue, 45 Dec 2026 09:05:03 +0100":                        {},
		"": {},
	} {
		got, ok := greetingTime(greeting)
		if ok == want.IsZero() || !got.Equal(want) {
			t.Errorf("%q: got %s, %v; want %s", greeting, got, ok, want)
		}
	}
}

// A server beside us has our clock: it agrees with whatever we believe.
func TestAServerInOurOwnNetworksIsNoSecondSource(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1": false, "127.9.9.9": false, "::1": false, "198.51.100.7": true} {
		got, err := beyondOurNetworks(&net.TCPAddr{IP: net.ParseIP(address), Port: 587})
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", address, got, err, want)
		}
	}
}
