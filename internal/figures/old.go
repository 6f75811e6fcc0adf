package figures

import (
	"aufruf/internal/queue"
)

// recorded reports whether all steps of a ticket were recorded as they happened:
// it isn't from before that was done.
func recorded(t queue.Ticket) bool {
	sent := 0
	for _, m := range t.Path {
		if m.Did == queue.DoSendOn {
			sent++
		}
	}
	if sent != len(t.Visits) {
		return false
	}
	if len(t.Path) == 0 {
		return t.CalledAt.IsZero() && (t.EndedAt.IsZero() || t.State == queue.Cancelled)
	}
	switch t.Path[0].Did {
	case queue.DoRecall, queue.DoStart, queue.DoFinish, queue.DoAssume, queue.DoNoShow, queue.DoSendOn, queue.DoUnpark:
		return false
	}
	return t.CalledAt.IsZero() || !t.CalledAt.Before(t.Path[0].At)
}

// old returns the stretches of a ticket from before steps were recorded. Its last
// call may be a recall or one after it was put aside, and its serving a part only:
// where it was called more than once nobody can tell, nor of a coming before that.
func old(t queue.Ticket, day Day) []Stretch {
	w := walker{ticket: t, day: day}
	w.begin(t.Created)
	if t.Kind == queue.Appointment {
		w.arrived = t.CheckedIn
	}
	for _, v := range t.Visits {
		w.oldCall(v, 1)
		w.close(Served)
		w.begin(v.EndedAt)
	}
	last := queue.Visit{CalledAt: t.CalledAt, StartedAt: t.StartedAt, EndedAt: t.EndedAt, Room: t.Room}
	if last.Room == "" && t.Before != nil {
		last.Room = t.Before.Room
	}
	w.oldCall(last, t.Calls)
	w.end(t)
	return w.all
}

// oldCall notes what a ticket tells of a visit for which it was called so often.
func (w *walker) oldCall(v queue.Visit, calls int) {
	w.now.Old, w.now.Room = true, v.Room
	if w.ticket.Kind == queue.Appointment && !w.now.Further && !w.arrived.IsZero() {
		w.now.LatePerson = between(w.ticket.Start, w.arrived)
	}
	if v.CalledAt.IsZero() || calls > 1 || v.CalledAt.Before(w.arrived) {
		return
	}
	w.firstCall(v.CalledAt)
	if v.StartedAt.IsZero() {
		return
	}
	w.came, w.now.Way = true, between(v.CalledAt, v.StartedAt)
	if !v.EndedAt.IsZero() {
		w.now.Serving = between(v.StartedAt, v.EndedAt)
	}
}
