package app_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/town"
)

// onePlace leaves a single time of a single date open, which somebody books.
func (h *townHall) onePlace(date town.Date) (token string) {
	h.t.Helper()
	h.opensOnly(date, "09:00-09:10")
	return h.book(at(h.t, date, "09:00")).Token
}

// opensOnly leaves one person at a time, on one date and within these hours.
func (h *townHall) opensOnly(date town.Date, hours string) {
	h.t.Helper()
	h.change(`format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        opening:
          - dates: [` + date.String() + `]
            hours: [` + hours + `]
            capacity: {online: 1, staff: 1, counters: 1}
`)
}

// askedUntil is an offer with days to answer, which looks for times after these.
func askedUntil(t testing.TB, date town.Date) app.Dealing {
	t.Helper()
	d := offers(t)
	d.Until = at(t, date, "08:00")
	return d
}

// TestAFreedTimeGoesFirstToWhomARunFoundNothingFor: whoever had wished for a time, or
// looked at the page at the right second, got it before those who had been left
// standing.
func TestAFreedTimeGoesFirstToWhomARunFoundNothingFor(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		friday := thursday.AddDays(1)
		left := h.book(at(t, thursday, "10:00"))
		taken := h.onePlace(friday)
		h.wish(wishFor(friday, "wished@example.org"))
		h.letters()
		id := h.deals(askedUntil(t, friday))
		if report := h.report(id); report.Left != 1 || report.Items[0].Note != app.LeftNoTime {
			t.Fatalf("got %+v, want nothing found", report)
		}

		h.cancel(taken)
		reserved := h.reservedFor(left.Token)
		if reserved == nil || !reserved.Start.Equal(at(t, friday, "09:00")) {
			t.Fatalf("got %+v, want the freed time", reserved)
		}
		if got := h.free(reserved.Start); got != 0 {
			t.Errorf("%d free beside what is reserved", got)
		}
		if report := h.report(id); report.Done != 1 || report.Left != 0 {
			t.Errorf("got %+v, want it in the run", report)
		}
		h.set(at(t, tuesday, "08:03"))
		told := h.letters()
		if len(told["offer wished@example.org"]) != 0 || len(told["new_time "+left.Person.Email]) != 1 {
			t.Errorf("got %v, want only who was left asked", lettersByKind(told))
		}

		h.wantNone(h.AnswerReserved(h.ctx(), boss(), markt, left.Ticket.ID, app.ReservedDeclined))
		if told = h.letters(); len(told["offer wished@example.org"]) != 1 {
			t.Errorf("declined: got %v, want the wish asked", lettersByKind(told))
		}
	})
}

// TestWhatNewHoursFreeGoesFirstToWhomARunFoundNothingFor: what no cancellation frees.
func TestWhatNewHoursFreeGoesFirstToWhomARunFoundNothingFor(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		friday := thursday.AddDays(1)
		left, second := h.book(at(t, thursday, "10:00")), h.bookAs("second@example.org", at(t, thursday, "10:30"))
		h.onePlace(friday)
		h.wish(wishFor(friday, "wished@example.org"))
		h.deals(askedUntil(t, friday))
		h.opensOnly(friday, "09:00-09:20")
		h.offerWishes()
		if reserved := h.reservedFor(left.Token); reserved == nil || !reserved.Start.Equal(at(t, friday, "09:10")) {
			t.Fatalf("got %+v, want the new time", reserved)
		}
		h.wantUnfit("the second waits", "10:00 outside_hours", "10:30 outside_hours")
		h.set(at(t, tuesday, "08:03"))
		if told := h.letters(); len(told["offer wished@example.org"]) != 0 || len(told["new_time second@example.org"]) != 0 {
			t.Errorf("got %v, want only the first asked", lettersByKind(told))
		}
		h.standsAt("nothing for the second", second.ID, at(t, thursday, "10:30"))
	})
}

// TestNobodyIsOfferedAFreedTimeWhoIsntToBeAskedAnyMore: the answer was due, the run
// was undone, somebody decided meanwhile.
func TestNobodyIsOfferedAFreedTimeWhoIsntToBeAskedAnyMore(t *testing.T) {
	friday := thursday.AddDays(1)
	for name, then := range map[string]func(h *townHall, page, run string, left app.Appointment){
		"answer due": func(h *townHall, _, _ string, _ app.Appointment) { h.set(at(h.t, friday, "07:31")) },
		"undone": func(h *townHall, _, run string, _ app.Appointment) {
			h.wantNone(h.Dealings.Undo(h.ctx(), boss(), markt, run))
			h.carriesOut()
		},
		"kept": func(h *townHall, _, _ string, left app.Appointment) {
			h.wantNone(h.Dealings.Keep(h.ctx(), boss(), markt, left.Ticket.ID))
		},
		"cancelled": func(h *townHall, _, _ string, left app.Appointment) { h.cancel(left.Token) },
		"another run, from a page that was opened before": func(h *townHall, page, _ string, _ app.Appointment) {
			h.set(h.clock().Add(time.Second))
			d := askedUntil(h.t, friday)
			d.Until = h.clock().Add(time.Hour)
			h.dealsFrom(page, d)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := openTownHall(t)
			left := h.book(at(t, thursday.AddDays(4), "10:00"))
			taken := h.onePlace(friday)
			page := h.newRun()
			h.set(h.clock().Add(time.Second))
			run := h.deals(askedUntil(t, friday))
			then(h, page, run, left)
			if err := h.Cancel(h.ctx(), access.Actor{}, taken); err != nil {
				t.Fatal(err)
			}
			h.offerWishes()
			_, r, err := h.ReservedFor(h.ctx(), left.Token)
			if err == nil && r != nil && r.Run != page {
				t.Errorf("got %+v, want nothing reserved by the run", r)
			}
		})
	}
}

// TestAHouseholdThatFoundNothingIsNotTornApart: one of two would have been asked.
func TestAHouseholdThatFoundNothingIsNotTornApart(t *testing.T) {
	h := openTownHall(t)
	friday := thursday.AddDays(1)
	one, other := h.bookAs("both@example.org", at(t, thursday, "10:00")), h.bookAs("both@example.org", at(t, thursday, "10:10"))
	taken := h.onePlace(friday)
	id := h.deals(askedUntil(t, friday))
	h.cancel(taken)
	h.offerWishes()
	if report := h.report(id); report.Left != 2 {
		t.Errorf("got %+v, want both left (%s, %s)", report, one.Number, other.Number)
	}
}
