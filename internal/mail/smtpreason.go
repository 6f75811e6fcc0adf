package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// stages names what was being said when an answer was bad.
var stages = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom:  "sender",
	gomail.ErrSMTPRcptTo:    "recipient",
	gomail.ErrSMTPData:      "data",
	gomail.ErrWriteContent:  "content",
	gomail.ErrSMTPDataClose: "content",
	gomail.ErrSMTPReset:     "reset",
	gomail.ErrConnCheck:     "connection",
}

// gone marks a message that no byte of reached the server, because a kept
// connection had ended meanwhile.
type gone struct{ *Refusal }

func (g gone) Unwrap() error { return g.Refusal }

func wasGone(err error) bool {
	var g gone
	return errors.As(err, &g)
}

// answered reports whether the server gave a reply, rather than none.
func answered(e *gomail.SendError) bool { return e.ErrorCode() != 0 }

// refusal translates a failure of the library. Replies are reduced to their
// codes: a server's own words repeat the address. A refused sender is the
// town's to repair, so it is no reader's failure and may pass later.
func refusal(e *gomail.SendError) error {
	stage, ok := stages[e.Reason]
	if !ok {
		return &Refusal{Reason: "message"}
	}
	if !answered(e) {
		r := &Refusal{Reason: "smtp: no answer, " + stage, Temporary: true}
		switch e.Reason {
		case gomail.ErrSMTPMailFrom, gomail.ErrConnCheck:
			return gone{r}
		}
		return r
	}
	code := e.ErrorCode()
	r := &Refusal{
		Reason:    strings.TrimSpace(fmt.Sprintf("smtp: %d %s", code, e.EnhancedStatusCode())) + ", " + stage,
		Temporary: code < 500,
		Broken:    code == 421,
	}
	if e.Reason == gomail.ErrSMTPMailFrom && code >= 500 {
		r.Temporary, r.Broken = true, true
	}
	return r
}

// connectReason says why no session came about, in a word.
func connectReason(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		verify  *tls.CertificateVerificationError
		reply   *textproto.Error
		network net.Error
	)
	switch {
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verify), errors.As(err, &record):
		return "tls: certificate"
	case strings.Contains(err.Error(), "STARTTLS"):
		return "tls: not offered"
	case errors.As(err, &reply):
		return fmt.Sprintf("smtp: %d, greeting", reply.Code)
	case errors.As(err, &network) && network.Timeout():
		return "connect: timeout"
	}
	return "connect"
}
