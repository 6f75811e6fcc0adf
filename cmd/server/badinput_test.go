package main

import (
	"crypto/rand"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// Each thing that is wrong is told in one sentence with the next step, with the
// right exit code, and loses nothing of what is there.
func TestBadInputIsToldInASentenceAndLosesNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := newSite(t)
	s.write("diary.txt", "somebody's diary")
	s.write("copy.db", "an older copy")
	s.write("damaged.key", "this is no key")
	exposed := s.path("exposed.key")
	if keys, err := seal.Create(exposed, town.NewDate(2026, 11, 30), rand.Reader); err != nil || keys.Close() != nil || os.Chmod(exposed, 0o644) != nil {
		t.Fatal(err)
	}
	password := "ganz lang und geheim"
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a flag":              {[]string{"user", "list", "--databse", "x"}, config.ExitUsage, "did you mean --database?"},
		"no file":             {[]string{"init", "--example", "grimma", "--database", "sqlite::memory:"}, config.ExitUsage, "want sqlite:FILE or postgres://"},
		"a scheme":            {[]string{"user", "list", "--database", "mysql://root:geheim@db"}, config.ExitUsage, "want sqlite:FILE or postgres://"},
		"a path":              {[]string{"user", "list", "--database", "sqlite:" + s.path("typo.db")}, config.ExitFailure, "there is nothing at"},
		"a folder":            {[]string{"user", "list", "--database", "sqlite:" + s.dir}, config.ExitFailure, "belongs to another program"},
		"another file":        {[]string{"user", "list", "--database", "sqlite:" + s.path("diary.txt")}, config.ExitFailure, "belongs to another program"},
		"a database away":     {[]string{"user", "list", "--database", "postgres://a:geheim@127.0.0.1:1/x"}, config.ExitFailure, "Is it running"},
		"a role":              {[]string{"user", "add", "bert", "--role", "cleark"}, config.ExitUsage, "did you mean clerk?"},
		"an empty branch":     {[]string{"user", "add", "bert", "--role", "clerk", "--branch", ""}, config.ExitUsage, "--branch is empty"},
		"an empty branch set": {[]string{"user", "set", "anna", "--branch", ""}, config.ExitUsage, "--branch is empty"},
		"an empty office":     {[]string{"device", "add", "saal", "--kind", "display", "--branch", "grimma-markt", "--office", ""}, config.ExitUsage, "--office is empty"},
		"a branch":            {[]string{"user", "add", "bert", "--role", "clerk", "--branch", "grimma"}, config.ExitFailure, "server export"},
		"a kind":              {[]string{"device", "add", "hall", "--kind", "dispaly", "--branch", "nerchau"}, config.ExitUsage, "did you mean display?"},
		"an office":           {[]string{"device", "add", "hall", "--kind", "display", "--branch", "nerchau", "--office", "x"}, config.ExitFailure, "office"},
		"a file to import":    {[]string{"import", s.path("missing.yaml")}, config.ExitFailure, "Check the path"},
		"what never ends":     {[]string{"import", "/dev/zero"}, config.ExitFailure, "larger than any town's file"},
		"no text":             {[]string{"init", s.path("aufruf.db")}, config.ExitFailure, "this is no text"},
		"a port in use":       {append([]string{"serve"}, append(s.flags(), "--listen", taken.Addr().String())...), config.ExitFailure, "the address is taken"},
		"an address":          {append([]string{"serve"}, append(s.flags(), "--listen", "192.0.2.1:0")...), config.ExitFailure, "Check --listen"},
		"a backup there":      {[]string{"backup", s.path("copy.db")}, config.ExitFailure, "nothing was overwritten"},
		"a backup to nowhere": {[]string{"backup", s.path("no/such/folder/copy.db")}, config.ExitFailure, "Check the path"},
		"no address":          {[]string{"serve", "--listen", "8080"}, config.ExitUsage, "--listen: \"8080\" is no address"},
		"no port":             {[]string{"serve", "--metrics-listen", ":70000"}, config.ExitUsage, "--metrics-listen"},
		"a mail server":       {[]string{"serve", "--mail", "smpt://a:geheim@b"}, config.ExitUsage, "smtps://"},
		"a mail host":         {[]string{"serve", "--mail", "smtp://"}, config.ExitUsage, "needs a host"},
		"an unknown branch":   {[]string{"device", "add", "hall", "--kind", "display", "--branch", "marktt"}, config.ExitFailure, "no branch \"marktt\""},
		"a folder to import":  {[]string{"import", s.dir}, config.ExitFailure, "that is a folder"},
		"an old key":          {[]string{"key", "renew", "--old-key-file", s.path("none.key")}, config.ExitFailure, "Check --key-file and --old-key-file"},
		"a place for backups": {[]string{"backup", "--into", s.path("no/such/folder")}, config.ExitFailure, "Check the path"},
		"a damaged key":       {[]string{"user", "list", "--key-file", s.path("damaged.key")}, config.ExitFailure, "Put the right one back"},
		"an exposed key":      {[]string{"user", "list", "--key-file", exposed}, config.ExitFailure, "chmod 600"},
		"a day":               {[]string{"erase", "--number", "417", "--date", "1.12.2026"}, config.ExitUsage, "2026-12-01"},
		"a number":            {[]string{"erase", "--number", "41", "--date", "2026-12-01"}, config.ExitUsage, "three digits"},
	} {
		t.Run(name, func(t *testing.T) {
			before := unlocked(s.files())
			args := c.args
			if !strings.Contains(strings.Join(args, " "), "--databse") && !strings.Contains(strings.Join(args, " "), "--database") {
				args = append(args, "--database", s.database())
			}
			got := invoke(t, password+"\n", []string{"LANG=en_GB.UTF-8"}, args...)
			if got.code != c.code || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
				t.Errorf("got %+v, want %d and %q", got, c.code, c.says)
			}
			if strings.ContainsAny(got.stderr, "{}") {
				t.Errorf("a sentence isn't complete: %s", got.stderr)
			}
			if strings.Contains(got.stderr, "geheim@") {
				t.Errorf("a password is told: %s", got.stderr)
			}
			if last := got.stderr[strings.LastIndex(strings.TrimSpace(got.stderr), "\n")+1:]; !strings.HasPrefix(last, "server: ") {
				t.Errorf("got %q, want one sentence at the end", got.stderr)
			}
			if after := unlocked(s.files()); strings.Join(after, " ") != strings.Join(before, " ") {
				t.Errorf("made or lost: before %v, after %v", before, after)
			}
		})
	}
	if content, err := os.ReadFile(s.path("copy.db")); err != nil || string(content) != "an older copy" {
		t.Errorf("the file that was there: %q, %v", content, err)
	}
	s.command("", "user", "list").ok(t)
}

