package catalogue

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

func TestWhatTheGlassShortensIsNamed(t *testing.T) {
	twelve := 12
	c := Catalogue{Branches: []Branch{{
		ID: "b", Notice: town.Text{"de": strings.Repeat("x", MostNotice+1)}, Screen: ScreenStyle{Listed: &twelve},
		Rooms: []Room{
			{ID: "a", Label: "Zimmer 2.03 (Anbau, 1. Obergeschoss)"}, {ID: "b", Label: "Trauzimmer"}, {ID: "c", Label: "Ausländerbehörde"},
			{ID: "d", Label: "Empfang links neben dem Aufzug"}, {ID: "e", Label: "Einwohnermeldeamt", Retired: true}, {ID: "f", Label: "Stadtentwicklungsamt"},
		},
		CallMode: town.CallScreen,
		Offices:  []Office{{ID: "o", Rooms: []town.RoomID{"a", "b", "c", "d", "e"}}, {ID: "p", CallMode: town.CallPickup, Rooms: []town.RoomID{"f"}}},
	}}}
	want := []Cramped{
		{Kind: CrampedNotice, Branch: "b", Given: strings.Repeat("x", MostNotice+1)}, {Kind: CrampedListed, Branch: "b"},
		{Kind: CrampedLabel, Branch: "b", Room: "c", Given: "Ausländerbehörde"},
		{Kind: CrampedLabel, Branch: "b", Room: "d", Given: "Empfang links neben dem Aufzug"},
	}
	if diff := cmp.Diff(want, c.Cramped()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
