package catalogue

import (
	"slices"

	"aufruf/internal/town"
)

// ScreenStyle is how waiting-room screens look and sound. What is left out is
// as each screen has it, and what was set at a screen itself stands.
type ScreenStyle struct {
	Language town.Language // of the page; empty: as the screen asks
	Second   town.Language // beside the first; empty: none
	Theme    string        // "dark", "light" or "contrast"
	Ground   string        // colour behind everything, "#rrggbb"; empty: the theme's
	Signal   string        // colour behind what is called now; empty: the town's accent
	Large    *int          // seconds that a call is large at least
	Listed   *int          // calls in the list below it, or in each column
	Columns  bool          // a column for each office
	Next     *int          // numbers that come next, in a lane of their own; nil or 0: none
	Slides   []Slide       // in turn, while nobody is called
	Night    []string      // hours like "20:00-06:00" in which an idle screen is dark
	Volume   *int          // percent
	Gong     string        // a clip that ships, or one of the town's own
	Speech   []town.Language
	Quiet    []string // hours in which nothing is rung
}

// ScreenOf is the style of one screen, by the name of its device.
type ScreenOf struct {
	Name string
	ScreenStyle
}

// ScreenStyle returns how a branch's screen of a name looks and sounds.
func (b *Branch) ScreenStyle(name string) ScreenStyle {
	i := slices.IndexFunc(b.Screens, func(s ScreenOf) bool { return s.Name == name })
	if i < 0 {
		return b.Screen
	}
	return b.Screens[i].over(b.Screen)
}

// over returns the style with the gaps filled from another.
func (s ScreenStyle) over(base ScreenStyle) ScreenStyle {
	fill(&s.Language, base.Language)
	fill(&s.Second, base.Second)
	fill(&s.Theme, base.Theme)
	fill(&s.Ground, base.Ground)
	fill(&s.Signal, base.Signal)
	fill(&s.Large, base.Large)
	fill(&s.Listed, base.Listed)
	fill(&s.Columns, base.Columns)
	fill(&s.Next, base.Next)
	fillList(&s.Slides, base.Slides)
	fill(&s.Volume, base.Volume)
	fill(&s.Gong, base.Gong)
	fillList(&s.Night, base.Night)
	fillList(&s.Speech, base.Speech)
	fillList(&s.Quiet, base.Quiet)
	return s
}

func fill[T comparable](value *T, base T) {
	var zero T
	if *value == zero {
		*value = base
	}
}

func fillList[T any](values *[]T, base []T) {
	if len(*values) == 0 {
		*values = base
	}
}

// SpeechLanguages are those that clips ship for.
var SpeechLanguages = []town.Language{town.German, town.English}

// styleFields are the keys of a screen's style, of a branch or of one screen.
func styleFields[S any](style func(*S) *ScreenStyle) []field[S] {
	return []field[S]{
		in("language", "of the page; left out: as the screen asks", language(), func(s *S) *town.Language { return &style(s).Language }),
		in("second_language", "beside the first: notice, hints, how calling works", language(), func(s *S) *town.Language { return &style(s).Second }),
		in("theme", "colours on dark or on light ground, or black, white and yellow alone", oneOf("dark", "light", "contrast"), func(s *S) *string { return &style(s).Theme }),
		in("ground", "colour behind everything, #rrggbb; black or white must be read on it", ground(), func(s *S) *string { return &style(s).Ground }),
		in("signal", "colour behind what is called now, #rrggbb; left out: the town's accent", ground(), func(s *S) *string { return &style(s).Signal }),
		in("large_seconds", "that a call is large at least; half of it where others wait", optional(whole(1, 60)), func(s *S) **int { return &style(s).Large }),
		in("listed", "calls in the list below the large one, or in each column; 8 fit on a wide screen, and those that are awaited come first", optional(whole(1, 12)), func(s *S) **int { return &style(s).Listed }),
		in("columns", "true: the list has a column for each office, where there are two or three", yesNo(), func(s *S) *bool { return &style(s).Columns }),
		in("next_numbers", "that come next, in a lane of their own; left out: none", optional(whole(0, 3)), func(s *S) **int { return &style(s).Next }),
		in("slides", "texts and still pictures, in turn while nobody is called", listOf(slideShape.kind()), func(s *S) *[]Slide { return &style(s).Slides }),
		in("night", "hours like 20:00-06:00 in which the screen is dark while nobody is called", unique(inline(listOf(clockHours()))), func(s *S) *[]string { return &style(s).Night }),
		in("volume", "percent", optional(whole(0, 100)), func(s *S) **int { return &style(s).Volume }),
		in("gong", "first sound of a call: gong, gong-low, gong-single, or an own recording's name", pattern[string](`^[a-z0-9][a-z0-9-]{0,39}$`, "the name of a sound, like gong-low"), func(s *S) *string { return &style(s).Gong }),
		in("speech", "languages spoken after the gong; left out: none", unique(inline(listOf(oneOf(SpeechLanguages...)))), func(s *S) *[]town.Language { return &style(s).Speech }),
		in("quiet", "hours like 20:00-07:00 in which nothing is rung", unique(inline(listOf(clockHours()))), func(s *S) *[]string { return &style(s).Quiet }),
	}
}

// clockHours is a span of the day that may reach over midnight.
func clockHours() kind[string] {
	return pattern[string](`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`, "hours like 20:00-07:00")
}

var screenStyleShape = shape[ScreenStyle]{fields: styleFields(func(s *ScreenStyle) *ScreenStyle { return s })}

var screenOfShape = shape[ScreenOf]{fields: append(
	[]field[ScreenOf]{must("name", "of the device, as it was paired", anyLine(), func(s *ScreenOf) *string { return &s.Name })},
	styleFields(func(s *ScreenOf) *ScreenStyle { return &s.ScreenStyle })...,
)}
