package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/wire"
)

func TestExportThenImportChangesNothing(t *testing.T) {
	s := newSite(t)
	s.serve("--clock", tuesday)
	before := s.command("", "export").ok(t)
	file := s.path("out.yaml")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := s.command("", "import", file).ok(t); got != "nothing changed\n" {
		t.Errorf("got changes:\n%s\nwant none", got)
	}
	if after := s.command("", "export").ok(t); after != before {
		t.Error("export differs after import of the same")
	}
}

func TestImportBesideARunningServerCountsAtOnce(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	file := s.path("new.yaml")
	if err := os.WriteFile(file, []byte("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        closures:\n          - {from: 2026-12-01, to: 2026-12-01, reason: Übung}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var days wire.Days
	sheet := server.url + "/api/v1/days?branch=grimma-markt&service=eid-pin&from=2026-12-01&to=2026-12-01"
	ask(t, http.MethodGet, sheet, "", nil, &days) // the cache is warm
	if got := s.command("", "import", file).ok(t); !strings.Contains(got, "changed office grimma-markt/buergerbuero") {
		t.Errorf("got %q, want the change said", got)
	}
	for deadline := time.Now().Add(patience); days.Days[0].State != wire.DayClosed; { // another process looks once a second
		if ask(t, http.MethodGet, sheet, "", nil, &days); time.Now().After(deadline) {
			t.Fatalf("got %+v, want the day closed", days.Days[0])
		}
	}
	if got := days.Days[0]; got.Reason != "closure" || got.Text != "Übung" {
		t.Errorf("got %+v, want the closure with its reason", got)
	}
}

// bookAhead books the first free time from tomorrow on: subcommands know the
// real clock only, so their appointments must lie ahead of it.
func bookAhead(t *testing.T, server *serving) (made wire.AppointmentReply) {
	t.Helper()
	tryAhead(t, server, &made)
	return made
}

// tryAhead is bookAhead where that may be refused.
func tryAhead(t *testing.T, server *serving, into any) *http.Response {
	t.Helper()
	tomorrow := time.Now().AddDate(0, 0, 1)
	what := server.url + "/api/v1/%s?branch=grimma-markt&service=eid-pin&"
	var days wire.Days
	span := "from=" + tomorrow.Format(time.DateOnly) + "&to=" + tomorrow.AddDate(0, 0, 30).Format(time.DateOnly)
	ask(t, http.MethodGet, fmt.Sprintf(what, "days")+span, "", nil, &days)
	if days.NextFree == nil {
		t.Fatal("no free day within the horizon")
	}
	var slots wire.Slots
	ask(t, http.MethodGet, fmt.Sprintf(what, "slots")+"date="+days.NextFree.String(), "", nil, &slots)
	return ask(t, http.MethodPost, server.url+"/api/v1/appointments", "", map[string]any{
		"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}, "name": "Ada",
		"email": "ada@example.org", "start": slots.Slots[0].Start,
	}, into)
}

func TestWhatIsRetiredListsItsAppointments(t *testing.T) {
	s := newSite(t)
	made := bookAhead(t, s.serve())
	file := s.path("retire.yaml")
	if err := os.WriteFile(file, []byte("format: aufruf/1\nservices:\n  - {id: eid-pin, retired: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := s.command("", "import", file).ok(t)
	if want := "concerned " + made.Number.String(); !strings.Contains(got, want) || strings.Contains(got, "Ada") {
		t.Errorf("got\n%s\nwant %s listed without a name", got, want)
	}
}

func TestAFileWithMistakesChangesNothingAndNamesEachLine(t *testing.T) {
	s := newSite(t)
	before := s.command("", "export").ok(t)
	file := s.path("bad.yaml")
	text := "format: aufruf/1\nbranches:\n  - id: grimma-markt\n    name: Neu\n    offices:\n      - id: buergerbuero\n        services: [kaffee]\n        grid_minutes: -5\n        lunch: 12:00\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := s.command("", "import", file)
	if got.code != config.ExitFailure || got.stdout != "" {
		t.Errorf("got %d %q, want 1 and no changes", got.code, got.stdout)
	}
	for _, line := range []string{"bad.yaml:8:", "bad.yaml:9:"} {
		if !strings.Contains(got.stderr, line) {
			t.Errorf("got\n%s\nwant %s named", got.stderr, line)
		}
	}
	if after := s.command("", "export").ok(t); after != before {
		t.Error("the file with mistakes changed something")
	}
	if got := s.command("", "import", s.path("missing.yaml")); got.code != config.ExitFailure {
		t.Errorf("a missing file: got %d, want 1", got.code)
	}
}

func epochOf(t *testing.T, url, token string) string {
	t.Helper()
	_, raw, err := dial(t, url, "/ws/display", token).ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	message, err := wire.DecodeDisplayMessage(raw)
	if err != nil {
		t.Fatal(err)
	}
	board, ok := message.(wire.Board)
	if !ok {
		t.Fatalf("got %s, want a board", raw)
	}
	return board.Epoch
}

func TestABackupOfARunningServerGoesIntoAnEmptyPlace(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	token := strings.TrimSpace(s.command("", "device", "add", "hall", "--kind", "display", "--branch", "grimma-markt").ok(t))
	made := bookAhead(t, server)
	before := epochOf(t, server.url, token)
	file := s.path("copy.db")
	s.command("", "backup", file).ok(t)
	if got := s.command("", "backup", file); got.code != config.ExitFailure {
		t.Errorf("over an existing file: got %d %q, want 1", got.code, got.stderr)
	}
	key, err := os.ReadFile(s.path("aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	if copied, err := os.ReadFile(file); err != nil || bytes.Contains(copied, bytes.TrimSpace(key)) || bytes.Contains(copied, []byte("ada@example.org")) {
		t.Errorf("the backup holds the key or a readable address, or %v", err)
	}
	if got := s.command("", "restore", file); got.code == config.ExitOK || !strings.Contains(got.stderr, "empty") {
		t.Errorf("into a place that is in use: got %d %q", got.code, got.stderr)
	}

	other := emptySite(t)
	other.command("", "restore", file).ok(t)
	if err := os.WriteFile(other.path("aufruf.key"), key, 0o600); err != nil { // the key file goes its own way
		t.Fatal(err)
	}
	restored := other.serve()
	if after := epochOf(t, restored.url, token); after == before {
		t.Errorf("got epoch %s again, want a new one", after)
	}
	var found wire.AppointmentReply
	ask(t, http.MethodGet, restored.url+"/api/v1/appointments/"+made.Token, "", nil, &found)
	if found.Number != made.Number {
		t.Errorf("got %+v, want number %s", found, made.Number)
	}
	if k, _ := other.person(made); k.Name != "Ada" {
		t.Errorf("got %+v, want the person", k)
	}
	if got := emptySite(t).command("", "restore", s.path("missing.db")); got.code != config.ExitFailure {
		t.Errorf("a missing backup: got %d, want 1", got.code)
	}
	if got := emptySite(t).command("", "backup", s.path("none.db")); got.code != config.ExitFailure {
		t.Errorf("nothing to back up: got %d, want 1", got.code)
	}
}

// TestARestoredCopySignsNobodyIn: copies of older programs, and those that are
// made by other means, hold the sessions of their day.
func TestARestoredCopySignsNobodyIn(t *testing.T) {
	s := newSite(t)
	s.command("drei kleine Wörter\n", "user", "add", "anna", "--role", "clerk").ok(t)
	file := s.path("copy.db")
	s.command("", "backup", file).ok(t)
	session := ledger.Session{Hash: []byte{1}, User: "anna", Created: time.Now(), Expires: time.Now().Add(time.Hour), Acted: time.Now()}
	err := inFile(t, file, func(people ledger.People) error { return people.InsertSession(t.Context(), session) })
	if err != nil {
		t.Fatal(err)
	}
	live, file := file, s.path("older.db")
	if err := backupOf(t, live, file); err != nil {
		t.Fatal(err)
	}
	other := emptySite(t)
	other.command("", "restore", file).ok(t)
	err = inFile(t, other.path("aufruf.db"), func(people ledger.People) error {
		_, _, err := people.SessionUser(t.Context(), session.Hash)
		return err
	})
	if !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("got %v, want the session gone", err)
	}
}

// leftUnfinished books at a server that a power cut ends before its last changes
// are in the file. Where it had just emptied its log, it is tried again.
func (s site) leftUnfinished() (made wire.AppointmentReply) {
	s.t.Helper()
	for range 10 {
		server := s.fork()
		made = bookAhead(s.t, &serving{url: server.url})
		server.kill()
		if log, err := os.Stat(s.path("aufruf.db-wal")); err == nil && log.Size() > 0 {
			return made
		}
	}
	s.t.Fatal("no log lies beside the file")
	return made
}

// TestTheFileOfAServerIsNoBackup: without the log beside it, a restored copy
// lacked what was booked last, without a word.
func TestTheFileOfAServerIsNoBackup(t *testing.T) {
	s := newSite(t)
	made := s.leftUnfinished()
	other := emptySite(t)
	got := other.command("", "restore", s.path("aufruf.db"))
	if got.code != config.ExitFailure || !strings.Contains(got.stderr, "server backup --database sqlite:"+s.path("aufruf.db")) {
		t.Errorf("got %d %q, want it refused with the way to a backup", got.code, got.stderr)
	}
	if _, err := os.Stat(other.path("aufruf.db")); err == nil {
		t.Error("the place isn't empty any more")
	}
	// A copy of the file alone says nothing of a log that it lacks.
	bare := s.path("bare.db")
	s.copyFile(s.path("aufruf.db"), bare)
	wantNoBackup := func(file string) {
		t.Helper()
		got := other.command("", "restore", file)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "isn't what server backup has written") || !strings.Contains(got.stderr, "server backup --database") {
			t.Errorf("%s: got %d %q, want it refused with the way to a backup", file, got.code, got.stderr)
		}
		if _, err := os.Stat(other.path("aufruf.db")); err == nil {
			t.Error("the place isn't empty any more")
		}
	}
	wantNoBackup(bare)
	s.command("", "backup", s.path("copy.db")).ok(t)
	// A backup that a program works on is the file of a server, log and all.
	used := s.path("used.db")
	s.copyFile(s.path("copy.db"), used)
	store, err := sqlite.Open(t.Context(), used, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "since", "then") })
	if err != nil {
		t.Fatal(err)
	}
	s.copyFile(used, s.path("used-bare.db"))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	wantNoBackup(s.path("used-bare.db"))
	wantNoBackup(used)
	other.command("", "restore", s.path("copy.db")).ok(t)
	s.copyFile(s.path("aufruf.key"), other.path("aufruf.key"))
	restored := other.serve()
	var found wire.AppointmentReply
	ask(t, http.MethodGet, restored.url+"/api/v1/appointments/"+made.Token, "", nil, &found)
	if found.Number != made.Number {
		t.Errorf("got %+v, want number %s", found, made.Number)
	}
}

// inFile does something to the accounts in a database file that nobody uses.
func inFile(t *testing.T, file string, do func(ledger.People) error) error {
	t.Helper()
	s, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), nil, func(tx ledger.Tx) error { return do(tx.People()) })
	return errors.Join(err, s.Close())
}

