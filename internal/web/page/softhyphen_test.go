package page_test

import (
	"strings"
	"testing"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// TestLongWordsBreakWhereAHyphenBelongs: "Stadtverwaltu-ng", without a hyphen, stood
// in the calendar's cells.
func TestLongWordsBreakWhereAHyphenBelongs(t *testing.T) {
	for _, want := range []string{
		"Stadt|ver|wal|tung", "Weih|nachts|tag", "Bür|ger|meis|te|rei", "Ein|woh|ner|mel|de|amt", "Per|so|nal|aus|weis", "Brand|schutz|prü|fung",
		"Betriebs|ver|samm|lung", "Lohn|steuer|hil|fe|verein", "Sozial|amts|lei|ter", "Zulas|sungs|stelle", "Akten|ein|sicht", "Standesamt",
		"Die Stadt|ver|wal|tung ist zu: 1. Weih|nachts|tag",
	} {
		text := strings.ReplaceAll(want, "|", "")
		if got := strings.ReplaceAll(page.Hyphenated(text, town.German), "\u00ad", "|"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for text, lang := range map[string]town.Language{"Stadtverwaltung": town.English, "Stadt\u00adverwaltung": town.German, "İİİİİİİİİİİİİ": town.German, "": town.German} {
		if got := page.Hyphenated(text, lang); got != text {
			t.Errorf("got %q of %q", got, text)
		}
	}
}
