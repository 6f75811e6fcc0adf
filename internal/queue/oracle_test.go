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

// The figures of the page.
const (
	pageHandicap     = 30 * time.Minute
	pageGrace        = 5 * time.Minute
	pagePriority     = 10 * time.Minute
	pageBefore       = 5 * time.Minute
	pageBeforeIfHere = 15 * time.Minute
)

// considers tells whether "next" considers somebody for platz-1.
func (s someone) considers(now time.Time) bool {
	switch {
	case !s.inLine:
		return false
	case s.room != "" && s.room != "platz-1", s.room == "" && s.office != "buergerbuero":
		return false
	case s.walkIn || s.called || s.sent:
		return true
	case s.here:
		return !now.Before(s.start.Add(-pageBeforeIfHere))
	}
	return !now.Before(s.start.Add(-pageBefore))
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
func (s *someone) arrives(now time.Time) {
	s.here, s.inLine = true, true
	if !s.walkIn && !now.After(s.start.Add(pageGrace)) {
		return
	}
	if late := now.Add(pageHandicap); late.After(s.sort) {
		s.sort = late
	}
}

// takes carries out what the program has accepted.
func (s *someone) takes(a queue.Action, by queue.Step) {
	switch a {
	case queue.DoCheckIn:
		s.arrives(by.Now)
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
		tickets, people, before := aDay(t)
		now := clock(-30)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "minutes")) * time.Minute)
			i := rapid.IntRange(0, len(tickets)-1).Draw(t, "who")
			by := genStep().Draw(t, "step")
			by.Now, by.Policy = now, queue.DefaultPolicy()
			a := rapid.SampledFrom(append(queue.Actions(), queue.DoUndo)).Draw(t, "action")
			if next, err := tickets[i].Apply(a, by); err == nil {
				tickets[i] = next
				play(&people[i], &before[i], a, by, next)
			}
			compareNext(t, tickets, people, now)
		}
	})
}

// play lets a person take a step, or an undo take it back.
func play(s, before *someone, a queue.Action, by queue.Step, after queue.Ticket) {
	if a == queue.DoUndo {
		*s = *before
		return
	}
	*before = *s
	s.takes(a, by)
	if a == queue.DoTransfer {
		s.inLine = after.InLine() // who is put aside stays so
	}
}

func aDay(t *rapid.T) (tickets []queue.Ticket, people, before []someone) {
	for i := range rapid.IntRange(2, 12).Draw(t, "people") {
		minute := rapid.IntRange(0, 12).Draw(t, "minute") * 10
		ticket, s := appointment(i, minute), someone{start: clock(minute), sort: clock(minute)}
		if rapid.Bool().Draw(t, "walk-in") {
			ticket, s = walkIn(i, minute), someone{walkIn: true, here: true, sort: clock(minute).Add(pageHandicap)}
		}
		ticket.Priority = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "priority")
		s.number, s.steps, s.order, s.office, s.inLine = ticket.Number, ticket.Priority, i, ticket.Office, true
		tickets, people = append(tickets, ticket), append(people, s)
	}
	return tickets, people, slices.Clone(people)
}

func compareNext(t *rapid.T, tickets []queue.Ticket, people []someone, now time.Time) {
	want := town.Number(0)
	var best *someone
	for i := range people {
		if people[i].considers(now) && (best == nil || people[i].before(*best)) {
			best = &people[i]
			want = best.number
		}
	}
	got := town.Number(0)
	if next := queue.Next(each(tickets...), now, today, buergerbuerosWant()); next != nil {
		got = next.Number
	}
	if got != want {
		t.Fatalf("at %s the program calls %d, the page %d", now.Format("15:04"), got, want)
	}
}
