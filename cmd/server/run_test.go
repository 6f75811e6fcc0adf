package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/config"
)

const patience = 30 * time.Second

// output is what a program wrote so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await polls for the first group of a pattern: a program that starts has no
// other way to tell.
func (o *output) await(t *testing.T, pattern string) string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); ; {
		if found := expression.FindStringSubmatch(o.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited for %q, got:\n%s", pattern, o)
		}
	}
}

// site is a folder with a town hall's data.
type site struct {
	t   *testing.T
	dir string
}

// newSite is the example's town hall.
func newSite(t *testing.T) site {
	t.Helper()
	s := emptySite(t)
	s.command("", "init", "--example", "grimma").ok(t)
	return s
}

// emptySite is a folder in which nothing is yet.
func emptySite(t *testing.T) site { t.Helper(); return site{t, t.TempDir()} }

func (s site) path(name string) string { return filepath.Join(s.dir, name) }

func (s site) database() string { return "sqlite:" + s.path("aufruf.db") }

// result of a command that has ended.
type result struct {
	code           int
	stdout, stderr string
}

// command runs a subcommand on the site's data.
func (s site) command(stdin string, args ...string) result {
	s.t.Helper()
	return invoke(s.t, stdin, nil, append(args, "--database", s.database())...)
}

func invoke(t *testing.T, stdin string, environ []string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, environ, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// ok fails the test unless the command succeeded, and returns what it printed.
func (r result) ok(t *testing.T) string {
	t.Helper()
	if r.code != config.ExitOK {
		t.Fatalf("got exit code %d: %s", r.code, r.stderr)
	}
	return r.stdout
}

// readOptions returns what `server serve` would be called with.
func readOptions(args, environ []string) (o options, err error) {
	root := config.Command("server", nil, nil)
	root.AddCommand(serveCommand(func(_ context.Context, got options) error {
		o = got
		return nil
	}))
	program := config.Program{Root: root, Environ: environ, Stdout: io.Discard, Stderr: io.Discard}
	return o, program.Run(context.Background(), append([]string{"serve"}, args...))
}

// serving is a server under way, in this process.
type serving struct {
	url    string
	stderr *output
	stop   context.CancelFunc
	code   chan int
}

func (s site) flags() []string {
	return []string{"--listen", "127.0.0.1:0", "--database", s.database(), "--mail", "dir:" + s.path("mail"), "--rate-limit", "off"}
}

const tuesday = "2026-12-01T08:00:00+01:00"

func (s site) serve(args ...string) *serving {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &serving{stderr: new(output), stop: stop, code: make(chan int, 1)}
	all := append(append([]string{"serve"}, s.flags()...), args...)
	go func() { r.code <- run(ctx, all, nil, strings.NewReader(""), io.Discard, r.stderr) }()
	s.t.Cleanup(func() {
		stop()
		r.ended(s.t)
	})
	r.url = "http://" + r.stderr.await(s.t, `"?msg"?[=:]"?listening"?[ ,]"?addr"?[=:]"?([^\s"]+)`)
	return r
}

// ended returns the exit code, once.
func (r *serving) ended(t *testing.T) int {
	t.Helper()
	select {
	case code := <-r.code:
		r.code <- code
		return code
	case <-time.After(patience):
		t.Fatalf("the server did not end:\n%s", r.stderr)
	}
	return -1
}

// ask sends a request with a JSON body (nil: none) and decodes the answer.
func ask(t *testing.T, method, url, token string, body, into any) *http.Response {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		raw = nil
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%s %s: %s %s: %v", method, url, response.Status, answer, err)
		}
	}
	return response
}

// child is the server as a process of its own, to be killed.
type child struct {
	url    string
	stderr *output
	cmd    *exec.Cmd
}

// TestMain is the server itself where a test started it as a child.
func TestMain(m *testing.M) {
	if os.Getenv("SERVER_CHILD") != "" {
		main()
	}
	os.Exit(m.Run())
}

func (s site) fork(args ...string) *child {
	s.t.Helper()
	c := &child{stderr: new(output)}
	c.cmd = exec.Command(os.Args[0], append(append([]string{"serve"}, s.flags()...), args...)...)
	c.cmd.Env = append(os.Environ(), "SERVER_CHILD=1")
	c.cmd.Stderr = c.stderr
	if err := c.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.kill)
	c.url = "http://" + c.stderr.await(s.t, `msg=listening addr=(\S+)`)
	return c
}

// kill ends the process as a power cut would.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}
