package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"aufruf/test/browser"
)

// snippet is what a town is told to paste into its own page.
func snippet(t *testing.T, server string) string {
	t.Helper()
	guide, err := os.ReadFile("../../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```html\n(.*?)```").FindSubmatch(guide)
	if found == nil {
		t.Fatal("docs/embedding.md has no snippet")
	}
	return strings.ReplaceAll(string(found[1]), "https://termine.beispielstadt.example", server)
}

// The snippet of the guide, pasted into a page of another origin, shows the
// booking pages at their full height and goes with them from step to step.
func TestTheDocumentedFrameFitsThePageInIt(t *testing.T) {
	s := newSite(t)
	frame := snippet(t, s.serve())
	town := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><html lang=de><title>Stadt</title><h1>Stadt</h1>"+frame)
	}))
	t.Cleanup(town.Close)
	s.Change("format: aufruf/1\nauthority: {frame_ancestors: [\"" + town.URL + "\"]}\n")

	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(town.URL)
	const height = "document.getElementById('termin').style.height"
	tab.Await("the height of the first step", height+".endsWith('px')")
	first := browser.Evaluate[string](tab, height)
	browser.Evaluate[any](tab, "void (document.getElementById('termin').src += '&service=ausweis')")
	tab.Await("the height of the second step", height+" !== "+"'"+first+"'")
}
