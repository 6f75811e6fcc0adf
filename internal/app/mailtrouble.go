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
func (a *App) MailTrouble(now MailTrouble) { a.mailTrouble.Store(&now) }

// MailState returns why mails of this node don't get through; false: they do.
func (a *App) MailState() (MailTrouble, bool) {
	trouble := a.mailTrouble.Load()
	if trouble == nil || trouble.Reason == "" {
		return MailTrouble{}, false
	}
	return *trouble, true
}
