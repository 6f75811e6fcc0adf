package caller_test

import (
	"encoding/json"
	"testing"

	"aufruf/internal/caller"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func accept(t *rapid.T, command deskwork.Command) {
	t.Helper()
	raw, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wire.DecodeCommand(raw); err != nil {
		t.Fatalf("%s is refused: %v", raw, err)
	}
}

func TestOrdersWithoutATicketAreRefusedHere(t *testing.T) {
	for _, action := range []caller.Action{caller.Recall, caller.Start, caller.Finish, caller.NoShow, caller.Park, caller.Transfer} {
		_, err := caller.Order{Action: action}.Command("platz-1", wire.Queue{Open: []wire.OpenEntry{{Room: wire.Room{ID: "platz-2"}}}}, "")
		if !problem.Is(err, "caller.nothing_open") {
			t.Errorf("%s: got %v, want caller.nothing_open", action, err)
		}
	}
	if _, err := (caller.Order{Action: caller.Undo}).Command("platz-1", wire.Queue{}, ""); !problem.Is(err, "caller.nothing_to_undo") {
		t.Errorf("undo: got %v, want caller.nothing_to_undo", err)
	}
}

func TestWatchTellsEachCallOnce(t *testing.T) {
	w := caller.Watch{Phrases: phrases(t, town.German)}
	again := open(300)
	again.Calls = 2
	got := w.Delivery(wire.Delivery{Seq: 7, Screens: 2}) // before its call
	for _, q := range []wire.Queue{
		{Seq: 6, Now: clock},
		{Seq: 7, Now: clock, Open: []wire.OpenEntry{open(300)}},
		{Seq: 7, Now: clock, Open: []wire.OpenEntry{open(300)}, Screens: &wire.ScreenState{}},
		{Seq: 8, Now: clock, Open: []wire.OpenEntry{open(300)}, Waiting: []wire.Entry{waiting(201)}},
		{Seq: 9, Now: clock, Open: []wire.OpenEntry{again}},
		{Seq: 10, Now: clock},
	} {
		got = append(got, w.Queue(q)...)
	}
	got = append(got, w.Delivery(wire.Delivery{Seq: 7, Screens: 2, Shown: 2, Sounded: 1, Silent: 1})...)
	got = append(got, w.Delivery(wire.Delivery{Seq: 5, Screens: 1})...)
	want := []string{
		"09:20:00  0 warten, 0 aufgerufen",
		"09:20:00  300 nach Platz 1",
		"300: Aufruf ist unterwegs",
		"09:20:00  0 warten, 1 aufgerufen",
		"09:20:00  1 wartet, 1 aufgerufen",
		"09:20:00  300 nach Platz 1, erneut",
		"09:20:00  0 warten, 1 aufgerufen",
		"09:20:00  0 warten, 0 aufgerufen",
		"300: auf 2 von 2 Bildschirmen, Gong auf 1",
		"Aufruf 5: Aufruf ist unterwegs",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefusalPrefersTheServersWords(t *testing.T) {
	p := phrases(t, town.German)
	for want, err := range map[string]error{
		"Vergeben. Bitte neu wählen.":      problem.New(problem.Conflict, "x").With("title", "Vergeben.").With("detail", "Bitte neu wählen."),
		"Vergeben.":                        problem.New(problem.Conflict, "x").With("title", "Vergeben.").With("detail", "Vergeben."),
		"Der Server ist nicht erreichbar.": problem.New(problem.Unavailable, "server.unreachable"),
		"Das geht gerade nicht.":           problem.New(problem.Conflict, "never.heard_of"),
	} {
		if got := p.Refusal(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
