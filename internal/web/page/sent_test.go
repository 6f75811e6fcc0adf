package page

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"aufruf/web"
)

var (
	passwordInput = regexp.MustCompile(`<input[^>]*type="password"[^>]*>`)
	inputName     = regexp.MustCompile(`\bname="([^"]+)"`)
)

// A password that was typed to unlock a page lay readable in the next one, where that
// offered to send the form again: no field for one is ever given back.
func TestNoPasswordIsGivenBack(t *testing.T) {
	found := 0
	err := fs.WalkDir(web.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		raw, err := fs.ReadFile(web.Files, path)
		for _, input := range passwordInput.FindAllString(string(raw), -1) {
			found++
			name := inputName.FindStringSubmatch(input)
			if name == nil || !secret("/staff/konto/kennwort", name[1]) {
				t.Errorf("%s: %s comes back in a page", path, input)
			}
		}
		return err
	})
	if err != nil || found < 8 {
		t.Errorf("got %d fields, %v: the test proves nothing", found, err)
	}
}
