package config

import (
	"path/filepath"
	"strings"

	"aufruf/internal/town"
)

// Language returns the language that a locale asks for: German or English, or
// otherwise where none is set, or another.
func Language(environ []string, otherwise town.Language) town.Language {
	locale := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		locale[name] = value
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale[name] == "" {
			continue
		}
		for _, known := range []town.Language{town.German, town.English} {
			if strings.HasPrefix(locale[name], string(known)) {
				return known
			}
		}
		return otherwise
	}
	return otherwise
}

// CalledAs returns what a program calls itself: the name of its file where that
// is its own, with or without the name of the product before it.
func CalledAs(file, name string) string {
	if base := filepath.Base(file); base == "aufruf-"+name {
		return base
	}
	return name
}
