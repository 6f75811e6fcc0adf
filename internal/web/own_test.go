package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// tomorrow is the first day on which citizens can book.
var tomorrow = firstTuesday.AddDays(1)

func TestLookingAtCancelChangesNothing(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	got := s.get(own + "/absagen")
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Termin absagen?", `href="`+own+`/verschieben"`, `<form method="post" action="`+own+`/absagen">`)
	if got, want := s.ticket(own[len("/t/"):]).State, queue.Booked; got != want {
		t.Errorf("state: got %s, want %s", got, want)
	}
}

func TestCancelActsOnPostAndAgainIsFine(t *testing.T) {
	s := newSite(t)
	token := s.booked("markt", start)
	own, number := "/t/"+token, s.ticket(token).Number.String()
	for range 2 {
		got := s.post(own+"/absagen", nil)
		wantStatus(t, got, http.StatusSeeOther)
		wantText(t, s.get(got.Header().Get("Location")), "<h1>Ihr Termin ist abgesagt</h1>", "<title>Ihr Termin ist abgesagt", "Neuen Termin buchen")
	}
	again := s.get(own + "/absagen")
	wantStatus(t, again, http.StatusSeeOther)
	wantNoText(t, s.get(own), ">"+number+"<", "/absagen")
}

func TestACalledAppointmentCannotBeCancelled(t *testing.T) {
	s := newSite(t)
	token := s.booked("markt", tomorrow.At(11*60, berlin))
	s.Clock.Set(tomorrow.At(11*60, berlin))
	s.steps(token, deskwork.Call)
	wantStatus(t, s.post("/t/"+token+"/absagen", nil), http.StatusConflict)
}

