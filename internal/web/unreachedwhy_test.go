package web_test

import (
	"testing"
	"time"

	"aufruf/internal/ledger"
)

// TestTheListOfCallsSaysWhyNoMailArrived: what was refused and what came back is told
// apart.
func TestTheListOfCallsSaysWhyNoMailArrived(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	o.signsIn("rosa")
	const refused, returned = "Die E-Mail ließ sich nicht zustellen.", "Die E-Mail kam zurück."
	o.bookedOnline(start.Add(time.Hour))
	letters, err := o.Outbox.DueMails(t.Context(), 10)
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	if err := o.Outbox.MailSent(t.Context(), letters[0]); err != nil {
		t.Fatal(err)
	}
	wantText(t, o.get(calls), "Es ist niemand anzurufen.")
	if noted, err := o.Outbox.MailReturned(t.Context(), letters[0].Mail.ID, "5.2.2"); err != nil || !noted {
		t.Fatalf("noted: %t, %v", noted, err)
	}
	list := o.get(calls)
	wantText(t, list, returned, "returned: 5.2.2")
	wantNoText(t, list, refused)
	o.unreached("10:00")
	wantText(t, o.get(calls), returned, refused, "smtp: 550 5.1.1")
}
