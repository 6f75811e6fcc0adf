package scripts_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var linked = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

// TestPackagedDocumentsLinkToOneAnother: on the machine of a town lies no source
// beside them.
func TestPackagedDocumentsLinkToOneAnother(t *testing.T) {
	folder := gatherDocuments(t)
	links := 0
	for _, file := range below(t, folder) {
		if filepath.Ext(file) != ".md" {
			continue
		}
		for _, link := range linked.FindAllStringSubmatch(contents(t, file), -1) {
			if strings.Contains(link[1], ":") {
				continue // elsewhere
			}
			links++
			to := filepath.Join(filepath.Dir(file), link[1])
			if _, err := os.Stat(to); err != nil || !strings.HasPrefix(to, folder) {
				t.Errorf("%s links to %s, which isn't in the package", strings.TrimPrefix(file, folder), link[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("got %d links, want those of all documents", links)
	}
}

// TestUnitsPointToPackagedDocuments: systemctl status names them.
func TestUnitsPointToPackagedDocuments(t *testing.T) {
	folder := gatherDocuments(t)
	pointed := regexp.MustCompile(`Documentation=file:/usr/share/doc/aufruf-[a-z]+/(\S+)`)
	units, err := filepath.Glob("package/*.service")
	if err != nil || len(units) == 0 {
		t.Fatalf("got %d units, %v", len(units), err)
	}
	for _, unit := range units {
		found := pointed.FindStringSubmatch(contents(t, unit))
		if found == nil {
			t.Errorf("%s points to no document", unit)
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, found[1])); err != nil {
			t.Errorf("%s points to %s, which isn't in the package", unit, found[1])
		}
	}
}

func gatherDocuments(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "doc")
	if out, err := exec.Command("package/documents.sh", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}

func below(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
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
