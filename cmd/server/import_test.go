package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/wire"
)

const retiring = "format: aufruf/1\nservices:\n  - {id: eid-pin, retired: true}\n"

func TestADryRunSaysWhatWouldChangeAndChangesNothing(t *testing.T) {
	s := newSite(t)
	made := bookAhead(t, s.serve())
	before := s.command("", "export").ok(t)
	file := s.write("retire.yaml", retiring)
	concerned := regexp.MustCompile(fmt.Sprintf(`(?m)^concerned %s \d{4}-\d\d-\d\d \d\d:\d\d grimma-markt/buergerbuero service_gone$`, made.Number))
	tried := s.command("", "import", "--dry-run", file).ok(t)
	if !strings.Contains(tried, "retired service eid-pin\n") || !concerned.MatchString(tried) {
		t.Errorf("got %q", tried)
	}
	if after := s.command("", "export").ok(t); after != before {
		t.Error("the dry run changed something")
	}
	if done := s.command(retiring, "import", "-").ok(t); done != tried {
		t.Errorf("the dry run said %q, the import %q", tried, done)
	}
	if after := s.command("", "export").ok(t); after == before {
		t.Error("the import changed nothing")
	}
}

// Mistakes within a file were told first, and those against the catalogue only
// when the file had none any more.
func TestAllMistakesOfAFileAreToldInOneGo(t *testing.T) {
	s := newSite(t)
	file := s.write("wrong.yaml", `format: aufruf/1
services:
  - {id: eid-pin, minuts: 5}
branches:
  - id: nerchau
    offices:
      - {id: buergerbuero, services: [gibt-es-nicht]}
`)
	for _, args := range [][]string{{"import", file}, {"import", "--dry-run", file}} {
		got := s.command("", args...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "wrong.yaml:3:") || !strings.Contains(got.stderr, "wrong.yaml:7:") || got.stdout != "" {
			t.Errorf("%v: got %+v, want lines 3 and 7", args, got)
		}
	}
}

func TestALatin1FileIsRefusedByItsLine(t *testing.T) {
	s := emptySite(t)
	file := s.write("latin.yaml", strings.Replace(townOf, "Stadt Beispielhausen", "Gro\xdfe Stadt", 1))
	got := s.command("", "init", file)
	if got.code != config.ExitFailure || !strings.Contains(got.stderr, "latin.yaml:3:17: the byte 0xdf is no UTF-8") {
		t.Errorf("got %+v", got)
	}
}

func TestWhatCameByMistakeIsRemovedOnTheCommandLine(t *testing.T) {
	s := newSite(t)
	before := s.command("", "export").ok(t)
	s.command("format: aufruf/1\nservices:\n  - {id: irrtum, name: Irrtum, minutes: 10}\n", "import", "-").ok(t)
	tried := s.command("", "remove", "service", "irrtum", "--dry-run").ok(t)
	if !strings.Contains(tried, "could be removed: service irrtum") {
		t.Errorf("got %q", tried)
	}
	near := s.command("", "remove", "service", "irtum")
	if near.code != config.ExitFailure || !strings.Contains(near.stderr, "service irrtum") {
		t.Errorf("got %+v, want the nearest name", near)
	}
	if done := s.command("", "remove", "service", "irrtum").ok(t); done != "removed: service irrtum\n" {
		t.Errorf("got %q", done)
	}
	if after := s.command("", "export").ok(t); after != before {
		t.Error("the catalogue isn't what it was")
	}
	stays := s.command("", "remove", "room", "grimma-markt/platz-1")
	if stays.code != config.ExitFailure || !strings.Contains(stays.stderr, "grimma-markt/buergerbuero names it") || !strings.Contains(stays.stderr, "retired: true") {
		t.Errorf("got %+v, want what hangs on it and what to do", stays)
	}
	shape := s.command("", "remove", "office", "buergerbuero")
	if shape.code != config.ExitUsage || !strings.Contains(shape.stderr, "BRANCH/ID") {
		t.Errorf("got %+v", shape)
	}
}

