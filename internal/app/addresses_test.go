package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/seal"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/store/storetest"
	"aufruf/internal/town"
)

// archive is a database of an engine, and where a copy of it would be taken.
type archive struct {
	name           string
	driver, source string
	open           func() (ledger.Store, error)
	files          func(t *testing.T) []string // of the database and its log
}

// archives returns an empty database of each engine.
func archives(t *testing.T) []archive {
	t.Helper()
	dir := t.TempDir()
	file, url := filepath.Join(dir, "aufruf.db"), postgresql.Migrated(t)
	return []archive{
		{"SQLite", "sqlite3", file,
			func() (ledger.Store, error) { return sqlite.Open(t.Context(), file, sqlite.Options{}) },
			func(t *testing.T) []string { return below(t, dir) }},
		{"PostgreSQL", "pgx", url,
			func() (ledger.Store, error) {
				return postgres.Open(t.Context(), url, postgres.Options{Create: sqlite.Create})
			},
			func(t *testing.T) []string {
				return slices.Concat(below(t, filepath.Join(postgresql.Data(), "base")), below(t, filepath.Join(postgresql.Data(), "pg_wal")))
			}},
	}
}

func below(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// repeated is chance that is the same in each town hall.
func repeated() *mathrand.ChaCha8 { return mathrand.NewChaCha8([32]byte{1}) }

// openArchive opens a town hall on it with the key file of a folder. between may
// be nil.
func openArchive(t *testing.T, of archive, keyFolder string, between func(ledger.Store) ledger.Store) (*townHall, *seal.Keys, error) {
	t.Helper()
	store, err := of.open()
	if err != nil {
		t.Fatal(err)
	}
	h := &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00")), store: store}
	t.Cleanup(func() { h.wantNone(store.Close()) })
	keys, _, err := seal.OpenOrCreate(filepath.Join(keyFolder, "aufruf.key"), tuesday, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h.App, err = apptest.Node(t, apptest.Options{Clock: h.time, Store: h.store, Between: between, Keys: keys, Random: repeated()})
	if err == nil && len(h.Catalogue().Branches) == 0 {
		h.imports(builtIn(t))
		h.office("max_per_email: 1")
	}
	return h, keys, err
}

// citizen is what a person brings along; everything else of two citizens is the
// same in these tests.
type citizen struct{ name, email, phone, support, address, note string }

var (
	erika = citizen{"Erika Beispiel", "Erika@Beispiel.example", "03437 1234", "Rampe", "192.0.2.7", "sucht den Ausweis"}
	bodo  = citizen{"Bodo Muster-Lang", "bodo.muster.lang@example.org", "0170 99887766", "eine Dolmetscherin", "198.51.100.23", "ist am Telefon"}
)

func (c citizen) request(h *townHall, clock string) app.BookRequest {
	r := wants(at(h.t, tuesday.AddDays(7), clock))
	r.Person = app.Person{Name: c.name, Email: c.email, Phone: c.phone, Support: c.support}
	return r
}

func (c citizen) wish() app.WishRequest {
	r := atNight(wishFor(tuesday.AddDays(20), c.email))
	r.Person = app.Person{Name: c.name, Email: c.email, Phone: c.phone}
	return r
}

// visit does everything in which what a citizen brings along is stored.
func (c citizen) visit(h *townHall) {
	h.t.Helper()
	keyed := func(key string) access.Actor { return access.Actor{Kind: access.Citizen, Origin: c.address, Key: key} }
	must := func(what string, err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatalf("%s: %v", what, err)
		}
	}
	r := c.request(h, "10:00")
	held, err := h.Hold(h.ctx(), keyed("k-1"), r.Wanted, r.Start)
	must("hold", err)
	r.Hold = held.ID
	made, err := h.Book(h.ctx(), keyed("k-2"), r)
	must("book", err)
	if second, err := h.Book(h.ctx(), keyed("k-3"), c.request(h, "11:00")); err != nil || second.ConfirmBy.IsZero() {
		h.t.Fatalf("second: got %+v, %v, want nothing booked yet", second, err)
	}
	made, err = h.Move(h.ctx(), keyed(""), made.Token, "", at(h.t, tuesday.AddDays(14), "09:00"))
	must("move", err)
	later := c.request(h, "13:00")
	_, err = h.Hold(h.ctx(), keyed("k-6"), later.Wanted, later.Start)
	must("hold another", err)
	number := h.walkIn().Ticket
	h.must(clerk, deskwork.Command{ID: "c-1", Type: deskwork.CallNext, Room: "platz-1"})
	h.must(clerk, deskwork.Command{ID: "c-2", Type: deskwork.Park, Ticket: number.ID, Note: c.note})
	h.set(h.clock().AddDate(0, 0, 1)) // of today, the address has its mails
	must("wish", h.Wishes.Leave(h.ctx(), keyed("k-4"), c.wish()))
	h.confirmAll()
	h.set(h.clock().AddDate(0, 0, 1))
	must("wish that stays unconfirmed", h.Wishes.Leave(h.ctx(), keyed("k-5"), c.wish()))
}

// What tells one citizen from another in a database: what is sealed, and what is
// hashed with a key that no copy holds.
var (
	sealedColumns = []string{"confirmations.body", "mails.body", "personal.body", "wishes.body"}
	hashedColumns = []string{"counts.hash", "holds.origin", "personal.email", "requests.digest", "takings.hash"}
	// The rows of counts lie in the order of their hashes: these differ, or don't,
	// by chance.
	countedColumns = []string{"counts.date", "counts.n"}
)

// Two databases in which two citizens did the same differ in nothing but what a
// key opens or made: so nothing else is made of what a citizen brings along. And
// what a key made is another thing with another key.
func TestNothingOfACitizenIsStoredThatNeedsNoKey(t *testing.T) {
	first, second, third := archives(t), archives(t), archives(t)
	for i, of := range first {
		t.Run(of.name, func(t *testing.T) {
			stored := func(of archive, c citizen) map[string][]storetest.Row {
				t.Helper()
				h, _, err := openArchive(t, of, t.TempDir(), nil)
				if err != nil {
					t.Fatal(err)
				}
				c.visit(h)
				return storetest.Everything(t, of.driver, of.source)
			}
			one := stored(of, erika)
			want := slices.Sorted(slices.Values(slices.Concat(sealedColumns, hashedColumns)))
			got := slices.DeleteFunc(differences(t, one, stored(second[i], bodo)), func(column string) bool {
				return slices.Contains(countedColumns, column)
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("columns that tell them apart (-want +got):\n%s", diff)
			}
			again := stored(third[i], erika)
			for _, name := range hashedColumns {
				table, column, _ := strings.Cut(name, ".")
				for i, row := range one[table] {
					if row[column] != nil && reflect.DeepEqual(row[column], again[table][i][column]) {
						t.Errorf("%s: the same with another key file in %v", name, row)
					}
				}
			}
		})
	}
}

// differences names the columns in which two databases differ.
func differences(t *testing.T, one, other map[string][]storetest.Row) []string {
	t.Helper()
	var columns []string
	for table, rows := range one {
		if len(rows) != len(other[table]) {
			t.Fatalf("%s: got %d rows and %d", table, len(rows), len(other[table]))
		}
		for i, row := range rows {
			for column, value := range row {
				if !reflect.DeepEqual(value, other[table][i][column]) {
					columns = append(columns, table+"."+column)
				}
			}
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// guesses returns everything that a program could have made of a citizen's data
// with what stands in a database, in the forms in which it could be stored.
func guesses(meta []storetest.Row, c citizen) map[string][]byte {
	keys := [][]byte{nil}
	for _, row := range meta {
		value := fmt.Sprint(row["value"])
		keys = append(keys, []byte(value))
		if raw, err := hex.DecodeString(value); err == nil {
			keys = append(keys, raw)
		}
	}
	all := map[string][]byte{}
	for _, key := range keys {
		for _, purpose := range []string{"", "email\x00", "wish\x00", "origin\x00", "digest\x00"} {
			for _, value := range []string{c.email, strings.ToLower(c.email), strings.ToLower(c.email) + "\x00" + string(pin), c.address, c.name, c.phone, c.note} {
				sum := sha256.Sum256([]byte(purpose + value))
				if key != nil {
					mac := hmac.New(sha256.New, key)
					mac.Write([]byte(purpose + value))
					sum = [32]byte(mac.Sum(nil))
				}
				name := purpose + value
				all["bytes of "+name] = sum[:12]
				all["digits of "+name] = []byte(hex.EncodeToString(sum[:12]))
				all["base64 of "+name] = []byte(base64.RawURLEncoding.EncodeToString(sum[:12]))
			}
		}
	}
	for _, text := range []string{c.email, strings.ToLower(c.email), c.name, c.phone, c.note, c.address} {
		all["text "+text] = []byte(text)
	}
	return all
}

// A wish's id was made of its address with the database's secret, and stood for
// 180 days in the ids of mails; the hash beside a person stayed in dead rows and
// the log of PostgreSQL.
func TestWhoHasACopyOfTheDatabaseCantTestAnAddress(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			h, keys, err := openArchive(t, of, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			erika.visit(h)
			made := guesses(storetest.Everything(t, of.driver, of.source)["meta"], erika)
			link := h.letters()["wish "+erika.email][0].Person.Token
			if err := h.Wishes.Withdraw(h.ctx(), link); err != nil {
				t.Fatal(err)
			}
			eraser := h.Persons.NewEraser(keys, nil)
			for night := range 22 {
				h.set(h.clock().AddDate(0, 0, 1))
				if err := eraser.EraseDue(h.ctx()); err != nil {
					t.Fatal(err)
				}
				if night == 1 || night == 21 { // before and after the wish's last day
					of.mustNotHold(t, made)
				}
			}
		})
	}
}

func (of archive) mustNotHold(t *testing.T, made map[string][]byte) {
	t.Helper()
	searched := 0
	for _, file := range of.files(t) {
		raw, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // PostgreSQL rewrites its caches while it runs
		}
		if err != nil {
			t.Fatal(err)
		}
		searched += len(raw)
		for name, bytesOf := range made {
			if bytes.Contains(raw, bytesOf) {
				t.Errorf("%s holds the %q", filepath.Base(file), name)
			}
		}
	}
	if searched < 100<<10 {
		t.Errorf("searched %d bytes, want a database", searched)
	}
}

// A hash has the key of the appointment's day, so an address is looked for on
// each of them: also where the appointment was moved to, and once the chain of
// keys has moved on.
func TestALimitPerAddressCountsEveryDayToCome(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			h, keys, err := openArchive(t, of, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			h.office("max_per_email: 2")
			book := func(week int, email string) (app.Appointment, error) {
				r := wants(at(t, tuesday.AddDays(7*week), "10:00"))
				r.Person.Email = email
				return h.Book(h.ctx(), access.Actor{}, r)
			}
			refused := func(what string) {
				t.Helper()
				if _, err := book(2, "ADA@example.org"); !problem.Is(err, "booking.too_many_per_email") {
					t.Errorf("%s: got %v, want a third refused", what, err)
				}
			}
			near, err := book(1, "ada@example.org")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := book(5, "Ada@Example.org"); err != nil {
				t.Fatal(err)
			}
			refused("two days")
			if _, err := h.Move(h.ctx(), access.Actor{}, near.Token, "", at(t, tuesday.AddDays(14), "11:00")); err != nil {
				t.Fatal(err)
			}
			refused("one moved")
			h.set(at(t, tuesday.AddDays(8), "08:00"))
			if err := keys.Advance(tuesday.AddDays(8)); err != nil {
				t.Fatal(err)
			}
			refused("a week later")
			if _, err := book(2, "eva@example.org"); err != nil {
				t.Errorf("somebody else: %v", err)
			}
			h.set(at(t, tuesday.AddDays(15), "08:00"))
			if _, err := book(4, "ada@example.org"); err != nil {
				t.Errorf("once the first is over: %v", err)
			}
		})
	}
}

