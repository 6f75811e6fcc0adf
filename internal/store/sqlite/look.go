package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	sqlite3 "github.com/mattn/go-sqlite3"

	"aufruf/internal/store"
)

// Look tells what stands in a file, and changes nothing.
func Look(ctx context.Context, path string) (_ store.State, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return store.Missing, nil
	}
	if err != nil {
		return store.Missing, err
	}
	if !info.Mode().IsRegular() {
		return store.Foreign, nil
	}
	if info.Size() == 0 {
		return store.Empty, nil
	}
	file, err := os.Open(path) // says better than the driver why it can't be read
	if err != nil {
		return store.Missing, err
	}
	if err := file.Close(); err != nil {
		return store.Missing, err
	}
	// Without immutable the look itself would leave the files of a log behind.
	state, still := store.Missing, alone(path)
	if still {
		state, err = lookBy(ctx, path, "immutable=1")
	}
	if !still || err != nil { // somebody may have begun to write meanwhile
		state, err = lookBy(ctx, path, "_busy_timeout=10000")
	}
	var refused sqlite3.Error
	if errors.As(err, &refused) && refused.Code == sqlite3.ErrNotADB {
		return store.Foreign, nil
	}
	if err != nil {
		return store.Missing, fmt.Errorf("look into %s: %w", path, translated(err))
	}
	return state, nil
}

// alone reports whether nobody has a file open who has something to write.
func alone(path string) bool {
	for _, beside := range []string{path + "-wal", path + "-journal"} {
		if _, err := os.Lstat(beside); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

func lookBy(ctx context.Context, path, way string) (_ store.State, err error) {
	name := url.URL{Path: path}
	db, err := sql.Open("sqlite3", "file:"+name.EscapedPath()+"?mode=ro&"+way)
	if err != nil {
		return store.Missing, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return look(ctx, db)
}

// look takes a file for empty that holds what the engine and the migrations keep
// for themselves alone: a first start that was interrupted leaves that.
func look(ctx context.Context, db *sql.DB) (store.State, error) {
	var tables, ours int
	err := db.QueryRowContext(ctx, `
		select count(*), coalesce(sum(name = ?1), 0) from sqlite_master where type = 'table' and name not like 'goose%' and name not like 'sqlite%'`,
		store.LookTables).Scan(&tables, &ours)
	switch {
	case err != nil:
		return store.Missing, err
	case tables == 0:
		return store.Empty, nil
	case ours == 0:
		return store.Foreign, nil
	}
	var town bool
	if err := db.QueryRowContext(ctx, store.LookTown).Scan(&town); err != nil || !town {
		return store.Empty, err
	}
	return store.Filled, nil
}
