package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail/smtp"
)

// step is a stage of handing a message over, in the order in which they come.
// Logs and staff read it, so that a wrong password isn't looked for in a
// greeting.
type step string

const (
	stepConnect   step = "connect"
	stepTLS       step = "tls"
	stepGreeting  step = "greeting"
	stepHello     step = "hello"
	stepSignIn    step = "sign-in"
	stepSender    step = "sender"
	stepRecipient step = "recipient"
	stepData      step = "data"
)

// stumble is an error with the step at which it happened.
type stumble struct {
	at  step
	err error
}

func (s *stumble) Error() string { return string(s.at) + ": " + s.err.Error() }
func (s *stumble) Unwrap() error { return s.err }

func at(s step, err error) error {
	if err == nil {
		return nil
	}
	return &stumble{s, err}
}

// errNoSTARTTLS: a server far away that would have everything in the clear.
var errNoSTARTTLS = errors.New("STARTTLS is not offered")

// connection is a session that is signed in.
type connection struct {
	raw    net.Conn
	client *smtp.Client
	sent   int
	used   time.Time
}

func (s *smtpServer) connect(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
}

// dial connects, encrypts and signs in. Errors are a *stumble.
func (s *smtpServer) dial(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, smtpTimeout)
	defer cancel()
	raw, err := s.connect(ctx)
	if err != nil {
		return nil, at(stepConnect, err)
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	client, err := s.open(raw)
	if err != nil {
		raw.Close()
		return nil, err
	}
	return &connection{raw: raw, client: client}, nil
}

// open begins a session on a connection.
func (s *smtpServer) open(raw net.Conn) (*smtp.Client, error) {
	if err := raw.SetDeadline(time.Now().Add(smtpTimeout)); err != nil {
		return nil, at(stepConnect, err)
	}
	raw, err := s.encrypted(raw)
	if err != nil {
		return nil, at(stepTLS, err)
	}
	client, err := smtp.NewClient(raw, s.host)
	if err != nil {
		return nil, at(stepGreeting, err)
	}
	if err := client.Hello(s.helloOn(raw)); err != nil {
		return nil, at(stepHello, err)
	}
	if s.security == afterHello {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return nil, at(stepTLS, errNoSTARTTLS)
		}
		if err := client.StartTLS(s.tls); err != nil {
			return nil, at(stepTLS, err)
		}
	}
	return client, at(stepSignIn, s.signIn(client))
}

// encrypted wraps a connection where it is to be encrypted before a word is said.
func (s *smtpServer) encrypted(raw net.Conn) (net.Conn, error) {
	if s.security != fromTheStart {
		return raw, nil
	}
	conn := tls.Client(raw, s.tls)
	return conn, conn.Handshake()
}

// helloOn is the name that the server is told (RFC 5321, 4.1.4): the one asked
// for, else this machine's where it is a whole one, else its address.
func (s *smtpServer) helloOn(raw net.Conn) string {
	if s.hello != "" {
		return s.hello
	}
	if name, err := os.Hostname(); err == nil && strings.Contains(strings.Trim(name, "."), ".") {
		return name
	}
	local, err := netip.ParseAddrPort(raw.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	ip := local.Addr().Unmap().WithZone("")
	if ip.Is6() {
		return "[IPv6:" + ip.String() + "]"
	}
	return "[" + ip.String() + "]"
}

// Ways to sign in, the best first. Those that show the password are used only
// where nobody listens.
var mechanisms = []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN", "NTLM"}

var (
	errNoSignIn    = errors.New("the server offers no sign-in")
	errNoMechanism = errors.New("the server offers no way to sign in that this program knows")
)

func (s *smtpServer) signIn(client *smtp.Client) error {
	if s.user == "" {
		return nil
	}
	offers, offered := client.Extension("AUTH")
	if !offers {
		return errNoSignIn
	}
	best := slices.IndexFunc(mechanisms, func(m string) bool { return slices.Contains(strings.Fields(offered), m) })
	if best < 0 {
		return errNoMechanism
	}
	return client.Auth(s.mechanism(mechanisms[best]))
}

func (s *smtpServer) mechanism(name string) smtp.Auth {
	clear := s.security == inTheClear // on a loopback address alone
	switch name {
	case "SCRAM-SHA-256":
		return smtp.ScramSHA256Auth(s.user, s.password)
	case "SCRAM-SHA-1":
		return smtp.ScramSHA1Auth(s.user, s.password)
	case "CRAM-MD5":
		return smtp.CRAMMD5Auth(s.user, s.password)
	case "NTLM":
		return smtp.NTLMAuth(s.user, s.password, "")
	case "LOGIN":
		return smtp.LoginAuth(s.user, s.password, s.host, clear)
	}
	return smtp.PlainAuth("", s.user, s.password, s.host, clear)
}

// hand says one message to the server, from and to addresses in angle brackets.
// It is handed over once that returns nil, whatever becomes of the connection.
// Errors are a *stumble.
func (c *connection) hand(from, to string, write func(io.Writer) error) error {
	if err := c.introduce(from, to); err != nil {
		return err
	}
	data, err := c.client.Data()
	if err != nil {
		return at(stepData, err)
	}
	if err := write(data); err != nil {
		return at(stepData, err)
	}
	return at(stepData, data.Close())
}

// introduce tells the server from whom a message comes and whom it is for.
func (c *connection) introduce(from, to string) error {
	if err := c.client.UpdateDeadline(smtpTimeout); err != nil {
		return at(stepSender, err)
	}
	// What comes back tells who wasn't reached, and needs not hold what was said.
	c.client.SetDSNMailReturnOption("HDRS")
	c.client.SetDSNRcptNotifyOption("FAILURE")
	c.client.SkipSMTPUTF8(ascii(from) && ascii(to)) // headers are: it asks more of every server on the way
	if err := c.client.Mail(from); err != nil {
		return at(stepSender, err)
	}
	return at(stepRecipient, c.client.Rcpt(to))
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// alive reports whether a connection that has waited can still be used.
func (c *connection) alive() bool {
	age := time.Since(c.used)
	if age < freshFor {
		return true
	}
	return age < maxIdle && c.client.UpdateDeadline(smtpTimeout) == nil && c.client.Noop() == nil
}

func (c *connection) quit() {
	_ = c.client.UpdateDeadline(time.Second)
	_ = c.client.Quit()
	c.raw.Close()
}
