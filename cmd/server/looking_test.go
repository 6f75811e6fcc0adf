package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	_ "github.com/jackc/pgx/v5/stdlib"

	"aufruf/internal/config"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres/pgtest"
)

// lookers are the commands that change nothing, whatever they are pointed at.
var lookers = [][]string{{"doctor"}, {"check"}, {"export"}, {"user", "list"}, {"device", "list"}, {"mail", "list"}}

// A look at a backup took its mark away, and `restore` then refused it.
func TestABackupThatWasLookedAtIsStillRestored(t *testing.T) {
	s := newSite(t)
	s.admin()
	s.command("", "backup", s.path("backup.db")).ok(t)
	before, err := os.ReadFile(s.path("backup.db"))
	if err != nil {
		t.Fatal(err)
	}
	files := s.files()
	for _, command := range lookers {
		got := invoke(t, "", nil, slices.Concat(command, []string{"--database", "sqlite:" + s.path("backup.db"), "--key-file", s.path("aufruf.key")})...)
		if got.code == config.ExitUsage || command[0] != "doctor" && got.code != config.ExitOK {
			t.Errorf("%v: got %+v", command, got)
		}
		if after, err := os.ReadFile(s.path("backup.db")); err != nil || string(before) != string(after) {
			t.Errorf("%v: the backup was changed (%v)", command, err)
		}
	}
	if left := s.files(); !slices.Equal(left, files) {
		t.Errorf("files were %q and are %q", files, left)
	}
	invoke(t, "", nil, "restore", s.path("backup.db"), "--database", "sqlite:"+s.path("again.db"), "--key-file", s.path("aufruf.key")).ok(t)
}

// A refused command left the files of a log beside the database.
func TestARefusedCommandLeavesNoFileBehind(t *testing.T) {
	s := newSite(t)
	before := s.files()
	for _, command := range [][]string{{"init", "--example", "grimma"}, {"restore", s.path("aufruf.db")}, {"user", "disable", "nobody"}} {
		if got := s.command("", command...); got.code != config.ExitFailure {
			t.Errorf("%v: got %+v", command, got)
		}
		if left := s.files(); !slices.Equal(left, before) {
			t.Errorf("%v: files were %q and are %q", command, before, left)
		}
	}
}

func TestDoctorSaysThatANewerProgramWroteTheDatabase(t *testing.T) {
	s := newSite(t)
	db, err := sql.Open("sqlite3", s.path("aufruf.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`insert into goose_db_version (version_id, is_applied) values (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	wantLines(t, s.doctor(), config.ExitFailure, "fault    A newer program wrote the database.", "→ Upgrade this program")
}

// PostgreSQL's refusals were told in three lines of the library, with nothing to do.
func TestWhatPostgreSQLRefusesIsToldWithTheNextStep(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	address, err := url.Parse(server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `create role stranger login`); err != nil {
		t.Fatal(err)
	}
	changed := func(change func(path *string, query url.Values)) string {
		other, query := *address, address.Query()
		change(&other.Path, query)
		other.RawQuery = query.Encode()
		return other.String()
	}
	s := emptySite(t)
	for says, database := range map[string]string{
		"createdb --owner":    changed(func(path *string, _ url.Values) { *path = "/none" }),
		"pg_hba.conf":         changed(func(_ *string, query url.Values) { query.Set("user", "none") }),
		"alter database NAME": changed(func(_ *string, query url.Values) { query.Set("user", "stranger") }),
	} {
		got := invoke(t, townOf, []string{"LANG=en_GB.UTF-8"}, "init", "-", "--database", database, "--key-file", s.path("key"))
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, says) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("got %+v, want one line with %q", got, says)
		}
	}
	if left := s.files(); len(left) > 0 {
		t.Errorf("made %q", left)
	}
}

// The doctor of a new program, asked beside the server of an old one, brought its
// schema up to date; `check` likewise.
func TestLookingLeavesAnOlderSchemaAsItIs(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	numbered := numberedFiles(t, "sqlite")
	newest := len(numbered)
	for at := 1; at < newest; at++ {
		s := emptySite(t)
		s.wantLookedAt(t, older(t, "sqlite", s.path("aufruf.db"), at), at, newest)
	}
	for _, at := range []int{1, newest - 1} {
		emptySite(t).wantLookedAt(t, older(t, "postgres", server.Database(t), at), at, newest)
	}
}

func (s site) wantLookedAt(t *testing.T, db *outdated, at, newest int) {
	t.Helper()
	for _, command := range lookers {
		got := invoke(t, "", []string{"LANG=en_GB.UTF-8"}, slices.Concat(command, []string{"--database", db.address, "--key-file", s.path("aufruf.key")})...)
		what := fmt.Sprintf("%s %d, %v", db.engine, at, command)
		switch command[0] {
		case "doctor":
			wantLines(t, got, config.ExitFailure, "note     An older program wrote the database", "→ Start the server")
		case "check":
			wantLines(t, got, config.ExitOK, fmt.Sprintf("(schema %d, this program has %d)", at, newest))
		default:
			if got.code != config.ExitFailure || got.stdout != "" {
				t.Errorf("%s: got %+v, want it refused", what, got)
			}
		}
		if now := db.schema(); now != at {
			t.Fatalf("%s: the schema was %d and is %d", what, at, now)
		}
	}
}

// outdated is a database with a town of an older program.
type outdated struct {
	t               *testing.T
	engine, address string
	db              *sql.DB
}

func (o *outdated) schema() (at int) {
	o.t.Helper()
	if err := o.db.QueryRowContext(o.t.Context(), `select max(version_id) from goose_db_version`).Scan(&at); err != nil {
		o.t.Fatal(err)
	}
	return at
}

// older makes a database with the first migrations alone.
func older(t *testing.T, engine, where string, at int) *outdated {
	t.Helper()
	o := &outdated{t: t, engine: engine, address: "sqlite:" + where}
	driver, dialect := "sqlite3", store.SQLite
	if engine == "postgres" {
		o.address, driver, dialect = where, "pgx", store.Postgres
	}
	var err error
	if o.db, err = sql.Open(driver, where); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.db.Close() })
	first := fstest.MapFS{}
	for _, file := range numberedFiles(t, engine)[:at] {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first[filepath.Base(file)] = &fstest.MapFile{Data: content}
	}
	if err := store.Migrate(context.Background(), o.db, dialect, first); err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.Exec(`insert into branches (id) values ('rathaus')`); err != nil {
		t.Fatal(err)
	}
	return o
}

func numberedFiles(t *testing.T, engine string) []string {
	t.Helper()
	files, err := filepath.Glob("../../internal/store/" + engine + "/migrations/*.sql")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	return files
}
