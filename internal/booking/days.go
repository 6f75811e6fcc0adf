package booking

import (
	"time"

	"aufruf/internal/town"
)

// Days returns the calendar sheet from one date to another, both inclusive:
// one entry per date, in order.
//
// A date is closed for the first reason that holds, in the order past,
// horizon, not_offered (outside the services' own dates), holiday, closure,
// not_offered (open, but not for these services, or too short for them),
// weekday, lead_time (what is left of it begins too soon) and past again (it
// is today, and nothing is left). It is full where starts are left by the
// rules but none is free.
func (p *Plan) Days(from, to town.Date, r Request, taken Taken) []Day {
	if to < from {
		return nil
	}
	s := p.sheet(r)
	days := make([]Day, 0, to-from+1)
	for date := from; date <= to; date++ {
		days = append(days, s.day(date, taken))
	}
	return days
}

func (s *sheet) day(date town.Date, taken Taken) Day {
	if reason, text := s.open(date); reason != "" {
		return Day{Date: date, State: DayClosed, Reason: reason, Text: text}
	}
	s.fill(spansOf(taken, date))
	free, left := 0, false
	for _, st := range s.starts {
		if st.at < s.earliest {
			continue
		}
		left = true
		if st.free > 0 {
			free++
		}
	}
	switch {
	case free > 0:
		return Day{Date: date, State: DayFree, Free: free}
	case left:
		return Day{Date: date, State: DayFull}
	}
	return Day{Date: date, State: DayClosed, Reason: s.tooLate()}
}

// tooLate returns why none of the date's starts may be booked any more.
func (s *sheet) tooLate() Reason {
	if s.starts[len(s.starts)-1].at < s.now {
		return ReasonPast
	}
	return ReasonLeadTime
}

// Slots returns the starts of a date that can be booked, in order.
func (p *Plan) Slots(date town.Date, r Request, taken Taken) []Slot {
	s := p.sheet(r)
	starts := s.bookable(date, taken)
	slots := make([]Slot, 0, len(starts))
	for _, st := range starts {
		slots = append(slots, Slot{Start: p.local(st.at), End: p.local(st.at + s.duration), Free: st.free})
	}
	return slots
}

// NextFree returns the first date from one on, up to the horizon, on which
// something can be booked.
func (p *Plan) NextFree(from town.Date, r Request, taken Taken) (town.Date, bool) {
	s := p.sheet(r)
	for date := max(from, s.today); date <= s.proposed; date++ {
		if len(s.bookable(date, taken)) > 0 {
			return date, true
		}
	}
	return 0, false
}

func (p *Plan) local(unix int64) time.Time { return time.Unix(unix, 0).In(p.zone()) }
