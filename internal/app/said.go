package app

import (
	"slices"

	"aufruf/internal/announce"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// Said returns the clips that say a call, by language, in each language that
// some screen of its branch speaks; without the gong. Nil where none speaks.
func (a *App) Said(e Event) map[town.Language][]announce.Clip {
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

// spoken returns the languages that the screens of a branch speak.
func spoken(b *catalogue.Branch) []town.Language {
	languages := slices.Clone(b.Screen.Speech)
	for _, s := range b.Screens {
		languages = append(languages, s.Speech...)
	}
	return languages
}
