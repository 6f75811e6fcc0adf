package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

func TestFlagsAreThoseThatConfigKnows(t *testing.T) {
	program := config.Program{Root: world{}.commands("server")}
	if diff := cmp.Diff(config.Known("server"), program.Flags()); diff != "" {
		t.Errorf("(-known +got):\n%s", diff)
	}
}

func TestEveryCommandAndFlagIsExplainedInBothLanguages(t *testing.T) {
	keys := regexp.MustCompile(`\b(help|cli)\.[a-z]`)
	for _, locale := range []string{"LANG=de_DE.UTF-8", "LANG=en_GB.UTF-8"} {
		eachCommand(world{}.commands("server"), func(c *cobra.Command) {
			args := append(strings.Fields(c.CommandPath())[1:], "--help")
			got := invoke(t, "", []string{locale}, args...).ok(t)
			if missing := keys.FindString(got); missing != "" {
				t.Errorf("%s %v: a key (%s) stands in\n%s", locale, args, missing, got)
			}
		})
	}
}

func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, below := range c.Commands() {
		eachCommand(below, visit)
	}
}

func TestRefusalsAreSentencesInTheReadersLanguage(t *testing.T) {
	s := newSite(t)
	s.command("ganz lang und geheim", "user", "add", "anna", "--role", "clerk").ok(t)
	for _, c := range []struct {
		locale string
		args   []string
		says   string
	}{
		{"LANG=de_DE.UTF-8", []string{"user", "add", "bert", "--role", "king"}, "--role: „king“ gibt es nicht. Möglich sind: clerk"},
		{"LANG=de_DE.UTF-8", []string{"user", "add", "anna", "--role", "clerk"}, "Das Konto „anna“ gibt es schon."},
		{"LANG=en_GB.UTF-8", []string{"user", "add", "bert", "--role", "clerk", "--branch", "nowhere"}, `there is no branch "nowhere"`},
		{"LANG=de_DE.UTF-8", []string{"user", "disable", "carla"}, "Dieses Konto gibt es nicht. Alle nennt: server user list"},
		{"LANG=de_DE.UTF-8", []string{"device", "revoke", "hall"}, "Dieses Gerät gibt es nicht. Alle nennt: server device list"},
	} {
		got := invoke(t, "ganz lang und geheim", []string{c.locale}, append(c.args, "--database", s.database())...)
		if got.code == config.ExitOK || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
			t.Errorf("%v: got %+v, want %q", c.args, got, c.says)
		}
	}
}
