package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

// fakeServer is a server with one branch whose answers the test lays down. All
// fields but the mutex are guarded by it.
type fakeServer struct {
	t       *testing.T
	url     string
	mu      sync.Mutex
	signIns int
	token   string       // the valid one
	queue   wire.Queue   // sent first
	alarms  *wire.Alarms // sent behind it; nil: none
	answer  func(deskwork.Command) []wire.Message
	got     []deskwork.Command
	byHand  wire.AfterwardsRequest

	onStation func() // a station has got the queue; nil: nothing
}

func newFakeServer(t *testing.T) *fakeServer {
	t.Helper()
	h := &fakeServer{t: t, token: "T1", queue: wire.Queue{Seq: 1}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/session", h.session)
	mux.HandleFunc("GET /api/v1/queue", h.getQueue)
	mux.HandleFunc("POST /api/v1/afterwards", h.afterwards)
	mux.HandleFunc("GET /api/v1/ws/caller", h.station)
	mux.HandleFunc("GET /api/v1/branches", h.branches)
	mux.HandleFunc("GET /api/v1/services", h.services)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *fakeServer) session(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var request wire.SessionRequest
	if json.NewDecoder(r.Body).Decode(&request) != nil || request.Password != "open sesame" {
		refuse(w, http.StatusUnauthorized, "session.wrong", "Name oder Kennwort stimmt nicht.")
		return
	}
	h.signIns++
	json.NewEncoder(w).Encode(wire.Session{Token: h.token})
}

func refuse(w http.ResponseWriter, status int, key, title string) {
	w.Header().Set("Content-Type", wire.ProblemType)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(wire.Problem{Status: status, Key: key, Title: title})
}

func (h *fakeServer) signedIn(w http.ResponseWriter, r *http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Header.Get("Authorization") == "Bearer "+h.token {
		return true
	}
	refuse(w, http.StatusUnauthorized, "session.over", "Bitte melden Sie sich an.")
	return false
}

func (h *fakeServer) getQueue(w http.ResponseWriter, r *http.Request) {
	if h.signedIn(w, r) {
		json.NewEncoder(w).Encode(h.queue)
	}
}

// branches and services say what things are called, in names as long as towns give.
func (h *fakeServer) branches(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(wire.Branches{Branches: []wire.Branch{{ID: "grimma-markt", Name: "Grimma am Markt", Offices: []wire.Office{{
		ID: "buergerbuero", Name: "Bürgerbüro", Services: []town.ServiceID{"kinderpass", "wohnsitz", "ausweis"},
		Rooms: []wire.Room{{ID: "platz-1", Label: "Platz 1"}, {ID: "platz-2", Label: "Platz 2"}},
	}}}}})
}

func (h *fakeServer) services(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(wire.Services{Services: []wire.Service{
		{ID: "kinderpass", Name: "Vorläufigen Reisepass für ein Kind unter zwölf Jahren beantragen"},
		{ID: "wohnsitz", Name: "Wohnsitz anmelden oder ummelden"}, {ID: "ausweis", Name: "Personalausweis beantragen"},
	}})
}

// afterwards refuses 999 and enters the rest.
func (h *fakeServer) afterwards(w http.ResponseWriter, r *http.Request) {
	if !h.signedIn(w, r) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := json.NewDecoder(r.Body).Decode(&h.byHand); err != nil {
		h.t.Error(err)
	}
	var reply wire.AfterwardsReply
	for _, e := range h.byHand.Entries {
		result := wire.AfterwardsResult{Number: e.Number, State: wire.Finished}
		if e.Number == 0 {
			result.Number = 501
		}
		if e.Number == 999 {
			result = wire.AfterwardsResult{Number: e.Number, Problem: &wire.Problem{Status: 404, Key: "number.unknown", Title: "Gibt es nicht."}}
		}
		reply.Entries = append(reply.Entries, result)
	}
	json.NewEncoder(w).Encode(reply)
}

func (h *fakeServer) station(w http.ResponseWriter, r *http.Request) {
	if !h.signedIn(w, r) {
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{wire.Subprotocol}}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	h.send(socket, h.queue)
	if h.alarms != nil {
		h.send(socket, *h.alarms)
	}
	if h.onStation != nil {
		h.onStation()
	}
	for {
		_, raw, err := socket.ReadMessage()
		if err != nil {
			return
		}
		command, err := wire.DecodeCommand(raw)
		if err != nil {
			h.t.Errorf("bad command %s: %v", raw, err)
			return
		}
		h.mu.Lock()
		h.got = append(h.got, command)
		messages := h.answer(command)
		h.mu.Unlock()
		for _, m := range messages {
			h.send(socket, m)
		}
	}
}

func (h *fakeServer) send(socket *websocket.Conn, m wire.Message) {
	raw, err := wire.Encode(m)
	if err != nil {
		h.t.Error(err)
		return
	}
	if err := socket.WriteMessage(websocket.TextMessage, raw); err != nil {
		h.t.Error(err)
	}
}

// called answers every command with a called ticket, then with the messages.
func called(ticket wire.Ticket, then ...wire.Message) func(deskwork.Command) []wire.Message {
	return func(c deskwork.Command) []wire.Message {
		return append([]wire.Message{wire.Done{ID: c.ID, Seq: 7, Ticket: &ticket}}, then...)
	}
}

func ticket417() wire.Ticket {
	return wire.Ticket{
		Ticket: "t-1", Number: 417, State: wire.Called, CallMode: town.CallScreen,
		Screens: 1, Room: &wire.Room{ID: "platz-1", Label: "Platz 1"},
	}
}

func openIn(room town.RoomID) wire.Queue {
	return wire.Queue{Seq: 1, Open: []wire.OpenEntry{{
		Listed: wire.Listed{Ticket: "t-1", Number: 417}, Room: wire.Room{ID: room, Label: "Platz"}, State: wire.Called,
	}}}
}

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

func TestSignsInOnlyWhenTheSessionIsMissingOrOver(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	for range 3 {
		same(t, anna.run(t, "next"), result{Out: "417\n"})
	}
	if got, want := h.signIns, 1; got != want {
		t.Errorf("signed in %d times, want %d", got, want)
	}
	h.token = "T2"
	same(t, anna.run(t, "next"), result{Out: "417\n"})
	same(t, anna.run(t, "queue"), result{Out: "Es wartet niemand.\n"})
	if got, want := h.signIns, 2; got != want {
		t.Errorf("signed in %d times, want %d", got, want)
	}
}

func TestKeptSessionIsPrivate(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	anna.run(t, "next")
	folder, err := privateFolder(anna.environ)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("nothing was kept")
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode(), os.FileMode(0o600); got != want {
			t.Errorf("%s: got mode %v, want %v", file.Name(), got, want)
		}
	}
}

func TestFolderOpenToOthersIsNotUsed(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	folder, err := privateFolder(anna.environ)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	got := anna.run(t, "next")
	if got.Out != "417\n" || got.Code != 0 || !strings.Contains(got.Err, "not private") {
		t.Errorf("got %+v", got)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) > 0 {
		t.Errorf("got %d files, %v", len(files), err)
	}
}

func TestWrongPassword(t *testing.T) {
	h := newFakeServer(t)
	anna := newClerk(t, h)
	wrong := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(wrong, []byte("guess"), 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, anna.run(t, "next", "--password-file", wrong), result{Code: 1, Err: "caller: Name oder Kennwort stimmt nicht.\n"})
	same(t, anna.run(t, "next", "--password-file", wrong+"x"), result{Code: 1, Err: "caller: Die Datei " + wrong + "x mit dem Kennwort lässt sich nicht lesen. Bitte Pfad und Rechte prüfen.\n"})
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
