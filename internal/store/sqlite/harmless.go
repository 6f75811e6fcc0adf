package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/mattn/go-sqlite3"
)

// ErrForeign: the file has what runs when it is read, which no store of ours has.
var ErrForeign = errors.New("has a view, a trigger or a computed column")

// runs counts what a file brings along that runs when its tables are read or
// changed: whoever made it can have it run for hours, or change what is written.
const runs = `
	select count(*) from sqlite_schema as made where type in ('view', 'trigger') or sql like 'create virtual%'
		or exists (select 1 from pragma_table_xinfo(made.name) where hidden <> 0)`

// harmless reads a whole file as it lies on disk, before it is opened as a store.
// It ends with ctx. ErrForeign; an error that Damaged knows.
func harmless(ctx context.Context, file string) (err error) {
	name := url.URL{Path: file}
	db, err := sql.Open("sqlite3", "file:"+name.EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // the settings are the connection's
	for _, pragma := range []string{"pragma trusted_schema = off", "pragma cell_size_check = on"} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	var foreign int
	if err := db.QueryRowContext(ctx, runs).Scan(&foreign); err != nil {
		return err
	}
	if foreign > 0 {
		return ErrForeign
	}
	var found string
	if err := db.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%s: %w", found, sqlite3.Error{Code: sqlite3.ErrCorrupt})
	}
	return nil
}
