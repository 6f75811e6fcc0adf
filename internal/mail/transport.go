package mail

import (
	"context"
	"errors"
	"strings"
)

// Transport hands messages over. It may be used by many goroutines at once.
type Transport interface {
	// Send returns nil once the message is handed over for good. Errors are a
	// *Refusal; anything else counts as a temporary failure.
	Send(ctx context.Context, e Envelope) error
	// Close ends idle connections.
	Close() error
}

// repeatable marks a transport with which sending a message twice has the
// effect of sending it once.
type repeatable interface{ repeatable() }

// Refusal is a message that was not handed over.
type Refusal struct {
	Reason    string // a code that staff and logs may see; never an address
	Code      int    // of the server's answer (RFC 5321); 0: none
	Temporary bool   // later may help, and the server or the reason says so
	Broken    bool   // nothing gets through at the moment, whatever the message
	Ours      bool   // the server refuses who sends, or what: waits until the town has repaired it
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// stops reports whether other messages need not be tried either.
func (r *Refusal) stops() bool { return r.Broken || r.Ours && !r.Temporary }

// OfReader reports whether a server refused the message for its reader's sake, and
// takes others.
func (r *Refusal) OfReader() bool { return r.Code != 0 && !r.Broken && !r.Ours }

// refusalOf returns why a message was not handed over.
func refusalOf(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return &Refusal{Reason: "unknown", Temporary: true}
}

// Target is where mails go and from whom they come.
type Target struct {
	Transport Transport
	Sender    Sender
}

// Folder returns where mails are kept as files; false where they are not.
func (t Target) Folder() (*Folder, bool) {
	folder, ok := t.Transport.(*Folder)
	return folder, ok
}

// Open is Read, and makes the folder of dir: where there is none.
func Open(target string) (Target, error) {
	t, err := Read(target)
	if err != nil {
		return t, err
	}
	if folder, ok := t.Folder(); ok {
		return t, folder.make()
	}
	return t, nil
}

// Read reads a mail address of the command line, and changes nothing:
//
//	dir:PATH
//	smtp://user:password@host:587
//
// Both take ?from=, ?reply-to= and ?envelope= for the sender, and smtp also
// ?hello= for the name it presents itself with. SMTP is encrypted by STARTTLS,
// at once for smtps:// and port 465, and in the clear only to a loopback host.
// What is wrong with the address is an *AddressError.
func Read(target string) (Target, error) {
	u, err := parse(target)
	if err != nil {
		return Target{}, err
	}
	query := u.Query()
	t := Target{Sender: Sender{From: query.Get("from"), ReplyTo: query.Get("reply-to"), Envelope: query.Get("envelope")}}
	if u.Scheme == "dir" {
		t.Transport = &Folder{path: dirPath(u)}
		return t, nil
	}
	if t.Sender.From == "" && strings.Contains(u.User.Username(), "@") {
		t.Sender.From = u.User.Username()
	}
	t.Transport, err = openSMTP(u)
	return t, err
}

// Check says what is wrong with an address of the command line, before anything
// is opened: an *AddressError.
func Check(target string) error {
	_, err := parse(target)
	return err
}
