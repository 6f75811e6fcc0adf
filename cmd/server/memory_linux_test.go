package main

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestARunningServerIsOutOfDumps(t *testing.T) {
	newSite(t).serve("--clock", tuesday)
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || dumpable != 0 {
		t.Errorf("dumpable: got %d, %v; want 0", dumpable, err)
	}
	var core syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &core); err != nil || core.Cur != 0 {
		t.Errorf("core: got %d bytes, %v; want none", core.Cur, err)
	}
}

func TestAKeyBesideTheDatabaseIsWarnedOf(t *testing.T) {
	const warning = "share a folder"
	s := newSite(t)
	beside := s.serve("--clock", tuesday)
	if said := beside.stderr.String(); !strings.Contains(said, warning) {
		t.Errorf("beside it: got\n%s\nwant %q", said, warning)
	}
	if err := os.Mkdir(s.path("keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	other := newSite(t)
	apart := other.serve("--clock", tuesday, "--key-file", s.path("keys/aufruf.key"))
	if said := apart.stderr.String(); strings.Contains(said, warning) {
		t.Errorf("in a place of its own: got\n%s", said)
	}
}
