package web_test

import (
	"net/http/httptest"
	"testing"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// TestAPhoneSaysOnlyTheCallsThatAreNew: each look replaces the whole list.
func TestAPhoneSaysOnlyTheCallsThatAreNew(t *testing.T) {
	o := openDesk(t)
	first, second := o.walkIn(), o.walkIn()
	o.step(o.get(deskOne), "call", "aufgerufen", "number", first.Number.String())
	server := httptest.NewServer(o.router)
	t.Cleanup(server.Close)
	tab := browser.Open(t).Tab(t, browser.Phone)
	tab.Open(server.URL + wire.HallPath + string(markt))
	if got := tab.Text("#news"); got != "" {
		t.Errorf("at the start: got %q, want nothing said", got)
	}
	if _, err := o.Do(t.Context(), o.actor("tom", ledger.RoleClerk), markt, deskwork.Command{ID: "1", Type: deskwork.Call, Room: "platz-2", Number: second.Number}); err != nil {
		t.Fatal(err)
	}
	want := "Nummer " + second.Number.String() + ", Platz 2, 9.05\u00a0Uhr"
	tab.AwaitText("#news", "Platz 2")
	if got := tab.Text("#news"); got != want {
		t.Errorf("after a call: got %q, want %q", got, want)
	}
	if got, want := tab.Count("tbody tr"), 2; got != want {
		t.Errorf("listed: got %d, want %d", got, want)
	}
}
