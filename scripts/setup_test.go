package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAGoThatIsTooOldIsNamedFirst: before anything is installed or built, also
// where that Go can't read our go.mod.
func TestAGoThatIsTooOldIsNamedFirst(t *testing.T) {
	for name, old := range map[string]string{
		"it reads go.mod":   "echo go1.20.3",
		"it refuses go.mod": `if [ "$PWD" = / ]; then echo go1.20.3; else echo 'go: errors parsing go.mod' >&2; exit 1; fi`,
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "go"), []byte("#!/bin/sh\n"+old+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			setup := exec.Command("./setup.sh", "run")
			setup.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
			said, err := setup.CombinedOutput()
			if err == nil || !strings.HasPrefix(string(said), "Go 1.") || !strings.Contains(string(said), "this is 1.20.3") {
				t.Errorf("got %v, %q, want the version that is needed and the one that is there", err, said)
			}
		})
	}
}
