package app

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/figures"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// MaxFigureDays is the longest span that figures are counted over: five years.
const MaxFigureDays = 5*366 - 3

// FromRoomDays is the shortest span over which rooms are counted.
const FromRoomDays = 28

// Figures are what is counted: of past days, of the hours that fill, of what looks
// like trade.
type Figures struct{ *core }

// FigureRequest asks for a branch's figures from one date to another, both inclusive.
type FigureRequest struct {
	Branch   town.BranchID
	From, To town.Date
	By       figures.By
}

// Counted returns a branch's figures as they are, for its managers.
//
// Errors: Forbidden; NotFound; Invalid "to" for a span that is reversed, over
// MaxFigureDays or, by room, under FromRoomDays; Invalid "by" by room where the
// town doesn't want that.
func (fs *Figures) Counted(ctx context.Context, actor access.Actor, r FigureRequest) ([]figures.Row, error) {
	counted, err := fs.CountedBy(ctx, actor, r, r.By)
	if err != nil {
		return nil, err
	}
	return counted[0], nil
}

// CountedBy counts a span in several ways at once, which reads its days once; r.By is
// ignored. Errors: as of Counted.
func (fs *Figures) CountedBy(ctx context.Context, actor access.Actor, r FigureRequest, ways ...figures.By) ([][]figures.Row, error) {
	if err := actor.MayManage(r.Branch); err != nil {
		return nil, err
	}
	b, err := fs.plans.Now().Known(r.Branch)
	if err != nil {
		return nil, err
	}
	for _, r.By = range ways {
		if err := r.check(); err != nil {
			return nil, err
		}
		if r.By == figures.ByRoom && !fs.ByRoom() {
			return nil, problem.Field("by", "figures.rooms_off")
		}
	}
	counters := make([]*figures.Counter, len(ways))
	err = fs.view(ctx, func(v *view) error {
		for i, by := range ways {
			counters[i] = figures.Count(by, r.From, r.To)
		}
		return v.sheets(ctx, b, r.From, r.To, func(date town.Date, sheet figures.Sheet) {
			for _, c := range counters {
				c.Add(date, sheet)
			}
		})
	})
	if err != nil {
		return nil, err
	}
	counted := make([][]figures.Row, len(counters))
	for i, c := range counters {
		counted[i] = c.Rows()
	}
	return counted, nil
}

// ByRoom reports whether the town has figures counted by room.
func (fs *Figures) ByRoom() bool { return fs.plans.Now().Catalogue.Authority.RoomFigures }

// Told returns the same as it may leave the house: see figures.Told.
func (fs *Figures) Told(ctx context.Context, actor access.Actor, r FigureRequest) ([]figures.Row, error) {
	rows, err := fs.Counted(ctx, actor, r)
	return figures.Told(r.By, rows), err
}

func (r FigureRequest) check() error {
	switch days := int(r.To-r.From) + 1; {
	case r.To < r.From:
		return problem.Field("to", "days.reversed")
	case days > MaxFigureDays:
		return problem.Field("to", "days.too_many").With("max", MaxFigureDays)
	case r.By == figures.ByRoom && days < FromRoomDays:
		return problem.Field("to", "figures.room_days").With("min", FromRoomDays)
	}
	return nil
}

// sheets hands out the days of a branch: as they were packed, else as their tickets
// tell.
func (v *view) sheets(ctx context.Context, b *plan.Branch, from, to town.Date, add func(town.Date, figures.Sheet)) error {
	packed, err := v.Figures().Days(ctx, b.ID, from, to)
	if err != nil {
		return fmt.Errorf("read days of figures: %w", err)
	}
	next := from // the first day that isn't told of yet
	for _, day := range packed {
		sheet, err := figures.Unpack(day.Body)
		if err != nil {
			return fmt.Errorf("unpack %s: %w", day.Date, err)
		}
		// Days are packed in order: those left out before one have no tickets.
		v.spread(b, nil, next, day.Date.AddDays(-1), add)
		add(day.Date, sheet)
		next = day.Date.AddDays(1)
	}
	if next > to {
		return nil
	}
	tickets, err := v.Figures().Tickets(ctx, b.ID, next, to)
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	v.spread(b, tickets, next, to, add)
	return nil
}

