package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"aufruf/internal/store/postgres"
)

// OnDemand is one server for all tests of a binary, started by the first that
// asks for a database. The zero value is ready; Main or TestMain stops it.
type OnDemand struct {
	once   sync.Once
	server *Server
	err    error
}

// Database makes an empty database and returns its URL.
func (o *OnDemand) Database(t testing.TB) string {
	t.Helper()
	return o.started(t).Database(t)
}

// Migrated makes a database with today's schema and nothing in it, and returns
// its URL.
func (o *OnDemand) Migrated(t testing.TB) string {
	t.Helper()
	return o.started(t).Migrated(t)
}

// Waiting is how many statements stand behind what another transaction of a
// database holds. The server was asked for that database before.
func (o *OnDemand) Waiting(ctx context.Context, database string) (int, error) {
	return o.server.Waiting(ctx, database)
}

func (o *OnDemand) started(t testing.TB) *Server {
	t.Helper()
	o.once.Do(func() { o.server, o.err = Start() })
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.server
}

// Data is the folder of the server's files, once a database was asked for.
func (o *OnDemand) Data() string { return o.server.Data() }

// Stop ends the server, where one was started.
func (o *OnDemand) Stop() error {
	if o.server == nil {
		return nil
	}
	return o.server.Stop()
}

// Main runs the tests of a package, stops the server, and returns the exit code.
func (o *OnDemand) Main(m *testing.M) int {
	code := m.Run()
	if err := o.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// Store is a store that tells what waits in its engine.
type Store struct {
	*postgres.Store
	t       testing.TB
	waiting func(context.Context) (int, error)
}

// Waiting is how many statements stand behind what another transaction holds.
func (s Store) Waiting() int {
	n, err := s.waiting(s.t.Context())
	if err != nil {
		s.t.Error(err)
	}
	return n
}

// Open opens a store on an empty database of its own; whoever asks closes it.
func (o *OnDemand) Open(t testing.TB, options postgres.Options) Store {
	t.Helper()
	place := o.Migrated(t)
	store, err := postgres.Open(t.Context(), place, options)
	if err != nil {
		t.Fatal(err)
	}
	return Store{store, t, func(ctx context.Context) (int, error) { return o.Waiting(ctx, place) }}
}
