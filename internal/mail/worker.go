package mail

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
)

// Outbox is where mails wait. *app.Outbox is one.
type Outbox interface {
	// DueMails takes mails whose time has come, durably marked as being sent.
	DueMails(ctx context.Context, limit int) ([]app.Letter, error)
	// MailSent, MailDelayed, MailHeld and MailRefused say how it went: handed
	// over, to be tried again, the same with nothing learnt about this mail, given
	// up. app.ErrErased: the person was erased meanwhile.
	MailSent(ctx context.Context, l app.Letter) error
	MailDelayed(ctx context.Context, l app.Letter, reason string, by time.Duration) error
	MailHeld(ctx context.Context, l app.Letter, reason string, by time.Duration) error
	MailRefused(ctx context.Context, l app.Letter, reason string) error
	// MailTrouble says why mails don't get through; the zero value: they do.
	MailTrouble(app.MailTrouble)
	// ResumeMails makes interrupted mails due at once.
	ResumeMails(ctx context.Context) error
	// MailWake is signalled when a mail was queued.
	MailWake() <-chan struct{}
	// Catalogue returns what the town offers now.
	Catalogue() *catalogue.Catalogue
}

// Attribute keys of log lines.
const (
	attrMail    = "mail" // its id: ticket, cause and revision
	attrKind    = "kind"
	attrReason  = "reason" // the step, and the answer's codes
	attrAttempt = "attempt"
	attrPause   = "pause"
	attrError   = "error"
)

const (
	// look is how often the outbox is asked without a signal: for retries,
	// reminders, and what other nodes and the command line have queued.
	look = time.Second
	// grace is how long a message that is being handed over may take after the
	// server was told to stop: ended half-way it would be sent twice.
	grace = 5 * time.Second

	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
	// lastOurs bounds the wait for what is ours to repair: once it is repaired,
	// nobody should wait for long.
	lastOurs = 5 * time.Minute
	// maxTries is two days at lastRetry. Then a person has to telephone. On the
	// list of those it stands long before, where the appointment is near.
	maxTries = 55

	firstPause = time.Second
	lastPause  = time.Minute
)

// WorkerConfig is what a Worker needs. Limits that are zero get their default.
type WorkerConfig struct {
	Outbox    Outbox
	Composer  *Composer
	Target    Target
	Site      Site
	Log       *slog.Logger
	Tried     func(outcome string) // is told of each try: Sent, Delayed or Refused; may be nil
	Senders   int                  // messages on their way at the same time; 4
	PerSecond float64              // messages handed over a second, after an outage too; 20
}

// What comes of one try to send a mail.
const (
	Sent    = "sent"
	Delayed = "delayed" // it is tried again
	Refused = "refused" // somebody has to telephone
)

// Worker sends what waits in the outbox: each mail once, as far as the
// transport can promise, some at a time, and at a steady rate however many have
// piled up. While nothing gets through it asks with one message, or with none
// where none is due, ever more rarely, and leaves the others where they are.
type Worker struct {
	WorkerConfig
	limit *rate.Limiter

	mu      sync.Mutex
	pause   time.Duration // 0: messages get through
	until   time.Time     // no message before, while there is a pause
	asking  bool          // one message is trying whether the pause is over
	trouble app.MailTrouble
}

// NewWorker returns a worker; Run starts it.
func NewWorker(c WorkerConfig) *Worker {
	if c.Senders == 0 {
		c.Senders = 4
	}
	if c.Tried == nil {
		c.Tried = func(string) {}
	}
	if c.PerSecond == 0 {
		c.PerSecond = 20
	}
	return &Worker{WorkerConfig: c, limit: rate.NewLimiter(rate.Limit(c.PerSecond), c.Senders)}
}

// Run sends until ctx ends, then lets what is under way finish. It returns nil:
// a mail that can't be sent stops no server.
func (w *Worker) Run(ctx context.Context) error {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, stop) })()
	if _, ok := w.Target.Transport.(repeatable); ok {
		w.note(ctx, "resume mails", w.Outbox.ResumeMails(ctx))
	}
	w.ask(ctx)
	free := make(chan struct{}, w.Senders)
	for range w.Senders {
		free <- struct{}{}
	}
	var under sync.WaitGroup
	for {
		most, ok := w.open(ctx)
		if !ok {
			break
		}
		places := occupy(ctx, free, most)
		letters := w.take(ctx, places)
		for range places - len(letters) {
			free <- struct{}{}
		}
		if len(letters) == 0 && most == 1 {
			w.askAgain(ctx)
		}
		for _, l := range letters {
			under.Go(func() {
				w.deliver(sending, l)
				free <- struct{}{}
			})
		}
		w.rest(ctx, len(letters))
	}
	under.Wait()
	return w.Target.Transport.Close()
}

