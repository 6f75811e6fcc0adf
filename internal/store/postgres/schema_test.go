package postgres_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/store"
	"aufruf/internal/store/sqlite"
)

// schema is what must be equal in both engines, a line per column and index.
type schema []string

// TestSchemasAreEqual compares what the two folders of migrations lead to.
func TestSchemasAreEqual(t *testing.T) {
	equal(t, "numbers of migrations", numbered(t, "migrations"), numbered(t, "../sqlite/migrations"))
	postgres, lite := openBoth(t)
	got := read(t, postgres, `
		select table_name || '.' || column_name || ' '
			|| case data_type when 'bigint' then 'integer' when 'boolean' then 'integer' when 'bytea' then 'blob' else data_type end
			|| case is_nullable when 'NO' then ' not null' else '' end
		from information_schema.columns where table_schema = 'public' and table_name <> 'goose_db_version'`)
	want := read(t, lite, `
		select m.name || '.' || c.name || ' ' || lower(c.type) || case c."notnull" when 1 then ' not null' else '' end
		from sqlite_schema m join pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> 'goose_db_version'`)
	equal(t, "columns", got, want)

	got = read(t, postgres, `
		select t.relname || ' (' || string_agg(a.attname, ', ' order by k.place) || ')'
			|| case when i.indisprimary then ' primary' when i.indisunique then ' unique' else '' end
			|| case when i.indpred is null then '' else ' partial' end
		from pg_index i
		join pg_class t on t.oid = i.indrelid
		join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
		cross join unnest(i.indkey) with ordinality k(attnum, place)
		join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
		where t.relname not in ('goose_db_version', 'audit', 'security')
		group by t.relname, i.indexrelid, i.indisprimary, i.indisunique, i.indpred is null`)
	want = read(t, lite, `
		select m.name || ' (' || (select group_concat(name, ', ') from (select name from pragma_index_info(i.name) order by seqno)) || ')'
			|| case when i.origin = 'pk' then ' primary' when i."unique" then ' unique' else '' end
			|| case when i.partial then ' partial' else '' end
		from sqlite_schema m join pragma_index_list(m.name) i
		where m.type = 'table' and m.name not in ('goose_db_version', 'audit', 'security')`)
	equal(t, "indexes", got, want)
}

// TestTextIsComparedBytewise finds a column that sorts by a language.
func TestTextIsComparedBytewise(t *testing.T) {
	postgres, _ := openBoth(t)
	equal(t, "columns", read(t, postgres, `
		select table_name || '.' || column_name from information_schema.columns
		where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'`), nil)
}

// TestEveryTableIsTransferred compares the list that backups go by.
func TestEveryTableIsTransferred(t *testing.T) {
	_, lite := openBoth(t)
	want := slices.Clone(store.Tables)
	slices.Sort(want)
	equal(t, "tables", read(t, lite, `
		select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> 'goose_db_version'`), want)
}

func openBoth(t *testing.T) (postgres, lite *sql.DB) {
	t.Helper()
	url, file := server.Database(t), filepath.Join(t.TempDir(), "schema.db")
	first, err := openStore(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	second, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { first.Close(); second.Close() })
	return openSQL(t, "pgx", url), openSQL(t, "sqlite3", file)
}

func openSQL(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// read returns the lines that a query makes, sorted.
func read(t *testing.T, db *sql.DB, query string) schema {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines schema
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// numbered returns the numbers of the migrations in a folder.
func numbered(t *testing.T, folder string) schema {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var numbers schema
	for _, file := range files {
		number, _, ok := strings.Cut(file.Name(), "_")
		if !ok {
			t.Fatal(fmt.Errorf("migration without a number: %s", file.Name()))
		}
		numbers = append(numbers, number)
	}
	return numbers
}

func equal(t *testing.T, what string, got, want schema) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-SQLite +PostgreSQL):\n%s", what, diff)
	}
}
