package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/config"
	"aufruf/internal/display"
	"aufruf/internal/town"
)

// settings are the flags, read and checked.
type settings struct {
	server    string
	origin    string // of the server
	tokenFile string
	branch    town.BranchID
	listen    string
	browser   string
	stateDir  string
	language  town.Language // asked for; empty: the town's
	theme     string        // in which the page begins
	screen    display.Settings
	sound     sound
	listClips bool // instead of being a screen
}

// sound is where a screen's sound comes from and goes to.
type sound struct {
	player string
	folder string // the town's own recordings
}

// flags are the flags as they were declared.
type flags struct {
	*config.Set
	server, tokenFile, branch, listen, browser, stateDir, language, theme *string
	player, sounds, gong                                                  *string
	volume, large                                                         *int
	speech, quiet, night                                                  *config.List
	clips                                                                 *bool
}

func newFlags() *flags {
	s := config.New("display", "")
	return &flags{
		Set:       s,
		server:    s.String("server", "", "`URL` of the server"),
		tokenFile: s.String("token-file", "", "`file` with the device token of this screen; missing or empty: it shows a code to be paired by, and writes the token there"),
		branch:    s.String("branch", "", "`id` of the branch (default: that of the token)"),
		listen:    s.String("listen", "127.0.0.1:8090", "`address` of the page"),
		browser:   s.String("browser", "", "browser to keep on the page in kiosk mode, as chromium"),
		stateDir:  s.String("state-dir", "", "`folder` that keeps the last board over a power cut"),
		language:  s.String("language", "", "language of the page (default: the town's)"),
		theme:     s.String("theme", "dark", "dark, light or contrast"),
		player:    s.String("player", "alsa", "alsa, transcript:FILE or none"),
		sounds:    s.String("sounds", "", "`folder` with the town's own recordings"),
		gong:      s.String("gong", string(announce.Gong), "first sound of a call: gong, gong-low, gong-single or an own one"),
		volume:    s.Int("volume", 100, "percent"),
		large:     s.Int("large", 6, "seconds that a call is large at least; half of it where others wait"),
		speech:    s.List("speech", "languages to speak after the gong, as de,en (default none)"),
		night:     s.List("night", "hours in which the screen is dark while nobody is called, as 20:00-06:00"),
		clips:     s.Bool("clips", false, "list the sounds that recordings of the town's own can replace, and end"),
		quiet:     s.List("quiet", "hours in which nothing is rung, as 20:00-07:00"),
	}
}

// read parses and checks. Its errors are for the person who typed the command.
func (f *flags) read(args, environ []string) (settings, error) {
	rest, err := f.Parse(args, environ)
	if err != nil {
		return settings{}, err
	}
	if len(rest) > 0 {
		return settings{}, config.Usagef("display: unexpected argument %q", rest[0])
	}
	s := settings{
		server: *f.server, branch: town.BranchID(*f.branch), listen: *f.listen, browser: strings.TrimSpace(*f.browser),
		stateDir: *f.stateDir, language: town.Language(*f.language), theme: *f.theme, screen: display.Defaults(),
	}
	if *f.clips {
		return settings{sound: sound{folder: *f.sounds}, listClips: true}, nil
	}
	s.screen.Version = version
	s.screen.Sound = display.Sound{Volume: *f.volume, Gong: announce.Clip(*f.gong)}
	s.screen.Own = f.own()
	s.sound = sound{player: *f.player, folder: *f.sounds}
	if err := f.check(&s); err != nil {
		return settings{}, err
	}
	return s, nil
}

// own tells what was set at this screen, and so isn't the town's to set.
func (f *flags) own() display.Own {
	var own display.Own
	members := map[string]*bool{
		"large": &own.Large, "quiet": &own.Quiet, "night": &own.Night, "theme": &own.Theme,
		"volume": &own.Volume, "gong": &own.Gong, "speech": &own.Speech,
	}
	f.Visit(func(given *flag.Flag) {
		if member, ok := members[given.Name]; ok {
			*member = true
		}
	})
	return own
}

// check looks at what the flag package can't judge, and completes s.
func (f *flags) check(s *settings) error {
	address, err := url.Parse(s.server)
	if err != nil || address.Host == "" {
		return config.Usagef("--server %q: want http://host or https://host", s.server)
	}
	s.origin = address.Scheme + "://" + address.Host
	if s.tokenFile = *f.tokenFile; s.tokenFile == "" {
		return config.Usagef("--token-file is missing")
	}
	if s.screen.Own.Theme {
		s.screen.Theme = s.theme
	}
	if !slices.Contains([]string{"dark", "light", "contrast"}, s.theme) {
		return config.Usagef("--theme %q: want dark, light or contrast", s.theme)
	}
	if *f.large < 0 || *f.large > 60 {
		return config.Usagef("--large %d: want 0 to 60", *f.large)
	}
	s.screen.Large = time.Duration(*f.large) * time.Second
	s.screen.LargeMin = s.screen.Large / 2
	if *f.volume < 0 || *f.volume > 100 {
		return config.Usagef("--volume %d: want 0 to 100", *f.volume)
	}
	if s.browser != "" && s.stateDir == "" {
		s.stateDir = filepath.Join(os.TempDir(), fmt.Sprintf("aufruf-display-%d", os.Getuid()))
	}
	for _, language := range *f.speech {
		if announce.Vocabulary(town.Language(language)) == nil {
			return config.Usagef("--speech %q: want some of %v", language, announce.Languages())
		}
		s.screen.Sound.Speech = append(s.screen.Sound.Speech, town.Language(language))
	}
	if s.screen.Quiet, err = readHours("quiet", *f.quiet); err != nil {
		return err
	}
	s.screen.Night, err = readHours("night", *f.night)
	return err
}

func readHours(flag string, texts []string) ([]display.Hours, error) {
	var spans []display.Hours
	for _, text := range texts {
		hours, err := display.ParseHours(text)
		if err != nil {
			return nil, config.Usagef("--%s: %v", flag, err)
		}
		spans = append(spans, hours)
	}
	return spans, nil
}
