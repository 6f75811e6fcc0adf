package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"aufruf/test/townhall"
)

// measurePackages runs the Go benchmarks of all packages.
func measurePackages(ctx context.Context, b *bench) error {
	packages, err := benchmarked()
	if err != nil || len(packages) == 0 {
		return err
	}
	args := append([]string{"test", "-tags", "nomsgpack", "-run", "^$", "-bench", ".", "-benchmem", "-count", strconv.Itoa(b.runs)}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	if cmd.Dir, err = townhall.Root(); err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return b.table.addBenchmarks(string(out))
}

// benchmarked returns the packages that have benchmarks.
func benchmarked() ([]string, error) {
	root, err := townhall.Root()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("git", "grep", "-lE", "^func Benchmark[A-Z]", "--", "*_test.go")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return nil, nil // git grep fails where nothing is found
	}
	var packages []string
	for file := range strings.FieldsSeq(string(out)) {
		packages = append(packages, "./"+path.Dir(file))
	}
	slices.Sort(packages)
	return slices.Compact(packages), nil
}

// line is what go test prints for a benchmark: name, rounds, then pairs of a
// value and a unit.
var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.+)$`)

func (t *table) addBenchmarks(out string) error {
	for text := range strings.Lines(out) {
		match := line.FindStringSubmatch(strings.TrimSpace(text))
		if match == nil {
			continue
		}
		fields := strings.Fields(match[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("read %q: %w", text, err)
			}
			t.figure(match[1], fields[i+1], "").add(value)
		}
	}
	return nil
}