// unlocked leaves out files that are there to be locked, and hold nothing.
func unlocked(files []string) []string {
	return slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, ".lock") })
}

// Who opens the page of an empty place shouldn't learn only from its form that no
// town can be made there.
func TestAnEmptyPlaceThatCantBeFilledIsNotOffered(t *testing.T) {
	s := emptySite(t)
	s.write("diary.txt", "somebody's diary")
	for name, args := range map[string][]string{
		"a file for a folder":        {"serve", "--listen", "127.0.0.1:0", "--database", "sqlite:" + s.path("diary.txt") + "/aufruf.db"},
		"no folder for a town's key": {"init", "--example", "grimma", "--database", s.database(), "--key-file", s.path("no/such/key")},
		"no folder for a key":        {"serve", "--listen", "127.0.0.1:0", "--database", s.database(), "--key-file", s.path("no/such/key")},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.files()
			got := invoke(t, "", []string{"LANG=en_GB.UTF-8"}, args...)
			if got.code != config.ExitFailure || !strings.Contains(got.stderr, "Check the path") || strings.Contains(got.stderr, "einrichten") {
				t.Errorf("got %+v, want it refused", got)
			}
			if after := s.files(); strings.Join(after, " ") != strings.Join(before, " ") {
				t.Errorf("made: before %v, after %v", before, after)
			}
		})
	}
}
