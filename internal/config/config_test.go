package config

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseMixesFlagsAndArguments(t *testing.T) {
	tests := []struct {
		name, role string
		args       []string
		branch     []string
		verbose    bool
		rest       []string
	}{
		{name: "argument first", args: []string{"anna", "--role", "clerk"}, role: "clerk", rest: []string{"anna"}},
		{name: "one dash, inline", args: []string{"-role=clerk", "anna"}, role: "clerk", rest: []string{"anna"}},
		{name: "repeated list", args: []string{"--branch", "a", "--branch", "b", "anna"}, branch: []string{"a", "b"}, rest: []string{"anna"}},
		{name: "comma list", args: []string{"--branch=a,b", "anna"}, branch: []string{"a", "b"}, rest: []string{"anna"}},
		{name: "list in a row", args: []string{"anna", "--branch", "a", "b", "--verbose"}, branch: []string{"a", "b"}, verbose: true, rest: []string{"anna"}},
		{name: "switch takes no value", args: []string{"--verbose", "anna"}, verbose: true, rest: []string{"anna"}},
		{name: "end of flags", args: []string{"--", "--role"}, rest: []string{"--role"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := New("server", "user")
			role, branch := s.String("role", "", ""), s.List("branch", "")
			verbose := s.Bool("verbose", false, "")
			rest, err := s.Parse(tt.args, nil)
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			got := []any{*role, []string(*branch), *verbose, rest}
			want := []any{tt.role, tt.branch, tt.verbose, tt.rest}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		})
	}
}

func TestParseReadsTheEnvironment(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(secret, []byte("postgres://x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := New("server", "serve")
	listen, mail := s.String("listen", ":8080", ""), s.String("mail", "dir:var/mail", "")
	database, keyFile := s.String("database", "", ""), s.String("key-file", "", "")
	_, err := s.Parse([]string{"--mail", "dir:here"}, []string{
		"HOME=/root", "AUFRUF_LISTEN=:9", "AUFRUF_MAIL=smtp:there", "AUFRUF_DATABASE_FILE=" + secret,
		"AUFRUF_KEY_FILE=var/key", "AUFRUF_PLAYER=none", "AUFRUF_PASSWORD_FILE=x", "AUFRUF_ROLE=clerk",
	})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	got := []string{*listen, *mail, *database, *keyFile}
	want := []string{":9", "dir:here", "postgres://x", "var/key"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestMistakesNameTheNearest(t *testing.T) {
	tests := []struct {
		name, want string
		args, env  []string
	}{
		{name: "flag", args: []string{"--lisen", ":1"}, want: "did you mean --listen?"},
		{name: "variable", env: []string{"AUFRUF_LISTN=:1"}, want: "did you mean AUFRUF_LISTEN?"},
		{name: "variable of another program", env: []string{"AUFRUF_PLAYR=none"}, want: "did you mean AUFRUF_PLAYER?"},
		{name: "nothing near", args: []string{"--zzzzzzzzzzz"}, want: "unknown flag --zzzzzzzzzzz"},
		{name: "no value", args: []string{"--listen"}, want: "--listen needs a value"},
		{name: "wrong type", args: []string{"--insecure-http=maybe"}, want: "--insecure-http"},
		{name: "wrong type in a variable", env: []string{"AUFRUF_INSECURE_HTTP=maybe"}, want: "AUFRUF_INSECURE_HTTP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := New("server", "serve")
			s.String("listen", ":8080", "")
			s.Bool("insecure-http", false, "")
			_, err := s.Parse(tt.args, tt.env)
			if got, want := ExitCode(err), ExitUsage; got != want {
				t.Fatalf("exit code of %v: got %d, want %d", err, got, want)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, want it to contain %q", err, tt.want)
			}
		})
	}
}

func TestHelpIsNoMistake(t *testing.T) {
	_, err := New("display", "").Parse([]string{"--help"}, nil)
	if !errors.Is(err, flag.ErrHelp) || ExitCode(err) != ExitOK {
		t.Errorf("got %v (exit %d), want help and exit 0", err, ExitCode(err))
	}
}

func TestUnreadableSecretIsAFailure(t *testing.T) {
	s := New("server", "serve")
	s.String("mail", "", "")
	_, err := s.Parse(nil, []string{"AUFRUF_MAIL_FILE=" + filepath.Join(t.TempDir(), "none")})
	if !errors.Is(err, fs.ErrNotExist) || ExitCode(err) != ExitFailure {
		t.Errorf("got %v (exit %d), want a missing file and exit 1", err, ExitCode(err))
	}
}
