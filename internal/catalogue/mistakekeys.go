package catalogue

import (
	"fmt"
	"strings"
)

// saying is a mistake in words, with the format that names it.
type saying struct {
	words, format string
	args          []any
}

func (s saying) Error() string { return s.words }

func said(format string, args ...any) error {
	return saying{fmt.Sprintf(format, args...), format, args}
}

// saidOf returns what names a sentence and what stands in it: its format, or that of
// the only thing it passes on.
func saidOf(format string, args []any) (string, []any) {
	if len(args) == 1 {
		if s, ok := args[0].(saying); ok {
			return s.format, s.args
		}
	}
	return format, args
}

// missingKey is said of a key that may not be left out.
const missingKey = "%s is missing"

// keys names the sentences that pages say in their own languages.
var keys = map[string]string{
	"%s: the end is not after the beginning":                       "mistake.interval",
	"%q: want an interval like 09:00-12:00":                        "mistake.interval_form",
	"time of day %q: want HH:MM":                                   "field.time",
	"%s overlaps %s, or stands before it":                          "mistake.overlap",
	"want online <= staff <= counters, got %d, %d, %d":             "mistake.capacity",
	"%s: want a whole number from %d to %d":                        "mistake.number",
	"%s %s is after %s %s":                                         "mistake.order",
	missingKey:                                                     "field.required",
	"days or dates is missing":                                     "mistake.days",
	"hours has no interval":                                        "mistake.hours",
	"hours or walk_in is missing":                                  "mistake.hours",
	"to is missing":                                                "field.required",
	"capacity is missing":                                          "field.required",
	"every_weeks needs an anchor":                                  "mistake.anchor",
	"nth 0: want 1 to 5, or -1 for the last":                       "mistake.nth",
	"%v stands twice":                                              "mistake.twice",
	"the office does not offer %q":                                 "mistake.service",
	"begins or ends with a space":                                  "mistake.space",
	"the character %s has no place here":                           "mistake.character",
	"the German text (de) is missing":                              "field.required",
	"a week can't be copied to itself":                             "mistake.week",
	"%s is no Monday":                                              "mistake.monday",
	"the text is empty; leave the key out, or write null":          "field.required",
	"the office has no room in use: nobody could be called":        "mistake.room",
	"counters or rooms is missing":                                 "mistake.counters",
	"what changes is missing: counters, rooms, off, more or fewer": "mistake.counters",
	"counters and rooms stand together: want one of them":          "mistake.counters",
	"%s and %s stand together: want one of them":                   "mistake.counters",
	"staff and online need counters or rooms":                      "mistake.counters",
	"staff %d exceeds the %d counters":                             "mistake.capacity",
	"online %d exceeds the %d appointments in all":                 "mistake.capacity",
	"the office has no room %q%s":                                  "mistake.counter",
	"branch %s has no room %q%s":                                   "mistake.counter",
}

// Key names a mistake's sentence, which pages say in their own languages.
func (m Mistake) Key() string {
	if key, known := keys[m.format]; known {
		return key
	}
	return "mistake.value"
}

// field is the key that a mistake is about.
func (m Mistake) field() string {
	if m.missing != "" {
		return m.missing
	}
	path := m.Path
	for strings.HasSuffix(path, "]") {
		path = path[:strings.LastIndexByte(path, '[')]
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}