// A wish's id doesn't come from its address any more, and nothing in the
// database keeps the same address from waiting twice but looking for it while
// every branch is held.
func TestOneAddressWaitsOnceHoweverManyConfirmAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		links := h.linksOfOneAddress(8)
		var all sync.WaitGroup
		for _, link := range links {
			all.Go(func() {
				if _, err := h.Confirm(h.ctx(), link); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := len(h.waiting()); got != 1 {
			t.Errorf("got %d wishes, want 1", got)
		}
	})
}

// linksOfOneAddress has wishes of one address for one service left at either
// branch on so many days, and returns what is to be confirmed.
func (h *townHall) linksOfOneAddress(n int) []string {
	h.t.Helper()
	now := h.clock()
	for i := range n {
		h.set(now.AddDate(0, 0, i))
		r := atNight(wishFor(tuesday.AddDays(20+i), []string{"ada@example.org", "Ada@Example.org"}[i%2]))
		r.Branches = [][]town.BranchID{{markt}, {nera}, {nera, markt}}[i%3]
		if err := h.Wishes.Leave(h.ctx(), access.Actor{}, r); err != nil {
			h.t.Fatal(err)
		}
	}
	h.set(now)
	links, err := h.Links(h.ctx())
	if err != nil || len(links) != n {
		h.t.Fatalf("got %d links, %v; want %d", len(links), err, n)
	}
	return links
}

