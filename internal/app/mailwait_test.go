package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// takes takes what is due.
func (h *townHall) takes() []app.Letter {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.ctx(), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return letters
}

// takesOne takes the only mail that is due.
func (h *townHall) takesOne() app.Letter {
	h.t.Helper()
	letters := h.takes()
	if len(letters) != 1 {
		h.t.Fatalf("got %d letters, want one", len(letters))
	}
	return letters[0]
}

func (h *townHall) mail(id string) (m ledger.Mail) {
	h.t.Helper()
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		m, err = tx.Mails().ByID(h.ctx(), id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *townHall) behind() time.Duration {
	h.t.Helper()
	behind, err := h.Outbox.MailBehind(h.ctx())
	if err != nil {
		h.t.Fatal(err)
	}
	return behind
}

// toCall is the list of those to telephone, as the reception sees it.
func (h *townHall) toCall() []app.Unreached {
	h.t.Helper()
	list, err := h.Mails.Unreached(h.ctx(), with(ledger.RoleReception), markt)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *townHall) wantToCall(what string, want ...string) {
	h.t.Helper()
	var got []string
	for _, u := range h.toCall() {
		got = append(got, u.Kind+" "+u.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

// A worker that had lost its lease delayed, or gave up, a mail that another was
// sending, or had delayed by its own rules.
func TestALateAnswerOfAnOlderAttemptChangesNothing(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.book(at(t, thursday, "10:00"))
		older := h.takesOne()
		h.set(at(t, tuesday, "08:03")) // the lease is over
		newer := h.takesOne()
		want := h.mail(newer.Mail.ID)
		h.wantNone(
			h.Outbox.MailDelayed(h.ctx(), older, "smtp: 450 4.2.0, recipient", time.Hour),
			h.Outbox.MailHeld(h.ctx(), older, "connect", time.Hour),
			h.Outbox.MailRefused(h.ctx(), older, "smtp: 550 5.1.1, recipient"),
		)
		if diff := cmp.Diff(want, h.mail(newer.Mail.ID)); diff != "" {
			t.Errorf("after the older attempt's answers: -want +got\n%s", diff)
		}
		h.wantNone(h.Outbox.MailDelayed(h.ctx(), newer, "smtp: 450 4.2.0, recipient", time.Minute))
		h.wantNone(h.Outbox.MailRefused(h.ctx(), older, "smtp: 550 5.1.1, recipient"))
		if got := h.mail(newer.Mail.ID); got.State != app.MailQueued || got.Tries != 1 {
			t.Errorf("got %s after %d tries, want it to wait after one", got.State, got.Tries)
		}
		// What was handed over was, whoever did it.
		h.wantNone(h.Outbox.MailSent(h.ctx(), older), h.Outbox.MailDelayed(h.ctx(), newer, "smtp: 450 4.2.0, recipient", time.Minute))
		if got, want := h.mail(newer.Mail.ID).State, app.MailSent; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// The same where the node that was away had its mails resumed by another start.
func TestALateAnswerAfterResumingChangesNothing(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.book(at(t, thursday, "10:00"))
		older := h.takesOne()
		first, second := s.Meanwhile("Mails.Claim",
			func() error { return h.Outbox.ResumeMails(h.ctx()) },
			func() error { return h.Outbox.MailDelayed(h.ctx(), older, "smtp: 450 4.2.0, recipient", time.Hour) })
		h.wantNone(first, second)
		h.wantNone(h.Outbox.ResumeMails(h.ctx()), h.Outbox.MailRefused(h.ctx(), older, "smtp: 550 5.1.1, recipient"))
		if got := h.mail(older.Mail.ID); got.State != app.MailQueued {
			t.Errorf("got %s, want it queued", got.State)
		}
	})
}

// One row that nobody can make sense of kept every other mail of its batch, and
// of each later one, from going out.
func TestOneMailThatCantBeUnderstoodStopsNoOther(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.seals.spoils = func(string, string) bool { return true }
		h.book(at(t, thursday, "10:00"))
		h.seals.spoils = nil
		good := h.book(at(t, thursday, "10:20"))
		h.seals.spoils = func(about, _ string) bool { return strings.HasPrefix(about, "mail ") }
		moved, err := h.MoveFor(h.ctx(), staff(clerk), h.book(at(t, thursday, "10:40")).Token, "", at(t, thursday, "11:00"), app.StaffReason{})
		h.wantNone(err)
		h.seals.spoils = nil
		if got := h.takesOne(); got.Ticket.ID != good.Ticket.ID {
			t.Errorf("got the letter of %s, want %s", got.Ticket.ID, good.Ticket.ID)
		}
		list, err := h.trail()
		h.wantNone(err)
		unreadable := map[town.TicketID]bool{}
		for _, e := range list {
			if e.Action == "mail_unreadable" {
				unreadable[e.Ticket] = true
			}
		}
		if len(unreadable) != 2 || !unreadable[moved.Ticket.ID] {
			t.Errorf("noted as unreadable: %v, want two", unreadable)
		}
	})
}

func (h *townHall) trail() ([]ledger.AuditEntry, error) {
	return h.Trail.Of(h.ctx(), with(ledger.RoleManager), markt, at(h.t, tuesday, "00:00"), at(h.t, tuesday+1, "00:00"), 20)
}

// The figure fell back to nothing at each try, so that its alarm never came.
func TestMailBehindRisesThroughEveryTry(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		if got := h.behind(); got != 0 {
			t.Errorf("nothing waits: got %s", got)
		}
		h.book(at(t, tuesday+7, "10:00")) // its reminder isn't due for days
		for _, minutes := range []int{0, 1, 5, 20, 80} {
			h.set(at(t, tuesday, "08:00").Add(time.Duration(minutes) * time.Minute))
			letter := h.takesOne()
			if got, want := h.behind(), time.Duration(minutes)*time.Minute; got != want {
				t.Errorf("while it is being sent: got %s, want %s", got, want)
			}
			h.wantNone(h.Outbox.MailDelayed(h.ctx(), letter, "smtp: 554 5.7.1, recipient", time.Minute))
			if got, want := h.behind(), time.Duration(minutes)*time.Minute; got != want {
				t.Errorf("delayed: got %s, want %s", got, want)
			}
		}
		h.set(at(t, tuesday, "10:00"))
		h.wantNone(h.Outbox.MailSent(h.ctx(), h.takesOne()))
		if got := h.behind(); got != 0 {
			t.Errorf("sent: got %s", got)
		}
	})
}

