package townhall

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopping is how long a program may take to end after SIGTERM.
const stopping = 10 * time.Second

// Program is a running program of ours and what it has said so far.
type Program struct {
	name  string
	cmd   *exec.Cmd
	log   *Log
	ended chan struct{}
	err   error // valid once ended is closed
}

// Start runs a program in a process group of its own, so that Ctrl-C reaches
// only whoever started it, and bound to that starter's life, so that nothing
// is left behind when the starter is killed.
func Start(name string, env []string, args ...string) (*Program, error) {
	p := &Program{name: name, cmd: exec.Command(args[0], args[1:]...), log: newLog(), ended: make(chan struct{})}
	p.cmd.Env = append(cleanEnv(), env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		p.log.close()
		close(p.ended)
	}()
	return p, nil
}

// Log returns what the program has written to standard output and error.
func (p *Program) Log() *Log { return p.log }

// PID returns the process id.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Ended is closed when the program has ended, for whatever reason.
func (p *Program) Ended() <-chan struct{} { return p.ended }

// Stop asks the program to end and reports how it did; an exit code other than
// 0, or none in time, is an error.
func (p *Program) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.ended:
	case <-time.After(stopping):
		p.Kill()
		return fmt.Errorf("stop %s: still running after %v\n%s", p.name, stopping, p.log)
	}
	if p.err != nil {
		return fmt.Errorf("stop %s: %w\n%s", p.name, p.err, p.log)
	}
	return nil
}

// Kill ends the program as a power cut would, and returns when it is gone.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// run runs a program to its end and returns what it wrote. The error holds, as
// *exec.ExitError, its exit code.
func run(ctx context.Context, env []string, stdin io.Reader, args ...string) (stdout, stderr string, err error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(cleanEnv(), env...)
	cmd.Stdin = stdin
	var out, told strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &told
	if err := cmd.Run(); err != nil {
		return out.String(), told.String(), fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(told.String()))
	}
	return out.String(), told.String(), nil
}

// cleanEnv is the environment without our own settings, which a developer may
// have set for a server of theirs.
func cleanEnv() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AUFRUF_") {
			env = append(env, pair)
		}
	}
	return env
}

// Log collects what a program writes and lets others wait for a part of it.
type Log struct {
	mu     sync.Mutex
	text   strings.Builder
	closed bool
	news   chan struct{} // closed and replaced at each change
}

func newLog() *Log { return &Log{news: make(chan struct{})} }

// Write appends and wakes those who wait.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	l.announce()
	return len(p), nil
}

// String returns all that was written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *Log) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.announce()
}

func (l *Log) announce() {
	close(l.news)
	l.news = make(chan struct{})
}

// Await returns what find makes of the text as soon as it reports true. It
// fails when the context ends or nothing more can come.
func (l *Log) Await(ctx context.Context, what string, find func(text string) (string, bool)) (string, error) {
	for {
		l.mu.Lock()
		text, closed, news := l.text.String(), l.closed, l.news
		l.mu.Unlock()
		if found, ok := find(text); ok {
			return found, nil
		}
		if closed {
			return "", fmt.Errorf("await %s: the program ended\n%s", what, text)
		}
		select {
		case <-news:
		case <-ctx.Done():
			return "", fmt.Errorf("await %s: %w\n%s", what, context.Cause(ctx), text)
		}
	}
}
