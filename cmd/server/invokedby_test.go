package main

import (
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// The package has no command "server": who typed the next step as it was told
// read "command not found".
func TestTheNextStepIsToldAsItIsTyped(t *testing.T) {
	for by, want := range map[string][]string{
		"":                       {"server user add NAME --role admin, then server serve", "Check --database. A new town makes: server init"},
		"rm -rf /":               {"server user add NAME --role admin, then server serve", "Check --database. A new town makes: server init"},
		"aufruf-admin":           {"aufruf-admin user add NAME --role admin, then systemctl enable --now aufruf-server", "Check --database. A new town makes: aufruf-admin init"},
		"aufruf-admin @neustadt": {"aufruf-admin @neustadt user add NAME --role admin, then systemctl enable --now aufruf-server@neustadt", "A new town makes: aufruf-admin @neustadt init"},
	} {
		s := emptySite(t)
		environ := []string{"LANG=en_GB.UTF-8", "INVOKED_BY=" + by}
		missing := invoke(t, "", environ, "user", "list", "--database", s.database())
		if missing.code != config.ExitFailure || !strings.Contains(missing.stderr, want[1]+"\n") {
			t.Errorf("%q: got %+v, want %q", by, missing, want[1])
		}
		made := invoke(t, townOf, environ, "init", "-", "--database", s.database()).ok(t)
		if !strings.Contains(made, "Next: "+want[0]+"\n") {
			t.Errorf("%q: got %q, want %q", by, made, want[0])
		}
	}
}

func TestAdminTakesEachCommandThatIsNoService(t *testing.T) {
	for _, command := range (world{}).commands("server").Commands() {
		if name := command.Name(); name != "serve" && name != "version" && !slices.Contains(adminCommands, name) {
			t.Errorf("%s is told as if there was a command server", name)
		}
	}
}
