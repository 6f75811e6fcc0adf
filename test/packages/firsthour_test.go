//go:build firsthour

package packages

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/internal/client"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

const (
	inventedBranch = town.BranchID("rathaus")
	password       = "drei-worte-genuegen"
)

// foreign is what no town but one has anything to do with.
var foreign = regexp.MustCompile(`(?i)grimma|nerchau|muldental`)

// TestTheFirstHour goes from a bare Debian to the first call, in a town that is
// invented, by the commands that docs/operations.md prints for it. It says how
// many there are and how long the machine needed for them, and then looks for
// the built-in example in whatever was made.
func TestTheFirstHour(t *testing.T) {
	root, err := townhall.Root()
	must(t, err)
	m := bootFrom(t, filepath.Join(root, "dist/debian"))
	m.sh("ln -s /mnt/aufruf-server_*.deb /root/") // copied there beforehand

	commands := printed(t, filepath.Join(root, "docs/operations.md"))
	begin := time.Now()
	for _, command := range commands {
		started := time.Now()
		said := m.sh("cd /root && " + m.typed(command))
		t.Logf("%5.1f s  %s\n%s", time.Since(started).Seconds(), command, said)
	}
	installed := time.Since(begin)
	h := opened(m)
	number := h.firstCall()
	t.Logf("From a bare Debian to the first call (number %s): %d commands, %.1f s of the machine's work until the town is there, %.1f s with screen, number and call.",
		number, len(commands), installed.Seconds(), time.Since(begin).Seconds())

	h.book()
	h.nothingForeign()
}

// printed returns the commands of the section "The first hour".
func printed(t *testing.T, document string) []string {
	t.Helper()
	raw, err := os.ReadFile(document)
	must(t, err)
	_, section, _ := strings.Cut(string(raw), "\n## The first hour\n")
	_, block, _ := strings.Cut(section, "\n```\n")
	block, _, _ = strings.Cut(block, "\n```")
	var commands []string
	for _, line := range strings.Split(block, "\n") {
		command, _, _ := strings.Cut(line, "  #")
		if command = strings.TrimSpace(command); command != "" {
			commands = append(commands, command)
		}
	}
	if len(commands) < 5 {
		t.Fatalf("got %d commands of %s, want those of the first hour", len(commands), document)
	}
	return commands
}

// typed is what a person types at a command: into the editor, or at a question.
func (m *machine) typed(command string) string {
	switch {
	case command == "editor /etc/aufruf/server.env":
		return fmt.Sprintf("sed -i 's|^AUFRUF_LISTEN=.*|AUFRUF_LISTEN=%s:80\\nAUFRUF_BASE_URL=%s\\nAUFRUF_INSECURE_HTTP=true|' /etc/aufruf/server.env",
			m.address, m.front())
	case command == "editor town.yaml":
		return "sed -i 's/Beispielstadt/Neuenhagen an der Elze/' town.yaml"
	case strings.HasPrefix(command, "aufruf-admin user add "):
		return "echo " + password + " | " + command
	case command == "aufruf-admin doctor":
		return command + " || true" // it has something to say about a machine without a network
	}
	return command
}

func (m *machine) front() string { return "http://" + m.address }

// newHall is a town hall on its first day.
type newHall struct {
	*machine
	browser *http.Client // of the manager
	citizen *client.Client
	staff   *client.Client
	session wire.Session // of the clerk
}

func opened(m *machine) *newHall {
	m.t.Helper()
	jar, err := cookiejar.New(nil)
	must(m.t, err)
	h := &newHall{machine: m, browser: &http.Client{Jar: jar, Timeout: patience}}
	h.citizen, err = client.New(m.front(), nil, "de")
	must(m.t, err)
	h.session, err = h.citizen.SignIn(m.t.Context(), "anna", password)
	must(m.t, err)
	h.staff, err = client.New(m.front(), client.Fixed(h.session.Token), "de")
	must(m.t, err)
	return h
}

// firstCall pairs a screen as a manager does, gives out a number, calls it, and
// returns it once the screen has it.
func (h *newHall) firstCall() town.Number {
	h.t.Helper()
	ctx := h.t.Context()
	pairing, err := h.citizen.StartPairing(ctx, "display")
	must(h.t, err)
	h.post("/staff/anmelden", url.Values{"name": {"leitung"}, "kennwort": {password}})
	h.post("/staff/verwaltung/geraete", url.Values{"code": {pairing.Code}, "name": {"Halle"}, "branch": {string(inventedBranch)}})
	paired, err := h.citizen.PollPairing(ctx, pairing.Secret)
	must(h.t, err)
	screen := h.socket(ctx, "display", paired.Token)
	h.next(screen, "board") // or it would hold the call already

	ticket, err := h.staff.IssueTicket(ctx, wire.TicketRequest{Branch: inventedBranch, Services: []wire.ItemRequest{{ID: "meldebescheinigung"}}})
	must(h.t, err)
	station := h.socket(ctx, "caller", h.session.Token)
	must(h.t, station.WriteJSON(map[string]string{"id": "the-first", "type": "call_next", "room": "platz-1"}))
	if answer := h.next(station, "done", "failed"); answer.Type != "done" {
		h.t.Fatalf("calling: got %s", answer.whole)
	}
	call := h.next(screen, "call")
	if call.Number != ticket.Number {
		h.t.Errorf("the screen shows %s, want %s", call.Number, ticket.Number)
	}
	return call.Number
}

