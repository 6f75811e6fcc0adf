package mail

import (
	"context"
	"os"
)

// asker is a transport that can say without a message whether it would take one.
type asker interface {
	// ask errors as Send does. from is the sender's address.
	ask(ctx context.Context, from string) error
}

// Ask tries whether messages would be taken from this sender, as far as that can
// be said without sending one. Errors are a *Refusal.
func (t Target) Ask(ctx context.Context, site Site) error {
	a, ok := t.Transport.(asker)
	if !ok {
		return nil
	}
	return a.ask(ctx, t.Sender.envelope(site.Host()))
}

// ask signs in and introduces a message from the sender to the sender, which is
// never sent: whom a server refuses it mostly tells only there.
func (s *smtpServer) ask(ctx context.Context, from string) error {
	c, err := s.dial(ctx)
	if err != nil {
		return refusal(err)
	}
	stop := context.AfterFunc(ctx, func() { c.raw.Close() })
	defer stop()
	defer c.quit()
	if err := c.introduce("<"+from+">", "<"+from+">"); err != nil {
		return refusal(err)
	}
	return nil
}

// ask writes an empty file that isn't kept.
func (f *Folder) ask(context.Context, string) error {
	probe, err := os.CreateTemp(f.path, temporaryPrefix+"*")
	if err == nil {
		err = closeAndRemove(probe)
	}
	if err != nil {
		return &Refusal{Reason: "folder", Temporary: true, Broken: true}
	}
	return nil
}

func closeAndRemove(file *os.File) error {
	if err := file.Close(); err != nil {
		return err
	}
	return os.Remove(file.Name())
}

// ask looks at the start whether mails would get through, so that a wrong
// password is known before the first citizen waits.
func (w *Worker) ask(ctx context.Context) {
	err := w.Target.Ask(ctx, w.Site)
	if err == nil || ctx.Err() != nil {
		return
	}
	refused := refusalOf(err)
	switch {
	case refused.stops():
		pause := w.broke(refused)
		w.Log.ErrorContext(ctx, "mail: nothing gets through", attrReason, refused.Reason, attrPause, pause.String())
	case !refused.Temporary:
		w.Log.WarnContext(ctx, "mail: what comes back would go to an address that the mail server doesn't know; set ?envelope= of --mail", attrReason, refused.Reason)
	}
}

// askAgain looks whether a pause is over where no mail is due to try it with.
func (w *Worker) askAgain(ctx context.Context) {
	if _, can := w.Target.Transport.(asker); !can || !w.paused() {
		return
	}
	err := w.Target.Ask(ctx, w.Site)
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		w.answered(ctx)
		return
	}
	w.learn(ctx, refusalOf(err))
}
