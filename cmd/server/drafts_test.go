package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// staffPage posts a form, nil: asks, and returns the page that follows.
func staffPage(t *testing.T, who *http.Client, address string, form url.Values) string {
	t.Helper()
	request := func() (*http.Response, error) { return who.Get(address) }
	if form != nil {
		request = func() (*http.Response, error) { return who.PostForm(address, form) }
	}
	response, err := request()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %s, %v:\n%s", address, response.Status, err, page)
	}
	return string(page)
}

// TestADraftOutlivesSignOutAndRestartAndIsExported: each kind of change, drafted by a
// manager who goes home; what is applied on the next day stands in the file, and the
// file read again changes nothing.
func TestADraftOutlivesSignOutAndRestartAndIsExported(t *testing.T) {
	s := newSite(t)
	s.command("drei kleine Wörter", "user", "add", "ida", "--role", "manager").ok(t)
	before := s.serve("--clock", nodeClock)
	ida := signedIn(t, before.url, "ida", "drei kleine Wörter")
	office, at := before.url+"/staff/verwaltung", "grimma-markt/buergerbuero"
	id := ""
	for _, fields := range [][]string{
		{"art", "zeiten", "von", "2030-12-10", "bis", "2030-12-10", "zeiten", "9-11", "schalter", "3", "gesamt", "2", "online", "1", "feiertags", "1"},
		{"art", "schliessen", "von", "2030-12-12", "bis", "2030-12-12", "ab", "10:00", "ende", "12:00", "worte", "Brandschutz"},
		{"art", "regel", "zeiten", "7-8", "tage", "6", "nth", "1, 3", "schalter", "2", "gesamt", "1", "online", "1", "gilt", "01.01.2031"},
		{"art", "regel", "zeiten", "18-19", "tage", "2", "wochen", "2", "zaehlt", "2030-12-09", "schalter", "2", "gesamt", "1", "online", "1"},
		{"art", "ohnetermin", "zeiten", "7-8", "tage", "6", "daten", "24.12.2030"},
		{"art", "besetzung", "tage", "1", "tage", "2", "schalter", "3", "ab", "08:00", "ende", "12:00", "gilt", "2031-01-01"},
		{"art", "besetzung", "tage", "4", "plaetze", "platz-1", "plaetze", "platz-2", "online", "1", "wochen", "2", "zaehlt", "2030-12-09"},
		{"art", "notiz", "von", "2030-12-13", "bis", "2030-12-14", "text", "Handwerker im Flur"},
		{"art", "woche", "woche", "2030-12-09", "erste", "2031-01-13", "letzte", "2031-01-20"},
	} {
		form := url.Values{"wo": {at}, "id": {id}}
		for i := 0; i < len(fields); i += 2 {
			form.Add(fields[i], fields[i+1])
		}
		id = regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(staffPage(t, ida, office+"/entwurf/neu", form))[1]
	}
	staffPage(t, ida, before.url+"/staff/abmelden", url.Values{})
	before.stopped(t)

	server := s.serve("--clock", nodeClock)
	office = server.url + "/staff/verwaltung"
	ida = signedIn(t, server.url, "ida", "drei kleine Wörter")
	if drafts := staffPage(t, ida, office+"/entwuerfe", nil); !strings.Contains(drafts, id) || !strings.Contains(drafts, "Handwerker im Flur") {
		t.Fatalf("the draft is gone:\n%s", drafts)
	}
	page := staffPage(t, ida, office+"/entwurf?id="+id, nil)
	for _, words := range []string{"Brandschutz", "Übliche Besetzung: neu", "Platz 1, Platz 2", "alle 2 Wochen", "nur der 3. im Monat", "Woche vom 09.12.2030"} {
		if !strings.Contains(page, words) {
			t.Errorf("the draft doesn't say %q", words)
		}
	}
	field := func(name string) string {
		return regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)[1]
	}
	done := staffPage(t, ida, office+"/entwurf", url.Values{"id": {id}, "version": {field("version")}, "gesehen": {field("gesehen")}, "was": {"uebernehmen"}})
	if !strings.Contains(done, "Übernommen.") {
		t.Fatalf("it isn't applied:\n%s", done)
	}
	exported := s.command("", "export").ok(t)
	for _, words := range []string{"Brandschutz", "Handwerker im Flur", "every_weeks: 2", "nth: [1, 3]", "roster:"} {
		if !strings.Contains(exported, words) {
			t.Errorf("the file doesn't say %q", words)
		}
	}
	if got := s.command(exported, "import", "--clock", nodeClock, "-").ok(t); !strings.Contains(got, "nothing changed") {
		t.Errorf("read again it says %q", got)
	}
	if again := s.command("", "export").ok(t); again != exported {
		t.Error("read again it is another")
	}
}
