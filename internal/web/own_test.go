package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func (s *site) withAppointment(state queue.State, branch town.BranchID, start time.Time) {
	s.hall.put("geheim", state, app.BookRequest{
		Wanted:   app.Wanted{Branch: branch, Items: []town.Item{{Service: "ausweis", Quantity: 1}}},
		Start:    start,
		Person:   app.Person{Name: "Erika Muster", Email: "erika@example.org"},
		Language: town.German,
	})
}

var start = tuesday.At(9*60+20, berlin)

func TestLookingAtCancelChangesNothing(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	got := s.get("/t/geheim/absagen")
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Termin absagen?", `href="/t/geheim/verschieben"`, `<form method="post" action="/t/geheim/absagen">`)
	if got, want := s.hall.made["geheim"].Ticket.State, queue.Booked; got != want {
		t.Errorf("state: got %s, want %s", got, want)
	}
}

func TestCancelActsOnPostAndAgainIsFine(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	for range 2 {
		got := s.post("/t/geheim/absagen", nil)
		wantStatus(t, got, http.StatusSeeOther)
		wantText(t, s.get(got.Header().Get("Location")), "<h1>Ihr Termin ist abgesagt</h1>", "<title>Ihr Termin ist abgesagt", "Neuen Termin buchen")
	}
	again := s.get("/t/geheim/absagen")
	wantStatus(t, again, http.StatusSeeOther)
	wantNoText(t, s.get("/t/geheim"), "417", "/absagen")
}

func TestACalledAppointmentCannotBeCancelled(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Called, "markt", start)
	s.hall.cancelErr = problem.New(problem.Conflict, "ticket.already_called")
	wantStatus(t, s.post("/t/geheim/absagen", nil), http.StatusConflict)
}

func TestMovingShowsDaysThenTimesThenActs(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	day := s.get("/t/geheim/verschieben")
	wantText(t, day, "Jetzt gebucht: Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr", "/termin/wunsch?branch=markt&amp;service=ausweis", "/t/geheim/verschieben/zeit?date=2026-12-12")
	times := s.get("/t/geheim/verschieben/zeit?date=2026-12-12")
	wantText(t, times, `action="/t/geheim/verschieben"`, `value="2026-12-12T11:00:00&#43;01:00"`)
	moved := s.post("/t/geheim/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}})
	wantStatus(t, moved, http.StatusSeeOther)
	wantText(t, s.get(moved.Header().Get("Location")), "Ihr Termin ist verschoben.", "Sonnabend, 12.\u00a0Dezember 2026, 11.00\u00a0Uhr")
}

func TestMovingToATakenTimeOffersTheNearest(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	s.hall.moveErr = slotTaken()
	got := s.post("/t/geheim/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}})
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Diese Zeit wurde eben vergeben.", "Die nächsten freien Zeiten")
}

func TestACancelledAppointmentIsNotMoved(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Cancelled, "markt", start)
	wantStatus(t, s.get("/t/geheim/verschieben"), http.StatusSeeOther)
	wantStatus(t, s.post("/t/geheim/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}}), http.StatusSeeOther)
}

func TestTheDayItselfShowsThePlaceInLine(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", s.hall.now.Add(time.Hour))
	wantText(t, s.get("/t/geheim"), "Vor Ihnen sind 3 Nummern.", "10 bis 25 Minuten", `data-ticket="/api/v1/tickets/geheim"`)

	ticket := s.hall.made["geheim"].Ticket
	ticket.State, ticket.Room = queue.Called, "platz-1"
	s.hall.standing = &app.Standing{Ticket: ticket}
	called := s.get("/t/geheim")
	wantText(t, called, "Ihre Nummer wird gerade aufgerufen.", "Bitte gehen Sie hierhin: Platz 1.")
	wantNoText(t, called, "/absagen", "/verschieben")
}

func TestEveryStateHasWords(t *testing.T) {
	s := newSite(t)
	for _, state := range []queue.State{
		queue.Booked, queue.Waiting, queue.Called, queue.Serving, queue.Parked, queue.Done, queue.NoShow, queue.Cancelled,
	} {
		for _, at := range []time.Time{start, s.hall.now.Add(time.Hour)} {
			s.withAppointment(state, "markt", at)
			for _, lang := range []string{"de", "en", "de-simple"} {
				got := s.get("/t/geheim?lang=" + lang)
				wantStatus(t, got, http.StatusOK)
				wantNoText(t, got, "booking.own")
			}
		}
	}
}

// Who was set aside to fill in a form and has to go could not give the
// appointment back.
func TestTheOwnPageOffersToCancelWhereverThatIsAllowed(t *testing.T) {
	s := newSite(t)
	for _, state := range []queue.State{queue.Booked, queue.Waiting, queue.Parked, queue.Called, queue.Serving, queue.Done, queue.NoShow, queue.Cancelled} {
		for _, at := range []time.Time{start, s.hall.now.Add(time.Hour)} {
			s.withAppointment(state, "markt", at)
			got := s.get("/t/geheim")
			if state == queue.Booked || state == queue.Waiting || state == queue.Parked {
				wantText(t, got, `href="/t/geheim/absagen"`)
				wantStatus(t, s.get("/t/geheim/absagen"), http.StatusOK)
				continue
			}
			wantNoText(t, got, "/absagen")
		}
	}
}

func TestPickupNamesTheMeetingPointAndTheRulesOfTheDay(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "nerchau", start)
	got := s.get("/t/geheim")
	wantText(t, got, "Bitte warten Sie hier: Foyer.", "Wir holen Sie ab", "Bitte tragen Sie eine Maske.", "04668 Grimma (Nerchau)")
	wantNoText(t, got, "Gong")
}

func TestTheOwnPageIsPrivate(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	for _, path := range []string{"/t/geheim", "/t/geheim/absagen", "/t/geheim/verschieben", "/t/unbekannt"} {
		got := s.get(path).Header()
		if got, want := got.Get("Cache-Control"), "no-store"; got != want {
			t.Errorf("%s: Cache-Control: got %q, want %q", path, got, want)
		}
		if got, want := got.Get("Referrer-Policy"), "no-referrer"; got != want {
			t.Errorf("%s: Referrer-Policy: got %q, want %q", path, got, want)
		}
	}
}

func TestAnOldLinkIsAnsweredKindly(t *testing.T) {
	got := newSite(t).get("/t/unbekannt")
	wantStatus(t, got, http.StatusNotFound)
	wantText(t, got, "Dieser Termin ist vorbei", "Neuen Termin buchen")
}

func TestTheOwnPageSpeaksTheAppointmentsLanguage(t *testing.T) {
	s := newSite(t)
	s.withAppointment(queue.Booked, "markt", start)
	made := s.hall.made["geheim"]
	made.Ticket.Language = town.PlainGerman
	s.hall.made["geheim"] = made
	wantText(t, s.get("/t/geheim", "Accept-Language", "de"), "So rufen wir Sie auf", `<html lang="de" class="simple">`)
	wantText(t, s.get("/t/geheim", "Cookie", "sprache=en"), "How you are called")
}
