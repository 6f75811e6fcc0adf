package mail

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"aufruf/internal/i18n"
)

// Sender says from whom mails come. The zero value is filled in from the
// public host and the branch.
type Sender struct {
	From     string // address in the From line; empty: noreply@ the public host
	ReplyTo  string // empty: the branch's own address
	Envelope string // for delivery failures; empty: From
}

// author is the address in the From line.
func (s Sender) author(host string) string {
	if s.From == "" {
		return "noreply@" + host
	}
	return s.From
}

// envelope is where a server sends back what it can't deliver.
func (s Sender) envelope(host string) string {
	if s.Envelope == "" {
		return s.author(host)
	}
	return s.Envelope
}

// Job is one message to one reader.
type Job struct {
	ID   string // stable: the local part of its Message-ID
	To   string // the reader's address
	Data Data
}

// Envelope is a message ready to be handed to a transport: the same job always
// makes the same one, but for the boundaries between its parts.
type Envelope struct {
	ID  string // of the job
	msg *gomail.Msg
}

// Bytes returns the message as a file (RFC 5322).
func (e Envelope) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if _, err := e.msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write message: %w", err)
	}
	return b.Bytes(), nil
}

func (e Envelope) write(to io.Writer) error {
	_, err := e.msg.WriteTo(to)
	return err
}

// addresses returns from whom a message comes and whom it is for, in angle
// brackets. Errors are a *Refusal.
func (e Envelope) addresses() (from, to string, err error) {
	from, err = e.msg.GetSender(false)
	if err != nil {
		return "", "", &Refusal{Reason: "address: sender"}
	}
	readers, err := e.msg.GetRecipients()
	if err != nil || len(readers) != 1 {
		return "", "", &Refusal{Reason: "address: reader"}
	}
	return from, readers[0], nil
}

// Address composes a job's message and puts it into its envelope. Errors are a
// *Refusal.
func (c *Composer) Address(job Job, from Sender) (Envelope, error) {
	composed, err := c.Compose(job.Data)
	if err != nil {
		return Envelope{}, &Refusal{Reason: "compose"}
	}
	d := job.Data
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithNoDefaultUserAgent())
	if err := addresses(msg, job, from); err != nil {
		return Envelope{}, err
	}
	msg.Subject(composed.Subject)
	msg.SetDateWithValue(d.Stamp)
	msg.SetGenHeader(expiresHeader, expires(d).Format(time.RFC1123Z))
	msg.SetMessageIDWithValue(job.ID + "@" + d.Host)
	// RFC 3834: no holiday notes in return; the Microsoft header says the same
	// to Exchange.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", languageTag(c.bundle, d))
	if d.Kind == Offer && d.OfferURL != "" {
		msg.SetListUnsubscribe("<" + d.OfferURL + ">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, composed.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, composed.HTML)
	if !aboutWish(d) && d.Kind != NewTime { // the entry changes once its reader has answered
		if err := attachCalendar(msg, invitation(c.bundle, d, job.To), method(d)); err != nil {
			return Envelope{}, err
		}
	}
	return Envelope{ID: job.ID, msg: msg}, nil
}

// aboutWish tells messages that there is no appointment behind yet.
func aboutWish(d Data) bool { return d.Kind == Offer || unconfirmed(d) }

// unconfirmed tells messages that ask to confirm an address.
func unconfirmed(d Data) bool { return d.Kind == Wish || d.Kind == Confirm }

func attachCalendar(msg *gomail.Msg, entry []byte, method string) error {
	kind := gomail.ContentType("text/calendar; charset=UTF-8; method=" + method)
	err := msg.AttachReader("termin.ics", bytes.NewReader(entry), gomail.WithFileContentType(kind))
	if err != nil {
		return &Refusal{Reason: "compose"}
	}
	return nil
}

// addresses fills in who writes to whom. Errors name the field, never the
// address.
func addresses(msg *gomail.Msg, job Job, from Sender) error {
	author := from.author(job.Data.Host)
	replyTo := from.ReplyTo
	if replyTo == "" {
		replyTo = job.Data.Place.Email
	}
	if from.Envelope != "" {
		if err := msg.EnvelopeFrom(from.Envelope); err != nil {
			return &Refusal{Reason: "address: envelope sender"}
		}
	}
	msg.FromMailAddress(&mail.Address{Name: oneLine(job.Data.Authority), Address: author})
	if replyTo != "" {
		msg.ReplyToMailAddress(&mail.Address{Address: replyTo})
	}
	if err := msg.To(job.To); err != nil {
		return &Refusal{Reason: "address: reader"}
	}
	return nil
}

// expiresHeader (RFC 4021, 2.1.50) says when a message loses its meaning. The
// mail folder goes by it.
const expiresHeader = "Expires"

// expires is the end of the appointment's local day; a cancellation is news
// for the day on which it is sent only, and a link to confirm as long as it
// leads anywhere.
func expires(d Data) time.Time {
	last := d.Start
	if d.Kind == Cancellation {
		last = d.Stamp.In(d.Start.Location())
	}
	if unconfirmed(d) {
		last = d.Until
	}
	return i18n.DateOf(last).AddDays(1).Start(d.Start.Location())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func languageTag(bundle *i18n.Bundle, d Data) string { return bundle.For(d.Language).HTMLLang() }
