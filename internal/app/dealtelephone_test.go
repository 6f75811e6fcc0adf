package app_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// phonedIn books with a telephone number and no mail address.
func (h *townHall) phonedIn(clock string) queue.Ticket {
	h.t.Helper()
	wanted := wants(at(h.t, thursday, clock))
	wanted.Person = app.Person{Name: "Bo Beispiel", Phone: "09999 424242"}
	made, err := h.Book(h.ctx(), staff(clerk), wanted)
	if err != nil {
		h.t.Fatal(err)
	}
	return made.Ticket
}

func (h *townHall) mailsOf(ticket town.TicketID) (mails []ledger.Mail) {
	h.t.Helper()
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		mails, err = tx.Mails().OfTicket(h.ctx(), ticket)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return mails
}

// TestNobodyIsTelephonedWhileARunCanBeUndone: who has no mail address stood on the
// list at once, was ticked, and with a cancellation erased; the undone run brought
// the appointment back without its telephone number.
func TestNobodyIsTelephonedWhileARunCanBeUndone(t *testing.T) {
	for _, kind := range []ledger.RunKind{ledger.RunOffer, ledger.RunMove, ledger.RunCancel} {
		t.Run(string(kind), func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				phoned := h.phonedIn("10:00")
				h.closes(dayOff(thursday))
				d := offers(t)
				d.Kind = kind
				id := h.deals(d)
				h.set(at(t, tuesday, "08:01"))
				h.wantToCall("it can be undone still")
				mails := h.mailsOf(phoned.ID)
				if len(mails) != 1 {
					t.Fatalf("got %+v, want what is to be said", mails)
				}
				if err := h.Mails.Reached(h.ctx(), with(ledger.RoleReception), mails[0].ID); !problem.Is(err, "mail.unknown") {
					t.Errorf("ticked too early: got %v", err)
				}
				h.wantNone(h.Dealings.Undo(h.ctx(), boss(markt), markt, id))
				h.carriesOut()
				h.closes(dayOff(thursday.AddDays(1)))
				d.Kind = ledger.RunCancel
				h.deals(d)
				h.set(at(t, tuesday, "08:05"))
				calls := h.toCall()
				if len(calls) != 1 || calls[0].Phone != "09999 424242" || calls[0].Kind != app.MailCancellation {
					t.Errorf("dealt with again: got %+v, want the number to call", calls)
				}
			})
		})
	}
}

// TestTickingAnOlderMailLeavesARunsNews: it settled all that was noted of the ticket,
// what nobody may be told yet as well.
func TestTickingAnOlderMailLeavesARunsNews(t *testing.T) {
	h := openTownHall(t)
	booked := h.bookAs("bo@example.org", at(t, thursday, "10:00"))
	h.wantNone(h.Outbox.MailRefused(h.ctx(), h.takesOne(), "smtp: 550 5.1.1, recipient"))
	older := h.toCall()
	h.closes(dayOff(thursday))
	h.deals(offers(t))
	h.wantNone(h.Mails.Reached(h.ctx(), with(ledger.RoleReception), older[0].Mail))
	h.set(at(t, tuesday, "08:02"))
	if letter := h.takesOne(); letter.Mail.Kind != app.MailNewTime || letter.Mail.Ticket != booked.ID {
		t.Errorf("got %+v, want the run's mail", letter.Mail)
	}
}

// TestWhoWasToldIsNotUndone: an undone run said "undone" of somebody who had been
// telephoned, or had answered.
func TestWhoWasToldIsNotUndone(t *testing.T) {
	for _, tc := range []struct {
		kind ledger.RunKind
		told func(h *townHall, t queue.Ticket) error
		want string
	}{
		{ledger.RunCancel, (*townHall).settled, app.LeftTold},
		{ledger.RunMove, (*townHall).settled, app.LeftTold},
		{ledger.RunOffer, func(h *townHall, t queue.Ticket) error {
			return h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, t.ID, app.ReservedDeclined)
		}, app.LeftTold},
		{ledger.RunOffer, func(h *townHall, t queue.Ticket) error {
			return h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, t.ID, app.ReservedAccepted)
		}, app.LeftChanged},
	} {
		t.Run(string(tc.kind)+" "+tc.want, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				phoned := h.phonedIn("10:00")
				h.closes(dayOff(thursday))
				d := offers(t)
				d.Kind = tc.kind
				id := h.deals(d)
				h.wantNone(tc.told(h, phoned))
				before := h.ticket(phoned.ID)
				h.wantNone(h.Dealings.Undo(h.ctx(), boss(markt), markt, id))
				h.carriesOut()
				report := h.report(id)
				if report.Left != 1 || report.Items[0].Note != tc.want {
					t.Errorf("got %+v, want it left as %q", report.Items, tc.want)
				}
				if after := h.ticket(phoned.ID); after.Version != before.Version {
					t.Errorf("got %+v, want it as it was", after)
				}
			})
		})
	}
}

