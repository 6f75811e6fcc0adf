package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// due takes what is due.
func (n *night) due() []app.Letter {
	n.t.Helper()
	letters, err := n.Outbox.DueMails(n.ctx(), 100)
	if err != nil {
		n.t.Fatal(err)
	}
	return letters
}

func mailKinds(letters []app.Letter) []string {
	all := []string{}
	for _, l := range letters {
		all = append(all, l.Mail.Kind)
	}
	slices.Sort(all)
	return all
}

func (n *night) wantDue(what string, want ...string) []app.Letter {
	n.t.Helper()
	if want == nil {
		want = []string{}
	}
	letters := n.due()
	if diff := cmp.Diff(want, mailKinds(letters)); diff != "" {
		n.t.Errorf("%s: -want +got\n%s", what, diff)
	}
	return letters
}

func (n *night) sent(letters []app.Letter) {
	n.t.Helper()
	for _, l := range letters {
		if err := n.Outbox.MailSent(n.ctx(), l); err != nil {
			n.t.Fatal(err)
		}
	}
}

func TestEachCauseIsOneMail(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	confirmation := n.wantDue("booked", app.MailConfirmation)
	if got, want := confirmation[0].Person.Email, "ada@example.org"; got != want {
		t.Errorf("reader: got %s, want %s", got, want)
	}
	if got, want := confirmation[0].Written, at(t, tuesday, "08:00"); !got.Equal(want) {
		t.Errorf("written at %s, want %s", got, want)
	}
	n.wantDue("while it is being sent")
	n.sent(confirmation)
	n.set(at(t, tuesday+6, "09:19"))
	n.wantDue("a minute before the reminder")
	n.set(at(t, tuesday+6, "09:20"))
	n.sent(n.wantDue("a day before", app.MailReminder))
	n.wantDue("reminded")
	if _, err := n.Move(n.ctx(), access.Actor{}, made.Token, "", at(t, tuesday+8, "13:00")); err == nil {
		n.sent(n.wantDue("moved", app.MailChange))
	}
	if err := n.Cancel(n.ctx(), access.Actor{}, made.Token); err != nil {
		t.Fatal(err)
	}
	if err := n.Cancel(n.ctx(), access.Actor{}, made.Token); err != nil {
		t.Fatal(err)
	}
	n.sent(n.wantDue("cancelled twice", app.MailCancellation))
	n.set(at(t, tuesday+8, "13:00"))
	n.wantDue("long after")
}

func TestNothingIsSentThatIsNotTrueAnyMore(t *testing.T) {
	n := openNight(t)
	moved := n.book(at(t, tuesday+7, "09:20"))
	cancelled := n.book(at(t, tuesday+7, "09:40"))
	if _, err := n.Move(n.ctx(), access.Actor{}, moved.Token, "", at(t, tuesday+14, "09:20")); err != nil {
		t.Fatal(err)
	}
	if err := n.Cancel(n.ctx(), access.Actor{}, cancelled.Token); err != nil {
		t.Fatal(err)
	}
	// Neither confirmation: the first tells an old time, the second none.
	n.sent(n.wantDue("at once", app.MailCancellation, app.MailChange))
	n.set(at(t, tuesday+6, "10:00"))
	n.wantDue("reminders of times that no longer hold")
	n.set(at(t, tuesday+13, "10:00"))
	n.sent(n.wantDue("the reminder of the new time", app.MailReminder))
}

func TestAfterAnOutageOneReminderIsEnough(t *testing.T) {
	n := openNight(t)
	n.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        reminder_hours: [72, 24]\n")
	n.book(at(t, tuesday+7, "09:20"))
	n.book(at(t, tuesday+7, "13:00"))
	n.sent(n.wantDue("booked", app.MailConfirmation, app.MailConfirmation))
	n.set(at(t, tuesday+6, "12:00")) // both of the first are due, one of the second
	n.sent(n.wantDue("after the outage", app.MailReminder, app.MailReminder))
	n.set(at(t, tuesday+6, "13:00"))
	n.sent(n.wantDue("the other one in time", app.MailReminder))
	n.set(at(t, tuesday+7, "13:01"))
	n.wantDue("once they have begun")
}

