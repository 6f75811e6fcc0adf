package main

import (
	"strings"
	"testing"

	"aufruf/internal/config"
)

// TestNobodyIsToldFromSomebodyElseByACapitalLetter: `user add Lena` made a second
// account beside lena, and `device add HALLE` a second screen beside Halle.
func TestNobodyIsToldFromSomebodyElseByACapitalLetter(t *testing.T) {
	s := newSite(t)
	s.command("drei kleine Wörter", "user", "add", "lena", "--role", "clerk").ok(t)
	again := s.command("drei kleine Wörter", "user", "add", "LENA", "--role", "admin")
	if again.code != config.ExitFailure || !strings.Contains(again.stderr, `"lena"`) {
		t.Errorf("got %+v, want a refusal that says how she is spelled", again)
	}
	if got := s.command("", "user", "list").ok(t); strings.Count(strings.ToLower(got), "lena") != 1 {
		t.Errorf("got accounts:\n%s", got)
	}
	s.command("", "device", "add", "Halle", "--kind", "display", "--branch", "nerchau").ok(t)
	twin := s.command("", "device", "add", "HALLE", "--kind", "display", "--branch", "nerchau")
	if twin.code != config.ExitFailure || twin.stdout != "" {
		t.Errorf("got %+v, want a refusal", twin)
	}
}
