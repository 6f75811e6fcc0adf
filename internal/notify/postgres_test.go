package notify_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/notify"
	"aufruf/internal/notify/notifytest"
	"aufruf/internal/store/postgres/pgtest"
)

// node runs one node's hints for the length of the test.
func node(t *testing.T, url string) notify.Hints {
	t.Helper()
	hints, err := notify.NewPostgres(url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- hints.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return hints
}

func TestPostgres(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	notifytest.Run(t, func(t *testing.T) notify.Hints { return node(t, server.Database(t)) })
	notifytest.RunNodes(t, func(t *testing.T) (a, b notify.Hints) {
		url := server.Database(t)
		return node(t, url), node(t, url)
	})
	t.Run("a lost connection is made again", func(t *testing.T) {
		url := server.Database(t)
		a, b := node(t, url), node(t, url)
		notifytest.Reaches(t, a, b)
		notifytest.Reaches(t, b, a)
		endConnections(t, url)
		notifytest.Reaches(t, a, b)
		notifytest.Reaches(t, b, a)
	})
}

// endConnections has the server close every other connection to a database.
func endConnections(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	tag, err := conn.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tag.RowsAffected(), int64(4); got != want {
		t.Errorf("ended %d connections, want %d", got, want)
	}
}
