package live_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// TestABranchThatCantBeReadHoldsUpNoOthersScreens: what halls read of the day was looked
// up under one lock, so that each stuck look stopped the screens of every branch.
func TestABranchThatCantBeReadHoldsUpNoOthersScreens(t *testing.T) {
	pace := live.DefaultPace()
	pace.TodayWithin = time.Hour
	h := openBranch(t, pace)
	screen := live.Screen{Language: town.German}
	stuck := h.store.Hold("View.Begin")
	one, other := make(chan struct{}), make(chan struct{})
	look := func(branch town.BranchID, done chan<- struct{}) {
		h.Live.Today(t.Context(), branch, screen)
		close(done)
	}
	go look(branch, one)
	stuck.Await()
	go look("nerchau", other)
	select {
	case <-other:
	case <-time.After(patience):
		t.Error("the other branch's screens wait for the stuck one")
	}
	stuck.Release()
	<-one
}

// TestAHallReadsWhoIsNextAndHowManyWait, as many numbers as the town wants, those alone
// that the screen's offices call, and nothing of a person.
func TestAHallReadsWhoIsNextAndHowManyWait(t *testing.T) {
	h := openBranch(t, live.DefaultPace())
	h.change("    screen: {next_numbers: 2}\n")
	for range 3 {
		h.walkIn()
	}
	line, err := h.App.Line(t.Context(), branch)
	h.must(err)
	told := func(s live.Screen) (today wire.Today) {
		t.Helper()
		raw, _ := h.Live.Today(t.Context(), branch, s)
		h.must(json.Unmarshal(raw, &today))
		return today
	}
	today := told(live.Screen{Language: town.German})
	if want := []town.Number{line.Waiting[0].Number, line.Waiting[1].Number}; !slices.Equal(today.Next, want) {
		t.Errorf("next: got %v, want %v", today.Next, want)
	}
	i := slices.IndexFunc(today.Offices, func(o wire.OfficeToday) bool { return o.ID == "buergerbuero" })
	if i < 0 || today.Offices[i].Waiting != 3 || len(today.Offices[i].Hours) == 0 || today.Offices[i].Wait == nil {
		t.Errorf("got %+v, want the office with its hours, three who wait, and how long", today.Offices)
	}
	if other := told(live.Screen{Language: town.German, Offices: []town.OfficeID{"gewerbeamt"}}); len(other.Next) > 0 {
		t.Errorf("a screen of another office: got %v, want nobody", other.Next)
	}
}
