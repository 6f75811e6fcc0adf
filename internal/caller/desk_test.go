package caller_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"aufruf/internal/caller"
	"aufruf/internal/deskwork"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func phrases(t *testing.T, language town.Language) caller.Phrases {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return caller.Phrases{Texts: bundle.For(language)}
}

// opening is when the tests begin: by the desk's clock, which is wrong by
// years, and by the server's.
var (
	opening = time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)
	berlin  = time.FixedZone("CET", 3600)
	clock   = time.Date(2026, 12, 1, 9, 20, 0, 0, berlin)
)

// bench is a desk under test with its own clock.
type bench struct {
	t    *testing.T
	desk *caller.Desk
	now  time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchWith(t, phrases(t, town.German))
}

func newBenchWith(t *testing.T, p caller.Phrases) *bench {
	t.Helper()
	b := &bench{t: t, desk: caller.NewDesk(p, "platz-1", opening), now: opening}
	b.desk.Handle(caller.NamesCame{Names: names()})
	b.desk.Handle(caller.Connected{})
	return b
}

func names() caller.Names {
	rooms := []wire.Room{{ID: "platz-1", Label: "Platz 1"}, {ID: "platz-2", Label: "Platz 2"}}
	return caller.Names{
		Branch: wire.Branch{Name: "Grimma am Markt", Offices: []wire.Office{
			{ID: "buergerbuero", Name: "Bürgerbüro", Rooms: rooms, Services: []town.ServiceID{"pass", "meldung"}},
			{ID: "standesamt", Name: "Standesamt", Rooms: []wire.Room{{ID: "zimmer-3", Label: "Zimmer 3"}}},
		}},
		Services: map[town.ServiceID]string{"pass": "Reisepass beantragen", "meldung": "Meldebescheinigung"},
	}
}

func waiting(number town.Number) wire.Entry {
	return wire.Entry{Here: true, Listed: wire.Listed{
		Ticket: town.TicketID(fmt.Sprint("t-", number)), Number: number, Service: "pass", Office: "buergerbuero",
		Kind: wire.WalkIn, Due: clock, Since: clock.Add(-7 * time.Minute),
	}}
}

func open(number town.Number) wire.OpenEntry {
	entry := waiting(number)
	entry.Version = 4
	return wire.OpenEntry{Listed: entry.Listed, Room: wire.Room{ID: "platz-1", Label: "Platz 1"}, State: wire.Called, Calls: 1, CallSeq: 7}
}

func (b *bench) queue(q wire.Queue) {
	q.Now = clock.Add(b.now.Sub(opening))
	b.desk.Handle(caller.QueueCame{At: b.now, Queue: q})
}

func seen(ticket town.TicketID) *town.TicketID { return &ticket }

// press types keys a second apart and returns what the last one wants sent.
func (b *bench) press(keys ...string) *deskwork.Command {
	var effect caller.Effect
	for _, key := range keys {
		b.now = b.now.Add(time.Second)
		effect = b.desk.Handle(caller.Pressed{At: b.now, Key: key})
	}
	return effect.Send
}

// view is what is shown, with plain spaces where no line may break.
func (b *bench) view() string {
	return strings.ReplaceAll(b.desk.View(100, 30), "\u00a0", " ")
}

func (b *bench) shows(want ...string) {
	b.t.Helper()
	for _, w := range want {
		if view := b.view(); !strings.Contains(view, w) {
			b.t.Errorf("%q isn't shown:\n%s", w, view)
		}
	}
}

func (b *bench) hides(want string) {
	b.t.Helper()
	if view := b.view(); strings.Contains(view, want) {
		b.t.Errorf("%q is shown:\n%s", want, view)
	}
}

