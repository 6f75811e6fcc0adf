package display

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"aufruf/internal/i18n"
	"aufruf/internal/qr"
	"aufruf/internal/town"
)

// Page serves the screen's page to the browser on this machine: the page
// itself, a stream of views (GET /events), and what the page says in return
// (POST /shown once a call is painted, POST /alive as its heartbeat, POST /test
// to hear the sound).
type Page struct {
	handler http.Handler
	actions PageActions

	mu       sync.Mutex
	watchers map[chan []byte]bool
	alive    time.Time
	tested   time.Time // when somebody last asked to hear the sound
}

// testEvery is how often the sound can be heard on request: a room full of people
// listens.
const testEvery = 5 * time.Second

// PageOptions are what a page looks like.
type PageOptions struct {
	Texts *i18n.Bundle
	// Language is asked for at this screen; empty: the page begins in German
	// and follows the town.
	Language town.Language
	Theme    string // "dark", "light" or "contrast", in which the page begins
	// Server is where a logo may come from.
	Server string
}

// PageActions are what a page may ask for.
type PageActions struct {
	Painted func(town.Seq) // the browser has this call on the glass
	Fresh   func()         // a browser has come and needs a Publish
	Test    func()         // somebody wants to hear the sound
}

// pageView is what display.html takes.
type pageView struct {
	Lang, Theme, Source, Config string
	Texts                       map[string]string
}

// policy lets the page load nothing that doesn't come from this program, but
// for the town's logo.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: %s; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// NewPage returns a page made of the files of package web.
func NewPage(files fs.FS, options PageOptions, actions PageActions) (*Page, error) {
	html, err := template.ParseFS(files, "display/display.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	texts := options.Texts.For(options.Language)
	config, err := json.Marshal(map[string]any{"texts": options.Texts.ForScreens(), "language": options.Language})
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	view := pageView{
		Lang: texts.HTMLLang(), Theme: options.Theme, Source: "local", Config: string(config), Texts: texts.ForScreen(),
	}
	security := fmt.Sprintf(policy, options.Server)
	p := &Page{actions: actions, watchers: map[chan []byte]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", security)
		_ = html.Execute(w, view) // the browser went away
	})
	mux.Handle("GET /display/", filesOnly(http.FileServerFS(files)))
	mux.Handle("GET /fonts/", filesOnly(http.FileServerFS(files)))
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("POST /shown", p.shown)
	mux.HandleFunc("POST /alive", p.heartbeat)
	mux.HandleFunc("POST /test", p.test)
	mux.HandleFunc("GET /qr.svg", code)
	p.handler = http.NewCrossOriginProtection().Handler(mux)
	return p, nil
}

// ServeHTTP serves the page.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	if !ownHost(r.Host) {
		http.Error(w, "ask by the address, not by a name", http.StatusMisdirectedRequest)
		return
	}
	p.handler.ServeHTTP(w, r)
}

// ownHost reports whether a request was made to this machine by its address. A
// foreign site can have its own name point here, and its page in the screen's
// browser would then be of the same origin: it could read the board, ring, and
// report calls as shown. No site has an address for its name.
func ownHost(host string) bool {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	if name == "localhost" {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil
}

// filesOnly serves files and lists no folder.
func filesOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Publish sends a view to every browser. It never blocks: a browser that is
// slow gets the newest view next, since a view is the whole state.
func (p *Page) Publish(v View) {
	raw, err := json.Marshal(v)
	if err != nil {
		return // a View holds nothing that can't be written
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for watcher := range p.watchers {
		select {
		case <-watcher:
		default:
		}
		watcher <- raw
	}
}

// Alive returns when a browser last gave a sign of life.
func (p *Page) Alive() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive
}

func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	views := p.watch()
	defer p.leave(views)
	p.actions.Fresh()
	for {
		select {
		case <-r.Context().Done():
			return
		case raw := <-views:
			fmt.Fprintf(w, "event: view\nretry: 500\ndata: %s\n\n", raw)
			if out.Flush() != nil {
				return
			}
		}
	}
}

func (p *Page) watch() chan []byte {
	views := make(chan []byte, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watchers[views] = true
	return views
}

func (p *Page) leave(views chan []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.watchers, views)
}

func (p *Page) shown(w http.ResponseWriter, r *http.Request) {
	var report struct {
		Seq town.Seq `json:"seq"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 256)).Decode(&report); err != nil {
		http.Error(w, "want {\"seq\":n}", http.StatusBadRequest)
		return
	}
	p.actions.Painted(report.Seq)
	w.WriteHeader(http.StatusNoContent)
}

func (p *Page) heartbeat(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	p.alive = time.Now()
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (p *Page) test(w http.ResponseWriter, _ *http.Request) {
	if !p.mayTest(time.Now()) {
		w.Header().Set("Retry-After", strconv.Itoa(int(testEvery/time.Second)))
		http.Error(w, "the sound was tested just now", http.StatusTooManyRequests)
		return
	}
	p.actions.Test()
	w.WriteHeader(http.StatusNoContent)
}

// mayTest reports whether the sound can be heard again by now, and notes that it
// is.
func (p *Page) mayTest(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.tested) < testEvery {
		return false
	}
	p.tested = now
	return true
}

// code draws the address that a board names as a QR code.
func code(w http.ResponseWriter, r *http.Request) {
	picture, err := qr.SVG(r.FormValue("to"))
	if err != nil {
		http.Error(w, "this address is too long", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(picture) // the browser went away
}
