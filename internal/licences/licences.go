// Package licences holds the licence texts of everything that the programs are
// linked from, and prints those of the program that asks. It judges none.
// scripts/licences keeps the texts, one file a module, and its test compares
// them with what the compiler links.
package licences

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"
)

//go:generate go run -tags nomsgpack ../../scripts/licences .

//go:embed aufruf.txt go.txt font.txt all:modules
var texts embed.FS

// Part is something with a licence of its own that a program carries besides
// Go modules.
type Part struct{ name, file string }

// Font is Fira Sans, which every page is set in.
var Font = Part{"Fira Sans (font)", "font.txt"}

// Print writes the licences of the running program: ours, those of the parts
// it carries, of Go, and of each module it was linked from. Where a module's
// text isn't there, the rest is written and the error names the module.
func Print(w io.Writer, version string, parts ...Part) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program doesn't know what it was built from")
	}
	entries := []Part{{"Aufruf " + version, "aufruf.txt"}}
	entries = append(entries, parts...)
	entries = append(entries, Part{"Go " + strings.TrimPrefix(info.GoVersion, "go"), "go.txt"})
	for _, module := range info.Deps {
		entries = append(entries, Part{module.Path + " " + module.Version, File(module.Path)})
	}
	return write(w, entries)
}

// File returns the name of a module's text.
func File(module string) string { return "modules/" + module + ".txt" }

func write(w io.Writer, entries []Part) error {
	var missing []string
	for _, entry := range entries {
		text, err := fs.ReadFile(texts, entry.file)
		if errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, entry.name)
			continue
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n%s\n\n%s\n\n", entry.name, strings.Repeat("=", len(entry.name)), strings.TrimSpace(string(text))); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("the licences of these are missing: %s", strings.Join(missing, ", "))
	}
	return nil
}
