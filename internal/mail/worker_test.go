package mail

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
)

// scripted is a transport that answers as a test says.
type scripted struct {
	mu     sync.Mutex
	answer func(id string, n int) error // n counts a mail's attempts from 1
	tries  map[string]int
	times  []time.Time
	closed bool
}

func newScripted(answer func(id string, n int) error) *scripted {
	return &scripted{answer: answer, tries: map[string]int{}}
}

func (s *scripted) Send(_ context.Context, e Envelope) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries[e.ID]++
	s.times = append(s.times, time.Now())
	return s.answer(e.ID, s.tries[e.ID])
}

func (s *scripted) Close() error {
	s.closed = true
	return nil
}

func sentAlways(string, int) error { return nil }

func TestWhatIsDueIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, to := newMemory(letters(25)...), newScripted(sentAlways)
		stop := work(t, box, to, nil)
		time.Sleep(time.Minute)
		stop()
		if got, want := len(box.sent), 25; got != want {
			t.Errorf("got %d sent, want %d", got, want)
		}
		for id, n := range to.tries {
			if n != 1 {
				t.Errorf("%s: got %d attempts, want 1", id, n)
			}
		}
		if !to.closed {
			t.Error("the transport was left open")
		}
		if box.resumed {
			t.Error("interrupted mails were resumed at once, with a transport that sends them twice")
		}
	})
}

func TestARefusalIsTriedAgainLaterAndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(numbered(1))
		to := newScripted(func(string, int) error { return &Refusal{Reason: "smtp: 450", Temporary: true} })
		stop := work(t, box, to, nil)
		time.Sleep(4 * 24 * time.Hour)
		stop()
		if got, want := to.tries["mail-1"], maxTries; got != want {
			t.Errorf("got %d attempts, want %d", got, want)
		}
		if got, want := box.refused["mail-1"], "smtp: 450"; got != want {
			t.Errorf("given up: got %q, want %q", got, want)
		}
		for i, by := range box.delayed["mail-1"] {
			if wait := backoff(i); by < wait/2 || by > wait*3/2+1 {
				t.Errorf("delay %d: got %s, want about %s", i, by, wait)
			}
		}
		if over := to.times[len(to.times)-1].Sub(to.times[0]); over < 36*time.Hour || over > 72*time.Hour {
			t.Errorf("given up after %s, want about two days", over)
		}
	})
}

func TestAPermanentRefusalIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(letters(2)...)
		to := newScripted(func(id string, _ int) error {
			if id == "mail-0" {
				return &Refusal{Reason: "smtp: 550 5.1.1, recipient"}
			}
			return nil
		})
		stop := work(t, box, to, nil)
		time.Sleep(time.Hour)
		stop()
		if diff := cmp.Diff(map[string]string{"mail-0": "smtp: 550 5.1.1, recipient"}, box.refused); diff != "" {
			t.Errorf("refused: -want +got\n%s", diff)
		}
		if diff := cmp.Diff([]string{"mail-1"}, box.sent); diff != "" {
			t.Errorf("sent: -want +got\n%s", diff)
		}
		if got, want := to.tries["mail-0"], 1; got != want {
			t.Errorf("got %d attempts, want %d", got, want)
		}
	})
}

func TestAnOutageCostsNoMailAndCausesNoRush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(letters(200)...)
		repaired := time.Now().Add(30 * time.Minute)
		to := newScripted(func(string, int) error {
			if time.Now().Before(repaired) {
				return &Refusal{Reason: "connect", Temporary: true, Broken: true}
			}
			return nil
		})
		stop := work(t, box, to, func(c *WorkerConfig) { c.PerSecond = 20 })
		time.Sleep(time.Hour)
		stop()
		if got, want := len(box.sent), 200; got != want {
			t.Fatalf("got %d sent, want %d; refused %v", got, want, box.refused)
		}
		asked := slices.IndexFunc(to.times, func(at time.Time) bool { return !at.Before(repaired) })
		if asked > 60 {
			t.Errorf("asked %d times during the outage, want a few", asked)
		}
		after := to.times[asked:]
		if late := after[0].Sub(repaired); late > 2*lastPause {
			t.Errorf("noticed the repair after %s", late)
		}
		if took := after[len(after)-1].Sub(after[0]); took < 8*time.Second {
			t.Errorf("200 mails went out within %s, want at 20 a second", took)
		}
	})
}

func TestANewMailIsNoticedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, to := newMemory(), newScripted(sentAlways)
		stop := work(t, box, to, func(c *WorkerConfig) { c.PerSecond = 0 })
		for i := range 10 {
			time.Sleep(1700 * time.Millisecond)
			queued := time.Now()
			box.put(numbered(i))
			synctest.Wait()
			if took := to.times[i].Sub(queued); took != 0 {
				t.Errorf("mail %d: noticed after %s", i, took)
			}
		}
		stop()
	})
}

func TestAMailQueuedElsewhereIsNoticedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, to := newMemory(), newScripted(sentAlways)
		stop := work(t, box, to, nil)
		time.Sleep(10*time.Second + time.Millisecond)
		box.mu.Lock()
		box.queued = letters(1) // without a signal, as another node does
		box.mu.Unlock()
		time.Sleep(look)
		stop()
		if got, want := len(box.sent), 1; got != want {
			t.Errorf("got %d sent, want %d", got, want)
		}
	})
}

func TestWhatIsUnderWayIsFinishedWhenStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(letters(9)...)
		to := newScripted(func(string, int) error { time.Sleep(2 * time.Second); return nil })
		slow := &parallel{to: to}
		stop := work(t, box, slow, nil)
		time.Sleep(time.Second)
		stop()
		if len(box.sending) != 0 || len(box.sent) != 4 || len(box.queued) != 5 {
			t.Errorf("got %d sending, %d sent, %d queued, want 0, 4, 5", len(box.sending), len(box.sent), len(box.queued))
		}
	})
}

// parallel asks a scripted transport without its lock.
type parallel struct{ to *scripted }

func (p *parallel) Send(_ context.Context, e Envelope) error { return p.to.answer(e.ID, 1) }
func (p *parallel) Close() error                             { return nil }

func TestAnInterruptedMailIsOneFile(t *testing.T) {
	folder := t.TempDir()
	to := target(t, "dir:"+folder)
	box := newMemory(letters(3)...)
	// The crash came after the file was written and before that was noted.
	l := numbered(7)
	box.sending[l.Mail.ID] = l
	e, err := composer(t).Address(Job{ID: l.Mail.ID, To: l.Person.Email, Data: sample(t, Confirmation, "de")}, Sender{})
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Transport.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	stop := work(t, box, to.Transport, nil)
	waitFor(t, func() bool { return box.done() == 4 })
	stop()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), 4; got != want {
		t.Errorf("got files %v, want %d", files, want)
	}
}

func TestAFolderThatIsGoneDelaysMails(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "mail")
	to := target(t, "dir:"+folder)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", Sender{}))
	if diff := cmp.Diff(&Refusal{Reason: "folder", Temporary: true, Broken: true}, refusalOf(err)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if err := to.Transport.Send(t.Context(), envelope(t, composer(t), "../mail-1", Sender{})); err == nil {
		t.Error("a mail outside the folder: got no error, want one")
	}
}

func TestThroughABadServerEachMailArrives(t *testing.T) {
	const mails = 60
	p := openPost(t, func(_ *smtp.Server, p *post) {
		p.onRcpt = func(to string) error {
			if to == "leserin13@example.net" {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: to + " is unknown"}
			}
			return nil
		}
		p.afterAll = func(n int, conn *smtp.Conn) {
			if n%7 == 3 {
				time.AfterFunc(time.Millisecond, func() { conn.Conn().Close() }) // answered, then gone
			}
		}
	})
	to := target(t, "smtp://"+p.address)
	box := newMemory(letters(mails)...)
	stop := work(t, box, to.Transport, nil)
	waitFor(t, func() bool { return box.done()+box.waiting() == mails })
	stop()
	if diff := cmp.Diff(map[string]string{"mail-13": "smtp: 550 5.1.1, recipient"}, box.refused); diff != "" {
		t.Errorf("refused: -want +got\n%s", diff)
	}
	arrived := map[string]int{}
	for _, l := range p.letters() {
		arrived[l.id]++
	}
	for _, id := range box.sent {
		if got := arrived[fmt.Sprintf("<%s@termine.example.org>", id)]; got != 1 {
			t.Errorf("%s: arrived %d times, want once", id, got)
		}
	}
}

func TestAMailThatTheCatalogueNoLongerExplainsIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := numbered(1)
		l.Ticket.Branch = "closed"
		box := newMemory(l)
		stop := work(t, box, newScripted(sentAlways), nil)
		time.Sleep(time.Minute)
		stop()
		if got, want := box.refused["mail-1"], "catalogue"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatal("waited too long")
		}
	}
}

var _ Outbox = (*app.Outbox)(nil)

// An outage's pause went on although the server answered again, because what it
// answered was a refusal.
func TestAnOutageEndsWithTheFirstAnswerWhateverItIs(t *testing.T) {
	answers := map[string]*Refusal{
		"mailbox unknown": {Reason: "smtp: 550 5.1.1, recipient", Code: 550},
		"mailbox full":    {Reason: "smtp: 452 4.2.2, recipient", Code: 452, Temporary: true},
		"greylisted":      {Reason: "smtp: 450 4.7.1, recipient", Code: 450, Temporary: true, Ours: true},
	}
	for name, answer := range answers {
		synctest.Test(t, func(t *testing.T) {
			box := newMemory(letters(50)...)
			repaired := time.Now().Add(30 * time.Minute)
			first := true
			to := newScripted(func(string, int) error {
				switch {
				case time.Now().Before(repaired):
					return &Refusal{Reason: "connect", Temporary: true, Broken: true}
				case first:
					first = false
					return answer
				}
				return nil
			})
			stop := work(t, box, to, nil)
			time.Sleep(30*time.Minute + 3*lastPause)
			stop()
			// What was held has its own time, none later than a pause and a half.
			if got := len(box.sent); got < 49 {
				t.Errorf("%s: got %d sent three minutes after the repair, want 49", name, got)
			}
			last := box.trouble[len(box.trouble)-1]
			if diff := cmp.Diff(app.MailTrouble{}, last); diff != "" {
				t.Errorf("%s: trouble: -want +got\n%s", name, diff)
			}
		})
	}
}

