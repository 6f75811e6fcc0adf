package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"aufruf/internal/config"
)

// typist sits at the terminal of a command of its own process.
type typist struct {
	t      *testing.T
	keys   *os.File // what is typed, and what the terminal shows
	screen *output
	cmd    *exec.Cmd
}

// sit starts a command on a pseudo-terminal.
func (s site) sit(args ...string) *typist {
	s.t.Helper()
	master, slave := pseudoTerminal(s.t)
	p := &typist{t: s.t, keys: master, screen: new(output)}
	p.cmd = exec.Command(os.Args[0], append(args, "--database", s.database())...)
	p.cmd.Env = append(os.Environ(), "SERVER_CHILD=1", "LC_ALL=en_GB.UTF-8")
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	slave.Close()
	go func() {
		buffer := make([]byte, 1024)
		for {
			n, err := master.Read(buffer)
			p.screen.Write(buffer[:n])
			if err != nil {
				return
			}
		}
	}()
	s.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		master.Close()
	})
	return p
}

func pseudoTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	unlocked := int32(0)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), unix.TIOCSPTLCK, uintptr(unsafe.Pointer(&unlocked))); errno != 0 {
		t.Fatal(errno)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// types waits for a prompt and types an answer.
func (p *typist) types(prompt, keys string) {
	p.t.Helper()
	p.screen.await(p.t, prompt)
	if _, err := p.keys.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// ended returns the exit code.
func (p *typist) ended() int {
	p.t.Helper()
	over := make(chan error, 1)
	go func() { over <- p.cmd.Wait() }()
	select {
	case <-over:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("the command didn't end:\n%s", p.screen)
	}
	return -1
}

func TestAPasswordIsAskedForTwiceAndNotShown(t *testing.T) {
	s := newSite(t)
	const password = "ganz lang und geheim"
	anna := s.sit("user", "add", "anna", "--role", "clerk")
	anna.types(`New password[^\n]*: $`, password+"\n")
	anna.types(`again: $`, "vertippt\n")
	anna.types(`wasn't the same[^\n]*\r?\nNew password[^\n]*: $`, password+"\n")
	anna.types(`wasn't the same(?s:.*)again: $`, password+"\n")
	if got := anna.ended(); got != config.ExitOK {
		t.Fatalf("got exit code %d:\n%s", got, anna.screen)
	}
	screen := anna.screen.String()
	if strings.Contains(screen, password) || !strings.Contains(screen, "added: anna, role clerk, branches all") {
		t.Errorf("got screen\n%s", screen)
	}
	server := s.serve("--clock", tuesday)
	if got := ask(t, "POST", server.url+"/api/v1/session", "", map[string]string{"user": "anna", "password": password}, nil); got.StatusCode != 200 {
		t.Errorf("sign-in: got %s", got.Status)
	}
}

func TestAnInterruptedPasswordChangesNothingAndLeavesTheTerminal(t *testing.T) {
	s := newSite(t)
	anna := s.sit("user", "add", "anna", "--role", "clerk")
	anna.types(`New password[^\n]*: $`, "halb\x03")
	if got := anna.ended(); got != config.ExitFailure {
		t.Fatalf("got exit code %d:\n%s", got, anna.screen)
	}
	if got := s.command("", "user", "list").ok(t); got != "" {
		t.Errorf("got accounts %q", got)
	}
}

// A pipe that stays open, as of a program that feeds the password, ends with the
// line.
func TestAPasswordEndsWithItsLine(t *testing.T) {
	s := newSite(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	defer reader.Close()
	if _, err := writer.WriteString("ganz lang und geheim\n"); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"user", "add", "anna", "--role", "clerk", "--database", s.database()}, nil, reader, &stdout, &stderr); code != config.ExitOK {
		t.Fatalf("got %d %s", code, &stderr)
	}
	if got := s.command("\n", "user", "passwd", "anna"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "nothing was changed") {
		t.Errorf("empty line: got %+v", got)
	}
}

func TestAccountsAreChangedByTheCommandLine(t *testing.T) {
	s := newSite(t)
	s.command("ganz lang und geheim", "user", "add", "anna", "--role", "clerk").ok(t)
	for _, c := range []struct {
		args   []string
		listed string
		says   string
	}{
		{[]string{"user", "set", "anna", "--role", "manager", "--branch", "nerchau", "grimma-markt"}, "anna  manager  nerchau,grimma-markt  all  active", "changed: anna, role manager"},
		{[]string{"user", "set", "anna", "--office", "buergerbuero"}, "anna  manager  nerchau,grimma-markt  buergerbuero  active", "offices buergerbuero"},
		{[]string{"user", "set", "anna", "--branch", "all", "--office", "all"}, "anna  manager  all  all  active", "branches all, offices all"},
		{[]string{"user", "set", "anna", "--shown-name", "Frau Krause"}, "anna  manager  all  all  active  Frau Krause", "changed: anna, to colleagues “Frau Krause”"},
		{[]string{"user", "set", "anna", "--shown-name", ""}, "anna  manager  all  all  active", "to colleagues “anna”"},
		{[]string{"user", "disable", "anna"}, "anna  manager  all  all  disabled", "disabled: anna"},
		{[]string{"user", "enable", "anna"}, "anna  manager  all  all  active", "enabled again: anna"},
	} {
		if got := s.command("", c.args...).ok(t); !strings.Contains(got, c.says) {
			t.Errorf("%v: got %q, want %q", c.args, got, c.says)
		}
		if got := strings.TrimSpace(s.command("", "user", "list").ok(t)); got != c.listed {
			t.Errorf("%v: got %q, want %q", c.args, got, c.listed)
		}
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"user", "add", "bert", "--role", "clerk", "--branch", "nirgends"}, config.ExitFailure, `no branch "nirgends"`}, // before it asks for a password
		{[]string{"user", "set", "anna"}, config.ExitUsage, "--role, --branch, --office or --shown-name"},
		{[]string{"user", "set", "anna", "--role", "clrk"}, config.ExitUsage, "did you mean clerk?"},
		{[]string{"user", "set", "anna", "--role", "clerk", "--office", "nirgends"}, config.ExitFailure, `no office "nirgends"`},
		{[]string{"user", "set", "anna", "--role", "clerk", "--branch", "nirgends"}, config.ExitFailure, `no branch "nirgends"`},
		{[]string{"user", "set", "bert", "--role", "clerk"}, config.ExitFailure, "no such account"},
	} {
		if got := s.command("", c.args...); got.code != c.code || !strings.Contains(got.stderr, c.says) {
			t.Errorf("%v: got %+v, want %q", c.args, got, c.says)
		}
	}
	if got := strings.TrimSpace(s.command("", "user", "list").ok(t)); got != "anna  manager  all  all  active" {
		t.Errorf("after refusals: got %q", got)
	}
}
