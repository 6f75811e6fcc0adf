package app_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/seal"
	rows "aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// keep makes the files of the schema as it is now, for those who come later:
// once, before a release.
var keep = flag.Bool("keep-schema", false, "keep small databases of today's schema in testdata/schema")

const older = "testdata/schema"

// kept is what the databases of one schema hold that only a token opens.
type kept struct {
	Appointment, Cancelled, Wish, Screen string
	Number                               town.Number
}

// smallTown is a town of one office, so that its databases are small.
const smallTown = `format: aufruf/1
authority: {name: Musterhausen, state: DE-SN, languages: [de, en]}
services:
  - {id: eid-pin, name: PIN setzen, minutes: 10, max_quantity: 4}
branches:
  - id: grimma-markt
    name: Rathaus
    address: {street: Markt 1, postcode: "04668", city: Musterhausen}
    time_zone: Europe/Berlin
    call_mode: screen
    rooms: [{id: platz-1, label: Platz 1}, {id: platz-2, label: Platz 2}]
    offices:
      - id: buergerbuero
        name: Bürgerbüro
        rooms: [platz-1, platz-2]
        services: [eid-pin]
        check_in: true
        opening: [{days: [tuesday], hours: ["09:00-12:00"], capacity: {online: 1, staff: 2, counters: 2}}]
        walk_in: {hours: [{days: [tuesday], hours: ["09:00-12:00"]}]}
`

// TestOlderDatabasesOpen: whatever a town's database was when it was kept, today's
// program brings it up to date, reads what is sealed in it and goes on with the
// day that it was left in.
func TestOlderDatabasesOpen(t *testing.T) {
	folders, err := filepath.Glob(older + "/*/kept.json")
	if err != nil || len(folders) == 0 {
		t.Fatal("no older schema is kept", err)
	}
	for _, file := range folders {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Run("SQLite", func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "aufruf.db")
				unpack(t, filepath.Join(folder, "aufruf.db.gz"), path)
				store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
				goesOn(t, folder, store, err)
			})
			t.Run("PostgreSQL", func(t *testing.T) {
				address := postgresql.Database(t)
				load(t, address, filepath.Join(folder, "aufruf.sql"))
				store, err := postgres.Open(t.Context(), address, postgres.Options{Create: sqlite.Create})
				goesOn(t, folder, store, err)
			})
		})
	}
}

// goesOn opens the town hall on an older database and works in it.
func goesOn(t *testing.T, folder string, store ledger.Store, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var had kept
	raw, err := os.ReadFile(filepath.Join(folder, "kept.json"))
	if err := errors.Join(err, json.Unmarshal(raw, &had)); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(t.TempDir(), "aufruf.key")
	copyFile(t, filepath.Join(folder, "aufruf.key"), keyFile)
	h := reopened(t, store, keyFile)
	made, err := h.Appointment(h.ctx(), had.Appointment)
	if err != nil || made.Ticket.Number != had.Number || made.Person == nil || made.Person.Name != "Ada Beispiel" {
		t.Errorf("appointment: got %+v, %v", made, err)
	}
	if err == nil {
		found, err := h.FindByNumber(h.ctx(), staff(clerk), made.Ticket.Branch, made.Ticket.Date, had.Number)
		h.wantNone(err)
		h.wantWeak("booked by an older program", found.Token, made.Ticket)
	}
	if gone, err := h.Appointment(h.ctx(), had.Cancelled); err != nil || gone.Ticket.State != queue.Cancelled {
		t.Errorf("cancelled: got %+v, %v", gone, err)
	}
	if wish, err := h.Wishes.View(h.ctx(), had.Wish); err != nil || wish.Until != tuesday {
		t.Errorf("wish: got %+v, %v", wish, err)
	}
	if _, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, "correct horse battery", access.From{Origin: "192.0.2.1"}); err != nil {
		t.Errorf("sign in: %v", err)
	}
	if screen, err := h.Access.ActorOf(h.ctx(), had.Screen); err != nil || screen.Kind != access.Screen {
		t.Errorf("screen: got %+v, %v", screen, err)
	}
	if called := h.must(clerk, next("platz-1")); called.Ticket.Kind != queue.WalkIn {
		t.Errorf("got %+v, want the walk-in that waited", called.Ticket)
	}
	h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: had.Number})
	start := at(t, tuesday, "11:40")
	h.book(start)
}

