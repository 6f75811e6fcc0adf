package storetest

import (
	"database/sql"
	"testing"

	"aufruf/internal/store"
)

// Row is a row by its columns, as the engine has it.
type Row map[string]any

// Everything returns all rows of all tables of a database, in the order of its
// first two columns, past every query of ours.
func Everything(t testing.TB, driver, source string) map[string][]Row {
	t.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]Row{}
	for _, table := range store.Tables {
		order := "1, 2"
		if table == "takings" {
			order = "1, 2, 3" // the fourth is a hash, of which there are several for each
		}
		rows, err := db.QueryContext(t.Context(), `select * from `+table+` order by `+order)
		if err != nil {
			t.Fatal(err)
		}
		if all[table], err = read(rows); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func read(rows *sql.Rows) ([]Row, error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var all []Row
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := Row{}
		for i, column := range columns {
			row[column] = values[i]
		}
		all = append(all, row)
	}
	return all, rows.Err()
}
