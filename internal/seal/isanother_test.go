package seal

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOnlyWhatIsSurelyAnotherFileIsOne: what can't be looked at may still be the one
// that is open, and would be left with old keys in it.
func TestOnlyWhatIsSurelyAnotherFileIsOne(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "key"), filepath.Join(dir, "other")
	for _, name := range []string{path, other} {
		if err := os.WriteFile(name, []byte("key"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string]bool{path: false, other: true, filepath.Join(dir, "none"): true, filepath.Join(path, "below a file"): false} {
		if got := isAnother(f, name); got != want {
			t.Errorf("%s: got %t, want %t", name, got, want)
		}
	}
}
