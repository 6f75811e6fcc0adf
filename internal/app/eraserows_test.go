package app_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// rows lists the keys of every row that is about a person.
func (n *night) rows() map[string][]string {
	n.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(n.dir, "aufruf.db")+"?mode=ro")
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	found := map[string][]string{}
	for table, key := range map[string]string{"personal": "ticket", "mails": "id", "wishes": "id"} {
		keys, err := db.QueryContext(n.ctx(), "select "+key+" from "+table+" order by 1")
		if err != nil {
			n.t.Fatal(err)
		}
		for keys.Next() {
			var id string
			if err := keys.Scan(&id); err != nil {
				n.t.Fatal(err)
			}
			found[table] = append(found[table], id)
		}
		if err := keys.Err(); err != nil {
			n.t.Fatal(err)
		}
	}
	return found
}

// What is sealed can't be found by looking for a name, whether it is there or
// not: the rows themselves have to be gone, and those of days to come to stay.
func TestTheNightLeavesNoRowOfADayThatIsOver(t *testing.T) {
	n := openNight(t)
	next := tuesday + 7
	n.book(at(t, next, "09:20"))
	n.wish(atNight(wishFor(next, "next@example.org")))
	n.letters()
	later := n.rows()
	for table, want := range map[string]int{"personal": 1, "mails": 3, "wishes": 1} {
		if got := len(later[table]); got < want {
			t.Fatalf("%s: got %d rows to come, want %d, or the test proves nothing", table, got, want)
		}
	}

	over := wants(at(t, tuesday, "09:20"))
	over.Person.Email = "over@example.org"
	if _, err := n.Book(n.ctx(), access.Actor{}, over); err != nil {
		t.Fatal(err)
	}
	n.wish(atNight(wishFor(tuesday, "wish@example.org")))
	if diff := cmp.Diff(later, n.rows()); diff == "" {
		t.Fatal("nothing is there to be erased")
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	if diff := cmp.Diff(later, n.rows()); diff != "" {
		t.Errorf("rows to come - and those that are there +:\n%s", diff)
	}
}

// A branch's day is over by its own clock. The Azores are two hours behind.
func TestADayThatIsOverAtOneBranchIsKeptAtAnother(t *testing.T) {
	n := openNight(t)
	n.change("format: aufruf/1\nbranches:\n  - {id: nerchau, time_zone: Atlantic/Azores}\n")
	made := map[town.BranchID]app.Appointment{}
	for _, branch := range []town.BranchID{markt, nera} {
		r := wants(at(t, tuesday, "15:00"))
		r.Branch, r.Person.Email = branch, string(branch)+"@example.org"
		var err error
		if made[branch], err = n.Book(n.ctx(), access.Actor{}, r); err != nil {
			t.Fatal(err)
		}
	}
	known := func(branch town.BranchID) bool {
		t.Helper()
		ticket := made[branch].Ticket
		data, err := n.Persons.Data(n.ctx(), branch, ticket.Date, ticket.Number)
		if err != nil {
			t.Fatal(err)
		}
		if (data.Person != nil) != (len(data.Mails) > 0) {
			t.Errorf("%s: got %+v, want person and mails or neither", branch, data)
		}
		return data.Person != nil
	}
	for _, c := range []struct {
		clock       string
		here, there bool
	}{{"00:30", false, true}, {"01:30", false, true}, {"02:30", false, false}} {
		n.set(at(t, tuesday+1, c.clock))
		n.erase()
		if here, there := known(markt), known(nera); here != c.here || there != c.there {
			t.Errorf("at %s: got %t here and %t on the Azores, want %t and %t", c.clock, here, there, c.here, c.there)
		}
	}
}

// Whoever asks to be forgotten gets no letter any more.
func TestErasingAPersonTakesTheMailsThatAreStillToGo(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	other := wants(at(t, tuesday+7, "09:30"))
	other.Person.Email = "other@example.org"
	stays, err := n.Book(n.ctx(), access.Actor{}, other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, made.Ticket.Number, nil); err != nil {
		t.Fatal(err)
	}
	data, err := n.Persons.Data(n.ctx(), markt, tuesday+7, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if len(data.Mails) != 0 {
		t.Errorf("got %+v, want no mail that waits for somebody who is forgotten", data.Mails)
	}
	if data, err = n.Persons.Data(n.ctx(), markt, tuesday+7, stays.Ticket.Number); err != nil || len(data.Mails) == 0 || data.Person == nil {
		t.Errorf("got %+v, %v, want the other one's mails kept", data, err)
	}
}

func TestAnAddressIsTheSameInWhateverCaseItIsTyped(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - {id: buergerbuero, max_per_email: 1}\n")
	h.book(at(t, tuesday, "09:20"))
	again := wants(at(t, tuesday, "10:20"))
	for _, typed := range []string{"ADA@example.org", "ada@EXAMPLE.ORG", "Ada@Example.Org"} {
		again.Person.Email = typed
		if _, err := h.Book(h.ctx(), access.Actor{}, again); !problem.Is(err, "booking.too_many_per_email") {
			t.Errorf("%s: got %v, want it counted with ada@example.org", typed, err)
		}
		h.wish(atNight(wishFor(tuesday, typed)))
	}
	err := h.store.View(h.ctx(), func(tx ledger.Tx) error {
		open, err := tx.Wishes().Open(h.ctx(), tuesday)
		if len(open) != 1 {
			t.Errorf("got %d wishes, want one of one person", len(open))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// What waits for its address to be confirmed goes with the day on which its link
// ends, and not only an hour after that.
func TestWhatWaitsForAnAddressIsGoneWithItsDay(t *testing.T) {
	n := openNight(t)
	waiting := func() []ledger.Confirmation {
		t.Helper()
		var found []ledger.Confirmation
		err := n.store.View(n.ctx(), func(tx ledger.Tx) (err error) {
			found, err = tx.Confirmations().Since(n.ctx(), 0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	n.set(at(t, tuesday, "23:30"))
	if err := n.Wishes.Leave(n.ctx(), access.Actor{}, atNight(wishFor(tuesday+7, "wish@example.org"))); err != nil {
		t.Fatal(err)
	}
	n.set(at(t, tuesday+1, "23:59"))
	n.erase()
	if got := waiting(); len(got) != 1 {
		t.Fatalf("on the day on which its link ends: got %d, want the one that waits", len(got))
	}
	n.set(at(t, tuesday+2, "00:01"))
	n.erase()
	if got := waiting(); len(got) != 0 {
		t.Errorf("once that day is over: got %+v", got)
	}
}
