package attack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/town"
	"aufruf/test/townhall"
)

const (
	// ownBranch is where those work who have a branch, and foreignBranch is not.
	ownBranch     = town.BranchID("grimma-markt")
	foreignBranch = town.BranchID("nerchau")
	service       = town.ServiceID("eid-pin")
	// bounded is how long one attack on one engine may take, besides what is made
	// up. It is generous, because a busy machine is no fault of the program's.
	bounded = 3 * time.Minute
)

var (
	built      townhall.Programs
	postgreSQL pgtest.OnDemand
)

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "aufruf-attack-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	defer func() {
		if err := postgreSQL.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if built, err = townhall.Build(context.Background(), dir, "server"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// tuesday is a day on which both branches are open, at a wall-clock time.
func tuesday(hour, minute int) time.Time {
	return time.Date(2026, time.December, 1, hour, minute, 0, 0, time.FixedZone("CET", 3600))
}

// target is a server under attack.
type target struct {
	*testing.T
	ctx    context.Context // ends when the attack has taken too long
	server *townhall.Server

	mu   sync.Mutex
	keys map[string]key // by name of the account or device; guarded by mu
	// passwords are those of the accounts, by their names; guarded by mu.
	passwords map[string]string
	// asked counts how often the mails were looked at; guarded by mu.
	asked int
}

// onEachEngine attacks a server of its own on SQLite and one on PostgreSQL. They
// have the settings that the program ships with and stand behind a proxy at the
// loopback address, which says whom it speaks for: so an attack comes from any
// address it likes (see from), while one that names none comes from 127.0.0.1.
// Further flags of `server serve` may be given; the clock begins on Tuesday, 1
// December 2026, at nine.
func onEachEngine(t *testing.T, attack func(t *target), flags ...string) {
	t.Helper()
	for _, engine := range []struct {
		name     string
		database func(t *testing.T) string
	}{
		{"SQLite", func(*testing.T) string { return "" }},
		{"PostgreSQL", func(t *testing.T) string { return postgreSQL.Database(t) }},
	} {
		t.Run(engine.name, func(t *testing.T) {
			attack(open(t, townhall.ServerOptions{
				Clock: tuesday(9, 0), RateLimit: townhall.Shipped, Database: engine.database(t),
				Flags: append([]string{"--trusted-proxies", "127.0.0.1/32"}, flags...),
			}))
		})
	}
}

// open starts a server that ends with the test.
func open(t *testing.T, o townhall.ServerOptions) *target {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), bounded+time.Duration(*inputs)*10*time.Millisecond, errors.New("the attack took too long"))
	t.Cleanup(cancel)
	h := &target{T: t, ctx: ctx, server: townhall.NewServer(built, t.TempDir(), o), keys: map[string]key{}, passwords: map[string]string{}}
	h.must(h.server.Start(ctx))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server said:\n%.20000s", h.server.Program().Log())
		}
		h.server.Kill()
	})
	return h
}

func (h *target) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// staff is the session of an account of a role ("clerk", …, "admin") that works
// at some branches (none: all). The account is made at the first call.
func (h *target) staff(role string, branches ...town.BranchID) key {
	h.Helper()
	var names []string
	for _, branch := range branches {
		names = append(names, string(branch))
	}
	name := strings.Join(append([]string{role}, names...), "-at-")
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.keys[name]; ok {
		return known
	}
	password, err := h.server.AddUser(h.ctx, name, role, names...)
	h.must(err)
	nobody, err := h.server.Client()
	h.must(err)
	session, err := nobody.SignIn(h.ctx, town.UserID(name), password)
	h.must(err)
	h.keys[name], h.passwords[name] = key{bearer: session.Token, staff: session.Token}, password
	return h.keys[name]
}

// passwordOf is that of an account that staff has made.
func (h *target) passwordOf(account string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.passwords[account]
}

// device is the token of a display or kiosk of a branch. The device is made at
// the first call.
func (h *target) device(kind string, branch town.BranchID) key {
	h.Helper()
	name := kind + "-at-" + string(branch)
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.keys[name]; ok {
		return known
	}
	token, err := h.server.Command(h.ctx, "", "device", "add", name, "--kind", kind, "--branch", string(branch))
	h.must(err)
	token = strings.TrimSpace(token)
	h.keys[name] = key{bearer: token, device: token}
	return h.keys[name]
}
