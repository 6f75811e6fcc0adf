package app_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
)

// Who can't find the confirmation gets it once more, to the address that is known: not
// twice at once, and not for ever.
func TestAConfirmationIsSentOnceMore(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "10:00")).Ticket
	front := with(ledger.RoleReception)
	sent := func() (n int) {
		t.Helper()
		letters, err := h.Outbox.DueMails(h.ctx(), 10)
		h.wantNone(err)
		for _, l := range letters {
			if l.Mail.Kind != app.MailConfirmation || l.Person.Email != "ada@example.org" || len(l.Code) != app.CodeDigits {
				t.Errorf("got %s to %s with the code %q", l.Mail.Kind, l.Person.Email, l.Code)
			}
			h.wantNone(h.Outbox.MailSent(h.ctx(), l))
			n++
		}
		return n
	}
	h.wantNone(h.Mails.Repeat(h.ctx(), front, markt, made.ID)) // the first is still on its way
	if got := sent(); got != 1 {
		t.Fatalf("got %d, want the first alone", got)
	}
	for range 3 {
		h.wantNone(h.Mails.Repeat(h.ctx(), front, markt, made.ID))
		h.wantNone(h.Mails.Repeat(h.ctx(), front, markt, made.ID))
		if got := sent(); got != 1 {
			t.Errorf("got %d, want one", got)
		}
	}
	h.wantKey("a fourth time", h.Mails.Repeat(h.ctx(), front, markt, made.ID), "mail.repeated")
	h.wantKey("by a clerk", h.Mails.Repeat(h.ctx(), staff(clerk), markt, made.ID), "right.missing")
	h.known(at(t, tuesday, "10:10"), app.Person{Name: "Ada Beispiel"})
	hits, err := h.Persons.Search(h.ctx(), front, markt, app.PersonSearch{Typed: "beispiel"})
	h.wantNone(err)
	for _, hit := range hits.Tickets {
		if hit.ID != made.ID {
			h.wantKey("without an address", h.Mails.Repeat(h.ctx(), front, markt, hit.ID), "mail.not_repeatable")
		}
	}
	h.set(at(t, tuesday, "10:01"))
	h.wantKey("once it has begun", h.Mails.Repeat(h.ctx(), front, markt, made.ID), "mail.not_repeatable")
}
