package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecretFileThatEverybodyCanReadIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hall.token")
	if err := os.WriteFile(file, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, refused := range map[fs.FileMode]bool{0o600: false, 0o400: false, 0o640: false, 0o644: true, 0o666: true, 0o602: true} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		secret, err := SecretFile("--token-file", file)
		if refused != (err != nil) || err != nil && !strings.Contains(err.Error(), "cli.file_exposed") || err == nil && secret != "geheim" {
			t.Errorf("%o: got %q, %v", mode, secret, err)
		}
	}
	if _, err := SecretFile("--token-file", file+".missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that isn't there: got %v", err)
	}
}