func (b *bench) sends(got, want *deskwork.Command) {
	b.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestEachKeyIsOneCommand(t *testing.T) {
	for keys, want := range map[string]*deskwork.Command{
		"n":                      {Type: deskwork.CallNext, Room: "platz-1", Open: seen("t-300")},
		"space":                  {Type: deskwork.CallNext, Room: "platz-1", Open: seen("t-300")},
		"c 4 1 7 enter":          {Type: deskwork.Call, Room: "platz-1", Number: 417, Open: seen("t-300")},
		"c 4 1 8 backspace 7":    nil,
		"c 4 1 enter":            nil,
		"c 0 9 9 enter":          nil,
		"down down enter":        {Type: deskwork.Call, Room: "platz-1", Number: 202, Open: seen("t-300")},
		"down enter":             {Type: deskwork.Call, Room: "platz-1", Number: 201, Open: seen("t-300")},
		"enter":                  nil,
		"r":                      {Type: deskwork.Recall, Ticket: "t-300", Version: 4},
		"s":                      {Type: deskwork.Start, Ticket: "t-300", Version: 4},
		"f":                      {Type: deskwork.Finish, Ticket: "t-300", Version: 4},
		"x":                      {Type: deskwork.NoShow, Ticket: "t-300", Version: 4},
		"z":                      {Type: deskwork.Undo, Ticket: "t-300"},
		"p o k enter":            {Type: deskwork.Park, Ticket: "t-300", Version: 4, Note: "ok"},
		"p a space ü enter":      {Type: deskwork.Park, Ticket: "t-300", Version: 4, Note: "a ü"},
		"p esc":                  nil,
		"t enter":                nil, // nothing is chosen by itself
		"t down enter":           {Type: deskwork.Transfer, Ticket: "t-300", Version: 4, Office: "buergerbuero"},
		"t down down down enter": {Type: deskwork.Transfer, Ticket: "t-300", Version: 4, Room: "platz-2"},
		"b":                      {Type: deskwork.Pause, Room: "platz-1"},
		"w enter":                nil,
		"w e enter":              nil, // two of them hold it
		"w down enter":           {Type: deskwork.SendOn, Ticket: "t-300", Version: 4, Service: "meldung"},
		"w R e i s enter":        {Type: deskwork.SendOn, Ticket: "t-300", Version: 4, Service: "pass"},
		"w x x enter":            nil,
		"w esc":                  nil,
		"!":                      {Type: deskwork.Alarm, Room: "platz-1"},
		"? n":                    nil, // the key leaves the help and does nothing else
		"o":                      nil,
	} {
		t.Run(keys, func(t *testing.T) {
			b := newBench(t)
			b.queue(wire.Queue{Waiting: []wire.Entry{waiting(201), waiting(202)}, Open: []wire.OpenEntry{open(300)}})
			b.sends(b.press(strings.Fields(keys)...), want)
		})
	}
}

func TestQuit(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		if got := newBench(t).desk.Handle(caller.Pressed{At: opening, Key: key}); !got.Quit {
			t.Errorf("%s doesn't quit", key)
		}
	}
}

func TestHeldKeyCallsOnce(t *testing.T) {
	b := newBench(t)
	sent := 0
	for i := range 60 {
		at := opening.Add(time.Duration(i) * 33 * time.Millisecond)
		if b.desk.Handle(caller.Pressed{At: at, Key: "n"}).Send != nil {
			sent++
			b.desk.Handle(caller.Answered{Done: wire.Done{Ticket: &wire.Ticket{Ticket: "t-1", Number: 417}}})
		}
	}
	if got, want := sent, 1; got != want {
		t.Errorf("sent %d commands, want %d", got, want)
	}
}

func TestOneCommandAtATime(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}})
	b.press("n")
	b.sends(b.press("f"), nil)
	b.desk.Handle(caller.Answered{Done: wire.Done{Ticket: &wire.Ticket{Ticket: "t-417", Number: 417, State: wire.Called}}})
	b.shows("417 gerufen")
	b.sends(b.press("f"), &deskwork.Command{Type: deskwork.Finish, Ticket: "t-300", Version: 4})
}

