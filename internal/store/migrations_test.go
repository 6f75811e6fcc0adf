package store_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "add what is new to testdata/migrations.sum")

const sums = "testdata/migrations.sum"

// TestMigrationsStayAsTheyWere: a migration that some town has run already is
// never run again, so a change to it would reach new towns alone. What has to be
// different is a migration of its own. A new one is added to the sums by
// -update, which changes no line that is there.
func TestMigrationsStayAsTheyWere(t *testing.T) {
	kept, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(kept)) {
		sum, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		known[file] = sum
	}
	files, err := filepath.Glob("*/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, want := fmt.Sprintf("%x", sha256.Sum256(raw)), known[file]
		switch {
		case want == "" && *update:
			kept = fmt.Appendf(kept, "%s  %s\n", got, file)
		case want == "":
			t.Errorf("%s is not in %s: go test ./internal/store -update", file, sums)
		case got != want:
			t.Errorf("%s was changed after it was committed: undo that, and make the change in a migration of its own", file)
		}
		delete(known, file)
	}
	for file := range known {
		t.Errorf("%s is gone; databases that have run it exist", file)
	}
	if !*update {
		return
	}
	if err := os.WriteFile(sums, kept, 0o644); err != nil {
		t.Fatal(err)
	}
}
