package app

import (
	"slices"

	"aufruf/internal/announce"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// SpokenClips returns the clips that say a call, by language, in each language that
// some screen of its branch speaks; without the gong. Nil where none speaks.
func (a *App) SpokenClips(e ledger.Event) map[town.Language][]announce.Clip {
	b, ok := a.Catalogue().Branch(e.Branch)
	if !ok {
		return nil
	}
	var said map[town.Language][]announce.Clip
	call := announce.Call{Number: e.Number, Room: e.Label, Again: e.Again}
	if room, ok := b.Room(e.Room); ok {
		call.Spoken = room.Spoken
	}
	for _, language := range spoken(b) {
		if said == nil {
			said = map[town.Language][]announce.Clip{}
		}
		said[language] = announce.Clips(call, announce.Style{Speech: []town.Language{language}})[1:]
	}
	return said
}

// UnspokenLabel is a room whose label the shipped clips can't say in a language that
// a screen of its branch speaks: people hear "Bitte beachten Sie die Anzeige"
// instead, until the town gives the room's "spoken" or records the word.
type UnspokenLabel struct {
	Branch   town.BranchID
	Room     town.RoomID
	Label    string
	Language town.Language
}

// unspokenLabels returns them in the catalogue's order.
func unspokenLabels(c *catalogue.Catalogue) []UnspokenLabel {
	var found []UnspokenLabel
	for i := range c.Branches {
		b := &c.Branches[i]
		for _, room := range b.Rooms {
			for _, language := range spoken(b) {
				call := announce.Call{Room: room.Label, Spoken: room.Spoken}
				if !room.Retired && !announce.CanSay(call, language) {
					found = append(found, UnspokenLabel{Branch: b.ID, Room: room.ID, Label: room.Label, Language: language})
				}
			}
		}
	}
	return found
}

// spoken returns the languages that the screens of a branch speak, each once.
func spoken(b *catalogue.Branch) []town.Language {
	languages := slices.Clone(b.Screen.Speech)
	for _, s := range b.Screens {
		languages = append(languages, s.Speech...)
	}
	slices.Sort(languages)
	return slices.Compact(languages)
}
