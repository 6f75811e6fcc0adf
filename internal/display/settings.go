package display

import (
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Settings are what can be set for a screen.
type Settings struct {
	Large    time.Duration // a call is large at least this long
	LargeMin time.Duration // and at least this long where others wait
	RingAge  time.Duration // an older call is listed, but not rung
	Listed   int           // calls in the list below the large one, or in each column
	Columns  bool          // a column for each office
	Quiet    []Hours       // when nothing is rung, by the server's local time
	Night    []Hours       // when the screen is dark unless somebody is called
	Theme    string        // "dark", "light" or "contrast"; empty: as the page began
	Sound    Sound
	Version  string // of the program, for the desk
	Own      Own
}

// Sound is how calls sound.
type Sound struct {
	Volume int // percent
	Gong   announce.Clip
	Speech []town.Language // spoken one after the other; none: the gong alone
	Manner announce.Manner // of one announcement; in settings Full
}

// Own says what was set at the screen itself. There the town's settings don't
// count.
type Own struct{ Large, Quiet, Night, Theme, Volume, Gong, Speech bool }

// Defaults returns the settings of a screen that nobody adjusted.
func Defaults() Settings {
	return Settings{
		Large: 6 * time.Second, LargeMin: 3 * time.Second, RingAge: 10 * time.Second, Listed: 6,
		Sound: Sound{Volume: 100, Gong: announce.Gong},
	}
}

// under returns the settings where the town's count, except for what was set
// at the screen itself. Hours that can't be read are left out.
func (s Settings) under(look *wire.ScreenLook) Settings {
	if look == nil {
		return s
	}
	if look.Large > 0 && !s.Own.Large {
		s.Large = time.Duration(look.Large) * time.Second
		s.LargeMin = s.Large / 2
	}
	if look.Listed > 0 {
		s.Listed = look.Listed
	}
	s.Columns = len(look.Columns) > 0
	if len(look.Night) > 0 && !s.Own.Night {
		s.Night = readHours(look.Night)
	}
	if look.Theme != "" && !s.Own.Theme {
		s.Theme = look.Theme
	}
	return s.sounding(look.Sound)
}

func (s Settings) sounding(sound *wire.ScreenSound) Settings {
	if sound == nil {
		return s
	}
	if len(sound.Quiet) > 0 && !s.Own.Quiet {
		s.Quiet = readHours(sound.Quiet)
	}
	if sound.Volume != nil && !s.Own.Volume {
		s.Sound.Volume = min(max(*sound.Volume, 0), 100)
	}
	if sound.Gong != "" && !s.Own.Gong {
		s.Sound.Gong = announce.Clip(sound.Gong)
	}
	if len(sound.Speech) > 0 && !s.Own.Speech {
		s.Sound.Speech = sound.Speech
	}
	return s
}

func readHours(texts []string) []Hours {
	var spans []Hours
	for _, text := range texts {
		if hours, err := ParseHours(text); err == nil {
			spans = append(spans, hours)
		}
	}
	return spans
}
