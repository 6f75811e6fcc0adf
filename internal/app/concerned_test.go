package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
)

// unfit returns who no longer fits: "10:00 closed".
func (h *townHall) unfit() []string {
	h.t.Helper()
	list, err := h.Dealings.Unfit(h.ctx(), markt)
	if err != nil {
		h.t.Fatal(err)
	}
	told := []string{}
	for _, u := range list {
		told = append(told, u.Start.Format("15:04 ")+string(u.Why))
	}
	return told
}

func (h *townHall) wantUnfit(when string, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), h.unfit()); diff != "" {
		h.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// TestWhateverChangesWhomItConcernsIsKnownAtOnce goes through the ways in which a
// town changes: a closure in the browser, a file that takes a day, a counter, a
// service; each is taken back.
func TestWhateverChangesWhomItConcernsIsKnownAtOnce(t *testing.T) {
	h := openTownHall(t)
	for range 2 {
		h.book(at(t, thursday, "10:00"))
	}
	h.book(at(t, thursday, "11:00"))
	h.wantUnfit("nothing changed")
	h.closes(dayOff(thursday))
	h.wantUnfit("closed", "10:00 closed", "10:00 closed", "11:00 closed")
	if err := h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(thursday)); err != nil {
		t.Fatal(err)
	}
	h.wantUnfit("open again")
	office := func(rule string) string {
		return "format: aufruf/1\nbranches: [{id: grimma-markt, offices: [{id: buergerbuero, opening: [" + rule + "]}]}]\n"
	}
	h.change(office("{days: [monday, tuesday], hours: [09:00-17:00], capacity: {online: 4, staff: 4, counters: 4}}"))
	h.wantUnfit("no Thursdays", "10:00 outside_hours", "10:00 outside_hours", "11:00 outside_hours")
	h.change(office("{days: [monday, tuesday, wednesday, thursday, friday], hours: [09:00-17:00], capacity: {online: 1, staff: 1, counters: 1}}"))
	h.wantUnfit("one counter", "10:00 over_capacity")
	h.change("format: aufruf/1\nservices: [{id: eid-pin, retired: true}]\n")
	h.wantUnfit("its service retired", "10:00 service_gone", "10:00 service_gone", "11:00 service_gone")
	h.change("format: aufruf/1\nservices: [{id: eid-pin, retired: false}]\n")
	h.wantUnfit("and back", "10:00 over_capacity")
	h.set(at(t, thursday, "10:00"))
	h.wantUnfit("its time has come")
}

func TestWhoIsKeptTakesTheirPlaceUntilTheyMove(t *testing.T) {
	h := openTownHall(t)
	kept := h.book(at(t, thursday, "10:00")).Ticket
	h.closes(dayOff(thursday))
	for _, refused := range []access.Actor{staff(clerk), boss(nera), {Kind: access.Staff, User: ledger.User{ID: "rosa", Role: ledger.RoleReception}}} {
		if err := h.Dealings.Keep(h.ctx(), refused, markt, kept.ID); problem.Of(err).Kind != problem.Forbidden {
			t.Errorf("%s: got %v, want no right to decide", refused.Name(), err)
		}
	}
	for range 2 {
		if err := h.Dealings.Keep(h.ctx(), boss(markt), markt, kept.ID); err != nil {
			t.Fatal(err)
		}
	}
	h.wantUnfit("kept")
	if _, err := h.MoveTicket(h.ctx(), boss(markt), markt, kept.ID, "", at(t, thursday.AddDays(7), "10:00"), app.StaffReason{}); err != nil {
		t.Fatal(err)
	}
	h.closes(dayOff(thursday.AddDays(7)))
	h.wantUnfit("moved, and closed there too", "10:00 closed")
}

// TestWhatFitsAgainIsntKeptForLater: two managers at once, one opens again, the
// other keeps from a list that is older; what comes later must still be listed.
func TestWhatFitsAgainIsntKeptForLater(t *testing.T) {
	h := openTownHall(t)
	booked := h.book(at(t, thursday, "10:00")).Ticket
	h.closes(dayOff(thursday))
	if err := h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(thursday)); err != nil {
		t.Fatal(err)
	}
	if err := h.Dealings.Keep(h.ctx(), boss(markt), markt, booked.ID); err != nil {
		t.Fatal(err)
	}
	h.closes(dayOff(thursday))
	h.wantUnfit("closed again", "10:00 closed")
}

// TestAReminderDoesntSendAnybodyToALockedDoor: it waits while nobody has decided,
// counts as late for nobody, and goes out once the appointment is kept.
func TestAReminderDoesntSendAnybodyToALockedDoor(t *testing.T) {
	h := openTownHall(t)
	date := tuesday.AddDays(7)
	booked := h.book(at(t, date, "10:00")).Ticket
	h.sendAll()
	h.closes(dayOff(date))
	h.set(at(t, date.AddDays(-1), "10:30"))
	h.wantLetters("closed")
	if behind, err := h.Outbox.MailBehind(h.ctx()); err != nil || behind > 0 {
		t.Errorf("mails count as %s late, %v", behind, err)
	}
	list, err := h.Dealings.Concerned(h.ctx(), boss(markt), markt, tuesday, date)
	if err != nil || len(list) != 1 || list[0].Reachable != app.ReachMail || list[0].Reminder.IsZero() {
		t.Fatalf("got %+v, %v; want one with a waiting reminder", list, err)
	}
	if err := h.Dealings.Keep(h.ctx(), boss(markt), markt, booked.ID); err != nil {
		t.Fatal(err)
	}
	h.wantLetters("kept", app.MailReminder)
}

// wantLetters takes what is due.
func (h *townHall) wantLetters(when string, want ...string) {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.ctx(), 10)
	if err != nil {
		h.t.Fatal(err)
	}
	got := []string{}
	for _, l := range letters {
		got = append(got, l.Mail.Kind)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		h.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func (h *townHall) sendAll() {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.ctx(), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, l := range letters {
		if err := h.Outbox.MailSent(h.ctx(), l); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestWhatAFileWouldChangeIsToldBeforehand: tried, it names whom it would concern
// and changes nothing; imported, those and the ones of before.
func TestWhatAFileWouldChangeIsToldBeforehand(t *testing.T) {
	h := openTownHall(t)
	h.book(at(t, thursday, "10:00"))
	h.book(at(t, thursday.AddDays(1), "10:00"))
	h.closes(dayOff(thursday.AddDays(1)))
	file := parsed(t, "format: aufruf/1\nbranches: [{id: grimma-markt, closures: [{from: "+thursday.String()+", to: "+thursday.String()+"}]}]\n")
	reasons := func(i app.Imported) (got []booking.Unfit) {
		for _, u := range i.Concerned {
			got = append(got, u.Why)
		}
		return got
	}
	want := []booking.Unfit{booking.Closed, booking.Closed}
	tried, _, err := h.Town.TryImport(h.ctx(), file)
	if err != nil || !cmp.Equal(want, reasons(tried)) {
		t.Errorf("tried: got %v, %v; want %v", reasons(tried), err, want)
	}
	h.wantUnfit("only tried", "10:00 closed")
	for range 2 { // the second changes nothing, and names them again
		done, _, err := h.Town.Import(h.ctx(), file)
		if err != nil || !cmp.Equal(want, reasons(done)) {
			t.Errorf("imported: got %v, %v; want %v", reasons(done), err, want)
		}
	}
	h.wantUnfit("imported", "10:00 closed", "10:00 closed")
}
