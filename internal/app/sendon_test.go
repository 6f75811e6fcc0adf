package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

const certificate = town.ServiceID("personenstandsurkunde") // of the registry office in Nerchau

// mustAtNerchau gives a command at the branch that has two offices.
func (h *townHall) mustAtNerchau(user town.UserID, cmd deskwork.Command) app.Done {
	h.t.Helper()
	return h.mustAt(nera, user, cmd)
}

func sendOn(ticket town.TicketID, service town.ServiceID) deskwork.Command {
	return deskwork.Command{Type: deskwork.SendOn, Ticket: ticket, Service: service}
}

// TestASecondServiceKeepsNumberAndPlace follows one person through two offices,
// past somebody who came to the second one later.
func TestASecondServiceKeepsNumberAndPlace(t *testing.T) {
	h := openTownHall(t)
	issue := func(service town.ServiceID) app.Issued {
		issued, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: nera, Items: one(service)}})
		if err != nil {
			t.Fatal(err)
		}
		return issued
	}
	h.set(at(t, tuesday, "09:00"))
	first := issue(pin)
	h.set(at(t, tuesday, "09:05"))
	later := issue(certificate)
	called := h.mustAtNerchau(clerk, next("platz-1"))
	h.set(at(t, tuesday, "09:10"))
	h.mustAtNerchau(clerk, on(deskwork.Start, called.Ticket.ID))
	h.set(at(t, tuesday, "09:20"))
	sent := h.mustAtNerchau(clerk, sendOn(called.Ticket.ID, certificate))
	if got := sent.Ticket; got.State != queue.Waiting || got.Office != "standesamt" || got.Number != first.Ticket.Number {
		t.Errorf("got %s at %s with number %s, want waiting at standesamt with %s", got.State, got.Office, got.Number, first.Ticket.Number)
	}
	for token, want := range map[string]int{first.Token: 0, later.Token: 1} {
		standing, err := h.Standing(h.ctx(), token)
		if err != nil {
			t.Fatal(err)
		}
		if got := standing.Ahead; got != want {
			t.Errorf("number %s: got %d ahead, want %d", standing.Ticket.Number, got, want)
		}
	}
	there := h.mustAtNerchau("registrar", next("standesamt"))
	if got, want := there.Ticket.Number, first.Ticket.Number; got != want {
		t.Errorf("the registry office calls %s, want %s", got, want)
	}
	h.mustAtNerchau("registrar", on(deskwork.Start, there.Ticket.ID))
	h.set(at(t, tuesday, "09:25"))
	h.mustAtNerchau("registrar", on(deskwork.Finish, there.Ticket.ID))
	h.wantFigures(nera,
		figure{key: "buergerbuero", walkIns: 1, served: 1, waiting: 300, way: 300, serving: 600},
		figure{key: "standesamt", walkIns: 2, served: 1, waiting: 0, way: 0, serving: 300},
	)
	h.wantTrail(nera, first.Ticket.Number, "ticket", "call", "start", "send_on", "call", "start", "finish")
}

// wantTrail compares what was done to a number, oldest first.
func (h *townHall) wantTrail(branch town.BranchID, number town.Number, want ...string) {
	h.t.Helper()
	manager := staff("manager")
	manager.User.Role = ledger.RoleManager
	entries, err := h.Trail.Of(h.ctx(), manager, branch, h.clock().AddDate(0, 0, -1), h.clock().Add(time.Hour), 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	got := []string{}
	for _, e := range entries {
		if e.Number == number {
			got = append([]string{e.Action}, got...)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("trail of %s (-want +got):\n%s", number, diff)
	}
}

func TestSendingOnIsUndone(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	called := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Start, called.Ticket.ID))
	h.must(clerk, sendOn(called.Ticket.ID, "meldebescheinigung"))
	back := h.must(clerk, on(deskwork.Undo, called.Ticket.ID))
	if got := back.Ticket; got.State != queue.Serving || got.Room != "platz-1" || len(got.Visits) != 0 {
		t.Errorf("got %s in %q after %d visits, want serving in platz-1 after none", got.State, got.Room, len(got.Visits))
	}
}

func TestSendingOnToWhatIsNotThereIsRefused(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	called := h.must(clerk, next("platz-1"))
	for _, service := range []town.ServiceID{"zaubern", certificate} { // the second one is rendered in Nerchau only
		if _, err := h.do(clerk, sendOn(called.Ticket.ID, service)); !problem.Is(err, "service.unknown") {
			t.Errorf("%s: got %v, want service.unknown", service, err)
		}
	}
}

// TestAKeyForAnEarlierStateSaysWhatHappened is a desk that lost its connection
// between an answer and the next look at the queue: it still shows the ticket
// before.
func TestAKeyForAnEarlierStateSaysWhatHappened(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	h.walkIn()
	shown := h.must(clerk, next("platz-1")).Ticket
	now := h.must(clerk, next("platz-1")).Ticket
	h.set(h.clock().Add(2 * time.Second))
	nobody := town.TicketID("")
	for name, c := range map[string]struct {
		cmd  deskwork.Command
		want string
	}{
		"start":                  {deskwork.Command{Type: deskwork.Start, Ticket: shown.ID, Version: shown.Version}, "moved_on.room"},
		"start without version":  {deskwork.Command{Type: deskwork.Start, Ticket: shown.ID}, "ticket.done"},
		"undo":                   {deskwork.Command{Type: deskwork.Undo, Ticket: shown.ID, Version: shown.Version}, "moved_on.step"},
		"next":                   {deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", Open: &shown.ID}, "moved_on.next"},
		"next, thought free":     {deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", Open: &nobody}, "moved_on.next"},
		"a chosen number":        {deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: 999, Open: &shown.ID}, "moved_on.next"},
		"recall of what is open": {deskwork.Command{Type: deskwork.Recall, Ticket: now.ID, Version: now.Version}, ""},
		"recall, version behind": {deskwork.Command{Type: deskwork.Recall, Ticket: now.ID, Version: now.Version - 1}, "moved_on.called"},
	} {
		_, err := h.do(clerk, c.cmd)
		if got := key(err); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if open := problem.Of(err).Args["open"]; err != nil && open != nil && open != now.Number.String() {
			t.Errorf("%s: names %v as open, want %s", name, open, now.Number)
		}
	}
	h.must(clerk, on(deskwork.Finish, now.ID))
	if _, err := h.do(clerk, deskwork.Command{Type: deskwork.Start, Ticket: now.ID, Version: now.Version}); key(err) != "moved_on.done" {
		t.Errorf("nothing is open: got %v, want moved_on.done", err)
	}
	if _, err := h.do(clerk, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", Open: &now.ID}); key(err) != "moved_on.done" {
		t.Errorf("next where the shown ticket is over: got %v, want moved_on.done", err)
	}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return problem.Of(err).Key
}
