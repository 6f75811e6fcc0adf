package announce

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/town"
)

func TestClips(t *testing.T) {
	german, both := []town.Language{town.German}, []town.Language{town.German, town.English}
	foyerWest := func(c Clip) bool { return c == "de/westfluegel" }
	cloister := func(c Clip) bool { return c == "de/kreuzgang" }
	tests := []struct {
		name  string
		call  Call
		style Style
		want  string
	}{
		{"gong alone", Call{Number: 417, Room: "Platz 1"}, Style{}, "gong"},
		{"gong of choice", Call{Number: 417, Room: "Platz 1"}, Style{Gong: "gong-low"}, "gong-low"},
		{"room with a dot", Call{Number: 417, Room: "Zimmer 2.03"}, Style{Speech: german},
			"gong de/number de/4 de/1 de/7 de/please de/room de/2 de/point de/0 de/3"},
		{"plain German has the German voice", Call{Number: 100, Room: "Platz 12"}, Style{Speech: []town.Language{town.PlainGerman}},
			"gong de/number de/1 de/0 de/0 de/please de/desk de/12"},
		{"recall", Call{Number: 999, Room: "Platz 1", Again: true}, Style{Speech: german},
			"gong de/again de/number de/9 de/9 de/9 de/please de/desk de/1"},
		{"both languages", Call{Number: 203, Room: "Schalter B"}, Style{Speech: both},
			"gong de/number de/2 de/0 de/3 de/please de/counter de/letter-b" +
				" en/number en/2 en/0 en/3 en/please en/counter en/letter-b"},
		{"three digits one by one", Call{Number: 203, Room: "Zi. 117"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/room de/1 de/1 de/7"},
		{"letter behind a number", Call{Number: 203, Room: "Raum 4b"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/room de/4 de/letter-b"},
		{"abbreviation is spelled", Call{Number: 203, Room: "BB Zimmer 7"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/letter-b de/letter-b de/room de/7"},
		{"a floor's abbreviation is a word", Call{Number: 203, Room: "EG 3"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/ground-floor de/3"},
		{"an ordinal floor", Call{Number: 203, Room: "2. Stock, Zimmer 5"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/floor de/2 de/room de/5"},
		{"two rooms", Call{Number: 203, Room: "Zimmer 3 + 4"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/room de/3 de/and de/4"},
		{"what is in brackets isn't said", Call{Number: 203, Room: "Zimmer 2.03 (Anbau, 1. Obergeschoss)"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/room de/2 de/point de/0 de/3"},
		{"umlauts", Call{Number: 203, Room: "Tür Ä"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/door de/letter-ae"},
		{"unknown word", Call{Number: 203, Room: "Westflügel 3"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/see-screen"},
		{"the town's own word", Call{Number: 203, Room: "Westflügel 3"}, Style{Speech: german, Has: foyerWest},
			"gong de/number de/2 de/0 de/3 de/please de/westfluegel de/3"},
		{"one word alone", Call{Number: 203, Room: "Foyer"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/foyer"},
		{"the town's own word with a z", Call{Number: 203, Room: "Kreuzgang"}, Style{Speech: german, Has: cloister},
			"gong de/number de/2 de/0 de/3 de/please de/kreuzgang"},
		{"the last letter", Call{Number: 203, Room: "Schalter Z"}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/counter de/letter-z"},
		{"override", Call{Number: 203, Room: "Westflügel 3", Spoken: town.Text{"de": "Platz 3"}}, Style{Speech: german},
			"gong de/number de/2 de/0 de/3 de/please de/desk de/3"},
		{"no label", Call{Number: 203}, Style{Speech: german}, "gong de/number de/2 de/0 de/3 de/see-screen"},
		{"no such voice", Call{Number: 203, Room: "Platz 1"}, Style{Speech: []town.Language{"fr"}}, "gong"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.Fields(tt.want)
			var got []string
			for _, c := range Clips(tt.call, tt.style) {
				got = append(got, string(c))
			}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		})
	}
}

func TestCanSay(t *testing.T) {
	tests := []struct {
		call     Call
		language town.Language
		want     bool
	}{
		{Call{Room: "Trauzimmer"}, town.German, true},
		{Call{Room: "Zimmer 112"}, town.PlainGerman, true},
		{Call{Room: "Westflügel 3"}, town.German, false},
		{Call{Room: "Westflügel 3", Spoken: town.Text{"de": "Platz 3"}}, town.German, true},
		{Call{Room: "Westflügel 3", Spoken: town.Text{"de": "Platz 3"}}, town.English, false},
		{Call{Room: "Westflügel 3", Spoken: town.Text{"de": "Flügel W Zimmer 3"}}, town.German, true},
		{Call{Room: "(Anbau)"}, town.German, false},
		{Call{Room: "Zimmer 1-04"}, town.German, false}, // never as 104
		{Call{Room: "Zimmer 3–5"}, town.German, false},
		{Call{Room: "Zimmer 2½"}, town.German, false},
		{Call{Room: "Zimmer A-3"}, town.German, true},
		{Call{Room: "1. OG Zimmer 7"}, town.German, true},
		{Call{Room: "Platz 1"}, "fr", false},
	}
	for _, tt := range tests {
		if got := CanSay(tt.call, tt.language); got != tt.want {
			t.Errorf("CanSay(%+v, %s) = %v, want %v", tt.call, tt.language, got, tt.want)
		}
	}
}

func TestEveryClipIsInTheVocabulary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		call := Call{
			Number: town.Number(rapid.IntRange(100, 999).Draw(t, "number")),
			Room:   rapid.OneOf(rapid.String(), rapid.StringMatching(`(Zimmer|Platz|Tür|[A-ZÄ]{1,3}) ?[0-9]{0,4}[./-]?[0-9a-z]{0,3}`)).Draw(t, "room"),
			Again:  rapid.Bool().Draw(t, "again"),
		}
		language := rapid.SampledFrom(Languages()).Draw(t, "language")
		clips := Clips(call, Style{Speech: []town.Language{language}})
		if clips[0] != Gong {
			t.Fatalf("first clip: got %s, want %s", clips[0], Gong)
		}
		known := Vocabulary(language)
		for _, c := range clips[1:] {
			if known[c] == "" {
				t.Fatalf("clip %s of %+v isn't in the vocabulary", c, call)
			}
		}
	})
}

func TestVoicesHaveTheSameWords(t *testing.T) {
	words := func(l town.Language) []string {
		var all []string
		for c := range Vocabulary(l) {
			all = append(all, strings.TrimPrefix(string(c), string(l)+"/"))
		}
		slices.Sort(all)
		return all
	}
	if diff := cmp.Diff(words(town.German), words(town.English)); diff != "" {
		t.Errorf("German -, English +:\n%s", diff)
	}
	if Vocabulary("fr") != nil {
		t.Error("a language without a voice has a vocabulary")
	}
}

// TestEachMannerSaysLess: and something is heard in each.
func TestEachMannerSaysLess(t *testing.T) {
	call := Call{Number: 417, Room: "Zimmer 3", Again: true}
	languages := []town.Language{town.German, town.English}
	var got []string
	last := time.Hour
	for _, m := range []Manner{Full, Short, Brief, Shared, GongOnly} {
		var line []string
		for _, c := range Clips(call, Style{Speech: languages, Manner: m}) {
			line = append(line, string(c))
		}
		got = append(got, strings.Join(line, " "))
		if lasts := m.Lasts(2); m != GongOnly && lasts >= last {
			t.Errorf("%q lasts %v, no less than the one before it", m, lasts)
		} else {
			last = lasts
		}
	}
	want := []string{
		"gong de/again de/number de/4 de/1 de/7 de/please de/room de/3 en/again en/number en/4 en/1 en/7 en/please en/room en/3",
		"gong de/again de/number de/4 de/1 de/7 de/please de/room de/3",
		"gong de/4 de/1 de/7 de/room de/3",
		"de/4 de/1 de/7 de/room de/3",
		"gong",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, silent := range [][]town.Language{nil, {"fr"}} {
		if got := Clips(call, Style{Speech: silent, Manner: Shared}); len(got) != 1 || got[0] != Gong {
			t.Errorf("spoken %v: got %v, want the gong: nobody is called in silence", silent, got)
		}
	}
}
