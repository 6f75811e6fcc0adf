package townhall

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// starting is how long a program may take until it is ready.
const starting = 30 * time.Second

// Server is a server with its folder: database, key file, mails. It can be
// killed and started again; it keeps its address then, as screens and desks
// rely on.
type Server struct {
	Dir      string
	URL      string // http://127.0.0.1:port, valid once started
	program  *Program
	programs Programs
	flags    []string
	clock    time.Time
	address  string
	database string
	keys     string
}

// Shipped, as a rate limit, is the one that towns have who set none.
const Shipped = "as shipped"

// ServerOptions are what tests and demonstrations vary. Zero values mean: the
// real clock, any free port, SQLite in the folder, no limit of rates.
type ServerOptions struct {
	Clock     time.Time
	Address   string
	Database  string
	RateLimit string
	Keys      string   // the key file; empty: one in the folder
	Flags     []string // further flags of `server serve`
}

// NewServer prepares a server in an existing folder without starting it.
func NewServer(programs Programs, dir string, o ServerOptions) *Server {
	s := &Server{Dir: dir, programs: programs, clock: o.Clock, address: "127.0.0.1:0", database: "sqlite:" + filepath.Join(dir, "aufruf.db")}
	if o.Address != "" {
		s.address = o.Address
	}
	if o.Database != "" {
		s.database = o.Database
	}
	s.keys = cmp.Or(o.Keys, filepath.Join(dir, "key"))
	s.flags = append([]string{"--mail", "dir:" + s.MailDir()}, o.Flags...)
	if o.RateLimit != Shipped {
		s.flags = append(s.flags, "--rate-limit", cmp.Or(o.RateLimit, "off"))
	}
	return s
}

// SetClock has the next start begin at an instant; the zero time means the
// real clock.
func (s *Server) SetClock(at time.Time) { s.clock = at }

// MailDir is the folder that mails are written to.
func (s *Server) MailDir() string { return filepath.Join(s.Dir, "mail") }

func (s *Server) databaseFlags() []string {
	return []string{"--database", s.database, "--key-file", s.keys}
}

// Start runs the server and returns when it is ready to answer.
func (s *Server) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, starting, errors.New("the server took too long to start"))
	defer cancel()
	if err := s.found(ctx); err != nil {
		return err
	}
	args := append([]string{s.programs.Server, "serve", "--listen", s.address}, s.databaseFlags()...)
	if !s.clock.IsZero() {
		args = append(args, "--clock", s.clock.Format(time.RFC3339))
	}
	program, err := Start("server", nil, append(args, s.flags...)...)
	if err != nil {
		return err
	}
	s.program = program
	if s.address, err = AwaitAddress(ctx, program); err != nil {
		program.Kill()
		return err
	}
	s.URL = "http://" + s.address
	if err := AwaitPage(ctx, s.URL+"/readyz"); err != nil {
		program.Kill()
		return fmt.Errorf("%w\n%s", err, program.Log())
	}
	return nil
}

// found makes the example's town, unless a server of this database has.
func (s *Server) found(ctx context.Context) error {
	if _, err := s.Command(ctx, "", "export"); err == nil {
		return nil
	}
	_, err := s.Command(ctx, "", "init", "--example", "grimma")
	return err
}

// Stop ends the server cleanly.
func (s *Server) Stop() error { return s.program.Stop() }

// Kill ends the server with SIGKILL.
func (s *Server) Kill() { s.program.Kill() }

// Program returns the running program, for its log and its process id.
func (s *Server) Program() *Program { return s.program }

// Command runs a subcommand such as "user add" against the server's database
// and returns what it printed.
func (s *Server) Command(ctx context.Context, stdin string, args ...string) (string, error) {
	all := append([]string{s.programs.Server}, args...)
	out, _, err := run(ctx, nil, strings.NewReader(stdin), append(all, s.databaseFlags()...)...)
	return out, err
}

// AddUser creates an account with a fresh password and returns that.
func (s *Server) AddUser(ctx context.Context, name, role string, branches ...string) (password string, err error) {
	password = rand.Text()
	args := []string{"user", "add", name, "--role", role}
	for _, branch := range branches {
		args = append(args, "--branch", branch)
	}
	_, err = s.Command(ctx, password+"\n", args...)
	return password, err
}

// AddDevice creates a device and returns the path of a file that holds its
// token, readable by the owner only.
func (s *Server) AddDevice(ctx context.Context, name, kind, branch string) (tokenFile string, err error) {
	token, err := s.Command(ctx, "", "device", "add", name, "--kind", kind, "--branch", branch)
	if err != nil {
		return "", err
	}
	return s.WriteSecret(name+".token", token)
}

// WriteSecret writes a secret into the server's folder and returns its path.
func (s *Server) WriteSecret(name, secret string) (string, error) {
	path := filepath.Join(s.Dir, name)
	return path, os.WriteFile(path, []byte(secret), 0o600)
}

var numeric = regexp.MustCompile(`[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+:[1-9][0-9]*`)

// AwaitAddress reads the address from the line that says "listening", or
// "page" as the screen does.
func AwaitAddress(ctx context.Context, p *Program) (string, error) {
	return p.Log().Await(ctx, p.name+" listening", func(text string) (string, bool) {
		for line := range strings.Lines(text) {
			says := strings.Contains(line, "listening") || strings.HasPrefix(line, "page ")
			if !says || !strings.HasSuffix(line, "\n") {
				continue
			}
			if address := numeric.FindString(line); address != "" {
				return address, true
			}
		}
		return "", false
	})
}

// AwaitPage asks for a page until it answers 200. A server that starts has no
// other way to say that it is ready, hence the polling.
func AwaitPage(ctx context.Context, url string) error {
	return Eventually(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s: %s", url, response.Status, body)
		}
		return err
	})
}

// Eventually tries until there is no error; when the context ends, it returns
// the last one.
func Eventually(ctx context.Context, try func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w; last: %w", context.Cause(ctx), err)
		}
	}
}
