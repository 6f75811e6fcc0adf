package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"aufruf/internal/app"
	"aufruf/test/browser"
)

func TestTheCalendarIsReachedByArrowKeys(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.serve() + "/termin/tag?service=ausweis&branch=markt")
	focus := func() string {
		return browser.Evaluate[string](tab, "document.activeElement.dataset.date || document.activeElement.textContent.trim()")
	}
	if got, want := browser.Evaluate[int](tab, "document.querySelectorAll('.day[tabindex=\"0\"]').length"), 1; got != want {
		t.Errorf("stops for the tab key: got %d, want %d", got, want)
	}
	browser.Evaluate[any](tab, "document.querySelector('.day[tabindex=\"0\"]').focus()")
	steps := []struct{ key, want string }{
		{kb.ArrowRight, "2026-12-03"}, // a full day is a stop too
		{kb.ArrowDown, "2026-12-10"},
		{kb.ArrowLeft, "2026-12-09"},
		{kb.Home, "2026-12-07"},
		{kb.End, "2026-12-13"},
		{kb.ArrowUp, "2026-12-06"},
		{kb.ArrowUp, "2026-12-06"},
	}
	for _, step := range steps {
		tab.Do("press a key", chromedp.KeyEvent(step.key))
		if got := focus(); got != step.want {
			t.Errorf("after %q: got %q, want %q", step.key, got, step.want)
		}
	}
	for range 4 {
		tab.Do("press a key", chromedp.KeyEvent(kb.ArrowDown))
	}
	if got, want := focus(), "Januar 2027 →"; got != want {
		t.Errorf("beyond the month: got %q, want %q", got, want)
	}
	if got, want := browser.Evaluate[int](tab, "document.querySelectorAll('td:not(.free) .day:not([role=link][aria-disabled=true])').length"), 0; got != want {
		t.Errorf("days that are read as nothing: got %d, want %d", got, want)
	}
	if got := tab.Text(".day[data-date='2026-12-10'] .vh"); !strings.Contains(got, "geschlossen: Personalversammlung") {
		t.Errorf("read out: got %q", got)
	}
}

func TestSearchFindsWhileTyping(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.serve() + "/")
	tab.Type("#q", "perso")
	tab.AwaitText("#found", "1 Anliegen gefunden")
	if got, want := tab.Count("#results li"), 1; got != want {
		t.Errorf("found: got %d, want %d", got, want)
	}
	tab.Type("#q", "xyz")
	tab.AwaitText("#found", "Dazu haben wir nichts gefunden")
}

// holding serves a form whose time is kept for so long, and returns its address.
func (s *site) holding(left time.Duration) string {
	address := s.holds("2026-12-08T09:20:00+01:00")
	s.Clock.Add(app.HoldTime - left)
	return s.serve() + address
}

func TestAHoldThatEndsSoonWarnsAndIsExtendedWithWhatWasTyped(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.holding(90 * time.Second))
	tab.AwaitText("[data-hold-text]", "noch 2 Minuten")
	if got := browser.Evaluate[string](tab, "document.querySelector('[data-hold-alert]').textContent"); !strings.Contains(got, "endet in weniger als zwei Minuten") {
		t.Errorf("warning: got %q", got)
	}
	tab.Type("#name", "Erika Muster")
	tab.Click("[data-hold-extend]") // no JSON interface here: the form itself is sent
	tab.AwaitText("[data-hold-text]", "Minuten")
	if got, want := browser.Evaluate[string](tab, "document.querySelector('#name').value"), "Erika Muster"; got != want {
		t.Errorf("name: got %q, want %q", got, want)
	}
	tab.AwaitText("[data-hold-text]", "noch 10 Minuten")
}

func TestAHoldThatEndsWhileSomebodyTypesCanBeTakenAgain(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.holding(3 * time.Second))
	tab.AwaitText("[data-hold-text]", "weniger als eine Minute")
	tab.Type("#name", "Erika Muster")
	tab.AwaitText("[data-hold-text]", "Die Vormerkung ist abgelaufen.")
	tab.AwaitText("[data-hold-extend]", "Zeit noch einmal vormerken")
	s.Clock.Add(time.Minute)
	tab.Click("[data-hold-extend]")
	tab.AwaitText("[data-hold-text]", "noch 10 Minuten")
	if got, want := browser.Evaluate[string](tab, "document.querySelector('#name').value"), "Erika Muster"; got != want {
		t.Errorf("name: got %q, want %q", got, want)
	}
}

func TestEnterInAFieldBooks(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.holding(5 * time.Minute))
	tab.Type("#name", "Erika Muster")
	tab.Type("#email", "erika@example.org"+kb.Enter)
	tab.Await("the number", `/[1-9][0-9]{2}/.test(document.querySelector(".number")?.textContent)`)
}

func TestAMistakeTakesTheFocus(t *testing.T) {
	s := newSite(t)
	tab := browser.Open(t).Tab(t, browser.Desktop)
	tab.Open(s.holding(5 * time.Minute))
	tab.Type("#name", "Erika Muster")
	tab.Type("#email", "erika@example.org")
	s.Clock.Add(6 * time.Minute)
	s.somebodyBooks(start)
	tab.Click(".promise button")
	tab.AwaitText(".alert", "Diese Zeit wurde eben vergeben.")
	tab.Await("the focus on it", "document.activeElement?.className === 'alert'")
	tab.CheckAccessible("taken")
	tab.Click(".nearest button")
	tab.AwaitText("[data-hold-text]", "vorgemerkt")
	tab.AwaitText(".chosen", "13.40") // the nearest before comes first
}
