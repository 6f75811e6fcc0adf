package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNoLicenceIsMissing compares the texts that are embedded with the modules
// that the compiler links, in the versions that go.mod names.
func TestNoLicenceIsMissing(t *testing.T) {
	want, err := gather()
	if err != nil {
		t.Fatal(err)
	}
	got := embedded(t)
	for file, text := range want {
		if !bytes.Equal(got[file], text) {
			t.Errorf("internal/licences/%s is missing or another version's: go generate ./internal/licences", file)
		}
	}
	for file := range got {
		if want[file] == nil {
			t.Errorf("internal/licences/%s belongs to nothing that is linked: go generate ./internal/licences", file)
		}
	}
}

func embedded(t *testing.T) map[string][]byte {
	t.Helper()
	const root = "../../internal/licences"
	texts := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".txt" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		texts[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// permissive are sentences by which the licences are known that ask for no more
// than to be passed on. Any other is a decision, and docs/adr wants to know.
var permissive = regexp.MustCompile(`Permission is hereby granted, free of charge|` + // MIT
	`Permission to use, copy, modify, and(/or)? distribute this software|` + // ISC
	`Redistribution and use in source and binary forms|` + // BSD
	`Apache License\s+Version 2\.0`)

// TestEveryLicenceLetsUsShip: a module under another kind of licence is noticed
// when it comes, not when a town's lawyer reads the list.
func TestEveryLicenceLetsUsShip(t *testing.T) {
	for file, text := range embedded(t) {
		if strings.HasPrefix(file, "modules/") && !permissive.Match(text) {
			t.Errorf("%s is none of MIT, ISC, BSD and Apache-2.0", file)
		}
		if regexp.MustCompile(`GNU (LESSER |AFFERO )?GENERAL PUBLIC|Mozilla Public`).Match(text) && file != "aufruf.txt" {
			t.Errorf("%s is not permissive", file)
		}
	}
}

// TestAProgramPrintsWhatItIsLinkedFrom asks a real one.
func TestAProgramPrintsWhatItIsLinkedFrom(t *testing.T) {
	program := filepath.Join(t.TempDir(), "caller")
	build := exec.Command("go", "build", "-tags", "nomsgpack", "-o", program, "aufruf/cmd/caller")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	printed, err := exec.Command(program, "--licenses").Output()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Deps) < 10 {
		t.Fatalf("got %d modules, want those of the desk program", len(info.Deps))
	}
	for _, module := range info.Deps {
		if !strings.Contains(string(printed), "\n"+module.Path+" "+module.Version+"\n=") {
			t.Errorf("--licenses doesn't tell of %s", module.Path)
		}
	}
	first, _, _ := strings.Cut(string(printed), "\n")
	if diff := cmp.Diff("Aufruf unknown", first); diff != "" {
		t.Errorf("first line (-want +got):\n%s", diff)
	}
}
