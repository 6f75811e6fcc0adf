package townhall

import (
	"context"
	"errors"
	"path/filepath"
)

// Screen is a running screen program.
type Screen struct {
	URL     string // the page it serves on the loopback address
	program *Program
}

// ScreenOptions say what a screen plays on.
type ScreenOptions struct {
	Player  string   // "alsa", "transcript:FILE" or "none"
	Address string   // any free port if empty
	Env     []string // for example where ALSA finds its configuration
	Flags   []string // further flags
}

// StartScreen starts the screen program for a server and returns when its page
// can be opened.
func StartScreen(ctx context.Context, s *Server, tokenFile string, o ScreenOptions) (*Screen, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, starting, errors.New("the screen took too long to start"))
	defer cancel()
	address := o.Address
	if address == "" {
		address = "127.0.0.1:0"
	}
	args := append([]string{s.programs.Display, "--state-dir", filepath.Join(s.Dir, "screen"), "--server", s.URL,
		"--token-file", tokenFile, "--player", o.Player, "--listen", address}, o.Flags...)
	program, err := Start("display", o.Env, args...)
	if err != nil {
		return nil, err
	}
	if address, err = AwaitAddress(ctx, program); err != nil {
		program.Kill()
		return nil, err
	}
	screen := &Screen{URL: "http://" + address, program: program}
	if err := AwaitPage(ctx, screen.URL+"/"); err != nil {
		program.Kill()
		return nil, err
	}
	return screen, nil
}

// Stop ends the screen program cleanly.
func (s *Screen) Stop() error { return s.program.Stop() }

// Program returns the running program.
func (s *Screen) Program() *Program { return s.program }
