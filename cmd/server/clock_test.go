package main

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// bookAt books for Ada.
func bookAt(t *testing.T, url, start string, into any) *http.Response {
	t.Helper()
	return ask(t, http.MethodPost, url+"/api/v1/appointments", "", map[string]any{
		"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}, "name": "Ada", "email": "ada@example.org", "start": start,
	}, into)
}

// readyz is what a monitor reads.
func readyz(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/readyz", nil)
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
	return response.StatusCode, string(text)
}

// toldOf is what `personal-data` tells of an appointment of the eighth.
func (s site) toldOf(number town.Number) known {
	s.t.Helper()
	text := s.command("", "personal-data", "--number", number.String(), "--date", "2026-12-08", "--branch", "grimma-markt").ok(s.t)
	var told known
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		s.t.Fatal(err)
	}
	return told
}

// stopped ends a server, which ends cleanly.
func (r *serving) stopped(t *testing.T) {
	t.Helper()
	r.stop()
	if got := r.ended(t); got != config.ExitOK {
		t.Fatalf("got exit code %d:\n%s", got, r.stderr)
	}
}

// The fault that cost a town its data, with the built program: booked in one
// year, started once in the next.
func TestASuspectClockOfNextYearEndsNothingUntilItIsConfirmed(t *testing.T) {
	s := newSite(t)
	const password = "ganz lang und geheim"
	server := s.serve("--clock", tuesday)
	s.command(password, "user", "add", "anna", "--role", "clerk").ok(t)
	var session wire.Session
	ask(t, http.MethodPost, server.url+"/api/v1/session", "", wire.SessionRequest{User: "anna", Password: password}, &session)
	var made wire.AppointmentReply
	bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &made)
	server.stopped(t)
	keys, err := os.ReadFile(s.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}

	server = s.serve("--clock", "suspect:2027-12-08T08:00:00+01:00", "--metrics-listen", "127.0.0.1:0")
	server.stderr.await(t, `the clock can't be trusted`)
	if status, says := readyz(t, server.url); status != http.StatusOK || !strings.Contains(says, "can't be trusted: it shows 2027-12-08T07:00:") {
		t.Errorf("got %d %q", status, says)
	}
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	if got := metrics(t, address); !strings.Contains(got, "\naufruf_clock_doubted 1\n") {
		t.Error("the metric says nothing")
	}
	if told := s.toldOf(made.Number); told.Erased || told.Name != "Ada" {
		t.Errorf("got %+v, want nothing erased", told)
	}
	if now, err := os.ReadFile(s.path("aufruf.key")); err != nil || string(now) != string(keys) {
		t.Errorf("the keys moved on: %v", err)
	}
	if got := ask(t, http.MethodGet, server.url+"/api/v1/queue?branch=grimma-markt", session.Token, nil, nil); got.StatusCode != http.StatusOK {
		t.Errorf("signed out: %s", got.Status)
	}
	var late wire.AppointmentReply
	if got := bookAt(t, server.url, "2027-12-14T10:00:00+01:00", &late); got.StatusCode != http.StatusCreated {
		t.Errorf("it serves: got %s", got.Status)
	}

	if got := s.command("", "clock", "confirm").ok(t); !strings.Contains(got, "2027-12-08") {
		t.Errorf("got %q, want the instant that was confirmed", got)
	}
	server.stderr.await(t, `the clock is trusted again`)
	if status, says := readyz(t, server.url); status != http.StatusOK || says != "ready\n" {
		t.Errorf("confirmed: got %d %q", status, says)
	}
	if got := s.command("", "clock", "confirm").ok(t); !strings.Contains(got, "nothing to confirm") {
		t.Errorf("again: got %q", got)
	}
	server.stopped(t)

	// From here on it is as if a year had passed.
	server = s.serve("--clock", "suspect:2027-12-08T09:00:00+01:00")
	server.stderr.await(t, `erased personal data of past days`)
	if told := s.toldOf(made.Number); !told.Erased {
		t.Errorf("got %+v, want the year erased", told)
	}
}

// A demonstration walks through its days.
func TestADemonstrationLeapsAsItLikes(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	var made wire.AppointmentReply
	bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &made)
	server.stopped(t)
	server = s.serve("--clock", "2027-06-08T08:00:00+02:00")
	server.stderr.await(t, `erased personal data of past days`)
	if _, says := readyz(t, server.url); says != "ready\n" {
		t.Errorf("got %q", says)
	}
	if told := s.toldOf(made.Number); !told.Erased {
		t.Errorf("got %+v, want it erased", told)
	}
}

func TestADemonstrationAndATownRefuseEachOthersDatabase(t *testing.T) {
	for name, test := range map[string]struct {
		first, second []string
		says          string
	}{
		"a demonstration": {[]string{"--clock", tuesday}, nil, "is a demonstration"},
		"a town":          {nil, []string{"--clock", tuesday}, "a town's own"},
		"and in doubt":    {nil, []string{"--clock", "suspect:" + tuesday}, "a town's own"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.serve(test.first...).stopped(t)
			got := invoke(t, "", nil, append(append([]string{"serve"}, s.flags()...), test.second...)...)
			if got.code != config.ExitFailure || !strings.Contains(got.stderr, test.says) {
				t.Errorf("got %d %q, want it refused", got.code, got.stderr)
			}
			s.serve(test.first...).stopped(t)
		})
	}
}

func TestAKeyFileAheadOfTodayIsNotReady(t *testing.T) {
	s := newSite(t)
	if err := os.Remove(s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Create(s.path("aufruf.key"), town.NewDate(2027, time.December, 8), rand.Reader); err != nil {
		t.Fatal(err)
	}
	server := s.serve("--clock", tuesday)
	server.stderr.await(t, `the key file stands after today`)
	if status, says := readyz(t, server.url); status != http.StatusServiceUnavailable || !strings.Contains(says, "2027-12-08") || !strings.Contains(says, "server key renew") {
		t.Errorf("got %d %q", status, says)
	}
	var refused wire.Problem
	got := bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &refused)
	if got.StatusCode != http.StatusServiceUnavailable || refused.Key != "booking.no_key" || got.Header.Get("Retry-After") == "" {
		t.Errorf("got %s %+v, Retry-After %q", got.Status, refused, got.Header.Get("Retry-After"))
	}
}

func TestNothingIsConfirmedWhereNothingIs(t *testing.T) {
	s := emptySite(t)
	if got := s.command("", "clock", "confirm"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "there is nothing at") {
		t.Errorf("got %d %q", got.code, got.stderr)
	}
	if found, err := filepath.Glob(s.path("*")); err != nil || len(found) > 0 {
		t.Errorf("made %v, %v", found, err)
	}
	if got := s.command("", "clock", "set"); got.code != config.ExitUsage {
		t.Errorf("clock set: got %d %q", got.code, got.stderr)
	}
}