func TestAMailWhoseSenderDiedIsTakenAgain(t *testing.T) {
	n := openNight(t)
	n.book(at(t, tuesday+7, "09:20"))
	begun := n.wantDue("booked", app.MailConfirmation)
	n.set(at(t, tuesday, "08:01"))
	n.wantDue("while the sender may live")
	n.set(at(t, tuesday, "08:02"))
	again := n.wantDue("after the lease", app.MailConfirmation)
	if got, want := again[0].Mail.ID, begun[0].Mail.ID; got != want {
		t.Errorf("id: got %s, want %s", got, want)
	}
	if err := n.Outbox.ResumeMails(n.ctx()); err != nil {
		t.Fatal(err)
	}
	n.wantDue("resumed at once", app.MailConfirmation)
}

func TestAKilledSenderLeavesOneFile(t *testing.T) {
	n := openNight(t)
	n.book(at(t, tuesday+7, "09:20"))
	// Killed before the file, after it, and after it was noted.
	for _, step := range []func(){func() { n.due() }, n.deliver, n.deliver} {
		if err := n.Outbox.ResumeMails(n.ctx()); err != nil {
			t.Fatal(err)
		}
		step()
		if err := n.store.Close(); err != nil {
			t.Fatal(err)
		}
		n.open()
	}
	files, err := os.ReadDir(filepath.Join(n.dir, "mail"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), 1; got != want {
		t.Errorf("got %d files, want %d", got, want)
	}
}

func TestADelayedMailWaitsAndARefusedOneIsShown(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	letters := n.wantDue("booked", app.MailConfirmation)
	if err := n.Outbox.MailDelayed(n.ctx(), letters[0], "smtp: 450", 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	n.set(at(t, tuesday, "08:09"))
	n.wantDue("delayed")
	n.set(at(t, tuesday, "08:10"))
	letters = n.wantDue("after the delay", app.MailConfirmation)
	if got, want := letters[0].Mail.Tries, 1; got != want {
		t.Errorf("tries: got %d, want %d", got, want)
	}
	if err := n.Outbox.MailRefused(n.ctx(), letters[0], "smtp: 550 5.1.1, recipient"); err != nil {
		t.Fatal(err)
	}
	var refused []ledger.Mail
	err := n.store.View(n.ctx(), func(tx ledger.Tx) (err error) {
		refused, err = tx.Mails().Refused(n.ctx(), markt, tuesday, at(t, tuesday, "08:00"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(refused) != 1 || refused[0].Ticket != made.Ticket.ID || refused[0].Attempts != 2 {
		t.Errorf("got %+v", refused)
	}
}

func TestTwoSendersNeverGetTheSameMail(t *testing.T) {
	n := openNight(t)
	const people = 40
	for i := range people {
		r := wants(at(t, tuesday+7, "09:00"))
		r.Overbook = true
		if _, err := n.Book(n.ctx(), staff(town.UserID("u")), r); err != nil {
			t.Fatal(i, err)
		}
	}
	taken := make(chan []app.Letter)
	for range 4 {
		go func() {
			var mine []app.Letter
			for range people {
				letters, err := n.Outbox.DueMails(n.ctx(), 3)
				if err != nil {
					t.Error(err)
				}
				mine = append(mine, letters...)
			}
			taken <- mine
		}()
	}
	var ids []string
	for range 4 {
		for _, l := range <-taken {
			ids = append(ids, l.Mail.ID)
		}
	}
	slices.Sort(ids)
	if got := len(slices.Compact(slices.Clone(ids))); got != people || len(ids) != people {
		t.Errorf("got %d mails, %d different ones, want %d", len(ids), got, people)
	}
}

// TestWhatIsSentIsNotSentAgain: another node that starts read the mail as being
// sent, and put it back into the queue after it had gone out.
func TestWhatIsSentIsNotSentAgain(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.book(at(t, tuesday, "15:00"))
		letters, err := h.Outbox.DueMails(h.ctx(), 1)
		if err != nil || len(letters) != 1 {
			t.Fatalf("got %d letters, %v, want one", len(letters), err)
		}
		resume := func() error { return h.Outbox.ResumeMails(h.ctx()) }
		first, second := s.Meanwhile("Mails.Claim", resume, func() error { return h.Outbox.MailSent(h.ctx(), letters[0]) })
		h.wantNone(first, second)
		if again, err := h.Outbox.DueMails(h.ctx(), 1); err != nil || len(again) != 0 {
			t.Errorf("got %d letters, %v, want none", len(again), err)
		}
	})
}