// Who reads German read a file's mistakes in English, and those of init in two rounds.
func TestAFilesMistakesAreNamedInOneGoInTheReadersLanguage(t *testing.T) {
	s := emptySite(t)
	file := s.write("stadt.yaml", `format: aufruf/1
authority:
  name: {de: Musterstadt}
  state: DE-XX
  nonsense: 3
branches:
  - id: haus
    name: Haus
    time_zone: Europa/Berlin
    rooms: [{id: Zimmer, label: "1"}]
    offices:
      - {id: amt, name: Amt, services: [pas, [], []]}
services:
  - {id: pass, name: Pass, minutes: zehn}
`)
	german := []string{
		file + ":4:10: authority.state: „DE-XX“: erwartet wird ein Bundesland wie DE-SN",
		"authority: die Angabe „nonsense“ gibt es nicht",
		"branches[haus].address: „address“ fehlt",
		"„Europa/Berlin“: erwartet wird eine Zeitzone wie Europe/Berlin",
		"„Zimmer“: erwartet werden Kleinbuchstaben",
		"es gibt kein Anliegen „pas“, vielleicht „pass“?",
		"erwartet wird Text, hier steht eine Liste",
		"der Fachbereich hat kein Zimmer in Gebrauch",
		"services[pass].minutes: erwartet wird eine Zahl, hier steht Text",
	}
	english := []string{`"DE-XX": want a federal state like DE-SN`, `there is no service "pas", did you mean "pass"?`, "want a number, got text"}
	for lang, wants := range map[string][]string{"de_DE.UTF-8": german, "en_GB.UTF-8": english} {
		got := invoke(t, "", []string{"LANG=" + lang}, "init", file, "--database", s.database())
		for _, want := range wants {
			if !strings.Contains(got.stderr, want) {
				t.Errorf("%s: %q isn't in\n%s", lang, want, got.stderr)
			}
		}
		if strings.Contains(got.stderr, "stands twice") || strings.Contains(got.stderr, "zweimal") || lang == "de_DE.UTF-8" && strings.Contains(got.stderr, "want ") {
			t.Errorf("%s: got\n%s", lang, got.stderr)
		}
	}
}

// A branch went with its offices and rooms, and nobody was told.
func TestRemovingABranchSaysWhatGoesAlong(t *testing.T) {
	s := newSite(t)
	for _, command := range [][]string{{"remove", "branch", "nerchau", "--dry-run"}, {"remove", "branch", "nerchau"}} {
		got := s.command("", command...).ok(t)
		for _, want := range []string{"branch nerchau", "   along with it: office nerchau/buergerbuero", "   along with it: room nerchau/platz-1"} {
			if !strings.Contains(got, want) {
				t.Errorf("%v: %q isn't in %q", command, want, got)
			}
		}
		if strings.Contains(got, "grimma-markt") {
			t.Errorf("%v: got %q", command, got)
		}
	}
}

func TestWhateverHangsOnAThingHasASentence(t *testing.T) {
	texts, err := words(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []app.HangingKind{app.HangsOffice, app.HangsAccount, app.HangsDevice, app.HangsTicket, app.HangsHold, app.HangsWish} {
		if key := "cli.server.remove.hangs_" + string(kind); !texts.Has(key) {
			t.Errorf("%s is missing", key)
		}
	}
}

// TestAnImportIntoADemonstrationKnowsItsTime: it judged by the machine's clock which
// of a demonstration's appointments are still to come.
func TestAnImportIntoADemonstrationKnowsItsTime(t *testing.T) {
	s := newSite(t)
	demonstration := s.serve("--clock", "2030-12-02T09:05:00+01:00")
	var made wire.AppointmentReply
	if response := bookAt(t, demonstration.url, "2030-12-10T10:00:00+01:00", &made); response.StatusCode != http.StatusCreated {
		t.Fatalf("booking: got %s", response.Status)
	}
	demonstration.stopped(t)
	concerned := fmt.Sprintf("concerned %s 2030-12-10 10:00 ", made.Number)
	for instant, want := range map[string]bool{"2030-12-02T10:00:00+01:00": true, "2030-12-10T10:30:00+01:00": false} {
		got := s.command(retiring, "import", "--dry-run", "--clock", instant, "-").ok(t)
		if strings.Contains(got, concerned) != want {
			t.Errorf("at %s: got %q, want it with %q: %v", instant, got, concerned, want)
		}
	}
	if got := s.command(retiring, "import", "--clock", "gestern", "-"); got.code != config.ExitUsage {
		t.Errorf("no instant: got %+v", got)
	}
}

func TestAnImportIntoATownHasNoClockOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.serve().stopped(t)
	got := s.command(retiring, "import", "--clock", "2019-12-02T09:05:00+01:00", "-")
	if got.code != config.ExitFailure || !strings.Contains(got.stderr, "--clock") {
		t.Errorf("got %+v, want a refusal", got)
	}
}