// frame is a message of a socket.
type frame struct {
	Type   string
	Number town.Number
	whole  string
}

// next returns the first message of one of the kinds.
func (h *newHall) next(socket *websocket.Conn, kinds ...string) frame {
	h.t.Helper()
	for {
		_, raw, err := socket.ReadMessage()
		must(h.t, err)
		message := frame{whole: string(raw)}
		must(h.t, json.Unmarshal(raw, &message))
		if slices.Contains(kinds, message.Type) {
			return message
		}
	}
}

func (h *newHall) post(path string, form url.Values) {
	h.t.Helper()
	answer, err := h.browser.PostForm(h.front()+path, form)
	must(h.t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK { // after its redirect
		text, err := io.ReadAll(answer.Body)
		h.t.Fatalf("POST %s: got %d, %v, %.2000s", path, answer.StatusCode, err, text)
	}
}

func (h *newHall) socket(ctx context.Context, kind, token string) *websocket.Conn {
	h.t.Helper()
	address := "ws://" + h.address + "/api/v1/ws/" + kind + "?branch=" + string(inventedBranch)
	socket, answer, err := websocket.DefaultDialer.DialContext(ctx, address, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		h.t.Fatalf("open %s: %v (%v)", address, err, answer)
	}
	h.t.Cleanup(func() { socket.Close() })
	must(h.t, socket.SetReadDeadline(time.Now().Add(patience)))
	return socket
}

// book takes the first free time, and waits for the mail.
func (h *newHall) book() {
	h.t.Helper()
	ctx := h.t.Context()
	today := time.Now()
	from := town.NewDate(today.Year(), today.Month(), today.Day())
	items := []town.Item{{Service: "ummelden", Quantity: 1}}
	days, err := h.citizen.Days(ctx, inventedBranch, items, from, from.AddDays(30))
	must(h.t, err)
	if days.NextFree == nil {
		h.t.Fatalf("got no free day in %+v", days)
	}
	slots, err := h.citizen.Slots(ctx, inventedBranch, items, *days.NextFree)
	must(h.t, err)
	_, err = h.citizen.Book(ctx, wire.AppointmentRequest{
		Branch: inventedBranch, Services: []wire.ItemRequest{{ID: "ummelden"}}, Start: slots.Slots[0].Start,
		Name: "Ada Beispiel", Email: "ada@beispiel.example", Language: "de",
	})
	must(h.t, err)
	h.await("a mail", func() error {
		_, err := h.try("sh", "-c", "ls /var/lib/aufruf/mail/* | grep .")
		return err
	})
}

// nothingForeign looks into whatever was made: database, mails, what export
// prints, and every page that a citizen or a manager gets to by its links.
func (h *newHall) nothingForeign() {
	h.t.Helper()
	h.do("aufruf-admin", "backup", "/root/today.db")
	h.sh("aufruf-admin export >/root/export.yaml && systemctl stop aufruf-server && systemctl start aufruf-server")
	found, err := h.try("grep", "--recursive", "--text", "--ignore-case", "--extended-regexp", "--files-with-matches",
		"grimma|nerchau|muldental", "/var/lib/aufruf", "/var/lib/aufruf-key", "/root/today.db", "/root/export.yaml", "/etc/aufruf")
	if err == nil {
		h.t.Errorf("another town stands in %s", found)
	}
	if looked := h.sh("find /var/lib/aufruf -type f | wc -l"); looked == "0" {
		h.t.Error("nothing was looked at")
	}
	pages := 0
	for begin, browser := range map[string]*http.Client{"/": {Timeout: patience}, "/staff": h.browser, "/display": {Timeout: patience}, "/kiosk": {Timeout: patience}} {
		pages += h.crawl(browser, begin)
	}
	if pages < 20 {
		h.t.Errorf("looked at %d pages, want all that links lead to", pages)
	}
	h.t.Logf("looked for another town in the database, its backup, the mails and %d pages", pages)
}

var reference = regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`)

// crawl follows links within the server, and returns how many it followed.
func (h *newHall) crawl(browser *http.Client, begin string) int {
	h.t.Helper()
	seen, todo := map[string]bool{begin: true}, []string{begin}
	for len(todo) > 0 && len(seen) < 150 {
		path := todo[0]
		todo = todo[1:]
		answer, err := browser.Get(h.front() + path)
		must(h.t, err)
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		must(h.t, err)
		if at := foreign.FindIndex(body); at != nil {
			h.t.Errorf("another town stands on %s: …%s…", path, body[max(0, at[0]-80):min(len(body), at[1]+80)])
		}
		for _, link := range reference.FindAllSubmatch(body, -1) {
			to := strings.ReplaceAll(string(link[1]), "&amp;", "&")
			if !seen[to] && !strings.HasPrefix(to, "//") {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return len(seen)
}
