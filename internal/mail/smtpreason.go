package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"strings"
)

// gone marks a message that no byte of reached the server, because a kept
// connection had ended meanwhile.
type gone struct{ *Refusal }

func (g gone) Unwrap() error { return g.Refusal }

func wasGone(err error) bool {
	var g gone
	return errors.As(err, &g)
}

// status is a server's answer: the reply code (RFC 5321) and, where it gives
// one, the enhanced one (RFC 3463).
type status struct {
	code     int
	enhanced string // "5.1.1"; empty: none
}

// replyOf returns the answer in an error; 0: there was none.
func replyOf(err error) (code int, s status) {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return 0, status{}
	}
	return reply.Code, status{reply.Code, leading.FindString(reply.Msg)}
}

// leading is an enhanced code where RFC 2034 has it: first in the text.
var leading = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// String is the answer without the server's words, which repeat addresses.
func (s status) String() string { return strings.TrimSpace(fmt.Sprintf("%d %s", s.code, s.enhanced)) }

// ofReader reports whether an answer is about the reader's mailbox. That are
// the subjects "addressing" and "mailbox" of RFC 3463, but for what they have
// about the sender's address: x.1.7 and x.1.8, and x.1.0, by which Postfix
// refuses a sender that it doesn't know.
func (s status) ofReader() bool {
	_, detail, _ := strings.Cut(s.enhanced, ".")
	switch detail {
	case "1.0", "1.7", "1.8":
		return false
	}
	return strings.HasPrefix(detail, "1.") || strings.HasPrefix(detail, "2.")
}

// refusal translates a stumble. Until a sender is accepted whatever fails is
// about us and not about the message; after it, what isn't about the reader's
// mailbox is: a server that refuses our name, address or network mostly says so
// only when it hears the recipient. Such a message waits for the town to repair
// it.
func refusal(err error) error {
	var s *stumble
	if !errors.As(err, &s) {
		return &Refusal{Reason: "unknown", Temporary: true}
	}
	code, answer := replyOf(err)
	switch {
	case code == 0 && (s.at == stepSender || s.at == stepRecipient) && !timedOut(err):
		return gone{&Refusal{Reason: reason(s, answer), Temporary: true}}
	case code == 0 && (s.at == stepSender || s.at == stepRecipient || s.at == stepData):
		return &Refusal{Reason: reason(s, answer), Temporary: true}
	}
	r := &Refusal{Reason: reason(s, answer), Code: code, Temporary: code < 500}
	switch {
	case code == 421, s.at != stepRecipient && s.at != stepData:
		r.Broken, r.Temporary = true, true
	case !answer.ofReader():
		r.Ours = true
	}
	return r
}

// reason names the step, and what was wrong with it.
func reason(s *stumble, answer status) string {
	switch {
	case answer.code != 0:
		return "smtp: " + answer.String() + ", " + string(s.at)
	case errors.Is(s, errNoSTARTTLS):
		return "tls: not offered"
	case errors.Is(s, errNoSignIn), errors.Is(s, errNoMechanism):
		return "smtp: not offered, " + string(s.at)
	case s.at == stepTLS && aboutCertificate(s.err):
		return "tls: certificate"
	case timedOut(s.err):
		return string(s.at) + ": timeout"
	case s.at == stepConnect, s.at == stepTLS:
		return string(s.at)
	}
	return "smtp: no answer, " + string(s.at)
}

func timedOut(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

func aboutCertificate(err error) bool {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
	)
	return errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &invalid) || errors.As(err, &verify)
}
