package app

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
)

// ErrMailUnderWay: a mail came back before it was noted that it is handed over.
var ErrMailUnderWay = errors.New("the mail is still being handed over")

// MailReturned notes that a mail came back that a server had taken: its reader
// stands on the list of those to telephone. reason is the enhanced status code
// (RFC 3463), never an address. Again is fine, as for a mail that isn't there any
// more. It reports whether something was noted. Errors: ErrMailUnderWay; then it
// is to be tried again a little later.
func (o *Outbox) MailReturned(ctx context.Context, mail, reason string) (noted bool, err error) {
	var m ledger.Mail
	err = o.write(ctx, nil, func(v *view) (err error) {
		noted = false
		if m, err = v.Mails().ByID(ctx, mail); err != nil {
			return err
		}
		if m.State == MailSending {
			return ErrMailUnderWay
		}
		err = v.Mails().Return(ctx, mail, ReasonReturned+reason)
		noted = err == nil
		return err
	})
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("note returned mail: %w", err)
	}
	o.log.WarnContext(ctx, "mail came back: telephone", "mail", m.ID, "kind", m.Kind, "reason", reason)
	return noted, nil
}

// ReasonReturned begins the reason of a mail that came back; the code follows.
const ReasonReturned = "returned: "
