package app_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/catalogue"
	"aufruf/internal/clock"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/mail"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/seal"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// night is a town hall with everything that keeps personal data: database, key
// file, mail folder and log.
type night struct {
	*townHall
	dir    string
	keys   *seal.Keys
	target mail.Target
	log    *lines
	eraser *app.Eraser

	between   func(ledger.Store) ledger.Store
	opens     func() ledger.Store  // what a start of the server opens
	passed    func() time.Duration // nil: as much as the clock says
	witnesses []app.Witness
}

type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func openNight(t *testing.T) *night {
	t.Helper()
	return openNightOn(t, func(s ledger.Store) ledger.Store { return s })
}

// openNightOn puts something between the use cases and their store.
func openNightOn(t *testing.T, between func(ledger.Store) ledger.Store) *night {
	t.Helper()
	return startNight(t, &night{between: between})
}

// openNightIn opens it on another engine than SQLite.
func openNightIn(t *testing.T, opens func() ledger.Store) *night {
	t.Helper()
	return startNight(t, &night{opens: opens, between: func(s ledger.Store) ledger.Store { return s }})
}

func startNight(t *testing.T, n *night) *night {
	t.Helper()
	n.townHall, n.dir, n.log = &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00"))}, t.TempDir(), &lines{}
	if n.opens == nil {
		n.opens = n.openFile
	}
	keys, err := seal.Create(filepath.Join(n.dir, "aufruf.key"), tuesday, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	n.keys = keys
	n.target, err = mail.Open("dir:" + filepath.Join(n.dir, "mail"))
	if err != nil {
		t.Fatal(err)
	}
	n.open()
	file, mistakes := catalogue.BuiltIn()
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	n.imports(file)
	return n
}

func (n *night) openFile() ledger.Store {
	n.t.Helper()
	store, err := sqlite.Open(n.t.Context(), filepath.Join(n.dir, "aufruf.db"), sqlite.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	return store
}

// open opens database and use cases, as a start of the server does.
func (n *night) open() {
	n.t.Helper()
	store := n.opens()
	n.t.Cleanup(func() { n.wantNone(store.Close()) })
	n.store = store
	var err error
	n.App, err = apptest.Node(n.t, apptest.Options{
		Clock: n.time, Judged: true, Passed: n.passed, Witnesses: n.witnesses, Store: store, Between: n.between, Keys: n.keys,
		BaseURL: "https://termine.example.org", Log: slog.New(slog.NewTextHandler(n.log, nil)),
	})
	if err != nil {
		n.t.Fatal(err)
	}
	n.Hasten(200*time.Millisecond, 50*time.Millisecond)
	n.runOverwrites()
	folder, _ := n.target.Folder()
	n.eraser = n.Persons.NewEraser(n.keys, folder)
}

// deliver sends what is due, as the server's worker does.
func (n *night) deliver() {
	n.t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		n.t.Fatal(err)
	}
	composer, err := mail.NewComposer(bundle)
	if err != nil {
		n.t.Fatal(err)
	}
	for {
		due, err := n.Outbox.DueMails(n.ctx(), 10)
		if err != nil {
			n.t.Fatal(err)
		}
		if len(due) == 0 {
			return
		}
		for _, l := range due {
			d, err := mail.DescribeLetter(n.Catalogue(), l, "https://termine.example.org")
			if err != nil {
				n.t.Fatal(err)
			}
			e, err := composer.Address(mail.Job{ID: l.Mail.ID, To: l.Person.Email, Data: d}, n.target.Sender)
			if err != nil {
				n.t.Fatal(err)
			}
			if err := n.target.Transport.Send(n.ctx(), e); err != nil {
				n.t.Fatal(err)
			}
			if err := n.Outbox.MailSent(n.ctx(), l); err != nil {
				n.t.Fatal(err)
			}
		}
	}
}

// holding returns the files below the town hall's folder that hold a secret;
// the log counts as one.
func (n *night) holding(secret []byte) []string {
	n.t.Helper()
	var found []string
	err := filepath.WalkDir(n.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, secret) {
			found = append(found, entry.Name())
		}
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	if strings.Contains(n.log.String(), string(secret)) {
		found = append(found, "log")
	}
	return found
}

// secretive is somebody whose every field is found nowhere else.
func secretive(start time.Time) app.BookRequest {
	r := wants(start)
	r.Person = app.Person{
		Name: "Xanthippe Querulin", Email: "xq-9317@beispiel.example.net", Phone: "09999 424242",
		Support: "Bitte langsam sprechen, Rampe",
	}
	return r
}

func (n *night) secrets(made app.Appointment) map[string][]byte {
	n.t.Helper()
	var body, mailHash []byte
	err := n.store.View(n.ctx(), func(tx ledger.Tx) error {
		row, err := tx.Personal().Get(n.ctx(), made.Ticket.ID)
		body, mailHash = row.Body, row.Email
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return map[string][]byte{
		"name": []byte("Querulin"), "address": []byte("xq-9317@beispiel"), "phone": []byte("09999 424242"),
		"support": []byte("langsam sprechen"), "token": []byte(made.Token), "sealed": body[:64], "hash of the address": mailHash,
	}
}

func TestErasedMeansTheBytesAreGone(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver()
	secrets := n.secrets(made)
	for _, found := range []string{"address", "token", "sealed", "hash of the address"} {
		if len(n.holding(secrets[found])) == 0 {
			t.Errorf("before: %s: found nowhere, so this test proves nothing", found)
		}
	}
	for _, hidden := range []string{"name", "phone", "support"} {
		if got := n.holding(secrets[hidden]); len(got) != 0 {
			t.Errorf("before: %s: found in %v although it is sealed", hidden, got)
		}
	}

	n.set(at(t, tuesday, "23:59"))
	n.erase()
	if len(n.holding(secrets["sealed"])) == 0 {
		t.Error("erased before the day was over")
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	for name, secret := range secrets {
		if got := n.holding(secret); len(got) != 0 {
			t.Errorf("after: %s: found in %v", name, got)
		}
	}
	if got, want := n.keys.Date(), tuesday+1; got != want {
		t.Errorf("keys: got %s, want %s", got, want)
	}
	n.numberStays(made)
}

// numberStays: figures need the number, the times and the service.
func (n *night) numberStays(made app.Appointment) {
	n.t.Helper()
	data, err := n.Persons.Data(n.ctx(), made.Ticket.Branch, made.Ticket.Date, made.Ticket.Number)
	if err != nil {
		n.t.Fatal(err)
	}
	if data.Person != nil {
		n.t.Errorf("person: got %+v, want nil", data.Person)
	}
	if !data.Ticket.Start.Equal(made.Ticket.Start) || len(data.Ticket.Items) != 1 {
		n.t.Errorf("ticket: got %+v", data.Ticket)
	}
}

func (n *night) erase() {
	n.t.Helper()
	if err := n.LookAtClock(n.ctx()); err != nil {
		n.t.Fatal(err)
	}
	if err := n.eraser.EraseDue(n.ctx()); err != nil {
		n.t.Fatal(err)
	}
}

func TestAfterAStandstillTheStartErases(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver()
	secrets := n.secrets(made)
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	n.set(at(t, tuesday+5, "07:00"))
	n.witnesses = []app.Witness{saying(clock.Agrees)} // such as the kernel, where a time server sets the clock
	n.open()
	n.erase()
	for name, secret := range secrets {
		if got := n.holding(secret); len(got) != 0 {
			t.Errorf("%s: found in %v", name, got)
		}
	}
	n.numberStays(made)
}

func TestABackupLeavesPastDaysOut(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	sealed := n.secrets(made)["sealed"]
	n.wish(atNight(wishFor(tuesday, "xq-9317@beispiel.example.net")))
	wished := n.wishBody()
	n.set(at(t, tuesday+1, "00:00"))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := n.Upkeep.Backup(n.ctx(), backup); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, sealed) {
		t.Error("the backup holds personal data of yesterday")
	}
	if bytes.Contains(text, wished) {
		t.Error("the backup holds a wish that is over")
	}
}

// wishBody is what is sealed of the only wish.
func (n *night) wishBody() []byte {
	n.t.Helper()
	var open []ledger.Wish
	err := n.store.View(n.ctx(), func(tx ledger.Tx) (err error) {
		open, err = tx.Wishes().Open(n.ctx(), tuesday)
		return err
	})
	if err != nil || len(open) != 1 {
		n.t.Fatal(open, err)
	}
	return open[0].Body
}

func TestWithTheCancellationMailTheLastIsSaid(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver()
	secrets := n.secrets(made)
	delete(secrets, "address") // the cancellation itself lies in the folder till the night
	if err := n.Cancel(n.ctx(), access.Actor{}, made.Token); err != nil {
		t.Fatal(err)
	}
	if len(n.holding(secrets["sealed"])) == 0 {
		t.Error("erased before the mail was out")
	}
	n.deliver()
	n.overwritten()
	if got := n.holding(secrets["sealed"]); len(got) != 0 {
		t.Errorf("sealed: found in %v", got)
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	for name, secret := range secrets {
		if got := n.holding(secret); len(got) != 0 {
			t.Errorf("%s: found in %v", name, got)
		}
	}
	if got := n.holding([]byte("xq-9317@beispiel")); len(got) != 0 {
		t.Errorf("address: found in %v", got)
	}
}

func TestOneNumberIsToldAndErasedOnRequest(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(t, tuesday+7, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver()
	data, err := n.Persons.Data(n.ctx(), markt, tuesday+7, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if data.Person == nil || data.Person.Phone != "09999 424242" || len(data.Mails) < 2 {
		t.Errorf("got %+v", data)
	}
	secrets := n.secrets(made)
	folder, _ := n.target.Folder()
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, made.Ticket.Number, folder); err != nil {
		t.Fatal(err)
	}
	for name, secret := range secrets {
		if got := n.holding(secret); len(got) != 0 {
			t.Errorf("%s: found in %v", name, got)
		}
	}
	n.numberStays(made)
	unused := town.Number(100)
	if unused == made.Ticket.Number {
		unused++
	}
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, unused, nil); !problem.Is(err, "number.unknown") {
		t.Errorf("unknown number: got %v", err)
	}
}

func TestADayOf500IsErasedWithoutHoldingUpDesks(t *testing.T) {
	n := openNight(t)
	n.fillDay(500)
	n.set(at(t, tuesday+1, "00:01"))
	stop, longest := make(chan struct{}), make(chan time.Duration)
	go func() {
		var most time.Duration
		for {
			begun := time.Now()
			_, err := n.IssueTicket(n.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: markt, Items: one(pin)}})
			if err != nil && problem.Of(err).Kind == problem.Internal {
				t.Error(err)
			}
			most = max(most, time.Since(begun))
			select {
			case <-stop:
				longest <- most
				return
			default:
			}
		}
	}()
	begun := time.Now()
	n.erase()
	took := time.Since(begun)
	close(stop)
	pause := <-longest
	t.Logf("erased 500 in %s, longest pause for a desk %s", took, pause)
	if pause > time.Second {
		t.Errorf("a desk waited %s", pause)
	}
	if !strings.Contains(n.log.String(), "persons=501") {
		t.Errorf("want 501 persons erased, got\n%s", n.log)
	}
}

// fillDay gives so many people an appointment on the Tuesday, beside a booked
// one whose ticket they copy.
func (n *night) fillDay(people int) {
	n.t.Helper()
	made := n.book(at(n.t, tuesday, "09:20"))
	err := n.store.Update(n.ctx(), []town.BranchID{markt}, func(tx ledger.Tx) error {
		for i := range people {
			ticket := made.Ticket
			ticket.ID, ticket.Version, ticket.State = town.TicketID(fmt.Sprint("copy-", i)), 1, queue.Cancelled
			ticket.TokenHash, ticket.Order = fmt.Append(nil, "token-", i), town.Seq(1000+i)
			if err := tx.Tickets().Insert(n.ctx(), ticket); err != nil {
				return err
			}
			body, err := n.keys.Seal(markt, tuesday, string(ticket.ID), make([]byte, 200))
			if err != nil {
				return err
			}
			row := ledger.Sealed{Ticket: ticket.ID, Branch: markt, Date: tuesday, KeyDay: tuesday, Email: make([]byte, 32), Body: body}
			if err := tx.Personal().Put(n.ctx(), row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
}
