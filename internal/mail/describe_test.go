package mail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

func TestFeesAndEntryRulesAreThoseOfTheDay(t *testing.T) {
	c := smallTown()
	last, first := town.NewDate(2026, time.December, 7), town.NewDate(2026, time.December, 8)
	c.Services[0].Fees = []catalogue.Fee{
		{Label: town.Plain("alt"), Cents: 3700, To: &last},
		{Label: town.Plain("neu"), Cents: 4600, From: &first},
	}
	c.Branches[0].MeetingPoint = town.Plain("Foyer")
	c.Branches[0].Offices[0].EntryRules = []catalogue.EntryRule{
		{To: &last, Text: town.Plain("gestern")},
		{From: &first, Text: town.Plain("heute"), CallMode: town.CallPickup},
	}
	got, err := Describe(c, numbered(1).Ticket, "https://termine.example.org", "geheim")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]catalogue.VisitFee{{Label: "neu", Cents: 4600}}, got.Services[0].Fees); diff != "" {
		t.Errorf("fees: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"heute"}, got.Rules); diff != "" {
		t.Errorf("rules: -want +got\n%s", diff)
	}
	if got.CallMode != town.CallPickup || got.MeetAt != "Foyer" {
		t.Errorf("got %s at %q, want pickup at Foyer", got.CallMode, got.MeetAt)
	}
	if got, want := got.Host, "termine.example.org"; got != want {
		t.Errorf("host: got %s, want %s", got, want)
	}
}

func TestALetterTellsWhatWasInTheWordsOfItsBranch(t *testing.T) {
	c := smallTown()
	c.Branches = append(c.Branches, catalogue.Branch{ID: "fern", Name: town.Plain("In der Ferne"), TimeZone: "Pacific/Auckland"})
	l := numbered(1)
	l.Mail.Kind = app.MailRelocation
	l.Written = time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)
	l.Mail.Due = l.Written.Add(2 * time.Minute) // the lease of who sends it
	noon := time.Date(2026, time.December, 5, 11, 0, 0, 0, time.UTC)
	l.News = app.News{ByOffice: true, Reason: "Umzug", Was: &app.Former{Branch: "fern", Start: noon, Number: 733}}
	got, err := DescribeLetter(c, l, "https://termine.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if !got.OfTown || got.Reason != "Umzug" || got.Old == nil || got.Old.Branch != "In der Ferne" || got.Old.Number != 733 {
		t.Errorf("got %+v, old %+v", got, got.Old)
	}
	if !got.Stamp.Equal(l.Written) {
		t.Errorf("dated %s, want %s, when it was written", got.Stamp, l.Written)
	}
	if got, want := got.Old.Start.Format(time.DateTime), "2026-12-06 00:00:00"; got != want {
		t.Errorf("old time: got %s, want %s by the clock there", got, want)
	}
}

// TestAMailShowsTheTimeOfItsBranch, wherever the server stands.
func TestAMailShowsTheTimeOfItsBranch(t *testing.T) {
	c := smallTown()
	ticket := numbered(1).Ticket
	i := slices.IndexFunc(c.Branches, func(b catalogue.Branch) bool { return b.ID == ticket.Branch })
	c.Branches[i].TimeZone = "Pacific/Auckland"
	ticket.Start, ticket.End = time.Date(2026, time.December, 5, 11, 0, 0, 0, time.UTC), time.Date(2026, time.December, 5, 11, 20, 0, 0, time.UTC)
	got, err := Describe(c, ticket, "https://termine.example.org", "abc")
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{got.Start.Format(time.DateTime), "2026-12-06 00:00:00"}, {got.End.Format(time.DateTime), "2026-12-06 00:20:00"}} {
		if pair[0] != pair[1] {
			t.Errorf("got %s, want %s by the clock there", pair[0], pair[1])
		}
	}
}

func TestWhatCameBackIsNoNews(t *testing.T) {
	d := sample(t, Change, town.German)
	d.Old = &Old{Branch: d.Place.Branch, Start: d.Start, Number: d.Number}
	m, err := composer(t).Compose(d)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.Text, "Bisher galt") {
		t.Errorf("got\n%s", m.Text)
	}
}

func TestEveryServiceOfTheBuiltInTownCanBeMailed(t *testing.T) {
	file, mistakes := catalogue.BuiltIn()
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	merged, _, mistakes := (catalogue.Catalogue{}).Merge(file)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	c := composer(t)
	for i := range merged.Branches {
		branch := &merged.Branches[i]
		for _, office := range branch.Offices {
			for _, service := range office.Services {
				for _, lang := range languages {
					ticket := numbered(1).Ticket
					ticket.Branch, ticket.Office, ticket.Language = branch.ID, office.ID, lang
					ticket.Items = []town.Item{{Service: service, Quantity: 1}}
					d, err := Describe(&merged, ticket, "https://termine.example.org", "geheim")
					if err != nil {
						t.Fatal(err)
					}
					d.Kind = Confirmation
					if _, err := c.Address(Job{ID: "mail-1", To: citizen, Data: d}, Sender{}); err != nil {
						t.Errorf("%s %s %s: %v", branch.ID, service, lang, err)
					}
					read(t, Calendar(c.bundle, d))
				}
			}
		}
	}
}
