package mail

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests describe Europe/Berlin wherever they run

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func composer(t *testing.T) *Composer {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewComposer(bundle)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sample is an invented appointment that uses every field.
func sample(t *testing.T, kind Kind, lang town.Language) Data {
	t.Helper()
	zone := berlin(t)
	d := Data{
		Kind: kind, Language: lang, Stamp: time.Date(2026, time.November, 30, 8, 15, 0, 0, time.UTC),
		Ticket: "ticket-1", Revision: 2, Host: "termine.example.org",
		Authority: "Große Kreisstadt Beispiel", Website: "https://www.example.org", Organizer: "post@example.org",
		Saturday: town.Text{town.German: "Sonnabend"},
		Office:   "Bürgerbüro",
		Place: Place{
			Branch: "Am Markt", Building: "Stadthaus", Street: "Markt 1", Postcode: "01234", City: "Beispiel",
			District: "Altstadt", Floor: "Erdgeschoss", MapURL: "https://karte.example.org/?q=Markt+1&z=17",
			Ways:  []string{"Hintereingang ohne Stufen über den Kirchplatz"},
			Phone: "01234 5678-90", Email: "buergerbuero@example.org",
		},
		Start: time.Date(2026, time.December, 8, 9, 20, 0, 0, zone), End: time.Date(2026, time.December, 8, 10, 0, 0, 0, zone),
		Number: 417, Code: "417 583 029 416", CallMode: town.CallScreen, MeetAt: "Foyer",
		Rules: []string{"Bitte tragen Sie eine Maske."},
		Services: []catalogue.VisitService{
			{
				Name: "Personalausweis beantragen", Quantity: 2,
				Documents: []string{"bisheriger Ausweis, auch abgelaufen", "digitales Passfoto (Code) & Geburtsurkunde <Original>"},
				Fees:      []catalogue.VisitFee{{Label: "ab 24 Jahren", Cents: 4600}, {Label: "Foto in der Behörde", Cents: 600, Optional: true}},
				Forms:     []catalogue.VisitForm{{Label: "Fotomustertafel", URL: "https://formulare.example.org/foto.pdf?a=1&b=2"}},
				Notes:     []string{"Die Fingerabdrücke werden gleich vor Ort aufgenommen; das dauert wenige Minuten und ist bei jedem Antrag nötig."},
			},
			{Name: "Wohnsitz anmelden", Quantity: 1, Fees: []catalogue.VisitFee{{Label: "Anmeldung"}, {Label: "Bescheinigung", Cents: 500, UpTo: 820}}},
		},
		Hints:     []string{"Kartenzahlung ist möglich."},
		ManageURL: "https://termine.example.org/t/abc", CancelURL: "https://termine.example.org/t/abc/absagen",
		BookURL: "https://termine.example.org/",
	}
	switch kind {
	case Change, Relocation:
		d.Old = &Old{Branch: "Am Bahnhof", Start: time.Date(2026, time.December, 5, 9, 0, 0, 0, zone), Number: 733}
		d.CallMode, d.OfTown = town.CallPickup, kind == Relocation
		if d.OfTown {
			d.Reason = "Personalausfall"
		}
	case NewTime:
		d.Old = &Old{Branch: "Am Bahnhof", Start: time.Date(2026, time.December, 5, 9, 0, 0, 0, zone), Number: 733}
		d.OfTown, d.Reason, d.Moves = true, "Personalausfall", lang == town.English
		d.OfferURL, d.MoveURL = "https://termine.example.org/t/abc/neue-zeit", "https://termine.example.org/t/abc/verschieben"
		d.Until = time.Date(2026, time.December, 3, 18, 0, 0, 0, zone)
	case Cancellation:
		if lang == town.English {
			d.OfTown, d.Reason = true, "Personalausfall"
		}
	case Offer:
		d.OfferURL = "https://termine.example.org/wunsch/abc"
		d.CancelURL = "https://termine.example.org/wunsch/abc/loeschen"
		d.Until = time.Date(2026, time.December, 1, 12, 0, 0, 0, zone)
	case Wish, Confirm:
		d.OfferURL = "https://termine.example.org/bestaetigen/abc"
		d.Until = time.Date(2026, time.December, 1, 9, 15, 0, 0, zone)
	}
	return d
}
