package hub_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"aufruf/internal/hub"

	"github.com/google/go-cmp/cmp"
)

type branchHub = hub.Hub[string, string, int]

func newHub(depth int) *branchHub { return hub.New[string, string, int](depth) }

func received(messages <-chan int) []int {
	var got []int
	for {
		select {
		case m := <-messages:
			got = append(got, m)
		default:
			return got
		}
	}
}

func ended(t *testing.T, done <-chan struct{}) bool {
	t.Helper()
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func TestEverySubscriberOfATopicGetsEachMessageInOrder(t *testing.T) {
	h := newHub(8)
	one, two, other := h.Subscribe("markt", "a"), h.Subscribe("markt", "b"), h.Subscribe("nerchau", "c")
	for i := range 3 {
		if got, want := h.Publish("markt", i, nil), 2; got != want {
			t.Errorf("sent to %d, want %d", got, want)
		}
	}
	want := []int{0, 1, 2}
	for _, s := range []*hub.Subscription[string, string, int]{one, two} {
		if diff := cmp.Diff(want, received(s.Messages())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if got := received(other.Messages()); got != nil {
		t.Errorf("another topic got %v", got)
	}
}

func TestFilterChoosesSubscribers(t *testing.T) {
	h := newHub(1)
	screen, desk := h.Subscribe("markt", "screen"), h.Subscribe("markt", "desk")
	isScreen := func(who string) bool { return who == "screen" }
	h.Publish("markt", 417, isScreen)
	if diff := cmp.Diff([]int{417}, received(screen.Messages())); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
	if got := received(desk.Messages()); got != nil {
		t.Errorf("desk got %v", got)
	}
	if got, want := h.Count("markt", isScreen), 1; got != want {
		t.Errorf("got %d screens, want %d", got, want)
	}
	if diff := cmp.Diff([]string{"screen"}, h.Who("markt", isScreen)); diff != "" {
		t.Errorf("who (-want +got):\n%s", diff)
	}
	h.Subscribe("nerchau", "kiosk")
	everybody := h.Everybody()
	slices.Sort(everybody)
	if diff := cmp.Diff([]string{"desk", "kiosk", "screen"}, everybody); diff != "" {
		t.Errorf("everybody (-want +got):\n%s", diff)
	}
}

func TestFullQueueEndsOnlyThatSubscription(t *testing.T) {
	h := newHub(2)
	slow, quick := h.Subscribe("markt", "slow"), h.Subscribe("markt", "quick")
	for i := range 3 {
		h.Publish("markt", i, nil)
		received(quick.Messages())
	}
	if !ended(t, slow.Done()) {
		t.Fatal("slow subscriber was not ended")
	}
	if got, want := slow.Reason(), hub.ErrSlow; !errors.Is(got, want) {
		t.Errorf("got reason %v, want %v", got, want)
	}
	if ended(t, quick.Done()) {
		t.Error("quick subscriber was ended too")
	}
	if diff := cmp.Diff([]int{0, 1}, received(slow.Messages())); diff != "" {
		t.Errorf("queued before the end (-want +got):\n%s", diff)
	}
	if got, want := h.Count("markt", nil), 1; got != want {
		t.Errorf("got %d subscribers, want %d", got, want)
	}
}

func TestOnlyTheNewestStateIsKept(t *testing.T) {
	h := newHub(1)
	s := h.Subscribe("markt", "desk")
	for i := range 100 {
		h.Set("markt", i, nil)
	}
	if diff := cmp.Diff([]int{99}, received(s.Latest())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ended(t, s.Done()) {
		t.Error("state ended the subscription")
	}
}

func TestEndNamesTheReason(t *testing.T) {
	h := newHub(1)
	revoked, kept := h.Subscribe("markt", "revoked"), h.Subscribe("nerchau", "kept")
	reason := errors.New("revoked")
	if got, want := h.End(func(who string) bool { return who == "revoked" }, reason), 1; got != want {
		t.Errorf("ended %d, want %d", got, want)
	}
	<-revoked.Done()
	if got := revoked.Reason(); !errors.Is(got, reason) {
		t.Errorf("got reason %v, want %v", got, reason)
	}
	if ended(t, kept.Done()) {
		t.Error("the other one was ended too")
	}
	revoked.Close()
	if got := revoked.Reason(); !errors.Is(got, reason) {
		t.Errorf("after Close got reason %v, want %v", got, reason)
	}
}

func TestCloseTwice(t *testing.T) {
	h := newHub(1)
	s := h.Subscribe("markt", "a")
	s.Close()
	s.Close()
	if got, want := h.Publish("markt", 1, nil), 0; got != want {
		t.Errorf("sent to %d, want %d", got, want)
	}
}

// A subscriber that comes, reads a snapshot and then listens must find every
// number either in the snapshot or in its messages, while others come, go and
// fall behind.
func TestSubscribeThenSnapshotMissesNothing(t *testing.T) {
	const last = 2000
	h := newHub(last)
	var mu sync.Mutex
	position := 0
	var group sync.WaitGroup
	group.Go(func() {
		for i := 1; i <= last; i++ {
			mu.Lock()
			position = i
			mu.Unlock()
			h.Publish("markt", i, nil)
			h.Set("markt", i, nil)
		}
	})
	for n := range 8 {
		group.Go(func() {
			for range 50 {
				h.Subscribe("markt", "passer-by").Close()
			}
			s := h.Subscribe("markt", fmt.Sprint(n))
			defer s.Close()
			mu.Lock()
			seen := position
			mu.Unlock()
			for seen < last {
				m := <-s.Messages()
				if m > seen+1 {
					t.Errorf("reader %d: got %d after %d", n, m, seen)
					return
				}
				seen = max(seen, m)
			}
		})
	}
	group.Wait()
	if got, want := h.Count("markt", nil), 0; got != want {
		t.Errorf("got %d subscribers left, want %d", got, want)
	}
}

// BenchmarkPublish measures one message to n subscribers, the readers' work
// left out.
func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{1, 100, 5000} {
		b.Run(fmt.Sprintf("subscribers=%d", n), func(b *testing.B) {
			h := newHub(1)
			subs := make([]*hub.Subscription[string, string, int], n)
			for i := range subs {
				subs[i] = h.Subscribe("markt", "screen")
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				h.Publish("markt", i, nil)
				b.StopTimer()
				for _, s := range subs {
					<-s.Messages()
				}
				b.StartTimer()
			}
		})
	}
}

// direct is a subscriber that deals with a message on the spot whenever it is
// ready, and writes down everything in the order of dealing with it.
type direct struct {
	ready atomic.Bool
	mu    sync.Mutex
	dealt []int
}

func (d *direct) take(m int) bool {
	if !d.ready.Load() {
		return false
	}
	d.deal(m)
	return true
}

func (d *direct) deal(m int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dealt = append(d.dealt, m)
}

func TestNothingOvertakesWhatIsQueued(t *testing.T) {
	h, d := newHub(8), &direct{}
	s := h.SubscribeDirect("markt", "screen", d.take)
	publish := func(ready bool, messages ...int) {
		d.ready.Store(ready)
		for _, m := range messages {
			h.Publish("markt", m, nil)
		}
	}
	publish(true, 1)
	publish(false, 2)
	publish(true, 3)
	second := <-s.Messages()
	publish(true, 4) // the second is received, but not dealt with
	d.deal(second)
	s.Dealt()
	publish(true, 5) // the third is still queued
	for range 3 {
		d.deal(<-s.Messages())
		s.Dealt()
	}
	publish(true, 6)
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6}, d.dealt); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := received(s.Messages()); got != nil {
		t.Errorf("queued although it was taken: %v", got)
	}
}

func TestOrderIsKeptWhoeverDealsWithAMessage(t *testing.T) {
	const last = 20_000
	h, d := newHub(last), &direct{}
	s := h.SubscribeDirect("markt", "screen", d.take)
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case m := <-s.Messages():
				d.deal(m)
				d.ready.Store(m%3 != 0)
				s.Dealt()
			case <-s.Done():
				return
			}
		}
	})
	want := make([]int, last)
	for i := range want {
		want[i] = i
		d.ready.Store(i%5 != 0)
		h.Publish("markt", i, nil)
	}
	for count := 0; count < last; {
		d.mu.Lock()
		count = len(d.dealt)
		d.mu.Unlock()
		runtime.Gosched()
	}
	s.Close()
	reader.Wait()
	if diff := cmp.Diff(want, d.dealt); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
