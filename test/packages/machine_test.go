//go:build packages || proxies || firsthour

package packages

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"aufruf/test/townhall"
)

// patience is how long anything on the machine may take.
const patience = time.Minute

// machine is a running Debian.
type machine struct {
	t   *testing.T
	pid string // of its first process
	// address is where this machine reaches it.
	address string
}

// boot starts a machine with this one's disk, that ends with the test. The
// packages of dist lie in its /mnt.
func boot(t *testing.T) *machine {
	t.Helper()
	return bootFrom(t, "/")
}

// bootFrom starts one with the disk that lies in a folder.
func bootFrom(t *testing.T, disk string) *machine {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a machine of its own needs root: sudo make installed")
	}
	root, err := townhall.Root()
	must(t, err)
	cmd := exec.Command("unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--net", "--cgroup",
		"sh", "boot.sh", filepath.Join(root, "dist"), disk)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Logf("the machine said: %s", &said)
		}
	})
	m := &machine{t: t}
	m.await("its first process", func() error {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid))
		if m.pid = strings.TrimSpace(string(children)); err == nil && m.pid == "" {
			err = fmt.Errorf("there is none: %s", &said)
		}
		return err
	})
	m.await("systemd", func() error {
		_, err := m.try("systemctl", "is-system-running", "--wait")
		return err
	})
	m.connect()
	return m
}

// connect lays a cable to the machine.
func (m *machine) connect() {
	m.t.Helper()
	device := "p" + m.pid
	network := fmt.Sprintf("10.79.%d.", os.Getpid()%250)
	m.address = network + "2"
	for _, command := range []string{
		"link add " + device + " type veth peer name eth0 netns " + m.pid,
		"addr add " + network + "1/24 dev " + device,
		"link set " + device + " up",
	} {
		out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput()
		if err != nil {
			m.t.Fatalf("ip %s: %v: %s", command, err, out)
		}
	}
	m.do("ip", "addr", "add", m.address+"/24", "dev", "eth0")
	m.do("ip", "link", "set", "eth0", "up")
}

// do runs a command on the machine, as root, and returns what it printed.
func (m *machine) do(command ...string) string {
	m.t.Helper()
	printed, err := m.try(command...)
	if err != nil {
		m.t.Fatalf("%s: %v", strings.Join(command, " "), err)
	}
	return printed
}

// sh is do for a line of shell.
func (m *machine) sh(line string) string {
	m.t.Helper()
	return m.do("sh", "-c", line)
}

func (m *machine) try(command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"--target", m.pid, "--all", "--root", "--wd", "--"}, command...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), err
}

// journal returns what a service has said since it was installed.
func (m *machine) journal(unit string) string {
	m.t.Helper()
	return m.do("journalctl", "--no-pager", "--output", "cat", "--unit", unit)
}

// says waits until a service has said something for the n-th time.
func (m *machine) says(unit, what string, n int) {
	m.t.Helper()
	m.await(fmt.Sprintf("%s to say %q", unit, what), func() error {
		if said := m.journal(unit); strings.Count(said, what) < n {
			return fmt.Errorf("it said:\n%s", said)
		}
		return nil
	})
}

func (m *machine) await(what string, look func() error) {
	m.t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := look()
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			m.t.Fatalf("await %s: %v", what, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
