package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func clockAt(t *testing.T, clock string) *town.TimeOfDay {
	t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		t.Fatal(err)
	}
	return &tod
}

// enter writes lines down and returns for each its state, or why not.
func (h *townHall) enter(date town.Date, entries ...app.AfterwardsEntry) []string {
	h.t.Helper()
	entered, err := h.EnterAfterwards(h.ctx(), staff(clerk), app.Afterwards{Branch: markt, Date: date, Entries: entries})
	if err != nil {
		h.t.Fatal(err)
	}
	got := []string{}
	for _, e := range entered {
		if e.Refused != nil {
			got = append(got, outcomeOf(e.Refused))
			continue
		}
		got = append(got, string(e.Ticket.State))
	}
	return got
}

// outcomeOf is the key of a refusal, of a bad field the field's.
func outcomeOf(p *problem.Error) string {
	for _, key := range p.Fields {
		return key
	}
	return p.Key
}

func TestWhatHappenedByHandIsEnteredLineByLine(t *testing.T) {
	h := openTownHall(t)
	first, second, third := h.book(at(t, tuesday, "09:00")), h.book(at(t, tuesday, "09:20")), h.book(at(t, tuesday, "09:40"))
	walkIn, open := h.walkIn(), h.walkIn()
	h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: open.Ticket.Number})
	h.set(at(t, tuesday, "11:00"))
	before := h.Memory.Seq(markt)
	got := h.enter(0,
		app.AfterwardsEntry{Number: first.Ticket.Number, What: app.HappenedServed, At: clockAt(t, "09:05")},
		app.AfterwardsEntry{Number: first.Ticket.Number, What: app.HappenedNoShow},
		app.AfterwardsEntry{Number: second.Ticket.Number, What: app.HappenedNoShow},
		app.AfterwardsEntry{Number: third.Ticket.Number, What: app.HappenedCancelled},
		app.AfterwardsEntry{Number: walkIn.Ticket.Number, What: app.HappenedServed, At: clockAt(t, "11:01")},
		app.AfterwardsEntry{Number: walkIn.Ticket.Number, What: app.HappenedServed},
		app.AfterwardsEntry{Number: open.Ticket.Number, What: app.HappenedServed},
		app.AfterwardsEntry{Service: pin, What: app.HappenedServed, At: clockAt(t, "10:10")},
		app.AfterwardsEntry{Service: "zaubern", What: app.HappenedServed},
		app.AfterwardsEntry{Service: pin, What: app.HappenedNoShow},
		app.AfterwardsEntry{Number: walkIn.Ticket.Number, What: "getanzt"},
	)
	want := []string{
		"done", "ticket.done", "no_show", "cancelled", "afterwards.to_come", "done", "afterwards.open",
		"done", "service.unknown", "field.required", "afterwards.outcome",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	events, err := h.EventsAfter(h.ctx(), markt, before, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if app.ShownOn(e, nil) {
			t.Errorf("a screen hears of %+v", e)
		}
	}
	ended, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, first.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ended.Ticket.EndedAt, at(t, tuesday, "09:05"); !got.Equal(want) || ended.Ticket.Outcome != queue.Served {
		t.Errorf("got %s ended at %s, want served at %s", ended.Ticket.Outcome, got, want)
	}
	h.wantTrail(markt, first.Ticket.Number, "booked", "entered_afterwards")
	h.wantTrail(markt, third.Ticket.Number, "booked", "cancelled", "entered_afterwards")
}

func TestAnEarlierDayCanBeEnteredForAWeek(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:00"))
	h.set(at(t, tuesday.AddDays(7), "08:00"))
	if diff := cmp.Diff([]string{"done", "done"}, h.enter(tuesday,
		app.AfterwardsEntry{Number: made.Ticket.Number, What: app.HappenedServed},
		app.AfterwardsEntry{Service: pin, What: app.HappenedServed, At: clockAt(t, "10:10")},
	)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.wantFigures(markt, figure{key: "buergerbuero", appointments: 1, walkIns: 1, served: 2, waiting: -1, way: -1, serving: -1})
	for _, date := range []town.Date{tuesday.AddDays(-1), tuesday.AddDays(8)} {
		_, err := h.EnterAfterwards(h.ctx(), staff(clerk), app.Afterwards{
			Branch: markt, Date: date, Entries: []app.AfterwardsEntry{{Number: made.Ticket.Number, What: app.HappenedServed}},
		})
		if p := problem.Of(err); p.Fields["date"] != "afterwards.date" {
			t.Errorf("%s: got %v, want a bad date", date, err)
		}
	}
}

func TestAListSentTwiceIsEnteredOnce(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "11:00"))
	actor := staff(clerk)
	actor.Key = "list"
	list := app.Afterwards{Branch: markt, Entries: []app.AfterwardsEntry{
		{Service: pin, What: app.HappenedServed}, {Service: "zaubern", What: app.HappenedServed},
	}}
	first, err := h.EnterAfterwards(h.ctx(), actor, list)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.EnterAfterwards(h.ctx(), actor, list)
	if err != nil {
		t.Fatal(err)
	}
	if first[0].Ticket.Number != again[0].Ticket.Number || again[1].Refused == nil || again[1].Refused.Key != "service.unknown" {
		t.Errorf("got %+v, then %+v", first, again)
	}
	h.wantFigures(markt, figure{key: "buergerbuero", walkIns: 1, served: 1, waiting: -1, way: -1, serving: -1})
}

func TestOnlyTheBranchsStaffEnterAfterwards(t *testing.T) {
	h := openTownHall(t)
	for _, actor := range []access.Actor{{}, {Kind: access.Kiosk, Device: ledger.Device{Branch: markt}}} {
		_, err := h.EnterAfterwards(h.ctx(), actor, app.Afterwards{Branch: markt, Entries: []app.AfterwardsEntry{{}}})
		if kind := problem.Of(err).Kind; kind != problem.Unauthenticated && kind != problem.Forbidden {
			t.Errorf("got %v, want it refused", err)
		}
	}
}
