package web_test

import (
	"net/http"
	"slices"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
)

const noChoice = "Diese Angabe passt nicht."

// TestWhatAFormDoesntOfferIsntTakenForSomethingElse: an unknown value of a choice
// was taken for the first one, silently: a closure without its reason, of more
// than was meant; a cancellation in the name of the person.
func TestWhatAFormDoesntOfferIsntTakenForSomethingElse(t *testing.T) {
	manager := openManagement(t, ledger.RoleManager)
	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03"}
	closed := append(slices.Clone(day), "was", "ohne", "grund", "house")
	wantRedirect(t, manager.post(closing, closed...), closing+"?geschlossen=1")

	o := openReception(t)
	made := o.booked("10:00").Ticket
	one := []string{"ticket", string(made.ID), "date", "2026-12-01", "number", made.Number.String(), "nach", "grimma-markt", "start", "2026-12-01T10:40:00+01:00"}
	phone := []string{"service", "eid-pin", "key", "einmal", "start", "2026-12-01T10:30:00+01:00", "name", "Ada", "phone", "03437 123"}
	list := []string{"key", "k", "number", made.Number.String(), "outcome", "served", "clock", "9.12"}
	for _, test := range []struct {
		in          *house
		path        string
		form        []string
		name, value string
		say         string
	}{
		{manager, closing, day, "was", "xx", noChoice},
		{manager, closing, day, "grund", "zz", noChoice},
		{manager, closing + "/oeffnen", day, "was", "xx", noChoice},
		{o, front + "/absagen", one, "wer", "niemand", noChoice},
		{o, front + "/verschieben", one, "wer", "niemand", noChoice},
		{o, front + "/ticket", []string{"service", "eid-pin", "key", "k"}, "vorziehen", "viel", noChoice},
		{o, front + "/termin", phone, "sprache", "klingonisch", noChoice},
		{o, afterwards, list, "tag", "gestern", "Diesen Tag gibt es nicht."},
		{o, afterwards, []string{"key", "k", "tag", "2026-12-01", "number", made.Number.String(), "clock", "9.00"}, "outcome", "xx", "Bitte wählen Sie, was war."},
	} {
		got := test.in.post(test.path, append(slices.Clone(test.form), test.name, test.value)...)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s with %s=%s: got %d, want 422", test.path, test.name, test.value, got.Code)
			continue
		}
		wantText(t, got, test.say)
	}
	found, err := o.FindByNumber(t.Context(), o.actor("rosa", ledger.RoleReception), markt, made.Date, made.Number)
	if err != nil || found.Ticket.State != queue.Booked || !found.Ticket.Start.Equal(made.Start) {
		t.Errorf("got %+v, %v; want it as it was booked", found.Ticket, err)
	}
}

func TestAWishForNoDayIsNoWishForAnyDay(t *testing.T) {
	s := newSite(t)
	for name, value := range map[string]string{"hours": "nachts", "weekday": "8"} {
		form := wishFilled()
		form.Set(name, value)
		got := s.post("/termin/wunsch", form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantText(t, got, noChoice)
	}
}
