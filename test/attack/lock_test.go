package attack

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Where a clerk works whose desk somebody else looks at.
const (
	deskPage  = "/staff/" + string(ownBranch) + "/platz-1"
	frontDesk = "/staff/" + string(ownBranch) + "/empfang"
)

var (
	sealedForm = regexp.MustCompile(`name="sperre-eingabe" value="([^"]+)"`)
	keptForm   = regexp.MustCompile(`name="behalten" value="([^"]+)"`)
)

// left is a desk that its clerk left: somebody is served there, a telephone waits to
// be called, and nobody did anything for half an hour.
type left struct {
	*target
	number, ticket string // of whom the clerk serves
	staff          map[string]key
}

// leaveDesks has sessions lock after ten minutes, and lets thirty pass.
func (h *target) leaveDesks() *left {
	h.Helper()
	_, err := h.server.Command(h.ctx, "format: aufruf/1\nbranches:\n  - {id: grimma-markt, lock_after_minutes: 10}\n", "import", "-")
	h.must(err)
	l := &left{target: h, staff: map[string]key{
		"clerk": h.staff("clerk", ownBranch), "reception": h.staff("reception", ownBranch), "manager": h.staff("manager", ownBranch), "admin": h.staff("admin"),
	}}
	l.number = h.booked("14:00").value("number")
	here := h.ask(asked{method: http.MethodPost, path: "/api/v1/check-ins", as: l.staff["clerk"], json: map[string]any{"branch": ownBranch, "number": l.number}})
	l.ticket = here.value("ticket")
	if got := l.step("clerk", "eins", "call", "number", l.number); got.status != http.StatusSeeOther {
		h.Fatalf("call: got %d %.500s", got.status, got.body)
	}
	if got := h.ask(asked{path: deskPage, as: l.staff["clerk"]}); !slices.Contains(got.tells(), secret["support"]) {
		h.Fatalf("the desk tells %v: the attack proves nothing", got.tells())
	}
	h.later(tuesday(9, 30))
	return l
}

// later has the server go on at another time.
func (h *target) later(at time.Time) {
	h.Helper()
	h.must(h.server.Stop())
	h.server.SetClock(at)
	h.must(h.server.Start(h.ctx))
}

