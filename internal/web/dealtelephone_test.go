package web_test

import (
	"net/http"
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

// TestARunsPagesSayWhatIsTrue: they spoke of mails where none is sent, of what is still
// to come where the run was stopped, and not of the time that was reserved already.
func TestARunsPagesSayWhatIsTrue(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	booked := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	o.closesThursday()
	wantNoText(t, o.get(unfitting), "weiß davon noch nichts")
	form := func(kind string) []string {
		return []string{"termin", string(booked.ID), "art", kind, "antwort", "2026-12-02", "uhr", "12:00"}
	}
	preview := o.post(unfitting+"/vorschau", form("anbieten")...)
	wantText(t, preview, "E-Mails gehen keine hinaus.")
	wantNoText(t, preview, "Die E-Mails gehen")
	first := o.carriesOut(form("anbieten")...)
	wantText(t, o.get(first), "können Sie alles zurücknehmen.", "erledigt</td>")
	wantNoText(t, o.get(first), "Die E-Mails gehen")

	wantText(t, o.post(unfitting+"/vorschau", form("verlegen")...), "Angeboten: Freitag")
	o.carriesOut(form("absagen")...)
	wantText(t, o.get(first), "Inzwischen abgesagt.")
	wantNoText(t, o.get(first), "erledigt</td>")

	other := o.bookedOn(firstTuesday.AddDays(3), "10:00").Ticket
	wantStatus(t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-04"), http.StatusSeeOther)
	run, err := o.Dealings.NewRun()
	if err != nil {
		t.Fatal(err)
	}
	begun := append(form("absagen"), "lauf", run)
	begun[1] = string(other.ID)
	wantRedirect(t, o.post(unfitting+"/lauf", begun...), unfitting+"/lauf/"+run)
	wantRedirect(t, o.post(unfitting+"/lauf/"+run+"/anhalten"), unfitting+"/lauf/"+run)
	wantText(t, o.get(unfitting+"/lauf/"+run), "Angehalten.", "nicht bearbeitet")
	wantStatus(t, o.post(unfitting+"/lauf", append(form("absagen"), "lauf", "'; x")...), http.StatusNotFound)
}
