package archtest

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// securityPaper says point by point what holds and which test shows it.
const securityPaper = "docs/security.md"

// asvs is how many requirements of level 1 and 2 each section of ASVS 5.0 has
// that has any, counted in the published 5.0.0; within a section they are numbered
// from one.
var asvs = map[string]int{
	"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
	"2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
	"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
	"4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
	"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
	"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
	"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
	"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
	"9.1": 3, "9.2": 4,
	"10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
	"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
	"12.1": 3, "12.2": 2, "12.3": 4,
	"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
	"14.1": 2, "14.2": 4, "14.3": 3,
	"15.1": 3, "15.2": 3, "15.3": 7,
	"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
	"17.1": 1, "17.2": 4, "17.3": 2,
}

var (
	shownBy     = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	testFunc    = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	requirement = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	row         = regexp.MustCompile(`(?m)^\| (\d[0-9., ]*) \| (yes|part|no|n/a|operator) \| (.+) \|$`)
)

// TestSecurityPaperNamesTestsThatExist: a test that was renamed or removed shows
// nothing any more, and a requirement that nobody mentions is no requirement that
// is met.
func TestSecurityPaperNamesTestsThatExist(t *testing.T) {
	paper := contents(t, filepath.Join(root, securityPaper))
	there := testsOfTheTree(t)
	for _, named := range shownBy.FindAllStringSubmatch(paper, -1) {
		if !there[named[1]] {
			t.Errorf("%s: there is no %s", securityPaper, named[1])
		}
	}
	rows := map[string]int{}
	for _, line := range row.FindAllStringSubmatch(paper, -1) {
		for _, id := range strings.Split(line[1], ", ") {
			if !requirement.MatchString(id) {
				t.Errorf("%s: %q is no requirement", securityPaper, id)
			}
			rows[id]++
		}
	}
	for section, count := range asvs {
		for n := 1; n <= count; n++ {
			id := fmt.Sprintf("%s.%d", section, n)
			if rows[id] != 1 {
				t.Errorf("%s: %s has %d lines, want one", securityPaper, id, rows[id])
			}
			delete(rows, id)
		}
	}
	for id := range rows {
		t.Errorf("%s: %s is none of level 1 or 2", securityPaper, id)
	}
}

// testsOfTheTree lists every test function, whatever its build tags.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	for _, top := range []string{"cmd", "internal", "scripts", "test", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(at string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(at, "_test.go") {
				return err
			}
			for _, found := range testFunc.FindAllStringSubmatch(contents(t, at), -1) {
				there[found[1]] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return there
}