// step sends a form of the desk.
func (l *left) step(who, id, kind string, fields ...string) answer {
	l.Helper()
	form := url.Values{"id": {id}, "type": {kind}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return l.ask(asked{method: http.MethodPost, path: deskPage + "/befehl", as: l.staff[who], form: form})
}

// open are the rooms' numbers, as anybody's session may still see them.
func (l *left) open() string {
	l.Helper()
	var queue struct{ Open json.RawMessage }
	l.must(json.Unmarshal([]byte(l.ask(asked{path: "/api/v1/queue?branch=" + string(ownBranch), as: l.staff["clerk"]}).body), &queue))
	return string(queue.Open)
}

// Whoever sits down at a desk that was left reads nothing of anybody, at no address
// and with no way to show the session, and does nothing but call for help.
func TestADeskThatWasLeftTellsNobodysSecretsAndDoesNothing(t *testing.T) {
	table := rightsTable(t)
	onEachEngine(t, func(h *target) {
		l := h.leaveDesks()
		before := l.open()
		of := url.Values{"date": {"2026-12-01"}, "number": {l.number}}
		pages := []string{
			deskPage, frontDesk, frontDesk + "/nummer?" + of.Encode(), frontDesk + "/verschieben?" + of.Encode(), "/staff/" + string(ownBranch) + "/liste",
			"/staff/verwaltung/protokoll?branch=" + string(ownBranch), "/staff/konto", "/staff/sperre", "/staff/anmelden?weiter=" + url.QueryEscape(deskPage),
		}
		for who, as := range l.staff {
			for _, path := range pages {
				got := h.ask(asked{path: path, as: as, header: http.Header{"X-Aufruf-Look": {"1"}}})
				if told := got.tells(); len(told) > 0 || got.status != http.StatusUnauthorized && !strings.HasPrefix(path, "/staff/anmelden") {
					h.Errorf("%s by %s: got %d, told %v", path, who, got.status, told)
				}
			}
			person := h.ask(asked{method: http.MethodPost, path: frontDesk + "/person", as: as, form: url.Values{"ticket": {l.ticket}, "number": {l.number}, "date": {"2026-12-01"}}})
			if told := person.tells(); len(told) > 0 || person.status != http.StatusUnauthorized {
				h.Errorf("the person, by %s: got %d, told %v", who, person.status, told)
			}
		}
		for i, r := range table {
			if strings.HasSuffix(r.path, "/abmelden") || r.path == "/api/v1/session" {
				continue // the way out
			}
			for who, as := range l.staff {
				for _, header := range as.ways(r.path) {
					l.closedToWhoLeft(r, who, header, stranger(i))
				}
			}
		}
		if after := l.open(); after != before {
			h.Errorf("the desk did something: got %s, want %s", after, before)
		}
	})
}

// closedToWhoLeft fails the test where a session that locked changes something, or
// learns of a person.
func (l *left) closedToWhoLeft(r right, who string, header http.Header, from string) {
	l.Helper()
	request := asked{method: r.method, path: concrete.Replace(r.path), header: header.Clone(), from: from}
	if r.method != http.MethodGet && !strings.HasPrefix(r.path, "/api") {
		request.form = url.Values{"branch": {string(ownBranch)}, "ticket": {l.ticket}, "number": {l.number}}
	}
	got := l.ask(request)
	at := fmt.Sprintf("%s %s by %s (%v)", r.method, r.path, who, slices.Sorted(maps.Keys(header)))
	if told := got.tells(); len(told) > 0 {
		l.Errorf("%s: got %d, told %v", at, got.status, told)
	}
	ofStaff := strings.HasPrefix(r.path, "/staff") || strings.HasPrefix(r.path, "/api") && header.Get("Authorization") != ""
	if r.method != http.MethodGet && ofStaff && got.status < http.StatusBadRequest && !strings.HasPrefix(got.header.Get("Location"), "/staff/anmelden") {
		l.Errorf("%s: got %d %s", at, got.status, got.header.Get("Location"))
	}
}

// A socket goes on telling numbers to a desk that was left, and takes the call for
// help and nothing else.
func TestASocketOfALeftDeskTellsNumbersAndCallsForHelp(t *testing.T) {
	onEachEngine(t, func(h *target) {
		l := h.leaveDesks()
		before := l.open()
		for _, mode := range []string{"", "&queue=changes", "&queue=none"} {
			socket := l.socket("clerk", mode)
			for i, command := range []map[string]any{
				{"type": "call_next", "room": "platz-1", "sure": true}, {"type": "call", "room": "platz-2", "number": l.number, "sure": true, "take_over": true},
				{"type": "recall", "ticket": l.ticket}, {"type": "start", "ticket": l.ticket}, {"type": "finish", "ticket": l.ticket},
				{"type": "no_show", "ticket": l.ticket}, {"type": "undo", "ticket": l.ticket}, {"type": "park", "ticket": l.ticket, "note": "x"},
				{"type": "transfer", "ticket": l.ticket, "room": "platz-2"}, {"type": "pause", "room": "platz-1"}, {"type": "resume", "room": "platz-1"},
				{"type": "alarm_take", "alarm": "x", "room": "platz-1"}, {"type": "alarm_end", "alarm": "x", "room": "platz-1"},
			} {
				command["id"] = fmt.Sprintf("%s%d", mode, i)
				if got := socket.answer(h, command); got["type"] != "failed" || fmt.Sprint(got["problem"]) == "" || !strings.Contains(fmt.Sprint(got["problem"]), "session.locked") {
					h.Errorf("%s%v: got %v, want it locked", mode, command, got)
				}
			}
			if got := socket.answer(h, map[string]any{"id": "help" + mode, "type": "alarm", "room": "platz-1"}); got["type"] != "done" {
				h.Errorf("help: got %v", got)
			}
			if told := (answer{body: socket.heard.String()}).tells(); len(told) > 0 {
				h.Errorf("%s: the socket tells %v", mode, told)
			}
			h.must(socket.Close())
		}
		if after := l.open(); after != before {
			h.Errorf("the socket did something: got %s, want %s", after, before)
		}
	})
}

// following is a socket, with all that it told so far.
type following struct {
	*websocket.Conn
	heard strings.Builder
}

func (l *left) socket(who, mode string) *following {
	l.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(l.ctx, "ws"+strings.TrimPrefix(l.server.URL, "http")+"/api/v1/ws/caller?branch="+string(ownBranch)+mode,
		http.Header{"Authorization": {"Bearer " + l.staff[who].bearer}})
	if err != nil {
		l.Fatalf("socket: %v %v", response, err)
	}
	return &following{Conn: conn}
}

// answer sends a command and waits for its answer.
func (w *following) answer(h *target, command map[string]any) map[string]any {
	h.Helper()
	h.must(w.WriteJSON(command))
	h.must(w.SetReadDeadline(time.Now().Add(time.Minute)))
	for {
		_, raw, err := w.ReadMessage()
		h.must(err)
		w.heard.Write(raw)
		var got map[string]any
		h.must(json.Unmarshal(raw, &got))
		if got["id"] == command["id"] {
			return got
		}
	}
}

// What was typed into a page that locked lies in it sealed: nobody reads it there,
// another account's password doesn't open it, and the clerk's own does what was
// asked for, however much it was.
func TestWhatWasTypedUnderALockIsTheClerksAlone(t *testing.T) {
	onEachEngine(t, func(h *target) {
		l := h.leaveDesks()
		note := secret["support"] + strings.Repeat(" ü", 8_000) // 56 kB as a form sends it
		locked := l.step("clerk", "zwei", "park", "ticket", l.ticket, "note", note)
		if told := locked.tells(); locked.status != http.StatusUnauthorized || len(told) > 0 {
			h.Fatalf("the answer: got %d, told %v", locked.status, told)
		}
		kept := html.UnescapeString(sealedForm.FindStringSubmatch(locked.body)[1])
		send := func(who string, form url.Values) answer {
			return h.ask(asked{method: http.MethodPost, path: deskPage + "/befehl", as: l.staff[who], form: form})
		}
		stolen := send("reception", url.Values{"sperre-eingabe": {kept}, "sperre-kennwort": {h.passwordOf("reception-at-" + string(ownBranch))}})
		if told := stolen.tells(); stolen.status < 400 || len(told) > 0 {
			h.Errorf("by a colleague's password: got %d, told %v", stolen.status, told)
		}
		wrong := send("clerk", url.Values{"sperre-eingabe": {kept}, "sperre-kennwort": {"guess guess guess"}})
		if wrong.status != http.StatusUnauthorized || strings.Contains(wrong.body, "guess guess") {
			h.Errorf("by a guess: got %d", wrong.status)
		}
		done := send("clerk", url.Values{"sperre-eingabe": {kept}, "sperre-kennwort": {h.passwordOf("clerk-at-" + string(ownBranch))}})
		if done.status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(done.body), " ü ü ü") {
			h.Errorf("by the clerk: got %d, want the note refused as too long, and still there", done.status)
		}
		short := send("clerk", url.Values{"id": {"drei"}, "type": {"park"}, "ticket": {l.ticket}, "note": {"kommt gleich"}})
		if short.status != http.StatusSeeOther {
			h.Errorf("afterwards: got %d %.300s", short.status, short.body)
		}
	})
}

