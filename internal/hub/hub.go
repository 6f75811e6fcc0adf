// Package hub passes messages on to everybody who listens to a topic, and
// never waits for anybody. It knows neither JSON nor websockets, keeps no
// history and starts no goroutine: who falls behind is dropped and starts
// again from a snapshot.
//
// To miss nothing, subscribe first and read the snapshot afterwards: what the
// snapshot already holds may then arrive once more, so the reader compares
// positions.
package hub

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// Reasons why a subscription ended.
var (
	ErrSlow   = errors.New("hub: subscriber too slow")
	ErrClosed = errors.New("hub: subscription closed")
)

// Hub fans messages of type M out by topic K. W says who a subscriber is, for
// filters. All methods are safe for concurrent use.
type Hub[K comparable, W, M any] struct {
	depth  int
	mu     sync.RWMutex // guards topics; taken before a topic's own
	topics map[K]*topic[K, W, M]
}

// topic holds its subscriptions in no order; each knows its place. Its mutex
// makes every subscriber see messages in the order of Publish.
type topic[K comparable, W, M any] struct {
	mu   sync.Mutex
	subs []*Subscription[K, W, M]
}

// New returns a hub whose subscribers may lag by depth messages.
func New[K comparable, W, M any](depth int) *Hub[K, W, M] {
	return &Hub[K, W, M]{depth: depth, topics: make(map[K]*topic[K, W, M])}
}

// Subscription is one listener. Its owner reads Messages, Latest and Done in
// one select, and closes it when it leaves.
type Subscription[K comparable, W, M any] struct {
	hub      *Hub[K, W, M]
	key      K
	who      W
	messages chan M // sent to under the topic's mutex, never closed
	latest   chan M // capacity 1, replaced under the topic's mutex, never closed
	done     chan struct{}
	take     func(M) bool
	waiting  atomic.Int32 // messages that were queued and not yet dealt with
	place    int          // index in topic.subs, -1 when ended; under the topic's mutex
	reason   error        // written before done is closed
}

// Subscribe starts listening to a topic as who.
func (h *Hub[K, W, M]) Subscribe(key K, who W) *Subscription[K, W, M] {
	return h.SubscribeDirect(key, who, nil)
}