// settled notes of all that is to be said of a ticket that it was, as a node does
// whose clock goes before.
func (h *townHall) settled(t queue.Ticket) error {
	mails := h.mailsOf(t.ID)
	return h.store.Update(h.ctx(), nil, func(tx ledger.Tx) error {
		for _, m := range mails {
			if err := tx.Mails().Settle(h.ctx(), m.ID, at(h.t, tuesday, "08:02")); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestARunHasAnIDThatWasDrawn: any text was taken for one.
func TestARunHasAnIDThatWasDrawn(t *testing.T) {
	h := openTownHall(t)
	h.book(at(t, thursday, "10:00"))
	h.closes(dayOff(thursday))
	drawn := h.newRun()
	for _, id := range []string{"", "'; x", "run", drawn + "a", drawn[1:], drawn[1:] + "ä", drawn[1:] + " "} {
		if err := h.Dealings.Begin(h.ctx(), boss(), id, offers(t)); !problem.Is(err, "run.unknown") {
			t.Errorf("%q: got %v", id, err)
		}
	}
	h.wantNone(h.Dealings.Begin(h.ctx(), boss(), drawn, offers(t)))
}

// TestTheTelephoneListSaysWhatTheMailWouldHave: it left out the office's reason, what
// the person knows, and what holds without an answer.
func TestTheTelephoneListSaysWhatTheMailWouldHave(t *testing.T) {
	for _, kind := range []ledger.RunKind{ledger.RunOffer, ledger.RunMove, ledger.RunCancel} {
		t.Run(string(kind), func(t *testing.T) {
			h := openTownHall(t)
			phoned := h.phonedIn("10:00")
			h.closes(dayOff(thursday))
			d := offers(t)
			d.Kind, d.Moves = kind, true
			h.deals(d)
			h.set(at(t, tuesday, "08:02"))
			calls := h.toCall()
			if len(calls) != 1 || calls[0].Why != "Personalausfall" {
				t.Fatalf("got %+v, want one with the office's reason", calls)
			}
			got := calls[0]
			if moved := kind == ledger.RunMove; moved != (got.Was != nil) || moved && (!got.Was.Start.Equal(phoned.Start) || got.Was.Number != phoned.Number) {
				t.Errorf("got %+v, want what was only of a move", got.Was)
			}
			if offered := kind == ledger.RunOffer; offered != (got.Reserved != nil && got.Reserved.Moves) {
				t.Errorf("got %+v, want what holds without an answer", got.Reserved)
			}
		})
	}
}

// TestARunSaysWhatAnotherDidSince: a run went on saying "done" of an appointment that
// another had moved or cancelled.
func TestARunSaysWhatAnotherDidSince(t *testing.T) {
	for kind, want := range map[ledger.RunKind]string{ledger.RunMove: app.LeftMoved, ledger.RunCancel: app.LeftCancelled, ledger.RunKeep: app.LeftKept} {
		t.Run(string(kind), func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				h.phonedIn("10:00")
				h.closes(dayOff(thursday))
				first := h.deals(offers(t))
				if got := h.report(first).Items[0].Since; got != "" {
					t.Errorf("before: got %q", got)
				}
				d := offers(t)
				d.Kind, d.Earliest = kind, thursday.AddDays(4)
				second := h.deals(d)
				if got := h.report(first).Items[0].Since; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if got := h.report(second).Items[0]; got.Since != "" || got.State != ledger.ItemDone {
					t.Errorf("the second: got %+v", got)
				}
			})
		})
	}
}
