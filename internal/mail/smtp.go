package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
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
	hello    string // the name to give; empty: this machine's
	user     string // empty: nobody signs in
	password string
	security security
	tls      *tls.Config
	idle     chan *connection
}

// security is when a session is encrypted.
type security uint8

const (
	afterHello   security = iota // by STARTTLS, without which nothing is said
	fromTheStart                 // smtps
	inTheClear                   // to a loopback address
)

func openSMTP(u *url.URL) (_ *smtpServer, err error) {
	s := &smtpServer{host: u.Hostname(), port: 587, hello: u.Query().Get("hello"), idle: make(chan *connection, maxConnections)}
	if s.tls, err = tlsConfig(u); err != nil {
		return nil, err
	}
	switch {
	case u.Scheme == "smtps" || u.Port() == "465":
		s.port, s.security = 465, fromTheStart
	case loopback(s.host) && s.tls.RootCAs == nil:
		s.security = inTheClear
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, err
		}
	}
	if strings.ContainsFunc(s.hello, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, &AddressError{Kind: MistakeHello, Given: s.hello}
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
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
		return nil, &AddressError{Kind: MistakeAuthority, Given: file}
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, &AddressError{Kind: MistakeAuthority, Given: file}
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
		return refusal(err)
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

// sendOn sends one message and keeps the connection where it is still good.
func (s *smtpServer) sendOn(ctx context.Context, c *connection, e Envelope) error {
	stop := context.AfterFunc(ctx, func() { c.raw.Close() })
	defer stop()
	from, to, err := e.addresses()
	if err != nil {
		s.keep(c)
		return err
	}
	err = c.hand(from, to, e.write)
	if err == nil {
		c.sent++
		s.keep(c)
		return nil
	}
	why := refusal(err)
	if refusalOf(why).OfReader() && c.client.Reset() == nil {
		s.keep(c)
	} else {
		c.quit() // once the server is mended, who answers here may go by the old rules still
	}
	return why
}
