// Package townhall sets up a whole town hall in a temporary folder, from the
// outside: it builds the three programs, starts them on free loopback ports
// with a database, accounts and device tokens of their own, and drives them
// through what the contract promises, nothing else. The end-to-end tests, the
// figures of `make bench` and the demonstration of `make run` stand on it. It
// imports nothing that the server is made of, and decides nothing.
package townhall

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// Programs are the paths of the built programs.
type Programs struct {
	Server, Display, Caller string
	Demo                    string // what `make run` starts
}

// Built returns the programs that lie in a folder.
func Built(dir string) Programs {
	return Programs{
		Server:  filepath.Join(dir, "server"),
		Display: filepath.Join(dir, "display"),
		Caller:  filepath.Join(dir, "caller"),
		Demo:    filepath.Join(dir, "demo"),
	}
}

// builds are the folders of the programs, and whether each needs cgo.
var builds = []struct{ pkg, cgo string }{{"./cmd/server", "1"}, {"./cmd/display", "1"}, {"./cmd/caller", "0"}, {"./scripts/demo", "0"}}

// Build builds the programs into an existing folder as `make build` does: those
// named ("server"), or all.
func Build(ctx context.Context, dir string, names ...string) (Programs, error) {
	root, err := Root()
	if err != nil {
		return Programs{}, err
	}
	for _, p := range builds {
		if len(names) > 0 && !slices.Contains(names, filepath.Base(p.pkg)) {
			continue
		}
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "nomsgpack", "-o", dir, p.pkg)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "CGO_ENABLED="+p.cgo)
		if out, err := cmd.CombinedOutput(); err != nil {
			return Programs{}, fmt.Errorf("build %s: %w\n%s", p.pkg, err, out)
		}
	}
	return Built(dir), nil
}

// Root returns the folder of the module that the working directory lies in.
func Root() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	file := string(bytes.TrimSpace(out))
	if file == "" || file == os.DevNull {
		return "", errors.New("find the module: not inside one")
	}
	return filepath.Dir(file), nil
}
