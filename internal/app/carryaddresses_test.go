package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/seal"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/storetest"
	"aufruf/internal/town"
)

// aging turns what is stored of mail addresses into what programs stored before
// the key of addresses came from the chain.
type aging struct {
	t    *testing.T
	keys *seal.Keys
	tx   ledger.Tx

	secret []byte
	ids    map[string]string // the earlier id of each wish
}

func (a *aging) keyed(purpose, value string) []byte {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(purpose + "\x00" + value))
	return mac.Sum(nil)
}

func (a *aging) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// age closes the store of a town hall when it is done.
func age(t *testing.T, of archive, keyFolder string) {
	t.Helper()
	store, err := of.open()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(filepath.Join(keyFolder, "aufruf.key"))
	if err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), nil, func(tx ledger.Tx) error {
		a := aging{t: t, keys: keys, tx: tx, ids: map[string]string{}}
		secret, err := tx.Meta().Get(t.Context(), "secret")
		a.must(err)
		a.secret, err = hex.DecodeString(secret)
		a.must(err)
		a.persons(t.Context())
		a.wishes(t.Context())
		a.mails(t.Context())
		a.holds(t.Context())
		return tx.Meta().Set(t.Context(), "addresses", "")
	})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
}

func (a *aging) open(r sealedRow) []byte {
	a.t.Helper()
	plain, err := a.keys.Open(r.branch, r.keyDay, r.bound(), r.body)
	a.must(err)
	return plain
}

// seal seals with the key of the date itself, as earlier programs did.
func (a *aging) seal(branch town.BranchID, date town.Date, about string, plain []byte) []byte {
	a.t.Helper()
	body, err := a.keys.Seal(branch, date, about, plain)
	a.must(err)
	return body
}

func (a *aging) persons(ctx context.Context) {
	rows, err := a.tx.Personal().WithEmail(ctx, 0)
	a.must(err)
	for _, row := range rows {
		var p app.Person
		plain := a.open(sealedRow{row.Branch, row.Date, row.KeyDay, string(row.Ticket), row.Body})
		a.must(json.Unmarshal(plain, &p))
		row.KeyDay = row.Date
		row.Body = a.seal(row.Branch, row.Date, string(row.Ticket), plain)
		row.Email = a.keyed("email", strings.ToLower(p.Email))
		a.must(a.tx.Personal().Put(ctx, row))
	}
}

func (a *aging) wishes(ctx context.Context) {
	open, err := a.tx.Wishes().Open(ctx, 0)
	a.must(err)
	for _, w := range open {
		var person struct{ Email string }
		plain := a.open(sealedRow{w.Branch, w.Until, w.KeyDay, "wish " + w.ID, w.Body})
		a.must(json.Unmarshal(plain, &person))
		sum := a.keyed("wish", strings.ToLower(person.Email)+"\x00"+string(w.Items[0].Service))
		earlier := base64.RawURLEncoding.EncodeToString(sum[:12])
		a.must(a.tx.Wishes().Delete(ctx, w.ID))
		a.ids[w.ID], w.ID = earlier, earlier
		w.Body, w.KeyDay = a.seal(w.Branch, w.Until, "wish "+w.ID, plain), w.Until
		a.must(a.tx.Wishes().Put(ctx, w))
	}
}

// holds gives a hold the hash of its origin that an earlier program made.
func (a *aging) holds(ctx context.Context) {
	start := at(a.t, tuesday.AddDays(7), "14:00")
	a.must(a.tx.Holds().Insert(ctx, ledger.Hold{
		Hash: []byte("a hold of an earlier program"), Branch: markt, Office: "buergerbuero", Date: tuesday.AddDays(7), Items: one(pin),
		Start: start, End: start.Add(10 * time.Minute), Online: true, Expires: start, Origin: a.keyed("origin", erika.address),
	}))
}

func (a *aging) mails(ctx context.Context) {
	all, err := a.tx.Mails().AboutWishes(ctx)
	a.must(err)
	for _, m := range all {
		id := m.ID
		wish, cause, _ := strings.Cut(id, ".")
		m.ID = a.ids[wish] + "." + cause
		if m.Body != nil {
			var letter map[string]any
			plain := a.open(sealedRow{m.Branch, m.Date, m.KeyDay, "mail " + id, m.Body})
			a.must(json.Unmarshal(plain, &letter))
			letter["wish"] = a.ids[wish]
			plain, err = json.Marshal(letter)
			a.must(err)
			m.Body, m.KeyDay = a.seal(m.Branch, m.Date, "mail "+m.ID, plain), m.Date
		}
		a.must(a.tx.Mails().Rename(ctx, id, m))
	}
}

// longAgo returns a database as an earlier program left it: Erika has an
// appointment and a wish, and the mail about the wish has not gone out.
func longAgo(t *testing.T, of archive, keyFolder string) map[string][]storetest.Row {
	t.Helper()
	h, _, err := openArchive(t, of, keyFolder, nil)
	if err != nil {
		t.Fatal(err)
	}
	erika.visit(h)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	age(t, of, keyFolder)
	stored := storetest.Everything(t, of.driver, of.source)
	if got := testable(stored); len(got) < 2 {
		t.Fatalf("got %q, want the hash beside the person and the id of the wish", got)
	}
	return stored
}

