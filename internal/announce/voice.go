package announce

import (
	"maps"
	"slices"
	"strconv"

	"aufruf/internal/town"
)

// voice is what one language needs: the words of labels that it can say, and
// the text that each clip was recorded from.
type voice struct {
	language town.Language
	words    map[string]string // lower-case word of a label -> clip
	texts    map[string]string // clip -> text, without numbers and letters
	letters  map[string]string // letters whose plain text a synthesiser misreads
}

// rooms maps the words for places, in either language, to their clips: a label
// is written once, and each voice says it in its own language.
var rooms = map[string]string{
	"zimmer": "room", "zi": "room", "raum": "room", "room": "room",
	"platz": "desk", "desk": "desk", "arbeitsplatz": "desk",
	"schalter": "counter", "counter": "counter", "tresen": "counter",
	"büro": "office", "office": "office", "kabine": "booth", "booth": "booth",
	"tür": "door", "door": "door", "etage": "floor", "stock": "floor", "floor": "floor",
	"empfang": "reception", "information": "reception", "reception": "reception",
	"kasse": "cashier", "stadtkasse": "cashier", "cashier": "cashier",
	"saal": "hall", "foyer": "foyer", "trauzimmer": "wedding-room", "bürgerbüro": "citizens-office",
	"eg": "ground-floor", "og": "upper-floor", "ug": "basement",
	"eingang": "entrance", "entrance": "entrance", "links": "left", "rechts": "right",
	"und": "and", "and": "and", "punkt": "point", "point": "point",
	"erdgeschoss": "ground-floor", "parterre": "ground-floor", "obergeschoss": "upper-floor", "untergeschoss": "basement", "keller": "basement",
	"haus": "building", "gebäude": "building", "building": "building", "anbau": "annex", "annex": "annex", "flügel": "wing", "wing": "wing",
	"treppe": "stairs", "stairs": "stairs", "aufzug": "lift", "fahrstuhl": "lift", "lift": "lift",
	"warteraum": "waiting-room", "wartezimmer": "waiting-room", "besprechungsraum": "meeting-room", "beratungsraum": "meeting-room",
	"ratssaal": "council-chamber", "sitzungssaal": "council-chamber", "standesamt": "registry-office", "gewerbeamt": "trade-office",
	"meldestelle": "registration-office", "service": "service", "servicepunkt": "service-point", "theke": "counter", "automat": "machine",
}

var voices = map[town.Language]voice{
	town.German: {
		language: town.German,
		words:    rooms,
		texts: map[string]string{
			"number": "Nummer", "please": "bitte", "again": "Erneuter Aufruf.",
			"see-screen": "Bitte beachten Sie die Anzeige.",
			"room":       "Zimmer", "desk": "Platz", "counter": "Schalter", "office": "Büro",
			"booth": "Kabine", "door": "Tür", "floor": "Stock", "reception": "Empfang",
			"cashier": "Kasse", "hall": "Saal", "foyer": "Foyer", "wedding-room": "Trauzimmer",
			"citizens-office": "Bürgerbüro", "entrance": "Eingang", "left": "links", "right": "rechts",
			"and": "und", "point": "Punkt", "slash": "Schrägstrich",
			"ground-floor": "Erdgeschoss", "upper-floor": "Obergeschoss", "basement": "Untergeschoss",
			"building": "Haus", "annex": "Anbau", "wing": "Flügel", "stairs": "Treppe", "lift": "Aufzug",
			"waiting-room": "Warteraum", "meeting-room": "Besprechungsraum", "council-chamber": "Sitzungssaal",
			"registry-office": "Standesamt", "trade-office": "Gewerbeamt", "registration-office": "Meldestelle",
			"service": "Service", "service-point": "Servicepunkt", "machine": "Automat",
		},
		letters: map[string]string{"letter-ae": "Ä", "letter-oe": "Ö", "letter-ue": "Ü", "letter-ss": "Eszett", "letter-y": "Ypsilon"},
	},
	town.English: {
		language: town.English,
		words:    rooms,
		texts: map[string]string{
			"number": "Number", "please": "please go to", "again": "Second call.",
			"see-screen": "Please look at the screen.",
			"room":       "room", "desk": "desk", "counter": "counter", "office": "office",
			"booth": "booth", "door": "door", "floor": "floor", "reception": "reception",
			"cashier": "cashier", "hall": "hall", "foyer": "foyer", "wedding-room": "wedding room",
			"citizens-office": "citizens' office", "entrance": "entrance", "left": "left", "right": "right",
			"and": "and", "point": "point", "slash": "slash",
			"ground-floor": "ground floor", "upper-floor": "upper floor", "basement": "basement",
			"building": "building", "annex": "annex", "wing": "wing", "stairs": "stairs", "lift": "lift",
			"waiting-room": "waiting room", "meeting-room": "meeting room", "council-chamber": "council chamber",
			"registry-office": "registry office", "trade-office": "trade office", "registration-office": "registration office",
			"service": "service", "service-point": "service point", "machine": "machine",
		},
		letters: map[string]string{"letter-ae": "A umlaut", "letter-oe": "O umlaut", "letter-ue": "U umlaut", "letter-ss": "sharp S"},
	},
}

// Languages returns the languages that can be spoken, sorted.
func Languages() []town.Language { return slices.Sorted(maps.Keys(voices)) }

// Vocabulary returns every clip that a language's rules can ask for, with the
// text to record it from; nil for a language without a voice.
func Vocabulary(language town.Language) map[Clip]string {
	v, ok := voices[language]
	if !ok {
		return nil
	}
	all := map[Clip]string{}
	for word, text := range v.texts {
		all[v.clip(word)] = text
	}
	for n := range wholeNumbers + 1 {
		all[v.clip(strconv.Itoa(n))] = strconv.Itoa(n)
	}
	for r, name := range letterClips {
		all[v.clip(name)] = string(r - 'a' + 'A')
	}
	for name, text := range v.letters {
		all[v.clip(name)] = text
	}
	return all
}
