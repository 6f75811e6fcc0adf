package pgtest

import (
	"context"
	"sync"
	"testing"
)

// OnDemand is one server for all tests of a binary, started by the first that
// asks for a database. The zero value is ready; TestMain stops it.
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