// spread hands out days that aren't packed, with their tickets in order.
func (v *view) spread(b *plan.Branch, tickets []queue.Ticket, from, to town.Date, add func(town.Date, figures.Sheet)) {
	if to < from {
		return
	}
	offered := capacityOf(b, from, to)
	day := figures.Day{Zone: b.Zone, Today: b.Today(v.now)}
	for date := from; date <= to; date++ {
		sheet := figures.Sheet{Capacity: offered[date]}
		for len(tickets) > 0 && tickets[0].Date == date {
			sheet.Stretches = append(sheet.Stretches, v.core.stretchesOf(tickets[0], day)...)
			tickets = tickets[1:]
		}
		add(date, sheet)
	}
}

// stretchesOf returns a ticket's stretches, each with its key: the same at each look,
// and nothing that leads back to the ticket.
func (co *core) stretchesOf(t queue.Ticket, day figures.Day) []figures.Stretch {
	all := figures.Of(t, day)
	for i := range all {
		drawn := co.secrets.Keyed("figures", string(t.ID)+"/"+strconv.Itoa(i))
		all[i].Key = binary.BigEndian.Uint16(drawn)
	}
	return all
}

// capacityOf returns how much time of appointments a branch's offices give, by the
// plan that holds now.
func capacityOf(b *plan.Branch, from, to town.Date) map[town.Date][]figures.Capacity {
	offered := map[town.Date][]figures.Capacity{}
	for _, id := range slices.Sorted(maps.Keys(b.PlanOf)) {
		if b.PlanOf[id].Retired {
			continue
		}
		for _, day := range b.PlanOf[id].Booking.Occupancy(from, to, nil) {
			for hour, minutes := range hoursOf(day.Stretches, b.Zone) {
				if minutes > 0 {
					offered[day.Date] = append(offered[day.Date], figures.Capacity{Office: id, Hour: hour, Minutes: minutes})
				}
			}
		}
	}
	return offered
}

// quarter of an hour, in seconds.
const quarter = 900

// hoursOf spreads open time over the hours of the clock, in minutes of appointments.
func hoursOf(stretches []booking.Stretch, zone *time.Location) (hours [24]int) {
	for _, s := range stretches {
		for from := s.From; from < s.To; {
			to := min(s.To, from-from%quarter+quarter) // whatever the zone, an hour begins at one
			hours[time.Unix(from, 0).In(zone).Hour()] += int(to-from) / 60 * s.Staff
			from = to
		}
	}
	return hours
}

// packDays is how many days of a branch are packed in one transaction.
const packDays = 20

// packAfter is when a day is packed: nothing of it can be entered any more.
const packAfter = AfterwardsDays + 1

// PackFigures packs the days on which nothing can change any more. Figures are the
// same before and after; what goes are the instants. Nothing depends on it but how
// long they are kept, and how quickly a year is read.
func (uk *Upkeep) PackFigures(ctx context.Context) error {
	now := uk.time.Now().Surely()
	var failed []error
	for _, id := range uk.plans.Now().EveryBranch() {
		for more := true; more && ctx.Err() == nil; {
			err := uk.write(ctx, nil, func(v *view) (err error) {
				more, err = v.packSome(ctx, id, now)
				return err
			})
			if err != nil {
				failed, more = append(failed, fmt.Errorf("pack figures of %s: %w", id, err)), false
			}
		}
	}
	return errors.Join(failed...)
}

func (v *view) packSome(ctx context.Context, id town.BranchID, now time.Time) (more bool, err error) {
	b, err := v.rules.Known(id)
	if err != nil {
		return false, err
	}
	dates, err := v.Figures().Unpacked(ctx, id, b.Today(now).AddDays(1-packAfter), packDays)
	if err != nil {
		return false, fmt.Errorf("read days to pack: %w", err)
	}
	for _, date := range dates {
		tickets, err := v.Figures().Tickets(ctx, id, date, date)
		if err != nil {
			return false, fmt.Errorf("read tickets: %w", err)
		}
		var day figures.Sheet
		v.spread(b, tickets, date, date, func(_ town.Date, sheet figures.Sheet) { day = sheet })
		if err := v.Figures().Put(ctx, id, ledger.FigureDay{Date: date, Body: day.Pack()}); err != nil {
			return false, fmt.Errorf("keep %s: %w", date, err)
		}
	}
	return len(dates) == packDays, nil
}
