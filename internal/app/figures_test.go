package app_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/figures"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// figure is an office's row in short; lengths are means in seconds, -1 unknown.
type figure struct {
	key                           string
	appointments, walkIns, served int
	waiting, way, serving         figures.Seconds
}

func manager() access.Actor {
	m := staff("manager")
	m.User.Role = ledger.RoleManager
	return m
}

func (h *townHall) counted(branch town.BranchID, by figures.By, from, to town.Date) []figures.Row {
	h.t.Helper()
	rows, err := h.Figures.Counted(h.ctx(), manager(), app.FigureRequest{Branch: branch, From: from, To: to, By: by})
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

// wantFigures compares what the offices did on Tuesday, those that nobody came to
// apart.
func (h *townHall) wantFigures(branch town.BranchID, want ...figure) {
	h.t.Helper()
	var got []figure
	for _, r := range h.counted(branch, figures.ByOffice, tuesday, tuesday) {
		if r.Visits() > 0 {
			got = append(got, figure{
				r.Key, r.Appointments(), r.WalkIns(), r.Ended(figures.Served),
				r.Spread(figures.Waiting).Mean, r.Spread(figures.Way).Mean, r.Spread(figures.Serving).Mean,
			})
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figure{})); diff != "" {
		h.t.Errorf("figures (-want +got):\n%s", diff)
	}
}

// TestPackingADayChangesNoFigure parks somebody in mid-service, undoes, and looks a
// week later, before and after the day was packed.
func TestPackingADayChangesNoFigure(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "08:55"))
	h.walkIn()
	h.book(at(t, tuesday, "10:00"))
	var called app.Done
	for _, step := range []struct {
		at   string
		does func()
	}{
		{"09:00", func() { called = h.must(clerk, next("platz-1")) }},
		{"09:01", func() { h.must(clerk, on(deskwork.Recall, called.Ticket.ID)) }},
		{"09:02", func() { h.must(clerk, on(deskwork.Start, called.Ticket.ID)) }},
		{"09:10", func() { h.must(clerk, on(deskwork.Park, called.Ticket.ID)) }},
		{"09:30", func() {
			called = h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: called.Ticket.Number})
		}},
		{"09:31", func() { h.must(clerk, on(deskwork.Start, called.Ticket.ID)) }},
		{"09:40", func() { h.must(clerk, on(deskwork.Finish, called.Ticket.ID)) }},
		{"09:41", func() { h.must(clerk, on(deskwork.Undo, called.Ticket.ID)) }},
		{"09:46", func() { h.must(clerk, on(deskwork.Finish, called.Ticket.ID)) }},
	} {
		h.set(at(t, tuesday, step.at))
		step.does()
	}
	h.set(at(t, tuesday.AddDays(8), "12:00"))
	rows := func() map[figures.By][]figures.Row {
		all := map[figures.By][]figures.Row{}
		for _, by := range []figures.By{figures.ByDay, figures.ByHour, figures.ByService, figures.ByChannel} {
			all[by] = h.counted(markt, by, tuesday.AddDays(-3), tuesday.AddDays(3))
		}
		return all
	}
	before := rows()
	day := before[figures.ByDay][3]
	got := map[string]figures.Seconds{}
	for name, l := range map[string]figures.Length{"waiting": figures.Waiting, "way": figures.Way, "serving": figures.Serving, "aside": figures.Aside} {
		got[name] = day.Spread(l).Mean
	}
	if diff := cmp.Diff(map[string]figures.Seconds{"waiting": 300, "way": 180, "serving": 8*60 + 15*60, "aside": 20 * 60}, got); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	if day.Visits() != 2 || day.Missed() != 1 || day.Key != tuesday.String() || day.Capacity == 0 || day.Booked() == 0 {
		t.Errorf("got %d visits, %d missed on %s, %d of %d minutes", day.Visits(), day.Missed(), day.Key, day.Booked(), day.Capacity)
	}
	for range 2 {
		if err := h.Upkeep.PackFigures(h.ctx()); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, rows(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("packed (-before +after):\n%s", diff)
	}
}

func TestSpansOfFiguresThatCantBe(t *testing.T) {
	h := openTownHall(t)
	for name, c := range map[string]struct {
		from, to town.Date
		by       figures.By
		want     string
	}{
		"reversed":      {tuesday, tuesday.AddDays(-1), figures.ByDay, "days.reversed"},
		"over 5 years":  {tuesday.AddDays(-app.MaxFigureDays), tuesday, figures.ByYear, "days.too_many"},
		"5 years":       {tuesday.AddDays(1 - app.MaxFigureDays), tuesday, figures.ByYear, ""},
		"a room's week": {tuesday.AddDays(-6), tuesday, figures.ByRoom, "figures.room_days"},
		"rooms are off": {tuesday.AddDays(-27), tuesday, figures.ByRoom, "figures.rooms_off"},
	} {
		_, err := h.Figures.Counted(h.ctx(), manager(), app.FigureRequest{Branch: markt, From: c.from, To: c.to, By: c.by})
		got := ""
		if err != nil {
			fields := problem.Of(err).Fields
			got = fields["to"] + fields["by"]
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if _, err := h.Figures.Counted(h.ctx(), staff(clerk), app.FigureRequest{Branch: markt, From: tuesday, To: tuesday}); !problem.Is(err, "right.missing") {
		t.Errorf("a clerk: got %v", err)
	}
}

func TestChannelsAreRecorded(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "08:55"))
	h.walkIn()
	h.book(at(t, tuesday, "10:00"))
	got := map[string]int{}
	for _, r := range h.counted(markt, figures.ByChannel, tuesday, tuesday) {
		got[r.Key] = r.Visits()
	}
	if diff := cmp.Diff(map[string]int{string(queue.ByReception): 1, string(queue.ByWeb): 1}, got); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
}
