package queue

import "time"

// Reason is a sentence for the clerk, as a key with its values.
type Reason struct {
	Key  string
	Args map[string]any
}

// Why returns the reason for a ticket's place in the call order, the strongest
// first: `why.priority` (steps), `why.room` (room; transferred to it),
// `why.sent_on` (room, since; done there, and back in line since),
// `why.late` (since; checked in past the grace time or after a no-show),
// `why.checked_in_early` (due, since; checked in by the grace time, and here still), `why.appointment` (due), `why.walk_in`
// (since). Times are time.Time; minutes waited are `minutes`, never negative
// where the clock stands before what is on record.
func Why(t Ticket, now time.Time) Reason {
	switch {
	case t.Priority > 0:
		return reason("why.priority", "steps", t.Priority)
	case t.OnlyRoom != "":
		return reason("why.room", "room", t.OnlyRoom)
	case len(t.Visits) > 0:
		on := waited("why.sent_on", t.InLineSince(), now)
		on.Args["room"] = t.Visits[len(t.Visits)-1].Room
		return on
	case t.Kind == WalkIn:
		return waited("why.walk_in", t.InLineSince(), now)
	case t.SortAt.After(t.Start):
		return waited("why.late", t.CheckedIn, now)
	case !t.CheckedIn.IsZero():
		early := waited("why.checked_in_early", t.CheckedIn, now)
		early.Args["due"] = t.Start
		return early
	}
	return reason("why.appointment", "due", t.Start)
}

func waited(key string, since, now time.Time) Reason {
	r := reason(key, "since", since)
	r.Args["minutes"] = int(max(0, now.Sub(since)) / time.Minute)
	return r
}

func reason(key, name string, value any) Reason {
	return Reason{Key: key, Args: map[string]any{name: value}}
}
