package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"

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
