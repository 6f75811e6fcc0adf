package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/wire"
)

const (
	flooded  = "format: aufruf/1\nbranches: [{id: grimma-markt, offices: [{id: buergerbuero, closures: %s}]}]\n"
	onTheDay = "[{from: 2026-12-03, to: 2026-12-03, reason: {de: Wasserschaden, en: Flooded, de-simple: Wasser}}]"
)

// TestAHeldReminderLeavesOnceItsAppointmentIsKeptOrFitsAgain: with the built
// server, whose worker looks by the machine's clock while mails are due by the
// town's, and without a restart.
func TestAHeldReminderLeavesOnceItsAppointmentIsKeptOrFitsAgain(t *testing.T) {
	s := newSite(t)
	s.command("drei kleine Wörter", "user", "add", "leitung", "--role", "manager").ok(t)
	before := s.serve("--clock", "2026-12-01T09:05:00+01:00")
	var kept, fits, other wire.AppointmentReply
	bookAt(t, before.url, "2026-12-03T15:50:00+01:00", &kept)
	bookAt(t, before.url, "2026-12-03T15:40:00+01:00", &fits)
	s.awaitMails("confirmation", 2, patience)
	before.stopped(t)
	s.command(fmt.Sprintf(flooded, onTheDay), "import", "-").ok(t)

	server := s.serve("--clock", "2026-12-02T15:50:05+01:00")
	bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &other)
	s.awaitMails("confirmation", 3, patience) // due later than the reminders: they have been looked at
	s.awaitMails("reminder", 0, patience)

	manager := signedIn(t, server.url, "leitung", "drei kleine Wörter")
	var list struct {
		Concerned []struct{ Ticket, Number string }
	}
	var session wire.Session
	ask(t, http.MethodPost, server.url+"/api/v1/session", "", wire.SessionRequest{User: "leitung", Password: "drei kleine Wörter"}, &session)
	ask(t, http.MethodGet, server.url+"/api/v1/concerned?branch=grimma-markt", session.Token, nil, &list)
	for _, c := range list.Concerned {
		if c.Number != kept.Number.String() {
			continue
		}
		answer, err := manager.PostForm(server.url+"/staff/grimma-markt/passt-nicht/behalten", url.Values{"termin": {c.Ticket}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	s.awaitMails("reminder", 1, 20*time.Second) // the other's look is a minute off
	s.command(fmt.Sprintf(flooded, "[]"), "import", "-").ok(t)
	s.awaitMails("reminder", 2, 90*time.Second)
}

// awaitMails waits until there are so many mails of a kind, and no more.
func (s site) awaitMails(kind string, want int, within time.Duration) {
	s.t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		found, err := filepath.Glob(s.path("mail/*." + kind + "*"))
		if err != nil {
			s.t.Fatal(err)
		}
		if len(found) == want {
			return
		}
		if len(found) > want {
			s.t.Fatalf("got %v, want %d of %s", found, want, kind)
		}
		select {
		case <-look.C:
		case <-deadline.C:
			s.t.Fatalf("got %d of %s within %s, want %d", len(found), kind, within, want)
		}
	}
}

// signedIn is a browser of staff.
func signedIn(t *testing.T, server, name, password string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	answer, err := browser.PostForm(server+"/staff/anmelden", url.Values{"name": {name}, "kennwort": {password}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return browser
}
