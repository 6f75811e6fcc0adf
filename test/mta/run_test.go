//go:build mta

package mta

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for a mail server.
const patience = 60 * time.Second

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder is where scripts/mta.sh has unpacked the mail servers.
func folder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("MTA_FOLDER")
	if dir == "" {
		t.Fatal("MTA_FOLDER names no folder: make mta sets it")
	}
	return dir
}

// publicDir is a folder that other users may enter.
func publicDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mta")
	must(t, err)
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	must(t, os.Chmod(dir, 0o755))
	return dir
}

func id(t *testing.T, name string) int {
	t.Helper()
	u, err := user.Lookup(name)
	must(t, err)
	n, err := strconv.Atoi(u.Uid)
	must(t, err)
	return n
}

func host(address string) string { h, _, _ := net.SplitHostPort(address); return h }
func port(address string) string { _, p, _ := net.SplitHostPort(address); return p }

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// run starts a program, and ends it with all that it has started.
func run(t *testing.T, c *exec.Cmd) {
	t.Helper()
	must(t, c.Start())
	t.Cleanup(func() {
		if err := syscall.Kill(-c.Process.Pid, syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		_ = c.Wait() // by the signal
	})
}

// output is what a program says.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// await looks until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func awaitListener(t *testing.T, address string, log *output) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	await(t, "the mail server to listen", func() bool {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
}

// program builds the server once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "aufruf")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "server")
	out, err := exec.Command("go", "build", "-tags", "nomsgpack", "-o", file, "../../cmd/server").CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: strings.TrimSpace(string(out)), Err: err}
	}
	return file, os.Chmod(dir, 0o755)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := program(); err == nil {
		if os.RemoveAll(filepath.Dir(file)) != nil {
			code = 1
		}
	}
	os.Exit(code)
}
