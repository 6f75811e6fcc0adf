package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// Limits of one command: how long a server may be away (it restarts in less),
// and how long an answer may take.
const (
	reachWithin  = 3 * time.Second
	answerWithin = 10 * time.Second
	// hearWithin is how long to wait for the screens' report: gong and speech
	// take about five seconds, and one announcement may be before ours.
	hearWithin = 8 * time.Second
)

// station is a connection for one command. Its channels hold what came.
type station struct {
	*client.Station
	queues     chan wire.Queue // capacity 1, the newest
	deliveries chan wire.Delivery
	lost       chan error // capacity 1, the newest
	ended      chan error
	reached    atomic.Bool // the server has sent something
	stop       context.CancelFunc
}

// connect starts a station; leave ends it.
func (d *desk) connect(ctx context.Context) *station {
	ctx, stop := context.WithCancel(ctx)
	s := &station{
		queues:     make(chan wire.Queue, 1),
		deliveries: make(chan wire.Delivery, 64),
		lost:       make(chan error, 1),
		ended:      make(chan error, 1),
		stop:       stop,
	}
	s.Station = client.NewStation(d.client, d.branch, s)
	go func() { s.ended <- s.Run(ctx) }()
	return s
}

func (s *station) leave() {
	s.stop()
	<-s.ended
}

// OnConnected notes that the server is there.
func (s *station) OnConnected() { s.reached.Store(true) }

// OnDisconnected keeps the reason.
func (s *station) OnDisconnected(err error) { newest(s.lost, err) }

// OnQueue keeps the newest queue.
func (s *station) OnQueue(queue wire.Queue) { newest(s.queues, queue) }

// OnDelivery keeps a report; of more than fit, those after are dropped, which
// a command that waits for one call never sees.
func (s *station) OnDelivery(delivery wire.Delivery) {
	select {
	case s.deliveries <- delivery:
	default:
	}
}

// OnAlarms keeps nothing: a command that is over in a moment shows no alarm.
func (s *station) OnAlarms(wire.Alarms) {}

// newest puts a value into a channel of capacity 1 that only one goroutine
// sends to.
func newest[T any](into chan T, value T) {
	select {
	case <-into:
	default:
	}
	into <- value
}

// queue waits for the state of the branch. Its context ends where the server
// is away for too long.
func (s *station) queue(ctx context.Context) (wire.Queue, error) {
	select {
	case queue := <-s.queues:
		return queue, nil
	case err := <-s.ended:
		s.ended <- err // leave waits for it too
		return wire.Queue{}, err
	case <-ctx.Done():
		return wire.Queue{}, s.whyAway(ctx)
	}
}

// whyAway returns what kept the station from its server.
func (s *station) whyAway(ctx context.Context) error {
	select {
	case err := <-s.lost:
		return err
	default:
		return problem.New(problem.Unavailable, "server.unreachable").Because(errors.Join(ctx.Err(), context.Cause(ctx)))
	}
}