// A server that refuses us is asked rarely; once it is repaired nobody waits long.
func TestARelayThatRefusesUsKeepsEveryMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(letters(50)...)
		begun := time.Now()
		repaired := begun.Add(4 * 24 * time.Hour)
		to := newScripted(func(string, int) error {
			if time.Now().Before(repaired) {
				return &Refusal{Reason: "smtp: 554 5.7.1, recipient", Code: 554, Ours: true}
			}
			return nil
		})
		stop := work(t, box, to, nil)
		time.Sleep(repaired.Sub(begun) + 2*lastOurs)
		stop()
		if len(box.refused) > 0 || len(box.sent) != 50 {
			t.Errorf("got %d given up and %d sent, want 0 and 50", len(box.refused), len(box.sent))
		}
		if asked, most := len(to.times), int(repaired.Sub(begun)/lastPause)*2; asked > most {
			t.Errorf("asked %d times in four days, want less than %d", asked, most)
		}
		want := []app.MailTrouble{{Since: box.trouble[0].Since, Reason: "smtp: 554 5.7.1, recipient", Refused: true}, {}}
		if diff := cmp.Diff(want, box.trouble); diff != "" {
			t.Errorf("trouble: -want +got\n%s", diff)
		}
	})
}

// One that the server refuses for its content, or for a reader whom it doesn't
// want to write to, doesn't keep the others.
func TestOneMailThatIsRefusedDoesNotKeepTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newMemory(letters(20)...)
		to := newScripted(func(id string, _ int) error {
			if id == "mail-0" {
				return &Refusal{Reason: "smtp: 554 5.7.1, data", Code: 554, Ours: true}
			}
			return nil
		})
		stop := work(t, box, to, nil)
		time.Sleep(time.Minute)
		if got := box.done(); got != 19 {
			t.Errorf("got %d sent within a minute, want 19", got)
		}
		time.Sleep(3 * 24 * time.Hour)
		stop()
		if len(box.refused) > 0 {
			t.Errorf("given up: %v", box.refused)
		}
	})
}

// A wrong password was known when the first citizen waited for a confirmation.
func TestARelayIsAskedAtTheStart(t *testing.T) {
	encrypted := openPost(t, withCertificate(t))
	refusing := openPost(t, func(_ *smtp.Server, p *post) {
		p.onRcpt = func(string) error {
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relay access denied"}
		}
	})
	open := openPost(t, nil)
	tests := []struct {
		address string
		want    app.MailTrouble
	}{
		{fmt.Sprintf("smtp://a:wrong@%s?ca=%s", encrypted.address, encrypted.ca), app.MailTrouble{Reason: "smtp: 535 5.7.8, sign-in", Refused: true}},
		{"smtp://127.0.0.1:1", app.MailTrouble{Reason: "connect"}},
		{"smtp://" + refusing.address, app.MailTrouble{Reason: "smtp: 554 5.7.1, recipient", Refused: true}},
		{"smtp://" + open.address, app.MailTrouble{}},
	}
	for _, test := range tests {
		box := newMemory()
		stop := work(t, box, target(t, test.address).Transport, nil)
		if test.want.Reason != "" {
			waitFor(t, func() bool { return box.troubled().Reason != "" })
		}
		stop()
		got := box.troubled()
		got.Since = time.Time{}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.address, diff)
		}
	}
	if got := len(open.letters()) + len(refusing.letters()); got != 0 {
		t.Errorf("asking sent %d letters", got)
	}
}

// Where nothing is due the pause still ends, and the pages stop saying that no
// mail gets through.
func TestARepairedRelayIsNoticedWithoutAMail(t *testing.T) {
	var mu sync.Mutex
	refuses := true
	p := openPost(t, func(_ *smtp.Server, p *post) {
		p.onMail = func(string) error {
			mu.Lock()
			defer mu.Unlock()
			if refuses {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not you"}
			}
			return nil
		}
	})
	box := newMemory()
	stop := work(t, box, target(t, "smtp://"+p.address).Transport, nil)
	waitFor(t, func() bool { return box.troubled().Refused })
	mu.Lock()
	refuses = false
	mu.Unlock()
	waitFor(t, func() bool { return box.troubled().Reason == "" })
	stop()
}
