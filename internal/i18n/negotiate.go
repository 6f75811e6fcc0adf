package i18n

import (
	"golang.org/x/text/language"

	"aufruf/internal/town"
)

// Negotiate returns the first of the offered languages that a browser's
// Accept-Language header asks for, in the header's order of preference, else
// the first offered one, else German. Plain German is never guessed: no
// browser asks for it by the usual German tags.
func Negotiate(accept string, offered []town.Language) town.Language {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err == nil {
		for _, tag := range wanted {
			if lang, ok := offeredFor(tag, offered); ok {
				return lang
			}
		}
	}
	if len(offered) == 0 {
		return town.German
	}
	return offered[0]
}

func offeredFor(tag language.Tag, offered []town.Language) (town.Language, bool) {
	name, _ := tag.Base()
	for _, lang := range offered {
		if string(lang) == name.String() {
			return lang, true
		}
	}
	return "", false
}
