package booking

import (
	"slices"

	"aufruf/internal/town"
)

// Bookable counts how many more appointments of a request can be booked on a date,
// one after another from its first free start on.
func (p *Plan) Bookable(date town.Date, r Request, taken Taken) int {
	s := p.sheet(r)
	if reason, _ := s.open(date); reason != "" {
		return 0
	}
	count, spans := 0, slices.Clone(spansOf(taken, date))
	for i := range s.windows {
		w := &s.windows[i]
		s.load.measure(s, w, spans)
		for at := s.firstStart(w.origin, w.from); at+s.duration <= w.to; at += s.grid {
			free := s.load.free(s, w, at)
			if at < s.earliest || free < 1 {
				continue
			}
			count += free
			s.load.take(s, w, at, free)
			own := Span{From: at, To: at + s.duration, Online: !r.Staff}
			spans = append(spans, slices.Repeat([]Span{own}, free)...)
		}
	}
	return count
}

// take books a start so many times.
func (l *load) take(s *sheet, w *window, at int64, times int) {
	first := (at - w.origin) / l.width
	for i := first; i < first+s.duration/l.width; i++ {
		l.all[i] += int32(times)
		if !s.request.Staff {
			l.online[i] += int32(times)
		}
	}
}

// Admitting returns which rules of the opening admit services, by their place there.
func (p *Plan) Admitting(services []town.ServiceID) []int {
	var rules []int
	for i := range p.Opening {
		if p.Opening[i].admits(services) {
			rules = append(rules, i)
		}
	}
	return rules
}
