package pgtest

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/store/postgres"
)

// template is the name of the database that Migrated copies.
const template = "migrated"

// Migrated makes a database with today's schema and nothing in it, and returns
// its URL. The migrations run once for a server; the others are copies.
func (s *Server) Migrated(t testing.TB) string {
	t.Helper()
	s.migrating.Do(func() { s.unmigrated = s.migrate(context.Background()) })
	if s.unmigrated != nil {
		t.Fatal(s.unmigrated)
	}
	return s.database(t, "--template", template)
}

func (s *Server) migrate(ctx context.Context) error {
	if err := s.create(template); err != nil {
		return err
	}
	store, err := postgres.Open(ctx, s.url(template), postgres.Options{})
	if err != nil {
		return err
	}
	return store.Close()
}

// Waiting is how many statements stand behind what another transaction of a
// database holds.
func (s *Server) Waiting(ctx context.Context, database string) (waiting int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		return 0, err
	}
	if s.watching == nil {
		if s.watching, err = pgx.Connect(ctx, s.url("postgres")); err != nil {
			return 0, fmt.Errorf("look at PostgreSQL: %w", err)
		}
	}
	err = s.watching.QueryRow(ctx,
		`select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`, config.Database).Scan(&waiting)
	return waiting, err
}
