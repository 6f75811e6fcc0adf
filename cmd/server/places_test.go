package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/store/postgres/pgtest"
)

// townOf is the shortest file of a town.
const townOf = "format: aufruf/1\nauthority:\n  name: {de: Stadt Beispielhausen}\n  state: DE-TH\n"

func (s site) write(name, content string) string {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return s.path(name)
}

func (s site) files() []string {
	s.t.Helper()
	found, err := filepath.Glob(s.path("*"))
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// A mistyped path once made a second town, with the example's branches, and
// whoever looked for an account in it found none.
func TestNoCommandMakesATownByAMistypedPath(t *testing.T) {
	s := emptySite(t)
	arguments := map[string][]string{
		"import": {s.write("town.yaml", townOf)}, "backup": {s.path("copy")}, "user add": {"anna", "--role", "clerk"},
		"user set": {"anna", "--role", "clerk"}, "user passwd": {"anna"}, "user disable": {"anna"}, "user enable": {"anna"},
		"device add": {"hall", "--kind", "display", "--branch", "x"}, "device revoke": {"hall"},
		"mail again": {"--all"}, "erase": {"--number", "417", "--date", "2026-12-01"}, "personal-data": {"--number", "417", "--date", "2026-12-01"},
		"remove branch": {"x"}, "remove office": {"x/y"}, "remove room": {"x/y"}, "remove service": {"x"},
	}
	apart := []string{"init", "serve", "restore", "mail bounced"} // the last reads its input first
	before := s.files()
	eachCommand(world{}.commands("server"), func(c *cobra.Command) {
		path := strings.TrimPrefix(c.CommandPath(), "server ")
		if !c.Runnable() || slices.Contains(apart, path) || c.Flags().Lookup("database") == nil {
			return
		}
		got := s.command("ganz lang und geheim\n", append(strings.Fields(path), arguments[path]...)...)
		says := got.stdout + got.stderr
		if got.code != config.ExitFailure || path != "healthcheck" && !strings.Contains(says, "server init") {
			t.Errorf("%s: got %+v", path, got)
		}
		if after := s.files(); !slices.Equal(before, after) {
			t.Errorf("%s: made %v", path, after)
		}
	})
}

func TestATownIsMadeOnceAndCompletely(t *testing.T) {
	s := emptySite(t)
	file := s.write("town.yaml", townOf)
	if got := s.command("", "init", file).ok(t); !strings.Contains(got, "made: Stadt Beispielhausen") {
		t.Errorf("got %q", got)
	}
	key, err := os.ReadFile(s.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	before := s.command("", "export").ok(t)
	for _, again := range [][]string{{"init", file}, {"init", "--example", "grimma"}} {
		if got := s.command("", again...); got.code != config.ExitFailure || !strings.Contains(got.stderr, "not empty") {
			t.Errorf("%v again: got %+v", again, got)
		}
	}
	if after := s.command("", "export").ok(t); after != before {
		t.Errorf("changed:\n%s", after)
	}
	if after, err := os.ReadFile(s.path("aufruf.key")); err != nil || !bytes.Equal(key, after) {
		t.Errorf("the key file changed, or %v", err)
	}
}

func TestATownFromStandardInput(t *testing.T) {
	s := emptySite(t)
	s.command(townOf, "init", "-").ok(t)
	if got := s.command("", "export").ok(t); !strings.Contains(got, "Beispielhausen") {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsWrongWithANewTownMakesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing named":       {[]string{"init"}, config.ExitUsage, "--example grimma"},
		"two things":          {[]string{"init", "town.yaml", "--example", "grimma"}, config.ExitUsage, "--example grimma"},
		"an unknown example":  {[]string{"init", "--example", "grima"}, config.ExitUsage, "did you mean grimma?"},
		"a missing file":      {[]string{"init", "missing.yaml"}, config.ExitFailure, "missing.yaml"},
		"a file with mistake": {[]string{"init", "wrong.yaml"}, config.ExitFailure, "wrong.yaml:4:"},
		"no state":            {[]string{"init", "half.yaml"}, config.ExitFailure, "state is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			s := emptySite(t)
			s.write("town.yaml", townOf)
			s.write("wrong.yaml", strings.Replace(townOf, "DE-TH", "DE-XX", 1))
			s.write("half.yaml", "format: aufruf/1\nauthority:\n  name: {de: X}\n")
			t.Chdir(s.dir)
			before := s.files()
			if got := s.command("", c.args...); got.code != c.code || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
				t.Errorf("got %+v, want %d and %q", got, c.code, c.says)
			}
			if after := s.files(); !slices.Equal(before, after) {
				t.Errorf("made %v", after)
			}
		})
	}
}

