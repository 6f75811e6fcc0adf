package scripts_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var programPath = regexp.MustCompile(`/usr/s?bin/aufruf-[a-z]+`)

// Lines for a mail server named aufruf-admin in another folder than the package
// puts it.
func TestDocumentsNameProgramsWhereThePackagesPutThem(t *testing.T) {
	var installed strings.Builder
	packages, err := filepath.Glob("package/*.yaml")
	if err != nil || len(packages) == 0 {
		t.Fatal(packages, err)
	}
	for _, file := range packages {
		installed.WriteString(contents(t, file))
	}
	named := 0
	for _, file := range append(below(t, "../docs"), below(t, "package")...) {
		if extension := filepath.Ext(file); extension == ".png" || extension == ".yaml" {
			continue
		}
		for _, path := range programPath.FindAllString(contents(t, file), -1) {
			named++
			if !strings.Contains(installed.String(), "dst: "+path+",") {
				t.Errorf("%s names %s, where no package puts anything", file, path)
			}
		}
	}
	if named < 5 {
		t.Errorf("got %d paths, want those of documents and units", named)
	}
}