// open waits while nothing gets through, and returns how many messages to try
// next: one after a pause, all places otherwise. False: ctx has ended.
func (w *Worker) open(ctx context.Context) (most int, ok bool) {
	if !w.paused() {
		return w.Senders, ctx.Err() == nil
	}
	w.mu.Lock()
	until := w.until
	w.mu.Unlock()
	if !sleep(ctx, time.Until(until)) {
		return 0, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking, w.until = true, time.Now().Add(jitter(w.pause))
	return 1, true
}

// occupy takes at least one free place, and at most so many.
func occupy(ctx context.Context, free <-chan struct{}, most int) int {
	places := 0
	select {
	case <-free:
		places++
	case <-ctx.Done():
		return 0
	}
	for places < most {
		select {
		case <-free:
			places++
		default:
			return places
		}
	}
	return places
}

func (w *Worker) take(ctx context.Context, most int) []app.Letter {
	if most == 0 {
		return nil
	}
	letters, err := w.Outbox.DueMails(ctx, most)
	w.note(ctx, "take mails", err)
	return letters
}

// rest keeps the rate after some messages, and waits for news after none.
func (w *Worker) rest(ctx context.Context, begun int) {
	if begun > 0 {
		_ = w.limit.WaitN(ctx, begun) // fails when ctx ends, which the loop sees
		return
	}
	timer := time.NewTimer(look)
	defer timer.Stop()
	select {
	case <-w.Outbox.MailWake():
	case <-timer.C:
	case <-ctx.Done():
	}
}

// deliver sends one letter and tells the outbox how it went.
func (w *Worker) deliver(ctx context.Context, l app.Letter) {
	err := w.send(ctx, l)
	if err == nil {
		w.Tried(Sent)
		w.answered(ctx)
		err := w.Outbox.MailSent(ctx, l)
		if errors.Is(err, app.ErrErased) {
			err = w.unkeep(l)
		}
		w.note(ctx, "note sent mail", err)
		return
	}
	refused := refusalOf(err)
	log := w.Log.With(attrMail, l.Mail.ID, attrKind, l.Mail.Kind, attrReason, refused.Reason, attrAttempt, l.Mail.Tries+1)
	pause := w.learn(ctx, refused)
	outcome := Delayed
	switch {
	case refused.Broken:
		log.ErrorContext(ctx, "mail: nothing gets through", attrPause, pause.String())
		err = w.Outbox.MailHeld(ctx, l, refused.Reason, jitter(pause))
	case refused.stops():
		log.ErrorContext(ctx, "mail: refused by the mail server, and not for the reader's sake", attrPause, pause.String())
		err = w.Outbox.MailDelayed(ctx, l, refused.Reason, jitter(min(backoff(l.Mail.Tries), lastOurs)))
	case refused.Ours, refused.Temporary && l.Mail.Tries+1 < maxTries:
		log.WarnContext(ctx, "mail delayed")
		err = w.Outbox.MailDelayed(ctx, l, refused.Reason, jitter(backoff(l.Mail.Tries)))
	default:
		outcome = Refused
		log.ErrorContext(ctx, "mail refused: telephone")
		err = w.Outbox.MailRefused(ctx, l, refused.Reason)
	}
	w.Tried(outcome)
	w.note(ctx, "note mail", err)
}

// unkeep erases a message whose person was erased while it was on its way, where
// the transport keeps messages.
func (w *Worker) unkeep(l app.Letter) error {
	folder, keeps := w.Target.Folder()
	if !keeps {
		return nil
	}
	return folder.EraseMail(l.Mail.ID)
}

func (w *Worker) send(ctx context.Context, l app.Letter) error {
	d, err := DescribeLetter(w.Outbox.Catalogue(), l, w.Site)
	if err != nil {
		return &Refusal{Reason: "catalogue"}
	}
	e, err := w.Composer.Address(Job{ID: l.Mail.ID, To: l.Person.Email, Data: d}, w.Target.Sender)
	if err != nil {
		return err
	}
	return w.Target.Transport.Send(ctx, e)
}

// learn draws from a refusal whether messages get through, and returns the pause
// that follows where they don't.
func (w *Worker) learn(ctx context.Context, why *Refusal) time.Duration {
	if why.stops() {
		return w.broke(why)
	}
	if why.Code != 0 {
		w.answered(ctx)
	}
	return 0
}

func (w *Worker) paused() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pause > 0
}

// broke notes that nothing gets through and returns the pause that follows.
// Messages that were under way together count once. A server that could not be
// reached and answers now ends the outage, also where its answer is a refusal:
// that is another trouble, with a first pause of its own.
func (w *Worker) broke(why *Refusal) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	refused := why.Code != 0
	switch {
	case w.pause == 0, refused && !w.trouble.Refused:
		w.pause = firstPause
	case w.asking:
		w.pause = min(2*w.pause, lastPause)
	default:
		return w.pause
	}
	w.asking, w.until = false, time.Now().Add(jitter(w.pause))
	w.tell(app.MailTrouble{Reason: why.Reason, Refused: refused})
	return w.pause
}

// answered ends a pause: the server took a message, or refused one for its
// reader's sake. Either way it works.
func (w *Worker) answered(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pause > 0 {
		w.Log.InfoContext(ctx, "mail gets through again")
	}
	w.pause, w.asking = 0, false
	w.tell(app.MailTrouble{})
}

// tell passes on what the trouble is; since when it knows by itself. w.mu is held.
func (w *Worker) tell(now app.MailTrouble) {
	if now.Reason != "" {
		now.Since = w.trouble.Since
		if now.Since.IsZero() {
			now.Since = time.Now()
		}
	}
	if now == w.trouble {
		return
	}
	w.trouble = now
	w.Outbox.MailTrouble(now)
}

func (w *Worker) note(ctx context.Context, what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		w.Log.ErrorContext(ctx, what, attrError, err.Error())
	}
}

// backoff returns how long to wait after so many tries before this one.
func backoff(tries int) time.Duration {
	wait := firstRetry
	for range tries {
		if wait *= 2; wait >= lastRetry {
			return lastRetry
		}
	}
	return wait
}

// jitter spreads what failed together over half to one and a half of a wait.
func jitter(wait time.Duration) time.Duration {
	return wait/2 + rand.N(wait+1)
}

// sleep reports whether the time has passed, rather than ctx ended.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
