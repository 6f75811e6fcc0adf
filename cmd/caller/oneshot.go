package main

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/caller"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// oneShot carries out one order and prints the number. Only an order about
// the open ticket has to see the queue first.
func (d *desk) oneShot(ctx context.Context) error {
	s := d.connect(ctx)
	defer s.leave()
	command, err := d.prepare(ctx, s)
	if err != nil {
		return err
	}
	done, err := d.send(ctx, s, command)
	if err != nil {
		return err
	}
	if err := d.print(done); err != nil {
		return err
	}
	if done.Ticket != nil {
		d.sessions.keepLastTicket(d.branch, d.room, done.Ticket.Ticket)
		d.arrival(ctx, s, done)
	}
	return nil
}

func (d *desk) prepare(ctx context.Context, s *station) (deskwork.Command, error) {
	if !d.order.NeedsQueue() {
		return d.order.Command(d.room, wire.Queue{}, "")
	}
	reach, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	queue, err := s.queue(reach)
	if err != nil {
		return deskwork.Command{}, err
	}
	return d.order.Command(d.room, queue, d.sessions.lastTicket(d.branch, d.room))
}

// send gives up early where no connection comes about at all: then nothing
// was sent, and the person can be told so.
func (d *desk) send(ctx context.Context, s *station, command deskwork.Command) (wire.Done, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	timer := time.AfterFunc(reachWithin, func() {
		if !s.reached.Load() {
			cancel()
		}
	})
	defer timer.Stop()
	done, err := s.Do(ctx, command)
	if problem.Is(err, "command.unanswered") && !s.reached.Load() {
		return done, s.whyAway(ctx)
	}
	return done, err
}

// print writes the number alone, or the whole reply.
func (d *desk) print(done wire.Done) error {
	if d.json {
		raw, err := wire.Encode(done)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(d.stdout, "%s\n", raw)
		return err
	}
	if done.Ticket == nil {
		return nil
	}
	_, err := fmt.Fprintln(d.stdout, done.Ticket.Number)
	return err
}

// arrival tells how a call reached the person, as far as asked for; where
// there is no screen to ask, in any case.
func (d *desk) arrival(ctx context.Context, s *station, done wire.Done) {
	ticket := done.Ticket
	if !calls(d.order.Action) || ticket.State != wire.Called {
		return
	}
	if ticket.CallMode == town.CallPickup {
		fmt.Fprintln(d.stderr, d.phrases.Fetch(ticket.Number, ticket.MeetingPoint))
		return
	}
	if ticket.Screens == 0 {
		fmt.Fprintln(d.stderr, d.phrases.Arrived(wire.Delivery{}).Text)
		return
	}
	if d.wait {
		report := s.hear(ctx, wire.Delivery{Seq: done.Seq, Screens: ticket.Screens})
		fmt.Fprintln(d.stderr, d.phrases.Arrived(report).Text)
	}
}

func calls(a caller.Action) bool {
	return a == caller.Next || a == caller.Call || a == caller.Recall
}

// hear returns the last report on a call, once it is complete or the time is
// up.
func (s *station) hear(ctx context.Context, report wire.Delivery) wire.Delivery {
	ctx, cancel := context.WithTimeout(ctx, hearWithin)
	defer cancel()
	for !caller.Complete(report) {
		select {
		case d := <-s.deliveries:
			if d.Seq == report.Seq {
				report = d
			}
		case <-ctx.Done():
			return report
		}
	}
	return report
}