// A full mailbox was tried for two days, and the appointment was tomorrow.
func TestWhoseMailWaitsIsTelephonedBeforeTheAppointment(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		const full, outage = "smtp: 452 4.2.2, recipient", "connect"
		for _, r := range []app.BookRequest{secretive(at(t, thursday, "09:00")), secretive(at(t, tuesday+7, "10:00"))} {
			if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range h.takes() {
			if l.Ticket.Date == thursday {
				h.wantNone(h.Outbox.MailDelayed(h.ctx(), l, full, time.Hour))
				continue
			}
			h.wantNone(h.Outbox.MailHeld(h.ctx(), l, outage, time.Hour))
		}
		h.set(at(t, tuesday, "08:59"))
		h.wantToCall("for less than an hour")
		h.set(at(t, tuesday, "09:00"))
		h.wantToCall("the next day's but one", "confirmation "+full)
		if got := h.toCall()[0]; !got.Waiting || !got.Again || got.Phone != "09999 424242" || !got.Due.Equal(at(t, tuesday, "08:00")) {
			t.Errorf("got %+v", got)
		}
		h.set(at(t, tuesday+5, "10:00"))
		h.wantToCall("the other one's day is near", "confirmation "+outage)
		for _, l := range h.takes() {
			h.wantNone(h.Outbox.MailSent(h.ctx(), l))
		}
		h.wantToCall("it got through")
	})
}

func TestWithLittleTimeLeftAMailIsTriedForHalfOfIt(t *testing.T) {
	h := openTownHall(t)
	r := secretive(at(t, tuesday, "09:40"))
	r.Staff = true
	h.set(at(t, tuesday, "09:00"))
	if _, err := h.Book(h.ctx(), with(ledger.RoleReception), r); err != nil {
		t.Fatal(err)
	}
	h.wantNone(h.Outbox.MailDelayed(h.ctx(), h.takesOne(), "smtp: 450 4.2.0, recipient", time.Minute))
	h.set(at(t, tuesday, "09:19"))
	h.wantToCall("more is left than has passed")
	h.set(at(t, tuesday, "09:20"))
	h.wantToCall("half of it has passed", "confirmation smtp: 450 4.2.0, recipient")
	h.wantNone(h.Mails.Reached(h.ctx(), with(ledger.RoleReception), h.toCall()[0].Mail))
	h.wantToCall("telephoned")
	if letters := h.takes(); len(letters) != 0 {
		t.Errorf("got %d letters to who was told by telephone, want none", len(letters))
	}
}