// reopened is the town hall of a database as it was left, at half past nine.
func reopened(t *testing.T, store ledger.Store, keyFile string) *townHall {
	t.Helper()
	h := &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "09:30")), store: store}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	keys, err := seal.Open(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	h.App, err = apptest.Node(t, apptest.Options{Clock: h.time, Store: store, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestKeepTodaysSchema makes what TestOlderDatabasesOpen opens, where that is
// asked for; the files of a schema that was kept before stay as they are.
func TestKeepTodaysSchema(t *testing.T) {
	if !*keep {
		return
	}
	folder := filepath.Join(older, newestSchema(t))
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "aufruf.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := left(t, store, folder)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := store.Backup(h.ctx(), copied, func(ledger.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	pack(t, copied, filepath.Join(folder, "aufruf.db.gz"))
	address := postgresql.Database(t)
	server, err := postgres.Open(t.Context(), address, postgres.Options{Create: sqlite.Create})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	err = sqlite.Read(h.ctx(), copied, func(from rows.Session) error {
		return server.Fill(h.ctx(), func(to rows.Session) error { return rows.Transfer(h.ctx(), from, to) })
	})
	if err != nil {
		t.Fatal(err)
	}
	dump(t, address, filepath.Join(folder, "aufruf.sql"))
}

// newestSchema is the number of the newest migration.
func newestSchema(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("../store/sqlite/migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	number, _, _ := strings.Cut(filepath.Base(files[len(files)-1]), "_")
	return strings.TrimLeft(number, "0")
}

// left is a town hall in the middle of a morning.
func left(t *testing.T, store ledger.Store, folder string) *townHall {
	t.Helper()
	keyFile := filepath.Join(folder, "aufruf.key")
	keys, err := seal.Create(keyFile, tuesday, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00")), store: store}
	h.App = apptest.Open(t, apptest.Options{Clock: h.time, Store: store, Keys: keys, Town: []byte(smallTown)}).App
	var keeps kept
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(h.Access.AddUser(h.ctx(), ledger.User{ID: clerk, Role: ledger.RoleClerk}, "correct horse battery"))
	keeps.Screen, err = h.Access.AddDevice(h.ctx(), ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: markt})
	check(err)
	made := h.book(at(t, tuesday, "10:00"))
	keeps.Appointment, keeps.Number = made.Token, made.Ticket.Number
	gone := wants(at(t, tuesday, "10:10"))
	gone.Person.Email = "bo@example.org"
	cancelled, err := h.Book(h.ctx(), access.Actor{}, gone)
	check(err)
	keeps.Cancelled = cancelled.Token
	h.cancel(cancelled.Token)
	_, err = h.Hold(h.ctx(), access.Actor{}, plan.Wanted{Branch: markt, Items: one(pin)}, at(t, tuesday, "11:00"))
	check(err)
	h.wish(atNight(wishFor(tuesday, "cy@example.org")))
	keeps.Wish = h.letters()[app.MailWish+" cy@example.org"][0].Person.Token
	waiting := wants(at(t, tuesday, "11:20")) // whose confirmation is still to be sent
	waiting.Person.Email = "di@example.org"
	_, err = h.Book(h.ctx(), access.Actor{}, waiting)
	check(err)
	h.set(at(t, tuesday, "09:10"))
	for range 4 {
		h.walkIn()
	}
	served := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Start, served.Ticket.ID))
	h.must(clerk, on(deskwork.Finish, served.Ticket.ID))
	aside := on(deskwork.Park, h.must(clerk, next("platz-1")).Ticket.ID)
	aside.Note = "holt ein Foto"
	h.must(clerk, aside)
	h.must(clerk, next("platz-2"))
	raw, err := json.MarshalIndent(keeps, "", "  ")
	check(err)
	check(os.WriteFile(filepath.Join(folder, "kept.json"), append(raw, '\n'), 0o644))
	return h
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func pack(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(raw)
	if err := errors.Join(err, writer.Close(), os.WriteFile(to, packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// dump writes a database as statements.
func dump(t *testing.T, address, file string) {
	t.Helper()
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil || len(programs) == 0 {
		t.Fatal("pg_dump is missing", err)
	}
	command := exec.Command(programs[len(programs)-1], "--inserts", "--no-owner", "--no-privileges", address)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatal(err, complaints.String())
	}
	if err := os.WriteFile(file, plain(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

// plain leaves out comments and what only psql reads.
func plain(sql []byte) []byte {
	return regexp.MustCompile(`(?m)^(--.*|\\.*|)\n`).ReplaceAll(sql, nil)
}

func load(t *testing.T, address, file string) {
	t.Helper()
	statements, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.PgConn().Exec(t.Context(), string(statements)).ReadAll(); err != nil {
		t.Fatal(err)
	}
}
