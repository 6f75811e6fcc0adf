package config

import (
	"os"
	"runtime"
	"strings"
)

// SecretFile reads a secret from a file that a flag names. Errors, all failures:
// a file that isn't there (fs.ErrNotExist) or can't be read, and one that
// everybody on the machine can read: a secret that lies open is no secret. A
// group may read it, as the accounts of packages do.
func SecretFile(flag, path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", Because(err, "cli.file_unreadable", "name", flag, "file", path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", Because(err, "cli.file_unreadable", "name", flag, "file", path)
	}
	if others := info.Mode().Perm() & 0o007; others != 0 && info.Mode().IsRegular() && runtime.GOOS != "windows" {
		return "", Failure("cli.file_exposed", "name", flag, "file", path)
	}
	return strings.TrimSpace(string(raw)), nil
}