// A password that is given to a page whose session is over stays in no page, and
// what was typed there before is given back to whoever typed it.
func TestAPasswordGivenTooLateStaysNowhere(t *testing.T) {
	onEachEngine(t, func(h *target) {
		l := h.leaveDesks()
		clerk, password := "clerk-at-"+string(ownBranch), h.passwordOf("clerk-at-"+string(ownBranch))
		locked := l.step("clerk", "zwei", "park", "ticket", l.ticket, "note", "holt das Foto")
		kept := html.UnescapeString(sealedForm.FindStringSubmatch(locked.body)[1])
		_, err := h.server.Command(h.ctx, password+"\n", "user", "passwd", clerk) // ends all sessions
		h.must(err)
		after := func(form url.Values) answer {
			asks := h.ask(asked{method: http.MethodPost, path: deskPage + "/befehl", as: l.staff["clerk"], form: form})
			if asks.status != http.StatusUnauthorized || strings.Contains(asks.body, password) {
				h.Errorf("too late: got %d", asks.status)
			}
			found := keptForm.FindStringSubmatch(asks.body)
			if found == nil {
				h.Fatalf("nothing is kept: %.2000s", asks.body)
			}
			form = url.Values{"name": {clerk}, "kennwort": {password}, "behalten": {html.UnescapeString(found[1])}}
			return h.ask(asked{method: http.MethodPost, path: "/staff/anmelden", form: form})
		}
		again := after(url.Values{"sperre-eingabe": {kept}, "sperre-kennwort": {password}})
		if strings.Contains(again.body, password) {
			h.Errorf("got %d with the password in it: %s", again.status, again.body)
		}
		gone := after(url.Values{"type": {"park"}, "ticket": {"gone"}, "seite": {"/staff/" + string(foreignBranch) + "/gone"}, "sperre-kennwort": {password}})
		if strings.Contains(gone.body, password) {
			h.Errorf("sent again: got %d with the password in it: %s", gone.status, gone.body)
		}
		alone := h.ask(asked{method: http.MethodPost, path: "/staff/sperre", as: l.staff["clerk"], form: url.Values{"weiter": {deskPage}, "sperre-kennwort": {password}}})
		if to := alone.header.Get("Location"); alone.status != http.StatusSeeOther || to != "/staff/anmelden?weiter="+url.QueryEscape(deskPage) {
			h.Errorf("the password alone: got %d %s, want the sign-in", alone.status, to)
		}
	})
}

// Who asks for help is seen at a desk that locked; only whoever is there says that
// they come.
func TestALeftDeskShowsWhoAsksForHelp(t *testing.T) {
	onEachEngine(t, func(h *target) {
		l := h.leaveDesks()
		if got := h.ask(asked{method: http.MethodPost, path: "/staff/" + string(ownBranch) + "/platz-2/befehl", as: l.staff["clerk"], form: url.Values{"id": {"a"}, "type": {"alarm"}}}); got.status != http.StatusSeeOther {
			h.Fatalf("help: got %d", got.status)
		}
		page := h.ask(asked{path: deskPage, as: l.staff["reception"], header: http.Header{"Accept-Language": {"de"}}})
		if page.status != http.StatusUnauthorized || !strings.Contains(page.body, "Platz 2 braucht Hilfe") {
			h.Errorf("got %d, want it said that Platz 2 needs help: %s", page.status, page.body)
		}
		if strings.Contains(page.body, `value="alarm_take"`) {
			h.Error("a locked page offers to come")
		}
	})
}
