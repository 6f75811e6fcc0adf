package faults

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/town"
	"aufruf/test/townhall"
)

const (
	branch = town.BranchID("grimma-markt")
	// patience is how long anything may take before a test gives up, where no promise
	// says more.
	patience = time.Minute
)

var (
	built    townhall.Programs
	database pgtest.OnDemand
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "aufruf-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if built, err = townhall.Build(context.Background(), dir, "server"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return database.Main(m)
}

// cluster is a town on a PostgreSQL, whose nodes each come to it through a proxy of
// their own.
type cluster struct {
	*testing.T
	ctx   context.Context
	url   string // of the database, without a proxy
	keys  string
	lena  string // her password
	nodes []*node
}

// node is a running server.
type node struct {
	*townhall.Server
	proxy *proxy
}

func openCluster(t *testing.T, nodes int) *cluster {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 3*time.Minute, errors.New("the whole test took too long"))
	t.Cleanup(cancel)
	c := &cluster{T: t, ctx: ctx, url: database.Migrated(t), keys: filepath.Join(t.TempDir(), "key")}
	for range nodes {
		c.join()
	}
	password, err := c.nodes[0].AddUser(ctx, "lena", "clerk")
	c.must(err)
	c.lena = password
	return c
}

// join starts one more node. All share the file of the first's keys.
func (c *cluster) join(flags ...string) *node {
	c.Helper()
	direct, err := url.Parse(c.url)
	c.must(err)
	query := direct.Query()
	p, err := newProxy(filepath.Join(query.Get("host"), ".s.PGSQL.5432"))
	c.must(err)
	c.Cleanup(func() { c.must(p.close()) })
	query.Del("host")
	query.Set("sslmode", "disable")
	direct.Host, direct.RawQuery = p.address(), query.Encode()
	n := &node{proxy: p, Server: townhall.NewServer(built, c.TempDir(), townhall.ServerOptions{
		Database: direct.String(), Keys: c.keys, Clock: tuesday, Flags: flags,
	})}
	c.must(n.Start(c.ctx))
	c.Cleanup(func() {
		if c.Failed() {
			c.Logf("node %s said:\n%s", n.URL, n.Program().Log())
		}
		n.Kill()
	})
	c.nodes = append(c.nodes, n)
	return n
}

// tuesday is a morning on which the branch is open.
var tuesday = time.Date(2026, time.December, 1, 9, 5, 0, 0, time.FixedZone("CET", 3600))

func (c *cluster) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// staff returns a client of a node with lena's session.
func (c *cluster) staff(n *node) *client.Client {
	c.Helper()
	signed, err := n.SignIn(c.ctx, "lena", c.lena)
	c.must(err)
	return signed
}

// screenToken makes a device of the branch.
func (c *cluster) screenToken(name string) string {
	c.Helper()
	token, err := c.nodes[0].Command(c.ctx, "", "device", "add", name, "--kind", "display", "--branch", string(branch))
	c.must(err)
	return strings.TrimSpace(token)
}

// await tries until there is no error, within a time that was promised.
func (c *cluster) await(what string, within time.Duration, try func() error) {
	c.Helper()
	ctx, cancel := context.WithTimeoutCause(c.ctx, within, fmt.Errorf("%s didn't happen within %v", what, within))
	defer cancel()
	c.must(townhall.Eventually(ctx, try))
}
