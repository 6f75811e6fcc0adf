package live_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/store/sqlite/sqlitetest"
)

// postgresql is the server of all tests of this package that ask for one.
var postgresql pgtest.OnDemand

func TestMain(m *testing.M) { os.Exit(postgresql.Main(m)) }

// place opens one database, for each node anew.
type place func(context.Context) (ledger.Store, error)

func onSQLite(t *testing.T) place {
	file := sqlitetest.File(t, filepath.Join(t.TempDir(), "aufruf.db"))
	return func(ctx context.Context) (ledger.Store, error) { return sqlite.Open(ctx, file, sqlite.Options{}) }
}

func onPostgreSQL(t *testing.T) place {
	url := postgresql.Migrated(t)
	return func(ctx context.Context) (ledger.Store, error) {
		return postgres.Open(ctx, url, postgres.Options{Create: sqlite.Create})
	}
}

// onEachEngine runs a test once per engine, in a hall that isn't followed yet.
func onEachEngine(t *testing.T, pace live.Pace, test func(t *testing.T, h *liveBranch)) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) place{"SQLite": onSQLite, "PostgreSQL": onPostgreSQL} {
		t.Run(name, func(t *testing.T) { test(t, openBranchAt(t, pace, open(t))) })
	}
}