// testable names what is stored of Erika that can be made with the database's
// own secret.
func testable(stored map[string][]storetest.Row) []string {
	everything := fmt.Sprintf("%s", stored)
	var found []string
	for name, guess := range guesses(stored["meta"], erika) {
		if strings.Contains(everything, string(guess)) {
			found = append(found, name)
		}
	}
	return found
}

// carried fails the test unless everything of Erika is found as if it had been
// stored by this program, and nothing else is left.
func carried(t *testing.T, of archive, h *townHall) {
	t.Helper()
	if _, err := h.Book(h.ctx(), access.Actor{}, erika.request(h, "13:00")); !problem.Is(err, "booking.too_many_per_email") {
		t.Errorf("a second appointment: got %v, want the first to be found", err)
	}
	h.set(h.clock().AddDate(0, 0, 2))
	told := h.letters()
	if got := len(told["wish "+erika.email]); got != 2 {
		t.Fatalf("got %d mails about wishes, want the one that was queued and the link that waits", got)
	}
	stored := storetest.Everything(t, of.driver, of.source)
	if got := len(stored["wishes"]); got != 1 {
		t.Errorf("got %d wishes, want 1", got)
	}
	if got := testable(stored); len(got) > 0 {
		t.Errorf("got %q stored", got)
	}
	if err := h.Wishes.Withdraw(h.ctx(), told["wish "+erika.email][0].Person.Token); err != nil {
		t.Errorf("the link that was mailed: %v", err)
	}
}

func TestWhatAnEarlierProgramMadeOfAddressesIsReplaced(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			folder := t.TempDir()
			longAgo(t, of, folder)
			h, _, err := openArchive(t, of, folder, nil)
			if err != nil {
				t.Fatal(err)
			}
			before := storetest.Everything(t, of.driver, of.source)
			if err := h.store.Close(); err != nil {
				t.Fatal(err)
			}
			if h, _, err = openArchive(t, of, folder, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, storetest.Everything(t, of.driver, of.source)); diff != "" {
				t.Errorf("the second start changed something (-before +after):\n%s", diff)
			}
			carried(t, of, h)
		})
	}
}

func TestAKillWhileAddressesAreReplacedLeavesAllOrNothing(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			folder, killed := t.TempDir(), errors.New("killed")
			before := longAgo(t, of, folder)
			for _, point := range []string{"Personal.Put", "Wishes.Delete", "Wishes.Put", "Mails.Rename", "Meta.Set"} {
				h, _, err := openArchive(t, of, folder, func(s ledger.Store) ledger.Store {
					store := forced.Wrap(t, s)
					store.Fail(point, killed, 1)
					return store
				})
				if !errors.Is(err, killed) {
					t.Fatalf("%s: got %v, want it to fail", point, err)
				}
				if err := h.store.Close(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before, storetest.Everything(t, of.driver, of.source)); diff != "" {
					t.Fatalf("%s left something behind (-before +after):\n%s", point, diff)
				}
			}
			h, _, err := openArchive(t, of, folder, nil)
			if err != nil {
				t.Fatal(err)
			}
			carried(t, of, h)
		})
	}
}

// Somebody starts the server with another key file by mistake, and then with the
// right one.
func TestAddressesThatAnotherKeyFileSealedAreLeftForIt(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			folder := t.TempDir()
			before := longAgo(t, of, folder)
			wrong, _, err := openArchive(t, of, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			after := storetest.Everything(t, of.driver, of.source)
			for _, table := range []string{"personal", "wishes", "meta"} {
				if diff := cmp.Diff(before[table], after[table]); diff != "" {
					t.Errorf("%s (-before +after):\n%s", table, diff)
				}
			}
			if err := wrong.store.Close(); err != nil {
				t.Fatal(err)
			}
			h, _, err := openArchive(t, of, folder, nil)
			if err != nil {
				t.Fatal(err)
			}
			carried(t, of, h)
		})
	}
}

// A backup alone, without the key file, told whether somebody has an appointment:
// it held what was made of mail and network addresses, and the secret that it was
// made with.
func TestABackupAloneConfirmsNoAddress(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			folder := t.TempDir()
			before := longAgo(t, of, folder)
			h, _, err := openArchive(t, of, folder, nil)
			if err != nil {
				t.Fatal(err)
			}
			h.set(h.clock().AddDate(0, 0, 2))
			r := erika.request(h, "13:10")
			if _, err := h.Hold(h.ctx(), access.Actor{Kind: access.Citizen, Origin: erika.address}, r.Wanted, r.Start); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "backup.db")
			if err := h.Upkeep.Backup(h.ctx(), file); err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for name, guess := range guesses(before["meta"], erika) {
				if bytes.Contains(raw, guess) {
					t.Errorf("the backup holds the %s", name)
				}
			}
			copied := storetest.Everything(t, "sqlite3", file)
			for _, row := range before["meta"] {
				if row["name"] == "secret" && bytes.Contains(raw, []byte(fmt.Sprint(row["value"]))) {
					t.Error("the backup holds the secret of the database")
				}
			}
			for _, row := range copied["holds"] {
				if row["origin"] != nil {
					t.Errorf("the backup tells where a hold came from: %v", row)
				}
			}
			for _, table := range []string{"counts", "requests"} {
				if got := len(copied[table]); got != 0 {
					t.Errorf("the backup holds %d rows of %s", got, table)
				}
			}
			if got := len(copied["personal"]); got == 0 {
				t.Error("the backup holds no person, so it proves nothing")
			}
		})
	}
}
