package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/store/storetest"
)

func openStore(ctx context.Context, place string) (app.Store, error) {
	return sqlite.Open(ctx, place, sqlite.Options{})
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m, openStore)) }

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		New:  func(t *testing.T) string { return filepath.Join(t.TempDir(), "aufruf 100%?.db") },
		Open: openStore, OpenCopy: openStore,
	})
}