// SubscribeDirect is Subscribe for one that can deal with a message on the
// spot: where nothing is waiting, take is asked first and returns whether it
// did. It must neither wait nor call the hub. What it didn't take is queued,
// and so is everything behind that until its reader has called Dealt as often
// as it has received; so order is kept.
func (h *Hub[K, W, M]) SubscribeDirect(key K, who W, take func(M) bool) *Subscription[K, W, M] {
	s := &Subscription[K, W, M]{
		hub:      h,
		key:      key,
		who:      who,
		messages: make(chan M, h.depth),
		latest:   make(chan M, 1),
		done:     make(chan struct{}),
		take:     take,
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[key]
	if t == nil {
		t = &topic[K, W, M]{}
		h.topics[key] = t
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.place = len(t.subs)
	t.subs = append(t.subs, s)
	return s
}

// Messages delivers what was published, in order. It is never closed.
func (s *Subscription[K, W, M]) Messages() <-chan M { return s.messages }

// Dealt tells that a received message has been dealt with. Only a direct
// subscriber needs to.
func (s *Subscription[K, W, M]) Dealt() { s.waiting.Add(-1) }

// Latest delivers the newest state that was set; older ones that were not
// received are skipped. It is never closed.
func (s *Subscription[K, W, M]) Latest() <-chan M { return s.latest }

// Done is closed when the subscription ends; Reason then says why.
func (s *Subscription[K, W, M]) Done() <-chan struct{} { return s.done }

// Reason returns why the subscription ended: ErrSlow, ErrClosed or what was
// given to End. It may be called once Done is closed.
func (s *Subscription[K, W, M]) Reason() error { return s.reason }

// Close ends the subscription; closing it again does nothing.
func (s *Subscription[K, W, M]) Close() {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[s.key]
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(s, ErrClosed)
	if len(t.subs) == 0 {
		delete(h.topics, s.key)
	}
}

// Publish sends a message to the topic's subscribers that to accepts (nil: to
// all) and returns to how many it went. A subscriber whose queue is full is
// ended with ErrSlow instead.
func (h *Hub[K, W, M]) Publish(key K, message M, to func(W) bool) int {
	sent := 0
	h.each(key, to, func(t *topic[K, W, M], s *Subscription[K, W, M]) {
		if s.accept(message) {
			sent++
			return
		}
		t.end(s, ErrSlow)
	})
	return sent
}

// accept delivers a message on the spot or queues it; false where the queue is
// full. It is called under the topic's mutex.
func (s *Subscription[K, W, M]) accept(message M) bool {
	if s.take != nil {
		if s.waiting.Load() == 0 && s.take(message) {
			return true
		}
		s.waiting.Add(1)
	}
	select {
	case s.messages <- message:
		return true
	default:
		return false
	}
}

// Set replaces the state of the topic's subscribers that to accepts (nil: of
// all). It never ends a subscription, however slow.
func (h *Hub[K, W, M]) Set(key K, state M, to func(W) bool) {
	h.each(key, to, func(_ *topic[K, W, M], s *Subscription[K, W, M]) {
		select {
		case <-s.latest:
		default:
		}
		s.latest <- state // only Set sends, under the mutex, so there is room
	})
}

// SetAll is Set for the subscribers of every topic.
func (h *Hub[K, W, M]) SetAll(state M, to func(W) bool) {
	for _, key := range h.keys() {
		h.Set(key, state, to)
	}
}

// Who returns the topic's subscribers that is accepts (nil: all), in no order.
func (h *Hub[K, W, M]) Who(key K, is func(W) bool) []W {
	var found []W
	h.each(key, is, func(_ *topic[K, W, M], s *Subscription[K, W, M]) {
		found = append(found, s.who)
	})
	return found
}

// Everybody returns the subscribers of every topic, in no order.
func (h *Hub[K, W, M]) Everybody() []W {
	var found []W
	for _, key := range h.keys() {
		found = append(found, h.Who(key, nil)...)
	}
	return found
}

// Count returns how many of the topic's subscribers is accepts (nil: all).
func (h *Hub[K, W, M]) Count(key K, is func(W) bool) int {
	n := 0
	h.each(key, is, func(*topic[K, W, M], *Subscription[K, W, M]) { n++ })
	return n
}

// End ends the subscriptions of every topic that is accepts (nil: all) for the
// given reason, and returns how many it ended.
func (h *Hub[K, W, M]) End(is func(W) bool, reason error) int {
	n := 0
	for _, key := range h.keys() {
		h.each(key, is, func(t *topic[K, W, M], s *Subscription[K, W, M]) {
			t.end(s, reason)
			n++
		})
	}
	return n
}

// EndTopic ends a topic's subscriptions for the given reason.
func (h *Hub[K, W, M]) EndTopic(key K, reason error) {
	h.each(key, nil, func(t *topic[K, W, M], s *Subscription[K, W, M]) { t.end(s, reason) })
}

func (h *Hub[K, W, M]) keys() []K {
	h.mu.RLock()
	defer h.mu.RUnlock()
	keys := make([]K, 0, len(h.topics))
	for key := range h.topics {
		keys = append(keys, key)
	}
	return keys
}

// each calls do for the accepted subscribers of a topic, under its mutex;
// accept must not call the hub. It goes backwards, because do may end the one at
// hand, which moves the last one into its place.
func (h *Hub[K, W, M]) each(key K, accept func(W) bool, do func(*topic[K, W, M], *Subscription[K, W, M])) {
	h.mu.RLock() // to the end: else a topic may be replaced while it is served
	defer h.mu.RUnlock()
	t := h.topics[key]
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range slices.Backward(t.subs) {
		if accept == nil || accept(s.who) {
			do(t, s)
		}
	}
}

// end takes a subscription out of the topic, once.
func (t *topic[K, W, M]) end(s *Subscription[K, W, M], reason error) {
	if s.place < 0 {
		return
	}
	last := len(t.subs) - 1
	t.subs[s.place] = t.subs[last]
	t.subs[s.place].place = s.place
	t.subs[last] = nil
	t.subs = t.subs[:last]
	s.place = -1
	s.reason = reason
	close(s.done)
}
