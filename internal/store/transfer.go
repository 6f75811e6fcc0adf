package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// ErrNotEmpty: rows are copied into an empty database only.
var ErrNotEmpty = errors.New("database is not empty")

// Tables lists every table, what others refer to first.
var Tables = []string{
	"meta", "branches", "documents", "tickets", "numbers", "holds", "personal", "events", "deliveries",
	"users", "sessions", "browsers", "devices", "requests", "attempts", "mails", "audit", "security", "pauses", "wishes", "confirmations", "counts", "takings", "drafts", "town_changes",
	"runs", "run_items", "reservations", "demand", "figure_days", "late_calls", "nodes", "presences",
}

// generated is the column that the engine numbers by itself, per table. Its
// values are not copied: a new row would meet them.
var generated = map[string]string{"audit": "id", "security": "id"}

// Transfer copies every row of one database into another one that has the same
// schema and no rows. The engines may differ.
func Transfer(ctx context.Context, from, to Session) error {
	for _, table := range Tables {
		if err := refuseRows(ctx, to, table); err != nil {
			return err
		}
	}
	for _, table := range Tables {
		if err := transferTable(ctx, from, to, table); err != nil {
			return fmt.Errorf("copy table %s: %w", table, err)
		}
	}
	return nil
}

func refuseRows(ctx context.Context, s Session, table string) error {
	n, err := one(ctx, &strict{session: s}, value[int], `select count(*) from `+table)
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("table %s: %w", table, ErrNotEmpty)
	}
	return nil
}

func transferTable(ctx context.Context, from, to Session, table string) error {
	columns, err := columnsIn(ctx, to, table)
	if err != nil {
		return err
	}
	var names, places []string
	for i, c := range columns {
		names = append(names, c.name)
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	list := strings.Join(names, ", ")
	insert := `insert into ` + table + ` (` + list + `) values (` + strings.Join(places, ", ") + `)`

	rows, err := from.Query(ctx, `select `+list+` from `+table+` order by `+orderOf(table))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := valuesOf(rows, columns)
		if err != nil {
			return err
		}
		if err := exec(ctx, to, insert, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// orderOf keeps the order of rows that the engine numbers.
func orderOf(table string) string {
	if column, ok := generated[table]; ok {
		return column
	}
	return "1"
}

// column is a column of the database that is filled.
type column struct {
	name string
	kind string // the engine's name for its type
}

func columnsIn(ctx context.Context, s Session, table string) ([]column, error) {
	rows, err := s.Query(ctx, `select * from `+table+` where 1 = 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var columns []column
	for _, t := range types {
		if t.Name() != generated[table] {
			columns = append(columns, column{t.Name(), t.DatabaseTypeName()})
		}
	}
	return columns, rows.Err()
}

func valuesOf(rows *sql.Rows, columns []column) ([]any, error) {
	values, fields := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		fields[i] = &values[i]
	}
	if err := rows.Scan(fields...); err != nil {
		return nil, err
	}
	for i, c := range columns {
		// SQLite has no booleans, and PostgreSQL takes no number for one.
		if n, ok := values[i].(int64); ok && c.kind == "BOOL" {
			values[i] = n != 0
		}
	}
	return values, nil
}
