// Audit judges what a static checker (gosec) finds in the programs: each finding
// is mended, or argued in argued.txt with why it is none. A finding that nobody
// has argued fails, and so does an argument that no finding needs any more. Run it
// in the module's root.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const gosec = "github.com/securego/gosec/v2/cmd/gosec@v2.28.0"

// argued has a line for each finding that stays: rule, file, the line of code and
// the reason, with tabs between them.
//
//go:embed argued.txt
var argued string

// finding is a rule that a line of code breaks.
type finding struct{ rule, file, code string }

func (f finding) String() string { return f.rule + "\t" + f.file + "\t" + f.code }

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	found, err := findings()
	if err != nil {
		return err
	}
	reasons := reasons()
	var complaints []string
	for f, where := range found {
		if reasons[f] == "" {
			complaints = append(complaints, fmt.Sprintf("%s: nobody has argued\n\t%s", where, f))
		}
	}
	for f := range reasons {
		if found[f] == "" {
			complaints = append(complaints, fmt.Sprintf("argued.txt: no finding any more\n\t%s", f))
		}
	}
	if len(complaints) > 0 {
		slices.Sort(complaints)
		return errors.New(strings.Join(complaints, "\n"))
	}
	fmt.Printf("gosec: %d findings, each argued\n", len(found))
	return nil
}

// findings returns where each finding is, and what gosec says to it.
func findings() (map[finding]string, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "run", gosec, "-quiet", "-no-fail", "-fmt", "json", "-tags", "nomsgpack", "./cmd/...", "./internal/...")
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("gosec: %w", err)
	}
	var report struct {
		Issues []struct {
			RuleID  string `json:"rule_id"`
			Details string
			File    string
			Line    string
			Code    string
		}
	}
	if err := json.Unmarshal(raw, &report); err != nil {
		return nil, fmt.Errorf("read gosec's report: %w", err)
	}
	found := map[finding]string{}
	for _, issue := range report.Issues {
		file, err := filepath.Rel(root, issue.File)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(file, "..") {
			continue // what cgo makes of a library
		}
		first, _, _ := strings.Cut(issue.Line, "-")
		found[finding{issue.RuleID, file, lineOf(issue.Code, first)}] = file + ":" + first + ": " + issue.Details
	}
	return found, nil
}

// lineOf finds a line by its number in an excerpt.
func lineOf(excerpt, number string) string {
	for line := range strings.Lines(excerpt) {
		if code, ok := strings.CutPrefix(line, number+": "); ok {
			return strings.TrimSpace(code)
		}
	}
	return ""
}

func reasons() map[finding]string {
	all := map[finding]string{}
	lines := bufio.NewScanner(strings.NewReader(argued))
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), "\t", 4)
		if len(fields) == 4 && !strings.HasPrefix(fields[0], "#") {
			all[finding{fields[0], fields[1], fields[2]}] = fields[3]
		}
	}
	return all
}