// Once the relay was mended nobody could have sent again what stood on the list.
func TestWhatStandsOnTheCallListIsSentAgain(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		var made []app.Appointment
		for _, clock := range []string{"10:00", "10:20", "10:40"} {
			one, err := h.Book(h.ctx(), access.Actor{}, secretive(at(t, thursday, clock)))
			h.wantNone(err)
			made = append(made, one)
		}
		for _, l := range h.takes() {
			h.wantNone(h.Outbox.MailSent(h.ctx(), l))
		}
		h.set(at(t, tuesday, "08:01"))
		moved, err := h.MoveFor(h.ctx(), staff(clerk), made[0].Token, "", at(t, thursday, "13:00"), app.StaffReason{Reason: "Rohrbruch"})
		h.wantNone(err)
		h.wantNone(h.CancelFor(h.ctx(), staff(clerk), made[1].Token, app.StaffReason{Reason: "Rohrbruch"}))
		for _, l := range h.takes() {
			h.wantNone(h.Outbox.MailRefused(h.ctx(), l, "smtp: 550 5.1.1, recipient"))
		}
		h.wantToCall("both", "cancellation smtp: 550 5.1.1, recipient", "change smtp: 550 5.1.1, recipient")
		change := h.toCall()[1].Mail
		for _, actor := range []access.Actor{with(ledger.RoleClerk), with(ledger.RoleManager, nera)} {
			h.wantKey("may not", h.Mails.SendAgain(h.ctx(), actor, change), "right.missing")
			if _, err := h.Mails.SendAllAgain(h.ctx(), actor, markt); !problem.Is(err, "right.missing") {
				t.Errorf("all: got %v, want right.missing", err)
			}
		}
		h.wantNone(h.Mails.SendAgain(h.ctx(), with(ledger.RoleReception), change))
		h.wantToCall("one waits", "cancellation smtp: 550 5.1.1, recipient")
		again := h.takesOne()
		want := app.News{ByOffice: true, Reason: "Rohrbruch", Was: was(t, made[0])}
		again.News.Was.Start = again.News.Was.Start.UTC()
		if diff := cmp.Diff(want, again.News); diff != "" || again.Ticket.ID != moved.Ticket.ID {
			t.Errorf("what it tells: -want +got\n%s", diff)
		}
		h.wantKey("while it is being sent", h.Mails.SendAgain(h.ctx(), with(ledger.RoleReception), change), "mail.not_repeatable")
		h.wantNone(h.Outbox.MailRefused(h.ctx(), again, "smtp: 550 5.1.1, recipient"))
		n, err := h.Mails.SendAllAgain(h.ctx(), with(ledger.RoleManager), markt)
		h.wantNone(err)
		if letters := h.takes(); n != 2 || len(letters) != 2 || !letters[0].News.ByOffice || letters[0].Mail.Tries != 0 {
			t.Errorf("all: got %d and letters %+v, want two", n, letters)
		}
		h.wantKey("unknown", h.Mails.SendAgain(h.ctx(), with(ledger.RoleReception), "nothing"), "mail.unknown")
	})
}

func TestWhoHasNoAddressGetsNoMailAgain(t *testing.T) {
	h := openTownHall(t)
	r := secretive(at(t, thursday, "10:00"))
	r.Person.Email = ""
	made, err := h.Book(h.ctx(), with(ledger.RoleReception), r)
	h.wantNone(err)
	h.wantNone(h.CancelFor(h.ctx(), staff(clerk), string(made.Ticket.ID), app.StaffReason{}))
	list := h.toCall()
	if len(list) != 1 || list[0].Again {
		t.Fatalf("got %+v, want one that can't be sent again", list)
	}
	h.wantKey("no address", h.Mails.SendAgain(h.ctx(), with(ledger.RoleReception), list[0].Mail), "mail.not_repeatable")
	if n, err := h.Mails.SendAllAgain(h.ctx(), with(ledger.RoleReception), markt); n != 0 || err != nil {
		t.Errorf("all: got %d, %v, want none", n, err)
	}
}

// A relay takes every mail and says a minute later that it can't deliver it.
func TestAMailThatComesBackReachesTheCallList(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		if _, err := h.Book(h.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "10:00"))); err != nil {
			t.Fatal(err)
		}
		letter := h.takesOne()
		if _, err := h.Outbox.MailReturned(h.ctx(), letter.Mail.ID, "5.1.1"); !errors.Is(err, app.ErrMailUnderWay) {
			t.Errorf("before it is noted as sent: got %v", err)
		}
		h.wantNone(h.Outbox.MailSent(h.ctx(), letter))
		h.wantToCall("sent")
		for _, want := range []bool{true, false} {
			if noted, err := h.Outbox.MailReturned(h.ctx(), letter.Mail.ID, "5.1.1"); noted != want || err != nil {
				t.Errorf("got %t, %v, want %t", noted, err, want)
			}
		}
		h.wantToCall("came back", "confirmation returned: 5.1.1")
		if noted, err := h.Outbox.MailReturned(h.ctx(), "nothing", "5.1.1"); noted || err != nil {
			t.Errorf("unknown: got %t, %v", noted, err)
		}
		h.wantNone(h.Mails.SendAgain(h.ctx(), with(ledger.RoleReception), letter.Mail.ID))
		h.wantNone(h.Outbox.MailSent(h.ctx(), h.takesOne()))
		h.wantToCall("sent again")
	})
}
