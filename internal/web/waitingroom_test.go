package web_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// TestAPhoneSaysOnlyTheCallsThatAreNew: each look replaces the whole list.
func TestAPhoneSaysOnlyTheCallsThatAreNew(t *testing.T) {
	s := newSite(t)
	s.hall.boards = make(chan app.Board, 1)
	calls := []app.BoardCall{
		{Event: ledger.Event{Number: 417, Room: "platz-1", Label: "Platz 1", At: s.hall.now}},
		{Event: ledger.Event{Number: 962, Room: "platz-2", Label: "Platz 2", At: s.hall.now}},
	}
	s.hall.boards <- app.Board{Now: s.hall.now, Calls: calls[:1]}
	tab := browser.Open(t).Tab(t, browser.Phone)
	tab.Open(s.serve() + wire.HallPath + "markt")
	if got := tab.Text("#news"); got != "" {
		t.Errorf("at the start: got %q, want nothing said", got)
	}
	<-s.hall.boards
	s.hall.boards <- app.Board{Now: s.hall.now, Calls: calls}
	tab.AwaitText("#news", "Nummer 962, Platz 2")
	if got := tab.Text("#news"); got != "Nummer 962, Platz 2, 9.05\u00a0Uhr" {
		t.Errorf("after a call: got %q", got)
	}
	if got, want := tab.Count("tbody tr"), 2; got != want {
		t.Errorf("listed: got %d, want %d", got, want)
	}
}
