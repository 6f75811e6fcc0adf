// Package notifytest is what hints are: a suite for every way to pass them on.
package notifytest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/notify"
	"aufruf/internal/town"
)

// Run runs the suite on hints that nobody else uses; open starts them and ends
// them with the test.
func Run(t *testing.T, open func(t *testing.T) notify.Hints) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, notify.Hints)
	}{
		{"every subscriber hears", everySubscriber},
		{"a slow subscriber hears each branch once", slowSubscriber},
		{"nothing after cancel", cancelled},
		{"nobody listens", nobody},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// RunNodes runs the suite of two nodes, whose hints need a moment to connect.
func RunNodes(t *testing.T, open func(t *testing.T) (a, b notify.Hints)) {
	t.Run("each node hears the other", func(t *testing.T) {
		a, b := open(t)
		Reaches(t, a, b)
		Reaches(t, b, a)
	})
	t.Run("a node hears itself once", func(t *testing.T) {
		a, b := open(t)
		Reaches(t, a, b)
		Reaches(t, b, a)
		here, cancelHere := a.Subscribe()
		defer cancelHere()
		there, cancelThere := b.Subscribe()
		defer cancelThere()
		// An answer that b gives after hearing a comes behind anything that
		// the server would have echoed to a.
		a.Publish(t.Context(), "itself")
		answers(t, there, "itself")
		b.Publish(t.Context(), "answer")
		answers(t, here, "itself")
		answers(t, here, "answer")
	})
}

// answers expects a hint next; hints of the connecting phase may come late.
func answers(t *testing.T, news <-chan town.BranchID, want town.BranchID) {
	t.Helper()
	got := <-news
	for got == connecting {
		got = <-news
	}
	if got != want {
		t.Errorf("got hint %s, want %s", got, want)
	}
}

// connecting is the branch that Reaches publishes.
const connecting town.BranchID = "connecting"

const patience = 20 * time.Second

// Reaches publishes at one node until the other hears it, and fails when it
// takes too long: a connection may have to be made first.
func Reaches(t *testing.T, from, to notify.Hints) {
	t.Helper()
	news, cancel := to.Subscribe()
	defer cancel()
	deadline, again := time.After(patience), time.NewTicker(10*time.Millisecond)
	defer again.Stop()
	for {
		from.Publish(t.Context(), connecting)
		select {
		case <-news:
			return
		case <-again.C:
		case <-deadline:
			t.Fatalf("no hint within %s", patience)
		}
	}
}

// hears expects these hints next, in this order, and then silence.
func hears(t *testing.T, news <-chan town.BranchID, want ...town.BranchID) {
	t.Helper()
	var got []town.BranchID
	for range want {
		got = append(got, <-news)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hints (-want +got):\n%s", diff)
	}
	select {
	case branch := <-news:
		t.Errorf("one more hint: %s", branch)
	default:
	}
}

func everySubscriber(t *testing.T, hints notify.Hints) {
	var subscribed []<-chan town.BranchID
	for range 3 {
		news, cancel := hints.Subscribe()
		defer cancel()
		subscribed = append(subscribed, news)
	}
	for _, branch := range []town.BranchID{"a", "b"} {
		hints.Publish(t.Context(), branch)
		for _, news := range subscribed {
			hears(t, news, branch)
		}
	}
}

func slowSubscriber(t *testing.T, hints notify.Hints) {
	news, cancel := hints.Subscribe()
	defer cancel()
	const branches = 5
	for n := range 10_000 {
		hints.Publish(t.Context(), town.BranchID(fmt.Sprint(n%branches)))
	}
	hears(t, news, "0", "1", "2", "3", "4")
	hints.Publish(t.Context(), "0")
	hears(t, news, "0")
}

func cancelled(t *testing.T, hints notify.Hints) {
	left, leave := hints.Subscribe()
	stayed, cancel := hints.Subscribe()
	defer cancel()
	hints.Publish(t.Context(), "before")
	leave()
	leave()
	hints.Publish(t.Context(), "after")
	hears(t, stayed, "before", "after")
	hears(t, left)
}

func nobody(t *testing.T, hints notify.Hints) {
	for range 1000 {
		hints.Publish(t.Context(), "a")
	}
	news, cancel := hints.Subscribe()
	defer cancel()
	hints.Publish(t.Context(), "b")
	hears(t, news, "b")
}