func TestMovingShowsDaysThenTimesThenActs(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	day := s.get(own + "/verschieben")
	wantText(t, day, "Jetzt gebucht: Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr", "/termin/wunsch?branch=markt&amp;service=ausweis", own+"/verschieben/zeit?date=2026-12-12")
	times := s.get(own + "/verschieben/zeit?date=2026-12-12")
	wantText(t, times, `action="`+own+`/verschieben"`, `value="2026-12-12T11:00:00&#43;01:00"`)
	moved := s.post(own+"/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}})
	wantStatus(t, moved, http.StatusSeeOther)
	wantText(t, s.get(moved.Header().Get("Location")), "Ihr Termin ist verschoben.", "Sonnabend, 12.\u00a0Dezember 2026, 11.00\u00a0Uhr")
}

// TestACitizenMovesToAnotherBranchWithoutATelephone: the page offers the branches that
// the services are offered at, and keeps the chosen one to the end.
func TestACitizenMovesToAnotherBranchWithoutATelephone(t *testing.T) {
	s := newSite(t)
	token := s.booked("markt", start)
	own := "/t/" + token
	wantText(t, s.get(own+"/verschieben"), `href="`+own+`/verschieben?branch=nerchau#tage"`, "frei ab")
	days := s.get(own + "/verschieben?branch=nerchau")
	wantText(t, days, own+"/verschieben/zeit?branch=nerchau&amp;date=2026-12-15", "/termin/wunsch?branch=nerchau&amp;service=ausweis")
	times := s.get(own + "/verschieben/zeit?branch=nerchau&date=2026-12-15")
	wantText(t, times, `name="branch" value="nerchau"`, "<strong>Nerchau</strong>", own+"/verschieben?branch=nerchau&amp;monat=2026-12")
	free := regexp.MustCompile(`name="start" value="([^"]+)"`).FindStringSubmatch(times.Body.String())
	if free == nil {
		t.Fatal("no time is offered")
	}
	moved := s.post(own+"/verschieben", url.Values{"branch": {"nerchau"}, "start": {html.UnescapeString(free[1])}})
	wantStatus(t, moved, http.StatusSeeOther)
	if got := s.ticket(token).Branch; got != "nerchau" {
		t.Errorf("the appointment is at %s, want Nerchau", got)
	}
	wantStatus(t, s.get(own+"/verschieben?branch=elsewhere"), http.StatusNotFound)
}

func TestMovingToATakenTimeOffersTheNearest(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	s.somebodyBooks(town.NewDate(2026, time.December, 12).At(11*60, berlin))
	got := s.post(own+"/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}})
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Diese Zeit wurde eben vergeben.", "Die nächsten freien Zeiten")
}

func TestACancelledAppointmentIsNotMoved(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	s.post(own+"/absagen", nil)
	wantStatus(t, s.get(own+"/verschieben"), http.StatusSeeOther)
	wantStatus(t, s.post(own+"/verschieben", url.Values{"start": {"2026-12-12T11:00:00+01:00"}}), http.StatusSeeOther)
}

func TestTheDayItselfShowsThePlaceInLine(t *testing.T) {
	s := newSite(t)
	token := s.booked("markt", tomorrow.At(11*60, berlin))
	s.Clock.Set(tomorrow.At(9*60+5, berlin))
	for range 3 {
		_, err := s.IssueTicket(t.Context(), clerk, app.WalkInRequest{Wanted: plan.Wanted{Branch: "markt", Items: []town.Item{{Service: "umzug", Quantity: 1}}}})
		s.must(err)
	}
	s.Clock.Set(tomorrow.At(10*60+58, berlin))
	waiting := s.get("/t/" + token)
	wantText(t, waiting, "Vor Ihnen sind 3 Nummern.", `data-ticket="/api/v1/tickets/`+token+`"`)
	if !regexp.MustCompile(`\d+ bis \d+ Minuten`).MatchString(waiting.Body.String()) {
		t.Errorf("no wait is told:\n%s", waiting.Body)
	}
	s.Clock.Set(tomorrow.At(11*60, berlin))
	s.steps(token, deskwork.Call)
	called := s.get("/t/" + token)
	wantText(t, called, "Ihre Nummer wird gerade aufgerufen.", "Bitte gehen Sie hierhin: Platz 1.")
	wantNoText(t, called, "/absagen", "/verschieben")
}

func TestEveryStateHasWords(t *testing.T) {
	for _, state := range states {
		t.Run(string(state), func(t *testing.T) {
			s := newSite(t)
			token := s.booked("markt", tomorrow.At(11*60, berlin))
			s.wordsOf(t, token, queue.Booked) // the day before
			s.takes(token, state)
			s.wordsOf(t, token, state)
		})
	}
}

var states = []queue.State{queue.Booked, queue.Waiting, queue.Parked, queue.Called, queue.Serving, queue.Done, queue.NoShow, queue.Cancelled}

// takes brings an appointment of tomorrow, at its time, into a state.
func (s *site) takes(token string, state queue.State) {
	s.t.Helper()
	s.Clock.Set(tomorrow.At(11*60, berlin))
	switch state {
	case queue.Waiting:
		s.arrives(token)
	case queue.Cancelled:
		s.must(s.Cancel(s.t.Context(), access.Actor{}, token))
	}
	s.steps(token, map[queue.State][]deskwork.Type{
		queue.Called: {deskwork.Call}, queue.Serving: {deskwork.Call, deskwork.Start}, queue.Parked: {deskwork.Call, deskwork.Park},
		queue.Done: {deskwork.Call, deskwork.Finish}, queue.NoShow: {deskwork.Call, deskwork.NoShow},
	}[state]...)
}

// wordsOf wants the own page of an appointment in a state to be worded.
func (s *site) wordsOf(t *testing.T, token string, state queue.State) {
	t.Helper()
	if got := s.ticket(token).State; got != state {
		t.Errorf("state: got %s, want %s", got, state)
	}
	for _, lang := range []string{"de", "en", "de-simple"} {
		got := s.get("/t/" + token + "?lang=" + lang)
		wantStatus(t, got, http.StatusOK)
		wantNoText(t, got, "booking.own")
	}
}

// Who was set aside to fill in a form and has to go could not give the
// appointment back.
func TestTheOwnPageOffersToCancelWhereverThatIsAllowed(t *testing.T) {
	for _, state := range states {
		s := newSite(t)
		token := s.booked("markt", tomorrow.At(11*60, berlin))
		wantText(t, s.get("/t/"+token), `href="/t/`+token+`/absagen"`)
		s.takes(token, state)
		got := s.get("/t/" + token)
		if state == queue.Booked || state == queue.Waiting || state == queue.Parked {
			wantText(t, got, `href="/t/`+token+`/absagen"`)
			wantStatus(t, s.get("/t/"+token+"/absagen"), http.StatusOK)
			continue
		}
		wantNoText(t, got, "/absagen")
	}
}

func TestPickupNamesTheMeetingPointAndTheRulesOfTheDay(t *testing.T) {
	s := newSite(t)
	got := s.get("/t/" + s.booked("nerchau", start))
	wantText(t, got, "Bitte warten Sie hier: Foyer.", "Wir holen Sie ab", "Bitte tragen Sie eine Maske.", "04668 Grimma (Nerchau)")
	wantNoText(t, got, "Gong")
}

func TestTheOwnPageIsPrivate(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	for _, path := range []string{own, own + "/absagen", own + "/verschieben", "/t/unbekannt"} {
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
	booked := s.post("/termin/buchen", filled(), "Cookie", "sprache=de-simple").Header().Get("Location")
	wantText(t, s.get(booked, "Accept-Language", "de"), "So rufen wir Sie auf", `<html lang="de" class="simple">`)
	wantText(t, s.get(booked, "Cookie", "sprache=en"), "How you are called")
}
