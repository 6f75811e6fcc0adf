package web_test

import (
	"testing"

	"aufruf/internal/ledger"
)

const toPhone = "/staff/grimma-markt/anrufen"

// TestTheTelephoneListReadsAsTheMailWould: the reception couldn't say why, nor what
// holds without an answer, nor which time was meant.
func TestTheTelephoneListReadsAsTheMailWould(t *testing.T) {
	for _, tc := range []struct {
		form []string
		want []string
	}{
		{[]string{"art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00"}, []string{"Ohne Antwort geben wir die neue Zeit danach frei."}},
		{[]string{"art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00", "ohne", "verlegen"}, []string{"Ohne Antwort gilt danach die neue Zeit."}},
		{[]string{"art", "verlegen"}, []string{"Bisher galt: Donnerstag, 3.\u00a0Dezember 2026, 10.00\u00a0Uhr, Nummer "}},
		{[]string{"art", "absagen"}, []string{"Das Amt hat diesen Termin abgesagt."}},
	} {
		o := openManagement(t, ledger.RoleManager)
		booked := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
		o.closesThursday()
		o.carriesOut(append(tc.form, "termin", string(booked.ID), "grund", "Rohrbruch")...)
		wantNoText(t, o.get(toPhone), "Rohrbruch")
		o.set("09:07")
		wantText(t, o.get(toPhone), append(tc.want, "Grund: Rohrbruch")...)
	}
}
