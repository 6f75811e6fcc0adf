package booking

// load is how many appointments overlap in each bucket of a window, in all and
// of those booked online. Buckets are as wide as everything concerned allows,
// grid, duration and spans, so the count is exact however odd their times.
type load struct {
	width  int64 // seconds
	all    []int32
	online []int32
}

// measure counts the spans over a window, from its grid's origin to its end.
func (l *load) measure(s *sheet, w *window, spans []Span) {
	l.width = gcd(s.grid, s.duration)
	for i := range spans {
		l.narrow(w, &spans[i])
	}
	for i := range w.steps {
		l.width = gcd(l.width, w.steps[i].to-w.origin)
	}
	buckets := int((w.to - w.origin + l.width - 1) / l.width)
	l.all = zeroed(l.all, buckets+1)
	l.online = zeroed(l.online, buckets+1)
	for i := range spans {
		if span := &spans[i]; span.overlaps(w) && span.counts(s.held) {
			l.add(w, span, buckets)
		}
	}
	for i := range w.steps {
		l.lack(w, &w.steps[i])
	}
	for i := 1; i <= buckets; i++ {
		l.all[i] += l.all[i-1]
		l.online[i] += l.online[i-1]
	}
}

// narrow makes buckets narrow enough for the edges of a span.
func (l *load) narrow(w *window, span *Span) {
	if !span.overlaps(w) {
		return
	}
	if from := span.From - w.origin; from > 0 && from%l.width != 0 {
		l.width = gcd(l.width, from)
	}
	if to := span.To - w.origin; span.To < w.to && to%l.width != 0 {
		l.width = gcd(l.width, to)
	}
}

// add notes where a span begins and ends; measure sums up.
func (l *load) add(w *window, span *Span, buckets int) {
	from, to := 0, buckets
	if span.From > w.origin {
		from = int((span.From - w.origin) / l.width)
	}
	if span.To < w.to {
		to = int((span.To - w.origin) / l.width)
	}
	if !span.Cooling {
		l.all[from]++
		l.all[to]--
	}
	if span.Online || span.Cooling {
		l.online[from]++
		l.online[to]--
	}
}

// lack counts the counters that a step has fewer than the window as if they were
// taken.
func (l *load) lack(w *window, st *step) {
	from, to := (st.from-w.origin)/l.width, (st.to-w.origin+l.width-1)/l.width
	all := int32(w.capacity.Staff - st.capacity.Staff)
	online := int32(w.capacity.Online - st.capacity.Online)
	l.all[from] += all
	l.all[to] -= all
	l.online[from] += online
	l.online[to] -= online
}

// free returns how many can still book a start: what its busiest moment
// leaves. It is negative after overbooking.
func (l *load) free(s *sheet, w *window, at int64) int {
	first := (at - w.origin) / l.width
	last := first + s.duration/l.width
	all, online := int32(0), int32(0)
	for i := first; i < last; i++ {
		all = max(all, l.all[i])
		online = max(online, l.online[i])
	}
	free := w.capacity.Staff - int(all)
	if s.request.Staff {
		return free
	}
	return min(free, w.capacity.Online-int(online))
}

// overlaps reports whether a span touches a window or the part of its interval
// before it, which the buckets cover too.
func (span *Span) overlaps(w *window) bool {
	return span.From < w.to && span.To > w.origin && span.From < span.To
}

// counts reports whether a span still takes its place: appointments do, holds
// until they expire.
func (span *Span) counts(held int64) bool {
	return span.Expires == 0 || held < span.Expires
}

func zeroed(buckets []int32, n int) []int32 {
	if cap(buckets) < n {
		return make([]int32, n)
	}
	buckets = buckets[:n]
	clear(buckets)
	return buckets
}

// gcd returns the greatest common divisor of two positive numbers.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
