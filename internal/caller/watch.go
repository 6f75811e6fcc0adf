package caller

import (
	"fmt"
	"strings"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Watch turns what a branch's stations are told into lines for people to
// read. The zero value with Phrases is ready.
type Watch struct {
	Phrases Phrases
	seq     town.Seq                 // of the last queue
	calls   map[town.TicketID]int    // the last queue's open tickets -> calls
	numbers map[town.Seq]town.Number // of the calls seen
	held    []wire.Delivery          // on calls that no queue has shown yet
	summary string                   // the last one told
	alarms  map[string]bool          // that were told
}

// Queue returns the lines for a new state: each call and recall since the last
// one, the reports that came before it, and a summary where it changed.
func (w *Watch) Queue(q wire.Queue) []string {
	lines := w.newCalls(q)
	w.seq = q.Seq
	held := w.held
	w.held = nil
	for _, d := range held {
		lines = append(lines, w.Delivery(d)...)
	}
	summary := w.Phrases.N("caller.watch.waiting", len(q.Waiting), "open", len(q.Open))
	if summary != w.summary {
		lines = append(lines, at(q.Now, summary))
	}
	w.summary = summary
	return lines
}

func (w *Watch) newCalls(q wire.Queue) []string {
	var lines []string
	if w.numbers == nil {
		w.numbers = map[town.Seq]town.Number{}
	}
	calls := map[town.TicketID]int{}
	for _, open := range q.Open {
		calls[open.Ticket], w.numbers[open.CallSeq] = open.Calls, open.Number
		if before, known := w.calls[open.Ticket]; w.calls != nil && (!known || open.Calls > before) {
			lines = append(lines, at(q.Now, w.call(open, known)))
		}
	}
	w.calls = calls
	w.forget(q.Seq)
	return lines
}

// forget drops calls that nobody reports on any more.
func (w *Watch) forget(seq town.Seq) {
	const kept = 1000
	for old := range w.numbers {
		if old < seq-kept {
			delete(w.numbers, old)
		}
	}
}

// Delivery returns the lines for a delivery report. One that comes before its
// call waits for the next Queue.
func (w *Watch) Delivery(d wire.Delivery) []string {
	if d.Test {
		return nil // no call
	}
	if d.Seq > w.seq {
		w.held = append(w.held, d)
		return nil
	}
	text := w.Phrases.Arrived(d).Text
	if number, ok := w.numbers[d.Seq]; ok {
		return []string{w.Phrases.T("caller.watch.delivery", "number", number, "text", text)}
	}
	return []string{w.Phrases.T("caller.watch.delivery_of", "seq", d.Seq, "text", text)}
}

func (w *Watch) call(open wire.OpenEntry, again bool) string {
	if again {
		return w.Phrases.T("caller.watch.again", "number", open.Number, "room", open.Room.Label)
	}
	return w.Phrases.T("caller.watch.call", "number", open.Number, "room", open.Room.Label)
}

func at(now time.Time, line string) string { return now.Format("15:04:05") + "  " + line }

// Alarms returns a line for each room that asks for help and did not before.
func (w *Watch) Alarms(all wire.Alarms) []string {
	var lines []string
	known := map[string]bool{}
	for _, a := range all.Alarms {
		known[a.Alarm] = true
		if !w.alarms[a.Alarm] {
			lines = append(lines, at(a.At, w.Phrases.T("caller.watch.alarm", "room", a.Room.Label)))
		}
	}
	w.alarms = known
	return lines
}

// Table returns a queue as lines for people: what is open, what waits, what is
// parked.
func (p Phrases) Table(q wire.Queue) string {
	var b strings.Builder
	for _, open := range q.Open {
		fmt.Fprintln(&b, p.row(open.Listed, p.T("caller.state."+string(open.State))+", "+Line(open.Room.Label)))
	}
	for _, e := range q.Waiting {
		fmt.Fprintln(&b, p.row(e.Listed, p.Presence(e)))
	}
	for _, e := range q.Parked {
		fmt.Fprintln(&b, p.row(e.Listed, p.T("caller.state.parked")))
	}
	if b.Len() == 0 {
		return p.T("caller.empty") + "\n"
	}
	return b.String()
}

func (p Phrases) row(e wire.Listed, state string) string {
	return fmt.Sprintf("%s  %s  %-32s  %s", e.Number, e.Due.Format("15:04"), Line(string(e.Service)), state)
}

// Presence says what is known of a waiting person: booked, here, or without an
// appointment.
func (p Phrases) Presence(e wire.Entry) string {
	switch {
	case e.SentOn:
		return p.T("caller.here.sent_on")
	case e.Kind == wire.WalkIn:
		return p.T("caller.here.walk_in")
	case e.CheckedIn:
		return p.T("caller.here.checked_in")
	}
	return p.T("caller.here.booked")
}
