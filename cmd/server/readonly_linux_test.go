package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"aufruf/internal/config"
)

// stranger runs a command as a user that isn't root, whom rights bind; the folder
// is that user's.
func (s site) stranger(args ...string) result {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("/proc/self/exe", append(args, "--database", s.database(), "--mail", "dir:"+s.path("mail"))...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "SERVER_CHILD=1", "LC_ALL=en_GB.UTF-8")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if os.Geteuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		for _, path := range []string{s.dir, s.path("aufruf.db"), s.path("aufruf.key")} {
			if err := errors.Join(os.Chmod(filepath.Dir(s.dir), 0o755), os.Chown(path, nobody, nobody)); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer late.Stop()
	err := cmd.Wait()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		s.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// A database that root put back by hand: the server said "listening", and answered
// 503 for ever.
func TestADatabaseThatMayOnlyBeReadIsRefusedAtTheStart(t *testing.T) {
	s := newSite(t)
	s.admin()
	if err := os.Chmod(s.path("aufruf.db"), 0o444); err != nil {
		t.Fatal(err)
	}
	got := s.stranger("serve", "--listen", "127.0.0.1:0")
	if got.code != config.ExitFailure || !strings.Contains(got.stderr, "Check owner and rights") || strings.Contains(got.stderr, "listening") {
		t.Errorf("serve: got %+v", got)
	}
	wantLines(t, s.stranger("doctor"), config.ExitFailure, "fault    The database can't be opened: the right to do so is missing")
}
