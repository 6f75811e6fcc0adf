package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

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
	set                                                                   *pflag.FlagSet
	server, tokenFile, branch, listen, browser, stateDir, language, theme string
	player, sounds, gong                                                  string
	volume, large                                                         int
	speech, quiet, night                                                  *config.List
	clips                                                                 bool
}

func declareFlags(set *pflag.FlagSet) *flags {
	f := &flags{set: set}
	set.StringVar(&f.server, "server", "", "")
	set.StringVar(&f.tokenFile, "token-file", "", "")
	set.StringVar(&f.branch, "branch", "", "")
	set.StringVar(&f.listen, "listen", "127.0.0.1:8090", "")
	set.StringVar(&f.browser, "browser", "", "")
	set.StringVar(&f.stateDir, "state-dir", "", "")
	set.StringVar(&f.language, "language", "", "")
	set.StringVar(&f.theme, "theme", "dark", "")
	set.StringVar(&f.player, "player", "alsa", "")
	set.StringVar(&f.sounds, "sounds", "", "")
	set.StringVar(&f.gong, "gong", string(announce.Gong), "")
	set.IntVar(&f.volume, "volume", 100, "")
	set.IntVar(&f.large, "large", 6, "")
	f.speech = config.NewList(set, "speech")
	f.night = config.NewList(set, "night")
	f.quiet = config.NewList(set, "quiet")
	set.BoolVar(&f.clips, "clips", false, "")
	return f
}

// themes are what the page can look like.
var themes = []string{"dark", "light", "contrast"}

// languages are those that the page can be in.
var languages = []string{string(town.German), string(town.English), string(town.PlainGerman)}

// read checks the flags.
func (f *flags) read() (settings, error) {
	if f.clips {
		return settings{sound: sound{folder: f.sounds}, listClips: true}, nil
	}
	s := settings{
		server: f.server, branch: town.BranchID(f.branch), listen: f.listen, browser: strings.TrimSpace(f.browser),
		stateDir: f.stateDir, language: town.Language(f.language), theme: f.theme, screen: display.Defaults(),
	}
	s.screen.Version = version
	s.screen.Sound = display.Sound{Volume: f.volume, Gong: announce.Clip(f.gong)}
	s.screen.Own = f.own()
	s.sound = sound{player: f.player, folder: f.sounds}
	return s, f.check(&s)
}

// own tells what was set at this screen, and so isn't the town's to set.
func (f *flags) own() display.Own {
	var own display.Own
	members := map[string]*bool{
		"large": &own.Large, "quiet": &own.Quiet, "night": &own.Night, "theme": &own.Theme,
		"volume": &own.Volume, "gong": &own.Gong, "speech": &own.Speech,
	}
	f.set.Visit(func(given *pflag.Flag) {
		if member, ok := members[given.Name]; ok {
			*member = true
		}
	})
	return own
}

// check looks at what the flag library can't judge, and completes s.
func (f *flags) check(s *settings) error {
	if s.server == "" {
		return config.Usage("cli.missing", "names", "--server", "variables", "AUFRUF_SERVER")
	}
	address, err := url.Parse(s.server)
	if err != nil || address.Host == "" {
		return config.Usage("cli.display.wrong_server", "given", s.server)
	}
	s.origin = address.Scheme + "://" + address.Host
	if s.tokenFile = f.tokenFile; s.tokenFile == "" {
		return config.Usage("cli.display.token_file_missing")
	}
	if err := config.NoAddress("listen", s.listen); err != nil {
		return err
	}
	if s.screen.Own.Theme {
		s.screen.Theme = s.theme
	}
	if err := config.NotKnown("theme", s.theme, themes); err != nil {
		return err
	}
	if s.language != "" {
		if err := config.NotKnown("language", f.language, languages); err != nil {
			return err
		}
	}
	if f.large < 1 || f.large > 60 {
		return config.Usage("cli.display.outside", "name", "--large", "given", f.large, "from", 1, "to", 60)
	}
	s.screen.Large = time.Duration(f.large) * time.Second
	s.screen.LargeMin = s.screen.Large / 2
	if f.volume < 0 || f.volume > 100 {
		return config.Usage("cli.display.outside", "name", "--volume", "given", f.volume, "from", 0, "to", 100)
	}
	if s.browser != "" && s.stateDir == "" {
		s.stateDir = filepath.Join(os.TempDir(), fmt.Sprintf("aufruf-display-%d", os.Getuid()))
	}
	for _, language := range *f.speech {
		if err := config.NotKnown("speech", language, spoken()); err != nil {
			return err
		}
		s.screen.Sound.Speech = append(s.screen.Sound.Speech, town.Language(language))
	}
	if s.screen.Quiet, err = readHours("quiet", *f.quiet); err != nil {
		return err
	}
	s.screen.Night, err = readHours("night", *f.night)
	return err
}

// spoken returns the languages that a screen can speak.
func spoken() []string {
	var names []string
	for _, language := range announce.Languages() {
		names = append(names, string(language))
	}
	return names
}

func readHours(flag string, texts []string) ([]display.Hours, error) {
	var spans []display.Hours
	for _, text := range texts {
		hours, err := display.ParseHours(text)
		if err != nil {
			return nil, config.Usage("cli.display.hours", "name", "--"+flag, "given", text)
		}
		spans = append(spans, hours)
	}
	return spans, nil
}
