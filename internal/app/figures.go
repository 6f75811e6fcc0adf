package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// MaxFigureDays is the longest span that figures are counted over.
const MaxFigureDays = 93

// Figure counts what an office did in a room. A Room that is empty counts
// those who were never called to one. It says nothing of who did it.
type Figure struct {
	Office       town.OfficeID
	Room         town.RoomID
	Appointments int // that were not cancelled
	WalkIns      int
	Served       int
	Assumed      int // the desk went on without saying whether somebody came
	NoShows      int
	SentOn       int           // of those served, to a second service; each counts once more where it went
	Wait         time.Duration // of walk-ins, from ticket to call, on average
	Service      time.Duration // from coming to finishing, on average
}

// Figures are what is counted: of past days, of the hours that fill, of what looks
// like trade.
type Figures struct{ *core }

// Of counts a branch's tickets per office and room, from one date to
// another, both inclusive. Errors: Forbidden; Invalid for a span that is
// reversed or over MaxFigureDays; NotFound.
func (fs *Figures) Of(ctx context.Context, actor access.Actor, branch town.BranchID, from, to town.Date) ([]Figure, error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, err
	}
	b, err := fs.plans.Now().Known(branch)
	if err != nil {
		return nil, err
	}
	if to < from {
		return nil, problem.Field("to", "days.reversed")
	}
	if to-from >= MaxFigureDays {
		return nil, problem.Field("to", "days.too_many")
	}
	count := tally{}
	err = fs.view(ctx, func(v *view) error {
		for date := from; date <= to; date++ {
			tickets, err := v.Tickets().OfDay(ctx, branch, date)
			if err != nil {
				return fmt.Errorf("read tickets: %w", err)
			}
			for _, t := range tickets {
				count.add(t, b.Today(v.now))
			}
		}
		return nil
	})
	return count.figures(), err
}

// tally counts while it reads.
type tally map[figureKey]*figureSum

type figureKey struct {
	office town.OfficeID
	room   town.RoomID
}

type figureSum struct {
	Figure
	wait, service      time.Duration
	waited, wereServed int
}

func (c tally) add(t queue.Ticket, today town.Date) {
	room, before := t.Room, t.Before
	if room == "" && before != nil {
		room = before.Room
	}
	since := t.Created
	for _, v := range t.Visits {
		c.at(v.Office, v.Room).countVisit(t.Kind, v, since)
		since = v.EndedAt
	}
	t = t.On(today)
	if t.State != queue.Cancelled {
		c.at(t.Office, room).count(t, since)
	}
}

// at returns what is counted for an office in a room.
func (c tally) at(office town.OfficeID, room town.RoomID) *figureSum {
	key := figureKey{office, room}
	sum := c[key]
	if sum == nil {
		sum = &figureSum{Figure: Figure{Office: office, Room: room}}
		c[key] = sum
	}
	return sum
}

func (s *figureSum) countVisit(kind queue.Kind, v queue.Visit, since time.Time) {
	s.SentOn++
	s.count(queue.Ticket{Kind: kind, Progress: queue.Progress{
		State: queue.Done, Outcome: queue.Served, CalledAt: v.CalledAt, StartedAt: v.StartedAt, EndedAt: v.EndedAt,
	}}, since)
}

func (s *figureSum) count(t queue.Ticket, since time.Time) {
	if t.Kind == queue.WalkIn {
		s.WalkIns++
	} else {
		s.Appointments++
	}
	switch {
	case t.State == queue.NoShow:
		s.NoShows++
	case t.Outcome == queue.Served:
		s.Served++
	case t.Outcome == queue.Assumed:
		s.Assumed++
	}
	if t.Kind == queue.WalkIn && !t.CalledAt.IsZero() {
		s.wait += max(0, t.CalledAt.Sub(since))
		s.waited++
	}
	if !t.StartedAt.IsZero() && !t.EndedAt.IsZero() {
		s.service += max(0, t.EndedAt.Sub(t.StartedAt))
		s.wereServed++
	}
}

func (c tally) figures() []Figure {
	var all []Figure
	for _, s := range c {
		s.Wait, s.Service = mean(s.wait, s.waited), mean(s.service, s.wereServed)
		all = append(all, s.Figure)
	}
	slices.SortFunc(all, func(x, y Figure) int { return cmp.Or(cmp.Compare(x.Office, y.Office), cmp.Compare(x.Room, y.Room)) })
	return all
}

func mean(sum time.Duration, of int) time.Duration {
	if of == 0 {
		return 0
	}
	return sum / time.Duration(of)
}
