package booking

import (
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Check returns nil where the start can be booked: exactly where Slots lists
// it. Otherwise it is Invalid about the field "start":
//
//   - `booking.start_past`: before now; for staff, more than 15 minutes before
//   - `booking.start_lead_time`: too soon; never for staff
//   - `booking.start_horizon`: later than is open for booking
//   - `booking.start_outside_hours`: the appointment would not lie within one
//     open interval for these services, or the date is closed
//   - `booking.start_off_grid`: within the hours, but not on the grid
//
// or Conflict `booking.slot_taken`: offered, but full.
func (p *Plan) Check(start time.Time, r Request, taken Taken) error {
	s := p.sheet(r)
	if err := s.offered(start); err != nil {
		return err
	}
	spans := spansOf(taken, s.dateOf(start))
	if s.freeAt(start.Unix(), spans) < 1 {
		return problem.New(problem.Conflict, "booking.slot_taken")
	}
	return nil
}

// CheckOverbook is Check without capacity, for staff who book beyond it
// deliberately: hours and grid bind them too.
func (p *Plan) CheckOverbook(start time.Time, r Request) error {
	return p.sheet(r).offered(start)
}

// offered checks all but capacity, and leaves the date's windows.
func (s *sheet) offered(start time.Time) error {
	date := s.dateOf(start)
	switch {
	case s.past(start, date):
		return problem.Field("start", "booking.start_past")
	case start.Unix() < s.earliest:
		return problem.Field("start", "booking.start_lead_time")
	case date > s.last:
		return problem.Field("start", "booking.start_horizon")
	}
	s.open(date)
	within, onGrid := s.place(start)
	switch {
	case !within:
		return problem.Field("start", "booking.start_outside_hours")
	case !onGrid:
		return problem.Field("start", "booking.start_off_grid")
	}
	return nil
}

func (s *sheet) past(start time.Time, date town.Date) bool {
	if s.request.Staff {
		return date < s.today || start.Unix() < s.earliest
	}
	return start.Before(s.request.Now)
}

// place tells whether an appointment lies within a window, and on its grid.
func (s *sheet) place(start time.Time) (within, onGrid bool) {
	at := start.Unix()
	for i := range s.windows {
		w := &s.windows[i]
		if !s.within(w, at) {
			continue
		}
		within = true
		onGrid = onGrid || start.Nanosecond() == 0 && (at-w.origin)%s.grid == 0
	}
	return within, onGrid
}

func (s *sheet) within(w *window, at int64) bool {
	return w.from <= at && at+s.duration <= w.to
}

// freeAt returns how many can still book a start, in the window with most room.
func (s *sheet) freeAt(at int64, spans []Span) int {
	free := 0
	for i := range s.windows {
		w := &s.windows[i]
		if !s.within(w, at) || (at-w.origin)%s.grid != 0 {
			continue
		}
		s.load.measure(s, w, spans)
		free = max(free, s.load.free(s, w, at))
	}
	return free
}

func (s *sheet) dateOf(t time.Time) town.Date { return town.DateOf(t, s.plan.zone()) }
