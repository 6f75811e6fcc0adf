package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// vault is a town hall on any engine with a key file that a test renews, copies
// and moves on.
type vault struct {
	*townHall
	path  string // of the key file
	used  ledger.Store
	keys  *seal.Keys
	log   *lines
	erase *app.Eraser
}

func openVault(t *testing.T, store ledger.Store, between func(ledger.Store) ledger.Store) *vault {
	t.Helper()
	v := &vault{townHall: &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00")), store: store}, path: filepath.Join(t.TempDir(), "key"), log: new(lines)}
	v.used = between(store)
	t.Cleanup(func() {
		if err := v.used.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := seal.Create(v.path, tuesday, rand.Reader); err != nil {
		t.Fatal(err)
	}
	v.start()
	v.imports(builtIn(t))
	return v
}

// start opens key file and use cases, as a start of a program does.
func (v *vault) start() {
	v.t.Helper()
	keys, err := seal.Open(v.path)
	if err != nil {
		v.t.Fatal(err)
	}
	v.with(keys)
}

func (v *vault) with(keys *seal.Keys) {
	v.t.Helper()
	var err error
	v.keys = keys
	v.App, err = apptest.Node(v.t, apptest.Options{Clock: v.time, Store: v.used, Keys: keys, Log: slog.New(slog.NewTextHandler(v.log, nil))})
	if err != nil {
		v.t.Fatal(err)
	}
	v.erase = v.Persons.NewEraser(keys, nil)
}

// onEachVault runs a test once per engine.
func onEachVault(t *testing.T, test func(t *testing.T, v *vault, s *interrupted)) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			store := new(interrupted)
			v := openVault(t, engine.open(t), func(s ledger.Store) ledger.Store {
				store.Store = s
				return store
			})
			test(t, v, store)
		})
	}
}

// interrupted is a store whose n-th update from now on isn't committed: the
// program was killed.
type interrupted struct {
	ledger.Store
	left int // 0: none
}

var errKilled = errors.New("killed")

func (s *interrupted) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	killed := s.left == 1
	s.left = max(0, s.left-1)
	return s.Store.Update(ctx, branches, func(tx ledger.Tx) error {
		if err := fn(tx); err != nil || !killed {
			return err
		}
		return errKilled
	})
}

// night passes so many days in one night.
func (v *vault) nights(days int) {
	v.t.Helper()
	v.set(v.clock().AddDate(0, 0, days))
	if err := v.erase.EraseDue(v.ctx()); err != nil {
		v.t.Fatal(err)
	}
}

// sealedRows returns what is stored of a ticket's person, of all wishes and of
// all mails that have something sealed, by what it is.
func (h *townHall) sealedRows(tickets ...app.Appointment) map[string]sealedRow {
	h.t.Helper()
	rows := map[string]sealedRow{}
	err := h.store.View(h.ctx(), func(tx ledger.Tx) error {
		for _, made := range tickets {
			row, err := tx.Personal().Get(h.ctx(), made.Ticket.ID)
			if errors.Is(err, ledger.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			rows["person "+string(row.Ticket)] = sealedRow{row.Branch, row.Date, row.KeyDay, string(row.Ticket), row.Body}
		}
		mails, mailErr := tx.Mails().ByKeyDay(h.ctx(), markt, 0, town.NewDate(9999, 1, 1), "", 1000)
		for _, m := range mails {
			rows["mail "+m.ID] = sealedRow{m.Branch, m.Date, m.KeyDay, "mail " + m.ID, m.Body}
		}
		wishes, wishErr := tx.Wishes().Open(h.ctx(), tuesday)
		for _, w := range wishes {
			rows["wish "+w.ID] = sealedRow{w.Branch, w.Until, w.KeyDay, "wish " + w.ID, w.Body}
		}
		return errors.Join(mailErr, wishErr)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

// sealedRow is something sealed, as somebody who copied the database has it.
type sealedRow struct {
	branch       town.BranchID
	date, keyDay town.Date
	about        string
	body         []byte
}

// opens reports whether whoever has these keys can read it.
func (r sealedRow) opens(k *seal.Keys) bool {
	_, err := k.Open(r.branch, r.keyDay, r.bound(), r.body)
	return err == nil
}

// bound is what it is authenticated with.
func (r sealedRow) bound() string {
	if r.keyDay == r.date {
		return r.about
	}
	return r.about + " of " + r.date.String()
}

func opening(rows map[string]sealedRow, k *seal.Keys) []string {
	names := []string{}
	for name, r := range rows {
		if r.opens(k) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// thief copies the key file.
func (v *vault) thief() *seal.Keys {
	v.t.Helper()
	text, err := os.ReadFile(v.path)
	if err != nil {
		v.t.Fatal(err)
	}
	stolen := filepath.Join(v.t.TempDir(), "stolen")
	if err := os.WriteFile(stolen, text, 0o600); err != nil {
		v.t.Fatal(err)
	}
	keys, err := seal.Open(stolen)
	if err != nil {
		v.t.Fatal(err)
	}
	return keys
}

// furnish stores something of every kind that is sealed.
func (v *vault) furnish() []app.Appointment {
	v.t.Helper()
	var made []app.Appointment
	for i := range 3 {
		r := secretive(at(v.t, tuesday.AddDays(14*(i+1)), "09:20"))
		r.Person.Email = fmt.Sprintf("xq-%d@beispiel.example.net", i)
		a, err := v.Book(v.ctx(), access.Actor{}, r)
		if err != nil {
			v.t.Fatal(err)
		}
		made = append(made, a)
	}
	v.wish(atNight(wishFor(tuesday.AddDays(40), "ben@example.org")))
	if err := v.CancelFor(v.ctx(), staff(clerk), made[2].Token, app.StaffReason{Reason: "geschlossen"}); err != nil {
		v.t.Fatal(err)
	}
	return made
}

// wantPersons expects that everybody is known by name.
func (v *vault) wantPersons(what string, made ...app.Appointment) {
	v.t.Helper()
	for _, a := range made {
		data, err := v.Persons.Data(v.ctx(), a.Ticket.Branch, a.Ticket.Date, a.Ticket.Number)
		if err != nil || data.Person == nil || data.Person.Name != "Xanthippe Querulin" || data.Person.Token == "" {
			v.t.Errorf("%s: number %s: got %+v, %v", what, a.Ticket.Number, data.Person, err)
		}
	}
}
