package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServersOfASuiteEndWithIt: tests start databases and browsers, and a fault may
// keep them from ending these. A hundred such runs would fill the machine, and one
// whose output they hold would never end.
func TestServersOfASuiteEndWithIt(t *testing.T) {
	list := filepath.Join(t.TempDir(), "servers")
	if err := os.WriteFile(list, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SERVERS", list)
	var out, progress bytes.Buffer
	if code := run(t.Context(), []string{"-root", "testdata/leaving", "-only", ".", "-n", "3"}, &out, &progress); code != 0 {
		t.Errorf("got %d, want every fault noticed:\n%s%s", code, &out, &progress)
	}
	left, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	servers := strings.Fields(string(left))
	if len(servers) < 3 {
		t.Fatalf("got %d servers, want one of each run", len(servers))
	}
	for _, pid := range servers {
		for deadline := time.Now().Add(10 * time.Second); lives(pid); {
			if time.Now().After(deadline) {
				t.Fatalf("server %s is still there", pid)
			}
		}
	}
}

// lives tells whether a process is there, and not only its exit that nobody has asked for.
func lives(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	_, behind, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(behind, "Z")
}
