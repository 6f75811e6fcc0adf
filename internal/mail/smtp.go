package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

const (
	// smtpTimeout bounds connecting, and each message on its own.
	smtpTimeout = 30 * time.Second
	// maxIdle is how long a connection waits for the next message; servers
	// close after 5 minutes at the earliest (RFC 5321, 4.5.3.2.7), firewalls
	// sooner.
	maxIdle = 20 * time.Second
	// freshFor is how long a connection is trusted without asking.
	freshFor = 2 * time.Second
	// maxPerConnection stays below what common servers allow.
	maxPerConnection = 50
	// maxConnections bounds the idle ones; the worker bounds those in use.
	maxConnections = 8
)

// smtpServer hands messages to one SMTP server, over connections that are kept
// for a while. Once the server has acknowledged a message it counts as sent,
// whatever happens to the connection. Where the connection breaks between the
// end of the message and the acknowledgement, nobody can know: the message is
// sent again with the same Message-ID, by which mail programs and servers
// recognise it.
type smtpServer struct {
	host     string
	port     int
	options  []gomail.Option
	implicit *tls.Config // encrypted from the first byte; nil: STARTTLS or none
	idle     chan *connection
}

type connection struct {
	raw    net.Conn
	config *gomail.Client
	client *smtp.Client
	sent   int
	used   time.Time
}

func openSMTP(u *url.URL) (*smtpServer, error) {
	s := &smtpServer{host: u.Hostname(), idle: make(chan *connection, maxConnections)}
	if s.host == "" {
		return nil, errors.New("mail: smtp:// needs a host")
	}
	encryption, err := tlsConfig(u)
	if err != nil {
		return nil, err
	}
	port, policy := 587, gomail.TLSMandatory
	auth := gomail.SMTPAuthAutoDiscover
	switch {
	case u.Scheme == "smtps" || u.Port() == "465":
		port, policy, s.implicit = 465, gomail.NoTLS, encryption
	case loopback(s.host) && encryption.RootCAs == nil:
		policy, auth = gomail.NoTLS, gomail.SMTPAuthPlainNoEnc
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("mail: port is not a number")
		}
	}
	s.port = port
	s.options = []gomail.Option{
		gomail.WithPort(port), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(encryption),
		gomail.WithTimeout(smtpTimeout), gomail.WithoutNoop(), gomail.WithDialContextFunc(s.dialRaw),
	}
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(auth), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	if hello := u.Query().Get("hello"); hello != "" {
		s.options = append(s.options, gomail.WithHELO(hello))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// tlsConfig reads ?ca=FILE, the certificate of a private authority.
func tlsConfig(u *url.URL) (*tls.Config, error) {
	c := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	file := u.Query().Get("ca")
	if file == "" {
		return c, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("mail: read ca: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("mail: ca holds no certificate")
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Send hands a message over, on a connection that is at hand or on a new one.
func (s *smtpServer) Send(ctx context.Context, e Envelope) error {
	if c := s.waiting(); c != nil {
		err := s.sendOn(ctx, c, e)
		if !wasGone(err) {
			return err
		}
	}
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return s.sendOn(ctx, c, e)
}

// Close ends idle connections.
func (s *smtpServer) Close() error {
	for {
		select {
		case c := <-s.idle:
			c.quit()
		default:
			return nil
		}
	}
}

// waiting returns an idle connection that still lives, or nil.
func (s *smtpServer) waiting() *connection {
	for {
		select {
		case c := <-s.idle:
			if c.alive() {
				return c
			}
			c.raw.Close()
		default:
			return nil
		}
	}
}

func (c *connection) alive() bool {
	age := time.Since(c.used)
	if age < freshFor {
		return true
	}
	return age < maxIdle && c.client.UpdateDeadline(smtpTimeout) == nil && c.client.Noop() == nil
}

// keep puts a connection back for the next message.
func (s *smtpServer) keep(c *connection) {
	c.used = time.Now()
	if c.sent >= maxPerConnection {
		c.quit()
		return
	}
	select {
	case s.idle <- c:
	default:
		c.quit()
	}
}

func (c *connection) quit() {
	_ = c.client.UpdateDeadline(time.Second)
	_ = c.client.Quit()
	c.raw.Close()
}

func (s *smtpServer) dialRaw(ctx context.Context, network, address string) (net.Conn, error) {
	if s.implicit != nil {
		return (&tls.Dialer{Config: s.implicit}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// dial connects, encrypts and signs in. Whatever fails here fails for every
// message.
func (s *smtpServer) dial(ctx context.Context) (*connection, error) {
	c := &connection{}
	remember := func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := s.dialRaw(ctx, network, address)
		c.raw = raw
		return raw, err
	}
	config, err := gomail.NewClient(s.host, append(s.options[:len(s.options):len(s.options)], gomail.WithDialContextFunc(remember))...)
	if err != nil {
		return nil, &Refusal{Reason: "configuration", Temporary: true, Broken: true}
	}
	c.config = config
	c.client, err = config.DialToSMTPClientWithContext(ctx)
	if err == nil {
		return c, nil
	}
	if c.raw != nil {
		c.raw.Close() // the library leaves it open
	}
	return nil, &Refusal{Reason: connectReason(err), Temporary: true, Broken: true}
}

// sendOn sends one message and keeps the connection where it is still good.
func (s *smtpServer) sendOn(ctx context.Context, c *connection, e Envelope) error {
	stop := context.AfterFunc(ctx, func() { c.raw.Close() })
	defer stop()
	err := c.config.SendWithSMTPClient(c.client, e.msg)
	if err == nil || e.msg.IsDelivered() {
		c.sent++
	}
	if err == nil {
		s.keep(c)
		return nil
	}
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		c.raw.Close()
		return &Refusal{Reason: "unknown", Temporary: true}
	}
	if answered(failed) && failed.ErrorCode() != 421 && c.client.HasConnection() {
		s.keep(c)
	} else {
		c.raw.Close()
	}
	// Acknowledged, then the connection broke while it was tidied up.
	if e.msg.IsDelivered() {
		return nil
	}
	return refusal(failed)
}