// waiting returns the wishes that count.
func (h *townHall) waiting() (all []ledger.Wish) {
	h.t.Helper()
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		all, err = tx.Wishes().Open(h.ctx(), 0)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// The second looks only when the first is done, whatever branch it is for: the
// link that was confirmed last leads to the one wish.
func TestAWishAtAnotherBranchSeesTheFirst(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		links := h.linksOfOneAddress(2)
		confirm := func(link string) func() error {
			return func() error {
				_, err := h.Confirm(h.ctx(), link)
				return err
			}
		}
		first, second := s.Meanwhile("Wishes.Put", confirm(links[0]), confirm(links[1]))
		if first != nil || second != nil {
			t.Fatal(first, second)
		}
		if got := h.waiting(); len(got) != 1 || got[0].Branches[0] != nera {
			t.Errorf("got %v, want the second in place of the first", got)
		}
		if _, err := h.Wishes.View(h.ctx(), links[1]); err != nil {
			t.Errorf("the second link: %v", err)
		}
	})
}

// Each refusal has the links of what stands in the way sent, but only once a day.
func TestOneMailPerCauseHoweverManyAreRefusedAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.office("max_per_email: 1")
		h.book(at(t, tuesday, "13:00"))
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if _, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, tuesday, "14:00"))); !problem.Is(err, "booking.too_many_per_email") {
					t.Errorf("got %v, want it refused", err)
				}
			})
		}
		all.Wait()
		if got := len(h.letters()["existing ada@example.org"]); got != 1 {
			t.Errorf("got %d mails, want 1", got)
		}
	})
}
