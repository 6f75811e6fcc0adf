package app

import (
	"context"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/problem"
)

// How many mails to one address others can cause in a day. Cancellations,
// reminders and what the office does are not among them.
const (
	strangersMails = 3  // to an address that nobody has proved today
	provedMails    = 20 // to one whose owner has confirmed something today
)

// What is counted of a mail address (sameMailbox) by the day.
const (
	countMails      = "mails to"       // that strangers caused
	countWishes     = "wish mails to"  // with the link of a wish
	countWishesFrom = "wishes from"    // of a network instead
	countOffers     = "offers to"      // of a time that somebody wished for
	countProofs     = "address proved" // by a link
)

// errTooMany refuses whoever has had their share of a day. It says nothing of
// whose share that was, a connection's or an address's, not even by when to try
// again: who merely knows an address learns nothing of it.
var errTooMany = problem.New(problem.TooMany, "booking.too_many")

// stranger reports whether what somebody does is limited: nobody who signed in
// does it, and limits are on.
func stranger(actor access.Actor) bool { return actor.Kind == access.Citizen && actor.Origin != "" }

// admitMail counts a mail that a stranger is about to cause. It comes before
// anything is given away: with the refusal all is undone. Errors: TooMany
// "booking.too_many".
func (v *view) admitMail(ctx context.Context, actor access.Actor, email string) error {
	if email == "" || !stranger(actor) {
		return nil
	}
	admitted, err := v.mayCauseMail(ctx, email)
	if err != nil || admitted {
		return err
	}
	return errTooMany
}

// mayCauseMail counts one more mail to an address and reports whether it may be
// sent.
func (v *view) mayCauseMail(ctx context.Context, email string) (bool, error) {
	mailbox := sameMailbox(email)
	n, err := v.countToday(ctx, countMails, mailbox)
	if err != nil || n <= strangersMails {
		return err == nil, err
	}
	proved, err := v.countedToday(ctx, countProofs, mailbox)
	return proved > 0 && n <= provedMails, err
}

// provedAddress notes that somebody who reads what goes to an address has
// pressed a button there.
func (v *view) provedAddress(ctx context.Context, email string) error {
	_, err := v.countToday(ctx, countProofs, sameMailbox(email))
	return err
}

// sameMailbox returns what the spellings of an address have in common that reach
// the same mailbox: no case, no label after a plus, and of Gmail no dots. Where a
// server gives the plus another meaning, two of its addresses share a limit.
func sameMailbox(email string) string {
	email = strings.ToLower(email)
	at := max(0, strings.LastIndexByte(email, '@'))
	local, domain := email[:at], strings.TrimPrefix(email[at:], "@")
	if named, _, labelled := strings.Cut(local, "+"); labelled && named != "" {
		local = named
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}
