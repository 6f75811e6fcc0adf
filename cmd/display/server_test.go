package main

import (
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/assets"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/web"
)

// nine is the fake server's time: far from this machine's, on purpose.
var nine = time.Date(2031, 12, 9, 9, 41, 0, 0, time.FixedZone("", 3600))

// fakeServer speaks the screen's side of the contract to one screen at a time.
type fakeServer struct {
	t       *testing.T
	http    *httptest.Server
	reports chan map[string]any
	queries chan string
	sounds  chan string // names of clips that a browser fetched
	begun   time.Time
	arrived chan struct{} // closed by the first connection
	once    sync.Once

	mu     sync.Mutex
	board  wire.Board
	socket *websocket.Conn
	denied bool
}

func newFakeServer(t *testing.T) *fakeServer {
	f := &fakeServer{
		t: t, reports: make(chan map[string]any, 100), queries: make(chan string, 100), sounds: make(chan string, 1000), begun: time.Now(),
		arrived: make(chan struct{}),
		board:   wire.Board{V: wire.Version, Epoch: "e1"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/ws/display", f.serve)
	f.servePages(mux)
	f.http = httptest.NewServer(mux)
	t.Cleanup(func() {
		f.drop()
		f.http.Close()
	})
	return f
}

func (f *fakeServer) now() time.Time { return nine.Add(time.Since(f.begun)) }

func (f *fakeServer) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	denied := f.denied
	f.mu.Unlock()
	cookie, _ := r.Cookie("device")
	if denied || r.Header.Get("Authorization") != "Bearer secret" && (cookie == nil || cookie.Value != "secret") {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{wire.Subprotocol}}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	f.queries <- r.URL.RawQuery
	f.mu.Lock()
	f.socket = socket
	board := f.board
	board.Now = f.now()
	board.Resumed = r.URL.Query().Get("epoch") == board.Epoch
	f.write(board)
	f.mu.Unlock()
	f.once.Do(func() { close(f.arrived) })
	for {
		_, raw, err := socket.ReadMessage()
		if err != nil {
			return
		}
		var report map[string]any
		if err := json.Unmarshal(raw, &report); err != nil {
			f.t.Errorf("report %s: %v", raw, err)
		}
		f.reports <- report
	}
}

// servePages is what a server adds for screens in a plain browser.
func (f *fakeServer) servePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /display", func(w http.ResponseWriter, _ *http.Request) {
		bundle := newBundle(f.t)
		config, err := json.Marshal(map[string]any{
			"texts": bundle.ForScreens(), "sounds": "/sounds/", "version": "test", "speech": map[string][]string{"de": {"de/4"}},
		})
		page := template.Must(template.ParseFS(web.Files, "display/display.html"))
		http.SetCookie(w, &http.Cookie{Name: "device", Value: "secret", Path: "/"})
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'")
		err = errors.Join(err, page.Execute(w, map[string]any{
			"Lang": "de", "Theme": "light", "Source": "server", "Config": string(config), "Texts": bundle.For(town.German).ForScreen(),
		}))
		if err != nil {
			f.t.Errorf("page: %v", err)
		}
	})
	mux.Handle("GET /display/", http.FileServerFS(web.Files))
	mux.Handle("GET /fonts/", http.FileServerFS(web.Files))
	mux.HandleFunc("GET /sounds/{clip...}", f.sound)
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
}

// sound serves a clip by its name, and notes that it was asked for.
func (f *fakeServer) sound(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("clip")
	f.sounds <- name
	for _, ending := range []string{".wav", ".ogg"} {
		if raw, err := fs.ReadFile(assets.Sounds(), name+ending); err == nil {
			w.Write(raw)
			return
		}
	}
	http.NotFound(w, r)
}

func newBundle(t *testing.T) *i18n.Bundle {
	bundle, err := i18n.Load()
	if err != nil {
		t.Error(err)
	}
	return bundle
}

// write sends a message; the caller holds mu.
func (f *fakeServer) write(m wire.Message) {
	raw, err := wire.Encode(m)
	if err != nil {
		f.t.Errorf("encode: %v", err)
	}
	if f.socket != nil {
		f.socket.WriteMessage(websocket.TextMessage, raw)
	}
}

// call tells the screen of a call, as soon as there is one.
func (f *fakeServer) call(seq town.Seq, n town.Number, label string) {
	f.tell(wire.ScreenCall{Seq: seq, Number: n, Room: wire.Room{ID: "r", Label: label}})
}

func (f *fakeServer) recall(seq town.Seq, n town.Number, label string) {
	f.tell(wire.ScreenCall{Seq: seq, Number: n, Room: wire.Room{ID: "r", Label: label}, Again: true})
}

func (f *fakeServer) tell(c wire.ScreenCall) {
	<-f.arrived
	f.mu.Lock()
	defer f.mu.Unlock()
	f.board.Seq, c.At, c.Now = c.Seq, f.now(), f.now()
	f.write(c)
}

// restyle tells the screen of a changed look.
func (f *fakeServer) restyle(seq town.Seq, look wire.ScreenLook) {
	<-f.arrived
	f.mu.Lock()
	defer f.mu.Unlock()
	f.board.Seq, f.board.Look = seq, &look
	f.write(wire.Look{Seq: seq, Look: look})
}

// endWhileAway drops the connection and tells the next one of a call's end.
func (f *fakeServer) endWhileAway(c wire.BoardCall) {
	f.mu.Lock()
	f.board.Seq++
	f.board.Calls = []wire.BoardCall{c}
	f.mu.Unlock()
	f.drop()
}

func (f *fakeServer) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.socket != nil {
		f.socket.Close()
		f.socket = nil
	}
}

func (f *fakeServer) deny() {
	f.mu.Lock()
	f.denied = true
	f.mu.Unlock()
	f.drop()
}

// await returns the next report of one of the types.
func (f *fakeServer) await(kinds ...string) map[string]any {
	f.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case report := <-f.reports:
			if kind, _ := report["type"].(string); slices.Contains(kinds, kind) {
				return report
			}
		case <-deadline:
			f.t.Fatalf("no report %q", kinds)
		}
	}
}
