package i18n

import (
	"fmt"
	"strings"
	"time"
)

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
