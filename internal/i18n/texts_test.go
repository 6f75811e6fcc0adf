package i18n

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func TestWording(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	bundle := mustLoad(t)
	german := bundle.For(town.German).WithSaturday(town.Plain("Sonnabend"))
	english := bundle.For(town.English).WithSaturday(town.Plain("Sonnabend"))
	at := time.Date(2026, time.December, 8, 9, 5, 0, 0, zone)
	saturday := town.NewDate(2026, time.December, 5)
	const nbsp = "\u00a0"

	tests := []struct{ name, got, want string }{
		{"date", german.Date(DateOf(at)), "Dienstag, 8." + nbsp + "Dezember 2026"},
		{"date in English", english.Date(DateOf(at)), "Tuesday, 8 December 2026"},
		{"time", german.Time(at), "9.05" + nbsp + "Uhr"},
		{"time in English", english.Time(at), "09:05"},
		{"moment", german.Moment(at), "Dienstag, 8." + nbsp + "Dezember 2026, 9.05" + nbsp + "Uhr"},
		{"the region's Saturday", german.Date(saturday), "Sonnabend, 5." + nbsp + "Dezember 2026"},
		{"Saturday in English", english.Weekday(time.Saturday), "Saturday"},
		{"month", german.Month(saturday), "Dezember 2026"},
		{"digits", german.DateNumbers(saturday), "05.12.2026"},
		{"fee", german.Amount(Amount{From: 4600}), "46,00" + nbsp + "€"},
		{"small fee in English", english.Amount(Amount{From: 75}), "€0.75"},
		{"fees from to", german.Amount(Amount{From: 2200, UpTo: 11200}), "22,00" + nbsp + "€ bis 112,00" + nbsp + "€"},
		{"an estimate", german.Amount(Amount{From: 800, Estimate: true}), "ungefähr 8,00" + nbsp + "€"},
		{"an estimate from to", english.Amount(Amount{From: 800, UpTo: 1000, Estimate: true}), "about €8.00 to €10.00"},
		{"an estimate of nothing", german.Amount(Amount{Estimate: true}), "kostenlos"},
		{"one", german.N("date.minutes", 1), "1 Minute"},
		{"none", german.N("date.minutes", 0), "0 Minuten"},
		{"several in English", english.N("date.minutes", 20), "20 minutes"},
		{"several in plain German", bundle.For(town.PlainGerman).N("date.minutes", 20), "20 Minuten"},
		{"a language that isn't there", bundle.For("fr").T("money.free"), "kostenlos"},
		{"a key that isn't there", german.T("nobody.wrote_this"), "nobody.wrote_this"},
		{"html", bundle.For(town.PlainGerman).HTMLLang(), "de"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
}

func TestProblemFallsBackToItsKind(t *testing.T) {
	german := mustLoad(t).For(town.German)
	tests := []struct {
		err  *problem.Error
		want string
	}{
		{problem.New(problem.Conflict, "booking.slot_taken"), german.T("problem.booking.slot_taken")},
		{problem.New(problem.NotFound, "nobody.wrote_this"), german.T("problem.status.404")},
		{problem.Wrap(nil), german.T("problem.internal")},
	}
	for _, test := range tests {
		if got := german.Problem(test.err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.err.Key, got, test.want)
		}
	}
	if got, want := german.Field("request.required"), "Diese Angabe fehlt noch."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryKindOfProblemHasASentence(t *testing.T) {
	bundle := mustLoad(t)
	for _, lang := range bundle.Languages() {
		texts := bundle.For(lang)
		for kind := problem.Internal; kind <= problem.Unavailable; kind++ {
			e := problem.New(kind, "nobody.wrote_this")
			if got := texts.Problem(e); got[:4] == "prob" {
				t.Errorf("%s: status %d has no sentence", lang, kind.Status())
			}
		}
	}
}

func TestNegotiate(t *testing.T) {
	all := []town.Language{town.German, town.English, town.PlainGerman}
	tests := []struct {
		accept  string
		offered []town.Language
		want    town.Language
	}{
		{"de-DE,de;q=0.9,en;q=0.8", all, town.German},
		{"en-GB,en;q=0.9,de;q=0.8", all, town.English},
		{"fr,en;q=0.3", all, town.English},
		{"pl", all, town.German},
		{"", all, town.German},
		{"not a header;;", all, town.German},
		{"en", []town.Language{town.German}, town.German},
		{"", []town.Language{town.English}, town.English},
		{"", nil, town.German},
	}
	for _, test := range tests {
		if got := Negotiate(test.accept, test.offered); got != test.want {
			t.Errorf("Negotiate(%q, %v): got %q, want %q", test.accept, test.offered, got, test.want)
		}
	}
}

func TestLanguagesStartWithGerman(t *testing.T) {
	got := mustLoad(t).Languages()
	want := []town.Language{town.German, town.PlainGerman, town.English}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}

func TestAFewSurfacesOfOneLanguage(t *testing.T) {
	all := mustLoad(t)
	for _, lang := range []town.Language{town.German, town.English, "tlh"} {
		few, err := LoadOnly(lang, "caller", "words")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := few.T("caller.empty"), all.For(lang).T("caller.empty"); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
		if few.Has("staff.desk.now") {
			t.Errorf("%s: the staff's page was read too", lang)
		}
	}
	if _, err := LoadOnly(town.German, "nowhere"); err == nil {
		t.Error("a surface that isn't there was read")
	}
}
