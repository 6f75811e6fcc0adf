package queue

// Reason is a sentence for the clerk, as a key with its values.
type Reason struct {
	Key  string
	Args map[string]any
}

// Reasons returns why a ticket has its place in the call order, the strongest
// first: `why.priority`; `why.room` (room; transferred to it); what the place
// rests on, see claim; `why.overbooked`. Times are time.Time.
func Reasons(t Ticket) []Reason {
	var all []Reason
	if t.Priority > 0 {
		all = append(all, Reason{Key: "why.priority"})
	}
	if t.OnlyRoom != "" {
		all = append(all, reason("why.room", "room", t.OnlyRoom))
	}
	all = append(all, t.claim())
	if t.Overbooked {
		all = append(all, Reason{Key: "why.overbooked"})
	}
	return all
}

// claim is what a ticket's place rests on: `why.sent_on` (room; done there, and
// back in line), `why.walk_in`, `why.late` (due; checked in past the grace time or
// after a no-show), `why.appointment` (due).
func (t Ticket) claim() Reason {
	switch {
	case len(t.Visits) > 0:
		return reason("why.sent_on", "room", t.Visits[len(t.Visits)-1].Room)
	case t.Kind == WalkIn:
		return Reason{Key: "why.walk_in"}
	case t.SortAt.After(t.Start):
		return reason("why.late", "due", t.Start)
	}
	return reason("why.appointment", "due", t.Start)
}

func reason(key, name string, value any) Reason {
	return Reason{Key: key, Args: map[string]any{name: value}}
}