func TestUndoIsAboutTheLastStep(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}})
	b.press("f")
	b.desk.Handle(caller.Answered{Done: wire.Done{Ticket: &wire.Ticket{Ticket: "t-300", Number: 300, State: wire.Finished}}})
	b.queue(wire.Queue{})
	b.sends(b.press("z"), &deskwork.Command{Type: deskwork.Undo, Ticket: "t-300"})
}

func TestRefusalIsASentenceAndRoomCanBeTakenOver(t *testing.T) {
	b := newBench(t)
	b.press("n")
	taken := problem.New(problem.Conflict, "room.taken").With("title", "Platz 1 ist bei jemand anderem offen.")
	b.desk.Handle(caller.Answered{Err: taken})
	b.shows("Platz 1 ist bei jemand anderem offen.", "Mit o übernehmen.")
	b.sends(b.press("o"), &deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", TakeOver: true})
	b.desk.Handle(caller.Answered{Done: wire.Done{Ticket: &wire.Ticket{Number: 417}}})
	b.hides("Mit o übernehmen.")
	b.sends(b.press("o"), nil)
}

func TestWhatCameTooSoonIsDoneByAnotherKey(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}})
	b.press("f")
	b.desk.Handle(caller.Answered{Err: problem.New(problem.Conflict, "call.too_soon").With("number", "300")})
	b.shows("Das kam zu schnell nach dem letzten Schritt bei der 300.", "Mit o trotzdem.")
	b.sends(b.press("o"), &deskwork.Command{Type: deskwork.Finish, Ticket: "t-300", Version: 4, Sure: true})
}

func TestNothingOpenIsSaid(t *testing.T) {
	for _, key := range []string{"r", "s", "f", "x", "p", "t"} {
		b := newBench(t)
		b.sends(b.press(key), nil)
		b.shows("An diesem Platz ist keine Nummer aufgerufen.")
	}
}

func TestListStaysWhenTheServerIsAway(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Waiting: []wire.Entry{waiting(201)}})
	b.now = b.now.Add(21 * time.Minute)
	b.desk.Handle(caller.Disconnected{At: b.now, Err: problem.New(problem.Unavailable, "connection.lost")})
	b.now = b.now.Add(time.Minute)
	b.desk.Handle(caller.Ticked{At: b.now})
	b.shows("Keine Verbindung seit 9.41 Uhr", "Stand der Liste: 9.20 Uhr", "201", "09:42")
	b.sends(b.press("n"), nil)
	b.shows("Ohne Verbindung geht das nicht.")

	b.desk.Handle(caller.Connected{})
	b.queue(wire.Queue{Waiting: []wire.Entry{waiting(202)}})
	b.hides("Keine Verbindung")
	b.shows("202")
	b.hides("201")
}

func TestBeforeTheFirstConnection(t *testing.T) {
	b := &bench{t: t, desk: caller.NewDesk(phrases(t, town.German), "platz-1", opening), now: opening}
	b.shows("Verbindung wird aufgebaut", "platz-1")
	b.desk.Handle(caller.Disconnected{At: opening, Err: problem.New(problem.Unavailable, "server.unreachable")})
	b.shows("Der Server ist nicht erreichbar.")
}

func TestDeliveryIsShownBesideItsCall(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}, Screens: &wire.ScreenState{Connected: 1, Sounding: 1}})
	b.desk.Handle(caller.DeliveryCame{Delivery: wire.Delivery{Seq: 6, Screens: 1, Late: true}})
	b.shows("1 Bildschirm verbunden")
	b.desk.Handle(caller.DeliveryCame{Delivery: wire.Delivery{Seq: 7, Screens: 1, Shown: 1, Sounded: 1}})
	b.shows("auf 1 von 1 Bildschirm, Gong gespielt")
	b.desk.Handle(caller.DeliveryCame{Delivery: wire.Delivery{Seq: 7, Screens: 1, Late: true}})
	b.shows("Noch kein Bildschirm hat den Aufruf gezeigt.")
}

