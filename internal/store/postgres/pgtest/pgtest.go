// Package pgtest starts a PostgreSQL server of its own for tests: in a
// temporary folder, on a unix socket, ended with the process that started it.
// It touches no server that runs already.
package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// ErrMissing: a skipped database test would look like one that passed, so
// tests fail with this.
var ErrMissing = errors.New("PostgreSQL is not installed: run `make setup`")

// owner is the name of the database's superuser.
const owner = "aufruf"

// Server is a running server.
type Server struct {
	programs   string // folder of initdb, postgres, createdb
	folder     string // of data and socket
	credential *syscall.Credential
	process    *os.Process
	ended      chan struct{} // closed when the process has ended
	databases  atomic.Int64

	migrating  sync.Once // makes the template
	unmigrated error     // why there is none; final when that was done

	mu       sync.Mutex
	watching *pgx.Conn // guarded by mu; it ends with the server
}

// Start makes a new cluster and starts it. Settings ("name=value") are added
// to those that make tests quick: nothing is flushed to disk unless fsync=on.
func Start(settings ...string) (*Server, error) {
	s := &Server{ended: make(chan struct{})}
	if err := s.start(settings); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), s.Stop())
	}
	return s, nil
}

func (s *Server) start(settings []string) (err error) {
	if s.programs, err = programs(); err != nil {
		return err
	}
	if s.credential, err = unprivileged(); err != nil {
		return err
	}
	// Not below TMPDIR: the name of a socket has at most 107 bytes.
	if s.folder, err = os.MkdirTemp("/tmp", "aufruf-pg-"); err != nil {
		return err
	}
	if s.credential != nil {
		if err := os.Chown(s.folder, int(s.credential.Uid), int(s.credential.Gid)); err != nil {
			return err
		}
	}
	data := s.Data()
	err = s.run("initdb", "-D", data, "-U", owner, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if err != nil {
		return err
	}
	args := []string{"-D", data, "-k", s.folder}
	for _, setting := range append([]string{"listen_addresses=", "fsync=off", "max_connections=200"}, settings...) {
		args = append(args, "-c", setting)
	}
	return s.serve(args)
}

// programs finds the folder of the newest server programs; Debian keeps them
// out of the search path.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrMissing
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

func version(initdb string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	if err != nil {
		return 0
	}
	return n
}

// unprivileged returns whom the server runs as; it refuses to run as root. Nil:
// as the caller.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root needs the account that comes with PostgreSQL: %w", err)
	}
	uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.programs, program), args...)
	cmd.Dir = s.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential}
	return cmd
}

func (s *Server) run(program string, args ...string) error {
	if out, err := s.command(program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}

// serve runs the server until Stop, and returns when it takes connections.
func (s *Server) serve(args []string) error {
	cmd := s.command("postgres", args...)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	log, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	started := make(chan error)
	go func() {
		// The kernel takes the end of this thread for the parent's.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Process.Wait()
			close(s.ended)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	s.process = cmd.Process
	return s.awaitReady(log)
}

func (s *Server) awaitReady(log io.Reader) error {
	var said strings.Builder
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go io.Copy(io.Discard, log)
			return nil
		}
		fmt.Fprintln(&said, lines.Text())
	}
	return fmt.Errorf("the server ended:\n%s", said.String())
}

// Stop ends the server and removes what it left.
func (s *Server) Stop() error {
	var err error
	if s.process != nil {
		err = s.process.Signal(syscall.SIGINT) // fast shutdown
		<-s.ended
	}
	if s.folder != "" {
		err = errors.Join(err, os.RemoveAll(s.folder))
	}
	return err
}

// Data is the folder of the server's files.
func (s *Server) Data() string { return filepath.Join(s.folder, "data") }

// Database makes an empty database and returns its URL.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.database(t)
}

func (s *Server) database(t testing.TB, options ...string) string {
	t.Helper()
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	if err := s.create(name, options...); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

func (s *Server) create(name string, options ...string) error {
	return s.run("createdb", append([]string{"-h", s.folder, "-U", owner, name}, options...)...)
}

func (s *Server) url(name string) string {
	return "postgres:///" + name + "?" + url.Values{"host": {s.folder}, "user": {owner}}.Encode()
}
