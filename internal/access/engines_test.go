package access_test

import (
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/store/sqlite/sqlitetest"
)

// postgresql is the server of all tests of this package that ask for one.
var postgresql pgtest.OnDemand

func TestMain(m *testing.M) { os.Exit(postgresql.Main(m)) }

// engines open an empty store; whoever asks closes it.
var engines = []struct {
	name string
	open func(testing.TB) ledger.Store
}{
	{"SQLite", openSQLite},
	{"PostgreSQL", openPostgreSQL},
}

func openSQLite(t testing.TB) ledger.Store {
	t.Helper()
	return sqlitetest.Open(t, filepath.Join(t.TempDir(), "aufruf.db"))
}

func openPostgreSQL(t testing.TB) ledger.Store {
	t.Helper()
	return postgresql.Open(t, postgres.Options{})
}

// onEachEngine runs a test once per engine. Its open is openTownHallWith there.
func onEachEngine(t *testing.T, test func(t *testing.T, open func(between func(ledger.Store) ledger.Store) *townHall)) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			test(t, func(between func(ledger.Store) ledger.Store) *townHall {
				t.Helper()
				return openTownHallOn(t, engine.open(t), between)
			})
		})
	}
}

// forcedOnEachEngine runs a test once per engine in a town hall whose store
// does on purpose what is rare in life.
func forcedOnEachEngine(t *testing.T, test func(t *testing.T, h *townHall, s *forced.Store)) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		var store *forced.Store
		h := open(func(s ledger.Store) ledger.Store {
			store = forced.Wrap(t, s)
			return store
		})
		test(t, h, store)
	})
}