func TestPickupIsFetched(t *testing.T) {
	b := newBench(t)
	b.press("n")
	b.desk.Handle(caller.Answered{Done: wire.Done{Ticket: &wire.Ticket{
		Ticket: "t-300", Number: 300, State: wire.Called, CallMode: town.CallPickup, MeetingPoint: "Foyer",
	}}})
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}})
	b.shows("Nummer 300 bitte abholen: Foyer.")
}

func TestListSaysWhyAndLeavesOthersOut(t *testing.T) {
	b := newBench(t)
	from := clock.Add(10 * time.Minute)
	appointment := waiting(202)
	appointment.Here, appointment.Kind, appointment.Due, appointment.CallableFrom = false, wire.Appointment, clock.Add(15*time.Minute), &from
	moved := waiting(203)
	moved.Priority = 1
	other := waiting(204)
	other.Office = "standesamt"
	parked := waiting(205)
	b.queue(wire.Queue{Waiting: []wire.Entry{waiting(201), appointment, moved, other}, Parked: []wire.Entry{parked}})
	b.shows(
		"Es warten: 2", "> 201  Reisepass beantragen", "ohne Termin, 7 min", "Kommen noch: 1",
		"09:35 Termin, aufrufbar ab 09:30", "vorgezogen", "Zurückgestellt", "205", "1 wartet auf andere Plätze",
	)
	b.hides("204")
}

// What is said of the last step goes with its truth: "nobody waits" once somebody
// does, what was done once somebody else has gone on, what needs a connection once it
// is back.
func TestTheOutcomeOfAStepGoesWithItsTruth(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Seq: 1})
	b.press("n")
	b.desk.Handle(caller.Answered{Err: problem.New(problem.Conflict, "queue.empty")})
	b.shows("Es wartet niemand.")
	b.queue(wire.Queue{Seq: 2, Waiting: []wire.Entry{waiting(201)}})
	b.hides("Es wartet niemand.")

	b.press("n")
	b.desk.Handle(caller.Answered{Done: wire.Done{Seq: 3, Ticket: &wire.Ticket{Ticket: "t-201", Number: 201, State: wire.Called, Version: 4}}})
	b.queue(wire.Queue{Seq: 2, Waiting: []wire.Entry{waiting(201)}}) // from before
	b.shows("201 gerufen")
	b.queue(wire.Queue{Seq: 3, Open: []wire.OpenEntry{open(201)}})
	b.shows("201 gerufen")
	b.queue(wire.Queue{Seq: 4}) // another station of the same clerk has ended it
	b.hides("201 gerufen")

	b.desk.Handle(caller.Disconnected{At: b.now, Err: problem.New(problem.Unavailable, "server.unreachable")})
	b.press("n")
	b.shows("Ohne Verbindung geht das nicht.")
	b.desk.Handle(caller.Connected{})
	b.hides("Ohne Verbindung geht das nicht.")
}

// Who was sent to one room is in the line of that room, whatever its offices, and in
// no other; who came late is said to.
func TestWhoWasSentToARoomAndWhoCameLate(t *testing.T) {
	b := newBench(t)
	sent, gone, late := waiting(201), waiting(202), waiting(203)
	sent.Office, sent.OnlyRoom = "standesamt", "platz-1"
	gone.OnlyRoom = "platz-2"
	late.Kind, late.CheckedIn, late.Start, late.Due = wire.Appointment, true, clock.Add(-30*time.Minute), clock.Add(20*time.Minute)
	b.queue(wire.Queue{Waiting: []wire.Entry{sent, gone, late}})
	b.shows("> 201", "nur für diesen Platz", "203", "08:50 Termin, verspätet, 7 min", "1 wartet auf andere Plätze")
	b.hides("202")
}

