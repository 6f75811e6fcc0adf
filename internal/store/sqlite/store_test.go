package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/store/sqlite/sqlitetest"
	"aufruf/internal/store/storetest"
)

func openStore(ctx context.Context, place string) (ledger.Store, error) {
	return sqlite.Open(ctx, place, sqlite.Options{})
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m, openStore)) }

var engine = storetest.Engine{
	New:  func(t testing.TB) string { return sqlitetest.File(t, filepath.Join(t.TempDir(), "aufruf 100%?.db")) },
	Open: openStore, OpenCopy: openStore,
}

func TestStore(t *testing.T) { storetest.Run(t, engine) }

func BenchmarkStore(b *testing.B) { storetest.Bench(b, engine) }

// BenchmarkBareCommit is the yardstick: one row, one durable commit, one
// client, nothing of ours.
func BenchmarkBareCommit(b *testing.B) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("create table bare (id integer primary key, at integer not null, what text not null) strict"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare("insert into bare (at, what) values (?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		if _, err := insert.Exec(n, "audit.started"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per_second")
}
