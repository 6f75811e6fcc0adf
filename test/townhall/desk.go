package townhall

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// Do runs one command such as "next" and returns what it printed, trimmed.
func (d *Desk) Do(ctx context.Context, command ...string) (string, error) {
	args := append([]string{d.program}, d.args...)
	out, err := run(ctx, d.env, nil, append(args, command...)...)
	return strings.TrimSpace(out), err
}

// DoJSON runs one command with --json and decodes the reply.
func (d *Desk) DoJSON(ctx context.Context, reply any, command ...string) error {
	out, err := d.Do(ctx, append([]string{"--json"}, command...)...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out), reply); err != nil {
		return fmt.Errorf("reply to %s: %w: %s", strings.Join(command, " "), err, out)
	}
	return nil
}

// Watch starts `caller watch`, whose log tells what the screens report.
func (d *Desk) Watch() (*Program, error) {
	args := append([]string{d.program}, d.args...)
	return Start("caller watch", d.env, append(args, "watch")...)
}
