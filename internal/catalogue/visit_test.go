package catalogue

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// What pages, mails, slips and programs are made from is one projection; this is
// all of it, on a day on which an entry rule is in force and one fee no more.
func TestAVisitSaysAllOnce(t *testing.T) {
	yesterday, today := town.NewDate(2026, 11, 30), town.NewDate(2026, 12, 1)
	c := Catalogue{
		Authority: Authority{Phone: "03437 0", Email: "info@example.org"},
		Services: []Service{{
			ID: "pass", Name: town.Text{"de": "Pass", "en": "Passport"}, Minutes: 20,
			Documents: []town.Text{{"de": " altes Dokument "}, {"de": ""}},
			Notes:     []town.Text{town.Plain("Papierfotos gelten nicht mehr.")},
			Fees: []Fee{
				{Label: town.Plain("alt"), Cents: 3700, To: &yesterday},
				{Label: town.Plain("neu"), Cents: 4600, UpTo: 5000, Optional: true, Estimate: true, From: &today},
			},
			Forms:    []Link{{URL: "https://example.org/a.pdf"}},
			InPerson: new(true),
		}},
		Branches: []Branch{{
			ID: "markt", Name: town.Plain("Am Markt"), CallMode: town.CallScreen, MeetingPoint: town.Plain("im Foyer"),
			Offices: []Office{{
				ID: "amt", Name: town.Plain("Amt"), Phone: "03437 1", Hints: []town.Text{town.Plain("Bitte pünktlich.")},
				EntryRules: []EntryRule{
					{Text: town.Plain("Maske"), CallMode: town.CallPickup, From: &today},
					{Text: town.Plain("3G"), To: &yesterday},
				},
			}},
		}},
	}
	got, ok := c.Visit("markt", "amt", []town.Item{{Service: "pass", Quantity: 2}, {Service: "gone", Quantity: 1}}, today, town.English)
	want := Visit{
		Branch: "Am Markt", Office: "Amt", Phone: "03437 1", Email: "info@example.org",
		Mode: town.CallPickup, MeetingPoint: "im Foyer", EntryRules: []string{"Maske"}, Hints: []string{"Bitte pünktlich."},
		Services: []VisitService{{
			ID: "pass", Quantity: 2, Name: "Passport", Minutes: 20, MaxQuantity: 1,
			Documents: []string{"altes Dokument"}, Notes: []string{"Papierfotos gelten nicht mehr."},
			Fees:    []VisitFee{{Label: "neu", Cents: 4600, UpTo: 5000, Optional: true, Estimate: true}},
			Forms:   []VisitForm{{Label: "https://example.org/a.pdf", URL: "https://example.org/a.pdf"}},
			Details: []VisitDetail{{Key: "in_person"}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("known %v (-want +got):\n%s", ok, diff)
	}
	if got, ok := c.Visit("markt", "gone", nil, today, town.German); ok || got.Branch != "Am Markt" || got.Phone != "03437 0" {
		t.Errorf("an office that is gone: got %+v, %v", got, ok)
	}
}

// A detail is worded by its key, wherever it is shown.
func TestEveryDetailHasASentenceInEveryLanguage(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := Service{InPerson: new(true), CheckName: true, ReadyAfter: town.Plain("einer Woche")}
	for _, language := range words.Languages() {
		in := words.For(language)
		for _, d := range all.Visit(0, language).Details {
			if key := "visit." + d.Key; !in.Has(key) {
				t.Errorf("%s: no sentence for %s", language, key)
			}
		}
	}
	if got := (&Service{InPerson: new(false)}).Visit(0, town.German).Details; len(got) > 0 {
		t.Errorf("somebody else may come: got %v", got)
	}
}