// backupOf makes a backup of a file that leaves nothing out, as an older program
// did.
func backupOf(t *testing.T, live, file string) error {
	t.Helper()
	s, err := sqlite.Open(t.Context(), live, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return errors.Join(s.Backup(t.Context(), file, func(ledger.Tx) error { return nil }), s.Close())
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"help", "user"}, {"user", "--help"}} {
		if got := invoke(t, "", nil, args...).ok(t); !strings.Contains(got, "user") || !strings.Contains(got, "COMMAND") {
			t.Errorf("%v: got %q, want the commands", args, got)
		}
	}
	if got := invoke(t, "", nil, "serve", "-h").ok(t); !strings.Contains(got, "AUFRUF_TRUSTED_PROXIES") {
		t.Errorf("got %q, want flags with their variables", got)
	}
	if got := invoke(t, "", nil, "version").ok(t); got != version+"\n" {
		t.Errorf("got %q, want %q", got, version)
	}
	if got := invoke(t, "", nil, "--version").ok(t); got != "server version "+version+"\n" {
		t.Errorf("got %q, want the program and %q", got, version)
	}
}

// TestADamagedBackupIsNamed: cut short, or with strange bytes in the middle. What
// was tried in vain doesn't keep a good one out.
func TestADamagedBackupIsNamed(t *testing.T) {
	s := newSite(t)
	good := s.path("good.db")
	s.command("", "backup", good).ok(t)
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	strange := bytes.Clone(raw)
	for i := len(raw) / 4; i < len(raw)/4+40<<10; i++ {
		strange[i] ^= 0x5a
	}
	other := emptySite(t)
	for name, content := range map[string][]byte{"half.db": raw[:len(raw)/2], "strange.db": strange} {
		s.keep(name, content)
		got := other.command("", "restore", s.path(name))
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, s.path(name)+" is damaged") {
			t.Errorf("%s: got %d %q", name, got.code, got.stderr)
		}
		if _, err := os.Stat(other.path("aufruf.db")); err == nil {
			t.Errorf("%s: a place is left half made", name)
		}
	}
	other.command("", "restore", good).ok(t)
	other.command("", "check").ok(t)
}

