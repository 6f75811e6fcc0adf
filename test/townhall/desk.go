package townhall

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Desk is a clerk in a room with the caller program.
type Desk struct {
	program string
	env     []string
	args    []string
}

// NewDesk returns a desk for an account, its password lying in a file.
func NewDesk(s *Server, user, passwordFile, branch, room string) (*Desk, error) {
	runtime := filepath.Join(s.Dir, "run-"+user)
	if err := os.MkdirAll(runtime, 0o700); err != nil {
		return nil, err
	}
	return &Desk{
		program: s.programs.Caller,
		env:     []string{"XDG_RUNTIME_DIR=" + runtime},
		args:    []string{"--server", s.URL, "--user", user, "--password-file", passwordFile, "--branch", branch, "--room", room},
	}, nil
}

// Line returns the command as a person would type it, without its verb.
func (d *Desk) Line() string { return d.program + " " + strings.Join(d.args, " ") }

// Do runs one command such as "next" and returns what it printed, and what it
// told the clerk on standard error, both trimmed.
func (d *Desk) Do(ctx context.Context, command ...string) (printed, told string, err error) {
	out, told, err := run(ctx, d.env, nil, slices.Concat([]string{d.program}, d.args, command)...)
	return strings.TrimSpace(out), strings.TrimSpace(told), err
}

// Watch starts `caller watch`, whose log holds each message as JSON.
func (d *Desk) Watch() (*Program, error) {
	return Start("caller watch", d.env, slices.Concat([]string{d.program}, d.args, []string{"watch", "--json"})...)
}
