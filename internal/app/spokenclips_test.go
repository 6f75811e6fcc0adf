package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/announce"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// Every room that ships can be spoken in every language that ships.
func TestTheBuiltInRoomsCanBeSaid(t *testing.T) {
	for _, b := range openTownHall(t).Catalogue().Branches {
		for _, room := range b.Rooms {
			for _, language := range announce.Languages() {
				if !announce.CanSay(announce.Call{Room: room.Label, Spoken: room.Spoken}, language) {
					t.Errorf("%s: %q can't be said in %s", b.ID, room.Label, language)
				}
			}
		}
	}
}

// Who imports a label that no screen can say is told so at once, with the room
// and the language, and only where a screen speaks.
func TestAnImportTellsWhatCannotBeSaid(t *testing.T) {
	h := openTownHall(t)
	imports := func(yaml string) []app.UnspokenLabel {
		t.Helper()
		file, mistakes := catalogue.Parse("test.yaml", []byte("format: aufruf/1\nbranches:\n  - id: grimma-markt\n"+yaml))
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		result, mistakes, err := h.Town.Import(h.ctx(), file)
		if err != nil || len(mistakes) > 0 {
			t.Fatal(err, mistakes)
		}
		return result.UnspokenLabels
	}
	const room = "    rooms: [{id: platz-1, label: Westflügel 3"
	if got := imports(room + "}]\n"); len(got) > 0 {
		t.Errorf("no screen speaks: got %v", got)
	}
	want := []app.UnspokenLabel{
		{Branch: markt, Room: "platz-1", Label: "Westflügel 3", Language: town.German},
		{Branch: markt, Room: "platz-1", Label: "Westflügel 3", Language: town.English},
	}
	const speaking = "    screen: {speech: [de]}\n    screens: [{name: Flur, speech: [de, en]}]\n"
	if diff := cmp.Diff(want, imports(speaking)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], imports(room+", spoken: {de: Platz 3}}]\n")); diff != "" {
		t.Errorf("with words of its own (-want +got):\n%s", diff)
	}
}