func TestCursorStaysInSight(t *testing.T) {
	b := newBench(t)
	var q wire.Queue
	for i := range 60 {
		q.Waiting = append(q.Waiting, waiting(town.Number(200+i)))
	}
	b.queue(q)
	for range 60 {
		b.press("down")
	}
	b.shows("Es warten: 60", "259")
	b.hides("230")
	b.sends(b.press("enter"), &deskwork.Command{Type: deskwork.Call, Room: "platz-1", Open: seen(""), Number: 259})
}

func TestPauseIsShownAndEnds(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Paused: []town.RoomID{"platz-1"}})
	b.shows("Grimma am Markt · Platz 1 · Pause")
	b.sends(b.press("b"), &deskwork.Command{Type: deskwork.Resume, Room: "platz-1"})
}

func TestHelpNamesEveryKey(t *testing.T) {
	for _, language := range []town.Language{town.German, town.English} {
		b := newBench(t)
		b.desk = caller.NewDesk(phrases(t, language), "platz-1", opening)
		b.press("?")
		if view := b.view(); strings.Contains(view, "caller.") {
			t.Errorf("%s: a key without words:\n%s", language, view)
		}
	}
}

// Whatever is typed and however small the window: no line is too wide, there
// are never too many, and every command would be accepted by the server.
func TestAnyKeysInAnyWindow(t *testing.T) {
	keys := []string{"n", "c", "r", "s", "f", "x", "p", "t", "u", "b", "o", "?", "1", "9", "enter", "esc", "up", "down", "backspace", "space", "ü"}
	german := phrases(t, town.German) // loading takes longer than the check
	rapid.Check(t, func(rt *rapid.T) {
		b := newBenchWith(t, german)
		b.queue(wire.Queue{Waiting: []wire.Entry{waiting(201), waiting(202)}, Open: []wire.OpenEntry{open(300)}})
		width, height := rapid.IntRange(1, 120).Draw(rt, "width"), rapid.IntRange(1, 40).Draw(rt, "height")
		for _, key := range rapid.SliceOf(rapid.SampledFrom(keys)).Draw(rt, "keys") {
			if sent := b.press(key); sent != nil {
				sent.ID = "1"
				accept(rt, *sent)
				b.desk.Handle(caller.Answered{Err: problem.New(problem.Conflict, "room.taken")})
			}
			lines := strings.Split(b.desk.View(width, height), "\n")
			if got := len(lines); got > height {
				rt.Fatalf("got %d lines, want at most %d", got, height)
			}
			for _, line := range lines {
				if got := ansi.StringWidth(line); got > width {
					rt.Fatalf("got a line of %d cells, want at most %d: %s", got, width, line)
				}
			}
		}
	})
}

func TestAKeyBeforeTheQueueCameIsAboutTheLastAnswer(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Seq: 7, Open: []wire.OpenEntry{open(300)}})
	b.press("n")
	place := wire.Room{ID: "platz-1", Label: "Platz 1"}
	b.desk.Handle(caller.Answered{Done: wire.Done{Seq: 9, Ticket: &wire.Ticket{Ticket: "t-417", Number: 417, State: wire.Called, Room: &place, Version: 2}}})
	b.sends(b.press("n"), &deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", Open: seen("t-417")})
	b.desk.Handle(caller.Answered{Err: problem.New(problem.Conflict, "moved_on.next").With("open", "532")})
	b.shows("Hier ist inzwischen die 532 offen.")
	b.sends(b.press("z"), &deskwork.Command{Type: deskwork.Undo, Ticket: "t-417", Version: 2})
}

