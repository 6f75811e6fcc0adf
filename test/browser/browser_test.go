package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"aufruf/test/browser"
)

const form = `<!doctype html><html lang="de"><title>Frage</title>
<main><h1>Frage</h1><form method="post" action="/antwort"><label>Name <input name="name"></label><button>Weiter</button></form></main>`

func pages(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { write(w, form) })
	mux.HandleFunc("POST /antwort", func(w http.ResponseWriter, r *http.Request) {
		write(w, `<!doctype html><html lang="de"><title>Antwort</title><main><h1>Antwort</h1><p id="name">`+r.PostFormValue("name")+`</p></main>`)
	})
	mux.HandleFunc("GET /schlecht", func(w http.ResponseWriter, _ *http.Request) {
		write(w, `<!doctype html><html lang="de"><title>Schlecht</title><main><h1>Schlecht</h1><input name="ohne"></main>`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func write(w http.ResponseWriter, page string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'self'")
	_, _ = io.WriteString(w, page)
}

func TestTabFillsInAndReadsAsAPersonWould(t *testing.T) {
	url := pages(t)
	for _, view := range []browser.View{browser.Phone, {Width: 1280, Height: 800, NoScript: true}} {
		tab := browser.Open(t).Tab(t, view)
		tab.Open(url)
		tab.CheckAccessible("form")
		tab.Type("[name=name]", "Ada")
		tab.Click("button")
		tab.AwaitText("main", "Ada")
		if got, want := tab.Text("#name"), "Ada"; got != want {
			t.Errorf("name: got %q, want %q", got, want)
		}
		if got, want := tab.Path(), "/antwort"; got != want {
			t.Errorf("path: got %q, want %q", got, want)
		}
		if info, err := os.Stat(tab.Picture("answer")); err != nil || info.Size() == 0 {
			t.Errorf("picture: %v %v", info, err)
		}
	}
}

// complaints takes the place of a test, to see what it would be told.
type complaints struct {
	testing.TB
	n int
}

func (c *complaints) Errorf(string, ...any) { c.n++ }

func TestAxeFindsAFieldWithoutALabel(t *testing.T) {
	heard := &complaints{TB: t}
	tab := browser.Open(t).Tab(heard, browser.Desktop)
	tab.Open(pages(t) + "/schlecht")
	tab.CheckAccessible("bad page")
	if heard.n == 0 {
		t.Error("axe found nothing, want the missing label")
	}
}
