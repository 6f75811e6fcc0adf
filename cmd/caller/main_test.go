package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
)

// clerk is a person with a home for sessions and a password.
type clerk struct{ environ []string }

func newClerk(t *testing.T, h *fakeServer) clerk {
	t.Helper()
	dir := t.TempDir()
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return clerk{[]string{
		"XDG_RUNTIME_DIR=" + dir, "AUFRUF_SERVER=" + h.url, "AUFRUF_USER=anna",
		"AUFRUF_PASSWORD_FILE=" + password, "AUFRUF_BRANCH=grimma-markt", "AUFRUF_ROOM=platz-1",
	}}
}

type result struct {
	Code     int
	Out, Err string
}

func (c clerk) run(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, c.environ, strings.NewReader(""), &out, &errs)
	return result{code, out.String(), errs.String()}
}

func same(t *testing.T, got, want result) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNextPrintsTheNumberAlone(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	same(t, newClerk(t, h).run(t, "next"), result{Out: "417\n"})
	want := []deskwork.Command{{Type: deskwork.CallNext, Room: "platz-1", Open: new(town.TicketID)}}
	h.got[0].ID = ""
	if diff := cmp.Diff(want, h.got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFlagsStandBeforeOrBehindTheCommand(t *testing.T) {
	for _, args := range [][]string{
		{"--room", "platz-2", "--json", "call", "417"},
		{"call", "--room=platz-2", "417", "--json"},
	} {
		h := newFakeServer(t)
		h.answer = called(ticket417())
		got := newClerk(t, h).run(t, args...)
		var reply struct{ Type, ID string }
		if err := json.Unmarshal([]byte(got.Out), &reply); err != nil || reply.Type != "done" {
			t.Errorf("%v: got %+v, %v", args, got, err)
		}
		if got, want := h.got[0].Room, town.RoomID("platz-2"); got != want {
			t.Errorf("%v: got room %s, want %s", args, got, want)
		}
	}
}

func TestNobodyWaiting(t *testing.T) {
	h := newFakeServer(t)
	h.answer = func(c deskwork.Command) []wire.Message {
		return []wire.Message{wire.Failed{ID: c.ID, Problem: wire.Problem{Status: 409, Key: "queue.empty", Title: "Es wartet niemand."}}}
	}
	same(t, newClerk(t, h).run(t, "next"), result{Code: 3, Err: "caller: Es wartet niemand.\n"})
}

func TestActionsAreAboutTheTicketOpenInTheRoom(t *testing.T) {
	for args, want := range map[string]deskwork.Command{
		"recall":                    {Type: deskwork.Recall, Ticket: "t-1"},
		"start":                     {Type: deskwork.Start, Ticket: "t-1"},
		"finish":                    {Type: deskwork.Finish, Ticket: "t-1"},
		"no-show":                   {Type: deskwork.NoShow, Ticket: "t-1"},
		"undo":                      {Type: deskwork.Undo, Ticket: "t-1"},
		"park --note Foto":          {Type: deskwork.Park, Ticket: "t-1", Note: "Foto"},
		"transfer --office meldung": {Type: deskwork.Transfer, Ticket: "t-1", Office: "meldung"},
		"send-on --service urkunde": {Type: deskwork.SendOn, Ticket: "t-1", Service: "urkunde"},
		"alarm":                     {Type: deskwork.Alarm, Room: "platz-1"},
		"pause":                     {Type: deskwork.Pause, Room: "platz-1"},
		"resume":                    {Type: deskwork.Resume, Room: "platz-1"},
	} {
		t.Run(args, func(t *testing.T) {
			h := newFakeServer(t)
			h.queue = openIn("platz-1")
			h.answer = called(ticket417())
			same(t, newClerk(t, h).run(t, strings.Fields(args)...), result{Out: "417\n"})
			h.got[0].ID = ""
			if diff := cmp.Diff([]deskwork.Command{want}, h.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingOpenInTheRoom(t *testing.T) {
	h := newFakeServer(t)
	h.queue = openIn("platz-2")
	same(t, newClerk(t, h).run(t, "finish"), result{Code: 1, Err: "caller: An diesem Platz ist keine Nummer aufgerufen.\n"})
}

func TestUndoTakesBackWhatIsNoLongerOpen(t *testing.T) {
	h := newFakeServer(t)
	h.queue = openIn("platz-1")
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	anna.run(t, "finish")
	h.queue = wire.Queue{Seq: 2}
	same(t, anna.run(t, "undo"), result{Out: "417\n"})
	if got, want := h.got[1].Ticket, town.TicketID("t-1"); got != want {
		t.Errorf("got ticket %s, want %s", got, want)
	}
}

func TestWaitTellsWhatTheScreensReport(t *testing.T) {
	deaf := ticket417()
	deaf.Screens = 0
	for name, c := range map[string]struct {
		ticket  wire.Ticket
		reports []wire.Message
		want    string
	}{
		"seen and heard": {ticket417(), []wire.Message{
			wire.Delivery{Seq: 6, Screens: 1, Late: true}, // another call's
			wire.Delivery{Seq: 7, Screens: 1, Shown: 1},
			wire.Delivery{Seq: 7, Screens: 1, Shown: 1, Sounded: 1},
		}, "auf 1 von 1 Bildschirm, Gong gespielt\n"},
		"not heard": {ticket417(), []wire.Message{
			wire.Delivery{Seq: 7, Screens: 1, Shown: 1, Silent: 1},
		}, "auf 1 von 1 Bildschirm, ohne Ton\n"},
		"not seen": {ticket417(), []wire.Message{
			wire.Delivery{Seq: 7, Screens: 1, Late: true},
		}, "Noch kein Bildschirm hat den Aufruf gezeigt. Bitte die Nummer ausrufen.\n"},
		"no screen": {deaf, nil, "Kein Bildschirm ist verbunden. Bitte die Nummer ausrufen.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeServer(t)
			h.answer = called(c.ticket, c.reports...)
			same(t, newClerk(t, h).run(t, "next", "--wait"), result{Out: "417\n", Err: c.want})
		})
	}
}

func TestPickupNamesTheMeetingPoint(t *testing.T) {
	fetched := ticket417()
	fetched.CallMode, fetched.MeetingPoint, fetched.Screens = town.CallPickup, "Foyer", 0
	h := newFakeServer(t)
	h.answer = called(fetched)
	same(t, newClerk(t, h).run(t, "next", "--wait"), result{Out: "417\n", Err: "Nummer 417 bitte abholen: Foyer.\n"})
}

func TestMistakesInTheCall(t *testing.T) {
	anna := newClerk(t, newFakeServer(t))
	anna.environ = append(anna.environ, "LANG=en_GB.UTF-8")
	for args, want := range map[string]string{
		"nxt":                   `unknown command "nxt"`,
		"next now":              `unexpected argument "now"`,
		"call":                  "call NUMBER",
		"call 41":               "three digits",
		"transfer":              "missing --office",
		"transfer --ofice b":    "did you mean --office?",
		"next --rom platz-1":    "did you mean --room?",
		"next --server nowhere": "want http",
	} {
		got := anna.run(t, strings.Fields(args)...)
		if got.Code != 2 || got.Out != "" || !strings.Contains(got.Err, want) {
			t.Errorf("%s: got %+v, want code 2 and %q", args, got, want)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	got := clerk{}.run(t, "--help")
	if got.Code != 0 || got.Err != "" {
		t.Errorf("got %+v", got)
	}
	for _, command := range commands() {
		if !strings.Contains(got.Out, command) {
			t.Errorf("help doesn't name %s", command)
		}
	}
}

func TestFlagsAreThoseThatConfigKnows(t *testing.T) {
	program := config.Program{Root: rootCommand("caller", nil)}
	if diff := cmp.Diff(config.Known("caller"), program.Flags()); diff != "" {
		t.Errorf("(-known +got):\n%s", diff)
	}
}

func TestWatchEndsCleanly(t *testing.T) {
	h := newFakeServer(t)
	h.queue = openIn("platz-1")
	anna := newClerk(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	out := &firstLine{seen: cancel}
	code := run(ctx, []string{"watch"}, anna.environ, strings.NewReader(""), out, &bytes.Buffer{})
	if got, want := code, 0; got != want {
		t.Errorf("got code %d, want %d", got, want)
	}
	if got, want := out.String(), "0 warten, 1 aufgerufen"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

// firstLine tells when something was written.
type firstLine struct {
	bytes.Buffer
	seen func()
}

func (f *firstLine) Write(p []byte) (int, error) {
	defer f.seen()
	return f.Buffer.Write(p)
}

func TestEveryCommandAndFlagIsExplainedInBothLanguages(t *testing.T) {
	keys := regexp.MustCompile(`\b(help|cli)\.[a-z]`)
	for _, locale := range []string{"LANG=de_DE.UTF-8", "LANG=en_GB.UTF-8"} {
		for _, word := range append(commands(), "", "completion", "help") {
			got := clerk{[]string{locale}}.run(t, append(strings.Fields(word), "--help")...)
			if missing := keys.FindString(got.Out); missing != "" || got.Code != 0 {
				t.Errorf("%s %s: a key (%s) stands in\n%+v", locale, word, missing, got)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	same(t, clerk{}.run(t, "--version"), result{Out: "caller version " + version + "\n"})
}