// An alarm stands until somebody comes; that it was seen is told once, and only
// where somebody types.
func TestAnAlarmStandsUntilSomebodyComes(t *testing.T) {
	b := newBench(t)
	b.desk.Handle(caller.Connected{})
	b.queue(wire.Queue{})
	other := wire.Alarm{Alarm: "a1", Room: wire.Room{ID: "platz-2", Label: "Platz 2"}, At: clock}
	alarms := func(all ...wire.Alarm) caller.Effect {
		return b.desk.Handle(caller.AlarmsCame{At: b.now, Alarms: wire.Alarms{Dial: "03437 9858-0", Alarms: all}})
	}
	if got := alarms(other).Seen; got != nil {
		t.Errorf("nobody typed yet, got %v", got)
	}
	want := []deskwork.Command{{Type: deskwork.AlarmSeen, Alarm: "a1", Room: "platz-1"}}
	if diff := cmp.Diff(want, b.desk.Handle(caller.Looked{Here: true}).Seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := alarms(other).Seen; got != nil {
		t.Errorf("told again: %v", got)
	}
	b.now = b.now.Add(time.Hour)
	b.desk.Handle(caller.Ticked{At: b.now})
	b.shows("Stiller Alarm: Platz 2 braucht Hilfe, seit 9.20 Uhr. k: ich komme.")
	b.sends(b.press("k"), &deskwork.Command{Type: deskwork.AlarmTake, Alarm: "a1", Room: "platz-1"})
	other.Coming = &wire.Coming{Room: &wire.Room{ID: "platz-1", Label: "Platz 1"}}
	alarms(other)
	b.shows("Sie haben gesagt, dass Sie kommen.")
	alarms()
	b.hides("Stiller Alarm")
}

// Whoever cries for help is told the truth: who has seen it, who comes, and what
// to dial where nobody did.
func TestWhoCriesForHelpIsToldWhoKnows(t *testing.T) {
	b := newBench(t)
	b.desk.Handle(caller.Connected{})
	b.queue(wire.Queue{})
	b.sends(b.press("!"), &deskwork.Command{Type: deskwork.Alarm, Room: "platz-1"})
	own := wire.Alarm{Alarm: "a1", Room: wire.Room{ID: "platz-1", Label: "Platz 1"}, At: clock}
	for _, c := range []struct {
		alarm func(*wire.Alarm)
		want  string
	}{
		{func(*wire.Alarm) {}, "noch hat ihn niemand gesehen"},
		{func(a *wire.Alarm) { a.Unseen = true }, "Niemand hat Ihren Hilferuf gesehen. Rufen Sie an: 03437 9858-0."},
		{func(a *wire.Alarm) { a.Unseen, a.Seen = false, 2 }, "an 2 anderen Plätzen gesehen"},
		{func(a *wire.Alarm) { a.Coming = &wire.Coming{} }, "Jemand vom Empfang oder von der Leitung kommt."},
	} {
		c.alarm(&own)
		b.desk.Handle(caller.AlarmsCame{At: b.now, Alarms: wire.Alarms{Dial: "03437 9858-0", Alarms: []wire.Alarm{own}}})
		b.shows(c.want)
	}
	b.sends(b.press("h"), &deskwork.Command{Type: deskwork.AlarmEnd, Alarm: "a1", Room: "platz-1"})
}

func TestWhoWasSentOnIsSaidToBe(t *testing.T) {
	b := newBench(t)
	on := waiting(201)
	on.SentOn = true
	b.queue(wire.Queue{Waiting: []wire.Entry{on}})
	b.shows("weitergeschickt, 7 min")
}

// After a restart of the server a desk may call before its screen is back: no
// screen was there, and one has shown the call all the same.
func TestAScreenThatCameBackAfterTheCallIsNotDenied(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{Open: []wire.OpenEntry{open(300)}, Screens: &wire.ScreenState{}})
	b.desk.Handle(caller.DeliveryCame{Delivery: wire.Delivery{Seq: 7}})
	b.shows("Bitte die Nummer ausrufen")
	b.desk.Handle(caller.DeliveryCame{Delivery: wire.Delivery{Seq: 7, Shown: 1, Sounded: 1}})
	b.shows("auf 1 von 1 Bildschirm, Gong gespielt")
	b.hides("Bitte die Nummer ausrufen")
}
