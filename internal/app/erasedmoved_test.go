package app_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
)

// TestAnErasedPersonsAppointmentIsMovedWithoutAMail: who had their data erased still
// has a number, and the office may move it; nothing is left to write to.
func TestAnErasedPersonsAppointmentIsMovedWithoutAMail(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver()
	folder, _ := n.target.Folder()
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, made.Ticket.Number, folder); err != nil {
		t.Fatal(err)
	}
	moved := n.moves(made, at(t, tuesday+7, "09:40"))
	if !moved.Ticket.Start.Equal(at(t, tuesday+7, "09:40")) || moved.Ticket.Number != made.Ticket.Number {
		t.Errorf("got %s at %s, want the same number moved", moved.Ticket.Number, moved.Ticket.Start)
	}
	for range 3 {
		n.set(n.clock().Add(24 * time.Hour))
		if letters, err := n.Outbox.DueMails(n.ctx(), 10); err != nil || len(letters) > 0 {
			t.Errorf("got %v, %v; want no mail", letters, err)
		}
	}
	if unreached, err := n.Mails.Unreached(n.ctx(), boss(markt), markt); err != nil || len(unreached) > 0 {
		t.Errorf("got %v, %v; want nobody to telephone", unreached, err)
	}
}
