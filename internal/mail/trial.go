package mail

import (
	"context"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Trial is a message by which somebody tries whether mails arrive.
type Trial struct {
	To            string
	Subject, Text string
	At            time.Time
}

// Try hands one message over, from whom and by the way that all others go.
// Errors are a *Refusal.
func (t Target) Try(ctx context.Context, site Site, trial Trial) error {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithNoDefaultUserAgent())
	id := fmt.Sprintf("trial.%d", trial.At.Unix())
	if err := msg.From(t.Sender.author(site.Host())); err != nil {
		return &Refusal{Reason: "address: sender"}
	}
	if err := msg.EnvelopeFrom(t.Sender.envelope(site.Host())); err != nil {
		return &Refusal{Reason: "address: envelope sender"}
	}
	if t.Sender.ReplyTo != "" {
		if err := msg.ReplyTo(t.Sender.ReplyTo); err != nil {
			return &Refusal{Reason: "address: reply-to"}
		}
	}
	if err := msg.To(trial.To); err != nil {
		return &Refusal{Reason: "address: reader"}
	}
	msg.Subject(trial.Subject)
	msg.SetDateWithValue(trial.At)
	msg.SetMessageIDWithValue(id + "@" + site.Host())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(expiresHeader, trial.At.Add(24*time.Hour).Format(time.RFC1123Z))
	msg.SetBodyString(gomail.TypeTextPlain, trial.Text)
	if err := t.Transport.Send(ctx, Envelope{ID: id, msg: msg}); err != nil {
		return refusalOf(err)
	}
	return nil
}

// Step returns where a message was refused, in a word: connect, tls, greeting,
// hello, sign-in, sender, recipient, data, or what else the reason begins with.
func (r *Refusal) Step() string {
	if _, at, ok := strings.Cut(r.Reason, ", "); ok {
		return at
	}
	first, _, _ := strings.Cut(r.Reason, ":")
	return first
}