// A key file without its database belongs to a town that is to be restored, or
// to another one: a new town would seal with what others know.
func TestAKeyFileBesideAnEmptyPlaceIsRefused(t *testing.T) {
	old := newSite(t)
	old.command("", "backup", old.path("copy.db")).ok(t)
	key, err := os.ReadFile(old.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	s := emptySite(t)
	s.write("aufruf.key", string(key))
	for _, args := range [][]string{{"init", "--example", "grimma"}, append([]string{"serve"}, s.flags()...)} {
		got := invoke(t, "", nil, append(args, "--database", s.database())...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "aufruf.key exists") || !strings.Contains(got.stderr, "server restore") {
			t.Errorf("%v: got %+v", args, got)
		}
	}
	if found := s.files(); len(found) != 1 {
		t.Errorf("made %v", found)
	}
	s.command("", "restore", old.path("copy.db")).ok(t)
	s.command("", "user", "list").ok(t)
}

// The first start was interrupted after the tables were made, or after the town
// and before its key file.
func TestAnInterruptedFirstStartCanBeRepeated(t *testing.T) {
	s := emptySite(t)
	s.write("aufruf.db", "")
	s.command("", "init", "--example", "grimma").ok(t)
	if err := os.Remove(s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	server := s.serve("--clock", tuesday)
	if said := server.stderr.String(); strings.Contains(said, "level=ERROR") {
		t.Errorf("got\n%s", said)
	}
	if _, err := os.Stat(s.path("aufruf.key")); err != nil {
		t.Error(err)
	}
}

func TestTheFileOfAnotherProgramIsLeftAlone(t *testing.T) {
	s := emptySite(t)
	s.write("aufruf.db", "this is no database, and somebody's diary: keep it as it is")
	for _, args := range [][]string{{"init", "--example", "grimma"}, {"user", "list"}} {
		if got := s.command("", args...); got.code != config.ExitFailure {
			t.Errorf("%v: got %+v", args, got)
		}
	}
	if content, err := os.ReadFile(s.path("aufruf.db")); err != nil || !strings.Contains(string(content), "diary") {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestPlacesInPostgreSQL(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	url := server.Database(t)
	s := emptySite(t)
	key := []string{"--database", url, "--key-file", s.path("key")}
	if got := invoke(t, "", nil, append([]string{"user", "list"}, key...)...); got.code != config.ExitFailure || !strings.Contains(got.stderr, "there is no town at postgres:…") {
		t.Errorf("empty: got %+v", got)
	}
	invoke(t, townOf, nil, append([]string{"init", "-"}, key...)...).ok(t)
	invoke(t, "", nil, append([]string{"user", "list"}, key...)...).ok(t)
	if got := invoke(t, townOf, nil, append([]string{"init", "-"}, key...)...); got.code != config.ExitFailure || !strings.Contains(got.stderr, "not empty") {
		t.Errorf("again: got %+v", got)
	}
}

// A town that isn't the example has nothing of the example, in no byte.
func TestAnInventedTownHasNothingOfTheExample(t *testing.T) {
	s := emptySite(t)
	s.command(townOf, "init", "-").ok(t)
	s.command("ganz lang und geheim", "user", "add", "anna", "--role", "admin").ok(t)
	server := s.serve()
	var page string
	for _, path := range []string{"/", "/termin", "/staff/anmelden", "/display", "/kiosk", "/impressum", "/datenschutz", "/api/v1/branches", "/api/v1/services", "/api/v1/openapi.yaml"} {
		page += body(t, server.url+path)
	}
	server.stop()
	server.ended(t)
	for _, file := range s.files() {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Grimma", "grimma", "Nerchau", "nerchau", "Stadthaus"} {
			if bytes.Contains(content, []byte(word)) || strings.Contains(page, word) {
				t.Errorf("%q stands in %s, or on a page", word, file)
			}
		}
	}
}
