package config

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// trial is a program with two commands, and what they were called with.
type trial struct {
	Program
	out            bytes.Buffer
	listen, mail   string
	role, database string
	keyFile        string
	branch         *List
	insecure       bool
	large          int
	ran            string
	args           []string
}

func newTrial(t *testing.T, environ ...string) *trial {
	t.Helper()
	texts, err := i18n.LoadOnly(town.English, "cli", "cli_server")
	if err != nil {
		t.Fatal(err)
	}
	p := new(trial)
	ran := func(name string) func(context.Context, []string) error {
		return func(_ context.Context, args []string) error {
			p.ran, p.args = name, args
			return nil
		}
	}
	root := Command("server", nil, nil)
	root.Version = "1.2.3"
	serve := Command("serve", Arguments(0), ran("serve"))
	serve.Flags().StringVar(&p.listen, "listen", ":8080", "")
	serve.Flags().StringVar(&p.mail, "mail", "dir:var/mail", "")
	serve.Flags().StringVar(&p.database, "database", "", "")
	serve.Flags().StringVar(&p.keyFile, "key-file", "", "")
	serve.Flags().BoolVar(&p.insecure, "insecure-http", false, "")
	serve.Flags().IntVar(&p.large, "large", 6, "")
	user := Command("user", nil, nil)
	add := Command("add NAME", cobra.ArbitraryArgs, ran("user add"))
	add.Flags().StringVar(&p.role, "role", "", "")
	add.Flags().BoolVar(&p.insecure, "insecure-http", false, "")
	p.branch = NewList(add.Flags(), "branch")
	user.AddCommand(add)
	root.AddCommand(serve, user)
	p.Program = Program{Root: root, Texts: texts, Environ: environ, Stdout: &p.out, Stderr: &p.out}
	return p
}

func (p *trial) run(args ...string) error { return p.Run(context.Background(), args) }

func TestFlagsAndArgumentsMix(t *testing.T) {
	tests := []struct {
		name, role string
		args       []string
		branch     []string
		insecure   bool
		rest       []string
	}{
		{name: "argument first", args: []string{"user", "add", "anna", "--role", "clerk"}, role: "clerk", rest: []string{"anna"}},
		{name: "flag before the command", args: []string{"--role", "clerk", "--insecure-http", "user", "add", "anna"}, role: "clerk", insecure: true, rest: []string{"anna"}},
		{name: "flag within the command", args: []string{"user", "--role=clerk", "add", "anna"}, role: "clerk", rest: []string{"anna"}},
		{name: "one dash, inline", args: []string{"user", "add", "-role=clerk", "anna"}, role: "clerk", rest: []string{"anna"}},
		{name: "repeated list", args: []string{"user", "add", "--branch", "a", "--branch", "b", "anna"}, branch: []string{"a", "b"}, rest: []string{"anna"}},
		{name: "comma list", args: []string{"user", "add", "--branch=a,b", "anna"}, branch: []string{"a", "b"}, rest: []string{"anna"}},
		{name: "list in a row", args: []string{"user", "add", "anna", "--branch", "a", "b", "--insecure-http"}, branch: []string{"a", "b"}, insecure: true, rest: []string{"anna"}},
		{name: "switch takes no value", args: []string{"user", "add", "--insecure-http", "anna"}, insecure: true, rest: []string{"anna"}},
		{name: "end of flags", args: []string{"user", "add", "--", "--role"}, rest: []string{"--role"}},
		{name: "standard input", args: []string{"user", "add", "-"}, rest: []string{"-"}},
		{name: "a value like a flag", args: []string{"user", "add", "--role", "-x", "anna"}, role: "-x", rest: []string{"anna"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newTrial(t)
			if err := p.run(tt.args...); err != nil {
				t.Fatalf("got %v", err)
			}
			got := []any{p.ran, p.role, []string(*p.branch), p.insecure, p.args}
			want := []any{"user add", tt.role, tt.branch, tt.insecure, tt.rest}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		})
	}
}

