package queue_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// someone is a person as docs/call-order.md alone knows them: what is written
// down there, and nothing of how the program keeps it.
type someone struct {
	number             town.Number
	walkIn             bool
	start              time.Time
	sort               time.Time
	steps, order       int
	office             town.OfficeID
	room               town.RoomID // sent to this very room
	inLine             bool
	here, called, sent bool // checked in; called once today; sent on
}

// rules are the figures of the page, which are the office's own.
type rules struct {
	handicap, grace, before, beforeIfHere time.Duration
	strictly                              bool // appointments come strictly first
}

// The figures that the page names, and its steps of priority.
var usual = rules{handicap: 30 * time.Minute, grace: 5 * time.Minute, before: 5 * time.Minute, beforeIfHere: 15 * time.Minute}

const pagePriority = 10 * time.Minute

func genRules(t *rapid.T) rules {
	if rapid.Bool().Draw(t, "usual") {
		return usual
	}
	minutes := func(what string) time.Duration {
		return time.Duration(rapid.IntRange(0, 45).Draw(t, what)) * time.Minute
	}
	return rules{minutes("handicap"), minutes("grace"), minutes("before"), minutes("before if here"), rapid.Bool().Draw(t, "strictly")}
}

// policy is what the program calls them.
func (r rules) policy() queue.Policy {
	return queue.Policy{Handicap: r.handicap, After: r.strictly, Grace: r.grace, CallableBefore: r.before, CallableBeforeCheckedIn: r.beforeIfHere}
}

// arrived is the sort time of who has none of their own.
func (r rules) arrived(at time.Time) time.Time {
	if r.strictly {
		return at.AddDate(0, 0, 2) // after all appointments of the day, by arrival
	}
	return at.Add(r.handicap)
}

// considers tells whether "next" considers somebody for platz-1.
func (s someone) considers(now time.Time, r rules) bool {
	switch {
	case !s.inLine:
		return false
	case s.room != "" && s.room != "platz-1", s.room == "" && s.office != "buergerbuero":
		return false
	case s.walkIn || s.called || s.sent:
		return true
	case s.here:
		return !now.Before(s.start.Add(-r.beforeIfHere))
	}
	return !now.Before(s.start.Add(-r.before))
}

// before is the order of the page.
func (s someone) before(o someone) bool {
	mine, others := s.sort.Add(-time.Duration(s.steps)*pagePriority), o.sort.Add(-time.Duration(o.steps)*pagePriority)
	if !mine.Equal(others) {
		return mine.Before(others)
	}
	return s.order < o.order
}

// arrives is a check-in, the first or after a no-show.
func (s *someone) arrives(now time.Time, r rules) {
	s.here, s.inLine = true, true
	if !s.walkIn && !now.After(s.start.Add(r.grace)) {
		return
	}
	if late := r.arrived(now); late.After(s.sort) {
		s.sort = late
	}
}

// takes carries out what the program has accepted.
func (s *someone) takes(a queue.Action, by queue.Step, r rules) {
	switch a {
	case queue.DoCheckIn:
		s.arrives(by.Now, r)
	case queue.DoCall, queue.DoRecall:
		s.inLine, s.called = false, true
	case queue.DoUnpark:
		s.inLine = true
	case queue.DoTransfer:
		s.office, s.room = by.Office, by.OnlyRoom
	case queue.DoSendOn:
		s.office, s.room, s.inLine, s.sent = by.Office, "", true, true
	default:
		s.inLine = false
	}
}

// TestDaysPlayedByThePageAloneAgreeWithTheProgram draws days, carries out what
// happens on them, and asks after each step whom platz-1 calls next.
func TestDaysPlayedByThePageAloneAgreeWithTheProgram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := genRules(t)
		tickets, people, before := aDay(t, r)
		now := clock(-30)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "minutes")) * time.Minute)
			i := rapid.IntRange(0, len(tickets)-1).Draw(t, "who")
			by := genStep().Draw(t, "step")
			by.Now, by.Policy = now, r.policy()
			a := rapid.SampledFrom(append(queue.Actions(), queue.DoUndo)).Draw(t, "action")
			if next, err := tickets[i].Apply(a, by); err == nil {
				tickets[i] = next
				play(&people[i], &before[i], a, by, next, r)
			}
			compareNext(t, tickets, people, now, r)
		}
	})
}

// play lets a person take a step, or an undo take it back.
func play(s, before *someone, a queue.Action, by queue.Step, after queue.Ticket, r rules) {
	if a == queue.DoUndo {
		*s = *before
		return
	}
	*before = *s
	s.takes(a, by, r)
	if a == queue.DoTransfer {
		s.inLine = after.InLine() // who is put aside stays so
	}
}

func aDay(t *rapid.T, r rules) (tickets []queue.Ticket, people, before []someone) {
	for i := range rapid.IntRange(2, 12).Draw(t, "people") {
		minute := rapid.IntRange(0, 12).Draw(t, "minute") * 10
		ticket, s := appointment(i, minute), someone{start: clock(minute), sort: clock(minute)}
		if rapid.Bool().Draw(t, "walk-in") {
			ticket, s = walkIn(i, minute), someone{walkIn: true, here: true, sort: r.arrived(clock(minute))}
			ticket.SortAt = queue.SortTime(queue.WalkIn, time.Time{}, clock(minute), r.policy())
		}
		ticket.Priority = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "priority")
		s.number, s.steps, s.order, s.office, s.inLine = ticket.Number, ticket.Priority, i, ticket.Office, true
		tickets, people = append(tickets, ticket), append(people, s)
	}
	return tickets, people, slices.Clone(people)
}

func compareNext(t *rapid.T, tickets []queue.Ticket, people []someone, now time.Time, r rules) {
	want := town.Number(0)
	var best *someone
	for i := range people {
		if people[i].considers(now, r) && (best == nil || people[i].before(*best)) {
			best = &people[i]
			want = best.number
		}
	}
	got, wants := town.Number(0), buergerbuerosWant()
	wants.PolicyOf = func(town.OfficeID) queue.Policy { return r.policy() }
	if next := queue.Next(each(tickets...), now, today, wants); next != nil {
		got = next.Number
	}
	if got != want {
		t.Fatalf("at %s the program calls %d, the page %d", now.Format("15:04"), got, want)
	}
}
