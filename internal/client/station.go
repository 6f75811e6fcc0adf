package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/url"
	"slices"
	"sync"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// maxCommands bounds the commands of one station that are under way.
const maxCommands = 1000

// StationHandler is told what happens at a branch. Its methods are called one
// after the other and should return quickly; they must not wait for Do.
type StationHandler interface {
	OnConnected()             // the queue follows
	OnDisconnected(err error) // once per loss, and when the first try fails
	OnQueue(queue wire.Queue)
	OnDelivery(delivery wire.Delivery)
	OnAlarms(alarms wire.Alarms) // who asks for help, the own room too; after OnQueue and after changes
}

// Station is a desk's connection. A command that had no answer when the
// connection broke is sent again with its id, which the server answers without
// a second effect.
type Station struct {
	branch  town.BranchID
	handler StationHandler
	link    link
	queue   wire.Queue // as last told; of the link's goroutine

	mu      sync.Mutex
	waiting []*waiting // in the order of Do
	ended   error      // why Run is over; Do can't succeed any more
}

// waiting is a command without an answer.
type waiting struct {
	id     string
	frame  []byte
	answer chan wire.Message // capacity 1
}

// NewStation returns the connection of a desk at a branch. It connects when
// Run is called.
func NewStation(c *Client, branch town.BranchID, handler StationHandler) *Station {
	s := &Station{branch: branch, handler: handler}
	s.link = link{
		client: c, path: "ws/caller", timing: standard, out: newOutbox(),
		query: s.query, prepare: s.prepare, opened: handler.OnConnected, message: s.message, lost: handler.OnDisconnected,
	}
	return s
}

// Run stays connected until ctx ends; it then returns ctx's error. A server
// that says not to come back (rights, unknown branch) ends it with a
// *problem.Error, and with it every command under way.
func (s *Station) Run(ctx context.Context) error {
	err := s.link.run(ctx)
	if ctx.Err() != nil {
		s.end(problem.New(problem.Unavailable, "connection.lost").Because(err))
		return err
	}
	s.end(problem.Of(err))
	return err
}

// Do sends a command and waits for its answer, over lost connections too. A
// command without an id gets a fresh one. Errors are *problem.Error: the
// server's refusal; "command.unanswered" when ctx ended first, after which the
// command may or may not have taken effect; why Run ended, "connection.lost"
// for its context.
func (s *Station) Do(ctx context.Context, command deskwork.Command) (wire.Done, error) {
	if command.ID == "" {
		command.ID = rand.Text()
	}
	frame, err := json.Marshal(command)
	if err != nil {
		return wire.Done{}, problem.Wrap(err)
	}
	w := &waiting{id: command.ID, frame: frame, answer: make(chan wire.Message, 1)}
	if err := s.add(w); err != nil {
		return wire.Done{}, err
	}
	select {
	case answer, ok := <-w.answer:
		if !ok {
			return wire.Done{}, s.ended
		}
		return read(answer)
	case <-ctx.Done():
		s.remove(command.ID)
		return wire.Done{}, problem.New(problem.Unavailable, "command.unanswered").Because(ctx.Err())
	}
}

func read(answer wire.Message) (wire.Done, error) {
	if failed, ok := answer.(wire.Failed); ok {
		return wire.Done{}, failed.Problem.Err()
	}
	done, _ := answer.(wire.Done)
	return done, nil
}

func (s *Station) add(w *waiting) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return s.ended
	}
	if len(s.waiting) == maxCommands {
		return problem.New(problem.TooMany, "command.too_many")
	}
	s.waiting = append(s.waiting, w)
	s.link.out.put(w.frame, maxCommands)
	return nil
}

// remove takes a command out of those that wait, nil where it is not there.
func (s *Station) remove(id string) *waiting {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.waiting, func(w *waiting) bool { return w.id == id })
	if i < 0 {
		return nil
	}
	w := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return w
}

// end refuses every command under way and all later ones. Their channels are
// closed under the mutex; who answers takes a command out under it first, so
// nobody sends on a closed one.
func (s *Station) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = err
	for _, w := range s.waiting {
		close(w.answer)
	}
	s.waiting = nil
}

func (s *Station) query() url.Values {
	return url.Values{"branch": {string(s.branch)}, "queue": {"changes"}}
}

func (s *Station) prepare() {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames := make([][]byte, len(s.waiting))
	for i, w := range s.waiting {
		frames[i] = w.frame
	}
	s.link.out.replace(frames)
}

func (s *Station) message(raw []byte) error {
	message, err := wire.DecodeStationMessage(raw)
	if err != nil {
		return err
	}
	switch m := message.(type) {
	case wire.Done:
		s.answer(m.ID, m)
	case wire.Failed:
		s.answer(m.ID, m)
	case wire.Queue:
		s.queue = m
		s.handler.OnQueue(m)
	case wire.QueueChanges:
		s.queue = s.queue.With(m)
		s.handler.OnQueue(s.queue)
	case wire.Delivery:
		s.handler.OnDelivery(m)
	case wire.Alarms:
		s.handler.OnAlarms(m)
	}
	return nil
}

func (s *Station) answer(id string, message wire.Message) {
	if w := s.remove(id); w != nil {
		w.answer <- message
	}
}
