package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// builds are the programs as they are built, for every system that they are
// meant for. Server and screen are for Linux, the desk is for any machine.
var builds = []struct{ program, system, cgo string }{
	{"server", "linux", "1"},
	{"display", "linux", "1"},
	{"caller", "linux", "0"},
	{"caller", "windows", "0"},
	{"caller", "darwin", "0"},
}

// linkedModule is a module of which a program contains packages.
type linkedModule struct {
	path    string
	root    string          // its folder
	folders map[string]bool // of its linked packages
}

// linkedModules returns the foreign modules of all builds by path.
func linkedModules() (map[string]*linkedModule, error) {
	found := map[string]*linkedModule{}
	for _, b := range builds {
		list := exec.Command("go", "list", "-tags", "nomsgpack", "-deps", "-json=Dir,Module", "aufruf/cmd/"+b.program)
		list.Env = append(os.Environ(), "GOOS="+b.system, "CGO_ENABLED="+b.cgo)
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("list %s for %s: %w", b.program, b.system, err)
		}
		if err := addModules(found, out); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func addModules(found map[string]*linkedModule, listed []byte) error {
	for decoder := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p struct {
			Dir    string
			Module *struct {
				Path, Dir string
				Main      bool
			}
		}
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		if found[p.Module.Path] == nil {
			found[p.Module.Path] = &linkedModule{p.Module.Path, p.Module.Dir, map[string]bool{}}
		}
		found[p.Module.Path].folders[p.Dir] = true
	}
}

// licenceName is how files are called that have to go along with the program.
var licenceName = regexp.MustCompile(`(?i)^((un)?licen[sc]e|copying|copyright|notice|patents|authors)([-.].*)?$`)

// text joins everything that has to go along with the module.
func (m *linkedModule) text() ([]byte, error) {
	folders := map[string]bool{}
	for folder := range m.folders {
		for ; len(folder) >= len(m.root); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	folders[filepath.Join(m.root, "LICENSES")] = true // as reuse.software wants it
	var files []string
	for folder := range folders {
		here, err := licencesIn(folder)
		if err != nil {
			return nil, err
		}
		files = append(files, here...)
	}
	if len(files) == 0 {
		return m.declaredText()
	}
	slices.SortFunc(files, func(a, b string) int {
		return 2*(strings.Count(a, "/")-strings.Count(b, "/")) + strings.Compare(a, b)
	})
	return join(files)
}

// declared holds texts of modules whose authors named a licence elsewhere than
// in a file of its own, each saying where.
//
//go:embed declared
var declared embed.FS

func (m *linkedModule) declaredText() ([]byte, error) {
	text, err := declared.ReadFile("declared/" + strings.ReplaceAll(m.path, "/", "_") + ".txt")
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("has no licence: it can't be shipped")
	}
	return text, err
}

func licencesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var files []string
	for _, entry := range entries {
		isOne := licenceName.MatchString(entry.Name()) || filepath.Base(folder) == "LICENSES"
		if entry.Type().IsRegular() && isOne && filepath.Ext(entry.Name()) != ".go" {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	return files, err
}

func join(files []string) ([]byte, error) {
	var texts [][]byte
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, bytes.TrimSpace(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))))
	}
	return append(bytes.Join(texts, []byte("\n\n---\n\n")), '\n'), nil
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out)), err
}
