package catalogue

import (
	"slices"
	"testing"

	"aufruf/internal/town"
)

func TestSearchForgives(t *testing.T) {
	c := grimmaCatalogue(t)
	tests := []struct {
		query    string
		language town.Language
		first    town.ServiceID
	}{
		{"perso", town.German, "personalausweis-beantragen"},
		{"PERSO", town.German, "personalausweis-beantragen"},
		{"umzug", town.German, "wohnsitz-anmelden"},
		{"umziehen", town.German, "wohnsitz-ummelden"},
		{"führungszeugnis", town.German, "fuehrungszeugnis"},
		{"fuehrungszeugnis", town.German, "fuehrungszeugnis"},
		{"Fuhrungszeugnis", town.German, "fuehrungszeugnis"},
		{"fu\u0308hrungszeugnis", town.German, "fuehrungszeugnis"},
		{"fürungszeugniss", town.German, "fuehrungszeugnis"},
		{"polizeiliches führungszeugnis", town.German, "fuehrungszeugnis"},
		{"personalausweiß", town.German, "personalausweis-beantragen"},
		{"pesro", town.German, "personalausweis-beantragen"},
		{"reisepas", town.German, "reisepass-beantragen"},
		{"pass", town.German, "reisepass-beantragen"},
		{"Ich brauche einen neuen Perso.", town.German, "personalausweis-beantragen"},
		{"ausweis verloren", town.German, "ausweis-verlust"},
		{"perso geklaut", town.German, "ausweis-verlust"},
		{"baby", town.German, "geburt-beurkunden"},
		{"kirchensteuer", town.German, "kirchenaustritt"},
		{"passport", town.English, "reisepass-beantragen"},
		{"moving", town.English, "wohnsitz-anmelden"},
		{"marriage", town.English, "eheschliessung-anmelden"},
		{"Reisepass", town.English, "reisepass-beantragen"},
		{"Hochzeit", town.PlainGerman, "eheschliessung-anmelden"},
		{"reisepass", town.PlainGerman, "reisepass-beantragen"},
	}
	for _, test := range tests {
		got := c.Search(test.query, test.language)
		if len(got) == 0 || got[0] != test.first {
			t.Errorf("%q in %s: got %v, want %s first", test.query, test.language, got, test.first)
		}
	}
}

func TestSearchFindsNothingForNonsense(t *testing.T) {
	c := grimmaCatalogue(t)
	for _, query := range []string{"xyzzy", "qqqqqqqqqq", "07:30"} {
		if got := c.Search(query, town.German); len(got) > 0 {
			t.Errorf("%q: got %v, want nothing", query, got)
		}
	}
}

func TestSearchForNothingFindsAllInUse(t *testing.T) {
	c := grimmaCatalogue(t)
	c.Services[0].Retired = true
	for _, query := range []string{"", "  ", "?!"} {
		if got, want := len(c.Search(query, town.German)), len(c.Services)-1; got != want {
			t.Errorf("%q: got %d services, want %d", query, got, want)
		}
	}
	if slices.Contains(c.Search("perso", town.German), c.Services[0].ID) {
		t.Error("a retired service was found")
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 3, 0},
		{"pass", "pass", 3, 0},
		{"pass", "pas", 3, 1},
		{"pass", "spass", 3, 1},
		{"pass", "fass", 3, 1},
		{"perso", "pesro", 3, 1},
		{"perso", "porse", 5, 2},
		{"abc", "xyz", 5, 3},
		{"abc", "xyz", 2, 2},
		{"a", "abcdef", 3, 3},
	}
	for _, test := range tests {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			if got := editDistance([]rune(pair[0]), []rune(pair[1]), test.limit); got != test.want {
				t.Errorf("%q to %q: got %d, want %d", pair[0], pair[1], got, test.want)
			}
		}
	}
}