// sql changes a database file as anybody can.
func (s site) sql(file, statement string) {
	s.t.Helper()
	db, err := sql.Open("sqlite3", file)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = db.Exec(statement)
	if err := errors.Join(err, db.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// A file that brings along what runs when it is read was run for minutes, heard
// no signal, and left a place half made.
func TestABackupThatBringsAlongWhatRunsIsRefused(t *testing.T) {
	s := newSite(t)
	good := s.path("good.db")
	s.command("", "backup", good).ok(t)
	for name, hostile := range map[string]string{
		"a view": `alter table audit rename to audit_kept; create view audit as with recursive n(i) as (select 1 union all select i + 1 from n)
			select i as id, i as at, '' as branch, '' as actor, '' as action, '' as ticket, 0 as number, '' as room, '' as detail from n`,
		"a trigger":         `create trigger t after insert on meta begin delete from meta; end`,
		"a computed column": `alter table audit add column slow blob as (zeroblob(9)) virtual`,
	} {
		t.Run(name, func(t *testing.T) {
			file := s.path("hostile-" + strings.ReplaceAll(name, " ", "-") + ".db")
			s.copyFile(good, file)
			s.sql(file, hostile)
			other := emptySite(t)
			got := other.command("", "restore", file)
			if got.code != config.ExitFailure || !strings.Contains(got.stderr, "somebody has changed it") {
				t.Errorf("got %d %q, want it refused", got.code, got.stderr)
			}
			if left, err := os.ReadDir(other.dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// TestAFirstStartThatWasInterruptedLeavesAnEmptyPlace: killed between the table of
// migrations and the first one, a place read as another program's.
func TestAFirstStartThatWasInterruptedLeavesAnEmptyPlace(t *testing.T) {
	s := emptySite(t)
	db, err := sql.Open("sqlite3", s.path("aufruf.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`create table goose_db_version (id integer primary key autoincrement, version_id integer not null)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.command("", "check"); got.code != config.ExitFailure || strings.Contains(got.stderr, "another program") {
		t.Errorf("got %d %q, want an empty place", got.code, got.stderr)
	}
}
