package postgres_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/store/storetest"
)

var server *pgtest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if storetest.IsChild() {
		return storetest.Main(m, openStore)
	}
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Stop()
	return storetest.Main(m, openStore)
}

func openStore(ctx context.Context, place string) (ledger.Store, error) {
	return postgres.Open(ctx, place, postgres.Options{Create: sqlite.Create})
}

func openCopy(ctx context.Context, file string) (ledger.Store, error) {
	return sqlite.Open(ctx, file, sqlite.Options{})
}

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		New:  func(t testing.TB) string { return server.Migrated(t) },
		Open: openStore, OpenCopy: openCopy,
	})
}

// BenchmarkStore uses a server that writes to the disk, as a real one does.
func BenchmarkStore(b *testing.B) {
	durable, err := pgtest.Start("fsync=on")
	if err != nil {
		b.Fatal(err)
	}
	defer durable.Stop()
	storetest.Bench(b, storetest.Engine{
		New:  func(b testing.TB) string { return durable.Database(b) },
		Open: openStore,
	})
}
