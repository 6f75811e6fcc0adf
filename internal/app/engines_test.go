package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/store/sqlite"
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

// openFile opens a SQLite file that is there already.
func openFile(t testing.TB, file string) ledger.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func openPostgreSQL(t testing.TB) ledger.Store {
	t.Helper()
	return postgresql.Open(t, postgres.Options{Create: sqlite.Create})
}

func reopenPostgreSQL(t testing.TB, place string) ledger.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), place, postgres.Options{Create: sqlite.Create})
	if err != nil {
		t.Fatal(err)
	}
	return store
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

// One transaction that stands still in the middle of a booking keeps another
// from taking the same time; on each engine the second finds it gone.
func TestTwoBookingsOfOneTimeFollowOneAnother(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		start := at(t, tuesday, "10:00")
		free := h.free(start)
		for range free - 1 {
			h.book(start)
		}
		book := func() error {
			_, err := h.Book(h.ctx(), access.Actor{}, wants(start))
			return err
		}
		first, second := s.Meanwhile("Tickets.Insert", book, book)
		if first != nil || second == nil {
			t.Errorf("got %v and %v, want the second refused", first, second)
		}
		if got := h.free(start); got != 0 {
			t.Errorf("got %d free afterwards, want none", got)
		}
	})
}
