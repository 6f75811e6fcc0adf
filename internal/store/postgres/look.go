package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/store"
)

// Look tells what stands in a database, and changes nothing. One that can't be
// reached is an error: nobody knows what is in it. So is an empty one in another
// encoding than UTF-8, lest a town begin in what can't keep every name.
func Look(ctx context.Context, url string) (_ store.State, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return store.Missing, fmt.Errorf("open database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var ours, town bool
	if err := conn.QueryRow(ctx, `select to_regclass($1) is not null`, store.LookTables).Scan(&ours); err != nil {
		return store.Empty, err
	}
	if !ours {
		return store.Empty, mustBeUTF8(ctx, conn)
	}
	if err := conn.QueryRow(ctx, store.LookTown).Scan(&town); err != nil {
		return store.Empty, err
	}
	if !town {
		return store.Empty, mustBeUTF8(ctx, conn)
	}
	return store.Filled, nil
}

func mustBeUTF8(ctx context.Context, conn *pgx.Conn) error {
	var encoding string
	if err := conn.QueryRow(ctx, `show server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return encodingError(encoding)
	}
	return nil
}
