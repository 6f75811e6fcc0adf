package main

import (
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// onGlass runs the program without a command in a terminal of a size.
func onGlass(t *testing.T, h *fakeServer, width, height int) (*glass, <-chan int) {
	t.Helper()
	g := openGlass(t, width, height)
	anna := newClerk(t, h)
	ended := make(chan int, 1)
	go func() {
		ended <- run(t.Context(), nil, append(anna.environ, "LANG=de_DE.UTF-8"), g.inside, g.inside, g.inside)
	}()
	return g, ended
}

// fullHall is a hall in which every kind of entry is there, with names as long as
// towns give them.
func fullHall() wire.Queue {
	now := time.Date(2026, time.December, 1, 9, 20, 0, 0, time.FixedZone("CET", 3600))
	entry := func(number town.Number, service town.ServiceID) wire.Entry {
		return wire.Entry{Listed: wire.Listed{
			Ticket: town.TicketID("t-" + number.String()), Number: number, Service: service, Office: "buergerbuero",
			Kind: wire.Appointment, Due: now.Add(-5 * time.Minute), Since: now.Add(-time.Hour),
		}}
	}
	here := entry(201, "kinderpass")
	here.Here, here.CheckedIn, here.Since, here.Priority = true, true, now.Add(-17*time.Minute), 1
	coming := entry(202, "wohnsitz")
	later := now.Add(10 * time.Minute)
	coming.Due, coming.CallableFrom = now.Add(15*time.Minute), &later
	aside := entry(203, "wohnsitz")
	aside.Here = true
	open := wire.OpenEntry{Listed: entry(417, "ausweis").Listed, Room: wire.Room{ID: "platz-1", Label: "Platz 1"},
		State: wire.Called, Calls: 2, CallSeq: 7}
	return wire.Queue{
		Seq: 7, Now: now, Waiting: []wire.Entry{here, coming}, Parked: []wire.Entry{aside}, Open: []wire.OpenEntry{open},
		Screens: &wire.ScreenState{Connected: 2, Sounding: 1, Silent: []string{"Foyer"}},
	}
}

// At 60 columns a clerk sees all that they see at 200, and at 200 nothing is
// missing either.
func TestNothingThatMattersIsCutOnANarrowTerminal(t *testing.T) {
	for _, width := range []int{60, 80, 200} {
		h := newFakeServer(t)
		h.queue = fullHall()
		g, code := onGlass(t, h, width, 40)
		g.shows("Grimma am Markt · Platz 1", "09:20",
			"417 Personalausweis beantragen aufgerufen 2-mal gerufen", "Ohne Ton: Foyer. Bitte Nummern ausrufen und dort nach dem Ton sehen.",
			"Es warten: 1", "> 201 Vorläufigen Reisepass für ein Kind unter zwölf Jahren beantragen 09:15 Termin, 17 min, vorgezogen",
			"Kommen noch: 1", "202 Wohnsitz anmelden oder ummelden 09:35 Termin, aufrufbar ab 09:30",
			"Zurückgestellt: 1 203 Wohnsitz anmelden oder ummelden",
			"n nächste", "? alle Tasten", "q beenden")
		g.press("?")
		g.shows("zweites Anliegen: hier fertig, weiter dorthin", "was eben abgelehnt wurde, trotzdem")
		g.press(" q")
		if got, want := receive(t, code, "end"), 0; got != want {
			t.Errorf("at %d columns: got code %d, want %d", width, got, want)
		}
	}
}

// A refusal, with the key that does it all the same, is read whole.
func TestARefusalIsReadWholeOnANarrowTerminal(t *testing.T) {
	h := newFakeServer(t)
	h.queue = fullHall()
	h.answer = func(c deskwork.Command) []wire.Message {
		return []wire.Message{wire.Failed{ID: c.ID, Problem: wire.Problem{
			Status: 409, Key: "call.too_soon", Title: "Die 417 wurde gerade erst gerufen. Nichts wurde geändert.",
		}}}
	}
	g, code := onGlass(t, h, 60, 30)
	g.shows("> 201")
	g.press("n")
	g.shows("Die 417 wurde gerade erst gerufen. Nichts wurde geändert. Mit o trotzdem.")
	g.press("q")
	receive(t, code, "end")
}

// Who cries for help stands on the terminal until somebody comes, and one key says
// that this desk does.
func TestAnAlarmIsSeenAndAnsweredOnTheTerminal(t *testing.T) {
	h := newFakeServer(t)
	h.queue = fullHall()
	h.alarms = &wire.Alarms{Dial: "112", Alarms: []wire.Alarm{{Alarm: "a-1", Room: wire.Room{ID: "platz-2", Label: "Platz 2"}, At: h.queue.Now}}}
	commands := make(chan deskwork.Command, 4)
	h.answer = func(c deskwork.Command) []wire.Message {
		commands <- c
		return []wire.Message{wire.Done{ID: c.ID, Seq: 8}}
	}
	g, code := onGlass(t, h, 60, 30)
	g.shows("Stiller Alarm: Platz 2 braucht Hilfe, seit 9.20 Uhr. k: ich komme.")
	g.press("k")
	types := []deskwork.Type{receive(t, commands, "answer").Type, receive(t, commands, "second answer").Type}
	if types[0] != deskwork.AlarmTake && types[1] != deskwork.AlarmTake {
		t.Errorf("told %s, want among them %s", types, deskwork.AlarmTake)
	}
	g.press("q")
	receive(t, code, "end")
}

// Nothing is sent anywhere before somebody has chosen where to.
func TestEnterAloneSendsNobodyAway(t *testing.T) {
	h := newFakeServer(t)
	h.queue = fullHall()
	commands := make(chan deskwork.Command, 4)
	h.answer = func(c deskwork.Command) []wire.Message {
		commands <- c
		return []wire.Message{wire.Done{ID: c.ID, Seq: 8}}
	}
	g, code := onGlass(t, h, 60, 30)
	g.shows("> 201")
	for _, key := range []string{"t", "w"} {
		g.press(key)
		g.shows("Eingabe: ausführen")
		g.press("\r")
		g.shows("Eingabe: ausführen") // still asked
		g.press("\x1b")
		g.shows("? alle Tasten")
	}
	g.press("q")
	receive(t, code, "end")
	if len(commands) > 0 {
		t.Errorf("sent %v, want nothing", <-commands)
	}
}