func TestVariablesSetFlags(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(secret, []byte("postgres://x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newTrial(t,
		"HOME=/root", "AUFRUF_LISTEN=:9", "AUFRUF_MAIL=smtp:there", "AUFRUF_DATABASE_FILE="+secret,
		"AUFRUF_KEY_FILE=var/key", "AUFRUF_PLAYER=none", "AUFRUF_PASSWORD_FILE=x", "AUFRUF_ROLE=clerk")
	if err := p.run("serve", "--mail", "dir:here"); err != nil {
		t.Fatal(err)
	}
	got := []string{p.listen, p.mail, p.database, p.keyFile}
	want := []string{":9", "dir:here", "postgres://x", "var/key"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestMistakesAreSentencesThatNameTheNearest(t *testing.T) {
	tests := []struct {
		name, want string
		args, env  []string
	}{
		{name: "command", args: []string{"sreve"}, want: "did you mean serve?"},
		{name: "command below", args: []string{"user", "ad"}, want: "did you mean add?"},
		{name: "no command below", args: []string{"user"}, want: "want one of: add"},
		{name: "flag", args: []string{"serve", "--lisen", ":1"}, want: "did you mean --listen?"},
		{name: "flag before a word", args: []string{"--databse", "x"}, want: "did you mean --database?"},
		{name: "flag of another command", args: []string{"user", "add", "anna", "--listen", ":1"}, want: "unknown flag --listen"},
		{name: "variable", args: []string{"serve"}, env: []string{"AUFRUF_LISTN=:1"}, want: "did you mean AUFRUF_LISTEN?"},
		{name: "variable of another program", args: []string{"serve"}, env: []string{"AUFRUF_PLAYR=none"}, want: "did you mean AUFRUF_PLAYER?"},
		{name: "nothing near", args: []string{"serve", "--zzzzzzzzzzz"}, want: "unknown flag --zzzzzzzzzzz."},
		{name: "no value", args: []string{"serve", "--listen"}, want: "--listen needs a value"},
		{name: "wrong type", args: []string{"serve", "--insecure-http=maybe"}, want: `--insecure-http: "maybe" doesn't fit, want true or false`},
		{name: "no number", args: []string{"serve", "--large", "x"}, want: `--large: "x" doesn't fit, want a whole number`},
		{name: "wrong type in a variable", args: []string{"serve"}, env: []string{"AUFRUF_INSECURE_HTTP=maybe"}, want: "AUFRUF_INSECURE_HTTP"},
		{name: "argument too many", args: []string{"serve", "now"}, want: `unexpected argument "now"`},
		{name: "shell", args: []string{"completion", "fsh"}, want: "did you mean fish?"},
		{name: "help of nothing", args: []string{"help", "serv"}, want: "did you mean serve?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newTrial(t, tt.env...)
			err := p.run(tt.args...)
			if got, want := ExitCode(err), ExitUsage; got != want {
				t.Fatalf("exit code of %v: got %d, want %d", err, got, want)
			}
			if got := Tell(p.Texts, err); !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want it to contain %q", got, tt.want)
			}
			if p.ran != "" || p.out.Len() > 0 {
				t.Errorf("ran %q and printed %q, want nothing", p.ran, &p.out)
			}
		})
	}
}

func TestHelpSaysFlagsDefaultsAndVariables(t *testing.T) {
	for _, args := range [][]string{{"serve", "--help"}, {"--help", "serve"}, {"help", "serve"}, {"serve", "-h"}} {
		p := newTrial(t, "AUFRUF_LISTN=:1")
		if err := p.run(args...); err != nil {
			t.Fatalf("%v: got %v", args, err)
		}
		for _, want := range []string{"server serve", "--listen", "(default :8080)", "[AUFRUF_LISTEN]", "Address to answer on."} {
			if !strings.Contains(p.out.String(), want) {
				t.Errorf("%v: %q is missing in\n%s", args, want, &p.out)
			}
		}
	}
	p := newTrial(t)
	if err := p.run(); err != nil || p.ran != "" || !strings.Contains(p.out.String(), "Commands:") {
		t.Errorf("without a word: got %v, ran %q, printed %q; want help", err, p.ran, &p.out)
	}
	p = newTrial(t)
	if err := p.run("--version"); err != nil || p.out.String() != "server version 1.2.3\n" {
		t.Errorf("version: got %v, %q", err, &p.out)
	}
}

// Asked for licences, a program wants neither settings nor a command.
func TestLicencesArePrinted(t *testing.T) {
	p := newTrial(t, "AUFRUF_LISTN=:1")
	p.Licences = func(w io.Writer) error { _, err := io.WriteString(w, "EUPL"); return err }
	if err := p.run("--licenses"); err != nil || p.out.String() != "EUPL" {
		t.Errorf("got %v, %q, want the licences", err, &p.out)
	}
}

func TestShellsAreOffered(t *testing.T) {
	for _, shell := range []string{"bash", "fish", "powershell", "zsh"} {
		p := newTrial(t)
		if err := p.run("completion", shell); err != nil || !strings.Contains(p.out.String(), "server") {
			t.Errorf("%s: got %v and %d bytes", shell, err, p.out.Len())
		}
	}
	p := newTrial(t)
	if err := p.run("__complete", "serve", "--in"); err != nil || !strings.Contains(p.out.String(), "--insecure-http") {
		t.Errorf("got %v, %q", err, &p.out)
	}
}

func TestUnreadableSecretIsAFailure(t *testing.T) {
	p := newTrial(t, "AUFRUF_MAIL_FILE="+filepath.Join(t.TempDir(), "none"))
	err := p.run("serve")
	if !errors.Is(err, fs.ErrNotExist) || ExitCode(err) != ExitFailure {
		t.Errorf("got %v (exit %d), want a missing file and exit 1", err, ExitCode(err))
	}
}

func TestLanguageFollowsTheLocale(t *testing.T) {
	for _, c := range []struct {
		environ   []string
		otherwise town.Language
		want      town.Language
	}{
		{[]string{"LANG=de_DE.UTF-8", "LC_ALL=en_GB.UTF-8"}, town.German, town.English},
		{[]string{"LANG=de_DE.UTF-8"}, town.English, town.German},
		{[]string{"LANG=C.UTF-8"}, town.German, town.German},
		{[]string{"LANG=fr_FR.UTF-8"}, town.English, town.English},
		{nil, town.German, town.German},
	} {
		if got := Language(c.environ, c.otherwise); got != c.want {
			t.Errorf("%v: got %s, want %s", c.environ, got, c.want)
		}
	}
}
