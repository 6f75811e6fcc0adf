package web

import (
	"context"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// wall is a board that a test fills.
type wall struct{ boards chan app.Board }

func (w wall) Wall(context.Context, town.BranchID) (app.Board, error) {
	board := <-w.boards
	w.boards <- board
	return board, nil
}

// TestAPhoneSaysOnlyTheCallsThatAreNew: each look replaces the whole list.
func TestAPhoneSaysOnlyTheCallsThatAreNew(t *testing.T) {
	s := newSite(t)
	shown := wall{make(chan app.Board, 1)}
	calls := []app.BoardCall{
		{Event: app.Event{Number: 417, Room: "platz-1", Label: "Platz 1", At: s.hall.now}},
		{Event: app.Event{Number: 962, Room: "platz-2", Label: "Platz 2", At: s.hall.now}},
	}
	shown.boards <- app.Board{Now: s.hall.now, Calls: calls[:1]}
	NewHall(s.pages, shown).Register(s.router)
	tab := browser.Open(t).Tab(t, browser.Phone)
	tab.Open(s.serve() + wire.HallPath + "markt")
	if got := tab.Text("#news"); got != "" {
		t.Errorf("at the start: got %q, want nothing said", got)
	}
	<-shown.boards
	shown.boards <- app.Board{Now: s.hall.now, Calls: calls}
	tab.AwaitText("#news", "Nummer 962, Platz 2")
	if got := tab.Text("#news"); got != "Nummer 962, Platz 2, 9.05\u00a0Uhr" {
		t.Errorf("after a call: got %q", got)
	}
	if got, want := tab.Count("tbody tr"), 2; got != want {
		t.Errorf("listed: got %d, want %d", got, want)
	}
}
