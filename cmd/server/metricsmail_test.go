package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/wire"
)

// metrics is what Prometheus reads.
func metrics(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whom the office cancels and nobody can write to is counted, never named.
func TestMetricsCountWhomNoMailReached(t *testing.T) {
	s := newSite(t)
	const secret = "drei kleine Wörter"
	s.command(secret+"\n", "user", "add", "rosa", "--role", "reception").ok(t)
	server := s.serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	want := func(lines ...string) {
		t.Helper()
		got := metrics(t, address)
		for _, line := range lines {
			if !strings.Contains(got, "\n"+line+"\n") {
				t.Errorf("metrics miss %q", line)
			}
		}
		if strings.Contains(got, "03437") {
			t.Error("metrics hold a telephone number")
		}
	}
	want(`aufruf_unreached{branch="grimma-markt"} 0`, `aufruf_concerned{branch="grimma-markt"} 0`, "aufruf_clock_doubted 0", "aufruf_mail_behind_seconds 0")

	var session wire.Session
	ask(t, http.MethodPost, server.url+"/api/v1/session", "", map[string]string{"user": "rosa", "password": secret}, &session)
	var made wire.AppointmentReply
	ask(t, http.MethodPost, server.url+"/api/v1/appointments", session.Token, map[string]any{
		"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}, "name": "Ada", "phone": "03437 1",
		"start": "2026-12-01T10:00:00+01:00",
	}, &made)
	ask(t, http.MethodDelete, server.url+"/api/v1/appointments/"+string(made.Ticket), session.Token, map[string]string{"reason": "krank"}, nil)
	want(`aufruf_unreached{branch="grimma-markt"} 1`, `aufruf_unreached{branch="nerchau"} 0`)

	var list wire.UnreachedList
	ask(t, http.MethodGet, server.url+"/api/v1/unreached?branch=grimma-markt", session.Token, nil, &list)
	if len(list.Unreached) != 1 || list.Unreached[0].Phone != "03437 1" {
		t.Fatalf("got %+v, want one to telephone", list)
	}
	ask(t, http.MethodDelete, server.url+"/api/v1/unreached/"+list.Unreached[0].Mail, session.Token, nil, nil)
	want(`aufruf_unreached{branch="grimma-markt"} 0`)
}
