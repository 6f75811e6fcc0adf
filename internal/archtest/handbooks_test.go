package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var bold = regexp.MustCompile(`\*\*([^*]+)\*\*`)

// TestHandbooksNameWhatStandsOnThePages: what is in bold is what a clerk looks
// for on the screen, so it stands in the German texts word for word.
func TestHandbooksNameWhatStandsOnThePages(t *testing.T) {
	var words strings.Builder
	for _, file := range globbed(t, "internal/i18n/de/*.toml") {
		words.WriteString(contents(t, file))
	}
	for _, book := range globbed(t, "docs/handbuch/*.md") {
		for _, named := range bold.FindAllStringSubmatch(contents(t, book), -1) {
			if !strings.Contains(words.String(), named[1]) {
				t.Errorf("%s: no German text has %q", filepath.Base(book), named[1])
			}
		}
	}
}

func globbed(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func contents(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
