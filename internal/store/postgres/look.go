package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/store"
)

// Look tells what stands in a database, and changes nothing. One that can't be
// reached is an error: nobody knows what is in it.
func Look(ctx context.Context, url string) (_ store.State, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return store.Missing, fmt.Errorf("open database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var ours, town bool
	if err := conn.QueryRow(ctx, `select to_regclass($1) is not null`, store.LookTables).Scan(&ours); err != nil || !ours {
		return store.Empty, err
	}
	if err := conn.QueryRow(ctx, store.LookTown).Scan(&town); err != nil || !town {
		return store.Empty, err
	}
	return store.Filled, nil
}
