package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// queue is a line in which the test decides when a password is hashed.
type queue struct {
	*line
	t     *testing.T
	order chan string // who got their turn
}

// fullLine is one in which all who may hash do.
func fullLine(t *testing.T) queue {
	q := queue{newLine(), t, make(chan string, 1000)}
	for range maxHashed {
		if err := q.enter(t.Context(), share{name: "before"}); err != nil {
			t.Fatal(err)
		}
	}
	return q
}

// comes lets somebody come and returns what becomes of it; they stand in line
// when it returns, or were refused.
func (q queue) comes(ctx context.Context, who share, called string) <-chan error {
	q.t.Helper()
	came := make(chan error, 1)
	before := q.length()
	go func() {
		err := q.enter(ctx, who)
		if err == nil {
			q.order <- called
		}
		came <- err
	}()
	q.until(func() bool { return q.length() != before || len(came) > 0 })
	return came
}

// pushes is comes where the line stays as long as it is.
func (q queue) pushes(who share, called string, out <-chan error) {
	q.t.Helper()
	go func() {
		if q.enter(q.t.Context(), who) == nil {
			q.order <- called
		}
	}()
	q.wantBusy(out)
}

func (q queue) wantBusy(came <-chan error) {
	q.t.Helper()
	select {
	case err := <-came:
		if !errors.Is(err, errBusy) {
			q.t.Errorf("got %v, want %v", err, errBusy)
		}
	case <-time.After(10 * time.Second):
		q.t.Fatal("still in line")
	}
}

func (q queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count
}

func (q queue) until(so func() bool) {
	q.t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-deadline.C:
			q.t.Fatal("it didn't come to that")
		}
	}
}

// hashed ends one hash after another and returns who had their turns.
func (q queue) hashed(n int) []string {
	q.t.Helper()
	var all []string
	for range n {
		q.leave()
		select {
		case who := <-q.order:
			all = append(all, who)
		case <-time.After(10 * time.Second):
			q.t.Fatal("nobody had their turn")
		}
	}
	return all
}

// TestWhoComesAloneWaitsForOneOfEachAddress: 50 of one address starved everybody
// else.
func TestWhoComesAloneWaitsForOneOfEachAddress(t *testing.T) {
	q := fullLine(t)
	flood := share{name: "192.0.2.1"}
	for i := range maxOfOne {
		q.comes(t.Context(), flood, fmt.Sprint("flood ", i))
	}
	q.wantBusy(q.comes(t.Context(), flood, "one too many"))
	q.comes(t.Context(), share{name: "198.51.100.1"}, "honest")
	got := q.hashed(3)
	if diff := cmp.Diff(got, []string{"flood 0", "honest", "flood 1"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestWhoIsKnownWaitsForNoStranger(t *testing.T) {
	q := fullLine(t)
	for i := range 10 {
		q.comes(t.Context(), share{name: fmt.Sprint("192.0.2.", i)}, "stranger")
	}
	q.comes(t.Context(), share{"anna's browser", true}, "anna")
	if got := q.hashed(1)[0]; got != "anna" {
		t.Errorf("got %s first, want anna", got)
	}
}

// TestAFullLineHasRoomForWhoComesAlone: the last of the address that has most
// goes instead.
func TestAFullLineHasRoomForWhoComesAlone(t *testing.T) {
	q := fullLine(t)
	for i := range maxWaiting {
		q.comes(t.Context(), share{name: fmt.Sprint("192.0.2.", i/maxOfOne)}, "flood")
	}
	if got := q.length(); got != maxWaiting {
		t.Fatalf("got %d in line, want %d", got, maxWaiting)
	}
	many := share{name: "192.0.2.0"}
	q.wantBusy(q.comes(t.Context(), many, "another of many"))
	first := make(chan error, 1)
	go func() { first <- q.enter(t.Context(), share{name: "198.51.100.1"}) }()
	q.until(func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return slices.Contains(q.turns, share{name: "198.51.100.1"})
	})
	if got := q.length(); got != maxWaiting {
		t.Errorf("got %d in line, want %d", got, maxWaiting)
	}
	for range maxWaiting / maxOfOne {
		q.hashed(1)
	}
	q.leave()
	if err := <-first; err != nil {
		t.Errorf("whoever came alone: %v", err)
	}
}

// TestOneOfEachOfManyAddressesIsFair: where nobody has more than another, who
// comes last is refused, unless they are known.
func TestOneOfEachOfManyAddressesIsFair(t *testing.T) {
	q := fullLine(t)
	var all []<-chan error
	for i := range maxWaiting {
		all = append(all, q.comes(t.Context(), share{name: fmt.Sprint("192.0.2.", i)}, "stranger"))
	}
	q.wantBusy(q.comes(t.Context(), share{name: "198.51.100.1"}, "one more"))
	q.pushes(share{"anna's browser", true}, "anna", all[0])
	if got := q.hashed(1)[0]; got != "anna" {
		t.Errorf("got %s first, want anna", got)
	}
}

func TestWhoGivesUpLeavesTheLine(t *testing.T) {
	q := fullLine(t)
	ctx, giveUp := context.WithCancel(t.Context())
	left := q.comes(ctx, share{name: "192.0.2.1"}, "impatient")
	q.comes(t.Context(), share{name: "192.0.2.1"}, "patient")
	giveUp()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := q.hashed(1)[0]; got != "patient" {
		t.Errorf("got %s", got)
	}
	for range maxHashed {
		q.leave()
	}
	if q.free != maxHashed || q.count != 0 || len(q.waiting) != 0 || len(q.turns) != 0 {
		t.Errorf("left behind: %d free, %d in line, %v, %v", q.free, q.count, q.waiting, q.turns)
	}
}

func TestANetworkTakesOneTurn(t *testing.T) {
	for origin, want := range map[string]share{
		"192.0.2.1": {"192.0.2.1", false}, "2001:db8:1:2::/64": {"2001:db8:1::/48", false}, "": {"", false},
	} {
		if got := shareOf(From{Origin: origin}, false); got != want {
			t.Errorf("%s: got %v, want %v", origin, got, want)
		}
	}
}
