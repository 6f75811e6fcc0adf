// Command licences writes the licence texts of everything that the three
// programs are linked from into a folder, for package licences to embed:
//
//	licences FOLDER
//
// A module's text is every licence, notice and list of authors that lies in its
// root, or between there and a package of it that is linked.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"aufruf/internal/licences"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: licences FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// generate writes all texts anew, and removes those of modules that are gone.
func generate(folder string) error {
	texts, err := gather()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(folder, "modules")); err != nil {
		return err
	}
	for file, text := range texts {
		path := filepath.Join(folder, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// gather returns the texts by the name of their file.
func gather() (map[string][]byte, error) {
	texts := map[string][]byte{}
	linked, err := linkedModules()
	if err != nil {
		return nil, err
	}
	for path, m := range linked {
		if texts[licences.File(path)], err = m.text(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return texts, ours(texts)
}

// ours adds what is no module.
func ours(texts map[string][]byte) error {
	folder, err := goEnv("GOMOD")
	if err != nil {
		return err
	}
	root := filepath.Dir(folder)
	goroot, err := goEnv("GOROOT")
	if err != nil {
		return err
	}
	for name, files := range map[string][]string{
		"aufruf.txt": {filepath.Join(root, "LICENSE")},
		"font.txt":   {filepath.Join(root, "web/fonts/OFL.txt")},
		"go.txt":     {filepath.Join(goroot, "LICENSE"), filepath.Join(goroot, "PATENTS")},
	} {
		if texts[name], err = join(files); err != nil {
			return err
		}
	}
	return nil
}
