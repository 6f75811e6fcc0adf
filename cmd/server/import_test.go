package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/config"
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
