// Unused fails where code is left over: a function that no program reaches, a
// function for tests that no test reaches, or an exported name that nothing but
// tests mentions. What stands all the same is in excused.txt, each line with its
// reason; an excuse that nothing needs any more fails too. Run it in the
// module's root.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

const tags = "nomsgpack"

//go:embed excused.txt
var excused string

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	left, err := leftOver()
	if err != nil {
		return err
	}
	excuses := read(excused)
	var complaints []string
	for name, where := range left {
		if _, ok := excuses[name]; !ok {
			complaints = append(complaints, fmt.Sprintf("%s: %s", where, name))
		}
	}
	for name := range excuses {
		if _, ok := left[name]; !ok {
			complaints = append(complaints, "excused.txt: "+name+" needs no excuse")
		}
	}
	if len(complaints) == 0 {
		return nil
	}
	slices.Sort(complaints)
	return fmt.Errorf("%s", strings.Join(complaints, "\n"))
}

// leftOver returns where each name stands that is left over.
func leftOver() (map[string]string, error) {
	left := map[string]string{}
	inPrograms, err := unreached("./...")
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(inPrograms, func(name, _ string) bool {
		path, _, _ := strings.Cut(name, ".")
		return forTests(path)
	})
	withTests, err := unreached("-test", "./...")
	if err != nil {
		return nil, err
	}
	names, err := unmentioned()
	if err != nil {
		return nil, err
	}
	for _, more := range []map[string]string{inPrograms, withTests, names} {
		maps.Copy(left, more)
	}
	return left, nil
}

// forTests reports whether a package holds what tests share: of that, nothing
// need be in a program.
func forTests(path string) bool {
	return strings.HasPrefix(path, "test/") || strings.HasSuffix(path, "test") || path == "internal/store/forced"
}

// unreached asks deadcode for the functions that no main function, or with
// -test no test, can call.
func unreached(arguments ...string) (map[string]string, error) {
	command := exec.Command("go", append([]string{"tool", "deadcode", "-json", "-tags", tags}, arguments...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("deadcode %s: %w", strings.Join(arguments, " "), err)
	}
	var packages []struct {
		Path  string
		Funcs []struct {
			Name     string
			Position struct {
				File string
				Line int
			}
		}
	}
	if err := json.Unmarshal(out, &packages); err != nil {
		return nil, fmt.Errorf("read what deadcode says: %w", err)
	}
	found := map[string]string{}
	for _, p := range packages {
		for _, f := range p.Funcs {
			found[ours(p.Path)+"."+f.Name] = fmt.Sprintf("%s:%d", f.Position.File, f.Position.Line)
		}
	}
	return found, nil
}

// read returns the reason for each excused name.
func read(text string) map[string]string {
	excuses := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, why, argued := strings.Cut(lines.Text(), " ")
		if argued && name != "#" {
			excuses[name] = why
		}
	}
	return excuses
}
