package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// longest is what a difference can still show side by side with its sentence.
const longest = 160

func TestEveryLineOfATemplateFitsADifference(t *testing.T) {
	seen := 0
	for _, root := range []string{".", "../internal/mail/templates"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".html") && !strings.HasSuffix(path, ".tmpl") {
				return err
			}
			seen++
			content, err := os.ReadFile(path)
			for i, line := range strings.Split(string(content), "\n") {
				if length := utf8.RuneCountInString(line); length > longest {
					t.Errorf("%s:%d has %d characters, want at most %d", path, i+1, length, longest)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 40 {
		t.Errorf("looked at %d templates, want all of them", seen)
	}
}
