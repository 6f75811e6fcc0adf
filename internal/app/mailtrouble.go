package app

import "time"

// MailTrouble is why no mail gets through at the moment. The zero value: mails
// do, as far as is known.
type MailTrouble struct {
	Since   time.Time
	Reason  string // the step and the server's codes; never an address
	Refused bool   // the mail server answers, and takes nothing from us; else it can't be reached
}

// MailTrouble notes, by whoever sends mails on this node, whether they get
// through.
func (o *Outbox) MailTrouble(now MailTrouble) { o.trouble.Store(&now) }

// MailState returns why mails of this node don't get through; false: they do.
func (o *Outbox) MailState() (MailTrouble, bool) {
	trouble := o.trouble.Load()
	if trouble == nil || trouble.Reason == "" {
		return MailTrouble{}, false
	}
	return *trouble, true
}
