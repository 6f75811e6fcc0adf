package i18n

import (
	"fmt"
	"strings"
	"time"

	"aufruf/internal/town"
)

// ScreenTexts are a language as the page of a waiting-room screen takes it.
type ScreenTexts struct {
	Lang  string            `json:"lang"` // for the page's lang attribute
	Words map[string]string `json:"words"`
}

// ForScreens returns every language: a town may change that of a screen while
// it hangs.
func (b *Bundle) ForScreens() map[town.Language]ScreenTexts {
	all := map[town.Language]ScreenTexts{}
	for _, language := range b.Languages() {
		texts := b.For(language)
		all[language] = ScreenTexts{Lang: texts.HTMLLang(), Words: texts.ForScreen()}
	}
	return all
}

// ForScreen returns what the page of a waiting-room screen needs to write its
// sentences, its clock and its dates by itself: every text of display.toml and
// the words of a date, by key.
func (t Texts) ForScreen() map[string]string {
	texts := map[string]string{}
	for _, key := range []string{"date.clock", "date.day_month"} {
		texts[key] = t.T(key)
	}
	for day := range 7 {
		texts[fmt.Sprintf("date.weekday.%d", day)] = t.Weekday(time.Weekday(day))
	}
	for month := time.January; month <= time.December; month++ {
		texts[fmt.Sprintf("date.month.%d", month)] = t.MonthName(month)
	}
	for _, m := range []*messages{t.fallback, t.own} {
		if m == nil {
			continue
		}
		for key, text := range m.flat {
			if strings.HasPrefix(key, "display.") {
				texts[key] = text
			}
		}
	}
	return texts
}
