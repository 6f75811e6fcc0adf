package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Seat is where somebody works today: the room that they called to last.
type Seat struct {
	Room town.RoomID
	// By is what colleagues call them (access.Control.ShownName); empty: nobody said.
	By string
	At time.Time // of their last call there
}

// turn is a call that somebody made from a room.
type turn struct {
	room town.RoomID
	user town.UserID
	seq  town.Seq
	at   time.Time
}

// seats tells who works where, by the calls of the day: each room with whoever called
// there last, unless they have called to another room since. Ordered by room.
func (v *view) seats(ctx context.Context, tickets []queue.Ticket) ([]Seat, error) {
	var seats []Seat
	for _, t := range lastTurns(tickets) {
		u, err := v.People().ByID(ctx, t.user)
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return nil, fmt.Errorf("read user: %w", err)
		}
		seats = append(seats, Seat{Room: t.room, By: u.Shown, At: t.at})
	}
	return seats, nil
}

func lastTurns(tickets []queue.Ticket) []turn {
	inRoom, of := map[town.RoomID]turn{}, map[town.UserID]turn{}
	for _, t := range tickets {
		called, ok := turnOf(t)
		if !ok {
			continue
		}
		if called.seq > inRoom[called.room].seq {
			inRoom[called.room] = called
		}
		if called.seq > of[called.user].seq {
			of[called.user] = called
		}
	}
	var last []turn
	for _, t := range inRoom {
		if of[t.user].seq == t.seq {
			last = append(last, t)
		}
	}
	slices.SortFunc(last, func(a, b turn) int { return cmp.Compare(a.room, b.room) })
	return last
}

// turnOf is the call by which a ticket is open, or was until its last step.
func turnOf(t queue.Ticket) (turn, bool) {
	p := t.Progress
	if !p.State.Open() && t.Before != nil {
		p = t.Before.Progress
	}
	return turn{p.Room, p.User, p.CallSeq, p.CalledAt}, p.State.Open() && p.User != ""
}
