package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// openers may open the use cases: the server, and the one fixture of all tests.
var openers = []string{"cmd/server/place.go", "internal/app/apptest/townhall.go"}

// TestOneFixtureOpensTheUseCases: eleven places opened them for their tests, each a
// little otherwise, and had to be told of every new field by itself.
func TestOneFixtureOpensTheUseCases(t *testing.T) {
	var found []string
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, at)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(leftOut, below):
			return fs.SkipDir
		case filepath.Ext(at) != ".go" || strings.HasPrefix(below, "internal/archtest/"):
			return nil
		}
		source, err := os.ReadFile(at)
		if strings.Contains(string(source), "app.Open(") {
			found = append(found, filepath.ToSlash(below))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if !slices.Contains(openers, file) {
			t.Errorf("%s opens the use cases by itself: internal/app/apptest does", file)
		}
	}
	if len(found) != len(openers) {
		t.Errorf("found %v, want those who may among them", found)
	}
}
