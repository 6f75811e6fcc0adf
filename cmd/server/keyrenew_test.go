package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// wantNoKey expects that no command has made a key file.
func (s site) wantNoKey(after string) {
	s.t.Helper()
	if _, err := os.Stat(s.path("aufruf.key")); !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatalf("%s made a key file: %v", after, err)
	}
}

// A command once made a key file where it found none: the server then took it
// for the right one.
func TestNoCommandMakesAKeyFile(t *testing.T) {
	s := newSite(t)
	if err := os.Remove(s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	commands := map[string][]string{
		"user":          {"user", "list"},
		"device":        {"device", "list"},
		"export":        {"export"},
		"backup":        {"backup", s.path("copy.db")},
		"erase":         {"erase", "--number", "417", "--date", "2026-12-01", "--branch", "grimma-markt"},
		"personal-data": {"personal-data", "--number", "417", "--date", "2026-12-01", "--branch", "grimma-markt"},
	}
	for _, name := range []string{"user", "device", "export", "backup", "erase", "personal-data"} {
		s.command("", commands[name]...)
		s.wantNoKey(name)
	}
	server := s.serve("--clock", tuesday)
	if said := server.stderr.String(); strings.Contains(said, "level=ERROR") {
		t.Errorf("the first start found fault with its new key file:\n%s", said)
	}
}

// person asks what is known of the person behind an appointment.
func (s site) person(made wire.AppointmentReply) (known, result) {
	s.t.Helper()
	return s.personWith("aufruf.key", made)
}

func TestPersonalDataWithAnotherKeySaysUnreadable(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	made, second := bookAhead(t, server), bookAhead(t, server)
	erase := func(made wire.AppointmentReply, want string) {
		t.Helper()
		if said := s.command("", "erase", "--number", made.Number.String(), "--date", made.Start.Format(time.DateOnly), "--branch", "grimma-markt").ok(t); !strings.HasPrefix(said, want) {
			t.Errorf("erased: got %q, want %q", said, want)
		}
	}
	server.stop()
	server.ended(t)
	if k, got := s.person(made); got.code != config.ExitOK || k.Name != "Ada" || k.Erased || k.Unreadable {
		t.Errorf("with its key: got %+v, %+v", k, got)
	}
	if err := os.Rename(s.path("aufruf.key"), s.path("right.key")); err != nil {
		t.Fatal(err)
	}
	if k, got := s.person(made); got.code != config.ExitFailure || k.Erased || !k.Unreadable || !strings.Contains(got.stderr, "doesn't open it") {
		t.Errorf("without one: got %+v, %+v", k, got)
	}
	s.wantNoKey("personal-data")
	other := newSite(t)
	wrong := other.serve()
	wrong.stop()
	wrong.ended(t)
	if err := os.Rename(other.path("aufruf.key"), s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	if k, got := s.person(made); got.code != config.ExitFailure || k.Erased || !k.Unreadable {
		t.Errorf("with another's: got %+v, %+v", k, got)
	}
	erase(second, "erased, but not read")
	again := s.serve()
	if said := again.stderr.String(); !strings.Contains(said, "where it is lost, begin a new chain (server key renew --lost)") {
		t.Errorf("the server doesn't say that the key file is another one:\n%s", said)
	}
	again.stop()
	again.ended(t)
	if err := os.Rename(s.path("right.key"), s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	erase(made, "erased: name")
	erase(made, "nothing was stored")
	if k, got := s.person(made); got.code != config.ExitOK || !k.Erased || k.Unreadable {
		t.Errorf("erased: got %+v, %+v", k, got)
	}
}

// After a theft nothing that is to come opens with the stolen file, and nothing
// is lost: the way from the theft to the next booking.
func TestKeyRenewIsTheWayOutAfterATheft(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	made := bookAhead(t, server)
	stolen, err := os.ReadFile(s.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path("stolen.key"), stolen, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := s.command("", "key", "renew"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "stop it") {
		t.Errorf("beside a running server: got %+v", got)
	}
	server.stop()
	server.ended(t)
	if got := s.command("", "key", "renew").ok(t); !strings.Contains(got, "1 persons") || strings.Contains(got, "lost") {
		t.Errorf("got %q, want the person sealed anew", got)
	}
	if k, got := s.person(made); k.Name != "Ada" {
		t.Errorf("with the new key: got %+v, %+v", k, got)
	}
	if k, _ := s.personWith("stolen.key", made); !k.Unreadable {
		t.Errorf("with the stolen one: got %+v", k)
	}
	server = s.serve()
	var found wire.AppointmentReply
	ask(t, http.MethodGet, server.url+"/api/v1/appointments/"+made.Token, "", nil, &found)
	if found.Number != made.Number || strings.Contains(server.stderr.String(), "level=ERROR") {
		t.Errorf("got %+v, log\n%s", found, server.stderr)
	}
	second := bookAhead(t, server)
	if k, _ := s.person(second); k.Name != "Ada" {
		t.Errorf("booked since: got %+v", k)
	}
	if k, _ := s.personWith("stolen.key", second); !k.Unreadable {
		t.Errorf("booked since, with the stolen one: got %+v", k)
	}
}

func (s site) personWith(key string, made wire.AppointmentReply) (known, result) {
	s.t.Helper()
	got := s.command("", "personal-data", "--key-file", s.path(key),
		"--number", made.Number.String(), "--date", made.Start.Format(time.DateOnly), "--branch", "grimma-markt")
	var k known
	if err := json.Unmarshal([]byte(got.stdout), &k); err != nil {
		s.t.Fatalf("%v: %+v", err, got)
	}
	return k, got
}

// Whatever a renewal was killed after, the next start of the server ends it.
func TestAServerEndsARenewalThatWasKilled(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	made := bookAhead(t, server)
	server.stop()
	server.ended(t)
	yesterday := town.DateOf(time.Now(), time.UTC).AddDays(-1)
	o, err := renewedKeys(s.path("aufruf.key"), "", yesterday) // killed before anything was sealed anew
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range o.closes {
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.keys.Close(); err != nil {
		t.Fatal(err)
	}
	if k, _ := s.person(made); k.Name != "Ada" {
		t.Errorf("before the start: got %+v", k)
	}
	if said := s.serve().stderr.String(); !strings.Contains(said, "persons=1") {
		t.Errorf("got log\n%s\nwant the renewal ended", said)
	}
	if k, _ := s.person(made); k.Name != "Ada" {
		t.Errorf("after it: got %+v", k)
	}
	keys, err := seal.Open(s.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	if keys.Renewing() {
		t.Error("the old chain still opens")
	}
}

// A lost key costs what it alone opens, says so, and a copy found again brings
// that back.
func TestKeyRenewSaysWhatIsLostAndTakesAFoundCopy(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	made := bookAhead(t, server)
	server.stop()
	server.ended(t)
	if err := os.Rename(s.path("aufruf.key"), s.path("found.key")); err != nil {
		t.Fatal(err)
	}
	got := s.command("", "key", "renew", "--lost").ok(t)
	if want := "lost: what is stored of number " + made.Number.String(); !strings.Contains(got, want) || strings.Contains(got, "Ada") {
		t.Errorf("got %q, want %q", got, want)
	}
	if k, _ := s.person(made); !k.Unreadable {
		t.Errorf("lost: got %+v", k)
	}
	got = s.command("", "key", "renew", "--old-key-file", s.path("found.key")).ok(t)
	if strings.Contains(got, "lost") {
		t.Errorf("found: got %q", got)
	}
	if k, _ := s.person(made); k.Name != "Ada" {
		t.Errorf("found: got %+v", k)
	}
	if got := s.command("", "key", "turn"); got.code != config.ExitUsage {
		t.Errorf("unknown action: got %+v", got)
	}
}
