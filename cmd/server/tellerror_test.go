package main

import (
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// A refusal that brought none of what its sentence tells was told with braces in it.
func TestARefusalIsNeverToldWithBracesInIt(t *testing.T) {
	for _, lang := range []town.Language{town.German, town.English} {
		texts, err := i18n.LoadOnly(lang, surfaces...)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{
			"branch.unknown", "office.unknown", "user.exists", "user.unknown", "device.unknown", "password.too_short", "password.too_long",
		} {
			for _, err := range []error{problem.New(problem.NotFound, key), problem.Field("x", key)} {
				if got := tell(texts, err); got == "" || strings.ContainsAny(got, "{}") {
					t.Errorf("%s, %s: got %q", lang, key, got)
				}
			}
		}
	}
}

func TestAnUnknownBranchIsNamedWithTheNearest(t *testing.T) {
	s := newSite(t)
	for _, command := range [][]string{{"mail", "list", "--branch", "nerchow"}, {"mail", "again", "--all", "--branch", "nerchow"}} {
		got := invoke(t, "", []string{"LANG=en_GB.UTF-8"}, append(command, "--database", s.database())...)
		if got.code != config.ExitUsage || !strings.Contains(got.stderr, `there is no "nerchow" (did you mean nerchau?)`) {
			t.Errorf("%v: got %+v", command, got)
		}
	}
}
