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

// Outbox is where mails wait. *app.App is one.
type Outbox interface {
	// DueMails takes mails whose time has come, durably marked as being sent.
	DueMails(ctx context.Context, limit int) ([]app.Letter, error)
	// MailSent, MailDelayed and MailRefused say how it went. app.ErrErased: the
	// person was erased meanwhile.
	MailSent(ctx context.Context, l app.Letter) error
	MailDelayed(ctx context.Context, l app.Letter, reason string, by time.Duration) error
	MailRefused(ctx context.Context, l app.Letter, reason string) error
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
	attrReason  = "reason"
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
	// maxAttempts is two days at lastRetry. Then a person has to telephone.
	maxAttempts = 55

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
	Senders   int     // messages on their way at the same time; 4
	PerSecond float64 // messages handed over a second, after an outage too; 20
}

// Worker sends what waits in the outbox: each mail once, as far as the
// transport can promise, some at a time, and at a steady rate however many have
// piled up. While nothing gets through it asks with one message, ever more
// rarely, and leaves the others where they are.
type Worker struct {
	WorkerConfig
	limit *rate.Limiter

	mu     sync.Mutex
	pause  time.Duration // 0: messages get through
	until  time.Time     // no message before, while there is a pause
	asking bool          // one message is trying whether the pause is over
}

// NewWorker returns a worker; Run starts it.
func NewWorker(c WorkerConfig) *Worker {
	if c.Senders == 0 {
		c.Senders = 4
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
	w.mu.Lock()
	pause, until := w.pause, w.until
	w.mu.Unlock()
	if pause == 0 {
		return w.Senders, ctx.Err() == nil
	}
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
		w.through(ctx)
		err := w.Outbox.MailSent(ctx, l)
		if errors.Is(err, app.ErrErased) {
			err = w.unkeep(l)
		}
		w.note(ctx, "note sent mail", err)
		return
	}
	refused := refusalOf(err)
	log := w.Log.With(attrMail, l.Mail.ID, attrKind, l.Mail.Kind, attrReason, refused.Reason, attrAttempt, l.Mail.Attempts+1)
	switch {
	case refused.Broken:
		pause := w.broke()
		log.ErrorContext(ctx, "mail: nothing gets through", attrPause, pause.String())
		l.Mail.Attempts-- // it says nothing about this mail
		err = w.Outbox.MailDelayed(ctx, l, refused.Reason, jitter(pause))
	case refused.Temporary && l.Mail.Attempts+1 < maxAttempts:
		log.WarnContext(ctx, "mail delayed")
		err = w.Outbox.MailDelayed(ctx, l, refused.Reason, jitter(backoff(l.Mail.Attempts)))
	default:
		log.ErrorContext(ctx, "mail refused: telephone")
		err = w.Outbox.MailRefused(ctx, l, refused.Reason)
	}
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

// broke notes that nothing gets through and returns the pause that follows.
// Messages that were under way together count once.
func (w *Worker) broke() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.pause == 0:
		w.pause = firstPause
	case w.asking:
		w.pause = min(2*w.pause, lastPause)
	default:
		return w.pause
	}
	w.asking, w.until = false, time.Now().Add(jitter(w.pause))
	return w.pause
}

func (w *Worker) through(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pause > 0 {
		w.Log.InfoContext(ctx, "mail gets through again")
	}
	w.pause, w.asking = 0, false
}

func (w *Worker) note(ctx context.Context, what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		w.Log.ErrorContext(ctx, what, attrError, err.Error())
	}
}

// backoff returns how long to wait after so many attempts before this one.
func backoff(attempts int) time.Duration {
	wait := firstRetry
	for range attempts {
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
